/*
 * The kinds about sessions and routes: evidence in, what was seen and the facts
 * out; each of them passes, fails when its time is over, and is blocked.
 */
#include "grader/t/kinds_bgp.h"

#include "grader/kind_route_priv.h"

static const char demo_text[] = HEAD
    /* sessions */
    CHECK("caps", "kind: session" AT1 ", capabilities: [ipv4, refresh]") CHECK(
	"role", "kind: session" AT1 ", role: rs-client")
	CHECK("both", "kind: session" AT1 ", both-ends: yes") CHECK(
	    "idle", "kind: session" AT1 ", state: Idle")
	    CHECK("held", "kind: session" AT1 ", hold-time: {max: 30}") CHECK(
		"far",
		"kind: session, at: m2, with: m1, family: ipv4, multihop: no")
		CHECK("md5", "kind: session" AT1 ", md5: yes") CHECK(
		    "ttl", "kind: session" AT1 ", ttl-security: yes")
		    CHECK("stable", "kind: session" AT1 ", up-for: 30s") NOT(
			"absent",
			"kind: session-absent, at: rs1, with: m1, family: ipv4")
			CHECK("limit", "kind: limit" AT1) CHECK(
			    "guard",
			    "kind: limit, at: m1, with: rs1, family: ipv4,\n"
			    "        routes: {min: 20, max: 40}, counts: "
			    "[receive],\n"
			    "        action: [restart, disable]")
			    CHECK("tripped", "kind: limit, at: m1, with: rs1, "
					     "family: ipv4, routes: 30,\n"
					     "        reached: yes")
    /* routes */
    CHECK("path", "kind: route" FROM ", as-path: ['65536+', '*', 65540]") CHECK(
	"length",
	"kind: route" FROM
	", path-length: {min: 2, max: 3}") CHECK("times", "kind: route" FROM
							  ", prepended: 2")
	CHECK("hop", "kind: route" FROM ", next-hop: 203.0.113.66") CHECK(
	    "origin",
	    "kind: route" FROM
	    ", origin: igp") CHECK("pref",
				   "kind: route, at: rs2, from: m1" P1
				   ", local-pref: 0") CHECK("med",
							    "kind: route" FROM
							    ", med: {max: 10}")
	    CHECK("otc", "kind: route" FROM ", otc: 64500") CHECK(
		"ext",
		"kind: route" FROM ", extended-communities: ['rt:64500:1']")
		CHECK("without",
		      "kind: route" FROM ", without: ['0:*', "
		      "'64500:1:*']") CHECK("closed",
					    "kind: route" FROM
					    ", communities: ['64500:1'],\n"
					    "        large-communities: "
					    "['64500:1:2'], no-others: yes")
		    CHECK("rov", "kind: route" FROM ", marks: [rpki-valid]")
			CHECK("best", "kind: route" FROM ", state: best") CHECK(
			    "rejected",
			    "kind: route" FROM ", state: rejected, reason: 8")
			    CHECK("word",
				  "kind: route" FROM
				  ", state: rejected, reason: bogon-asn")
				CHECK(
				    "received",
				    "kind: route" FROM
				    ", state: received") CHECK("sent",
							       "kind: route" TO
							       ", next-hop: m1")
				    NOT("none",
					"kind: no-route" FROM
					", or-longer: yes, state: accepted")
					NOT("unsent", "kind: no-route" TO) NOT(
					    "leak",
					    "kind: only-routes, at: rs1, to: "
					    "m2,\n"
					    "        prefixes: [100.64.0.0/22]")
					    CHECK("count",
						  "kind: route-count, at: rs1, "
						  "from: m1, family: ipv4,\n"
						  "        count: {min: 1, "
						  "max: 2}")
						CHECK("many",
						      "kind: route-count, at: "
						      "rs1, to: m2, count: 2")
						    CHECK("scrub",
							  "kind: scrubbed" FROM
							  ", communities: "
							  "['0:*']")
							NOT("only",
							    "kind: "
							    "sent-only-to" FROM
							    ", only-to: [m2]")
							    CHECK("hidden",
								  "kind: "
								  "path-not-"
								  "hidden" FROM
								  ", to: m2");

/* ---- evidence */

