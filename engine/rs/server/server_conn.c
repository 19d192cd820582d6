/*
 * server_conn: TCP connections with members: how they begin and end.
 *
 * A connection that is let go lingers: a NOTIFICATION that was written must
 * reach the member, and a close with unread bytes would make the kernel send a
 * reset that overtakes it. So we shut down our side, read and forget until the
 * other side closes, and give up after a second.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "rs/server/server_state.h"

#define CONN_LINGER_MS 1000
/* What the kernel may keep for a member that reads slowly: left to itself it
 * takes 4 MiB, and a thousand such would drive all of TCP into want of memory,
 * where segments are dropped and sent again after ever longer pauses. */
#define CONN_ROOM (256 * 1024)

/* ---- lives */

static void
conn_closed(uv_handle_t *h)
{
	struct server_conn *c = h->data;

	if (--c->handles > 0)
		return;
	free(c->rest);
	free(c);
}

void
server_conn_drop(struct server_conn *c)
{
	struct server *s = c->s;

	if (c->closing)
		return;
	c->closing = true;
	server_ahead_forget(c);
	s->n_strangers -= c->stranger;
	*(c->prev != NULL ? &c->prev->next : &s->conns) = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	uv_close((uv_handle_t *)&c->tcp, conn_closed);
	uv_close((uv_handle_t *)&c->linger, conn_closed);
}

struct server_conn *
server_conn_new(struct server *s, struct server_member *m, enum bgp_side side,
		unsigned int af)
{
	struct server_conn *c = xcalloc(1, sizeof(*c));

	c->s = s;
	c->m = m;
	c->side = side;
	c->handles = 2;
	c->born = server_now(s);
	c->failed = uv_tcp_init_ex(s->loop, &c->tcp, af);
	if (c->failed < 0) /* no socket: one without */
		uv_tcp_init(s->loop, &c->tcp);
	uv_timer_init(s->loop, &c->linger);
	c->tcp.data = c->linger.data = c;
	c->next = s->conns;
	if (s->conns != NULL)
		s->conns->prev = c;
	s->conns = c;
	return c;
}

/* ---- letting go */

static void
conn_lingered(uv_timer_t *t)
{
	server_conn_drop(t->data);
}

static void
conn_shut(uv_shutdown_t *req, int status)
{
	struct server_conn *c = req->handle->data;

	free(req);
	if (status < 0)
		server_conn_drop(c);
}

void
server_conn_close(struct server_conn *c)
{
	if (c->closing)
		return;
	if (c->m != NULL)
		c->m->conn[c->side] = NULL;
	c->m = NULL;
	if (!c->connected) {
		server_conn_drop(c);
		return;
	}
	uv_shutdown_t *req = xcalloc(1, sizeof(*req));
	if (uv_shutdown(req, (uv_stream_t *)&c->tcp, conn_shut) < 0) {
		free(req);
		server_conn_drop(c);
		return;
	}
	uv_timer_start(&c->linger, conn_lingered, CONN_LINGER_MS, 0);
}

void
server_conn_ended(struct server_conn *c, int status)
{
	struct server_member *m = c->m;
	struct bgp_event ev = {.type = BGP_EV_TCP_DOWN,
			       .side = c->side,
			       .text = status == UV_EOF
					   ? "connection closed by the member"
					   : uv_strerror(status)};

	if (m != NULL)
		m->conn[c->side] = NULL;
	c->m = NULL;
	server_conn_drop(c);
	if (m != NULL)
		server_member_step(m, &ev);
}

/* ---- beginning */

static void
conn_local(struct server_conn *c)
{
	struct sockaddr_storage ss;
	int len = sizeof(ss);
	uint16_t port;

	if (uv_tcp_getsockname(&c->tcp, (struct sockaddr *)&ss, &len) == 0)
		ip_from_sockaddr((const struct sockaddr *)&ss, &c->m->local,
				 &port);
}

void
server_conn_start(struct server_conn *c)
{
	struct bgp_event up = {.type = BGP_EV_TCP_UP, .side = c->side};
	int room = CONN_ROOM;

	c->connected = true;
	conn_local(c);
	uv_tcp_nodelay(&c->tcp, 1);
	uv_send_buffer_size((uv_handle_t *)&c->tcp, &room);
	server_read(c);
	server_member_step(c->m, &up);
}

static void
conn_connected(uv_connect_t *req, int status)
{
	struct server_conn *c = req->handle->data;

	free(req);
	if (c->closing || status == UV_ECANCELED)
		return;
	if (status < 0)
		server_conn_ended(c, status);
	else
		server_conn_start(c);
}

/* The address to connect from: the one we listen on, if there is just one of
 * that family; on two LANs the kernel knows better. */
static const struct ip_addr *
own_address(const struct server *s, enum ip_family f)
{
	const struct ip_addr *own = NULL;

	for (size_t i = 0; i < s->conf->n_listen; i++) {
		if (s->conf->listen[i].family != f)
			continue;
		if (own != NULL)
			return NULL;
		own = &s->conf->listen[i];
	}
	return own;
}

static int
conn_connect(struct server_conn *c, uv_connect_t *req)
{
	struct sockaddr_storage ss;
	const struct policy_client *client = c->m->policy.client;
	const struct ip_addr *to = &c->m->policy.address;
	const struct ip_addr *own = own_address(c->s, to->family);
	int r = c->failed;

	if (r == 0)
		server_socket_ttl(&c->tcp, to->family, &client->settings);
	if (r == 0 && client->password != NULL)
		r = server_socket_md5(&c->tcp, to, client->password);
	if (r == 0 && own != NULL) {
		ip_to_sockaddr(own, 0, &ss);
		r = uv_tcp_bind(&c->tcp, (const struct sockaddr *)&ss, 0);
	}
	ip_to_sockaddr(to, c->s->conf->port, &ss);
	if (r == 0)
		r = uv_tcp_connect(req, &c->tcp, (const struct sockaddr *)&ss,
				   conn_connected);
	return r;
}

static void
conn_failed_at_once(uv_timer_t *t)
{
	struct server_conn *c = t->data;

	server_conn_ended(c, c->failed);
}

void
server_conn_open(struct server_member *m)
{
	unsigned int af =
	    m->policy.address.family == IP_V4 ? AF_INET : AF_INET6;
	struct server_conn *c = server_conn_new(m->s, m, BGP_OUT, af);
	uv_connect_t *req = xcalloc(1, sizeof(*req));

	m->conn[BGP_OUT] = c;
	c->failed = conn_connect(c, req);
	if (c->failed < 0) { /* answer later: we are in the middle of a step */
		free(req);
		uv_timer_start(&c->linger, conn_failed_at_once, 0, 0);
	}
}
