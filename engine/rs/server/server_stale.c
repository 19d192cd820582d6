/*
 * server_stale: routes of members that are away, or about to say all again.
 *
 * A member that promised to come back (RFC 4724) keeps its routes in the table
 * for that long, as stale; for long absences (RFC 9494) they are then marked, and
 * lose against every other route. The machine (bgp_fsm) owns the times; here its
 * words become changes of paths. What the member announces again is no longer
 * stale; the rest goes at its End-of-RIB. Enhanced route refresh (RFC 7313) works
 * the same way within a session.
 */
#include <stdlib.h>

#include "base/log.h"
#include "base/str.h"
#include "rs/server/server_state.h"

/* A degree of preference worse than any that policy gives. */
#define STALE_RANK 200

void
server_stale_verdict(const struct rib_path *p, struct rib_verdict *v)
{
	if (!p->stale || !(p->marks & POLICY_MARK_LLGR))
		return;
	v->marks |= POLICY_MARK_LLGR;
	v->rank = STALE_RANK;
}

/* ---- what goes */

struct stale_sweep {
	struct server_member *m;
	int f;
};

static void
stale_gone(void *arg, const struct rib_path *p)
{
	struct stale_sweep *w = arg;
	const struct rib *r = w->m->s->table[w->f].rib;

	w->m->limit[w->f].blocked -= p->reason == POLICY_MAX_BLOCKED;
	server_event_route(w->m, &rib_net(r, p->net)->prefix, false);
}

void
server_stale_sweep(struct server_member *m, int f)
{
	struct stale_sweep w = {m, f};

	if (m->out[f] != NULL)
		rib_stale_sweep(server_peer(m, f), stale_gone, &w);
}

/* ---- long-lived */

static bool
stale_refuses(const struct bgp_attrs *a)
{
	for (size_t i = 0; i < a->n_communities; i++)
		if (a->communities[i] == BGP_NO_LLGR)
			return true;
	return false;
}

void
server_stale_long(struct server_member *m, int f)
{
	struct rib *r = m->s->table[f].rib;
	const struct rib_attrs *of = NULL;
	struct bgp_attrs *a = NULL;
	uint32_t next, n = m->out[f] != NULL ? server_peer(m, f)->first : 0;

	for (; n != 0; n = next) {
		const struct rib_path *p = rib_path(r, n);
		struct rib_verdict v = {p->reason, p->marks | POLICY_MARK_LLGR,
					STALE_RANK};
		const struct ip_prefix prefix = rib_net(r, p->net)->prefix;
		next = p->next;
		if (!p->stale)
			continue;
		if (p->attrs != of) {
			bgp_attrs_unref(a);
			of = p->attrs;
			a = bgp_unpack(of->packed, of->len);
		}
		if (!stale_refuses(a)) {
			rib_judge(r, n, &v);
			continue;
		}
		m->limit[f].blocked -= p->reason == POLICY_MAX_BLOCKED;
		rib_withdraw(server_peer(m, f), &prefix, p->id);
	}
	bgp_attrs_unref(a);
}
