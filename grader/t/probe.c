/* Probes without a lab: what is drawn, how it is looked at, what is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "grader/exercise_priv.h"
#include "grader/grader_evidence.h"
#include "grader/grader_judge.h"
#include "grader/grader_probe.h"

static const char lab_text[] =
    "lab: demo\ntitle: Demo\n"
    "exchange:\n  name: IX\n  asn: 64500\n  switches: [sw1]\n"
    "  peering-lans:\n    khi: {ipv4: 203.0.113.0/24}\n"
    "members:\n"
    "  m1: {asn: 65001, name: Me, trainee: yes, ipv4: 203.0.113.1}\n"
    "  m2: {asn: 65002, name: You, ipv4: 203.0.113.2, peers: [m1]}\n"
    "  c1: {asn: 65003, name: C, kind: ixpeer, ipv4: 203.0.113.3,\n"
    "       peers: [m1]}\n";

#define HEAD                                                           \
	"exercise: demo\nversion: 1\ntitle: D\nminutes: 1\nlevel: 1\n" \
	"lab: d\ntrainee: m1\nfiles: [m1/bird.conf]\nsteps:\n"         \
	"  - step: one\n    title: T\n    text: t.md\n    checks:\n"
#define HINT "hints: [{hint: h, text: t}]}\n"
#define UP                                                                    \
	"      up: {kind: session, say: s, at: m2, with: m1, family: ipv4,\n" \
	"        " HINT

static const char demo[] = HEAD UP
    "      good: {kind: probe, say: s, robot: c1, prefix: 192.88.0.0/16,\n"
    "        length: 24, at: [m2], from: m1, kernels: [m1], via: c1,\n"
    "        as-path: [65001, 65003], " HINT
    "      more: {kind: probe, say: s, robot: c1, prefix: 192.88.0.0/16,\n"
    "        length: 20, at: [m2], from: m1, " HINT
    "      bad: {kind: no-probe, say: s, robot: c1, prefix: 10.0.0.0/24,\n"
    "        at: [m2], from: m1, kernels: [m1], witness: up, " HINT
    "      six: {kind: probe, say: s, robot: c1, prefix: '3fff::/20',\n"
    "        length: 48, kernels: [m1], " HINT;

enum { UP_CHECK, GOOD, MORE, BAD, SIX };

static struct exercise *x;
static struct lab *lab;

/* ---- drawing */

static void
drawn_within_and_apart(void **state)
{
	struct ip_prefix good, more, six, again;
	const struct ip_prefix *in;
	uint64_t seed;

	(void)state;
	for (seed = 0; seed < 500; seed++) {
		good = grader_probe_prefix(x, GOOD, seed);
		more = grader_probe_prefix(x, MORE, seed);
		six = grader_probe_prefix(x, SIX, seed);
		in = &grader_params(&x->checks[GOOD])->prefix;
		assert_int_equal(good.len, 24);
		assert_int_equal(more.len, 20);
		assert_int_equal(six.len, 48);
		assert_true(ip_prefix_covers(in, &good));
		assert_true(ip_prefix_covers(in, &more));
		assert_false(ip_prefix_covers(&more, &good));
		assert_true(ip_prefix_covers(
		    &grader_params(&x->checks[SIX])->prefix, &six));
		again = grader_probe_prefix(x, GOOD, seed);
		assert_true(ip_prefix_eq(&good, &again));
	}
}

/* Nobody can write down what will be drawn: nearly all are different. */
static void
seeds_differ(void **state)
{
	struct ip_prefix p[64];
	size_t same = 0;

	(void)state;
	for (size_t i = 0; i < 64; i++) {
		p[i] = grader_probe_prefix(x, GOOD, i * 7919);
		for (size_t k = 0; k < i; k++)
			same += ip_prefix_eq(&p[i], &p[k]);
	}
	assert_true(same < 30); /* of 2016 pairs 8 are to be expected */
}

static void
said_is_not_drawn(void **state)
{
	struct ip_prefix p = grader_probe_prefix(x, BAD, 42);

	(void)state;
	assert_true(ip_prefix_eq(&p, &grader_params(&x->checks[BAD])->prefix));
}

