/*
 * A supervisor seen call by call. The test stands beside it as a debugger would
 * (ptrace), so the product knows nothing of its tests: it is held just before its
 * k-th step, something is done to it, and it goes on or is dead. A step is a
 * system call that changes something outside the process; calls that only look,
 * or wait, are none.
 */
#ifndef LAB_SUPER_T_TRACE_H
#define LAB_SUPER_T_TRACE_H

#include <sys/ptrace.h>
#include <sys/syscall.h>

#include "lab.h"

struct trace {
	pid_t pid;    /* whom we watch, held; 0: it is gone or let go */
	pid_t caller; /* a child of ours that wants something of it; 0: ended */
	int status;   /* of that end: 0, or the error's class */
	size_t steps;
	char what[32]; /* the step it is held before */
};

/* ---- what a step is */

#define TRACE_CALL(name)          \
	{                         \
		SYS_##name, #name \
	}

static const struct trace_call {
	long nr;
	const char *name;
} trace_calls[] = {
    TRACE_CALL(mount),
    TRACE_CALL(umount2),
    TRACE_CALL(unshare),
    TRACE_CALL(setns),
    TRACE_CALL(mkdirat),
    TRACE_CALL(unlinkat),
    TRACE_CALL(renameat2),
    TRACE_CALL(write),
    TRACE_CALL(pwrite64),
    TRACE_CALL(sendto),
    TRACE_CALL(sendmsg),
    TRACE_CALL(bind),
    TRACE_CALL(listen),
    TRACE_CALL(accept4),
    TRACE_CALL(clone),
    TRACE_CALL(clone3),
    TRACE_CALL(kill),
    TRACE_CALL(pipe2),
    TRACE_CALL(memfd_create),
    TRACE_CALL(signalfd4),
    TRACE_CALL(fsync),
    TRACE_CALL(setsid),
    TRACE_CALL(ftruncate),
    TRACE_CALL(exit_group),
    TRACE_CALL(inotify_add_watch),
#ifdef SYS_mkdir /* not every machine has the old names */
    TRACE_CALL(mkdir),
    TRACE_CALL(unlink),
    TRACE_CALL(rename),
    TRACE_CALL(rmdir),
    TRACE_CALL(fork),
    TRACE_CALL(vfork),
#endif
};

static inline const char *
trace_is_step(const struct __ptrace_syscall_info *i)
{
	size_t k;

	if (i->op != PTRACE_SYSCALL_INFO_ENTRY)
		return NULL;
	if ((long)i->entry.nr == SYS_openat &&
	    (i->entry.args[2] & (O_CREAT | O_TRUNC)))
		return "openat";
	for (k = 0; k < sizeof(trace_calls) / sizeof(trace_calls[0]); k++)
		if ((long)i->entry.nr == trace_calls[k].nr)
			return trace_calls[k].name;
	return NULL;
}

/* ---- the caller: what a person does, in a process of its own */

typedef int (*trace_body)(const char *name, struct err *e);

static inline pid_t
trace_caller(trace_body body, const char *name, bool watched)
{
	struct err e = {0};
	int go[2];
	pid_t pid;
	char c;

	fflush(NULL);
	assert_int_equal(pipe2(go, O_CLOEXEC), 0);
	if ((pid = fork()) == 0) {
		close(go[1]);
		while (read(go[0], &c, 1) < 0 && errno == EINTR)
			;
		close(go[0]);
		if (body(name, &e) == 0)
			_exit(0);
		print_message("#   %s\n", e.msg);
		fflush(NULL);
		_exit(e.class != ERR_NONE ? (int)e.class : 99);
	}
	assert_true(pid > 0);
	if (watched)
		assert_int_equal(ptrace(PTRACE_SEIZE, pid, NULL,
					PTRACE_O_TRACEFORK |
					    PTRACE_O_TRACEVFORK |
					    PTRACE_O_TRACECLONE),
				 0);
	close(go[0]);
	close(go[1]);
	return pid;
}

