/*
 * What is printed from the table for a person: the help of all verbs, and of
 * one.
 */
#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "cmd_table.h"

#define HELP_WIDTH 78
#define HELP_COLUMN 30
#define HELP_BUFFER 65536

static void
help_group(FILE *f, const char *group)
{
	fprintf(f, "\n%c%s\n", toupper((unsigned char)group[0]), group + 1);
}

/* Words from column on, wrapped. */
static void
help_wrap(FILE *f, const char *text, int column)
{
	int n, at = column;

	for (; *text; text += n, text += strspn(text, " ")) {
		n = (int)strcspn(text, " ");
		if (at + 1 + n >= HELP_WIDTH && at > column) {
			fprintf(f, "\n%*s", column, "");
			at = column;
		} else if (at > column) {
			fputc(' ', f);
			at++;
		}
		fprintf(f, "%.*s", n, text);
		at += n;
	}
	fputc('\n', f);
}

/* "  left     right", the right part wrapped under itself. */
static void
help_row(FILE *f, const char *left, const char *right)
{
	int n = fprintf(f, "  %s", left);

	if (n >= HELP_COLUMN)
		fprintf(f, "\n%*s", HELP_COLUMN, "");
	else
		fprintf(f, "%*s", HELP_COLUMN - n, "");
	help_wrap(f, right, HELP_COLUMN);
}

static void
help_options(FILE *f, const struct cmd_option *o, size_t n)
{
	size_t i;

	for (i = 0; i < n && o[i].name; i++) {
		const char *value = o[i].value ? o[i].value : "";
		_free_ char *left =
		    xasprintf("%s%s%s", o[i].name,
			      *value && *value != '[' ? " " : "", value);

		help_row(f, left, o[i].help);
	}
}

void
cmd_help_all(FILE *f)
{
	static char room[HELP_BUFFER];
	size_t i;

	/* in one write, so that its failure is still known at the end */
	(void)setvbuf(f, room, _IOFBF, sizeof(room));
	fputs("ixlab: a training lab for Internet exchanges\n\n"
	      "  ixlab                       open the interface\n"
	      "  ixlab VERB [ARGUMENTS] [OPTIONS]\n",
	      f);
	for (i = 0; i < cmd_nverbs; i++) {
		const struct cmd_verb *v = &cmd_verbs[i];
		_free_ char *left = xasprintf("%s %s", v->name, v->args);

		if (v->group)
			help_group(f, v->group);
		help_row(f, left, v->help);
	}
	help_group(f, "options of every verb");
	help_options(f, cmd_common, cmd_ncommon);
	fputs("\nExit status: 0 done, 1 a check fails, 2 usage or a bad file,"
	      "\n3 cannot be done here.  ixlab VERB --help says more.\n",
	      f);
}

void
cmd_help_verb(FILE *f, const struct cmd_verb *v)
{
	fprintf(f, "ixlab %s%s%s\n\n", v->name, *v->args ? " " : "", v->args);
	fprintf(f, "%c", toupper((unsigned char)v->help[0]));
	fprintf(f, "%s.\n", v->help + 1);
	if (v->more) {
		fputc('\n', f);
		help_wrap(f, v->more, 0);
	}
	fputs("\nOptions\n", f);
	help_options(f, v->options, CMD_OPTIONS);
	help_options(f, cmd_common, cmd_ncommon);
}

int
cmd_help(struct cmd *c, struct err *e)
{
	const struct cmd_verb *v;

	if (c->nargs == 0) {
		cmd_help_all(stdout);
		return 0;
	}
	if ((v = cmd_find(c->args[0])) == NULL)
		return err_usage(e, "there is no verb \"%s\"; see ixlab help",
				 c->args[0]);
	cmd_help_verb(stdout, v);
	return 0;
}

int
cmd_version(struct cmd *c, struct err *e)
{
	(void)e;
	if (c->json)
		puts("{\"version\": \"" IXLAB_VERSION "\"}");
	else
		puts("ixlab " IXLAB_VERSION);
	return 0;
}
