#include "grader/grader_form.h"

#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader.h"

static const char *const names[GRADER_NFORMS] = {
    [GRADER_FORM_TEXT] = "text",   [GRADER_FORM_JSON] = "json",
    [GRADER_FORM_TAP13] = "tap13", [GRADER_FORM_TAP14] = "tap14",
    [GRADER_FORM_JUNIT] = "junit", [GRADER_FORM_CSV] = "csv",
    [GRADER_FORM_HTML] = "html",
};

int
grader_form_find(const char *name, enum grader_form *form, struct err *e)
{
	size_t i;

	if (strcmp(name, "tap") == 0)
		name = "tap13";
	for (i = 0; i < GRADER_NFORMS; i++) {
		if (strcmp(names[i], name) == 0) {
			*form = (enum grader_form)i;
			return 0;
		}
	}
	return err_usage(e,
			 "a report has the forms text, json, tap13, tap14, "
			 "junit, csv and html, not \"%s\"",
			 name);
}

const char *
grader_form_name(enum grader_form form)
{
	return names[form];
}

bool
grader_form_takes(enum grader_form form, size_t reports)
{
	return reports == 1 ||
	       (form != GRADER_FORM_TAP13 && form != GRADER_FORM_TAP14);
}

long
grader_report_number(const json_t *o, const char *key)
{
	return (long)json_integer_value(json_object_get(o, key));
}

bool
grader_report_optional(const json_t *check)
{
	return json_is_false(json_object_get(check, "required"));
}

/* ---- printing */

static void
print_each(FILE *f, const json_t *reports, bool color)
{
	const json_t *r;
	size_t i;

	json_array_foreach(reports, i, r)
	{
		_free_ char *who = xstrdup(out_text(r, "who"));

		str_clean(who);
		if (json_array_size(reports) > 1)
			fprintf(f, "%s== %s\n\n", i ? "\n" : "", who);
		grader_print_text(f, r, color);
	}
}

static void
form_add(json_t *list, const json_t *report, bool whole)
{
	json_array_append_new(list, whole ? json_deep_copy(report)
					  : grader_report_shown(report));
}

void
grader_form_print(FILE *f, enum grader_form form, const json_t *reports,
		  bool whole, bool color)
{
	json_t *list = json_array();
	const json_t *r, *first;
	size_t i;

	if (json_is_object(reports))
		form_add(list, reports, whole);
	json_array_foreach(reports, i, r)
	{
		form_add(list, r, whole);
	}
	first = json_array_get(list, 0);
	switch (form) {
	case GRADER_FORM_TEXT: print_each(f, list, color); break;
	case GRADER_FORM_JSON:
		out_json(f, json_array_size(list) == 1 ? first : list);
		break;
	case GRADER_FORM_TAP13: grader_print_tap(f, first, 13); break;
	case GRADER_FORM_TAP14: grader_print_tap(f, first, 14); break;
	case GRADER_FORM_JUNIT: grader_print_junit(f, list); break;
	case GRADER_FORM_CSV: grader_print_csv(f, list); break;
	case GRADER_FORM_HTML: grader_print_html(f, list); break;
	case GRADER_NFORMS: break;
	}
	json_decref(list);
}
