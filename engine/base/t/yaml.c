/* The tree, its limits, its sentences: each message is compared exactly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/str.h"
#include "base/yaml.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static int
parse(struct yaml_doc *doc, const char *text, struct err *e)
{
	return yaml_parse(doc, "f", text, strlen(text), e);
}

static void
must_parse(struct yaml_doc *doc, const char *text)
{
	struct err e;

	if (parse(doc, text, &e) < 0)
		fail_msg("%s", e.msg);
}

static void
must_fail(const char *text, size_t len, const char *msg)
{
	struct yaml_doc doc;
	struct err e = {0};

	assert_int_equal(yaml_parse(&doc, "f", text, len, &e), -1);
	assert_int_equal(e.class, ERR_USAGE);
	assert_string_equal(e.msg, msg);
	assert_null(doc.mem);
	assert_null(doc.root);
}

static void
refuses_what_our_files_may_not_use(void **state)
{
	static const struct {
		const char *text, *msg;
	} cases[] = {
	    {"a: 1\nb: 2\na: 3\nb: 4\n",
	     "f:3:1: key \"a\" was given before, on line 1"},
	    {"x: {a: 1, a: 2}",
	     "f:1:11: key \"a\" was given before, on line 1"},
	    {"a: 1\n\"a\": 2", "f:2:1: key \"a\" was given before, on line 1"},
	    {"a: &here 1", "f:1:4: anchors (&here) are not used here, write "
			   "the value out"},
	    {"a: &l [1]", "f:1:4: anchors (&l) are not used here, write the "
			  "value out"},
	    {"&m a: 1", "f:1:1: anchors (&m) are not used here, write the "
			"value out"},
	    {"a: *here", "f:1:4: aliases (*here) are not used here, write "
			 "the value out"},
	    {"*k : 1", "f:1:1: aliases (*k) are not used here, write the "
		       "value out"},
	    {"<<: *b", "f:1:5: aliases (*b) are not used here, write the "
		       "value out"},
	    {"a: !!int 1", "f:1:4: tags (tag:yaml.org,2002:int) are not used "
			   "here, leave it out"},
	    {"a: !mine {}", "f:1:4: tags (!mine) are not used here, leave it "
			    "out"},
	    {"a: 1\n--- \nb: 2\n",
	     "f:2:1: a second document starts here, one file holds one"},
	    {"# x\n%YAML 1.1\n---\na: 1", "f:2:1: directives (%) are not used "
					  "here, leave this line out"},
	    {"a: 1\n... # x\n\n%TAG ! x:\n--- b",
	     "f:4:1: directives (%) are "
	     "not used here, leave this line out"},
	    {"a: 1\n%TAG ! x:\n--- b", "f:2:1: directives (%) are not used "
				       "here, leave this line out"},
	    {"# x\r%T\r", "f:2:1: directives (%) are not used here, leave this "
			  "line out"},
	    {"\xc2\x85%T", "f:2:1: directives (%) are not used here, leave "
			   "this line out"},
	    {"a: 1\rb: \xc3\xbc\xff", "f:2:5: this is not plain UTF-8 text "
				      "(invalid leading UTF-8 octet)"},
	    {"a: %b", "f:1:4: '%' cannot start a word, use quotes"},
	    {"[1]: 2", "f:1:1: a key must be a word"},
	    {"? {a: 1}\n: 2", "f:1:3: a key must be a word"},
	    {"a: \"x\\0y\"",
	     "f:1:4: this text contains a NUL character, leave it out"},
	    {"a:\n\tb: 1", "f:2:1: a tab cannot indent, use spaces"},
	    {"\xc3\xbc: @x", "f:1:4: '@' cannot start a word, use quotes"},
	    {"a: [1, 2", "f:2:1: while parsing a flow sequence, did not find "
			 "expected ',' or ']'"},
	    {"a: 1\n b: 2", "f:2:3: mapping values are not allowed in this "
			    "context"},
	    {"a: 1\n\xc3\xbc: \xff\n", "f:2:4: this is not plain UTF-8 text "
				       "(invalid leading UTF-8 octet)"},
	    {"a: \x01", "f:1:4: this is not plain UTF-8 text (control "
			"characters are not allowed)"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++)
		must_fail(cases[i].text, strlen(cases[i].text), cases[i].msg);
	must_fail("a: 1\0", 5,
		  "f:1:5: this is not plain UTF-8 text (control "
		  "characters are not allowed)");
}

static void
keeps_text_as_written(void **state)
{
	static const char *const words[] = {
	    "65001:10",	     "no",   "012", "1_000", "0x1f", "1e3",
	    "2001:db8::/32", "1:30", "=",   ".inf",  "<<",   "off",
	    "2024-01-01",    "~x",   "-1",  "+5"};
	struct yaml_doc doc;
	char text[64];
	size_t i;

	(void)state;
	for (i = 0; i < N(words); i++) {
		snprintf(text, sizeof(text), "k: %s\n", words[i]);
		must_parse(&doc, text);
		assert_string_equal(yaml_get(doc.root, "k")->text, words[i]);
		yaml_clear(&doc);
	}
}

static void
remembers_places_and_order(void **state)
{
	struct yaml_doc doc;
	const struct yaml *y;

	(void)state;
	must_parse(&doc, "# lab\nb: [x, \"y\"]\n\xc3\xbc\xc3\xbc: {z: 1}\n"
			 "a: |\n  text\n");
	assert_int_equal(doc.root->kind, YAML_MAP);
	assert_int_equal(doc.root->n, 3);
	y = doc.root->items[0];
	assert_string_equal(y->key, "b");
	assert_int_equal(y->key_line, 2);
	assert_int_equal(y->key_col, 1);
	assert_int_equal(y->col, 4);
	assert_int_equal(y->n, 2);
	assert_false(y->items[0]->quoted);
	assert_true(y->items[1]->quoted);
	assert_int_equal(y->items[1]->col, 8);
	y = doc.root->items[1]; /* columns are characters */
	assert_int_equal(y->line, 3);
	assert_int_equal(y->col, 5);
	assert_int_equal(yaml_get(y, "z")->col, 9);
	y = doc.root->items[2];
	assert_string_equal(y->text, "text\n");
	assert_true(y->quoted);
	assert_null(yaml_get(doc.root, "c"));
	assert_null(yaml_get(y, "c"));
	assert_null(yaml_get(NULL, "c"));
	yaml_clear(&doc);
	yaml_clear(&doc);
}

