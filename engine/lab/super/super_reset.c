/*
 * "reset": a node as it was at first, while all others go on.
 *
 * The daemon is asked to go, so that its neighbours hear it; everything else
 * that runs in the namespace is killed. When nothing is left in there, the
 * plan's difference between the lab and the lab with this node made anew is
 * carried out, RESET_SLICE_MS at a time (a switch has a thousand ports). Requests
 * wait for each other: neighbours share links.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "lab/plan/plan_diff.h"
#include "lab/super/super_priv.h"

#define RESET_LOOK_MS 1
#define RESET_SLICE_MS 10
#define RESET_PATIENCE_MS 8000 /* for processes that do not die */
#define RESET_MAX 64	       /* that wait */

enum reset_phase { RESET_WAITS, RESET_EMPTIES, RESET_BUILDS, RESET_STARTS };

struct super_reset {
	struct super_reset *next;
	struct super_node *node;
	struct ctl_request *q;
	bool keep;
	enum reset_phase phase;
	struct plan_diff *diff;
	size_t at; /* of diff's changes */
	json_t *kept;
	uint64_t began, own_ns;
	size_t filters; /* that are being loaded */
	struct err why; /* one was refused */
	uv_timer_t timer;
};

static void
reset_closed(uv_handle_t *h)
{
	struct super_reset *r = h->data;

	plan_diff_free(r->diff);
	json_decref(r->kept);
	free(r);
}

static void
reset_over(struct super_reset *r, const struct err *e)
{
	struct super_node *n = r->node;
	struct super *s = n->super;
	struct super_reset **at;

	for (at = &s->resets; *at != r; at = &(*at)->next)
		;
	*at = r->next;
	if (e != NULL)
		ctl_refuse(r->q, e);
	else
		ctl_reply(
		    r->q,
		    json_pack("{ss so sO sI sI}", "state",
			      super_daemon_state(n), "reason",
			      out_str(n->daemon.reason), "kept", r->kept, "ms",
			      (json_int_t)(uv_now(&s->loop) - r->began),
			      "own_ms", (json_int_t)(r->own_ns / 1000000)));
	super_files_clear(&s->files);
	uv_timer_stop(&r->timer);
	uv_close((uv_handle_t *)&r->timer, reset_closed);
}

/* ---- what runs in it */

static bool
reset_is_inside(const char *pid, const struct stat *ns)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%.20s/ns/net", pid);
	return stat(path, &st) == 0 && st.st_dev == ns->st_dev &&
	       st.st_ino == ns->st_ino;
}

/* Kill all in the namespace but the daemon, which was asked; how many there
 * were, the daemon too. */
static size_t
reset_kill(const struct super_node *n)
{
	DIR *d = opendir("/proc");
	struct dirent *de;
	struct stat ns;
	size_t count = 0;
	pid_t pid;

	if (d == NULL || fstat(net_fd(n->net), &ns) < 0)
		ns = (struct stat){0};
	while (d != NULL && (de = readdir(d)) != NULL) {
		pid = (pid_t)atoi(de->d_name);
		if (pid <= 1 || !reset_is_inside(de->d_name, &ns))
			continue;
		count++;
		if (n->daemon.pid == 0 || getpgid(pid) != n->daemon.pid)
			(void)kill(pid, SIGKILL);
	}
	if (d != NULL)
		closedir(d);
	return count;
}

static bool
reset_is_empty(struct super_node *n)
{
	if (n->daemon.state != DAEMON_NONE && n->daemon.state != DAEMON_STOPPED)
		super_daemon_stop(n, false);
	n->daemon.again = false;
	if (n->net != NULL && reset_kill(n) > 0)
		return false;
	return n->daemon.pid == 0 && !super_firewall_busy(n);
}

/* ---- the work */

static int
reset_begin(struct super_reset *r, struct err *e)
{
	struct super *s = r->node->super;

	if (!r->keep && super_reset_files(r->node, r->kept, e) < 0)
		return -1;
	r->diff = plan_diff_new(s->plan, s->plan, r->node->def->name);
	return 0;
}

static bool
reset_skips(const struct super_reset *r, const struct plan_step *st)
{
	_free_ char *path = NULL;

	if (st->op != PLAN_FILE || !r->keep)
		return false;
	path = xasprintf("%s/%s", r->node->super->state_dir, st->path);
	return file_exists(path);
}

static void
reset_filtered(struct super_node *n, void *arg, const struct err *e)
{
	struct super_reset *r = arg;

	(void)n;
	r->filters--;
	if (e != NULL)
		r->why = *e;
}

/* Rules that name a port wait for it; only those that copy frames are bound to
 * it, and went with it. So counters live on, unless the switch was new. */
