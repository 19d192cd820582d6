/*
 * ixlab verify: does a result come from the desk that it says, unchanged?
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "grader/desk/desk.h"

#define VERIFY_MAX (4u << 20)

static const char *const verify_keys[] = {
    "status", "person", "exercise", "result",
    "points", "total",	"reason",   "submission_digest"};

static void
verify_print(const struct cmd *c, const json_t *result, const char *file)
{
	size_t n = sizeof(verify_keys) / sizeof(*verify_keys), i;
	json_t *row = json_object(), *v;

	json_object_set_new(row, "file", out_str(file));
	for (i = 0; i < n; i++)
		if ((v = json_object_get(result, verify_keys[i])) != NULL)
			json_object_set(row, verify_keys[i], v);
	json_object_set(row, "key", json_object_get(result, "key"));
	json_object_set_new(row, "verified", json_true());
	if (c->json) {
		out_json(stdout, row);
	} else {
		_free_ char *person = out_word(json_object_get(row, "person"));
		_free_ char *x = out_word(json_object_get(row, "exercise"));
		_free_ char *status = out_word(json_object_get(row, "status"));
		_free_ char *points = out_word(json_object_get(row, "points"));
		_free_ char *total = out_word(json_object_get(row, "total"));
		_free_ char *name = xstrdup(file);

		str_clean(name);
		printf("%s: the signature holds: %s, %s, %s, %s of %s points\n",
		       name, person, x, status, points, total);
	}
	json_decref(row);
}

int
cmd_verify(struct cmd *c, struct err *e)
{
	_free_ char *text = NULL;
	char hex[DESK_HEX];
	json_t *result;
	size_t len;
	int rc;

	if (desk_key_public(cmd_option(c, "--key"), hex, e) < 0 ||
	    file_read(c->args[0], VERIFY_MAX, &text, &len, e) < 0)
		return -1;
	if ((result = desk_result_parse(c->args[0], text, len, e)) == NULL)
		return -1;
	rc = desk_verify(result, hex, e);
	if (rc < 0)
		err_in(e, "%s", c->args[0]);
	else
		verify_print(c, result, c->args[0]);
	json_decref(result);
	return rc;
}
