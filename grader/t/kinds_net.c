/* The kinds below BGP, and answers and logs: from recorded evidence to what was
 * seen, and on to verdicts: pass, fail, blocked, and fail when time is over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "grader/grader_answer.h"
#include "grader/grader_evidence.h"
#include "grader/grader_files.h"
#include "grader/grader_judge.h"
#include "grader/t/kinds.h"

static const char lab_text[] = KINDS_EXCHANGE KINDS_MEMBERS;

#define HEAD                                                           \
	"exercise: demo\nversion: 1\ntitle: D\nminutes: 1\nlevel: 1\n" \
	"lab: d\ntrainee: m1\nfiles: [m1/bird.conf]\nsteps:\n"         \
	"  - step: one\n    title: T\n    text: t.md\n    checks:\n"
static const char demo_text[] = HEAD
    "      alive: {kind: session, say: s, at: rs1, with: m1, family: ipv4,\n"
    "        within: 1s, " HINT
    "      members: {kind: answer, say: s, question: How many, type: number,\n"
    "        accept: ['4'], unit: members, " HINT
    "      about: {kind: answer, say: s, question: How fast, type: number,\n"
    "        accept: ['12.5'], tolerance: 2, " HINT
    "      block: {kind: answer, say: s, question: Which, type: prefix,\n"
    "        accept: ['100.64.0.0/22', '3fff::/32'], " HINT
    "      number: {kind: answer, say: s, question: Whose, type: asn,\n"
    "        accept: ['65536'], " HINT
    "      where: {kind: answer, say: s, question: Where, type: address,\n"
    "        accept: ['2001:db8:ffff:1::1'], " HINT
    "      word: {kind: answer, say: s, question: What, type: text,\n"
    "        accept: ['next hop'], " HINT
    "      its-as: {kind: answer, say: s, question: Whose, type: asn,\n"
    "        truth: asn, of: m2, " HINT
    "      its-mac: {kind: answer, say: s, question: Which, type: mac,\n"
    "        truth: mac, of: rs1, " HINT
    "      its-home: {kind: answer, say: s, question: Where, type: address,\n"
    "        truth: address, of: m2, family: ipv6, " HINT
    "      choice: {kind: answer, say: s, question: Which, type: choice,\n"
    "        choices: [transit, peering], accept: [peering],\n"
    "        needs: [alive], " HINT
    "      said: {kind: log, say: s, at: rs1, has: limit, within: 2s,\n"
    "        window: 30s, needs: [alive], " HINT
    "      unsaid: {kind: log, say: s, at: rs1, has-not: limit,\n"
    "        witness: alive, hold: 1s, within: 2s, " HINT
    "      card: {kind: interface, say: s, at: m1, interface: ix0, up: yes,\n"
    "        mtu: 1500, addresses: [203.0.113.10/24], only: yes,\n"
    "        needs: [alive], within: 2s, " HINT
    "      off: {kind: interface, say: s, at: m1, interface: ix0, up: no,\n"
    "        " HINT
    "      one: {kind: mac, say: s, at: m1, needs: [alive], within: 2s, " HINT
    "      guard: {kind: dropped, say: s, at: m1, counter: any, most: 0,\n"
    "        witness: alive, within: 2s, " HINT
    "      hole: {kind: dropped, say: s, at: m1, counter: bh, least: 5,\n"
    "        most: 9, " HINT
    "      cull: {kind: dropped, say: s, at: m1, counter: cull, least: 1,\n"
    "        " HINT
    "      flow: {kind: rate, say: s, at: m1, interface: ix0, unit: kbit,\n"
    "        direction: out, least: 800, needs: [alive], within: 2s, " HINT
    "      flat: {kind: rate, say: s, at: m1, unit: packets, most: 10,\n"
    "        witness: alive, within: 2s, " HINT
    "      near: {kind: ping, say: s, from: m2-h, to: m1-h, rtt-most: 5ms,\n"
    "        needs: [alive], within: 2s, " HINT
    "      far: {kind: ping, say: s, from: m2-h, to: m1-h, rtt-least: 50ms,\n"
    "        " HINT "      by: {kind: passes, say: s, from: m2-h, to: m1-h, "
    "through: [m2, m1],\n"
    "        needs: [alive], within: 2s, " HINT
    "      way: {kind: path, say: s, from: m2-h, to: m1-h, hops: [m2, m1],\n"
    "        needs: [alive], within: 2s, " HINT
    "      direct: {kind: path, say: s, from: m2, to: m1, hops: [], " HINT
    "      over: {kind: path, say: s, from: m2-h, to: m1-h, through: [m1],\n"
    "        avoids: [rs1], " HINT
    "      still: {kind: quiet, say: s, at: m1, witness: alive, within: 2s,\n"
    "        allow: [mld], " HINT
    "      mine: {kind: owner, say: s, at: m2, address: 203.0.113.10, is: m1,\n"
    "        needs: [alive], within: 2s, " HINT
    "      none: {kind: owner, say: s, at: m2, address: 192.0.2.1, nobody: "
    "yes,\n"
    "        witness: alive, within: 2s, " HINT
    "      page: {kind: fetch, say: s, from: m2-h, to: m1-h, path: /,\n"
    "        has: i-am-a, within-ms: 50, needs: [alive], within: 2s, " HINT
    "      banner: {kind: fetch, say: s, from: m2-h, address: 192.88.98.1,\n"
    "        port: 7, has: i-am-a, " HINT;

#define ANSWER(id, text) "{\"answers\":{\"" id "\":\"" text "\"}}"
#define LINE(ms, text) "{\"wall_ms\":" ms ",\"text\":\"" text "\"}"
#define LOG(lines) \
	"{\"wall_ms\":100000,\"nodes\":{\"rs1\":{\"log\":[" lines "]}}}"
#define TRIED(check, run) "{\"experiments\":{\"" check "\":" run "}}"
#define ASKED(check, list) TRIED(check, "{\"answers\":[" list "]}")
#define M1(parts) "{\"nodes\":{\"m1\":{" parts "}}}"
#define CARD(up, mtu, addresses)                                      \
	"\"links\":[{\"dev\":\"lo\",\"mtu\":65536},{\"dev\":\"ix0\"," \
	"\"up\":" up ",\"on\":true,\"mtu\":" mtu                      \
	"}],\"addresses\":[" addresses "]"
#define ADDR(dev, a, len) \
	"{\"dev\":\"" dev "\",\"address\":\"" a "\",\"len\":" len "}"
#define MINE ADDR("ix0", "203.0.113.10", "24")
#define PORT(node, state, macs, counters)                             \
	"{\"kind\":\"port\",\"switch\":\"sw1\",\"node\":\"" node      \
	"\",\"home\":\"khi\",\"state\":\"" state "\",\"macs\":[" macs \
	"],\"counters\":{" counters "}}"
#define PORTS(list) M1("\"ports\":[" list "]")
#define OWN "\"02:00:01:00:00:00\""
#define N(name, n) "\"" name "\":{\"packets\":" n ",\"bytes\":9}"
#define COUNTED(counters, cull)                                                \
	"{\"ports\":[" PORT("m2", "up", "", N("bh", "9")) "," PORT(            \
	    "m1", "up", "", counters) "],\"cull\":{\"sw1\":{\"packets\":" cull \
				      "}}}"
#define WAITED ",{\"waited_ms\":2000},"
#define MOVED(rx, tx)                                                   \
	"{\"rows\":[{\"dev\":\"lo\",\"tx_bytes\":7,\"tx_packets\":7},{" \
	"\"dev\":"                                                      \
	"\"ix0\",\"rx_bytes\":1" rx "00,\"tx_bytes\":1" tx              \
	"00,\"rx_packets\":1" rx ",\"tx_packets\":1" tx "}]}"
#define WAY(hops, end) "{\"hops\":[" hops "],\"reached\":" end "}"
#define M2 "\"100.64.4.1\""
#define M1LAN "\"203.0.113.10\""
#define RS1 "\"203.0.113.1\""
#define FAR "\"100.64.0.10\""
#define HEARD(kinds, claims, lost)                          \
	"{\"frames\":9,\"lost\":" lost ",\"kinds\":{" kinds \
	"},\"claims\":[" claims "],\"more\":false}"
#define CLAIM(a, m) "{\"address\":\"" a "\",\"mac\":\"" m "\"}"
#define MAC1 "02:00:01:00:00:00"
#define CLAIMS(list) "{\"claims\":[" list "],\"more\":false}"
#define FETCHED(text, ms)                                      \
	"{\"connected\":true,\"text\":\"" text "\",\"ms\":" ms \
	",\"whole\":true}"
#define NOT_FETCHED(up, text, error)             \
	"{\"connected\":" up ",\"text\":\"" text \
	"\",\"ms\":9,\"error\":\"" error "\"}"
#define ECHOED(us)                                                       \
	"{\"sent\":5,\"received\":5,\"rtt_us\":{\"min\":" us ",\"max\":" \
	"900000}}"
#define CARRIED(got, m1, m2)                                      \
	"{\"sent\":40,\"received\":" got ",\"moved\":{\"m1\":" m1 \
	",\"m2\":" m2 "}}"

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
    /* ping's round trip, and passes */
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

