/*
 * The grader's table of symptoms: of the facts of failures that symptoms.sh saw in
 * a lab each has its own cause, and each symptom was seen. What the reader of such
 * tables refuses; languages; values in sentences.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"
#include "grader/grader_judge.h"
#include "grader/grader_symptom.h"

static struct grader_symptoms *table;

/* What symptoms.sh saw in a lab: {"CHECK CAUSE": {cause_id, cause, facts}}. */
static json_t *seen;

/* Which of two comes is decided by which end called first: perhaps only one of
 * each two was seen. */
static const struct {
	const char *id, *far, *near;
} ttl[] = {
    {"ttl-here", "OpenConfirm", "OpenSent"},
    {"ttl-here-up", "Established", "OpenConfirm"},
    {"ttl-there", "OpenSent", "OpenConfirm"},
    {"ttl-there-up", "OpenConfirm", "Established"},
};
enum { TTL = sizeof(ttl) / sizeof(ttl[0]) };

static json_t *
ttl_facts(size_t i)
{
	return json_pack("{s:s, s:s, s:s, s:s}", "far-state", ttl[i].far,
			 "far-error", "", "near-state", ttl[i].near,
			 "near-error", "");
}

static bool
is_tried(const char *id)
{
	const char *key;
	const json_t *row;
	size_t i;

	for (i = 0; i < TTL; i++) {
		if (strcmp(ttl[i].id, id) == 0)
			return true;
	}
	json_object_foreach(seen, key, row)
	{
		if (strcmp(id, json_string_value(
				   json_object_get(row, "cause_id"))) == 0)
			return true;
	}
	return false;
}

static void
what_was_seen_has_its_cause(void **state)
{
	const char *key, *id, *name;
	const json_t *row, *facts;
	size_t i;

	(void)state;
	json_object_foreach(seen, key, row)
	{
		_free_ char *words = NULL;

		facts = json_object_get(row, "facts");
		name = json_string_value(json_object_get(row, "cause_id"));
		id = grader_symptom(table, facts);
		if (id == NULL || strcmp(id, name) != 0)
			fail_msg("%s: %s", key, id ? id : "none");
		words = grader_symptom_words(table, id, "C", facts);
		assert_string_equal(
		    words, json_string_value(json_object_get(row, "cause")));
	}
	for (i = 0; i < TTL; i++) {
		json_t *of = ttl_facts(i);

		assert_string_equal(grader_symptom(table, of), ttl[i].id);
		json_decref(of);
	}
	for (i = 0; (id = grader_symptom_at(table, i)) != NULL; i++) {
		if (!is_tried(id))
			fail_msg("symptom %s was never seen", id);
	}
}

/* Who has nothing to do with an end that is missing is not told of one. */
static void
what_says_nothing_has_no_cause(void **state)
{
	static const char *const none[] = {
	    "{}",
	    "{\"far-state\":\"Active\",\"near-state\":\"Active\","
	    "\"far-error\":\"\",\"near-error\":\"\"}",
	    /* of a ping: it has no other end */
	    "{\"sent\":\"5\",\"received\":\"0\",\"near-state\":"
	    "\"absent\",\"near-neighbours\":\"203.0.113.1\",\"daemon\":"
	    "\"running\",\"near-error\":\"\"}",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		json_t *facts = json_loads(none[i], 0, NULL);

		assert_non_null(facts);
		assert_null(grader_symptom(table, facts));
		json_decref(facts);
	}
}

