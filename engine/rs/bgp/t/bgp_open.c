/* OPEN: RFC 4271 4.2 and 6.2, RFC 5492, RFC 9072. */
#include "bgp_test.h"

static const struct {
	const char *name, *body;
	uint8_t code, subcode;
	const char *data;
	struct bgp_open open;
} rows[] = {
    {"plain",
     "04 fde9 005a 0a000001 00",
     0,
     0,
     "",
     {.asn = 65001, .id = 0x0a000001, .hold = 90, .families = BGP_IPV4}},
    {"no hold time",
     "04 fde9 0000 0a000001 00",
     0,
     0,
     "",
     {.asn = 65001, .id = 0x0a000001, .families = BGP_IPV4}},
    {"ipv6 only",
     "04 fde9 0003 0a000001 08 0206 0104 00020001",
     0,
     0,
     "",
     {.asn = 65001,
      .id = 0x0a000001,
      .hold = 3,
      .mp = true,
      .families = BGP_IPV6}},
    {"all we know",
     "04 5ba0 0003 0a000001 18"
     "0216 0104 00010001 0104 00020001 0200 4104 00030d40 4600",
     0,
     0,
     "",
     {.asn = 200000,
      .id = 0x0a000001,
      .hold = 3,
      .mp = true,
      .as4 = true,
      .refresh = true,
      .enhanced_refresh = true,
      .families = BGP_IPV4 | BGP_IPV6}},
    {"what route servers like",
     "04 fde9 0003 0a000001 42 0240"
     "0506 000100010002 0600 0901 02 400a c078 000101 80 000201 00"
     "4508 000101 03 000201 01 470e 000101 80 000e10 000201 00 ffffff"
     "0506 000100800002 4503 000102",
     2,
     0,
     "",
     {0}}, /* the last one takes four */
    {"what route servers like, right",
     "04 fde9 0003 0a000001 38 0236"
     "0506 000100010002 0600 0901 02 400a c078 000101 80 000201 00"
     "4508 000101 03 000201 01 470e 000101 80 000e10 000201 00 ffffff"
     "0501 00",
     2,
     0,
     "",
     {0}}, /* the last one takes a multiple of six */
    {"what route servers like, all right",
     "04 fde9 0003 0a000001 35 0233"
     "0506 000100010002 0600 0901 02 400a c078 000101 80 000201 00"
     "4508 000101 03 000201 01 470e 000101 80 000e10 000201 00 ffffff",
     0,
     0,
     "",
     {.asn = 65001,
      .id = 0x0a000001,
      .hold = 3,
      .families = BGP_IPV4,
      .extended_message = true,
      .ext_nexthop = BGP_IPV4,
      .add_path_rx = 3,
      .add_path_tx = 1,
      .has_role = true,
      .role = BGP_ROLE_RS_CLIENT,
      .restart = {true, true, true, 120, 3, 1},
      .long_lived = {true, 3, 1, {3600, 0xFFFFFF}}}},
    {"families that are not ours",
     "04 fde9 0003 0a000001 29 0227"
     "0506 000100800002 4504 000180 03 4006 0078 000180 80"
     "4707 000180 80 000e10 0506 000200010001",
     0,
     0,
     "",
     {.asn = 65001,
      .id = 0x0a000001,
      .hold = 3,
      .families = BGP_IPV4,
      .restart = {.there = true, .time = 120},
      .long_lived = {.there = true}}},
    {"ADD-PATH: a direction that is none",
     "04 fde9 0003 0a000001 0c 020a 4508 000101 04 000201 00",
     0,
     0,
     "",
     {.asn = 65001, .id = 0x0a000001, .hold = 3, .families = BGP_IPV4}},
    {"restart twice, the last one counts",
     "04 fde9 0003 0a000001 0e 020c 4006 8078 000101 80 4002 000a",
     0,
     0,
     "",
     {.asn = 65001,
      .id = 0x0a000001,
      .hold = 3,
      .families = BGP_IPV4,
      .restart = {.there = true, .time = 10}}},
    {"long-lived without restart",
     "04 fde9 0003 0a000001 0b 0209 4707 000101 80 000e10",
     0,
     0,
     "",
     {.asn = 65001, .id = 0x0a000001, .hold = 3, .families = BGP_IPV4}},
    {"one role twice",
     "04 fde9 0003 0a000001 08 0206 0901 03 0901 03",
     0,
     0,
     "",
     {.asn = 65001,
      .id = 0x0a000001,
      .hold = 3,
      .families = BGP_IPV4,
      .has_role = true,
      .role = 3}},
    {"two roles",
     "04 fde9 0003 0a000001 08 0206 0901 03 0901 02",
     2,
     11,
     "",
     {0}},
    {"short restart", "04 fde9 0003 0a000001 05 0203 4001 00", 2, 0, "", {0}},
    {"half a family",
     "04 fde9 0003 0a000001 08 0206 4004 0078 0001",
     2,
     0,
     "",
     {0}},
    {"long role", "04 fde9 0003 0a000001 06 0204 0902 0000", 2, 0, "", {0}},
    {"long extended message",
     "04 fde9 0003 0a000001 05 0203 0601 00",
     2,
     0,
     "",
     {0}},
    {"a parameter each",
     "04 5ba0 0003 0a000001 0c 0202 0200 0206 4104 00030d40",
     0,
     0,
     "",
     {.asn = 200000,
      .id = 0x0a000001,
      .hold = 3,
      .as4 = true,
      .refresh = true,
      .families = BGP_IPV4}},
    {"unknown ones",
     "04 fde9 0003 0a000001 0a 0208 4002 0078 8003 abcdef",
     2,
     0,
     "",
     {0}}, /* 4002 takes two bytes, 8003 three: one is missing */
    {"unknown ones, right",
     "04 fde9 0003 0a000001 0b 0209 8202 0078 8003 abcdef",
     0,
     0,
     "",
     {.asn = 65001,
      .id = 0x0a000001,
      .hold = 3,
      .families = BGP_IPV4,
      .unknown = 2}},
    {"another family",
     "04 fde9 0003 0a000001 08 0206 0104 40040047",
     0,
     0,
     "",
     {.asn = 65001, .id = 0x0a000001, .hold = 3, .mp = true}},
    {"extended parameters",
     "04 fde9 0003 0a000001 ff ff 0007 02 0004 0200 4600",
     0,
     0,
     "",
     {.asn = 65001,
      .id = 0x0a000001,
      .hold = 3,
      .refresh = true,
      .enhanced_refresh = true,
      .families = BGP_IPV4}},
    {"extended, first length ignored",
     "04 fde9 0003 0a000001 01 ff 0005 02 0002 0200",
     0,
     0,
     "",
     {.asn = 65001,
      .id = 0x0a000001,
      .hold = 3,
      .refresh = true,
      .families = BGP_IPV4}},
    {"version 3", "03 fde9 005a 0a000001 00", 2, 1, "0004", {0}},
    {"AS 0", "04 0000 005a 0a000001 00", 2, 2, "", {0}},
    {"AS 0 in the capability",
     "04 5ba0 005a 0a000001 08 0206 4104 00000000",
     2,
     2,
     "",
     {0}},
    {"identifier 0", "04 fde9 005a 00000000 00", 2, 3, "", {0}},
    {"authentication", "04 fde9 005a 0a000001 02 0100", 2, 4, "", {0}},
    {"hold time 1", "04 fde9 0001 0a000001 00", 2, 6, "", {0}},
    {"hold time 2", "04 fde9 0002 0a000001 00", 2, 6, "", {0}},
    {"stray byte", "04 fde9 005a 0a000001 00 00", 2, 0, "", {0}},
    {"parameters too long", "04 fde9 005a 0a000001 03 0200", 2, 0, "", {0}},
    {"capability too long",
     "04 fde9 005a 0a000001 04 0202 0104",
     2,
     0,
     "",
     {0}},
    {"short MP", "04 fde9 005a 0a000001 06 0204 0102 0001", 2, 0, "", {0}},
    {"long refresh", "04 fde9 005a 0a000001 05 0203 020100", 2, 0, "", {0}},
    {"extended, cut", "04 fde9 005a 0a000001 ff ff 00", 2, 0, "", {0}},
};

