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
#include "lab/node/node.h"

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

/* ---- containerlab */

/* A value of /etc/os-release, without its quotes. */
static char *
export_release(const char *text, const char *key)
{
	size_t len = strlen(key);
	const char *p;

	for (p = text; p && *p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : "")
		if (strncmp(p, key, len) == 0 && p[len] == '=') {
			p += len + 1;
			p += *p == '"';
			return xstrndup(p, strcspn(p, "\"\n"));
		}
	return NULL;
}

/* The image that our programs, which stand beside this one, can run in. */
static char *
export_base(void)
{
	_free_ char *text = NULL;
	_free_ char *id = NULL;
	_free_ char *version = NULL;
	struct err e;

	if (file_read("/etc/os-release", 1 << 16, &text, NULL, &e) == 0) {
		id = export_release(text, "ID");
		version = export_release(text, "VERSION_ID");
	}
	if (id && version &&
	    (strcmp(id, "debian") == 0 || strcmp(id, "ubuntu") == 0))
		return xasprintf("%s:%s", id, version);
	return xstrdup("debian:stable");
}

/* dir/path, and the folder it is in. */
static char *
export_place(const char *dir, const char *path, struct err *e)
{
	_free_ char *at = xasprintf("%s/%s", dir, path);
	char *slash = strrchr(at, '/');
	int rc;

	*slash = '\0';
	rc = file_mkdirs(at, e);
	*slash = '/';
	return rc < 0 ? NULL : xstrdup(at);
}

static int
export_clab_program(const char *dir, const char *name, struct err *e)
{
	_free_ char *home = file_program_dir();
	_free_ char *from = xasprintf("%s/%s", home ? home : ".", name);
	_free_ char *to = export_place(dir, name, e);

	if (!file_exists(from)) {
		free(from);
		from = node_which(name);
	}
	if (from == NULL)
		return err_here(e,
				"the image needs %s, which is not beside this "
				"program; \"make\" builds it",
				name);
	return to ? file_copy(from, to, e) : -1;
}

static int
export_clab_files(const struct field_clab *x, const char *dir, json_t *said,
		  struct err *e)
{
	size_t i;

	for (i = 0; i < x->nfiles; i++) {
		const char *text = x->files[i].text;
		_free_ char *at = export_place(dir, x->files[i].path, e);

		if (at == NULL)
			return -1;
		if (file_exists(at))
			return err_usage(e,
					 "%s is there already: name another "
					 "folder, or remove it",
					 at);
		if (file_write(at, text, strlen(text), e) < 0)
			return -1;
		json_array_append_new(said, out_str(at));
	}
	return 0;
}

static int
export_containerlab(const struct cmd *c, const struct lab *lab, const char *dir,
		    struct err *e)
{
	struct plan *p = plan_new(lab);
	_free_ char *base = export_base();
	json_t *said = json_array(), *o;
	struct field_clab x;
	size_t i;
	int rc;

	field_clab(p, base, &x);
	rc = export_clab_files(&x, dir, said, e);
	for (i = 0; rc == 0 && i < x.nprograms; i++)
		rc = export_clab_program(dir, x.programs[i], e);
	if (rc == 0 && c->json)
		out_json(stdout, said);
	json_array_foreach(said, i, o)
	{
		if (rc == 0 && !c->json)
			puts(json_string_value(o));
	}
	if (rc == 0)
		fputs(str_text(&x.notices), stderr);
	field_clab_clear(&x);
	json_decref(said);
	plan_free(p);
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
	const char *clab = cmd_option(c, "--containerlab");
	bool ixf = cmd_option(c, "--ixf") != NULL;
	struct lab *lab;
	int rc;

	if (ixf + (dir != NULL) + (clab != NULL) != 1)
		return err_usage(e, "one form at a time: --ixf, --arouteserver "
				    "DIR or --containerlab DIR");
	if ((lab = model_load(c->args[0], NULL, e)) == NULL)
		return -1;
	if (clab)
		rc = export_containerlab(c, lab, clab, e);
	else if (lab->nlans == 0)
		rc = err_usage(e, "%s has no exchange", lab->name);
	else
		rc =
		    ixf ? export_ixf(lab) : export_arouteserver(c, lab, dir, e);
	model_free(lab);
	return rc;
}
