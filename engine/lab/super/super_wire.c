/*
 * ixwire, and the ends of links that it serves.
 *
 *	IF (clsact) --> wire-IF ==== wN --> ring --> ixwire --> IF
 *	  the node's namespace    |  a hidden one
 *
 * Whatever can fail is done here: the pair, both sockets, the way around. ixwire
 * is handed two descriptors, and ours stay open, so that frames wait in the ring
 * while there is no ixwire; the table of counters outlives it, too. It is
 * started with the first end and again, with back-off, when it dies; then it is
 * told of every end anew.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_links_priv.h"
#include "lab/super/super_priv.h"

#define WIRE_FIRST_MS 20
#define WIRE_DOUBLE 8 /* times: to 5 s */
#define WIRE_GOOD_MS 10000
#define WIRE_SEND_S 2			  /* to take a message */
#define WIRE_RING_MAX ((size_t)4 << 20)	  /* bytes for an end */
#define WIRE_RING_MIN ((size_t)128 << 10) /* where there are many */
#define WIRE_RING_ALL ((size_t)64 << 20)  /* that all may take before that */

/* ---- words to it */

static int
wire_pass(int fd, const struct wire_msg *m, const int *fds, size_t n)
{
	union {
		char space[CMSG_SPACE(2 * sizeof(int))];
		struct cmsghdr align;
	} c = {0};
	uint8_t buf[WIRE_MSG_MAX];
	struct iovec v = {buf, wire_msg_encode(m, buf)};
	struct msghdr h = {.msg_iov = &v, .msg_iovlen = 1};
	struct cmsghdr *ch;

	if (n > 0) {
		h.msg_control = c.space;
		h.msg_controllen = CMSG_SPACE(n * sizeof(int));
		ch = CMSG_FIRSTHDR(&h);
		ch->cmsg_level = SOL_SOCKET;
		ch->cmsg_type = SCM_RIGHTS;
		ch->cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(ch), fds, n * sizeof(int));
	}
	return sendmsg(fd, &h, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

/* One that is dead will be told when it lives again; one that does not listen
 * is killed, and then the same. */
static void
wire_tell(struct super *s, const struct wire_msg *m, const int *fds, size_t n)
{
	struct super_wire *w = &s->wire;

	if (w->socket < 0 || wire_pass(w->socket, m, fds, n) == 0)
		return;
	log_warn("super", "ixwire does not take a message");
	if (w->pid > 0)
		(void)kill(w->pid, SIGKILL);
}

static struct wire_weather
wire_weather(const struct lab_weather *w)
{
	return (struct wire_weather){w->delay_us, w->jitter_us, w->loss_ppm,
				     w->rate_bps, w->silent};
}

static void
wire_tell_add(struct super *s, const struct weather_end *end,
	      const struct lab_weather *w)
{
	const struct wire_msg m = {.op = WIRE_ADD,
				   .slot = end->slot,
				   .weather = wire_weather(w),
				   .seed = s->wire.seed ^ (uint64_t)end->slot
							      << 32,
				   .frame_size = end->ring.frame_size,
				   .frames = end->ring.frames};
	const int fds[] = {end->rx, end->tx};

	wire_tell(s, &m, fds, 2);
}

/* ---- the process */

static void
wire_publish(struct super *s)
{
	super_tell(s, "wire", super_wire_json(s));
}

static int
wire_spawn(struct super *s, struct err *e)
{
	const struct timeval limit = {.tv_sec = WIRE_SEND_S};
	const struct node_place place = {.net = -1, .mnt = -1};
	struct super_wire *w = &s->wire;
	const char *argv[] = {w->program, NULL};
	const char *const env[] = {"LANG=C.UTF-8", NULL};
	struct node_spec spec = {
	    .place = &place, .argv = argv, .env = env, .fds = {-1, -1, -1}};
	int sv[2], fds[2], rc;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) < 0)
		return err_sys(e, "cannot make a socket");
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0) {
		close(sv[0]);
		close(sv[1]);
		return err_sys(e, "cannot make a pipe");
	}
	(void)setsockopt(sv[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	spec.fds[0] = sv[1];
	spec.fds[2] = fds[1];
	rc = node_spawn(&spec, &w->child, e);
	close(sv[1]);
	close(fds[1]);
	w->socket = sv[0];
	w->said = fds[0];
	if (rc == 0) {
		w->pid = w->child.pid;
		return 0;
	}
	close(w->socket);
	close(w->said);
	w->socket = w->said = -1;
	return -1;
}

static int
wire_start(struct super *s, struct err *e)
{
	const struct wire_msg table = {.op = WIRE_TABLE, .slot = WIRE_SLOTS};
	struct super_wire *w = &s->wire;
	const struct super_weather *x;
	int i;

	if (wire_spawn(s, e) < 0)
		return -1;
	w->started = uv_now(&s->loop);
	w->state = DAEMON_RUNNING;
	wire_tell(s, &table, &w->table, 1);
	for (x = s->weathers; x; x = x->next)
		for (i = 0; i < 2; i++)
			if (x->ends[i].on)
				wire_tell_add(s, &x->ends[i], &x->now);
	wire_publish(s);
	return 0;
}

static void wire_backoff(struct super *s);

static void
wire_again(uv_timer_t *t)
{
	struct super *s = t->data;
	struct err e = {0};

	if (s->state > SUPER_UP)
		return;
	s->wire.restarts++;
	if (wire_start(s, &e) == 0)
		return;
	snprintf(s->wire.reason, sizeof(s->wire.reason), "%.500s", e.msg);
	wire_backoff(s);
}

static void
wire_backoff(struct super *s)
{
	struct super_wire *w = &s->wire;
	uint64_t ms = WIRE_FIRST_MS;

	if (uv_now(&s->loop) - w->started >= WIRE_GOOD_MS)
		w->failures = 0;
	ms <<= w->failures < WIRE_DOUBLE ? w->failures : WIRE_DOUBLE;
	w->failures++;
	w->state = DAEMON_BACKOFF;
	uv_timer_start(&w->timer, wire_again, ms, 0);
	wire_publish(s);
}

static void
wire_reason(struct super_wire *w, int status)
{
	char text[512];
	ssize_t n = read(w->said, text, sizeof(text) - 1);
	struct err e = {0};

	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	str_clean(text);
	if (w->child.report >= 0 && node_report(&w->child, &e) < 0)
		snprintf(w->reason, sizeof(w->reason), "%.500s", e.msg);
	else if (WIFSIGNALED(status))
		snprintf(w->reason, sizeof(w->reason),
			 "killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(w->reason, sizeof(w->reason),
			 "exited with status %d%s%.400s", WEXITSTATUS(status),
			 text[0] ? ": " : "", text);
}

bool
super_wire_exited(struct super *s, pid_t pid, int status)
{
	struct super_wire *w = &s->wire;

	if (pid != w->pid || pid == 0)
		return false;
	wire_reason(w, status);
	super_log_line("ixwire", w->reason);
	if (w->child.report >= 0)
		close(w->child.report);
	close(w->socket);
	close(w->said);
	w->child.report = w->socket = w->said = -1;
	w->pid = 0;
	if (s->state <= SUPER_UP)
		wire_backoff(s);
	return true;
}

/* ---- before the first end */

/* Whole and of its length, so that nobody can cut it under us. */
static int
wire_table(struct super_wire *w, struct err *e)
{
	size_t len = WIRE_SLOTS * sizeof(struct wire_slot);
	int fd = memfd_create("wire", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || ftruncate(fd, (off_t)len) < 0 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) < 0) {
		err_sys(e, "cannot make the table of wires");
		if (fd >= 0)
			close(fd);
		return -1;
	}
	w->slots = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (w->slots == MAP_FAILED) {
		w->slots = NULL;
		close(fd);
		return err_sys(e, "cannot map the table of wires");
	}
	w->table = fd;
	w->used = xcalloc(WIRE_SLOTS, sizeof(*w->used));
	return 0;
}

