#include "base/out.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define OUT_GAP 2

/* Columns a clean text takes: its characters, not its bytes. */
static int
out_width(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

static void
out_pad(FILE *f, int n)
{
	fprintf(f, "%*s", n > 0 ? n : 0, "");
}

/* Beyond ASCII everything is \u-escaped: C1 controls and bidirectional marks
 * may come from outside and JSON alone would let them through. */
void
out_json(FILE *f, const json_t *value)
{
	json_dumpf(value, f,
		   JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_ENCODE_ANY);
	fputc('\n', f);
}

static void out_add(struct str *s, const json_t *value);

static void
out_add_string(struct str *s, const json_t *value)
{
	_free_ char *text =
	    xstrndup(json_string_value(value), json_string_length(value));

	str_clean(text);
	str_add(s, *text ? text : "-");
}

static void
out_add_array(struct str *s, const json_t *value)
{
	size_t i;
	json_t *item;

	json_array_foreach(value, i, item)
	{
		if (i > 0)
			str_add(s, " ");
		out_add(s, item);
	}
	if (json_array_size(value) == 0)
		str_add(s, "-");
}

static void
out_add_object(struct str *s, const json_t *value)
{
	const json_t *item;
	void *it;
	size_t i = 0;

	/* jansson's iterator wants a mutable object and changes nothing. */
	json_t *object = json_incref((json_t *)(uintptr_t)value);

	for (it = json_object_iter(object); it;
	     it = json_object_iter_next(object, it)) {
		_free_ char *key = xstrdup(json_object_iter_key(it));

		item = json_object_iter_value(it);
		str_clean(key);
		str_addf(s, "%s%s=", i++ ? " " : "", key);
		out_add(s, item);
	}
	if (i == 0)
		str_add(s, "-");
	json_decref(object);
}

static void
out_add(struct str *s, const json_t *value)
{
	if (value == NULL) {
		str_add(s, "-");
		return;
	}
	switch (json_typeof(value)) {
	case JSON_STRING: out_add_string(s, value); break;
	case JSON_ARRAY: out_add_array(s, value); break;
	case JSON_OBJECT: out_add_object(s, value); break;
	case JSON_INTEGER:
		str_addf(s, "%lld", (long long)json_integer_value(value));
		break;
	case JSON_REAL: str_addf(s, "%.6g", json_real_value(value)); break;
	case JSON_TRUE: str_add(s, "yes"); break;
	case JSON_FALSE: str_add(s, "no"); break;
	case JSON_NULL: str_add(s, "-"); break;
	}
}

char *
out_word(const json_t *value)
{
	struct str s = {0};

	out_add(&s, value);
	return str_steal(&s);
}

/* "a.b": the member b of the member a. */
static const json_t *
out_find(const json_t *row, const char *key)
{
	const char *dot;

	while ((dot = strchr(key, '.')) != NULL) {
		_free_ char *head = xstrndup(key, (size_t)(dot - key));

		row = json_object_get(row, head);
		key = dot + 1;
	}
	return json_object_get(row, key);
}

static void
out_line(FILE *f, char *const *cells, const int *widths, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		fputs(cells[i], f);
		if (i + 1 < n)
			out_pad(f, widths[i] - out_width(cells[i]) + OUT_GAP);
	}
	fputc('\n', f);
}

void
out_table(FILE *f, const json_t *rows, const struct out_column *columns,
	  size_t n, const char *empty)
{
	size_t count = json_array_size(rows), i, k;
	char **cells = xcalloc((count + 1) * n, sizeof(*cells));
	int *widths = xcalloc(n, sizeof(*widths)), w;

	for (i = 0; i <= count; i++) {
		for (k = 0; k < n; k++) {
			cells[i * n + k] =
			    i == 0
				? xstrdup(columns[k].title)
				: out_word(out_find(json_array_get(rows, i - 1),
						    columns[k].key));
			w = out_width(cells[i * n + k]);
			if (w > widths[k])
				widths[k] = w;
		}
	}
	if (count == 0)
		fprintf(f, "%s\n", empty);
	for (i = 0; count > 0 && i <= count; i++)
		out_line(f, cells + i * n, widths, n);
	for (i = 0; i < (count + 1) * n; i++)
		free(cells[i]);
	free(cells);
	free(widths);
}

void
out_record(FILE *f, const json_t *row, const struct out_column *columns,
	   size_t n)
{
	int w, width = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		w = out_width(columns[i].title);
		if (w > width)
			width = w;
	}
	for (i = 0; i < n; i++) {
		_free_ char *word = out_word(out_find(row, columns[i].key));

		fprintf(f, "%s:", columns[i].title);
		out_pad(f, width - out_width(columns[i].title) + 1);
		fprintf(f, "%s\n", word);
	}
}

const char *
out_text(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "";
}

json_t *
out_str(const char *text)
{
	_free_ char *clean = NULL;
	json_t *value;

	if (text == NULL)
		return json_null();
	if ((value = json_string(text)) != NULL)
		return value;
	clean = xstrdup(text);
	str_clean_lines(clean);
	return json_string(clean);
}
