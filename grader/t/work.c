/*
 * Folders of exercises, starting one, and what a person has reached: with real
 * files in a folder of this test's own, and a host that only takes notes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "grader/grader.h"

static char home[] = "/tmp/ixlab-work.XXXXXX";

static const char lab_text[] =
    "lab: demo\ntitle: Demo\nexchange:\n  name: IX\n  asn: 64500\n"
    "  switches: [sw1]\n  peering-lans:\n    khi: {ipv4: 203.0.113.0/24}\n"
    "  route-servers:\n    rs1: {ipv4: 203.0.113.1}\n"
    "members:\n  m1: {asn: 65536, name: Me, trainee: yes,\n"
    "       ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n";

static const char exercise_yml[] =
    "exercise: demo\nversion: 1\ntitle: D\nminutes: 1\nlevel: 1\n"
    "lab: ./lab.yml\ntrainee: m1\nfiles: [m1/bird.conf, m1/nftables.conf]\n"
    "steps:\n  - step: one\n    title: T\n    text: 10.md\n    checks:\n"
    "      up: {kind: session, say: s, at: rs1, with: m1, family: ipv4,\n"
    "           hints: [{hint: h, text: t}]}\n"
    "wrong:\n  bad: {fails: {up: h}}\n";

static void
put(const char *path, const char *text)
{
	_free_ char *full = xasprintf("%s/%s", home, path);
	_free_ char *dir = xstrdup(full);
	struct err e;

	*strrchr(dir, '/') = '\0';
	assert_int_equal(file_mkdirs(dir, &e), 0);
	if (file_write(full, text, strlen(text), &e) < 0)
		fail_msg("%s", e.msg);
}

static char *
get(const char *path)
{
	_free_ char *full = xasprintf("%s/%s", home, path);
	struct err e;
	char *text;

	return file_read(full, 1 << 20, &text, NULL, &e) < 0 ? NULL : text;
}

static void
drop(const char *path)
{
	_free_ char *full = xasprintf("%s/%s", home, path);
	struct err e;

	assert_int_equal(file_remove(full, &e), 0);
}

static void
make_exercise(void)
{
	drop("ex");
	put("ex/demo/lab.yml", lab_text);
	put("ex/demo/exercise.yml", exercise_yml);
	put("ex/demo/text/en/10.md", "# One\n");
	put("ex/demo/text/ur/10.md", "# Ek\n");
	put("ex/demo/start/m1/bird.conf", "start\n");
	put("ex/demo/solution/m1/bird.conf", "solution\n");
	put("ex/demo/also/other/m1/bird.conf", "other\n");
	put("ex/demo/wrong/bad/m1/bird.conf", "bad\n");
}

static struct exercise *
load(struct err *e)
{
	_free_ char *dir = xasprintf("%s/ex/demo", home);

	return exercise_load(dir, e);
}

/* ---- loading */

static void
folder_is_held_against_the_file(void **state)
{
	static const struct {
		const char *drop, *put, *sentence; /* contains */
	} rows[] = {
	    {NULL, NULL, NULL},
	    {"text/en/10.md", NULL, "exercise.yml:12:11: there is no file "},
	    {"start", NULL, "there is no folder "},
	    {"solution", NULL, "there is no folder "},
	    {"solution/m1/bird.conf", NULL, "/solution has no file"},
	    {"wrong/bad", NULL, "exercise.yml:17:8: there is no folder "},
	    {NULL, "wrong/more/m1/bird.conf", "is not among \"wrong\""},
	    {NULL, "solution/m1/extra", "is not among \"files\""},
	    {NULL, "also/new/m2/bird.conf", "is not among \"files\""},
	    {"lab.yml", NULL, "the lab of exercise demo"},
	    {"exercise.yml", NULL, "exercise.yml"},
	};
	struct exercise *x;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_exercise();
		if (rows[i].drop) {
			_free_ char *p = xasprintf("ex/demo/%s", rows[i].drop);

			drop(p);
		}
		if (rows[i].put) {
			_free_ char *p = xasprintf("ex/demo/%s", rows[i].put);

			put(p, "x\n");
		}
		x = load(&e);
		if ((x == NULL) != (rows[i].sentence != NULL))
			fail_msg("row %zu: %s", i, x ? "loaded" : e.msg);
		if (x == NULL && !strstr(e.msg, rows[i].sentence))
			fail_msg("row %zu: %s", i, e.msg);
		exercise_free(x);
	}
}

