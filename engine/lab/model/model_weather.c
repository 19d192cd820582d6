/*
 * Weather in words: "90ms", "0.5%", "10mbit". A number without its unit is a
 * mistake that costs an hour, so each value names its unit; the sentence that
 * refuses one says which there are. Numbers are decimal and exact: no floating
 * point, no rounding but for the last digit that the unit can hold.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "lab/model/model.h"

struct weather_unit {
	const char *name;
	uint64_t scale; /* in the smallest unit; a multiple of ten's powers */
};

static const struct weather_unit weather_times[] = {
    {"us", 1}, {"ms", 1000}, {"s", 1000000}, {0}};
static const struct weather_unit weather_spans[] = {
    {"ms", 1}, {"s", 1000}, {"m", 60000}, {0}};
static const struct weather_unit weather_shares[] = {{"%", 10000}, {0}};
static const struct weather_unit weather_rates[] = {
    {"bit", 1},		  {"kbit", 1000},	   {"mbit", 1000000},
    {"gbit", 1000000000}, {"tbit", 1000000000000}, {0}};

static const struct weather_unit *
weather_find(const struct weather_unit *units, const char *name)
{
	for (; units->name; units++)
		if (strcmp(units->name, name) == 0)
			return units;
	return NULL;
}

/* The digits of text, times scale; false when it is no number or too big. What
 * follows the digits is *rest. */
static bool
weather_number(const char *text, size_t len, uint64_t scale, uint64_t *out)
{
	const char *end = text + len;
	uint64_t v = 0, part = scale;
	size_t digits = 0;

	for (; text < end && *text != '.'; text++, digits++) {
		v = v * 10 + (uint64_t)(*text - '0');
		if (v > UINT64_MAX / 100 / scale)
			return false;
	}
	v *= scale;
	if (digits == 0 || text == end) {
		*out = v;
		return digits > 0;
	}
	if (++text == end)
		return false;
	for (; text < end && *text != '.'; text++) {
		part /= 10;
		v += part * (uint64_t)(*text - '0');
	}
	*out = v;
	return text == end;
}

static int
weather_value(const char *text, const struct weather_unit *units,
	      const char *want, uint64_t min, uint64_t max, uint64_t *out,
	      struct err *e)
{
	size_t len = strspn(text, "0123456789.");
	uint64_t v = 0;
	const struct weather_unit *u = weather_find(units, text + len);

	if (len > 0 && text[len] == '\0')
		return err_usage(e, "\"%.40s\" has no unit; say %s", text,
				 want);
	if (len == 0 || u == NULL || !weather_number(text, len, u->scale, &v) ||
	    v < min || v > max)
		return err_usage(e, "\"%.40s\" is not %s", text, want);
	*out = v;
	return 0;
}

int
model_weather_parse_time(const char *text, uint32_t *us, struct err *e)
{
	uint64_t v = 0;

	if (weather_value(text, weather_times,
			  "a time such as 500us, 90ms or 1.5s, up to 60s", 0,
			  MODEL_WEATHER_TIME_MAX, &v, e) < 0)
		return -1;
	*us = (uint32_t)v;
	return 0;
}

int
model_weather_parse_span(const char *text, uint32_t *ms, struct err *e)
{
	uint64_t v = 0;

	if (weather_value(text, weather_spans,
			  "a time such as 500ms, 30s or 5m, up to 10m", 1,
			  600000, &v, e) < 0)
		return -1;
	*ms = (uint32_t)v;
	return 0;
}

int
model_weather_parse_loss(const char *text, uint32_t *ppm, struct err *e)
{
	uint64_t v = 0;

	if (weather_value(text, weather_shares,
			  "a share such as 1% or 0.25%, up to 100%", 0, 1000000,
			  &v, e) < 0)
		return -1;
	*ppm = (uint32_t)v;
	return 0;
}

