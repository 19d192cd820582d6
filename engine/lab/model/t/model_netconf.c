/*
 * network.yml: what is read, and the sentence for what is not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "lab/model/model_netconf.h"

static struct lab_if ifs[] = {{.name = "ix0"}, {.name = "ix0.100"}};
static const struct lab_node m1 = {.name = "m1", .ifs = ifs, .nifs = 2};

static void
all_of_it(void **state)
{
	static const char text[] =
	    "interfaces:\n"
	    "  ix0:\n"
	    "    up: no\n"
	    "    mtu: 9000\n"
	    "    addresses: [203.0.113.10/28, \"2001:db8::10/64\"]\n"
	    "  lo: {addresses: []}\n"
	    "  ix0.100: {}\n"
	    "sysctl:\n"
	    "  net.ipv4.conf.all.arp_ignore: 0\n"
	    "  net.ipv6.conf.ix0.100.accept_ra: 2\n"
	    "routes:\n"
	    "  - {to: 0.0.0.0/0, via: 203.0.113.1}\n"
	    "  - {to: \"::/0\", via: \"fe80::1\", dev: ix0}\n"
	    "  - {to: 192.0.2.0/24, type: blackhole}\n";
	struct model_netconf c;
	struct err e = {0};

	(void)state;
	if (model_netconf_parse(&m1, text, strlen(text), &c, &e) < 0)
		fail_msg("%s", e.msg);
	assert_int_equal(c.nifs, 3);
	assert_string_equal(c.ifs[0].name, "ix0");
	assert_int_equal(c.ifs[0].up, MODEL_NETCONF_DOWN);
	assert_int_equal(c.ifs[0].mtu, 9000);
	assert_true(c.ifs[0].says_addrs);
	assert_int_equal(c.ifs[0].naddrs, 2);
	assert_int_equal(c.ifs[0].addrs[0].addr.len, 28);
	assert_int_equal(c.ifs[0].addrs[1].addr.addr.family, IP_V6);
	assert_int_equal(c.ifs[0].addrs[1].line, 5);
	assert_true(c.ifs[1].says_addrs);
	assert_int_equal(c.ifs[1].naddrs, 0);
	assert_int_equal(c.ifs[2].up, MODEL_NETCONF_AS_IT_IS);
	assert_false(c.ifs[2].says_addrs);
	assert_int_equal(c.nsysctls, 2);
	assert_string_equal(c.sysctls[0].key, "ipv4/conf/all/arp_ignore");
	assert_string_equal(c.sysctls[0].value, "0");
	assert_string_equal(c.sysctls[1].key, "ipv6/conf/ix0.100/accept_ra");
	assert_int_equal(c.nroutes, 3);
	assert_string_equal(c.routes[1].dev, "ix0");
	assert_string_equal(c.routes[2].type, "blackhole");
	assert_int_equal(c.routes[2].via.family, IP_NONE);
	model_netconf_clear(&c);
}

static void
nothing_is_fine(void **state)
{
	static const char *const texts[] = {"", "# later\n", "{}\n",
					    "interfaces: {}\nroutes: []\n"};
	struct model_netconf c;
	struct err e = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		if (model_netconf_parse(&m1, texts[i], strlen(texts[i]), &c,
					&e) < 0)
			fail_msg("%s", e.msg);
		assert_int_equal(c.nifs + c.nroutes + c.nsysctls, 0);
		model_netconf_clear(&c);
	}
}

/* clang-format off */
static const struct {
	const char *text, *says;
} bad[] = {
    {"- ix0\n", "network.yml:1:1: network.yml must be a map"},
    {"interface: {}\n", "network.yml:1:1: unknown key \"interface\""},
    {"interfaces: {ix1: {up: yes}}\n", "network.yml:1:14: m1 has no interface ix1 (it has ix0, ix0.100, lo)"},
    {"interfaces: {ix0: {ipv4: 192.0.2.1}}\n", "1:20: unknown key \"ipv4\" in an interface (known are up, mtu, addresses)"},
    {"interfaces: {ix0: {up: perhaps}}\n", "network.yml:1:24: "},
    {"interfaces: {ix0: {mtu: 67}}\n", "expected a number from 68 to 9216, found \"67\""},
    {"interfaces: {ix0: {mtu: 65536}}\n", "expected a number from 68 to 9216"},
    {"interfaces: {ix0: {addresses: 192.0.2.1/24}}\n", "addresses must be a list"},
    {"interfaces: {ix0: {addresses: [192.0.2.1]}}\n", "1:32: expected an address with its length, such as 192.0.2.1/24, found \"192.0.2.1\""},
    {"interfaces: {ix0: {addresses: [192.0.2.1/33]}}\n", "expected an address with its length"},
    {"interfaces: {ix0: {addresses: [192.0.2.1/24, 192.0.2.1/28]}}\n", "192.0.2.1/28 stands there twice"},
    {"interfaces: {a: {}, b: {}, c: {}, d: {}}\n", "4 interfaces: m1 has 3"},
    {"sysctl: {kernel.panic: 1}\n", "1:10: \"kernel.panic\" is no sysctl that can be set here"},
    {"sysctl: {net.ipv4.conf.: 1}\n", "is no sysctl"},
    {"sysctl: {net.ipv4.conf.forwarding: 1}\n", "is no sysctl"},
    {"sysctl: {net.ipv4.conf.ix0.accept_ra: 1}\n", "is no sysctl"},
    {"sysctl: {net.ipv4.conf.eth0.proxy_arp: 1}\n", "m1 has no interface eth0"},
    {"sysctl: {net.ipv4.conf.../../x.proxy_arp: 1}\n", "m1 has no interface ../../x"},
    {"sysctl: {net.ipv4.conf.aaaaaaaaaaaaaaaaaaaaaaaaa.proxy_arp: 1}\n", "m1 has no interface aaaaaaaaaaaaaaaaaaaa"},
    {"sysctl: {net.ipv4.conf.ix0.proxy_arp: 2}\n", "expected a number from 0 to 1, found \"2\""},
    {"routes: [{via: 192.0.2.1}]\n", "1:10: "},
    {"routes: [{to: 192.0.2.1/24, via: 192.0.2.1}]\n", "has address bits behind its length"},
    {"routes: [{to: 192.0.2.0/24}]\n", "1:10: a route needs via, dev or a type"},
    {"routes: [{to: 192.0.2.0/24, type: blackhole, via: 192.0.2.1}]\n", "goes nowhere"},
    {"routes: [{to: 192.0.2.0/24, type: local}]\n", "local"},
    {"routes: [{to: 192.0.2.0/24, dev: eth1}]\n", "1:34: m1 has no interface eth1"},
    {"routes:\n  - {to: 192.0.2.0/24, dev: ix0}\n  - {to: 192.0.2.0/24, dev: lo}\n", "network.yml:3:10: there is a route to it in line 2 already"},
    {"routes: [{to: 192.0.2.0/24, via: 192.0.2.1, table: 7}]\n", "unknown key \"table\""},
};
/* clang-format on */

