/*
 * ixlab note: what a person wrote down while working on an exercise.
 */
#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "tui/tui_notes.h"

static int
note_print(const struct cmd *c, const char *instance, struct err *e)
{
	_free_ char *text = notes_read(instance, e);

	if (text == NULL)
		return -1;
	if (c->json) {
		json_t *o = json_pack("{so}", "notes", out_str(text));

		out_json(stdout, o);
		json_decref(o);
		return 0;
	}
	str_clean_lines(text);
	fputs(text, stdout);
	return 0;
}

static int
note_add(const struct cmd *c, const char *instance, struct err *e)
{
	struct str s = {0};
	size_t i;
	int rc;

	for (i = 1; i < c->nargs; i++)
		str_addf(&s, "%s%s", i > 1 ? " " : "", c->args[i]);
	rc = notes_add(instance, str_text(&s), e);
	str_clear(&s);
	return rc < 0 ? rc : note_print(c, instance, e);
}

int
cmd_note(struct cmd *c, struct err *e)
{
	_free_ char *instance = NULL;
	struct exercise *x = cmd_exercise_pick(c, &instance, false, e);
	int rc;

	if (x == NULL)
		return -1;
	rc = c->nargs < 2 ? note_print(c, instance, e)
			  : note_add(c, instance, e);
	exercise_free(x);
	return rc;
}
