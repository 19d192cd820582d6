/*
 * Starts in processes of their own, whose supervisors are caught; and a whole
 * test program once as root and once as nobody in particular.
 */
#ifndef LAB_SUPER_T_APART_H
#define LAB_SUPER_T_APART_H

#include "lab.h"

#include <sys/prctl.h>

/* A start in a process of its own; its exit status is the error's class. */
static inline pid_t
start_apart(const char *name)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct err e = {0};

		_exit(lab_start(name, &e) < 0 ? (int)e.class : 0);
	}
	return pid;
}

static inline int
wait_for(pid_t pid)
{
	int status = 0;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The supervisor, as soon as there is one. */
static inline int catch (const char *name)
{
	int i, pid;

	for (i = 0; i < LAB_PATIENCE * 5; i++) {
		if ((pid = lab_find_process(name)) != 0)
			return pid;
		usleep(200);
	}
	fail_msg("no supervisor of %s", name);
	return 0;
}

/* A supervisor whose caller is gone decides itself: true when it is up. */
static inline bool
up_or_gone(const char *name)
{
	char *sock = ctl_lab_name(name);
	struct ctl *c = NULL;
	struct err e = {0};
	bool up = false;
	int i;

	for (i = 0; i < LAB_PATIENCE / 10; i++) {
		json_t *r = NULL;

		if (lab_find_process(name) == 0)
			break;
		c = ctl_open(sock, &e);
		if (c != NULL && ctl_call(c, "inspect", NULL, NULL, 0,
					  LAB_PATIENCE, &r, &e) == 0)
			up = strcmp(
				 json_string_value(json_object_get(r, "state")),
				 "up") == 0;
		json_decref(r);
		if (c != NULL)
			ctl_close(c);
		if (up)
			break;
		usleep(10000);
	}
	free(sock);
	return up;
}

/* ---- once as we are, and, when that is root, once as nobody in particular */

#define ORDINARY 31415

static struct str ordinary_said;
static int ordinary_status;

static void
all_the_same_as_an_ordinary_user(void **state)
{
	char *line, *rest = NULL;

	(void)state;
	if (geteuid() != 0)
		return;
	for (line = strtok_r(ordinary_said.text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		print_message("%s\n", line);
	assert_int_equal(ordinary_status, 0);
}

typedef int (*apart_run)(const char *name);

static void
become_ordinary(void)
{
	if (setgroups(0, NULL) < 0 || setgid(ORDINARY) < 0 ||
	    setuid(ORDINARY) < 0 || prctl(PR_SET_DUMPABLE, 1) < 0)
		_exit(99);
}

static void
run_as_ordinary(apart_run run)
{
	char line[1200];
	pid_t pid;
	int p[2];
	FILE *f;

	if (pipe2(p, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		abort();
	if (pid == 0) {
		dup2(p[1], 1);
		dup2(p[1], 2);
		become_ordinary();
		ordinary_status = run("ordinary");
		fflush(stdout);
		_exit(ordinary_status);
	}
	close(p[1]);
	if ((f = fdopen(p[0], "r")) == NULL)
		abort();
	while (fgets(line, sizeof(line), f))
		str_addf(&ordinary_said, "#   %s", line);
	fclose(f);
	ordinary_status = wait_for(pid);
}

/* A test program: run makes its group and says how it went. */
static int
run_as_both(apart_run run, const char *name)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	lab_be_alone();
	if (geteuid() == 0)
		run_as_ordinary(run);
	return run(name);
}

#endif
