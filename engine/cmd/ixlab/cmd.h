/*
 * cmd: what the verbs of ixlab share.
 *
 * Each verb is a row of the table in cmd_table.c and a function in a file of
 * its own. A verb gets its words and options already sorted by cmd_args.c, does
 * one thing through the modules below, prints through base/out.h and returns 0,
 * or -1 with a sentence that ixlab.c prints. Nothing else prints errors or
 * exits.
 */
#ifndef CMD_IXLAB_CMD_H
#define CMD_IXLAB_CMD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"
#include "ctl/ctl.h"
#include "grader/grader.h"
#include "lab/model/model.h"

#ifndef IXLAB_VERSION
#define IXLAB_VERSION "0.1"
#endif
#define CMD_OPTIONS 12	       /* of one verb */
#define CMD_LAB_MAX (1u << 20) /* bytes of a lab file */
#define CMD_TIMEOUT_MS 10000   /* for an answer of a running lab */

/* ---- the table (cmd_table.c): help, completion and manual print it */

struct cmd;

struct cmd_option {
	const char *name;  /* "--members", "-L" */
	const char *value; /* "N"; NULL: takes none; "[=N]": may have one */
	const char *help;
};

/* What an argument is, for completion. */
enum cmd_word {
	CMD_NOTHING,
	CMD_LAB_FILE, /* a lab of the data folder, or a file */
	CMD_EXERCISE,
	CMD_RUNNING, /* the name of a running lab */
	CMD_NODE,    /* of the running lab */
	CMD_FILE,
	CMD_VERB,
};

struct cmd_verb {
	const char *group; /* of the help: set on the first verb of a group */
	const char *name;
	const char *args; /* "LAB", "NODE [--] COMMAND..." */
	const char *help; /* one line */
	const char *more; /* a paragraph for the manual */
	enum cmd_word word;
	size_t min, max; /* arguments; max SIZE_MAX: any number */
	bool command;	 /* what follows the first argument is not ours */
	struct cmd_option options[CMD_OPTIONS]; /* up to the first no-name */
	int (*run)(struct cmd *c, struct err *e);
};

extern const struct cmd_verb cmd_verbs[];
extern const size_t cmd_nverbs;
extern const struct cmd_option cmd_common[]; /* options of every verb */
extern const size_t cmd_ncommon;

const struct cmd_verb *cmd_find(const char *name); /* NULL when unknown */

/* ---- one call (cmd_args.c) */

struct cmd {
	const struct cmd_verb *verb;
	const char *const *args; /* the words, without options */
	size_t nargs;
	const char *lab; /* -L, else NULL */
	bool json, help;
	bool named;			 /* the verb was given, not implied */
	bool color;			 /* of standard output */
	const char *values[CMD_OPTIONS]; /* by the verb's option, or NULL */
	int status; /* the exit status after success: exec's */
};

/* Sort the words of a call. words is memory for argc pointers. */
int cmd_parse(struct cmd *c, int argc, char **argv, const char **words,
	      struct err *e);
/* The value of one of the verb's options, "" when it was given without one,
 * NULL when it was not given. */
const char *cmd_option(const struct cmd *c, const char *name);

/* ---- what is printed about the table (cmd_help.c) */

void cmd_help_all(FILE *f);
void cmd_help_verb(FILE *f, const struct cmd_verb *v);

/* ---- running labs (cmd_lab.c) */

/* The lab that is meant: name, -L, or the only one that runs. Owned by the
 * caller; NULL with e set. */
char *cmd_lab_pick(const struct cmd *c, const char *name, struct err *e);
bool cmd_lab_runs(const char *name);
/* Its state folder, whether it runs or not; owned, NULL with e set. */
char *cmd_lab_state_dir(const char *name, struct err *e);
/* The labs of the data folder: [{name, title, nodes, exchange}], or {name,
 * title, error} for one that cannot be read; owned. */
json_t *cmd_labs_list(struct err *e);
/* The answer to inspect; owned. */
json_t *cmd_lab_inspect(const char *name, struct err *e);
/* The same with the ports of its switches, and which links are up. */
json_t *cmd_lab_inspect_ports(const char *name, struct err *e);
/* The node of that name in the model of such an answer, borrowed; NULL with e
 * set. */
const json_t *cmd_lab_node(const json_t *state, const char *name,
			   struct err *e);
/* ---- for the interface's pictures (cmd_matrix.c, cmd_graph.c) */

/* As "ixlab matrix --json", of a lab that runs; owned. */
json_t *cmd_matrix_json(const char *lab, struct err *e);
/* DOT as SVG, by graphviz; owned. */
char *cmd_graph_svg(const char *dot, struct err *e);
/* May a picture have more than ASCII? */
bool cmd_utf8(void);
/* A time for a person. */
char *cmd_age(json_int_t ms); /* "4m 12s"; owned */

/* ---- links (cmd_link.c): a row of inspect's links, in words; owned */

char *cmd_link_end(const json_t *row, const char *which); /* "m1:ix0" */
char *cmd_link_weather(const json_t *row);		  /* NULL: fair */

/* ---- bringing labs up (cmd_host.c) */

/* What a start needs to know, and tells. */
struct cmd_start {
	const char *lab;     /* a name or a file */
	const char *name;    /* of the instance; NULL: as in the file */
	const char *overlay; /* see super.h */
	uint32_t members;    /* 0: as in the file */
	const json_t *saved; /* what was set by hand (lab/save), or NULL */
	const struct lab_kind *trainees; /* see model.h */
	bool exercise;			 /* see super.h */
	FILE *progress;			 /* NULL: quiet */
	char ran[MODEL_NAME_MAX + 1];	 /* out: the instance's name */
	size_t nodes;			 /* out */
	int64_t ms;			 /* out: how long it took */
};

int cmd_start_lab(struct cmd_start *s, struct err *e);
int cmd_stop_lab(const char *name, struct err *e);
/* The grader's door to both. progress is borrowed, NULL: quiet. */
struct grader_host cmd_host(FILE *progress);
/* From now on, a signal that ends us ends the labs that the door brought up. */
void cmd_host_guard(void);
int64_t cmd_now_ms(void); /* a clock that only goes forward */

/* ---- exercises (cmd_exercise.c) */

/* The exercise that is meant, and its instance: EX, or the only one that runs.
 * instance is owned by the caller. NULL with e set. */
struct exercise *cmd_exercise_pick(const struct cmd *c, char **instance,
				   bool running, struct err *e);

/* Runs something on the node that is in no file (cmd_unsaved.c)? false when that
 * cannot be told. */
bool cmd_unsaved(const struct exercise *x, const char *instance,
		 const char *node);

/* Run argv (consumed) in the node that is the first argument, as the verb exec
 * does (cmd_exec.c). */
int cmd_exec_argv(struct cmd *c, const char *lab, json_t *argv, struct err *e);

/* ---- a command in a node (cmd_run.c, cmd_pty.c) */

/* argv as a JSON array, consumed; env may be NULL, consumed. Sets c->status. */
int cmd_run(struct cmd *c, const char *lab, const char *node, json_t *argv,
	    json_t *env, struct err *e);
/* The same on given descriptors (-1: nothing), without a terminal. When nobody
 * reads from fds[1] any more, the command is ended. */
int cmd_run_on(struct cmd *c, const char *lab, const char *node, json_t *argv,
	       json_t *env, const int fds[3], struct err *e);

#endif
