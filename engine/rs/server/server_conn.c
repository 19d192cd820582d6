/*
 * server_conn: TCP connections, in and out.
 *
 * Bytes in are cut into messages; bytes out are copied into the socket, or wait
 * for it. A connection that is let go lingers: a NOTIFICATION that was written
 * must reach the member, and a close with unread bytes would make the kernel
 * send a reset that overtakes it. So we shut down our side, read and forget
 * until the other side closes, and give up after a second.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "rs/server/server_state.h"

#define CONN_BACKLOG 4096
#define CONN_LINGER_MS 1000
#define CONN_STRANGERS 64

struct conn_write {
	uv_write_t req;
	uv_buf_t buf;
};

/* ---- lives */

static void
conn_closed(uv_handle_t *h)
{
	struct server_conn *c = h->data;

	if (--c->handles == 0)
		free(c);
}

static void
conn_drop(struct server_conn *c)
{
	if (c->closing)
		return;
	c->closing = true;
	*(c->prev != NULL ? &c->prev->next : &c->s->conns) = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	uv_close((uv_handle_t *)&c->tcp, conn_closed);
	uv_close((uv_handle_t *)&c->linger, conn_closed);
}

static struct server_conn *
conn_new(struct server *s, struct server_member *m, enum bgp_side side)
{
	struct server_conn *c = xcalloc(1, sizeof(*c));

	c->s = s;
	c->m = m;
	c->side = side;
	c->handles = 2;
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
	conn_drop(t->data);
}

static void
conn_shut(uv_shutdown_t *req, int status)
{
	struct server_conn *c = req->handle->data;

	free(req);
	if (status < 0)
		conn_drop(c);
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
		conn_drop(c);
		return;
	}
	uv_shutdown_t *req = xcalloc(1, sizeof(*req));
	if (uv_shutdown(req, (uv_stream_t *)&c->tcp, conn_shut) < 0) {
		free(req);
		conn_drop(c);
		return;
	}
	uv_timer_start(&c->linger, conn_lingered, CONN_LINGER_MS, 0);
}

/* The connection ended without our doing. */
static void
conn_ended(struct server_conn *c, int status)
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
	conn_drop(c);
	if (m != NULL)
		server_member_step(m, &ev);
}

/* ---- reading */

static void
conn_alloc(uv_handle_t *h, size_t hint, uv_buf_t *buf)
{
	struct server_conn *c = h->data;

	(void)hint;
	*buf = uv_buf_init((char *)c->in + c->in_len,
			   (unsigned int)(sizeof(c->in) - c->in_len));
}

static void
conn_bad_header(struct server_conn *c, const struct bgp_problem *problem)
{
	struct bgp_event ev = {.type = BGP_EV_MSG_ERROR,
			       .side = c->side,
			       .notify = &problem->notify,
			       .text = problem->text};

	server_member_step(c->m, &ev);
}

/* Cut what is there into messages. c->m becomes NULL when one ends the
 * connection. */
static void
conn_cut(struct server_conn *c)
{
	struct bgp_problem problem = {0};
	size_t at = 0, len = 0;

	while (c->m != NULL) {
		if (bgp_frame(bgp_fsm_terms(&c->m->fsm, c->side), c->in + at,
			      c->in_len - at, &len, &problem) != BGP_OK) {
			conn_bad_header(c, &problem);
			return;
		}
		if (len == 0)
			break;
		server_member_receive(c->m, c->side, c->in + at, len);
		at += len;
	}
	memmove(c->in, c->in + at, c->in_len - at);
	c->in_len -= at;
}

static void
conn_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct server_conn *c = stream->data;

	(void)buf;
	if (n < 0) {
		conn_ended(c, (int)n);
	} else if (c->m == NULL) {
		c->in_len = 0; /* lingering */
	} else {
		c->in_len += (size_t)n;
		conn_cut(c);
		if (c->m == NULL)
			c->in_len = 0;
	}
}

static void
conn_start(struct server_conn *c)
{
	struct bgp_event up = {.type = BGP_EV_TCP_UP, .side = c->side};

	c->connected = true;
	uv_tcp_nodelay(&c->tcp, 1);
	uv_read_start((uv_stream_t *)&c->tcp, conn_alloc, conn_read);
	server_member_step(c->m, &up);
}

/* ---- writing */

static void
conn_written(uv_write_t *req, int status)
{
	struct server_conn *c = req->handle->data;
	struct conn_write *w = (struct conn_write *)req;

	free(w->buf.base);
	free(w);
	if (status == 0 && c->m != NULL)
		server_export(c->m);
}

void
server_conn_give(struct server_conn *c, uint8_t *data, size_t len)
{
	struct conn_write *w = xcalloc(1, sizeof(*w));

	w->buf = uv_buf_init((char *)data, (unsigned int)len);
	if (uv_write(&w->req, (uv_stream_t *)&c->tcp, &w->buf, 1,
		     conn_written) < 0) { /* the reading side will tell */
		free(data);
		free(w);
	}
}

