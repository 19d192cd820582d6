#include "grader/lint.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "grader/exercise_deal.h"
#include "grader/exercise_priv.h"
#include "grader/grader_kind.h"

#define LINT_FILE_MAX (1u << 20)
#define LINT_BEFORE_MAX 64 /* exercises */

struct lint_run {
	struct lint l;
	const struct exercise *x;
	const char *course; /* the folder of exercises that x is one of */
	struct lint_finds *f;
	struct lint_secret secret;
	bool *known;
	char *before[LINT_BEFORE_MAX]; /* exercises that were read */
	size_t nbefore;
};

/* ---- the two files */

static int
run_data(struct lint_run *r, const char *folder, const char *name,
	 int (*read)(struct lint *l, const char *name, const char *text,
		     size_t len, struct err *e),
	 struct err *e)
{
	_free_ char *path = xasprintf("%s/%s", folder, name), *text = NULL;
	size_t len;

	if (!file_exists(path))
		return 0;
	if (file_read(path, LINT_FILE_MAX, &text, &len, e) < 0)
		return -1;
	return read(&r->l, path, text, len, e);
}

/* A copy that was dealt lies elsewhere, and belongs to its template's course. */
static char *
run_course(const struct exercise *x)
{
	_free_ char *dealt = xasprintf("%s/" EXERCISE_PARAMETERS, x->dir);
	_free_ char *data = file_data_dir();

	return file_exists(dealt) ? xasprintf("%s/exercises", data)
				  : xasprintf("%s/..", x->dir);
}

static int
run_load(struct lint_run *r, struct err *e)
{
	_free_ char *own = xasprintf("%s/lint.yml", r->course);
	_free_ char *data = file_data_dir();
	_free_ char *common = xasprintf("%s/exercises", data);

	if (run_data(r, file_exists(own) ? r->course : common, "lint.yml",
		     lint_read_rules, e) < 0)
		return -1;
	return run_data(r, r->course, "glossary.yml", lint_read_glossary, e);
}

/* ---- every file */

static int
run_file(void *arg, const char *path, const char *name, struct err *e)
{
	struct lint_run *r = arg;
	_free_ char *file = xasprintf("%s/%s", r->x->name, name);
	_free_ char *text = NULL;

	if (file_read(path, LINT_FILE_MAX, &text, NULL, e) < 0)
		return -1;
	if (str_starts(name, "text/") || strstr(name, "/text/"))
		lint_scan_width(file, text, r->f);
	lint_scan_addresses(&r->l, file, text, r->f);
	lint_scan_networks(&r->l, file, text, r->f);
	return 0;
}

/* ---- texts and what is known after them */

static char *
step_text(const struct exercise *x, size_t step, struct err *e)
{
	_free_ char *home = exercise_text_home(x, step);
	_free_ char *path = xasprintf("%s/en/%s", home, x->steps[step].text);
	char *text;

	return file_read(path, LINT_FILE_MAX, &text, NULL, e) < 0 ? NULL : text;
}

static bool
run_was_read(struct lint_run *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->nbefore; i++)
		if (strcmp(r->before[i], name) == 0)
			return true;
	return r->nbefore == LINT_BEFORE_MAX;
}

/* What those explain that were to be done before. */
static int
run_before(struct lint_run *r, const struct exercise *x, struct err *e)
{
	size_t i, step;
	int rc = 0;

	for (i = 0; rc == 0 && i < x->nafter; i++) {
		_free_ char *dir = xasprintf("%s/%s", r->course, x->after[i]);
		struct exercise *b;

		if (run_was_read(r, x->after[i]))
			continue;
		r->before[r->nbefore++] = xstrdup(x->after[i]);
		if ((b = exercise_load_whole(dir, e)) == NULL)
			return -1;
		rc = run_before(r, b, e);
		for (step = 0; rc == 0 && step < b->nsteps; step++) {
			_free_ char *text = step_text(b, step, e);

			if (text == NULL)
				rc = -1;
			else
				lint_term_text(&r->l, "", text, r->known, NULL);
		}
		exercise_free(b);
	}
	return rc;
}

static void
run_check_words(struct lint_run *r, const struct exercise_check *c)
{
	_free_ char *file = xasprintf("%s/exercise.yml", r->x->name);
	const struct yaml *y = exercise_check_yaml(r->x, c);
	const struct yaml *hints = yaml_get(y, "hints");
	size_t i;

	lint_term_sentence(&r->l, file, yaml_get(y, "say")->line, c->say,
			   r->known, r->f);
	for (i = 0; i < c->nhints; i++)
		lint_term_sentence(&r->l, file, hints->items[i]->line,
				   c->hints[i].text, r->known, r->f);
}

