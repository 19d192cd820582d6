#include "tui/tui_keep.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"

#define KEEP_BYTES (1u << 18)
#define KEEP_NUMBER 100000
#define KEEP_SECONDS 100000000

json_t *
keep_parse(const char *text, size_t len)
{
	json_t *all = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);

	if (!json_is_object(all)) {
		json_decref(all);
		all = json_object();
	}
	if (!json_is_object(json_object_get(all, "exercises")))
		json_object_set_new(all, "exercises", json_object());
	return all;
}

static char *
keep_path(struct err *e)
{
	_free_ char *dir = file_state_dir(e);

	return dir ? xasprintf("%s/interface.json", dir) : NULL;
}

json_t *
keep_read(void)
{
	struct err e = {0};
	_free_ char *path = keep_path(&e), *text = NULL;
	size_t len = 0;

	if (path == NULL || !file_exists(path) ||
	    file_read(path, KEEP_BYTES, &text, &len, &e) < 0)
		return keep_parse("", 0);
	return keep_parse(text, len);
}

int
keep_write(const json_t *all, char **last, struct err *e)
{
	char *text = json_dumps(all, JSON_INDENT(2) | JSON_SORT_KEYS);
	_free_ char *path = keep_path(e), *dir = NULL;

	if (path == NULL || (*last != NULL && strcmp(*last, text) == 0)) {
		free(text);
		return path ? 0 : -1;
	}
	free(*last);
	*last = text;
	dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	if (file_mkdirs(dir, e) < 0)
		return -1;
	return file_write(path, text, strlen(text), e);
}

/* ---- where one was */

static json_int_t
number(const json_t *row, const char *key, json_int_t most)
{
	json_int_t n = json_integer_value(json_object_get(row, key));

	return n < 0 ? 0 : n > most ? most : n;
}

/* [["shell", "m1"], ["edit", "m1", "bird.conf"], ...] */
static const char *const whats[PROGRAM_N] = {"shell", "cli", "edit"};

static void
get_programs(const json_t *rows, struct keep_at *at)
{
	const char *what, *node, *file;
	struct program *p;
	json_t *row;
	size_t i;
	int k;

	json_array_foreach(rows, i, row)
	{
		what = json_string_value(json_array_get(row, 0));
		node = json_string_value(json_array_get(row, 1));
		file = json_string_value(json_array_get(row, 2));
		if (what == NULL || node == NULL ||
		    at->nprograms == KEEP_PROGRAMS)
			continue;
		p = &at->programs[at->nprograms];
		for (k = 0; k < PROGRAM_N && strcmp(whats[k], what) != 0;)
			k++;
		if (k == PROGRAM_N || strlen(node) >= sizeof(p->node) ||
		    (file && strlen(file) >= sizeof(p->file)))
			continue;
		*p = (struct program){.what = (enum program_what)k};
		memcpy(p->node, node, strlen(node));
		memcpy(p->file, file ? file : "", file ? strlen(file) : 0);
		at->nprograms++;
	}
}

static json_t *
put_programs(const struct keep_at *at)
{
	json_t *rows = json_array();
	const struct program *p;
	size_t i;

	for (i = 0; i < at->nprograms; i++) {
		p = &at->programs[i];
		json_array_append_new(
		    rows, json_pack("[sss]", whats[p->what], p->node, p->file));
	}
	return rows;
}

bool
keep_get(const json_t *all, const char *name, struct keep_at *at)
{
	const json_t *row =
	    json_object_get(json_object_get(all, "exercises"), name);

	*at = (struct keep_at){0};
	if (!json_is_object(row))
		return false;
	at->step = (size_t)number(row, "step", KEEP_NUMBER);
	at->check = (size_t)number(row, "check", KEEP_NUMBER);
	at->top = (int)number(row, "top", KEEP_NUMBER);
	at->pane = (enum tui_pane)number(row, "pane", PANE_N - 1);
	at->zoom = json_is_true(json_object_get(row, "zoom"));
	at->as_list = json_is_true(json_object_get(row, "as_list"));
	at->seconds = (uint32_t)number(row, "seconds", KEEP_SECONDS);
	get_programs(json_object_get(row, "programs"), at);
	return true;
}

void
keep_put(json_t *all, const char *name, const struct keep_at *at)
{
	json_t *row = json_pack(
	    "{sI sI si si sb sb sI so}", "step", (json_int_t)at->step, "check",
	    (json_int_t)at->check, "top", at->top, "pane", (int)at->pane,
	    "zoom", at->zoom, "as_list", at->as_list, "seconds",
	    (json_int_t)at->seconds, "programs", put_programs(at));

	json_object_set_new(json_object_get(all, "exercises"), name, row);
}

const char *
keep_open(const json_t *all)
{
	return json_string_value(json_object_get(all, "open"));
}

void
keep_open_set(json_t *all, const char *name)
{
	json_object_set_new(all, "open", name ? out_str(name) : json_null());
}

bool
keep_wish(const json_t *all, const char *key, bool unsaid)
{
	const json_t *wish = json_object_get(all, key);

	return json_is_boolean(wish) ? json_is_true(wish) : unsaid;
}

void
keep_wish_set(json_t *all, const char *key, bool yes)
{
	json_object_set_new(all, key, json_boolean(yes));
}

enum grid_theme
keep_theme(const json_t *all)
{
	const char *name = json_string_value(json_object_get(all, "theme"));
	enum grid_theme theme = grid_theme_named(name ? name : "");

	return theme == THEME_N ? THEME_DARK : theme;
}

void
keep_theme_set(json_t *all, enum grid_theme theme)
{
	json_object_set_new(all, "theme", out_str(grid_theme_name(theme)));
}

static int
size(const json_t *sizes, size_t i)
{
	json_int_t n = json_integer_value(json_array_get(sizes, i));

	return n < -GRID_MAX_W	? -GRID_MAX_W
	       : n > GRID_MAX_W ? GRID_MAX_W
				: (int)n;
}

struct layout_wish
keep_sizes(const json_t *all)
{
	const json_t *sizes = json_object_get(all, "sizes");

	return (struct layout_wish){size(sizes, 0), size(sizes, 1)};
}

void
keep_sizes_set(json_t *all, const struct layout_wish *wish)
{
	json_object_set_new(all, "sizes",
			    json_pack("[ii]", wish->text, wish->low));
}
