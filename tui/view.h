/*
 * view: from the model to cells. Pure: a model and a grid, nothing else.
 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include "tui/tui_model.h"

/* The whole screen. */
void view_draw(const struct tui_model *m, struct grid *g);

void view_list(const struct tui_model *m, struct grid *g, struct rect r);
void view_checks(const struct tui_model *m, struct grid *g, struct rect r);
void view_strip(const struct tui_model *m, struct grid *g, struct rect r);
/* "Checks: 2 ok  1 FAIL" in one line. */
void view_count(const struct tui_model *m, struct grid *g, struct rect r,
		enum grid_style style);
void view_over(const struct tui_model *m, struct grid *g);
/* The text of a terminal, m->past. */
void view_past(const struct tui_model *m, struct grid *g, struct rect r);
void view_bar(const struct tui_model *m, struct grid *g, struct rect r);
/* The picture of m->lab, as a drawing when it fits and as a list otherwise. */
void view_picture(const struct tui_model *m, struct grid *g, struct rect r);

/* Where a click falls: the key under column x of the bar (0: none), the check
 * (SIZE_MAX: none) or the exercise in line y of its pane. */
uint32_t view_bar_key(const struct tui_model *m, int w, int x);
size_t view_checks_at(const struct tui_model *m, struct rect r, int y);
size_t view_list_at(const struct tui_model *m, struct rect r, int y);

/* What a check expected and saw, where, and the hint: for the box and for plain
 * mode. */
void view_story(const struct exercise *x, const struct grader_verdict *all,
		size_t i, int width, struct text *out);
/* The keys valid now, from the table. */
void view_help(unsigned where, int width, struct text *out);

/* Where nodes stand in the picture, relative to its pane; of a list y counts from
 * the list's first line. A node may stand in several places. */
#define VIEW_PLACES 160
struct view_place {
	size_t node;
	int x, y, w, h;
};
struct view_places {
	struct view_place p[VIEW_PLACES];
	size_t n;
	bool list;
};
void view_picture_places(const struct tui_model *m, struct rect r,
			 struct view_places *out);

/* What is drawn beside a lab and its sessions; all may be absent. */
struct view_marks {
	size_t node; /* the chosen one; SIZE_MAX: none */
	const struct graph_link *links;
	struct view_places *places;
};

/* The lab as a drawing in at most r: returns the lines used, or 0 when there is
 * too much to draw. */
int view_picture_draw(const struct lab *lab, const json_t *sessions,
		      const struct view_marks *marks, struct grid *g,
		      struct rect r);
/* The same information as lines: nodes, then sessions with state words. */
void view_picture_list(const struct lab *lab, const json_t *sessions,
		       const struct view_marks *marks, int width,
		       struct text *out);
/* What is known of a node, for its box. */
void view_node(const struct tui_model *m, size_t node, int width,
	       struct text *out);

#endif
