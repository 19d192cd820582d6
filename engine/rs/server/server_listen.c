/*
 * server_listen: who connects, and who is let in.
 *
 * A connection is a member's, or from inside a range of one, or a stranger's. A
 * member has at most one that we accepted: while that one is only half a session
 * a newer one takes its place, for a router that comes back does not wait for our
 * timers, and nobody gets more by opening more. Before that is decided, what the
 * member has said on its old connection is read, for the loop may come to it later:
 * members that all start anew are then back at once. Strangers hear a Cease, and so do
 * members that have a session, a bounded number of them at a time; the others are
 * just closed.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "rs/server/server_state.h"

#define LISTEN_BACKLOG 4096
#define LISTEN_STRANGERS 64
#define LISTEN_AT_ONCE 16 /* in one turn of the loop */
#define LISTEN_REPLACE_MS 1000

/* ---- in */

static void
listen_refuse(struct server_conn *c, enum bgp_cease subcode)
{
	uint8_t bytes[BGP_MSG_MAX];
	struct wbuf w = wbuf_of(bytes, sizeof(bytes));
	struct bgp_notify n = bgp_notify_cease(subcode, NULL);

	if (c->s->n_strangers >= LISTEN_STRANGERS) {
		server_conn_drop(c);
		return;
	}
	c->connected = true;
	c->stranger = true;
	c->s->n_strangers++;
	bgp_notify_encode(&w, &n);
	server_write(c, bytes, w.len);
	server_read(c);
	server_conn_close(c);
}

static bool
listen_peer(const struct server_conn *c, struct ip_addr *from)
{
	struct sockaddr_storage ss;
	int len = sizeof(ss);
	uint16_t port;

	return uv_tcp_getpeername(&c->tcp, (struct sockaddr *)&ss, &len) == 0 &&
	       ip_from_sockaddr((const struct sockaddr *)&ss, from, &port);
}

/* A newer connection instead of one that has not become a session; not one of
 * many that come together. */
static void
listen_replace(struct server_member *m)
{
	struct server_conn *old = m->conn[BGP_IN];

	if (old != NULL && m->fsm.conn[BGP_IN].state <= BGP_OPENSENT &&
	    server_now(m->s) - old->born >= LISTEN_REPLACE_MS)
		server_conn_ended(old, UV_ECONNABORTED);
}

static void
listen_take(struct server_conn *c, struct server_member *m)
{
	struct bgp_event restarted = {.type = BGP_EV_RESTARTED};

	for (int side = BGP_OUT; side <= BGP_IN; side++)
		if (m->conn[side] != NULL && m->conn[side]->connected)
			server_read_now(m->conn[side]);
	if (bgp_fsm_restarted(&m->fsm, server_now(m->s)))
		server_member_step(m, &restarted);
	listen_replace(m);
	if (bgp_fsm_collides(&m->fsm, server_now(m->s))) {
		listen_refuse(c, BGP_CEASE_COLLISION);
		return;
	}
	if (m->conn[BGP_IN] != NULL || !bgp_fsm_may_accept(&m->fsm)) {
		server_conn_drop(c);
		return;
	}
	c->m = m;
	m->conn[BGP_IN] = c;
	server_socket_ttl(&c->tcp, m->policy.address.family,
			  &m->policy.client->settings);
	server_conn_start(c);
}

static void
listen_one(struct server *s, uv_stream_t *listener)
{
	struct ip_addr from;
	char text[IP_ADDRSTRLEN];
	struct server_conn *c = server_conn_new(s, NULL, BGP_IN, AF_UNSPEC);

	if (uv_accept(listener, (uv_stream_t *)&c->tcp) < 0 ||
	    !listen_peer(c, &from)) {
		server_conn_drop(c);
		return;
	}
	struct server_member *m = server_find(s, &from);
	if (m == NULL)
		m = server_member_dynamic(s, &from);
	if (m != NULL) {
		listen_take(c, m);
		return;
	}
	log_debug("server", "%s is no member", ip_addr_print(&from, text));
	listen_refuse(c, BGP_CEASE_REJECTED);
}

/* A crowd at the door must not keep those waiting who are inside: what is not
 * taken now stays with the listener, which then stops until it is. */
static void
listen_accept(uv_stream_t *listener, int status)
{
	struct server *s = listener->data;

	if (status < 0) {
		log_warnx("server", "accept: %s", uv_strerror(status));
	} else if (s->n_accepted < LISTEN_AT_ONCE) {
		s->n_accepted++;
		listen_one(s, listener);
	} else {
		s->n_knocking++;
		s->knocking[(uv_tcp_t *)listener - s->listeners] = true;
		server_turn_soon(s);
	}
}

void
server_listen_resume(struct server *s)
{
	s->n_accepted = 0;
	if (s->n_knocking == 0)
		return;
	s->n_knocking = 0;
	for (size_t i = 0; i < s->n_listeners; i++) {
		uv_stream_t *l = (uv_stream_t *)&s->listeners[i];
		if (s->knocking[i])
			listen_one(s, l);
		s->knocking[i] = false;
	}
}

/* ---- sockets */

static int
listen_on(struct server *s, const struct ip_addr *a, struct err *e)
{
	struct sockaddr_storage ss;
	char text[IP_ADDRSTRLEN];
	uv_tcp_t *l = &s->listeners[s->n_listeners];
	static const struct policy_settings far = {.gtsm = false,
						   .multihop = 255};

	ip_to_sockaddr(a, s->conf->port, &ss);
	int r =
	    uv_tcp_init_ex(s->loop, l, a->family == IP_V6 ? AF_INET6 : AF_INET);
	if (r < 0) {
		err_here(e, "a socket for %s: %s", ip_addr_print(a, text),
			 uv_strerror(r));
		return r;
	}
	l->data = s;
	s->n_listeners++;
	server_socket_ttl(l, (enum ip_family)a->family, &far);
	r = uv_tcp_bind(l, (const struct sockaddr *)&ss,
			a->family == IP_V6 ? UV_TCP_IPV6ONLY : 0);
	if (r == 0)
		r = uv_listen((uv_stream_t *)l, LISTEN_BACKLOG, listen_accept);
	if (r == 0)
		return 0;
	err_here(e, "listen on %s port %u: %s", ip_addr_print(a, text),
		 s->conf->port, uv_strerror(r));
	return r;
}

int
server_listen(struct server *s, struct err *e)
{
	struct ip_addr any4 = {.family = IP_V4}, any6 = {.family = IP_V6};
	size_t n = s->conf->n_listen;

	s->listeners = xcalloc(n > 2 ? n : 2, sizeof(*s->listeners));
	s->knocking = xcalloc(n > 2 ? n : 2, sizeof(*s->knocking));
	for (size_t i = 0; i < n; i++)
		if (listen_on(s, &s->conf->listen[i], e) < 0)
			return -1;
	if (n > 0)
		return 0;
	if (listen_on(s, &any4, e) < 0)
		return -1;
	int r = listen_on(s, &any6, e);
	if (r == UV_EAFNOSUPPORT || r == UV_EADDRNOTAVAIL)
		log_warnx("server", "no IPv6 here: %s", e->msg);
	else if (r < 0)
		return -1;
	return 0;
}

void
server_unlisten(struct server *s)
{
	for (size_t i = 0; i < s->n_listeners; i++)
		uv_close((uv_handle_t *)&s->listeners[i], NULL);
	s->n_listeners = 0;
}
