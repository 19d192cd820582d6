#include "cmd/ixwire/ixwire.h"

#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"

#define IXWIRE_CONTROL 0 /* the descriptor */
#define IXWIRE_EVENTS 64
#define IXWIRE_SLICE_NS 100000

struct ixwire {
	int epoll;
	struct wire_slot *table;
	size_t slots;
	struct ixwire_end *ends; /* one a slot */
	uint32_t *busy;		 /* slots whose queues are not empty */
	size_t nbusy;
	bool *is_busy;
	size_t held; /* bytes in all queues */
};

/* ---- messages */

/* 1 a message, 0 none now, -1 nobody is there any more. */
static int
ixwire_receive(uint8_t *buf, size_t *len, int fds[2], size_t *nfds)
{
	union {
		char space[CMSG_SPACE(2 * sizeof(int))];
		struct cmsghdr align;
	} c;
	struct iovec v = {buf, WIRE_MSG_MAX};
	struct msghdr m = {.msg_iov = &v,
			   .msg_iovlen = 1,
			   .msg_control = c.space,
			   .msg_controllen = sizeof(c.space)};
	ssize_t n =
	    recvmsg(IXWIRE_CONTROL, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	struct cmsghdr *h;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0)
		return -1;
	*nfds = 0;
	h = CMSG_FIRSTHDR(&m);
	if (h && h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_RIGHTS) {
		*nfds = (h->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(fds, CMSG_DATA(h), *nfds * sizeof(int));
	}
	*len = m.msg_flags & (MSG_TRUNC | MSG_CTRUNC) ? 0 : (size_t)n;
	return 1;
}

static int
ixwire_table(struct ixwire *x, const struct wire_msg *m, int fd, struct err *e)
{
	size_t len = m->slot * sizeof(struct wire_slot);
	struct stat st;
	void *table;

	if (x->table != NULL || fstat(fd, &st) < 0 || st.st_size < 0 ||
	    (size_t)st.st_size < len)
		return err_here(e, "the table is not as long as it says");
	table = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (table == MAP_FAILED)
		return err_sys(e, "cannot map the table");
	close(fd);
	x->table = table;
	x->slots = m->slot;
	x->ends = xcalloc(x->slots, sizeof(*x->ends));
	x->busy = xcalloc(x->slots, sizeof(*x->busy));
	x->is_busy = xcalloc(x->slots, sizeof(*x->is_busy));
	return 0;
}

static int
ixwire_add(struct ixwire *x, const struct wire_msg *m, const int fds[2],
	   struct err *e)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.u32 = m->slot + 1};
	struct ixwire_end *end = &x->ends[m->slot];

	if (end->wire)
		ixwire_end_close(end, &x->held);
	if (ixwire_end_open(end, m, fds[0], fds[1], &x->table[m->slot], e) < 0)
		return -1;
	if (epoll_ctl(x->epoll, EPOLL_CTL_ADD, end->rx, &ev) < 0)
		return err_sys(e, "cannot wait for frames");
	return 0;
}

static int
ixwire_obey(struct ixwire *x, const struct wire_msg *m, const int *fds,
	    size_t nfds, struct err *e)
{
	static const size_t wants[] = {[WIRE_TABLE] = 1,
				       [WIRE_ADD] = 2,
				       [WIRE_SET] = 0,
				       [WIRE_REMOVE] = 0};

	if (nfds != wants[m->op])
		return err_here(e, "a message came with %zu descriptors", nfds);
	if (m->op == WIRE_TABLE)
		return ixwire_table(x, m, fds[0], e);
	if (m->slot >= x->slots)
		return err_here(e, "there is no slot %u", m->slot);
	if (m->op == WIRE_ADD)
		return ixwire_add(x, m, fds, e);
	if (x->ends[m->slot].wire == NULL)
		return err_here(e, "slot %u is empty", m->slot);
	if (m->op == WIRE_SET)
		wire_set(x->ends[m->slot].wire, &m->weather, ixwire_now());
	else
		ixwire_end_close(&x->ends[m->slot], &x->held);
	return 0;
}

static int
ixwire_control(struct ixwire *x, struct err *e)
{
	uint8_t buf[WIRE_MSG_MAX];
	struct wire_msg m;
	size_t len = 0, nfds = 0;
	int fds[2], rc;

	while ((rc = ixwire_receive(buf, &len, fds, &nfds)) > 0) {
		if (!wire_msg_decode(buf, len, &m))
			return err_here(e, "a message is not understood");
		if (ixwire_obey(x, &m, fds, nfds, e) < 0)
			return -1;
	}
	return rc < 0 ? 1 : 0;
}

/* ---- the loop */

static void
ixwire_read(struct ixwire *x, uint32_t slot, bool failed)
{
	struct ixwire_end *end = &x->ends[slot];

	if (end->wire == NULL)
		return;
	if (failed)
		ixwire_end_calm(end);
	(void)ixwire_end_read(end, &x->held);
	if (!x->is_busy[slot] && wire_queued(end->wire) > 0) {
		x->is_busy[slot] = true;
		x->busy[x->nbusy++] = slot;
	}
}

