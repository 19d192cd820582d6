/*
 * rsload_ceiling: the least that a server on this machine must spend.
 *
 * It plays the route server without being one: it knows the workload, so all
 * that each member is to receive lies encoded before the first member connects.
 * When a member's End-of-RIB has come, its block joins the journal; every
 * connection is a cursor in it and gets its runs with writev, as large as the
 * socket takes them. Reading goes first, writing when nothing more is there to
 * read, or 64 KiB wait. Who comes later gets the blocks of all who are there. A
 * member that goes adds the withdrawal of its whole table (for all alike; a
 * table with denials would be a little longer otherwise), and what a member says
 * after its End-of-RIB (the canary and the churn, which carry no control
 * communities) is passed on as it is. SIGHUP is the reload: the changes, encoded
 * beforehand too.
 *
 * No policy is evaluated, no path chosen, nothing remembered. What it costs is
 * the kernel's share and the copying in it.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <netinet/tcp.h>

#include "base/str.h"
#include "bench/rsload_ceiling.h"

enum { IOVS = 512, IN_SIZE = 256 << 10, WAIT_FOR = 64 << 10 };

enum kind { TABLE, GONE, CHANGES, RAW, ALL };

struct entry {
	enum kind kind;
	unsigned int from;
	uint8_t *data; /* RAW and GONE */
	size_t len;
};

struct conn {
	int fd;
	unsigned int who;
	bool up, writing;
	uint8_t part[RSLOAD_MSG_MAX];
	size_t part_len;
	struct entry *join; /* tables that were there when it came */
	size_t n_join, join_at;
	size_t cursor; /* in the journal */
	size_t set;    /* in the entry at hand */
	struct iovec iov[IOVS];
	size_t iov_at, n_iov;
};

struct ceiling {
	const struct rsload_work *work;
	int epoll, listener, hup;
	struct rsload_block *tables, *changes;
	struct entry *gone; /* the withdrawal of each table */
	bool *there;	    /* whose table is in the journal */
	unsigned int n_there;
	struct entry *journal;
	size_t n_journal, journal_size;
	struct conn **conns;
	size_t n_conns;
	uint8_t *in;
	size_t waiting; /* bytes that came into the journal unsent */
};

/* ---- the journal */

static void
journal_add(struct ceiling *c, struct entry e)
{
	if (c->n_journal == c->journal_size) {
		c->journal_size = c->journal_size ? 2 * c->journal_size : 64;
		c->journal = xreallocarray(c->journal, c->journal_size,
					   sizeof *c->journal);
	}
	c->journal[c->n_journal++] = e;
}

static void
table_there(struct ceiling *c, unsigned int who)
{
	const struct rsload_block *b = &c->tables[who];

	if (c->there[who])
		return;
	c->there[who] = true;
	c->n_there++;
	if (!c->work->same)
		journal_add(c, (struct entry){.kind = TABLE, .from = who});
	else if (c->n_there == c->work->members)
		journal_add(c, (struct entry){.kind = ALL});
	c->waiting += b->at[b->n];
}

static void
table_gone(struct ceiling *c, unsigned int who)
{
	if (who >= c->work->members || !c->there[who])
		return;
	c->there[who] = false;
	c->n_there--;
	journal_add(c, c->gone[who]);
	c->waiting += c->gone[who].len;
}

static void
join(struct ceiling *c, struct conn *k)
{
	k->up = true;
	k->cursor = c->n_journal;
	k->join = xcalloc(c->work->members + 1, sizeof *k->join);
	for (unsigned int i = 0; i < c->work->members && !c->work->same; i++)
		if (c->there[i])
			k->join[k->n_join++] =
			    (struct entry){TABLE, i, NULL, 0};
}

/* ---- writing */

/* Add runs of one entry; true when it is done. */
static bool
entry_runs(struct ceiling *c, struct conn *k, const struct entry *e)
{
	switch (e->kind) {
	case TABLE:
		return rsload_block_runs(&c->tables[e->from], k->who, &k->set,
					 k->iov, &k->n_iov, IOVS);
	case CHANGES:
		return rsload_block_runs(&c->changes[e->from], k->who, &k->set,
					 k->iov, &k->n_iov, IOVS);
	case ALL:
		return rsload_block_runs_same(c->tables, c->work->members,
					      k->who, &k->set, k->iov,
					      &k->n_iov, IOVS);
	case GONE:
	case RAW: break;
	}
	if (e->from != k->who)
		k->iov[k->n_iov++] = (struct iovec){e->data, e->len};
	return true;
}

