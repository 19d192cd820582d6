/* Tables from the items of a crowd file: lists, generators, dumps; dealt out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cmd/ixpeer/ixpeer_bad_table.c"
#include "cmd/ixpeer/ixpeer_crowd.c"
#include "cmd/ixpeer/ixpeer_crowd_item.c"
#include "cmd/ixpeer/ixpeer_dump.c"
#include "cmd/ixpeer/ixpeer_line.c"
#include "cmd/ixpeer/ixpeer_script.c"
#include "cmd/ixpeer/ixpeer_script_fill.c"
#define dress routes_dress
#define put routes_put
#define copy routes_copy
#include "cmd/ixpeer/ixpeer_routes.c"

#define SEEDS IXLAB_TREE "/engine/rs/mrt/fuzz/mrt.seeds/"
#define TWO(items)                                                            \
	"{defaults: {to: [{address: 192.0.2.9}], announce: [" items           \
	"]}, robots: [{name: a, asn: 65001, addresses: [192.0.2.1]}, {name: " \
	"b, "                                                                 \
	"asn: 65002, addresses: [192.0.2.2]}]}"

/* What both robots announce (a script that shares no line with ours chose the
 * same routes from the dumps), a line a set: "PREFIX ... | PATH". */
static const struct {
	const char *file, *a, *b;
} tables[] = {
    {TWO("10.0.0.0/8 10.1.0.0/16 med 5"), "10.0.0.0/8 10.1.0.0/16 | 65001\n",
     "10.0.0.0/8 10.1.0.0/16 | 65002\n"},
    {TWO("{generate: 10.0.254.0/24, count: 3, share: 2}"),
     "10.0.254.0/24 10.0.255.0/24 | 65001\n10.1.0.0/24 | 65001\n",
     "10.1.1.0/24 10.1.2.0/24 | 65002\n10.1.3.0/24 | 65002\n"},
    {TWO("{generate: '2001:db8::/32', count: 2, step: 2, skip: 1, share: 1, "
	 "attributes: as-path 7 8}"),
     "2001:dba::/32 | 7 8\n2001:dbc::/32 | 7 8\n",
     "2001:dbe::/32 | 7 8\n2001:dc0::/32 | 7 8\n"},
    {TWO("{mrt: " SEEDS "table_dump, count: 2}"),
     "3.0.0.0/8 | + 1853 1239 80\n24.48.32.0/21 | + 1853 6461 19548 7843\n",
     "?"},
    {TWO("{mrt: " SEEDS "add_path4, peer: AS65017, count: 1, skip: 4}"),
     "10.0.24.0/24 | + 65017 65018 65019 65020 65021 65022 65023 65024\n", "?"},
};

static void
print(const struct ixpeer_routes *r, struct str *s)
{
	char text[IP_PREFIXSTRLEN];

	for (size_t i = 0; i < r->n; i++) {
		char *path = bgp_path_print(r->sets[i].attrs);

		for (size_t j = 0; j < r->sets[i].n; j++)
			str_addf(s, "%s ",
				 ip_prefix_print(&r->sets[i].p[j], text));
		str_addf(s, "| %s%s\n", r->sets[i].prepend ? "+ " : "", path);
		free(path);
	}
}

static void
made(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		const char *want[] = {tables[i].a, tables[i].b};
		struct ixpeer_dumps dumps = {0};
		struct ixpeer_crowd c = {0};
		struct err e = {0};

		if (ixpeer_crowd_parse(&c, "c", tables[i].file,
				       strlen(tables[i].file), &e) < 0)
			fail_msg("%s", e.msg);
		for (int k = 0; k < 2; k++) {
			struct ixpeer_routes r = {0};
			struct str s = {0};

			if (ixpeer_routes_make(&r, &c.robots[k], &dumps, &e) <
			    0)
				fail_msg("%s", e.msg);
			print(&r, &s);
			print_message("# %zu: %s", i, str_text(&s));
			if (want[k][0] != '?')
				assert_string_equal(str_text(&s), want[k]);
			else
				assert_int_equal(
				    r.n, strchr(want[0], '\n')[1] ? 2 : 1);
			str_clear(&s);
			ixpeer_routes_clear(&r);
		}
		ixpeer_dumps_clear(&dumps);
		ixpeer_crowd_clear(&c);
	}
}

static void
changed(void **state)
{
	struct ixpeer_routes r = {0};
	struct bgp_attrs *a = bgp_attrs_new();
	struct ip_prefix p[2];

	(void)state;
	ip_prefix_parse("10.0.0.0/8", &p[0]);
	ip_prefix_parse("11.0.0.0/8", &p[1]);
	ixpeer_routes_add(&r, a, p, 2, 0);
	ixpeer_routes_add(&r, a, p, 1, 0); /* moves */
	ixpeer_routes_add(&r, a, p, 1, 7); /* another route of it */
	assert_int_equal(ixpeer_routes_count(&r, IP_V4), 3);
	assert_int_equal(ixpeer_routes_count(&r, IP_V6), 0);
	assert_true(ixpeer_routes_del(&r, &p[0], 0));
	assert_false(ixpeer_routes_del(&r, &p[0], 0));
	assert_true(ixpeer_routes_del(&r, &p[0], 7));
	assert_int_equal(ixpeer_routes_count(&r, IP_V4), 1);
	ixpeer_routes_clear(&r);
	bgp_attrs_unref(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(made),
	    cmocka_unit_test(changed),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
