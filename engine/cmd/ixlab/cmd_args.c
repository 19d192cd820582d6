/*
 * The words of a call, sorted by the table: the verb, its options, the options
 * that all verbs have, and the arguments. Options may stand anywhere before a
 * "--"; a verb that runs a command takes none after the command's first word.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "cmd_table.h"

struct cmd_scan {
	struct cmd *c;
	char **argv;
	int argc, i;
	const char **words;
	bool rest; /* nothing that follows is an option */
};

/* The option of this name; len leaves out "=value". */
static const struct cmd_option *
cmd_among(const struct cmd_option *o, size_t n, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < n && o[i].name; i++)
		if (strncmp(o[i].name, name, len) == 0 &&
		    o[i].name[len] == '\0')
			return &o[i];
	return NULL;
}

static int
cmd_unknown_option(const struct cmd *c, const char *word, struct err *e)
{
	const char *names[CMD_OPTIONS + 8], *near;
	size_t n = 0, i;

	for (i = 0; i < cmd_ncommon; i++)
		names[n++] = cmd_common[i].name;
	for (i = 0; i < CMD_OPTIONS && c->verb->options[i].name; i++)
		names[n++] = c->verb->options[i].name;
	near = strlen(word) > 2 ? str_nearest(word, names, n) : NULL;
	if (near)
		return err_usage(e,
				 "%s has no option \"%s\" (did you mean "
				 "\"%s\"?)",
				 c->verb->name, word, near);
	return err_usage(e, "%s has no option \"%s\"; see ixlab %s --help",
			 c->verb->name, word, c->verb->name);
}

/* The value of an option: after "=", or the next word. */
static int
cmd_value(struct cmd_scan *s, const struct cmd_option *o, const char *eq,
	  const char **value, struct err *e)
{
	if (o->value == NULL && eq)
		return err_usage(e, "%s takes no value", o->name);
	*value = eq ? eq + 1 : "";
	if (o->value == NULL || o->value[0] == '[' || eq)
		return 0;
	if (s->i + 1 >= s->argc)
		return err_usage(e, "%s needs a value: %s %s", o->name, o->name,
				 o->value);
	*value = s->argv[++s->i];
	return 0;
}

static int
cmd_common_option(struct cmd *c, const struct cmd_option *o, const char *value)
{
	if (strcmp(o->name, "-L") == 0)
		c->lab = value;
	else if (strcmp(o->name, "--json") == 0)
		c->json = true;
	else if (strcmp(o->name, "--no-color") == 0)
		c->color = false;
	else
		c->help = true;
	return 0;
}

static int
cmd_scan_option(struct cmd_scan *s, const char *word, struct err *e)
{
	const char *eq = word[1] == '-' ? strchr(word, '=') : NULL;
	size_t len = eq ? (size_t)(eq - word) : strlen(word);
	const struct cmd_verb *v = s->c->verb;
	const struct cmd_option *o;
	const char *value;

	if (strcmp(word, "-h") == 0)
		word = "--help", len = 6;
	if ((o = cmd_among(cmd_common, cmd_ncommon, word, len)) != NULL) {
		if (cmd_value(s, o, eq, &value, e) < 0)
			return -1;
		return cmd_common_option(s->c, o, value);
	}
	if ((o = cmd_among(v->options, CMD_OPTIONS, word, len)) == NULL) {
		_free_ char *name = xstrndup(word, len);

		return cmd_unknown_option(s->c, name, e);
	}
	return cmd_value(s, o, eq, &s->c->values[o - v->options], e);
}

static int
cmd_unknown_verb(const char *word, struct err *e)
{
	const char **names = xcalloc(cmd_nverbs, sizeof(*names)), *near;
	size_t i;

	for (i = 0; i < cmd_nverbs; i++)
		names[i] = cmd_verbs[i].name;
	near = str_nearest(word, names, cmd_nverbs);
	if (near)
		err_usage(e, "there is no verb \"%s\" (did you mean \"%s\"?)",
			  word, near);
	else
		err_usage(e, "there is no verb \"%s\"; see ixlab help", word);
	free(names);
	return -1;
}

/* The verb is the first word that is no option, nor the value of "-L". */
static int
cmd_scan_verb(struct cmd_scan *s, int *at, struct err *e)
{
	int i;

	*at = -1;
	for (i = 1; i < s->argc && *at < 0; i++) {
		if (strcmp(s->argv[i], "-L") == 0)
			i++;
		else if (strcmp(s->argv[i], "--version") == 0 ||
			 s->argv[i][0] != '-')
			*at = i;
	}
	s->c->named = *at >= 0;
	if (*at < 0)
		s->c->verb = cmd_find("open");
	else if (strcmp(s->argv[*at], "--version") == 0)
		s->c->verb = cmd_find("version");
	else
		s->c->verb = cmd_find(s->argv[*at]);
	return s->c->verb ? 0 : cmd_unknown_verb(s->argv[*at], e);
}

static int
cmd_count(const struct cmd *c, struct err *e)
{
	const struct cmd_verb *v = c->verb;

	if (c->help || (c->nargs >= v->min && c->nargs <= v->max))
		return 0;
	if (c->nargs > v->max)
		return err_usage(e, "\"%s\" is too much; use: ixlab %s%s%s",
				 c->args[v->max], v->name, *v->args ? " " : "",
				 v->args);
	return err_usage(e, "something is missing; use: ixlab %s %s", v->name,
			 v->args);
}

/* NO_COLOR with any text, else CLICOLOR_FORCE and CLICOLOR with any but 0, else what
 * standard output is. */
static bool
cmd_wants_color(void)
{
	const char *no = getenv("NO_COLOR");
	const char *force = getenv("CLICOLOR_FORCE");
	const char *may = getenv("CLICOLOR");

	if (no && *no)
		return false;
	if (force && *force && strcmp(force, "0") != 0)
		return true;
	return isatty(STDOUT_FILENO) && !(may && strcmp(may, "0") == 0);
}

int
cmd_parse(struct cmd *c, int argc, char **argv, const char **words,
	  struct err *e)
{
	struct cmd_scan s = {c, argv, argc, 1, words, false};
	const char *word;
	int at;

	*c = (struct cmd){.args = words};
	c->color = cmd_wants_color();
	if (cmd_scan_verb(&s, &at, e) < 0)
		return -1;
	for (; s.i < argc; s.i++) {
		word = argv[s.i];
		if (s.i == at)
			continue;
		if (!s.rest && strcmp(word, "--") == 0) {
			s.rest = true;
			continue;
		}
		if (!s.rest && word[0] == '-' && word[1] != '\0') {
			if (cmd_scan_option(&s, word, e) < 0)
				return -1;
			continue;
		}
		words[c->nargs++] = word;
		if (c->verb->command && c->nargs > 1)
			s.rest = true;
	}
	return cmd_count(c, e);
}

const char *
cmd_option(const struct cmd *c, const char *name)
{
	const struct cmd_option *o =
	    cmd_among(c->verb->options, CMD_OPTIONS, name, strlen(name));

	return o ? c->values[o - c->verb->options] : NULL;
}