static void
patterns(void **state)
{
	static const struct {
		const char *value, *pattern;
		bool fits;
	} tries[] = {
	    {"Bad Peer AS", "bad peer", true},
	    {"", "*", false},
	    {"x", "*", true},
	    {"", "=", true},
	    {"x", "=", false},
	    {"yes", "=yes", true},
	    {"yes!", "=yes", false},
	    {"Yes", "=yes", false},
	    {"", "", true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		json_t *facts = json_pack("{s:s}", "f", tries[i].value);

		if (grader_fact_fits(facts, "f", tries[i].pattern) !=
		    tries[i].fits)
			fail_msg("\"%s\" and \"%s\"", tries[i].value,
				 tries[i].pattern);
		assert_false(grader_fact_fits(facts, "g", "*"));
		assert_false(grader_fact_fits(facts, "g", "="));
		json_decref(facts);
	}
}

static void
reader_has_a_language(void **state)
{
	static const char text[] =
	    "- symptom: a\n  when: {f: x}\n  en: is {f} {f}, {g}\n"
	    "  pt: e {f}\n  pt_BR: he {f}\n";
	static const struct {
		const char *lang, *words;
	} tries[] = {
	    {"C", "is x x, ?"},		{"fr_FR", "is x x, ?"},
	    {"pt_PT.UTF-8", "e x"},	{"pt_BR.UTF-8", "he x"},
	    {"when", "is x x, ?"},	{"symptom.UTF-8", "is x x, ?"},
	    {"../../etc", "is x x, ?"}, {"", "is x x, ?"},
	};
	json_t *facts = json_pack("{s:s}", "f", "x");
	struct grader_symptoms *s;
	struct err e;
	size_t i;

	(void)state;
	s = grader_symptoms_parse("s.yml", text, strlen(text), &e);
	if (s == NULL)
		fail_msg("%s", e.msg);
	for (i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		_free_ char *words =
		    grader_symptom_words(s, "a", tries[i].lang, facts);

		assert_string_equal(words, tries[i].words);
	}
	assert_null(grader_symptom_words(s, "b", "en", facts));
	grader_symptoms_free(s);
	json_decref(facts);
}

static void
slip_is_a_sentence(void **state)
{
	static const struct {
		const char *text, *sentence;
	} slips[] = {
	    {"a: b\n", "s.yml:1:1: a table of symptoms"},
	    {"- symptom: a\n  en: x\n", "the key \"when\" is missing"},
	    {"- symptom: a\n  when: {f: x}\n", "the key \"en\" is missing"},
	    {"- symptom: a\n  when: {}\n  en: x\n", "when names 1 to 6 facts"},
	    {"- symptom: A b\n  when: {f: x}\n  en: x\n", "a name is of a-z"},
	    {"- symptom: a\n  when: {f: x}\n  en: x\n  english: y\n",
	     "\"english\" is no language"},
	    {"- symptom: a\n  when: {f: x}\n  en: x\n"
	     "- symptom: a\n  when: {f: x}\n  en: x\n",
	     "symptom \"a\" is there twice"},
	};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
		assert_null(grader_symptoms_parse("s.yml", slips[i].text,
						  strlen(slips[i].text), &e));
		if (strstr(e.msg, slips[i].sentence) == NULL)
			fail_msg("%s", e.msg);
	}
}

/* ---- in a verdict */

static const char demo[] =
    "exercise: demo\nversion: 1\ntitle: D\nminutes: 1\nlevel: 1\nlab: d\n"
    "trainee: m1\nfiles: [m1/bird.conf]\nsteps:\n"
    "  - step: one\n    title: T\n    text: t.md\n    checks:\n"
    "      a: {kind: session, say: s, at: m2, with: m1, family: ipv4,\n"
    "          within: 1s, hints: [\n"
    "          {hint: near, symptom: ttl-here, text: t1},\n"
    "          {hint: other, text: t2}]}\n"
    "      b: {kind: session, say: s, at: m2, with: m1, family: ipv4,\n"
    "          visibility: name-only, within: 1s, hints: [\n"
    "          {hint: other, text: t2}]}\n";

static void
verdict_tells_the_cause(void **state)
{
	struct grader_finding f[2] = {{0}};
	const struct grader_verdict *v;
	struct grader_judge *j;
	struct exercise *x;
	struct err e;
	size_t i;

	(void)state;
	x = exercise_parse("x.yml", demo, strlen(demo), &e);
	if (x == NULL)
		fail_msg("%s", e.msg);
	exercise_hide(x);
	x->symptoms = table;
	j = grader_judge_new(x, false);
	for (i = 0; i < 2; i++) {
		f[i].truth = GRADER_FALSE;
		f[i].at_ms = 1000;
		f[i].facts = ttl_facts(0);
	}
	grader_judge_step(j, f, 1000);
	v = grader_judge_verdicts(j);
	assert_null(v[0].cause); /* it waits yet */
	f[0].at_ms = f[1].at_ms = 2000;
	grader_judge_step(j, f, 2000);
	assert_int_equal(v[0].result, GRADER_FAIL);
	assert_string_equal(v[0].cause_id, "ttl-here");
	assert_non_null(strstr(v[0].cause, "TTL security"));
	assert_string_equal(v[0].hint_id, "near");
	assert_int_equal(v[1].result, GRADER_FAIL);
	assert_null(v[1].cause);
	assert_null(v[1].cause_id);
	for (i = 0; i < 2; i++)
		grader_finding_clear(&f[i]);
	grader_judge_free(j);
	x->symptoms = NULL; /* it is ours */
	exercise_free(x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_seen_has_its_cause),
	    cmocka_unit_test(what_says_nothing_has_no_cause),
	    cmocka_unit_test(patterns),
	    cmocka_unit_test(reader_has_a_language),
	    cmocka_unit_test(slip_is_a_sentence),
	    cmocka_unit_test(verdict_tells_the_cause),
	};
	char *text = NULL;
	struct err e;
	size_t len;
	int rc;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (file_read(IXLAB_TREE "/grader/symptoms.yml", 1 << 20, &text, &len,
		      &e) == 0)
		table = grader_symptoms_parse("symptoms.yml", text, len, &e);
	free(text);
	if (table == NULL) {
		printf("Bail out! %s\n", e.msg);
		return 1;
	}
	seen = json_load_file(IXLAB_TREE "/grader/t/symptoms.json", 0, NULL);
	if (seen == NULL) {
		printf("Bail out! no t/symptoms.json\n");
		return 1;
	}
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	json_decref(seen);
	grader_symptoms_free(table);
	return rc;
}
