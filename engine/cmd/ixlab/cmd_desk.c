/*
 * ixlab desk: the desk's key, the tickets of persons, what it says of a class.
 * ixlab deal: an exercise with parameters of one's own.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "grader/desk/submission.h"
#include "grader/exercise_deal.h"

static int
desk_key(const struct cmd *c, struct err *e)
{
	struct desk_key k;
	bool made;
	json_t *row;

	if (c->nargs > 1)
		return err_usage(e, "\"%s\" is too much; use: ixlab desk key",
				 c->args[1]);
	if (desk_key_load(&k, true, &made, e) < 0)
		return -1;
	if (c->json) {
		row = json_pack("{s:s, s:b}", "key", k.hex, "made", made);
		out_json(stdout, row);
		json_decref(row);
		return 0;
	}
	puts(k.hex);
	if (made)
		fputs("this desk has a key now; give these 64 digits to who "
		      "must trust its results\n",
		      stderr);
	return 0;
}

static int
desk_tickets(const struct cmd *c, struct err *e)
{
	static const struct out_column columns[] = {{"ID", "id"},
						    {"TICKET", "ticket"}};
	unsigned char ticket[32];
	char hex[DESK_HEX];
	json_t *rows;
	size_t i;
	int rc = 0;

	if (c->nargs == 1)
		return err_usage(e, "for whom? use: ixlab desk ticket ID...");
	rows = json_array();
	for (i = 1; rc == 0 && i < c->nargs; i++) {
		if (!submission_person_good(c->args[i]))
			rc = err_usage(e, "an id is at most 64 letters, "
					  "digits, and @ . _ + -");
		else
			rc = desk_ticket(c->args[i], ticket, e);
		if (rc < 0)
			break;
		desk_ticket_print(ticket, hex);
		json_array_append_new(
		    rows,
		    json_pack("{s:s, s:s}", "id", c->args[i], "ticket", hex));
	}
	if (rc == 0 && c->json)
		out_json(stdout, rows);
	else if (rc == 0)
		out_table(stdout, rows, columns, 2, "");
	json_decref(rows);
	return rc;
}

int
cmd_desk(struct cmd *c, struct err *e)
{
	if (strcmp(c->args[0], "key") == 0)
		return desk_key(c, e);
	if (strcmp(c->args[0], "ticket") == 0)
		return desk_tickets(c, e);
	if (strcmp(c->args[0], "similar") == 0)
		return cmd_desk_similar(c, e);
	if (strcmp(c->args[0], "mistakes") == 0)
		return cmd_desk_mistakes(c, e);
	if (strcmp(c->args[0], "class") == 0)
		return cmd_desk_class(c, e);
	return err_usage(
	    e,
	    "desk knows key, ticket, similar, mistakes and class, not \"%s\"",
	    c->args[0]);
}

/* ---- deal */

int
cmd_deal(struct cmd *c, struct err *e)
{
	const char *hex = cmd_option(c, "--ticket"), *name = c->args[0];
	const char *to = cmd_option(c, "-o");
	_free_ char *path = NULL, *dir = NULL, *line = NULL;
	const struct lab_kind *daemon;
	const char *base;
	unsigned char ticket[32];

	if (hex == NULL)
		return err_usage(e, "the desk gives you a ticket: --ticket "
				    "TICKET");
	path = desk_exercise_dir(strchr(name, '/') ? name : NULL, name, e);
	dir = path ? exercise_split(path, &daemon) : NULL;
	if (dir == NULL || desk_ticket_parse(hex, ticket, e) < 0)
		return -1;
	if (!exercise_is_template(dir))
		return err_usage(e,
				 "%s has no params.yml: it is the same for "
				 "everybody",
				 dir);
	to = to ? to : ".";
	if (file_mkdirs(to, e) < 0 ||
	    (line = desk_deal(dir, ticket, to, e)) == NULL)
		return -1;
	base = strrchr(path, '/');
	base = base ? base + 1 : path;
	if (c->json) {
		json_t *row = json_pack("{s:o, s:o, s:o}", "exercise",
					out_str(base), "folder", out_str(to),
					"parameters", out_str(line));

		out_json(stdout, row);
		json_decref(row);
		return 0;
	}
	printf("%s/%s is yours: %s\nBegin: ixlab start %s/%s\n", to, base, line,
	       to, base);
	return 0;
}
