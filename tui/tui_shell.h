/*
 * shell: a program on a node, and the terminal it believes in.
 *
 *	program ── its pty's slave ══ master ── the pane's process ──> cells
 *
 * We make the pty and hand the slave to the supervisor with the exec verb: the
 * program runs in the node, the master goes to the process of the pane
 * (tui_pane.h).
 */
#ifndef TUI_SHELL_H
#define TUI_SHELL_H

#include <uv.h>

#include "ctl/ctl.h"
#include "tui/tui_pane.h"

struct shell;

/* Something is to be drawn; over: the program ended, why says how. */
typedef void (*shell_cb)(void *arg, bool over, const char *why);

struct shell *shell_open(uv_loop_t *loop, struct ctl_async *ctl,
			 const char *node, json_t *command, int w, int h,
			 shell_cb cb, void *arg, struct err *e);
/* Ends the program, too. The loop must run once more. lost: the lab's socket
 * will be closed next, so an answer cannot come any more. */
void shell_close(struct shell *s, bool lost);
struct pane *shell_pane(struct shell *s); /* borrowed */
/* Did it end because the emulator of its terminal died? */
bool shell_lost(const struct shell *s);
/* The event "exit" of the lab's socket: was it ours? */
bool shell_exited(struct shell *s, const json_t *data);
/* A new pty: both ends close-on-exec. */
int shell_pty(int *master, int *slave, struct err *e);

#endif
