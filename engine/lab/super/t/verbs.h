/*
 * One running lab for all tests of a file; programs in its nodes, and what its
 * subscribers hear.
 */
#ifndef LAB_SUPER_T_VERBS_H
#define LAB_SUPER_T_VERBS_H

#include "lab.h"

static const char *name;

static inline int
up(void **state)
{
	(void)state;
	name = lab_name("verbs");
	lab_up(name);
	*state = lab_open(name);
	return 0;
}

static inline int
down(void **state)
{
	ctl_close(*state);
	lab_down(name);
	return lab_teardown(state);
}

static inline const char *
text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static inline json_int_t
number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static inline int
daemon_pid(struct ctl *c, const char *node)
{
	json_t *n = lab_node(c, node);
	int pid = (int)number(n, "pid");

	json_decref(n);
	return pid;
}

/* ---- programs in nodes */

struct program {
	json_int_t pid;
	int out; /* what it says */
};

static inline int
try_exec(struct ctl *c, json_t *args, struct program *p, struct err *e)
{
	int fds[3], pipes[2], null = open("/dev/null", O_RDWR | O_CLOEXEC), rc;
	json_t *r = NULL;

	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	fds[0] = null;
	fds[1] = fds[2] = pipes[1];
	rc = ctl_call(c, "exec", args, fds, 3, LAB_PATIENCE, &r, e);
	close(null);
	close(pipes[1]);
	p->out = pipes[0];
	p->pid = number(r, "pid");
	json_decref(r);
	return rc;
}

static inline struct program
exec_in(struct ctl *c, const char *node, const char *command)
{
	struct program p;
	struct err e = {0};

	if (try_exec(c,
		     json_pack("{ss s[sss] s{ss}}", "node", node, "argv", "sh",
			       "-c", command, "env", "WORD", "hello"),
		     &p, &e) < 0)
		fail_msg("%s", e.msg);
	return p;
}

/* All that comes until the end, as far as it fits; closes fd. */
static inline void
hear_out(int fd, char *said, size_t size)
{
	size_t total = 0;
	ssize_t n;

	while ((n = read(fd, said + total, size - 1 - total)) > 0)
		total += (size_t)n;
	said[total] = '\0';
	close(fd);
}

/* Its "exit" event; owned by the caller. */
static inline json_t *
exit_of(struct ctl *c, const struct program *p)
{
	json_t *ev = NULL, *data;
	struct err e = {0};
	int i;

	for (i = 0; i < 100; i++) {
		assert_int_equal(ctl_event(c, LAB_PATIENCE, &ev, &e), 1);
		data = json_incref(json_object_get(ev, "data"));
		if (strcmp(text(ev, "event"), "exit") == 0 &&
		    number(data, "pid") == p->pid) {
			json_decref(ev);
			return data;
		}
		json_decref(ev);
		json_decref(data);
	}
	fail_msg("no exit event");
	return NULL;
}

/* ---- events */

static inline bool
sees(struct ctl *c, const char *event, const char *key, const char *value)
{
	struct err e = {0};
	json_t *ev = NULL;
	bool is;
	int i;

	for (i = 0; i < 200; i++) {
		if (ctl_event(c, LAB_PATIENCE, &ev, &e) != 1)
			return false;
		is = strcmp(text(ev, "event"), event) == 0 &&
		     strcmp(text(json_object_get(ev, "data"), key), value) == 0;
		assert_true(number(json_object_get(ev, "data"), "time_ms") > 0);
		assert_true(number(json_object_get(ev, "data"), "ms") >= 0);
		json_decref(ev);
		if (is)
			return true;
	}
	return false;
}

#endif
