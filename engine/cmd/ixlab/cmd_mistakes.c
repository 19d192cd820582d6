/*
 * ixlab desk mistakes: what a class stumbled over, from its results.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "grader/desk/desk.h"

#define MISTAKES_FILE_MAX (4u << 20)

/* One that does not carry this desk's signature is left out, and told. */
static void
mistakes_read(json_t *results, const char *path, const char *hex)
{
	_free_ char *text = NULL;
	json_t *result = NULL;
	struct err e = {0};
	size_t len;
	int rc = file_read(path, MISTAKES_FILE_MAX, &text, &len, &e);

	if (rc == 0 &&
	    (result = desk_result_parse(path, text, len, &e)) == NULL)
		rc = -1;
	if (rc == 0 && (rc = desk_verify(result, hex, &e)) < 0)
		err_in(&e, "%s", path);
	if (rc == 0)
		json_array_append(results, result);
	json_decref(result);
	if (rc < 0) {
		str_clean(e.msg);
		fprintf(stderr, "left out: %s\n", e.msg);
	}
}

json_t *
cmd_desk_results(const struct cmd *c, const json_t *files, struct err *e)
{
	json_t *results, *path;
	char hex[DESK_HEX];
	size_t i;

	if (desk_key_public(cmd_option(c, "--key"), hex, e) < 0)
		return NULL;
	results = json_array();
	json_array_foreach(files, i, path)
	    mistakes_read(results, json_string_value(path), hex);
	return results;
}

int
cmd_desk_mistakes(struct cmd *c, struct err *e)
{
	static const struct out_column columns[] = {{"PEOPLE", "count"},
						    {"EXERCISE", "exercise"},
						    {"CHECK", "check"},
						    {"MISTAKE", "hint"}};
	json_t *files = cmd_sent_results(c, 1, e), *results, *rows;

	if (files == NULL)
		return -1;
	results = cmd_desk_results(c, files, e);
	json_decref(files);
	if (results == NULL)
		return -1;
	rows = desk_mistakes(results);
	if (c->json)
		out_json(stdout, rows);
	else
		out_table(stdout, rows, columns, 4, "no check failed");
	json_decref(rows);
	json_decref(results);
	return 0;
}
