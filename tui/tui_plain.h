/*
 * plain: the interface as a conversation in lines.
 *
 * For screen readers, slow lines, scripts and terminals that cannot move their
 * cursor: it only ever appends. The content is that of the full screen: the same
 * exercises, texts, checks, hints, the picture as a list, and programs on the
 * router, which here get the whole terminal until they end. What changes is said
 * in one sentence each ("check 3 of 8 now passes: ..."), and what repeats is not
 * said. Commands are words; without a terminal they are read up to the end of
 * the input, so a session can be a file.
 */
#ifndef TUI_PLAIN_H
#define TUI_PLAIN_H

#include "base/str.h"
#include "lab/model/model.h"
#include "tui/tui_work.h"

struct plain {
	const struct tui_opts *o;
	uv_loop_t loop;
	uv_timer_t timer;
	struct work *work;
	json_t *list;
	size_t step;
	enum grader_result *said;      /* what was last told, per check */
	char node[MODEL_NODE_MAX + 1]; /* where shell, birdc, edit, put work */
	char put[160];		       /* the file that lines go to; "" */
	struct str lines;	       /* so far */
	bool ascii, tty, quit, muted, timeout;
	enum tui_action job; /* the job that ended last */
	bool job_failed;
	struct str in;
};

struct command {
	const char *name, *args, *help;
	void (*run)(struct plain *p, const char *args);
	bool needs_work;
};

/* The one table of words. */
extern const struct command plain_commands[];
extern const size_t plain_ncommands;

/* One sentence, wrapped and cleaned. */
void plain_say(const struct plain *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void plain_list(struct plain *p, const char *args);
/* node [NAME], shell [COMMAND], birdc [COMMAND], edit [FILE], put FILE */
void plain_node(struct plain *p, const char *args);
void plain_shell(struct plain *p, const char *args);
void plain_birdc(struct plain *p, const char *args);
void plain_edit(struct plain *p, const char *args);
void plain_put(struct plain *p, const char *args);
/* A line for the file; "." alone ends it. */
void plain_put_line(struct plain *p, const char *line);
/* answer [NUMBER [TEXT]] */
void plain_answer(struct plain *p, const char *args);
/* The pictures, in sentences; spread PREFIX, traffic [NODE]. */
void plain_picture(struct plain *p, const char *args);
void plain_matrix(struct plain *p, const char *args);
void plain_spread(struct plain *p, const char *args);
void plain_traffic(struct plain *p, const char *args);
void plain_open(struct plain *p, const char *exercise);
void plain_close(struct plain *p);

int tui_plain(const struct tui_opts *o, bool ascii, struct err *e);

#endif
