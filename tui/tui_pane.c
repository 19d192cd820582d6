#include "tui/tui_pane.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"

#define STUCK_MS 10000	 /* without taking an order: as good as dead */
#define QUEUE_MAX 65536	 /* orders that may wait */
#define BACK_MAX 1000000 /* lines: a bound for a number that is told */
#define CHILD_DATA (1ull << 30)
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif
#define CELLS (GRID_MAX_W * GRID_MAX_H)
#define TEXT_MAX (CELLS * sizeof(struct grid_cell))

struct pane {
	uv_poll_t poll;
	int sock; /* -1: the child is gone */
	pid_t pid;
	const struct grid_cell *shared;
	struct grid cells;
	int back, w, h;
	bool untaken; /* a frame came that was not painted */
	struct pane_order *queue;
	size_t queued;
	uint64_t moved; /* when the child last took some, ms of the loop */
	char *text;	/* that came, until it is taken */
	pane_cb cb;
	void *arg;
};

/* ---- the child's first steps */

/* Nothing of the interface but one socket, the terminal and the memory. */
static void
child_start(int sock, int master, int memory, int w, int h)
{
	struct rlimit none = {0, 0}, data = {CHILD_DATA, CHILD_DATA};
	struct grid_cell *cells;
	sigset_t all;
	int sig, fd = open("/dev/null", O_RDWR);

	for (sig = 1; sig < NSIG; sig++)
		(void)signal(sig, SIG_DFL);
	sigemptyset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	setsid(); /* the person's terminal sends it no signals */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "ixlab-pane");
	for (sig = 0; sig < 3; sig++)
		dup2(fd, sig);
	/* out of the way of 3 to 5, then there */
	sock = fcntl(sock, F_DUPFD, 10);
	master = fcntl(master, F_DUPFD, 10);
	memory = fcntl(memory, F_DUPFD, 10);
	dup2(sock, 3);
	dup2(master, 4);
	dup2(memory, 5);
	close_range(6, ~0u, 0);
	cells = mmap(NULL, CELLS * sizeof(*cells), PROT_READ | PROT_WRITE,
		     MAP_SHARED, 5, 0);
	close(5);
	setrlimit(RLIMIT_CORE, &none);
	if (!SANITIZED) /* whose shadow is data, too */
		setrlimit(RLIMIT_DATA, &data);
	if (cells == MAP_FAILED)
		_exit(1);
	pane_child(3, 4, cells, w, h);
	_exit(0);
}

