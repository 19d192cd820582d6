/*
 * The control socket's verbs, as super.h documents them. Arguments come from
 * other programs and are checked here, one by one; each refusal is a sentence.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_priv.h"

/* ---- arguments */

struct super_node *
super_arg_node(struct super *s, const json_t *args, struct err *e)
{
	const char *name = json_string_value(json_object_get(args, "node"));
	const char *names[MODEL_MAX_NODES], *near;
	size_t i;

	if (name == NULL) {
		err_usage(e, "which node?");
		return NULL;
	}
	for (i = 0; i < s->lab->nnodes; i++) {
		names[i] = s->lab->nodes[i].name;
		if (strcmp(names[i], name) != 0)
			continue;
		if (s->nodes[i].net != NULL)
			return &s->nodes[i];
		err_here(e, "node %s is not made yet", name);
		return NULL;
	}
	near = str_nearest(name, names, s->lab->nnodes);
	err_usage(e, "lab %s has no node %.40s%s%s%s", s->lab->name, name,
		  near ? "; did you mean " : "", near ? near : "",
		  near ? "?" : "");
	return NULL;
}

int
super_arg_int(const json_t *args, const char *key, long min, long max,
	      long *out, struct err *e)
{
	const json_t *v = json_object_get(args, key);
	json_int_t n;

	if (v == NULL || json_is_null(v))
		return 0;
	n = json_integer_value(v);
	if (!json_is_integer(v) || n < min || n > max)
		return err_usage(e, "%s must be a number from %ld to %ld", key,
				 min, max);
	*out = (long)n;
	return 0;
}

/* ---- inspect */

static json_t *
verbs_node(const struct super_node *n)
{
	const struct super_daemon *d = &n->daemon;

	return json_pack("{ss ss so sI sb ss ss so sI so so}", "name",
			 n->def->name, "kind", model_kind_name(n->def->kind),
			 "title", out_str(n->def->title), "asn",
			 (json_int_t)n->def->asn, "trainee", n->def->trainee,
			 "daemon", model_daemon_name(n->def->daemon), "state",
			 super_daemon_state(n), "pid",
			 d->pid ? json_integer(d->pid) : json_null(),
			 "restarts", (json_int_t)d->restarts, "reason",
			 out_str(d->reason), "log", out_str(d->out.last));
}

json_t *
super_inspect(struct super *s)
{
	json_t *nodes = json_array();
	size_t i;

	for (i = 0; i < s->lab->nnodes; i++)
		json_array_append_new(nodes, verbs_node(&s->nodes[i]));
	return json_pack(
	    "{ss so so ss sI sI so so so}", "lab", s->lab->name, "title",
	    out_str(s->lab->title), "exchange", out_str(s->lab->exchange),
	    "state", super_state_name(s->state), "since_ms",
	    (json_int_t)(uv_now(&s->loop) - s->state_since), "pid",
	    (json_int_t)s->host_pid, "state_dir", out_str(s->state_dir),
	    "model", model_json(s->lab), "nodes", nodes);
}

/* ---- the short verbs: answered at once, 0 or -1 with e set. *fd is passed on
 * when it is not -1. */

static int
verbs_connect(struct super *s, const json_t *args, json_t **result, int *fd,
	      struct err *e)
{
	const struct super_node *n = super_arg_node(s, args, e);
	const char *service =
	    json_string_value(json_object_get(args, "service"));

	(void)result;
	if (n == NULL)
		return -1;
	if (service != NULL &&
	    strcmp(service, model_daemon_name(n->def->daemon)) != 0)
		return err_here(e, "node %s does not run %.20s", n->def->name,
				service);
	*fd = super_daemon_connect(n, e);
	return *fd < 0 ? -1 : 0;
}

static int
verbs_kernel(struct super *s, const json_t *args, json_t **result, int *fd,
	     struct err *e)
{
	static const char *const words[] = {"routes", "addresses", "neighbours",
					    "links"};
	const struct super_node *n = super_arg_node(s, args, e);
	const char *what = json_string_value(json_object_get(args, "what"));
	json_t *rows;
	int i;

	(void)fd;
	if (n == NULL)
		return -1;
	for (i = 0; i < 4; i++) {
		if (what != NULL && strcmp(what, words[i]) == 0)
			break;
	}
	if (i == 4)
		return err_usage(e, "what must be routes, addresses, "
				    "neighbours or links");
	if ((rows = net_dump(n->net, (enum net_table)i, e)) == NULL)
		return -1;
	*result = json_pack("{so}", "rows", rows);
	return 0;
}