static void
fill(struct ceiling *c, struct conn *k)
{
	k->iov_at = k->n_iov = 0;
	while (k->n_iov + 1 < IOVS) {
		bool joining = k->join_at < k->n_join;

		if (!joining && k->cursor == c->n_journal)
			return;
		if (!entry_runs(c, k,
				joining ? &k->join[k->join_at]
					: &c->journal[k->cursor]))
			return;
		k->set = 0;
		if (joining)
			k->join_at++;
		else
			k->cursor++;
	}
}

static void
watch(struct ceiling *c, struct conn *k, bool writing)
{
	struct epoll_event ev = {.data.ptr = k};

	if (k->writing == writing)
		return;
	k->writing = writing;
	ev.events = EPOLLIN;
	if (writing)
		ev.events |= EPOLLOUT;
	epoll_ctl(c->epoll, EPOLL_CTL_MOD, k->fd, &ev);
}

static void
sent(struct conn *k, size_t n)
{
	while (n > 0) {
		struct iovec *v = &k->iov[k->iov_at];
		size_t part = n < v->iov_len ? n : v->iov_len;

		v->iov_base = (uint8_t *)v->iov_base + part;
		v->iov_len -= part;
		n -= part;
		k->iov_at += v->iov_len == 0;
	}
}

static void
push(struct ceiling *c, struct conn *k)
{
	while (k->up) {
		ssize_t n;

		if (k->iov_at == k->n_iov)
			fill(c, k);
		if (k->iov_at == k->n_iov)
			break;
		n = writev(k->fd, k->iov + k->iov_at,
			   (int)(k->n_iov - k->iov_at));
		if (n < 0) {
			watch(c, k, errno == EAGAIN);
			return;
		}
		sent(k, (size_t)n);
	}
	watch(c, k, false);
}

/* ---- reading */

static void
conn_close(struct ceiling *c, struct conn *k)
{
	table_gone(c, k->who);
	for (size_t i = 0; i < c->n_conns; i++)
		if (c->conns[i] == k)
			c->conns[i] = c->conns[--c->n_conns];
	close(k->fd);
	free(k->join);
	free(k);
}

static void
greet(struct conn *k)
{
	uint8_t room[128];
	struct wbuf b = wbuf_of(room, sizeof room);

	rsload_encode_open(&b, RSLOAD_RS_AS, RSLOAD_RS_ADDR);
	rsload_encode_keepalive(&b);
	(void)!send(k->fd, room, b.len, MSG_NOSIGNAL);
}

