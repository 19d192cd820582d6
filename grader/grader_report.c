/*
 * grader_report: verdicts as JSON, the master form of every result.
 *
 * Its shape is grader/report.schema.json. Number, order, ids and points of the
 * checks come from the exercise alone; the other forms (grader_form.h) are printed
 * from this value, so they cannot disagree.
 */
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader.h"
#include "grader/grader_kind.h"

static json_t *
text_or_null(const char *text)
{
	return text ? out_str(text) : json_null();
}

/* One paragraph on one line: a folded one of YAML ends in a newline. */
static json_t *
paragraph(const char *text)
{
	_free_ char *copy = NULL;
	size_t n;

	if (text == NULL)
		return json_null();
	copy = xstrdup(text);
	for (n = 0; copy[n]; n++) {
		if (copy[n] == '\n')
			copy[n] = ' ';
	}
	while (n > 0 && copy[n - 1] == ' ')
		copy[--n] = '\0';
	return out_str(copy);
}

/* Of a group all give their points, or none; those that this machine cannot
 * show are left out of it. */
static uint32_t
points_of(const struct exercise *x, size_t i, const struct grader_verdict *all)
{
	const char *group = x->checks[i].group, *other;
	size_t k;

	if (all[i].result != GRADER_PASS)
		return 0;
	for (k = 0; group && k < x->nchecks; k++) {
		other = x->checks[k].group;
		if (other && strcmp(other, group) == 0 &&
		    all[k].result != GRADER_PASS &&
		    all[k].result != GRADER_SKIP)
			return 0;
	}
	return x->checks[i].points;
}

uint32_t
grader_points(const struct exercise *x, const struct grader_verdict *verdicts,
	      uint32_t *bonus)
{
	uint32_t points = 0, more = 0;
	size_t i;

	for (i = 0; verdicts && i < x->nchecks; i++) {
		if (x->checks[i].bonus)
			more += points_of(x, i, verdicts);
		else
			points += points_of(x, i, verdicts);
	}
	if (bonus)
		*bonus = more;
	return points;
}

static json_t *
report_check(const struct exercise *x, size_t i,
	     const struct grader_verdict *all)
{
	const struct exercise_check *c = &x->checks[i];
	const struct grader_verdict *v = &all[i];
	json_t *o = json_object();
	bool mute = c->visibility == EXERCISE_NAME_ONLY && !x->whole;

	json_object_set_new(o, "id", out_str(c->id));
	json_object_set_new(o, "kind",
			    mute ? json_null() : out_str(c->kind->name));
	json_object_set_new(o, "say", out_str(c->say));
	json_object_set_new(o, "result",
			    json_string(grader_result_name(v->result)));
	json_object_set_new(o, "points", json_integer(points_of(x, i, all)));
	json_object_set_new(o, "max", json_integer(c->points));
	json_object_set_new(o, "required", json_boolean(!c->optional));
	json_object_set_new(o, "bonus", json_boolean(c->bonus));
	json_object_set_new(o, "group", text_or_null(c->group));
	json_object_set_new(
	    o, "visibility",
	    json_string(exercise_visibility_name(c->visibility)));
	json_object_set_new(o, "expected", text_or_null(v->expected));
	json_object_set_new(o, "saw", text_or_null(v->saw));
	json_object_set_new(o, "where", text_or_null(v->where));
	json_object_set_new(o, "since_ms",
			    json_integer((json_int_t)v->since_ms));
	json_object_set_new(o, "left_ms", json_integer((json_int_t)v->left_ms));
	json_object_set_new(o, "cause_id", text_or_null(v->cause_id));
	json_object_set_new(o, "cause", text_or_null(v->cause));
	if (v->facts)
		json_object_set(o, "facts", v->facts);
	json_object_set_new(o, "hint_id", text_or_null(v->hint_id));
	json_object_set_new(o, "hint", paragraph(v->hint));
	json_object_set_new(o, "blocked_by",
			    v->result == GRADER_BLOCKED
				? out_str(x->checks[v->blocked_by].id)
				: json_null());
	json_object_set_new(o, "reason", text_or_null(v->reason));
	return o;
}

