/*
 * ixlab report: reports that were stored, in another form; several of them as a
 * class.
 *
 * Whose a report is stands in it when a desk made it; otherwise the file's name
 * tells.
 */
#include <libgen.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "cmd_table.h"
#include "grader/grader_form.h"

static void
report_cut(char *name, const char *end)
{
	if (str_ends(name, end) && strlen(name) > strlen(end))
		name[strlen(name) - strlen(end)] = '\0';
}

/* "class/alice.json": alice; "class/alice.result.json", too */
void
cmd_report_name(json_t *report, const char *path)
{
	_free_ char *copy = xstrdup(path);
	char *base = basename(copy);

	if (json_is_string(json_object_get(report, "who")))
		return;
	report_cut(base, ".json");
	report_cut(base, ".result");
	str_clean(base); /* a file's name may be no UTF-8 */
	json_object_set_new(report, "who", json_string(base));
}

static int
report_add(json_t *all, const char *path, struct err *e)
{
	_free_ char *text = NULL;
	json_t *list, *r;
	size_t len, i;

	if (file_read(path, GRADER_REPORT_MAX, &text, &len, e) < 0)
		return -1;
	list = grader_report_read(path, text, len, e);
	if (list == NULL)
		return -1;
	json_array_foreach(list, i, r)
	{
		cmd_report_name(r, path);
	}
	json_array_extend(all, list);
	json_decref(list);
	return 0;
}

static int
report_form(const struct cmd *c, enum grader_form *form, struct err *e)
{
	const char *name = cmd_option(c, "--format");

	if (c->json && name)
		return err_usage(e, "--format and --json cannot go together");
	*form = c->json ? GRADER_FORM_JSON : GRADER_FORM_TEXT;
	return name ? grader_form_find(name, form, e) : 0;
}

int
cmd_report(struct cmd *c, struct err *e)
{
	json_t *all = json_array();
	enum grader_form form;
	int rc = report_form(c, &form, e);
	size_t i;

	for (i = 0; rc == 0 && i < c->nargs; i++)
		rc = report_add(all, c->args[i], e);
	if (rc == 0 && !grader_form_takes(form, json_array_size(all)))
		rc = err_usage(e, "%s tells of one report, not of %zu",
			       grader_form_name(form), json_array_size(all));
	if (rc == 0)
		grader_form_print(stdout, form, all,
				  cmd_option(c, "--whole") != NULL, c->color);
	json_decref(all);
	return rc;
}
