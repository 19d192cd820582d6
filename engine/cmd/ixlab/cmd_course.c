/*
 * ixlab courses, and course: what there is, and the one that a person follows.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "grader/course.h"

int
cmd_courses(struct cmd *c, struct err *e)
{
	static const struct out_column columns[] = {{"NAME", "name"},
						    {"DAYS", "days"},
						    {"HOURS", "hours"},
						    {"TITLE", "title"}};
	json_t *rows = course_list(e), *row;
	size_t i;

	if (rows == NULL)
		return -1;
	if (c->json) {
		out_json(stdout, rows);
	} else {
		json_array_foreach(rows, i, row)
		{
			json_int_t minutes =
			    json_integer_value(json_object_get(row, "minutes"));
			_free_ char *hours =
			    xasprintf("%d:%02d", (int)(minutes / 60),
				      (int)(minutes % 60));

			json_object_set_new(row, "hours", out_str(hours));
		}
		out_table(stdout, rows, columns, 4, "there are no courses");
	}
	json_decref(rows);
	return 0;
}

/* ---- one course */

struct course_view {
	struct course *c;
	json_t *all, *progress;
	struct course_follow follow;
	bool followed; /* it is this one */
	struct course_now now;
};

static uint32_t
view_left(const struct course_view *v, size_t block)
{
	uint32_t spent = course_clock_spent(&v->follow.clock, &v->now);
	uint32_t whole = v->c->blocks[block].minutes * 60;

	return spent < whole ? whole - spent : 0;
}

static json_t *
view_exercise(const struct course_view *v, const char *name)
{
	const char *next = course_next(v->c, v->progress);
	const json_t *p = json_object_get(v->progress, name), *row;
	json_t *out = NULL;
	size_t i;

	json_array_foreach(v->all, i, row)
	{
		if (strcmp(out_text(row, "name"), name) == 0)
			out = json_copy((json_t *)(uintptr_t)row);
	}
	if (out == NULL)
		out = json_pack("{s:o}", "name", out_str(name));
	json_object_set_new(
	    out, "reached",
	    json_integer(json_integer_value(json_object_get(p, "points"))));
	json_object_set_new(
	    out, "done",
	    json_boolean(json_is_true(json_object_get(p, "done"))));
	json_object_set_new(
	    out, "next", json_boolean(next != NULL && strcmp(next, name) == 0));
	return out;
}

static json_t *
view_block(const struct course_view *v, size_t i)
{
	const struct course_block *b = &v->c->blocks[i];
	json_t *todo = json_array(), *later = json_array(), *row;
	bool now = v->followed && v->follow.clock.block == i;
	char from[8] = "";
	size_t k;

	for (k = 0; k < b->nexercises; k++)
		json_array_append_new(todo, view_exercise(v, b->exercises[k]));
	for (k = 0; k < b->nlater; k++)
		json_array_append_new(later, out_str(b->later[k]));
	if (b->from != COURSE_NO_TIME)
		snprintf(from, sizeof(from), "%02u:%02u", b->from / 60 % 24,
			 b->from % 60);
	row = json_pack("{s:i, s:i, s:o, s:o, s:b, s:i, s:b, s:o, s:o}",
			"block", (int)i + 1, "day", (int)b->day, "title",
			out_str(b->title), "from", out_str(*from ? from : NULL),
			"pause", b->pause, "minutes", (int)b->minutes, "now",
			now, "exercises", todo, "later", later);
	if (now)
		json_object_set_new(row, "left_s",
				    json_integer(view_left(v, i)));
	return row;
}

static json_t *
view_json(const struct course_view *v)
{
	json_t *blocks = json_array();
	size_t i;

	for (i = 0; i < v->c->nblocks; i++)
		json_array_append_new(blocks, view_block(v, i));
	return json_pack("{s:o, s:o, s:o, s:b, s:b, s:o, s:o}", "course",
			 out_str(v->c->name), "title", out_str(v->c->title),
			 "about", out_str(v->c->about), "followed", v->followed,
			 "running", v->followed && v->follow.clock.running,
			 "next", out_str(course_next(v->c, v->progress)),
			 "blocks", blocks);
}

/* ---- for a person */

static void
print_exercise(const json_t *x)
{
	const char *state = json_is_true(json_object_get(x, "done"))   ? "done"
			    : json_is_true(json_object_get(x, "next")) ? "next"
								       : "";
	_free_ char *name = out_word(json_object_get(x, "name"));
	_free_ char *title = out_word(json_object_get(x, "title"));

	printf("     %-4s  %-24s %3d min  %s\n", state, name,
	       (int)json_integer_value(json_object_get(x, "minutes")), title);
}

static void
print_block(const struct course_view *v, const json_t *b)
{
	const json_t *left = json_object_get(b, "left_s"), *row;
	_free_ char *title = out_word(json_object_get(b, "title"));
	const char *from = json_string_value(json_object_get(b, "from"));
	size_t i;

	printf("%c  %-5s  %s, %d minutes", left ? '>' : ' ', from ? from : "",
	       title, (int)json_integer_value(json_object_get(b, "minutes")));
	if (left && json_integer_value(left) == 0)
		printf(", all gone");
	else if (left)
		printf(", %d left", (int)(json_integer_value(left) + 59) / 60);
	puts(left && !v->follow.clock.running ? "; the clock stands" : "");
	json_array_foreach(json_object_get(b, "exercises"), i, row)
	    print_exercise(row);
	json_array_foreach(json_object_get(b, "later"), i, row) printf(
	    "           %-24s not in this kit yet\n", json_string_value(row));
}