static void
conn_open(struct ceiling *c)
{
	struct sockaddr_in a;
	socklen_t size = sizeof a;
	int fd, on = 1;

	while ((fd = accept4(c->listener, (struct sockaddr *)&a, &size,
			     SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct conn *k = xcalloc(1, sizeof *k);
		struct epoll_event ev = {.events = EPOLLIN, .data.ptr = k};

		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		k->fd = fd;
		k->who = ntohl(a.sin_addr.s_addr) - RSLOAD_FIRST_ADDR;
		c->conns =
		    xreallocarray(c->conns, c->n_conns + 1, sizeof *c->conns);
		c->conns[c->n_conns++] = k;
		epoll_ctl(c->epoll, EPOLL_CTL_ADD, fd, &ev);
		greet(k);
	}
}

static void
raw(struct ceiling *c, struct conn *k, const uint8_t *data, size_t len)
{
	struct entry e = {.kind = RAW, .from = k->who, .len = len};

	if (len == 0)
		return;
	e.data = xmalloc(len); /* for as long as we run: cursors may lag */
	memcpy(e.data, data, len);
	journal_add(c, e);
	c->waiting += len;
}

static size_t
message_len(const uint8_t *p, size_t n)
{
	size_t len = n < RSLOAD_HEADER ? 0 : (size_t)p[16] << 8 | p[17];

	return len < RSLOAD_HEADER || len > n ? 0 : len;
}

/* Whole messages; how much of data they were. */
static size_t
messages(struct ceiling *c, struct conn *k, const uint8_t *data, size_t n)
{
	size_t at = 0, len, begin = 0;

	for (; (len = message_len(data + at, n - at)) > 0; at += len) {
		bool passing = k->who < c->work->members && c->there[k->who] &&
			       data[at + 18] == 2;

		if (passing)
			continue;
		raw(c, k, data + begin, at - begin);
		begin = at + len;
		if (data[at + 18] == 4 && !k->up)
			join(c, k);
		else if (data[at + 18] == 2 && len == 23 &&
			 k->who < c->work->members)
			table_there(c, k->who);
	}
	raw(c, k, data + begin, at - begin);
	return at;
}

static bool
readable(struct ceiling *c, struct conn *k)
{
	for (;;) {
		ssize_t n;
		size_t all, done;

		memcpy(c->in, k->part, k->part_len);
		n = recv(k->fd, c->in + k->part_len, IN_SIZE - k->part_len, 0);
		if (n < 0 && errno == EAGAIN)
			return true;
		if (n <= 0)
			return false;
		all = k->part_len + (size_t)n;
		done = messages(c, k, c->in, all);
		k->part_len = all - done;
		if (k->part_len > sizeof k->part)
			return false;
		memcpy(k->part, c->in + done, k->part_len);
		if (all < IN_SIZE)
			return true;
	}
}

/* ---- the loop */

static void
reload(struct ceiling *c)
{
	struct signalfd_siginfo info;

	if (read(c->hup, &info, sizeof info) != sizeof info)
		return;
	for (unsigned int i = 0; i < c->work->members; i++)
		journal_add(c, (struct entry){.kind = CHANGES, .from = i});
	c->waiting += WAIT_FOR;
}

static void
turn(struct ceiling *c, bool wait)
{
	struct epoll_event events[256];
	int n = epoll_wait(c->epoll, events, 256, wait ? -1 : 0);

	for (int i = 0; i < n; i++) {
		void *p = events[i].data.ptr;

		if (p == &c->listener)
			conn_open(c);
		else if (p == &c->hup)
			reload(c);
		else if (events[i].events & ~(unsigned int)EPOLLOUT &&
			 !readable(c, p))
			conn_close(c, p);
		else if (events[i].events & EPOLLOUT)
			push(c, p);
	}
	if (c->waiting == 0 && n > 0) {
		for (size_t i = 0; i < c->n_conns; i++)
			if (!c->conns[i]->writing &&
			    c->conns[i]->join_at < c->conns[i]->n_join)
				push(c, c->conns[i]);
		return;
	}
	if (n > 0 && c->waiting < WAIT_FOR)
		return;
	c->waiting = 0;
	for (size_t i = 0; i < c->n_conns; i++)
		if (!c->conns[i]->writing)
			push(c, c->conns[i]);
}

static int
open_listener(struct ceiling *c, struct err *e)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	struct epoll_event ev = {.events = EPOLLIN};
	sigset_t hup;
	int on = 1;

	a.sin_addr.s_addr = htonl(RSLOAD_RS_ADDR);
	a.sin_port = htons(RSLOAD_PORT);
	c->listener =
	    socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	setsockopt(c->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(c->listener, (struct sockaddr *)&a, sizeof a) < 0 ||
	    listen(c->listener, 4096) < 0)
		return err_sys(e, "listen as the route server");
	sigemptyset(&hup);
	sigaddset(&hup, SIGHUP);
	sigprocmask(SIG_BLOCK, &hup, NULL);
	c->hup = signalfd(-1, &hup, SFD_CLOEXEC | SFD_NONBLOCK);
	ev.data.ptr = &c->hup;
	epoll_ctl(c->epoll, EPOLL_CTL_ADD, c->hup, &ev);
	ev.data.ptr = &c->listener;
	epoll_ctl(c->epoll, EPOLL_CTL_ADD, c->listener, &ev);
	return 0;
}

static void
prepare(struct ceiling *c, unsigned int from)
{
	const struct rsload_work *w = c->work;
	size_t room = (w->routes / 1000 + 1) * 64 + 4 * (size_t)w->routes;
	struct wbuf b = wbuf_of(xmalloc(room), room);

	rsload_block_init(&c->tables[from], w, from, false);
	rsload_block_init(&c->changes[from], w, from, true);
	rsload_encode_withdraw(&b, rsload_first_prefix(w, from), w->routes);
	c->gone[from] = (struct entry){GONE, from, b.data, b.len};
}

int
rsload_ceiling(const struct rsload_work *w, struct err *e)
{
	struct ceiling c = {.work = w};

	c.epoll = epoll_create1(EPOLL_CLOEXEC);
	c.in = xmalloc(IN_SIZE);
	c.there = xcalloc(w->members + 1, sizeof *c.there);
	c.tables = xcalloc(w->members + 1, sizeof *c.tables);
	c.changes = xcalloc(w->members + 1, sizeof *c.changes);
	c.gone = xcalloc(w->members + 1, sizeof *c.gone);
	for (unsigned int i = 0; i < w->members; i++)
		prepare(&c, i);
	if (open_listener(&c, e) < 0)
		return -1;
	for (bool wait = true;; wait = c.waiting == 0)
		turn(&c, wait);
}
