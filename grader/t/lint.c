/* Lint, rule by rule: what is found in a text, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "grader/lint.h"

static const char rules[] = "addresses: [192.0.2.0/24, '2001:db8::/32']\n"
			    "exactly: [0.0.0.0/0, '::/0']\n"
			    "as-numbers: [64496-64511, 65536]\n"
			    "networks: [BigNet, Far IX]\n";

static const char glossary[] = "- {term: route server, means: m}\n"
			       "- {term: community, also: [communities], "
			       "means: m}\n"
			       "- {term: large community, also: [large "
			       "communities], means: m}\n"
			       "- {term: MED, means: m}\n";

static struct lint
made(void)
{
	struct lint l = {0};
	struct err e;

	assert_int_equal(
	    lint_read_rules(&l, "lint.yml", rules, strlen(rules), &e), 0);
	assert_int_equal(lint_read_glossary(&l, "glossary.yml", glossary,
					    strlen(glossary), &e),
			 0);
	return l;
}

/* The findings as "LINE WORD ...": what a row expects, for short. */
static void
assert_finds(struct lint_finds *f, const char *text, const char *want)
{
	if (strcmp(want, "") == 0 && f->n > 0)
		fail_msg("\"%s\": %s", text, str_text(&f->text));
	if (strncmp(str_text(&f->text), want, strlen(want)) != 0)
		fail_msg("\"%s\": not %s: %s", text, want, str_text(&f->text));
	str_clear(&f->text);
}

static void
scans(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
	    {"ping 192.0.2.9, or 192.0.2.0/25.\n", ""},
	    {"ping\n9.9.9.9.", "x:2: 9.9.9.9 is somebody's address"},
	    {"route 192.0.0.0/16 via", "x:1: 192.0.0.0/16 is somebody's"},
	    {"0.0.0.0/0 and ::/0 and 2001:db8::1", ""},
	    {"0.0.0.0/1", "x:1: 0.0.0.0/1 is somebody's"},
	    {"see 2a00:1::53: it", "x:1: 2a00:1::53 is somebody's"},
	    {"in BIRD 2.0.12 at 10:20:30, mac 52:54:00:12:34:56", ""},
	    {"65536:0:1 and v1.2.3.4x", ""},
	    {"AS65536, AS64500 and BAS15", ""},
	    {"it is AS15.", "x:1: AS number 15 is somebody's"},
	    {"asn: 70000", "x:1: AS number 70000 is somebody's"},
	    {"like BigNet does", "x:1: BigNet is a real network"},
	    {"a bignet, BigNetwork, MyBigNet", ""},
	    {"at\nthe Far IX.", "x:2: Far IX is a real network"},
	};
	struct lint l = made();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct lint_finds f = {0};

		lint_scan_addresses(&l, "x", rows[i].text, &f);
		lint_scan_networks(&l, "x", rows[i].text, &f);
		assert_finds(&f, rows[i].text, rows[i].want);
	}
	lint_clear(&l);
}

static void
widths(void **state)
{
	char line[LINT_WIDTH + 3] = "";
	struct lint_finds f = {0};

	(void)state;
	memset(line, 'a', LINT_WIDTH);
	memcpy(line, "\u00e9", 2); /* two bytes, one column */
	line[LINT_WIDTH] = 'a';
	lint_scan_width("x", line, &f);
	assert_finds(&f, "78", "");
	line[LINT_WIDTH + 1] = 'a';
	lint_scan_width("x", line, &f);
	assert_finds(&f, "79", "x:1: the line has 79 columns");
	lint_scan_width("x", "\n \n", &f);
	assert_finds(&f, "", "x:1: the text is empty");
}

static void
terms(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
	    {"A **route server** is. The route servers are.", ""},
	    {"A route server, a **route\nserver**.", ""},
	    {"A route server.\n\nIt is a **route server**.",
	     "x:1: \"route server\" is used before"},
	    {"One\n> of the *route\n> servers*.\n\nRoute Servers", ""},
	    {"# A route server\n\n    route server\n\n`route server`\n", ""},
	    {"```\nroute server\n```\nroute serverish, subroute server", ""},
	    {"large\ncommunities", "x:1: \"large community\" is used"},
	    {"A **large community**, and a community",
	     "x:1: \"community\" is used"},
	    {"He was med, and MEDs", "x:1: \"MED\" is used"},
	    {"2 * 3 route server * 4", "x:1: \"route server\" is used"},
	};
	struct lint l = made();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct lint_finds f = {0};
		bool known[4] = {false};

		lint_term_text(&l, "x", rows[i].text, known, &f);
		assert_finds(&f, rows[i].text, rows[i].want);
	}
	lint_clear(&l);
}

