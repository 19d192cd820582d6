/* The kinds about routes: evidence in, what was seen and the facts out; each of them
 * passes, fails when its time is over, and is blocked. */
#include "grader/t/kinds_bgp.h"

#include "grader/kind_route_priv.h"
#include "grader/t/kinds_judge.h"

static const char *const checks[] = {
    CHECK("path", "kind: route" FROM ", as-path: ['65536+', '*', 65540]"),
    CHECK("length", "kind: route" FROM ", path-length: {min: 2, max: 3}"),
    CHECK("times", "kind: route" FROM ", prepended: 2"),
    CHECK("hop", "kind: route" FROM ", next-hop: 203.0.113.66"),
    CHECK("origin", "kind: route" FROM ", origin: igp"),
    CHECK("pref", "kind: route, at: rs2, from: m1" P1 ", local-pref: 0"),
    CHECK("med", "kind: route" FROM ", med: {max: 10}"),
    CHECK("otc", "kind: route" FROM ", otc: 64500"),
    CHECK("ext", "kind: route" FROM ", extended-communities: ['rt:64500:1']"),
    CHECK("without", "kind: route" FROM ", without: ['0:*', '64500:1:*']"),
    CHECK("closed",
	  "kind: route" FROM ", communities: ['64500:1'], large-communities: "
	  "['64500:1:2'], no-others: yes"),
    CHECK("rov", "kind: route" FROM ", marks: [rpki-valid]"),
    CHECK("best", "kind: route" FROM ", state: best"),
    CHECK("rejected", "kind: route" FROM ", state: rejected, reason: 8"),
    CHECK("word", "kind: route" FROM ", state: rejected, reason: bogon-asn"),
    CHECK("received", "kind: route" FROM ", state: received"),
    CHECK("sent", "kind: route" TO ", next-hop: m1"),
    NOT("none", "kind: no-route" FROM ", or-longer: yes, state: accepted"),
    NOT("unsent", "kind: no-route" TO),
    NOT("leak",
	"kind: only-routes, at: rs1, to: m2, prefixes: [100.64.0.0/22]"),
    CHECK("count", "kind: route-count, at: rs1, from: m1, family: ipv4, count: "
		   "{min: 1, max: 2}"),
    CHECK("many", "kind: route-count, at: rs1, to: m2, count: 2"),
    CHECK("scrub", "kind: scrubbed" FROM ", communities: ['0:*']"),
    NOT("only", "kind: sent-only-to" FROM ", only-to: [m2]"),
    CHECK("hidden", "kind: path-not-hidden" FROM ", to: m2"),
};

