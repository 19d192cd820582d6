/*
 * What a save is made of: files, by names that cannot lead anywhere else.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lab/save/save.h"

void
save_init(struct save *s, const char *lab, uint32_t members, int64_t made)
{
	memset(s, 0, sizeof(*s));
	s->lab = xstrdup(lab);
	s->members = members;
	s->made = made;
}

void
save_clear(struct save *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		free(s->files[i].path);
		free(s->files[i].data);
	}
	free(s->files);
	free(s->lab);
	json_decref(s->state);
	memset(s, 0, sizeof(*s));
}

/* A name of a file or a folder, and no way up. */
static bool
path_word_good(const char *word, size_t len)
{
	if (len == 0 || (len == 1 && word[0] == '.'))
		return false;
	return len != 2 || word[0] != '.' || word[1] != '.';
}

/* Nothing in it steers a terminal, and JSON can say it. */
static bool
path_text_good(const char *path)
{
	_free_ char *clean = xstrdup(path);

	str_clean(clean);
	return strcmp(clean, path) == 0;
}

static bool
path_words_good(const char *path)
{
	size_t n, depth = 0;

	for (;; path += n + 1) {
		n = strcspn(path, "/");
		if (!path_word_good(path, n) || ++depth > SAVE_DEPTH_MAX)
			return false;
		if (path[n] == '\0')
			return true;
	}
}

int
save_path_check(const char *path, struct err *e)
{
	_free_ char *clean = xstrndup(path, 80);

	str_clean(clean);
	if (path[0] == '/')
		return err_usage(e, "\"%s\" is an absolute path", clean);
	if (strlen(path) > SAVE_PATH_MAX)
		return err_usage(e, "\"%s...\" is too long a path", clean);
	if (!path_text_good(path) || !path_words_good(path))
		return err_usage(e, "\"%s\" is no path inside a lab", clean);
	if (strcmp(path, "lab.yml") == 0 ||
	    (str_starts(path, "files/") && strchr(path + 6, '/') == NULL))
		return 0;
	if (!str_starts(path, "nodes/") || strchr(path + 6, '/') == NULL)
		return err_usage(e,
				 "\"%s\" belongs neither to the lab file nor "
				 "to a node",
				 clean);
	return 0;
}

int
save_add(struct save *s, const char *path, unsigned int mode, char *data,
	 size_t len, struct err *e)
{
	struct save_file *f;
	int rc = 0;

	if (save_path_check(path, e) < 0)
		rc = -1;
	else if (len > SAVE_FILE_MAX)
		rc = err_usage(e, "%s is larger than %u bytes", path,
			       SAVE_FILE_MAX);
	else if (s->n >= SAVE_FILES_MAX)
		rc = err_usage(e, "there are more than %d files",
			       SAVE_FILES_MAX);
	else if (len > SAVE_TOTAL_MAX - s->bytes)
		rc = err_usage(e, "all files together are larger than %u bytes",
			       SAVE_TOTAL_MAX);
	if (rc < 0) {
		free(data);
		return -1;
	}
	s->files = xreallocarray(s->files, s->n + 1, sizeof(*s->files));
	f = &s->files[s->n++];
	*f = (struct save_file){xstrdup(path), mode & 0755, false, data, len};
	s->bytes += len;
	return 0;
}

const struct save_file *
save_find(const struct save *s, const char *path)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (strcmp(s->files[i].path, path) == 0)
			return &s->files[i];
	return NULL;
}

int
save_check_nodes(const struct save *s, const struct lab *lab, struct err *e)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		const char *path = s->files[i].path, *at;
		_free_ char *node = NULL;

		if (!str_starts(path, "nodes/"))
			continue;
		at = strchr(path + 6, '/');
		node = xstrndup(path + 6, (size_t)(at - path - 6));
		if (model_find(lab, node) == NULL) {
			str_clean(node);
			return err_usage(e,
					 "it has files of a node %s, which "
					 "its lab has not",
					 node);
		}
	}
	return 0;
}
