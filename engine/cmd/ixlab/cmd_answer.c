/*
 * ixlab answer: the questions of an exercise, and what was typed to them.
 */
#include <stdlib.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "grader/grader_answer.h"
#include "grader/grader_kind.h"

static json_t *
answer_row(const struct exercise_check *c, const json_t *answers)
{
	const struct grader_params *p = grader_params(c);
	json_t *choices = json_array(), *answer;
	size_t i;

	for (i = 0; i < p->choices.n; i++)
		json_array_append_new(choices, out_str(p->choices.items[i]));
	answer = json_object_get(answers, c->id);
	return json_pack("{ss so ss so so sO}", "id", c->id, "question",
			 out_str(p->question), "type", p->word, "unit",
			 out_str(p->unit), "choices", choices, "answer",
			 answer ? answer : json_null());
}

/* [{id, question, type, unit, choices, answer}] */
static json_t *
answer_rows(const struct exercise *x, const json_t *answers)
{
	json_t *rows = json_array();
	size_t i;

	for (i = 0; i < x->nchecks; i++) {
		if (x->checks[i].kind == &grader_kind_answer)
			json_array_append_new(
			    rows, answer_row(&x->checks[i], answers));
	}
	return rows;
}

static void
answer_print(const json_t *row)
{
	const json_t *all = json_object_get(row, "choices");
	_free_ char *choices = out_word(all);
	_free_ char *answer = xstrdup(out_text(row, "answer"));

	str_clean(answer);
	printf("%s: %s\n", out_text(row, "id"), out_text(row, "question"));
	if (json_array_size(all) > 0)
		printf("  choose: %s\n", choices);
	if (out_text(row, "unit")[0] != '\0')
		printf("  in: %s\n", out_text(row, "unit"));
	printf("  answer: %s\n", answer[0] ? answer : "none yet");
}

static int
answer_list(const struct cmd *c, const struct exercise *x, const char *instance,
	    struct err *e)
{
	json_t *answers = grader_answers(instance, e), *rows, *row;
	size_t i;

	if (answers == NULL)
		return -1;
	rows = answer_rows(x, answers);
	if (c->json) {
		out_json(stdout, rows);
	} else {
		json_array_foreach(rows, i, row) answer_print(row);
		if (json_array_size(rows) == 0)
			printf("%s asks no question\n", x->name);
	}
	json_decref(rows);
	json_decref(answers);
	return 0;
}

/* The words after the question, as one text; NULL: take it back. Owned. */
static char *
answer_words(const struct cmd *c)
{
	struct str s = {0};
	size_t i;

	if (cmd_option(c, "--forget"))
		return NULL;
	for (i = 2; i < c->nargs; i++)
		str_addf(&s, "%s%s", i > 2 ? " " : "", c->args[i]);
	return str_steal(&s);
}

static int
answer_give(const struct cmd *c, const struct exercise *x, const char *instance,
	    struct err *e)
{
	_free_ char *text = answer_words(c);
	json_t *row;

	if (text != NULL && c->nargs < 3)
		return err_usage(e,
				 "what is your answer? ixlab answer %s %s "
				 "TEXT",
				 c->args[0], c->args[1]);
	if (text == NULL && c->nargs > 2)
		return err_usage(e, "--forget takes no answer");
	if (grader_answer(x, instance, c->args[1], text, e) < 0)
		return -1;
	row = json_pack("{so ss so}", "exercise", out_str(x->name), "question",
			c->args[1], "answer", out_str(text));
	if (c->json)
		out_json(stdout, row);
	else
		printf("%s: %s; now: ixlab check\n", c->args[1],
		       text ? "noted" : "taken back");
	json_decref(row);
	return 0;
}

int
cmd_answer(struct cmd *c, struct err *e)
{
	_free_ char *instance = NULL;
	struct exercise *x = cmd_exercise_pick(c, &instance, false, e);
	int rc;

	if (x == NULL)
		return -1;
	if (c->nargs < 2 && cmd_option(c, "--forget"))
		rc = err_usage(e, "which answer is to be forgotten?");
	else
		rc = c->nargs < 2 ? answer_list(c, x, instance, e)
				  : answer_give(c, x, instance, e);
	exercise_free(x);
	return rc;
}
