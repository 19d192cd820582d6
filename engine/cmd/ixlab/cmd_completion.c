/*
 * Completion for bash. The script knows the verbs and options, which come from
 * the table; names that exist only now (labs that run, their nodes) it asks for
 * with "ixlab completion words KIND".
 */
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"

static const char *const completion_kinds[] = {
    [CMD_NOTHING] = "",		  [CMD_LAB_FILE] = "labs",
    [CMD_EXERCISE] = "exercises", [CMD_RUNNING] = "running",
    [CMD_NODE] = "nodes",	  [CMD_FILE] = "files",
    [CMD_VERB] = "verbs",
};

static void
completion_options(const struct cmd_option *o, size_t n)
{
	size_t i;

	for (i = 0; i < n && o[i].name; i++)
		printf(" %s", o[i].name);
}

static void
completion_bash(void)
{
	size_t i;

	puts("# bash completion for ixlab; made by: ixlab completion bash");
	puts("_ixlab() {\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} verb= kind= opts= i\n"
	     "\tlocal prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	     "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	     "\t\tcase ${COMP_WORDS[i]} in\n"
	     "\t\t-L) ((i++)) ;;\n"
	     "\t\t-*) ;;\n"
	     "\t\t*) verb=${COMP_WORDS[i]}; break ;;\n"
	     "\t\tesac\n"
	     "\tdone\n"
	     "\tcase $verb in\n"
	     "\t'') kind=verbs ;;");
	for (i = 0; i < cmd_nverbs; i++) {
		const struct cmd_verb *v = &cmd_verbs[i];

		printf("\t%s) kind=%s opts='", v->name,
		       completion_kinds[v->word]);
		completion_options(v->options, CMD_OPTIONS);
		puts("' ;;");
	}
	fputs("\tesac\n\topts+='", stdout);
	completion_options(cmd_common, cmd_ncommon);
	puts("'\n"
	     "\t[[ $prev == -L ]] && kind=running\n"
	     "\tif [[ $cur == -* ]]; then\n"
	     "\t\tCOMPREPLY=($(compgen -W \"$opts\" -- \"$cur\"))\n"
	     "\telif [[ $kind == files ]]; then\n"
	     "\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n"
	     "\telif [[ $kind ]]; then\n"
	     "\t\tCOMPREPLY=($(compgen -W \"$(ixlab completion words "
	     "\"$kind\" 2>/dev/null)\" -- \"$cur\"))\n"
	     "\t\t[[ $kind == labs ]] &&\n"
	     "\t\t\tCOMPREPLY+=($(compgen -f -- \"$cur\"))\n"
	     "\tfi\n"
	     "}\n"
	     "complete -F _ixlab ixlab");
}

static void
completion_print(const json_t *rows, const char *key)
{
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		_free_ char *word =
		    out_word(key ? json_object_get(row, key) : row);

		puts(word);
	}
}

static int
completion_nodes(struct cmd *c, struct err *e)
{
	_free_ char *lab = cmd_lab_pick(c, NULL, e);
	json_t *state = lab ? cmd_lab_inspect(lab, e) : NULL;

	if (state == NULL)
		return -1;
	completion_print(json_object_get(state, "nodes"), "name");
	json_decref(state);
	return 0;
}

static int
completion_words(struct cmd *c, const char *kind, struct err *e)
{
	json_t *rows = NULL;
	size_t i;

	if (strcmp(kind, "verbs") == 0) {
		for (i = 0; i < cmd_nverbs; i++)
			puts(cmd_verbs[i].name);
		return 0;
	}
	if (strcmp(kind, "nodes") == 0)
		return completion_nodes(c, e);
	if (strcmp(kind, "running") == 0)
		rows = ctl_lab_list();
	else if (strcmp(kind, "exercises") == 0)
		rows = exercise_list(e);
	else if (strcmp(kind, "labs") == 0)
		rows = cmd_labs_list(e);
	else
		return err_usage(e, "there are no words of kind \"%s\"", kind);
	if (rows == NULL)
		return -1;
	completion_print(rows, strcmp(kind, "running") ? "name" : NULL);
	json_decref(rows);
	return 0;
}

int
cmd_completion(struct cmd *c, struct err *e)
{
	if (strcmp(c->args[0], "words") == 0 && c->nargs == 2)
		return completion_words(c, c->args[1], e);
	if (strcmp(c->args[0], "bash") != 0)
		return err_usage(e,
				 "completion is made for bash, not for \"%s\"",
				 c->args[0]);
	completion_bash();
	return 0;
}
