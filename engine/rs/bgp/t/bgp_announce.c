/* Writing UPDATEs: what is written reads back the same. */
#include "bgp_test.h"

static struct bgp_attrs *
attrs(enum ip_family f)
{
	struct bgp_attrs *a = bgp_attrs_new();

	ip_addr_parse(f == IP_V4 ? "192.0.2.1" : "2001:db8::1", &a->next_hop);
	bgp_path_set(a, (const uint32_t[]){65001, 200000}, 2);
	return a;
}

static void
fill(struct bgp_attrs *a)
{
	uint32_t communities[100];

	for (uint32_t i = 0; i < 100; i++)
		communities[i] = i;
	a->origin = BGP_ORIGIN_EGP;
	a->has_med = a->has_local_pref = a->has_aggregator = a->has_otc = true;
	a->atomic_aggregate = true;
	a->med = 1;
	a->local_pref = 2;
	a->aggregator_as = 200001;
	a->aggregator_id = 3;
	a->otc = 4;
	a->partial = BGP_PARTIAL_AGGREGATOR | BGP_PARTIAL_LARGE;
	bgp_attrs_set_communities(a, communities, 100); /* extended length */
	bgp_attrs_set_large(a, (const struct bgp_large[]){{1, 2, 3}, {4, 5, 6}},
			    2);
	bgp_attrs_set_ext(a, (const uint8_t *)"\0\2\0\0\0\0\0\1", 1);
	a->unknown_len = 6;
	a->unknown = memcpy(malloc(6), "\xe0\xff\0\2\xab\xcd", 6);
	if (a->next_hop.family == IP_V6)
		ip_addr_parse("fe80::1", &a->link_local);
}

/* n different prefixes, of all lengths. */
static struct ip_prefix *
prefixes(enum ip_family f, size_t n)
{
	struct ip_prefix *p = calloc(n, sizeof *p);

	for (size_t i = 0; i < n; i++) {
		struct ip_addr a = {.family = (uint8_t)f};

		a.bytes[0] = 32;
		a.bytes[1] = (uint8_t)(i >> 8);
		a.bytes[2] = (uint8_t)i;
		p[i] = ip_prefix_of(&a, (uint8_t)(24 + i % (ip_bits(f) - 23)));
	}
	return p;
}

/* Announce them all in as many messages as it takes, reading each. */
static size_t
announce(const struct bgp_session *s, const struct bgp_attrs *a, size_t n)
{
	enum ip_family f = a->next_hop.family;
	struct ip_prefix *p = prefixes(f, n);
	size_t messages = 0, done = 0;

	for (; done < n; messages++) {
		uint8_t out[2 * BGP_MSG_MAX];
		struct wbuf w = wbuf_of(out, sizeof out);
		size_t fit =
		    bgp_announce_encode(&w, s, a, f, p + done, NULL, n - done);
		struct bgp_msg m;

		assert_true(fit > 0 && w.len <= BGP_MSG_MAX);
		if (fit < n - done) /* full: not one more would have fitted */
			assert_true(w.len + 17 > BGP_MSG_MAX);
		assert_int_equal(bgp_msg_decode(s, out, w.len, &m), BGP_OK);
		assert_int_equal(m.update.n_reach, 1);
		assert_int_equal(m.update.reach[0].n, fit);
		assert_memory_equal(m.update.reach[0].prefixes, p + done,
				    fit * sizeof *p);
		assert_true(bgp_attrs_equal(m.update.reach[0].attrs, a));
		bgp_msg_clear(&m);
		done += fit;
	}
	free(p);
	return messages;
}

static void
round_trip(void **state)
{
	(void)state;
	for (int i = 0; i < 8; i++) {
		struct bgp_session s = session(i & 1);
		struct bgp_attrs *a = attrs(i & 2 ? IP_V6 : IP_V4);

		if (i & 4) {
			s.peer_as = s.local_as; /* LOCAL_PREF stays inside */
			fill(a);
		} else {
			s.local_as = 1;
		}
		assert_int_equal(announce(&s, a, 1), 1);
		assert_true(announce(&s, a, 3000) > 3);
		bgp_attrs_unref(a);
	}
}

