/* What sandbox-test has laid out as bait, and the attacks on it. */
#ifndef CMD_SANDBOX_H
#define CMD_SANDBOX_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>
#include <sys/un.h>

#include "base/err.h"
#include "lab/node/node_seal.h"

#define SANDBOX_ROWS 32

struct sandbox {
	char *state, *desk, *secret; /* folders; in the first */
	char *file, *door;	     /* in /tmp; a name */
	int listen, abstract, port;  /* sockets */
	pid_t victim;
	enum node_seal_held held; /* memory, in total */
	bool groups;		  /* processes are counted by a control group */
	bool blunt[SANDBOX_ROWS]; /* fails outside, too: says nothing */
	FILE *out;
};

/* An attack: 0 it failed; -1 it got through (ERR_FAILED), or could not be tried
 * (ERR_REFUSED). */
struct sandbox_row {
	int threat; /* number in the table of threats; 0: of the machine */
	const char *name;
	int (*attack)(const struct sandbox *s, struct err *e);
	bool bait; /* harmless, and gets through outside */
};

extern const struct sandbox_row sandbox_rows[]; /* cmd_sandbox_try.c */
extern const size_t sandbox_nrows;

/* It got through: -1. */
int sandbox_through(struct err *e, const char *what);
/* cmd_sandbox_means.c */
int sandbox_try_fill(const struct sandbox *s, struct err *e);
int sandbox_try_file(const struct sandbox *s, struct err *e);
int sandbox_try_forks(const struct sandbox *s, struct err *e);
int sandbox_try_memory(const struct sandbox *s, struct err *e);
int sandbox_try_together(const struct sandbox *s, struct err *e);
int sandbox_try_limits(const struct sandbox *s, struct err *e);
int sandbox_try_groups(const struct sandbox *s, struct err *e);
int sandbox_try_groups_below(const struct sandbox *s, struct err *e);

/* The name of the bait's control socket. */
void sandbox_name(const struct sandbox *s, struct sockaddr_un *sun);

#endif