/* Send what is due; when the next frame is. */
static uint64_t
ixwire_send(struct ixwire *x)
{
	uint64_t now = ixwire_now() + IXWIRE_EARLY_NS, next = WIRE_NEVER, due;
	size_t i = 0;

	while (i < x->nbusy) {
		struct ixwire_end *end = &x->ends[x->busy[i]];

		if (end->wire && wire_next(end->wire) <= now)
			ixwire_end_send(end, now, &x->held);
		due = end->wire ? wire_next(end->wire) : WIRE_NEVER;
		next = due < next ? due : next;
		if (due == WIRE_NEVER) {
			x->is_busy[x->busy[i]] = false;
			x->busy[i] = x->busy[--x->nbusy];
		} else
			i++;
	}
	return next;
}

static int
ixwire_wait(const struct ixwire *x, uint64_t next, struct epoll_event *ev)
{
	uint64_t now = ixwire_now(), ns = next > now ? next - now : 0;
	struct timespec ts = {.tv_sec = (time_t)(ns / 1000000000),
			      .tv_nsec = (long)(ns % 1000000000)};

	return epoll_pwait2(x->epoll, ev, IXWIRE_EVENTS,
			    next == WIRE_NEVER ? NULL : &ts, NULL);
}

/* Until the supervisor has gone: 0; -1 with e set when it talks nonsense. */
static int
ixwire_loop(struct ixwire *x, struct err *e)
{
	struct epoll_event ev[IXWIRE_EVENTS];
	uint64_t next = WIRE_NEVER;
	int i, n, rc;

	for (;;) {
		n = ixwire_wait(x, next, ev);
		if (n < 0 && errno != EINTR)
			return err_sys(e, "cannot wait");
		for (i = 0; i < n; i++) {
			if (ev[i].data.u32 != 0)
				ixwire_read(x, ev[i].data.u32 - 1,
					    ev[i].events & EPOLLERR);
			else if ((rc = ixwire_control(x, e)) != 0)
				return rc < 0 ? -1 : 0;
		}
		next = ixwire_send(x);
	}
}

/* ---- the beginning */

struct ixwire_sched { /* of sched_setattr(2), which has no wrapper here */
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

/* To be on time: a timer that is exact, and, as root, before all that is not
 * real time; it sleeps most of the time, and the kernel throttles one that does
 * not. Elsewhere a short turn rather than a long one (kernels before 6.12 pay no
 * attention). */
static void
ixwire_hurry(void)
{
	struct ixwire_sched first = {
	    .size = sizeof(first), .policy = SCHED_RR, .priority = 1};
	struct ixwire_sched soon = {.size = sizeof(soon),
				    .policy = SCHED_OTHER,
				    .runtime = IXWIRE_SLICE_NS};

	(void)prctl(PR_SET_TIMERSLACK, 1);
	if (syscall(SYS_sched_setattr, 0, &first, 0) == 0)
		return;
	errno = 0;
	soon.nice = getpriority(PRIO_PROCESS, 0);
	(void)syscall(SYS_sched_setattr, 0, &soon, 0);
}

static void
ixwire_modest(void)
{
	struct __user_cap_header_struct h = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct none[2] = {0};
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		r.rlim_cur = r.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &r);
	}
	if (syscall(SYS_capset, &h, none) < 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		log_warn("ixwire", "cannot give up capabilities");
}

static bool
ixwire_is_called_right(void)
{
	int type = 0;
	socklen_t len = sizeof(type);

	return getsockopt(IXWIRE_CONTROL, SOL_SOCKET, SO_TYPE, &type, &len) ==
		   0 &&
	       type == SOCK_SEQPACKET;
}

static int
ixwire_run(struct err *e)
{
	struct epoll_event ev = {.events = EPOLLIN};
	struct ixwire x = {.epoll = epoll_create1(EPOLL_CLOEXEC)};

	ixwire_hurry();
	ixwire_modest();
	if (x.epoll < 0 ||
	    epoll_ctl(x.epoll, EPOLL_CTL_ADD, IXWIRE_CONTROL, &ev) < 0)
		return err_sys(e, "cannot wait for the supervisor");
	return ixwire_loop(&x, e);
}

int
main(int argc, char **argv)
{
	struct err e = {0};

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		puts("ixwire: the weather of a lab's links; started by ixlab, "
		     "see ixwire(8)");
		return 0;
	}
	if (argc > 1 || !ixwire_is_called_right()) {
		fputs("ixwire: a lab's supervisor starts it; people say: "
		      "ixlab link A B delay 90ms\n",
		      stderr);
		return ERR_USAGE;
	}
	if (ixwire_run(&e) == 0)
		return 0;
	fprintf(stderr, "ixwire: %s\n", e.msg);
	return e.class;
}