static void
local_pref_stays_inside(void **state)
{
	struct bgp_session s = session(true);
	struct bgp_attrs *a = attrs(IP_V4);
	struct ip_prefix *p = prefixes(IP_V4, 1);
	uint8_t out[BGP_MSG_MAX];
	struct wbuf w = wbuf_of(out, sizeof out);
	struct bgp_msg m;

	(void)state;
	a->has_local_pref = true;
	a->local_pref = 100;
	assert_int_equal(bgp_announce_encode(&w, &s, a, IP_V4, p, NULL, 1), 1);
	assert_int_equal(bgp_msg_decode(&s, out, w.len, &m), BGP_OK);
	assert_false(m.update.reach[0].attrs->has_local_pref);
	bgp_msg_clear(&m);
	bgp_attrs_unref(a);
	free(p);
}

/* Attributes of all sizes up to what leaves no room: never more than 4096. */
static void
no_room(void **state)
{
	(void)state;
	for (int six = 0; six < 2; six++) {
		enum ip_family f = six ? IP_V6 : IP_V4;
		struct bgp_session s = session(true);
		struct bgp_attrs *a = attrs(f);
		struct ip_prefix *p = prefixes(f, 10);
		uint32_t many[1100] = {0};
		bool fitted = true;

		for (size_t n = 960; n < 1100; n++) {
			uint8_t out[BGP_MSG_MAX + 1];
			struct wbuf w = wbuf_of(out, sizeof out);
			size_t fit;

			bgp_attrs_set_communities(a, many, n);
			fit = bgp_announce_encode(&w, &s, a, f, p, NULL, 10);
			assert_true(w.len <= BGP_MSG_MAX && !w.failed);
			assert_int_equal(fit > 0, w.len > 0);
			assert_true(fitted || fit == 0);
			fitted = fit > 0;
		}
		assert_false(fitted);
		bgp_attrs_unref(a);
		free(p);
	}
}

static void
withdraw(void **state)
{
	(void)state;
	for (int six = 0; six < 2; six++) {
		enum ip_family f = six ? IP_V6 : IP_V4;
		struct ip_prefix *p = prefixes(f, 3000);

		for (size_t done = 0, fit; done < 3000; done += fit) {
			uint8_t out[2 * BGP_MSG_MAX];
			struct wbuf w = wbuf_of(out, sizeof out);
			struct bgp_msg m;

			fit = bgp_withdraw_encode(&w, NULL, f, p + done, NULL,
						  3000 - done);
			assert_true(fit > 0 && w.len <= BGP_MSG_MAX);
			assert_int_equal(bgp_msg_decode(NULL, out, w.len, &m),
					 BGP_OK);
			assert_int_equal(m.update.n_withdrawn, fit);
			assert_memory_equal(m.update.withdrawn, p + done,
					    fit * sizeof *p);
			assert_int_equal(m.update.end_of_rib, IP_NONE);
			bgp_msg_clear(&m);
		}
		free(p);
	}
}

static void
end_of_rib(void **state)
{
	uint8_t out[BGP_MSG_MAX], want[64];
	struct wbuf w = wbuf_of(out, sizeof out);
	struct bgp_msg m;

	(void)state;
	bgp_eor_encode(&w, IP_V4);
	assert_int_equal(w.len, update("", "", "", want));
	assert_memory_equal(out, want, w.len);
	w = wbuf_of(out, sizeof out);
	bgp_eor_encode(&w, IP_V6);
	assert_int_equal(bgp_msg_decode(NULL, out, w.len, &m), BGP_OK);
	assert_int_equal(m.update.end_of_rib, IP_V6);
	bgp_msg_clear(&m);
}

/* MP_REACH is the first attribute (RFC 7606 5.1). */
static void
mp_reach_first(void **state)
{
	struct bgp_session s = session(true);
	struct bgp_attrs *a = attrs(IP_V6);
	struct ip_prefix *p = prefixes(IP_V6, 1);
	uint8_t out[BGP_MSG_MAX];
	struct wbuf w = wbuf_of(out, sizeof out);

	(void)state;
	assert_int_equal(bgp_announce_encode(&w, &s, a, IP_V6, p, NULL, 1), 1);
	assert_int_equal(out[BGP_HEADER + 5], 14);
	bgp_attrs_unref(a);
	free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(round_trip),
	    cmocka_unit_test(local_pref_stays_inside),
	    cmocka_unit_test(no_room),
	    cmocka_unit_test(withdraw),
	    cmocka_unit_test(end_of_rib),
	    cmocka_unit_test(mp_reach_first),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
