/*
 * desk_mistakes: what a class stumbled over. Of the results, each failed check with
 * the hint that fitted is one mistake; it counts once for a person.
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/desk/desk.h"
#include "grader/grader_form.h"

/* The row of this mistake, made when it is new; borrowed. */
static json_t *
mistake_row(json_t *rows, const json_t *result, const json_t *check)
{
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (strcmp(out_text(row, "exercise"),
			   out_text(result, "exercise")) == 0 &&
		    strcmp(out_text(row, "check"), out_text(check, "id")) ==
			0 &&
		    strcmp(out_text(row, "hint"), out_text(check, "hint_id")) ==
			0)
			return row;
	}
	row = json_pack("{s:o, s:o, s:o, s:o, s:[], s:i}", "exercise",
			out_str(out_text(result, "exercise")), "check",
			out_str(out_text(check, "id")), "hint",
			out_str(out_text(check, "hint_id")), "say",
			out_str(out_text(check, "say")), "people", "count", 0);
	json_array_append_new(rows, row);
	return row;
}

static void
mistake_count(json_t *row, const char *person)
{
	json_t *people = json_object_get(row, "people"), *p;
	size_t i;

	json_array_foreach(people, i, p)
	{
		if (strcmp(json_string_value(p), person) == 0)
			return;
	}
	json_array_append_new(people, out_str(person));
	json_object_set_new(row, "count",
			    json_integer((json_int_t)json_array_size(people)));
}

static void
mistakes_of(json_t *rows, const json_t *result)
{
	const json_t *steps =
	    json_object_get(json_object_get(result, "report"), "steps");
	const json_t *step, *check;
	size_t i, k;

	json_array_foreach(steps, i, step)
	{
		json_array_foreach(json_object_get(step, "checks"), k, check)
		{
			if (strcmp(out_text(check, "result"), "fail") == 0)
				mistake_count(mistake_row(rows, result, check),
					      out_text(result, "person"));
		}
	}
}

static int
mistakes_order(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	json_int_t n = json_integer_value(json_object_get(x, "count"));
	json_int_t m = json_integer_value(json_object_get(y, "count"));
	int by = strcmp(out_text(x, "exercise"), out_text(y, "exercise"));

	if (n != m)
		return n < m ? 1 : -1;
	if (by == 0)
		by = strcmp(out_text(x, "check"), out_text(y, "check"));
	return by ? by : strcmp(out_text(x, "hint"), out_text(y, "hint"));
}

json_t *
desk_mistakes(const json_t *results)
{
	json_t *rows = json_array(), *sorted = json_array();
	_free_ json_t **list = NULL;
	const json_t *result;
	size_t i, n;

	json_array_foreach(results, i, result) mistakes_of(rows, result);
	n = json_array_size(rows);
	list = xcalloc(n + 1, sizeof(json_t *));
	for (i = 0; i < n; i++)
		list[i] = json_array_get(rows, i);
	qsort(list, n, sizeof(json_t *), mistakes_order);
	for (i = 0; i < n; i++)
		json_array_append(sorted, list[i]);
	json_decref(rows);
	return sorted;
}