static void
same_open(const struct bgp_open *a, const struct bgp_open *b)
{
	assert_int_equal(a->asn, b->asn);
	assert_int_equal(a->id, b->id);
	assert_int_equal(a->hold, b->hold);
	assert_int_equal(a->as4, b->as4);
	assert_int_equal(a->refresh, b->refresh);
	assert_int_equal(a->enhanced_refresh, b->enhanced_refresh);
	assert_int_equal(a->mp, b->mp);
	assert_int_equal(a->families, b->families);
	assert_int_equal(a->unknown, b->unknown);
	assert_int_equal(a->extended_message, b->extended_message);
	assert_int_equal(a->ext_nexthop, b->ext_nexthop);
	assert_int_equal(a->add_path_rx, b->add_path_rx);
	assert_int_equal(a->add_path_tx, b->add_path_tx);
	assert_int_equal(a->has_role, b->has_role);
	assert_int_equal(a->role, b->role);
	assert_int_equal(a->restart.there, b->restart.there);
	assert_int_equal(a->restart.restarting, b->restart.restarting);
	assert_int_equal(a->restart.notification, b->restart.notification);
	assert_int_equal(a->restart.time, b->restart.time);
	assert_int_equal(a->restart.families, b->restart.families);
	assert_int_equal(a->restart.forwarding, b->restart.forwarding);
	assert_int_equal(a->long_lived.there, b->long_lived.there);
	assert_int_equal(a->long_lived.families, b->long_lived.families);
	assert_int_equal(a->long_lived.forwarding, b->long_lived.forwarding);
	assert_int_equal(a->long_lived.time[0], b->long_lived.time[0]);
	assert_int_equal(a->long_lived.time[1], b->long_lived.time[1]);
}

