/* Words about the same kinds: an author's slips are told, lines of a log are read,
 * and answers that cannot be right are refused. */
#include "grader/grader_answer.h"
#include "grader/grader_files.h"
#include "grader/t/kinds_net.h"

/* ---- an author's slips */

static const struct {
	const char *check, *says;
} slips[] = {
    {"{kind: answer, say: s, question: q, type: number, accept: [many], ",
     "\"many\" is no number"},
    {"{kind: answer, say: s, question: q, type: number, accept: [], ",
     "names no right answer"},
    {"{kind: answer, say: s, question: q, type: choice, accept: [a], ",
     "a choice needs \"choices\""},
    {"{kind: answer, say: s, question: q, type: text, accept: [a], "
     "choices: [a], ",
     "only a choice has"},
    {"{kind: answer, say: s, question: q, type: choice, accept: [a], "
     "choices: [a], ",
     "every choice is right"},
    {"{kind: answer, say: s, question: q, type: choice, accept: [c], "
     "choices: [a, b], ",
     "\"c\" is none of the choices"},
    {"{kind: answer, say: s, question: q, type: asn, accept: ['1'], "
     "tolerance: 1, ",
     "only a number has a tolerance"},
    {"{kind: answer, say: s, question: q, type: asn, ",
     "\"accept\", or \"truth\""},
    {"{kind: answer, say: s, question: q, type: asn, accept: ['1'], "
     "truth: asn, of: m2, ",
     "\"accept\", or \"truth\""},
    {"{kind: answer, say: s, question: q, type: asn, truth: asn, ",
     "of which node"},
    {"{kind: answer, say: s, question: q, type: asn, truth: mac, of: m2, ",
     "the truth is of type mac"},
    {"{kind: answer, say: s, question: q, type: asn, accept: ['1'], of: m2, ",
     "goes with \"truth\""},
    {"{kind: answer, say: s, question: q, type: asn, truth: asn, of: m2, "
     "family: ipv4, ",
     "a family goes with an address"},
    {"{kind: answer, say: s, question: q, type: address, truth: address, "
     "of: m2, ",
     "an address of which family"},
    {"{kind: answer, say: s, question: q, type: colour, accept: [red], ",
     "colour"},
    {"{kind: log, say: s, at: rs1, ", "one of \"has\" and \"has-not\""},
    {"{kind: log, say: s, at: rs1, has: a, has-not: b, ",
     "one of \"has\" and \"has-not\""},
    {"{kind: log, say: s, at: rs1, has-not: b, ", "name a witness"},
    {"{kind: log, say: s, at: rs1, has: b, window: 1ms, ",
     "a time from 1000ms to 600000ms"},
    {"{kind: log, say: s, at: rs1, has: '', ", "\"has\" is empty"},
    {"{kind: interface, say: s, at: m1, interface: ix0, ",
     "say what is looked at"},
    {"{kind: interface, say: s, at: m1, interface: ix0, addresses: "
     "[10.0.0.1], ",
     "no address with its length"},
    {"{kind: interface, say: s, at: m1, interface: ix0, mtu: 9, ", "68"},
    {"{kind: interface, say: s, at: m1, interface: ix0, up: yes, only: yes, ",
     "\"only\" needs \"addresses\""},
    {"{kind: dropped, say: s, at: m1, counter: mac, ", "say how many"},
    {"{kind: dropped, say: s, at: m1, counter: mac, least: 5, most: 4, ",
     "less than \"least\""},
    {"{kind: dropped, say: s, at: m1, counter: mac, most: 4, ",
     "name a witness"},
    {"{kind: rate, say: s, at: m1, unit: kbit, least: 4, hold: 50ms, ",
     "at least 100ms"},
    {"{kind: ping, say: s, from: m1, to: m2, rtt-least: 5ms, rtt-most: 4ms, ",
     "less than \"rtt-least\""},
    {"{kind: no-ping, say: s, from: m1, to: m2, ", "name a witness"},
    {"{kind: no-ping, say: s, from: m1, to: m2, family: ipv6, to-address: "
     "192.0.2.1, ",
     "it is no address of ipv6"},
    {"{kind: kernel-route, say: s, at: m1, to: 0.0.0.0/0, table: local, ",
     "look at these, with kind interface"},
    {"{kind: kernel-route, say: s, at: m1, to: 0.0.0.0/0, table: 255, ",
     "look at these, with kind interface"},
    {"{kind: kernel-route, say: s, at: m1, to: 0.0.0.0/0, table: red, ",
     "\"red\" is no table of routes"},
    {"{kind: no-kernel-route, say: s, at: m1, to: 0.0.0.0/0, table: 0, ",
     "\"0\" is no table of routes"},
    {"{kind: moves, say: s, at: m1, to: 0.0.0.0/0, via: m2, then: m2, "
     "while-down: {node: m2, interface: ix0}, ",
     "\"then\" is another node"},
    {"{kind: moves, say: s, at: m1, to: 0.0.0.0/0, via: m2, then: rs1, "
     "each-within: 10ms, while-down: {node: m2, interface: ix0}, ",
     "a time from 1000ms to 60000ms"},
    {"{kind: path, say: s, from: m1, to: m2, ", "say which way"},
    {"{kind: quiet, say: s, at: m1, ", "name a witness"},
    {"{kind: fetch, say: s, from: m1, path: /, ",
     "one of \"to\" and \"address\""},
    {"{kind: fetch, say: s, from: m1, to: m2, ", "say what is looked at"},
    {"{kind: fetch, say: s, from: m1, to: m2, path: 'a b', ",
     "begins with / and is one word"},
    {"{kind: quiet, say: s, at: m1, allow: [ipx], ", "ipx"},
    {"{kind: owner, say: s, at: m2, address: 192.0.2.1, ",
     "one of \"is\" and \"nobody\""},
    {"{kind: owner, say: s, at: m2, address: 192.0.2.1, nobody: yes, ",
     "name a witness"},
    {"{kind: ping, say: s, from: m1, to: m2, count: 2, loss: 2, ",
     "nobody can fail it"},
};

