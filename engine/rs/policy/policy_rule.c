/*
 * policy_rule: the members' say in where their routes go.
 *
 * A route's control communities are compiled once, with its attribute set, into
 * a rule: what happens to everybody, and to the AS numbers that differ. So 1,000
 * members cost one pass over the communities and not 1,000. For one member the
 * order of evaluation is arouteserver's, which is also that of DE-CIX and INEX
 * where these have the function; the first that applies decides:
 *
 *	1  the route is invalid (RPKI origin, ASPA)		nobody
 *	2  NO_EXPORT, NO_ADVERTISE, if RFC 1997 is obeyed	nobody
 *	3  the member's AS is in the path, or announced it	no
 *	4  do_not_announce_to_peer				no
 *	5  announce_to_peer					yes
 *	6  do_not_announce_to_peers_with_rtt_...		no
 *	7  announce_to_peers_with_rtt_...			yes
 *	8  do_not_announce_to_any				no
 *	9  otherwise						yes
 *
 * A route that goes has the first AS of its path prepended as the first of these
 * asks, and once, twice, thrice in this order where one has several:
 *
 *	1  prepend_..._to_peer
 *	2  ..._rtt_higher_than, the highest threshold first
 *	3  ..._rtt_lower_than, the lowest threshold first
 *	4  prepend_..._to_any
 *
 * NO_EXPORT and NO_ADVERTISE are added when to_any or to_peer asks for it.
 *
 * Round-trip times belong to sessions. Lower is "at most", higher is "more than";
 * a threshold that is not in rtt_thresholds means nothing, and neither do those
 * communities for a member whose time is not known.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/policy/policy_priv.h"

/* What the communities ask for one AS, or for all: a set of bits. */
enum {
	WISH_DENY = 1,
	WISH_ALLOW = 2,
	WISH_PREPEND_1 = 4,
	WISH_PREPEND_2 = 8,
	WISH_PREPEND_3 = 16,
	WISH_NOEXPORT = 32,
	WISH_NOADVERTISE = 64,
};

/* With round-trip times the variants are not enough. For a rule with n
 * exceptions entries 0 to n - 1 hold what was asked for each, entry n what was
 * asked for all; the rest are the conditions, in the order above. */
struct policy_rtt_rule {
	uint32_t ms;	/* of a condition */
	uint16_t wish;	/* WISH_ */
	bool higher;	/* the condition is ">", not "<=" */
	uint8_t action; /* enum policy_action */
};

struct wish {
	uint32_t asn;
	uint16_t wish;
};

struct compiling {
	const struct policy *p;
	struct wish some[32], *wishes; /* some, or on the heap */
	size_t n, size;
	uint16_t all; /* what is asked for everybody */
	struct policy_rtt_rule *times;
	size_t n_times;
};

/* ---- collect */

static void
wish_add(struct compiling *c, uint32_t asn, uint16_t wish)
{
	if (!policy_is_client(c->p, asn))
		return; /* nobody here will ever ask */
	if (c->n == c->size) {
		struct wish *more = c->wishes == c->some ? NULL : c->wishes;
		more = xreallocarray(more, c->size * 2, sizeof(*more));
		if (c->wishes == c->some)
			memcpy(more, c->some, sizeof(c->some));
		c->wishes = more;
		c->size *= 2;
	}
	c->wishes[c->n++] = (struct wish){asn, wish};
}

static void
time_add(struct compiling *c, enum policy_action action, uint32_t ms,
	 bool higher, uint16_t wish)
{
	bool known = false;

	for (size_t i = 0; i < c->p->n_rtt_thresholds; i++)
		known |= c->p->rtt_thresholds[i] == ms;
	if (!known || c->p->n_rtt == 0)
		return;
	if ((c->n_times & (c->n_times - 1)) == 0)
		c->times =
		    xreallocarray(c->times, c->n_times ? c->n_times * 2 : 1,
				  sizeof(*c->times));
	c->times[c->n_times++] =
	    (struct policy_rtt_rule){.ms = ms,
				     .wish = wish,
				     .higher = higher,
				     .action = (uint8_t)action};
}

