/*
 * Files that our own text would replace at every start, and that are the
 * trainee's since they came out of a save and say something else: STATE/own
 * lists them, one path a line; who restores writes it. A reset of their node
 * makes them ours again.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_priv.h"

#define OWN_LIST_MAX (8u << 20)
#define OWN_FILE_MAX (16u << 20)

static char *
own_path(const struct super *s)
{
	return xasprintf("%s/own", s->state_dir);
}

static void
own_add(struct super *s, const char *path)
{
	if (s->own == NULL)
		s->own = json_object();
	json_object_set_new_nocheck(s->own, path, json_true());
}

bool
super_own(const struct super *s, const char *path)
{
	return json_object_get(s->own, path) != NULL;
}

bool
super_own_node(const struct super_node *n)
{
	_free_ char *below = xasprintf("nodes/%s/", n->def->name);
	const char *path;
	json_t *v;

	json_object_foreach(n->super->own, path,
			    v) if (str_starts(path, below)) return true;
	return false;
}

int
super_own_load(struct super *s, struct err *e)
{
	_free_ char *path = own_path(s), *text = NULL;
	char *line, *rest = NULL;

	if (!file_exists(path))
		return 0;
	if (file_read(path, OWN_LIST_MAX, &text, NULL, e) < 0)
		return -1;
	for (line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		own_add(s, line);
	return 0;
}

/* NULL: all are ours. */
static char *
own_text(const struct super *s)
{
	struct str text = {0};
	const char *path;
	json_t *v;

	json_object_foreach(s->own, path, v) str_addf(&text, "%s\n", path);
	return text.len ? str_steal(&text) : NULL;
}

/* Is there a file that does not say what ours would? */
static bool
own_differs(const struct super *s, const struct plan_step *st)
{
	_free_ char *path = xasprintf("%s/%s", s->state_dir, st->path);
	_free_ char *text = NULL;
	size_t len = 0;
	struct err e;

	if (!file_exists(path))
		return false;
	return file_read(path, OWN_FILE_MAX, &text, &len, &e) < 0 ||
	       len != strlen(st->text) || memcmp(text, st->text, len) != 0;
}

json_t *
super_own_list(const struct super *s)
{
	json_t *all = json_array();
	size_t i;

	for (i = 0; i < s->plan->n; i++) {
		const struct plan_step *st = &s->plan->steps[i];

		if (st->op == PLAN_FILE && !st->keep && own_differs(s, st))
			json_array_append_new(all, out_str(st->path));
	}
	return all;
}

void
super_own_forget(struct super_node *n)
{
	_free_ char *below = xasprintf("nodes/%s/", n->def->name);
	_free_ char *path = own_path(n->super), *text = NULL;
	struct super *s = n->super;
	struct err e = {0};
	const char *own;
	json_t *v;
	void *tmp;
	int rc;

	if (s->own == NULL)
		return;
	json_object_foreach_safe(s->own, tmp, own,
				 v) if (str_starts(own, below))
	    json_object_del(s->own, own);
	text = own_text(s);
	if (text != NULL)
		rc = file_write(path, text, strlen(text), &e);
	else {
		rc = file_remove(path, &e);
		json_decref(s->own);
		s->own = NULL;
	}
	if (rc < 0)
		log_warnx("super", "%s", e.msg);
}