/* Many of one block, behind one that covers all of them. */
static void
many_are_drawn(void **state)
{
	enum { MANY = 40 };
	struct str text = {0};
	struct ip_prefix p[MANY];
	struct err e;

	(void)state;
	str_add(&text, HEAD UP "      all: {kind: no-probe, say: s, robot: c1, "
			       "prefix: 0.0.0.0/0, at: [m2], from: m1, "
			       "witness: up, " HINT);
	for (int i = 0; i < MANY; i++)
		str_addf(&text,
			 "      p%d: {kind: probe, say: s, robot: c1, "
			 "prefix: 192.88.0.0/16, length: 24, at: [m2], "
			 "from: m1, " HINT,
			 i);
	struct exercise *many =
	    exercise_parse("x.yml", text.text, text.len, &e);
	assert_non_null(many);
	for (size_t i = 0; i < MANY; i++) {
		p[i] = grader_probe_prefix(many, 2 + i, 42);
		for (size_t k = 0; k < i; k++)
			assert_false(ip_prefix_eq(&p[i], &p[k]));
	}
	exercise_free(many);
	str_clear(&text);
}

/* ---- judging */

#define M2(up, rows)                                                     \
	"\"m2\":{\"daemon\":\"running\",\"sessions\":[{\"with\":\"m1\"," \
	"\"family\":\"ipv4\",\"state\":\"" up "\",\"established\":" up   \
	"}],\"routes\":[" rows "]}"
#define ROUTE(p, path, state)                                        \
	"{\"prefix\":\"" p "\",\"family\":\"ipv4\",\"from\":\"m1\"," \
	"\"as_path\":" path ",\"state\":\"" state "\"}"
#define M1(rows) "\"m1\":{\"daemon\":\"running\",\"kernel\":[" rows "]}"
#define KERNEL(p) \
	"{\"to\":\"" p "\",\"via\":\"203.0.113.3\",\"type\":\"unicast\"}"
#define RUN(check, prefix, nodes)                                  \
	"{\"experiments\":{\"" check "\":{\"announced\":\"" prefix \
	"\",\"robot\":\"c1\",\"nodes\":{" nodes "}}}}"

static const struct {
	const char *check, *evidence;
	enum grader_truth truth;
	const char *saw, *expected, *where;
} rows[] = {
    {"good", "{}", GRADER_UNKNOWN, "not tried yet", "it passes",
     "while c1 announces it"},
    {"good",
     RUN("good", "192.88.7.0/24",
	 M2("true", ROUTE("192.88.7.0/24", "[65001,65003]", "accepted")) "," M1(
	     KERNEL("192.88.7.0/24"))),
     GRADER_TRUE, "via 203.0.113.3", "192.88.7.0/24", ""},
    {"good",
     RUN("good", "192.88.7.0/24",
	 M2("true", ROUTE("192.88.8.0/24", "[65001,65003]", "accepted")) "," M1(
	     KERNEL("192.88.7.0/24"))),
     GRADER_FALSE, "from m1 only 192.88.8.0/24", "192.88.7.0/24 from m1",
     "m2, routes received from m1, while c1 announces it"},
    {"good",
     RUN("good", "192.88.7.0/24",
	 M2("true", ROUTE("192.88.7.0/24", "[65001]", "accepted")) "," M1(
	     KERNEL("192.88.7.0/24"))),
     GRADER_FALSE, "AS path 65001", "AS path 65001 65003", "m2"},
    {"good",
     RUN("good", "192.88.7.0/24",
	 M2("true",
	    ROUTE("192.88.7.0/24", "[65001,65003]", "accepted")) "," M1("")),
     GRADER_FALSE, "no such route", "", "kernel"},
    {"good", "{\"experiments\":{\"good\":{\"failed\":\"c1 has no session\"}}}",
     GRADER_FALSE, "c1 has no session", "", ""},
    {"good",
     "{\"experiments\":{\"good\":{\"failed\":\"no words\",\"ours\":true}}}",
     GRADER_OURS, NULL, "", ""},
    {"good", RUN("good", "192.88.7.0/24", ""), GRADER_FALSE,
     "m2 was not heard yet", "", ""},
    {"bad", RUN("bad", "10.0.0.0/24", M2("true", "") "," M1("")), GRADER_TRUE,
     "no such route", "no route to 10.0.0.0/24", ""},
    {"bad",
     RUN("bad", "10.0.0.0/24",
	 M2("true", ROUTE("10.0.0.0/24", "[65001]", "rejected")) "," M1("")),
     GRADER_FALSE, "it came, and was rejected", "no 10.0.0.0/24 from m1", "m2"},
    {"bad",
     RUN("bad", "10.0.0.0/24", M2("true", "") "," M1(KERNEL("10.0.0.0/24"))),
     GRADER_FALSE, "a route to it", "no route to", ""},
    {"bad", RUN("bad", "10.0.0.0/24", M2("false", "") "," M1("")), GRADER_FALSE,
     "no session with m1", "", ""},
};