static void
meaning_add(struct compiling *c, const struct policy_meaning *m)
{
	static const struct {
		uint16_t wish;
		enum { NOBODY, ALL, PEER, LOWER, HIGHER } whom;
	} table[POLICY_ACTIONS + 1] = {
	    [POLICY_DENY_ALL] = {WISH_DENY, ALL},
	    [POLICY_DENY_PEER] = {WISH_DENY, PEER},
	    [POLICY_ALLOW_PEER] = {WISH_ALLOW, PEER},
	    [POLICY_DENY_RTT_LOWER] = {WISH_DENY, LOWER},
	    [POLICY_DENY_RTT_HIGHER] = {WISH_DENY, HIGHER},
	    [POLICY_ALLOW_RTT_LOWER] = {WISH_ALLOW, LOWER},
	    [POLICY_ALLOW_RTT_HIGHER] = {WISH_ALLOW, HIGHER},
	    [POLICY_PREPEND_ANY_1] = {WISH_PREPEND_1, ALL},
	    [POLICY_PREPEND_ANY_2] = {WISH_PREPEND_2, ALL},
	    [POLICY_PREPEND_ANY_3] = {WISH_PREPEND_3, ALL},
	    [POLICY_PREPEND_PEER_1] = {WISH_PREPEND_1, PEER},
	    [POLICY_PREPEND_PEER_2] = {WISH_PREPEND_2, PEER},
	    [POLICY_PREPEND_PEER_3] = {WISH_PREPEND_3, PEER},
	    [POLICY_PREPEND_RTT_LOWER_1] = {WISH_PREPEND_1, LOWER},
	    [POLICY_PREPEND_RTT_LOWER_2] = {WISH_PREPEND_2, LOWER},
	    [POLICY_PREPEND_RTT_LOWER_3] = {WISH_PREPEND_3, LOWER},
	    [POLICY_PREPEND_RTT_HIGHER_1] = {WISH_PREPEND_1, HIGHER},
	    [POLICY_PREPEND_RTT_HIGHER_2] = {WISH_PREPEND_2, HIGHER},
	    [POLICY_PREPEND_RTT_HIGHER_3] = {WISH_PREPEND_3, HIGHER},
	    [POLICY_ADD_NOEXPORT_ANY] = {WISH_NOEXPORT, ALL},
	    [POLICY_ADD_NOADVERTISE_ANY] = {WISH_NOADVERTISE, ALL},
	    [POLICY_ADD_NOEXPORT_PEER] = {WISH_NOEXPORT, PEER},
	    [POLICY_ADD_NOADVERTISE_PEER] = {WISH_NOADVERTISE, PEER},
	};
	uint16_t wish = table[m->action].wish;

	switch (table[m->action].whom) {
	case NOBODY: break;
	case ALL: c->all |= wish; break;
	case PEER: wish_add(c, m->arg, wish); break;
	case LOWER: time_add(c, m->action, m->arg, false, wish); break;
	case HIGHER: time_add(c, m->action, m->arg, true, wish); break;
	}
}

/* ---- decide */

static uint16_t
prepend_of(uint16_t wish)
{
	return wish & WISH_PREPEND_1   ? 1
	       : wish & WISH_PREPEND_2 ? 2
	       : wish & WISH_PREPEND_3 ? 3
				       : 0;
}

/* Does an announcement go, by the conditions? By do_not_announce_to_any else. */
static bool
goes(uint16_t all, const struct policy_rtt_rule *t, size_t n, double ms)
{
	for (size_t i = 0; i < n; i++)
		if ((t[i].wish & (WISH_DENY | WISH_ALLOW)) &&
		    (t[i].higher ? ms > t[i].ms : ms <= t[i].ms))
			return t[i].wish & WISH_ALLOW;
	return !(all & WISH_DENY);
}

/* The lists above, for one member; n is 0 when its time is not known. */
static uint16_t
decide(uint16_t peer, uint16_t all, const struct policy_rtt_rule *t, size_t n,
       double ms)
{
	uint16_t wish = peer | all, v = prepend_of(peer);

	if ((peer & WISH_DENY) ||
	    (!(peer & WISH_ALLOW) && !goes(all, t, n, ms)))
		return POLICY_VARIANT_DENY;
	for (size_t i = 0; v == 0 && i < n; i++)
		if (t[i].higher ? ms > t[i].ms : ms <= t[i].ms)
			v = prepend_of(t[i].wish);
	if (v == 0)
		v = prepend_of(all);
	if (wish & WISH_NOEXPORT)
		v |= POLICY_VARIANT_NOEXPORT;
	if (wish & WISH_NOADVERTISE)
		v |= POLICY_VARIANT_NOADVERTISE;
	return v;
}

/* ---- compile */

static int
wish_cmp(const void *a, const void *b)
{
	const struct wish *x = a, *y = b;

	return x->asn < y->asn ? -1 : x->asn > y->asn;
}

/* One entry for each AS, ascending. */
static void
wishes_join(struct compiling *c)
{
	size_t n = 0;

	if (c->n > 1)
		qsort(c->wishes, c->n, sizeof(*c->wishes), wish_cmp);
	for (size_t i = 0; i < c->n; i++)
		if (n > 0 && c->wishes[n - 1].asn == c->wishes[i].asn)
			c->wishes[n - 1].wish |= c->wishes[i].wish;
		else
			c->wishes[n++] = c->wishes[i];
	c->n = n;
}

/* Where a condition stands in the order: not, only, prepend higher, lower. */
static unsigned int
time_class(const struct policy_rtt_rule *t)
{
	return t->wish & WISH_DENY    ? 0
	       : t->wish & WISH_ALLOW ? 1
	       : t->higher	      ? 2
				      : 3;
}

