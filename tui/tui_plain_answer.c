/*
 * The word "answer" of plain mode: the form, as lines.
 */
#include <stdlib.h>
#include <string.h>

#include "grader/grader_kind.h"
#include "tui/tui_form.h"
#include "tui/tui_plain.h"
#include "tui/tui_words.h"

static void
say_question(const struct plain *p, const struct form *f, size_t i)
{
	const struct grader_params *q =
	    grader_params(&f->x->checks[f->fields[i].check]);
	struct str s = {0};
	size_t k;

	str_addf(&s, "%zu. %s", i + 1, q->question);
	for (k = 0; k < q->choices.n; k++)
		str_addf(&s, "%s%s", k ? ", " : _(" Choose: "),
			 q->choices.items[k]);
	if (q->unit != NULL)
		str_addf(&s, _(" In %s."), q->unit);
	if (f->fields[i].kept != NULL)
		str_addf(&s, _(" Your answer: %s"), f->fields[i].kept);
	plain_say(p, "%s", str_text(&s));
	str_clear(&s);
}

static void
say_questions(const struct plain *p, const struct form *f)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		say_question(p, f, i);
	plain_say(p, "%s",
		  f->n ? _("Type answer, a number, and your answer.")
		       : _("This exercise asks no question."));
}

static void
give(struct plain *p, const struct form *f, size_t i, const char *text)
{
	struct err e = {0};

	if (work_answer(p->work, f->fields[i].check, *text ? text : NULL, &e) <
	    0)
		plain_say(p, "%s", e.msg);
	else
		plain_say(p, _("Your answer to question %zu is %s."), i + 1,
			  *text ? _("kept; check judges it") : _("taken back"));
}

void
plain_answer(struct plain *p, const char *args)
{
	size_t digits = strcspn(args, " \t");
	_free_ char *number = xstrndup(args, digits);
	struct err e = {0};
	json_t *answers = work_answers(p->work, &e);
	struct form f = {0};
	unsigned int n;

	if (answers == NULL) {
		plain_say(p, "%s", e.msg);
		return;
	}
	form_open(&f, work_exercise(p->work), answers, SIZE_MAX);
	args += digits + strspn(args + digits, " \t");
	if (*number == '\0')
		say_questions(p, &f);
	else if (str_to_u32(number, 1, f.n, &n))
		give(p, &f, n - 1, args);
	else
		plain_say(p,
			  _("Which question? Type answer alone to see them."));
	form_clear(&f);
	json_decref(answers);
}
