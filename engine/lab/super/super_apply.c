/*
 * "apply": the running lab becomes that of another text of its file, and what
 * the two have in common does not notice (super_work.c). All that can be known
 * before is known before: the text is parsed and checked here, and the programs
 * of new nodes are looked for, before anything is touched.
 */
#include <string.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "base/yaml.h"
#include "lab/super/super_work.h"

#define APPLY_FILE_MAX (4u << 20)

/* ---- a change that was asked for */

static bool
apply_same_text(const struct super *s, const char *text, uint32_t members)
{
	return s->text != NULL && s->members == members &&
	       strcmp(s->text, text) == 0;
}

/* A node whose reset failed is made now. */
static const char *
apply_missing(const struct super *s)
{
	size_t i;

	for (i = 0; i < s->lab->nnodes; i++)
		if (s->nodes[i]->net == NULL)
			return s->nodes[i]->name;
	return NULL;
}

static int
apply_begin(struct super_work *w, struct err *e)
{
	struct super *s = w->super;
	const char *missing = apply_missing(s);
	bool same;

	if (missing != NULL)
		return err_here(e, "node %s is not made; first: ixlab reset %s",
				missing, missing);
	w->forward = plan_diff_new(s->plan, w->plan, NULL);
	json_object_update_missing_new(w->result, plan_diff_json(w->forward));
	same = w->forward->n == 0 && apply_same_text(s, w->text, w->members);
	json_object_set_new(w->result, "same", json_boolean(same));
	return same || json_is_true(json_object_get(w->result, "dry"));
}

static int
apply_turned(struct super_work *w, struct err *e)
{
	struct super *s = w->super;
	_free_ char *file = xasprintf("%s/lab.yml", s->state_dir);
	size_t i;

	for (i = 0; i < s->lab->nnodes; i++)
		if (s->nodes[i]->net == NULL &&
		    super_files_dir(&s->files, s->nodes[i]->home, e) < 0)
			return -1;
	return super_files_write(&s->files, file, w->text, strlen(w->text),
				 true, e);
}

/* What came is ours now, and what was, goes. */
static void
apply_commit(struct super_work *w)
{
	struct super *s = w->super;

	plan_free(s->own_plan);
	model_free(s->own_lab);
	free(s->text);
	s->own_plan = w->plan;
	s->own_lab = w->lab;
	s->text = w->text;
	s->members = w->members;
	w->plan = NULL;
	w->lab = NULL;
	w->text = NULL;
}

static void
apply_done(struct super_work *w)
{
	struct super *s = w->super;

	json_object_set_new(
	    w->result, "ms",
	    json_integer((json_int_t)(uv_now(&s->loop) - w->began)));
	if (w->made) {
		apply_commit(w);
		super_tell(s, "lab",
			   json_pack("{ss sb}", "state",
				     super_state_name(s->state), "changed", 1));
	}
	ctl_reply(w->q, json_incref(w->result));
}

static const struct super_work_kind apply_kind = {"up", apply_begin,
						  apply_turned, apply_done};

/* ---- a trainee's file */

static bool
apply_was_own(const struct super_work *w, const char *path)
{
	const struct plan *p = w->forward->from;
	const struct plan_step *st;

	for (st = p->steps; st < p->steps + p->n; st++)
		if (st->op == PLAN_FILE && strcmp(st->path, path) == 0)
			return st->keep;
	return false;
}

int
super_apply_keep(struct super_work *w, const struct plan_step *st,
		 const char *path, struct err *e)
{
	_free_ char *mine = xasprintf("%s.mine", path), *text = NULL;
	size_t len;

	if (w->renew != NULL || !file_exists(path) ||
	    !apply_was_own(w, st->path))
		return 0;
	if (file_read(path, APPLY_FILE_MAX, &text, &len, e) < 0 ||
	    super_files_write(&w->super->files, mine, text, len, true, e) < 0)
		return -1;
	json_array_append_new(json_object_get(w->result, "kept"),
			      json_sprintf("%s.mine", st->path));
	return 0;
}

/* ---- the verb */

static struct lab *
apply_parse(const struct super *s, const json_t *args, uint32_t members,
	    struct err *e)
{
	const json_t *file = json_object_get(args, "file");
	const json_t *text = json_object_get(args, "text");
	struct model_params params = {.name = s->lab->name,
				      .tags = super_tags,
				      .filtering = super_filtering};

	params.members = members;
	params.folder = json_string_value(json_object_get(args, "folder"));
	if (!json_is_string(text) ||
	    json_string_length(text) > YAML_MAX_BYTES ||
	    (file != NULL && !json_is_string(file))) {
		err_usage(e, "text must be a lab file, and file its name");
		return NULL;
	}
	return model_parse(file ? json_string_value(file) : "lab.yml",
			   json_string_value(text), json_string_length(text),
			   &params, e);
}

static int
apply_may(const struct super *s, const json_t *args, struct err *e)
{
	const json_t *dry = json_object_get(args, "dry");
	const struct super_work *w;

	if (dry != NULL && !json_is_boolean(dry))
		return err_usage(e, "dry is true or false");
	if (s->opts->exercise)
		return err_here(e,
				"lab %s was started for an exercise and is "
				"not changed; stop it first: ixlab down %s",
				s->lab->name, s->lab->name);
	for (w = s->works; w != NULL; w = w->next)
		if (w->lab != NULL && !json_is_true(dry))
			return err_here(e,
					"lab %s is being changed already; try "
					"again in a moment",
					s->lab->name);
	return 0;
}

/* The same text, of a lab that is whole: a large one need not be made to know. */
static bool
apply_is_same(const struct super *s, const json_t *args, uint32_t members)
{
	const char *text = json_string_value(json_object_get(args, "text"));

	return text != NULL && s->works == NULL && s->state == SUPER_UP &&
	       apply_missing(s) == NULL && apply_same_text(s, text, members);
}

static void
apply_nothing(struct super *s, struct ctl_request *q, bool dry)
{
	ctl_reply(q, json_pack("{sb sb si si si si sI s[] s[] s[] si}", "same",
			       1, "dry", dry, "added", 0, "removed", 0,
			       "remade", 0, "changed", 0, "untouched",
			       (json_int_t)s->lab->nnodes, "nodes", "left",
			       "kept", "ms", 0));
}

int
super_apply(struct super *s, struct ctl_request *q, const json_t *args,
	    struct err *e)
{
	bool dry = json_is_true(json_object_get(args, "dry"));
	struct super_work *w;
	struct lab *lab;
	long members = 0;

	if (apply_may(s, args, e) < 0 || super_files_there(s, NULL, e) < 0 ||
	    super_arg_int(args, "members", 1, MODEL_MAX_NODES, &members, e) < 0)
		return -1;
	if (apply_is_same(s, args, (uint32_t)members)) {
		apply_nothing(s, q, dry);
		return 0;
	}
	if ((lab = apply_parse(s, args, (uint32_t)members, e)) == NULL)
		return -1;
	if (super_find_programs(s, lab, e) < 0 ||
	    (w = super_work_new(s, q, &apply_kind, e)) == NULL) {
		model_free(lab);
		return -1;
	}
	w->lab = lab;
	w->plan = plan_new(lab);
	w->text = xstrdup(json_string_value(json_object_get(args, "text")));
	w->members = (uint32_t)members;
	w->result = json_pack("{sb s[]}", "dry", dry, "kept");
	return 0;
}