static void
decode(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint8_t in[128], data[8];
		size_t n = message(BGP_OPEN, rows[i].body, in);
		struct bgp_msg m;

		print_message("# %s\n", rows[i].name);
		assert_int_equal(bgp_msg_decode(NULL, in, n, &m),
				 rows[i].code ? BGP_SESSION_RESET : BGP_OK);
		assert_int_equal(m.problem.notify.code, rows[i].code);
		assert_int_equal(m.problem.notify.subcode, rows[i].subcode);
		assert_int_equal(m.problem.notify.len, hex(rows[i].data, data));
		assert_memory_equal(m.problem.notify.data, data,
				    m.problem.notify.len);
		if (rows[i].code == 0)
			same_open(&m.open, &rows[i].open);
	}
}

static void
round_trip(void **state)
{
	(void)state;
	for (unsigned int bits = 0; bits < 64; bits++) {
		struct bgp_open o = {.asn = bits & 1 ? 4200000001 : 65001,
				     .id = 0xc0000201,
				     .hold = 90,
				     .as4 = bits & 1,
				     .refresh = bits & 2,
				     .enhanced_refresh = bits & 4,
				     .mp = bits >> 3,
				     .families =
					 bits >> 3 ? bits >> 3 & 3 : BGP_IPV4};
		uint8_t out[BGP_MSG_MAX];
		struct wbuf w = wbuf_of(out, sizeof out);
		struct bgp_msg m;

		if (o.families == 0)
			continue;
		bgp_open_encode(&w, &o);
		assert_int_equal(bgp_msg_decode(NULL, out, w.len, &m), BGP_OK);
		same_open(&m.open, &o);
		assert_int_equal(out[20] << 8 | out[21],
				 bits & 1 ? BGP_AS_TRANS : 65001);
	}
}

/* Everything at once still fits into the one byte that tells its length. */
static void
round_trip_all(void **state)
{
	struct bgp_open o = {.asn = 4200000001,
			     .id = 1,
			     .hold = 3,
			     .as4 = true,
			     .refresh = true,
			     .enhanced_refresh = true,
			     .mp = true,
			     .families = 3,
			     .extended_message = true,
			     .add_path_rx = 3,
			     .add_path_tx = 2,
			     .ext_nexthop = BGP_IPV4,
			     .has_role = true,
			     .role = BGP_ROLE_RS,
			     .restart = {true, true, true, 4095, 3, 2},
			     .long_lived = {true, 3, 1, {1, 0xFFFFFF}}};
	uint8_t out[BGP_MSG_MAX];
	struct wbuf w = wbuf_of(out, sizeof out);
	struct bgp_msg m;

	(void)state;
	bgp_open_encode(&w, &o);
	assert_false(w.failed);
	assert_int_equal(bgp_msg_decode(NULL, out, w.len, &m), BGP_OK);
	same_open(&m.open, &o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(decode),
	    cmocka_unit_test(round_trip),
	    cmocka_unit_test(round_trip_all),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