static void
the_rest_is_refused(void **state)
{
	struct model_netconf c;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct err e = {0};

		if (model_netconf_parse(&m1, bad[i].text, strlen(bad[i].text),
					&c, &e) == 0)
			fail_msg("taken: %s", bad[i].text);
		assert_int_equal(e.class, ERR_USAGE);
		if (strstr(e.msg, bad[i].says) == NULL)
			fail_msg("%s: %s", bad[i].text, e.msg);
	}
}

/* A list with one more than its bound. */
static void
refuse_many(const char *head, const char *each, const char *tail, int n,
	    const char *says)
{
	struct model_netconf c;
	struct str text = {0};
	struct err e = {0};
	int i;

	str_add(&text, head);
	for (i = 0; i < n; i++)
		str_addf(&text, each, i / 256, i % 256);
	str_add(&text, tail);
	assert_int_equal(model_netconf_parse(&m1, text.text, text.len, &c, &e),
			 -1);
	if (strstr(e.msg, says) == NULL)
		fail_msg("%s", e.msg);
	str_clear(&text);
}

static void
lists_have_ends(void **state)
{
	(void)state;
	refuse_many("interfaces: {ix0: {addresses: [", "10.0.%d.%d/8, ", "]}}",
		    65, "65 addresses: at most 64");
	refuse_many("routes: [", "{to: 10.%d.%d.0/24, dev: ix0}, ", "]", 257,
		    "257 routes: at most 256");
	refuse_many("sysctl: {", "a%d.b%d: 1, ", "}", 65,
		    "65 sysctls: at most 64");
	refuse_many("", "# %d %d aaaaaaaaaaaaaaaaaaaaaaaa\n", "", 4000,
		    "at most 65536");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_of_it),
	    cmocka_unit_test(nothing_is_fine),
	    cmocka_unit_test(the_rest_is_refused),
	    cmocka_unit_test(lists_have_ends),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("network.yml", tests, NULL, NULL);
}
