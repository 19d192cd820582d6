/*
 * exercise_parse: the text of exercise.yml as a struct exercise.
 *
 * Strict, so that a slip of the author's is a sentence with a place and never a
 * check that cannot fail: unknown keys and kinds, ids said twice or never,
 * circles in needs, a negative check without a witness, a check without a hint
 * of last resort are all refused. What needs the folder or the lab is looked at
 * by exercise_load.c.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "grader/exercise_priv.h"
#include "grader/grader_kind.h"
#include "grader/grader_mutate.h"
#include "grader/grader_symptom.h"
#include "lab/model/model_kind.h"

#define EXERCISE_CHECKS_MAX 500

static size_t
find_check(const struct exercise *x, const char *id)
{
	size_t i;

	for (i = 0; i < x->nchecks; i++) {
		if (strcmp(x->checks[i].id, id) == 0)
			return i;
	}
	return SIZE_MAX;
}

static int
read_step(struct exercise_reader *r, const struct yaml *y, size_t index)
{
	static const char *const keys[] = {"step", "title", "text", "checks"};
	struct exercise_step *s = &r->x->steps[index];
	const struct yaml *checks;
	size_t i;

	if (yaml_want(r->doc, y, YAML_MAP, "a step", r->e) < 0 ||
	    yaml_keys(r->doc, y, "a step", keys, 4, r->e) < 0 ||
	    exercise_read_str(r, y, "step", true, &s->id) < 0 ||
	    exercise_read_id(r, yaml_get(y, "step"), s->id) < 0 ||
	    exercise_read_str(r, y, "title", true, &s->title) < 0 ||
	    exercise_read_str(r, y, "text", true, &s->text) < 0)
		return -1;
	if (strchr(s->text, '/') || s->text[0] == '.')
		return yaml_err(r->doc, yaml_get(y, "text"), r->e,
				"text is a file name below text/LANGUAGE, "
				"found \"%s\"",
				s->text);
	for (i = 0; i < index; i++) {
		if (strcmp(r->x->steps[i].id, s->id) == 0)
			return yaml_err(r->doc, yaml_get(y, "step"), r->e,
					"step \"%s\" is there twice", s->id);
	}
	s->first = r->x->nchecks;
	if ((checks = yaml_get(y, "checks")) == NULL)
		return 0;
	if (yaml_want(r->doc, checks, YAML_MAP, "checks", r->e) < 0)
		return -1;
	for (i = 0; i < checks->n; i++) {
		if (find_check(r->x, checks->items[i]->key) != SIZE_MAX)
			return err_at(r->e, r->doc->file,
				      checks->items[i]->key_line,
				      checks->items[i]->key_col,
				      "check \"%s\" is there twice",
				      checks->items[i]->key);
		if (exercise_read_check(r, checks->items[i], index,
					&r->x->checks[r->x->nchecks]) < 0)
			return -1;
		exercise_add_points(r->x, &r->x->checks[r->x->nchecks++]);
	}
	s->nchecks = checks->n;
	return 0;
}

static int
read_steps(struct exercise_reader *r, const struct yaml *root)
{
	const struct yaml *y, *checks;
	size_t n = 0, i;

	if (yaml_need(r->doc, root, "steps", &y, r->e) < 0 ||
	    yaml_want(r->doc, y, YAML_LIST, "steps", r->e) < 0)
		return -1;
	for (i = 0; i < y->n; i++) {
		checks = yaml_get(y->items[i], "checks");
		n += checks ? checks->n : 0;
	}
	if (n == 0)
		return yaml_err(r->doc, y, r->e,
				"an exercise needs a step with a check");
	if (n > EXERCISE_CHECKS_MAX)
		return yaml_err(r->doc, y, r->e, "more than %d checks",
				EXERCISE_CHECKS_MAX);
	r->x->steps = exercise_alloc(r, y->n, sizeof(*r->x->steps));
	r->x->checks = exercise_alloc(r, n, sizeof(*r->x->checks));
	for (i = 0; i < y->n; i++) {
		if (read_step(r, y->items[i], i) < 0)
			return -1;
		r->x->nsteps++;
	}
	return 0;
}

/* ---- who needs whom */