static void
takes_empty_files_and_marks(void **state)
{
	static const char *const empty[] = {"", "\n", "# only\n"};
	struct yaml_doc doc;
	size_t i;

	(void)state;
	for (i = 0; i < N(empty); i++) {
		must_parse(&doc, empty[i]);
		assert_null(doc.root);
		assert_string_equal(doc.file, "f");
		yaml_clear(&doc);
	}
	must_parse(&doc, "\xef\xbb\xbf"
			 "a: 1\r\nb: 2\r\n");
	assert_string_equal(yaml_get(doc.root, "a")->text, "1");
	assert_int_equal(yaml_get(doc.root, "b")->line, 2);
	yaml_clear(&doc);
	must_parse(&doc, "--- \na: 1\n...\n");
	assert_string_equal(yaml_get(doc.root, "a")->text, "1");
	yaml_clear(&doc);
}

static void
holds_its_limits(void **state)
{
	struct yaml_doc doc;
	struct str s = {0};
	char *big;
	int i;

	(void)state;
	for (i = 0; i < YAML_MAX_DEPTH; i++)
		str_add(&s, "[");
	str_add(&s, "x");
	for (i = 0; i < YAML_MAX_DEPTH; i++)
		str_add(&s, "]");
	must_parse(&doc, s.text);
	yaml_clear(&doc);
	str_clear(&s);
	for (i = 0; i < 33; i++)
		str_add(&s, "[");
	must_fail(s.text, s.len, "f:1:33: more than 32 levels deep");
	str_clear(&s);
	for (i = 0; i < 33; i++)
		str_addf(&s, "%*sa:\n", i, "");
	str_addf(&s, "%*sa: x\n", i, "");
	must_fail(s.text, s.len, "f:33:33: more than 32 levels deep");
	str_clear(&s);

	for (i = 0; i < YAML_MAX_NODES; i++)
		str_add(&s, "- 1\n");
	must_fail(s.text, s.len,
		  "f:200000:3: the file has more than 200000 values");
	str_clear(&s);

	big = xmalloc(2 << 20);
	memset(big, ' ', 2 << 20);
	must_fail(big, 2 << 20, "f: the file is larger than 1048576 bytes");
	must_fail(big, YAML_MAX_BYTES + 1,
		  "f: the file is larger than 1048576 bytes");
	memset(big, 'x', YAML_MAX_BYTES);
	assert_int_equal(
	    yaml_parse(&doc, "f", big, YAML_MAX_BYTES, &(struct err){0}), 0);
	assert_int_equal(strlen(doc.root->text), YAML_MAX_BYTES);
	yaml_clear(&doc);
	free(big);
}

