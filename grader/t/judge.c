/*
 * The semantics of within, hold, needs, witness and the five results, without a
 * lab: findings and times in, verdicts out.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "grader/grader_judge.h"

/* Four checks: a; b needs a; n is negative with witness a; s is an experiment
 * on a link with witness a. */
static const char text[] =
    "exercise: demo\nversion: 1\ntitle: D\nminutes: 1\nlevel: 1\nlab: d\n"
    "trainee: m1\nfiles: [m1/bird.conf]\nsteps:\n"
    "  - step: one\n    title: T\n    text: t.md\n    checks:\n"
    "      b: {kind: session, say: s, at: rs1, with: m1, family: ipv6,\n"
    "          within: 5s, needs: [a], hints: [{hint: h, text: t}]}\n"
    "      a: {kind: session, say: s, at: rs1, with: m1, family: ipv4,\n"
    "          within: 10s, hold: 2s, hints: [\n"
    "          {hint: as, when: {far-error: bad peer as}, text: t1},\n"
    "          {hint: both, when: {far-error: x, daemon: y}, text: t2},\n"
    "          {hint: h, text: t3}]}\n"
    "      n: {kind: only-routes, say: s, at: rs1, from: m1, prefixes: [],\n"
    "          within: 4s, witness: a, hints: [{hint: h, text: t}]}\n"
    "      s: {kind: stays, say: s, at: rs1, from: m1, prefix: 192.0.2.0/24,\n"
    "          while-down: {node: h, interface: eth0}, within: 6s,\n"
    "          witness: a, hints: [{hint: h, text: t}]}\n";

enum { B, A, N, S, CHECKS };

/* Another four: a; y is about the way of packets, with witness a; p and q ask
 * whether they flow at all, in y's family and in the other. */
static const char flow_text[] =
    "exercise: demo\nversion: 1\ntitle: D\nminutes: 1\nlevel: 1\nlab: d\n"
    "trainee: m1\nfiles: [m1/bird.conf]\nsteps:\n"
    "  - step: one\n    title: T\n    text: t.md\n    checks:\n"
    "      a: {kind: session, say: s, at: rs1, with: m1, family: ipv4,\n"
    "          within: 9s, hints: [{hint: h, text: t}]}\n"
    "      y: {kind: bypass, say: s, from: h, to: i, not-through: [rs1],\n"
    "          within: 4s, hold: 1s, witness: a, hints: [{hint: h, text: "
    "t}]}\n"
    "      p: {kind: ping, say: s, from: h, to: i, within: 6s,\n"
    "          hints: [{hint: h, text: t}]}\n"
    "      q: {kind: ping, say: s, from: h, to: i, family: ipv6,\n"
    "          within: 6s, hints: [{hint: h, text: t}]}\n";

struct step {
	uint64_t at;	     /* truths NULL: so many ms were nobody's */
	const char *truths;  /* of b a n s: T F ? E(rror) H(not here), as now;
				small: still, whatever it says */
	const char *results; /* W P F B S E */
};

static const enum grader_truth truth_of[] = {
    ['T'] = GRADER_TRUE, ['F'] = GRADER_FALSE,	  ['?'] = GRADER_UNKNOWN,
    ['E'] = GRADER_OURS, ['H'] = GRADER_NOT_HERE,
};
static const char letters[] = {
    [GRADER_WAIT] = 'W',    [GRADER_PASS] = 'P', [GRADER_FAIL] = 'F',
    [GRADER_BLOCKED] = 'B', [GRADER_SKIP] = 'S', [GRADER_ERROR] = 'E',
};

static void
finding_make(struct grader_finding *f, char letter, uint64_t at)
{
	f->still = islower((unsigned char)letter) != 0;
	f->truth = truth_of[toupper((unsigned char)letter)];
	f->at_ms = at;
	if (f->truth == GRADER_OURS || f->truth == GRADER_NOT_HERE)
		f->reason = xstrdup("why");
	else {
		f->expected = xstrdup("wanted");
		f->saw = xstrdup("seen");
		f->where = xstrdup("there");
	}
}

static const char *playing = text;

