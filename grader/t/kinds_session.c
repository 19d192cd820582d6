/* The kinds about sessions: evidence in, what was seen and the facts out; each of
 * them passes, fails when its time is over, and is blocked. */
#include "grader/t/kinds_bgp.h"
#include "grader/t/kinds_judge.h"

#define SOCKET(state, port, far_port, keys)                     \
	"{\"state\":\"" state "\",\"remote\":\"203.0.113.10\"," \
	"\"local_port\":" port ",\"remote_port\":" far_port     \
	",\"passwords\":[" keys "]}"
#define WORD "{\"address\":\"203.0.113.10\",\"len\":32,\"word\":\"a\"}"
#define UP(sockets) \
	RS(S(",\"address\":\"203.0.113.10\"") ",\"tcp\":[" sockets "]")

static const char *const checks[] = {
    CHECK("caps", "kind: session" AT1 ", capabilities: [ipv4, refresh]"),
    CHECK("role", "kind: session" AT1 ", role: rs-client"),
    CHECK("both", "kind: session" AT1 ", both-ends: yes"),
    CHECK("idle", "kind: session" AT1 ", state: Idle"),
    CHECK("held", "kind: session" AT1 ", hold-time: {max: 30}"),
    CHECK("far", "kind: session, at: m2, with: m1, family: ipv4, multihop: no"),
    CHECK("md5", "kind: session" AT1 ", md5: yes"),
    CHECK("plain", "kind: session" AT1 ", md5: no"),
    CHECK("ttl", "kind: session" AT1 ", ttl-security: yes"),
    CHECK("stable", "kind: session" AT1 ", up-for: 30s"),
    NOT("absent", "kind: session-absent, at: rs1, with: m1, family: ipv4"),
    CHECK("limit", "kind: limit" AT1),
    CHECK("guard",
	  "kind: limit, at: m1, with: rs1, family: ipv4, routes: {min: 20, "
	  "max: 40}, counts: [receive], action: [restart, disable]"),
    CHECK("tripped", "kind: limit, at: m1, with: rs1, family: ipv4, routes: "
		     "30, reached: yes"),
};

static const struct kinds_row rows[] = {
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
    {"md5", UP(SOCKET("established", "38211", "179", WORD)), GRADER_TRUE,
     "Established", "password", ""},
    {"md5", UP(SOCKET("established", "179", "40001", WORD)), GRADER_TRUE,
     "Established", "password", ""},
    /* of the one that is up, whatever would be asked of the next */
    {"md5",
     UP(SOCKET("listens", "179", "0", WORD) "," SOCKET("established", "179",
						       "40001", "")),
     GRADER_FALSE, "Established without TCP-MD5", "far-state", ""},
    {"md5", UP(SOCKET("established", "8080", "40001", WORD)), GRADER_UNKNOWN,
     "Established, its socket was not seen yet", "far-state", ""},
    {"md5", RS(S("") ",\"tcp\":\"no sockets here\""), GRADER_OURS,
     "no sockets here", "far-state", ""},
    {"md5", RS(DOWN("Active", "")), GRADER_FALSE, "Active", "far-state", ""},
    {"plain", UP(SOCKET("established", "179", "40001", "")), GRADER_TRUE,
     "Established", "far-state", ""},
    {"plain", UP(SOCKET("established", "179", "40001", WORD)), GRADER_FALSE,
     "Established with TCP-MD5", "far-state", ""},
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
