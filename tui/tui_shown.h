/*
 * shown: which picture the picture's pane shows: the lab (view_picture.c), who
 * reaches whom (view_heat), how far a prefix got (view_spread), traffic and round
 * trips (view_chart). Pure: where their values come from is tui_measure.c.
 */
#ifndef TUI_SHOWN_H
#define TUI_SHOWN_H

#include "tui/tui_model.h"

/* For the pane's head: "who reaches whom". */
const char *shown_name(enum tui_shown shown);
/* For a file's: "matrix". Also the verb's name. */
const char *shown_verb(enum tui_shown shown);

/* Another exercise: nothing is known of it. */
void shown_enter(struct tui_model *m);
/* The next picture, or the one before. ACT_OTHER: the loop measures it now. */
enum tui_action shown_other(struct tui_model *m, bool next);
/* Do the arrows belong to a picture that is not the lab's? */
bool shown_moves(const struct tui_model *m);
/* An arrow: rows and lines up and down, prefixes and nodes left and right; ACT_OTHER
 * when something else is to be measured. */
enum tui_action shown_move(struct tui_model *m, int dx, int dy);
/* Of which node the traffic is: the chosen one, else the person's own. */
const char *shown_node(const struct tui_model *m);
/* Put positions into range, for a pane r. */
void shown_settle(struct tui_model *m, struct rect r);
void shown_draw(const struct tui_model *m, struct grid *g, struct rect r);

/* For files: the picture as text of that width, as SVG. False when there is nothing
 * to write. Not of SHOWN_LAB. */
bool shown_text(const struct tui_model *m, int width, FILE *f);
bool shown_svg(const struct tui_model *m, FILE *f);

#endif
