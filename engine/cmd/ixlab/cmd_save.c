/*
 * ixlab save: a running lab in one file (lab/save says what is in it). What was
 * set by hand comes from the lab itself, the files from its state folder.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "lab/save/save.h"

#define SAVE_TIMEOUT_MS 60000 /* thousands of nodes are looked at */

struct saving {
	struct save save;
	const char *dir; /* the state folder */
	const json_t *own;
	json_t *files; /* that the lab file names */
	json_t *left_out;
};

static void
save_left_out(struct saving *s, const char *path, const char *why)
{
	_free_ char *line = xasprintf("%s: %s", path, why);

	json_array_append_new(s->left_out, out_str(line));
}

static int save_dir(struct saving *s, const char *path, int depth,
		    struct err *e);

static bool
save_is_own(const struct saving *s, const char *path)
{
	json_t *v;
	size_t i;

	json_array_foreach(s->own, i, v) if (strcmp(json_string_value(v),
						    path) == 0) return true;
	return false;
}

/* One that goes while we look is not there. */
static int
save_one(struct saving *s, const char *path, int depth, struct err *e)
{
	_free_ char *full = xasprintf("%s/%s", s->dir, path);
	struct err why;
	struct stat st;
	char *text;
	size_t len;

	if (lstat(full, &st) < 0)
		return errno == ENOENT ? 0 : err_sys(e, "%s", full);
	if (save_path_check(path, &why) < 0 && !S_ISDIR(st.st_mode)) {
		save_left_out(s, path, "such a name cannot be saved");
		return 0;
	}
	if (S_ISDIR(st.st_mode))
		return save_dir(s, path, depth + 1, e);
	if (!S_ISREG(st.st_mode)) {
		save_left_out(s, path, "it is no plain file");
		return 0;
	}
	if (file_read(full, SAVE_FILE_MAX, &text, &len, e) < 0)
		return errno == ENOENT ? 0 : -1;
	if (save_add(&s->save, path, st.st_mode & 0777, text, len, e) < 0)
		return -1;
	s->save.files[s->save.n - 1].own = save_is_own(s, path);
	return 0;
}

