/* Answers in the state folder: kept, changed, taken back, laid by a folder's
 * name, and what a damaged file does; and a log that grows and begins anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "grader/grader_answer.h"
#include "grader/grader_files.h"

static const char demo_text[] =
    "exercise: demo\nversion: 1\ntitle: D\nminutes: 1\nlevel: 1\nlab: d\n"
    "trainee: m1\nfiles: [m1/bird.conf]\nsteps:\n"
    "  - step: one\n    title: T\n    text: t.md\n    checks:\n"
    "      q1: {kind: answer, say: s, question: Q, type: number,\n"
    "        accept: ['4', '5'], hints: [{hint: h, text: t}]}\n"
    "      q2: {kind: answer, say: s, question: Q, type: text,\n"
    "        accept: [peer], hints: [{hint: h, text: t}]}\n"
    "      said: {kind: log, say: s, at: rs1, has: x,\n"
    "        hints: [{hint: h, text: t}]}\n"
    "wrong:\n"
    "  mixed: {answers: {q1: '7'}, fails: {q1: h}}\n";

struct demo {
	char dir[64];
	struct exercise *x;
};

static void
quiet_log(enum log_level level, const char *line)
{
	(void)level;
	(void)line;
}

static int
demo_make(void **state)
{
	struct demo *d = xcalloc(1, sizeof(*d));
	struct err e;

	log_set_hook(quiet_log);
	strcpy(d->dir, "/tmp/ixlab-answers-XXXXXX");
	assert_non_null(mkdtemp(d->dir));
	setenv("XDG_STATE_HOME", d->dir, 1);
	d->x = exercise_parse("x.yml", demo_text, strlen(demo_text), &e);
	if (d->x == NULL)
		fail_msg("%s", e.msg);
	*state = d;
	return 0;
}

static int
demo_free(void **state)
{
	struct demo *d = *state;
	struct err e;

	assert_int_equal(file_remove(d->dir, &e), 0);
	exercise_free(d->x);
	free(d);
	return 0;
}

/* What is answered to a question, "" when nothing is. Owned. */
static char *
answer(const char *id)
{
	struct err e;
	json_t *all = grader_answers("lab", &e);
	const char *s = json_string_value(json_object_get(all, id));
	char *text = xstrdup(s ? s : "");

	json_decref(all);
	return text;
}

static void
answer_is(const char *id, const char *want)
{
	_free_ char *text = answer(id);

	assert_string_equal(text, want);
}

static char *
path_of(const struct demo *d, const char *file)
{
	return xasprintf("%s/ixlab/labs/lab/%s", d->dir, file);
}

static void
answers_are_kept(void **state)
{
	struct demo *d = *state;
	char big[GRADER_ANSWER_MAX + 2] = "";
	struct err e;

	answer_is("q1", "");
	assert_int_equal(grader_answer(d->x, "lab", "q1", "3", &e), 0);
	assert_int_equal(grader_answer(d->x, "lab", "q2", "transit", &e), 0);
	answer_is("q1", "3");
	assert_int_equal(grader_answer(d->x, "lab", "q1", "4", &e), 0);
	answer_is("q1", "4");
	answer_is("q2", "transit");
	assert_int_equal(grader_answer(d->x, "lab", "q1", NULL, &e), 0);
	answer_is("q1", "");
	answer_is("q2", "transit");
	/* refused, and nothing is lost */
	assert_int_equal(grader_answer(d->x, "lab", "q1", "many", &e), -1);
	assert_int_equal(e.class, ERR_USAGE);
	assert_int_equal(grader_answer(d->x, "lab", "said", "1", &e), -1);
	assert_non_null(strstr(e.msg, "it asks: q1, q2"));
	memset(big, 'a', GRADER_ANSWER_MAX + 1);
	assert_int_equal(grader_answer(d->x, "lab", "q2", big, &e), -1);
	assert_int_equal(grader_answer(d->x, "lab", "q2", "\xff\xfe", &e), -1);
	answer_is("q2", "transit");
}