static void
play(const char *name, bool live, const struct step *steps, size_t n)
{
	struct grader_finding f[CHECKS];
	struct grader_judge *j;
	struct exercise *x;
	char saw[CHECKS + 1] = "";
	struct err e;
	size_t i, k;

	x = exercise_parse("x.yml", playing, strlen(playing), &e);
	if (x == NULL)
		fail_msg("%s", e.msg);
	j = grader_judge_new(x, live);
	for (i = 0; i < n; i++) {
		if (steps[i].truths == NULL) {
			grader_judge_lost(j, steps[i].at);
			continue;
		}
		memset(f, 0, sizeof(f));
		for (k = 0; k < CHECKS; k++)
			finding_make(&f[k], steps[i].truths[k], steps[i].at);
		grader_judge_step(j, f, steps[i].at);
		for (k = 0; k < CHECKS; k++) {
			saw[k] = letters[grader_judge_verdicts(j)[k].result];
			grader_finding_clear(&f[k]);
		}
		if (strcmp(saw, steps[i].results) != 0)
			fail_msg("%s at %llu: %s, expected %s", name,
				 (unsigned long long)steps[i].at, saw,
				 steps[i].results);
	}
	grader_judge_free(j);
	exercise_free(x);
}

#define PLAY(name, live, ...)                                \
	play(name, live, (const struct step[]){__VA_ARGS__}, \
	     sizeof((const struct step[]){__VA_ARGS__}) / sizeof(struct step))

static void
once(void **state)
{
	(void)state;
	PLAY("all well, after hold", false, {1000, "TTTT", "WWWW"},
	     {2999, "TTTT", "WWWW"}, {3000, "TTTT", "PPWP"},
	     {5999, "TTTT", "PPWP"}, {6000, "TTTT", "PPPP"});
	PLAY("nothing comes: fail at the deadline, the rest is blocked", false,
	     {1000, "FFFF", "WWWW"}, {10999, "FFFF", "WWWW"},
	     {11000, "FFFF", "BFBB"});
	PLAY("never seen is a failure too", false, {1000, "????", "WWWW"},
	     {11000, "????", "BFBB"});
	PLAY("true just in time may finish its hold", false,
	     {1000, "FFFF", "WWWW"}, {10900, "FTFF", "WWWW"},
	     {12000, "FTFF", "WWWW"}, {12900, "FTFF", "WPWF"});
	PLAY("a rest is nobody's time", false, {1000, "FFFF", "WWWW"},
	     {9000, "ffff", "WWWW"}, {59000, "tttt", "WWWW"},
	     {60000, "FFFF", "WWWW"}, {61999, "FFFF", "WWWW"},
	     {62000, "FFFF", "BFBB"});
	PLAY("a hold begins again after one", false, {1000, "FTFF", "WWWW"},
	     {2000, "FtFF", "WWWW"}, {9000, "FTFF", "WWWW"},
	     {10999, "FTFF", "WWWW"}, {11000, "FTFF", "WPWF"});
	PLAY("what is decided stays so", false, {1000, "FTFF", "WWWW"},
	     {3000, "FTFF", "WPWF"}, {4000, "FfFf", "WPWF"},
	     {9000, "FFFT", "FPFF"});
	PLAY("and fails when it does not", false, {1000, "FFFF", "WWWW"},
	     {10900, "FTFF", "WWWW"}, {12000, "FFFF", "BFBB"});
	PLAY("a flap starts the hold again", false, {1000, "FTFF", "WWWW"},
	     {2000, "FFFF", "WWWW"}, {2500, "FTFF", "WWWW"},
	     {4000, "FTFF", "WWWW"}, {4500, "FTFF", "WPWF"});
	PLAY("the time of b runs from its barrier", false,
	     {1000, "FTTT", "WWWW"}, {9000, "FTTT", "WPWP"},
	     {13999, "FTTT", "WPPP"}, {14000, "FTTT", "FPPP"});
	PLAY("b may be late", false, {1000, "FTTT", "WWWW"},
	     {3000, "FTTT", "WPWP"}, {7000, "TTTT", "PPPP"});
	PLAY("decided is decided", false, {1000, "TTTT", "WWWW"},
	     {3000, "TTTT", "PPWP"}, {3100, "FTTF", "PPWP"},
	     {6000, "FFTF", "PPWP"});
}

