/*
 * grader_shown: a report without what its author keeps from the trainee.
 *
 * A report of a whole exercise, as the desk makes it, has hidden checks in its
 * lists and its sums. Everything is counted again without them, so that nothing
 * that is left can tell of them.
 */
#include <string.h>

#include "base/out.h"
#include "grader/grader_form.h"

#define number grader_report_number

struct shown_sums {
	size_t n, good, wait, skip, error;
};

static bool
is(const json_t *check, const char *visibility)
{
	return strcmp(out_text(check, "visibility"), visibility) == 0;
}

static void
keep_name_only(json_t *check)
{
	static const char *const keys[] = {"kind",    "expected", "saw",
					   "where",   "cause_id", "cause",
					   "hint_id", "hint",	  "reason"};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		json_object_set_new(check, keys[i], json_null());
	json_object_del(check, "facts");
}

static void
sums_add(struct shown_sums *t, const json_t *check)
{
	const char *r = out_text(check, "result");
	bool done = strcmp(r, "fail") == 0 || strcmp(r, "blocked") == 0;

	t->n++;
	t->good +=
	    strcmp(r, "pass") == 0 || (done && grader_report_optional(check));
	t->wait += strcmp(r, "wait") == 0;
	t->skip += strcmp(r, "skip") == 0;
	t->error += strcmp(r, "error") == 0;
}

static const char *
sums_result(const struct shown_sums *t)
{
	if (t->error > 0)
		return "error";
	if (t->wait > 0)
		return "wait";
	if (t->good + t->skip < t->n)
		return "fail";
	return t->skip == t->n && t->n > 0 ? "skip" : "pass";
}

static void
take_off(json_t *report, const char *key, long n)
{
	long v = number(report, key);

	if (json_object_get(report, key))
		json_object_set_new(report, key,
				    json_integer(v > n ? v - n : 0));
}

/* Its points, from the sums of the whole. */
static void
forget(json_t *report, const json_t *check)
{
	bool bonus = json_is_true(json_object_get(check, "bonus"));

	take_off(report, bonus ? "bonus" : "points", number(check, "points"));
	take_off(report, bonus ? "bonus_max" : "total", number(check, "max"));
}

/* True when a check of the step was hidden. */
static bool
show_step(json_t *report, json_t *step, json_t *gone)
{
	json_t *checks = json_object_get(step, "checks"), *check;
	bool any = false;
	size_t i;

	for (i = json_array_size(checks); i-- > 0;) {
		check = json_array_get(checks, i);
		if (is(check, "name-only"))
			keep_name_only(check);
		if (!is(check, "hidden"))
			continue;
		forget(report, check);
		json_object_set_new(gone, out_text(check, "id"), json_true());
		json_array_remove(checks, i);
		any = true;
	}
	return any;
}

/* Nothing shown should lean on something hidden; where it does, it tells not on
 * what. */
static struct shown_sums
count_step(json_t *step, const json_t *gone)
{
	struct shown_sums t = {0};
	json_t *check;
	size_t i;

	json_array_foreach(json_object_get(step, "checks"), i, check)
	{
		if (json_object_get(gone, out_text(check, "blocked_by")))
			json_object_set_new(check, "blocked_by", json_null());
		sums_add(&t, check);
	}
	return t;
}

static void
count_again(json_t *report, const json_t *gone)
{
	struct shown_sums all = {.error = *out_text(report, "reason") ? 1 : 0},
			  t;
	json_t *step;
	size_t s;

	json_array_foreach(json_object_get(report, "steps"), s, step)
	{
		t = count_step(step, gone);
		json_object_set_new(step, "result",
				    json_string(sums_result(&t)));
		all.n += t.n;
		all.good += t.good;
		all.wait += t.wait;
		all.skip += t.skip;
		all.error += t.error;
	}
	json_object_set_new(report, "result", json_string(sums_result(&all)));
}

json_t *
grader_report_shown(const json_t *report)
{
	json_t *shown = json_deep_copy(report), *gone = json_object(), *step;
	bool any = false;
	size_t s;

	json_array_foreach(json_object_get(shown, "steps"), s, step)
	{
		any |= show_step(shown, step, gone);
	}
	if (any)
		count_again(shown, gone);
	json_decref(gone);
	return shown;
}