static const struct kinds_row rows[] = {
    /* looks of a route */
    {"path", ROUTES(IN("[65536,65536,65538,65540]", "")), GRADER_TRUE,
     "received and accepted", "saw-as-path", "65536 65536 65538 65540"},
    {"path", ROUTES(IN("[65536,[65540,65541]]", "")), GRADER_FALSE,
     "AS path 65536 {65540 65541}", "saw-as-path", "{65540"},
    {"path", "{}", GRADER_UNKNOWN, "rs1 was not heard yet", "sent", "no"},
    {"length", ROUTES(IN("[65536,[65540,65541]]", "")), GRADER_TRUE,
     "received and accepted", "received", "accepted"},
    {"length", ROUTES(IN("[65536]", "")), GRADER_FALSE, "AS path length 1",
     "received", "accepted"},
    {"times", ROUTES(IN("[65536,65536,65536]", "")), GRADER_TRUE,
     "received and accepted", "received", ""},
    {"times", ROUTES(IN("[65536,65536,65537,65536]", "")), GRADER_FALSE,
     "times prepended 1", "received", ""},
    {"times", ROUTES(IN("[]", "")), GRADER_FALSE, "times prepended 0",
     "saw-as-path", "none"},
    {"hop", ROUTES(IN("[65536]", ",\"next_hop\":\"203.0.113.66\"")),
     GRADER_TRUE, "received and accepted", "saw-next-hop", "203.0.113.66"},
    {"hop", ROUTES(IN("[65536]", ",\"next_hop\":\"203.0.113.10\"")),
     GRADER_FALSE, "next hop 203.0.113.10", "saw-next-hop", "203.0.113.10"},
    {"origin", ROUTES(IN("[65536]", ",\"origin\":\"IGP\"")), GRADER_TRUE,
     "received and accepted", "saw-origin", "IGP"},
    {"origin", ROUTES(IN("[65536]", ",\"origin\":\"Incomplete\"")),
     GRADER_FALSE, "origin Incomplete", "saw-origin", "Incomplete"},
    {"pref",
     NODES(NODE("rs2",
		S("") ",\"routes\":[" IN("[65536]", ",\"local_pref\":0") "]")),
     GRADER_TRUE, "received and accepted", "saw-local-pref", "0"},
    {"pref",
     NODES(NODE("rs2", S("") ",\"routes\":[" IN("[65536]",
						",\"local_pref\":100") "]")),
     GRADER_FALSE, "local preference 100", "saw-local-pref", "100"},
    {"med", ROUTES(IN("[65536]", ",\"med\":10")), GRADER_TRUE,
     "received and accepted", "saw-med", "10"},
    {"med", ROUTES(IN("[65536]", ",\"med\":11")), GRADER_FALSE, "MED 11",
     "saw-med", "11"},
    {"med", ROUTES(IN("[65536]", ",\"med\":null")), GRADER_FALSE, "no MED",
     "saw-med", ""},
    {"otc", ROUTES(IN("[65536]", ",\"otc\":64500")), GRADER_TRUE,
     "received and accepted", "saw-otc", "64500"},
    {"otc", ROUTES(IN("[65536]", "")), GRADER_FALSE, "no ONLY_TO_CUSTOMER",
     "saw-otc", ""},
    {"ext", ROUTES(IN("[65536]", ",\"ext_communities\":[\"rt:64500:1\"]")),
     GRADER_TRUE, "received and accepted", "saw-extended-communities", "rt:"},
    {"ext", ROUTES(IN("[65536]", "")), GRADER_FALSE, "extended community: none",
     "saw-extended-communities", "none"},
    {"without",
     ROUTES(IN("[65536]", ",\"communities\":[\"64500:1\"],"
			  "\"large_communities\":[\"64500:2:1\"]")),
     GRADER_TRUE, "received and accepted", "saw-communities", "64500:1"},
    {"without", ROUTES(IN("[65536]", ",\"large_communities\":[\"64500:1:9\"]")),
     GRADER_FALSE, "community 64500:1:9", "saw-large-communities", ":9"},
    {"closed",
     ROUTES(IN("[65536]", ",\"communities\":[\"64500:1\"],"
			  "\"large_communities\":[\"64500:1:2\"]")),
     GRADER_TRUE, "received and accepted", "saw-communities", "64500:1"},
    {"closed",
     ROUTES(IN("[65536]", ",\"communities\":[\"64500:1\",\"1:1\"],"
			  "\"large_communities\":[\"64500:1:2\"]")),
     GRADER_FALSE, "also community 1:1", "saw-communities", "1:1"},
    {"rov", ROUTES(IN("[65536]", ",\"marks\":[\"rpki-valid\"]")), GRADER_TRUE,
     "received and accepted", "saw-marks", "rpki-valid"},
    {"rov", ROUTES(IN("[65536]", ",\"marks\":[\"rpki-unknown\"]")),
     GRADER_FALSE, "mark: rpki-unknown", "saw-marks", "rpki-unknown"},
    /* what became of it */
    {"best", ROUTES(IN("[65536]", ",\"best\":true")), GRADER_TRUE,
     "received and accepted", "saw-best", "yes"},
    {"best", ROUTES(IN("[65536]", ",\"best\":false")), GRADER_FALSE,
     "accepted, but another path is better", "saw-best", "no"},
    {"best",
     ROUTES(
	 IN("[65536]", ",\"best\":false") "," IN("[65536]", ",\"best\":true")),
     GRADER_TRUE, "received and accepted", "saw-best", "yes"},
    {"rejected",
     ROUTES(NO(",\"reason\":\"next-hop-not-peer\",\"reason_code\":8,"
	       "\"reason_text\":\"not yours\"")),
     GRADER_TRUE, "received and rejected", "reject-code", "8"},
    {"rejected",
     ROUTES(NO(",\"reason\":\"bogon-asn\",\"reason_code\":4,"
	       "\"reason_text\":\"a bogon\"")),
     GRADER_FALSE, "rejected: bogon-asn (a bogon)", "reject-reason",
     "bogon-asn"},
    {"rejected", ROUTES(IN("[65536]", "")), GRADER_FALSE,
     "received and accepted", "received", "accepted"},
    {"word", ROUTES(NO(",\"reason\":\"bogon-asn\",\"reason_code\":4")),
     GRADER_TRUE, "received and rejected", "reject-code", "4"},
    {"word", ROUTES(""), GRADER_FALSE, "no IPv4 route from m1 over the session",
     "received", "no"},
    {"received", ROUTES(NO(",\"reason\":\"filtered\"")), GRADER_TRUE,
     "received and rejected", "received", "rejected"},
    {"received", RS("\"sessions\":[],\"routes\":[]"), GRADER_FALSE,
     "no session with m1: no such session", "received", "no"},
    /* what is sent */
    {"sent",
     RS("\"sessions\":[{\"with\":\"m2\",\"family\":\"ipv4\","
	"\"established\":true}],\"sent\":[" OUT(
	    "m2", "[65536]", ",\"next_hop\":\"203.0.113.10\"") "]"),
     GRADER_TRUE, "sent", "sent", "yes"},
    {"sent",
     RS("\"sessions\":[{\"with\":\"m2\",\"family\":\"ipv4\","
	"\"established\":true}],\"sent\":[" OUT(
	    "m3", "[65536]",
	    ",\"next_hop\":\"203.0.113.10\"") "],"
					      "\"explained\":[{\"to\":\"m2\","
					      "\"prefix\":\"100.64.0.0/22\","
					      "\"why\":\"0:65537 keeps it\"}]"),
     GRADER_FALSE, "not sent: 0:65537 keeps it", "why", "0:65537"},
    {"sent", RS("\"sessions\":[],\"sent\":[]"), GRADER_FALSE,
     "no session with m2: no such session", "sent", "no"},
    {"sent", RS(S("") ",\"routes\":null,\"sent\":null,\"cannot\":\"too much\""),
     GRADER_OURS, NULL, "sent", "no"},
    {"none", ROUTES(NO("")), GRADER_TRUE, "not there", "far-state", ""},
    {"none",
     ROUTES(ROW("from", "m1", "100.64.1.0/24", "[65536]",
		",\"state\":\"accepted\"")),
     GRADER_FALSE, "100.64.1.0/24 is there", "saw-as-path", "65536"},
    {"none",
     ROUTES(ROW("from", "m1", "100.64.0.0/21", "[65536]",
		",\"state\":\"accepted\"")),
     GRADER_TRUE, "not there", "saw-as-path", ""},
    {"unsent", SENT("", OUT("m3", "[65536]", "")), GRADER_TRUE, "not there",
     "saw-as-path", ""},
    {"unsent", SENT("", OUT("m2", "[65536]", "")), GRADER_FALSE,
     "100.64.0.0/22 is there", "saw-as-path", "65536"},
    {"unsent", "{}", GRADER_UNKNOWN, "rs1 was not heard yet", "saw-as-path",
     ""},
    {"leak", SENT("", OUT("m2", "[65536]", "")), GRADER_TRUE, "nothing else",
     "extra", ""},
    {"leak", SENT("", ROW("to", "m2", "10.0.0.0/8", "[65536]", "")),
     GRADER_FALSE, "also 10.0.0.0/8", "extra", "10.0.0.0/8"},
    {"count", ROUTES(IN("[65536]", "") "," NO("")), GRADER_TRUE, "1 route",
     "count", "1"},
    {"count", ROUTES(NO("")), GRADER_FALSE, "0 routes", "count", "0"},
    {"many", SENT("", OUT("m2", "[65536]", "") "," OUT("m2", "[65538]", "")),
     GRADER_TRUE, "2 routes", "count", "2"},
    {"many", SENT("", OUT("m3", "[65536]", "")), GRADER_FALSE, "0 routes",
     "count", "0"},
    {"scrub",
     SENT(IN("[65536]", ",\"communities\":[\"0:65538\"]"),
	  OUT("m2", "[65536]", "") "," OUT("m3", "[65536]", "")),
     GRADER_TRUE, "sent 2 times, without them", "saw-communities", "0:65538"},
    {"scrub",
     SENT(IN("[65536]", ",\"communities\":[\"0:65538\"]"),
	  OUT("m2", "[65536]", "") "," OUT("m3", "[65536]",
					   ",\"communities\":[\"0:65538\"]")),
     GRADER_FALSE, "0:65538 is sent to m3", "sent-to", "m3"},
    {"scrub", SENT(IN("[65536]", ""), OUT("m2", "[65536]", "")), GRADER_FALSE,
     "it came without the community 0:*", "saw-communities", "none"},
    {"scrub", SENT(IN("[65536]", ",\"communities\":[\"0:65538\"]"), ""),
     GRADER_FALSE, "it is sent to nobody", "saw-communities", ""},
    {"only", SENT(IN("[65536]", ""), OUT("m2", "[65536,65540]", "")),
     GRADER_TRUE, "sent to nobody else", "extra", ""},
    {"only",
     SENT(IN("[65536]", ""),
	  OUT("m2", "[64500,65536]", "") "," OUT("m3", "[65536]", "")),
     GRADER_FALSE, "also sent to m3", "extra", "m3"},
    {"only",
     SENT(IN("[65536]", ""),
	  OUT("m2", "[65536]", "") "," OUT("m3", "[65538]", "")),
     GRADER_TRUE, "sent to nobody else", "extra", ""},
    {"only", SENT(IN("[65536]", ""), ""), GRADER_FALSE, "not sent to m2",
     "missing", "m2"},
    {"only", SENT("", ""), GRADER_FALSE, "no 100.64.0.0/22 accepted from m1",
     "far-state", "Established"},
    {"hidden",
     SENT(IN("[65536,65540]", ",\"next_hop\":\"203.0.113.10\""),
	  OUT("m2", "[65536,65540]", ",\"next_hop\":\"203.0.113.10\"")),
     GRADER_TRUE, "sent to m2", "saw-best", "no"},
    {"hidden",
     SENT(IN("[65536,65540]", ",\"next_hop\":\"203.0.113.10\""),
	  OUT("m2", "[65538]", ",\"next_hop\":\"203.0.113.12\"")),
     GRADER_FALSE, "m2 is sent another path: 65538", "saw-best", "no"},
    {"hidden", SENT(IN("[65536,65540]", ""), ""), GRADER_FALSE,
     "m2 is sent no path", "why", ""},
    {"hidden", SENT(IN("[65536]", ",\"best\":true"), OUT("m2", "[65536]", "")),
     GRADER_FALSE, "m1's path is the best: there is none that could hide it",
     "saw-best", "yes"},
};

