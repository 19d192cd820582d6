/* Prefixes that come and go, against a plain list. */
#include "base/ipmap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

#define MANY 400

static unsigned int dice = 7; /* the same every time */

static unsigned int throw(unsigned int n)
{
	dice = dice * 1103515245u + 12345u;
	return (dice >> 8) % n;
}

static struct ip_prefix
any_prefix(void)
{
	struct ip_addr a = {.family = throw(2) ? IP_V4 : IP_V6};
	unsigned int bits = ip_bits(a.family);

	a.bytes[0] = (uint8_t) throw(3);
	a.bytes[1] = (uint8_t) throw(3);
	a.bytes[3] = (uint8_t) throw(3);
	if (a.family == IP_V6)
		a.bytes[12] = (uint8_t) throw(3);
	return ip_prefix_of(&a, (uint8_t)(throw(bits / 4 + 1) * 4));
}

struct list {
	struct ip_prefix p[MANY];
	uint32_t n;
};

static void
check_around(const struct ipmap *m, const struct list *l)
{
	struct ip_prefix p = any_prefix();
	unsigned int from = 0;
	uint32_t at, seen = 0, expect = 0;
	int last = -1;

	for (uint32_t i = 0; i < l->n; i++)
		expect += ip_prefix_covers(&l->p[i], &p);
	while ((at = ipmap_around(m, &p, &from)) != IPMAP_NONE) {
		assert_true(ip_prefix_covers(&m->keys[at], &p));
		assert_true(m->keys[at].len > last);
		last = m->keys[at].len;
		seen++;
	}
	assert_int_equal(seen, expect);
}

/* Enough beside them that there are hints; the model's prefixes are others. */
static void
fill(struct ipmap *m)
{
	struct ip_addr a = {.family = IP_V4, .bytes = {100}};

	for (uint32_t i = 0; i < 5000; i++) {
		struct ip_addr b = ip_addr_add(&a, i);
		struct ip_prefix p = ip_prefix_of(&b, 32);
		ipmap_add(m, &p);
	}
}

static void
test_big(void **state)
{
	static const char *const texts[] = {
	    "0.0.0.0/0",      "10.0.0.0/15",   "10.0.0.0/16",	"10.0.0.0/17",
	    "10.0.0.0/32",    "2001:db8::/31", "2001:db8::/32", "2001:db8::/33",
	    "2001:db8::/127", "2001:db8::/128"};
	struct ip_prefix v4, v6;
	struct ipmap m = {0};
	unsigned int from = 0, seen = 0;

	(void)state;
	fill(&m);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct ip_prefix p;
		assert_true(ip_prefix_parse(texts[i], &p));
		ipmap_add(&m, &p);
	}
	assert_true(ip_prefix_parse("10.0.0.0/32", &v4));
	assert_true(ip_prefix_parse("2001:db8::/128", &v6));
	while (ipmap_around(&m, &v4, &from) != IPMAP_NONE)
		seen++;
	assert_int_equal(seen, 5);
	for (from = 0; ipmap_around(&m, &v6, &from) != IPMAP_NONE;)
		seen++;
	assert_int_equal(seen, 10);
	ipmap_clear(&m);
}

/* The list is kept in the map's own order, by the rule that ipmap_del states. */
static void
test_model(void **state)
{
	struct ipmap m = {0};
	struct list l = {.n = 0};

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct ip_prefix p = any_prefix();
		uint32_t at = 0;
		while (at < l.n && !ip_prefix_eq(&l.p[at], &p))
			at++;
		assert_int_equal(ipmap_find(&m, &p),
				 at < l.n ? at : IPMAP_NONE);
		if (at < l.n && throw(2)) {
			ipmap_del(&m, at);
			l.p[at] = l.p[--l.n];
		} else if (at < l.n || l.n < MANY) {
			assert_int_equal(ipmap_add(&m, &p), at);
			if (at == l.n)
				l.p[l.n++] = p;
		}
		assert_int_equal(m.n, l.n);
		check_around(&m, &l);
	}
	ipmap_clear(&m);
}

static void
test_empty(void **state)
{
	struct ipmap m = {0};
	struct ip_prefix p;
	unsigned int from = 0;

	(void)state;
	assert_true(ip_prefix_parse("0.0.0.0/0", &p));
	assert_int_equal(ipmap_find(&m, &p), IPMAP_NONE);
	assert_int_equal(ipmap_around(&m, &p, &from), IPMAP_NONE);
	assert_int_equal(ipmap_add(&m, &p), 0);
	assert_true(ip_prefix_parse("::/0", &p));
	assert_int_equal(ipmap_find(&m, &p), IPMAP_NONE);
	assert_int_equal(ipmap_add(&m, &p), 1);
	ipmap_clear(&m);
	assert_int_equal(m.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_big),
	    cmocka_unit_test(test_model),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("ipmap", tests, NULL, NULL);
}
