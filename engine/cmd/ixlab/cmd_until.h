/*
 * cmd_until: a verb that follows a lab ends by Ctrl-C, by SIGTERM, or when its time is
 * over.
 */
#ifndef CMD_IXLAB_CMD_UNTIL_H
#define CMD_IXLAB_CMD_UNTIL_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct cmd_until {
	uv_loop_t *loop;
	uv_signal_t sigint, sigterm;
	uv_timer_t timer;
	bool *over;
};

/* Set *over at any of these; for_ms 0: no time. u stays where it is until the end,
 * which runs the loop once, so that nothing knows of u any more. */
void cmd_until_begin(struct cmd_until *u, uv_loop_t *loop, uint64_t for_ms,
		     bool *over);
void cmd_until_end(struct cmd_until *u);

#endif
