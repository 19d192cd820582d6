/* Addresses and prefixes: text, order, cover, and the kernel's form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/ip.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static struct ip_addr
addr(const char *text)
{
	struct ip_addr a;

	if (!ip_addr_parse(text, &a))
		fail_msg("%s", text);
	return a;
}

static struct ip_prefix
prefix(const char *text)
{
	struct ip_prefix p;

	if (!ip_prefix_parse(text, &p))
		fail_msg("%s", text);
	return p;
}

static void
reads_and_prints_addresses(void **state)
{
	static const struct {
		const char *in, *out; /* NULL: refused */
	} cases[] = {
	    {"192.0.2.1", "192.0.2.1"},
	    {"0.0.0.0", "0.0.0.0"},
	    {"255.255.255.255", "255.255.255.255"},
	    {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
	    {"2001:db8:0:1:0:0:0:1", "2001:db8:0:1::1"},
	    {"2001:db8::1:0:0:1", "2001:db8::1:0:0:1"},
	    {"1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"}, /* RFC 5952 4.2.2 */
	    {"::", "::"},
	    {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
	    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	    {"", NULL},
	    {"192.0.2", NULL},
	    {"192.0.2.256", NULL},
	    {"192.0.2.1 ", NULL},
	    {" 192.0.2.1", NULL},
	    {"192.0.02.1", NULL},
	    {"0x7f.1", NULL},
	    {":::", NULL},
	    {"1:2:3:4:5:6:7:8:9", NULL},
	    {"fe80::1%eth0", NULL},
	    {"12345::", NULL},
	    {"none", NULL},
	};
	char buf[IP_ADDRSTRLEN];
	struct ip_addr a;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		assert_int_equal(ip_addr_parse(cases[i].in, &a),
				 cases[i].out != NULL);
		if (cases[i].out)
			assert_string_equal(ip_addr_print(&a, buf),
					    cases[i].out);
	}
	memset(&a, 0, sizeof(a));
	assert_string_equal(ip_addr_print(&a, buf), "none");
	assert_int_equal(addr("::ffff:192.0.2.1").family, IP_V6);
}

static void
reads_and_prints_prefixes(void **state)
{
	static const struct {
		const char *in, *out; /* NULL: refused */
		bool ifaddr;	      /* would do for an interface */
	} cases[] = {
	    {"0.0.0.0/0", "0.0.0.0/0", true},
	    {"192.0.2.0/24", "192.0.2.0/24", true},
	    {"192.0.2.1/32", "192.0.2.1/32", true},
	    {"10.128.0.0/9", "10.128.0.0/9", true},
	    {"2001:DB8::/32", "2001:db8::/32", true},
	    {"::/0", "::/0", true},
	    {"2001:db8::1/128", "2001:db8::1/128", true},
	    {"192.0.2.1/24", NULL, true},
	    {"10.64.0.0/9", NULL, true},
	    {"2001:db8::1/64", NULL, true},
	    {"192.0.2.0/33", NULL, false},
	    {"::/129", NULL, false},
	    {"192.0.2.0", NULL, false},
	    {"192.0.2.0/", NULL, false},
	    {"192.0.2.0/-1", NULL, false},
	    {"192.0.2.0/+8", NULL, false},
	    {"192.0.2.0/2 ", NULL, false},
	    {"192.0.2.0/24/24", NULL, false},
	    {"192.0.2.0/255.255.255.0", NULL, false},
	    {"/24", NULL, false},
	    {"", NULL, false},
	    {"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255.255.255/64", NULL,
	     false},
	};
	char buf[IP_PREFIXSTRLEN];
	struct ip_prefix p;
	struct ip_addr a;
	uint8_t len;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		assert_int_equal(ip_prefix_parse(cases[i].in, &p),
				 cases[i].out != NULL);
		if (cases[i].out)
			assert_string_equal(ip_prefix_print(&p, buf),
					    cases[i].out);
		assert_int_equal(ip_ifaddr_parse(cases[i].in, &a, &len),
				 cases[i].ifaddr);
	}
	assert_true(ip_ifaddr_parse("192.0.2.1/24", &a, &len));
	assert_string_equal(ip_addr_print(&a, buf), "192.0.2.1");
	assert_int_equal(len, 24);
}

