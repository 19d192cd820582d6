/*
 * exercise_pack: what an exercise's folder may be, whoever wrote it.
 *
 * An exercise is unpacked from somewhere and its lab runs on the machine of whoever
 * opens it. So it is data. Its folder has files and folders only, no link to what
 * lies elsewhere, and not too much of them. Its configurations say nothing that
 * would make a daemon read or write the machine's files or start a program: a lab
 * that was started by hand is not sealed as submissions are. Its own lab names files
 * of the folder, and no commands. (A lab by a name is one that was installed.)
 */
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/str.h"
#include "grader/exercise_deal.h"
#include "grader/exercise_priv.h"

#define PACK_BYTES_MAX (64u << 20) /* all together: table dumps are large */
#define PACK_CONFIG_MAX (1u << 20) /* of one */

static bool
pack_is_config(const char *name)
{
	static const char *const in[] = {"start/", "solution/", "also/",
					 "wrong/"};
	size_t i;

	for (i = 0; i < sizeof(in) / sizeof(*in); i++)
		if (str_starts(name, in[i]))
			return true;
	return false;
}

static int
pack_config(const char *path, const char *name, struct err *e)
{
	_free_ char *text = NULL;
	const char *bad;
	size_t len;
	int line;

	if (file_read(path, PACK_CONFIG_MAX, &text, &len, e) < 0)
		return -1;
	bad = exercise_words_bad(name, text, len, &line);
	if (bad == NULL)
		return 0;
	return err_usage(e,
			 "%s:%d: \"%s\" reaches out of the lab: no "
			 "configuration of an exercise may say it",
			 path, line, bad);
}

static int
pack_file(void *arg, const char *path, const char *name, struct err *e)
{
	uint64_t *bytes = arg;
	struct stat st;

	if (lstat(path, &st) < 0)
		return err_sys(e, "%s", path);
	*bytes += (uint64_t)st.st_size;
	if (*bytes > PACK_BYTES_MAX)
		return err_usage(e,
				 "%s: the files of an exercise are at most %u "
				 "MiB together",
				 path, PACK_BYTES_MAX >> 20);
	return pack_is_config(name) ? pack_config(path, name, e) : 0;
}

int
exercise_pack_files(const char *dir, struct err *e)
{
	uint64_t bytes = 0;

	return exercise_walk(dir, pack_file, &bytes, e);
}

/* Below the folder, and not hidden: those are not walked. */
static bool
pack_inside(const char *name)
{
	return *name != '/' && *name != '.' && strstr(name, "/.") == NULL;
}

int
exercise_pack_lab(const struct exercise *x, const struct lab *lab,
		  struct err *e)
{
	const struct lab_file *f;
	size_t i;

	if (strchr(x->lab, '/') == NULL)
		return 0;
	for (f = lab->files; f; f = f->next)
		if (!pack_inside(f->name))
			return err_at(e, x->lab, f->line, f->col,
				      "\"%.80s\" is no file of the exercise's "
				      "folder: name one from there",
				      f->name);
	for (i = 0; i < lab->nnodes; i++)
		if (lab->nodes[i].command)
			return err_at(e, x->lab, 1, 1,
				      "%s runs a command of this file: no lab "
				      "of an exercise has one",
				      lab->nodes[i].name);
	return 0;
}
