/* course_parse: a timetable from its file. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "grader/course.h"
#include "grader/exercise_priv.h"

#define COURSE_DAYS 31
#define COURSE_BLOCKS 40 /* of a day */
#define COURSE_DAY 1440	 /* minutes */

/* A list of names of exercises. */
static int
read_names(struct exercise_reader *r, const struct yaml *map, const char *key,
	   const char ***out, size_t *n)
{
	const struct yaml *y = yaml_get(map, key);
	size_t i;

	if (exercise_read_words(r, map, key, out, n) < 0)
		return -1;
	for (i = 0; i < *n; i++)
		if (exercise_read_id(r, y->items[i], (*out)[i]) < 0)
			return -1;
	return 0;
}

/* "09:30" */
static int
read_time(struct exercise_reader *r, const struct yaml *y, uint32_t *out)
{
	unsigned int hours, minutes;
	const char *text;
	char hh[3] = "";

	*out = COURSE_NO_TIME;
	if (y == NULL)
		return 0;
	if (yaml_str(r->doc, y, &text, r->e) < 0)
		return -1;
	if (strlen(text) == 5 && text[2] == ':') {
		memcpy(hh, text, 2);
		if (str_to_u32(hh, 0, 23, &hours) &&
		    str_to_u32(text + 3, 0, 59, &minutes)) {
			*out = hours * 60 + minutes;
			return 0;
		}
	}
	return yaml_err(r->doc, y, r->e,
			"expected a time such as 09:30, found \"%s\"", text);
}

static int
read_block(struct exercise_reader *r, const struct yaml *y,
	   struct course_block *b)
{
	static const char *const keys[] = {"block",   "pause", "from",
					   "minutes", "do",    "later"};
	const char *kind;

	if (yaml_want(r->doc, y, YAML_MAP, "a block", r->e) < 0 ||
	    yaml_keys(r->doc, y, "a block", keys, 6, r->e) < 0)
		return -1;
	b->y = y;
	b->pause = yaml_get(y, "pause") != NULL;
	kind = b->pause ? "pause" : "block";
	if (b->pause &&
	    (yaml_get(y, "block") || yaml_get(y, "do") || yaml_get(y, "later")))
		return yaml_err(r->doc, y, r->e,
				"a pause has \"from\" and \"minutes\", and "
				"nothing to do in it");
	if (exercise_read_str(r, y, kind, true, &b->title) < 0 ||
	    read_time(r, yaml_get(y, "from"), &b->from) < 0 ||
	    exercise_read_u32(r, y, "minutes", 1, COURSE_DAY, &b->minutes) <
		0 ||
	    read_names(r, y, "do", &b->exercises, &b->nexercises) < 0)
		return -1;
	return read_names(r, y, "later", &b->later, &b->nlater);
}

/* It begins when the one before has ended, or later. */
static int
check_time(struct exercise_reader *r, const struct course_block *b,
	   uint32_t *ended)
{
	if (b->from == COURSE_NO_TIME) {
		*ended += b->minutes;
		return 0;
	}
	if (b->from < *ended)
		return yaml_err(r->doc, yaml_get(b->y, "from"), r->e,
				"\"%s\" begins before the block above has "
				"ended, at %02u:%02u",
				b->title, *ended / 60, *ended % 60);
	*ended = b->from + b->minutes;
	return 0;
}

