/* Mistakes by rule: what becomes of a text, place by place; and of what is no
 * configuration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "grader/grader_mutate.h"

/* All mutants of a text, a line each: the mistake, and the text in one line. */
static char *
mutants_of(const char *text)
{
	struct str s = {0};
	size_t n;
	struct grader_mutant *m = grader_mutate(text, &n);

	str_addf(&s, "%s", "");
	for (size_t i = 0; i < n; i++)
		str_addf(&s, "%s: %s\n", m[i].mistake, m[i].text);
	grader_mutants_free(m, n);
	return str_steal(&s);
}

static void
each_place(void **state)
{
	static const struct {
		const char *text, *mutants;
	} rows[] = {
	    {"protocol bgp a { neighbor 192.0.2.1 as 65001; }",
	     "no-session: \n"
	     "other-asn: protocol bgp a { neighbor 192.0.2.1 as 65002; }\n"},
	    {"template bgp t { local as 65001; }",
	     "other-asn: template bgp t { local as 65002; }\n"},
	    {"template bgp t { ipv4 { import none; export all; }; }",
	     "import-all: template bgp t { ipv4 { import all; export all; }; "
	     "}\n"
	     "export-none: template bgp t { ipv4 { import none; export none; "
	     "}; }\n"},
	    {"template bgp t { ipv6 { import limit 9 action block; next hop "
	     "self; } }",
	     "no-limit: template bgp t { ipv6 {  next hop self; } }\n"
	     "next-hop: template bgp t { ipv6 { import limit 9 action block; "
	     " } }\n"},
	    {"template bgp t { ipv4 { export filter { if net ~ [ "
	     "10.0.0.0/8{9,24} ] then accept; else reject; }; } }",
	     "export-all: template bgp t { ipv4 { export all; } }\n"
	     "export-none: template bgp t { ipv4 { export none; } }\n"},
	    {"protocol static { route 192.0.2.0/24 unreachable; route "
	     "198.51.100.0/24 via 192.0.2.1 { preference = 1; }; }",
	     "no-route: protocol static {  route 198.51.100.0/24 via 192.0.2.1 "
	     "{ preference = 1; }; }\n"
	     "no-route: protocol static { route 192.0.2.0/24 unreachable;  "
	     "}\n"},
	    {"filter f { bgp_path.prepend(65001); bgp_community.add((1,2)); }",
	     "prepend-less: filter f {  bgp_community.add((1,2)); }\n"
	     "no-community: filter f { bgp_path.prepend(65001);  }\n"},
	    /* what is only said, or is somebody else's */
	    {"# protocol bgp a { }\n/* protocol bgp b { } */ log \"protocol "
	     "bgp c { }\";",
	     ""},
	    {"protocol kernel { ipv4 { export all; }; }", ""},
	    {"protocol bgp a { neighbor 192.0.2.1 as my_as; }",
	     "no-session: \n"},
	    {"protocol bgp a { ipv4 { import table; import keep filtered; } }",
	     "no-session: \n"},
	    /* no configuration */
	    {"", ""},
	    {"}}}{{{", ""},
	    {"protocol bgp", ""},
	    {"protocol bgp a {", ""},
	    {"protocol bgp a { ipv4 { import none;", "no-session: \n"},
	    {"\"unclosed", ""},
	    {"/* unclosed", ""},
	    {"bgp_path.prepend(", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		_free_ char *is = mutants_of(rows[i].text);
		assert_string_equal(is, rows[i].mutants);
	}
}

static void
no_more_than(void **state)
{
	struct str s = {0};
	size_t n;

	(void)state;
	for (int i = 0; i < 1000; i++)
		str_addf(&s, "protocol bgp p%d { }\n", i);
	_free_ char *text = str_steal(&s);
	struct grader_mutant *m = grader_mutate(text, &n);
	assert_int_equal(n, GRADER_MUTANTS);
	assert_string_equal(m[0].what,
			    "line 1: \"protocol bgp p0 \" becomes \"\"");
	grader_mutants_free(m, n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_place),
	    cmocka_unit_test(no_more_than),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
