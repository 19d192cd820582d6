/*
 * What the start of a lab writes below the state folder, remembered so that a
 * start that fails leaves the disk as it was. Files that hold already what is
 * to be written are not touched. "Careful" writing survives a power cut and is
 * for what a person typed; our own files are made anew at every start. What a
 * supervisor that was killed had not finished writing is swept away by the next.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "lab/super/super_priv.h"

#define FILES_MAX (4u << 20) /* bytes in a file of a lab */
#define FILES_DEPTH 8

static struct super_change *
files_note(struct super_files *f, const char *path)
{
	struct super_change *c;

	if (f->n == f->size) {
		f->size = f->size ? 2 * f->size : 64;
		f->changes =
		    xreallocarray(f->changes, f->size, sizeof(*f->changes));
	}
	c = &f->changes[f->n++];
	memset(c, 0, sizeof(*c));
	c->path = xstrdup(path);
	return c;
}

/* Keeps errno: the question comes after a mkdir that failed. */
static bool
files_is_dir(const char *path)
{
	int saved = errno;
	struct stat st;
	bool is = stat(path, &st) == 0 && S_ISDIR(st.st_mode);

	errno = saved;
	return is;
}

int
super_files_dir(struct super_files *f, const char *path, struct err *e)
{
	char *copy = xstrdup(path), *slash = copy;
	int rc = 0;

	while (rc == 0 && slash != NULL) {
		if ((slash = strchr(slash + 1, '/')) != NULL)
			*slash = '\0';
		if (mkdir(copy, 0700) == 0)
			files_note(f, copy)->dir = true;
		else if (!files_is_dir(copy))
			rc = err_sys(e, "cannot make %s", copy);
		if (slash != NULL)
			*slash = '/';
	}
	free(copy);
	return rc;
}

/* Straight into the file: a cut leaves half of it, but the next start writes it
 * again. */
static int
files_put(const char *path, const char *text, size_t len, struct err *e)
{
	int fd = open(
	    path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	ssize_t n = 0;
	size_t at;

	if (fd < 0)
		return err_sys(e, "cannot write %s", path);
	for (at = 0; at < len && n >= 0; at += (size_t)n) {
		n = write(fd, text + at, len - at);
		if (n < 0 && errno == EINTR)
			n = 0;
	}
	if (close(fd) < 0 || n < 0)
		return err_sys(e, "cannot write %s", path);
	return 0;
}

/* FILE.0123abcd.tmp, as file_write calls what is to become FILE. */
static bool
files_is_half(const char *name)
{
	size_t len = strlen(name), at = len - strlen(".0123abcd.tmp");

	return len > strlen(".0123abcd.tmp") && str_ends(name, ".tmp") &&
	       name[at] == '.' &&
	       strspn(name + at + 1, "0123456789abcdef") == 8;
}

void
super_files_sweep(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *de;

	while (d != NULL && (de = readdir(d)) != NULL)
		if (files_is_half(de->d_name))
			(void)unlinkat(dirfd(d), de->d_name, 0);
	if (d != NULL)
		closedir(d);
}

int
super_files_write(struct super_files *f, const char *path, const char *text,
		  size_t len, bool careful, struct err *e)
{
	struct super_change *c;
	char *old = NULL;
	size_t old_len = 0;

	if (file_exists(path) &&
	    file_read(path, FILES_MAX, &old, &old_len, e) < 0)
		return -1;
	if (old != NULL && old_len == len && memcmp(old, text, len) == 0) {
		free(old);
		return 0;
	}
	c = files_note(f, path);
	c->old = old;
	c->old_len = old_len;
	return careful ? file_write(path, text, len, e)
		       : files_put(path, text, len, e);
}

int
super_files_rename(struct super_files *f, const char *from, const char *to,
		   struct err *e)
{
	struct super_change *c;

	if (rename(from, to) < 0)
		return err_sys(e, "cannot keep %s", from);
	c = files_note(f, from);
	c->to = xstrdup(to);
	return 0;
}

static int files_overlay(struct super_files *f, const char *from,
			 const char *to, int depth, struct err *e);

static int
files_overlay_one(struct super_files *f, const char *from, const char *to,
		  int depth, struct err *e)
{
	struct stat st;
	char *text;
	size_t len;
	int rc;

	if (lstat(from, &st) < 0)
		return err_sys(e, "%s", from);
	if (S_ISDIR(st.st_mode))
		return files_overlay(f, from, to, depth + 1, e);
	if (file_read(from, FILES_MAX, &text, &len, e) < 0)
		return -1;
	rc = super_files_write(f, to, text, len, true, e);
	free(text);
	return rc;
}

static int
files_overlay(struct super_files *f, const char *from, const char *to,
	      int depth, struct err *e)
{
	DIR *d = depth < FILES_DEPTH ? opendir(from) : NULL;
	struct dirent *de;
	int rc;

	if (d == NULL)
		return err_sys(e, "%s", from);
	rc = super_files_dir(f, to, e);
	while (rc == 0 && (de = readdir(d)) != NULL) {
		char *a, *b;

		if (strcmp(de->d_name, ".") == 0 ||
		    strcmp(de->d_name, "..") == 0)
			continue;
		a = xasprintf("%s/%s", from, de->d_name);
		b = xasprintf("%s/%s", to, de->d_name);
		rc = files_overlay_one(f, a, b, depth, e);
		free(a);
		free(b);
	}
	closedir(d);
	return rc;
}

int
super_files_overlay(struct super_files *f, const char *from, const char *to,
		    struct err *e)
{
	return files_overlay(f, from, to, 0, e);
}

void
super_files_undo(struct super_files *f)
{
	struct super_change *c;
	struct err e;
	int rc;

	while (f->n > 0) {
		c = &f->changes[--f->n];
		if (c->dir)
			rc = rmdir(c->path);
		else if (c->to != NULL)
			rc = rename(c->to, c->path);
		else if (c->old == NULL)
			rc = unlink(c->path);
		else
			rc = file_write(c->path, c->old, c->old_len, &e);
		if (rc < 0 && errno != ENOENT && errno != ENOTEMPTY)
			log_warn("super", "cannot take back %s", c->path);
		free(c->path);
		free(c->to);
		free(c->old);
	}
}

void
super_files_clear(struct super_files *f)
{
	for (; f->n > 0; f->n--) {
		free(f->changes[f->n - 1].path);
		free(f->changes[f->n - 1].to);
		free(f->changes[f->n - 1].old);
	}
	free(f->changes);
	memset(f, 0, sizeof(*f));
}

/* Somebody may clean up under a lab that runs: what is to be written then has no
 * place, nor has the way back, and what would be saved is empty. */
int
super_files_there(const struct super *s, const char *node, struct err *e)
{
	_free_ char *path = node ? xasprintf("%s/nodes/%s", s->state_dir, node)
				 : xasprintf("%s/nodes", s->state_dir);

	if (file_exists(path))
		return 0;
	return err_here(e,
			"%s was removed while lab %s runs; take the lab down "
			"and up again: ixlab down %s",
			path, s->lab->name, s->lab->name);
}
