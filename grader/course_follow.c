/* course_follow: the course that a person follows, in the state folder's course.json. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "grader/course.h"

#define FOLLOW_MAX 4096 /* bytes of the file */
#define FOLLOW_BLOCK_MAX 100000
#define FOLLOW_SECONDS_MAX 100000000

void
course_follow_now(struct course_now *now)
{
	static const char path[] = "/proc/sys/kernel/random/boot_id";
	struct timespec t = {0};
	FILE *f = fopen(path, "re");

	*now = (struct course_now){.boot = "?"};
	if (f != NULL && fgets(now->boot, sizeof(now->boot), f) == NULL)
		strcpy(now->boot, "?");
	if (f != NULL)
		fclose(f);
	now->boot[strcspn(now->boot, "\n")] = '\0';
	clock_gettime(CLOCK_MONOTONIC, &t); /* asleep it stands */
	now->seconds = t.tv_sec;
}

void
course_follow_clear(struct course_follow *f)
{
	free(f->course);
	*f = (struct course_follow){0};
}

static json_int_t
number(const json_t *all, const char *key, json_int_t most)
{
	json_int_t n = json_integer_value(json_object_get(all, key));

	return n < 0 ? 0 : n > most ? most : n;
}

void
course_follow_parse(struct course_follow *f, const char *text, size_t len)
{
	json_t *all = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	const char *course = json_string_value(json_object_get(all, "course"));
	const char *boot = json_string_value(json_object_get(all, "boot"));

	*f = (struct course_follow){0};
	if (course != NULL && *course != '\0') {
		f->course = xstrdup(course);
		f->clock = (struct course_clock){
		    .block = (size_t)number(all, "block", FOLLOW_BLOCK_MAX),
		    .spent = (uint32_t)number(all, "spent", FOLLOW_SECONDS_MAX),
		    .running = json_is_true(json_object_get(all, "running")),
		    .since = json_integer_value(json_object_get(all, "since"))};
		snprintf(f->clock.boot, sizeof(f->clock.boot), "%s",
			 boot ? boot : "");
	}
	json_decref(all);
}

static char *
follow_path(struct err *e)
{
	_free_ char *dir = file_state_dir(e);

	return dir ? xasprintf("%s/course.json", dir) : NULL;
}

void
course_follow_read(struct course_follow *f)
{
	struct err e;
	_free_ char *path = follow_path(&e), *text = NULL;
	size_t len = 0;

	*f = (struct course_follow){0};
	if (path != NULL && file_exists(path) &&
	    file_read(path, FOLLOW_MAX, &text, &len, &e) == 0)
		course_follow_parse(f, text, len);
}

int
course_follow_write(const struct course_follow *f, struct err *e)
{
	_free_ char *path = follow_path(e), *dir = NULL, *text = NULL;
	json_t *all;

	if (path == NULL)
		return -1;
	if (f->course == NULL)
		return file_remove(path, e);
	dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	if (file_mkdirs(dir, e) < 0)
		return -1;
	all = json_pack("{s:o, s:I, s:I, s:b, s:o, s:I}", "course",
			out_str(f->course), "block", (json_int_t)f->clock.block,
			"spent", (json_int_t)f->clock.spent, "running",
			f->clock.running, "boot", out_str(f->clock.boot),
			"since", (json_int_t)f->clock.since);
	text = json_dumps(all, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	json_decref(all);
	return file_write(path, text, strlen(text), e);
}
