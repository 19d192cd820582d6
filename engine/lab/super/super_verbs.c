/*
 * The control socket's verbs, as super.h documents them: one table. A verb
 * returns 0 and is answered with what it left in the call, or -1 and is refused
 * with its sentence; one that takes its time says that it answers later, and
 * does so from its own file. Arguments come from other programs and are checked
 * one by one.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_links_priv.h"
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
		if (s->nodes[i]->net != NULL)
			return s->nodes[i];
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

/* ---- one call */

struct call {
	struct super *super;
	struct ctl_request *q;
	const json_t *args;
	const int *fds;
	size_t nfds;
	json_t *result; /* owned; NULL means {} */
	int fd;		/* passed on when it is not -1 */
	bool later;	/* the verb answers q itself */
};

/* ---- inspect */

/* Whether it is up is asked of the kernel, at both ends. */
static json_t *
verbs_link(struct super *s, size_t link, bool up)
{
	json_t *o = super_weather_json(s, link);

	if (up)
		json_object_set_new(o, "up",
				    json_boolean(super_link_up(s, link)));
	return o;
}

static json_t *
verbs_node(const struct super_node *n)
{
	const struct super_daemon *d = &n->daemon;
	pid_t pid = n->def->kind->crowd ? n->super->crowd.pid : d->pid;

	return json_pack(
	    "{ss ss ss so sI sb ss ss so sI so so so}", "name", n->def->name,
	    "role", model_role_name(n->def->role), "kind", n->def->kind->name,
	    "title", out_str(n->def->title), "asn", (json_int_t)n->def->asn,
	    "trainee", n->def->trainee, "daemon", model_daemon_name(n->def),
	    "state", super_daemon_state(n), "pid",
	    pid ? json_integer(pid) : json_null(), "restarts",
	    (json_int_t)d->restarts, "reason", out_str(d->reason), "log",
	    out_str(d->out.last), "limits", super_limit_json(n));
}

static int
verb_inspect(struct call *c, struct err *e)
{
	struct super *s = c->super;
	json_t *nodes, *ports = NULL, *links, *culls = json_object();
	size_t i;

	if (json_is_true(json_object_get(c->args, "ports")) &&
	    (ports = super_fabric_ports(c->super, NULL, culls, e)) == NULL) {
		json_decref(culls);
		return -1;
	}
	nodes = json_array();
	links = json_array();
	for (i = 0; i < s->lab->nnodes; i++)
		json_array_append_new(nodes, verbs_node(s->nodes[i]));
	for (i = 0; i < s->lab->nlinks; i++)
		json_array_append_new(links, verbs_link(s, i, ports != NULL));
	c->result = json_pack(
	    "{ss so so ss sI sI sI so so so so so so so}", "lab", s->lab->name,
	    "title", out_str(s->lab->title), "exchange",
	    out_str(s->lab->exchange), "state", super_state_name(s->state),
	    "since_ms", (json_int_t)(uv_now(&s->loop) - s->state_since),
	    "age_ms", (json_int_t)super_age_ms(s), "pid",
	    (json_int_t)s->host_pid, "state_dir", out_str(s->state_dir),
	    "model", model_json(s->lab), "nodes", nodes, "links", links, "wire",
	    super_wire_json(s), "robots", super_crowd_json(s), "built",
	    super_build_json(s));
	if (ports != NULL) {
		json_object_set_new(c->result, "ports", ports);
		json_object_set(c->result, "cull", culls);
	}
	json_decref(culls);
	return 0;
}

/* ---- a node's kernel and its control socket */

static int
verb_connect(struct call *c, struct err *e)
{
	const struct super_node *n = super_arg_node(c->super, c->args, e);
	const char *service =
	    json_string_value(json_object_get(c->args, "service"));

	if (n == NULL)
		return -1;
	if (service != NULL && strcmp(service, model_daemon_name(n->def)) != 0)
		return err_here(e, "node %s does not run %.20s", n->def->name,
				service);
	c->fd = super_daemon_connect(n, e);
	return c->fd < 0 ? -1 : 0;
}

