/* The kinds about kernels' routes and about who is reached: evidence in, what was
 * seen and the facts out; each passes, fails when its time is over, and is
 * blocked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "grader/t/kinds.h"
#include "grader/t/kinds_judge.h"

static const char lab_text[] = KINDS_EXCHANGE KINDS_MEMBERS;

#define HEAD                                                                \
	"exercise: demo\nversion: 1\ntitle: D\nminutes: 1\nlevel: 1\nlab: " \
	"d\ntrainee: m1\nfiles: [m1/bird.conf]\nsteps:\n"                   \
	"  - step: one\n    title: T\n    text: t.md\n    checks:\n"        \
	"      base: {kind: ping, say: s, from: m1, to: m2, within: 3s, " HINT
#define CHECK(id, keys) \
	"      " id ": {" keys ", say: s, within: 2s, needs: [base], " HINT
#define NOT(id, keys) CHECK(id, keys ", witness: base, hold: 1s")

static const char *const checks[] = {
    CHECK("main", "kind: kernel-route, at: m2, to: 100.64.0.0/22, via: m1, "
		  "table: 254"),
    CHECK("other", "kind: kernel-route, at: m2, to: 100.64.0.0/22, via: m1, "
		   "table: 100"),
    CHECK("default", "kind: kernel-route, at: m2, to: 0.0.0.0/0, type: "
		     "unreachable, table: default"),
    NOT("none", "kind: no-kernel-route, at: m2, to: 100.64.0.0/16, or-longer: "
		"yes, table: 100"),
    CHECK("moves", "kind: moves, at: m1, to: 198.18.0.0/24, via: m2, then: "
		   "rs1, each-within: 5s, while-down: {node: m2, interface: "
		   "ix0}"),
    NOT("deaf", "kind: no-ping, from: m1-h, to: m2-h"),
};

#define PART(key, rows) \
	"{\"nodes\":{\"m2\":{\"" key "\":[" rows "],\"daemon\":\"running\"}}}"
#define IN(table, to, rest) \
	"{\"to\":\"" to "\",\"table\":" table ",\"type\":\"unicast\"" rest "}"
#define VIA(address) ",\"via\":\"203.0.113." address "\""
#define ROUTE "100.64.0.0/22"
#define TRIED(run) "{\"experiments\":{\"deaf\":{" run "}}}"
#define MOVED(run) "{\"experiments\":{\"moves\":{" run "}}}"
#define FIRST "\"first\":\"m2\""
#define STEP(what, node, ms) ",\"" what "\":{\"node\":\"" node "\"" ms "}"
#define MS(n) ",\"ms\":" n

static const struct kinds_row rows[] = {
    {"main",
     PART("kernel",
	  "{\"to\":\"100.64.0.0/22\",\"type\":\"unicast\"" VIA("10") "}"),
     GRADER_TRUE, "via 203.0.113.10", "saw-via-node", "m1"},
    {"main", PART("kernel", ""), GRADER_FALSE, "no such route", "saw-via", ""},
    {"other", PART("other_kernel", IN("100", ROUTE, VIA("10"))), GRADER_TRUE,
     "via 203.0.113.10", "saw-via-node", "m1"},
    {"other", PART("other_kernel", IN("101", ROUTE, VIA("10"))), GRADER_FALSE,
     "no such route", "saw-via", ""},
    {"other",
     PART("other_kernel",
	  IN("101", ROUTE, VIA("10")) "," IN("100", ROUTE, VIA("1"))),
     GRADER_FALSE, "via 203.0.113.1 (rs1)", "saw-via-node", "rs1"},
    {"other", PART("kernel", IN("100", ROUTE, VIA("10"))), GRADER_UNKNOWN,
     "m2 was not heard yet", "far-state", "absent"},
    {"other",
     "{\"nodes\":{\"m2\":{\"other_kernel\":null,\"silent\":\"no namespace\"}}}",
     GRADER_FALSE, "no namespace", "far-state", "absent"},
    {"default",
     PART("other_kernel", "{\"to\":\"0.0.0.0/0\",\"table\":253,\"type\":"
			  "\"unreachable\"}"),
     GRADER_TRUE, "unreachable", "saw-type", "unreachable"},
    {"default", PART("other_kernel", IN("253", "0.0.0.0/0", VIA("1"))),
     GRADER_FALSE, "a route of type unicast", "saw-type", "unicast"},
    {"none", PART("other_kernel", IN("101", ROUTE, VIA("10"))), GRADER_TRUE,
     "none", "saw-to", ""},
    {"none", PART("other_kernel", IN("100", ROUTE, VIA("10"))), GRADER_FALSE,
     "100.64.0.0/22 via 203.0.113.10", "saw-via-node", "m1"},
    {"moves",
     MOVED(FIRST STEP("then", "rs1", MS("40")) STEP("back", "m2", MS("1200"))),
     GRADER_TRUE, "moved in 40 ms, back in 1200 ms", "back", "yes"},
    {"moves", MOVED(FIRST STEP("then", "", "") STEP("back", "m2", MS("9"))),
     GRADER_FALSE, "by nobody when 5 s were over", "moved", "no"},
    {"moves", MOVED(FIRST STEP("then", "m2", "") STEP("back", "m2", MS("9"))),
     GRADER_FALSE, "by m2 when 5 s were over", "then-by", "m2"},
    {"moves",
     MOVED(FIRST STEP("then", "rs1", MS("40")) STEP("back", "rs1", "")),
     GRADER_FALSE, "moved in 40 ms, then by rs1 when 5 s were over", "back-by",
     "rs1"},
    {"moves", MOVED("\"first\":\"rs1\""), GRADER_FALSE, "at first by rs1",
     "first", "rs1"},
    {"moves", MOVED("\"first\":\"\""), GRADER_FALSE, "at first by nobody",
     "moved", "no"},
    {"moves", MOVED(FIRST ",\"failed\":\"no such interface\""), GRADER_FALSE,
     "no such interface", "moved", "no"},
    {"moves", "{}", GRADER_UNKNOWN, "not tried yet", "first", ""},
    {"deaf", TRIED("\"sent\":5,\"received\":0"), GRADER_TRUE, "no answer",
     "received", "0"},
    {"deaf",
     TRIED("\"sent\":0,\"received\":0,\"why\":\"Network is unreachable\""),
     GRADER_TRUE, "no answer: Network is unreachable", "sent", "0"},
    {"deaf", TRIED("\"sent\":5,\"received\":1"), GRADER_FALSE, "1 of 5 answers",
     "received", "1"},
    {"deaf", TRIED("\"failed\":\"no such node\""), GRADER_FALSE, "no such node",
     "received", "0"},
    {"deaf",
     TRIED("\"sent\":0,\"received\":0,\"why\":\"No buffer space available\""),
     GRADER_OURS, NULL, "received", "0"},
    {"deaf", "{}", GRADER_UNKNOWN, "not tried yet", "sent", "0"},
};

static struct kinds_demo demo = {
    .lab_text = lab_text,
    .head = HEAD,
    .checks = checks,
    .nchecks = sizeof(checks) / sizeof(checks[0]),
    .rows = rows,
    .nrows = sizeof(rows) / sizeof(rows[0]),
};

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(evidence_is_judged),
	    cmocka_unit_test(each_passes_fails_and_is_blocked),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, kinds_setup, kinds_teardown);
}
