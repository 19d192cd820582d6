/*
 * server_member: one session: feed its state machine, carry out what it says.
 *
 * The machine (bgp_fsm) knows no sockets and no clock; here each of its actions
 * becomes a call, and its next deadline a timer. Nothing called from an action
 * steps the machine again: connections answer from the loop.
 */
#include "rs/server/server_state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"

/* The first attempts follow quickly, for at the start of a lab everybody starts.
 * The back-off ends early, because a member that has just repaired its
 * configuration should be up within a second; it is also how long a handshake
 * may take, on the longest of links. */
#define MEMBER_RETRY_MS 100
#define MEMBER_RETRY_MAX_MS 700

/* From Established to the first UPDATE. BIRD 2.0.12 may go to sleep for three
 * seconds with its own table unsent when all we have to say comes together with
 * the KEEPALIVE that completes the session; a little later, it wakes it up. It
 * also lets the tables of members that come together be heard before they are
 * told. */
#define MEMBER_BEGIN_MS 20

const char *
server_member_name(const struct server_member *m)
{
	const struct policy_client *c = m->policy.client;

	return c->description != NULL ? c->description : c->id;
}

struct server_member *
server_member_find(const struct server *s, const struct ip_addr *address)
{
	for (struct server_member *m = s->members; m != NULL; m = m->next)
		if (ip_addr_eq(&m->policy.address, address))
			return m;
	return NULL;
}

/* ---- the machine's actions */

static void
member_log(const struct server_member *m, const char *what, const char *why)
{
	char a[IP_ADDRSTRLEN];

	log_info("server", "%s (AS%u, %s) %s%s%s", server_member_name(m),
		 m->policy.client->asn, ip_addr_print(&m->policy.address, a),
		 what, *why ? ": " : "", why);
}

static void
member_begin(uv_timer_t *t)
{
	server_export(t->data);
}

static void
member_up(struct server_member *m)
{
	const struct bgp_session *session = bgp_fsm_session(&m->fsm);

	member_log(m, "is up", "");
	uv_timer_start(&m->begin, member_begin, MEMBER_BEGIN_MS, 0);
	rib_peer_up(m->peer, session->peer_id, &m->policy.address);
}

static void
member_down(struct server_member *m)
{
	member_log(m, "is down", m->fsm.last_error);
	snprintf(m->last_down, sizeof(m->last_down), "%s", m->fsm.last_error);
	uv_timer_stop(&m->begin);
	rib_peer_down(m->peer);
}

static void
member_act(struct server_member *m, const struct bgp_action *a)
{
	struct server_conn *c = m->conn[a->side];

	switch (a->type) {
	case BGP_ACT_CONNECT: server_conn_open(m); break;
	case BGP_ACT_SEND_OPEN:
	case BGP_ACT_SEND_KEEPALIVE:
	case BGP_ACT_SEND_NOTIFICATION:
		if (c != NULL)
			server_conn_write(c, a->data, a->len);
		break;
	case BGP_ACT_CLOSE:
		if (c != NULL)
			server_conn_close(c);
		break;
	case BGP_ACT_UP: member_up(m); break;
	case BGP_ACT_DOWN: member_down(m); break;
	case BGP_ACT_UPDATE: server_import(m, a->update); break;
	case BGP_ACT_REFRESH: server_import_refresh(m, &a->refresh); break;
	case BGP_ACT_STALE_LONG_LIVED:
	case BGP_ACT_STALE_OVER: break; /* graceful restart is not offered */
	}
}

/* Idle, Connect and Active take turns while a member is away: not news. */
static enum bgp_state
news(enum bgp_state s)
{
	return s < BGP_OPENSENT ? BGP_IDLE : s;
}

static void member_timer(uv_timer_t *t);

static void
member_acts(struct server_member *m, const struct bgp_actions *acts)
{
	for (size_t i = 0; i < acts->n; i++)
		member_act(m, &acts->list[i]);

	enum bgp_state state = news(bgp_fsm_state(&m->fsm));
	if (state != m->shown) {
		m->shown = state;
		server_event_session(m);
	}
	uint64_t at = bgp_fsm_next_deadline(&m->fsm), now = server_now(m->s);
	if (at == UINT64_MAX)
		uv_timer_stop(&m->timer);
	else
		uv_timer_start(&m->timer, member_timer, at > now ? at - now : 0,
			       0);
}

void
server_member_step(struct server_member *m, const struct bgp_event *ev)
{
	struct bgp_actions acts;

	bgp_fsm_step(&m->fsm, ev, server_now(m->s), &acts);
	member_acts(m, &acts);
}

static void
member_timer(uv_timer_t *t)
{
	struct bgp_event ev = {.type = BGP_EV_TIMER};

	server_member_step(t->data, &ev);
}

static void
member_malformed(struct server_member *m, const char *text)
{
	m->malformed++;
	snprintf(m->last_malformed, sizeof(m->last_malformed), "%s", text);
	log_debug("server", "%s: malformed UPDATE: %s", server_member_name(m),
		  text);
}