static void
print_what_next(const struct course_view *v)
{
	const char *next = course_next(v->c, v->progress);

	if (next != NULL)
		printf("Next: ixlab open %s\n", next);
	else
		puts("Every exercise of it is done.");
	if (!v->followed)
		printf("To follow it: ixlab course %s --follow\n", v->c->name);
	else if (!v->follow.clock.running)
		puts("To go on: ixlab course --resume");
}

static void
print_view(const struct course_view *v, const json_t *all)
{
	const json_t *b;
	json_int_t day = 0;
	size_t i;

	printf("%s\n", v->c->title);
	json_array_foreach(json_object_get(all, "blocks"), i, b)
	{
		if (json_integer_value(json_object_get(b, "day")) != day) {
			day = json_integer_value(json_object_get(b, "day"));
			printf("\nDay %d: %s\n", (int)day, v->c->days[day - 1]);
		}
		print_block(v, b);
	}
	puts("");
	print_what_next(v);
}

/* ---- doing something with it */

static int
course_change(const struct cmd *c, struct course_view *v, struct err *e)
{
	struct course_clock *k = &v->follow.clock;

	if (cmd_option(c, "--next")) {
		if (k->block + 1 >= v->c->nblocks)
			return err_here(e, "this is the last block of %s",
					v->c->name);
		course_clock_block(k, k->block + 1, &v->now);
	} else if (cmd_option(c, "--pause") || cmd_option(c, "--resume")) {
		course_clock_run(k, cmd_option(c, "--resume") != NULL, &v->now);
	} else {
		return 0;
	}
	return course_follow_write(&v->follow, e);
}

static int
course_follow(struct course_view *v, const char *name, struct err *e)
{
	free(v->follow.course);
	v->follow.course =
	    strpbrk(name, "./") ? file_absolute(name) : xstrdup(name);
	v->followed = true;
	course_clock_block(&v->follow.clock, 0, &v->now);
	return course_follow_write(&v->follow, e);
}

static int
course_leave(struct course_view *v, struct err *e)
{
	if (v->follow.course == NULL)
		return err_here(e, "you follow no course");
	printf("%s is followed no longer; what you did counts\n",
	       v->follow.course);
	course_follow_clear(&v->follow);
	return course_follow_write(&v->follow, e);
}

static int
course_show(const struct cmd *c, struct course_view *v, struct err *e)
{
	const char *name = c->nargs ? c->args[0] : v->follow.course;
	json_t *all;

	if (name == NULL)
		return err_here(e, "you follow no course; choose one: ixlab "
				   "courses; then: ixlab course COURSE "
				   "--follow");
	v->followed =
	    v->follow.course != NULL && strcmp(v->follow.course, name) == 0;
	if ((v->all = exercise_list(e)) == NULL ||
	    (v->progress = grader_progress(e)) == NULL ||
	    (v->c = course_load(name, v->all, e)) == NULL)
		return -1;
	if (v->follow.clock.block >= v->c->nblocks) /* it has changed */
		v->follow.clock.block = v->c->nblocks - 1;
	if (cmd_option(c, "--follow") && course_follow(v, name, e) < 0)
		return -1;
	if (v->followed && course_change(c, v, e) < 0)
		return -1;
	all = view_json(v);
	if (c->json)
		out_json(stdout, all);
	else
		print_view(v, all);
	json_decref(all);
	return 0;
}

/* At most one of them, and those of the clock for the followed one alone. */
static int
course_options(const struct cmd *c, struct err *e)
{
	static const char *const all[] = {"--follow", "--pause", "--resume",
					  "--next", "--leave"};
	size_t i, n = 0;

	for (i = 0; i < 5; i++)
		n += cmd_option(c, all[i]) != NULL;
	if (n > 1)
		return err_usage(e, "one of --follow, --pause, --resume, "
				    "--next and --leave at a time");
	if (n == 1 && c->nargs > 0 && !cmd_option(c, "--follow"))
		return err_usage(e, "that is for the course that you follow: "
				    "leave the name out");
	if (cmd_option(c, "--follow") && c->nargs == 0)
		return err_usage(e, "follow which course? look: ixlab courses");
	return 0;
}

int
cmd_course(struct cmd *c, struct err *e)
{
	struct course_view v = {0};
	int rc;

	if (course_options(c, e) < 0)
		return -1;
	course_follow_now(&v.now);
	course_follow_read(&v.follow);
	course_clock_note(&v.follow.clock, &v.now);
	rc = cmd_option(c, "--leave") ? course_leave(&v, e)
				      : course_show(c, &v, e);
	course_free(v.c);
	json_decref(v.all);
	json_decref(v.progress);
	course_follow_clear(&v.follow);
	return rc;
}
