/*
 * What BIRD 2.0.12 really said on its control socket (t/bird/, recorded), read;
 * and what nobody should say. GENERATE=1 rewrites the expectations.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"
#include "grader/grader_bird_parse.h"

#define FOLDER IXLAB_TREE "/grader/t/bird/"

/* Everything that a transcript says, as one JSON value. */
static json_t *
read_all(const char *text, size_t len, size_t piece)
{
	struct bird_reader r = {0};
	struct bird_reply reply;
	enum bird_what what = BIRD_MORE;
	json_t *all = json_array();
	size_t at, n;
	char *log;

	for (at = 0; at < len && what != BIRD_RUBBISH; at += n) {
		n = piece < len - at ? piece : len - at;
		bird_reader_add(&r, text + at, n);
		while ((what = bird_reader_next(&r, &reply, &log)) > 0) {
			if (what == BIRD_LOG) {
				json_array_append_new(
				    all, json_pack("{s:s}", "log", log));
				free(log);
				continue;
			}
			json_array_append_new(
			    all,
			    json_pack("{s:i, s:i, s:o, s:o, s:o, s:b}", "code",
				      reply.code, "lines", (int)reply.n,
				      "protocols", bird_protocols(&reply),
				      "routes", bird_routes(&reply), "config",
				      bird_config(&reply), "status",
				      bird_reconfigured(&reply) > 0));
			bird_reply_clear(&reply);
		}
	}
	if (what == BIRD_RUBBISH)
		json_array_append_new(all, json_string("rubbish"));
	bird_reader_clear(&r);
	return all;
}

static void
transcript(const char *name)
{
	_free_ char *in = xasprintf(FOLDER "%s.txt", name);
	_free_ char *out = xasprintf(FOLDER "%s.json", name);
	_free_ char *text = NULL, *want = NULL, *got = NULL;
	static const size_t pieces[] = {1, 7, 4096};
	struct err e;
	size_t len, i;
	json_t *all;

	if (file_read(in, 1 << 20, &text, &len, &e) < 0)
		fail_msg("%s", e.msg);
	for (i = 0; i < 3; i++) {
		all = read_all(text, len, pieces[i]);
		free(got);
		got = json_dumps(all, JSON_INDENT(1));
		json_decref(all);
		if (getenv("GENERATE"))
			assert_int_equal(file_write(out, got, strlen(got), &e),
					 0);
		free(want);
		if (file_read(out, 1 << 20, &want, NULL, &e) < 0)
			fail_msg("%s", e.msg);
		assert_string_equal(got, want);
	}
}

static void
transcripts(void **state)
{
	(void)state;
	transcript("protocols");
	transcript("routes");
	transcript("terms");
	transcript("looks");
	transcript("status");
	transcript("check");
	transcript("echo");
}

static void
rubbish(void **state)
{
	static const char *const bad[] = {"HTTP/1.1 400 Bad Request\r\n",
					  "\n",
					  " before\n",
					  "12\n",
					  "000x \n",
					  "00010 \n"};
	_free_ char *long_line = xcalloc(BIRD_LINE_MAX + 2, 1);
	_free_ char *got = NULL;
	json_t *all;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		all = read_all(bad[i], strlen(bad[i]), 3);
		assert_string_equal(json_string_value(json_array_get(all, 0)),
				    "rubbish");
		json_decref(all);
	}
	memset(long_line, '0', BIRD_LINE_MAX + 1);
	all = read_all(long_line, BIRD_LINE_MAX + 1, 4096);
	got = json_dumps(all, 0);
	assert_string_equal(got, "[\"rubbish\"]");
	json_decref(all);
}

/* Endless replies are cut off. */
static void
too_much(void **state)
{
	struct bird_reader r = {0};
	struct bird_reply reply;
	char line[1024], *log;
	size_t i;

	(void)state;
	memset(line, 'x', sizeof(line));
	memcpy(line, "1007-", 5);
	line[sizeof(line) - 1] = '\n';
	for (i = 0; i < BIRD_REPLY_MAX / 1000; i++) {
		bird_reader_add(&r, line, sizeof(line));
		if (bird_reader_next(&r, &reply, &log) == BIRD_RUBBISH)
			break;
	}
	assert_true(i < BIRD_REPLY_MAX / 1000);
	assert_true(i > BIRD_REPLY_MAX / 1100);
	bird_reader_clear(&r);
}

static void
text_is_cleaned(void **state)
{
	static const char text[] =
	    "1002-x\033[2J BGP --- start now Connect\n"
	    "1006-  BGP state:          Con\033[31mnect\n"
	    "     Last error:       a\001b\xff\n0000 \n+log \033]0;x\007\n";
	json_t *all = read_all(text, strlen(text), 5);
	_free_ char *got = json_dumps(all, 0);

	(void)state;
	assert_non_null(strstr(got, "Con?[31mnect"));
	assert_null(strstr(got, "\\u001b"));
	assert_null(strstr(got, "\\u0001"));
	json_decref(all);
}

/* "since" is a time of the clock, today's or yesterday's; or a day. */
static void
ages(void **state)
{
	static const struct {
		const char *since;
		long long ms;
	} of[] = {{"01:00:00.000", 5500},
		  {"00:59:00.250", 65250},
		  {"23:00:05.500", 7200000},
		  {"01:00:06.000", 0},
		  {"2026-11-20", 72000000},
		  {"rubbish", 0},
		  {"", 0}};
	size_t i;

	(void)state;
	assert_int_equal(setenv("TZ", "UTC", 1), 0);
	tzset();
	for (i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		assert_int_equal(
		    bird_age_ms(of[i].since, 20000 * 86400.0 + 3605.5),
		    of[i].ms);
}

static void
marks(void **state)
{
	static const struct {
		const char *route, *marks;
	} of[] = {
	    {"{}", "[]"},
	    {"{\"large_communities\":[\"64500:1000:1\"]}", "[\"rpki-valid\"]"},
	    {"{\"large_communities\":[\"64500:1000:4\"]}",
	     "[\"rpki-invalid\"]"},
	    {"{\"large_communities\":[\"64501:1000:4\"]}", "[]"},
	    {"{\"communities\":[\"65535:666\"]}", "[\"blackhole\"]"},
	    {"{\"communities\":[\"65535:0\"],\"local_pref\":100}", "[]"},
	    {"{\"communities\":[\"65535:0\"],\"local_pref\":0}",
	     "[\"graceful-shutdown\"]"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		json_t *route = json_loads(of[i].route, 0, NULL);
		_free_ char *got = NULL;

		bird_route_marks(route, 64500, 65536);
		got = json_dumps(json_object_get(route, "marks"), JSON_COMPACT);
		assert_string_equal(got, of[i].marks);
		json_decref(route);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(transcripts), cmocka_unit_test(rubbish),
	    cmocka_unit_test(too_much),	   cmocka_unit_test(text_is_cleaned),
	    cmocka_unit_test(ages),	   cmocka_unit_test(marks),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
