/* What the tests of the kinds below BGP share: an exercise with a check of each,
 * and short words for the evidence that they look at. */
#ifndef GRADER_T_KINDS_NET_H
#define GRADER_T_KINDS_NET_H

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
    "      parts: {kind: share, say: s, from: [m2-h], to: m1-h, at: m1,\n"
    "        interface: ix0, least: 80, needs: [alive], within: 2s, " HINT
    "      inner: {kind: share, say: s, from: [m2-h], to: m1-h, at: m1,\n"
    "        interface: lan0, least: 1, family: ipv6, " HINT
    "      big: {kind: ping, say: s, from: m2-h, to: m1, size: 1472,\n"
    "        to-address: 203.0.113.77, needs: [alive], within: 2s, " HINT
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
/* What came in at the two interfaces of m1. */
#define CAME(ix, lan)                                  \
	"{\"rows\":[{\"dev\":\"ix0\",\"rx_bytes\":" ix \
	"},{\"dev\":\"lan0\",\"rx_bytes\":" lan "}]}"
#define ANSWERED(n) ",{\"sent\":20,\"received\":" n "}"
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

static inline const struct exercise_check *
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

static inline int
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

static inline int
demo_free(void **state)
{
	struct demo *d = *state;

	exercise_free(d->x);
	model_free(d->lab);
	free(d);
	return 0;
}

static inline json_t *
parse(const char *text)
{
	json_t *v = json_loads(text, 0, NULL);

	if (v == NULL)
		fail_msg("no JSON: %s", text);
	return v;
}

#endif
