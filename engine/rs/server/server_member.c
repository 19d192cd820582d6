/*
 * server_member: one session: feed its state machine, carry out what it says.
 *
 * The machine (bgp_fsm) knows no sockets and no clock; here each of its actions
 * becomes a call, and the next of its deadlines and ours a timer. Nothing called
 * from an action steps the machine again: connections answer from the loop, and a
 * limit that was passed is acted upon when all actions have been carried out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "rs/server/server_state.h"

/* From Established to the first UPDATE, or until the member has said all it has
 * (End-of-RIB): the tables of members that come together are heard before they
 * are told. */
#define MEMBER_BEGIN_MS 2

/* BIRD 2.0.12 may go to sleep for three seconds with its own table unsent when
 * what we have to say comes together with the KEEPALIVE that completes the
 * session: in two of three starts when we do not wait, in a few of a hundred
 * with some milliseconds on a busy machine. Any message wakes it up. So a member
 * that has said nothing after a while is told End-of-RIB again, a few times. */
#define MEMBER_NUDGE_MS 15
#define MEMBER_NUDGES 4

static void
member_log(const struct server_member *m, const char *what, const char *why)
{
	char a[IP_ADDRSTRLEN];

	log_info("server", "%s (AS%u, %s) %s%s%s", server_member_name(m),
		 m->policy.client->asn, ip_addr_print(&m->policy.address, a),
		 what, *why ? ": " : "", why);
}

/* ---- up and down */

static void
member_up(struct server_member *m)
{
	const struct bgp_session *session = bgp_fsm_session(&m->fsm);

	member_log(m, "is up", "");
	m->begin_at = server_now(m->s) + MEMBER_BEGIN_MS;
	m->nudge_at = server_now(m->s) + MEMBER_NUDGE_MS;
	m->nudges = 0;
	m->again_at = 0;
	for (int f = 0; f < SERVER_FAMILIES; f++)
		if (m->out[f] != NULL &&
		    (session->families & bgp_family_bit(server_family(f))))
			export_up(m->out[f], session);
}

/* keep: families whose routes stay for a while, as stale. */
static void
member_down(struct server_member *m, uint8_t keep)
{
	member_log(m, "is down", m->fsm.last_error);
	snprintf(m->last_down, sizeof(m->last_down), "%s", m->fsm.last_error);
	m->begin_at = m->nudge_at = 0;
	server_ready_not(m);
	for (int f = 0; f < SERVER_FAMILIES; f++) {
		bool kept = keep & bgp_family_bit(server_family(f));
		if (m->out[f] == NULL)
			continue;
		export_down(m->out[f], kept);
		if (!kept)
			m->limit[f] = (struct server_limit){0};
	}
	if (m->dynamic)
		m->again_at = server_now(m->s) + SERVER_DYNAMIC_MS;
}

static void
member_stale(struct server_member *m, const struct bgp_action *a)
{
	bool longer = a->type == BGP_ACT_STALE_LONG_LIVED;

	member_log(m, longer ? "is still away" : "has said what it has",
		   longer ? "its routes are a last resort from now on"
			  : "what is stale goes");
	for (int f = 0; f < SERVER_FAMILIES; f++) {
		if (!(a->families & bgp_family_bit(server_family(f))))
			continue;
		if (longer)
			server_stale_long(m, f);
		else
			server_stale_sweep(m, f);
	}
}

void
server_member_begin(struct server_member *m)
{
	if (m->begin_at == 0)
		return;
	m->begin_at = 0;
	server_ready(m);
}

/* ---- the machine's actions */

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
			server_write(c, a->data, a->len);
		break;
	case BGP_ACT_CLOSE:
		if (c != NULL)
			server_conn_close(c);
		break;
	case BGP_ACT_UP: member_up(m); break;
	case BGP_ACT_DOWN: member_down(m, a->keep); break;
	case BGP_ACT_UPDATE: server_import(m, a->update, m->judged); break;
	case BGP_ACT_REFRESH: server_import_refresh(m, &a->refresh); break;
	case BGP_ACT_STALE_LONG_LIVED:
	case BGP_ACT_STALE_OVER: member_stale(m, a); break;
	}
}

/* Idle, Connect and Active take turns while a member is away: not news. */
static enum bgp_state
news(enum bgp_state s)
{
	return s < BGP_OPENSENT ? BGP_IDLE : s;
}

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
	server_member_arm(m);
}

void
server_member_step(struct server_member *m, const struct bgp_event *ev)
{
	struct bgp_actions acts;

	bgp_fsm_step(&m->fsm, ev, server_now(m->s), &acts);
	member_acts(m, &acts);
}

/* ---- time */

static void
member_nudge(struct server_member *m, uint64_t now)
{
	enum bgp_side side;

	m->nudge_at = 0;
	if (m->nudges++ == MEMBER_NUDGES || !bgp_fsm_side(&m->fsm, &side) ||
	    m->conn[side] == NULL)
		return;
	m->nudge_at = now + ((uint64_t)MEMBER_NUDGE_MS << 2 * m->nudges);
	for (int f = 0; f < SERVER_FAMILIES; f++) {
		uint8_t bytes[64];
		struct wbuf w = wbuf_of(bytes, sizeof(bytes));
		if (m->out[f] == NULL || !server_peer(m, f)->up ||
		    m->conn[side]->writing || export_waiting(m->out[f]))
			continue; /* it is being told something anyway */
		bgp_eor_encode(&w, server_family(f));
		server_write(m->conn[side], bytes, w.len);
	}
}

static uint64_t
earlier(uint64_t a, uint64_t b) /* 0: never */
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

static void
member_timer(uv_timer_t *t)
{
	struct server_member *m = t->data;
	struct bgp_event ev = {.type = BGP_EV_TIMER};
	uint64_t now = server_now(m->s);

	m->timer_at = 0;
	if (m->begin_at <= now)
		server_member_begin(m);
	if (m->nudge_at != 0 && m->nudge_at <= now)
		member_nudge(m, now);
	if (m->again_at != 0 && m->again_at <= now) {
		m->again_at = 0;
		if (m->dynamic && m->fsm.stale.families == 0) {
			server_member_del(m);
			return;
		}
		if (m->dynamic) /* its routes are still here */
			m->again_at = now + SERVER_DYNAMIC_MS;
		else
			server_member_start(m);
	}
	server_member_step(m, &ev);
}

/* Most events move a deadline away: then the timer stays, and fires in vain. */
void
server_member_arm(struct server_member *m)
{
	uint64_t fsm = bgp_fsm_next_deadline(&m->fsm), now = server_now(m->s);
	uint64_t at = fsm == UINT64_MAX ? 0 : fsm > 0 ? fsm : 1;

	at = earlier(earlier(at, m->begin_at), m->again_at);
	at = earlier(at, m->nudge_at);
	if (at == 0 || (m->timer_at != 0 && m->timer_at <= at))
		return;
	m->timer_at = at;
	uv_timer_start(&m->timer, member_timer, at > now ? at - now : 0, 0);
}

/* ---- messages */

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
	if (m->over >= 0)
		server_limit_act(m);
}

void
server_member_hear(struct server_member *m, enum bgp_side side,
		   const struct bgp_update *u, struct server_judged *judged)
{
	struct bgp_msg msg; /* kilobytes, most of them for other types */
	struct bgp_event ev = {.type = BGP_EV_MSG, .side = side, .msg = &msg};

	msg.type = BGP_UPDATE;
	msg.update = *u;
	m->judged = judged;
	server_member_step(m, &ev);
	m->judged = NULL;
	if (m->over >= 0)
		server_limit_act(m);
}
