/*
 * server_import: what a member announces, judged and put into the table.
 *
 * A rejected route is kept with its reason (ixrsctl show rejected), as are the
 * attributes it came with; LOCAL_PREF alone goes, for from outside it means
 * nothing (RFC 4271 5.1.5). Because all is kept, a changed policy or changed RPKI
 * data need no member's help: the table is judged again (RFC 9324).
 */
#include "base/log.h"
#include "rs/server/server_state.h"

#define IMPORT_PATHS 16 /* of one prefix, of a session with ADD-PATH */

/* ---- UPDATE */

static void
import_unblock(struct server_member *m, int f, const struct rib_path *old)
{
	if (old != NULL && old->reason == POLICY_MAX_BLOCKED)
		m->limit[f].blocked--;
}

/* Whether one more path of this prefix is too many. */
static bool
import_too_many(const struct server_member *m, int f, const struct ip_prefix *p)
{
	struct rib *r = m->s->table[f].rib;
	uint32_t mine = server_peer(m, f)->index, n = 0;
	uint32_t net = rib_find(r, p);

	for (uint32_t i = 0; net != 0 && i < rib_net(r, net)->n; i++)
		n += rib_path(r, rib_net_path(r, net, i))->peer == mine;
	return n >= IMPORT_PATHS;
}

static void
import_say_too_many(struct server_member *m, int f, const struct ip_prefix *p)
{
	char address[IP_ADDRSTRLEN], prefix[IP_PREFIXSTRLEN];

	if (!m->limit[f].paths)
		log_warnx("server",
			  "%s (%s) announces more than %d paths to %s: the "
			  "others are not taken",
			  server_member_name(m),
			  ip_addr_print(&m->policy.address, address),
			  IMPORT_PATHS, ip_prefix_print(p, prefix));
	m->limit[f].paths = true;
}

/* A path that is not there yet meets the limits. Whether it is let in, perhaps as
 * blocked. */
static bool
import_room(struct server_member *m, int f, const struct ip_prefix *p,
	    bool add_path, struct rib_verdict *v)
{
	bool keep = true;

	if (server_limit_blocks(m, f, v, &keep)) {
		v->reason = POLICY_MAX_BLOCKED;
		v->marks = 0;
		v->rank = 0;
	}
	if (keep && add_path && import_too_many(m, f, p)) {
		import_say_too_many(m, f, p);
		keep = false;
	}
	m->limit[f].blocked += keep && v->reason == POLICY_MAX_BLOCKED;
	m->limit[f].discarded += !keep;
	return keep;
}

static bool
import_limited(const struct server_member *m, int f)
{
	const struct policy_settings *c = &m->policy.client->settings;

	return c->max_action == POLICY_MAX_BLOCK && c->max_prefix[f] != 0;
}

static void
import_path(struct server_member *m, int f, const struct ip_prefix *p,
	    uint32_t hash, const uint32_t *id, struct rib_attrs *ra,
	    const struct policy_verdict *pv)
{
	struct rib *r = m->s->table[f].rib;
	struct rib_peer *peer = server_peer(m, f);
	struct rib_verdict v = {pv->reason, pv->marks, pv->rank};
	uint32_t n = id != NULL ? *id : 0;

	if (id != NULL || import_limited(m, f)) {
		uint32_t at = rib_path_of(peer, p, n);
		const struct rib_path *old = at ? rib_path(r, at) : NULL;
		bool counted = old != NULL && old->reason == POLICY_ACCEPTED;
		import_unblock(m, f, old);
		if (!counted &&
		    !import_room(m, f, p, id != NULL && old == NULL, &v)) {
			if (old != NULL && rib_withdraw(peer, p, n))
				server_event_route(m, p, false);
			return;
		}
	}
	server_warn(m, p, ra, v.marks);
	if (rib_announce_hashed(peer, p, hash, n, ra, &v))
		server_event_route(m, p, true);
}

static void
import_withdraw(struct server_member *m, int f, const struct ip_prefix *p,
		uint32_t id)
{
	struct rib_peer *peer = server_peer(m, f);

	if (m->limit[f].blocked > 0) {
		uint32_t at = rib_path_of(peer, p, id);
		import_unblock(m, f,
			       at ? rib_path(m->s->table[f].rib, at) : NULL);
	}
	if (rib_withdraw(peer, p, id))
		server_event_route(m, p, false);
}

static bool
import_takes(const struct server_member *m, int f)
{
	return m->out[f] != NULL && server_peer(m, f)->up;
}

/* A link-local next hop (RFC 2545) means something on its own LAN only. Where we
 * listen on several, nobody is told it: the global one beside it is enough. */
struct bgp_attrs *
server_import_attrs(const struct server *s, struct bgp_attrs *a)
{
	size_t lans = 0;

	if (a->link_local.family == IP_NONE)
		return bgp_attrs_ref(a);
	for (size_t i = 0; i < s->conf->n_listen; i++)
		lans += s->conf->listen[i].family == IP_V6;
	if (lans < 2)
		return bgp_attrs_ref(a);
	a = bgp_attrs_clone(a);
	a->link_local = (struct ip_addr){0};
	return a;
}

