/*
 * grader_work: starting an exercise and laying files over the trainee's.
 *
 * What a person typed is theirs: it is never overwritten without being asked,
 * and then kept beside as FILE.mine. Every file is written whole.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "ctl/ctl.h"
#include "grader/grader.h"
#include "grader/grader_answer.h"
#include "grader/grader_kind.h"

#define WORK_CALL_MS 5000
#define WORK_FILE_MAX (1u << 20)

static bool
is_running(const char *instance)
{
	json_t *labs = ctl_lab_list(), *name;
	bool found = false;
	size_t i;

	json_array_foreach(labs, i, name)
	{
		found |= strcmp(json_string_value(name), instance) == 0;
	}
	json_decref(labs);
	return found;
}

/* ---- start */

static char *
start_path(const struct exercise *x, const char *file)
{
	return xasprintf("%s/start/%s", x->parts, file);
}

/* Folders up to a file's name. */
static int
make_parent(const char *path, struct err *e)
{
	_free_ char *dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));

	return file_mkdirs(dir, e);
}

/* The trainee has been here: only what is missing is filled in. */
static int
start_fill(const struct exercise *x, const char *nodes, struct err *e)
{
	size_t i;

	for (i = 0; i < x->nfiles; i++) {
		_free_ char *from = start_path(x, x->files[i]);
		_free_ char *to = xasprintf("%s/%s", nodes, x->files[i]);

		if (file_exists(to) || !file_exists(from))
			continue;
		if (make_parent(to, e) < 0 || file_copy(from, to, e) < 0)
			return -1;
	}
	return 0;
}

static bool
has_any(const struct exercise *x, const char *nodes)
{
	size_t i;

	for (i = 0; i < x->nfiles; i++) {
		_free_ char *path = xasprintf("%s/%s", nodes, x->files[i]);

		if (file_exists(path))
			return true;
	}
	return false;
}

/* The lab's state folder remembers the exercise, so that -L NAME is enough. */
static char *
start_folder(const char *instance, struct err *e)
{
	_free_ char *state = file_state_dir(e);

	return state ? xasprintf("%s/labs/%s", state, instance) : NULL;
}

static int
start_up(const struct exercise *x, const struct grader_host *host,
	 const char *name, const char *overlay, struct err *e)
{
	_free_ char *folder = start_folder(name, e), *note = NULL;
	_free_ char *dir = realpath(x->dir, NULL), *path = NULL;

	if (folder == NULL || host->up(host->arg, x, name, overlay, e) < 0)
		return -1;
	if (dir == NULL)
		return err_sys(e, "find the exercise's folder %s", x->dir);
	note = xasprintf("%s/exercise", folder);
	if (file_mkdirs(folder, e) < 0)
		return -1;
	path = exercise_join(dir, x->daemon);
	return file_write(note, path, strlen(path), e);
}

char *
grader_exercise_of(const char *instance)
{
	struct err e = {0};
	_free_ char *folder = start_folder(instance, &e), *note = NULL;
	char *dir = NULL;

	if (folder == NULL)
		return NULL;
	note = xasprintf("%s/exercise", folder);
	return file_read(note, 4096, &dir, NULL, &e) < 0 ? NULL : dir;
}

/* A lab that was started for an exercise of another name is not ours. */
static int
start_is_its(const struct exercise *x, const char *name, struct err *e)
{
	_free_ char *dir = grader_exercise_of(name);
	const char *of = dir ? strrchr(dir, '/') : NULL;

	if (of == NULL || strcmp(of + 1, x->name) == 0)
		return 0;
	return err_here(e,
			"lab %s is that of exercise %s; say another name with "
			"-L, or end it: ixlab down %s",
			name, of + 1, name);
}

