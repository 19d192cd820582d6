/*
 * The tables of verbs and keys as mdoc(7), each between two marks of ixlab.1.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "cmd_man.h"
#include "tui/tui_key.h"

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

/* One sentence a line, as mdoc wants it. */
static void
man_sentences(FILE *f, const char *s)
{
	const char *end;

	while ((end = strstr(s, ". ")) != NULL) {
		_free_ char *one = xstrndup(s, (size_t)(end - s) + 1);

		man_text(f, one);
		fputc('\n', f);
		s = end + 2;
	}
	man_text(f, s);
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
		man_sentences(f, v->more);
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

/* A key may be a character that mdoc takes for punctuation of its own. */
static void
man_key(FILE *f, const char *name)
{
	if (ispunct((unsigned char)name[0]))
		fputs("\\&", f);
	man_text(f, name);
}

void
cmd_man_keys(FILE *f)
{
	char names[64], places[64];
	size_t i;

	fputs(".Bl -tag -width Ds -compact\n", f);
	for (i = 0; i < tui_nkeys; i++) {
		tui_key_names(&tui_keys[i], names, sizeof(names));
		tui_key_places(tui_keys[i].where, places, sizeof(places));
		fputs(".It Ic ", f);
		man_key(f, names);
		fputc('\n', f);
		man_text(f, tui_keys[i].help);
		fprintf(f, " (%s)\n", places);
	}
	fputs(".El\n", f);
}
