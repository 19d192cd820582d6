/*
 * grader_report_read: a stored report, as strictly as report.schema.json says.
 *
 * The file may come from anybody, so nothing is printed of it before each key
 * that the printers use has its type and its range. Keys that we do not know
 * are left alone: a newer ixlab may have written them.
 */
#include <limits.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_form.h"

#define REPORT_STEPS 200
#define REPORT_CHECKS 200 /* of a step */
#define REPORT_LIST 10000

struct report_key {
	const char *name;
	enum {
		KEY_TEXT,
		KEY_TEXT_OR_NULL,
		KEY_NUMBER,
		KEY_BOOL,
		KEY_ONE_OF
	} type;
	bool may_lack;
	const char *words; /* ONE_OF: "pass fail" */
};

static const struct report_key keys_report[] = {
    {"exercise", KEY_TEXT, false, NULL},
    {"version", KEY_NUMBER, false, NULL},
    {"title", KEY_TEXT, false, NULL},
    {"result", KEY_ONE_OF, false, "pass fail wait skip error"},
    {"reason", KEY_TEXT_OR_NULL, false, NULL},
    {"points", KEY_NUMBER, false, NULL},
    {"total", KEY_NUMBER, false, NULL},
    {"bonus", KEY_NUMBER, true, NULL},
    {"bonus_max", KEY_NUMBER, true, NULL},
    {"who", KEY_TEXT_OR_NULL, true, NULL},
    {0},
};

static const struct report_key keys_step[] = {
    {"id", KEY_TEXT, false, NULL},
    {"title", KEY_TEXT, false, NULL},
    {"result", KEY_ONE_OF, false, "pass fail wait skip error"},
    {0},
};

static const struct report_key keys_check[] = {
    {"id", KEY_TEXT, false, NULL},
    {"kind", KEY_TEXT_OR_NULL, false, NULL},
    {"say", KEY_TEXT, false, NULL},
    {"result", KEY_ONE_OF, false, "wait pass fail blocked skip error"},
    {"points", KEY_NUMBER, false, NULL},
    {"max", KEY_NUMBER, false, NULL},
    {"expected", KEY_TEXT_OR_NULL, false, NULL},
    {"saw", KEY_TEXT_OR_NULL, false, NULL},
    {"where", KEY_TEXT_OR_NULL, false, NULL},
    {"since_ms", KEY_NUMBER, false, NULL},
    {"left_ms", KEY_NUMBER, false, NULL},
    {"cause_id", KEY_TEXT_OR_NULL, true, NULL},
    {"cause", KEY_TEXT_OR_NULL, true, NULL},
    {"hint_id", KEY_TEXT_OR_NULL, false, NULL},
    {"hint", KEY_TEXT_OR_NULL, false, NULL},
    {"blocked_by", KEY_TEXT_OR_NULL, false, NULL},
    {"reason", KEY_TEXT_OR_NULL, false, NULL},
    {"required", KEY_BOOL, true, NULL},
    {"bonus", KEY_BOOL, true, NULL},
    {"group", KEY_TEXT_OR_NULL, true, NULL},
    {"visibility", KEY_ONE_OF, true, "shown name-only hidden"},
    {0},
};

static bool
among(const char *words, const char *word)
{
	size_t n = strlen(word), len;

	for (; *words; words += strspn(words, " ")) {
		len = strcspn(words, " ");
		if (len == n && strncmp(words, word, n) == 0)
			return true;
		words += len;
	}
	return false;
}

/* What is wrong with a value; NULL when nothing is. */
static const char *
wrong(const struct report_key *k, const json_t *v)
{
	if (v == NULL)
		return k->may_lack ? NULL : "is missing";
	switch (k->type) {
	case KEY_TEXT_OR_NULL:
		if (json_is_null(v))
			return NULL;
		/* fall through */
	case KEY_TEXT: return json_is_string(v) ? NULL : "is no text";
	case KEY_ONE_OF:
		if (json_is_string(v) && among(k->words, json_string_value(v)))
			return NULL;
		return "is none of its words";
	case KEY_NUMBER:
		if (json_is_integer(v) && json_integer_value(v) >= 0 &&
		    json_integer_value(v) <= INT_MAX)
			return NULL;
		return "is no number that it can have";
	case KEY_BOOL:
		return json_is_boolean(v) ? NULL : "is not true or false";
	}
	return NULL;
}

