/* exercise.yml: every slip of an author's is one sentence with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "grader/exercise_priv.h"
#include "grader/grader_kind.h"
#include "lab/model/model_kind.h"

static const char good[] = "exercise: demo\n"		/* 1 */
			   "version: 1\n"		/* 2 */
			   "title: A demonstration\n"	/* 3 */
			   "minutes: 25\n"		/* 4 */
			   "level: 2\n"			/* 5 */
			   "lab: demo\n"		/* 6 */
			   "trainee: m1\n"		/* 7 */
			   "files: [m1/bird.conf]\n"	/* 8 */
			   "after: [other]\n"		/* 9 */
			   "requires: [ipv6]\n"		/* 10 */
			   "steps:\n"			/* 11 */
			   "  - step: one\n"		/* 12 */
			   "    title: First\n"		/* 13 */
			   "    text: 10-one.md\n"	/* 14 */
			   "    checks:\n"		/* 15 */
			   "      rs1-v4:\n"		/* 16 */
			   "        kind: session\n"	/* 17 */
			   "        say: it is up\n"	/* 18 */
			   "        at: rs1\n"		/* 19 */
			   "        with: m1\n"		/* 20 */
			   "        family: ipv4\n"	/* 21 */
			   "        within: 6s\n"	/* 22 */
			   "        points: 2\n"	/* 23 */
			   "        hints:\n"		/* 24 */
			   "          - hint: bad-as\n" /* 25 */
			   "            when: {far-error: Bad peer AS}\n"
			   "            text: wrong number\n" /* 27 */
			   "          - hint: down\n"	      /* 28 */
			   "            text: it is down\n"   /* 29 */
			   "      only:\n"		      /* 30 */
			   "        kind: only-routes\n"      /* 31 */
			   "        say: nothing else\n"      /* 32 */
			   "        at: rs1\n"		      /* 33 */
			   "        from: m1\n"		      /* 34 */
			   "        prefixes: [100.64.0.0/22, 3fff::/32]\n"
			   "        witness: rs1-v4\n" /* 36 */
			   "        needs: [rs1-v4]\n" /* 37 */
			   "        hints: [{hint: leak, text: a leak}]\n"
			   "wrong:\n"				    /* 39 */
			   "  bad-as: {fails: {rs1-v4: bad-as}}\n"; /* 40 */

