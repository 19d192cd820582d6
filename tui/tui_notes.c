#include "tui/tui_notes.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/str.h"

#define NOTES_BYTES (1u << 20)

static char *
notes_path(const char *instance, struct err *e)
{
	_free_ char *state = file_state_dir(e);

	return state ? xasprintf("%s/labs/%s/notes", state, instance) : NULL;
}

char *
notes_read(const char *instance, struct err *e)
{
	_free_ char *path = notes_path(instance, e);
	char *text = NULL;

	if (path == NULL)
		return NULL;
	if (!file_exists(path))
		return xstrdup("");
	return file_read(path, NOTES_BYTES, &text, NULL, e) < 0 ? NULL : text;
}

int
notes_add(const char *instance, const char *text, struct err *e)
{
	_free_ char *path = notes_path(instance, e), *dir = NULL;
	_free_ char *old = path ? notes_read(instance, e) : NULL, *all = NULL;
	_free_ char *line = xstrdup(text);
	time_t now = time(NULL);
	char when[32];
	struct tm tm;

	if (old == NULL)
		return -1;
	str_clean(line);
	if (strlen(old) + strlen(line) + sizeof(when) > NOTES_BYTES)
		return err_here(e, "%s is full: put it elsewhere", path);
	localtime_r(&now, &tm);
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M", &tm);
	all = xasprintf("%s%s  %s\n", old, when, line);
	dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	if (file_mkdirs(dir, e) < 0)
		return -1;
	return file_write(path, all, strlen(all), e);
}
