/*
 * A node's files as at its start: those of the plan, and over them those of the
 * folder that the lab was started with. What stands in the way and says
 * something else is kept beside it as FILE.mine, folders too.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_priv.h"

#define RESET_FILE_MAX (4u << 20)

static char *
files_overlay(const struct super_node *n)
{
	const char *from = n->super->opts->overlay;
	char *path = from ? xasprintf("%s/%s", from, n->def->name) : NULL;

	if (path != NULL && file_exists(path))
		return path;
	free(path);
	return NULL;
}

/* What a file is to say, owned; NULL: there is to be none. */
static char *
files_wanted(const struct super_node *n, const char *overlay, const char *name,
	     size_t *len)
{
	_free_ char *in = overlay ? xasprintf("%s/%s", overlay, name) : NULL;
	_free_ char *path = xasprintf("nodes/%s/%s", n->def->name, name);
	const struct plan *p = n->super->plan;
	char *text = NULL;
	struct err e;
	size_t i;

	if (in && file_exists(in) &&
	    file_read(in, RESET_FILE_MAX, &text, len, &e) == 0)
		return text;
	for (i = 0; i < p->n; i++) {
		if (p->steps[i].op != PLAN_FILE ||
		    strcmp(p->steps[i].path, path) != 0)
			continue;
		*len = strlen(p->steps[i].text);
		return xstrdup(p->steps[i].text);
	}
	return NULL;
}

/* Does it say what it said at the start? */
static bool
files_same(const struct super_node *n, const char *overlay, const char *name)
{
	_free_ char *path = xasprintf("%s/%s", n->home, name);
	_free_ char *text = NULL, *want = NULL;
	size_t len = 0, wanted = 0;
	struct err e;

	want = files_wanted(n, overlay, name, &wanted);
	return want != NULL &&
	       file_read(path, RESET_FILE_MAX, &text, &len, &e) == 0 &&
	       len == wanted && memcmp(text, want, len) == 0;
}

static int
files_keep(const struct super_node *n, const char *name, json_t *kept,
	   struct err *e)
{
	struct super_files *f = &n->super->files;
	_free_ char *from = xasprintf("%s/%s", n->home, name);
	_free_ char *to = xasprintf("%s.mine", from);
	_free_ char *mine = xasprintf("%s.mine", name);

	if (file_remove(to, e) < 0)
		return -1;
	if (super_files_rename(f, from, to, e) < 0)
		return -1;
	json_array_append_new(kept, out_str(mine));
	return 0;
}

/* The names are gathered first: what is renamed would be met again. */
static json_t *
files_names(const struct super_node *n, struct err *e)
{
	DIR *d = opendir(n->home);
	json_t *all = json_array();
	struct dirent *de;

	if (d == NULL) {
		err_sys(e, "%s", n->home);
		json_decref(all);
		return NULL;
	}
	while ((de = readdir(d)) != NULL)
		if (strcmp(de->d_name, ".") != 0 &&
		    strcmp(de->d_name, "..") != 0 &&
		    !str_ends(de->d_name, ".mine"))
			json_array_append_new(
			    all, json_stringn_nocheck(de->d_name,
						      strlen(de->d_name)));
	closedir(d);
	return all;
}

int
super_reset_files(struct super_node *n, json_t *kept, struct err *e)
{
	_free_ char *overlay = files_overlay(n);
	json_t *names = files_names(n, e), *v;
	int rc = names == NULL ? -1 : 0;
	size_t i;

	json_array_foreach(names, i, v)
	{
		const char *name = json_string_value(v);

		if (rc == 0 && !files_same(n, overlay, name))
			rc = files_keep(n, name, kept, e);
	}
	json_decref(names);
	if (rc == 0)
		super_own_forget(n);
	if (rc == 0 && overlay)
		rc = super_files_overlay(&n->super->files, overlay, n->home, e);
	return rc;
}
