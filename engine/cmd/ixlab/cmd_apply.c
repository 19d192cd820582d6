/*
 * ixlab up of a lab that runs: the supervisor makes it what its file says now.
 * What it answers is printed here: node by node with --dry-run, else a line.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"

#define APPLY_MS 90000	  /* a whole change, ... */
#define APPLY_NODE_MS 200 /* ... and more for each node */

static int
apply_ask(const struct lab *lab, uint32_t members, bool dry, json_t **answer,
	  struct err *e)
{
	_free_ char *socket = ctl_lab_name(lab->name), *text = NULL;
	_free_ char *folder = file_absolute(lab->file);
	int ms = APPLY_MS + APPLY_NODE_MS * (int)lab->nnodes, rc;
	struct ctl *ctl;
	json_t *args;

	if (file_read(lab->file, CMD_LAB_MAX, &text, NULL, e) < 0 ||
	    (ctl = ctl_open(socket, e)) == NULL)
		return -1;
	*strrchr(folder, '/') = '\0';
	args = json_pack("{so so so sb}", "text", out_str(text), "file",
			 out_str(lab->file), "folder", out_str(folder), "dry",
			 dry);
	if (members)
		json_object_set_new(args, "members",
				    json_integer((json_int_t)members));
	rc = ctl_call(ctl, "apply", args, NULL, 0, ms, answer, e);
	ctl_close(ctl);
	return rc;
}

/* ---- in words */

static json_int_t
apply_count(const json_t *d, const char *key)
{
	return json_integer_value(json_object_get(d, key));
}

static void
apply_counts(const json_t *d)
{
	static const struct {
		const char *key, *word;
	} all[] = {{"added", "added"},
		   {"removed", "removed"},
		   {"remade", "made anew"},
		   {"changed", "changed"},
		   {"untouched", "untouched"}};
	const char *comma = "";
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (apply_count(d, all[i].key) == 0)
			continue;
		printf("%s%lld %s", comma,
		       (long long)apply_count(d, all[i].key), all[i].word);
		comma = ", ";
	}
}

/* "rs1: changed, its daemon reloaded: it has other limits" */
static void
apply_node(const json_t *row)
{
	_free_ char *name = out_word(json_object_get(row, "name"));
	_free_ char *change = out_word(json_object_get(row, "change"));
	const char *daemon = json_string_value(json_object_get(row, "daemon"));
	const char *why = json_string_value(json_object_get(row, "why"));

	printf("%s: %s", name,
	       strcmp(change, "remade") == 0 ? "made anew" : change);
	if (daemon && (strcmp(daemon, "restarted") == 0 ||
		       strcmp(daemon, "reloaded") == 0))
		printf(", its daemon %s", daemon);
	if (why)
		printf(": %s", why);
	putchar('\n');
}

static void
apply_files(const json_t *d)
{
	const json_t *v;
	size_t i;

	json_array_foreach(json_object_get(d, "left"), i, v)
	{
		_free_ char *path = out_word(v);

		printf("%s is the trainee's and left as it is\n", path);
	}
	json_array_foreach(json_object_get(d, "kept"), i, v)
	{
		_free_ char *path = out_word(v);

		printf("what the trainee wrote is kept: %s\n", path);
	}
}

/* Step by step in a dry run, else only who loses its sessions. */
static void
apply_nodes(const json_t *d, bool dry)
{
	const json_t *row, *line;
	size_t i, k;

	json_array_foreach(json_object_get(d, "nodes"), i, row)
	{
		if (dry || json_is_string(json_object_get(row, "why")))
			apply_node(row);
		if (!dry)
			continue;
		json_array_foreach(json_object_get(row, "what"), k, line)
		{
			_free_ char *text = out_word(line);

			printf("  %s\n", text);
		}
	}
}

static void
apply_print(const char *lab, const json_t *d, bool dry)
{
	if (json_is_true(json_object_get(d, "same"))) {
		printf("%s runs and is as its file says\n", lab);
		return;
	}
	apply_nodes(d, dry);
	apply_files(d);
	printf("%s%s: ", lab, dry ? " would be changed" : " is changed");
	apply_counts(d);
	if (!dry)
		printf(" in %.2f s", (double)apply_count(d, "ms") / 1000);
	putchar('\n');
}

int
cmd_up_apply(const struct cmd *c, const struct lab *lab, uint32_t members,
	     struct err *e)
{
	_free_ char *dir = cmd_lab_state_dir(lab->name, e);
	bool dry = cmd_option(c, "--dry-run") != NULL;
	json_t *answer = NULL, *all;

	if (dir == NULL || apply_ask(lab, members, dry, &answer, e) < 0)
		return -1;
	if (c->json) {
		all = json_pack("{s:o, s:I, s:O, s:o, s:O}", "lab",
				out_str(lab->name), "nodes",
				(json_int_t)lab->nnodes, "ms",
				json_object_get(answer, "ms"), "state_dir",
				out_str(dir), "difference", answer);
		out_json(stdout, all);
		json_decref(all);
	} else
		apply_print(lab->name, answer, dry);
	json_decref(answer);
	return 0;
}
