/*
 * The grader's table of symptoms: each row is provoked by the facts of a failure
 * (half of them recorded in labs, half put together from the daemons' words),
 * and is the first that fits. What the reader of
 * such tables refuses; languages; values in sentences.
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

/* Of m1 with m2, as a session check tells them. */
#define FACTS(far, far_error, near, near_error, rest)                        \
	"{\"far-state\":\"" far "\",\"far-error\":\"" far_error              \
	"\",\"near-state\":\"" near "\",\"near-error\":\"" near_error        \
	"\",\"near-name\":\"m2\",\"near-asn\":\"65009\",\"near-local-asn\":" \
	"\"65011\"," rest "}"
#define WELL                                                             \
	"\"far-limit-hit\":\"no\",\"near-limit-hit\":\"no\",\"daemon\":" \
	"\"running\",\"config-error\":\"\",\"config-unread\":\"no\","    \
	"\"near-neighbours\":\"203.0.113.3 203.0.113.2\""
#define ROUTES(received, others, reason)                           \
	WELL ",\"received\":\"" received "\",\"others\":\"" others \
	     "\",\"reject-reason\":\"" reason "\""

static const struct {
	const char *id, *facts, *words;
} rows[] = {
    {"daemon-fails",
     FACTS("Connect", "", "absent", "",
	   "\"daemon\":\"backoff\",\"config-error\":\"bird.conf:1:1 syntax "
	   "error\",\"config-unread\":\"no\",\"near-neighbours\":\"\""),
     "its last words are: bird.conf:1:1 syntax error"},
    {"config-broken",
     FACTS("Connect", "", "absent", "",
	   "\"daemon\":\"running\",\"config-error\":\"bird.conf:3:9 syntax "
	   "error\",\"config-unread\":\"yes\",\"near-neighbours\":\"\""),
     "so an older one runs: bird.conf:3:9 syntax error"},
    {"config-unread",
     FACTS("Connect", "", "absent", "",
	   "\"daemon\":\"running\",\"config-error\":\"\",\"config-unread\":"
	   "\"yes\",\"near-neighbours\":\"\""),
     "not told to read it"},
    {"as-expected",
     FACTS("Idle", "Received: Bad peer AS", "Idle", "BGP Error: Bad peer AS",
	   WELL),
     "it expects AS 65009"},
    {"as-said",
     FACTS("Idle", "BGP Error: Bad peer AS", "Idle", "Received: Bad peer AS",
	   WELL),
     "you are AS 65011"},
    {"as-differs",
     FACTS("Active", "received OPEN/Bad Peer AS", "Connect",
	   "Socket: Connection closed", WELL),
     "do not agree"},
    {"family-missing",
     FACTS("Active", "BGP Error: Required capability missing", "Active",
	   "BGP Error: Required capability missing", WELL),
     "no address family"},
    {"ttl-here",
     FACTS("OpenConfirm", "Received: Administrative shutdown", "OpenSent",
	   "Socket: Connection closed", WELL),
     "at your end only"},
    {"ttl-there", FACTS("OpenSent", "", "OpenConfirm", "", WELL),
     "at its end only"},
    {"ttl-there-up", FACTS("OpenConfirm", "", "Established", "", WELL),
     "Your session is up but the far end stays in OpenConfirm: TTL security "
     "is on at one end only."},
    {"no-tcp",
     FACTS("Connect", "BGP Error: Hold timer expired", "Connect", "", WELL),
     "a password at one end only"},
    {"limit-here",
     FACTS("Active", "received Cease/Maximum Number of Prefixes Reached",
	   "Down", "Automatic shutdown: Route limit exceeded",
	   "\"near-limit-hit\":\"yes\",\"daemon\":\"running\","
	   "\"config-error\":\"\",\"config-unread\":\"no\""),
     "more prefixes than its own limit"},
    {"limit-there",
     FACTS("Down", "Automatic shutdown: Route limit exceeded", "Active",
	   "Received: Maximum number of prefixes reached",
	   "\"near-limit-hit\":\"no\",\"far-limit-hit\":\"yes\",\"daemon\":"
	   "\"running\",\"config-error\":\"\",\"config-unread\":\"no\""),
     "than the other end takes"},
    {"no-socket",
     FACTS("Active", "Socket: Connection reset by peer", "Down",
	   "Error: No listening socket", WELL),
     "cannot open its socket"},
    {"switched-off",
     FACTS("Active", "Socket: Connection reset by peer", "Down", "", WELL),
     "(m2) is switched off"},
    {"no-neighbour",
     FACTS("Active", "Socket: Connection refused", "absent", "",
	   "\"daemon\":\"running\",\"config-error\":\"\",\"config-unread\":"
	   "\"no\",\"near-neighbours\":\"\""),
     "no BGP session at all"},
    {"other-neighbour",
     FACTS("Active", "Socket: Connection reset by peer", "absent", "", WELL),
     "speaks to 203.0.113.3 203.0.113.2; none"},
    {"rejected",
     FACTS("Established", "", "Established", "",
	   ROUTES("rejected", "", "next-hop next hop is not yours")),
     "is rejected: next-hop next hop is not yours"},
    {"nothing-sent",
     FACTS("Established", "", "Established", "", ROUTES("no", "", "")),
     "nothing comes over it"},
    {"other-sent",
     FACTS("Established", "", "Established", "",
	   ROUTES("no", "100.64.8.0/22", "")),
     "(100.64.8.0/22), and not this one"},
    {NULL, "{}", NULL},
    {NULL, FACTS("Active", "", "Active", "", WELL), NULL},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void
each_row_is_provoked(void **state)
{
	const char *id;
	size_t i, k;

	(void)state;
	for (i = 0; i < ROWS; i++) {
		json_t *facts = json_loads(rows[i].facts, 0, NULL);
		_free_ char *words = NULL;

		assert_non_null(facts);
		id = grader_symptom(table, facts);
		if ((id == NULL) != (rows[i].id == NULL) ||
		    (id && strcmp(id, rows[i].id) != 0))
			fail_msg("row %zu: %s, not %s", i, id ? id : "none",
				 rows[i].id ? rows[i].id : "none");
		if (id) {
			words = grader_symptom_words(table, id, "C", facts);
			if (strstr(words, rows[i].words) == NULL)
				fail_msg("%s: %s", id, words);
		}
		json_decref(facts);
	}
	for (i = 0; (id = grader_symptom_at(table, i)) != NULL; i++) {
		for (k = 0; k < ROWS; k++) {
			if (rows[k].id && strcmp(rows[k].id, id) == 0)
				break;
		}
		if (k == ROWS)
			fail_msg("symptom %s is tried nowhere", id);
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
		f[i].facts = json_loads(rows[7].facts, 0, NULL);
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
	    cmocka_unit_test(each_row_is_provoked),
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
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	grader_symptoms_free(table);
	return rc;
}