/* ---- AS paths */

static void
paths_fit(void **state)
{
	static const struct {
		const char *pattern, *path;
		bool fits;
	} is[] = {
	    {"", "[]", true},
	    {"", "[1]", false},
	    {"1", "[]", false},
	    {"1, 2", "[1,2]", true},
	    {"1, 2", "[2,1]", false},
	    {"'1+', 2", "[1,1,1,2]", true},
	    {"'1+', 2", "[2]", false},
	    {"'1+', 1", "[1]", false},
	    {"'1+', 1", "[1,1]", true},
	    {"'?', '?'", "[1,[2,3]]", true},
	    {"'?', '?'", "[1]", false},
	    {"'*'", "[]", true},
	    {"'*', 7, '*'", "[7]", true},
	    {"'*', 7, '*'", "[1,2,7,3]", true},
	    {"'*', 7, '*'", "[1,2,[7],3]", false},
	    {"'*', '*', 7", "[7,7]", true},
	    {"1, '*'", "[2,1]", false},
	    {"'*', 9", "[9,1]", false},
	};
	const struct grader_params *p;
	struct exercise *one;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(is) / sizeof(is[0]); i++) {
		_free_ char *text = xasprintf(
		    HEAD CHECK("p", "kind: route" FROM ", as-path: [%s]"),
		    is[i].pattern);
		json_t *path = json_loads(is[i].path, 0, NULL);

		one = exercise_parse("x.yml", text, strlen(text), &e);
		if (one == NULL)
			fail_msg("%s", e.msg);
		p = grader_params(&one->checks[1]);
		if (kind_route_path_fits(p->as_path, p->nas_path, path) !=
		    is[i].fits)
			fail_msg("[%s] and %s", is[i].pattern, is[i].path);
		json_decref(path);
		exercise_free(one);
	}
}

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
	    cmocka_unit_test(paths_fit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, kinds_setup, kinds_teardown);
}