const struct yaml *
exercise_check_yaml(const struct exercise *x, const struct exercise_check *c)
{
	const struct yaml *steps = yaml_get(x->doc.root, "steps");

	return yaml_get(yaml_get(steps->items[c->step], "checks"), c->id);
}

static int
read_ref(struct exercise_reader *r, const struct yaml *y, size_t *out)
{
	const char *id;

	if (yaml_str(r->doc, y, &id, r->e) < 0)
		return -1;
	if ((*out = find_check(r->x, id)) == SIZE_MAX)
		return yaml_err(r->doc, y, r->e, "there is no check \"%s\"",
				id);
	return 0;
}

static int
read_refs(struct exercise_reader *r, struct exercise_check *c)
{
	const struct yaml *y = exercise_check_yaml(r->x, c), *v;
	size_t i;

	if ((v = yaml_get(y, "needs")) != NULL) {
		if (yaml_want(r->doc, v, YAML_LIST, "needs", r->e) < 0)
			return -1;
		c->needs = exercise_alloc(r, v->n, sizeof(*c->needs));
		for (i = 0; i < v->n; i++) {
			if (read_ref(r, v->items[i], &c->needs[i]) < 0)
				return -1;
		}
		c->nneeds = v->n;
	}
	v = yaml_get(y, "witness");
	if (v == NULL && grader_check_negative(c))
		return yaml_err(r->doc, y, r->e,
				"check \"%s\" looks for an absence and would "
				"pass on a dead network: name a witness, a "
				"check that shows it alive",
				c->id);
	if (v == NULL)
		return 0;
	if (read_ref(r, v, &c->witness) < 0)
		return -1;
	if (grader_check_negative(&r->x->checks[c->witness]))
		return yaml_err(r->doc, v, r->e,
				"witness \"%s\" looks for an absence itself",
				r->x->checks[c->witness].id);
	return 0;
}

/* Depth first; colour: 0 not seen, 1 on the way, 2 done. */
static int
walk_needs(struct exercise_reader *r, size_t i, uint8_t *colour)
{
	const struct exercise_check *c = &r->x->checks[i];
	size_t k, to;

	if (colour[i] == 2)
		return 0;
	if (colour[i] == 1)
		return yaml_err(r->doc, exercise_check_yaml(r->x, c), r->e,
				"check \"%s\" needs itself, by a circle of "
				"needs and witnesses",
				c->id);
	colour[i] = 1;
	for (k = 0; k <= c->nneeds; k++) {
		to = k < c->nneeds ? c->needs[k] : c->witness;
		if (to != SIZE_MAX && walk_needs(r, to, colour) < 0)
			return -1;
	}
	colour[i] = 2;
	return 0;
}

static int
read_graph(struct exercise_reader *r)
{
	_free_ uint8_t *colour = xcalloc(r->x->nchecks, 1);
	size_t i;

	for (i = 0; i < r->x->nchecks; i++) {
		if (read_refs(r, &r->x->checks[i]) < 0)
			return -1;
	}
	if (exercise_check_worth(r) < 0)
		return -1;
	for (i = 0; i < r->x->nchecks; i++) {
		if (walk_needs(r, i, colour) < 0)
			return -1;
	}
	return 0;
}

/* ---- the wrong solutions */

static bool
has_hint(const struct exercise_check *c, const char *id)
{
	size_t i;

	for (i = 0; i < c->nhints; i++) {
		if (strcmp(c->hints[i].id, id) == 0)
			return true;
	}
	return false;
}

static int
read_fails(struct exercise_reader *r, const struct yaml *y,
	   struct exercise_wrong *w)
{
	size_t i, check;