static json_t *
kernel_rows(struct net *n, const char *what, struct err *e)
{
	static const struct {
		const char *word;
		enum net_table table;
	} tables[] = {
	    {"routes", NET_ROUTES},
	    {"addresses", NET_ADDRESSES},
	    {"neighbours", NET_NEIGHBOURS},
	    {"links", NET_LINKS},
	    {"fdb", NET_FDB},
	    {"other-routes", NET_OTHER_ROUTES},
	};
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		if (what && strcmp(what, tables[i].word) == 0)
			return net_dump(n, tables[i].table, e);
	}
	if (what && strcmp(what, "tcp") == 0)
		return net_tcp(n, e);
	err_usage(e, "what must be routes, other-routes, addresses, "
		     "neighbours, links, fdb or tcp");
	return NULL;
}

static int
verb_kernel(struct call *c, struct err *e)
{
	const struct super_node *n = super_arg_node(c->super, c->args, e);
	const char *what = json_string_value(json_object_get(c->args, "what"));
	json_t *rows = n ? kernel_rows(n->net, what, e) : NULL;

	if (rows == NULL)
		return -1;
	c->result = json_pack("{so}", "rows", rows);
	return 0;
}

/* ---- its neighbours */

static bool
forget_keeps(void *arg, const struct ip_addr *a)
{
	const json_t *keep = arg, *item;
	char text[IP_ADDRSTRLEN];
	size_t i;

	ip_addr_print(a, text);
	json_array_foreach(keep, i, item) if (strcmp(json_string_value(item),
						     text) == 0) return true;
	return false;
}

static int
verb_forget(struct call *c, struct err *e)
{
	const struct super_node *n = super_arg_node(c->super, c->args, e);
	json_t *keep = json_object_get(c->args, "keep"), *item;
	size_t i;
	long gone;

	if (n == NULL)
		return -1;
	json_array_foreach(keep, i, item) if (
	    !json_is_string(
		item)) return err_usage(e, "keep must be a list of addresses");
	if ((gone = net_neigh_forget(n->net, forget_keeps, keep, e)) < 0)
		return -1;
	c->result = json_pack("{sI}", "forgotten", (json_int_t)gone);
	return 0;
}

static int
verb_link(struct call *c, struct err *e)
{
	return super_link(c->super, c->args, &c->result, e);
}

/* ---- ports of switches */

static int
verb_ports(struct call *c, struct err *e)
{
	const struct super_node *only = NULL;
	json_t *rows, *culls;

	if (json_object_get(c->args, "node") != NULL &&
	    (only = super_arg_node(c->super, c->args, e)) == NULL)
		return -1;
	if (json_is_true(json_object_get(c->args, "clear")) &&
	    super_fabric_clear(c->super, only, e) < 0)
		return -1;
	culls = json_object();
	rows = super_fabric_ports(c->super, only, culls, e);
	if (rows == NULL) {
		json_decref(culls);
		return -1;
	}
	c->result = json_pack("{so so}", "ports", rows, "cull", culls);
	return 0;
}

static int
verb_move(struct call *c, struct err *e)
{
	c->later = true;
	return super_fabric_move(c->super, c->q, c->args, e);
}

static int
verb_pin(struct call *c, struct err *e)
{
	c->later = true;
	return super_fabric_pin(c->super, c->q, c->args, e);
}

static int
verb_cull(struct call *c, struct err *e)
{
	c->later = true;
	return super_fabric_cull(c->super, c->q, c->args, e);
}

/* ---- its daemon */

static struct super_node *
call_daemon(const struct call *c, struct err *e)
{
	struct super_node *n = super_arg_node(c->super, c->args, e);

	if (n == NULL)
		return NULL;
	if (n->daemon.state == DAEMON_NONE) {
		err_here(e, "node %s has no daemon", n->def->name);
		return NULL;
	}
	if (c->super->state > SUPER_UP) {
		err_here(e, "lab %s is %s", c->super->lab->name,
			 super_state_name(c->super->state));
		return NULL;
	}
	return n;
}

static int
verb_start(struct call *c, struct err *e)
{
	struct super_node *n = call_daemon(c, e);

	if (n == NULL)
		return -1;
	if (n->daemon.pid != 0 && n->daemon.state == DAEMON_STOPPED)
		n->daemon.again = true;
	else if (n->daemon.pid == 0)
		super_daemon_stop(n, true);
	return 0;
}

static int
call_stop(const struct call *c, bool again, struct err *e)
{
	struct super_node *n = call_daemon(c, e);

	if (n == NULL)
		return -1;
	super_daemon_stop(n, again);
	return 0;
}

