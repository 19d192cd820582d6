/*
 * The person's terminal while a command in a node has one of its own: ours is
 * raw and passes every byte on, theirs is a pty whose slave the supervisor
 * gets.
 */
#ifndef CMD_IXLAB_CMD_TTY_H
#define CMD_IXLAB_CMD_TTY_H

#include "base/err.h"

/* Both ends close-on-exec; the slave has our size and settings. Both are the
 * caller's. */
int cmd_tty_open(int *master, int *slave, struct err *e);
/* Our terminal, until restored; restored also when the program crashes. */
int cmd_tty_raw(struct err *e);
void cmd_tty_restore(void); /* may be called at any time */
void cmd_tty_resize(int master);

#endif