int
grader_start(const struct exercise *x, const struct grader_host *host,
	     const char *instance, struct err *e)
{
	_free_ char *state = file_state_dir(e), *nodes = NULL, *overlay = NULL;
	_free_ char *dir =
	    file_absolute(x->parts); /* the supervisor is elsewhere */
	const char *name = instance ? instance : x->name;

	if (state == NULL)
		return -1;
	if (is_running(name))
		return start_is_its(x, name, e);
	nodes = xasprintf("%s/labs/%s/nodes", state, name);
	if (has_any(x, nodes)) {
		if (start_fill(x, nodes, e) < 0)
			return -1;
		return start_up(x, host, name, NULL, e);
	}
	overlay = xasprintf("%s/start", dir);
	return start_up(x, host, name, overlay, e);
}

/* ---- apply */

/* What is laid over the trainee's files. */
struct layer {
	const char *path;
	bool whole; /* what it lacks is not there: else start/ has it */
	bool keep;  /* the trainee's text, as FILE.mine */
};

/* Where a file comes from; NULL: nowhere. Owned. */
static char *
apply_source(const struct exercise *x, const struct layer *l, const char *file)
{
	char *path = xasprintf("%s/%s", l->path, file);

	if (file_exists(path))
		return path;
	free(path);
	if (l->whole)
		return NULL;
	path = start_path(x, file);
	if (file_exists(path))
		return path;
	free(path);
	return NULL;
}

static int
apply_keep(const char *path, const char *next, struct err *e)
{
	_free_ char *mine = xasprintf("%s.mine", path), *text = NULL;
	size_t len;

	if (!file_exists(path))
		return 0;
	if (file_read(path, WORK_FILE_MAX, &text, &len, e) < 0)
		return -1;
	if (next && strlen(next) == len && memcmp(next, text, len) == 0)
		return 0;
	return file_write(mine, text, len, e);
}

static int
apply_file(const struct exercise *x, const struct layer *l, const char *nodes,
	   const char *file, struct err *e)
{
	_free_ char *from = apply_source(x, l, file);
	_free_ char *to = xasprintf("%s/%s", nodes, file), *text = NULL;
	size_t len = 0;

	if (from && file_read(from, WORK_FILE_MAX, &text, &len, e) < 0)
		return -1;
	if (l->keep && apply_keep(to, text, e) < 0)
		return -1;
	if (from == NULL)
		return file_remove(to, e);
	if (make_parent(to, e) < 0)
		return -1;
	return file_write(to, text, len, e);
}

static int
apply_reload(struct ctl *c, const struct exercise *x, struct err *e)
{
	struct err first;
	size_t i, k;
	int rc = 0;

	for (i = 0; i < x->nfiles; i++) {
		_free_ char *node =
		    xstrndup(x->files[i], strcspn(x->files[i], "/"));

		for (k = 0; k < i; k++) {
			if (strncmp(x->files[k], node, strlen(node)) == 0 &&
			    x->files[k][strlen(node)] == '/')
				break;
		}
		if (k < i) /* done already */
			continue;
		if (ctl_call(c, "reload", json_pack("{s:s}", "node", node),
			     NULL, 0, WORK_CALL_MS, NULL, &first) < 0) {
			*e = first;
			rc = err_in(e, "%s", node);
		}
	}
	return rc;
}

static int
apply_all(const struct exercise *x, const struct layer *l, struct ctl *c,
	  struct err *e)
{
	_free_ char *nodes = NULL;
	json_t *lab = NULL;
	const char *dir;
	size_t i;
	int rc = 0;

	if (ctl_call(c, "inspect", NULL, NULL, 0, WORK_CALL_MS, &lab, e) < 0)
		return -1;
	dir = json_string_value(json_object_get(lab, "state_dir"));
	nodes = xasprintf("%s/nodes", dir ? dir : "");
	json_decref(lab);
	for (i = 0; rc == 0 && i < x->nfiles; i++)
		rc = apply_file(x, l, nodes, x->files[i], e);
	return rc < 0 ? -1 : apply_reload(c, x, e);
}

