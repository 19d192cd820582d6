/*
 * exercise_load: an exercise's folder held against its file and its lab.
 *
 * What exercise.yml speaks of must be there, and what is there must be spoken
 * of: texts, start, solution, other solutions, wrong solutions, each with
 * declared files only. Every node, address and interface must exist in the lab.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/out.h"
#include "base/str.h"
#include "grader/exercise_deal.h"
#include "grader/exercise_priv.h"
#include "grader/grader_kind.h"
#include "grader/grader_symptom.h"
#include "lab/model/model_kind.h"

/* ---- folders */

static bool
is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in a folder, sorted, without hidden ones; none when it is absent. */
static struct grader_list
list_dir(const char *path, struct model_mem **mem)
{
	struct grader_list list = {0};
	_free_ const char **names = NULL;
	struct dirent *d;
	size_t size = 0;
	DIR *dir = opendir(path);

	while (dir && (d = readdir(dir)) != NULL) {
		if (d->d_name[0] == '.')
			continue;
		if (list.n == size) {
			size = size ? 2 * size : 16;
			names = xreallocarray(names, size, sizeof(*names));
		}
		names[list.n++] = model_mem_strdup(mem, d->d_name);
	}
	if (dir)
		closedir(dir);
	list.items = model_mem_alloc(mem, list.n, sizeof(*list.items));
	if (list.n > 0) {
		qsort(names, list.n, sizeof(*names), by_name);
		memcpy(list.items, names, list.n * sizeof(*names));
	}
	return list;
}

static const struct yaml *
key_of(const struct exercise *x, const char *key)
{
	return yaml_get(x->doc.root, key);
}

static bool
is_declared(const struct exercise *x, const char *node, const char *file)
{
	_free_ char *path = xasprintf("%s/%s", node, file);
	size_t i;

	for (i = 0; i < x->nfiles; i++) {
		if (strcmp(x->files[i], path) == 0)
			return true;
	}
	return false;
}

/* A folder of NODE/FILE with declared files only; count them. */
static int
check_overlay(const struct exercise *x, const char *folder,
	      const struct yaml *y, size_t *count, struct err *e)
{
	_free_ char *path = xasprintf("%s/%s", x->parts, folder);
	struct grader_list nodes, files;
	struct model_mem *mem = NULL;
	int rc = 0;
	size_t i, k;

	*count = 0;
	if (!is_dir(path))
		return yaml_err(&x->doc, y, e, "there is no folder %s", path);
	nodes = list_dir(path, &mem);
	for (i = 0; rc == 0 && i < nodes.n; i++) {
		_free_ char *sub = xasprintf("%s/%s", path, nodes.items[i]);

		files = list_dir(sub, &mem);
		for (k = 0; rc == 0 && k < files.n; k++, (*count)++) {
			if (!is_declared(x, nodes.items[i], files.items[k]))
				rc = yaml_err(&x->doc, key_of(x, "files"), e,
					      "%s/%s is not among \"files\"",
					      sub, files.items[k]);
		}
	}
	model_mem_free(mem);
	return rc;
}

static int
check_solution(const struct exercise *x, const char *folder,
	       const struct yaml *y, struct err *e)
{
	size_t n;

	if (check_overlay(x, folder, y, &n, e) < 0)
		return -1;
	if (n == 0)
		return yaml_err(&x->doc, y, e, "%s/%s has no file", x->parts,
				folder);
	return 0;
}

static bool
wrong_has_folder(const struct exercise *x, const char *folder)
{
	_free_ char *path = xasprintf("%s/%s", x->parts, folder);

	return is_dir(path);
}

static int
check_wrongs(const struct exercise *x, struct model_mem **mem, struct err *e)
{
	_free_ char *dir = xasprintf("%s/wrong", x->parts);
	const struct yaml *y = key_of(x, "wrong");
	struct grader_list found = list_dir(dir, mem);
	size_t i;

	for (i = 0; i < x->nwrong; i++) {
		_free_ char *sub = xasprintf("wrong/%s", x->wrong[i].name);

		if (x->wrong[i].nanswers > 0 && !wrong_has_folder(x, sub))
			continue; /* the mistake is in the answers alone */
		if (check_solution(x, sub, y->items[i], e) < 0)
			return -1;
	}
	for (i = 0; i < found.n; i++) {
		if (yaml_get(y, found.items[i]) == NULL)
			return yaml_err(
			    &x->doc, y ? y : x->doc.root, e,
			    "folder %s/%s is not among \"wrong\", put "
			    "it down there: \"%s: {fails: {CHECK: "
			    "HINT}}\"",
			    dir, found.items[i], found.items[i]);
	}
	return 0;
}

