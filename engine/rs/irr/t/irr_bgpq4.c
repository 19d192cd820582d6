/* bgpq4's JSON: prefixes and AS numbers under a name. */
#include "irr_test.h"

static const char text[] =
    "{\"AS-FOO\": [\n"
    "    { \"prefix\": \"192.0.2.0/24\", \"exact\": true },\n"
    "    { \"prefix\": \"10.0.0.0/8\", \"exact\": false, "
    "\"less-equal\": 10 },\n"
    "    { \"prefix\": \"172.16.0.0/12\", \"exact\": false,\n"
    "      \"greater-equal\": 16, \"less-equal\": 20 }\n"
    "] }\n"
    "{\"AS-FOO\": [\n  { \"prefix\": \"2001:db8::/32\", \"exact\": true }] }\n"
    "{\"AS-FOO\": [\n  65001,65002\n]}\n"
    "{\"NN\": [{\"prefix\": \"198.51.100.0/24\", \"exact\": true}],\n"
    " \"AS65003\": [{\"prefix\": \"203.0.113.0/24\", \"exact\": true}]}\n";

static void
knows_prefixes(void **state)
{
	static const struct {
		const char *name, *prefix;
		bool exact, longer;
	} cases[] = {
	    {"AS-FOO", "192.0.2.0/24", true, true},
	    {"AS-FOO", "192.0.2.0/25", false, true},
	    {"AS-FOO", "192.0.2.0/23", false, false},
	    {"AS-FOO", "10.0.0.0/8", true, true},
	    {"AS-FOO", "10.64.0.0/10", true, true},
	    {"AS-FOO", "10.64.0.0/11", false, true},
	    {"AS-FOO", "172.16.0.0/12", false, false},
	    {"AS-FOO", "172.16.0.0/16", true, true},
	    {"AS-FOO", "172.16.16.0/20", true, true},
	    {"AS-FOO", "172.16.16.0/21", false, true},
	    {"AS-FOO", "2001:db8::/32", true, true},
	    {"AS-FOO", "198.51.100.0/24", false, false},
	    {"AS-FOO", "203.0.113.0/24", false, false},
	    {"nn", "198.51.100.0/24", true, true},
	    {"nn", "192.0.2.0/24", false, false},
	    {"AS65003", "203.0.113.0/24", true, true},
	    {"AS65004", "203.0.113.0/24", false, false},
	};
	struct irr_db *db = irr_db_new();
	struct ip_prefix p;
	struct err e = {0};

	(void)state;
	if (irr_db_bgpq4(db, text, strlen(text), "f", &e) < 0)
		fail_msg("%s", e.msg);
	for (size_t i = 0; i < N(cases); i++) {
		struct irr_filter *f = irr_filter_new(db, &cases[i].name, 1);
		assert_true(ip_prefix_parse(cases[i].prefix, &p));
		if (irr_filter_has_prefix(f, &p, false) != cases[i].exact ||
		    irr_filter_has_prefix(f, &p, true) != cases[i].longer)
			fail_msg("%s %s", cases[i].name, cases[i].prefix);
		irr_filter_free(f);
	}
	irr_db_free(db);
}

/* Beside a registry: its sets may name those of bgpq4. */
static void
stands_beside_a_registry(void **state)
{
	static const char rpsl[] = "as-set: AS-BAR\nmembers: AS-FOO, AS1\n"
				   "source: X\n\n"
				   "as-set: AS-BOTH\nmembers: AS2\nsource: X\n";
	static const char both[] = "{\"AS-BOTH\": [3]}";
	struct irr_db *db = irr_db_new();
	struct err e = {0};
	char out[256];

	(void)state;
	assert_int_equal(irr_db_rpsl(db, rpsl, strlen(rpsl), "r", &e), 0);
	assert_int_equal(irr_db_bgpq4(db, text, strlen(text), "f", &e), 0);
	assert_int_equal(irr_db_bgpq4(db, both, strlen(both), "f", &e), 0);
	irr_test_filter(db, "AS-BAR", out, sizeof(out));
	assert_string_equal(out, "1 65001 65002");
	irr_test_filter(db, "AS-BOTH", out, sizeof(out));
	assert_string_equal(out, "2"); /* the first that was read */
	irr_test_filter(db, "AS-FOO NN AS65003", out, sizeof(out));
	assert_string_equal(out, "65001 65002 65003");
	irr_test_filter(db, "AS-NOPE", out, sizeof(out));
	assert_string_equal(out, " | AS-NOPE");
	irr_db_free(db);
}

static void
refuses_with_the_place(void **state)
{
	static const struct {
		const char *text, *sentence;
	} cases[] = {
	    {"", "f:1:1: \"{\" was expected here"},
	    {"route: x", "f:1:1: \"{\" was expected here"},
	    {"{\"A\": 7}", "f:1:7: a list was expected here"},
	    {"{\"\": []}", "f:1:2: this is no name of an as-set"},
	    {"{\"A\": [\n7, 0]}", "f:2:4: this is no AS number"},
	    {"{\"A\": [\n4294967296]}", "f:2:1: this is no AS number"},
	    {"{\"A\": [\n\"AS1\"]}",
	     "f:2:1: neither a prefix nor an AS number"},
	    {"{\"A\": [\n{}]}", "f:2:1: \"prefix\" is missing or no prefix"},
	    {"{\"A\": [\n{\"prefix\": \"10.0.0.1/8\"}]}",
	     "f:2:1: \"prefix\" is missing or no prefix"},
	    {"{\"A\": [{\"prefix\": \"10.0.0.0/8\", \"exact\": false, "
	     "\"less-equal\": 33}]}",
	     "f:1:8: \"greater-equal\" or \"less-equal\" is no length of such "
	     "a prefix"},
	    {"{\"A\": [{\"prefix\": \"10.0.0.0/8\", \"exact\": false, "
	     "\"greater-equal\": 7}]}",
	     "f:1:8: \"greater-equal\" or \"less-equal\" is no length of such "
	     "a prefix"},
	    {"{\"A\": []} x", "f:1:11: text follows after the end"},
	    {"{\"A\": [", "f:1:8: unexpected token near end of file"},
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct irr_db *db = irr_db_new();
		struct err e = {0};
		assert_int_equal(irr_db_bgpq4(db, cases[i].text,
					      strlen(cases[i].text), "f", &e),
				 -1);
		assert_string_equal(e.msg, cases[i].sentence);
		assert_int_equal(e.class, ERR_USAGE);
		irr_db_free(db);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(knows_prefixes),
	    cmocka_unit_test(stands_beside_a_registry),
	    cmocka_unit_test(refuses_with_the_place),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("irr_bgpq4", tests, NULL, NULL);
}