static int
apply_layer(const struct exercise *x, const struct layer *l,
	    const char *instance, struct err *e)
{
	_free_ char *name = ctl_lab_name(instance);
	struct ctl *c = ctl_open(name, e);
	int rc;

	if (c == NULL)
		return err_in(e, "lab %s does not run", instance);
	rc = apply_all(x, l, c, e);
	ctl_close(c);
	return rc;
}

/* ---- steps: labs/INSTANCE/steps/N holds the files as they were when the trainee
 * came to step N; a beginning of the exercise is also one of its steps. */

static char *
step_folder(const char *instance, size_t step, struct err *e)
{
	_free_ char *folder = start_folder(instance, e);

	return folder ? xasprintf("%s/steps/%zu", folder, step + 1) : NULL;
}

static int
steps_forget(const char *instance, struct err *e)
{
	_free_ char *folder = start_folder(instance, e), *steps = NULL;

	if (folder == NULL)
		return -1;
	steps = xasprintf("%s/steps", folder);
	return file_remove(steps, e);
}

static int
step_copy(const struct exercise *x, const char *nodes, const char *into,
	  struct err *e)
{
	size_t i;

	for (i = 0; i < x->nfiles; i++) {
		_free_ char *from = xasprintf("%s/%s", nodes, x->files[i]);
		_free_ char *to = xasprintf("%s/%s", into, x->files[i]);

		if (file_exists(from) &&
		    (make_parent(to, e) < 0 || file_copy(from, to, e) < 0))
			return -1;
	}
	return file_mkdirs(into, e);
}

int
grader_step_begin(const struct exercise *x, size_t step, const char *instance,
		  struct err *e)
{
	_free_ char *folder = start_folder(instance, e), *nodes = NULL;
	_free_ char *path = folder ? step_folder(instance, step, e) : NULL;
	_free_ char *part = NULL;

	if (path == NULL)
		return -1;
	if (file_exists(path))
		return 0;
	nodes = xasprintf("%s/nodes", folder);
	part = xasprintf("%s.part", path);
	/* whole, or not at all: what it lacks will be removed */
	if (file_remove(part, e) < 0 || step_copy(x, nodes, part, e) < 0)
		return -1;
	if (rename(part, path) < 0)
		return err_sys(e, "cannot keep %s", path);
	return 0;
}

int
grader_step_reset(const struct exercise *x, size_t step, const char *instance,
		  struct err *e)
{
	_free_ char *path = step_folder(instance, step, e);
	struct layer l = {.path = path, .whole = true, .keep = true};

	if (path == NULL)
		return -1;
	if (step >= x->nsteps || !file_exists(path))
		return err_usage(e,
				 "exercise %s: nothing is kept of step %zu: it "
				 "has not been begun",
				 x->name, step + 1);
	return apply_layer(x, &l, instance, e);
}

int
grader_apply(const struct exercise *x, const char *folder, const char *instance,
	     bool keep, struct err *e)
{
	_free_ char *path = xasprintf("%s/%s", x->parts, folder);
	struct layer l = {.path = path, .keep = keep};

	if (!file_exists(path))
		return err_usage(e, "exercise %s has no folder %s", x->name,
				 folder);
	if (grader_answers_lay(x, folder, instance, keep, e) < 0)
		return -1;
	if (apply_layer(x, &l, instance, e) < 0)
		return -1;
	return strcmp(folder, "start") == 0 ? steps_forget(instance, e) : 0;
}

int
grader_put(const struct exercise *x, const char *file, const char *instance,
	   const char *text, struct err *e)
{
	_free_ char *folder = start_folder(instance, e), *path = NULL;
	size_t i = 0;

	if (folder == NULL)
		return -1;
	while (i < x->nfiles && strcmp(x->files[i], file) != 0)
		i++;
	if (i == x->nfiles)
		return err_usage(e, "exercise %s has no file %s of yours",
				 x->name, file);
	path = xasprintf("%s/nodes/%s", folder, file);
	if (make_parent(path, e) < 0 || apply_keep(path, text, e) < 0)
		return -1;
	return file_write(path, text, strlen(text), e);
}
