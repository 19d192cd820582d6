/* Each kind's judge: evidence in, what was seen and the facts out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "grader/grader_evidence.h"
#include "grader/t/kinds.h"

static const char lab_text[] = KINDS_EXCHANGE KINDS_MEMBERS;

static const char demo_text[] =
    "exercise: demo\nversion: 1\ntitle: D\nminutes: 1\nlevel: 1\nlab: d\n"
    "trainee: m1\nfiles: [m1/bird.conf]\nsteps:\n"
    "  - step: one\n    title: T\n    text: t.md\n    checks:\n"
    "      session: {kind: session, say: s, at: rs1, with: m1, family: ipv4,\n"
    "        " HINT "      route: {kind: route, say: s, at: rs1, from: m1,\n"
    "        prefix: 100.64.0.0/22, as-path: [65536], next-hop: m1,\n"
    "        communities: ['64500:1'], large-communities: ['64500:1:2'],\n"
    "        " HINT
    "      only: {kind: only-routes, say: s, at: rs1, from: m1, family: ipv4,\n"
    "        prefixes: [100.64.0.0/22], witness: session, " HINT
    "      kernel: {kind: kernel-route, say: s, at: m2, to: 100.64.0.0/22,\n"
    "        via: m1, " HINT
    "      none: {kind: no-kernel-route, say: s, at: m2, to: 100.64.0.0/16,\n"
    "        or-longer: yes, via: m1, witness: session, within: 2s, " HINT
    "      hole: {kind: kernel-route, say: s, at: m1, to: 100.64.0.0/22,\n"
    "        type: unreachable, " HINT
    "      ping: {kind: ping, say: s, from: m2-h, to: m1-h, loss: 1,\n"
    "        " HINT
    "      bypass: {kind: bypass, say: s, from: m2-h, to: m1-h,\n"
    "        not-through: [rs1], witness: ping, " HINT
    "      stays: {kind: stays, say: s, at: rs1, from: m1,\n"
    "        prefix: 100.64.0.0/22, witness: session,\n"
    "        while-down: {node: m1-h, interface: lan0}, " HINT
    "      daemon: {kind: daemon, say: s, at: m1, " HINT;

#define SESSION(state, up, error)                                            \
	"{\"with\":\"m1\",\"family\":\"ipv4\",\"address\":\"203.0.113.10\"," \
	"\"state\":\"" state "\",\"established\":" up                        \
	",\"last_error\":\"" error "\"}"
#define UP SESSION("Established", "true", "")
#define ROUTE(prefix, hop, path, rest)                                         \
	"{\"prefix\":\"" prefix "\",\"family\":\"ipv4\",\"from\":\"m1\","      \
	"\"next_hop\":\"" hop "\",\"as_path\":" path                           \
	",\"communities\":[\"64500:1\"],\"large_communities\":[\"64500:1:2\"]" \
	"," rest "}"
#define OK "\"state\":\"accepted\""
#define RS(parts) "{\"nodes\":{\"rs1\":{\"daemon\":\"running\"," parts "}}}"
#define ROUTES(list) RS("\"sessions\":[" UP "],\"routes\":[" list "]")
#define KERNEL(node, row) "{\"nodes\":{\"" node "\":{\"kernel\":[" row "]}}}"
#define TRIED(check, run) "{\"experiments\":{\"" check "\":" run "}}"
#define M1(parts) "{\"nodes\":{\"m1\":{" parts "}}}"

static const struct {
	const char *check, *evidence;
	enum grader_truth truth;
	const char *saw, *fact, *value; /* a fact contains the value */
} rows[] = {
    /* session */
    {"session", "{}", GRADER_UNKNOWN, "rs1 was not heard yet", "far-state",
     "absent"},
    {"session", RS("\"sessions\":[" UP "]"), GRADER_TRUE, "Established",
     "far-state", "Established"},
    {"session",
     RS("\"sessions\":[" SESSION("Active", "false", "Bad Peer AS") "]"),
     GRADER_FALSE, "Active, last error: Bad Peer AS", "far-error",
     "Bad Peer AS"},
    {"session", RS("\"sessions\":[]"), GRADER_FALSE, "no such session",
     "far-state", "absent"},
    {"session",
     "{\"nodes\":{\"rs1\":{\"daemon\":\"backoff\",\"reason\":\"no file\"}}}",
     GRADER_FALSE, "the daemon of rs1 is failing: no file", "daemon", ""},
    {"session", RS("\"sessions\":null,\"silent\":\"rs1: no answer\""),
     GRADER_FALSE, "rs1: no answer", "near-state", "absent"},
    {"session",
     M1("\"daemon\":\"running\",\"sessions\":[{\"with\":\"\",\"family\":"
	"\"ipv4\",\"address\":\"203.0.113.9\",\"last_error\":\"No route\","
	"\"filtered\":true}],\"config\":{\"ok\":false,\"error\":\"l:1 bad\"}"),
     GRADER_UNKNOWN, "rs1 was not heard yet", "near-error", "No route"},
    {"session",
     M1("\"daemon\":\"running\",\"sessions\":[{\"with\":\"\",\"family\":"
	"\"ipv4\",\"address\":\"203.0.113.9\"}]"),
     GRADER_UNKNOWN, "rs1 was not heard yet", "near-neighbours", "203.0.113.9"},
    /* of a session that is up a call that failed explains nothing */
    {"session",
     M1("\"daemon\":\"running\",\"sessions\":[{\"with\":\"rs1\",\"family\":"
	"\"ipv4\",\"established\":true,\"last_error\":\"Socket: Connection "
	"refused\"}]"),
     GRADER_UNKNOWN, "rs1 was not heard yet", "near-error", ""},
    {"session", M1("\"config\":{\"ok\":false,\"error\":\"l:1 bad\"}"),
     GRADER_UNKNOWN, "rs1 was not heard yet", "config-error", "l:1 bad"},
    /* route */
    {"route", ROUTES(ROUTE("100.64.0.0/22", "203.0.113.10", "[65536]", OK)),
     GRADER_TRUE, "received and accepted", "received", "accepted"},
    {"route", ROUTES(""), GRADER_FALSE,
     "no IPv4 route from m1 over the session", "received", "no"},
    {"route", ROUTES(ROUTE("100.64.1.0/24", "203.0.113.10", "[65536]", OK)),
     GRADER_FALSE, "from m1 only 100.64.1.0/24", "others", "100.64.1.0/24"},
    {"route", RS("\"sessions\":[],\"routes\":[]"), GRADER_FALSE,
     "no session with m1: no such session", "received", "no"},
    {"route",
     ROUTES(ROUTE("100.64.0.0/22", "203.0.113.66", "[65536]",
		  "\"state\":\"rejected\",\"reason\":\"next-hop\","
		  "\"reason_text\":\"next hop is not yours\"")),
     GRADER_FALSE, "received, but rejected: next hop is not yours",
     "reject-reason", "next-hop next hop is not yours"},
    {"route",
     ROUTES(ROUTE("100.64.0.0/22", "203.0.113.10", "[65536, 65536]", OK)),
     GRADER_FALSE, "AS path 65536 65536", "saw-as-path", "65536 65536"},
    {"route", ROUTES(ROUTE("100.64.0.0/22", "203.0.113.11", "[65536]", OK)),
     GRADER_FALSE, "next hop 203.0.113.11", "saw-next-hop", "203.0.113.11"},
    {"route",
     ROUTES("{\"prefix\":\"100.64.0.0/22\",\"from\":\"m1\",\"family\":"
	    "\"ipv4\",\"next_hop\":\"203.0.113.10\",\"as_path\":[65536],"
	    "\"communities\":[\"64500:2\"],\"large_communities\":[]," OK "}"),
     GRADER_FALSE, "community: 64500:2", "saw-communities", "64500:2"},
    {"route",
     ROUTES("{\"prefix\":\"100.64.0.0/22\",\"from\":\"m1\",\"family\":"
	    "\"ipv4\",\"next_hop\":\"203.0.113.10\",\"as_path\":[65536],"
	    "\"communities\":[\"64500:1\"],\"large_communities\":[]," OK "}"),
     GRADER_FALSE, "large community: none", "saw-large-communities", "none"},
    /* only-routes */
    {"only", ROUTES(""), GRADER_TRUE, "nothing else", "extra", ""},
    {"only", ROUTES(ROUTE("100.64.0.0/22", "203.0.113.10", "[65536]", OK)),
     GRADER_TRUE, "nothing else", "extra", ""},
    {"only",
     ROUTES(ROUTE("203.0.113.0/24", "203.0.113.10", "[65536]",
		  "\"state\":\"rejected\",\"reason_text\":\"the LAN\"")),
     GRADER_FALSE, "also 203.0.113.0/24", "reject-reason", "the LAN"},
    {"only", "{}", GRADER_UNKNOWN, "rs1 was not heard yet", "extra", ""},
    /* kernel-route */
    {"kernel", KERNEL("m2", ""), GRADER_FALSE, "no such route", "saw-via", ""},
    {"kernel",
     KERNEL("m2", "{\"to\":\"100.64.0.0/22\",\"via\":\"203.0.113.10\","
		  "\"type\":\"unicast\",\"metric\":32}"),
     GRADER_TRUE, "via 203.0.113.10", "saw-via-node", "m1"},
    {"kernel",
     KERNEL("m2", "{\"to\":\"100.64.0.0/22\",\"via\":\"203.0.113.1\","
		  "\"type\":\"unicast\",\"metric\":32}"),
     GRADER_FALSE, "via 203.0.113.1 (rs1)", "saw-via-node", "rs1"},
    {"kernel",
     KERNEL("m2", "{\"to\":\"100.64.0.0/22\",\"via\":\"203.0.113.10\","
		  "\"type\":\"unicast\",\"metric\":32},"
		  "{\"to\":\"100.64.0.0/22\",\"via\":\"203.0.113.1\","
		  "\"type\":\"unicast\",\"metric\":5}"),
     GRADER_FALSE, "via 203.0.113.1 (rs1)", "saw-via", "203.0.113.1"},
    {"kernel",
     KERNEL("m2", "{\"to\":\"100.64.0.0/22\",\"via\":null,\"dev\":\"ix0\","
		  "\"type\":\"unicast\"}"),
     GRADER_FALSE, "directly on ix0", "saw-via", ""},
    {"hole",
     KERNEL("m1", "{\"to\":\"100.64.0.0/22\",\"type\":\"unreachable\"}"),
     GRADER_TRUE, "unreachable", "saw-type", "unreachable"},
    {"hole", KERNEL("m1", "{\"to\":\"100.64.0.0/22\",\"type\":\"blackhole\"}"),
     GRADER_FALSE, "a route of type blackhole", "saw-type", "blackhole"},
    {"kernel", "{}", GRADER_UNKNOWN, "m2 was not heard yet", "saw-via", NULL},
    /* m1's port has 02:00:01:00:00:00 */
    {"kernel",
     KERNEL("m2", "{\"to\":\"100.64.0.0/22\",\"via\":"
		  "\"fe80::1ff:fe00:0\",\"type\":\"unicast\"}"),
     GRADER_TRUE, "via fe80::1ff:fe00:0", "saw-via-node", "m1"},
    /* no-kernel-route */
    {"none", "{}", GRADER_UNKNOWN, "m2 was not heard yet", "saw-to", NULL},
    {"none", KERNEL("m2", "{\"to\":\"0.0.0.0/0\",\"via\":\"203.0.113.10\"}"),
     GRADER_TRUE, "none", "saw-to", ""},
    {"none", KERNEL("m2", "{\"to\":\"100.64.8.0/22\",\"via\":\"203.0.113.1\"}"),
     GRADER_TRUE, "none", "saw-to", ""},
    {"none",
     KERNEL("m2", "{\"to\":\"100.64.8.0/22\",\"via\":\"203.0.113.10\","
		  "\"protocol\":\"static\"}"),
     GRADER_FALSE, "100.64.8.0/22 via 203.0.113.10", "saw-protocol", "static"},
    /* ping and bypass */
    {"ping", "{}", GRADER_UNKNOWN, "not tried yet", "sent", "0"},
    {"ping", TRIED("ping", "{\"sent\":5,\"received\":5}"), GRADER_TRUE,
     "5 of 5 answers", "received", "5"},
    {"ping", TRIED("ping", "{\"sent\":5,\"received\":4}"), GRADER_TRUE,
     "4 of 5 answers", "received", "4"},
    {"ping", TRIED("ping", "{\"sent\":5,\"received\":3}"), GRADER_FALSE,
     "3 of 5 answers", "received", "3"},
    {"ping", TRIED("ping", "{\"failed\":\"no way\"}"), GRADER_FALSE, "no way",
     "sent", "0"},
    {"bypass",
     TRIED("bypass", "{\"sent\":40,\"received\":40,\"moved\":{\"rs1\":2720}}"),
     GRADER_TRUE, "they pass none of them", "through", ""},
    {"bypass",
     TRIED("bypass", "{\"sent\":40,\"received\":40,\"moved\":{\"rs1\":99360}}"),
     GRADER_FALSE, "they pass rs1", "through", "rs1"},
    {"bypass",
     TRIED("bypass", "{\"sent\":40,\"received\":0,\"moved\":{\"rs1\":49680}}"),
     GRADER_FALSE, "they pass rs1", "through", "rs1"},
    {"bypass",
     TRIED("bypass", "{\"sent\":40,\"received\":0,\"moved\":{\"rs1\":255}}"),
     GRADER_UNKNOWN, "0 of 40 answers", "through", ""},
    /* stays */
    {"stays", "{}", GRADER_UNKNOWN, "not tried yet", "lost", "no"},
    {"stays", TRIED("stays", "{\"kept\":true}"), GRADER_TRUE, "it stayed",
     "lost", "no"},
    {"stays", TRIED("stays", "{\"kept\":false,\"lost_ms\":120}"), GRADER_FALSE,
     "gone 120 ms after the interface", "lost", "yes"},
    /* daemon */
    {"daemon",
     M1("\"daemon\":\"running\",\"sessions\":[],\"config\":{\"ok\":"
	"true,\"unread\":false}"),
     GRADER_TRUE, "running, configuration read", "daemon", "running"},
    {"daemon",
     M1("\"daemon\":\"running\",\"sessions\":[],\"config\":{\"ok\":"
	"true,\"unread\":true}"),
     GRADER_FALSE,
     "running, but the file on disk is newer than what it has read",
     "config-unread", "yes"},
    {"daemon",
     M1("\"daemon\":\"running\",\"sessions\":[],\"config\":{\"ok\":"
	"false,\"error\":\"bird.conf:3:1 syntax error\"}"),
     GRADER_FALSE, "bird.conf:3:1 syntax error", "config-error",
     "syntax error"},
    {"daemon", M1("\"daemon\":\"backoff\",\"reason\":\"bird.conf:3:1 no\""),
     GRADER_FALSE, "the daemon of m1 is failing: bird.conf:3:1 no",
     "config-error", "bird.conf:3:1 no"},
};

