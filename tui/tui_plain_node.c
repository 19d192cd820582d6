/*
 * The words of plain mode that work on a node: programs in it, and its files.
 */
#include <stdlib.h>
#include <string.h>

#include "tui/tui_pass.h"
#include "tui/tui_plain.h"
#include "tui/tui_program.h"
#include "tui/tui_words.h"

/* ---- which one */

static void
say_nodes(const struct plain *p)
{
	const struct exercise *x = work_exercise(p->work);
	const struct lab *lab = work_lab(p->work);
	struct program shell = {.what = PROGRAM_SHELL};
	struct str s = {0};
	struct err e = {0};
	size_t i;

	for (i = 0; i < lab->nnodes; i++) {
		snprintf(shell.node, sizeof(shell.node), "%s",
			 lab->nodes[i].name);
		if (program_may(x, lab, &shell, &e) == 0)
			str_addf(&s, "%s%s", s.len ? ", " : "", shell.node);
	}
	plain_say(p, _("You work on %s. Yours: %s."), p->node, str_text(&s));
	str_clear(&s);
}

void
plain_node(struct plain *p, const char *args)
{
	const struct lab_node *n = model_find(work_lab(p->work), args);

	if (*args != '\0' && n == NULL)
		plain_say(p, _("There is no node %s; picture shows them."),
			  args);
	else if (n != NULL)
		snprintf(p->node, sizeof(p->node), "%s", n->name);
	if (*args == '\0' || n != NULL)
		say_nodes(p);
}

/* ---- programs */

static void
program(struct plain *p, const struct program *open, json_t *argv)
{
	const char *type = getenv("TERM"), *name = work_instance(p->work);
	struct err e = {0};
	json_t *command = NULL;
	int rc = 0;

	if (work_ctl(p->work) == NULL)
		rc = err_here(&e, "%s",
			      _("The lab is not running; type: start"));
	else
		command =
		    program_command(work_exercise(p->work), work_lab(p->work),
				    open, type && *type ? type : "dumb", &e);
	if (rc == 0 && command == NULL)
		rc = -1;
	else if (rc == 0 && argv != NULL) {
		json_object_set(command, "argv", argv);
		rc = pass_output(name, p->node, command, &e);
	} else if (rc == 0 && p->tty)
		rc = pass_terminal(name, p->node, command, &e);
	else if (rc == 0) {
		json_decref(command);
		rc = err_here(&e, "this needs a terminal; without one, put the "
				  "command behind it (shell ip route), or a "
				  "file's lines (put)");
	}
	if (rc < 0)
		plain_say(p, "%s", e.msg);
	json_decref(argv);
}

void
plain_shell(struct plain *p, const char *args)
{
	const struct program open =
	    program_of(work_exercise(p->work), ACT_SHELL, p->node);

	program(p, &open,
		*args ? json_pack("[sss]", "/bin/sh", "-c", args) : NULL);
}

void
plain_birdc(struct plain *p, const char *args)
{
	const struct exercise *x = work_exercise(p->work);
	const struct program open = program_of(x, ACT_BIRDC, p->node);
	struct program shell = program_of(x, ACT_SHELL, p->node);
	struct err e = {0};
	json_t *argv = NULL;

	/* who may only look gets the command that changes nothing */
	if (*args != '\0')
		argv = program_may(x, work_lab(p->work), &shell, &e) == 0
			   ? json_pack("[ss]", "birdc", args)
			   : json_pack("[sss]", "birdc", "-r", args);
	program(p, &open, argv);
}

void
plain_edit(struct plain *p, const char *args)
{
	struct program open =
	    program_of(work_exercise(p->work), ACT_EDIT, p->node);

	if (strlen(args) >= sizeof(open.file)) {
		plain_say(p, _("There is no such file."));
		return;
	}
	if (*args != '\0')
		snprintf(open.file, sizeof(open.file), "%s", args);
	program(p, &open, NULL);
}

/* ---- files */

void
plain_put(struct plain *p, const char *args)
{
	const struct exercise *x = work_exercise(p->work);
	_free_ char *file = xasprintf("%s/%s", p->node, args);
	struct str s = {0};
	size_t i;

	for (i = 0; i < x->nfiles && strcmp(x->files[i], file) != 0; i++)
		str_addf(&s, "%s%s", i ? ", " : "", x->files[i]);
	if (i == x->nfiles || strlen(file) >= sizeof(p->put))
		plain_say(p,
			  _("That is none of your files: %s. The part before "
			    "the stroke is the node."),
			  str_text(&s));
	else {
		snprintf(p->put, sizeof(p->put), "%s", file);
		plain_say(p, _("Now its lines; one with only a dot ends it."));
	}
	str_clear(&s);
}

void
plain_put_line(struct plain *p, const char *line)
{
	struct err e = {0};

	if (strcmp(line, ".") != 0) {
		str_addf(&p->lines, "%s\n", line);
		return;
	}
	if (work_put(p->work, p->put, str_text(&p->lines), &e) < 0)
		plain_say(p, "%s", e.msg);
	else
		plain_say(p, _("%s is written; what it was is FILE.mine.%s"),
			  p->put,
			  str_ends(p->put, "/bird.conf")
			      ? _(" birdc configure makes BIRD read it.")
			      : "");
	p->put[0] = '\0';
	str_clear(&p->lines);
}
