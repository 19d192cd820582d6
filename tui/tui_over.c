#include "tui/tui_over.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tui/view.h"

int
tui_over_width(const struct tui_model *m)
{
	int w = m->w - 8;

	return w > 72 ? 72 : w < 20 ? 20 : w;
}

/* All of the field with the cursor is in sight, its last line before all. */
static void
settle_form(struct tui_model *m, int room)
{
	int top, bottom;

	form_text(&m->form, m->verdicts, tui_over_width(m), &m->over_text, &top,
		  &bottom, &m->form_x);
	m->form_y = bottom;
	if (m->over_top > top)
		m->over_top = top;
	if (m->over_top < bottom + 1 - room)
		m->over_top = bottom + 1 - room;
}

void
tui_over_settle(struct tui_model *m)
{
	int room = m->h - 6, most;

	text_clear(&m->over_text);
	if (m->over == OVER_HELP)
		view_help(m->screen == SCR_LIST ? IN_LIST : IN_WORK | IN_TERM,
			  tui_over_width(m), &m->over_text);
	else if (m->over == OVER_STORY && m->x != NULL)
		view_story(m->x, m->verdicts, m->check_at, tui_over_width(m),
			   &m->over_text);
	else if (m->over == OVER_MESSAGE || m->over == OVER_ASK)
		text_markdown(&m->over_text, m->over_words, tui_over_width(m),
			      false);
	else if (m->over == OVER_FORM)
		settle_form(m, room);
	most = (int)m->over_text.n - (room > 1 ? room : 1);
	if (m->over_top > most)
		m->over_top = most;
	if (m->over_top < 0)
		m->over_top = 0;
}

/* ---- what is said and asked */

static void
over(struct tui_model *m, enum tui_over kind, const char *title,
     const char *words)
{
	free(m->over_title);
	free(m->over_words);
	m->over_title = xstrdup(title);
	m->over_words = xstrdup(words);
	m->over = kind;
	m->over_top = 0;
	tui_model_settle(m);
}

void
tui_model_message(struct tui_model *m, const char *title, const char *words)
{
	over(m, OVER_MESSAGE, title, words);
}

static void
tui_model_ask(struct tui_model *m, enum tui_action action, const char *title,
	      const char *words)
{
	m->asked = action;
	over(m, OVER_ASK, title, words);
}

enum tui_action
tui_over_ask(struct tui_model *m, enum tui_action action)
{
	static const char mine[] =
	    "What you typed is kept beside it as **FILE.mine**.\n\n**y** yes   "
	    "**n** no";

	if (action == ACT_SOLVE)
		tui_model_ask(m, action, "Lay the solution over your files?",
			      mine);
	else if (action == ACT_RESET)
		tui_model_ask(m, action, "Begin this exercise again?", mine);
	else if (action == ACT_STOP)
		tui_model_ask(
		    m, action, "Stop the lab?",
		    "Your files and points are kept.\n\n**y** yes   **n** no");
	else if (m->lab_state[0] != '\0' && strcmp(m->lab_state, "up") == 0)
		tui_model_ask(
		    m, ACT_QUIT, "Leave ixlab?",
		    "The lab runs on; `ixlab` brings you back to it.\n\n"
		    "**y** leave, the lab runs on   **d** stop the lab and "
		    "leave   **n** stay");
	else
		return ACT_QUIT;
	return ACT_NONE;
}

enum tui_action
tui_over_answer(struct tui_model *m, enum tui_action given)
{
	enum tui_action asked = m->asked;

	if (given == ACT_STOP && asked != ACT_QUIT)
		return ACT_NONE;
	m->over = OVER_NONE;
	if (given == ACT_NO)
		return ACT_NONE;
	/* stop and leave: the loop sees that the question was about leaving */
	m->asked = ACT_NONE;
	if (given == ACT_STOP)
		m->asked = ACT_QUIT;
	return given == ACT_STOP ? ACT_STOP : asked;
}

void
tui_model_form(struct tui_model *m, const json_t *answers)
{
	form_open(&m->form, m->x, answers,
		  m->focus == PANE_CHECKS ? m->check_at : SIZE_MAX);
	if (m->form.n == 0) {
		tui_model_status(m, false, "this exercise asks no question");
		return;
	}
	m->over = OVER_FORM;
	m->over_top = 0;
	tui_model_settle(m);
}
