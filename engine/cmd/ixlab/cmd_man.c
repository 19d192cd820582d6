/*
 * The table as mdoc(7), between two marks of ixlab.1.
 */
#include <ctype.h>
#include <string.h>

#include "cmd_man.h"

/* Hyphens that a reader may copy, and nothing that starts a request. */
static void
man_text(FILE *f, const char *s)
{
	for (; *s; s++) {
		if (*s == '-' && (s[1] == '-' || isalpha((unsigned char)s[1])))
			fputc('\\', f);
		if (*s == '\\')
			fputs("\\e", f);
		else
			fputc(*s, f);
	}
}

static void
man_options(FILE *f, const struct cmd_option *o, size_t n)
{
	size_t i;

	fputs(".Bl -tag -width Ds -compact\n", f);
	for (i = 0; i < n && o[i].name; i++) {
		fputs(".It Cm ", f);
		man_text(f, o[i].name);
		if (o[i].value && o[i].value[0] == '[')
			fprintf(f, " Ns Oo = Ns Ar version Oc");
		else if (o[i].value)
			fprintf(f, " Ar %s", o[i].value);
		fputc('\n', f);
		man_text(f, o[i].help);
		fputc('\n', f);
	}
	fputs(".El\n", f);
}

static void
man_verb(FILE *f, const struct cmd_verb *v)
{
	fprintf(f, ".It Cm %s", v->name);
	if (*v->args) {
		fputs(" Ar ", f);
		man_text(f, v->args);
	}
	fprintf(f, "\n%c", toupper((unsigned char)v->help[0]));
	man_text(f, v->help + 1);
	fputs(".\n", f);
	if (v->more) {
		man_text(f, v->more);
		fputc('\n', f);
	}
	if (v->options[0].name)
		man_options(f, v->options, CMD_OPTIONS);
}

void
cmd_man(FILE *f)
{
	size_t i;

	for (i = 0; i < cmd_nverbs; i++) {
		const struct cmd_verb *v = &cmd_verbs[i];

		if (v->group) {
			fprintf(f, "%s.Ss %c%s\n", i ? ".El\n" : "",
				toupper((unsigned char)v->group[0]),
				v->group + 1);
			fputs(".Bl -tag -width Ds\n", f);
		}
		man_verb(f, v);
	}
	fputs(".El\n.Ss Options of every verb\n", f);
	man_options(f, cmd_common, cmd_ncommon);
}
