/*
 * ixlab desk similar: pairs of submissions that look alike, or have each other's
 * numbers, for a person to look at. It decides nothing.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "grader/desk/desk_foreign.h"
#include "grader/desk/desk_similar.h"
#include "grader/exercise_deal.h"

#define SIMILAR_LEAST 70

struct similar_work {
	struct submission s;
	struct similar sketch;
	struct foreign_words has, given, start; /* of a template; or empty */
	bool known;				/* it could be read */
};

/* ---- sketches */

static void
similar_parts(const struct submission *s, struct similar *sketch)
{
	size_t i;

	for (i = 0; i < s->nparts; i++)
		if (s->parts[i].kind == SUBMISSION_FILE)
			similar_add(sketch, s->parts[i].name, s->parts[i].data,
				    s->parts[i].len);
	similar_finish(sketch);
}

/* What is there to begin with. */
static void
similar_start(struct similar_work *w, const char *dir, struct similar *sketch)
{
	struct err e;
	_free_ char *parts = exercise_parts(dir);
	size_t i, len;

	for (i = 0; i < w->s.nparts; i++) {
		const char *file = w->s.parts[i].name;
		_free_ char *path = xasprintf("%s/start/%s", parts, file);
		_free_ char *text = NULL;

		/* declared by nobody yet: a name that leads elsewhere is none */
		if (w->s.parts[i].kind != SUBMISSION_FILE ||
		    strstr(file, "..") ||
		    file_read(path, SUBMISSION_FILE_MAX, &text, &len, &e) < 0)
			continue;
		similar_add(sketch, file, text, len);
		foreign_add(&w->start, text, len);
		foreign_add(&w->has, w->s.parts[i].data, w->s.parts[i].len);
	}
	similar_finish(sketch);
	foreign_finish(&w->start);
	foreign_finish(&w->has);
}

/* ---- each person's own copy of a template */

static int
similar_given_file(void *arg, const char *path, const char *name, struct err *e)
{
	_free_ char *text = NULL;
	size_t len;

	(void)name;
	if (file_read(path, EXERCISE_FILE_MAX, &text, &len, e) < 0)
		return -1;
	foreign_add(arg, text, len);
	return 0;
}

/* Dealt into a folder of its own, which is removed; -1: the desk cannot. */
static int
similar_dealt(struct similar_work *w, const char *dir, const char *to,
	      struct similar *sketch, struct err *e)
{
	const char *base = strrchr(dir, '/') ? strrchr(dir, '/') + 1 : dir;
	_free_ char *copy = xasprintf("%s/%s", to, base), *drawn = NULL;
	unsigned char ticket[32];

	if (file_mkdirs(to, e) < 0 ||
	    desk_ticket(w->s.head[SUBMISSION_PERSON], ticket, e) < 0 ||
	    (drawn = desk_deal(dir, ticket, to, e)) == NULL ||
	    exercise_walk(copy, similar_given_file, &w->given, e) < 0)
		return -1;
	foreign_finish(&w->given);
	similar_start(w, copy, sketch);
	return 0;
}

/* What this person was given; nothing when the desk has not that exercise. */
static void
similar_begun(struct similar_work *w, const char *own, struct similar *sketch)
{
	const char *name = desk_exercise_name(w->s.head[SUBMISSION_EXERCISE]);
	struct err e, ignored;
	_free_ char *dir = name ? desk_exercise_dir(own, name, &e) : NULL;
	_free_ char *state = dir ? file_state_dir(&e) : NULL;
	_free_ char *to = NULL;

	if (state == NULL)
		return;
	if (!exercise_is_template(dir)) {
		similar_start(w, dir, sketch);
		return;
	}
	to = xasprintf("%s/desk/dealt-%d", state, (int)getpid());
	if (similar_dealt(w, dir, to, sketch, &e) < 0)
		fprintf(stderr, "without its start: %s\n", e.msg);
	(void)file_remove(to, &ignored);
}

static void
similar_read(struct similar_work *w, const char *path, const char *own)
{
	struct similar start = {0};
	_free_ char *text = NULL;
	struct err e = {0};
	struct stat st;
	size_t len;

	if (lstat(path, &st) < 0 || !S_ISREG(st.st_mode)) {
		err_here(&e, "%s: is not a plain file", path);
	} else if (file_read(path, SUBMISSION_MAX, &text, &len, &e) == 0 &&
		   submission_parse(&w->s, path, text, len, &e) == 0) {
		w->known = true;
		similar_parts(&w->s, &w->sketch);
		similar_begun(w, own, &start);
		similar_without(&w->sketch, &start);
		similar_clear(&start);
		return;
	}
	str_clean(e.msg);
	fprintf(stderr, "left out: %s\n", e.msg);
}

/* ---- pairs */

static bool
similar_same(const struct similar_work *a, const struct similar_work *b,
	     enum submission_key key)
{
	return strcmp(a->s.head[key], b->s.head[key]) == 0;
}

static json_t *
similar_number(int percent)
{
	return percent < 0 ? json_null() : json_integer(percent);
}

