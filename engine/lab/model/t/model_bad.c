/*
 * Bad lab files: their outer form, names, and what the command line asks for. Those
 * with a subject of their own are in model_bad_SUBJECT.c.
 */
#include "bad.h"

/* clang-format off */
static const struct bad bad[] = {
    {
	"",
	"lab.yml:1:1: the file is empty: a lab begins with its name, such as lab: my-lab",
    },
    {
	"- lab\n",
	"lab.yml:1:1: a lab must be a map, found a list",
    },
    {
	LAB "membrs: {}\n",
	"lab.yml:2:1: unknown key \"membrs\" in a lab (did you mean \"members\"?)",
    },
    {
	"title: x\n",
	"lab.yml:1:1: the lab has no name: begin with lab: NAME",
    },
    {
	"lab: My Lab\n",
	"lab.yml:1:6: \"My Lab\" is no name for a lab: use 1 to 32 small letters, digits and \"-\"",
    },
    {
	"lab: [x]\n",
	"lab.yml:1:6: expected a text, found a list",
    },
    {
	LAB "title: {a: b}\n",
	"lab.yml:2:8: expected a text, found a map",
    },
    {
	LAB "lab: y\n",
	"lab.yml:2:1: key \"lab\" was given before, on line 1",
    },
    {
	LAB EXCHANGE MEMBER "---\nlab: y\n",
	"lab.yml:8:1: a second document starts here, one file holds one",
    },
    {
	LAB "title: !!str x\n",
	"lab.yml:2:8: tags (tag:yaml.org,2002:str) are not used here, leave it out",
    },
    {
	"\tlab: x\n",
	"lab.yml:1:1: a tab cannot indent, use spaces",
    },
};
/* clang-format on */

static void
refuses(void **state)
{
	(void)state;
	refuses_all(bad, sizeof(bad) / sizeof(bad[0]));
}

/* What the command line asks for is checked like the file. */
static void
refuses_params(void **state)
{
	static const char text[] = LAB EXCHANGE MEMBER;
	static const char big[] =
	    LAB EXCHANGE "generate: {members: {count: 1}}\n";
	struct model_params p = {.members = 3};
	struct err e;

	(void)state;
	assert_null(model_parse("lab.yml", text, strlen(text), &p, &e));
	assert_string_equal(e.msg, "lab.yml: this lab generates no members, so "
				   "their number cannot be chosen");
	p = (struct model_params){.name = "../x"};
	assert_null(model_parse("lab.yml", text, strlen(text), &p, &e));
	assert_string_equal(
	    e.msg,
	    "\"../x\" is no name for a lab: use 1 to 32 small letters, digits "
	    "and \"-\"");
	p = (struct model_params){.members = 5000};
	assert_null(model_parse("lab.yml", big, strlen(big), &p, &e));
	assert_string_equal(e.msg,
			    "5000 members: a lab has at most 4096 nodes");
}

static void
refuses_unknown_labs(void **state)
{
	struct err e;

	(void)state;
	assert_null(model_load("no-such-lab", NULL, &e));
	assert_string_equal(
	    e.msg,
	    "there is no lab \"no-such-lab\": \"ixlab labs\" lists those there "
	    "are, and a file is named with its path, such as "
	    "./no-such-lab.yml");
	assert_int_equal(e.class, ERR_USAGE);
	assert_null(model_load("./no-such-lab.yml", NULL, &e));
	assert_non_null(strstr(e.msg, "no-such-lab.yml"));
}

/* Control characters of a title reach neither terminal nor configuration. */
static void
cleans_titles(void **state)
{
	static const char text[] =
	    LAB EXCHANGE "members: {m1: {asn: 65536, ipv4: 203.0.113.10, name: "
			 "\"a\\nb\\e[31m\"}}\n";
	struct err e;
	struct lab *lab = model_parse("lab.yml", text, strlen(text), NULL, &e);

	(void)state;
	assert_non_null(lab);
	assert_string_equal(model_find(lab, "m1")->title, "a?b?[31m");
	model_free(lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refuses),
	    cmocka_unit_test(refuses_params),
	    cmocka_unit_test(refuses_unknown_labs),
	    cmocka_unit_test(cleans_titles),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
