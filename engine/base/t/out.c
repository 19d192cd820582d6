/* Tables, records, words and JSON from one value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/out.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static json_t *
json(const char *text)
{
	json_error_t je;
	json_t *value = json_loads(text, JSON_DECODE_ANY, &je);

	if (value == NULL)
		fail_msg("%s: %s", text, je.text);
	return value;
}

static void
says_a_value_as_a_word(void **state)
{
	static const struct {
		const char *value, *word;
	} cases[] = {
	    {"null", "-"},
	    {"\"\"", "-"},
	    {"[]", "-"},
	    {"{}", "-"},
	    {"true", "yes"},
	    {"false", "no"},
	    {"-7", "-7"},
	    {"4294967296", "4294967296"},
	    {"0.25", "0.25"},
	    {"\"two words\"", "two words"},
	    {"\"\\u001b[2J\\n\\u009b\\u202e\"", "?[2J??????"},
	    {"[1, \"a\", null, [2, 3]]", "1 a - 2 3"},
	    {"{\"a\": 1, \"b\\n\": [2]}", "a=1 b?=2"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		json_t *value = json(cases[i].value);
		char *word = out_word(value);

		assert_string_equal(word, cases[i].word);
		free(word);
		json_decref(value);
	}
	char *word = out_word(NULL);

	assert_string_equal(word, "-");
	free(word);
}

static const struct out_column columns[] = {
    {"NODE", "node"}, {"CITY", "place.city"}, {"STATE", "state"}};

static void
aligns_columns(void **state)
{
	static const struct {
		const char *rows, *text;
	} cases[] = {
	    {"[]", "no nodes\n"},
	    {"{}", "no nodes\n"},
	    {"[{\"node\": \"rs1\", \"place\": {\"city\": \"Z\xc3\xbcrich\"}, "
	     "\"state\": \"up\"},"
	     " {\"node\": \"member-a\", \"place\": {}, \"state\": \"down\"},"
	     " {\"node\": \"x\\u001b\", \"place\": {\"city\": \"Rome\"}},"
	     " 7]",
	     "NODE      CITY    STATE\n"
	     "rs1       Z\xc3\xbcrich  up\n"
	     "member-a  -       down\n"
	     "x?        Rome    -\n"
	     "-         -       -\n"},
	};
	size_t i, len;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		json_t *rows = json(cases[i].rows);
		char *text;
		FILE *f = open_memstream(&text, &len);

		out_table(f, rows, columns, N(columns), "no nodes");
		fclose(f);
		assert_string_equal(text, cases[i].text);
		free(text);
		json_decref(rows);
	}
}

static void
prints_a_record(void **state)
{
	json_t *row = json("{\"node\": \"rs1\", \"place\": {\"city\": \"R\"}}");
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	(void)state;
	out_record(f, row, columns, N(columns));
	fclose(f);
	assert_string_equal(text, "NODE:  rs1\nCITY:  R\nSTATE: -\n");
	free(text);
	json_decref(row);
}

static void
prints_json(void **state)
{
	static const struct {
		const char *value, *text;
	} cases[] = {
	    {"{\"b\": 1, \"a\": [\"\xc3\xbc\\u009b\\u001b\"]}",
	     "{\n  \"b\": 1,\n  \"a\": [\n    "
	     "\"\\u00FC\\u009B\\u001B\"\n  ]\n}\n"},
	    {"[]", "[]\n"},
	    {"\"x\"", "\"x\"\n"},
	    {"null", "null\n"},
	};
	size_t i, len;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		json_t *value = json(cases[i].value);
		char *text;
		FILE *f = open_memstream(&text, &len);

		out_json(f, value);
		fclose(f);
		assert_string_equal(text, cases[i].text);
		free(text);
		json_decref(value);
	}
}

static void
takes_any_bytes_as_a_string(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
	    {"plain\n", "plain\n"},
	    {"Z\xc3\xbcrich", "Z\xc3\xbcrich"},
	    {"a\xff\nb\x1b", "a?\nb?"},
	    {"\xed\xa0\x80", "???"},
	    {"\xc3", "?"},
	    {"", ""},
	};
	json_t *value;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		value = out_str(cases[i].in);
		assert_string_equal(json_string_value(value), cases[i].out);
		json_decref(value);
	}
	assert_true(json_is_null(out_str(NULL)));
}

static void
reads_a_text_of_an_object(void **state)
{
	json_t *o = json("{\"a\": \"x\\u0001\", \"b\": 1, \"c\": null}");

	(void)state;
	assert_string_equal(out_text(o, "a"), "x\x01");
	assert_string_equal(out_text(o, "b"), "");
	assert_string_equal(out_text(o, "c"), "");
	assert_string_equal(out_text(o, "d"), "");
	assert_string_equal(out_text(NULL, "a"), "");
	json_decref(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(says_a_value_as_a_word),
	    cmocka_unit_test(aligns_columns),
	    cmocka_unit_test(prints_a_record),
	    cmocka_unit_test(prints_json),
	    cmocka_unit_test(takes_any_bytes_as_a_string),
	    cmocka_unit_test(reads_a_text_of_an_object),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
