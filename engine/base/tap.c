#include "base/tap.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static void
tap_indent(const struct tap *t)
{
	fprintf(t->out, "%*s", t->depth * 4, "");
}

/* One line's worth of text: no controls, and no directive of its own. */
static void
tap_text(struct tap *t, const char *text)
{
	_free_ char *clean = xstrdup(text);
	const char *p;

	str_clean(clean);
	for (p = clean; *p; p++) {
		if (*p == '#' || *p == '\\')
			fputc('\\', t->out);
		fputc(*p, t->out);
	}
}

struct tap
tap_begin(FILE *out, int version, int plan)
{
	struct tap t = {.out = out, .next = {1}};

	assert(version == 13 || version == 14);
	assert(plan >= 0);
	fprintf(out, "TAP version %d\n1..%d\n", version, plan);
	return t;
}

void
tap_point(struct tap *t, bool ok, const char *description,
	  const char *directive)
{
	tap_indent(t);
	fprintf(t->out, "%s %d", ok ? "ok" : "not ok", t->next[t->depth]++);
	if (*description) {
		fputs(" - ", t->out);
		tap_text(t, description);
	}
	if (directive) {
		assert(str_starts(directive, "SKIP") ||
		       str_starts(directive, "TODO"));
		fputs(" # ", t->out);
		tap_text(t, directive);
	}
	fputc('\n', t->out);
}

void
tap_subtest_begin(struct tap *t, const char *name, int plan)
{
	_free_ char *clean = xstrdup(name);

	assert((size_t)t->depth + 1 < sizeof(t->next) / sizeof(t->next[0]));
	str_clean(clean); /* a comment: readers take back no escapes */
	tap_indent(t);
	fprintf(t->out, "# Subtest: %s\n", clean);
	t->depth++;
	t->next[t->depth] = 1;
	tap_indent(t);
	fprintf(t->out, "1..%d\n", plan);
}

void
tap_subtest_end(struct tap *t, bool ok, const char *name)
{
	assert(t->depth > 0);
	t->depth--;
	tap_point(t, ok, name, NULL);
}

void
tap_yaml_begin(struct tap *t)
{
	tap_indent(t);
	fputs("  ---\n", t->out);
}

void
tap_yaml_str(struct tap *t, const char *key, const char *value)
{
	_free_ char *clean = NULL;
	const char *p;

	if (value == NULL || *value == '\0')
		return;
	clean = xstrdup(value);
	str_clean(clean);
	tap_indent(t);
	fprintf(t->out, "  %s: \"", key);
	for (p = clean; *p; p++) {
		if (*p == '"' || *p == '\\')
			fputc('\\', t->out);
		fputc(*p, t->out);
	}
	fputs("\"\n", t->out);
}

void
tap_yaml_int(struct tap *t, const char *key, long value)
{
	tap_indent(t);
	fprintf(t->out, "  %s: %ld\n", key, value);
}

void
tap_yaml_end(struct tap *t)
{
	tap_indent(t);
	fputs("  ...\n", t->out);
}

/* A comment is text already; its lines stay lines, each a comment. */
void
tap_comment(struct tap *t, const char *text)
{
	_free_ char *clean = xstrdup(text);
	char *line = clean, *end;

	str_clean_lines(clean);
	while (line) {
		end = strchr(line, '\n');
		if (end)
			*end++ = '\0';
		tap_indent(t);
		fprintf(t->out, "#%s%s\n", *line ? " " : "", line);
		line = end && *end ? end : NULL;
	}
}

void
tap_bail_out(struct tap *t, const char *reason)
{
	fputs("Bail out! ", t->out);
	tap_text(t, reason);
	fputc('\n', t->out);
}