/* Nobody could be told these attributes: treat as withdrawn. */
static void
import_unheard(struct server_member *m, int f, const struct bgp_reach *r)
{
	for (size_t i = 0; i < r->n; i++)
		import_withdraw(m, f, &r->prefixes[i],
				r->ids != NULL ? r->ids[i] : 0);
}

static const uint32_t *
import_id(const struct bgp_reach *r, size_t i)
{
	return r->ids != NULL ? &r->ids[i] : NULL;
}

/* Nobody else announces it, so that its plan will be asked for. */
static bool
import_first(const struct rib *rib, const struct ip_prefix *p)
{
	uint32_t net = rib_find(rib, p);

	return net != 0 && rib_net(rib, net)->n == 1;
}

static void
import_judged(struct server_member *m, int f, const struct bgp_reach *r,
	      struct server_judged *j)
{
	struct rib *rib = m->s->table[f].rib;
	struct rib_attrs *ra = rib_attrs_join(rib, j->made);

	j->made = NULL;
	if (j->plain && j->verdicts[0].reason == POLICY_ACCEPTED)
		export_plain(m->out[f], ra, j->verdicts[0].marks);
	for (size_t i = 0; i < r->n; i++)
		import_path(m, f, &r->prefixes[i], j->hashes[i],
			    import_id(r, i), ra, &j->verdicts[i]);
	if (j->draft != NULL && import_first(rib, &r->prefixes[0]))
		export_draft_use(m->out[f], ra, j->draft);
	rib_attrs_unref(rib, ra);
}

static void
import_unread(struct server_member *m, int f, const struct bgp_reach *r)
{
	struct rib *rib = m->s->table[f].rib;
	struct bgp_attrs *a = server_import_attrs(m->s, r->attrs);
	struct rib_attrs *ra = rib_attrs_intern(rib, a);
	struct policy_case about =
	    policy_case(m->s->policy, &m->policy, server_family(f), a);

	for (size_t i = 0; ra != NULL && i < r->n; i++) {
		const struct ip_prefix *p = &r->prefixes[i];
		struct policy_verdict v = policy_judge(&about, p);
		import_path(m, f, p, rib_hash(rib, p), import_id(r, i), ra, &v);
	}
	if (ra != NULL)
		rib_attrs_unref(rib, ra);
	else
		import_unheard(m, f, r);
	bgp_attrs_unref(a);
}

static void
import_reach(struct server_member *m, const struct bgp_reach *r,
	     struct server_judged *judged)
{
	if (r->n == 0)
		return;
	int f = server_family_index((enum ip_family)r->prefixes[0].addr.family);
	if (!import_takes(m, f))
		return;
	if (judged != NULL)
		import_judged(m, f, r, judged);
	else
		import_unread(m, f, r);
	server_limit_check(m, f);
}

void
server_import(struct server_member *m, const struct bgp_update *u,
	      struct server_judged *judged)
{
	m->nudge_at = 0; /* it is awake */
	for (size_t i = 0; i < u->n_withdrawn; i++) {
		int f = server_family_index(
		    (enum ip_family)u->withdrawn[i].addr.family);
		if (import_takes(m, f))
			import_withdraw(
			    m, f, &u->withdrawn[i],
			    u->withdrawn_ids != NULL ? u->withdrawn_ids[i] : 0);
	}
	for (size_t i = 0; i < u->n_reach; i++)
		import_reach(m, &u->reach[i],
			     judged != NULL ? &judged[i] : NULL);
	if (u->end_of_rib == IP_NONE)
		return;
	log_debug("server", "%s has sent all its %s routes",
		  server_member_name(m), ip_family_name(u->end_of_rib));
	server_member_begin(m);
}

/* ---- ROUTE-REFRESH */

void
server_import_refresh(struct server_member *m, const struct bgp_refresh *r)
{
	const struct bgp_session *session = bgp_fsm_session(&m->fsm);
	int f = server_family_index(r->family);

	if (r->family == IP_NONE || session == NULL || !import_takes(m, f))
		return;
	if (r->subtype == BGP_REFRESH_REQUEST)
		export_refresh(m->out[f]);
	else if (!session->enhanced_refresh)
		return;
	else if (r->subtype == BGP_REFRESH_BEGIN)
		rib_stale_mark(server_peer(m, f));
	else if (r->subtype == BGP_REFRESH_END)
		server_stale_sweep(m, f);
}

int
server_import_ask(struct server_member *m, struct err *e)
{
	uint8_t bytes[BGP_MSG_MAX];
	const struct bgp_session *session = bgp_fsm_session(&m->fsm);
	enum bgp_side side;

	if (!bgp_fsm_side(&m->fsm, &side) || m->conn[side] == NULL)
		return err_here(e, "the session with %s is not up",
				server_member_name(m));
	if (!session->refresh)
		return err_here(e, "%s does not know route refresh",
				server_member_name(m));
	for (int f = 0; f < SERVER_FAMILIES; f++) {
		struct wbuf w = wbuf_of(bytes, sizeof(bytes));
		struct bgp_refresh r = {server_family(f), BGP_REFRESH_REQUEST};
		if (!import_takes(m, f))
			continue;
		bgp_refresh_encode(&w, &r);
		server_write(m->conn[side], bytes, w.len);
	}
	return 0;
}
