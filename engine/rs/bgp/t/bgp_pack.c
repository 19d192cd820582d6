/* Packed attributes: back to the same value, and the same messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rs/bgp/bgp.h"
#include "rs/bgp/bgp_pack.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static uint64_t seed = 1;

static uint32_t
rnd(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

static struct bgp_attrs *
random_attrs(enum ip_family f)
{
	struct bgp_attrs *a = bgp_attrs_new();
	uint32_t asns[300], communities[90];
	struct bgp_large large[30];
	uint8_t ext[160];

	for (size_t i = 0; i < COUNT(asns); i++)
		asns[i] = 1 + rnd(rnd(2) ? 70000 : 4000000000u);
	for (size_t i = 0; i < COUNT(communities); i++)
		communities[i] = rnd(UINT32_MAX);
	for (size_t i = 0; i < COUNT(large); i++)
		large[i] = (struct bgp_large){rnd(UINT32_MAX), rnd(9), i};
	for (size_t i = 0; i < COUNT(ext); i++)
		ext[i] = (uint8_t)rnd(256);
	a->origin = (uint8_t)rnd(3);
	a->has_med = rnd(2);
	a->med = a->has_med ? rnd(1000) : 0;
	a->atomic_aggregate = rnd(2);
	a->has_otc = rnd(2);
	a->otc = a->has_otc ? rnd(100000) : 0;
	a->has_aggregator = rnd(2);
	if (a->has_aggregator) {
		a->aggregator_as = 1 + rnd(200000);
		a->aggregator_id = rnd(UINT32_MAX);
	}
	a->next_hop = ip_addr_from(f, (const uint8_t[16]){32, 1, 13, 184, 1});
	if (f == IP_V6 && rnd(2))
		a->link_local = ip_addr_from(IP_V6, (uint8_t[16]){254, 128});
	bgp_path_set(a, asns, rnd(4) ? rnd(9) : rnd(COUNT(asns)));
	bgp_attrs_set_communities(a, communities,
				  rnd(2) ? rnd(COUNT(communities)) : 0);
	bgp_attrs_set_large(a, large, rnd(2) ? rnd(COUNT(large)) : 0);
	bgp_attrs_set_ext(a, ext, rnd(2) ? rnd(COUNT(ext) / 8) : 0);
	if (a->n_communities > 0 && rnd(2))
		a->partial |= BGP_PARTIAL_COMMUNITIES;
	return a;
}

static void
round_trip(void **state)
{
	uint8_t bytes[8192];

	(void)state;
	for (int i = 0; i < 5000; i++) {
		enum ip_family f = rnd(2) ? IP_V4 : IP_V6;
		struct bgp_attrs *a = random_attrs(f);
		size_t len = bgp_pack(a, bytes, sizeof(bytes));
		assert_int_not_equal(len, 0);
		struct bgp_attrs *b = bgp_unpack(bytes, len);
		assert_true(bgp_attrs_equal(a, b));
		assert_int_equal(bgp_pack(a, bytes, len - 1), 0);
		bgp_attrs_unref(a);
		bgp_attrs_unref(b);
	}
}

/* What the decoder reads from the message is what was packed. */
static void
messages(void **state)
{
	static const struct bgp_session sessions[] = {
	    {.as4 = true, .families = BGP_IPV4 | BGP_IPV6},
	    {.as4 = false, .families = BGP_IPV4 | BGP_IPV6},
	    {.as4 = true,
	     .families = BGP_IPV4 | BGP_IPV6,
	     .extended_message = true,
	     .ext_nexthop = BGP_IPV4},
	    {.as4 = true,
	     .families = BGP_IPV4 | BGP_IPV6,
	     .add_path_tx = BGP_IPV4 | BGP_IPV6,
	     .add_path_rx = BGP_IPV4 | BGP_IPV6},
	};
	static uint8_t out[BGP_MSG_EXTENDED];
	uint8_t bytes[8192];
	struct ip_prefix p[3];
	uint32_t ids[] = {7, 8, 9};

	(void)state;
	for (int i = 0; i < 4000; i++) {
		struct bgp_session s = sessions[rnd(COUNT(sessions))];
		enum ip_family f = rnd(2) ? IP_V4 : IP_V6;
		bool foreign = f == IP_V4 && s.ext_nexthop != 0 && rnd(2);
		struct bgp_attrs *a = random_attrs(foreign ? IP_V6 : f);
		size_t len = bgp_pack(a, bytes, sizeof(bytes));
		struct wbuf w = wbuf_of(out, sizeof(out));
		struct bgp_msg msg;
		s.local_as = 1;
		s.peer_as = 2;
		for (size_t k = 0; k < COUNT(p); k++) {
			struct ip_addr at = ip_addr_from(
			    f, (uint8_t[16]){32, 1, (uint8_t)k, 0});
			p[k] = ip_prefix_of(&at, 24);
		}
		size_t n =
		    bgp_pack_announce(&w, &s, bytes, len, f, p, ids, COUNT(p));
		if (n == 0) { /* too long for 4096 bytes */
			assert_int_equal(w.len, 0);
			bgp_attrs_unref(a);
			continue;
		}
		assert_int_equal(bgp_msg_decode(&s, out, w.len, &msg), BGP_OK);
		assert_int_equal(msg.update.n_reach, 1);
		assert_int_equal(msg.update.reach[0].n, n);
		assert_true(bgp_attrs_equal(msg.update.reach[0].attrs, a));
		for (size_t k = 0; k < n; k++) {
			assert_true(ip_prefix_eq(
			    &msg.update.reach[0].prefixes[k], &p[k]));
			if (s.add_path_tx)
				assert_int_equal(msg.update.reach[0].ids[k],
						 ids[k]);
		}
		bgp_msg_clear(&msg);
		bgp_attrs_unref(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(round_trip),
	    cmocka_unit_test(messages),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