struct demo {
	struct lab *lab;
	struct exercise *x;
};

static int
demo_make(void **state)
{
	struct demo *d = xcalloc(1, sizeof(*d));
	struct err e;

	d->lab = model_parse("lab.yml", lab_text, strlen(lab_text), NULL, &e);
	if (d->lab == NULL)
		fail_msg("%s", e.msg);
	d->x = exercise_parse("x.yml", demo_text, strlen(demo_text), &e);
	if (d->x == NULL)
		fail_msg("%s", e.msg);
	*state = d;
	return 0;
}

static int
demo_free(void **state)
{
	struct demo *d = *state;

	exercise_free(d->x);
	model_free(d->lab);
	free(d);
	return 0;
}

static json_t *
parse(const char *text)
{
	json_t *v = json_loads(text, 0, NULL);

	if (v == NULL)
		fail_msg("no JSON: %s", text);
	return v;
}

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

/* ---- from evidence to verdicts */

#define UP                                                                \
	"\"rs1\":{\"daemon\":\"running\",\"sessions\":[{\"with\":\"m1\"," \
	"\"family\":\"ipv4\",\"state\":\"Established\",\"established\":true}]"
#define DOWN "\"rs1\":{\"daemon\":\"running\",\"sessions\":[]"

#define WORLD(m1, more) "\"nodes\":{%s},\"m1\":{" m1 "}}" more
#define TRIALS(check, run) ",\"experiments\":{\"" check "\":" run "}"

