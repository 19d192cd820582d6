/*
 * "reset": a node as it was at first, while all others go on: the difference
 * between the lab and the lab with this node made anew (super_work.c).
 */
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_work.h"

/* A node that is not made is found, too: resetting it is the remedy. */
static struct super_node *
reset_node(const struct super *s, const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < s->lab->nnodes; i++)
		if (strcmp(s->lab->nodes[i].name, name) == 0)
			return s->nodes[i];
	return NULL;
}

static int
reset_begin(struct super_work *w, struct err *e)
{
	struct super *s = w->super;

	if (reset_node(s, w->renew) == NULL)
		return err_here(e, "node %s has gone meanwhile", w->renew);
	w->forward = plan_diff_new(s->plan, s->plan, w->renew);
	return 0;
}

static int
reset_files(struct super_work *w, struct err *e)
{
	if (w->keep)
		return 0;
	return super_reset_files(reset_node(w->super, w->renew), w->result, e);
}

static void
reset_done(struct super_work *w)
{
	struct super *s = w->super;
	const struct super_node *n = reset_node(s, w->renew);

	ctl_reply(w->q,
		  json_pack("{ss so sO sI sI}", "state", super_daemon_state(n),
			    "reason", out_str(n->daemon.reason), "kept",
			    w->result, "ms",
			    (json_int_t)(uv_now(&s->loop) - w->began), "own_ms",
			    (json_int_t)(w->own_ns / 1000000)));
}

static const struct super_work_kind reset_kind = {"reset", reset_begin,
						  reset_files, reset_done};

int
super_reset(struct super *s, struct ctl_request *q, const json_t *args,
	    struct err *e)
{
	const json_t *keep = json_object_get(args, "keep");
	const char *name = json_string_value(json_object_get(args, "node"));
	const struct super_node *n = reset_node(s, name);
	struct super_work *w;

	if (n == NULL && (n = super_arg_node(s, args, e)) == NULL)
		return -1;
	if (keep != NULL && !json_is_boolean(keep))
		return err_usage(e, "keep is true or false");
	if (super_files_there(s, NULL, e) < 0 ||
	    super_files_there(s, n->name, e) < 0)
		return -1;
	if ((w = super_work_new(s, q, &reset_kind, e)) == NULL)
		return -1;
	w->renew = xstrdup(n->name);
	w->keep = json_is_true(keep);
	w->result = json_array();
	return 0;
}
