/*
 * server_again: judge routes again that are in the table already, because the
 * policy has changed, or what it knows (RPKI). Members are not asked.
 *
 * Paths of a member that came together lie together, so that unpacking the last
 * attribute set once serves most of them.
 */
#include <stdlib.h>

#include "base/ipmap.h"
#include "base/str.h"
#include "rs/server/server_state.h"

struct again {
	struct server *s;
	int f;
	const struct rib_attrs *of; /* what a was unpacked from */
	struct bgp_attrs *a;
};

/* Is there still no room for it? */
static bool
again_blocked(const struct again *g, struct server_member *m,
	      const struct rib_verdict *v)
{
	bool keep;

	if (server_limit_blocks(m, g->f, v, &keep))
		return true;
	m->limit[g->f].blocked--;
	return false;
}

static void
again_path(struct again *g, struct server_member *m, uint32_t n)
{
	struct rib *r = g->s->table[g->f].rib;
	const struct rib_path *p = rib_path(r, n);
	const struct ip_prefix prefix = rib_net(r, p->net)->prefix;

	if (p->attrs != g->of) {
		bgp_attrs_unref(g->a);
		g->of = p->attrs;
		g->a = bgp_unpack(p->attrs->packed, p->attrs->len);
	}
	struct policy_verdict v =
	    policy_import(g->s->policy, &m->policy, &prefix, g->a);
	struct rib_verdict rv = {v.reason, v.marks, v.rank};
	if (p->reason == POLICY_MAX_BLOCKED && again_blocked(g, m, &rv))
		return;
	server_warn(m, &prefix, p->attrs, rv.marks);
	server_stale_verdict(p, &rv);
	rib_judge(r, n, &rv);
}

void
server_import_again(struct server *s)
{
	for (int f = 0; f < SERVER_FAMILIES; f++) {
		struct again g = {.s = s, .f = f};
		for (struct server_member *m = s->members; m; m = m->next) {
			uint32_t next,
			    n = m->out[f] ? server_peer(m, f)->first : 0;
			for (; n != 0; n = next) {
				next = rib_path(s->table[f].rib, n)->next;
				again_path(&g, m, n);
			}
		}
		bgp_attrs_unref(g.a);
	}
}

/* ---- inside some prefixes */

static size_t
again_inside(struct server *s, int f, const struct ipmap *inside)
{
	struct rib *r = s->table[f].rib;
	struct again g = {.s = s, .f = f};
	size_t judged = 0;

	for (uint32_t n = 1; n < rib_nets_end(r); n++) {
		const struct rib_net *net = rib_net(r, n);
		uint32_t count = net->n;
		unsigned int from = 0;
		if (count == 0 ||
		    ipmap_around(inside, &net->prefix, &from) == IPMAP_NONE)
			continue;
		uint32_t *paths = xcalloc(count, sizeof(*paths));
		for (uint32_t k = 0; k < count; k++) /* judging reorders */
			paths[k] = rib_net_path(r, n, k);
		for (uint32_t k = 0; k < count; k++)
			again_path(&g, server_from(s, f, rib_path(r, paths[k])),
				   paths[k]);
		judged += count;
		free(paths);
	}
	bgp_attrs_unref(g.a);
	return judged;
}

size_t
server_import_inside(struct server *s, const struct ip_prefix *p, size_t n)
{
	struct ipmap inside = {0};
	size_t judged = 0;

	for (size_t i = 0; i < n; i++)
		ipmap_add(&inside, &p[i]);
	for (int f = 0; f < SERVER_FAMILIES; f++)
		judged += again_inside(s, f, &inside);
	ipmap_clear(&inside);
	return judged;
}
