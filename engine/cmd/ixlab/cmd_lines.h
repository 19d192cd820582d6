/*
 * lines: a stream of lines to a descriptor whose reader may be slow.
 *
 * Whoever makes the lines never waits: they stand in a queue of bounded length,
 * and what does not fit is counted and told by one line in its place.
 */
#ifndef CMD_IXLAB_CMD_LINES_H
#define CMD_IXLAB_CMD_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "base/err.h"

#define CMD_LINES_MAX 4096 /* that wait */

struct cmd_lines;
/* The line that says so many were lost; owned by the caller. */
typedef char *(*cmd_lines_lost_cb)(void *arg, size_t count);

/* fd stays the caller's. */
struct cmd_lines *cmd_lines_new(uv_loop_t *loop, int fd, cmd_lines_lost_cb lost,
				void *arg);
/* line (with its newline) is consumed. */
void cmd_lines_put(struct cmd_lines *l, char *line);
bool cmd_lines_over(const struct cmd_lines *l); /* nobody reads any more */
/* Write what waits, for a moment. -1 with e when it could not be written; a
 * closed pipe ends the program as it ends everybody's. */
int cmd_lines_end(struct cmd_lines *l, struct err *e);
void cmd_lines_free(struct cmd_lines *l); /* the loop must run once more */

#endif