/* A hundred thousand keys must not take minutes to compare. */
static void
finds_a_double_key_among_many(void **state)
{
	struct str s = {0};
	int i;

	(void)state;
	for (i = 0; i < 60000; i++)
		str_addf(&s, "k%d: 1\n", i);
	str_add(&s, "k777: 1\n");
	must_fail(s.text, s.len,
		  "f:60001:1: key \"k777\" was given before, on line 778");
	str_clear(&s);
}

static void
knows_the_keys(void **state)
{
	static const char *const keys[] = {"name", "members"};
	static const struct {
		const char *text, *msg;
	} cases[] = {
	    {"name: x\n\nlab: 1",
	     "f:3:1: unknown key \"lab\" in a lab (known are name, "
	     "members)"},
	    {"membrs: []",
	     "f:1:1: unknown key \"membrs\" in a lab (did you mean "
	     "\"members\"?)"},
	    {"\"a\\eb\": 1", "f:1:1: unknown key \"a?b\" in a lab (known are "
			     "name, members)"},
	    {"- name", "f:1:1: a lab must be a map, found a list"},
	    {"lab", "f:1:1: a lab must be a map, found \"lab\""},
	    {"~", "f:1:1: a lab must be a map, found nothing"},
	};
	struct yaml_doc doc;
	struct err e;
	const struct yaml *y;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		must_parse(&doc, cases[i].text);
		assert_int_equal(
		    yaml_keys(&doc, doc.root, "a lab", keys, 2, &e), -1);
		assert_string_equal(e.msg, cases[i].msg);
		yaml_clear(&doc);
	}
	must_parse(&doc, "members: []");
	assert_int_equal(yaml_keys(&doc, doc.root, "a lab", keys, 2, &e), 0);
	assert_int_equal(yaml_need(&doc, doc.root, "members", &y, &e), 0);
	assert_int_equal(yaml_want(&doc, y, YAML_LIST, "members", &e), 0);
	assert_int_equal(yaml_want(&doc, y, YAML_MAP, "members", &e), -1);
	assert_string_equal(e.msg,
			    "f:1:10: members must be a map, found a list");
	assert_int_equal(yaml_need(&doc, doc.root, "name", &y, &e), -1);
	assert_string_equal(e.msg, "f:1:1: the key \"name\" is missing here");
	yaml_clear(&doc);
}

