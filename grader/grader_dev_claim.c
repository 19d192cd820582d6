/* grader_dev_claim: a variant's report against what it must be. */
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_dev_priv.h"
#include "grader/grader_form.h"

static const json_t *
report_check(const json_t *report, const struct exercise_check *c)
{
	const json_t *step = json_array_get(json_object_get(report, "steps"),
					    c->step),
		     *row;
	size_t i;

	json_array_foreach(json_object_get(step, "checks"), i, row)
	{
		if (strcmp(out_text(row, "id"), c->id) == 0)
			return row;
	}
	return NULL;
}

static const char *
wanted_hint(const struct exercise_wrong *w, size_t check)
{
	size_t i;

	for (i = 0; w && i < w->nfails; i++) {
		if (w->fails[i].check == check)
			return w->fails[i].hint;
	}
	return NULL;
}

static void
compare_check(const struct dev_variant *v, const struct exercise *x, size_t i,
	      struct str *s)
{
	const json_t *row = report_check(v->report, &x->checks[i]);
	const char *result = out_text(row, "result"), *want;

	want = wanted_hint(v->wrong, i);
	if (want && (strcmp(result, "fail") != 0 ||
		     strcmp(out_text(row, "hint_id"), want) != 0))
		str_addf(s,
			 "%s must fail with hint %s, it is %s %s (saw: %s)\n",
			 x->checks[i].id, want, result,
			 out_text(row, "hint_id"), out_text(row, "saw"));
	else if (!want && strcmp(result, "error") == 0)
		str_addf(s, "%s is an error: %s\n", x->checks[i].id,
			 out_text(row, "reason"));
	else if (!want && !v->start && strcmp(result, "pass") != 0 &&
		 !(v->wrong && strcmp(result, "blocked") == 0))
		str_addf(s, "%s must pass, it is %s %s (saw: %s)\n",
			 x->checks[i].id, result, out_text(row, "hint_id"),
			 out_text(row, "saw"));
}

static char *
compare_mutant(const struct dev_variant *v)
{
	const char *result = out_text(v->report, "result");

	if (strcmp(result, "fail") == 0)
		return NULL;
	return xasprintf("%s: it must fail, and is %s%s; a check is missing, "
			 "or the task leaves this open (exercise.yml: open)",
			 v->file, result,
			 strcmp(result, "pass") == 0 ? " with full marks" : "");
}

char *
grader_dev_compare(const struct dev_variant *v, const struct exercise *x)
{
	struct str s = {0};
	size_t i;

	if (v->trouble)
		return xstrdup(v->trouble);
	if (v->mutant)
		return compare_mutant(v);
	for (i = 0; i < x->nchecks; i++)
		compare_check(v, x, i, &s);
	if (v->start && strcmp(out_text(v->report, "result"), "fail") != 0)
		str_addf(&s, "the start must fail, it is %s\n",
			 out_text(v->report, "result"));
	return s.len ? str_steal(&s) : NULL;
}

char *
grader_dev_claim(const struct dev_variant *v)
{
	struct str s = {0};

	if (v->mutant)
		return xasprintf("%s is refused with %s: %s", v->folder,
				 v->mutant->mistake, v->mutant->what);
	if (v->start)
		return xstrdup("start fails, and nothing errors");
	if (v->wrong == NULL)
		return xasprintf("%s scores full marks", v->folder);
	str_addf(&s, "%s fails exactly what it must", v->folder);
	return str_steal(&s);
}