static inline void
trace_caller_ended(struct trace *t, int status)
{
	t->caller = 0;
	t->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ---- one that is born */

static inline bool
trace_is_fork(int status)
{
	int event = status >> 16;

	return event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK ||
	       event == PTRACE_EVENT_CLONE;
}

/* The caller's child makes process 1 and goes; it is held before its first
 * instruction, the others are let go. False when there never was one. */
static inline bool
trace_birth(struct trace *t, trace_body body, const char *name)
{
	pid_t pid, middle = 0, free_caller = 0, free_middle = 0;
	int status, sig;

	*t = (struct trace){.caller = trace_caller(body, name, true)};
	while (!t->pid || !free_caller || !free_middle) {
		pid = waitpid(-1, &status, __WALL);
		assert_true(pid > 0);
		if (!WIFSTOPPED(status)) {
			if (pid == t->caller)
				trace_caller_ended(t, status);
			if (pid == t->caller || pid == middle)
				return false;
			continue;
		}
		sig = status >> 16 ? 0 : WSTOPSIG(status);
		if (pid == t->caller && trace_is_fork(status)) {
			(void)ptrace(PTRACE_DETACH, pid, NULL, NULL);
			free_caller = pid;
		} else if (pid == t->caller) {
			(void)ptrace(PTRACE_CONT, pid, NULL, sig);
		} else if (middle == 0 || pid == middle) {
			middle = pid;
			if (trace_is_fork(status)) {
				(void)ptrace(PTRACE_DETACH, pid, NULL, NULL);
				free_middle = pid;
			} else
				(void)ptrace(PTRACE_CONT, pid, NULL, sig);
		} else
			t->pid = pid;
	}
	assert_int_equal(
	    ptrace(PTRACE_SETOPTIONS, t->pid, NULL, PTRACE_O_TRACESYSGOOD), 0);
	return true;
}

/* One that lives already. */
static inline void
trace_hold(struct trace *t, pid_t pid)
{
	int status;

	*t = (struct trace){.pid = pid};
	assert_int_equal(ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACESYSGOOD),
			 0);
	assert_int_equal(ptrace(PTRACE_INTERRUPT, pid, NULL, NULL), 0);
	assert_int_equal(waitpid(pid, &status, __WALL), pid);
}

/* ---- its life */

/* Let it go on to its k-th step from the beginning. True: it is held before it.
 * False: it was gone (pid is 0) or its caller had what it wanted (pid is not
 * held any more). */
static inline bool
trace_to(struct trace *t, size_t k)
{
	struct __ptrace_syscall_info info;
	const char *step;
	int status, sig = 0;
	bool run = true;
	pid_t pid;

	for (;;) {
		if (run)
			(void)ptrace(PTRACE_SYSCALL, t->pid, NULL, sig);
		pid = waitpid(-1, &status, __WALL);
		assert_true(pid > 0);
		run = pid == t->pid;
		if (pid == t->caller && !WIFSTOPPED(status)) {
			trace_caller_ended(t, status);
			return false;
		}
		if (!run)
			continue;
		if (!WIFSTOPPED(status)) {
			t->pid = 0;
			return false;
		}
		sig = status >> 16 ? 0 : WSTOPSIG(status);
		if (sig != (SIGTRAP | 0x80))
			continue;
		sig = 0;
		if (ptrace(PTRACE_GET_SYSCALL_INFO, t->pid, sizeof(info),
			   &info) <= 0 ||
		    (step = trace_is_step(&info)) == NULL)
			continue;
		if (++t->steps == k) {
			snprintf(t->what, sizeof(t->what), "%s", step);
			return true;
		}
	}
}

/* Not ours to hold any more; with a signal, or 0. When it runs it has to be
 * stopped first. */
static inline void
trace_release(struct trace *t, bool held, int sig)
{
	int status;

	if (t->pid == 0)
		return;
	if (!held) {
		(void)ptrace(PTRACE_INTERRUPT, t->pid, NULL, NULL);
		while (waitpid(t->pid, &status, __WALL) == t->pid &&
		       WIFSTOPPED(status) && status >> 16 == 0 &&
		       WSTOPSIG(status) != (SIGTRAP | 0x80))
			(void)ptrace(PTRACE_CONT, t->pid, NULL,
				     WSTOPSIG(status));
		if (!WIFSTOPPED(status)) {
			t->pid = 0;
			return;
		}
	}
	(void)ptrace(PTRACE_DETACH, t->pid, NULL, (long)sig);
	t->pid = 0;
}

/* Dead, from the outside, and the debugger has seen it. */
static inline void
trace_kill(struct trace *t)
{
	int status;

	assert_int_equal(kill(t->pid, SIGKILL), 0);
	while (waitpid(t->pid, &status, __WALL) == t->pid && WIFSTOPPED(status))
		;
	t->pid = 0;
}

/* True when it has ended, by then. */
static inline bool
trace_wait_caller(struct trace *t, int ms)
{
	int status, i;
	pid_t pid = 0;

	for (i = 0; t->caller != 0 && pid == 0; i++) {
		pid = waitpid(t->caller, &status, WNOHANG);
		if (pid != 0)
			trace_caller_ended(t, status);
		else if (i >= ms)
			return false;
		else
			usleep(1000);
	}
	return true;
}

#endif
