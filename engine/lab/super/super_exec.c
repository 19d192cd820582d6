/*
 * "exec": a program in a node for a client, on the client's own descriptors.
 * The answer comes when the program runs or could not start; its end is an
 * event to that client alone. A client that goes takes its programs with it:
 * SIGHUP to the group, SIGKILL EXEC_GRACE_MS later.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "lab/super/super_priv.h"

#define EXEC_GRACE_MS 500
#define EXEC_MAX 512 /* programs at once */
#define EXEC_WORDS 1024

struct super_exec {
	struct super_exec *next;
	struct super *super;
	struct ctl_client *client;   /* NULL: it has gone */
	struct ctl_request *request; /* until it is answered */
	struct node_child child;
	uv_poll_t *poll; /* of the report; gone before the report is */
	uv_timer_t timer;
};

/* ---- lives */

static void
exec_closed(uv_handle_t *h)
{
	free(h->data);
}

static void
exec_poll_closed(uv_handle_t *h)
{
	free(h);
}

/* libuv must forget a descriptor before its number is somebody else's. */
static void
exec_look_away(struct super_exec *x)
{
	if (x->poll)
		uv_close((uv_handle_t *)x->poll, exec_poll_closed);
	x->poll = NULL;
}

static void
exec_free(struct super_exec *x)
{
	struct super_exec **at = &x->super->execs;

	while (*at != x)
		at = &(*at)->next;
	*at = x->next;
	exec_look_away(x);
	if (x->child.report >= 0)
		close(x->child.report);
	uv_close((uv_handle_t *)&x->timer, exec_closed);
}

static struct super_exec *
exec_find(struct super *s, pid_t pid)
{
	struct super_exec *x;

	for (x = s->execs; x; x = x->next) {
		if (x->child.pid == pid)
			return x;
	}
	return NULL;
}

static void exec_reported(uv_poll_t *p, int status, int events);

static void
exec_look(struct super_exec *x)
{
	x->poll = xmalloc(sizeof(*x->poll));
	uv_poll_init(&x->super->loop, x->poll, x->child.report);
	x->poll->data = x;
	uv_poll_start(x->poll, UV_READABLE | UV_DISCONNECT, exec_reported);
}

/* Tell the client how the start went, when it is known. */
static void
exec_answer(struct super_exec *x)
{
	struct err e = {0};
	int rc;

	if (x->child.report < 0 || x->request == NULL)
		return;
	exec_look_away(x);
	rc = node_report(&x->child, &e);
	if (rc == 0) {
		exec_look(x);
		return;
	}
	if (rc > 0)
		ctl_reply(x->request,
			  json_pack("{sI}", "pid", (json_int_t)x->child.pid));
	else
		ctl_refuse(x->request, &e);
	x->request = NULL;
	if (rc < 0)
		x->client = NULL; /* no "exit" for what never began */
}

static void
exec_reported(uv_poll_t *p, int status, int events)
{
	(void)status;
	(void)events;
	exec_answer(p->data);
}

bool
super_exec_exited(struct super *s, pid_t pid, int status)
{
	struct super_exec *x = exec_find(s, pid);
	bool by_signal = WIFSIGNALED(status);

	if (x == NULL)
		return false;
	exec_answer(x);
	if (x->client)
		ctl_send_event(x->client, "exit",
			       json_pack("{sI si}", "pid", (json_int_t)pid,
					 by_signal ? "signal" : "status",
					 by_signal ? WTERMSIG(status)
						   : WEXITSTATUS(status)));
	exec_free(x);
	return true;
}

/* ---- the end of clients and labs */

static void
exec_grace_over(uv_timer_t *t)
{
	struct super_exec *x = t->data;

	(void)kill(-x->child.pid, SIGKILL);
}

void
super_exec_client_gone(void *super, struct ctl_client *client)
{
	struct super *s = super;
	struct super_exec *x;

	for (x = s->execs; x; x = x->next) {
		if (x->client != client)
			continue;
		x->client = NULL;
		if (x->request) { /* nobody hears it, but it must be said */
			ctl_reply(x->request, NULL);
			x->request = NULL;
		}
		(void)kill(-x->child.pid, SIGHUP);
		uv_timer_start(&x->timer, exec_grace_over, EXEC_GRACE_MS, 0);
	}
}

void
super_exec_kill_all(struct super *s, int sig)
{
	struct super_exec *x;

	for (x = s->execs; x; x = x->next)
		(void)kill(-x->child.pid, sig);
}

/* ---- the start */

/* Strings of a JSON list, borrowed; NULL at the end. NULL with e set. */
static const char **
exec_argv(const json_t *list, struct err *e)
{
	size_t i, n = json_array_size(list);
	const char **argv;

	if (n == 0 || n > EXEC_WORDS) {
		err_usage(e, "which command?");
		return NULL;
	}
	argv = xcalloc(n + 1, sizeof(*argv));
	for (i = 0; i < n; i++) {
		argv[i] = json_string_value(json_array_get(list, i));
		if (argv[i] == NULL) {
			err_usage(e, "word %zu of the command is no text",
				  i + 1);
			free(argv);
			return NULL;
		}
	}
	return argv;
}