static void
slips_are_told(void **state)
{
	struct exercise *x;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
		_free_ char *text =
		    xasprintf("%s      slip: %s%s", HEAD, slips[i].check, HINT);

		x = exercise_parse("x.yml", text, strlen(text), &e);
		if (x != NULL)
			fail_msg("slip %zu was taken", i);
		if (strstr(e.msg, slips[i].says) == NULL)
			fail_msg("slip %zu: %s", i, e.msg);
	}
}

/* ---- words of strangers */

static void
log_lines_are_read(void **state)
{
	static const char *const none[] = {
	    "",
	    "2026-11-22 16:40:02.123 ",
	    "2026-11-22 16:40:02.123 rs1",
	    "2026-11-22 16:40:02.123 a b: c",
	    "2026-11-22 16:40:02,123 rs1: x",
	    "2026-1x-22 16:40:02.123 rs1: x",
	    "2026-11-22 16:40:02.123 : x",
	};
	char good[] = "2026-11-22 16:40:02.123 rs1: a: b";
	const char *who, *text;
	uint64_t at, later;
	size_t i;

	(void)state;
	assert_true(grader_log_line(good, &at, &who, &text));
	assert_string_equal(who, "rs1");
	assert_string_equal(text, "a: b");
	strcpy(good, "2026-11-22 16:40:03.124 rs1: ");
	assert_true(grader_log_line(good, &later, &who, &text));
	assert_string_equal(text, "");
	assert_int_equal(later - at, 1001);
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		_free_ char *line = xstrdup(none[i]);

		if (grader_log_line(line, &at, &who, &text))
			fail_msg("%s was taken", none[i]);
	}
}

static void
impossible_answers_are_told(void **state)
{
	const struct demo *d = *state;
	_free_ char *number = NULL, *choice = NULL;

	number = grader_answer_trouble(check_of(d->x, "members"), "lots");
	assert_string_equal(number, "\"lots\" is no number");
	choice = grader_answer_trouble(check_of(d->x, "choice"), "x");
	assert_string_equal(choice,
			    "\"x\" is none of the choices: transit, peering");
	assert_null(grader_answer_trouble(check_of(d->x, "members"), "5"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(slips_are_told),
	    cmocka_unit_test(log_lines_are_read),
	    cmocka_unit_test(impossible_answers_are_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, demo_make, demo_free);
}
