#include "tui/tui_guard.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int deadly[] = {
    SIGHUP,  SIGINT,  SIGQUIT,	 SIGILL,  SIGTRAP, SIGABRT, SIGBUS,
    SIGFPE,  SIGUSR1, SIGSEGV,	 SIGUSR2, SIGALRM, SIGTERM, SIGSTKFLT,
    SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGIO,   SIGPWR,  SIGSYS};

#define DEADLY (sizeof(deadly) / sizeof(deadly[0]))

static struct {
	volatile sig_atomic_t armed;
	int fd;
	pid_t owner; /* a child of ours that dies leaves the terminal alone */
	struct termios modes;
	char bytes[256];
	size_t n;
	struct sigaction old[DEADLY], old_pipe;
	stack_t old_stack;
	char *stack;
} guard;

void
guard_restore(void)
{
	const char *p = guard.bytes;
	size_t left = guard.n;
	int keep = errno;
	ssize_t n;

	if (!guard.armed || getpid() != guard.owner)
		return;
	while (left > 0) {
		n = write(guard.fd, p, left);
		if (n <= 0)
			break;
		p += n;
		left -= (size_t)n;
	}
	(void)tcsetattr(guard.fd, TCSANOW, &guard.modes);
	errno = keep;
}

static void
die(int sig)
{
	guard_restore();
	(void)signal(sig, SIG_DFL);
	(void)raise(sig);
}

static void
catch_all(void)
{
	struct sigaction sa = {.sa_handler = die,
			       .sa_flags =
				   SA_ONSTACK | SA_NODEFER | SA_RESETHAND};
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	stack_t stack = {.ss_size = 64 * 1024};
	size_t i;

	guard.stack = malloc(stack.ss_size);
	stack.ss_sp = guard.stack;
	if (guard.stack == NULL || sigaltstack(&stack, &guard.old_stack) < 0)
		sa.sa_flags &= ~SA_ONSTACK;
	for (i = 0; i < DEADLY; i++)
		sigaction(deadly[i], &sa, &guard.old[i]);
	sigaction(SIGPIPE, &ignore, &guard.old_pipe);
}

bool
guard_arm(int fd, const char *bytes, size_t n)
{
	if (guard.armed || tcgetattr(fd, &guard.modes) < 0)
		return guard.armed;
	guard.fd = fd;
	guard.owner = getpid();
	guard.n = n < sizeof(guard.bytes) ? n : sizeof(guard.bytes);
	memcpy(guard.bytes, bytes, guard.n);
	guard.armed = 1;
	catch_all();
	return true;
}

void
guard_disarm(void)
{
	stack_t off = {.ss_flags = SS_DISABLE};
	size_t i;

	if (!guard.armed)
		return;
	guard_restore();
	guard.armed = 0;
	for (i = 0; i < DEADLY; i++)
		sigaction(deadly[i], &guard.old[i], NULL);
	sigaction(SIGPIPE, &guard.old_pipe, NULL);
	sigaltstack(&off, NULL);
	free(guard.stack);
	guard.stack = NULL;
}

void
guard_raw(void)
{
	struct termios raw = guard.modes;

	cfmakeraw(&raw);
	if (guard.armed)
		(void)tcsetattr(guard.fd, TCSADRAIN, &raw);
}
