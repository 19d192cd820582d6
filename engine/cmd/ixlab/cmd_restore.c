/*
 * ixlab restore: a lab from a save. All of the file is read and checked before
 * anything is written; the lab's folder is made beside its place and put there by
 * one rename, which fails when somebody else has that place; a start that fails
 * takes the folder with it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "lab/save/save.h"
#include "lab/super/super.h"

#define RESTORE_BESIDE ".restore-" /* and a process, and a number */

/* ---- files */

static int
restore_put(const char *path, const char *data, size_t len, unsigned int mode,
	    struct err *e)
{
	int fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	size_t at = 0;
	ssize_t n = 0;

	if (fd < 0)
		return err_sys(e, "cannot write %s", path);
	for (; at < len && n >= 0; at += (size_t)n) {
		n = write(fd, data + at, len - at);
		if (n < 0 && errno == EINTR)
			n = 0;
	}
	if (n < 0 || fchmod(fd, 0600 | mode) < 0) {
		err_sys(e, "cannot write %s", path);
		close(fd);
		return -1;
	}
	return close(fd) < 0 ? err_sys(e, "cannot write %s", path) : 0;
}

/* What no start is to replace; see lab/super/super_own.c. */
static int
restore_own(const struct save *s, const char *dir, struct err *e)
{
	_free_ char *path = xasprintf("%s/own", dir);
	struct str text = {0};
	size_t i;
	int rc = 0;

	for (i = 0; i < s->n; i++)
		if (s->files[i].own)
			str_addf(&text, "%s\n", s->files[i].path);
	if (text.len > 0)
		rc = restore_put(path, text.text, text.len, 0, e);
	str_clear(&text);
	return rc;
}

static int
restore_tree(const struct save *s, const char *dir, struct err *e)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		_free_ char *path = xasprintf("%s/%s", dir, s->files[i].path);
		_free_ char *parent =
		    xstrndup(path, (size_t)(strrchr(path, '/') - path));

		if (file_mkdirs(parent, e) < 0 ||
		    restore_put(path, s->files[i].data, s->files[i].len,
				s->files[i].mode, e) < 0)
			return -1;
	}
	return restore_own(s, dir, e);
}

/* What one left that was killed. */
static void
restore_sweep(const char *labs)
{
	DIR *d = opendir(labs);
	struct dirent *de;
	struct err e;
	int pid;

	while (d && (de = readdir(d)) != NULL) {
		_free_ char *path = xasprintf("%s/%s", labs, de->d_name);

		if (sscanf(de->d_name, RESTORE_BESIDE "%d-", &pid) == 1 &&
		    pid > 0 && kill(pid, 0) < 0 && errno == ESRCH)
			(void)file_remove(path, &e);
	}
	if (d)
		closedir(d);
}

static int
restore_taken(const char *name, const char *dir, struct err *e)
{
	return err_here(e,
			"there are files of a lab %s already, in %s; say --as "
			"NAME, or move them away",
			name, dir);
}

/* The lab's state folder, whole or not at all. */
static int
restore_folder(const struct save *s, const char *name, const char *dir,
	       struct err *e)
{
	_free_ char *labs = xstrndup(dir, (size_t)(strrchr(dir, '/') - dir));
	_free_ char *beside =
	    xasprintf("%s/" RESTORE_BESIDE "%d-XXXXXX", labs, (int)getpid());
	struct err ignored;
	int rc;

	if (file_mkdirs(labs, e) < 0)
		return -1;
	restore_sweep(labs);
	if (file_exists(dir))
		return restore_taken(name, dir, e);
	if (mkdtemp(beside) == NULL)
		return err_sys(e, "cannot make %s", beside);
	rc = restore_tree(s, beside, e);
	if (rc == 0 && rename(beside, dir) < 0)
		rc = errno == EEXIST || errno == ENOTEMPTY
			 ? restore_taken(name, dir, e)
			 : err_sys(e, "cannot make %s", dir);
	if (rc < 0)
		(void)file_remove(beside, &ignored);
	return rc;
}

/* ---- what the file says, before it is believed */

static int
restore_check(const struct save *s, const char *file, const char *name,
	      struct err *e)
{
	const struct save_file *f = save_find(s, "lab.yml");
	const struct model_params params = {.name = name,
					    .members = s->members,
					    .tags = super_tags,
					    .filtering = super_filtering};
	_free_ char *where = xasprintf("%s: lab.yml", file);
	struct save_state state;
	struct lab *lab = model_parse(where, f->data, f->len, &params, e);
	int rc = -1;

	if (lab == NULL)
		return -1;
	if (save_check_nodes(s, lab, e) < 0)
		err_in(e, "%s", file);
	else if (save_state_parse(&state, file, s->state, lab, e) == 0) {
		save_state_clear(&state);
		rc = 0;
	}
	model_free(lab);
	return rc;
}

static int
restore_start(const struct save *s, const char *name, const char *dir,
	      struct cmd_start *start, struct err *e)
{
	_free_ char *file = xasprintf("%s/lab.yml", dir);
	struct err ignored;

	start->lab = file;
	start->name = name;
	start->members = s->members;
	start->saved = s->state;
	start->progress = stderr;
	if (cmd_start_lab(start, e) < 0) {
		if (!cmd_lab_runs(name)) /* somebody else's, just now */
			(void)file_remove(dir, &ignored);
		return -1;
	}
	return 0;
}

static void
restore_print(const struct cmd *c, const struct cmd_start *start,
	      const char *dir)
{
	json_t *all;

	if (!c->json) {
		printf("%s is restored: %zu nodes in %.2f s\n", start->ran,
		       start->nodes, (double)start->ms / 1000);
		return;
	}
	all = json_pack("{s:s, s:I, s:I, s:o}", "lab", start->ran, "nodes",
			(json_int_t)start->nodes, "ms", (json_int_t)start->ms,
			"state_dir", out_str(dir));
	out_json(stdout, all);
	json_decref(all);
}

static int
restore_as(const struct cmd *c, const struct save *s, const char *name,
	   struct err *e)
{
	_free_ char *dir = cmd_lab_state_dir(name, e);
	struct cmd_start start = {0};

	if (dir == NULL || restore_check(s, c->args[0], name, e) < 0)
		return -1;
	if (cmd_lab_runs(name))
		return err_here(e,
				"lab %s runs already; say --as NAME, or ixlab "
				"down %s",
				name, name);
	if (restore_folder(s, name, dir, e) < 0 ||
	    restore_start(s, name, dir, &start, e) < 0)
		return -1;
	restore_print(c, &start, dir);
	return 0;
}

int
cmd_restore(struct cmd *c, struct err *e)
{
	const char *as = cmd_option(c, "--as");
	_free_ char *data = NULL;
	struct save s;
	size_t len;
	int rc;

	if (as && !model_is_lab_name(as))
		return err_usage(e, "\"%.40s\" is not a lab's name", as);
	if (file_read(c->args[0], SAVE_TOTAL_MAX, &data, &len, e) < 0 ||
	    save_read(c->args[0], data, len, &s, e) < 0)
		return -1;
	rc = restore_as(c, &s, as ? as : s.lab, e);
	save_clear(&s);
	return rc;
}