static const struct exercise_check *
check_of(const struct exercise *x, const char *id)
{
	size_t i;

	for (i = 0; i < x->nchecks; i++) {
		if (strcmp(x->checks[i].id, id) == 0)
			return &x->checks[i];
	}
	fail_msg("no check %s", id);
	return NULL;
}

static void
judge_row(const struct lab *lab, const struct exercise *x, size_t i)
{
	json_t *evidence = json_loads(rows[i].evidence, 0, NULL);
	struct grader_view v = {lab, x, evidence};
	const struct exercise_check *c = check_of(x, rows[i].check);
	struct grader_finding f = {0};
	const char *value;

	if (evidence == NULL)
		fail_msg("row %zu is no JSON: %s", i, rows[i].evidence);
	c->kind->judge(&v, c, &f);
	assert_non_null(f.expected);
	assert_non_null(f.where);
	if (f.truth != rows[i].truth || strcmp(f.saw, rows[i].saw) != 0)
		fail_msg("row %zu, %s: truth %d, saw \"%s\"", i, rows[i].check,
			 f.truth, f.saw);
	value = json_string_value(json_object_get(f.facts, rows[i].fact));
	if (rows[i].value && (value == NULL || !strstr(value, rows[i].value) ||
			      (*rows[i].value == '\0' && *value != '\0')))
		fail_msg("row %zu, %s: fact %s is \"%s\"", i, rows[i].check,
			 rows[i].fact, value ? value : "absent");
	grader_finding_clear(&f);
	json_decref(evidence);
}