static int
save_cmp(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* In the order of names, so that the same lab makes the same file. */
static int
save_dir(struct saving *s, const char *path, int depth, struct err *e)
{
	_free_ char *full = xasprintf("%s/%s", s->dir, path);
	struct dirent **list;
	int i, n, rc = 0;

	if (depth > SAVE_DEPTH_MAX) {
		save_left_out(s, path, "folders are too deep");
		return 0;
	}
	if ((n = scandir(full, &list, NULL, save_cmp)) < 0)
		return errno == ENOENT ? 0 : err_sys(e, "%s", full);
	for (i = 0; i < n; i++) {
		const char *name = list[i]->d_name;
		_free_ char *below = xasprintf("%s/%s", path, name);

		if (rc == 0 && strcmp(name, ".") != 0 &&
		    strcmp(name, "..") != 0)
			rc = save_one(s, below, depth, e);
		free(list[i]);
	}
	free(list);
	return rc;
}

/* ---- files that the lab file names, which come along in files/ */

static struct save_named
save_named_of(const json_t *row)
{
	return (struct save_named){
	    json_string_value(json_object_get(row, "name")),
	    (int)json_integer_value(json_object_get(row, "line")),
	    (int)json_integer_value(json_object_get(row, "col"))};
}

/* The last in the text comes first: a new name moves what stands behind it. */
static int
save_named_cmp(const void *a, const void *b)
{
	struct save_named x = save_named_of(*(json_t *const *)a);
	struct save_named y = save_named_of(*(json_t *const *)b);

	return x.line != y.line ? y.line - x.line : y.col - x.col;
}

/* Its name in the save; NULL when it cannot be read, which is told. */
static const char *
save_named_file(struct saving *s, json_t *taken, const json_t *row)
{
	const char *path = json_string_value(json_object_get(row, "path"));
	const char *name = json_string_value(json_object_get(row, "name"));
	json_t *known = json_object_get(taken, path);
	_free_ char *in = NULL;
	struct err why = {0};
	char *text;
	size_t len;

	if (known)
		return json_string_value(known);
	in = save_file_name(&s->save, name);
	if (file_read(path, SAVE_FILE_MAX, &text, &len, &why) < 0 ||
	    save_add(&s->save, in, 0644, text, len, &why) < 0) {
		save_left_out(s, name, why.msg);
		known = json_null();
	} else
		known = json_string(in);
	json_object_set_new(taken, path, known);
	return json_string_value(known);
}

/* The lab file goes into the save before them, and says then where they are. */
static void
save_named(struct saving *s)
{
	size_t i, n = json_array_size(s->files);
	json_t **rows = xcalloc(n + 1, sizeof(json_t *)),
	       *taken = json_object();

	for (i = 0; i < n; i++)
		rows[i] = json_array_get(s->files, i);
	qsort(rows, n, sizeof(json_t *), save_named_cmp);
	for (i = 0; i < n; i++) {
		const char *in = save_named_file(s, taken, rows[i]);
		struct save_named f = save_named_of(rows[i]);

		if (i > 0 && save_named_cmp(&rows[i - 1], &rows[i]) == 0)
			continue; /* of several that are alike */
		if (in && !save_rename(&s->save, &f, in))
			save_left_out(s, f.name,
				      "write its name in one line, without "
				      "escapes");
	}
	json_decref(taken);
	free(rows);
}

static int
save_files(struct saving *s, const json_t *nodes, struct err *e)
{
	json_t *v;
	size_t i;

	if (save_one(s, "lab.yml", 0, e) < 0)
		return -1;
	save_named(s);
	json_array_foreach(nodes, i, v)
	{
		_free_ char *path = xasprintf("nodes/%s", json_string_value(v));

		if (save_dir(s, path, 0, e) < 0)
			return -1;
	}
	return 0;
}

static int
save_ask(const char *lab, json_t **answer, struct err *e)
{
	_free_ char *socket = ctl_lab_name(lab);
	struct ctl *ctl = ctl_open(socket, e);

	*answer = NULL;
	if (ctl == NULL)
		return -1;
	(void)ctl_call(ctl, "save", NULL, NULL, 0, SAVE_TIMEOUT_MS, answer, e);
	ctl_close(ctl);
	return *answer ? 0 : -1;
}

static int
save_to(struct saving *s, const char *path, size_t *bytes, struct err *e)
{
	_free_ char *data = NULL;

	if (save_write(&s->save, &data, bytes, e) < 0)
		return -1;
	return file_write(path, data, *bytes, e);
}

static void
save_print(const struct cmd *c, const struct saving *s, const char *path,
	   size_t nodes, size_t bytes)
{
	json_t *all, *v;
	size_t i;

	if (c->json) {
		all = json_pack("{s:s, s:o, s:I, s:I, s:I, s:O}", "lab",
				s->save.lab, "file", out_str(path), "nodes",
				(json_int_t)nodes, "files",
				(json_int_t)s->save.n, "bytes",
				(json_int_t)bytes, "left_out", s->left_out);
		out_json(stdout, all);
		json_decref(all);
		return;
	}
	printf("%s is saved in %s: %zu nodes, %zu files, %zu bytes\n",
	       s->save.lab, path, nodes, s->save.n, bytes);
	json_array_foreach(s->left_out, i, v)
	{
		_free_ char *line = out_word(v);

		fprintf(stderr, "left out: %s\n", line);
	}
}

static int
save_lab(const struct cmd *c, const char *path, const json_t *answer,
	 struct err *e)
{
	const json_t *nodes = json_object_get(answer, "nodes");
	struct saving s = {
	    .dir = json_string_value(json_object_get(answer, "state_dir")),
	    .own = json_object_get(answer, "own"),
	    .files = json_object_get(answer, "files"),
	    .left_out = json_object_get(answer, "left_out")};
	size_t bytes = 0;
	int rc;

	save_init(
	    &s.save, json_string_value(json_object_get(answer, "lab")),
	    (uint32_t)json_integer_value(json_object_get(answer, "members")),
	    time(NULL));
	s.save.state = json_incref(json_object_get(answer, "state"));
	rc = save_files(&s, nodes, e);
	if (rc == 0)
		rc = save_to(&s, path, &bytes, e);
	if (rc == 0)
		save_print(c, &s, path, json_array_size(nodes), bytes);
	save_clear(&s.save);
	return rc;
}

int
cmd_save(struct cmd *c, struct err *e)
{
	_free_ char *lab = cmd_lab_pick(c, c->nargs ? c->args[0] : NULL, e);
	const char *to = cmd_option(c, "-o");
	_free_ char *path = NULL;
	json_t *answer;
	int rc;

	if (lab == NULL || save_ask(lab, &answer, e) < 0)
		return -1;
	path = to ? xstrdup(to) : xasprintf("%s.tar.gz", lab);
	rc = save_lab(c, path, answer, e);
	json_decref(answer);
	return rc;
}