/* Memory of a size that nobody can change, or the reader could be killed by it. */
static int
memory_make(struct err *e)
{
	int fd = memfd_create("ixlab-pane", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || ftruncate(fd, CELLS * sizeof(struct grid_cell)) < 0 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) <
		0) {
		err_sys(e, "cannot make memory for a terminal");
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

/* ---- what it tells */

/* False: it was gone before. */
static bool
child_end(struct pane *p)
{
	if (p->sock < 0)
		return false;
	uv_poll_stop(&p->poll);
	close(p->sock);
	p->sock = -1;
	kill(p->pid, SIGKILL);
	waitpid(p->pid, NULL, 0);
	return true;
}

static void
lost(struct pane *p)
{
	if (child_end(p))
		p->cb(p->arg, PANE_LOST);
}

static void
frame(struct pane *p, const struct pane_news *n)
{
	struct grid g = {.w = n->w, .h = n->h, .theme = THEME_DARK};

	if (n->w < 1 || n->w > GRID_MAX_W || n->h < 1 || n->h > GRID_MAX_H ||
	    n->back < 0 || n->back > BACK_MAX) {
		lost(p); /* it is not itself any more */
		return;
	}
	grid_clear(&p->cells);
	grid_init(&p->cells, n->w, n->h, false, true);
	/* a copy first: that memory may change while we look */
	g.cells = xcalloc((size_t)(n->w * n->h), sizeof(*g.cells));
	memcpy(g.cells, p->shared, (size_t)(n->w * n->h) * sizeof(*g.cells));
	grid_copy(&p->cells, (struct rect){0, 0, n->w, n->h}, &g);
	free(g.cells);
	p->cells.cx = n->cx >= 0 && n->cx < n->w ? n->cx : -1;
	p->cells.cy = n->cy >= 0 && n->cy < n->h ? n->cy : -1;
	p->back = n->back;
	p->untaken = true;
	p->cb(p->arg, PANE_FRAME);
}

static void
text_came(struct pane *p, char *text)
{
	free(p->text);
	p->text = text;
	p->cb(p->arg, PANE_WHOLE);
}

/* Bytes of anybody: what comes out can be shown, sent and kept. */
static void
text(struct pane *p, const struct pane_news *n)
{
	_free_ char *raw = NULL;
	const char *from;
	struct str s = {0};
	uint32_t ch;

	if (n->w < 0 || (size_t)n->w > TEXT_MAX) {
		lost(p);
		return;
	}
	raw = xstrndup((const char *)p->shared, (size_t)n->w);
	for (from = raw; (ch = grid_utf8(&from)) != 0;)
		grid_add_utf8(&s, ch == '\n' ? ch : grid_safe(ch, false));
	p->untaken = true;
	text_came(p, str_steal(&s));
}

static void flush(struct pane *p);

static void
ready(uv_poll_t *poll, int status, int events)
{
	struct pane *p = poll->data;
	struct pane_news n;
	ssize_t len;

	if (status == 0 && (events & UV_WRITABLE))
		flush(p);
	if (p->sock < 0 || (status == 0 && !(events & ~UV_WRITABLE)))
		return;
	len = recv(p->sock, &n, sizeof(n), MSG_DONTWAIT);
	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (len == (ssize_t)sizeof(n) && n.what == PANE_FRAME)
		frame(p, &n);
	else if (len == (ssize_t)sizeof(n) && n.what == PANE_WHOLE)
		text(p, &n);
	else if (len == (ssize_t)sizeof(n) && n.what == PANE_OVER)
		p->cb(p->arg, PANE_OVER);
	else
		lost(p);
}

/* ---- orders */

static void
flush(struct pane *p)
{
	size_t n, events;

	while (p->queued > 0 && p->sock >= 0) {
		n = p->queued < PANE_ORDERS ? p->queued : PANE_ORDERS;
		if (send(p->sock, p->queue, n * sizeof(*p->queue),
			 MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
			break;
		p->queued -= n;
		memmove(p->queue, p->queue + n, p->queued * sizeof(*p->queue));
		p->moved = uv_now(p->poll.loop);
	}
	if (p->sock < 0)
		return;
	events = UV_READABLE | UV_DISCONNECT | (p->queued ? UV_WRITABLE : 0);
	uv_poll_start(&p->poll, (int)events, ready);
}

static void
order(struct pane *p, enum pane_what what, int32_t a, int32_t b)
{
	uint64_t now = uv_now(p->poll.loop);

	if (p->sock < 0)
		return;
	if (p->queued == 0)
		p->moved = now;
	else if (now - p->moved > STUCK_MS) {
		lost(p);
		return;
	}
	if (p->queued == QUEUE_MAX)
		return;
	if (p->queue == NULL)
		p->queue = xcalloc(QUEUE_MAX, sizeof(*p->queue));
	p->queue[p->queued++] = (struct pane_order){(uint32_t)what, a, b};
	/* while some wait, one writable end of the socket is waited for */
	if (p->queued == 1)
		flush(p);
}

void
pane_taken(struct pane *p)
{
	if (p->untaken)
		order(p, PANE_TAKEN, 0, 0);
	p->untaken = false;
}

void
pane_key(struct pane *p, uint32_t key)
{
	order(p, PANE_KEY, (int32_t)key, 0);
}

void
pane_scroll(struct pane *p, int lines)
{
	order(p, PANE_SCROLL, lines, 0);
}

void
pane_read(struct pane *p)
{
	if (p->sock < 0)
		text_came(p, grid_dump(&p->cells, false));
	else
		order(p, PANE_READ, 0, 0);
}

char *
pane_text(struct pane *p)
{
	char *text = p->text;

	p->text = NULL;
	return text;
}

void
pane_resize(struct pane *p, int w, int h)
{
	if (w == p->w && h == p->h)
		return;
	p->w = w;
	p->h = h;
	order(p, PANE_SIZE, w, h);
}

/* ---- its life */

const struct grid *
pane_cells(const struct pane *p)
{
	return &p->cells;
}

int
pane_back(const struct pane *p)
{
	return p->back;
}

int
pane_pid(const struct pane *p)
{
	return p->pid;
}

static int
pane_start(struct pane *p, int master, int memory, struct err *e)
{
	int s[2];

	p->shared = mmap(NULL, CELLS * sizeof(*p->shared), PROT_READ,
			 MAP_SHARED, memory, 0);
	if (p->shared == MAP_FAILED)
		return err_sys(e, "cannot make memory for a terminal");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s) < 0)
		return err_sys(e, "cannot make a socket for a terminal");
	p->pid = fork();
	if (p->pid == 0)
		child_start(s[1], master, memory, p->w, p->h);
	close(s[1]);
	if (p->pid < 0) {
		close(s[0]);
		return err_sys(e, "cannot start a terminal");
	}
	p->sock = s[0];
	return 0;
}

struct pane *
pane_new(uv_loop_t *loop, int master, int w, int h, pane_cb cb, void *arg,
	 struct err *e)
{
	struct pane *p = xcalloc(1, sizeof(*p));
	int memory = memory_make(e), rc;

	*p = (struct pane){.sock = -1, .w = w, .h = h, .cb = cb, .arg = arg};
	rc = memory < 0 ? -1 : pane_start(p, master, memory, e);
	if (memory >= 0)
		close(memory);
	close(master);
	if (rc < 0) {
		if (p->shared != NULL && p->shared != MAP_FAILED)
			munmap((void *)(uintptr_t)p->shared,
			       CELLS * sizeof(*p->shared));
		free(p);
		return NULL;
	}
	grid_init(&p->cells, w, h, false, true);
	uv_poll_init(loop, &p->poll, p->sock);
	p->poll.data = p;
	p->moved = uv_now(loop);
	uv_poll_start(&p->poll, UV_READABLE | UV_DISCONNECT, ready);
	return p;
}

static void
freed(uv_handle_t *h)
{
	struct pane *p = h->data;

	munmap((void *)(uintptr_t)p->shared, CELLS * sizeof(*p->shared));
	grid_clear(&p->cells);
	free(p->text);
	free(p->queue);
	free(p);
}

void
pane_free(struct pane *p)
{
	if (p == NULL)
		return;
	child_end(p);
	uv_close((uv_handle_t *)&p->poll, freed);
}
