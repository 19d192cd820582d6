/* Attribute sets as values, paths, text. */
#include "bgp_test.h"

static const struct {
	const char *path, *text;
	uint32_t first, origin;
	unsigned int length;
	bool set;
} paths[] = {
    {"", "", 0, 0, 0, false},
    {"0201 0000fde9", "65001", 65001, 65001, 1, false},
    {"0202 0000fde9 fa56ea01", "65001 4200000001", 65001, 4200000001, 2, false},
    {"0201 0000fde9 0102 0000fdea 0000fdeb", "65001 {65002 65003}", 65001, 0, 2,
     true},
    {"0101 0000fde9 0201 0000fdea", "{65001} 65002", 0, 65002, 2, true},
    {"0102 00000001 00000002 0102 00000003 00000004", "{1 2} {3 4}", 0, 0, 2,
     true},
    {"0201 00000001 0201 00000002", "1 2", 1, 2, 2, false},
};

static void
set_path(struct bgp_attrs *a, const char *text)
{
	free(a->path);
	a->path = malloc(64);
	a->path_len = hex(text, a->path);
}

static void
path_helpers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct bgp_attrs *a = bgp_attrs_new();
		char *text;

		set_path(a, paths[i].path);
		text = bgp_path_print(a);
		assert_string_equal(text, paths[i].text);
		free(text);
		assert_int_equal(bgp_path_first(a), paths[i].first);
		assert_int_equal(bgp_path_origin(a), paths[i].origin);
		assert_int_equal(bgp_path_length(a), paths[i].length);
		assert_int_equal(bgp_path_has_set(a), paths[i].set);
		assert_false(bgp_path_contains(a, 65099));
		if (paths[i].first)
			assert_true(bgp_path_contains(a, paths[i].first));
		bgp_attrs_unref(a);
	}
}

static void
path_prepend(void **state)
{
	struct bgp_attrs *a = bgp_attrs_new();
	char *text;

	(void)state;
	set_path(a, "0101 00000007");
	bgp_path_prepend(a, 65001, 2);
	text = bgp_path_print(a);
	assert_string_equal(text, "65001 65001 {7}");
	assert_int_equal(a->path[1], 2); /* one segment */
	free(text);
	bgp_path_prepend(a, 65002, 254); /* a second one must begin */
	assert_int_equal(a->path[1], 1);
	assert_int_equal(bgp_path_length(a), 257);
	bgp_attrs_unref(a);
}

static void
path_long(void **state)
{
	struct bgp_attrs *a = bgp_attrs_new();
	uint32_t asns[600];

	(void)state;
	for (uint32_t i = 0; i < 600; i++)
		asns[i] = i + 1;
	bgp_path_set(a, asns, 600);
	assert_int_equal(bgp_path_length(a), 600);
	assert_int_equal(bgp_path_origin(a), 600);
	bgp_path_set(a, asns, 0);
	assert_int_equal(a->path_len, 0);
	bgp_attrs_unref(a);
}

static struct bgp_attrs *
full(void)
{
	struct bgp_attrs *a = bgp_attrs_new();
	uint32_t asns[] = {65001, 65002}, communities[] = {1, 2};
	struct bgp_large large = {1, 2, 3};

	a->has_med = true;
	a->med = 10;
	ip_addr_parse("192.0.2.1", &a->next_hop);
	bgp_path_set(a, asns, 2);
	bgp_attrs_set_communities(a, communities, 2);
	bgp_attrs_set_large(a, &large, 1);
	bgp_attrs_set_ext(a, (const uint8_t *)"\0\2\0\0\0\0\0\1", 1);
	return a;
}

static void
change(struct bgp_attrs *a, int i)
{
	switch (i) {
	case 0: a->origin = 1; break;
	case 1: a->med = 11; break;
	case 2: a->has_med = false; break;
	case 3: a->has_local_pref = true; break;
	case 4: a->local_pref = 1; break;
	case 5: a->atomic_aggregate = true; break;
	case 6: a->has_aggregator = true; break;
	case 7: a->aggregator_as = 1; break;
	case 8: a->aggregator_id = 1; break;
	case 9: a->has_otc = true; break;
	case 10: a->otc = 1; break;
	case 11: ip_addr_parse("192.0.2.2", &a->next_hop); break;
	case 12: ip_addr_parse("fe80::1", &a->link_local); break;
	case 13: bgp_path_prepend(a, 1, 1); break;
	case 14: a->communities[0] = 3; break;
	case 15: bgp_attrs_set_communities(a, a->communities + 1, 1); break;
	case 16: a->large[0].b++; break;
	case 17: bgp_attrs_set_large(a, NULL, 0); break;
	case 18: a->ext[7]++; break;
	case 19: bgp_attrs_set_ext(a, NULL, 0); break;
	case 20: a->partial = BGP_PARTIAL_OTC; break;
	}
}