static int
reset_fabric(struct super_reset *r, const struct plan_step *st, struct err *e)
{
	struct super_node *sw = r->node->super->nodes[st->node];
	const char *copies = strstr(st->text, "table netdev ixlab {");
	_free_ char *text = NULL;

	if (sw == r->node)
		text = xstrdup(st->text);
	else if (copies != NULL)
		text = xasprintf("table netdev ixlab {}\n"
				 "delete table netdev ixlab\n%s",
				 copies);
	if (text == NULL)
		return 0;
	if (super_fabric_load(sw, text, reset_filtered, r, e) < 0)
		return -1;
	r->filters++;
	return 0;
}

static int
reset_change(struct super_reset *r, const struct plan_change *c, struct err *e)
{
	struct super *s = r->node->super;
	const struct plan_step *st = &s->plan->steps[c->step];

	if (!c->add)
		return super_apply_remove(s, st, e);
	if (st->op == PLAN_FABRIC)
		return reset_fabric(r, st, e);
	return reset_skips(r, st) ? 0 : super_build_step(s, st, e);
}

/* 1: all is done, 0: there is more, -1: it failed. */
static int
reset_some(struct super_reset *r, struct err *e)
{
	uint64_t now = uv_hrtime(), end = now + RESET_SLICE_MS * 1000000ull;
	int rc = 0;

	if (r->diff == NULL)
		rc = reset_begin(r, e);
	while (rc == 0 && r->at < r->diff->n && uv_hrtime() < end)
		rc = reset_change(r, &r->diff->changes[r->at++], e);
	r->own_ns += uv_hrtime() - now;
	if (rc < 0)
		return err_in(e, "reset %s", r->node->def->name);
	return r->at == r->diff->n;
}

static void
reset_look(uv_timer_t *t)
{
	struct super_reset *r = t->data;
	struct super_node *n = r->node;
	struct super *s = n->super;
	struct err e = {0};
	int rc;

	if (s->resets != r || r->filters > 0)
		return;
	if (r->why.class != ERR_NONE) {
		reset_over(r, &r->why);
		return;
	}
	if (s->state != SUPER_UP) {
		err_here(&e, "lab %s is %s", s->lab->name,
			 super_state_name(s->state));
		reset_over(r, &e);
		return;
	}
	switch (r->phase) {
	case RESET_WAITS:
		r->began = uv_now(&s->loop);
		r->phase = RESET_EMPTIES; /* fall through */
	case RESET_EMPTIES:
		if (reset_is_empty(n)) {
			r->phase = RESET_BUILDS;
			return;
		}
		if (uv_now(&s->loop) - r->began < RESET_PATIENCE_MS)
			return;
		err_here(&e, "reset %s: something in it does not die",
			 n->def->name);
		reset_over(r, &e);
		return;
	case RESET_BUILDS:
		if ((rc = reset_some(r, &e)) < 0)
			reset_over(r, &e);
		else if (rc > 0)
			r->phase = RESET_STARTS;
		return;
	case RESET_STARTS:
		if (n->daemon.state != DAEMON_STARTING)
			reset_over(r, NULL);
	}
}

/* A node whose reset failed half-way has no namespace; resetting it again is
 * the remedy, so it is found by its name only. */
static struct super_node *
reset_node(struct super *s, const json_t *args, struct err *e)
{
	const char *name = json_string_value(json_object_get(args, "node"));
	size_t i;

	for (i = 0; name != NULL && i < s->lab->nnodes; i++)
		if (strcmp(s->lab->nodes[i].name, name) == 0)
			return s->nodes[i];
	return super_arg_node(s, args, e);
}

int
super_reset(struct super *s, struct ctl_request *q, const json_t *args,
	    struct err *e)
{
	const json_t *keep = json_object_get(args, "keep");
	struct super_node *n = reset_node(s, args, e);
	struct super_reset *r, **at;
	size_t count = 0;

	if (n == NULL)
		return -1;
	if (keep != NULL && !json_is_boolean(keep))
		return err_usage(e, "keep is true or false");
	if (s->state != SUPER_UP)
		return err_here(e, "lab %s is %s", s->lab->name,
				super_state_name(s->state));
	for (at = &s->resets; *at != NULL; at = &(*at)->next)
		count++;
	if (count >= RESET_MAX)
		return err_here(e, "%zu resets wait already", count);
	r = xcalloc(1, sizeof(*r));
	r->node = n;
	r->q = q;
	r->keep = json_is_true(keep);
	r->kept = json_array();
	*at = r;
	uv_timer_init(&s->loop, &r->timer);
	r->timer.data = r;
	uv_timer_start(&r->timer, reset_look, 0, RESET_LOOK_MS);
	return 0;
}