static void
wire_seed(struct super_wire *w)
{
	const char *text = getenv("IXLAB_SEED");

	if (text && *text)
		w->seed = strtoull(text, NULL, 0);
	else if (getrandom(&w->seed, sizeof(w->seed), 0) != sizeof(w->seed))
		w->seed = 1;
	log_info("super", "chance on links begins with IXLAB_SEED=%llu",
		 (unsigned long long)w->seed);
}

int
super_wire_ready(struct super *s, struct err *e)
{
	struct super_wire *w = &s->wire;

	if (w->net != NULL)
		return 0;
	if (w->program == NULL)
		return err_here(e, "ixwire is not beside this program; "
				   "\"make\" builds it");
	if (w->slots == NULL && wire_table(w, e) < 0)
		return -1;
	if ((w->net = net_new(NET_SWITCH, e)) == NULL)
		return -1;
	wire_seed(w);
	w->child.report = w->socket = w->said = -1;
	uv_timer_init(&s->loop, &w->timer);
	w->timer.data = s;
	if (wire_start(s, e) == 0)
		return 0;
	net_free(w->net);
	w->net = NULL;
	return -1;
}

/* ---- ends */

static int
wire_slot(struct super_wire *w, uint32_t *slot, struct err *e)
{
	for (*slot = 0; *slot < WIRE_SLOTS; ++*slot)
		if (!w->used[*slot])
			break;
	if (*slot == WIRE_SLOTS)
		return err_here(e, "no more than %d links can have weather",
				WIRE_SLOTS / 2);
	w->used[*slot] = true;
	memset(&w->slots[*slot], 0, sizeof(w->slots[*slot]));
	return 0;
}

