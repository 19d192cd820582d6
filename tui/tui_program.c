#include "tui/tui_program.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "lab/model/model_kind.h"
#include "tui/tui_words.h"

bool
program_same(const struct program *a, const struct program *b)
{
	return a->what == b->what && strcmp(a->node, b->node) == 0 &&
	       strcmp(a->file, b->file) == 0;
}

static bool
looks_only(const struct exercise *x, const struct lab *lab,
	   const struct lab_node *n)
{
	return exercise_access(x, lab, n) != EXERCISE_OPEN;
}

const char *
program_name(const struct exercise *x, const struct lab *lab,
	     const struct program *p)
{
	const struct lab_node *n = model_find(lab, p->node);

	if (p->what == PROGRAM_SHELL)
		return "shell";
	if (p->what == PROGRAM_EDIT)
		return p->file;
	if (n == NULL || n->kind->cli == NULL || looks_only(x, lab, n))
		return "looking glass";
	return n->kind->cli->argv[0];
}

/* ---- may it? */

/* How a daemon is asked without being changed: an option that makes its command
 * line read-only, or the first words that only ask. */
static const struct glass {
	const char *kind, *option, *words;
} glasses[] = {
    {"bird", "-r", NULL},
    {"frr", "-u", NULL},
    {"ixrs", NULL, "show explain"},
    {"openbgpd", NULL, "show"},
};

static const struct glass *
glass_of(const struct lab_node *n)
{
	size_t i;

	for (i = 0; i < sizeof(glasses) / sizeof(glasses[0]); i++)
		if (strcmp(glasses[i].kind, n->kind->name) == 0)
			return &glasses[i];
	return NULL;
}

/* FILE of the exercise's file NODE/FILE; NULL: it is another node's. */
static const char *
file_on(const struct exercise *x, size_t i, const char *node)
{
	size_t len = strlen(node);

	return strncmp(x->files[i], node, len) == 0 && x->files[i][len] == '/'
		   ? x->files[i] + len + 1
		   : NULL;
}

static bool
is_of_exercise(const struct exercise *x, const struct program *p)
{
	const char *file;
	size_t i;

	for (i = 0; i < x->nfiles; i++)
		if ((file = file_on(x, i, p->node)) != NULL &&
		    strcmp(file, p->file) == 0)
			return true;
	return false;
}

static int
may_look(const struct lab_node *n, bool only, struct err *e)
{
	if (n->kind->cli == NULL)
		return err_here(e, "%s runs nothing that has a command line",
				n->name);
	if (only && glass_of(n) == NULL)
		return err_here(e,
				"%s belongs to somebody else, and %s cannot be "
				"looked at without being changed",
				n->name, n->kind->title);
	return 0;
}

int
program_may(const struct exercise *x, const struct lab *lab,
	    const struct program *p, struct err *e)
{
	const struct lab_node *n = model_find(lab, p->node);
	enum exercise_access access;

	if (n == NULL || n->role == LAB_SWITCH)
		return err_here(e, "there is no node \"%s\" to work on",
				p->node);
	access = exercise_access(x, lab, n);
	if (access == EXERCISE_CLOSED)
		return err_here(e,
				"this exercise keeps %s closed: find out "
				"without it",
				n->name);
	if (p->what == PROGRAM_CLI)
		return may_look(n, access == EXERCISE_LOOK, e);
	if (access == EXERCISE_LOOK)
		return err_here(e,
				"%s belongs to somebody else: b shows what it "
				"sees, and changes nothing",
				n->name);
	if (p->what == PROGRAM_EDIT && !is_of_exercise(x, p))
		return err_here(e, "this exercise has no file of yours on %s",
				n->name);
	return 0;
}

size_t
program_list(const struct exercise *x, const struct lab_node *n,
	     struct program *out, size_t max)
{
	const char *file;
	size_t i, k = 0;

