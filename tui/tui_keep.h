/*
 * keep: where a person was, in the state folder's interface.json, so that the next
 * start goes on there: after kill -9, a crash of the machine, or a good night.
 *
 *	{"open": NAME or null, "clock": true, "theme": "light",
 *	 "sizes": [8, -2],
 *	 "exercises": {NAME: {...}}}
 *
 * It holds positions and nothing that could not be found again by hand: what was
 * typed is in the lab's own folder. The file is read as a stranger's: every number
 * is bounded, and a file that is none counts as empty.
 */
#ifndef TUI_KEEP_H
#define TUI_KEEP_H

#include <jansson.h>

#include "base/err.h"
#include "tui/tui_layout.h"
#include "tui/tui_program.h"

#define KEEP_PROGRAMS 8

struct keep_at {
	size_t step, check;
	int top; /* the text's first line shown */
	enum tui_pane pane;
	bool zoom, as_list;
	uint32_t seconds;			/* spent on it */
	struct program programs[KEEP_PROGRAMS]; /* that were open, the one */
	size_t nprograms;			/* that was shown last */
};

/* {} when there is none yet, or none that can be read; owned. */
json_t *keep_parse(const char *text, size_t len);
json_t *keep_read(void);
/* Written whole, when it is not what was written last; *last is owned by the
 * caller, and NULL at first. */
int keep_write(const json_t *all, char **last, struct err *e);

/* False when nothing is known of that exercise; then *at is {0}. */
bool keep_get(const json_t *all, const char *name, struct keep_at *at);
void keep_put(json_t *all, const char *name, const struct keep_at *at);
/* The exercise that was open, or NULL; borrowed. */
const char *keep_open(const json_t *all);
void keep_open_set(json_t *all, const char *name);
/* A yes or no of the person's, or what it is when never said. */
bool keep_wish(const json_t *all, const char *key, bool unsaid);
void keep_wish_set(json_t *all, const char *key, bool yes);
/* THEME_DARK when none was chosen. */
enum grid_theme keep_theme(const json_t *all);
void keep_theme_set(json_t *all, enum grid_theme theme);
/* The sizes of panes; bounded. */
struct layout_wish keep_sizes(const json_t *all);
void keep_sizes_set(json_t *all, const struct layout_wish *wish);

#endif
