/*
 * server_import: what a member announces, judged and put into the table.
 *
 * A rejected route is kept with its reason (ixrsctl show rejected), as are the
 * attributes it came with. Only LOCAL_PREF goes: from outside it means nothing
 * (RFC 4271 5.1.5) and must not be passed on.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ipmap.h"
#include "base/log.h"
#include "base/str.h"
#include "rs/server/server_state.h"

static struct rib_attrs *
import_attrs(struct server *s, struct bgp_attrs *a)
{
	struct bgp_attrs *mine;

	if (a->has_local_pref) {
		mine = bgp_attrs_clone(a);
		mine->has_local_pref = false;
		mine->local_pref = 0;
	} else {
		mine = bgp_attrs_ref(a);
	}
	return rib_attrs_intern(s->rib, mine);
}

static void
import_reach(struct server_member *m, const struct bgp_reach *r)
{
	struct server *s = m->s;
	struct rib_attrs *a = import_attrs(s, r->attrs);

	for (size_t i = 0; i < r->n; i++) {
		const struct ip_prefix *p = &r->prefixes[i];
		if (p->addr.family != m->peer->family)
			continue;
		enum policy_reason why =
		    policy_check(s->policy, &m->policy, p, a->attrs);
		if (rib_announce(m->peer, p, a, (uint16_t)why))
			server_event_route(m, p, true);
	}
	rib_attrs_unref(s->rib, a);
}

void
server_import(struct server_member *m, const struct bgp_update *u)
{
	for (size_t i = 0; i < u->n_withdrawn; i++)
		if (u->withdrawn[i].addr.family == m->peer->family &&
		    rib_withdraw(m->peer, &u->withdrawn[i]))
			server_event_route(m, &u->withdrawn[i], false);
	for (size_t i = 0; i < u->n_reach; i++)
		import_reach(m, &u->reach[i]);
	if (u->end_of_rib != IP_NONE)
		log_debug("server", "%s has sent all its routes",
			  server_member_name(m));
}

static void
import_gone(void *arg, const struct rib_path *path)
{
	server_event_route(arg, &path->net->prefix, false);
}

void
server_import_refresh(struct server_member *m, const struct bgp_refresh *r)
{
	const struct bgp_session *session = bgp_fsm_session(&m->fsm);

	if (r->family != m->peer->family || session == NULL)
		return;
	if (r->subtype == BGP_REFRESH_REQUEST)
		rib_peer_refresh(m->peer);
	else if (!session->enhanced_refresh)
		return;
	else if (r->subtype == BGP_REFRESH_BEGIN)
		rib_stale_mark(m->peer);
	else if (r->subtype == BGP_REFRESH_END)
		rib_stale_sweep(m->peer, import_gone, m);
}

void
server_import_again(struct server *s)
{
	for (struct server_member *m = s->members; m != NULL; m = m->next)
		for (struct rib_path *p = m->peer->first; p != NULL;
		     p = p->next)
			rib_path_judge(
			    p, (uint16_t)policy_check(s->policy, &m->policy,
						      &p->net->prefix,
						      p->attrs->attrs));
	rib_attrs_forget(s->rib);
	rib_touch_all(s->rib);
}

/* ---- what is known about some prefixes has changed */

/* Judging changes the order of a net's paths: from a copy of it. */
static size_t
net_again(struct server *s, const struct rib_net *net)
{
	size_t n = net->n;
	struct rib_path **paths = xcalloc(n, sizeof(struct rib_path *));

	memcpy(paths, net->paths, n * sizeof(struct rib_path *));
	for (size_t i = 0; i < n; i++) {
		const struct server_member *m = paths[i]->peer->user;
		rib_path_judge(paths[i],
			       (uint16_t)policy_check(s->policy, &m->policy,
						      &net->prefix,
						      paths[i]->attrs->attrs));
	}
	free(paths);
	return n;
}

size_t
server_import_inside(struct server *s, const struct ip_prefix *p, size_t n)
{
	struct ipmap inside = {0};
	size_t judged = 0;

	for (size_t i = 0; i < n; i++)
		ipmap_add(&inside, &p[i]);
	for (int f = IP_V4; f <= IP_V6; f += IP_V6 - IP_V4) {
		const struct rib_net *net = NULL;
		while ((net = rib_next_net(s->rib, (enum ip_family)f, net)) !=
		       NULL) {
			unsigned int from = 0;
			if (ipmap_around(&inside, &net->prefix, &from) !=
			    IPMAP_NONE)
				judged += net_again(s, net);
		}
	}
	ipmap_clear(&inside);
	return judged;
}