	for (i = 0; i < 2 && k < max; i++, k++) {
		out[k] = (struct program){.what = (enum program_what)i};
		snprintf(out[k].node, sizeof(out[k].node), "%s", n->name);
	}
	for (i = 0; i < x->nfiles && k < max; i++) {
		if ((file = file_on(x, i, n->name)) == NULL ||
		    strlen(file) >= sizeof(out[k].file))
			continue;
		out[k] = (struct program){.what = PROGRAM_EDIT};
		snprintf(out[k].node, sizeof(out[k].node), "%s", n->name);
		snprintf(out[k].file, sizeof(out[k].file), "%.63s", file);
		k++;
	}
	return k;
}

struct program
program_of(const struct exercise *x, enum tui_action a, const char *node)
{
	struct program p = {.what = a == ACT_EDIT    ? PROGRAM_EDIT
				    : a == ACT_BIRDC ? PROGRAM_CLI
						     : PROGRAM_SHELL};
	const char *file;
	size_t i;

	snprintf(p.node, sizeof(p.node), "%s", node);
	for (i = 0; a == ACT_EDIT && i < x->nfiles && p.file[0] == '\0'; i++)
		if ((file = file_on(x, i, node)) != NULL)
			snprintf(p.file, sizeof(p.file), "%.63s", file);
	return p;
}

/* ---- how it is started */

static bool
in_path(const char *name)
{
	_free_ char *path = xstrdup(getenv("PATH") ? getenv("PATH") : "");
	char *dir, *rest = path;
	bool found;

	if (strchr(name, '/') != NULL)
		return access(name, X_OK) == 0;
	while ((dir = strsep(&rest, ":")) != NULL) {
		_free_ char *file = xasprintf("%s/%s", dir, name);

		found = access(file, X_OK) == 0;
		if (found)
			return true;
	}
	return false;
}

static json_t *
words(const char *line)
{
	_free_ char *copy = xstrdup(line);
	json_t *argv = json_array();
	char *word, *rest = copy;

	while ((word = strsep(&rest, " \t")) != NULL)
		if (*word != '\0')
			json_array_append_new(argv, out_str(word));
	return argv;
}

static json_t *
editor(const char *path, struct err *e)
{
	static const char *const known[] = {"nano", "vim", "vi", "ed"};
	const char *own = getenv("VISUAL");
	json_t *argv;
	size_t i;

	if (own == NULL || *own == '\0')
		own = getenv("EDITOR");
	argv = words(own ? own : "");
	for (i = 0; json_array_size(argv) == 0 && i < 4; i++)
		if (in_path(known[i]))
			json_array_append_new(argv, json_string(known[i]));
	if (json_array_size(argv) == 0) {
		err_here(e, "no editor is installed here; install nano, or say "
			    "in EDITOR which one to use");
		json_decref(argv);
		return NULL;
	}
	json_array_append_new(argv, out_str(path));
	return argv;
}

static json_t *
person_shell(void)
{
	const char *sh = getenv("SHELL");

	if (sh == NULL || sh[0] != '/' || access(sh, X_OK) < 0)
		sh = access("/bin/bash", X_OK) == 0 ? "/bin/bash" : "/bin/sh";
	return str_ends(sh, "/bash")
		   ? json_pack("[sss]", sh, "--norc", "--noprofile")
		   : json_pack("[s]", sh);
}

/* Asks for lines and gives their words to a program that answers one question at a
 * time; nothing in them is evaluated. $1: the prompt, $2: the first words that may
 * be asked, "" for any, and then the program. */
static const char one_by_one[] =
    "prompt=$1 words=$2; shift 2\n"
    "echo \"${words:+Read-only: it answers to $words. }Ctrl-D ends.\"\n"
    "while IFS= read -e -r -p \"$prompt> \" line; do\n"
    "\tread -r -a w <<<\"$line\"; [ ${#w[@]} -eq 0 ] && continue\n"
    "\thistory -s -- \"$line\"\n"
    "\tcase ${w[0]} in quit | exit) exit ;; esac\n"
    "\tif [ -n \"$words\" ] && ! [[ \" $words \" == *\" ${w[0]} \"* ]]; then\n"
    "\t\techo \"only to be looked at, with: $words\"\n"
    "\telse \"$@\" \"${w[@]}\"; fi\ndone";