void
server_member_receive(struct server_member *m, enum bgp_side side,
		      const uint8_t *data, size_t len)
{
	struct bgp_actions acts;
	struct bgp_msg msg;

	bgp_fsm_receive(&m->fsm, side, data, len, server_now(m->s), &msg,
			&acts);
	if (msg.type == BGP_UPDATE && msg.problem.text[0] != '\0')
		member_malformed(m, msg.problem.text);
	member_acts(m, &acts);
	bgp_msg_clear(&msg);
}

int
server_member_refresh(struct server_member *m, struct err *e)
{
	uint8_t bytes[BGP_MSG_MAX];
	struct wbuf w = wbuf_of(bytes, sizeof(bytes));
	struct bgp_refresh r = {m->peer->family, BGP_REFRESH_REQUEST};
	const struct bgp_session *session = bgp_fsm_session(&m->fsm);
	enum bgp_side side;

	if (!bgp_fsm_side(&m->fsm, &side) || m->conn[side] == NULL)
		return err_here(e, "the session with %s is not up",
				server_member_name(m));
	if (!session->refresh)
		return err_here(e, "%s does not know route refresh",
				server_member_name(m));
	bgp_refresh_encode(&w, &r);
	server_conn_write(m->conn[side], bytes, w.len);
	return 0;
}

/* ---- lives */

static struct bgp_fsm_conf
member_conf(const struct server *s, const struct policy_client *client,
	    enum ip_family f)
{
	return (struct bgp_fsm_conf){
	    .local_as = s->policy->rs_as,
	    .local_id = s->policy->router_id,
	    .peer_as = client->asn,
	    .families = (uint8_t)bgp_family_bit(f),
	    .passive = client->settings.passive,
	    .hold = s->conf->hold,
	    .connect_retry_ms = MEMBER_RETRY_MS,
	    .idle_hold_ms = MEMBER_RETRY_MS,
	    .max_wait_ms = MEMBER_RETRY_MAX_MS,
	};
}

void
server_member_add(struct server *s, const struct policy_client *client,
		  const struct ip_addr *address)
{
	struct server_member *m = xcalloc(1, sizeof(*m)), **last = &s->members;
	struct bgp_fsm_conf conf = member_conf(s, client, address->family);
	struct bgp_event start = {.type = BGP_EV_START};

	while (*last != NULL)
		last = &(*last)->next;
	*last = m;
	m->s = s;
	m->policy =
	    (struct policy_session){.client = client, .address = *address};
	m->peer = rib_peer_add(s->rib, address->family, m);
	uv_timer_init(s->loop, &m->timer);
	uv_timer_init(s->loop, &m->begin);
	m->timer.data = m->begin.data = m;
	m->handles = 2;
	bgp_fsm_init(&m->fsm, &conf, server_now(s));
	server_member_step(m, &start);
}

static void
member_free(uv_handle_t *h)
{
	struct server_member *m = h->data;

	if (--m->handles == 0)
		free(m);
}

static void
member_stop(struct server_member *m, enum bgp_cease why)
{
	struct bgp_notify n = bgp_notify_cease(why, NULL);
	struct bgp_event stop = {.type = BGP_EV_STOP, .notify = &n};

	server_member_step(m, &stop);
	for (int side = 0; side < 2; side++)
		if (m->conn[side] != NULL)
			server_conn_close(m->conn[side]);
}

void
server_member_del(struct server_member *m)
{
	struct server_member **link = &m->s->members;

	member_stop(m, m->s->stopping ? BGP_CEASE_SHUTDOWN
				      : BGP_CEASE_UNCONFIGURED);
	while (*link != m)
		link = &(*link)->next;
	*link = m->next;
	server_event_forget(m->s, m);
	server_export_forget(m);
	rib_peer_del(m->peer);
	uv_close((uv_handle_t *)&m->timer, member_free);
	uv_close((uv_handle_t *)&m->begin, member_free);
}

void
server_member_update(struct server_member *m,
		     const struct policy_client *client)
{
	struct bgp_fsm_conf conf =
	    member_conf(m->s, client, m->policy.address.family);
	struct bgp_event start = {.type = BGP_EV_START};
	const struct bgp_fsm_conf *old = &m->fsm.conf;
	bool reset = conf.local_as != old->local_as ||
		     conf.local_id != old->local_id ||
		     conf.peer_as != old->peer_as;

	if (!reset && conf.passive == old->passive) {
		m->policy.client = client;
		return;
	}
	if (!reset && bgp_fsm_state(&m->fsm) == BGP_ESTABLISHED) {
		m->policy.client = client;
		m->fsm.conf.passive = conf.passive; /* from the next time on */
		return;
	}
	member_stop(m, BGP_CEASE_UNCONFIGURED);
	m->policy.client = client;
	bgp_fsm_init(&m->fsm, &conf, server_now(m->s));
	server_member_step(m, &start);
}