static struct super_node *
verbs_daemon(struct super *s, const json_t *args, struct err *e)
{
	struct super_node *n = super_arg_node(s, args, e);

	if (n == NULL)
		return NULL;
	if (n->daemon.state == DAEMON_NONE) {
		err_here(e, "node %s has no daemon", n->def->name);
		return NULL;
	}
	if (s->state > SUPER_UP) {
		err_here(e, "lab %s is %s", s->lab->name,
			 super_state_name(s->state));
		return NULL;
	}
	return n;
}

static int
verbs_start(struct super *s, const json_t *args, json_t **result, int *fd,
	    struct err *e)
{
	struct super_node *n = verbs_daemon(s, args, e);

	(void)result;
	(void)fd;
	if (n == NULL)
		return -1;
	if (n->daemon.pid != 0 && n->daemon.state == DAEMON_STOPPED)
		n->daemon.again = true;
	else if (n->daemon.pid == 0)
		super_daemon_stop(n, true);
	return 0;
}

static int
verbs_stop(struct super *s, const json_t *args, json_t **result, int *fd,
	   struct err *e)
{
	struct super_node *n = verbs_daemon(s, args, e);

	(void)result;
	(void)fd;
	if (n == NULL)
		return -1;
	super_daemon_stop(n, false);
	return 0;
}

static int
verbs_restart(struct super *s, const json_t *args, json_t **result, int *fd,
	      struct err *e)
{
	struct super_node *n = verbs_daemon(s, args, e);

	(void)result;
	(void)fd;
	if (n == NULL)
		return -1;
	super_daemon_stop(n, true);
	return 0;
}

static int
verbs_link(struct super *s, const json_t *args, json_t **result, int *fd,
	   struct err *e)
{
	(void)result;
	(void)fd;
	return super_link(s, args, e);
}

static int
verbs_reload(struct super *s, struct ctl_request *q, const json_t *args,
	     struct err *e)
{
	struct super_node *n = verbs_daemon(s, args, e);

	if (n == NULL)
		return -1;
	super_firewall_load(n, q);
	return 0;
}

static int
verbs_inspect(struct super *s, const json_t *args, json_t **result, int *fd,
	      struct err *e)
{
	(void)args;
	(void)fd;
	(void)e;
	*result = super_inspect(s);
	return 0;
}

struct verb {
	const char *name;
	int (*run)(struct super *s, const json_t *args, json_t **result,
		   int *fd, struct err *e);
};

static const struct verb verbs[] = {
    {"inspect", verbs_inspect}, {"connect", verbs_connect},
    {"kernel", verbs_kernel},	{"start", verbs_start},
    {"stop", verbs_stop},	{"restart", verbs_restart},
    {"link", verbs_link},
};

static bool
verbs_short(struct super *s, struct ctl_request *q, const char *name,
	    const json_t *args)
{
	const struct verb *v;
	json_t *result = NULL;
	struct err e = {0};
	int fd = -1;

	for (v = verbs; v < verbs + sizeof(verbs) / sizeof(*v); v++) {
		if (strcmp(v->name, name) == 0)
			break;
	}
	if (v == verbs + sizeof(verbs) / sizeof(*v))
		return false;
	if (v->run(s, args, &result, &fd, &e) < 0)
		ctl_refuse(q, &e);
	else if (fd >= 0)
		ctl_reply_fd(q, result, fd);
	else
		ctl_reply(q, result);
	return true;
}

/* ---- the others, which answer themselves */

static void
verbs_long(struct super *s, struct ctl_request *q, const char *verb,
	   const json_t *args, const int *fds, size_t nfds)
{
	struct err e = {0};
	int rc = 0;

	if (strcmp(verb, "exec") == 0)
		rc = super_exec(s, q, args, fds, nfds, &e);
	else if (strcmp(verb, "signal") == 0)
		rc = super_exec_signal(s, q, args, &e);
	else if (strcmp(verb, "reload") == 0)
		rc = verbs_reload(s, q, args, &e);
	else if (strcmp(verb, "probe") == 0)
		rc = super_probe(s, q, args, &e);
	else if (strcmp(verb, "subscribe") == 0) {
		ctl_subscribe(ctl_request_client(q));
		ctl_reply(q, NULL);
	} else if (strcmp(verb, "down") == 0) {
		ctl_reply(q, NULL);
		super_stop(s);
	} else
		rc = err_usage(&e, "a lab does not know the verb %.40s", verb);
	if (rc < 0)
		ctl_refuse(q, &e);
}

void
super_verb(void *super, struct ctl_request *q, const char *verb,
	   const json_t *args, const int *fds, size_t nfds)
{
	size_t i;

	if (!verbs_short(super, q, verb, args))
		verbs_long(super, q, verb, args, fds, nfds);
	for (i = 0; i < nfds; i++)
		close(fds[i]);
}
