/*
 * rsload_member: all members in one loop.
 *
 * A member connects from its own address, says OPEN and KEEPALIVE, and then has
 * whole buffers to send: its table was encoded before anything is measured. A
 * connection that fails is tried again after a tenth of a second, and one that is
 * not up two seconds later is given up, unless the server is busy sending routes
 * to others, for as long as the member is on. What it reads goes to rsload_receive.
 */
#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <netinet/tcp.h>

#include "base/str.h"
#include "bench/rsload.h"

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

enum { IN_SIZE = 256 << 10 };
static const double retry_after = 0.1, patience = 2, keepalive_every = 20;

double
rsload_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void
rsload_load_init(struct rsload_load *l, struct rsload_work *w)
{
	memset(l, 0, sizeof *l);
	l->work = w;
	l->n_members = w->members + RSLOAD_EXTRA;
	l->words = (w->prefixes + 1 + 63) / 64;
	l->members = xcalloc(l->n_members, sizeof *l->members);
	l->active = xcalloc(w->members + 1, sizeof *l->active);
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->in = xmalloc(IN_SIZE);
	for (unsigned int i = 0; i < l->n_members; i++) {
		struct rsload_member *m = &l->members[i];

		m->index = i;
		m->fd = -1;
		m->want = xcalloc(3 * l->words, sizeof *m->want);
		m->have = m->want + l->words;
		m->allow = m->have + l->words;
	}
	l->next_keepalive = rsload_now() + keepalive_every;
}

static void
out_clear(struct rsload_member *m)
{
	for (size_t i = m->out_head; i < m->out_len; i++)
		free(m->out[i].owned);
	m->out_head = m->out_len = 0;
}

void
rsload_load_clear(struct rsload_load *l)
{
	for (unsigned int i = 0; i < l->n_members; i++) {
		struct rsload_member *m = &l->members[i];

		if (m->fd >= 0)
			close(m->fd);
		out_clear(m);
		free(m->out);
		free(m->want);
	}
	free(l->members);
	free(l->active);
	free(l->in);
	close(l->epoll);
}

/* ---- sockets */

static void
watch(struct rsload_load *l, struct rsload_member *m, int op)
{
	struct epoll_event ev = {.data.ptr = m};

	ev.events = EPOLLIN;
	if (m->writing)
		ev.events |= EPOLLOUT;
	epoll_ctl(l->epoll, op, m->fd, &ev);
}

int
rsload_tcp_connect(unsigned int member)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	a.sin_addr.s_addr = htonl(rsload_addr(member));
	if (bind(fd, (struct sockaddr *)&a, sizeof a) == 0) {
		a.sin_addr.s_addr = htonl(RSLOAD_RS_ADDR);
		a.sin_port = htons(RSLOAD_PORT);
		if (connect(fd, (struct sockaddr *)&a, sizeof a) == 0 ||
		    errno == EINPROGRESS)
			return fd;
	}
	close(fd);
	return -1;
}

static void
dial(struct rsload_load *l, struct rsload_member *m)
{
	m->retry = l->now + retry_after;
	m->fd = rsload_tcp_connect(m->index);
	if (m->fd < 0)
		return;
	m->state = RSLOAD_CONNECTING;
	m->retry = l->now + patience;
	m->writing = true;
	watch(l, m, EPOLL_CTL_ADD);
}

/* The connection is gone; a member that is on comes back. */
void
rsload_member_drop(struct rsload_load *l, struct rsload_member *m)
{
	if (m->state == RSLOAD_UP) {
		l->n_up--;
		l->drops += m->on;
	}
	if (m->fd >= 0)
		close(m->fd);
	m->fd = -1;
	m->state = RSLOAD_DOWN;
	m->part_len = 0;
	out_clear(m);
	rsload_forget(l, m);
	m->retry = m->on ? l->now + retry_after : INFINITY;
}

void
rsload_member_on(struct rsload_load *l, struct rsload_member *m)
{
	assert(!m->on);
	m->on = true;
	l->n_on++;
	l->n_wrong += m->wrong > 0;
	dial(l, m);
}

void
rsload_member_off(struct rsload_load *l, struct rsload_member *m)
{
	uint8_t room[64];
	struct wbuf b = wbuf_of(room, sizeof room);

	assert(m->on);
	l->n_wrong -= m->wrong > 0;
	m->on = false;
	l->n_on--;
	rsload_encode_shutdown(&b);
	if (m->state == RSLOAD_UP && m->out_len == 0)
		(void)!send(m->fd, room, b.len, MSG_NOSIGNAL);
	rsload_member_drop(l, m);
}

/* ---- sending */

static void
flush(struct rsload_load *l, struct rsload_member *m)
{
	bool was = m->writing;

	while (m->out_head < m->out_len) {
		struct rsload_out *o = &m->out[m->out_head];
		ssize_t n = send(m->fd, o->data, o->len, MSG_NOSIGNAL);

		if (n < 0)
			break; /* a broken session is seen when reading */
		o->data += n;
		o->len -= (size_t)n;
		if (o->len > 0)
			continue;
		free(o->owned);
		m->out_head++;
	}
	if (m->out_head == m->out_len)
		m->out_head = m->out_len = 0;
	m->writing = m->out_len > 0;
	if (m->writing != was)
		watch(l, m, EPOLL_CTL_MOD);
}

