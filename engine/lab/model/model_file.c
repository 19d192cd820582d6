/*
 * Files that a lab file names. A name is relative to the lab file's own folder;
 * each is remembered with its place, for those who carry a lab elsewhere.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "lab/model/model_word.h"

static char *
file_path(const struct word_lab *w, const char *name)
{
	const char *file = w->doc.file, *slash = strrchr(file, '/');

	if (name[0] == '/')
		return xstrdup(name);
	if (w->folder != NULL)
		return xasprintf("%s/%s", w->folder, name);
	if (slash != NULL)
		return xasprintf("%.*s/%s", (int)(slash - file), file, name);
	return xstrdup(name);
}

int
word_file(struct word_lab *w, const struct yaml *y, const char **path,
	  struct err *e)
{
	_free_ char *full = NULL;
	struct lab_file *f;
	const char *name;

	if (yaml_str(&w->doc, y, &name, e) < 0)
		return -1;
	full = file_path(w, name);
	f = model_mem_alloc(&w->kept, 1, sizeof(*f));
	f->name = model_mem_strdup(&w->kept, name);
	f->path = model_mem_strdup(&w->kept, full);
	f->line = y->line;
	f->col = y->col;
	f->next = w->files;
	w->files = f;
	*path = f->path;
	return 0;
}
