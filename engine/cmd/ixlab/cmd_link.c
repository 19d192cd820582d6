/*
 * ixlab link: what happens to frames between two nodes; shown, or changed. The
 * words that change it can be combined, and what they do not name stays as it
 * is.
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"

/* Words without a value, and what they ask of the supervisor. */
static const struct {
	const char *word, *key;
	bool value;
} link_words[] = {{"up", "up", true},
		  {"down", "up", false},
		  {"silent", "silent", true},
		  {"clear", "clear", true}};

/* Words with one, and the keys of their numbers. */
static const struct {
	const char *word, *key;
} link_values[] = {{"delay", "delay_us"},
		   {"jitter", "jitter_us"},
		   {"loss", "loss_ppm"},
		   {"rate", "rate_bps"}};

static const char *
link_nearest(const char *word)
{
	static const char *const all[] = {"up",	   "down",   "silent", "clear",
					  "delay", "jitter", "loss",   "rate"};

	return str_nearest(word, all, sizeof(all) / sizeof(*all));
}

static bool
link_take_word(json_t *args, const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(link_words) / sizeof(*link_words); i++)
		if (strcmp(word, link_words[i].word) == 0) {
			json_object_set_new(args, link_words[i].key,
					    json_boolean(link_words[i].value));
			return true;
		}
	return false;
}

static json_int_t
link_number(const struct lab_weather *w, size_t i)
{
	const json_int_t all[] = {w->delay_us, w->jitter_us, w->loss_ppm,
				  (json_int_t)w->rate_bps};

	return all[i];
}

/* 1 when it is such a word and has its value. */
static int
link_take_value(json_t *args, const char *word, const char *value,
		struct err *e)
{
	struct lab_weather w = {0};
	size_t i;

	for (i = 0; i < sizeof(link_values) / sizeof(*link_values); i++) {
		if (strcmp(word, link_values[i].word) != 0)
			continue;
		if (value == NULL)
			return err_usage(e, "%s needs a value", word);
		if (model_weather_parse(word, value, &w, e) < 0)
			return -1;
		json_object_set_new(args, link_values[i].key,
				    json_integer(link_number(&w, i)));
		return 1;
	}
	return 0;
}

static int
link_take(const struct cmd *c, json_t *args, struct err *e)
{
	const char *word, *near;
	size_t i;
	int rc;

	for (i = 2; i < c->nargs; i++) {
		word = c->args[i];
		if (link_take_word(args, word))
			continue;
		rc = link_take_value(
		    args, word, i + 1 < c->nargs ? c->args[i + 1] : NULL, e);
		if (rc < 0)
			return -1;
		near = rc == 0 ? link_nearest(word) : NULL;
		if (rc == 0)
			return err_usage(e, "a link has no \"%.40s\"%s%s%s",
					 word, near ? " (did you mean \"" : "",
					 near ? near
					      : "; see ixlab link --help",
					 near ? "\"?)" : "");
		i++;
	}
	return 0;
}

static int
link_take_for(const struct cmd *c, json_t *args, struct err *e)
{
	const char *text = cmd_option(c, "--for");
	uint32_t us;

	if (text == NULL)
		return 0;
	if (c->nargs < 3)
		return err_usage(e, "--for goes with a change; for example: "
				    "ixlab link m1 sw1 down --for 30s");
	if (model_weather_parse_span(text, &us, e) < 0)
		return err_in(e, "--for");
	json_object_set_new(args, "for_ms", json_integer(us));
	return 0;
}

/* ---- what it is */

char *
cmd_link_end(const json_t *row, const char *which)
{
	const json_t *end = json_object_get(row, which);
	_free_ char *node = out_word(json_object_get(end, "node"));
	_free_ char *interface = out_word(json_object_get(end, "interface"));

	return xasprintf("%s:%s", node, interface);
}

static uint64_t
link_of(const json_t *weather, const char *key)
{
	return (uint64_t)json_integer_value(json_object_get(weather, key));
}

char *
cmd_link_weather(const json_t *row)
{
	const json_t *o = json_object_get(row, "weather");
	const struct lab_weather w = {
	    .delay_us = (uint32_t)link_of(o, "delay_us"),
	    .jitter_us = (uint32_t)link_of(o, "jitter_us"),
	    .loss_ppm = (uint32_t)link_of(o, "loss_ppm"),
	    .rate_bps = link_of(o, "rate_bps"),
	    .silent = json_is_true(json_object_get(o, "silent"))};
	char *text = model_weather_print(&w);

	if (*text != '\0')
		return text;
	free(text);
	return NULL;
}

static char *
link_weather(const json_t *row)
{
	_free_ char *text = cmd_link_weather(row);

	if (text == NULL)
		return xstrdup("fair");
	if (json_is_null(json_object_get(row, "for_ms")))
		return xasprintf(
		    "%s (by %s)", text,
		    strcmp(json_string_value(json_object_get(row, "by")),
			   "wire") == 0
			? "ixwire"
			: "netem");
	return xasprintf("%s, for another %.1f s", text,
			 (double)link_of(row, "for_ms") / 1000);
}

static void
link_print_wire(const json_t *row)
{
	const json_t *wire = json_object_get(row, "wire");
	const char *state = json_string_value(json_object_get(wire, "state"));
	_free_ char *reason = out_word(json_object_get(wire, "reason"));

	if (state && strcmp(state, "running") != 0)
		printf("ixwire does not run, and nothing passes: %s\n", reason);
}

static void
link_print(const json_t *row)
{
	static const struct out_column columns[] = {
	    {"FROM", "from"},	    {"PASSED", "passed"},
	    {"LOST", "lost"},	    {"DROPPED", "dropped"},
	    {"OVERRUN", "overrun"}, {"UNSENT", "unsent"},
	    {"LATE", "late"},	    {"QUEUED", "queued"}};
	const json_t *directions = json_object_get(row, "directions");
	_free_ char *a = cmd_link_end(row, "a");
	_free_ char *b = cmd_link_end(row, "b");
	_free_ char *weather = link_weather(row);

	printf("%s - %s is %s; weather: %s\n", a, b,
	       json_is_true(json_object_get(row, "up")) ? "up" : "down",
	       weather);
	if (json_array_size(directions) > 0)
		out_table(stdout, directions, columns, 8, "");
	link_print_wire(row);
}

int
cmd_link(struct cmd *c, struct err *e)
{
	_free_ char *lab = NULL;
	_free_ char *socket = NULL;
	json_t *args = json_pack("{so so}", "a", out_str(c->args[0]), "b",
				 out_str(c->args[1]));
	json_t *row = NULL;
	struct ctl *ctl;

	if (link_take(c, args, e) < 0 || link_take_for(c, args, e) < 0 ||
	    (lab = cmd_lab_pick(c, NULL, e)) == NULL ||
	    (ctl = ctl_open(socket = ctl_lab_name(lab), e)) == NULL) {
		json_decref(args);
		return -1;
	}
	ctl_call(ctl, "link", args, NULL, 0, CMD_TIMEOUT_MS, &row, e);
	ctl_close(ctl);
	if (row == NULL)
		return -1;
	if (c->json)
		out_json(stdout, row);
	else
		link_print(row);
	json_decref(row);
	return 0;
}
