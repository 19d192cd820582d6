/*
 * over: the boxes over everything: help, hints, questions, the form of answers.
 */
#ifndef TUI_OVER_H
#define TUI_OVER_H

#include "tui/tui_model.h"

/* Columns for the words in a box. */
int tui_over_width(const struct tui_model *m);
/* Make the box's lines, and put its position into range. */
void tui_over_settle(struct tui_model *m);
/* Ask before this is done; ACT_NONE, or the action when nothing is to be asked. */
enum tui_action tui_over_ask(struct tui_model *m, enum tui_action action);
/* ACT_YES, ACT_NO or ACT_STOP to the question: what is to be done then. */
enum tui_action tui_over_answer(struct tui_model *m, enum tui_action given);

/* Tell about the chosen node, and offer what can be opened there. */
void tui_over_node(struct tui_model *m);

/* What can be chosen in the box: how many lines, and the choice of one; asks before. */
size_t tui_over_picks(const struct tui_model *m);
enum tui_action tui_over_pick(struct tui_model *m, size_t line);

#endif