static int
time_cmp(const void *a, const void *b)
{
	const struct policy_rtt_rule *x = a, *y = b;
	unsigned int cx = time_class(x), cy = time_class(y);

	if (cx != cy)
		return cx < cy ? -1 : 1;
	if (x->ms != y->ms)
		return (x->ms < y->ms) == (cx == 3) ? -1 : 1;
	return x->wish < y->wish ? -1 : x->wish > y->wish;
}

static void
times_compile(struct policy_rule *r, struct compiling *c)
{
	r->by_session = true;
	r->n_rtt = c->n + 1 + c->n_times;
	r->rtt = xcalloc(r->n_rtt, sizeof(*r->rtt));
	for (size_t i = 0; i < c->n; i++)
		r->rtt[i].wish = c->wishes[i].wish;
	r->rtt[c->n].wish = c->all;
	qsort(c->times, c->n_times, sizeof(*c->times), time_cmp);
	memcpy(&r->rtt[c->n + 1], c->times, c->n_times * sizeof(*c->times));
}

static void
compile(struct policy_rule *r, struct compiling *c)
{
	wishes_join(c);
	r->others = decide(0, c->all, NULL, 0, 0);
	if (c->n_times > 0)
		times_compile(r, c);
	if (c->n > 0)
		r->except = xreallocarray(NULL, c->n, sizeof(*r->except));
	for (size_t i = 0; i < c->n; i++) {
		uint16_t v = decide(c->wishes[i].wish, c->all, NULL, 0, 0);
		if (v != r->others || r->by_session)
			r->except[r->n++] =
			    (struct policy_exception){c->wishes[i].asn, v};
	}
}

static bool
goes_to_nobody(const struct policy *p, const struct bgp_attrs *a,
	       uint16_t marks)
{
	return marks & (POLICY_MARK_ROV_INVALID | POLICY_MARK_ASPA_INVALID) ||
	       (p->obey_rfc1997 && (policy_has_std(a, BGP_NO_EXPORT) ||
				    policy_has_std(a, BGP_NO_ADVERTISE)));
}

/* Those of RFC 1997's reserved range, whoever gave them a meaning. */
static bool
has_well_known(const struct bgp_attrs *a)
{
	for (size_t i = 0; i < a->n_communities; i++)
		if (a->communities[i] >> 16 == 0xffff)
			return true;
	return false;
}

bool
policy_is_plain(const struct policy *p, const struct policy_session *from,
		const struct bgp_attrs *a)
{
	struct bgp_path_walk path = bgp_path_walk(a);

	if (a->has_otc || a->has_local_pref || has_well_known(a) ||
	    policy_is_scrubbed(p, a))
		return false;
	while (bgp_path_next(&path))
		if (path.asn != from->client->asn &&
		    policy_is_client(p, path.asn))
			return false;
	return true;
}

void
policy_rule_init(struct policy_rule *r, const struct policy *p,
		 const struct policy_session *from, const struct bgp_attrs *a,
		 uint16_t marks)
{
	struct compiling c;
	struct policy_walk w = policy_walk(p, a);
	struct bgp_path_walk path = bgp_path_walk(a);

	*r = (struct policy_rule){0};
	if (goes_to_nobody(p, a, marks)) {
		r->others = POLICY_VARIANT_DENY;
		return;
	}
	c.p = p;
	c.wishes = c.some;
	c.size = sizeof(c.some) / sizeof(c.some[0]);
	c.n = c.n_times = c.all = 0;
	c.times = NULL;
	wish_add(&c, from->client->asn, WISH_DENY);
	for (uint32_t last = from->client->asn; bgp_path_next(&path);
	     last = path.asn)
		if (path.asn != last)
			wish_add(&c, path.asn, WISH_DENY);
	while (policy_walk_next(&w))
		meaning_add(&c, &w.m);
	compile(r, &c);
	free(c.times);
	if (c.wishes != c.some)
		free(c.wishes);
}

void
policy_rule_clear(struct policy_rule *r)
{
	free(r->except);
	free(r->rtt);
	*r = (struct policy_rule){0};
}

/* Which exception is the AS? r->n: none. */
static size_t
exception_of(const struct policy_rule *r, uint32_t asn)
{
	size_t from = 0, to = r->n;

	while (from < to) {
		size_t at = (from + to) / 2;
		if (r->except[at].asn == asn)
			return at;
		if (r->except[at].asn < asn)
			from = at + 1;
		else
			to = at;
	}
	return r->n;
}

uint16_t
policy_rule_variant(const struct policy_rule *r, const struct policy *p,
		    const struct policy_session *to)
{
	size_t i = exception_of(r, to->client->asn);
	double ms;

	if (r->by_session && policy_rtt_of(p, &to->address, &ms))
		return decide(i < r->n ? r->rtt[i].wish : 0, r->rtt[r->n].wish,
			      &r->rtt[r->n + 1], r->n_rtt - r->n - 1, ms);
	return i < r->n ? r->except[i].variant : r->others;
}