/* A check in three worlds: what makes it true and false, where rs1 holds a
 * session with m1 ("%s" is put before what else is known of rs1). */
static const struct {
	const char *check, *right, *wrong;
} worlds[] = {
    {"choice", "\"nodes\":{%s}},\"answers\":{\"choice\":\"peering\"}",
     "\"nodes\":{%s}},\"answers\":{\"choice\":\"transit\"}"},
    {"said",
     "\"wall_ms\":9000,\"nodes\":{%s,\"log\":[" LINE("8000", "limit") "]}}",
     "\"wall_ms\":9000,\"nodes\":{%s,\"log\":[]}}"},
    {"unsaid", "\"wall_ms\":9000,\"nodes\":{%s,\"log\":[]}}",
     "\"wall_ms\":9000,\"nodes\":{%s,\"log\":[" LINE("8000", "limit") "]}}"},
    {"card", WORLD(CARD("true", "1500", MINE), ""),
     WORLD(CARD("true", "1500", ""), "")},
    {"one", WORLD("\"ports\":[" PORT("m1", "up", OWN, "") "]", ""),
     WORLD("\"ports\":[" PORT("m1", "up", "", "") "]", "")},
    {"guard",
     WORLD("", TRIALS("guard", "{\"answers\":[" COUNTED(N("mac", "7"), "0")
				   WAITED COUNTED(N("mac", "7"), "0") "]}")),
     WORLD("", TRIALS("guard", "{\"answers\":[" COUNTED(N("mac", "7"), "0")
				   WAITED COUNTED(N("mac", "8"), "0") "]}"))},
    {"flow",
     WORLD("", TRIALS("flow", "{\"answers\":[" MOVED("0000", "0000")
				  WAITED MOVED("0000", "2000") "]}")),
     WORLD("", TRIALS("flow", "{\"answers\":[" MOVED("0000", "0000")
				  WAITED MOVED("0000", "0002") "]}"))},
    {"flat",
     WORLD("", TRIALS("flat", "{\"answers\":[" MOVED("0000", "0000")
				  WAITED MOVED("0000", "0002") "]}")),
     WORLD("", TRIALS("flat", "{\"answers\":[" MOVED("0000", "0000")
				  WAITED MOVED("0000", "2000") "]}"))},
    {"near", WORLD("", TRIALS("near", ECHOED("900"))),
     WORLD("", TRIALS("near", ECHOED("90000")))},
    {"by", WORLD("", TRIALS("by", CARRIED("40", "198720", "99360"))),
     WORLD("", TRIALS("by", CARRIED("40", "198720", "0")))},
    {"way",
     WORLD("", TRIALS("way",
		      "{\"answers\":[" WAY(M2 "," M1LAN "," FAR, "true") "]}")),
     WORLD("", TRIALS("way", "{\"answers\":[" WAY(M2 "," FAR, "true") "]}"))},
    {"still",
     WORLD("",
	   TRIALS("still", "{\"answers\":[" HEARD("\"ipv4\":5", "", "0") "]}")),
     WORLD("",
	   TRIALS("still", "{\"answers\":[" HEARD("\"stp\":5", "", "0") "]}"))},
    {"mine",
     WORLD("", TRIALS("mine", "{\"answers\":[" CLAIMS(
				  CLAIM("203.0.113.10", MAC1)) "]}")),
     WORLD("", TRIALS("mine", "{\"answers\":[" CLAIMS("") "]}"))},
    {"page",
     WORLD("", TRIALS("page", "{\"answers\":[" FETCHED(
				  "HTTP/1.0 200 OK\\n\\ni-am-a", "5") "]}")),
     WORLD("", TRIALS("page", "{\"answers\":[" FETCHED(
				  "HTTP/1.0 200 OK\\n\\ni-am-b", "5") "]}"))},
    {"none", WORLD("", TRIALS("none", "{\"answers\":[" CLAIMS("") "]}")),
     WORLD("", TRIALS("none",
		      "{\"answers\":[" CLAIMS(CLAIM("192.0.2.1", MAC1)) "]}"))},
};

