/* The script: each verb, and each way to get it wrong, with its sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cmd/ixpeer/ixpeer_line.c"
#include "cmd/ixpeer/ixpeer_script.c"
#include "cmd/ixpeer/ixpeer_script_fill.c"

static const struct {
	const char *text, *error;
} bad[] = {
    {"anounce 10.0.0.0/8",
     "s:1:1: unknown step 'anounce', did you mean 'announce'?"},
    {"fly", "s:1:1: unknown step 'fly'"},
    {"\n\n  withdraw", "s:3:11: the line ends here, expected a prefix such as "
		       "203.0.113.0/24"},
    {"announce 10.0.0.1/8",
     "s:1:10: '10.0.0.1/8' is not a prefix such as 203.0.113.0/24"},
    {"announce 10.0.0.0/8 2001:db8::/32",
     "s:1:21: '2001:db8::/32' is not of the same family as the first "
     "prefix"},
    {"announce 2001:db8::/32 next-hop 192.0.2.1",
     "s:1:33: '192.0.2.1' is not of the prefix's family"},
    {"announce 10.0.0.0/8 path-id x", "s:1:29: 'x' is not a path identifier"},
    {"withdraw 10.0.0.0/8 path-id",
     "s:1:28: the line ends here, expected a path identifier"},
    {"withdraw 10.0.0.0/8 path-id 1 2", "s:1:31: '2' is not expected here"},
    {"notify 6/9 x", "s:1:12: 'x' is not hexadecimal bytes, two digits each"},
    {"announce 10.0.0.0/8 next-hop",
     "s:1:29: the line ends here, expected an address"},
    {"announce 10.0.0.0/8 link-local fe80::1",
     "s:1:32: 'fe80::1' is not an IPv6 address beside an IPv6 next hop"},
    {"announce 10.0.0.0/8 med -1", "s:1:25: '-1' is not a number"},
    {"announce 10.0.0.0/8 med 4294967296",
     "s:1:25: '4294967296' is not a number"},
    {"announce 10.0.0.0/8 med 1 med 2", "s:1:27: 'med' is given twice"},
    {"announce 10.0.0.0/8 comunity 1:2",
     "s:1:21: unknown word 'comunity', did you mean 'community'?"},
    {"announce 10.0.0.0/8 community 1:2 70000:1",
     "s:1:35: '70000:1' is not a community such as 65001:10"},
    {"announce 10.0.0.0/8 large-community 1:2",
     "s:1:37: '1:2' is not a large community such as 65001:1:10"},
    {"announce 10.0.0.0/8 as-path 1 { 2 med 1",
     "s:1:35: 'med' is not an AS number or }"},
    {"announce 10.0.0.0/8 as-path 99999999999",
     "s:1:29: '99999999999' is not an AS number"},
    {"announce 10.0.0.0/8 origin x",
     "s:1:28: 'x' is not igp, egp or incomplete"},
    {"announce 10.0.0.0/8 aggregator 1",
     "s:1:33: the line ends here, expected an address"},
    {"raw ff f", "s:1:8: 'f' is not hexadecimal bytes, two digits each"},
    {"raw", "s:1:4: the line ends here, expected hexadecimal bytes, two "
	    "digits each"},
    {"update 4001 2001:db8::/32", "s:1:13: '2001:db8::/32' is not an IPv4 "
				  "prefix"},
    {"message 256", "s:1:9: '256' is not a message type from 0 to 255"},
    {"notify 6", "s:1:8: '6' is not a code and subcode such as 6/2"},
    {"notify 6666/2", "s:1:8: '6666/2' is not a code and subcode such as 6/2"},
    {"notify 0/1", "s:1:8: '0/1' is not a code and subcode such as 6/2"},
    {"refresh ipv5", "s:1:9: 'ipv5' is not ipv4 or ipv6"},
    {"quit now", "s:1:6: 'now' is not expected here"},
    {"wait-prefix 10.0.0.0", "s:1:13: '10.0.0.0' is not a prefix such as "
			     "203.0.113.0/24"},
};

static void
refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct ixpeer_script s;
		struct err e = {0};

		assert_int_equal(ixpeer_script_parse(bad[i].text,
						     strlen(bad[i].text), "s",
						     &s, &e),
				 -1);
		assert_string_equal(e.msg, bad[i].error);
		assert_int_equal(e.class, ERR_USAGE);
		assert_int_equal(s.n, 0);
	}
}

static void
zero_byte(void **state)
{
	struct ixpeer_script s;
	struct err e = {0};

	(void)state;
	assert_int_equal(ixpeer_script_parse("quit\nqu\0it", 10, "s", &s, &e),
			 -1);
	assert_string_equal(e.msg, "s:2:1: a zero byte is in this word");
}

static struct ixpeer_script
good(const char *text)
{
	struct ixpeer_script s;
	struct err e = {0};

	if (ixpeer_script_parse(text, strlen(text), "s", &s, &e) < 0)
		fail_msg("%s", e.msg);
	return s;
}

static void
announce(void **state)
{
	struct ixpeer_script s = good(
	    "# a comment\n"
	    "announce 10.0.0.0/8 10.1.0.0/16 next-hop 192.0.2.1 "
	    "as-path 65001 65002 { 65003 65004 } med 10 origin egp "
	    "community 65001:10 65535:65281 large-community 65001:1:2 "
	    "aggregator 65001 10.0.0.1 atomic-aggregate otc 65009 # more\r\n"
	    "\n"
	    "announce 2001:db8::/32 link-local fe80::1 as-path\n");
	const struct ixpeer_step *step = s.steps;
	char *path;

	(void)state;
	assert_int_equal(s.n, 2);
	assert_int_equal(step->verb, IXPEER_ANNOUNCE);
	assert_int_equal(step->line, 2);
	assert_int_equal(step->n_prefixes, 2);
	path = bgp_path_print(step->attrs);
	assert_string_equal(path, "65001 65002 {65003 65004}");
	free(path);
	assert_int_equal(step->attrs->med, 10);
	assert_int_equal(step->attrs->origin, BGP_ORIGIN_EGP);
	assert_int_equal(step->attrs->n_communities, 2);
	assert_int_equal(step->attrs->large[0].b, 2);
	assert_int_equal(step->attrs->aggregator_id, 0x0a000001);
	assert_true(step->attrs->atomic_aggregate);
	assert_int_equal(step->attrs->otc, 65009);
	step++;
	assert_int_equal(step->line, 4);
	assert_true(step->has_path && step->attrs->path_len == 0);
	assert_int_equal(step->attrs->link_local.family, IP_V6);
	ixpeer_script_clear(&s);
}

static void
the_rest(void **state)
{
	struct ixpeer_script s = good("wait-established\n"
				      "raw ffff 00 Ab\n"
				      "message 2 0000 0000\n"
				      "message 4\n"
				      "update 400101 00 10.0.0.0/8\n"
				      "update\n"
				      "notify 6/2\n"
				      "eor ipv6\n"
				      "wait-prefix 10.0.0.0/8 11.0.0.0/8\n"
				      "quit");

	(void)state;
	assert_int_equal(s.n, 10);
	assert_int_equal(s.steps[1].n_bytes, 4);
	assert_memory_equal(s.steps[1].bytes, "\xff\xff\0\xab", 4);
	assert_int_equal(s.steps[2].type, 2);
	assert_int_equal(s.steps[3].n_bytes, 0);
	assert_int_equal(s.steps[4].n_bytes, 4);
	assert_int_equal(s.steps[4].n_prefixes, 1);
	assert_int_equal(s.steps[6].notify.subcode, 2);
	assert_int_equal(s.steps[7].family, IP_V6);
	assert_int_equal(s.steps[8].n_prefixes, 2);
	assert_int_equal(s.steps[9].verb, IXPEER_QUIT);
	assert_string_equal(ixpeer_verb_name(IXPEER_WAIT_DOWN), "wait-down");
	ixpeer_script_clear(&s);
}

static void
fill(void **state)
{
	struct ixpeer_script s = good("announce 10.0.0.0/8\n"
				      "announce 11.0.0.0/8 as-path\n"
				      "announce 2001:db8::/32");
	struct ixpeer_options o = {.bgp = {.local_as = 65001},
				   .script_name = "s"};
	struct err e = {0};

	(void)state;
	ip_addr_parse("192.0.2.1", &o.local);
	assert_int_equal(ixpeer_script_fill(&s, &o, &e), -1);
	assert_string_equal(
	    e.msg,
	    "s:3:1: say the next-hop, our own address is of the other family");
	assert_int_equal(bgp_path_first(s.steps[0].attrs), 65001);
	assert_true(ip_addr_eq(&s.steps[0].attrs->next_hop, &o.local));
	assert_int_equal(s.steps[1].attrs->path_len, 0);
	ixpeer_script_clear(&s);
	/* RFC 8950: our IPv6 address may be the next hop of IPv4 */
	s = good("announce 10.0.0.0/8");
	ip_addr_parse("2001:db8::1", &o.local);
	assert_int_equal(ixpeer_script_fill(&s, &o, &e), -1);
	o.bgp.ext_nexthop = BGP_IPV4;
	assert_int_equal(ixpeer_script_fill(&s, &o, &e), 0);
	assert_true(ip_addr_eq(&s.steps[0].attrs->next_hop, &o.local));
	ixpeer_script_clear(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refused),	cmocka_unit_test(zero_byte),
	    cmocka_unit_test(announce), cmocka_unit_test(the_rest),
	    cmocka_unit_test(fill),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