#define S(rest)                                                         \
	"\"sessions\":[{\"with\":\"m1\",\"family\":\"ipv4\",\"state\":" \
	"\"Established\",\"established\":true" rest "}]"
#define DOWN(state, rest)                                               \
	"\"sessions\":[{\"with\":\"m1\",\"family\":\"ipv4\",\"state\":" \
	"\"" state "\",\"established\":false" rest "}]"
#define LIMIT(what, n, family, act)                                       \
	"{\"counts\":\"" what "\",\"routes\":" n ",\"channel\":\"" family \
	"\",\"action\":\"" act "\"}"
#define LIMITS(list)                                                      \
	NODES(NODE("m1",                                                  \
		   "\"sessions\":[{\"with\":\"rs1\",\"family\":\"ipv4\"," \
		   "\"state\":\"Established\",\"established\":true,"      \
		   "\"limits\":[" list "]}]"))
#define NODE(node, parts) "\"" node "\":{\"daemon\":\"running\"," parts "}"
#define NODES(nodes) "{\"nodes\":{" nodes "}}"
#define RS(parts) NODES(NODE("rs1", parts))
#define ROW(key, node, prefix, path, rest)               \
	"{\"" key "\":\"" node "\",\"prefix\":\"" prefix \
	"\",\"family\":\"ipv4\",\"as_path\":" path rest "}"
#define IN(path, rest) \
	ROW("from", "m1", "100.64.0.0/22", path, ",\"state\":\"accepted\"" rest)
#define OUT(to, path, rest) ROW("to", to, "100.64.0.0/22", path, rest)
#define NO(rest)                                      \
	ROW("from", "m1", "100.64.0.0/22", "[65536]", \
	    ",\"state\":\"rejected\"" rest)
#define ROUTES(list) RS(S("") ",\"routes\":[" list "]")
#define SENT(in, out) RS(S("") ",\"routes\":[" in "],\"sent\":[" out "]")
#define SILENT RS("\"sessions\":null,\"routes\":null,\"silent\":\"rs1: no\"")

