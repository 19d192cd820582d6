/* JSON read piece by piece: what it gives, and where it says that it is wrong. */
#include "base/json_in.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* An object whose "sums" are lists of numbers; other members are passed over. */
struct reading {
	struct json_in in;
	struct str seen; /* "a[1 2]" */
};

static int
number(void *arg, const json_t *element)
{
	struct reading *r = arg;

	if (!json_is_integer(element))
		return json_in_fail(&r->in, r->in.last, "no number");
	str_addf(&r->seen, "%s%lld",
		 r->seen.text[r->seen.len - 1] == '[' ? "" : " ",
		 (long long)json_integer_value(element));
	return 0;
}

static int
member(void *arg, const char *name)
{
	struct reading *r = arg;

	if (json_in_peek(&r->in) != '[')
		return json_in_skip(&r->in);
	str_addf(&r->seen, "%s[", name);
	if (json_in_list(&r->in, number, r) < 0)
		return -1;
	str_add(&r->seen, "]");
	return 0;
}

/* What was seen, or the sentence; the text is in a block of its own length, so that
 * a sanitizer notices a byte read beyond it. */
static char *
read_text(const char *text)
{
	size_t len = strlen(text);
	char *copy = memcpy(xmalloc(len > 0 ? len : 1), text, len);
	struct err e = {0};
	struct reading r = {
	    .in = {.text = copy, .len = len, .name = "t.json", .e = &e}};
	int rc = json_in_object(&r.in, member, &r);

	if (rc == 0)
		rc = json_in_end(&r.in);
	free(copy);
	char *seen = str_steal(&r.seen);
	if (rc == 0)
		return seen;
	free(seen);
	return xstrdup(e.msg);
}

static void
pieces(void **state)
{
	static const struct {
		const char *text, *seen;
	} rows[] = {
	    {"{}", ""},
	    {" { \"a\" : [ ] } \n", "a[]"},
	    {"{\"a\":[1,2],\"x\":{\"deep\":[3]},\"b\":[ 3 ]}", "a[1 2]b[3]"},
	    {"{\"x\": null, \"y\": \"[1]\"}", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *seen = read_text(rows[i].text);
		assert_string_equal(seen, rows[i].seen);
		free(seen);
	}
}

static void
refusals(void **state)
{
	static const struct {
		const char *text, *sentence;
	} rows[] = {
	    {"", "t.json:1:1: \"{\" was expected here"},
	    {"[]", "t.json:1:1: \"{\" was expected here"},
	    {"{\"a\"", "t.json:1:5: \":\" is missing"},
	    {"{\n1: 2}", "t.json:2:1: a name was expected here"},
	    {"{\"a\": [1", "t.json:1:9: \",\" or \"]\" is missing"},
	    {"{\"a\": [1]", "t.json:1:10: \",\" or \"}\" is missing"},
	    {"{\"a\": [1,\n \"x\"]}", "t.json:2:2: no number"},
	    {"{} {}", "t.json:1:4: text follows after the end"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *sentence = read_text(rows[i].text);
		assert_string_equal(sentence, rows[i].sentence);
		free(sentence);
	}
}

/* Whatever is cut off its end, a text is refused; and so are two members of one
 * name in a value, and a zero byte. */
static void
cut_short(void **state)
{
	static const char whole[] = "{\"a\": [1, 2], \"b\": {\"c\": true}}";
	char text[sizeof(whole)];

	(void)state;
	for (size_t n = 0; n < sizeof(whole) - 1; n++) {
		memcpy(text, whole, n);
		text[n] = '\0';
		char *sentence = read_text(text);
		assert_int_equal(strncmp(sentence, "t.json:1:", 9), 0);
		free(sentence);
	}
	char *sentence = read_text("{\"x\": {\"c\": 1, \"c\": 2}}");
	assert_non_null(strstr(sentence, "duplicate"));
	free(sentence);
	struct err e;
	struct json_in in = {.text = "\0", .len = 1, .name = "z", .e = &e};
	assert_null(json_in_value(&in));
	assert_int_equal(json_in_end(&in), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pieces),
	    cmocka_unit_test(refusals),
	    cmocka_unit_test(cut_short),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