	if (yaml_want(r->doc, y, YAML_MAP, "fails", r->e) < 0)
		return -1;
	if (y->n == 0)
		return yaml_err(r->doc, y, r->e,
				"\"%s\" fails no check, so it is not wrong",
				w->name);
	w->fails = exercise_alloc(r, y->n, sizeof(*w->fails));
	for (i = 0; i < y->n; i++, w->nfails++) {
		check = find_check(r->x, y->items[i]->key);
		if (check == SIZE_MAX)
			return err_at(r->e, r->doc->file, y->items[i]->key_line,
				      y->items[i]->key_col,
				      "there is no check \"%s\"",
				      y->items[i]->key);
		w->fails[i].check = check;
		if (yaml_str(r->doc, y->items[i], &w->fails[i].hint, r->e) < 0)
			return -1;
		if (!has_hint(&r->x->checks[check], w->fails[i].hint))
			return yaml_err(r->doc, y->items[i], r->e,
					"check \"%s\" has no hint \"%s\"",
					r->x->checks[check].id,
					w->fails[i].hint);
	}
	return 0;
}

/* What a mistaken person would type. */
static int
read_answers(struct exercise_reader *r, const struct yaml *y,
	     struct exercise_wrong *w)
{
	size_t i, check;

	if (y == NULL)
		return 0;
	if (yaml_want(r->doc, y, YAML_MAP, "answers", r->e) < 0)
		return -1;
	w->answers = exercise_alloc(r, y->n, sizeof(*w->answers));
	for (i = 0; i < y->n; i++, w->nanswers++) {
		check = find_check(r->x, y->items[i]->key);
		if (check == SIZE_MAX ||
		    r->x->checks[check].kind != &grader_kind_answer)
			return err_at(r->e, r->doc->file, y->items[i]->key_line,
				      y->items[i]->key_col,
				      "there is no question \"%s\"",
				      y->items[i]->key);
		w->answers[i].check = check;
		if (yaml_str(r->doc, y->items[i], &w->answers[i].text, r->e) <
		    0)
			return -1;
	}
	return 0;
}

static int
read_wrongs(struct exercise_reader *r, const struct yaml *root)
{
	static const char *const keys[] = {"fails", "answers"};
	const struct yaml *y = yaml_get(root, "wrong"), *m, *fails;
	size_t i;

	if (y == NULL)
		return 0;
	if (yaml_want(r->doc, y, YAML_MAP, "wrong", r->e) < 0)
		return -1;
	r->x->wrong = exercise_alloc(r, y->n, sizeof(*r->x->wrong));
	for (i = 0; i < y->n; i++) {
		m = y->items[i];
		r->x->wrong[i].name = m->key;
		if (exercise_read_id(r, m, m->key) < 0 ||
		    yaml_want(r->doc, m, YAML_MAP, "a wrong solution", r->e) <
			0 ||
		    yaml_keys(r->doc, m, "a wrong solution", keys, 2, r->e) <
			0 ||
		    yaml_need(r->doc, m, "fails", &fails, r->e) < 0 ||
		    read_fails(r, fails, &r->x->wrong[i]) < 0 ||
		    read_answers(r, yaml_get(m, "answers"), &r->x->wrong[i]) <
			0)
			return -1;
		r->x->nwrong++;
	}
	return 0;
}

/* ---- mistakes by rule (grader_mutate) that the task leaves open */

static int
read_open_one(struct exercise_reader *r, const struct yaml *m, size_t i)
{
	size_t k = 0;

	while (grader_mistakes[k].name != NULL &&
	       strcmp(grader_mistakes[k].name, m->key) != 0)
		k++;
	if (grader_mistakes[k].name == NULL)
		return yaml_err(r->doc, m, r->e,
				"there is no mistake \"%s\"; exercise(5) has "
				"the list",
				m->key);
	r->x->open[i].mistake = m->key;
	return yaml_str(r->doc, m, &r->x->open[i].why, r->e);
}

static int
read_open(struct exercise_reader *r, const struct yaml *root)
{
	const struct yaml *y = yaml_get(root, "open");

	if (y == NULL)
		return 0;
	if (yaml_want(r->doc, y, YAML_MAP, "open", r->e) < 0)
		return -1;
	r->x->open = exercise_alloc(r, y->n, sizeof(*r->x->open));
	for (size_t i = 0; i < y->n; i++)
		if (read_open_one(r, y->items[i], r->x->nopen++) < 0)
			return -1;
	return 0;
}

/* ---- the head */