static int
check_also(struct exercise *x, struct model_mem **mem, struct err *e)
{
	_free_ char *dir = xasprintf("%s/also", x->parts);
	struct grader_list found = list_dir(dir, mem);
	size_t i;

	x->also = found.items;
	x->nalso = found.n;
	for (i = 0; i < found.n; i++) {
		_free_ char *sub = xasprintf("also/%s", found.items[i]);

		if (check_solution(x, sub, x->doc.root, e) < 0)
			return -1;
	}
	return 0;
}

static int
check_texts(const struct exercise *x, struct err *e)
{
	const struct yaml *steps = key_of(x, "steps");
	size_t i;

	for (i = 0; i < x->nsteps; i++) {
		_free_ char *home = exercise_text_home(x, i);
		_free_ char *path =
		    xasprintf("%s/en/%s", home, x->steps[i].text);

		if (!file_exists(path))
			return yaml_err(&x->doc,
					yaml_get(steps->items[i], "text"), e,
					"there is no file %s", path);
		if (x->daemon && !str_starts(home, x->parts) &&
		    exercise_daemon_text(x, path, e) < 0)
			return -1;
	}
	return 0;
}

static int
check_name(const struct exercise *x, struct err *e)
{
	_free_ char *real = realpath(x->dir, NULL);
	_free_ char *whole = real ? exercise_join(real, x->daemon) : NULL;
	const char *base = whole ? strrchr(whole, '/') : NULL;

	if (base && strcmp(base + 1, x->name) != 0)
		return yaml_err(&x->doc, key_of(x, "exercise"), e,
				"the exercise is called \"%s\" and its folder "
				"\"%s\": use one name",
				x->name, base + 1);
	return 0;
}

/* A copy that was dealt stands alone, wherever the person wanted it. */
static int
check_after(const struct exercise *x, struct err *e)
{
	_free_ char *dealt = xasprintf("%s/" EXERCISE_PARAMETERS, x->dir);
	size_t i;

	for (i = 0; i < x->nafter && !file_exists(dealt); i++) {
		_free_ char *path =
		    xasprintf("%s/../%s/exercise.yml", x->dir, x->after[i]);

		if (strchr(x->after[i], '/') || !file_exists(path))
			return yaml_err(&x->doc, key_of(x, "after")->items[i],
					e,
					"there is no folder \"%s\" with an "
					"exercise beside %s",
					x->after[i], x->dir);
	}
	return 0;
}

static int
check_folder(struct exercise *x, struct model_mem **mem, struct err *e)
{
	size_t n;

	if (check_name(x, e) < 0 || check_texts(x, e) < 0 ||
	    check_overlay(x, "start", x->doc.root, &n, e) < 0 ||
	    check_solution(x, "solution", x->doc.root, e) < 0 ||
	    check_also(x, mem, e) < 0 || check_wrongs(x, mem, e) < 0)
		return -1;
	return check_after(x, e);
}

/* ---- the lab */

static int
check_trainee(const struct exercise *x, const struct lab *lab, struct err *e)
{
	const struct lab_node *n = model_find(lab, x->trainee);
	size_t i;

	if (n == NULL)
		return yaml_err(&x->doc, key_of(x, "trainee"), e,
				"lab %s has no node \"%s\"", lab->name,
				x->trainee);
	if (!n->trainee)
		return yaml_err(&x->doc, key_of(x, "trainee"), e,
				"%s is not marked \"trainee: yes\" in lab %s",
				n->name, lab->name);
	for (i = 0; i < x->nfiles; i++) {
		_free_ char *node =
		    xstrndup(x->files[i],
			     (size_t)(strchr(x->files[i], '/') - x->files[i]));

		n = model_find(lab, node);
		if (n == NULL || !n->trainee)
			return yaml_err(&x->doc, key_of(x, "files")->items[i],
					e, "%s is no trainee's node of lab %s",
					node, lab->name);
	}
	return 0;
}