static int
read_keys(const struct report_key *keys, const json_t *o, const char *file,
	  const char *where, struct err *e)
{
	const char *why;

	if (!json_is_object(o))
		return err_usage(
		    e, "%s: this is no report of ixlab: %s is no object", file,
		    *where ? where : "it");
	for (; keys->name; keys++) {
		why = wrong(keys, json_object_get(o, keys->name));
		if (why)
			return err_usage(
			    e, "%s: this is no report of ixlab: %s%s%s %s",
			    file, where, *where ? "." : "", keys->name, why);
	}
	return 0;
}

/* A list that a report must have, and no endless one. */
static int
read_list(const json_t *list, size_t max, const char *file, const char *name,
	  struct err *e)
{
	if (json_is_array(list) && json_array_size(list) <= max)
		return 0;
	return err_usage(e,
			 "%s: this is no report of ixlab: %s is no list of at "
			 "most %zu",
			 file, name, max);
}

static int
read_step(const json_t *step, size_t s, const char *file, struct err *e)
{
	const json_t *checks = json_object_get(step, "checks"), *c;
	_free_ char *where = xasprintf("steps[%zu]", s);
	_free_ char *list = xasprintf("steps[%zu].checks", s);
	size_t i;

	if (read_keys(keys_step, step, file, where, e) < 0 ||
	    read_list(checks, REPORT_CHECKS, file, list, e) < 0)
		return -1;
	json_array_foreach(checks, i, c)
	{
		_free_ char *spot = xasprintf("%s[%zu]", list, i);

		if (read_keys(keys_check, c, file, spot, e) < 0)
			return -1;
	}
	return 0;
}

static int
read_report(const json_t *report, const char *file, struct err *e)
{
	const json_t *steps = json_object_get(report, "steps"), *step;
	size_t s;

	if (read_keys(keys_report, report, file, "", e) < 0 ||
	    read_list(steps, REPORT_STEPS, file, "steps", e) < 0)
		return -1;
	json_array_foreach(steps, s, step)
	{
		if (read_step(step, s, file, e) < 0)
			return -1;
	}
	return 0;
}

/* A desk's result of what was refused or could not be graded has no report. In a
 * class it must stand all the same, as what it is: no mark. */
static json_t *
read_not_graded(const json_t *result)
{
	const json_t *exercise = json_object_get(result, "exercise");
	const json_t *version = json_object_get(result, "version");
	const json_t *person = json_object_get(result, "person");
	_free_ char *why = xasprintf("%s: %s", out_text(result, "status"),
				     out_text(result, "reason"));
	json_t *o = json_object();

	json_object_set_new(o, "exercise",
			    json_is_string(exercise) ? json_deep_copy(exercise)
						     : json_string("unknown"));
	json_object_set_new(o, "version",
			    json_is_integer(version) ? json_deep_copy(version)
						     : json_integer(0));
	if (json_is_string(person))
		json_object_set_new(o, "who", json_deep_copy(person));
	json_object_set_new(o, "title", json_string("Not graded"));
	json_object_set_new(o, "result", json_string("error"));
	json_object_set_new(o, "reason", json_string(why));
	json_object_set_new(o, "points", json_integer(0));
	json_object_set_new(o, "total", json_integer(0));
	json_object_set_new(o, "steps", json_array());
	return o;
}

/* One report, or a desk's result with one in it, or a list of either: as a list
 * of reports. */
static json_t *
read_unpack(json_t *root)
{
	json_t *list, *o, *r;
	size_t i;

	if (!json_is_array(root)) {
		list = json_array();
		json_array_append_new(list, root);
		root = list;
	}
	json_array_foreach(root, i, o)
	{
		r = json_object_get(o, "report");
		if (json_is_object(r))
			json_array_set(root, i, r);
		else if (json_is_integer(json_object_get(o, "ixlab_result")))
			json_array_set_new(root, i, read_not_graded(o));
	}
	return root;
}

json_t *
grader_report_read(const char *file, const char *text, size_t len,
		   struct err *e)
{
	json_t *list, *r;
	json_error_t je;
	size_t i;

	if (len > GRADER_REPORT_MAX) {
		err_usage(e, "%s: a report has at most %u bytes", file,
			  GRADER_REPORT_MAX);
		return NULL;
	}
	list = json_loadb(text, len, JSON_REJECT_DUPLICATES, &je);
	if (list == NULL) {
		str_clean(je.text);
		err_at(e, file, je.line, je.column, "this is no JSON: %s",
		       je.text);
		return NULL;
	}
	list = read_unpack(list);
	if (read_list(list, REPORT_LIST, file, "it", e) < 0 ||
	    json_array_size(list) == 0) {
		if (json_array_size(list) == 0)
			err_usage(e, "%s: there is no report in it", file);
		json_decref(list);
		return NULL;
	}
	json_array_foreach(list, i, r)
	{
		if (read_report(r, file, e) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}
