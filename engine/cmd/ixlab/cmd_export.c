/*
 * ixlab export: a lab for the tools of the field, from what its file says; it
 * need not run.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "lab/field/field.h"

/* ---- arouteserver: a folder, or one for each of several route servers */

static size_t
export_servers(const struct lab *lab)
{
	size_t i, n = 0;

	for (i = 0; i < lab->nnodes; i++)
		n += lab->nodes[i].role == LAB_ROUTE_SERVER;
	return n;
}

/* The model's text says in its first lines that a start rewrites it. */
static int
export_file(const char *dir, const char *name, char *text, json_t *files,
	    struct err *e)
{
	_free_ char *path = xasprintf("%s/%s", dir, name);
	_free_ char *own = text;
	_free_ char *all = NULL;

	while (*text == '#')
		text += strcspn(text, "\n") + 1;
	all = xasprintf("# For arouteserver and ixrs, by ixlab export.\n%s",
			text);
	if (file_exists(path))
		return err_usage(e,
				 "%s is there already: name another folder, "
				 "or remove it",
				 path);
	json_array_append_new(files, out_str(path));
	return file_write(path, all, strlen(all), e);
}

static int
export_server(const struct lab *lab, const struct lab_node *n, const char *dir,
	      json_t *files, struct err *e)
{
	if (file_mkdirs(dir, e) < 0 ||
	    export_file(dir, "general.yml", model_ixrs_general(lab, n), files,
			e) < 0)
		return -1;
	return export_file(dir, "clients.yml", model_ixrs_clients(lab, n),
			   files, e);
}

static int
export_arouteserver(const struct cmd *c, const struct lab *lab, const char *dir,
		    struct err *e)
{
	size_t i, servers = export_servers(lab);
	json_t *files = json_array(), *o;
	int rc = 0;

	if (servers == 0)
		rc = err_usage(e, "%s has no route server", lab->name);
	for (i = 0; rc == 0 && i < lab->nnodes; i++) {
		const struct lab_node *n = &lab->nodes[i];
		_free_ char *sub = xasprintf("%s/%s", dir, n->name);

		if (n->role == LAB_ROUTE_SERVER)
			rc = export_server(lab, n, servers > 1 ? sub : dir,
					   files, e);
	}
	if (rc == 0 && c->json)
		out_json(stdout, files);
	json_array_foreach(files, i, o)
	{
		if (rc == 0 && !c->json)
			puts(json_string_value(o));
	}
	json_decref(files);
	return rc;
}

/* ---- IX-F */

static int
export_ixf(const struct lab *lab)
{
	char stamp[sizeof("2026-01-01T00:00:00Z")];
	time_t now = time(NULL);
	struct tm tm;
	json_t *o;

	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ",
		 gmtime_r(&now, &tm));
	o = field_ixf(lab, stamp);
	out_json(stdout, o);
	json_decref(o);
	return 0;
}

int
cmd_export(struct cmd *c, struct err *e)
{
	const char *dir = cmd_option(c, "--arouteserver");
	bool ixf = cmd_option(c, "--ixf") != NULL;
	struct lab *lab;
	int rc;

	if (ixf + (dir != NULL) != 1)
		return err_usage(e, "one form at a time: --ixf or "
				    "--arouteserver DIR");
	if ((lab = model_load(c->args[0], NULL, e)) == NULL)
		return -1;
	if (lab->nlans == 0)
		rc = err_usage(e, "%s has no exchange", lab->name);
	else
		rc =
		    ixf ? export_ixf(lab) : export_arouteserver(c, lab, dir, e);
	model_free(lab);
	return rc;
}