struct film {
	const struct demo *d;
	const struct exercise_check *c;
	struct grader_judge *judge;
};

/* Everything was seen at that moment. */
static void
film_show(struct film *m, const char *world, const char *session, uint64_t now)
{
	const char *hole = strstr(world, "%s");
	_free_ char *text =
	    xasprintf("{\"at_ms\":{},%.*s%s%s}", (int)(hole - world), world,
		      session, hole + 2);
	json_t *evidence = parse(text);
	struct grader_view v = {m->d->lab, m->d->x, evidence};
	const struct exercise *x = m->d->x;
	struct grader_finding *all = xcalloc(x->nchecks, sizeof(*all));
	size_t i;

	json_object_set_new(json_object_get(evidence, "at_ms"), "rs1",
			    json_integer((json_int_t)now));
	json_object_set_new(json_object_get(evidence, "at_ms"), "m1",
			    json_integer((json_int_t)now));
	for (i = 0; i < x->nchecks; i++)
		json_object_set_new(json_object_get(evidence, "at_ms"),
				    x->checks[i].id,
				    json_integer((json_int_t)now));
	for (i = 0; i < x->nchecks; i++)
		grader_find(&v, &x->checks[i], &all[i]);
	grader_judge_step(m->judge, all, now);
	for (i = 0; i < x->nchecks; i++)
		grader_finding_clear(&all[i]);
	free(all);
	json_decref(evidence);
}

static const struct grader_verdict *
film_verdict(const struct film *m)
{
	return &grader_judge_verdicts(m->judge)[m->c - m->d->x->checks];
}

static void
film_is(const struct film *m, const char *scene, enum grader_result want)
{
	enum grader_result r = film_verdict(m)->result;

	if (r != want)
		fail_msg("%s, %s: %s instead of %s", m->c->id, scene,
			 grader_result_name(r), grader_result_name(want));
}

static struct film
film_of(const struct demo *d, const char *check)
{
	return (struct film){d, check_of(d->x, check),
			     grader_judge_new(d->x, false)};
}

static void
film_passes(const struct demo *d, size_t i)
{
	struct film m = film_of(d, worlds[i].check);
	uint64_t t;

	for (t = 100; t <= 5100; t += 500)
		film_show(&m, worlds[i].right, UP, t);
	film_is(&m, "right", GRADER_PASS);
	grader_judge_free(m.judge);
}

static void
film_fails(const struct demo *d, size_t i)
{
	struct film m = film_of(d, worlds[i].check);
	uint64_t limit = m.c->within_ms;

	film_show(&m, worlds[i].wrong, UP, 100);
	film_is(&m, "wrong at first", limit ? GRADER_WAIT : GRADER_FAIL);
	if (limit) {
		film_show(&m, worlds[i].wrong, UP, 99 + limit);
		film_is(&m, "wrong until then", GRADER_WAIT);
	}
	film_show(&m, worlds[i].wrong, UP, 100 + limit);
	film_is(&m, "wrong, and time is over", GRADER_FAIL);
	assert_non_null(film_verdict(&m)->expected);
	assert_non_null(film_verdict(&m)->saw);
	assert_non_null(film_verdict(&m)->where);
	assert_string_equal(film_verdict(&m)->hint_id, "h");
	grader_judge_free(m.judge);
}

static void
film_blocks(const struct demo *d, size_t i)
{
	struct film m = film_of(d, worlds[i].check);

	film_show(&m, worlds[i].right, DOWN, 100);
	film_show(&m, worlds[i].right, DOWN, 1100);
	film_is(&m, "without what it leans on", GRADER_BLOCKED);
	assert_int_equal(film_verdict(&m)->blocked_by,
			 check_of(d->x, "alive") - d->x->checks);
	grader_judge_free(m.judge);
}

static void
verdicts_follow(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(worlds) / sizeof(worlds[0]); i++) {
		film_passes(*state, i);
		film_fails(*state, i);
		film_blocks(*state, i);
	}
}

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
	    cmocka_unit_test(evidence_is_judged),
	    cmocka_unit_test(verdicts_follow),
	    cmocka_unit_test(slips_are_told),
	    cmocka_unit_test(log_lines_are_read),
	    cmocka_unit_test(impossible_answers_are_told),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, demo_make, demo_free);
}
