/*
 * ixlab desk similar: pairs of submissions that look alike, for a person to look
 * at. It decides nothing.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "grader/desk/desk_similar.h"

#define SIMILAR_LEAST 70

struct similar_work {
	struct submission s;
	struct similar sketch;
	bool known; /* it could be read */
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

/* What everybody was given; nothing when the desk has not that exercise. */
static void
similar_start(const struct submission *s, const char *own,
	      struct similar *sketch)
{
	const char *name = desk_exercise_name(s->head[SUBMISSION_EXERCISE]);
	struct err e;
	_free_ char *dir = name ? desk_exercise_dir(own, name, &e) : NULL;
	size_t i, len;

	for (i = 0; dir && i < s->nparts; i++) {
		const char *file = s->parts[i].name;
		_free_ char *path = xasprintf("%s/start/%s", dir, file);
		_free_ char *text = NULL;

		/* declared by nobody yet: a name that leads elsewhere is none */
		if (s->parts[i].kind != SUBMISSION_FILE || strstr(file, "..") ||
		    file_read(path, SUBMISSION_FILE_MAX, &text, &len, &e) < 0)
			continue;
		similar_add(sketch, file, text, len);
	}
	similar_finish(sketch);
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
		similar_start(&w->s, own, &start);
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

/* A pair's row, or NULL when it is not worth one. Two of one person are none. */
static json_t *
similar_row(const struct similar_work *a, const struct similar_work *b,
	    uint32_t least)
{
	int percent[SIMILAR_BAGS], i, score;
	bool numbers;

	if (!a->known || !b->known ||
	    !similar_same(a, b, SUBMISSION_EXERCISE) ||
	    similar_same(a, b, SUBMISSION_PERSON))
		return NULL;
	for (i = 0; i < SIMILAR_BAGS; i++)
		percent[i] = similar_percent(&a->sketch, &b->sketch, i);
	score = similar_score(percent);
	numbers = similar_same(a, b, SUBMISSION_PARAMETERS) &&
		  strcmp(a->s.head[SUBMISSION_PARAMETERS], "-") != 0;
	if (score < (int)least && !numbers)
		return NULL;
	return json_pack("{s:o, s:o, s:o, s:i, s:o, s:o, s:o, s:s}", "exercise",
			 out_str(a->s.head[SUBMISSION_EXERCISE]), "a",
			 out_str(a->s.head[SUBMISSION_PERSON]), "b",
			 out_str(b->s.head[SUBMISSION_PERSON]), "score", score,
			 "statements",
			 similar_number(percent[SIMILAR_STATEMENTS]), "order",
			 similar_number(percent[SIMILAR_ORDER]), "words",
			 similar_number(percent[SIMILAR_WORDS]), "parameters",
			 numbers ? "the same" : "-");
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
	const char *text = cmd_option(c, "--least");
	struct similar_work *all;
	json_t *files, *path, *pairs;
	uint32_t least = SIMILAR_LEAST;
	size_t i, n;

	if (text && !str_to_u32(text, 0, 100, &least))
		return err_usage(e, "--least wants 0 to 100, not \"%s\"", text);
	if ((files = cmd_sent_files(c, 1, e)) == NULL)
		return -1;
	n = json_array_size(files);
	all = xcalloc(n, sizeof(*all));
	json_array_foreach(files, i, path) similar_read(
	    &all[i], json_string_value(path), cmd_option(c, "--exercise"));
	pairs = similar_pairs(all, n, least);
	if (c->json)
		out_json(stdout, pairs);
	else
		out_table(stdout, pairs, columns,
			  sizeof(columns) / sizeof(*columns),
			  "no two look alike");
	for (i = 0; i < n; i++) {
		submission_clear(&all[i].s);
		similar_clear(&all[i].sketch);
	}
	free(all);
	json_decref(pairs);
	json_decref(files);
	return 0;
}
