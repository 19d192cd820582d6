/* What an observer cannot tell is refused when the exercise is read, by name; what
 * it can is taken. */
#include "grader/t/kinds_bgp.h"

#include "grader/kind_route_priv.h"

static const struct {
	const char *keys, *sentence; /* which contains this */
} refused[] = {
    {"kind: route" FROM ", to: m2", "say from (received from that node) or to"},
    {"kind: route, at: rs1" P1, "say from (received from that node) or to"},
    {"kind: route" FROM ", reason: 8", "a reason needs state: rejected"},
    {"kind: route" TO ", state: best", "state is of received routes"},
    {"kind: route" FROM ", state: bets", "did you mean \"best\""},
    {"kind: route" FROM ", as-path: [65536-]", "is no item of an AS path"},
    {"kind: route" FROM ", med: {}", "med: say min, max or both"},
    {"kind: route" FROM ", med: {min: 5, max: 4}", "5"},
    {"kind: route" FROM ", without: ['*']", "is no community, write it as"},
    {"kind: route" FROM ", without: ['65550:1']", "is no community"},
    {"kind: route" FROM ", without: ['65550:*:']", "is no community"},
    {"kind: route" FROM ", extended-communities: ['1:2']",
     "is no extended community, write it as rt:64500:1"},
    {"kind: route" FROM ", local-pref: 0",
     "rs1 runs ixrs, which tells of no local preference"},
    {"kind: route, at: m4, to: m1" P1 ", without: ['0:*']",
     "m4 runs frr, which tells no communities of what it sends"},
    {"kind: route, at: m4, from: m1" P1 ", state: rejected, marks: "
     "[blackhole]",
     "m4 runs frr, which tells no communities of what it received before"},
    {"kind: route, at: m4, to: m1" P1 ", otc: 1",
     "m4 runs frr, which tells no ONLY_TO_CUSTOMER of what it sends"},
    {"kind: route, at: m5, from: m1" P1 ", otc: 1",
     "m5 runs gobgp, which tells no ONLY_TO_CUSTOMER of what it accepted"},
    {"kind: route, at: m6, to: m1" P1 ", local-pref: 1",
     "m6 runs openbgpd, which tells no local preference of what it sends"},
    {"kind: route, at: rs3, from: m1" P1,
     "rs3 is a route server that runs gobgp, which does not tell which"},
    {"kind: route, at: rs3, from: m1" P1 ", state: rejected",
     "rs3 is a route server that runs gobgp, which does not tell which"},
    {"kind: no-route, at: rs3, from: m1" P1 ", state: accepted, witness: base",
     "rs3 is a route server that runs gobgp, which does not tell which"},
    {"kind: path-not-hidden, at: rs3, from: m1, to: m2" P1,
     "rs3 is a route server that runs gobgp, which does not tell which"},
    {"kind: route, at: m3, from: rs1" P1 ", med: 1",
     "m3 is a robot that keeps no attributes"},
    {"kind: route, at: m3, to: rs1" P1, "m3 is a robot of kind ixpeer"},
    {"kind: only-routes, at: m3, from: rs1, prefixes: [], witness: base",
     "m3 is a robot of kind ixpeer"},
    {"kind: scrubbed, at: m4, from: m1" P1
     ", communities: ['0:1', '65550:*', '65550:*:*']",
     "m4 runs frr, which tells no communities of what it sends"},
    {"kind: sent-only-to, at: m3, from: m1" P1 ", only-to: [], witness: base",
     "m3 runs ixpeer, which does not tell what it sends"},
    {"kind: scrubbed" FROM ", communities: []", "name the communities"},
    {"kind: session, at: m4, with: m1, family: ipv4, ttl-security: yes",
     "m4 runs frr, which does not tell of ttl-security"},
    {"kind: session, at: m3, with: m1, family: ipv4, role: peer",
     "m3 runs ixpeer, which does not tell of what was agreed on"},
    {"kind: session, at: m3, with: m1, family: ipv4, capabilities: [as4]",
     "m3 runs ixpeer, which does not tell of what was agreed on"},
    {"kind: session, at: m5, with: m1, family: ipv4, capabilities: [as4, "
     "extended-message]",
     "m5 runs gobgp, which does not tell of extended-message"},
    {"kind: session, at: m6, with: m1, family: ipv4, capabilities: "
     "[long-lived-restart, as4]",
     "m6 runs openbgpd, which does not tell of long-lived-restart"},
    {"kind: session" AT1 ", multihop: no",
     "rs1 runs ixrs, which does not tell of multihop"},
    {"kind: stays, at: m4, from: m1" P1 ", witness: base,\n"
     "        while-down: {node: m2, interface: ix0}",
     "m4 runs frr, which is asked too seldom"},
    {"kind: probe, robot: m3" P1 ", at: [rs1, m4], from: m1",
     "m4 runs frr: a probe is seen at nodes that run bird or ixrs"},
    {"kind: ping, from: m1, to: m8", "m8 has no ipv4 address in lab"},
    {"kind: ping, from: m2, to: m8", "m8 has no ipv4 address in lab"},
    {"kind: ping, from: m7, to: m2", "m7 has no ipv4 address in lab"},
    {"kind: limit, at: m3, with: rs1, family: ipv4",
     "m3 runs ixpeer, which does not tell of its limits"},
};