static size_t
find(const char *id)
{
	size_t i = 0;

	while (strcmp(x->checks[i].id, id) != 0)
		i++;
	return i;
}

static bool
has(const char *text, const char *part)
{
	return part == NULL || (text && strstr(text, part));
}

static void
evidence_gives_findings(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct grader_finding f = {0};
		json_t *evidence = json_loads(rows[i].evidence, 0, NULL);
		struct grader_view v = {lab, x, evidence};
		const struct exercise_check *c =
		    &x->checks[find(rows[i].check)];

		assert_non_null(evidence);
		grader_find(&v, c, &f);
		if (f.truth != rows[i].truth || !has(f.saw, rows[i].saw) ||
		    !has(f.expected, rows[i].expected) ||
		    !has(f.where, rows[i].where))
			fail_msg("row %zu: %d, expected %s, saw %s, where %s",
				 i, f.truth, f.expected, f.saw, f.where);
		grader_finding_clear(&f);
		json_decref(evidence);
	}
}

/* One that must not be seen so may be seen otherwise. */
static void
absent_are_those_that_look_so(void **state)
{
#define TAGGED "large-communities: ['64500:1:2']"
#define CAME(looks)                                                   \
	M2("true", "{\"prefix\":\"10.0.0.0/24\",\"family\":\"ipv4\"," \
		   "\"from\":\"m1\",\"as_path\":[65001],\"state\":"   \
		   "\"rejected\",\"next_hop\":\"203.0.113.1\"" looks "}")
#define OFF ",\"large_communities\":[\"64500:1:3\"]"
#define ON ",\"large_communities\":[\"64500:1:3\",\"64500:1:2\"]"
	static const struct {
		const char *keys, *nodes;
		enum grader_truth truth;
		const char *saw;
	} of[] = {
	    {"at: [m2], from: m1, " TAGGED, CAME(""), GRADER_TRUE,
	     "it came, but with large community: none"},
	    {"at: [m2], from: m1, " TAGGED, CAME(OFF), GRADER_TRUE,
	     "it came, but with large community: 64500:1:3"},
	    {"at: [m2], from: m1, " TAGGED, CAME(ON), GRADER_FALSE,
	     "it came, and was rejected"},
	    {"at: [m2], from: m1, " TAGGED, M2("true", ""), GRADER_TRUE,
	     "it did not come"},
	    {"at: [m2], from: m1, " TAGGED, M2("false", ""), GRADER_FALSE,
	     "no session with m1"},
	    {"at: [m2], from: m1, as-path: [65001, 65003], " TAGGED, CAME(ON),
	     GRADER_TRUE, "it came, but with AS path 65001"},
	    {"at: [m2], from: m1, next-hop: m1", CAME(""), GRADER_FALSE,
	     "it came, and was rejected"},
	    {"at: [m2], from: m1, next-hop: m2", CAME(""), GRADER_TRUE,
	     "it came, but with next hop 203.0.113.1"},
	    {"kernels: [m1], via: m2", M1(KERNEL("10.0.0.0/24")), GRADER_TRUE,
	     "no such route"},
	    {"kernels: [m1], via: c1", M1(KERNEL("10.0.0.0/24")), GRADER_FALSE,
	     "a route to it"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		_free_ char *text =
		    xasprintf(HEAD UP "      no: {kind: no-probe, say: s, "
				      "robot: c1, prefix: 10.0.0.0/24, %s, "
				      "witness: up, " HINT,
			      of[i].keys);
		_free_ char *run =
		    xasprintf(RUN("no", "10.0.0.0/24", "%s"), of[i].nodes);
		struct grader_finding f = {0};
		struct err e = {0};
		struct exercise *one =
		    exercise_parse("x.yml", text, strlen(text), &e);
		json_t *evidence = json_loads(run, 0, NULL);
		struct grader_view v = {lab, one, evidence};

		if (one == NULL || evidence == NULL)
			fail_msg("row %zu: %s", i, e.msg);
		grader_find(&v, &one->checks[1], &f);
		if (f.truth != of[i].truth || !has(f.saw, of[i].saw))
			fail_msg("row %zu: %d, saw %s", i, f.truth, f.saw);
		grader_finding_clear(&f);
		json_decref(evidence);
		exercise_free(one);
	}
}

/* ---- in time: its result is the last word, and others stand still */

static void
step(struct grader_judge *j, const char *truths, const char *still, uint64_t at,
     const char *want)
{
	static const char letters[] = "WPFBSE";
	struct grader_finding f[5] = {{0}};
	size_t i;

	for (i = 0; i < 5; i++) {
		f[i].truth = truths[i] == 'T'	? GRADER_TRUE
			     : truths[i] == 'F' ? GRADER_FALSE
						: GRADER_UNKNOWN;
		f[i].still = still[i] == 's';
		f[i].at_ms = at;
	}
	grader_judge_step(j, f, at);
	for (i = 0; i < 5; i++) {
		char got = letters[grader_judge_verdicts(j)[i].result];

		if (got != want[i])
			fail_msg("at %llu, %s: %c, not %c",
				 (unsigned long long)at, x->checks[i].id, got,
				 want[i]);
	}
}

static void
in_time(void **state)
{
	struct grader_judge *j = grader_judge_new(x, false);

	(void)state;
	step(j, "T????", "-----", 1000, "PWWWW");
	step(j, "TT???", "-----", 2000, "PPWWW");
	step(j, "TTF??", "-----", 2500, "PPFWW");
	step(j, "TTFT?", "-----", 2600, "PPFPW");
	grader_judge_free(j);
	j = grader_judge_new(x, true);
	step(j, "TT??F", "-----", 1000, "PPWWF");
	step(j, "FF??F", "s----", 2000, "PFWWF"); /* up stands still */
	step(j, "FF??F", "-----", 3000, "FFWBF");
	grader_judge_free(j);
}

/* ---- slips */

static void
slip_is_a_sentence(void **state)
{
	static const struct {
		const char *check, *sentence;
	} slips[] = {
	    {"robot: m2, prefix: 10.0.0.0/24, at: [m2], from: m1",
	     "m2 is no robot: a probe needs a member of \"kind: ixpeer\""},
	    {"robot: c1, prefix: 10.0.0.0/24", "nobody looks"},
	    {"robot: c1, prefix: 10.0.0.0/24, at: [m2]", "go together"},
	    {"robot: c1, prefix: 10.0.0.0/24, from: m1, kernels: [m1]",
	     "go together"},
	    {"robot: c1, prefix: 10.0.0.0/24, at: [m1], from: m2",
	     "m1 is the trainee's own node"},
	    {"robot: c1, prefix: 10.0.0.0/24, length: 26, at: [m2], from: m1",
	     "length is 28 to 32"},
	    {"robot: c1, prefix: 10.0.0.0/24, behave: hijack, announce: med "
	     "5, at: [m2], from: m1",
	     "not both"},
	};
	struct exercise *slip;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
		_free_ char *file =
		    xasprintf(HEAD "      a: {kind: probe, say: s, %s, " HINT,
			      slips[i].check);

		slip = exercise_parse("x.yml", file, strlen(file), &e);
		if (slip)
			assert_int_equal(exercise_check_lab(slip, lab, &e), -1);
		if (strstr(e.msg, slips[i].sentence) == NULL)
			fail_msg("%s", e.msg);
		exercise_free(slip);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(drawn_within_and_apart),
	    cmocka_unit_test(seeds_differ),
	    cmocka_unit_test(said_is_not_drawn),
	    cmocka_unit_test(many_are_drawn),
	    cmocka_unit_test(evidence_gives_findings),
	    cmocka_unit_test(absent_are_those_that_look_so),
	    cmocka_unit_test(in_time),
	    cmocka_unit_test(slip_is_a_sentence),
	};
	struct err e;
	int rc;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	x = exercise_parse("x.yml", demo, strlen(demo), &e);
	if (x)
		lab = model_parse("lab.yml", lab_text, strlen(lab_text), NULL,
				  &e);
	if (x == NULL || lab == NULL) {
		printf("Bail out! %s\n", e.msg);
		return 1;
	}
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	model_free(lab);
	exercise_free(x);
	return rc;
}
