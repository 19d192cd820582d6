/*
 * paper: what is written down in a session: answers, notes, the text of a terminal.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "tui/tui_notes.h"
#include "tui/tui_run.h"
#include "tui/tui_term.h"
#include "tui/tui_words.h"

/* ---- answers */

void
paper_form(struct tui *t)
{
	struct err e = {0};
	json_t *answers = work_answers(t->work, &e);

	if (answers == NULL)
		tui_model_status(&t->m, true, "%s", e.msg);
	else
		tui_model_form(&t->m, answers);
	json_decref(answers);
}

void
paper_answer(struct tui *t)
{
	struct form *f = &t->m.form;
	const char *text = form_typed(f);
	size_t check = f->fields[f->at].check;
	struct err e = {0};
	int rc = work_answer(t->work, check, text, &e);

	snprintf(t->m.verb, sizeof(t->m.verb), "ixlab answer %s %s %.60s",
		 work_opened(t->work), work_exercise(t->work)->checks[check].id,
		 text ? text : "--forget");
	form_kept(f, rc < 0 ? e.msg : NULL);
	tui_model_status(&t->m, rc < 0, "%s",
			 rc < 0 ? _("that was not kept")
			 : text ? _("your answer is kept")
				: _("the answer is taken back"));
}

void
paper_notes(struct tui *t)
{
	struct err e = {0};
	_free_ char *all = notes_read(work_instance(t->work), &e);

	if (all == NULL)
		tui_model_status(&t->m, true, "%s", e.msg);
	else
		tui_model_notes(&t->m, all);
}

void
paper_note(struct tui *t)
{
	const char *text = t->m.note.text;
	struct err e = {0};

	if (text[strspn(text, " ")] == '\0')
		return;
	snprintf(t->m.verb, sizeof(t->m.verb), "ixlab note %s %.60s",
		 work_opened(t->work), text);
	if (notes_add(work_instance(t->work), text, &e) < 0)
		tui_model_status(&t->m, true, "%s", e.msg);
	else
		paper_notes(t);
}

/* ---- a terminal's text */

void
paper_past(struct tui *t)
{
	if (slots_pane(t) == NULL)
		tui_model_status(&t->m, false,
				 _("no terminal is open: t, b or e opens one"));
	else
		pane_read(slots_pane(t)); /* slots.c shows it when it comes */
}

void
paper_copy(struct tui *t)
{
	size_t lines;
	_free_ char *text = past_chosen_text(&t->m.past, false, &lines);

	if (strlen(text) > PAST_COPY_MAX)
		tui_model_status(&t->m, true,
				 _("too much for a clipboard (at most %d kB): "
				   "w writes it to a file"),
				 PAST_COPY_MAX / 1024);
	else if (!term_copy(text))
		tui_model_status(&t->m, true,
				 _("this terminal has no clipboard for "
				   "programs: w writes to a file"));
	else
		tui_model_status(&t->m, false,
				 _("lines sent to the clipboard: %zu (if your "
				   "terminal lets programs do that)"),
				 lines);
}

char *
paper_path(const struct tui *t, const char *name, const char *suffix,
	   struct err *e)
{
	_free_ char *state = file_state_dir(e), *dir = NULL;
	char *path;
	int i;

	if (state == NULL)
		return NULL;
	dir = xasprintf("%s/labs/%s/texts", state, work_instance(t->work));
	if (file_mkdirs(dir, e) < 0)
		return NULL;
	path = xasprintf("%s/%s.%s", dir, name, suffix);
	for (i = 2; file_exists(path); i++) {
		free(path);
		path = xasprintf("%s/%s-%d.%s", dir, name, i, suffix);
	}
	return path;
}

/* shell-on-m1.txt */
static char *
save_path(const struct tui *t, struct err *e)
{
	_free_ char *name = xstrdup(t->m.past.name);
	char *p;

	for (p = name; *p; p++)
		if (*p == ' ' || *p == '/')
			*p = '-';
	if ((p = strstr(name, "-(")) != NULL) /* which of how many */
		*p = '\0';
	return paper_path(t, name, "txt", e);
}

void
paper_save(struct tui *t)
{
	struct err e = {0};
	size_t lines;
	_free_ char *text = past_chosen_text(&t->m.past, true, &lines);
	_free_ char *path = save_path(t, &e), *words = NULL;

	if (path == NULL || file_write(path, text, strlen(text), &e) < 0) {
		tui_model_status(&t->m, true, "%s", e.msg);
		return;
	}
	words = xasprintf(_("Lines: %zu. They are in\n\n    %s"), lines, path);
	tui_model_message(&t->m, _("Written"), words);
}