static void
folders_have_answers(void **state)
{
	struct demo *d = *state;
	_free_ char *mine = path_of(d, "answers.json.mine");
	struct err e;

	assert_int_equal(grader_answer(d->x, "lab", "q1", "3", &e), 0);
	assert_int_equal(grader_answers_lay(d->x, "solution", "lab", true, &e),
			 0);
	answer_is("q1", "4");
	answer_is("q2", "peer");
	assert_true(file_exists(mine));
	assert_int_equal(
	    grader_answers_lay(d->x, "wrong/mixed", "lab", false, &e), 0);
	answer_is("q1", "7");
	answer_is("q2", "peer");
	assert_int_equal(grader_answers_lay(d->x, "start", "lab", false, &e),
			 0);
	answer_is("q1", "");
	answer_is("q2", "");
}

/* Whatever lies there, it is no crash and no answer. */
static void
rubbish_is_no_answer(void **state)
{
	static const char *const texts[] = {
	    "",		"[]",	 "{\"q1\":4}", "{\"q1\":\"1\",\"q1\":\"2\"}",
	    "{\"q1\":", "nul\\0"};
	struct demo *d = *state;
	_free_ char *path = path_of(d, "answers.json");
	struct err e;
	size_t i;

	assert_int_equal(grader_answer(d->x, "lab", "q2", "x", &e), 0);
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(
		    file_write(path, texts[i], strlen(texts[i]), &e), 0);
		answer_is("q1", "");
	}
	assert_int_equal(grader_answer(d->x, "lab", "q1", "4", &e), 0);
	answer_is("q1", "4");
}

static size_t
log_rows(struct grader_files *f)
{
	json_t *evidence = json_pack("{s:{}, s:{}}", "nodes", "at_ms"), *n;
	size_t rows;

	grader_files_look(f, evidence, 5);
	n = json_object_get(json_object_get(evidence, "nodes"), "rs1");
	rows = json_array_size(json_object_get(n, "log"));
	assert_int_equal(json_integer_value(json_object_get(
			     json_object_get(evidence, "at_ms"), "said")),
			 5);
	json_decref(evidence);
	return rows;
}

static void
log_add(const char *path, const char *mode, const char *text)
{
	FILE *f = fopen(path, mode);

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

#define WHEN "2026-11-22 16:40:02.123 "

static void
the_log_grows(void **state)
{
	struct demo *d = *state;
	_free_ char *path = xasprintf("%s/log", d->dir);
	_free_ char *old = xasprintf("%s/log.old", d->dir);
	_free_ char *wide = xmalloc(10001);
	struct grader_files *f = grader_files_new(d->x, "lab", d->dir);

	assert_int_equal(log_rows(f), 0);
	log_add(path, "w", WHEN "rs1: one\n" WHEN "m1: not asked for\n");
	assert_int_equal(log_rows(f), 1);
	assert_int_equal(log_rows(f), 1);
	log_add(path, "a", WHEN "rs1: half");
	assert_int_equal(log_rows(f), 1);
	log_add(path, "a", " a line\n");
	assert_int_equal(log_rows(f), 2);
	memset(wide, 'w', 10000);
	wide[10000] = '\0';
	log_add(path, "a", WHEN "rs1: ");
	log_add(path, "a", wide);
	log_add(path, "a", "\n" WHEN "rs1: three\n");
	assert_int_equal(log_rows(f), 4);
	assert_int_equal(rename(path, old), 0);
	log_add(path, "w", WHEN "rs1: new file\n");
	assert_int_equal(log_rows(f), 5);
	grader_files_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(answers_are_kept),
	    cmocka_unit_test(folders_have_answers),
	    cmocka_unit_test(rubbish_is_no_answer),
	    cmocka_unit_test(the_log_grows),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, demo_make, demo_free);
}