static void
names_agree(void **state)
{
	_free_ char *from = xasprintf("%s/ex/demo", home);
	_free_ char *to = xasprintf("%s/ex/other", home);
	struct err e;

	(void)state;
	make_exercise();
	assert_int_equal(rename(from, to), 0);
	assert_null(exercise_load(to, &e));
	assert_non_null(strstr(e.msg, "is called \"demo\" and its folder "
				      "\"other\""));
	assert_null(exercise_load("no-such-exercise", &e));
	assert_string_equal(e.msg, "there is no exercise \"no-such-exercise\", "
				   "look: ixlab exercises");
}

static void
texts_have_languages(void **state)
{
	static const struct {
		const char *lang, *text;
	} rows[] = {
	    {"C", "# One\n"},	    {"ur_PK.UTF-8", "# Ek\n"},
	    {"ur", "# Ek\n"},	    {"en_US.UTF-8", "# One\n"},
	    {"../../x", "# One\n"}, {"", "# One\n"},
	};
	struct exercise *x;
	unsigned about;
	struct err e;
	size_t i;

	(void)state;
	make_exercise();
	x = load(&e);
	assert_non_null(x);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_free_ char *text = NULL;

		setenv("LC_ALL", rows[i].lang, 1);
		setenv("LANG", "C", 1);
		text = exercise_text(x, 0, &about, &e);
		assert_string_equal(text, rows[i].text);
	}
	exercise_free(x);
}

/* A translation says of which English it is, by cksum(1), and who has read it. */
static void
translations_age(void **state)
{
	static const struct {
		const char *file;
		unsigned about;
	} rows[] = {
	    {"<!-- of cksum 1273431632 -->\n\n# Ek\n", 0},
	    {"<!-- of cksum 1273431632; awaits a native reader -->\n# Ek\n",
	     EXERCISE_TEXT_UNREAD},
	    {"<!-- of cksum 1273431633 -->\n# Ek\n", EXERCISE_TEXT_STALE},
	    {"<!-- of cksum x; awaits -->\n# Ek\n",
	     EXERCISE_TEXT_STALE | EXERCISE_TEXT_UNREAD},
	    {"# Ek\n", EXERCISE_TEXT_STALE | EXERCISE_TEXT_UNREAD},
	};
	_free_ char *path = NULL;
	struct exercise *x;
	unsigned about;
	struct err e;
	size_t i;

	(void)state;
	make_exercise();
	x = load(&e);
	assert_non_null(x);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("LANGUAGE", "ur:fr", 1);
	path = xasprintf("%s/text/ur/%s", x->dir, x->steps[0].text);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_free_ char *text = NULL;

		assert_int_equal(
		    file_write(path, rows[i].file, strlen(rows[i].file), &e),
		    0);
		text = exercise_text(x, 0, &about, &e);
		assert_string_equal(text, "# Ek\n");
		assert_int_equal(about, rows[i].about);
	}
	setenv("LC_ALL", "C", 1);
	free(exercise_text(x, 0, &about, &e));
	assert_int_equal(about, 0);
	unsetenv("LANGUAGE");
	exercise_free(x);
}

/* ---- starting */

static char overlay[512];
static int ups;

static int
note_up(void *arg, const struct exercise *x, const char *instance,
	const char *over, struct err *e)
{
	(void)arg;
	(void)x;
	(void)instance;
	(void)e;
	ups++;
	snprintf(overlay, sizeof(overlay), "%s", over ? over : "none");
	return 0;
}

static void
start_spares_what_was_typed(void **state)
{
	struct grader_host host = {.up = note_up};
	_free_ char *mine = NULL, *filled = NULL;
	struct exercise *x;
	struct err e;

	(void)state;
	make_exercise();
	put("ex/demo/start/m1/nftables.conf", "rules\n");
	x = load(&e);
	assert_non_null(x);
	assert_int_equal(grader_start(x, &host, "t-work", &e), 0);
	assert_true(str_ends(overlay, "/ex/demo/start"));
	put("state/ixlab/labs/t-work/nodes/m1/bird.conf", "typed\n");
	assert_int_equal(grader_start(x, &host, "t-work", &e), 0);
	assert_string_equal(overlay, "none");
	assert_int_equal(ups, 2);
	mine = get("state/ixlab/labs/t-work/nodes/m1/bird.conf");
	assert_string_equal(mine, "typed\n");
	filled = get("state/ixlab/labs/t-work/nodes/m1/nftables.conf");
	assert_string_equal(filled, "rules\n");
	exercise_free(x);
}

