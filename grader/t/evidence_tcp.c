/*
 * What two kernels know of two ends that do not hear each other: whose password
 * stands where, who calls in vain, and whether the LAN knows who is called.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "grader/grader_evidence.h"

/* rs1 is 203.0.113.1, m1 203.0.113.10; both say that they are not up, but where
 * the row says otherwise. */
#define SESSION(with, address, up)                                  \
	"\"sessions\":[{\"with\":\"" with "\",\"family\":\"ipv4\"," \
	"\"address\":\"203.0.113." address "\",\"established\":" up "}]"
#define DEAF(far, near)                                                     \
	"{\"nodes\":{\"rs1\":{" SESSION(                                    \
	    "m1", "10", "false") ",\"tcp\":[" far                           \
				 "]},\"m1\":{" SESSION(                     \
				     "rs1", "1", "false") ",\"tcp\":[" near \
							  "]}}}"
#define SOCKET(state, to, port, repeated, there, keys)                         \
	"{\"state\":\"" state "\",\"remote\":" to ",\"local_port\":" port      \
	",\"remote_port\":" port ",\"repeated\":" repeated ",\"there\":" there \
	",\"passwords\":[" keys "]}"
#define LISTENS(keys) SOCKET("listens", "null", "179", "0", "false", keys)
#define CALLS(to, repeated, there) \
	SOCKET("calls", "\"203.0.113." to "\"", "179", repeated, there, "")
#define KEY(of, word) \
	"{\"address\":\"203.0.113." of "\",\"len\":32,\"word\":\"" word "\"}"
#define RANGE(word) \
	"{\"address\":\"203.0.113.0\",\"len\":24,\"word\":\"" word "\"}"

static const struct {
	const char *evidence, *password, *unanswered, *there;
} rows[] = {
    {DEAF(LISTENS(""), LISTENS("")), "fits", "", ""},
    {DEAF(LISTENS(KEY("10", "a")), LISTENS(KEY("1", "a"))), "fits", "", ""},
    {DEAF(LISTENS(RANGE("a")), LISTENS(KEY("1", "a"))), "fits", "", ""},
    {DEAF(LISTENS(KEY("10", "a")), LISTENS(KEY("1", "b"))), "differs", "", ""},
    {DEAF(LISTENS(KEY("11", "a")), LISTENS(KEY("1", "a"))), "near", "", ""},
    {DEAF(LISTENS(KEY("10", "a")), LISTENS("")), "far", "", ""},
    /* the one that calls has it */
    {DEAF(LISTENS(""),
	  LISTENS("") ",{\"state\":\"calls\",\"remote\":"
		      "\"203.0.113.1\",\"remote_port\":179,\"repeated\":"
		      "0,\"passwords\":[" KEY("1", "b") "]}"),
     "near", "", ""},
    /* a kernel that tells nothing */
    {DEAF("", LISTENS(KEY("1", "b"))), "", "", ""},
    {DEAF(SOCKET("listens", "null", "80", "0", "false", ""),
	  LISTENS(KEY("1", "b"))),
     "", "", ""},
    /* calls */
    {DEAF(LISTENS(""), CALLS("1", "0", "true")), "fits", "", ""},
    {DEAF(LISTENS(""), CALLS("1", "1", "true")), "fits", "near", "yes"},
    {DEAF(LISTENS(""), CALLS("2", "1", "true")), "", "", ""},
    {DEAF(CALLS("10", "3", "false"), LISTENS("")), "fits", "far", "no"},
    {DEAF(CALLS("10", "3", "true"), CALLS("1", "1", "true")), "fits", "both",
     "yes"},
    /* rubbish */
    {DEAF("{}, 7, null", "{\"passwords\":5}"), "", "", ""},
    {DEAF(LISTENS("{\"address\":\"x\",\"len\":32}"), LISTENS("1, {}")), "fits",
     "", ""},
    {DEAF(LISTENS("{\"address\":\"203.0.113.10\",\"len\":99,\"word\":\"a\"}"),
	  LISTENS("")),
     "fits", "", ""},
    /* both are up, or one is not there: nothing to explain */
    {"{\"nodes\":{\"rs1\":{" SESSION("m1", "10", "true") ",\"tcp\":[" LISTENS(
	 KEY("10",
	     "a")) "]},\"m1\":{" SESSION("rs1", "1",
					 "true") ",\"tcp\":[" LISTENS("") "]}}"
									  "}",
     "", "", ""},
    {"{\"nodes\":{\"rs1\":{" SESSION("m1", "10", "false") ",\"tcp\":[" LISTENS(
	 KEY("10",
	     "a")) "]},\"m1\":{\"sessions\":[],\"tcp\":[" LISTENS("") "]}}}",
     "", "", ""},
};

static void
wants(size_t i, const struct grader_finding *f, const char *fact,
      const char *value)
{
	const char *got = json_string_value(json_object_get(f->facts, fact));

	if (got == NULL || strcmp(got, value) != 0)
		fail_msg("row %zu: %s is \"%s\"", i, fact, got ? got : "none");
}

static void
keep(json_t *evidence, uint64_t now_ms)
{
	const char *name;
	json_t *node;

	json_object_foreach(json_object_get(evidence, "nodes"), name, node)
	{
		evidence_tcp_keep(node, json_object_get(node, "tcp"), now_ms);
	}
}

/* Between two calls in vain nothing is to be seen, and the same is told. */
static void
calls_are_remembered(void **state)
{
	static const struct {
		uint64_t at;
		const char *near, *unanswered;
	} film[] = {
	    {1000, "[" LISTENS("") "]", ""},
	    {2000, "[" CALLS("1", "1", "true") "]", "near"},
	    {3000, "[" CALLS("1", "0", "true") "]", "near"},
	    {4000, "[]", "near"},
	    {11999, "[" LISTENS("") "]", "near"},
	    {12000, "[" LISTENS("") "]", ""},
	};
	json_t *evidence = json_loads(DEAF(LISTENS(""), ""), 0, NULL);
	json_t *m1 = json_object_get(json_object_get(evidence, "nodes"), "m1");
	struct grader_view v = {.evidence = evidence};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(film) / sizeof(film[0]); i++) {
		struct grader_finding f = {0};

		json_object_set_new(m1, "tcp",
				    json_loads(film[i].near, 0, NULL));
		keep(evidence, film[i].at);
		evidence_tcp_facts(&v, "rs1", "m1", IP_V4, &f);
		wants(i, &f, "unanswered", film[i].unanswered);
		grader_finding_clear(&f);
	}
	json_decref(evidence);
}

static void
kernels_are_compared(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *evidence = json_loads(rows[i].evidence, 0, NULL);
		struct grader_view v = {.evidence = evidence};
		struct grader_finding f = {0};

		if (evidence == NULL)
			fail_msg("row %zu is no JSON", i);
		keep(evidence, 1000);
		evidence_tcp_facts(&v, "rs1", "m1", IP_V4, &f);
		wants(i, &f, "password", rows[i].password);
		wants(i, &f, "unanswered", rows[i].unanswered);
		wants(i, &f, "there", rows[i].there);
		grader_finding_clear(&f);
		json_decref(evidence);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(kernels_are_compared),
	    cmocka_unit_test(calls_are_remembered),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
