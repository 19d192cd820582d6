/*
 * rib_decide: which path is best, RFC 4271 section 9.1.2.2 at a route server.
 *
 * The steps, with the RFC's letters:
 *
 *	0  rejected paths are no candidates          9.1.2, "not excluded"
 *	-  degree of preference                      none: no LOCAL_PREF is
 *	                                             heard from outside
 *	1  shortest AS_PATH                          a)
 *	2  lowest ORIGIN                             b)
 *	3  lowest MED, among paths of the same
 *	   neighbouring AS only; a missing one is 0  c)
 *	-  external over internal                    d) all are external
 *	-  nearest next hop                          e) all are on the LAN
 *	4  lowest BGP identifier of the peer         f)
 *	5  lowest address of the peer                g)
 *
 * Step 3 compares some pairs and not others, so that "better" is not
 * transitive: a scan that keeps the better of two depends on the order in which
 * the routes arrived. The RFC's text is an elimination, and that is done here in
 * one pass, because the candidates are kept sorted by (1, 2, neighbour, MED, 4,
 * 5): the first one that may be used fixes the length and the origin, in each
 * neighbour's group the first one that may be used has its lowest MED, and of
 * these heads of groups the lowest identifier wins.
 *
 * "May be used" is asked for the member that is to be told. This gives each the
 * answer of a table of its own (RFC 7947 2.3.2.1) without having one.
 */
#include "rs/rib/rib_table.h"

static int
cmp_u32(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static uint32_t
med_of(const struct rib_path *p)
{
	return p->attrs->attrs->has_med ? p->attrs->attrs->med : 0;
}

/* Steps 1 and 2. */
static int
cmp_rank(const struct rib_path *a, const struct rib_path *b)
{
	int r = cmp_u32(a->attrs->path_len, b->attrs->path_len);

	return r != 0
		   ? r
		   : cmp_u32(a->attrs->attrs->origin, b->attrs->attrs->origin);
}

/* Steps 4 and 5. */
static int
cmp_tie(const struct rib_path *a, const struct rib_path *b)
{
	int r = cmp_u32(a->peer->router_id, b->peer->router_id);

	return r != 0 ? r : ip_addr_cmp(&a->peer->address, &b->peer->address);
}

int
rib_path_cmp(const struct rib_path *a, const struct rib_path *b)
{
	int r = (a->verdict != 0) - (b->verdict != 0);

	if (r == 0)
		r = cmp_rank(a, b);
	if (r == 0)
		r = cmp_u32(a->attrs->neighbour, b->attrs->neighbour);
	if (r == 0)
		r = cmp_u32(med_of(a), med_of(b));
	return r != 0 ? r : cmp_tie(a, b);
}

static bool
may_use(const struct rib *r, const struct rib_path *p,
	const struct rib_peer *to)
{
	if (to == NULL)
		return true;
	return p->peer != to && r->hooks.allow(r->hooks.arg, to, p);
}

const struct rib_path *
rib_best(const struct rib *r, const struct rib_net *net,
	 const struct rib_peer *to)
{
	const struct rib_path *best = NULL, *head = NULL;

	for (size_t i = 0; i < net->n; i++) {
		const struct rib_path *p = net->paths[i];
		if (p->verdict != 0 || (best != NULL && cmp_rank(p, best) != 0))
			break;
		if (head != NULL &&
		    p->attrs->neighbour == head->attrs->neighbour)
			continue;
		if (!may_use(r, p, to))
			continue;
		head = p;
		if (best == NULL || cmp_tie(p, best) < 0)
			best = p;
	}
	return best;
}
