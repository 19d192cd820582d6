/*
 * grader_progress: what a person has reached, in the state folder's
 * progress.json. It is for the person: marks come from regrading.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/log.h"
#include "base/out.h"
#include "base/str.h"
#include "grader/grader.h"

#define PROGRESS_MAX (1u << 20)

static char *
progress_path(struct err *e)
{
	_free_ char *dir = file_state_dir(e);

	return dir ? xasprintf("%s/progress.json", dir) : NULL;
}

/* A file that cannot be read is put aside, not lost. */
static json_t *
progress_parse(const char *path, const char *text, size_t len)
{
	json_t *all = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	_free_ char *bad = NULL;

	if (json_is_object(all))
		return all;
	json_decref(all);
	bad = xasprintf("%s.bad", path);
	log_warnx("grader", "%s is no progress file, it is now %s", path, bad);
	(void)rename(path, bad);
	return json_object();
}

json_t *
grader_progress(struct err *e)
{
	_free_ char *path = progress_path(e), *text = NULL;
	size_t len;

	if (path == NULL)
		return NULL;
	if (!file_exists(path))
		return json_object();
	if (file_read(path, PROGRESS_MAX, &text, &len, e) < 0)
		return NULL;
	return progress_parse(path, text, len);
}

static char *
progress_now(void)
{
	char text[32];
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return xstrdup(text);
}

/* The best result stays; true when this one is better. */
static bool
progress_add(json_t *all, const json_t *report)
{
	const char *name =
	    json_string_value(json_object_get(report, "exercise"));
	json_int_t points =
	    json_integer_value(json_object_get(report, "points"));
	json_int_t total = json_integer_value(json_object_get(report, "total"));
	const json_t *old = json_object_get(all, name);
	_free_ char *now = NULL;

	if (old &&
	    json_integer_value(json_object_get(old, "points")) >= points &&
	    json_integer_value(json_object_get(old, "total")) == total)
		return false;
	now = progress_now();
	json_object_set_new(all, name,
			    json_pack("{s:I, s:I, s:b, s:s}", "points", points,
				      "total", total, "done", points == total,
				      "when", now));
	return true;
}

int
grader_progress_note(const json_t *report, struct err *e)
{
	_free_ char *path = progress_path(e), *dir = NULL, *text = NULL;
	json_t *all = path ? grader_progress(e) : NULL;
	int rc = 0;

	if (all == NULL)
		return -1;
	if (progress_add(all, report)) {
		dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));
		text = json_dumps(all, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
		rc = file_mkdirs(dir, e);
		if (rc == 0)
			rc = file_write(path, text, strlen(text), e);
	}
	json_decref(all);
	return rc;
}
