/*
 * submission_parse: a submission's text as a struct submission, line by line.
 *
 * The text is looked at once from its beginning to its end. A part says how long
 * it is and what its digest is, and its lines begin with "|", so that nothing
 * written in a file can end it early; the last line has the digest of all before
 * it, so that a text that was cut or mended is noticed. A mail program may have
 * turned the ends of all lines into CR LF, which is undone.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "grader/desk/submission_priv.h"

struct reader {
	struct submission *s;
	const char *file, *text;
	size_t len, pos;
	const char *at; /* the line that was read last */
	size_t n;
	int line; /* its number */
	struct err *e;
};

int
submission_refuse(struct err *e, const char *file, int line, const char *fmt,
		  ...)
{
	char words[768];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(words, sizeof(words), fmt, ap);
	va_end(ap);
	str_clean(words);
	err_at(e, file, line, 1, "%s", words);
	e->class = ERR_REFUSED;
	return -1;
}

/* ---- lines */

/* Take the next line: 0, or -1 at the end or when it is none. */
static int
next_line(struct reader *r)
{
	const char *end;

	r->line++;
	if (r->pos == r->len)
		return submission_refuse(r->e, r->file, r->line,
					 "the submission ends too early: it "
					 "was cut off");
	r->at = r->text + r->pos;
	end = memchr(r->at, '\n', r->len - r->pos);
	if (end == NULL)
		return submission_refuse(r->e, r->file, r->line,
					 "the line does not end: the "
					 "submission was cut off");
	r->n = (size_t)(end - r->at);
	r->pos += r->n + 1;
	if (r->n > SUBMISSION_LINE_MAX)
		return submission_refuse(r->e, r->file, r->line,
					 "the line is longer than %d bytes",
					 SUBMISSION_LINE_MAX);
	return 0;
}

static bool
line_is(const struct reader *r, const char *text)
{
	return r->n == strlen(text) && memcmp(r->at, text, r->n) == 0;
}

static bool
line_starts(const struct reader *r, const char *text)
{
	size_t n = strlen(text);

	return r->n >= n && memcmp(r->at, text, n) == 0;
}

/* ---- the head */

static int
read_value(struct reader *r, size_t key, const char *text, size_t n)
{
	_free_ char *value = xstrndup(text, n), *clean = xstrdup(value);

	str_clean(clean);
	if (n == 0 || n > SUBMISSION_WORD_MAX || strlen(value) != n ||
	    strcmp(clean, value) != 0)
		return submission_refuse(r->e, r->file, r->line,
					 "\"%s\" has 1 to %d bytes of plain "
					 "text",
					 submission_keys[key],
					 SUBMISSION_WORD_MAX);
	if (key == SUBMISSION_PERSON && !submission_person_good(value))
		return submission_refuse(r->e, r->file, r->line,
					 "a person is at most 64 letters, "
					 "digits, and @ . _ + -");
	if (key == SUBMISSION_EXERCISE && !submission_name_good(value))
		return submission_refuse(r->e, r->file, r->line,
					 "that is no name of an exercise");
	r->s->head[key] = xstrdup(value);
	return 0;
}

static int
read_head(struct reader *r)
{
	size_t key, n;

	if (next_line(r) < 0)
		return -1;
	if (!line_is(r, SUBMISSION_MAGIC))
		return submission_refuse(r->e, r->file, r->line,
					 "this is no submission: its first "
					 "line must be \"" SUBMISSION_MAGIC
					 "\"");
	for (key = 0; key < SUBMISSION_KEYS; key++) {
		_free_ char *want = xasprintf("%s: ", submission_keys[key]);

		if (next_line(r) < 0)
			return -1;
		if (!line_starts(r, want))
			return submission_refuse(r->e, r->file, r->line,
						 "here must stand \"%s\"",
						 want);
		n = strlen(want);
		if (read_value(r, key, r->at + n, r->n - n) < 0)
			return -1;
	}
	return 0;
}

/* ---- parts */

struct part_head {
	enum submission_kind kind;
	char name[SUBMISSION_NAME_MAX + 1];
	char digest[DESK_HEX];
	size_t len;
	int line;
};

