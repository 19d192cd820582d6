#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/str.h"
#include "grader/exercise_deal.h"

#define WALK_FILES_MAX 4096
#define WALK_DEPTH_MAX 8

struct walk {
	int (*each)(void *arg, const char *path, const char *name,
		    struct err *e);
	void *arg;
	size_t files;
	struct err *e;
};

static int
walk_shown(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static int
walk_order(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int walk_dir(struct walk *w, const char *path, const char *name,
		    int depth);

static int
walk_any(struct walk *w, const char *path, const char *name, int depth)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return err_sys(w->e, "%s", path);
	if (S_ISDIR(st.st_mode) && depth < WALK_DEPTH_MAX)
		return walk_dir(w, path, name, depth + 1);
	if (!S_ISREG(st.st_mode))
		return err_usage(
		    w->e, "%s: an exercise is made of files and folders", path);
	if (++w->files > WALK_FILES_MAX)
		return err_usage(w->e, "%s: there are more than %d files", path,
				 WALK_FILES_MAX);
	return w->each(w->arg, path, name, w->e);
}

static int
walk_dir(struct walk *w, const char *path, const char *name, int depth)
{
	struct dirent **names;
	int n = scandir(path, &names, walk_shown, walk_order), i, rc = 0;

	if (n < 0)
		return err_sys(w->e, "%s", path);
	for (i = 0; i < n; i++) {
		_free_ char *full = xasprintf("%s/%s", path, names[i]->d_name);
		_free_ char *sub = xasprintf("%s%s%s", name, *name ? "/" : "",
					     names[i]->d_name);

		if (rc == 0)
			rc = walk_any(w, full, sub, depth);
		free(names[i]);
	}
	free(names);
	return rc;
}

int
exercise_walk(const char *dir,
	      int (*each)(void *arg, const char *path, const char *name,
			  struct err *e),
	      void *arg, struct err *e)
{
	struct walk w = {.each = each, .arg = arg, .e = e};

	return walk_dir(&w, dir, "", 0);
}
