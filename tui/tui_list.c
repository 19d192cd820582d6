#include "tui/tui_list.h"

#include <string.h>

#include "base/str.h"
#include "tui/tui_words.h"

static bool
is_exercise(const struct tui_model *m, size_t i)
{
	return tui_model_listed(m, i) != NULL;
}

size_t
tui_list_nth(const struct tui_model *m, size_t n)
{
	size_t i;

	for (i = 0; i < json_array_size(m->list); i++)
		if (is_exercise(m, i) && --n == 0)
			return i;
	return SIZE_MAX;
}

size_t
tui_list_number(const struct tui_model *m, size_t i)
{
	size_t k, n = 0;

	for (k = 0; k <= i; k++)
		n += is_exercise(m, k);
	return is_exercise(m, i) ? n : 0;
}

void
tui_list_move(struct tui_model *m, int lines)
{
	size_t size = json_array_size(m->list), i = m->list_at;

	for (; lines > 0 && i + 1 < size; lines -= is_exercise(m, i)) {
		i++;
		if (is_exercise(m, i))
			m->list_at = i;
	}
	for (; lines < 0 && i > 0; lines += is_exercise(m, i)) {
		i--;
		if (is_exercise(m, i))
			m->list_at = i;
	}
}

void
tui_list_settle(struct tui_model *m)
{
	size_t size = json_array_size(m->list);

	if (m->list_at >= size)
		m->list_at = size ? size - 1 : 0;
	if (size > 0 && !is_exercise(m, m->list_at))
		tui_list_move(m, 1);
	if (size > 0 && !is_exercise(m, m->list_at))
		tui_list_move(m, -1);
}

/* ---- courses */

void
tui_list_courses(struct tui_model *m)
{
	m->over = OVER_COURSE;
	m->over_top = 0;
	m->pick_at = 0;
}

size_t
tui_list_picks(const struct tui_model *m)
{
	return 1 + json_array_size(m->courses);
}

char *
tui_list_pick_words(const struct tui_model *m, size_t line)
{
	const json_t *row = json_array_get(m->courses, line - 1);
	const char *title = json_string_value(json_object_get(row, "title"));

	if (line == 0 || title == NULL)
		return xstrdup(_("no course: all exercises"));
	return xasprintf(
	    _("%s (%lld h)"), title,
	    (json_integer_value(json_object_get(row, "minutes")) + 59) / 60);
}

enum tui_action
tui_list_pick(struct tui_model *m, size_t line)
{
	const json_t *row = json_array_get(m->courses, line - 1);
	const char *name = json_string_value(json_object_get(row, "name"));

	if (line >= tui_list_picks(m))
		return ACT_NONE;
	snprintf(m->pick, sizeof(m->pick), "%s",
		 line > 0 && name != NULL ? name : "");
	m->over = OVER_NONE;
	return ACT_FOLLOW;
}