/* NODE/FILE, and nothing that could leave the node's folder. */
static bool
exercise_is_file(const char *s)
{
	const char *slash = strchr(s, '/');

	return slash != NULL && slash != s && slash[1] != '\0' &&
	       slash[1] != '.' && strchr(slash + 1, '/') == NULL && *s != '.' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			 "0123456789-_./") == strlen(s);
}

static int
read_files(struct exercise_reader *r, const struct yaml *root)
{
	const struct yaml *y;
	size_t i, j;

	if (yaml_need(r->doc, root, "files", &y, r->e) < 0 ||
	    exercise_read_words(r, root, "files", &r->x->files, &r->x->nfiles) <
		0)
		return -1;
	if (r->x->nfiles == 0)
		return yaml_err(r->doc, y, r->e,
				"\"files\" names no file: what does the "
				"trainee write?");
	for (i = 0; i < r->x->nfiles; i++) {
		if (!exercise_is_file(r->x->files[i]))
			return yaml_err(r->doc, y->items[i], r->e,
					"\"%s\" is not of the form NODE/FILE",
					r->x->files[i]);
		for (j = 0; j < i; j++) {
			if (strcmp(r->x->files[i], r->x->files[j]) == 0)
				return yaml_err(r->doc, y->items[i], r->e,
						"\"%s\" is there twice",
						r->x->files[i]);
		}
	}
	return 0;
}

static int
read_requires(struct exercise_reader *r, const struct yaml *root)
{
	const char *const *names;
	size_t n, i, word;

	names = exercise_features(&n);
	if (exercise_read_words(r, root, "requires", &r->x->requires,
				&r->x->nrequires) < 0)
		return -1;
	for (i = 0; i < r->x->nrequires; i++) {
		if (yaml_word(r->doc, yaml_get(root, "requires")->items[i],
			      names, n, &word, r->e) < 0)
			return -1;
	}
	return 0;
}

static int
read_nodes(struct exercise_reader *r, const struct yaml *root)
{
	static const char *const words[] = {"closed", "look", "open"};
	const struct yaml *y = yaml_get(root, "nodes");
	size_t i, word;

	if (y == NULL)
		return 0;
	if (yaml_want(r->doc, y, YAML_MAP, "nodes", r->e) < 0)
		return -1;
	r->x->nodes = exercise_alloc(r, y->n, sizeof(*r->x->nodes));
	for (i = 0; i < y->n; i++) {
		if (yaml_word(r->doc, y->items[i], words, 3, &word, r->e) < 0)
			return -1;
		r->x->nodes[i].node = y->items[i]->key;
		r->x->nodes[i].access = (enum exercise_access)word;
	}
	r->x->nnodes = y->n;
	return 0;
}

/* "./lab.yml" is beside the file; anything else is a name. */
static int
set_lab(struct exercise_reader *r, const struct yaml *y)
{
	const char *name = r->x->lab;
	_free_ char *path = NULL;

	if (strchr(name, '/') == NULL)
		return 0;
	if (!str_starts(name, "./") || strstr(name, "/.") != NULL)
		return yaml_err(r->doc, y, r->e,
				"\"%.80s\" is neither the name of a lab nor a "
				"file of this folder, such as ./lab.yml",
				name);
	path = xasprintf("%s/%s", r->x->dir, name + 2);
	r->x->lab = model_mem_strdup(r->mem, path);
	return 0;
}