static void
exec_env_set(char **env, size_t *n, const char *key, const char *value)
{
	size_t len = strlen(key), i;

	for (i = 0; i < *n; i++) {
		if (strncmp(env[i], key, len) == 0 && env[i][len] == '=')
			break;
	}
	if (i == *n)
		(*n)++;
	else
		free(env[i]);
	env[i] = xasprintf("%s=%s", key, value);
}

/* A fresh environment, with what the client wants in it; owned. */
static char **
exec_env(const struct super_node *n, const json_t *wanted)
{
	static const char *const kept[] = {"HOME", "LANG",  "LC_ALL",
					   "TERM", "SHELL", "TZ"};
	size_t count = 0, i, size = 16 + json_object_size(wanted);
	char **env = xcalloc(size + 1, sizeof(*env));
	const char *key, *value;
	json_t *v;

	exec_env_set(env, &count, "PATH", node_path());
	exec_env_set(env, &count, "USER", "root");
	exec_env_set(env, &count, "LOGNAME", "root");
	exec_env_set(env, &count, "IXLAB_LAB", n->super->lab->name);
	exec_env_set(env, &count, "IXLAB_NODE", n->def->name);
	/* What is typed on a node is no business of the person's own files. */
	exec_env_set(env, &count, "HISTFILE", "/run/history");
	exec_env_set(env, &count, "LESSHISTFILE", "/run/history.less");
	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		if ((value = getenv(kept[i])) != NULL)
			exec_env_set(env, &count, kept[i], value);
	}
	json_object_foreach((json_t *)(uintptr_t)wanted, key, v)
	{
		value = json_string_value(v);
		if (value != NULL && *key && strchr(key, '=') == NULL)
			exec_env_set(env, &count, key, value);
	}
	return env;
}

static void
exec_env_free(char **env)
{
	size_t i;

	for (i = 0; env[i]; i++)
		free(env[i]);
	free(env);
}

static void
exec_watch(struct super *s, struct ctl_request *q, const struct node_child *c)
{
	struct super_exec *x = xcalloc(1, sizeof(*x));

	x->super = s;
	x->client = ctl_request_client(q);
	x->request = q;
	x->child = *c;
	x->next = s->execs;
	s->execs = x;
	uv_timer_init(&s->loop, &x->timer);
	x->timer.data = x;
	exec_look(x);
}

static int
exec_room(const struct super *s, struct err *e)
{
	const struct super_exec *x;
	size_t n = 0;

	for (x = s->execs; x; x = x->next)
		n++;
	if (n >= EXEC_MAX)
		return err_here(e, "%zu programs run in the lab already", n);
	if (s->state > SUPER_UP)
		return err_here(e, "lab %s is %s", s->lab->name,
				super_state_name(s->state));
	return 0;
}

int
super_exec(struct super *s, struct ctl_request *q, const json_t *args,
	   const int *fds, size_t nfds, struct err *e)
{
	const struct super_node *n = super_arg_node(s, args, e);
	bool pty = json_is_true(json_object_get(args, "pty"));
	const char **argv;
	struct node_spec spec = {.pty = pty};
	struct node_child c;
	char **env;
	int rc, i;

	if (n == NULL || exec_room(s, e) < 0)
		return -1;
	if (nfds != (pty ? 1u : 3u))
		return err_usage(e, "exec needs %s",
				 pty ? "a terminal" : "three descriptors");
	if ((argv = exec_argv(json_object_get(args, "argv"), e)) == NULL)
		return -1;
	env = exec_env(n, json_object_get(args, "env"));
	for (i = 0; i < 3; i++)
		spec.fds[i] = fds[pty ? 0 : i];
	spec.place = &n->place;
	spec.argv = argv;
	spec.env = (const char *const *)env;
	spec.cwd = json_string_value(json_object_get(args, "cwd"));
	if ((rc = super_limit_spawn(n, &spec, &c, e)) == 0)
		exec_watch(s, q, &c);
	exec_env_free(env);
	free(argv);
	return rc;
}

int
super_exec_signal(struct super *s, struct ctl_request *q, const json_t *args,
		  struct err *e)
{
	const struct super_exec *x;
	long pid = 0, sig = 0;

	if (super_arg_int(args, "pid", 1, 1L << 22, &pid, e) < 0 ||
	    super_arg_int(args, "signal", 1, 64, &sig, e) < 0)
		return -1;
	x = exec_find(s, (pid_t)pid);
	if (x == NULL || x->client != ctl_request_client(q))
		return err_here(e, "you have no program %ld", pid);
	if (sig == 0)
		return err_usage(e, "which signal?");
	if (kill(-x->child.pid, (int)sig) < 0)
		return err_sys(e, "cannot send the signal");
	return 0;
}