static int
read_day(struct exercise_reader *r, const struct yaml *y, struct course *c,
	 size_t day)
{
	static const char *const keys[] = {"day", "blocks"};
	const struct yaml *blocks;
	struct course_block *b;
	uint32_t ended = 0;
	size_t i;

	if (yaml_want(r->doc, y, YAML_MAP, "a day", r->e) < 0 ||
	    yaml_keys(r->doc, y, "a day", keys, 2, r->e) < 0 ||
	    exercise_read_str(r, y, "day", true, &c->days[day]) < 0 ||
	    yaml_need(r->doc, y, "blocks", &blocks, r->e) < 0 ||
	    yaml_want(r->doc, blocks, YAML_LIST, "blocks", r->e) < 0)
		return -1;
	if (blocks->n == 0 || blocks->n > COURSE_BLOCKS)
		return yaml_err(r->doc, blocks, r->e,
				"a day has 1 to %d blocks, found %zu",
				COURSE_BLOCKS, blocks->n);
	for (i = 0; i < blocks->n; i++) {
		b = &c->blocks[c->nblocks++];
		b->day = (uint32_t)day + 1;
		if (read_block(r, blocks->items[i], b) < 0 ||
		    check_time(r, b, &ended) < 0)
			return -1;
	}
	return 0;
}

static int
read_days(struct exercise_reader *r, struct course *c)
{
	const struct yaml *y;
	size_t i;

	if (yaml_need(r->doc, c->doc.root, "days", &y, r->e) < 0 ||
	    yaml_want(r->doc, y, YAML_LIST, "days", r->e) < 0)
		return -1;
	if (y->n == 0 || y->n > COURSE_DAYS)
		return yaml_err(r->doc, y, r->e,
				"a course has 1 to %d days, found %zu",
				COURSE_DAYS, y->n);
	c->ndays = y->n;
	c->days = exercise_alloc(r, y->n, sizeof(*c->days));
	c->blocks = exercise_alloc(r, y->n * COURSE_BLOCKS, sizeof(*c->blocks));
	for (i = 0; i < y->n; i++)
		if (read_day(r, y->items[i], c, i) < 0)
			return -1;
	return 0;
}

static int
check_once(struct exercise_reader *r, const struct course *c)
{
	size_t b, i, k, j;

	for (b = 0; b < c->nblocks; b++)
		for (i = 0; i < c->blocks[b].nexercises; i++)
			for (k = 0; k <= b; k++)
				for (j = 0;
				     j < (k < b ? c->blocks[k].nexercises : i);
				     j++)
					if (strcmp(c->blocks[b].exercises[i],
						   c->blocks[k].exercises[j]) ==
					    0)
						return yaml_err(
						    r->doc,
						    yaml_get(c->blocks[b].y,
							     "do")
							->items[i],
						    r->e,
						    "\"%s\" is in the course "
						    "twice",
						    c->blocks[b].exercises[i]);
	return 0;
}

static int
read_course(struct exercise_reader *r, struct course *c)
{
	static const char *const keys[] = {"course", "title", "about", "days"};
	const struct yaml *root = c->doc.root;

	if (root == NULL)
		return err_at(r->e, c->doc.file, 1, 1, "the file is empty");
	if (yaml_want(r->doc, root, YAML_MAP, "a course", r->e) < 0 ||
	    yaml_keys(r->doc, root, "a course", keys, 4, r->e) < 0 ||
	    exercise_read_str(r, root, "course", true, &c->name) < 0 ||
	    exercise_read_id(r, yaml_get(root, "course"), c->name) < 0 ||
	    exercise_read_str(r, root, "title", true, &c->title) < 0 ||
	    exercise_read_str(r, root, "about", false, &c->about) < 0 ||
	    read_days(r, c) < 0)
		return -1;
	return check_once(r, c);
}

struct course *
course_parse(const char *file, const void *text, size_t len, struct err *e)
{
	struct course *c = xcalloc(1, sizeof(*c));
	struct model_mem *mem = NULL;
	struct exercise_reader r = {.doc = &c->doc, .mem = &mem, .e = e};
	int rc;

	c->about = "";
	rc = yaml_parse(&c->doc, file, text, len, e);
	if (rc == 0)
		rc = read_course(&r, c);
	c->mem = mem;
	if (rc == 0)
		return c;
	course_free(c);
	return NULL;
}

void
course_free(struct course *c)
{
	if (c == NULL)
		return;
	yaml_clear(&c->doc);
	model_mem_free(c->mem);
	free(c);
}