/* One line of the good file is changed; the sentence is what must come. */
static const struct {
	const char *from, *to, *sentence;
} slips[] = {
    {"title: A", "titel: A",
     "x.yml:3:1: unknown key \"titel\" in an exercise (did you mean "
     "\"title\"?)"},
    {"exercise: demo", "exercise: Demo",
     "x.yml:1:11: a name is 1 to 40 of a-z, 0-9 and -, found \"Demo\""},
    {"minutes: 25", "minutes: 25\nnumber: 0",
     "x.yml:5:9: expected a number from 1 to 999, found \"0\""},
    {"minutes: 25", "minutes: long",
     "x.yml:4:10: expected a number from 1 to 600, found \"long\""},
    {"level: 2", "level: 6",
     "x.yml:5:8: expected a number from 1 to 5, found \"6\""},
    {"files: [m1/bird.conf]", "files: [../bird.conf]",
     "x.yml:8:9: \"../bird.conf\" is not of the form NODE/FILE"},
    {"files: [m1/bird.conf]", "files: [m1/a/b]",
     "x.yml:8:9: \"m1/a/b\" is not of the form NODE/FILE"},
    {"files: [m1/bird.conf]", "files: []",
     "x.yml:8:8: \"files\" names no file: what does the trainee write?"},
    {"files: [m1/bird.conf]", "files: [m1/a, m1/a]",
     "x.yml:8:15: \"m1/a\" is there twice"},
    {"requires: [ipv6]", "requires: [ipv5]",
     "x.yml:10:12: expected ipv6 or nftables, found \"ipv5\" (did you mean "
     "\"ipv6\"?)"},
    {"requires: [ipv6]", "nodes: {m2: shut}",
     "x.yml:10:13: expected closed, look or open, found \"shut\""},
    {"requires: [ipv6]", "nodes: [m2]",
     "x.yml:10:8: nodes must be a map, found a list"},
    {"text: 10-one.md", "text: ../x.md",
     "x.yml:14:11: text is a file name below text/LANGUAGE, found "
     "\"../x.md\""},
    {"kind: session", "kind: sesion",
     "x.yml:17:15: expected session, route, ..., found \"sesion\" (did you "
     "mean \"session\"?)"},
    {"with: m1", "whit: m1",
     "x.yml:20:9: unknown key \"whit\" in a session check (did you mean "
     "\"with\"?)"},
    {"        with: m1\n", "", "x.yml:17:9: the key \"with\" is missing here"},
    {"family: ipv4", "family: ipv5",
     "x.yml:21:17: expected ipv4 or ipv6, found \"ipv5\" (did you mean "
     "\"ipv4\"?)"},
    {"within: 6s", "within: 6",
     "x.yml:22:17: expected a time such as 250ms, 20s or 5m, found \"6\""},
    {"within: 6s", "within: 11m", "x.yml:22:17: \"within\" is longer than 10m"},
    {"points: 2", "points: -1",
     "x.yml:23:17: expected a number from 0 to 1000, found \"-1\""},
    {"            when: {far-error: Bad peer AS}\n", "",
     "x.yml:25:13: hint \"bad-as\" has no \"when\", so the ones below it are "
     "never given: make it the last"},
    {"          - hint: down\n            text: it is down\n", "",
     "x.yml:25:13: the last hint must fit every failure: add one without "
     "\"when\" below \"bad-as\""},
    {"when: {far-error: Bad peer AS}", "when: {}",
     "x.yml:26:19: when names 1 to 4 facts, found 0"},
    {"- hint: down", "- hint: bad-as",
     "x.yml:28:13: hint \"bad-as\" is there twice"},
    {"[{hint: leak, text: a leak}]", "[]",
     "x.yml:38:16: check \"only\" has no hint: give it one without \"when\""},
    {"        hints: [{hint: leak, text: a leak}]\n", "",
     "x.yml:31:9: the key \"hints\" is missing here"},
    {"      only:\n", "      rs1-v4:\n",
     "x.yml:30:7: key \"rs1-v4\" was given before, on line 16"},
    {"[100.64.0.0/22, 3fff::/32]", "[100.64.0.1/22]",
     "x.yml:35:20: \"100.64.0.1/22\" has address bits behind its length, the "
     "prefix is 100.64.0.0/22"},
    {"        witness: rs1-v4\n", "",
     "x.yml:31:9: check \"only\" looks for an absence and would pass on a "
     "dead network: name a witness, a check that shows it alive"},
    {"witness: rs1-v4", "witness: only",
     "x.yml:36:18: witness \"only\" looks for an absence itself"},
    {"witness: rs1-v4", "witness: nobody",
     "x.yml:36:18: there is no check \"nobody\""},
    {"witness: rs1-v4", "witness: rs1-v4\n        hold: 0s",
     "x.yml:37:15: check \"only\" looks for an absence: it must hold for a "
     "while, such as 3s"},
    {"points: 2", "needs: [only]",
     "x.yml:17:9: check \"rs1-v4\" needs itself, by a circle of needs and "
     "witnesses"},
    {"points: 2", "needs: [rs1-v4]",
     "x.yml:17:9: check \"rs1-v4\" needs itself, by a circle of needs and "
     "witnesses"},
    {"needs: [rs1-v4]", "needs: [rs1-v5]",
     "x.yml:37:17: there is no check \"rs1-v5\""},
    {"{rs1-v4: bad-as}", "{rs1-v5: bad-as}",
     "x.yml:40:20: there is no check \"rs1-v5\""},
    {"{rs1-v4: bad-as}", "{rs1-v4: bad-ass}",
     "x.yml:40:28: check \"rs1-v4\" has no hint \"bad-ass\""},
    {"{rs1-v4: bad-as}", "{}",
     "x.yml:40:19: \"bad-as\" fails no check, so it is not wrong"},
};

