/*
 * program: what can be opened on a node, by whom, and how it is started.
 *
 * Pure but for a look at which editor and shell there are. What an exercise lets
 * only look at (exercise_access) gets its daemon's command line in the form that
 * changes nothing: "birdc -r", "vtysh -u", and for those that answer one question
 * at a time a line that takes only words that ask.
 */
#ifndef TUI_PROGRAM_H
#define TUI_PROGRAM_H

#include <jansson.h>

#include "grader/grader.h"
#include "lab/model/model.h"
#include "tui/tui_key.h"

enum program_what { PROGRAM_SHELL, PROGRAM_CLI, PROGRAM_EDIT, PROGRAM_N };

struct program {
	enum program_what what;
	char node[MODEL_NODE_MAX + 1];
	char file[64]; /* that is edited: of the exercise's, without the node */
};

bool program_same(const struct program *a, const struct program *b);
/* "shell", "birdc", "looking glass", "bird.conf" */
const char *program_name(const struct exercise *x, const struct lab *lab,
			 const struct program *p);
/* May it be opened? 0, or -1 with the reason. */
int program_may(const struct exercise *x, const struct lab *lab,
		const struct program *p, struct err *e);
/* What can be opened on a node, allowed or not; returns how many, at most max. */
size_t program_list(const struct exercise *x, const struct lab_node *n,
		    struct program *out, size_t max);
/* What ACT_SHELL, ACT_BIRDC or ACT_EDIT opens there: of the files the first. */
struct program program_of(const struct exercise *x, enum tui_action a,
			  const char *node);
/* {argv, env} as the exec verb wants them; NULL with e set when it may not be
 * opened or there is no such program. */
json_t *program_command(const struct exercise *x, const struct lab *lab,
			const struct program *p, const char *term,
			struct err *e);

/* A copy of what grader_spread.h says, without the reasons of nodes that the exercise
 * keeps closed; owned. */
json_t *program_open_rows(const struct exercise *x, const struct lab *lab,
			  const json_t *spread);

#endif