static int
read_part_head(struct reader *r, struct part_head *h)
{
	_free_ char *line = xstrndup(r->at, r->n), *again = NULL;
	char word[8] = "", size[8] = "";
	unsigned int len;
	size_t k;

	h->line = r->line;
	if (sscanf(line, "%7[a-z] %128[^ ] %7[0-9] %64[0-9a-f]", word, h->name,
		   size, h->digest) == 4)
		again =
		    xasprintf("%s %s %s %s", word, h->name, size, h->digest);
	if (again == NULL || !line_is(r, again) ||
	    strlen(h->digest) != DESK_HEX - 1)
		return submission_refuse(r->e, r->file, r->line,
					 "here must stand a part (file, "
					 "answer, journal), as KIND NAME BYTES "
					 "DIGEST, or the end");
	for (k = 0; k < 3 && strcmp(word, submission_kinds[k]) != 0; k++)
		;
	if (k == 3 || !submission_name_good(h->name))
		return submission_refuse(r->e, r->file, r->line,
					 "there is no part \"%s %s\"", word,
					 h->name);
	h->kind = (enum submission_kind)k;
	if (!str_to_u32(size, 0, submission_max[k], &len))
		return submission_refuse(r->e, r->file, r->line,
					 "%s %s is larger than %zu bytes", word,
					 h->name, submission_max[k]);
	h->len = len;
	return 0;
}

/* Its lines, each with a newline; the last may have none in the file. */
static int
read_part_lines(struct reader *r, const struct part_head *h, struct str *data)
{
	while (data->len < h->len) {
		if (next_line(r) < 0)
			return -1;
		if (r->n == 0 || r->at[0] != '|')
			return submission_refuse(r->e, r->file, r->line,
						 "a line of %s must begin with "
						 "\"|\"",
						 h->name);
		if (r->n - 1 > h->len - data->len)
			return submission_refuse(r->e, r->file, r->line,
						 "%s is longer than it says",
						 h->name);
		str_addn(data, r->at + 1, r->n - 1);
		if (data->len < h->len)
			str_addn(data, "\n", 1);
	}
	return 0;
}

static int
read_part(struct reader *r)
{
	char digest[DESK_HEX];
	struct part_head h = {0};
	struct str data = {0};
	struct err e;
	int rc;

	if (read_part_head(r, &h) < 0)
		return -1;
	rc = read_part_lines(r, &h, &data);
	if (rc == 0) {
		desk_digest(str_text(&data), data.len, digest);
		if (strcmp(digest, h.digest) != 0)
			rc = submission_refuse(r->e, r->file, h.line,
					       "%s was changed on the way: its "
					       "digest is another",
					       h.name);
	}
	if (rc == 0 && submission_add(r->s, h.kind, h.name, str_text(&data),
				      data.len, &e) < 0)
		rc = submission_refuse(r->e, r->file, h.line, "%s", e.msg);
	if (rc == 0)
		r->s->parts[r->s->nparts - 1].line = h.line;
	str_clear(&data);
	return rc;
}

/* ---- the end */

static int
read_end(struct reader *r, size_t before)
{
	char digest[DESK_HEX];
	size_t i;

	desk_digest(r->text, before, digest);
	if (r->n != 4 + DESK_HEX - 1 ||
	    memcmp(r->at + 4, digest, DESK_HEX - 1) != 0)
		return submission_refuse(r->e, r->file, r->line,
					 "the submission was changed after it "
					 "was made: its digest is another");
	for (i = r->pos; i < r->len; i++)
		if (strchr(" \t\n", r->text[i]) == NULL || !r->text[i])
			return submission_refuse(r->e, r->file, r->line + 1,
						 "something follows the end");
	return 0;
}

static int
read_all(struct reader *r)
{
	size_t before;

	if (read_head(r) < 0)
		return -1;
	for (;;) {
		if (next_line(r) < 0)
			return -1;
		if (r->n != 0)
			return submission_refuse(r->e, r->file, r->line,
						 "here must stand an empty "
						 "line");
		before = r->pos;
		if (next_line(r) < 0)
			return -1;
		if (line_starts(r, "end "))
			return read_end(r, before);
		if (read_part(r) < 0)
			return -1;
	}
}

/* The text with the ends of lines that it was written with. */
static void
normalise(const char *text, size_t len, struct str *out)
{
	const char *end = memchr(text, '\n', len);
	size_t from = 0, i;

	if (end == NULL || end == text || end[-1] != '\r') {
		str_addn(out, text, len);
		return;
	}
	for (i = 0; i + 1 < len; i++) {
		if (text[i] != '\r' || text[i + 1] != '\n')
			continue;
		str_addn(out, text + from, i - from);
		from = i + 1;
	}
	str_addn(out, text + from, len - from);
}

int
submission_parse(struct submission *s, const char *file, const char *text,
		 size_t len, struct err *e)
{
	struct str clean = {0};
	struct reader r = {.s = s, .file = file, .e = e};
	int rc;

	memset(s, 0, sizeof(*s));
	desk_digest(text, len, s->digest);
	if (len > SUBMISSION_MAX)
		return submission_refuse(e, file, 1,
					 "a submission is at most %u bytes",
					 SUBMISSION_MAX);
	normalise(text, len, &clean);
	r.text = str_text(&clean);
	r.len = clean.len;
	rc = read_all(&r);
	str_clear(&clean);
	if (rc < 0) {
		submission_clear(s);
		desk_digest(text, len, s->digest);
	}
	return rc;
}
