/*
 * run: the full screen's state, shared by its loop (tui_run.c), the programs
 * that run in the terminal pane (tui_slots.c), and what is written (tui_paper.c).
 */
#ifndef TUI_RUN_H
#define TUI_RUN_H

#include "grader/course.h"
#include "tui/tui_keep.h"
#include "tui/tui_program.h"
#include "tui/tui_shell.h"
#include "tui/tui_work.h"
#include "tui/view.h"

enum { SIG_N = 3 };

/* Programs live side by side, each in a slot; one of them is shown. */
enum { SLOT_N = KEEP_PROGRAMS };

struct slot {
	struct tui *t;
	struct program program;
	struct shell *shell; /* stays when its program ended, to be read */
	bool open;
};

struct tui {
	const struct tui_opts *o;
	uv_loop_t loop;
	uv_poll_t in;
	uv_timer_t frame, tick;
	uv_signal_t signals[SIG_N];
	struct grid grid;
	struct tui_model m;
	struct work *work;
	struct slot slots[SLOT_N];
	int slot; /* the one that is shown */
	bool dirty, quit, leave_after_stop, all_passed;
	uint64_t painted;
	json_t *exercises;     /* all, as exercise_list */
	struct course *course; /* that is followed; NULL: none */
	char *course_name;     /* as it was asked for */
	unsigned int course_ticks;
	struct measure *measure; /* of pictures; NULL: nothing was measured */
	json_t *keep;		 /* where the person was */
	char *kept;		 /* the same, as it was written last */
	/* programs that open when the lab is up, in order; the last is shown */
	struct program reopen[SLOT_N];
	size_t nreopen;
};

/* Something is to be drawn, with the next frame. */
void tui_touch(struct tui *t);

/* Show that program's slot; start it when it does not run. What goes wrong
 * becomes the status. */
void slots_show(struct tui *t, const struct program *p);
/* Show the next one that is open. */
void slots_next(struct tui *t);
/* End all programs. lost as in shell_close: a lab that is only stopping still
 * answers. */
void slots_drop(struct tui *t, bool lost);
/* The event "exit" of the lab's socket. */
void slots_exited(struct tui *t, const json_t *data);
/* Tell the model which terminal is shown. */
void slots_sync(struct tui *t);
/* The pane that is shown; NULL: none. */
struct pane *slots_pane(const struct tui *t);
/* Start the program that is shown anew, when it has ended. */
void slots_again(struct tui *t);
/* Give the shown one the size of its pane. */
void slots_resize(struct tui *t);

/* Show the exercise's questions; keep the answer, or the note, that was typed; show
 * the notes. */
void paper_form(struct tui *t);
void paper_answer(struct tui *t);
void paper_notes(struct tui *t);
void paper_note(struct tui *t);
/* Ask for the text of the terminal that is shown; copy or write what is chosen in
 * it. */
void paper_past(struct tui *t);
void paper_copy(struct tui *t);
void paper_save(struct tui *t);
/* Where a file of that name is to go: beside the notes, as NAME.SUFFIX or the first
 * of NAME-2, NAME-3, ... that is free. Owned. */
char *paper_path(const struct tui *t, const char *name, const char *suffix,
		 struct err *e);

/* Measure what the chosen picture shows, and only that; again: anew. */
void measure_shown(struct tui *t, bool again);
/* Tell the model what was measured. */
void measure_sync(struct tui *t);
/* The lab goes, or the exercise is left. */
void measure_drop(struct tui *t);
/* Write the picture to files, and say where. */
void measure_record(struct tui *t);

/* Once a second: what became of the course that is followed. */
void timetable_tick(struct tui *t);
/* Ask which course. */
void timetable_courses(struct tui *t);
/* Follow that one, or with "" none. */
void timetable_follow(struct tui *t, const char *name);
/* A pause, or its end. */
void timetable_pause(struct tui *t);
/* The next block. */
void timetable_next(struct tui *t);
void timetable_end(struct tui *t);

/* Note where the person is, if that has changed. */
void resume_note(struct tui *t);
/* The theme: that of IXLAB_THEME, or the one that was kept. */
void resume_theme(struct tui *t);
/* An exercise was entered: go to where it was left; true when it was. */
bool resume_enter(struct tui *t);
/* Its text is there: to the line that was read. */
void resume_text(struct tui *t);
/* Its lab is up: open the programs that were open, a shell at least. */
void resume_programs(struct tui *t);
/* It is left for the list. */
void resume_left(struct tui *t);

#endif