int
exercise_check_lab(const struct exercise *x, const struct lab *lab,
		   struct err *e)
{
	const struct exercise_check *c;
	size_t i;

	if (check_trainee(x, lab, e) < 0 || exercise_check_nodes(x, lab, e) < 0)
		return -1;
	for (i = 0; i < x->nchecks; i++) {
		c = &x->checks[i];
		if (grader_kind_fits(c->kind, c->params, &x->doc,
				     exercise_check_yaml(x, c), lab, e) < 0)
			return -1;
	}
	return 0;
}

static int
check_lab(const struct exercise *x, struct err *e)
{
	struct model_params params = {.trainees = x->daemon};
	struct lab *lab = model_load(x->lab, &params, e);
	int rc;

	if (lab == NULL)
		return err_in(e, "the lab of exercise %s", x->name);
	rc = exercise_pack_lab(x, lab, e);
	if (rc == 0)
		rc = exercise_check_lab(x, lab, e);
	if (rc == 0)
		rc = exercise_check_network(x, lab, e);
	model_free(lab);
	return rc;
}

/* ---- symptoms */

static int
load_symptoms(struct exercise *x, struct err *e)
{
	const struct exercise_hint *h;
	size_t i, k;

	x->symptoms = grader_symptoms_load(x->dir, e);
	if (x->symptoms == NULL)
		return -1;
	for (i = 0; i < x->nchecks; i++) {
		for (k = 0; k < x->checks[i].nhints; k++) {
			h = &x->checks[i].hints[k];
			if (h->symptom &&
			    !grader_symptom_exists(x->symptoms, h->symptom))
				return yaml_err(
				    &x->doc,
				    exercise_check_yaml(x, &x->checks[i]), e,
				    "hint \"%s\": there is no symptom \"%s\" "
				    "in "
				    "symptoms.yml",
				    h->id, h->symptom);
		}
	}
	return 0;
}

/* ---- loading */

static char *
exercise_folder(const char *name_or_path, struct err *e)
{
	_free_ char *data = NULL, *base = NULL;
	size_t n = strlen(name_or_path);
	const struct lab_kind *daemon;
	char *dir;

	if (strchr(name_or_path, '/') || name_or_path[0] == '.') {
		if (str_ends(name_or_path, "/exercise.yml"))
			n -= strlen("/exercise.yml");
		while (n > 1 && name_or_path[n - 1] == '/')
			n--;
		return xstrndup(name_or_path, n);
	}
	data = file_data_dir();
	dir = xasprintf("%s/exercises/%s", data, name_or_path);
	base = exercise_split(dir, &daemon);
	if (*name_or_path && is_dir(base))
		return dir;
	free(dir);
	err_usage(e, "there is no exercise \"%s\", look: ixlab exercises",
		  name_or_path);
	return NULL;
}

/* Of a template, that of its copy for practice. */
static char *
exercise_dir(const char *name_or_path, const struct lab_kind **daemon,
	     struct err *e)
{
	_free_ char *path = exercise_folder(name_or_path, e), *dir = NULL;

	if (path == NULL)
		return NULL;
	dir = exercise_split(path, daemon);
	return exercise_is_template(dir) ? exercise_practice(dir, e)
					 : xstrdup(dir);
}

struct exercise *
exercise_load(const char *name_or_path, struct err *e)
{
	struct exercise *x = exercise_load_whole(name_or_path, e);

	if (x)
		exercise_hide(x);
	return x;
}

/* Those before are done with the same daemon, where they can be. */
static void
after_likewise(struct exercise *x, struct model_mem **mem)
{
	size_t i;

	for (i = 0; i < x->nafter; i++) {
		_free_ char *parts = xasprintf("%s/../%s/%s", x->dir,
					       x->after[i], x->daemon->name);
		_free_ char *name = exercise_join(x->after[i], x->daemon);

		if (is_dir(parts))
			x->after[i] = model_mem_strdup(mem, name);
	}
}

