/* Weather in words, there and back; what has no unit is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lab/model/model.h"

static const struct {
	const char *key, *value;
	uint64_t want;
	const char *back; /* how it is printed, NULL: as it came */
} good[] = {
    {"delay", "90ms", 90000, NULL},
    {"delay", "500us", 500, NULL},
    {"delay", "1.5s", 1500000, NULL},
    {"delay", "60s", 60000000, NULL},
    {"delay", "0.25ms", 250, "250us"},
    {"delay", "1500ms", 1500000, "1.5s"},
    {"delay", "1234567us", 1234567, "1234.567ms"},
    {"delay", "100.0625ms", 100062, "100.062ms"},
    {"jitter", "5ms", 5000, NULL},
    {"loss", "1%", 10000, NULL},
    {"loss", "0.0001%", 1, NULL},
    {"loss", "100%", 1000000, NULL},
    {"loss", "12.5%", 125000, NULL},
    {"rate", "10mbit", 10000000, NULL},
    {"rate", "8kbit", 8000, NULL},
    {"rate", "9001bit", 9001, "9.001kbit"},
    {"rate", "2.5gbit", 2500000000, NULL},
    {"rate", "1tbit", 1000000000000, NULL},
    {"rate", "1000kbit", 1000000, "1mbit"},
};

static uint64_t
value_of(const struct lab_weather *w, const char *key)
{
	return strcmp(key, "delay") == 0    ? w->delay_us
	       : strcmp(key, "jitter") == 0 ? w->jitter_us
	       : strcmp(key, "loss") == 0   ? w->loss_ppm
					    : w->rate_bps;
}

static void
words_become_numbers_and_words_again(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct lab_weather w = {0};
		struct err e = {0};
		char *back, want[64];

		if (model_weather_parse(good[i].key, good[i].value, &w, &e) < 0)
			fail_msg("%s: %s", good[i].value, e.msg);
		assert_int_equal(value_of(&w, good[i].key), good[i].want);
		snprintf(want, sizeof(want), "%s %s", good[i].key,
			 good[i].back ? good[i].back : good[i].value);
		back = model_weather_print(&w);
		assert_string_equal(back, want);
		free(back);
	}
}

static const struct {
	const char *key, *value, *sentence;
} bad[] = {
    {"delay", "90", "delay: \"90\" has no unit; say a time such as"},
    {"delay", "", "\"\" is not a time"},
    {"delay", "ms", "\"ms\" is not a time"},
    {"delay", "-1ms", "\"-1ms\" is not a time"},
    {"delay", "1e3ms", "is not a time"},
    {"delay", "1.2.3ms", "is not a time"},
    {"delay", "1.ms", "is not a time"},
    {"delay", ".5ms", "is not a time"},
    {"delay", "90 ms", "is not a time"},
    {"delay", "90MS", "is not a time"},
    {"delay", "60.000001s", "up to 60s"},
    {"delay", "99999999999999999999999999s", "is not a time"},
    {"loss", "1", "has no unit; say a share such as 1%"},
    {"loss", "100.1%", "up to 100%"},
    {"loss", "1ms", "is not a share"},
    {"rate", "10", "has no unit; say a rate such as"},
    {"rate", "7kbit", "from 8kbit"},
    {"rate", "1.1tbit", "to 1tbit"},
    {"rate", "0bit", "from 8kbit"},
    {"rate", "10mbyte", "is not a rate"},
    {"rate", "99999999999999999tbit", "is not a rate"},
    {"fog", "1ms", "\"fog\" is no weather; there are delay"},
};

static void
what_is_wrong_is_said(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct lab_weather w = {0};
		struct err e = {0};

		assert_int_equal(
		    model_weather_parse(bad[i].key, bad[i].value, &w, &e), -1);
		assert_int_equal(e.class, ERR_USAGE);
		if (strstr(e.msg, bad[i].sentence) == NULL)
			fail_msg("%s %s: %s", bad[i].key, bad[i].value, e.msg);
		assert_true(model_weather_fair(&w));
	}
}

static void
spans(void **state)
{
	struct err e = {0};
	uint32_t ms = 7;

	(void)state;
	assert_int_equal(model_weather_parse_span("1.5m", &ms, &e), 0);
	assert_int_equal(ms, 90000);
	assert_int_equal(model_weather_parse_span("250ms", &ms, &e), 0);
	assert_int_equal(ms, 250);
	assert_int_equal(model_weather_parse_span("30", &ms, &e), -1);
	assert_non_null(strstr(e.msg, "has no unit"));
	assert_int_equal(model_weather_parse_span("11m", &ms, &e), -1);
	assert_int_equal(model_weather_parse_span("0s", &ms, &e), -1);
	assert_int_equal(ms, 250);
}

static void
a_whole_weather(void **state)
{
	struct lab_weather w = {.delay_us = 90000,
				.jitter_us = 5000,
				.loss_ppm = 10000,
				.rate_bps = 10000000,
				.silent = true};
	struct err e = {0};
	char *text = model_weather_print(&w);
	json_t *o = model_weather_json(&w);

	(void)state;
	assert_string_equal(text,
			    "delay 90ms jitter 5ms loss 1% rate 10mbit silent");
	assert_int_equal(json_integer_value(json_object_get(o, "delay_us")),
			 90000);
	assert_true(json_is_true(json_object_get(o, "silent")));
	assert_int_equal(model_weather_check(&w, &e), 0);
	assert_false(model_weather_fair(&w));
	w.jitter_us = 90001;
	assert_int_equal(model_weather_check(&w, &e), -1);
	assert_non_null(strstr(e.msg, "jitter is more than delay"));
	json_decref(o);
	free(text);
	w = (struct lab_weather){0};
	text = model_weather_print(&w);
	assert_string_equal(text, "");
	free(text);
	w.silent = true;
	assert_false(model_weather_fair(&w));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_become_numbers_and_words_again),
	    cmocka_unit_test(what_is_wrong_is_said),
	    cmocka_unit_test(spans),
	    cmocka_unit_test(a_whole_weather),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