/* What some results come to. Whatever becomes of a check that is not required
 * is as good as a pass, once it is known. */
struct tally {
	size_t n, pass, wait, skip, error;
};

static void
tally_add(struct tally *t, const struct exercise_check *c, enum grader_result r)
{
	bool done = r == GRADER_FAIL || r == GRADER_BLOCKED;

	t->n++;
	t->pass += r == GRADER_PASS || (c->optional && done);
	t->wait += r == GRADER_WAIT;
	t->skip += r == GRADER_SKIP;
	t->error += r == GRADER_ERROR;
}

static const char *
tally_result(const struct tally *t)
{
	if (t->error > 0)
		return "error";
	if (t->wait > 0)
		return "wait";
	if (t->pass + t->skip < t->n)
		return "fail";
	return t->skip == t->n && t->n > 0 ? "skip" : "pass";
}

json_t *
grader_report_of(const struct exercise *x,
		 const struct grader_verdict *verdicts, const char *error)
{
	json_t *o = json_object(), *steps = json_array(), *step, *checks;
	struct tally all = {.error = error ? 1 : 0}, t;
	uint32_t points, bonus;
	size_t s, i;

	points = grader_points(x, verdicts, &bonus);

	for (s = 0; s < x->nsteps; s++) {
		t = (struct tally){0};
		checks = json_array();
		for (i = x->steps[s].first;
		     i < x->steps[s].first + x->steps[s].nchecks; i++) {
			json_array_append_new(checks,
					      report_check(x, i, verdicts));
			tally_add(&t, &x->checks[i], verdicts[i].result);
			tally_add(&all, &x->checks[i], verdicts[i].result);
		}
		step = json_object();
		json_object_set_new(step, "id", out_str(x->steps[s].id));
		json_object_set_new(step, "title", out_str(x->steps[s].title));
		json_object_set_new(step, "result",
				    json_string(tally_result(&t)));
		json_object_set_new(step, "checks", checks);
		json_array_append_new(steps, step);
	}
	json_object_set_new(o, "exercise", out_str(x->name));
	json_object_set_new(o, "version", json_integer(x->version));
	json_object_set_new(o, "title", out_str(x->title));
	json_object_set_new(o, "result", json_string(tally_result(&all)));
	json_object_set_new(o, "reason", text_or_null(error));
	json_object_set_new(o, "points", json_integer(points));
	json_object_set_new(o, "total", json_integer(x->total));
	json_object_set_new(o, "bonus", json_integer(bonus));
	json_object_set_new(o, "bonus_max", json_integer(x->bonus));
	json_object_set_new(o, "steps", steps);
	return o;
}

enum err_class
grader_status(const json_t *report)
{
	const char *r = json_string_value(json_object_get(report, "result"));

	if (r && strcmp(r, "pass") == 0)
		return ERR_NONE;
	if (r && (strcmp(r, "fail") == 0 || strcmp(r, "wait") == 0))
		return ERR_FAILED;
	return ERR_HERE;
}

/* The first failing check's hint, with the check's own words before it. */
char *
grader_hint(const struct exercise *x, const json_t *report)
{
	const json_t *step, *check;
	const char *result, *hint, *mute = NULL;
	size_t s, i;

	(void)x;
	json_array_foreach(json_object_get(report, "steps"), s, step)
	{
		json_array_foreach(json_object_get(step, "checks"), i, check)
		{
			result =
			    json_string_value(json_object_get(check, "result"));
			hint =
			    json_string_value(json_object_get(check, "hint"));
			if (result == NULL || strcmp(result, "fail") != 0)
				continue;
			if (hint)
				return xstrdup(hint);
			if (mute == NULL)
				mute = json_string_value(
				    json_object_get(check, "say"));
		}
	}
	if (mute)
		return xasprintf("It is not yet so that %s; why is for you "
				 "to find out.",
				 mute);
	return NULL;
}