static int
verb_stop(struct call *c, struct err *e)
{
	return call_stop(c, false, e);
}

static int
verb_restart(struct call *c, struct err *e)
{
	return call_stop(c, true, e);
}

static int
verb_reload(struct call *c, struct err *e)
{
	struct super_node *n = call_daemon(c, e);

	if (n == NULL || super_network_load(n, e) < 0)
		return -1;
	c->later = true;
	super_firewall_load(n, c->q);
	return 0;
}

/* ---- programs and probes */

static int
verb_exec(struct call *c, struct err *e)
{
	c->later = true;
	return super_exec(c->super, c->q, c->args, c->fds, c->nfds, e);
}

static int
verb_signal(struct call *c, struct err *e)
{
	return super_exec_signal(c->super, c->q, c->args, e);
}

static int
verb_probe(struct call *c, struct err *e)
{
	c->later = true;
	return super_probe(c->super, c->q, c->args, e);
}

static int
verb_trace(struct call *c, struct err *e)
{
	c->later = true;
	return super_trace(c->super, c->q, c->args, e);
}

static int
verb_fetch(struct call *c, struct err *e)
{
	c->later = true;
	return super_fetch(c->super, c->q, c->args, e);
}

static int
verb_frames(struct call *c, struct err *e)
{
	c->later = true;
	return super_frames(c->super, c->q, c->args, e);
}

static int
verb_whohas(struct call *c, struct err *e)
{
	c->later = true;
	return super_whohas(c->super, c->q, c->args, e);
}

static int
verb_apply(struct call *c, struct err *e)
{
	c->later = true;
	return super_apply(c->super, c->q, c->args, e);
}

static int
verb_save(struct call *c, struct err *e)
{
	return super_save(c->super, &c->result, e);
}

static int
verb_reset(struct call *c, struct err *e)
{
	c->later = true;
	return super_reset(c->super, c->q, c->args, e);
}

/* ---- the lab */

static int
verb_subscribe(struct call *c, struct err *e)
{
	(void)e;
	ctl_subscribe(ctl_request_client(c->q));
	return 0;
}

static int
verb_lease(struct call *c, struct err *e)
{
	return super_lease(c->super, c->q, c->args, &c->result, e);
}

/* Answered first: a lab that stops answers nobody. */
static int
verb_down(struct call *c, struct err *e)
{
	(void)e;
	c->later = true;
	ctl_reply(c->q, NULL);
	super_stop(c->super);
	return 0;
}

static const struct verb {
	const char *name;
	int (*run)(struct call *c, struct err *e);
} verbs[] = {
    {"inspect", verb_inspect}, {"connect", verb_connect},
    {"kernel", verb_kernel},   {"link", verb_link},
    {"start", verb_start},     {"stop", verb_stop},
    {"restart", verb_restart}, {"reload", verb_reload},
    {"exec", verb_exec},       {"signal", verb_signal},
    {"probe", verb_probe},     {"subscribe", verb_subscribe},
    {"down", verb_down},       {"forget", verb_forget},
    {"ports", verb_ports},     {"move", verb_move},
    {"pin", verb_pin},	       {"cull", verb_cull},
    {"reset", verb_reset},     {"apply", verb_apply},
    {"save", verb_save},       {"trace", verb_trace},
    {"frames", verb_frames},   {"whohas", verb_whohas},
    {"fetch", verb_fetch},     {"lease", verb_lease},
};

static int
call_run(struct call *c, const char *verb, struct err *e)
{
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, verb) == 0)
			return verbs[i].run(c, e);
	}
	return err_usage(e, "a lab does not know the verb %.40s", verb);
}

void
super_verb(void *super, struct ctl_request *q, const char *verb,
	   const json_t *args, const int *fds, size_t nfds)
{
	struct call c = {.super = super,
			 .q = q,
			 .args = args,
			 .fds = fds,
			 .nfds = nfds,
			 .fd = -1};
	struct err e = {0};
	size_t i;

	if (call_run(&c, verb, &e) < 0)
		ctl_refuse(q, &e);
	else if (c.fd >= 0)
		ctl_reply_fd(q, c.result, c.fd);
	else if (!c.later)
		ctl_reply(q, c.result);
	for (i = 0; i < nfds; i++)
		close(fds[i]);
	super_trim(super);
}