/* "the same", or what one has of the other's; owned, NULL: nothing. */
static char *
similar_numbers(const struct similar_work *a, const struct similar_work *b)
{
	const char *who = a->s.head[SUBMISSION_PERSON];
	const char *whose = b->s.head[SUBMISSION_PERSON];
	char *found;

	if (similar_same(a, b, SUBMISSION_PARAMETERS) &&
	    strcmp(a->s.head[SUBMISSION_PARAMETERS], "-") != 0)
		return xstrdup("the same");
	found = foreign_found(&a->has, &a->given, &b->start);
	if (found == NULL) {
		found = foreign_found(&b->has, &b->given, &a->start);
		who = b->s.head[SUBMISSION_PERSON];
		whose = a->s.head[SUBMISSION_PERSON];
	}
	if (found == NULL)
		return NULL;
	_free_ char *list = found;
	return xasprintf("%s has %s's %s", who, whose, list);
}

/* A pair's row, or NULL when it is not worth one. Two of one person are none. */
static json_t *
similar_row(const struct similar_work *a, const struct similar_work *b,
	    uint32_t least)
{
	_free_ char *numbers = NULL;
	int percent[SIMILAR_BAGS], i, score;

	if (!a->known || !b->known ||
	    !similar_same(a, b, SUBMISSION_EXERCISE) ||
	    similar_same(a, b, SUBMISSION_PERSON))
		return NULL;
	for (i = 0; i < SIMILAR_BAGS; i++)
		percent[i] = similar_percent(&a->sketch, &b->sketch, i);
	score = similar_score(percent);
	numbers = similar_numbers(a, b);
	if (score < (int)least && numbers == NULL)
		return NULL;
	return json_pack("{s:o, s:o, s:o, s:i, s:o, s:o, s:o, s:o}", "exercise",
			 out_str(a->s.head[SUBMISSION_EXERCISE]), "a",
			 out_str(a->s.head[SUBMISSION_PERSON]), "b",
			 out_str(b->s.head[SUBMISSION_PERSON]), "score", score,
			 "statements",
			 similar_number(percent[SIMILAR_STATEMENTS]), "order",
			 similar_number(percent[SIMILAR_ORDER]), "words",
			 similar_number(percent[SIMILAR_WORDS]), "parameters",
			 out_str(numbers ? numbers : "-"));
}

static int
similar_order(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	json_int_t n = json_integer_value(json_object_get(x, "score"));
	json_int_t m = json_integer_value(json_object_get(y, "score"));

	return n < m ? 1 : n > m ? -1 : 0;
}

static json_t *
similar_pairs(const struct similar_work *all, size_t n, uint32_t least)
{
	json_t **rows = NULL, *row, *list = json_array();
	size_t nrows = 0, i, k;

	for (i = 0; i < n; i++) {
		for (k = i + 1; k < n; k++) {
			row = similar_row(&all[i], &all[k], least);
			if (row == NULL)
				continue;
			rows = xreallocarray(rows, nrows + 1, sizeof(*rows));
			rows[nrows++] = row;
		}
	}
	if (nrows > 0)
		qsort(rows, nrows, sizeof(*rows), similar_order);
	for (i = 0; i < nrows; i++)
		json_array_append_new(list, rows[i]);
	free(rows);
	return list;
}

json_t *
cmd_desk_pairs(const struct cmd *c, const json_t *files, struct err *e)
{
	const char *text = cmd_option(c, "--least");
	size_t n = json_array_size(files), i;
	struct similar_work *all;
	json_t *path, *pairs;
	uint32_t least = SIMILAR_LEAST;

	if (text && !str_to_u32(text, 0, 100, &least)) {
		err_usage(e, "--least wants 0 to 100, not \"%s\"", text);
		return NULL;
	}
	all = xcalloc(n + 1, sizeof(*all));
	json_array_foreach(files, i, path) similar_read(
	    &all[i], json_string_value(path), cmd_option(c, "--exercise"));
	pairs = similar_pairs(all, n, least);
	for (i = 0; i < n; i++) {
		submission_clear(&all[i].s);
		similar_clear(&all[i].sketch);
		foreign_clear(&all[i].has);
		foreign_clear(&all[i].given);
		foreign_clear(&all[i].start);
	}
	free(all);
	return pairs;
}

int
cmd_desk_similar(struct cmd *c, struct err *e)
{
	static const struct out_column columns[] = {
	    {"EXERCISE", "exercise"},
	    {"A", "a"},
	    {"B", "b"},
	    {"SCORE", "score"},
	    {"DOES", "statements"},
	    {"ORDER", "order"},
	    {"OWN WORDS", "words"},
	    {"PARAMETERS", "parameters"}};
	json_t *files = cmd_sent_files(c, 1, e), *pairs;

	if (files == NULL)
		return -1;
	pairs = cmd_desk_pairs(c, files, e);
	json_decref(files);
	if (pairs == NULL)
		return -1;
	if (c->json)
		out_json(stdout, pairs);
	else
		out_table(stdout, pairs, columns,
			  sizeof(columns) / sizeof(*columns),
			  "no two look alike");
	json_decref(pairs);
	return 0;
}
