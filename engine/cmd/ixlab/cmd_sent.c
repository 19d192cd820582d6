/*
 * Submissions that were sent in: files, and folders of files.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/str.h"
#include "cmd_table.h"

#define SENT_FILES_MAX 10000

struct sent {
	const char *what;
	int (*filter)(const struct dirent *d); /* of a folder's files */
	bool among_others; /* of files that are named, too, and none will do */
	bool results;
};

static int
sent_is_one(const struct dirent *d)
{
	return d->d_name[0] != '.' && !str_ends(d->d_name, CMD_RESULT_SUFFIX);
}

static int
sent_is_result(const struct dirent *d)
{
	return d->d_name[0] != '.' && str_ends(d->d_name, CMD_RESULT_SUFFIX);
}

static int
sent_order(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* A name that is no UTF-8 cannot be told, so it is not opened either. */
static int
sent_add(json_t *files, const char *path, struct err *e)
{
	if (json_array_append_new(files, json_string(path)) == 0)
		return 0;
	return err_usage(e, "the name of a file is not UTF-8; rename it: %s",
			 path);
}

static int
sent_add_dir(json_t *files, const char *path, const struct sent *s,
	     struct err *e)
{
	struct dirent **names;
	int n = scandir(path, &names, s->filter, sent_order), i, rc = 0;

	if (n < 0)
		return err_sys(e, "%s", path);
	for (i = 0; i < n; i++) {
		_free_ char *full = xasprintf("%s/%s", path, names[i]->d_name);

		if (rc == 0)
			rc = sent_add(files, full, e);
		free(names[i]);
	}
	free(names);
	return rc;
}

static int
sent_add_any(json_t *files, const char *path, const struct sent *s,
	     struct err *e)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err_usage(e, "%s: %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return sent_add_dir(files, path, s, e);
	if (s->among_others && str_ends(path, CMD_RESULT_SUFFIX) != s->results)
		return 0;
	return sent_add(files, path, e);
}

static json_t *
sent_list(const struct cmd *c, size_t first, const struct sent *s,
	  struct err *e)
{
	json_t *files = json_array();
	size_t i;
	int rc = 0;

	for (i = first; rc == 0 && i < c->nargs; i++)
		rc = sent_add_any(files, c->args[i], s, e);
	if (rc == 0 && first >= c->nargs)
		rc = err_usage(e, "name a %s, or a folder of them", s->what);
	else if (rc == 0 && !s->among_others && json_array_size(files) == 0)
		rc = err_usage(e, "there is no %s in %s", s->what,
			       c->args[first]);
	if (rc == 0 && json_array_size(files) > SENT_FILES_MAX)
		rc = err_usage(e, "more than %d files at once", SENT_FILES_MAX);
	if (rc == 0)
		return files;
	json_decref(files);
	return NULL;
}

json_t *
cmd_sent_files(const struct cmd *c, size_t first, struct err *e)
{
	static const struct sent one = {"submission", sent_is_one, false,
					false};

	return sent_list(c, first, &one, e);
}

json_t *
cmd_sent_results(const struct cmd *c, size_t first, struct err *e)
{
	static const struct sent result = {"result", sent_is_result, false,
					   true};

	return sent_list(c, first, &result, e);
}

json_t *
cmd_sent_class(const struct cmd *c, size_t first, bool results, struct err *e)
{
	const struct sent any = {"submission or result",
				 results ? sent_is_result : sent_is_one, true,
				 results};

	return sent_list(c, first, &any, e);
}