static void
equality(void **state)
{
	struct bgp_attrs *a = full();

	(void)state;
	for (int i = 0; i <= 20; i++) {
		struct bgp_attrs *b = bgp_attrs_clone(a);

		assert_true(bgp_attrs_equal(a, b));
		assert_int_equal(bgp_attrs_hash(a), bgp_attrs_hash(b));
		change(b, i);
		assert_false(bgp_attrs_equal(a, b));
		assert_int_not_equal(bgp_attrs_hash(a), bgp_attrs_hash(b));
		bgp_attrs_unref(b);
	}
	bgp_attrs_ref(a);
	bgp_attrs_unref(a);
	assert_int_equal(a->refs, 1);
	bgp_attrs_unref(a);
	bgp_attrs_unref(NULL);
}

static void
text(void **state)
{
	static const char *const bad[] = {
	    "",	     "1",	"1:",	   ":1",
	    "1:2:3", "65536:1", "1:65536", "1: 2",
	    "a:b",   "-1:2",	"1:2 ",	   "11111111111111111111:1"};
	struct bgp_attrs *a = full();
	struct bgp_large l;
	uint32_t c;
	char *s = bgp_communities_print(a);

	(void)state;
	assert_string_equal(s, "0:1 0:2");
	free(s);
	s = bgp_large_print(a);
	assert_string_equal(s, "1:2:3");
	free(s);
	bgp_attrs_unref(a);
	assert_true(bgp_community_parse("65535:65281", &c));
	assert_int_equal(c, BGP_NO_EXPORT);
	assert_true(bgp_large_parse("4294967295:0:7", &l));
	assert_int_equal(l.global, 4294967295);
	assert_int_equal(l.b, 7);
	assert_false(bgp_large_parse("4294967296:0:7", &l));
	assert_false(bgp_large_parse("1:2", &l));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(bgp_community_parse(bad[i], &c));
	assert_string_equal(bgp_origin_name(2), "incomplete");
	assert_string_equal(bgp_origin_name(3), "unknown");
}

static void
ext(void **state)
{
	static const uint8_t list[][8] = {
	    {0, 2, 0xfd, 0xe8, 0, 0, 0, 1},
	    {0, 3, 0, 0, 0xff, 0xff, 0xff, 0xff},
	    {2, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	    {2, 3, 0, 0, 0, 7, 0, 8},
	    {1, 2, 192, 0, 2, 1, 1, 0},
	    {1, 3, 255, 255, 255, 255, 255, 255},
	    {0x43, 0, 0, 0, 0, 0, 0, 2}, /* RFC 8097 */
	    {0x40, 2, 0, 1, 0, 0, 0, 1}, /* not transitive */
	    {3, 2, 0, 0, 0, 0, 0, 0},
	    {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	};
	struct bgp_attrs *a = bgp_attrs_new();
	char *s = bgp_ext_print(a);

	(void)state;
	assert_string_equal(s, "");
	free(s);
	bgp_attrs_set_ext(a, list[0], sizeof list / sizeof *list);
	s = bgp_ext_print(a);
	assert_string_equal(
	    s, "rt:65000:1 ro:0:4294967295 rt:4294967295:65535 ro:7:8 "
	       "rt:192.0.2.1:256 ro:255.255.255.255:65535 "
	       "generic:0x43000000:0x2 generic:0x40020001:0x1 "
	       "generic:0x3020000:0x0 generic:0xffffffff:0xffffffff");
	free(s);
	bgp_attrs_unref(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(path_helpers), cmocka_unit_test(path_prepend),
	    cmocka_unit_test(path_long),    cmocka_unit_test(equality),
	    cmocka_unit_test(text),	    cmocka_unit_test(ext),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