/* That a limit was hit is told for ten seconds. */
static void
hits_are_remembered(void **state)
{
	static const struct {
		uint64_t at;
		const char *session;
		bool lately;
	} film[] = {
	    {1000, "{\"with\":\"m1\"}", false},
	    {2000, "{\"with\":\"m1\",\"limit_hit\":true}", true},
	    {3000, "{\"with\":\"m2\"}", false},
	    {4000, "{\"with\":\"m1\",\"limit_hit\":true}", true},
	    {13999, "{\"with\":\"m1\",\"limit_hit\":false}", true},
	    {14000, "{\"with\":\"m1\"}", false},
	    {14001, "{\"with\":\"m1\"}", false},
	};
	json_t *old = NULL, *next;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(film) / sizeof(film[0]); i++) {
		next = json_array();
		json_array_append_new(next,
				      json_loads(film[i].session, 0, NULL));
		evidence_sessions_keep(old, next, film[i].at);
		if (json_is_true(json_object_get(json_array_get(next, 0),
						 "hit_lately")) !=
		    film[i].lately)
			fail_msg("at %llu", (unsigned long long)film[i].at);
		json_decref(old);
		old = next;
	}
	json_decref(old);
}

static void
evidence_is_judged(void **state)
{
	struct exercise *x;
	struct lab *lab;
	struct err e;
	size_t i;

	(void)state;
	lab = model_parse("lab.yml", lab_text, strlen(lab_text), NULL, &e);
	if (lab == NULL)
		fail_msg("%s", e.msg);
	x = exercise_parse("x.yml", demo_text, strlen(demo_text), &e);
	if (x == NULL)
		fail_msg("%s", e.msg);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		judge_row(lab, x, i);
	exercise_free(x);
	model_free(lab);
}

/* The table speaks for itself: all that the manual prints is there. */
static void
kinds_are_complete(void **state)
{
	char *text = NULL;
	size_t len, i;
	FILE *f = open_memstream(&text, &len);

	(void)state;
	grader_kinds_print(f);
	fclose(f);
	for (i = 0; i < grader_nkinds; i++) {
		const struct grader_kind *k = grader_kinds[i];

		assert_non_null(k->help);
		assert_non_null(k->judge);
		assert_non_null(strstr(text, k->example));
		assert_true(k->asks != 0 ||
			    k->experiment != GRADER_NO_EXPERIMENT);
	}
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(evidence_is_judged),
	    cmocka_unit_test(hits_are_remembered),
	    cmocka_unit_test(kinds_are_complete),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
