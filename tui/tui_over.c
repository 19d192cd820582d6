#include "tui/tui_over.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tui/tui_list.h"
#include "tui/tui_words.h"
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

/* The notes, and below them the line that is typed. */
static void
settle_notes(struct tui_model *m, int room)
{
	int w = tui_over_width(m);
	_free_ char *all = xstrdup(m->notes ? m->notes : ""), *shown = NULL;
	char *line, *rest = all;
	struct flow typed = {0}, empty = {0};

	while ((line = strsep(&rest, "\n")) != NULL)
		if (*line != '\0')
			text_words(&m->over_text, line, ST_NORMAL, w, "", "  ");
	text_line(&m->over_text, &empty);
	shown = entry_window(&m->note, w - 2, &m->form_x);
	m->form_x += 2;
	m->form_y = (int)m->over_text.n;
	flow_add(&typed, "> ", ST_BOLD);
	flow_add(&typed, shown, ST_CODE);
	text_line(&m->over_text, &typed);
	m->over_top = m->form_y + 1 - room;
}

void
tui_model_notes(struct tui_model *m, const char *notes)
{
	char *copy = xstrdup(notes);

	free(m->notes);
	m->notes = copy;
	entry_set(&m->note, "");
	m->over = OVER_NOTES;
	tui_model_settle(m);
}

void
tui_model_past(struct tui_model *m, char *text)
{
	past_open(&m->past, text, m->term);
	m->over = OVER_PAST;
	tui_model_settle(m);
}

/* ---- what can be reset: the exercise, this step, its nodes but for switches */

enum { PICK_EXERCISE, PICK_STEP, PICK_NODES };

static const struct lab_node *
pick_node(const struct tui_model *m, size_t line)
{
	size_t i;

	if (m->lab == NULL || line < PICK_NODES)
		return NULL;
	for (i = 0, line -= PICK_NODES; i < m->lab->nnodes; i++)
		if (m->lab->nodes[i].role != LAB_SWITCH && line-- == 0)
			return &m->lab->nodes[i];
	return NULL;
}

/* ---- a node: what is known of it, then what can be opened on it */

#define NODE_LINES 12

static size_t
node_programs(const struct tui_model *m, struct program *all)
{
	return m->lab != NULL && m->node_at < m->lab->nnodes
		   ? program_list(m->x, &m->lab->nodes[m->node_at], all,
				  NODE_LINES)
		   : 0;
}

void
tui_over_node(struct tui_model *m)
{
	struct program all[NODE_LINES];

	if (node_programs(m, all) == 0)
		return;
	m->over = OVER_NODE;
	m->over_top = 0;
	m->pick_at = 0;
}

static void
settle_node(struct tui_model *m, int room)
{
	struct program all[NODE_LINES];
	size_t i, n = node_programs(m, all);
	int w = tui_over_width(m);
	struct flow blank = {0};
	struct err e = {0};
	char first[32];
	bool may;

	if (n == 0)
		return;
	if (m->pick_at >= n)
		m->pick_at = n - 1;
	view_node(m, m->node_at, w, &m->over_text);
	text_line(&m->over_text, &blank);
	for (i = 0; i < n; i++) {
		_free_ char *words = NULL;

		may = program_may(m->x, m->lab, &all[i], &e) == 0;
		words = xasprintf("%s%s%s", program_name(m->x, m->lab, &all[i]),
				  may ? "" : ": ", may ? "" : e.msg);
		snprintf(first, sizeof(first), "%c %2zu  ",
			 i == m->pick_at ? '>' : ' ', i + 1);
		text_words(&m->over_text, words,
			   i == m->pick_at ? ST_SELECT
			   : may	   ? ST_NORMAL
					   : ST_DIM,
			   w, first, "      ");
		if (i == m->pick_at && m->over_top < (int)m->over_text.n - room)
			m->over_top = (int)m->over_text.n - room;
	}
}

static enum tui_action
node_pick(struct tui_model *m, size_t line)
{
	static const enum tui_action acts[PROGRAM_N] = {
	    [PROGRAM_SHELL] = ACT_SHELL,
	    [PROGRAM_CLI] = ACT_BIRDC,
	    [PROGRAM_EDIT] = ACT_EDIT};
	struct program all[NODE_LINES];
	size_t n = node_programs(m, all);
	struct err e = {0};

	if (line >= n)
		return ACT_NONE;
	m->pick_at = line;
	if (program_may(m->x, m->lab, &all[line], &e) < 0) {
		tui_model_status(m, true, "%s", e.msg);
		return ACT_NONE;
	}
	m->over = OVER_NONE;
	m->want = all[line];
	m->last = m->focus;
	m->focus = PANE_TERM;
	return acts[m->want.what];
}

/* ---- the lines of a box that can be chosen */

size_t
tui_over_picks(const struct tui_model *m)
{
	struct program all[NODE_LINES];
	size_t n = PICK_NODES;

	if (m->over == OVER_NODE)
		return node_programs(m, all);
	if (m->over == OVER_COURSE)
		return tui_list_picks(m);
	while (pick_node(m, n) != NULL)
		n++;
	return n;
}