static void
add_words(json_t *argv, const char *const *words)
{
	for (; *words != NULL; words++)
		json_array_append_new(argv, json_string(*words));
}

static json_t *
daemon_line(const struct lab_node *n, bool only)
{
	const struct glass *glass = only ? glass_of(n) : NULL;
	_free_ char *dir = n->kind->ours ? file_program_dir() : NULL;
	_free_ char *path =
	    dir ? xasprintf("%s/%s", dir, n->kind->cli->argv[0]) : NULL;
	json_t *argv = json_array();

	if (n->kind->cli->idle != NULL) {
		static const char *const bash[] = {
		    "/bin/bash", "--norc", "--noprofile", "-c",
		    one_by_one,	 "ixlab",  NULL};

		add_words(argv, bash);
		json_array_append_new(argv, json_string(n->name));
		json_array_append_new(argv,
				      json_string(glass ? glass->words : ""));
	}
	json_array_append_new(argv,
			      out_str(path ? path : n->kind->cli->argv[0]));
	add_words(argv, n->kind->cli->argv + 1);
	if (glass != NULL && glass->option != NULL)
		json_array_append_new(argv, json_string(glass->option));
	return argv;
}

json_t *
program_command(const struct exercise *x, const struct lab *lab,
		const struct program *p, const char *term, struct err *e)
{
	static const char *const pass[] = {"LANG",   "LC_ALL", "LC_CTYPE",
					   "EDITOR", "VISUAL", "NO_COLOR",
					   "PAGER",  "HOME"};
	const struct lab_node *n = model_find(lab, p->node);
	_free_ char *path = NULL;
	json_t *env, *argv;
	const char *value;
	size_t i;

	if (program_may(x, lab, p, e) < 0)
		return NULL;
	path = xasprintf("%s/%s", n->kind->etc ? n->kind->etc : "/etc/bird",
			 p->file);
	argv = p->what == PROGRAM_EDIT	? editor(path, e)
	       : p->what == PROGRAM_CLI ? daemon_line(n, looks_only(x, lab, n))
					: person_shell();
	if (argv == NULL)
		return NULL;
	env = json_pack("{ss}", "TERM", term);
	for (i = 0; i < sizeof(pass) / sizeof(pass[0]); i++)
		if ((value = getenv(pass[i])) != NULL)
			json_object_set_new(env, pass[i], out_str(value));
	json_object_set_new(env, "PS1", json_sprintf("%s# ", n->name));
	return json_pack("{soso}", "argv", argv, "env", env);
}

/* ---- what the exercise keeps closed */

/* Is it closed to the person what that node says? */
static bool
is_closed(const struct exercise *x, const struct lab *lab, const char *node)
{
	struct program p = {.what = PROGRAM_CLI};
	struct err e = {0};

	snprintf(p.node, sizeof(p.node), "%s", node);
	return program_may(x, lab, &p, &e) < 0;
}

/* What the exercise wants to be found out is not told here either. */
json_t *
program_open_rows(const struct exercise *x, const struct lab *lab,
		  const json_t *spread)
{
	json_t *copy = json_deep_copy(spread), *row;
	size_t i;

	json_array_foreach(json_object_get(copy, "rows"), i, row)
	{
		bool told = strcmp(out_text(row, "what"), "not-told") == 0 ||
			    strcmp(out_text(row, "what"), "down") == 0;
		const char *who = out_text(row, told ? "from" : "at");

		if (*out_text(row, "why") && is_closed(x, lab, who))
			json_object_set_new(
			    row, "why",
			    json_string(_("this exercise keeps it closed")));
	}
	return copy;
}
