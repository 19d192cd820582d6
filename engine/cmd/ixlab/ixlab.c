/*
 * ixlab: the one command that a person types.
 *
 *	argv ──> cmd_args.c, by the table of cmd_table.c ──> struct cmd
 *	struct cmd ──> cmd_VERB.c ──> super | grader | tui | the lab's socket
 *	result ──> base/out.h, text or JSON       error ──> here
 *
 * This file prints errors and exits; no other does. An error is one sentence on
 * standard error, and its class is the exit status: 0 done, 1 failed (graded),
 * 2 usage or a bad file, 3 cannot be done here, 4 refused. A verb that runs a
 * command exits with the command's status instead.
 */
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "cmd_table.h"

static int
ixlab_fail(const struct err *e)
{
	_free_ char *text = xstrdup(e->msg);

	fflush(stdout);
	str_clean_lines(text);
	if (*text)
		fprintf(stderr, "ixlab: %s\n", text);
	return e->class;
}

/* A full disk or a closed pipe behind standard output must not look like
 * success. */
static int
ixlab_flush(struct err *e)
{
	struct pollfd out = {.fd = STDOUT_FILENO};

	if (fflush(stdout) == 0) {
		if (!ferror(stdout))
			return 0;
		/* It failed earlier; ask the descriptor why. */
		errno =
		    poll(&out, 1, 0) > 0 && out.revents & POLLERR ? EPIPE : EIO;
	}
	if (errno == EPIPE) { /* as everybody does when a pipe closes */
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	return err_sys(e, "cannot write the answer");
}

int
main(int argc, char **argv)
{
	const char **words = xcalloc((size_t)argc + 1, sizeof(*words));
	struct err e = {0};
	struct cmd c;
	int rc;

	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	rc = cmd_parse(&c, argc, argv, words, &e);
	if (rc == 0 && c.help && c.named)
		cmd_help_verb(stdout, c.verb);
	else if (rc == 0 && c.help)
		cmd_help_all(stdout);
	else if (rc == 0)
		rc = c.verb->run(&c, &e);
	if (rc == 0)
		rc = ixlab_flush(&e);
	rc = rc == 0 ? c.status : ixlab_fail(&e);
	free(words);
	return rc;
}
