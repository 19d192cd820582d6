/*
 * list: moving in the list of exercises, in which the headings of a course's blocks
 * are rows, too, but can be neither chosen nor opened (course_rows).
 */
#ifndef TUI_LIST_H
#define TUI_LIST_H

#include "tui/tui_model.h"

/* By so many exercises. */
void tui_list_move(struct tui_model *m, int lines);
/* In range, and on an exercise when there is one. */
void tui_list_settle(struct tui_model *m);
/* The row of the nth exercise, from 1; SIZE_MAX: there are fewer. */
size_t tui_list_nth(const struct tui_model *m, size_t n);
/* Which exercise row i is, from 1; 0: it is a heading. */
size_t tui_list_number(const struct tui_model *m, size_t i);

/* ---- the box of courses */

void tui_list_courses(struct tui_model *m);
size_t tui_list_picks(const struct tui_model *m);
/* A line of it in words; owned. */
char *tui_list_pick_words(const struct tui_model *m, size_t line);
/* Take that one: its name, or "" for none, is in m->pick. */
enum tui_action tui_list_pick(struct tui_model *m, size_t line);

#endif