static char *
swapped(const char *from, const char *to)
{
	const char *at = strstr(good, from);
	struct str s = {0};

	assert_non_null(at);
	str_addn(&s, good, (size_t)(at - good));
	str_add(&s, to);
	str_add(&s, at + strlen(from));
	return str_steal(&s);
}

/* "..." in the middle of a sentence stands for more of the same. */
static bool
is_sentence(const char *found, const char *want)
{
	const char *gap = strstr(want, "...");

	if (gap == NULL)
		return strcmp(found, want) == 0;
	return strncmp(found, want, (size_t)(gap - want)) == 0 &&
	       str_ends(found, gap + 3);
}

static void
slip_is_a_sentence(void **state)
{
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
		_free_ char *text = swapped(slips[i].from, slips[i].to);

		e.msg[0] = '\0';
		assert_null(exercise_parse("x.yml", text, strlen(text), &e));
		if (!is_sentence(e.msg, slips[i].sentence))
			assert_string_equal(e.msg, slips[i].sentence);
		assert_int_equal(e.class, ERR_USAGE);
	}
}

static void
good_file_is_read(void **state)
{
	struct exercise *x;
	struct err e;

	(void)state;
	x = exercise_parse("dir/x.yml", good, strlen(good), &e);
	assert_non_null(x);
	assert_string_equal(x->name, "demo");
	assert_string_equal(x->dir, "dir");
	assert_int_equal(x->total, 3);
	assert_int_equal(x->nchecks, 2);
	assert_int_equal(x->checks[0].within_ms, 6000);
	assert_int_equal(x->checks[0].hold_ms, 0);
	assert_int_equal(x->checks[1].within_ms, 10000);
	assert_int_equal(x->checks[1].hold_ms, 3000);
	assert_int_equal(x->checks[1].witness, 0);
	assert_int_equal(x->checks[1].needs[0], 0);
	assert_int_equal(grader_params(&x->checks[1])->nprefixes, 2);
	assert_int_equal(x->wrong[0].fails[0].check, 0);
	assert_string_equal(x->wrong[0].fails[0].hint, "bad-as");
	exercise_free(x);
}

static void
values_are_typed(void **state)
{
	_free_ char *text =
	    swapped("kind: session\n        say: it is up\n        at: rs1\n"
		    "        with: m1\n        family: ipv4\n",
		    "kind: route\n        say: it is up\n        at: rs1\n"
		    "        from: m1\n        prefix: 3fff::/32\n"
		    "        as-path: [65536, 4200000001]\n"
		    "        communities: [64500:1]\n"
		    "        large-communities: [64500:1:4200000000]\n");
	const struct grader_params *p;
	struct exercise *x;
	struct err e;

	(void)state;
	x = exercise_parse("x.yml", text, strlen(text), &e);
	assert_non_null(x);
	p = grader_params(&x->checks[0]);
	assert_int_equal(p->nas_path, 2);
	assert_int_equal(p->as_path[1].asn, 4200000001);
	assert_int_equal(grader_params_family(p), IP_V6);
	assert_string_equal(p->communities.items[0], "64500:1");
	assert_string_equal(p->large.items[0], "64500:1:4200000000");
	assert_null(p->next_hop);
	exercise_free(x);
}

static void
communities_have_their_form(void **state)
{
	static const struct {
		const char *key, *value;
	} bad[] = {
	    {"communities", "64500"},
	    {"communities", "64500:1:2"},
	    {"communities", "65536:1"},
	    {"communities", "64500:"},
	    {"large-communities", "1:2"},
	    {"large-communities", "1:2:x"},
	    {"large-communities", "1:2:3:4"},
	    {"large-communities", "1:2:4294967296"},
	};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		_free_ char *to =
		    xasprintf("kind: route\n        say: s\n        at: rs1\n"
			      "        from: m1\n        prefix: 3fff::/32\n"
			      "        %s: [\"%s\"]\n",
			      bad[i].key, bad[i].value);
		_free_ char *text = swapped(
		    "kind: session\n        say: it is up\n        at: rs1\n"
		    "        with: m1\n        family: ipv4\n",
		    to);

		assert_null(exercise_parse("x.yml", text, strlen(text), &e));
		assert_non_null(strstr(e.msg, "community, write it as 64500:"));
	}
}