/* A lab with a few such links takes bursts of a quarter of a second at
 * 100 Mbit/s; one with thousands does not take the machine's memory. */
static size_t
wire_ring(const struct super_wire *w)
{
	size_t left = w->ring < WIRE_RING_ALL ? WIRE_RING_ALL - w->ring : 0;
	size_t bytes = left / 16;

	return bytes > WIRE_RING_MAX   ? WIRE_RING_MAX
	       : bytes < WIRE_RING_MIN ? WIRE_RING_MIN
				       : bytes;
}

/* The pair, and both sockets. */
static int
wire_make(struct super_wire *w, struct weather_end *end, struct err *e)
{
	_free_ char *alias =
	    xasprintf("what leaves %s, on its way to ixwire", end->dev);
	struct net *net = end->node->net;
	struct net_link l;
	char far[16];

	snprintf(far, sizeof(far), "w%u", end->slot);
	snprintf(end->wire, sizeof(end->wire),
		 strlen(end->dev) <= 10 ? "wire-%.10s" : "wire%.0s%u", end->dev,
		 end->slot);
	if (net_link_look(net, end->dev, &l, e) < 0 ||
	    net_link_delete(net, end->wire, e) < 0 ||
	    net_wire_add(net, end->wire, alias, w->net, far, l.mtu, e) < 0)
		return -1;
	end->bytes = wire_ring(w);
	end->rx = net_wire_in(w->net, far, l.mtu, end->bytes, &end->ring, e);
	if (end->rx < 0)
		return -1;
	end->tx = net_wire_out(net, end->dev, e);
	return end->tx < 0 ? -1 : 0;
}

static void
wire_unmake(struct super_wire *w, struct weather_end *end)
{
	struct err e;

	if (end->wire[0] && net_link_delete(end->node->net, end->wire, &e) < 0)
		log_warnx("super", "%s: %s", end->node->def->name, e.msg);
	if (end->rx >= 0)
		close(end->rx);
	if (end->tx >= 0)
		close(end->tx);
	end->rx = end->tx = -1;
	w->used[end->slot] = false;
}

int
super_wire_add(struct super *s, struct weather_end *end,
	       const struct lab_weather *w, struct err *e)
{
	end->rx = end->tx = -1;
	end->wire[0] = '\0';
	end->overrun = 0;
	if (super_wire_ready(s, e) < 0 ||
	    wire_slot(&s->wire, &end->slot, e) < 0)
		return -1;
	if (wire_make(&s->wire, end, e) < 0) {
		wire_unmake(&s->wire, end);
		return -1;
	}
	wire_tell_add(s, end, w);
	if (net_hook_add(end->node->net, end->dev, end->wire, e) < 0) {
		const struct wire_msg m = {.op = WIRE_REMOVE,
					   .slot = end->slot};

		wire_tell(s, &m, NULL, 0);
		wire_unmake(&s->wire, end);
		return -1;
	}
	s->wire.ring += end->bytes;
	end->on = true;
	return 0;
}

void
super_wire_set(struct super *s, const struct weather_end *end,
	       const struct lab_weather *w)
{
	const struct wire_msg m = {
	    .op = WIRE_SET, .slot = end->slot, .weather = wire_weather(w)};

	wire_tell(s, &m, NULL, 0);
}

/* What is in the ring and in the queue leaves first. */
void
super_wire_remove(struct super *s, struct weather_end *end)
{
	const struct wire_msg m = {.op = WIRE_REMOVE, .slot = end->slot};
	struct err e;

	if (net_hook_delete(end->node->net, end->dev, &e) < 0)
		log_warnx("super", "%s: %s", end->node->def->name, e.msg);
	wire_tell(s, &m, NULL, 0);
	wire_unmake(&s->wire, end);
	s->wire.ring -= end->bytes;
	end->on = false;
}

json_t *
super_wire_json(const struct super *s)
{
	const struct super_wire *w = &s->wire;

	if (w->net == NULL)
		return json_null();
	return json_pack("{ss so sI so}", "state",
			 w->state == DAEMON_RUNNING ? "running" : "backoff",
			 "pid", w->pid ? json_integer(w->pid) : json_null(),
			 "restarts", (json_int_t)w->restarts, "reason",
			 out_str(w->reason));
}
