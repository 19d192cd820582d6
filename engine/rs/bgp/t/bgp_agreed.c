/* What the capabilities change in UPDATEs: path identifiers (RFC 7911), IPv6 next
 * hops of IPv4 (RFC 8950), long messages (RFC 8654). */
#include "bgp_test.h"

static struct bgp_attrs *
attrs(const char *next_hop)
{
	struct bgp_attrs *a = bgp_attrs_new();

	ip_addr_parse(next_hop, &a->next_hop);
	bgp_path_set(a, (const uint32_t[]){65001, 200000}, 2);
	return a;
}

enum { MANY = 3000 };

static struct ip_prefix prefixes[MANY];
static uint32_t ids[MANY];

static void
fill(enum ip_family f)
{
	for (size_t i = 0; i < MANY; i++) {
		struct ip_addr a = {.family = (uint8_t)f};

		a.bytes[0] = 32;
		a.bytes[1] = (uint8_t)(i >> 8);
		a.bytes[2] = (uint8_t)i;
		prefixes[i] = ip_prefix_of(&a, 24);
		ids[i] = (uint32_t)(i * 2654435761u);
	}
}

/* The peer's view of the same session. */
static struct bgp_session
mirror(struct bgp_session s)
{
	uint8_t rx = s.add_path_rx;

	s.add_path_rx = s.add_path_tx;
	s.add_path_tx = rx;
	return s;
}

static void
check_ids(const uint32_t *got, size_t from, size_t n, bool agreed)
{
	if (!agreed) {
		assert_null(got);
		return;
	}
	assert_memory_equal(got, ids + from, n * sizeof *ids);
}

static size_t
announce_all(const struct bgp_session *s, const struct bgp_attrs *a,
	     enum ip_family f, bool agreed)
{
	static uint8_t out[BGP_MSG_EXTENDED];
	struct bgp_session peer = mirror(*s);
	size_t messages = 0;

	for (size_t done = 0, n; done < MANY; done += n, messages++) {
		struct wbuf w = wbuf_of(out, sizeof out);
		struct bgp_msg m;

		n = bgp_announce_encode(&w, s, a, f, prefixes + done,
					ids + done, MANY - done);
		assert_true(n > 0 && w.len <= bgp_msg_limit(s));
		assert_int_equal(bgp_msg_decode(&peer, out, w.len, &m), BGP_OK);
		assert_int_equal(m.update.n_reach, 1);
		assert_int_equal(m.update.reach[0].n, n);
		assert_memory_equal(m.update.reach[0].prefixes, prefixes + done,
				    n * sizeof *prefixes);
		check_ids(m.update.reach[0].ids, done, n, agreed);
		assert_true(bgp_attrs_equal(m.update.reach[0].attrs, a));
		bgp_msg_clear(&m);
	}
	return messages;
}

static void
withdraw_all(const struct bgp_session *s, enum ip_family f, bool agreed)
{
	static uint8_t out[BGP_MSG_EXTENDED];
	struct bgp_session peer = mirror(*s);

	for (size_t done = 0, n; done < MANY; done += n) {
		struct wbuf w = wbuf_of(out, sizeof out);
		struct bgp_msg m;

		n = bgp_withdraw_encode(&w, s, f, prefixes + done, ids + done,
					MANY - done);
		assert_true(n > 0 && w.len <= bgp_msg_limit(s));
		assert_int_equal(bgp_msg_decode(&peer, out, w.len, &m), BGP_OK);
		assert_int_equal(m.update.n_withdrawn, n);
		assert_memory_equal(m.update.withdrawn, prefixes + done,
				    n * sizeof *prefixes);
		check_ids(m.update.withdrawn_ids, done, n, agreed);
		bgp_msg_clear(&m);
	}
}

/* Both families, ADD-PATH for none, one or both, short and long messages. */
static void
round_trip(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 16; i++) {
		enum ip_family f = i & 1 ? IP_V6 : IP_V4;
		struct bgp_attrs *a =
		    attrs(f == IP_V4 ? "192.0.2.1" : "2001:db8::1");
		struct bgp_session s = session(true);
		bool agreed = i >> 1 & bgp_family_bit(f);
		size_t n;

		fill(f);
		s.add_path_tx = i >> 1 & 3;
		s.extended_message = i & 8;
		n = announce_all(&s, a, f, agreed);
		assert_int_equal(n == 1, s.extended_message);
		withdraw_all(&s, f, agreed);
		bgp_attrs_unref(a);
	}
}