void
server_conn_write(struct server_conn *c, const uint8_t *data, size_t len)
{
	uint8_t *copy = xmalloc(len);

	memcpy(copy, data, len);
	server_conn_give(c, copy, len);
}

size_t
server_conn_unsent(const struct server_conn *c)
{
	return uv_stream_get_write_queue_size((const uv_stream_t *)&c->tcp);
}

/* ---- connecting */

static void
conn_connected(uv_connect_t *req, int status)
{
	struct server_conn *c = req->handle->data;

	free(req);
	if (c->closing || status == UV_ECANCELED)
		return;
	if (status < 0)
		conn_ended(c, status);
	else
		conn_start(c);
}

static const struct ip_addr *
own_address(const struct server *s, enum ip_family f)
{
	for (size_t i = 0; i < s->conf->n_listen; i++)
		if (s->conf->listen[i].family == f)
			return &s->conf->listen[i];
	return NULL;
}

static int
conn_connect(struct server_conn *c, uv_connect_t *req)
{
	struct sockaddr_storage ss;
	const struct ip_addr *to = &c->m->policy.address;
	const struct ip_addr *own = own_address(c->s, to->family);
	int r = 0;

	if (own != NULL) {
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

	conn_ended(c, c->failed);
}

void
server_conn_open(struct server_member *m)
{
	struct server_conn *c = conn_new(m->s, m, BGP_OUT);
	uv_connect_t *req = xcalloc(1, sizeof(*req));

	m->conn[BGP_OUT] = c;
	c->failed = conn_connect(c, req);
	if (c->failed < 0) { /* answer later: we are in the middle of a step */
		free(req);
		uv_timer_start(&c->linger, conn_failed_at_once, 0, 0);
	}
}

/* ---- listening */

static void
conn_refuse(struct server_conn *c)
{
	uint8_t bytes[BGP_MSG_MAX];
	struct wbuf w = wbuf_of(bytes, sizeof(bytes));
	struct bgp_notify n = bgp_notify_cease(BGP_CEASE_REJECTED, NULL);

	c->connected = true;
	bgp_notify_encode(&w, &n);
	server_conn_write(c, bytes, w.len);
	uv_read_start((uv_stream_t *)&c->tcp, conn_alloc, conn_read);
	server_conn_close(c);
}

static size_t
lingering(const struct server *s)
{
	size_t n = 0;

	for (const struct server_conn *c = s->conns; c != NULL; c = c->next)
		n += c->m == NULL;
	return n;
}

static bool
conn_peer(const struct server_conn *c, struct ip_addr *from)
{
	struct sockaddr_storage ss;
	int len = sizeof(ss);
	uint16_t port;

	return uv_tcp_getpeername(&c->tcp, (struct sockaddr *)&ss, &len) == 0 &&
	       ip_from_sockaddr((const struct sockaddr *)&ss, from, &port);
}

static void
conn_accept(uv_stream_t *listener, int status)
{
	struct server *s = listener->data;
	struct ip_addr from;
	char text[IP_ADDRSTRLEN];

	if (status < 0) {
		log_warnx("server", "accept: %s", uv_strerror(status));
		return;
	}
	struct server_conn *c = conn_new(s, NULL, BGP_IN);
	if (uv_accept(listener, (uv_stream_t *)&c->tcp) < 0 ||
	    !conn_peer(c, &from)) {
		conn_drop(c);
		return;
	}
	struct server_member *m = server_member_find(s, &from);
	if (m == NULL) {
		log_debug("server", "%s is no member",
			  ip_addr_print(&from, text));
		if (lingering(s) > CONN_STRANGERS)
			conn_drop(c);
		else
			conn_refuse(c);
	} else if (m->conn[BGP_IN] != NULL || !bgp_fsm_may_accept(&m->fsm)) {
		conn_drop(c);
	} else {
		c->m = m;
		m->conn[BGP_IN] = c;
		conn_start(c);
	}
}

static int
listen_on(struct server *s, const struct ip_addr *a, struct err *e)
{
	struct sockaddr_storage ss;
	char text[IP_ADDRSTRLEN];
	uv_tcp_t *l = &s->listeners[s->n_listeners];

	ip_to_sockaddr(a, s->conf->port, &ss);
	uv_tcp_init(s->loop, l);
	l->data = s;
	s->n_listeners++;
	int r = uv_tcp_bind(l, (const struct sockaddr *)&ss,
			    a->family == IP_V6 ? UV_TCP_IPV6ONLY : 0);
	if (r == 0)
		r = uv_listen((uv_stream_t *)l, CONN_BACKLOG, conn_accept);
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