static const struct {
	const char *check, *evidence;
	enum grader_truth truth;
	const char *saw, *fact, *value; /* a fact contains the value */
} rows[] = {
    {"caps", RS(S(",\"capabilities\":[\"refresh\",\"ipv4\"]")), GRADER_TRUE,
     "Established", "far-state", "Established"},
    {"caps", RS(S(",\"capabilities\":[\"as4\",\"ipv4\"]")), GRADER_FALSE,
     "Established, agreed on as4 ipv4", "far-state", "Established"},
    {"caps", RS(S("")), GRADER_FALSE, "Established, agreed on none",
     "far-state", ""},
    {"caps", RS(DOWN("Active", "")), GRADER_FALSE, "Active", "far-state", ""},
    {"role", RS(S(",\"peer_role\":\"rs-client\"")), GRADER_TRUE, "Established",
     "far-role", "rs-client"},
    {"role", RS(S(",\"peer_role\":\"peer\"")), GRADER_FALSE,
     "Established, m1 in the role peer", "far-role", "peer"},
    {"role", RS(S(",\"peer_role\":null")), GRADER_FALSE,
     "Established, m1 said no role", "far-role", ""},
    {"both",
     NODES(NODE("rs1", S("")) "," NODE(
	 "m1", "\"sessions\":[{\"with\":\"rs1\",\"family\":\"ipv4\","
	       "\"state\":\"Established\"}]")),
     GRADER_TRUE, "Established", "near-state", "Established"},
    {"both",
     NODES(NODE("rs1", S("")) "," NODE(
	 "m1", "\"sessions\":[{\"with\":\"rs1\",\"family\":\"ipv4\","
	       "\"state\":\"OpenConfirm\"}]")),
     GRADER_FALSE, "Established here, at m1 OpenConfirm", "near-state",
     "OpenConfirm"},
    {"both", NODES(NODE("rs1", S("")) "," NODE("m1", "\"sessions\":[]")),
     GRADER_FALSE, "Established here, at m1 no such session", "near-state",
     "absent"},
    {"both", RS(S("")), GRADER_UNKNOWN, "m1 was not heard yet", "near-state",
     ""},
    {"idle", RS(DOWN("Down", ",\"last_error\":\"shut\"")), GRADER_TRUE,
     "Down, last error: shut", "far-error", "shut"},
    {"idle", RS(S("")), GRADER_FALSE, "Established", "far-error", ""},
    {"held", RS(S(",\"hold_time\":9")), GRADER_TRUE, "Established", "daemon",
     ""},
    {"held", RS(S(",\"hold_time\":240")), GRADER_FALSE, "a hold time of 240 s",
     "daemon", ""},
    {"far", NODES(NODE("m2", S(",\"multihop\":false"))), GRADER_TRUE,
     "Established", "daemon", ""},
    {"far", NODES(NODE("m2", S(",\"multihop\":true"))), GRADER_FALSE,
     "Established with multihop", "daemon", ""},
    {"md5", RS(S(",\"md5\":true")), GRADER_TRUE, "Established", "daemon", ""},
    {"md5", RS(S(",\"md5\":false")), GRADER_FALSE,
     "Established without TCP-MD5", "daemon", ""},
    {"ttl", RS(S(",\"ttl_security\":true")), GRADER_TRUE, "Established",
     "daemon", ""},
    {"ttl", RS(S("")), GRADER_FALSE, "Established without TTL security",
     "daemon", ""},
    {"stable", RS(S(",\"up_ms\":30000,\"flaps\":0")), GRADER_TRUE,
     "Established", "far-flaps", "0"},
    {"stable", RS(S(",\"up_ms\":2900,\"flaps\":3")), GRADER_FALSE,
     "Established for 2 s", "far-flaps", "3"},
    {"absent", RS("\"sessions\":[]"), GRADER_TRUE, "no such session",
     "far-state", "absent"},
    {"absent", RS(DOWN("Idle", "")), GRADER_TRUE, "Idle", "far-state", "Idle"},
    {"absent", RS(S("")), GRADER_FALSE, "Established", "far-state", ""},
    {"absent", SILENT, GRADER_FALSE, "rs1: no", "far-state", "absent"},
    {"limit", RS(DOWN("Idle", ",\"limit_hit\":true")), GRADER_TRUE,
     "the limit was reached", "far-limit-hit", "yes"},
    {"limit", RS(S(",\"limit_hit\":false")), GRADER_FALSE,
     "below the limit; Established", "far-limit-hit", "no"},
    {"guard", LIMITS(LIMIT("receive", "30", "ipv4", "disable")), GRADER_TRUE,
     "receive 30 disable", "limits", "receive 30 disable"},
    {"guard",
     LIMITS(LIMIT("import", "9", "ipv4", "warn") "," LIMIT("receive", "40",
							   "ipv4", "restart")),
     GRADER_TRUE, "import 9 warn, receive 40 restart", "limits",
     "import 9 warn, receive 40"},
    {"guard", LIMITS(""), GRADER_FALSE, "no limit", "limits", "none"},
    {"guard", LIMITS(LIMIT("receive", "41", "ipv4", "disable")), GRADER_FALSE,
     "receive 41 disable", "limits", "41"},
    {"guard", LIMITS(LIMIT("import", "30", "ipv4", "disable")), GRADER_FALSE,
     "import 30 disable", "limits", "import"},
    {"guard", LIMITS(LIMIT("receive", "30", "ipv4", "warn")), GRADER_FALSE,
     "receive 30 warn", "limits", "warn"},
    {"guard", LIMITS(LIMIT("receive", "30", "ipv6", "disable")), GRADER_FALSE,
     "no limit", "limits", "none"},
    {"tripped", LIMITS(LIMIT("receive", "30", "ipv4", "disable")), GRADER_FALSE,
     "receive 30 disable, not reached", "near-limit-hit", "no"},
    {"tripped",
     NODES(NODE("m1", "\"sessions\":[{\"with\":\"rs1\",\"family\":\"ipv4\","
		      "\"limit_hit\":true,\"limits\":[" LIMIT(
			  "receive", "30", "ipv4", "disable") "]}]")),
     GRADER_TRUE, "receive 30 disable, reached", "limits", "30"},
    {"guard", NODES(NODE("m1", "\"sessions\":[]")), GRADER_FALSE,
     "no session with rs1", "limits", "none"},
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
#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* ---- judging */

static struct lab *lab;
static struct exercise *x;

static int
setup(void **state)
{
	struct err e = {0};

	(void)state;
	lab = model_parse("lab.yml", lab_text, strlen(lab_text), NULL, &e);
	if (lab)
		x = exercise_parse("x.yml", demo_text, strlen(demo_text), &e);
	if (x == NULL)
		print_message("# %s\n", e.msg);
	return x ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	exercise_free(x);
	model_free(lab);
	return 0;
}

static size_t
check_of(const char *id)
{
	size_t i = 0;

	while (i < x->nchecks && strcmp(x->checks[i].id, id) != 0)
		i++;
	if (i == x->nchecks)
		fail_msg("no check %s", id);
	return i;
}

static void
judge(size_t row, struct grader_finding *f)
{
	json_t *evidence = json_loads(rows[row].evidence, 0, NULL);
	struct grader_view v = {lab, x, evidence};
	const struct exercise_check *c = &x->checks[check_of(rows[row].check)];

	if (evidence == NULL)
		fail_msg("row %zu is no JSON: %s", row, rows[row].evidence);
	c->kind->judge(&v, c, f);
	json_decref(evidence);
}

static void
evidence_is_judged(void **state)
{
	const char *value, *saw;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS; i++) {
		struct grader_finding f = {0};

		judge(i, &f);
		assert_non_null(f.expected);
		assert_non_null(f.where);
		saw = f.saw ? f.saw : "nothing";
		if (f.truth != rows[i].truth ||
		    (rows[i].saw && strcmp(saw, rows[i].saw) != 0))
			fail_msg("row %zu, %s: truth %d, saw \"%s\"", i,
				 rows[i].check, f.truth, saw);
		value =
		    json_string_value(json_object_get(f.facts, rows[i].fact));
		if (value == NULL || !strstr(value, rows[i].value))
			fail_msg("row %zu, %s: fact %s is \"%s\"", i,
				 rows[i].check, rows[i].fact,
				 value ? value : "absent");
		grader_finding_clear(&f);
	}
}