/* Each accessor over one value, as one line of text. */
static void
describe(const char *type, const char *text, char *out, size_t size)
{
	static const char *const words[] = {"open", "closed", "half"};
	_free_ char *whole = xasprintf("k: %s\n", text);
	struct yaml_doc doc;
	const struct yaml *y;
	const char *s;
	struct err e;
	struct ip_addr a;
	struct ip_prefix p;
	char buf[IP_PREFIXSTRLEN];
	uint32_t v;
	size_t w;
	bool b;
	int rc = -1;

	must_parse(&doc, whole);
	y = yaml_get(doc.root, "k");
	*out = '\0';
	if (strcmp(type, "str") == 0) {
		if ((rc = yaml_str(&doc, y, &s, &e)) == 0)
			snprintf(out, size, "%s", s);
	} else if (strcmp(type, "u32") == 0) {
		if ((rc = yaml_u32(&doc, y, 1, 4294967295u, &v, &e)) == 0)
			snprintf(out, size, "%u", v);
	} else if (strcmp(type, "bool") == 0) {
		if ((rc = yaml_bool(&doc, y, &b, &e)) == 0)
			snprintf(out, size, "%d", b);
	} else if (strcmp(type, "addr") == 0) {
		if ((rc = yaml_addr(&doc, y, IP_NONE, &a, &e)) == 0)
			ip_addr_print(&a, out);
	} else if (strcmp(type, "addr4") == 0) {
		if ((rc = yaml_addr(&doc, y, IP_V4, &a, &e)) == 0)
			ip_addr_print(&a, out);
	} else if (strcmp(type, "prefix6") == 0) {
		if ((rc = yaml_prefix(&doc, y, IP_V6, &p, &e)) == 0)
			ip_prefix_print(&p, out);
	} else if (strcmp(type, "prefix") == 0) {
		if ((rc = yaml_prefix(&doc, y, IP_NONE, &p, &e)) == 0)
			snprintf(out, size, "%s", ip_prefix_print(&p, buf));
	} else if (strcmp(type, "ms") == 0) {
		if ((rc = yaml_ms(&doc, y, &v, &e)) == 0)
			snprintf(out, size, "%u", v);
	} else if (strcmp(type, "word") == 0) {
		if ((rc = yaml_word(&doc, y, words, 3, &w, &e)) == 0)
			snprintf(out, size, "%zu", w);
	}
	if (rc < 0)
		snprintf(out, size, "%s", e.msg);
	yaml_clear(&doc);
}

