#include "tui/tui_form.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "grader/grader_kind.h"
#include "tui/tui_key.h"
#include "tui/tui_words.h"
#include "tui/view.h"

#define MARGIN 4 /* what a question's answer and choices are set in by */

static const struct exercise_check *
check_of(const struct form *f, size_t i)
{
	return &f->x->checks[f->fields[i].check];
}

static const struct grader_list *
choices_of(const struct form *f, size_t i)
{
	return &grader_params(check_of(f, i))->choices;
}

void
form_clear(struct form *f)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		free(f->fields[i].kept);
		free(f->fields[i].trouble);
	}
	free(f->fields);
	*f = (struct form){0};
}

static void
form_add(struct form *f, size_t check, const json_t *answers)
{
	const char *kept =
	    json_string_value(json_object_get(answers, f->x->checks[check].id));
	struct form_field *field;

	f->fields = xreallocarray(f->fields, f->n + 1, sizeof(*f->fields));
	field = &f->fields[f->n++];
	*field = (struct form_field){.check = check};
	if (kept == NULL)
		return;
	field->kept = xstrdup(kept);
	entry_set(&field->line, kept);
}

void
form_open(struct form *f, const struct exercise *x, const json_t *answers,
	  size_t check)
{
	size_t i;

	form_clear(f);
	f->x = x;
	for (i = 0; i < x->nchecks; i++)
		if (x->checks[i].kind == &grader_kind_answer)
			form_add(f, i, answers);
	for (i = f->n; i-- > 0;)
		if (f->fields[i].kept == NULL)
			f->at = i;
	for (i = 0; i < f->n; i++)
		if (f->fields[i].check == check)
			f->at = i;
}

void
form_move(struct form *f, bool on)
{
	if (f->n > 0)
		f->at = (f->at + (on ? 1 : f->n - 1)) % f->n;
}

/* ---- typing */

static bool
choose(const struct grader_list *all, struct entry *line, uint32_t key)
{
	size_t i = 0;

	if (key >= '1' && key < '1' + all->n) {
		entry_set(line, all->items[key - '1']);
		return true;
	}
	if (all->n == 0 || (key != K_LEFT && key != K_RIGHT))
		return false;
	while (i < all->n && strcmp(all->items[i], line->text) != 0)
		i++;
	if (i == all->n) /* nothing is chosen: before the first */
		i = key == K_RIGHT ? 0 : all->n - 1;
	else
		i = (i + (key == K_RIGHT ? 1 : all->n - 1)) % all->n;
	entry_set(line, all->items[i]);
	return true;
}

void
form_key(struct form *f, uint32_t key)
{
	struct form_field *field;

	if (f->n == 0)
		return;
	field = &f->fields[f->at];
	if (!choose(choices_of(f, f->at), &field->line, key) &&
	    !entry_key(&field->line, key))
		return;
	free(field->trouble);
	field->trouble = NULL;
}

const char *
form_typed(const struct form *f)
{
	const char *text = f->n ? f->fields[f->at].line.text : "";

	return text[strspn(text, " ")] ? text : NULL;
}

void
form_kept(struct form *f, const char *trouble)
{
	struct form_field *field;

	if (f->n == 0)
		return;
	field = &f->fields[f->at];
	free(field->trouble);
	field->trouble = trouble ? xstrdup(trouble) : NULL;
	if (trouble != NULL)
		return;
	free(field->kept);
	field->kept = form_typed(f) ? xstrdup(form_typed(f)) : NULL;
	if (field->kept != NULL)
		form_move(f, true);
}

/* ---- drawing */

static void
add_choices(const struct grader_list *all, int width, struct text *out)
{
	struct str s = {0};
	size_t i;

	for (i = 0; i < all->n; i++)
		str_addf(&s, "%s%zu %s", i ? "   " : "", i + 1, all->items[i]);
	if (all->n > 0)
		text_words(out, str_text(&s), ST_NORMAL, width, "    ", "    ");
	str_clear(&s);
}

/* "ok", "FAIL", or what is still to be done. */
static const char *
word_of(const struct form_field *field, const struct grader_verdict *v,
	enum grid_style *style)
{
	const char *kept = field->kept ? field->kept : "";

	*style = ST_WAIT;
	if (strcmp(kept, field->line.text) != 0)
		return _("not given yet: Enter");
	*style = ST_DIM;
	if (field->kept == NULL)
		return "";
	if (v == NULL)
		return _("kept; judged when the lab runs");
	*style = v->result == GRADER_PASS ? ST_GOOD : ST_BAD;
	return v->result == GRADER_PASS	  ? _("ok")
	       : v->result == GRADER_FAIL ? _("FAIL")
					  : "";
}

static void
add_entry(const struct form *f, size_t i, const struct grader_verdict *v,
	  int width, struct text *out, int *column)
{
	const struct form_field *field = &f->fields[i];
	const char *unit = grader_params(check_of(f, i))->unit;
	enum grid_style style;
	const char *word = word_of(field, v, &style);
	int room = width - MARGIN - 28, n;
	_free_ char *shown = NULL;
	struct flow line = {0};

	if (room < 12)
		room = width - MARGIN;
	shown = entry_window(&field->line, room, &n);
	flow_add(&line, i == f->at ? "  > " : "    ", ST_BOLD);
	if (i == f->at)
		*column = flow_width(&line) + n;
	flow_add(&line, shown, ST_CODE);
	if (unit != NULL) {
		flow_add(&line, " ", ST_NORMAL);
		flow_add(&line, unit, ST_DIM);
	}
	for (n = flow_width(&line); n < MARGIN + 16; n++)
		flow_addc(&line, ' ', ST_NORMAL);
	if (flow_width(&line) + 1 + (int)strlen(word) <= width) {
		flow_add(&line, " ", ST_NORMAL);
		flow_add(&line, word, style);
	}
	text_line(out, &line);
}

static void
add_below(const struct form_field *field, const struct grader_verdict *v,
	  int width, struct text *out)
{
	if (field->trouble != NULL)
		text_words(out, field->trouble, ST_BAD, width, "    ", "    ");
	else if (v != NULL && v->result == GRADER_FAIL && v->hint != NULL &&
		 field->kept != NULL)
		text_words(out, v->hint, ST_NORMAL, width, "    ", "    ");
}

void
form_text(const struct form *f, const struct grader_verdict *verdicts,
	  int width, struct text *out, int *top, int *bottom, int *column)
{
	const struct grader_verdict *v;
	struct flow empty = {0};
	char first[32];
	size_t i;

	*top = *bottom = *column = 0;
	for (i = 0; i < f->n; i++) {
		v = verdicts ? &verdicts[f->fields[i].check] : NULL;
		if (i > 0)
			text_line(out, &empty);
		if (i == f->at)
			*top = (int)out->n;
		snprintf(first, sizeof(first), "%2zu. ", i + 1);
		text_words(out, grader_params(check_of(f, i))->question,
			   ST_BOLD, width, first, "    ");
		add_choices(choices_of(f, i), width, out);
		add_entry(f, i, v, width, out, column);
		if (i == f->at)
			*bottom = (int)out->n - 1;
		add_below(&f->fields[i], v, width, out);
	}
}
