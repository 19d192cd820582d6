/*
 * ixlab doctor: what this machine can do. Each feature is really tried by the
 * supervisor's module, so a "yes" here is no guess.
 */
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "lab/super/super.h"

/* A row may say that it is not needed ("needed": false): it is told only. */
static bool
doctor_needed(const json_t *row)
{
	return !json_is_false(json_object_get(row, "needed"));
}

static size_t
doctor_missing(const json_t *rows)
{
	size_t i, n = 0;
	json_t *row;

	json_array_foreach(rows, i, row) n +=
	    !json_is_true(json_object_get(row, "ok")) && doctor_needed(row);
	return n;
}

static void
doctor_print_fixes(const json_t *rows)
{
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		const char *fix =
		    json_string_value(json_object_get(row, "fix"));
		_free_ char *feature =
		    out_word(json_object_get(row, "feature"));
		_free_ char *text = out_word(json_object_get(row, "fix"));

		if (!json_is_true(json_object_get(row, "ok")) && fix && *fix)
			printf("to have %s: %s\n", feature, text);
	}
}

static void
doctor_print(const json_t *rows)
{
	static const struct out_column columns[] = {
	    {"FEATURE", "feature"}, {"STATE", "word"}, {"WHY", "why"}};
	json_t *copy = json_deep_copy(rows), *row;
	size_t i;

	json_array_foreach(copy, i, row)
	{
		const char *word = "ok";

		if (!json_is_true(json_object_get(row, "ok")))
			word = doctor_needed(row) ? "MISSING" : "absent";
		json_object_set_new(row, "word", json_string(word));
		if (json_is_true(json_object_get(row, "ok")) &&
		    json_is_string(json_object_get(row, "note")))
			json_object_set(row, "why",
					json_object_get(row, "note"));
	}
	out_table(stdout, copy, columns, 3, "nothing was tried");
	doctor_print_fixes(copy);
	if (doctor_missing(rows) > 0)
		puts("what cannot be mended here works in the virtual machine "
		     "image: see vm/README.md");
	json_decref(copy);
}

int
cmd_doctor(struct cmd *c, struct err *e)
{
	json_t *rows = super_doctor();
	size_t missing = doctor_missing(rows);

	if (c->json)
		out_json(stdout, rows);
	else
		doctor_print(rows);
	json_decref(rows);
	if (missing == 0)
		return 0;
	return err_here(e, "%zu %s a lab needs %s missing on this machine",
			missing, missing == 1 ? "thing that" : "things that",
			missing == 1 ? "is" : "are");
}
