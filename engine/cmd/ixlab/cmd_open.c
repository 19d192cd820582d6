/*
 * ixlab open, and ixlab alone: the interface.
 */
#include <unistd.h>

#include "cmd_table.h"
#include "tui/tui.h"

int
cmd_open(struct cmd *c, struct err *e)
{
	struct grader_host host = cmd_host(NULL);
	static const struct tui_door door = {cmd_matrix_json, cmd_graph_svg};
	struct tui_opts o = {
	    .door = &door,
	    .host = &host,
	    .exercise = c->nargs ? c->args[0] : NULL,
	    .ascii = cmd_option(c, "--ascii") != NULL,
	    .color = c->color,
	    .mouse = cmd_option(c, "--no-mouse") == NULL,
	    .plain = cmd_option(c, "--plain") != NULL,
	};

	if (o.plain || (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)))
		return tui_run(&o, e);
	if (c->named)
		return err_usage(e, "the interface needs a terminal; without "
				    "one, use: ixlab open --plain");
	cmd_help_all(stdout);
	c->status = ERR_USAGE;
	return 0;
}
