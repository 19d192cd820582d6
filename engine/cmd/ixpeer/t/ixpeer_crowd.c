/* The crowd file: what is read, what is refused, and with which sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cmd/ixpeer/ixpeer_bad_table.c"
#include "cmd/ixpeer/ixpeer_crowd.c"
#include "cmd/ixpeer/ixpeer_crowd_item.c"
#include "cmd/ixpeer/ixpeer_line.c"
#include "cmd/ixpeer/ixpeer_script.c"
#include "cmd/ixpeer/ixpeer_script_fill.c"

#define ROBOT "robots: [{name: a, asn: 1, addresses: [192.0.2.1], "
#define TO "to: [{address: 192.0.2.9}]"

static const struct {
	const char *text, *error;
} bad[] = {
    {"", "c:1:1: the file is empty"},
    {"robot: []",
     "c:1:1: unknown key \"robot\" in a crowd (did you mean \"robots\"?)"},
    {"defaults: {hold: 30}", "c:1:1: the key \"robots\" is missing here"},
    {"robots: [{asn: 1}]", "c:1:10: a robot needs a name"},
    {"robots: [{name: a}]", "c:1:10: robot a needs an asn"},
    {"robots: [{name: a, asn: 1}]",
     "c:1:10: robot a has no IPv4 address, say its id"},
    {ROBOT "}]", "c:1:10: robot a has nobody to talk to: no item of to is of "
		 "the family of its addresses"},
    {ROBOT "to: [{address: '::1'}]}]",
     "c:1:10: robot a has nobody to talk to: no item of to is of the family of "
     "its addresses"},
    {ROBOT TO "}, {name: a, asn: 2, addresses: [192.0.2.2], " TO "}]",
     "c:1:1: there are two robots named a"},
    {ROBOT "to: [{address: 192.0.2.9, from: '::1'}]}]",
     "c:1:84: expected an IPv4 address such as 192.0.2.1, found \"::1\""},
    {ROBOT TO ", hold: 2}]", "c:1:86: the hold time is 0, or 3 and more"},
    {ROBOT TO ", netns: fd:x}]",
     "c:1:87: 'fd:x' is no descriptor such as fd:7"},
    {"defaults: {name: x}\nrobots: []",
     "c:1:12: unknown key \"name\" in defaults (known are asn, to, announce, "
     "behave, script, timeout, keep, listen, passive, hold, two-byte, "
     "add-path, extended-message, ext-nexthop, role)"},
    {ROBOT TO ", announce: [10.0.0.0/8 mud 5]}]",
     "c:1:102: unknown word 'mud', did you mean 'med'?"},
    {ROBOT TO ", announce: ['10.0.0.0/8 mud 5']}]",
     "c:1:103: unknown word 'mud', did you mean 'med'?"},
    {ROBOT TO ", announce: [{count: 5}]}]",
     "c:1:91: an item of announce is text such as 192.0.2.0/24 med 5, or a map "
     "with generate or mrt"},
    {ROBOT TO ", announce: [{generate: 10.0.0.0/24, path: 4-1}]}]",
     "c:1:121: '4-1' is no length of a path such as 2 or 1-4"},
    {ROBOT TO ", announce: [{mrt: x, peer: me}]}]",
     "c:1:106: 'me' is neither best, nor a number of the table's index, an "
     "address or an AS such as AS65001"},
    {ROBOT TO ", announce: [{mrt: x, attributes: next-hop 192.0.2.1}]}]",
     "c:1:112: a table's routes have the robot's own address as next hop, of "
     "either family"},
    {ROBOT TO ", behave: leek}]",
     "c:1:88: unknown behaviour 'leek', did you mean 'leak'?"},
    {ROBOT TO ", behave: [{do: hijack}]}]",
     "c:1:89: hijack needs a prefix, the victim's"},
    {ROBOT TO ", behave: {do: foreign-next-hop}}]",
     "c:1:88: foreign-next-hop needs an address, the victim's"},
    {ROBOT TO ", behave: {do: flap, every: 1ms}}]",
     "c:1:88: every 10ms is the fastest"},
};

static void
refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct ixpeer_crowd c = {0};
		struct err e = {0};

		assert_int_equal(ixpeer_crowd_parse(&c, "c", bad[i].text,
						    strlen(bad[i].text), &e),
				 -1);
		assert_string_equal(e.msg, bad[i].error);
		assert_int_equal(c.n, 0);
		ixpeer_crowd_clear(&c);
	}
}

static const char good[] =
    "defaults:\n  hold: 30\n  keep: yes\n  to: [{address: 192.0.2.9, asn: "
    "64500, password: secret},\n       {address: '2001:db8::9', port: 1790, "
    "families: [ipv4, ipv6]}]\n  announce: [{generate: 10.0.0.0/24, count: "
    "3}]\nrobots:\n  - {name: a, asn: 65001, addresses: [192.0.2.1, "
    "'2001:db8::1']}\n  - {name: b, asn: 4200000001, addresses: "
    "['2001:db8::2'],\n     id: 192.0.2.2, netns: b, hold: 0, keep: no, "
    "script: s/b,\n     announce: [10.9.0.0/16 10.8.0.0/16 as-path 1 2,\n      "
    " {mrt: /t.gz, peer: AS3333, count: 9, skip: 1},\n       {mrt: t.gz, peer: "
    "3, attributes: med 5},\n       {generate: '2001:db8:1::/48', path: 2-5, "
    "step: 2, seed: 7}],\n     behave: [flap, {do: blackhole, prefix: "
    "10.0.0.1/32, after: 2s,\n                     every: 20ms, for: 1m}]}\n";

static void
read_all(void **state)
{
	struct ixpeer_crowd c = {0};
	const struct ixpeer_robot_conf *a, *b;
	struct err e = {0};

	(void)state;
	assert_int_equal(
	    ixpeer_crowd_parse(&c, "dir/c", good, sizeof good - 1, &e), 0);
	assert_int_equal(c.n, 2);
	a = &c.robots[0];
	b = &c.robots[1];
	assert_string_equal(a->name, "a");
	assert_null(a->netns);
	assert_int_equal(a->bgp.local_id, 0xC0000201);
	assert_int_equal(a->bgp.hold, 30);
	assert_true(a->keep && a->dealt && !b->keep && !b->dealt);
	assert_ptr_equal(a->to, b->to);
	assert_int_equal(a->n_to, 2);
	assert_string_equal(a->to[0].password, "secret");
	assert_int_equal(a->to[0].families, BGP_IPV4);
	assert_int_equal(a->to[1].port, 1790);
	assert_int_equal(a->to[1].families, BGP_IPV4 | BGP_IPV6);
	assert_int_equal(a->announce[0].count, 3);
	assert_string_equal(b->netns, "/run/netns/b");
	assert_string_equal(b->script, "dir/s/b");
	assert_int_equal(b->bgp.hold, 0);
	assert_int_equal(b->n_announce, 4);
	assert_int_equal(b->announce[0].step.n_prefixes, 2);
	assert_string_equal(b->announce[1].file, "/t.gz");
	assert_int_equal(b->announce[1].peer, 3333);
	assert_string_equal(b->announce[2].file, "dir/t.gz");
	assert_true(b->announce[2].step.attrs->has_med);
	assert_int_equal(b->announce[3].path_max, 5);
	assert_string_equal(b->behave[0].bad->name, "flap");
	assert_int_equal(b->behave[1].lasts, 60000);
	assert_true(a->bgp.seed != b->bgp.seed);
	ixpeer_crowd_clear(&c);
}

/* JSON is YAML: what a supervisor writes. */
static void
json(void **state)
{
	static const char text[] =
	    "{\"defaults\": {\"to\": [{\"address\": \"192.0.2.9\", \"asn\": "
	    "64500}]},\n \"robots\": [{\"name\": \"m1\", \"asn\": 65001,\n  "
	    "\"netns\": \"m1\", \"addresses\": [\"192.0.2.1\"],\n  "
	    "\"announce\": [\"198.51.100.0/24 med 5\", {\"generate\": "
	    "\"10.0.0.0/24\", \"count\": 10}]}]}\n";
	struct ixpeer_crowd c = {0};
	struct err e = {0};

	(void)state;
	assert_int_equal(ixpeer_crowd_parse(&c, "c", text, sizeof text - 1, &e),
			 0);
	assert_int_equal(c.robots[0].announce[1].count, 10);
	/* The same names once more: refused, and the first ones stay. */
	assert_int_equal(ixpeer_crowd_parse(&c, "c", text, sizeof text - 1, &e),
			 -1);
	assert_int_equal(c.n, 1);
	ixpeer_crowd_clear(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refused),
	    cmocka_unit_test(read_all),
	    cmocka_unit_test(json),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