int
model_weather_parse_rate(const char *text, uint64_t *bps, struct err *e)
{
	return weather_value(text, weather_rates,
			     "a rate such as 64kbit, 10mbit or 1gbit, from "
			     "8kbit to 1tbit",
			     MODEL_WEATHER_RATE_MIN, MODEL_WEATHER_RATE_MAX,
			     bps, e);
}

int
model_weather_parse(const char *key, const char *value, struct lab_weather *w,
		    struct err *e)
{
	int rc;

	if (strcmp(key, "delay") == 0)
		rc = model_weather_parse_time(value, &w->delay_us, e);
	else if (strcmp(key, "jitter") == 0)
		rc = model_weather_parse_time(value, &w->jitter_us, e);
	else if (strcmp(key, "loss") == 0)
		rc = model_weather_parse_loss(value, &w->loss_ppm, e);
	else if (strcmp(key, "rate") == 0)
		rc = model_weather_parse_rate(value, &w->rate_bps, e);
	else
		return err_usage(e,
				 "\"%.40s\" is no weather; there are delay, "
				 "jitter, loss and rate",
				 key);
	return rc < 0 ? err_in(e, "%s", key) : 0;
}

int
model_weather_check(const struct lab_weather *w, struct err *e)
{
	if (w->delay_us > MODEL_WEATHER_TIME_MAX ||
	    w->jitter_us > MODEL_WEATHER_TIME_MAX)
		return err_usage(e, "delay and jitter go up to 60s");
	if (w->loss_ppm > 1000000)
		return err_usage(e, "loss goes up to 100%%");
	if (w->rate_bps != 0 && (w->rate_bps < MODEL_WEATHER_RATE_MIN ||
				 w->rate_bps > MODEL_WEATHER_RATE_MAX))
		return err_usage(e, "rate goes from 8kbit to 1tbit");
	if (w->jitter_us > w->delay_us)
		return err_usage(
		    e, "jitter is more than delay: a frame cannot arrive "
		       "before it was sent");
	return 0;
}

bool
model_weather_fair(const struct lab_weather *w)
{
	return w->delay_us == 0 && w->jitter_us == 0 && w->loss_ppm == 0 &&
	       w->rate_bps == 0 && !w->silent;
}

/* ---- and back: in the largest unit that leaves at most three decimals */

static void
weather_print(struct str *s, const char *word, const struct weather_unit *units,
	      uint64_t v)
{
	const struct weather_unit *u = units;
	uint64_t rest;

	while (u[1].name && v >= u[1].scale && v % (u[1].scale / 1000) == 0)
		u++;
	rest = v % u->scale;
	str_addf(s, "%s%s %llu", s->len ? " " : "", word,
		 (unsigned long long)(v / u->scale));
	if (rest != 0) {
		uint64_t scale = u->scale;

		str_add(s, ".");
		for (; rest != 0; rest %= scale)
			str_addf(s, "%u", (unsigned int)(rest / (scale /= 10)));
	}
	str_add(s, u->name);
}

char *
model_weather_print(const struct lab_weather *w)
{
	struct str s = {0};

	if (w->delay_us)
		weather_print(&s, "delay", weather_times, w->delay_us);
	if (w->jitter_us)
		weather_print(&s, "jitter", weather_times, w->jitter_us);
	if (w->loss_ppm)
		weather_print(&s, "loss", weather_shares, w->loss_ppm);
	if (w->rate_bps)
		weather_print(&s, "rate", weather_rates, w->rate_bps);
	if (w->silent)
		str_addf(&s, "%ssilent", s.len ? " " : "");
	return str_steal(&s);
}

json_t *
model_weather_json(const struct lab_weather *w)
{
	return json_pack("{sI sI sI sI sb}", "delay_us",
			 (json_int_t)w->delay_us, "jitter_us",
			 (json_int_t)w->jitter_us, "loss_ppm",
			 (json_int_t)w->loss_ppm, "rate_bps",
			 (json_int_t)w->rate_bps, "silent", w->silent);
}
