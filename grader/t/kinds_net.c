/* The kinds below BGP, and answers and logs: from recorded evidence to what was
 * seen. */
#include "grader/t/kinds_net.h"

static const struct {
	const char *check, *evidence;
	enum grader_truth truth;
	const char *saw, *fact, *value; /* a fact is the value */
} rows[] = {
    /* answer */
    {"members", "{}", GRADER_UNKNOWN, "not looked at yet", "answered", "no"},
    {"members", "{\"answers\":{}}", GRADER_FALSE,
     "no answer yet; type: ixlab answer demo members TEXT", "answered", "no"},
    {"members", ANSWER("members", "4"), GRADER_TRUE, "\"4\"", "compared",
     "equal"},
    {"members", ANSWER("members", " 4.0 "), GRADER_TRUE, "\"4.0\"", "compared",
     "equal"},
    {"members", ANSWER("members", "5"), GRADER_FALSE, "\"5\"", "compared",
     "high"},
    {"members", ANSWER("members", "-4"), GRADER_FALSE, "\"-4\"", "compared",
     "low"},
    {"members", ANSWER("members", "four"), GRADER_FALSE,
     "\"four\", which is no number", "compared", "no"},
    {"members", ANSWER("members", "4."), GRADER_FALSE,
     "\"4.\", which is no number", "compared", "no"},
    {"members", ANSWER("members", "12345678901"), GRADER_FALSE,
     "\"12345678901\", which is no number", "compared", "no"},
    {"about", ANSWER("about", "14.5"), GRADER_TRUE, "\"14.5\"", "compared",
     "equal"},
    {"about", ANSWER("about", "14.500001"), GRADER_FALSE, "\"14.500001\"",
     "compared", "high"},
    {"block", ANSWER("block", "100.64.0.0/22"), GRADER_TRUE,
     "\"100.64.0.0/22\"", "compared", "equal"},
    {"block", ANSWER("block", "3FFF:0::/32"), GRADER_TRUE, "\"3FFF:0::/32\"",
     "compared", "equal"},
    {"block", ANSWER("block", "100.64.0.0/24"), GRADER_FALSE,
     "\"100.64.0.0/24\"", "compared", "longer"},
    {"block", ANSWER("block", "100.64.0.0/10"), GRADER_FALSE,
     "\"100.64.0.0/10\"", "compared", "shorter"},
    {"block", ANSWER("block", "100.64.0.0"), GRADER_FALSE,
     "\"100.64.0.0\", which is no prefix", "compared", "no"},
    {"number", ANSWER("number", "as65536"), GRADER_TRUE, "\"as65536\"",
     "compared", "equal"},
    {"number", ANSWER("number", "1.0"), GRADER_TRUE, "\"1.0\"", "compared",
     "equal"},
    {"number", ANSWER("number", "1.0.0"), GRADER_FALSE,
     "\"1.0.0\", which is no AS number", "compared", "no"},
    {"number", ANSWER("number", "65537"), GRADER_FALSE, "\"65537\"", "compared",
     "other"},
    {"its-as", ANSWER("its-as", "AS65537"), GRADER_TRUE, "\"AS65537\"",
     "compared", "equal"},
    {"its-as", ANSWER("its-as", "65536"), GRADER_FALSE, "\"65536\"", "compared",
     "other"},
    {"its-as", "{\"answers\":{}}", GRADER_FALSE,
     "no answer yet; type: ixlab answer demo its-as TEXT", "answered", "no"},
    {"its-mac", ANSWER("its-mac", "02-00-00-FB-F4-00"), GRADER_TRUE,
     "\"02-00-00-FB-F4-00\"", "compared", "equal"},
    {"its-mac", ANSWER("its-mac", "02:00:00:01:00:01"), GRADER_FALSE,
     "\"02:00:00:01:00:01\"", "compared", "other"},
    {"its-mac", ANSWER("its-mac", "02:00-00:fb:f4:00"), GRADER_FALSE,
     "\"02:00-00:fb:f4:00\", which is no MAC address", "compared", "no"},
    {"its-home", ANSWER("its-home", "2001:db8:FFFF:1:0::11"), GRADER_TRUE,
     "\"2001:db8:FFFF:1:0::11\"", "compared", "equal"},
    {"its-home", ANSWER("its-home", "203.0.113.11"), GRADER_FALSE,
     "\"203.0.113.11\"", "compared", "other"},
    {"where", ANSWER("where", "2001:DB8:ffff:1:0::1"), GRADER_TRUE,
     "\"2001:DB8:ffff:1:0::1\"", "compared", "equal"},
    {"where", ANSWER("where", "203.0.113.1"), GRADER_FALSE, "\"203.0.113.1\"",
     "compared", "other"},
    {"word", ANSWER("word", "Next  HOP "), GRADER_TRUE, "\"Next HOP\"",
     "compared", "equal"},
    {"word", ANSWER("word", "  "), GRADER_FALSE, "\"\", which is no answer",
     "compared", "no"},
    {"choice", ANSWER("choice", "Peering"), GRADER_TRUE, "\"Peering\"",
     "compared", "equal"},
    {"choice", ANSWER("choice", "both"), GRADER_FALSE,
     "\"both\", which is none of the choices", "compared", "no"},
    {"word", ANSWER("word", "a\\u001b[2Jb"), GRADER_FALSE, "\"a?[2Jb\"",
     "answer", "a?[2Jb"},
    /* log */
    {"said", "{}", GRADER_UNKNOWN, "rs1 was not heard yet", "found", "no"},
    {"said", LOG(""), GRADER_FALSE, "no such line", "found", "no"},
    {"said", LOG(LINE("70000", "m1: limit hit")), GRADER_TRUE, "m1: limit hit",
     "found", "yes"},
    {"said", LOG(LINE("69999", "m1: limit hit")), GRADER_FALSE, "no such line",
     "found", "no"},
    {"said", LOG(LINE("99000", "limit 1") "," LINE("99500", "limit 2")),
     GRADER_TRUE, "limit 2", "line", "limit 2"},
    {"unsaid", LOG(LINE("99000", "fine")), GRADER_TRUE, "no such line", "found",
     "no"},
    {"unsaid", LOG(LINE("99000", "limit")), GRADER_FALSE, "limit", "found",
     "yes"},
    /* interface */
    {"card", "{}", GRADER_UNKNOWN, "m1 was not heard yet", "saw-up", "no"},
    {"card", M1("\"links\":null,\"silent\":\"no namespace\""), GRADER_FALSE,
     "no namespace", "saw-up", "no"},
    {"card", M1(CARD("true", "1500", MINE)), GRADER_TRUE, "it is so",
     "saw-addresses", "203.0.113.10/24"},
    {"card",
     M1(CARD("true", "1500",
	     MINE "," ADDR("ix0", "fe80::1", "64") "," ADDR("lo", "127.0.0.1",
							    "8"))),
     GRADER_TRUE, "it is so", "extra", ""},
    {"card", M1("\"links\":[],\"addresses\":[]"), GRADER_FALSE,
     "no such interface", "saw-on", "no"},
    {"card", M1(CARD("false", "1500", MINE)), GRADER_FALSE,
     "it is set up, but the far end is down", "saw-on", "yes"},
    {"card", M1(CARD("true", "1400", MINE)), GRADER_FALSE, "MTU 1400",
     "saw-mtu", "1400"},
    {"card", M1(CARD("true", "1500", "")), GRADER_FALSE, "addresses: none",
     "saw-addresses", ""},
    {"card", M1(CARD("true", "1500", ADDR("ix0", "203.0.113.10", "25"))),
     GRADER_FALSE, "addresses: 203.0.113.10/25", "extra", "203.0.113.10/25"},
    {"card", M1(CARD("true", "1500", MINE "," ADDR("ix0", "10.0.0.1", "8"))),
     GRADER_FALSE, "also 10.0.0.1/8", "extra", "10.0.0.1/8"},
    {"off", M1(CARD("true", "1500", "")), GRADER_FALSE, "it is up", "saw-up",
     "yes"},
    {"off", M1(CARD("false", "1500", "")), GRADER_TRUE, "it is so", "saw-up",
     "no"},
    /* mac */
    {"one", "{}", GRADER_UNKNOWN, "m1 was not heard yet", "count", "0"},
    {"one", PORTS(PORT("m1", "up", OWN, "")), GRADER_TRUE,
     "1: 02:00:01:00:00:00", "count", "1"},
    {"one", PORTS(PORT("m1", "up", "", "")), GRADER_FALSE,
     "no frame came from there", "macs", ""},
    {"one", PORTS(PORT("m1", "shut", "", "")), GRADER_FALSE, "the port is shut",
     "port-state", "shut"},
    {"one", PORTS(PORT("m1", "up", OWN ",\"02:00:00:00:00:99\"", "")),
     GRADER_FALSE, "2: 02:00:01:00:00:00 02:00:00:00:00:99", "strangers",
     "02:00:00:00:00:99"},
    {"one", PORTS(PORT("m1", "up", "\"02:00:00:00:00:99\"", "")), GRADER_FALSE,
     "only 02:00:00:00:00:99", "strangers", "02:00:00:00:00:99"},
    {"one", PORTS(PORT("m2", "up", OWN, "")), GRADER_OURS,
     "m1 has no port on a switch", "count", "0"},
    /* dropped */
    {"guard", "{}", GRADER_UNKNOWN, "not tried yet", "dropped-mac", ""},
    {"guard", TRIED("guard", "{\"refused\":\"no kernel\"}"), GRADER_OURS,
     "no kernel", "dropped-mac", ""},
    {"guard",
     ASKED("guard",
	   COUNTED(N("mac", "7"), "0") WAITED COUNTED(N("mac", "7"), "5")),
     GRADER_TRUE, "0 dropped", "dropped-mac", "0"},
    {"guard",
     ASKED("guard", COUNTED(N("mac", "7") "," N("type", "1"), "0")
			WAITED COUNTED(N("mac", "8") "," N("type", "3"), "0")),
     GRADER_FALSE, "3 dropped", "dropped-type", "2"},
    {"guard", ASKED("guard", COUNTED("", "0") WAITED COUNTED("", "0")),
     GRADER_OURS, "the lab has no rule that counts \"any\" at the port of m1",
     "dropped-mac", ""},
    {"hole",
     ASKED("hole",
	   COUNTED(N("bh", "0"), "0") WAITED COUNTED(N("bh", "9"), "0")),
     GRADER_TRUE, "9 dropped", "dropped-bh", "9"},
    {"hole",
     ASKED("hole",
	   COUNTED(N("bh", "0"), "0") WAITED COUNTED(N("bh", "10"), "0")),
     GRADER_FALSE, "10 dropped", "dropped-bh", "10"},
    {"cull", ASKED("cull", COUNTED("", "2") WAITED COUNTED("", "6")),
     GRADER_TRUE, "4 dropped", "dropped-cull", "4"},
    /* rate */
    {"flow", "{}", GRADER_UNKNOWN, "not tried yet", "out", ""},
    {"flow", ASKED("flow", MOVED("0000", "0000") WAITED MOVED("0009", "2000")),
     GRADER_TRUE, "800 kbit a second", "out", "800"},
    {"flow", ASKED("flow", MOVED("0000", "0000") WAITED MOVED("9000", "1990")),
     GRADER_FALSE, "796 kbit a second", "in", "3600"},
    {"flow", ASKED("flow", "{\"rows\":[]}" WAITED "{\"rows\":[]}"),
     GRADER_FALSE, "no such interface", "out", ""},
    {"flat", ASKED("flat", MOVED("05", "05") WAITED MOVED("15", "15")),
     GRADER_TRUE, "10 packets a second", "in", "5"},
    {"flat", ASKED("flat", MOVED("05", "05") WAITED MOVED("17", "15")),
     GRADER_FALSE, "11 packets a second", "in", "6"},
    /* share: of what comes from outside, so not of lan0 */
    {"parts", "{}", GRADER_UNKNOWN, "not tried yet", "shares", ""},
    {"parts",
     ASKED("parts", CAME("100", "50") ANSWERED("20")
			ANSWERED("18") "," CAME("49000", "48000")),
     GRADER_TRUE, "ix0 100%", "shares", "ix0 100%"},
    {"parts",
     ASKED("parts", CAME("100", "50") ANSWERED("20")
			ANSWERED("17") "," CAME("49000", "48000")),
     GRADER_FALSE, "m2-h does not get an answer from m1-h", "unanswered-from",
     "m2-h"},
    {"parts",
     ASKED("parts", CAME("100", "50") ANSWERED("20")
			ANSWERED("20") "," CAME("100", "48000")),
     GRADER_FALSE, "nothing came in", "shares", ""},
    {"inner",
     ASKED("inner",
	   CAME("100", "50") ANSWERED("20") "," CAME("49000", "48000")),
     GRADER_FALSE, "ix0 100%", "shares", "ix0 100%"},
    /* ping's round trip, and passes */
    {"big", TRIED("big", ECHOED("4999")), GRADER_TRUE, "5 of 5 answers", "sent",
     "5"},
    {"near", TRIED("near", ECHOED("4999")), GRADER_TRUE, "5 of 5 answers",
     "rtt-ms", "4"},
    {"near", TRIED("near", ECHOED("5001")), GRADER_FALSE,
     "the quickest answer took 5.001 ms", "rtt-ms", "5"},
    {"far", TRIED("far", ECHOED("50000")), GRADER_TRUE, "5 of 5 answers",
     "rtt-ms", "50"},
    {"far", TRIED("far", ECHOED("900")), GRADER_FALSE,
     "the quickest answer took 0.900 ms", "rtt-ms", "0"},
    {"by", "{}", GRADER_UNKNOWN, "not tried yet", "sent", "0"},
    {"by", TRIED("by", CARRIED("40", "198720", "99360")), GRADER_TRUE,
     "they do", "missed", ""},
    {"by", TRIED("by", CARRIED("40", "198720", "95999")), GRADER_FALSE,
     "they do not pass m2", "missed", "m2"},
    {"by", TRIED("by", CARRIED("30", "198720", "99360")), GRADER_FALSE,
     "30 of 40 answers", "missed", ""},
    /* path */
    {"way", "{}", GRADER_UNKNOWN, "not tried yet", "path", ""},
    {"way", ASKED("way", WAY(M2 "," M1LAN "," FAR, "true")), GRADER_TRUE,
     "by m2 m1", "path", "m2 m1"},
    {"way", ASKED("way", WAY(M2 "," RS1 "," M1LAN "," FAR, "true")),
     GRADER_FALSE, "by m2 rs1 m1", "path", "m2 rs1 m1"},
    {"way", ASKED("way", WAY(M2 ",null," FAR, "true")), GRADER_UNKNOWN,
     "by m2 *", "path", "m2 *"},
    {"way", ASKED("way", WAY(RS1 ",null," FAR, "true")), GRADER_FALSE,
     "by rs1 *", "path", "rs1 *"},
    {"way", ASKED("way", WAY(M2 ",\"192.0.2.9\"," FAR, "true")), GRADER_FALSE,
     "by m2 192.0.2.9", "path", "m2 192.0.2.9"},
    {"way", ASKED("way", WAY(M2 "," M1LAN, "false")), GRADER_FALSE,
     "not reached; passed m2 m1", "reached", "no"},
    {"way",
     ASKED("way", "{\"hops\":[],\"reached\":false,\"error\":\"no route\"}"),
     GRADER_FALSE, "not reached; passed nobody: no route", "reached", "no"},
    {"direct", ASKED("direct", WAY(M1LAN, "true")), GRADER_TRUE, "directly",
     "path", ""},
    {"direct", ASKED("direct", WAY(RS1 "," M1LAN, "true")), GRADER_FALSE,
     "by rs1", "path", "rs1"},
    {"over", ASKED("over", WAY(M2 "," M1LAN "," FAR, "true")), GRADER_TRUE,
     "by m2 m1", "path", "m2 m1"},
    {"over", ASKED("over", WAY(M2 "," RS1 "," M1LAN "," FAR, "true")),
     GRADER_FALSE, "by m2 rs1 m1", "path", "m2 rs1 m1"},
    {"over", ASKED("over", WAY(M2 ",null," M1LAN "," FAR, "true")),
     GRADER_UNKNOWN, "by m2 * m1", "path", "m2 * m1"},
    {"over", ASKED("over", WAY(M2 "," FAR, "true")), GRADER_FALSE, "by m2",
     "path", "m2"},
    /* quiet */
    {"still", "{}", GRADER_UNKNOWN, "not tried yet", "noise", ""},
    {"still",
     ASKED("still",
	   HEARD("\"ipv4\":5,\"nd\":1,\"arp-reply\":1,\"mld\":2",
		 CLAIM("203.0.113.10", MAC1) "," CLAIM("fe80::1", MAC1), "0")),
     GRADER_TRUE, "nothing of that kind", "frames", "9"},
    {"still", ASKED("still", HEARD("\"lldp\":1,\"stp\":2", "", "0")),
     GRADER_FALSE, "stp (2), lldp (1)", "noise", "stp (2), lldp (1)"},
    {"still", ASKED("still", HEARD("", CLAIM("192.0.2.5", MAC1), "0")),
     GRADER_FALSE, "it answers for 192.0.2.5", "foreign", "192.0.2.5"},
    {"still", ASKED("still", HEARD("\"ra\":1", CLAIM("100.64.0.1", MAC1), "0")),
     GRADER_FALSE, "ra (1), and answers for 100.64.0.1", "noise", "ra (1)"},
    {"still", ASKED("still", HEARD("\"ipv4\":5", "", "7")), GRADER_UNKNOWN,
     "more frames than could be looked at", "noise", ""},
    /* owner */
    {"mine", "{}", GRADER_UNKNOWN, "not tried yet", "owners", ""},
    {"mine", ASKED("mine", CLAIMS(CLAIM("203.0.113.10", MAC1))), GRADER_TRUE,
     "m1 (" MAC1 ")", "owners", "m1"},
    {"mine", ASKED("mine", CLAIMS("")), GRADER_FALSE, "nobody answers",
     "owners", ""},
    {"mine",
     ASKED("mine", CLAIMS(CLAIM("203.0.113.10", MAC1) "," CLAIM(
		       "203.0.113.10", "02:00:00:00:00:66"))),
     GRADER_FALSE, "m1 stranger (" MAC1 " 02:00:00:00:00:66)", "macs",
     MAC1 " 02:00:00:00:00:66"},
    {"mine",
     ASKED("mine",
	   "{\"claims\":[],\"error\":\"Network is down\",\"more\":false}"),
     GRADER_UNKNOWN, "Network is down", "owners", ""},
    {"none", ASKED("none", CLAIMS("")), GRADER_TRUE, "nobody answers", "owners",
     ""},
    {"none", ASKED("none", CLAIMS(CLAIM("192.0.2.1", MAC1))), GRADER_FALSE,
     "m1 (" MAC1 ")", "owners", "m1"},
    /* fetch */
    {"page", "{}", GRADER_UNKNOWN, "not tried yet", "connected", "no"},
    {"page",
     ASKED("page", FETCHED("HTTP/1.0 200 OK?\\nA: b?\\n?\\ni-am-a\\n", "50")),
     GRADER_TRUE, "it says: i-am-a", "said", "i-am-a"},
    {"page", ASKED("page", FETCHED("HTTP/1.1 200 OK\\n\\ni-am-b", "5")),
     GRADER_FALSE, "it says: i-am-b", "said", "i-am-b"},
    {"page", ASKED("page", FETCHED("HTTP/1.1 404 i-am-a\\n\\ni-am-a", "5")),
     GRADER_FALSE, "status 404 of HTTP", "connected", "yes"},
    {"page", ASKED("page", FETCHED("i-am-a", "5")), GRADER_FALSE, "no HTTP",
     "said", ""},
    {"page", ASKED("page", FETCHED("HTTP/1.0 20", "5")), GRADER_FALSE,
     "no HTTP", "said", ""},
    {"page", ASKED("page", FETCHED("HTTP/1.0 200 OK\\n\\ni-am-a", "51")),
     GRADER_FALSE, "it took 51 ms", "said", "i-am-a"},
    {"page", ASKED("page", NOT_FETCHED("false", "", "no connection: refused")),
     GRADER_FALSE, "no connection: refused", "error", "no connection: refused"},
    {"page", ASKED("page", NOT_FETCHED("true", "", "it broke off: reset")),
     GRADER_FALSE, "it broke off: reset", "connected", "yes"},
    {"banner", ASKED("banner", FETCHED("hello i-am-a\\n", "500")), GRADER_TRUE,
     "it says: hello i-am-a", "said", "hello i-am-a"},
    {"banner", ASKED("banner", FETCHED("", "500")), GRADER_FALSE,
     "it says: nothing", "said", ""},
};

static void
judge_row(const struct demo *d, size_t i)
{
	json_t *evidence = parse(rows[i].evidence);
	struct grader_view v = {d->lab, d->x, evidence};
	const struct exercise_check *c = check_of(d->x, rows[i].check);
	struct grader_finding f = {0};
	const char *value;

	c->kind->judge(&v, c, &f);
	assert_non_null(f.expected);
	assert_non_null(f.where);
	if (f.truth == GRADER_OURS)
		assert_non_null(f.reason);
	value = f.saw ? f.saw : f.reason;
	if (f.truth != rows[i].truth || strcmp(value, rows[i].saw) != 0)
		fail_msg("row %zu, %s: truth %d, saw \"%s\"", i, rows[i].check,
			 f.truth, value);
	value = json_string_value(json_object_get(f.facts, rows[i].fact));
	if (value == NULL || strcmp(value, rows[i].value) != 0)
		fail_msg("row %zu, %s: fact %s is \"%s\"", i, rows[i].check,
			 rows[i].fact, value ? value : "absent");
	grader_finding_clear(&f);
	json_decref(evidence);
}

static void
evidence_is_judged(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		judge_row(*state, i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(evidence_is_judged),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, demo_make, demo_free);
}