static void
orders(void **state)
{
	static const char *const sorted[] = {
	    "0.0.0.0/0",     "10.0.0.0/8",    "10.0.0.0/9", "10.0.0.0/32",
	    "192.0.2.0/24",  "255.0.0.0/8",   "::/0",	    "::/1",
	    "2001:db8::/32", "2001:db8::/48", "ff00::/8"};
	size_t i, k;
	int c;

	(void)state;
	for (i = 0; i < N(sorted); i++) {
		for (k = 0; k < N(sorted); k++) {
			struct ip_prefix a = prefix(sorted[i]),
					 b = prefix(sorted[k]);

			c = ip_prefix_cmp(&a, &b);
			assert_int_equal((c > 0) - (c < 0), (i > k) - (i < k));
			assert_int_equal(ip_prefix_eq(&a, &b), i == k);
		}
	}
}

static void
covers(void **state)
{
	static const struct {
		const char *outer, *inner;
		bool yes;
	} cases[] = {
	    {"10.0.0.0/8", "10.0.0.0/8", true},
	    {"10.0.0.0/8", "10.255.255.255/32", true},
	    {"10.0.0.0/9", "10.128.0.0/9", false},
	    {"10.0.0.0/9", "10.0.0.0/8", false},
	    {"0.0.0.0/0", "255.255.255.255/32", true},
	    {"0.0.0.0/0", "::/0", false},
	    {"::/0", "0.0.0.0/0", false},
	    {"::/0", "2001:db8::/32", true},
	    {"2001:db8::/33", "2001:db8:8000::/33", false},
	    {"2001:db8:8000::/33", "2001:db8:ffff::/48", true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		struct ip_prefix o = prefix(cases[i].outer),
				 n = prefix(cases[i].inner);

		assert_int_equal(ip_prefix_covers(&o, &n), cases[i].yes);
	}
}

static void
adds(void **state)
{
	static const struct {
		const char *in;
		uint32_t n;
		const char *out;
	} cases[] = {
	    {"192.0.2.0", 0, "192.0.2.0"},
	    {"192.0.2.255", 1, "192.0.3.0"},
	    {"192.0.2.1", 0x10203, "192.1.4.4"},
	    {"255.255.255.255", 1, "0.0.0.0"},
	    {"0.0.0.1", 0xffffffff, "0.0.0.0"},
	    {"255.255.255.255", 0xffffffff, "255.255.255.254"},
	    {"2001:db8::ffff:ffff", 1, "2001:db8::1:0:0"},
	    {"2001:db8::ffff:ffff", 0xffffffff, "2001:db8::1:ffff:fffe"},
	    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 2, "::1"},
	};
	char buf[IP_ADDRSTRLEN];
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		struct ip_addr a = addr(cases[i].in);
		struct ip_addr b = ip_addr_add(&a, cases[i].n);

		assert_string_equal(ip_addr_print(&b, buf), cases[i].out);
	}
}

static void
cuts_to_a_prefix(void **state)
{
	struct ip_addr a = addr("255.255.255.255"),
		       b = addr("2001:db8:ffff:ffff::1");
	struct ip_prefix p = ip_prefix_of(&a, 13);
	char buf[IP_PREFIXSTRLEN];

	(void)state;
	assert_string_equal(ip_prefix_print(&p, buf), "255.248.0.0/13");
	assert_true(ip_prefix_has_addr(&p, &a));
	assert_false(ip_prefix_has_addr(&p, &b));
	p = ip_prefix_of(&b, 36);
	assert_string_equal(ip_prefix_print(&p, buf), "2001:db8:f000::/36");
	p = ip_prefix_of(&b, 0);
	assert_string_equal(ip_prefix_print(&p, buf), "::/0");
}

static void
speaks_with_the_kernel(void **state)
{
	static const char *const texts[] = {"192.0.2.1", "2001:db8::1"};
	struct sockaddr_storage ss;
	struct ip_addr a, b;
	uint16_t port;
	size_t i;

	(void)state;
	for (i = 0; i < N(texts); i++) {
		a = addr(texts[i]);
		assert_true(ip_to_sockaddr(&a, 179, &ss) <= sizeof(ss));
		assert_true(
		    ip_from_sockaddr((struct sockaddr *)&ss, &b, &port));
		assert_true(ip_addr_eq(&a, &b));
		assert_int_equal(port, 179);
	}
	ss.ss_family = AF_UNIX;
	assert_false(ip_from_sockaddr((struct sockaddr *)&ss, &b, &port));
	a = ip_addr_from(IP_V4, "\xc0\0\2\1");
	b = addr("192.0.2.1");
	assert_memory_equal(&a, &b, sizeof(a));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_and_prints_addresses),
	    cmocka_unit_test(reads_and_prints_prefixes),
	    cmocka_unit_test(orders),
	    cmocka_unit_test(covers),
	    cmocka_unit_test(adds),
	    cmocka_unit_test(cuts_to_a_prefix),
	    cmocka_unit_test(speaks_with_the_kernel),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