/* From text to text, and from a text to the sentences of its checks. */
static void
known_terms(void **state)
{
	struct lint l = made();
	struct lint_finds f = {0};
	bool known[4] = {false};

	(void)state;
	lint_term_text(&l, "x", "A **route server**", known, NULL);
	assert_true(known[0] && !known[1]);
	lint_term_text(&l, "y", "route server", known, &f);
	lint_term_sentence(&l, "y", 7, "the route server and \"MED\"", known,
			   &f);
	assert_finds(&f, "known", "");
	lint_term_sentence(&l, "y", 7, "the MED", known, &f);
	lint_term_sentence(&l, "y", 8, "the MED", known, &f);
	assert_int_equal(f.n, 1); /* said once is enough */
	assert_finds(&f, "MED", "y:7: \"MED\" is used before");
	lint_clear(&l);
}

static void
hints(void **state)
{
	static const struct {
		const char *hint, *gives;
	} rows[] = {
	    {"Your session calls nobody. Look: birdc show protocols.", NULL},
	    {"Write: neighbor 192.0.2.7 as 64502;",
	     "neighbor 192.0.2.7 as 64502"},
	    {"It calls 192.0.2.8, and must call 192.0.2.7.", "192.0.2.7"},
	    {"Use \"import\n where net ~ MINE\".", "import where net MINE"},
	    {"import all is what the text says", NULL},
	    {"the session m9_v4", NULL},
	};
	struct lint_secret s = {0};

	(void)state;
	lint_hint_told(&s, "protocol bgp a {\n import all;\n neighbor "
			   "192.0.2.8 as 64502;\n");
	lint_hint_told(&s, "m2 is AS 64502.");
	lint_hint_added(&s, "protocol bgp m9_v4 {\n"
			    " neighbor 192.0.2.7 as 64502; # m2\n"
			    " import all;\n import where net ~ MINE;\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_free_ char *gives = lint_hint_gives(&s, rows[i].hint);

		if (rows[i].gives == NULL)
			assert_null(gives);
		else
			assert_string_equal(gives ? gives : "", rows[i].gives);
	}
	lint_secret_clear(&s);
}

static void
answers(void **state)
{
	(void)state;
	assert_true(lint_hint_answers("It is Both of them.", "both"));
	assert_true(lint_hint_answers("Type 65537!", "65537"));
	assert_false(lint_hint_answers("Type 165537!", "65537"));
	assert_true(lint_hint_answers("mend the\n  route", "mend the route"));
	assert_false(lint_hint_answers("2 of 4 packets", "4"));
	assert_false(lint_hint_answers("anything", ""));
}

static void
bad_data(void **state)
{
	static const struct {
		const char *rules, *says;
	} rows[] = {
	    {"", "f:1:1: the file is empty"},
	    {"[]", "f:1:1: lint.yml must be a map"},
	    {"adresses: []", "f:1:1: "},
	    {"addresses: [192.0.2.0/24, 192.0.2.1/24]", "f:1:27: "},
	    {"as-numbers: [9-1]", "f:1:14: expected an AS number or a range"},
	    {"as-numbers: [99999999999]", "f:1:14: expected an AS number"},
	    {"networks: ['']", "f:1:12: a name has a letter"},
	};
	struct lint l = {0};
	struct err e = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(lint_read_rules(&l, "f", rows[i].rules,
						 strlen(rows[i].rules), &e),
				 -1);
		if (strncmp(e.msg, rows[i].says, 6) != 0)
			fail_msg("%s: %s", rows[i].rules, e.msg);
	}
	assert_int_equal(lint_read_glossary(&l, "f", "- {term: '-'}", 13, &e),
			 -1);
	assert_string_equal(e.msg, "f:1:10: a term begins with a letter");
	assert_int_equal(lint_read_glossary(&l, "f", "- {term: MED}", 13, &e),
			 -1);
	assert_non_null(strstr(e.msg, "means"));
	lint_clear(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(scans),	cmocka_unit_test(widths),
	    cmocka_unit_test(terms),	cmocka_unit_test(known_terms),
	    cmocka_unit_test(hints),	cmocka_unit_test(answers),
	    cmocka_unit_test(bad_data),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