static const char *const taken[] = {
    "kind: route, at: m3, from: rs1" P1,
    "kind: route, at: m4, from: m1" P1 ", local-pref: 100, otc: 1, without: "
    "['0:*'], state: best",
    "kind: route, at: m4, from: m1" P1 ", state: rejected, as-path: [65536]",
    "kind: route, at: m4, to: m1" P1 ", as-path: [65539], next-hop: m4",
    "kind: route, at: m5, to: m1" P1 ", no-others: yes",
    "kind: route, at: m6, from: m1" P1 ", state: rejected, otc: 64500",
    "kind: route, at: rs3, from: m1" P1 ", state: received",
    "kind: no-route, at: rs3, from: m1" P1 ", witness: base",
    "kind: only-routes, at: rs3, from: m1, prefixes: [], witness: base",
    "kind: scrubbed, at: m6, from: m1" P1
    ", communities: ['0:1', '65550:*', '65550:*:*']",
    "kind: path-not-hidden, at: m4, from: m1, to: m2" P1,
    "kind: session, at: m4, with: m1, family: ipv4, up-for: 3s, hold-time: 9",
    "kind: session, at: m2, with: m1, family: ipv4, md5: yes",
    "kind: session, at: m3, with: m1, family: ipv4, md5: no",
    "kind: session, at: m4, with: m1, family: ipv4, role: peer, capabilities: "
    "[as4, extended-message, long-lived-restart]",
    "kind: session, at: m5, with: m1, family: ipv4, md5: yes, ttl-security: "
    "no, role: rs-client, capabilities: [as4, add-path-rx-ipv4]",
    "kind: session, at: m6, with: m1, family: ipv4, md5: no, role: peer, "
    "capabilities: [enhanced-refresh, add-path-tx-ipv6]",
    "kind: ping, from: m8, to: m2",
    "kind: kernel-route, at: m8, to: 0.0.0.0/0",
    "kind: ping, from: m2, to: m8, to-address: 203.0.113.18",
    "kind: fetch, from: m8, to: m2, has: x",
    "kind: limit, at: m4, with: m1, family: ipv4",
    "kind: limit, at: m6, with: m1, family: ipv4, routes: 4, counts: [receive]",
};

/* 0, or -1 with the sentence. */
static int
is_read(const struct lab *lab, const char *keys, struct err *e)
{
	_free_ char *text = xasprintf(HEAD CHECK("p", "%s"), keys);
	struct exercise *one = exercise_parse("x.yml", text, strlen(text), e);
	const struct exercise_check *c;
	struct yaml_doc doc;
	const struct yaml *y;
	int rc;

	if (one == NULL)
		return -1;
	c = &one->checks[1];
	assert_int_equal(yaml_parse(&doc, "x.yml", text, strlen(text), e), 0);
	y = yaml_get(yaml_get(doc.root, "steps")->items[0], "checks");
	rc = grader_kind_fits(c->kind, c->params, &doc, yaml_get(y, "p"), lab,
			      e);
	yaml_clear(&doc);
	exercise_free(one);
	return rc;
}

static void
what_cannot_be_told_is_refused(void **state)
{
	struct err e;
	struct lab *lab =
	    model_parse("lab.yml", lab_text, strlen(lab_text), NULL, &e);
	size_t i;

	(void)state;
	assert_non_null(lab);
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		e.msg[0] = '\0';
		assert_int_equal(is_read(lab, refused[i].keys, &e), -1);
		if (strstr(e.msg, refused[i].sentence) == NULL)
			fail_msg("%s: \"%s\"", refused[i].keys, e.msg);
	}
	for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		if (is_read(lab, taken[i], &e) < 0)
			fail_msg("%s: \"%s\"", taken[i], e.msg);
	}
	model_free(lab);
}

/* The last "*" is all that follows, another one number. */
static void
communities_fit(void **state)
{
	static const struct {
		const char *pattern, *community;
		bool fits;
	} is[] = {
	    {"64500:1", "64500:1", true},
	    {"64500:1", "64500:1:2", false},
	    {"64500:*", "64500:1", true},
	    {"64500:*", "64500:1:2", true},
	    {"64500:*", "6450:1", false},
	    {"64500:*", "64501:1:2", false},
	    {"64500:*", "rt:64500:1", false},
	    {"64500:*:*", "64500:1", false},
	    {"64500:*:*", "64500:1:2", true},
	    {"64500:*:2", "64500:1:2", true},
	    {"64500:*:2", "64500:1:22", false},
	    {"64500:1:*", "64500:1:2", true},
	    {"64500:1:*", "64500:1", false},
	    {"64500:1:*", "64500:11:2", false},
	    {"*:*", "64500:1:2", true},
	    {"*:2", "64500:1:2", false},
	    {"rt:64500:*", "rt:64500:1", true},
	    {"rt:64500:*", "ro:64500:1", false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(is) / sizeof(is[0]); i++) {
		if (kind_route_community_fits(is[i].pattern, is[i].community) !=
		    is[i].fits)
			fail_msg("%s and %s", is[i].pattern, is[i].community);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_cannot_be_told_is_refused),
	    cmocka_unit_test(communities_fit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