struct exercise *
exercise_load_whole(const char *name_or_path, struct err *e)
{
	const struct lab_kind *daemon;
	_free_ char *dir = exercise_dir(name_or_path, &daemon, e);
	_free_ char *path = NULL, *text = NULL;
	struct model_mem *mem;
	struct exercise *x;
	size_t len;
	int rc;

	if (dir == NULL)
		return NULL;
	path = xasprintf("%s/exercise.yml", dir);
	if (file_exists(path) && exercise_pack_files(dir, e) < 0)
		return NULL;
	if (file_read(path, YAML_MAX_BYTES, &text, &len, e) < 0) {
		e->class = ERR_USAGE;
		return NULL;
	}
	x = daemon ? exercise_parse_for(path, text, len, daemon, e)
		   : exercise_parse(path, text, len, e);
	if (x == NULL)
		return NULL;
	mem = x->mem;
	rc = check_folder(x, &mem, e);
	if (rc == 0 && daemon)
		after_likewise(x, &mem);
	x->mem = mem;
	x->lang = exercise_lang();
	if (rc < 0 || exercise_speak_own(x, e) < 0 || check_lab(x, e) < 0 ||
	    load_symptoms(x, e) < 0) {
		exercise_free(x);
		return NULL;
	}
	return x;
}

/* ---- the course */

struct course {
	struct exercise **x;
	bool *done;
	size_t n;
	json_t *rows;
};

static void
course_add(struct course *c, size_t i, int depth)
{
	const struct exercise *x = c->x[i];
	json_t *after = json_array();
	size_t k, j;

	c->done[i] = true;
	for (k = 0; k < x->nafter; k++) {
		json_array_append_new(after, out_str(x->after[k]));
		for (j = 0; j < c->n && depth < 100; j++) {
			if (!c->done[j] &&
			    strcmp(c->x[j]->name, x->after[k]) == 0)
				course_add(c, j, depth + 1);
		}
	}
	json_array_append_new(
	    c->rows,
	    json_pack("{s:o, s:o, s:i, s:i, s:i, s:o, s:o}", "name",
		      out_str(x->name), "title", out_str(x->title), "minutes",
		      (int)x->minutes, "level", (int)x->level, "points",
		      (int)x->total, "lab", out_str(x->lab), "after", after));
}

/* One broken exercise must not hide the others. */
static void
course_load_one(struct course *c, const char *path)
{
	struct err e;

	if ((c->x[c->n] = exercise_load(path, &e)) == NULL)
		log_warnx("grader", "%s", e.msg);
	else
		c->n++;
}

/* By number; those without one come last. */
static int
course_order(const void *a, const void *b)
{
	const struct exercise *x = *(struct exercise *const *)a;
	const struct exercise *y = *(struct exercise *const *)b;
	uint32_t n = x->number - 1, m = y->number - 1;

	return n != m ? (n < m ? -1 : 1) : strcmp(x->name, y->name);
}

/* Then those with other daemons: whoever went one way goes on that way. */
static void
course_load(struct course *c, const char *dir, struct model_mem **mem)
{
	struct grader_list names = list_dir(dir, mem);
	size_t i, k, n;

	n = names.n * (1 + model_nkinds);
	c->x = model_mem_alloc(mem, n, sizeof(struct exercise *));
	c->done = model_mem_alloc(mem, n, sizeof(bool));
	for (i = 0; i < names.n; i++) {
		_free_ char *path = xasprintf("%s/%s", dir, names.items[i]);
		_free_ char *file = xasprintf("%s/exercise.yml", path);

		if (file_exists(file))
			course_load_one(c, path);
	}
	if (c->n > 0)
		qsort(c->x, c->n, sizeof(*c->x), course_order);
	for (i = 0, n = c->n; i < n; i++) {
		for (k = 0; k < c->x[i]->ndaemons; k++) {
			_free_ char *name =
			    exercise_join(c->x[i]->name, c->x[i]->daemons[k]);
			_free_ char *path = xasprintf("%s/%s", dir, name);

			course_load_one(c, path);
		}
	}
}

json_t *
exercise_list(struct err *e)
{
	_free_ char *data = file_data_dir();
	_free_ char *dir = xasprintf("%s/exercises", data);
	struct model_mem *mem = NULL;
	struct course c = {.rows = json_array()};
	size_t i;

	if (!is_dir(dir)) {
		err_here(e, "there is no folder %s", dir);
		json_decref(c.rows);
		return NULL;
	}
	course_load(&c, dir, &mem);
	for (i = 0; i < c.n; i++) {
		if (!c.done[i])
			course_add(&c, i, 0);
	}
	for (i = 0; i < c.n; i++)
		exercise_free(c.x[i]);
	model_mem_free(mem);
	return c.rows;
}