static int
read_head(struct exercise_reader *r, const struct yaml *root)
{
	static const char *const keys[] = {
	    "exercise", "number",  "version", "title",	"minutes",  "level",
	    "lab",	"trainee", "files",   "after",	"requires", "steps",
	    "wrong",	"open",	   "nodes",   "daemons"};
	struct exercise *x = r->x;

	if (root == NULL)
		return err_at(r->e, r->doc->file, 1, 1, "the file is empty");
	if (yaml_want(r->doc, root, YAML_MAP, "an exercise", r->e) < 0 ||
	    yaml_keys(r->doc, root, "an exercise", keys, 16, r->e) < 0 ||
	    exercise_read_str(r, root, "exercise", true, &x->name) < 0 ||
	    exercise_read_id(r, yaml_get(root, "exercise"), x->name) < 0 ||
	    exercise_read_u32(r, root, "version", 1, UINT32_MAX, &x->version) <
		0 ||
	    (yaml_get(root, "number") &&
	     exercise_read_u32(r, root, "number", 1, 999, &x->number) < 0) ||
	    exercise_read_str(r, root, "title", true, &x->title) < 0 ||
	    exercise_read_u32(r, root, "minutes", 1, 600, &x->minutes) < 0 ||
	    exercise_read_u32(r, root, "level", 1, 5, &x->level) < 0 ||
	    exercise_read_str(r, root, "lab", true, &x->lab) < 0 ||
	    exercise_read_str(r, root, "trainee", true, &x->trainee) < 0 ||
	    read_files(r, root) < 0 ||
	    exercise_read_words(r, root, "after", &x->after, &x->nafter) < 0)
		return -1;
	if (strlen(x->name) > MODEL_NAME_MAX)
		return yaml_err(r->doc, yaml_get(root, "exercise"), r->e,
				"the name is longer than %d characters",
				MODEL_NAME_MAX);
	if (set_lab(r, yaml_get(root, "lab")) < 0 || read_nodes(r, root) < 0 ||
	    exercise_read_daemons(r, root) < 0)
		return -1;
	return read_requires(r, root);
}

static const char *
parse_dir(struct model_mem **mem, const char *file)
{
	const char *slash = strrchr(file, '/');
	_free_ char *dir =
	    slash ? xstrndup(file, (size_t)(slash - file)) : xstrdup(".");

	return model_mem_strdup(mem, dir);
}

/* The name and the folders of an exercise with another daemon. */
static void
set_daemon(struct exercise_reader *r)
{
	struct exercise *x = r->x;
	_free_ char *name = exercise_join(x->name, x->daemon);
	_free_ char *title = xasprintf("%s (%s)", x->title, x->daemon->title);
	_free_ char *parts = xasprintf("%s/%s", x->dir, x->daemon->name);

	x->name = model_mem_strdup(r->mem, name);
	x->title = model_mem_strdup(r->mem, title);
	x->parts = model_mem_strdup(r->mem, parts);
}

static int
read_all(struct exercise_reader *r, struct yaml *root)
{
	if (root && r->x->daemon && exercise_daemon_lay(r, root) < 0)
		return -1;
	if (read_head(r, root) < 0 || read_steps(r, root) < 0 ||
	    read_graph(r) < 0 || read_wrongs(r, root) < 0 ||
	    read_open(r, root) < 0)
		return -1;
	if (r->x->daemon == NULL)
		return 0;
	set_daemon(r);
	return exercise_daemon_words(r);
}

struct exercise *
exercise_parse_for(const char *file, const void *text, size_t len,
		   const struct lab_kind *daemon, struct err *e)
{
	struct exercise *x = xcalloc(1, sizeof(*x));
	struct model_mem *mem = NULL;
	struct exercise_reader r = {
	    .x = x, .doc = &x->doc, .mem = &mem, .e = e};
	int rc;

	x->daemon = daemon;
	rc = yaml_parse(&x->doc, file, text, len, e);
	if (rc == 0) {
		x->dir = x->parts = parse_dir(&mem, file);
		rc = read_all(&r, x->doc.root);
	}
	x->mem = mem;
	x->whole = true;
	x->lang = "en";
	if (rc < 0) {
		exercise_free(x);
		return NULL;
	}
	return x;
}

struct exercise *
exercise_parse(const char *file, const void *text, size_t len, struct err *e)
{
	struct exercise *x = exercise_parse_for(file, text, len, NULL, e),
			*other = x;
	size_t i;

	for (i = 0; x && other && i < x->ndaemons; i++) {
		other = exercise_parse_for(file, text, len, x->daemons[i], e);
		if (other)
			exercise_free(other);
	}
	if (other)
		return x;
	exercise_free(x);
	return NULL;
}

void
exercise_free(struct exercise *x)
{
	if (x == NULL)
		return;
	grader_symptoms_free(x->symptoms);
	yaml_clear(&x->doc);
	model_mem_free(x->mem);
	free(x);
}