static void
apply_says_what_is_missing(void **state)
{
	struct exercise *x;
	struct err e;

	(void)state;
	make_exercise();
	x = load(&e);
	assert_non_null(x);
	assert_int_equal(grader_apply(x, "also/none", "t-work", true, &e), -1);
	assert_string_equal(e.msg, "exercise demo has no folder also/none");
	assert_int_equal(grader_apply(x, "solution", "t-work", true, &e), -1);
	assert_true(str_starts(e.msg, "lab t-work does not run: "));
	assert_int_equal(e.class, ERR_HERE);
	exercise_free(x);
}

/* Of a step the files as they were when it began first, whatever came later. */
static void
steps_are_kept(void **state)
{
	_free_ char *kept = NULL;
	struct exercise *x;
	struct err e;

	(void)state;
	make_exercise();
	x = load(&e);
	assert_non_null(x);
	assert_int_equal(grader_step_reset(x, 0, "t-step", &e), -1);
	assert_string_equal(e.msg,
			    "exercise demo: nothing is kept of step 1: it "
			    "has not been begun");
	put("state/ixlab/labs/t-step/nodes/m1/bird.conf", "first\n");
	assert_int_equal(grader_step_begin(x, 0, "t-step", &e), 0);
	put("state/ixlab/labs/t-step/nodes/m1/bird.conf", "later\n");
	assert_int_equal(grader_step_begin(x, 0, "t-step", &e), 0);
	kept = get("state/ixlab/labs/t-step/steps/1/m1/bird.conf");
	assert_string_equal(kept, "first\n");
	assert_int_equal(grader_step_reset(x, 99, "t-step", &e), -1);
	assert_int_equal(grader_step_reset(x, 0, "t-step", &e), -1);
	assert_true(str_starts(e.msg, "lab t-step does not run: "));
	exercise_free(x);
}

/* ---- progress */

static void
note(int points, int total)
{
	json_t *report = json_pack("{s:s, s:i, s:i}", "exercise", "demo",
				   "points", points, "total", total);
	struct err e;

	if (grader_progress_note(report, &e) < 0)
		fail_msg("%s", e.msg);
	json_decref(report);
}

static void
expect(int points, int total, bool done)
{
	struct err e;
	json_t *all = grader_progress(&e), *row;

	assert_non_null(all);
	row = json_object_get(all, "demo");
	assert_int_equal(json_integer_value(json_object_get(row, "points")),
			 points);
	assert_int_equal(json_integer_value(json_object_get(row, "total")),
			 total);
	assert_int_equal(json_is_true(json_object_get(row, "done")), done);
	json_decref(all);
}

static void
quiet(enum log_level level, const char *line)
{
	(void)level;
	(void)line;
}

static void
best_result_stays(void **state)
{
	_free_ char *bad = NULL;
	struct err e;
	json_t *all;

	(void)state;
	drop("state/ixlab/progress.json");
	all = grader_progress(&e);
	assert_int_equal(json_object_size(all), 0);
	json_decref(all);
	note(3, 10);
	expect(3, 10, false);
	note(10, 10);
	expect(10, 10, true);
	note(4, 10);
	expect(10, 10, true);
	note(4, 12); /* the exercise has changed */
	expect(4, 12, false);
	log_set_hook(quiet);
	put("state/ixlab/progress.json", "{\"demo\": ");
	note(5, 12);
	log_set_hook(NULL);
	expect(5, 12, false);
	bad = get("state/ixlab/progress.json.bad");
	assert_string_equal(bad, "{\"demo\": ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(folder_is_held_against_the_file),
	    cmocka_unit_test(names_agree),
	    cmocka_unit_test(texts_have_languages),
	    cmocka_unit_test(translations_age),
	    cmocka_unit_test(start_spares_what_was_typed),
	    cmocka_unit_test(apply_says_what_is_missing),
	    cmocka_unit_test(steps_are_kept),
	    cmocka_unit_test(best_result_stays),
	};
	_free_ char *state = NULL;
	struct err e;
	int rc;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (mkdtemp(home) == NULL)
		return 1;
	state = xasprintf("%s/state", home);
	setenv("XDG_STATE_HOME", state, 1);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	if (file_remove(home, &e) < 0)
		return 1;
	return rc;
}