static void
reads_scalars_as_types(void **state)
{
	static const struct {
		const char *type, *text, *out;
	} cases[] = {
	    {"str", "no", "no"},
	    {"str", "\"\"", ""},
	    {"str", "'~'", "~"},
	    {"str", "", "f:1:3: expected a text, found nothing"},
	    {"str", "null", "f:1:4: expected a text, found nothing"},
	    {"str", "{}", "f:1:4: expected a text, found a map"},
	    {"u32", "1", "1"},
	    {"u32", "4294967295", "4294967295"},
	    {"u32", "4294967296",
	     "f:1:4: expected a number from 1 to "
	     "4294967295, found \"4294967296\""},
	    {"u32", "0",
	     "f:1:4: expected a number from 1 to 4294967295, "
	     "found \"0\""},
	    {"u32", "012",
	     "f:1:4: expected a number from 1 to 4294967295, "
	     "found \"012\""},
	    {"u32", "-1",
	     "f:1:4: expected a number from 1 to 4294967295, "
	     "found \"-1\""},
	    {"u32", "[1]",
	     "f:1:4: expected a number from 1 to 4294967295, "
	     "found a list"},
	    {"bool", "yes", "1"},
	    {"bool", "No", "0"},
	    {"bool", "TRUE", "1"},
	    {"bool", "off", "0"},
	    {"bool", "oN", "f:1:4: expected yes or no, found \"oN\""},
	    {"bool", "1", "f:1:4: expected yes or no, found \"1\""},
	    {"addr", "192.0.2.1", "192.0.2.1"},
	    {"addr", "2001:DB8::0:1", "2001:db8::1"},
	    {"addr", "192.0.2",
	     "f:1:4: expected an IP address, found "
	     "\"192.0.2\""},
	    {"addr4", "::1",
	     "f:1:4: expected an IPv4 address such as "
	     "192.0.2.1, found \"::1\""},
	    {"prefix6", "2001:db8::/32", "2001:db8::/32"},
	    {"prefix6", "10.0.0.0/8",
	     "f:1:4: expected an IPv6 prefix such "
	     "as 2001:db8::/32, found "
	     "\"10.0.0.0/8\""},
	    {"prefix", "192.0.2.1/24",
	     "f:1:4: \"192.0.2.1/24\" has address "
	     "bits behind its length, the prefix "
	     "is 192.0.2.0/24"},
	    {"prefix", "10.0.0.0/33",
	     "f:1:4: expected an IP prefix, found "
	     "\"10.0.0.0/33\""},
	    {"ms", "250ms", "250"},
	    {"ms", "20s", "20000"},
	    {"ms", "5m", "300000"},
	    {"ms", "71582m", "4294920000"},
	    {"ms", "71583m",
	     "f:1:4: expected a time such as 250ms, 20s or "
	     "5m, found \"71583m\""},
	    {"ms", "20",
	     "f:1:4: expected a time such as 250ms, 20s or 5m, "
	     "found \"20\""},
	    {"ms", "s",
	     "f:1:4: expected a time such as 250ms, 20s or 5m, "
	     "found \"s\""},
	    {"ms", "00000000000000000001s",
	     "f:1:4: expected a time such as 250ms, 20s or 5m, found "
	     "\"00000000000000000001s\""},
	    {"word", "half", "2"},
	    {"word", "clsed",
	     "f:1:4: expected open, closed or half, found "
	     "\"clsed\" (did you mean \"closed\"?)"},
	    {"word", "[]",
	     "f:1:4: expected open, closed or half, found a "
	     "list"},
	    {"word", "\"\\e[2Jx\\u202e\"",
	     "f:1:4: expected open, closed or half, found \"?[2Jx???\""},
	    {"addr",
	     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	     "\xc3\xbc\xc3\xbc\xc3\xbc",
	     "f:1:4: expected an IP address, found "
	     "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	     "\xc3\xbc...\""},
	};
	char out[1100];
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		describe(cases[i].type, cases[i].text, out, sizeof(out));
		assert_string_equal(out, cases[i].out);
	}
}

static void
loads_a_file(void **state)
{
	char path[] = "/tmp/ixlab-yaml.XXXXXX";
	struct yaml_doc doc;
	struct err e;
	_free_ char *want = NULL;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "a: 1\na: 2\n", 10), 10);
	assert_int_equal(yaml_load(&doc, path, &e), -1);
	want = xasprintf("%s:2:1: key \"a\" was given before, on line 1", path);
	assert_string_equal(e.msg, want);
	assert_int_equal(ftruncate(fd, 5), 0);
	assert_int_equal(yaml_load(&doc, path, &e), 0);
	assert_string_equal(yaml_get(doc.root, "a")->text, "1");
	yaml_clear(&doc);
	close(fd);
	unlink(path);
	assert_int_equal(yaml_load(&doc, "/nowhere/lab.yaml", &e), -1);
	assert_int_equal(e.class, ERR_USAGE);
	assert_string_equal(e.msg,
			    "/nowhere/lab.yaml: No such file or directory");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(refuses_what_our_files_may_not_use),
	    cmocka_unit_test(keeps_text_as_written),
	    cmocka_unit_test(remembers_places_and_order),
	    cmocka_unit_test(takes_empty_files_and_marks),
	    cmocka_unit_test(holds_its_limits),
	    cmocka_unit_test(finds_a_double_key_among_many),
	    cmocka_unit_test(knows_the_keys),
	    cmocka_unit_test(reads_scalars_as_types),
	    cmocka_unit_test(loads_a_file),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
