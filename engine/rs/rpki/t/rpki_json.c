/* What validators write, and what they do not. */
#include "rs/rpki/rpki.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static void
reads_what_validators_write(void **state)
{
	static const struct {
		const char *text;
		size_t vrps, aspas;
	} cases[] = {
	    /* rpki-client */
	    {"{\"metadata\": {\"buildtime\": \"2026-01-01T00:00:00Z\"},\n"
	     " \"roas\": [\n"
	     "  {\"asn\": 65001, \"prefix\": \"192.0.2.0/24\", "
	     "\"maxLength\": 24, \"ta\": \"ripe\", \"expires\": 1767225600},\n"
	     "  {\"asn\": \"AS65001\", \"prefix\": \"2001:db8::/32\", "
	     "\"maxLength\": 48, \"ta\": \"ripe\"}],\n"
	     " \"bgpsec_keys\": [{\"asn\": 1}],\n"
	     " \"aspas\": [{\"customer_asid\": 65001, \"expires\": 1767225600, "
	     "\"providers\": [65002, 65003]}]}\n",
	     2, 1},
	    /* before version 9 */
	    {"{\"roas\":[],\"provider_authorizations\":{\"ipv4\":["
	     "{\"customer_asid\":1,\"providers\":[2]}],\"ipv6\":["
	     "{\"customer_asid\":1,\"providers\":[2]},"
	     "{\"customer_asid\":3,\"providers\":[]}]}}",
	     0, 2},
	    /* Routinator, json and jsonext */
	    {"{\"metadata\":{\"generated\":1767225600,\"generatedTime\":"
	     "\"2026-01-01T00:00:00Z\"},\"roas\":[{\"asn\":\"AS65001\","
	     "\"prefix\":\"192.0.2.0/24\",\"maxLength\":24,\"ta\":\"ripe\"}]}",
	     1, 0},
	    {"{\"roas\":[{\"asn\":\"AS1\",\"prefix\":\"192.0.2.0/24\","
	     "\"maxLength\":24,\"source\":[{\"type\":\"roa\",\"tal\":\"ripe\"}]"
	     "}],\"routerKeys\":[],\"aspas\":[{\"customer\":\"AS1\","
	     "\"providers\":[\"AS2\"],\"source\":[]}]}",
	     1, 1},
	    /* numbers as text, no length, the same twice */
	    {"{\"roas\":[{\"asn\":\"65001\",\"prefix\":\"192.0.2.0/24\","
	     "\"maxLength\":\"24\"},{\"prefix\":\"192.0.2.0/24\","
	     "\"asn\":\"as65001\"}]}",
	     1, 0},
	    {"{\"roas\":[],\"aspas\":[{\"customer\":1,"
	     "\"provider_asids\":[2]}]}",
	     0, 1},
	    {" {\"aspas\" : [ ] } ", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct rpki *t = rpki_new();
		struct err e = {0};
		if (rpki_json(t, cases[i].text, strlen(cases[i].text), "f",
			      &e) < 0)
			fail_msg("case %zu: %s", i, e.msg);
		assert_int_equal(rpki_count(t), cases[i].vrps);
		assert_int_equal(rpki_aspa_count(t), cases[i].aspas);
		rpki_free(t);
	}
}

#define ROA "{\"asn\":1,\"prefix\":\"10.0.0.0/8\"},"

static void
refuses_with_the_place(void **state)
{
	static const struct {
		const char *text, *sentence;
	} cases[] = {
	    {"", "f:1:1: \"{\" was expected here"},
	    {"[]", "f:1:1: \"{\" was expected here"},
	    {"{}", "f: there is no list \"roas\" in it; it takes the JSON of "
		   "rpki-client or Routinator"},
	    {"{\"roas\":[]} x", "f:1:13: text follows after the end"},
	    {"{\"roas\":[]", "f:1:11: \",\" or \"}\" is missing"},
	    {"{\"roas\":[{\"asn\":1", "f:1:18: '}' expected near end of file"},
	    {"{\"roas\":{}}", "f:1:9: a list was expected here"},
	    {"{\"roas\" []}", "f:1:9: \":\" is missing"},
	    {"{1:[]}", "f:1:2: a name was expected here"},
	    {"{\"roas\":[\n" ROA "\n 7]}",
	     "f:3:2: an object was expected here"},
	    {"{\"roas\":[" ROA "\n{\"prefix\":\"10.0.0.0/8\"}]}",
	     "f:2:1: \"asn\" is missing or no AS number"},
	    {"{\"roas\":[" ROA "\n{\"asn\":\"AS4294967296\"}]}",
	     "f:2:1: \"asn\" is missing or no AS number"},
	    {"{\"roas\":[" ROA "\n{\"asn\":-1}]}",
	     "f:2:1: \"asn\" is missing or no AS number"},
	    {"{\"roas\":[" ROA "\n{\"asn\":\"AS\"}]}",
	     "f:2:1: \"asn\" is missing or no AS number"},
	    {"{\"roas\":[" ROA "\n{\"asn\":1}]}",
	     "f:2:1: \"prefix\" is missing or no prefix"},
	    {"{\"roas\":[" ROA "\n{\"asn\":1,\"prefix\":\"10.0.0.1/8\"}]}",
	     "f:2:1: \"prefix\" is missing or no prefix"},
	    {"{\"roas\":[" ROA
	     "\n{\"asn\":1,\"prefix\":\"10.0.0.0/8\",\"maxLength\":7}]}",
	     "f:2:1: \"maxLength\" is no length of such a prefix"},
	    {"{\"roas\":[" ROA
	     "\n{\"asn\":1,\"prefix\":\"10.0.0.0/8\",\"maxLength\":33}]}",
	     "f:2:1: \"maxLength\" is no length of such a prefix"},
	    {"{\"roas\":[" ROA "\n{\"asn\":1,\"prefix\":\"10.0.0.0/8\","
	     "\"maxLength\":true}]}",
	     "f:2:1: \"maxLength\" is no length of such a prefix"},
	    {"{\"roas\":[],\"aspas\":[{}]}",
	     "f:1:21: \"customer\" is missing or no AS number"},
	    {"{\"roas\":[],\"aspas\":[{\"customer\":1}]}",
	     "f:1:21: \"providers\" is missing or no list"},
	    {"{\"roas\":[],\"aspas\":[{\"customer\":1,"
	     "\"providers\":[\"x\"]}]}",
	     "f:1:21: a provider is not an AS number"},
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct rpki *t = rpki_new();
		struct err e = {0};
		assert_int_equal(
		    rpki_json(t, cases[i].text, strlen(cases[i].text), "f", &e),
		    -1);
		assert_string_equal(e.msg, cases[i].sentence);
		assert_int_equal(e.class, ERR_USAGE);
		assert_int_equal(rpki_count(t), 0); /* all or nothing */
		rpki_free(t);
	}
}

static const char mixed[] =
    "{\"roas\":["
    "{\"asn\":1,\"prefix\":\"10.0.0.0/8\",\"ta\":\"RIPE\",\"expires\":100},"
    "{\"asn\":1,\"prefix\":\"11.0.0.0/8\",\"ta\":\"apnic\"},"
    "{\"asn\":1,\"prefix\":\"12.0.0.0/8\",\"source\":[{\"tal\":\"apnic\"},"
    "{\"tal\":\"ripe\"}]},"
    "{\"asn\":1,\"prefix\":\"13.0.0.0/8\",\"source\":[{\"tal\":\"apnic\"}]},"
    "{\"asn\":1,\"prefix\":\"14.0.0.0/8\"}],"
    "\"aspas\":[{\"customer\":1,\"providers\":[2]}],"
    "\"metadata\":{\"buildtime\":\"2026-01-01T00:00:00Z\"}}";

static void
takes_the_part_that_is_wanted(void **state)
{
	static const char *const ripe[] = {"ripe"};
	static const struct {
		struct rpki_part part;
		int rc;
		size_t vrps, aspas;
	} cases[] = {
	    {{.vrps = true, .aspas = true}, 0, 5, 1},
	    {{.vrps = true}, 0, 5, 0},
	    {{.aspas = true}, 0, 0, 1},
	    {{.vrps = true, .anchors = ripe, .n_anchors = 1}, 0, 3, 0},
	    {{.vrps = true, .now = 100}, 0, 5, 0},
	    {{.vrps = true, .now = 101}, 0, 4, 0},
	    {{.vrps = true, .not_before = 1767225600}, 0, 5, 0},
	    {{.vrps = true, .not_before = 1767225601}, -1, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct rpki *t = rpki_new();
		struct err e = {0};
		assert_int_equal(rpki_json_part(t, &cases[i].part, mixed,
						strlen(mixed), "f", &e),
				 cases[i].rc);
		assert_int_equal(rpki_count(t), cases[i].vrps);
		assert_int_equal(rpki_aspa_count(t), cases[i].aspas);
		rpki_free(t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_validators_write),
	    cmocka_unit_test(refuses_with_the_place),
	    cmocka_unit_test(takes_the_part_that_is_wanted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("rpki_json", tests, NULL, NULL);
}