static void
standstill(void **state)
{
	(void)state;
	PLAY("what was lost is nobody's time", false, {1000, "FFFF", "WWWW"},
	     {50000, NULL, NULL}, {60000, "ffff", "WWWW"},
	     {62000, "FFFF", "WWWW"}, {62999, "FFFF", "WWWW"},
	     {63000, "FFFF", "BFBB"});
	PLAY("nor is it part of a hold", false, {1000, "FTFF", "WWWW"},
	     {8000, NULL, NULL}, {9000, "FTFF", "WWWW"},
	     {10999, "FTFF", "WWWW"}, {11000, "FTFF", "WPWF"});
	PLAY("what is decided is so", false, {1000, "FTFF", "WWWW"},
	     {3000, "FTFF", "WPWF"}, {56000, NULL, NULL},
	     {59000, "FFFF", "WPWF"}, {63999, "FFFF", "WPFF"},
	     {64000, "FFFF", "FPFF"});
}

static void
negative(void **state)
{
	(void)state;
	PLAY("an absence counts only while the witness is there", false,
	     {1000, "TTTT", "WWWW"}, {3000, "TTTT", "PPWP"},
	     {4000, "TFTT", "PPWP"}, {5000, "TTTT", "PPWP"},
	     {7900, "TTTT", "PPWP"}, {8000, "TTTT", "PPPP"});
	PLAY("an absence on a dead network is blocked", false,
	     {1000, "TTTT", "WWWW"}, {3000, "TTTT", "PPWP"},
	     {4000, "FFTT", "PPWP"}, {7000, "FFTT", "PPBP"});
	PLAY("a leak that goes away in time", false, {1000, "TTFT", "WWWW"},
	     {3000, "TTFT", "PPWP"}, {6000, "TTTT", "PPWP"},
	     {9000, "TTTT", "PPPP"});
	PLAY("a leak that stays", false, {1000, "TTFT", "WWWW"},
	     {3000, "TTFT", "PPWP"}, {6999, "TTFT", "PPWP"},
	     {7000, "TTFT", "PPFP"});
	PLAY("a link test answers at once", false, {1000, "TTTF", "WWWW"},
	     {3000, "TTTF", "PPWF"});
}

static void
ours(void **state)
{
	(void)state;
	PLAY("our error is an error, at once", false, {1000, "EEEE", "EEEE"});
	PLAY("it spreads along needs and costs nothing", false,
	     {1000, "?E??", "EEEE"});
	PLAY("not here is a skip, and so is what needs it", false,
	     {1000, "?H??", "SSSS"});
	PLAY("only what is open is lost", false, {1000, "TTTT", "WWWW"},
	     {3000, "TTTT", "PPWP"}, {3500, "EEEE", "PPEP"});
}

static void
live(void **state)
{
	(void)state;
	PLAY("follows the network", true, {1000, "FFFF", "WWWW"},
	     {11000, "FFFF", "BFBB"}, {12000, "TTTT", "WWWW"},
	     {14000, "TTTT", "PPWP"}, {15000, "FTTT", "FPWP"},
	     {16000, "TTTT", "PPWP"}, {17000, "TTTT", "PPPP"},
	     {18000, "FFTT", "BFBB"});
}

/* After a barrier opened again there is time again. */
static void
live_grants_within_anew(void **state)
{
	(void)state;
	PLAY("b has time again", true, {1000, "TTTT", "WWWW"},
	     {3000, "TTTT", "PPWP"}, {4000, "FFTT", "BFBB"},
	     {5000, "FTTT", "WWWW"}, {7000, "FTTT", "WPWP"},
	     {11999, "FTTT", "WPPP"}, {12000, "FTTT", "FPPP"});
}