static void
ipv4_over_ipv6(void **state)
{
	static const char *const link_locals[] = {NULL, "fe80::1"};

	(void)state;
	fill(IP_V4);
	for (int i = 0; i < 8; i++) {
		struct bgp_attrs *a = attrs("2001:db8::1");
		struct bgp_session s = session(true);
		uint8_t out[BGP_MSG_MAX];
		struct wbuf w = wbuf_of(out, sizeof out);

		if (link_locals[i & 1])
			ip_addr_parse(link_locals[i & 1], &a->link_local);
		s.add_path_tx = i & 2 ? BGP_IPV4 : 0;
		assert_int_equal(
		    bgp_announce_encode(&w, &s, a, IP_V4, prefixes, ids, 1),
		    0); /* not agreed on */
		assert_int_equal(w.len, 0);
		s.ext_nexthop = BGP_IPV4;
		announce_all(&s, a, IP_V4, i & 2);
		bgp_attrs_unref(a);
	}
}

/* The classic form stays possible where the other one is. */
static void
ipv4_over_ipv4(void **state)
{
	struct bgp_attrs *a = attrs("192.0.2.1");
	struct bgp_session s = session(true);

	(void)state;
	fill(IP_V4);
	s.ext_nexthop = BGP_IPV4;
	announce_all(&s, a, IP_V4, false);
	bgp_attrs_unref(a);
}

#define GOOD "400101 00 400206 0201 0000fde9 400304 c0000201"

/* RFC 7606 5.3 with identifiers in front. */
static const struct {
	const char *withdrawn, *nlri;
	enum bgp_treat treat;
	const char *text;
} broken[] = {
    {"", "00000001 18 cb0071", BGP_OK, ""},
    {"", "00000001 00", BGP_OK, ""},
    {"", "18 cb0071", BGP_SESSION_RESET, "the last ipv4 prefix is cut short"},
    {"", "00000001 21 cb00710000", BGP_SESSION_RESET,
     "an ipv4 prefix of 33 bits"},
    {"", "00000001", BGP_SESSION_RESET, "the last ipv4 prefix is cut short"},
    {"000000", "", BGP_SESSION_RESET, "the last ipv4 prefix is cut short"},
    {"00000001 18 cb0071 00000002 18 cb00", "", BGP_SESSION_RESET,
     "the last ipv4 prefix is cut short"},
};

static void
broken_ids(void **state)
{
	struct bgp_session s = session(true);

	(void)state;
	s.add_path_rx = BGP_IPV4;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		uint8_t in[BGP_MSG_MAX];
		size_t n =
		    update(broken[i].withdrawn, GOOD, broken[i].nlri, in);
		struct bgp_msg m;

		assert_int_equal(bgp_msg_decode(&s, in, n, &m),
				 broken[i].treat);
		assert_string_equal(m.problem.text, broken[i].text);
		bgp_msg_clear(&m);
	}
}

/* Withdrawals of one family with identifiers, of the other without, and routes
 * to be treated as withdrawn among them. */
static void
mixed(void **state)
{
	static const uint32_t want[] = {7, 0, 9};
	struct bgp_session s = session(true);
	uint8_t in[BGP_MSG_MAX];
	struct bgp_msg m;
	size_t n = update("00000007 18 cb0071",
			  "800f0a 0002 01 30 20010db80001"
			  "400101 09 400206 0201 0000fde9 400304 c0000201",
			  "00000009 18 cb0072", in);

	(void)state;
	s.add_path_rx = BGP_IPV4;
	assert_int_equal(bgp_msg_decode(&s, in, n, &m), BGP_TREAT_AS_WITHDRAW);
	assert_int_equal(m.update.n_withdrawn, 3);
	assert_memory_equal(m.update.withdrawn_ids, want, sizeof want);
	assert_int_equal(m.update.withdrawn[1].addr.family, IP_V6);
	bgp_msg_clear(&m);
}

/* A set that does not fit into 4096 bytes is told where 65535 are agreed on. */
static void
many_communities(void **state)
{
	static uint8_t out[BGP_MSG_EXTENDED];
	struct bgp_attrs *a = attrs("192.0.2.1");
	struct bgp_session s = session(true);
	uint32_t many[2000];
	struct wbuf w = wbuf_of(out, sizeof out);
	struct bgp_msg m;

	(void)state;
	fill(IP_V4);
	for (uint32_t i = 0; i < 2000; i++)
		many[i] = i;
	bgp_attrs_set_communities(a, many, 2000);
	assert_int_equal(
	    bgp_announce_encode(&w, &s, a, IP_V4, prefixes, NULL, 3), 0);
	s.extended_message = true;
	assert_int_equal(
	    bgp_announce_encode(&w, &s, a, IP_V4, prefixes, NULL, 3), 3);
	assert_int_equal(bgp_msg_decode(&s, out, w.len, &m), BGP_OK);
	assert_true(bgp_attrs_equal(m.update.reach[0].attrs, a));
	bgp_msg_clear(&m);
	bgp_attrs_unref(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(round_trip),
	    cmocka_unit_test(ipv4_over_ipv6),
	    cmocka_unit_test(ipv4_over_ipv4),
	    cmocka_unit_test(broken_ids),
	    cmocka_unit_test(mixed),
	    cmocka_unit_test(many_communities),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
