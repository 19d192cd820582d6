/*
 * pass: a program of the lab in the person's own terminal, for plain mode.
 */
#ifndef TUI_PASS_H
#define TUI_PASS_H

#include <jansson.h>

#include "base/err.h"

/* Every byte both ways between our terminal and a pty of the program's, until
 * it ends; then the terminal is as it was. command: {argv, env}, consumed. */
int pass_terminal(const char *instance, const char *node, json_t *command,
		  struct err *e);
/* Run it without a terminal and without input; what it prints comes out
 * cleaned. It has 30 seconds. */
int pass_output(const char *instance, const char *node, json_t *command,
		struct err *e);

#endif