static void
flow(void **state)
{
	(void)state;
	playing = flow_text;
	PLAY("packets that do not flow: the ping is to blame", false,
	     {1000, "TT??", "PWWW"}, {1001, "T???", "PWWW"},
	     {5000, "T?FF", "PWWW"}, {7000, "T?FF", "PWFF"},
	     {7100, "T?FF", "PBFF"});
	PLAY("they flow, but past nobody knows what", false,
	     {1000, "T?TT", "PWPP"}, {5000, "T?TT", "PFPP"});
	PLAY("the other family is no excuse", false, {1000, "T?TF", "PWPW"},
	     {5000, "T?TF", "PFPW"});
	PLAY("a way that is seen to be wrong fails, flow or not", false,
	     {1000, "TFFF", "PWWW"}, {5000, "TFFF", "PFWW"});
	playing = text;
}

static void
same_again(void **state)
{
	static const struct step walk[] = {{1000, "FFFF", "WWWW"},
					   {3000, "FTTF", "WWWW"},
					   {5000, "TTTT", "PPWP"},
					   {8000, "TTTT", "PPPP"}};
	int i;

	(void)state;
	for (i = 0; i < 50; i++)
		play("the same findings give the same verdicts", false, walk,
		     4);
}

/* ---- what a verdict carries */

static void
verdict_has_words(void **state)
{
	struct grader_finding f[CHECKS] = {0};
	const struct grader_verdict *v;
	struct grader_judge *j;
	struct exercise *x;
	struct err e;
	size_t k;

	(void)state;
	x = exercise_parse("x.yml", text, strlen(text), &e);
	assert_non_null(x);
	j = grader_judge_new(x, false);
	for (k = 0; k < CHECKS; k++)
		finding_make(&f[k], 'F', 1000);
	grader_finding_fact(&f[A], "far-error", "Received: Bad Peer AS: 1");
	assert_true(grader_judge_step(j, f, 1000));
	assert_false(grader_judge_step(j, f, 1000));
	v = &grader_judge_verdicts(j)[A];
	assert_int_equal(v->left_ms, 10000);
	assert_string_equal(v->saw, "seen");
	assert_null(v->hint);
	assert_int_equal(grader_judge_next(j), 11000);
	assert_true(grader_judge_open(j, A));
	assert_false(grader_judge_open(j, B));
	for (k = 0; k < CHECKS; k++)
		f[k].at_ms = 11000;
	assert_true(grader_judge_step(j, f, 11500));
	v = grader_judge_verdicts(j);
	assert_string_equal(v[A].hint_id, "as");
	assert_string_equal(v[A].expected, "wanted");
	assert_string_equal(v[A].where, "there");
	assert_int_equal(v[A].since_ms, 10500);
	assert_int_equal(v[B].blocked_by, A);
	assert_int_equal(v[S].blocked_by, A);
	assert_true(grader_judge_settled(j));
	assert_true(grader_judge_next(j) == UINT64_MAX);
	for (k = 0; k < CHECKS; k++)
		grader_finding_clear(&f[k]);
	grader_judge_free(j);
	exercise_free(x);
}

static void
hint_needs_every_fact(void **state)
{
	static const struct {
		const char *facts, *hint;
	} rows[] = {
	    {"{}", "h"},
	    {"{\"far-error\": \"BGP Error: BAD PEER AS\"}", "as"},
	    {"{\"far-error\": \"xx\"}", "h"},
	    {"{\"far-error\": \"xx\", \"daemon\": \"y\"}", "both"},
	    {"{\"daemon\": \"y\"}", "h"},
	};
	struct exercise *x;
	struct err e;
	json_t *facts;
	size_t i;

	(void)state;
	x = exercise_parse("x.yml", text, strlen(text), &e);
	assert_non_null(x);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		facts = json_loads(rows[i].facts, 0, NULL);
		assert_string_equal(
		    grader_judge_hint(&x->checks[A], facts, NULL)->id,
		    rows[i].hint);
		json_decref(facts);
	}
	exercise_free(x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(once),
	    cmocka_unit_test(standstill),
	    cmocka_unit_test(negative),
	    cmocka_unit_test(ours),
	    cmocka_unit_test(live),
	    cmocka_unit_test(live_grants_within_anew),
	    cmocka_unit_test(flow),
	    cmocka_unit_test(same_again),
	    cmocka_unit_test(verdict_has_words),
	    cmocka_unit_test(hint_needs_every_fact),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