static int
run_texts(struct lint_run *r, struct err *e)
{
	const struct exercise *x = r->x;
	size_t i, k;

	for (i = 0; i < x->nsteps; i++) {
		_free_ char *file =
		    xasprintf("%s/text/en/%s", x->name, x->steps[i].text);
		_free_ char *text = step_text(x, i, e);

		if (text == NULL)
			return -1;
		lint_term_text(&r->l, file, text, r->known, r->f);
		for (k = 0; k < x->steps[i].nchecks; k++)
			run_check_words(r, &x->checks[x->steps[i].first + k]);
	}
	return 0;
}

/* ---- hints */

static int
secret_told(void *arg, const char *path, const char *name, struct err *e)
{
	struct lint_run *r = arg;
	_free_ char *text = NULL;

	if (!str_starts(name, "start/"))
		return 0;
	if (file_read(path, LINT_FILE_MAX, &text, NULL, e) < 0)
		return -1;
	lint_hint_told(&r->secret, text);
	return 0;
}

/* What start, the texts and the checks' sentences say. */
static int
run_told(struct lint_run *r, struct err *e)
{
	const struct exercise *x = r->x;
	size_t i;

	for (i = 0; i < x->nchecks; i++)
		lint_hint_told(&r->secret, x->checks[i].say);
	for (i = 0; i < x->nsteps; i++) {
		_free_ char *text = step_text(x, i, e);

		if (text == NULL)
			return -1;
		lint_hint_told(&r->secret, text);
	}
	return exercise_walk(x->parts, secret_told, r, e);
}

static int
secret_added(void *arg, const char *path, const char *name, struct err *e)
{
	struct lint_run *r = arg;
	_free_ char *text = NULL;

	if (!str_starts(name, "solution/") && !str_starts(name, "also/"))
		return 0;
	if (file_read(path, LINT_FILE_MAX, &text, NULL, e) < 0)
		return -1;
	lint_hint_added(&r->secret, text);
	return 0;
}

/* What is accepted as an answer; none where nothing is asked. */
static struct grader_list
answers_of(const struct exercise_check *c)
{
	const struct grader_params *p = c->params;

	return c->kind == &grader_kind_answer ? p->accept
					      : (struct grader_list){0};
}

/* What a hint gives away: owned, or NULL. */
static char *
given_away(const struct lint_run *r, const struct exercise_check *c,
	   const char *hint)
{
	struct grader_list answers = answers_of(c);
	size_t i;

	for (i = 0; i < answers.n; i++)
		if (lint_hint_answers(hint, answers.items[i]))
			return xstrdup(answers.items[i]);
	return lint_hint_gives(&r->secret, hint);
}

static void
run_check_hints(struct lint_run *r, const struct exercise_check *c)
{
	_free_ char *file = xasprintf("%s/exercise.yml", r->x->name);
	const struct yaml *hints =
	    yaml_get(exercise_check_yaml(r->x, c), "hints");
	size_t i;

	for (i = 0; i < c->nhints; i++) {
		_free_ char *given = given_away(r, c, c->hints[i].text);

		if (given != NULL)
			lint_find(r->f, file, hints->items[i]->line,
				  "hint \"%s\" of check \"%s\" gives \"%s\" of "
				  "the solution away: say what was seen, which "
				  "rule it breaks, and where to look",
				  c->hints[i].id, c->id, given);
	}
}

static int
run_hints(struct lint_run *r, struct err *e)
{
	const struct exercise *x = r->x;
	size_t i;

	if (run_told(r, e) < 0 ||
	    exercise_walk(x->parts, secret_added, r, e) < 0)
		return -1;
	for (i = 0; i < x->nchecks; i++)
		run_check_hints(r, &x->checks[i]);
	return 0;
}

int
lint_exercise(const struct exercise *x, struct lint_finds *f, struct err *e)
{
	_free_ char *course = run_course(x);
	struct lint_run r = {.x = x, .course = course, .f = f};
	int rc = run_load(&r, e);

	r.known = xcalloc(r.l.nterms + 1, sizeof(*r.known));
	if (rc == 0)
		rc = exercise_walk(x->dir, run_file, &r, e);
	if (rc == 0 && r.l.nterms > 0)
		rc = run_before(&r, x, e);
	if (rc == 0 && r.l.nterms > 0)
		rc = run_texts(&r, e);
	if (rc == 0)
		rc = run_hints(&r, e);
	while (r.nbefore > 0)
		free(r.before[--r.nbefore]);
	free(r.known);
	lint_secret_clear(&r.secret);
	lint_clear(&r.l);
	return rc;
}
