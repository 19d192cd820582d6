/*
 * model: what the interface knows, and what a key does to it.
 *
 * tui_model_key turns a key into an action and does all that needs nothing but
 * the model: moving, opening, zooming. What needs the world (start a lab, feed
 * the terminal, leave) comes back as an action for the loop in tui_run.c. So the
 * whole behaviour of the screens is tested without a terminal and without a lab.
 */
#ifndef TUI_MODEL_H
#define TUI_MODEL_H

#include <jansson.h>

#include "grader/course.h"
#include "grader/grader.h"
#include "lab/graph/graph.h"
#include "lab/model/model.h"
#include "tui/tui_form.h"
#include "tui/tui_key.h"
#include "tui/tui_layout.h"
#include "tui/tui_past.h"
#include "tui/tui_program.h"
#include "tui/tui_text.h"
#include "tui/view_chart.h"

enum tui_screen { SCR_LIST, SCR_WORK };

enum tui_over {
	OVER_NONE,
	OVER_HELP,
	OVER_STORY,
	OVER_MESSAGE,
	OVER_ASK,
	OVER_FORM,
	OVER_PICK, /* what to reset */
	OVER_NOTES,
	OVER_PAST,   /* a terminal's text */
	OVER_COURSE, /* which to follow */
	OVER_NODE,   /* about a node, and what can be opened there */
};

/* The course that is followed. */
struct tui_course {
	const struct course *c; /* borrowed; NULL: none */
	size_t block;
	uint32_t left; /* seconds of the block */
	bool stands;   /* its clock */
	bool pauses;   /* the time of exercises stands */
};

/* The pictures; each is also a verb. */
enum tui_shown { SHOWN_LAB, SHOWN_HEAT, SHOWN_SPREAD, SHOWN_TRAFFIC, SHOWN_N };

struct tui_model {
	int w, h;
	bool ascii;
	bool mono; /* there are no colours, so no theme but none */
	enum grid_theme theme;
	enum tui_screen screen;
	enum tui_pane focus, last; /* last: where Ctrl-] goes back to */
	bool zoom;
	struct layout_wish wish; /* kept from session to session */
	enum tui_over over;
	int over_top;
	struct text over_text; /* OVER_MESSAGE, OVER_ASK: its words */
	char *over_title, *over_words;
	enum tui_action asked;
	size_t pick_at;
	char pick[64];	   /* the node that was chosen, or the course */
	bool pick_keeps;   /* its files stay */
	char *notes;	   /* owned */
	struct entry note; /* the one that is typed */
	struct past past;
	struct form form;
	int form_x, form_y; /* its cursor, in over_text */

	json_t *list, *progress; /* as exercise_list, or course_rows, and
				    grader_progress; owned */
	json_t *courses;	 /* as course_list; owned */
	struct tui_course course;
	size_t list_at;

	const struct exercise *x; /* borrowed, like the rest here */
	const struct lab *lab;
	const struct grader_verdict *verdicts; /* NULL: nothing is known */
	const json_t *sessions;
	const struct graph_link *links; /* NULL: nothing is known */
	char *text;			/* the step's Markdown, owned */
	struct text lines;
	int lines_w; /* the width that lines were made for */
	size_t step, check_at;
	int text_top, picture_top;
	bool picture_list;
	enum tui_shown shown; /* which picture */
	char prefix[64];      /* SHOWN_SPREAD's; "": the first that is known */
	size_t spread_at;     /* the row that is told of */
	const json_t *heat;   /* of SHOWN_HEAT; NULL: not asked yet */
	const json_t *spread; /* likewise */
	const struct chart *charts; /* of SHOWN_TRAFFIC, three */
	char shown_why[256];	    /* why a picture is not there, or "" */
	size_t node_at;	     /* in lab->nodes; SIZE_MAX: none is chosen */
	struct program want; /* what a key asked to open */

	const struct grid *cells; /* of the terminal; NULL: none was opened */
	int back;		  /* lines that it shows of its past */
	bool term_lost;		  /* its emulator died */
	char term[64];		  /* "shell on m1" */
	bool term_open;		  /* something runs in it */
	uint32_t seconds;	  /* spent on the exercise */
	bool clock;		  /* show them */
	char lab_state[32];
	char busy[80];	  /* what is being done at this moment, or "" */
	char status[256]; /* the last thing worth saying */
	bool status_bad;
	char verb[160]; /* what was done last, as a command line, or "" */
};

void tui_model_init(struct tui_model *m, int w, int h);
void tui_model_clear(struct tui_model *m);
void tui_model_resize(struct tui_model *m, int w, int h);
/* Which keys are valid now: one bit of enum tui_where. */
unsigned tui_model_where(const struct tui_model *m);

/* Enter an exercise, or with NULL go back to the list. */
void tui_model_enter(struct tui_model *m, const struct exercise *x,
		     const struct lab *lab);
/* The Markdown of m->step: taken over. */
void tui_model_text(struct tui_model *m, char *markdown);
/* After outside changes: make derived lines, put positions into range. */
void tui_model_settle(struct tui_model *m);

void tui_model_status(struct tui_model *m, bool bad, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Show words in a box. */
void tui_model_message(struct tui_model *m, const char *title,
		       const char *words);
/* What everybody is told at the first start. */
void tui_model_welcome(struct tui_model *m);
/* Ask whether a hint is wanted, and say what it costs; so many were taken. */
void tui_model_ask_hint(struct tui_model *m, long long taken);
/* Show notes (copied), with an empty line for the next. */
void tui_model_notes(struct tui_model *m, const char *notes);
/* Show a terminal's text (taken over). */
void tui_model_past(struct tui_model *m, char *text);
/* Ask the exercise's questions; answers as of grader_answers. */
void tui_model_form(struct tui_model *m, const json_t *answers);

/* A key, or a click at (x, y): returns what the loop must do, ACT_NONE when all
 * is done. ACT_NONE with *typed true: the key belongs to the terminal. */
enum tui_action tui_model_key(struct tui_model *m, uint32_t key, bool *typed);
enum tui_action tui_model_click(struct tui_model *m, int x, int y);
enum tui_action tui_model_wheel(struct tui_model *m, int x, int y, int lines);

/* Choose that one in the list; NULL: the first that is not done. */
void tui_model_list_to(struct tui_model *m, const char *name);
/* The name of list entry i, NULL when there is none. */
const char *tui_model_listed(const struct tui_model *m, size_t i);

#endif