static void
empty_file_is_a_sentence(void **state)
{
	struct err e;

	(void)state;
	assert_null(exercise_parse("x.yml", "", 0, &e));
	assert_string_equal(e.msg, "x.yml:1:1: the file is empty");
}

/* ---- names against a lab */

static const char lab_text[] =
    "lab: demo\n"
    "title: Demo\n"
    "exchange:\n"
    "  name: IX\n"
    "  asn: 64500\n"
    "  switches: [sw1]\n"
    "  peering-lans:\n"
    "    khi: {ipv4: 203.0.113.0/24}\n"
    "  route-servers:\n"
    "    rs1: {ipv4: 203.0.113.1}\n"
    "members:\n"
    "  m1: {asn: 65536, name: Me, trainee: yes, ipv4: 203.0.113.10,\n"
    "       prefixes: [100.64.0.0/22]}\n"
    "  m2: {asn: 65537, name: You, ipv4: 203.0.113.11,\n"
    "       prefixes: [100.64.4.0/22]}\n";

/* What stands under "daemons" is read in place of the rest, for that daemon. */
static const char frr[] =
    "  bad-as: {fails: {rs1-v4: bad-as}}\n"
    "daemons:\n" /* 41 */
    "  frr:\n"
    "    files: [m1/frr.conf]\n" /* 43 */
    "    checks:\n"
    "      only: {hints: [{hint: other, text: vtysh}]}\n" /* 45 */
    "      rs1-v4: {hints: {down: ixlab birdc rs1}}\n"
    "    wrong:\n"
    "      leaks: {fails: {only: other}}\n"; /* 48 */

static void
another_daemon_has_its_own_words(void **state)
{
	_free_ char *text =
	    swapped("  bad-as: {fails: {rs1-v4: bad-as}}\n", frr);
	struct exercise *x;
	struct err e;

	(void)state;
	x = exercise_parse("x.yml", text, strlen(text), &e);
	assert_non_null(x);
	assert_string_equal(x->name, "demo");
	assert_string_equal(x->files[0], "m1/bird.conf");
	assert_string_equal(x->checks[1].hints[0].id, "leak");
	assert_int_equal(x->ndaemons, 1);
	exercise_free(x);
	x = exercise_parse_for("a/x.yml", text, strlen(text), &model_kind_frr,
			       &e);
	assert_non_null(x);
	assert_string_equal(x->name, "demo-frr");
	assert_string_equal(x->title, "A demonstration (FRR)");
	assert_string_equal(x->dir, "a");
	assert_string_equal(x->parts, "a/frr");
	assert_string_equal(x->files[0], "m1/frr.conf");
	assert_int_equal(x->nchecks, 2);
	assert_int_equal(x->total, 3);
	assert_string_equal(x->checks[0].hints[0].id, "bad-as");
	assert_string_equal(x->checks[0].hints[1].text, "ixlab birdc rs1");
	assert_int_equal(x->checks[1].nhints, 1);
	assert_string_equal(x->checks[1].hints[0].id, "other");
	assert_int_equal(x->nwrong, 1);
	assert_string_equal(x->wrong[0].name, "leaks");
	exercise_free(x);
}

