/* What the tests of the kinds about sessions and routes share: a lab with a daemon
 * of each kind, and short words for exercises in it. */
#ifndef GRADER_T_KINDS_BGP_H
#define GRADER_T_KINDS_BGP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "grader/grader_judge.h"
#include "grader/t/kinds.h"

static const char lab_text[] = KINDS_EXCHANGE
    "    rs2: {kind: bird, ipv4: 203.0.113.2, ipv6: '2001:db8:ffff:1::2'}\n"
    "    rs3: {kind: gobgp, ipv4: 203.0.113.3, ipv6: '2001:db8:ffff:1::3'}\n"
    "members:\n"
    "  m1: {asn: 65536, name: Me, trainee: yes, ipv4: 203.0.113.10,\n"
    "       ipv6: '2001:db8:ffff:1::10', prefixes: [100.64.0.0/22]}\n"
    "  m2: {asn: 65537, name: You, ipv4: 203.0.113.11,\n"
    "       ipv6: '2001:db8:ffff:1::11', prefixes: [100.64.4.0/22]}\n"
    "  m3: {asn: 65538, name: They, ipv4: 203.0.113.12, kind: ixpeer,\n"
    "       ipv6: '2001:db8:ffff:1::12', prefixes: [100.64.8.0/22]}\n"
    "  m4: {asn: 65539, name: Those, ipv4: 203.0.113.13, kind: frr,\n"
    "       ipv6: '2001:db8:ffff:1::13', prefixes: [100.64.12.0/22]}\n"
    "  m5: {asn: 65540, name: Them, ipv4: 203.0.113.14, kind: gobgp,\n"
    "       ipv6: '2001:db8:ffff:1::14', prefixes: [100.64.16.0/22]}\n"
    "  m6: {asn: 65541, name: Other, ipv4: 203.0.113.15, kind: openbgpd,\n"
    "       ipv6: '2001:db8:ffff:1::15', prefixes: [100.64.20.0/22]}\n"
    "  m7: {asn: 65542, name: Six, ipv6: '2001:db8:ffff:1::17'}\n"
    "  m8: {asn: 65543, name: Mine, trainee: yes, lans: {khi: {}}}\n";

#define HEAD                                                                \
	"exercise: demo\nversion: 1\ntitle: D\nminutes: 1\nlevel: 1\nlab: " \
	"d\ntrainee: m1\nfiles: [m1/bird.conf]\nsteps:\n"                   \
	"  - step: one\n    title: T\n    text: t.md\n    checks:\n"        \
	"      base: {kind: session, say: s, at: rs1, with: m1, family: "   \
	"ipv6, within: 3s, hints: [{hint: h, text: t}]}\n"
#define CHECK(id, keys)                                                       \
	"      " id ": {" keys ", say: s, within: 2s, needs: [base], hints: " \
	"[{hint: h, text: t}]}\n"
#define NOT(id, keys) CHECK(id, keys ", witness: base, hold: 1s")
#define AT1 ", at: rs1, with: m1, family: ipv4"
#define P1 ", prefix: 100.64.0.0/22"
#define FROM ", at: rs1, from: m1" P1
#define TO ", at: rs1, to: m2" P1

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

#endif