/* ---- in time */

/* The verdict on a check whose finding is that row's (UNKNOWN when it has none
 * of that truth), while what it needs is so; half a minute later. */
static enum grader_result
verdict_of(size_t check, size_t row, enum grader_truth base)
{
	struct grader_judge *j = grader_judge_new(x, false);
	struct grader_finding *all = xcalloc(x->nchecks, sizeof(*all));
	enum grader_result result;
	uint64_t at;
	size_t i;

	if (row < ROWS)
		judge(row, &all[check]);
	if (base == GRADER_FALSE)
		grader_finding_saw(&all[0], base, "down");
	all[0].truth = base;
	for (at = 1000; at <= 31000; at += 500) {
		for (i = 0; i < x->nchecks; i++)
			all[i].at_ms = at;
		grader_judge_step(j, all, at);
	}
	result = grader_judge_verdicts(j)[check].result;
	for (i = 0; i < x->nchecks; i++)
		grader_finding_clear(&all[i]);
	free(all);
	grader_judge_free(j);
	return result;
}

static size_t
row_of(size_t check, enum grader_truth truth)
{
	size_t i = 0;

	while (i < ROWS &&
	       (check_of(rows[i].check) != check || rows[i].truth != truth))
		i++;
	if (i == ROWS)
		fail_msg("no row of %s has truth %d", x->checks[check].id,
			 truth);
	return i;
}

static void
each_passes_fails_and_is_blocked(void **state)
{
	size_t c, good, bad;

	(void)state;
	for (c = 1; c < x->nchecks; c++) {
		good = row_of(c, GRADER_TRUE);
		bad = row_of(c, GRADER_FALSE);
		if (verdict_of(c, good, GRADER_TRUE) != GRADER_PASS)
			fail_msg("%s does not pass", x->checks[c].id);
		if (verdict_of(c, bad, GRADER_TRUE) != GRADER_FAIL)
			fail_msg("%s does not fail", x->checks[c].id);
		if (verdict_of(c, good, GRADER_FALSE) != GRADER_BLOCKED)
			fail_msg("%s is not blocked", x->checks[c].id);
		if (verdict_of(c, ROWS, GRADER_TRUE) == GRADER_PASS)
			fail_msg("%s passes, never seen", x->checks[c].id);
	}
}

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(evidence_is_judged),
	    cmocka_unit_test(each_passes_fails_and_is_blocked),
	    cmocka_unit_test(paths_fit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
