/* course_load: courses of the data folder, held against its exercises. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/out.h"
#include "base/str.h"
#include "grader/course.h"

/* ---- against the exercises */

static const json_t *
row_of(const json_t *all, const char *name)
{
	const json_t *row;
	size_t i;

	json_array_foreach(all, i, row)
	{
		if (strcmp(out_text(row, "name"), name) == 0)
			return row;
	}
	return NULL;
}

/* Is it done in a block before that one, or in that one before its item? */
static bool
comes_before(const struct course *c, size_t block, size_t item,
	     const char *name)
{
	size_t b, i;

	for (b = 0; b <= block; b++)
		for (i = 0; i < (b < block ? c->blocks[b].nexercises : item);
		     i++)
			if (strcmp(c->blocks[b].exercises[i], name) == 0)
				return true;
	return false;
}

static int
fits_one(const struct course *c, size_t block, size_t item, const json_t *row,
	 struct err *e)
{
	const struct course_block *b = &c->blocks[block];
	const struct yaml *y = yaml_get(b->y, "do")->items[item];
	const json_t *after;
	size_t i;

	if (row == NULL)
		return yaml_err(&c->doc, y, e,
				"there is no exercise \"%s\"; what is not "
				"there yet stands in \"later\"",
				b->exercises[item]);
	json_array_foreach(json_object_get(row, "after"), i, after)
	{
		if (!comes_before(c, block, item, json_string_value(after)))
			return yaml_err(&c->doc, y, e,
					"%s comes after %s, which is not in "
					"the course before it",
					b->exercises[item],
					json_string_value(after));
	}
	return 0;
}

int
course_fits(const struct course *c, const json_t *all, struct err *e)
{
	const struct course_block *b;
	const json_t *row;
	size_t i, k;
	json_int_t minutes;

	for (i = 0; i < c->nblocks; i++) {
		b = &c->blocks[i];
		for (k = 0, minutes = 0; k < b->nexercises; k++) {
			row = row_of(all, b->exercises[k]);
			if (fits_one(c, i, k, row, e) < 0)
				return -1;
			minutes +=
			    json_integer_value(json_object_get(row, "minutes"));
		}
		if (minutes > b->minutes)
			return yaml_err(&c->doc, b->y, e,
					"\"%s\" has %u minutes, and its "
					"exercises take %d",
					b->title, b->minutes, (int)minutes);
	}
	return 0;
}

/* ---- files */

static char *
course_folder(void)
{
	_free_ char *data = file_data_dir();

	return xasprintf("%s/exercises/courses", data);
}

static int
check_name(const struct course *c, const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	_free_ char *file = xasprintf("%s.yml", c->name);

	if (strcmp(slash ? slash + 1 : path, file) == 0)
		return 0;
	return yaml_err(&c->doc, yaml_get(c->doc.root, "course"), e,
			"the course is called \"%s\", so its file is %s",
			c->name, file);
}

struct course *
course_load(const char *name_or_path, const json_t *all, struct err *e)
{
	_free_ char *dir = course_folder(), *text = NULL;
	_free_ char *path = strpbrk(name_or_path, "./")
				? xstrdup(name_or_path)
				: xasprintf("%s/%s.yml", dir, name_or_path);
	struct course *c;
	size_t len;

	if (!file_exists(path)) {
		err_usage(e, "there is no course \"%s\", look: ixlab courses",
			  name_or_path);
		return NULL;
	}
	if (file_read(path, YAML_MAX_BYTES, &text, &len, e) < 0 ||
	    (c = course_parse(path, text, len, e)) == NULL)
		return NULL;
	if (check_name(c, path, e) == 0 &&
	    (all == NULL || course_fits(c, all, e) == 0))
		return c;
	course_free(c);
	return NULL;
}

/* ---- all */

static json_t *
course_row(const struct course *c)
{
	json_t *names = json_array(), *later = json_array();
	uint32_t minutes = 0;
	size_t i, k;

	for (i = 0; i < c->nblocks; i++) {
		minutes += c->blocks[i].pause ? 0 : c->blocks[i].minutes;
		for (k = 0; k < c->blocks[i].nexercises; k++)
			json_array_append_new(
			    names, out_str(c->blocks[i].exercises[k]));
		for (k = 0; k < c->blocks[i].nlater; k++)
			json_array_append_new(later,
					      out_str(c->blocks[i].later[k]));
	}
	return json_pack("{s:o, s:o, s:o, s:i, s:i, s:o, s:o}", "name",
			 out_str(c->name), "title", out_str(c->title), "about",
			 out_str(c->about), "days", (int)c->ndays, "minutes",
			 (int)minutes, "exercises", names, "later", later);
}

static json_int_t
minutes_of(const json_t *row)
{
	return json_integer_value(json_object_get(row, "minutes"));
}

/* The shortest first; of one length as they come, by name. */
static void
insert(json_t *rows, json_t *row)
{
	size_t i = 0;

	while (i < json_array_size(rows) &&
	       minutes_of(json_array_get(rows, i)) <= minutes_of(row))
		i++;
	json_array_insert_new(rows, i, row);
}

static int
course_file(const struct dirent *d)
{
	return d->d_name[0] != '.' && str_ends(d->d_name, ".yml");
}

json_t *
course_list(struct err *e)
{
	_free_ char *dir = course_folder();
	struct dirent **names;
	json_t *rows;
	int i, n = scandir(dir, &names, course_file, alphasort);

	if (n < 0) {
		err_sys(e, "%s", dir);
		return NULL;
	}
	rows = json_array();
	for (i = 0; i < n; i++) {
		_free_ char *path = xasprintf("%s/%s", dir, names[i]->d_name);
		struct course *c = course_load(path, NULL, e);

		if (c != NULL)
			insert(rows, course_row(c));
		else
			log_warnx("grader", "%s", e->msg);
		course_free(c);
		free(names[i]);
	}
	free(names);
	return rows;
}

/* ---- in the course's order */

static bool
is_in(const struct course *c, const char *name)
{
	return comes_before(c, c->nblocks - 1,
			    c->blocks[c->nblocks - 1].nexercises, name);
}

json_t *
course_rows(const struct course *c, const json_t *all)
{
	json_t *rows = json_array(), *row;
	size_t i, k;

	for (i = 0; i < c->nblocks; i++) {
		json_array_append_new(rows,
				      json_pack("{s:i}", "block", (int)i));
		for (k = 0; k < c->blocks[i].nexercises; k++) {
			row = json_copy((json_t *)(uintptr_t)row_of(
			    all, c->blocks[i].exercises[k]));
			if (row != NULL)
				json_array_append_new(rows, row);
		}
	}
	json_array_append_new(rows, json_pack("{s:i}", "block", -1));
	json_array_foreach(all, i, row)
	{
		if (!is_in(c, out_text(row, "name")))
			json_array_append_new(rows, json_copy(row));
	}
	return rows;
}

const char *
course_next(const struct course *c, const json_t *progress)
{
	const struct course_block *b;
	const json_t *done;
	size_t i, k;

	for (i = 0; i < c->nblocks; i++) {
		b = &c->blocks[i];
		for (k = 0; k < b->nexercises; k++) {
			done = json_object_get(
			    json_object_get(progress, b->exercises[k]), "done");
			if (!json_is_true(done))
				return b->exercises[k];
		}
	}
	return NULL;
}