static void
slip_with_another_daemon_is_a_sentence(void **state)
{
	static const struct {
		const char *from, *to, *sentence;
	} rows[] = {
	    {"  frr:", "  cisco:",
	     "x.yml:42:3: \"cisco\" is no daemon that a trainee could have "
	     "instead of BIRD: frr"},
	    {"files: [m1/frr.conf]", "open: {}",
	     "x.yml:43:5: unknown key \"open\" in a daemon (known are files, "
	     "checks, wrong)"},
	    {"    files: [m1/frr.conf]\n", "",
	     "x.yml:43:5: the key \"files\" is missing here"},
	    {"      only:", "      onyl:",
	     "x.yml:45:7: there is no check \"onyl\""},
	    {"only: {hints", "only: {kind: ping, hints",
	     "x.yml:45:14: unknown key \"kind\" in a check of a daemon (known "
	     "are say, hints)"},
	    {"{down: ixlab birdc rs1}", "{up: ixlab birdc rs1}",
	     "x.yml:46:24: there is no hint \"up\""},
	    {"{down: ixlab birdc rs1}", "{down: {}}",
	     "x.yml:46:30: expected a text, found a map"},
	    {"text: vtysh", "text: ixlab birdc rs1 and birdc",
	     "x.yml:31:9: hint \"other\" speaks of BIRD: with FRR give check "
	     "\"only\" hints of its own"},
	    {"text: vtysh", "text: birdc",
	     "x.yml:31:9: hint \"other\" speaks of BIRD: with FRR give check "
	     "\"only\" hints of its own"},
	    {"only: {hints", "only: {say: BIRD runs, hints",
	     "x.yml:31:9: \"say\" speaks of BIRD: with FRR give check "
	     "\"only\" another"},
	    {"leaks: {fails: {only: other}}", "leaks: {fails: {only: leak}}",
	     "x.yml:48:29: check \"only\" has no hint \"leak\""},
	};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str s = {0};
		const char *at = strstr(frr, rows[i].from);
		_free_ char *text = NULL;

		assert_non_null(at);
		str_addn(&s, frr, (size_t)(at - frr));
		str_add(&s, rows[i].to);
		str_add(&s, at + strlen(rows[i].from));
		text = swapped("  bad-as: {fails: {rs1-v4: bad-as}}\n",
			       str_text(&s));
		assert_null(exercise_parse("x.yml", text, strlen(text), &e));
		assert_string_equal(e.msg, rows[i].sentence);
		str_clear(&s);
	}
}

static void
names_exist_in_the_lab(void **state)
{
	static const struct {
		const char *from, *to, *sentence;
	} rows[] = {
	    {"", "", NULL},
	    {"at: rs1", "at: rs3", "x.yml:19:13: lab demo has no node \"rs3\""},
	    {"at: rs1", "at: sw1",
	     "x.yml:19:13: sw1 is a switch: it has no address"},
	    {"at: rs1", "at: m1",
	     "x.yml:19:13: m1 is the trainee's own node: observe where the "
	     "trainee has no hand"},
	    {"family: ipv4", "family: ipv6",
	     "x.yml:19:13: rs1 has no ipv6 address in lab demo"},
	    {"trainee: m1", "trainee: m2",
	     "x.yml:7:10: m2 is not marked \"trainee: yes\" in lab demo"},
	    {"files: [m1/bird.conf]", "files: [m2/bird.conf]",
	     "x.yml:8:9: m2 is no trainee's node of lab demo"},
	};
	struct exercise *x;
	struct lab *lab;
	struct err e;
	size_t i;
	int rc;

	(void)state;
	lab = model_parse("lab.yml", lab_text, strlen(lab_text), NULL, &e);
	if (lab == NULL)
		fail_msg("%s", e.msg);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_free_ char *text = swapped(rows[i].from, rows[i].to);

		x = exercise_parse("x.yml", text, strlen(text), &e);
		assert_non_null(x);
		rc = exercise_check_lab(x, lab, &e);
		assert_int_equal(rc, rows[i].sentence ? -1 : 0);
		if (rows[i].sentence)
			assert_string_equal(e.msg, rows[i].sentence);
		exercise_free(x);
	}
	model_free(lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(slip_is_a_sentence),
	    cmocka_unit_test(good_file_is_read),
	    cmocka_unit_test(values_are_typed),
	    cmocka_unit_test(communities_have_their_form),
	    cmocka_unit_test(empty_file_is_a_sentence),
	    cmocka_unit_test(another_daemon_has_its_own_words),
	    cmocka_unit_test(slip_with_another_daemon_is_a_sentence),
	    cmocka_unit_test(names_exist_in_the_lab),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