static char *
pick_words(const struct tui_model *m, size_t line)
{
	const struct lab_node *node = pick_node(m, line);

	if (m->over == OVER_COURSE)
		return tui_list_pick_words(m, line);
	if (line == PICK_EXERCISE)
		return xstrdup(_("the exercise: your files and answers"));
	if (line == PICK_STEP)
		return xstrdup(
		    _("this step: your files as when you came to it"));
	return xasprintf("%s, %s%s", node->name, _(model_role_name(node->role)),
			 node->trainee ? _(" (yours)") : "");
}

static void
settle_picks(struct tui_model *m, int room)
{
	size_t i, n = tui_over_picks(m);
	char first[32];

	if (m->pick_at >= n)
		m->pick_at = n - 1;
	for (i = 0; i < n; i++) {
		_free_ char *words = pick_words(m, i);

		snprintf(first, sizeof(first), "%c %2zu  ",
			 i == m->pick_at ? '>' : ' ', i + 1);
		text_words(&m->over_text, words,
			   i == m->pick_at ? ST_SELECT : ST_NORMAL,
			   tui_over_width(m), first, "      ");
	}
	if (m->over_top > (int)m->pick_at)
		m->over_top = (int)m->pick_at;
	if (m->over_top < (int)m->pick_at + 1 - room)
		m->over_top = (int)m->pick_at + 1 - room;
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
	else if (m->over == OVER_PICK || m->over == OVER_COURSE)
		settle_picks(m, room);
	else if (m->over == OVER_NODE)
		settle_node(m, room);
	else if (m->over == OVER_NOTES)
		settle_notes(m, room);
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

/* At most 15 lines: t/screens.c counts them. */
void
tui_model_welcome(struct tui_model *m)
{
	const char *words =
	    _("You learn here by doing: an exercise gives you a router of your "
	      "own in a small Internet. It is real, and all on this machine: "
	      "nothing that you do can harm another network.\n\n"
	      "- **Text** says what is to be done; **Terminal** is your "
	      "router.\n"
	      "- **Checks** turn green as the network does; Enter on one tells "
	      "why not.\n"
	      "- **Picture** shows who is there, and which sessions are up.\n\n"
	      "**Tab** goes round these. In the terminal every key is the "
	      "router's, but **Ctrl-]**, which leads out. The bottom line and "
	      "**?** show the keys; **h** gives a hint.\n\n"
	      "Leave with **q** whenever you like: `ixlab` brings you back to "
	      "where you were. **i** shows these words again, **Esc** begins.");

	tui_model_message(m, _("Welcome"), words);
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
	const char *mine = _(
	    "What you typed is kept beside it as **FILE.mine**.\n\n**y** yes   "
	    "**n** no");

	if (action == ACT_SOLVE)
		tui_model_ask(m, action, _("Lay the solution over your files?"),
			      mine);
	else if (action == ACT_RESET_STEP)
		tui_model_ask(m, action, _("Begin this step again?"), mine);
	else if (action == ACT_RESET)
		tui_model_ask(m, action, _("Begin this exercise again?"), mine);
	else if (action == ACT_STOP)
		tui_model_ask(m, action, _("Stop the lab?"),
			      _("Your files and points are kept.\n\n**y** yes  "
				" **n** no"));
	else if (m->lab_state[0] != '\0' && strcmp(m->lab_state, "up") == 0)
		tui_model_ask(
		    m, ACT_QUIT, _("Leave ixlab?"),
		    _("The lab runs on; `ixlab` brings you back to it.\n\n"
		      "**y** leave, the lab runs on   **d** stop the lab and "
		      "leave   **n** stay"));
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

enum tui_action
tui_over_pick(struct tui_model *m, size_t line)
{
	const struct lab_node *node = pick_node(m, line);
	_free_ char *title = NULL;

	if (m->over == OVER_NODE)
		return node_pick(m, line);
	if (m->over == OVER_COURSE)
		return tui_list_pick(m, line);
	if (line >= tui_over_picks(m))
		return ACT_NONE;
	if (node == NULL)
		return tui_over_ask(m, line == PICK_STEP ? ACT_RESET_STEP
							 : ACT_RESET);
	snprintf(m->pick, sizeof(m->pick), "%s", node->name);
	m->pick_keeps = node->trainee;
	title = xasprintf(_("Make %s anew?"), node->name);
	tui_model_ask(
	    m, ACT_RESET_NODE, title,
	    node->trainee
		? _("Its programs end, its links and addresses are as "
		    "at first; **your files stay**. All other nodes go "
		    "on.\n\n**y** yes   **n** no")
		: _("Its programs end, its links, addresses and files "
		    "are as at first. All other nodes go on.\n\n**y** "
		    "yes   **n** no"));
	return ACT_NONE;
}

void
tui_model_ask_hint(struct tui_model *m, long long taken)
{
	_free_ char *words = xasprintf(
	    _("A hint takes no points away. It is noted in the journal, "
	      "which goes with the work that you send in; you have "
	      "taken **%lld** in this exercise.\n\n**y** show it   "
	      "**n** I try without"),
	    taken);

	tui_model_ask(m, ACT_SHOW_HINT, _("A hint?"), words);
}

void
tui_model_form(struct tui_model *m, const json_t *answers)
{
	form_open(&m->form, m->x, answers,
		  m->focus == PANE_CHECKS ? m->check_at : SIZE_MAX);
	if (m->form.n == 0) {
		tui_model_status(m, false, _("this exercise asks no question"));
		return;
	}
	m->over = OVER_FORM;
	m->over_top = 0;
	tui_model_settle(m);
}