void
rsload_member_send(struct rsload_load *l, struct rsload_member *m,
		   uint8_t *owned, const uint8_t *data, size_t len)
{
	if (m->out_len == m->out_size) {
		m->out_size = m->out_size ? 2 * m->out_size : 4;
		m->out = xreallocarray(m->out, m->out_size, sizeof *m->out);
	}
	m->out[m->out_len++] = (struct rsload_out){owned, data, len};
	flush(l, m);
}

static void
say(struct rsload_load *l, struct rsload_member *m,
    void (*encode)(struct wbuf *))
{
	uint8_t *room = xmalloc(64);
	struct wbuf b = wbuf_of(room, 64);

	encode(&b);
	rsload_member_send(l, m, room, room, b.len);
}

void
rsload_member_announce(struct rsload_load *l, struct rsload_member *m)
{
	const struct rsload_source *s;

	if (m->index >= l->work->members) {
		say(l, m, rsload_encode_eor);
		return;
	}
	s = &l->work->sources[m->index];
	rsload_member_send(l, m, NULL, s->table, s->len);
}

static void
connected(struct rsload_load *l, struct rsload_member *m)
{
	uint8_t *room = xmalloc(64);
	struct wbuf b = wbuf_of(room, 64);
	int error = 0;
	socklen_t size = sizeof error;

	getsockopt(m->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (error != 0) {
		free(room);
		rsload_member_drop(l, m);
		return;
	}
	m->state = RSLOAD_OPEN_SENT;
	rsload_encode_open(&b, rsload_asn(m->index), rsload_addr(m->index));
	rsload_member_send(l, m, room, room, b.len);
}

/* ---- reading */

static void
readable(struct rsload_load *l, struct rsload_member *m)
{
	for (;;) {
		ssize_t n;
		size_t wrong = m->wrong;
		bool fine;

		memcpy(l->in, m->part, m->part_len);
		n = recv(m->fd, l->in + m->part_len, IN_SIZE - m->part_len, 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		l->now = rsload_now();
		fine = n > 0 && rsload_receive(l, m, l->in, (size_t)n);
		if (m->on && (wrong > 0) != (m->wrong > 0))
			l->n_wrong += m->wrong > 0 ? 1u : -1u;
		if (!fine) {
			rsload_member_drop(l, m);
			return;
		}
		l->bytes += (uint64_t)n;
		if (n < IN_SIZE / 2)
			return;
	}
}

/* ---- the loop */

static void
timers(struct rsload_load *l)
{
	bool keepalive = l->now >= l->next_keepalive;

	for (unsigned int i = 0; i < l->n_members; i++) {
		struct rsload_member *m = &l->members[i];

		if (m->on && m->state != RSLOAD_UP && m->retry <= l->now &&
		    (m->fd < 0 || l->last_rx + patience <= l->now)) {
			rsload_member_drop(l, m);
			dial(l, m);
		}
		if (keepalive && m->state == RSLOAD_UP)
			say(l, m, rsload_encode_keepalive);
	}
	if (keepalive)
		l->next_keepalive = l->now + keepalive_every;
}

static void
turn(struct rsload_load *l, int timeout_ms)
{
	struct epoll_event events[256];
	int n = epoll_wait(l->epoll, events, 256, timeout_ms);

	l->now = rsload_now();
	for (int i = 0; i < n; i++) {
		struct rsload_member *m = events[i].data.ptr;

		if (m->state == RSLOAD_CONNECTING)
			connected(l, m);
		else if (events[i].events & EPOLLOUT)
			flush(l, m);
		if (m->fd >= 0 && events[i].events & ~(unsigned int)EPOLLOUT)
			readable(l, m);
	}
}

bool
rsload_run(struct rsload_load *l, bool (*done)(struct rsload_load *),
	   double limit)
{
	double began = rsload_now(), next_timers = 0, tick = INFINITY;

	l->now = l->last_rx = began;
	while (!done(l)) {
		double wait = 0.02;

		if (l->now >= next_timers) {
			timers(l);
			next_timers = l->now + 0.02;
		}
		if (l->canary)
			tick = rsload_canary_tick(l);
		if (tick - l->now < wait)
			wait = tick - l->now;
		turn(l, wait > 0 ? (int)ceil(wait * 1000) : 0);
		if (l->now - began > limit || l->now - l->last_rx > limit / 2)
			return done(l);
	}
	return true;
}

bool
rsload_all_up(struct rsload_load *l)
{
	return l->n_up == l->n_on;
}

bool
rsload_all_hold(struct rsload_load *l)
{
	return l->n_wrong == 0 && l->n_up == l->n_on;
}
