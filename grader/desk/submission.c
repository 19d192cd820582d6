#include "grader/desk/submission.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "grader/desk/submission_priv.h"

const char *const submission_keys[SUBMISSION_KEYS] = {
    "person",	  "name", "exercise", "version", "digest",
    "parameters", "made", "ixlab",    "bird",	 "kernel"};
const char *const submission_kinds[] = {"file", "answer", "journal"};
const size_t submission_max[] = {SUBMISSION_FILE_MAX, SUBMISSION_ANSWER_MAX,
				 SUBMISSION_JOURNAL_MAX};

void
submission_clear(struct submission *s)
{
	size_t i;

	for (i = 0; i < SUBMISSION_KEYS; i++)
		free(s->head[i]);
	for (i = 0; i < s->nparts; i++) {
		free(s->parts[i].name);
		free(s->parts[i].data);
	}
	free(s->parts);
	memset(s, 0, sizeof(*s));
}

bool
submission_person_good(const char *id)
{
	size_t n = strlen(id);

	return n > 0 && n <= 64 &&
	       strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			  "0123456789@._+-") == n;
}

bool
submission_name_good(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n <= SUBMISSION_NAME_MAX &&
	       strspn(name,
		      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		      "0123456789_./-") == n;
}

const struct submission_part *
submission_find(const struct submission *s, enum submission_kind kind,
		const char *name)
{
	size_t i;

	for (i = 0; i < s->nparts; i++)
		if (s->parts[i].kind == kind &&
		    strcmp(s->parts[i].name, name) == 0)
			return &s->parts[i];
	return NULL;
}

void
submission_set(struct submission *s, enum submission_key key, const char *value)
{
	char *text = xstrdup(value);

	str_clean(text);
	if (strlen(text) > SUBMISSION_WORD_MAX) {
		text[SUBMISSION_WORD_MAX] = '\0';
		str_clean(text); /* it may have been cut within a letter */
	}
	free(s->head[key]);
	s->head[key] = *text ? text : xstrdup("-");
	if (*text == '\0')
		free(text);
}

/* ---- parts, from whichever side */

/* A byte that may not stand in a part, or a line that is too long: what, and in
 * which line; NULL: none. */
static const char *
part_bad(const char *data, size_t len, int *line)
{
	size_t i, width = 0;

	*line = 1;
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)data[i];

		if (c == '\n') {
			++*line;
			width = 0;
			continue;
		}
		if (++width >= SUBMISSION_LINE_MAX)
			return "is too long";
		if ((c < ' ' && c != '\t' && c != '\r') || c == 127)
			return "has a control character in it";
	}
	return NULL;
}

int
submission_add(struct submission *s, enum submission_kind kind,
	       const char *name, const char *data, size_t len, struct err *e)
{
	const char *what = submission_kinds[kind], *bad;
	struct submission_part *p;
	int line;

	if (!submission_name_good(name))
		return err_usage(e,
				 "a name of a %s has letters, digits, and "
				 "_ . / - only",
				 what);
	if (len > submission_max[kind])
		return err_usage(e, "%s %s is larger than %zu bytes", what,
				 name, submission_max[kind]);
	if (s->nparts >= SUBMISSION_PARTS_MAX)
		return err_usage(e, "there are more than %d parts",
				 SUBMISSION_PARTS_MAX);
	if (submission_find(s, kind, name) != NULL)
		return err_usage(e, "%s %s is there twice", what, name);
	if ((bad = part_bad(data, len, &line)) != NULL)
		return err_usage(e, "%s %s: line %d %s", what, name, line, bad);
	s->parts = xreallocarray(s->parts, s->nparts + 1, sizeof(*s->parts));
	p = &s->parts[s->nparts++];
	*p = (struct submission_part){.kind = kind, .len = len};
	p->name = xstrdup(name);
	p->data = xmalloc(len + 1);
	memcpy(p->data, data, len);
	p->data[len] = '\0';
	return 0;
}

/* ---- out */

static void
print_part(struct str *out, const struct submission_part *p)
{
	char digest[DESK_HEX];
	size_t at, n;

	desk_digest(p->data, p->len, digest);
	str_addf(out, "\n%s %s %zu %s\n", submission_kinds[p->kind], p->name,
		 p->len, digest);
	for (at = 0; at < p->len; at += n + 1) {
		n = strcspn(p->data + at, "\n");
		str_add(out, "|");
		str_addn(out, p->data + at, n);
		str_add(out, "\n");
	}
}

char *
submission_print(const struct submission *s)
{
	char digest[DESK_HEX];
	struct str out = {0};
	size_t i;

	str_add(&out, SUBMISSION_MAGIC "\n");
	for (i = 0; i < SUBMISSION_KEYS; i++)
		str_addf(&out, "%s: %s\n", submission_keys[i], s->head[i]);
	for (i = 0; i < s->nparts; i++)
		print_part(&out, &s->parts[i]);
	str_add(&out, "\n");
	desk_digest(out.text, out.len, digest);
	str_addf(&out, "end %s\n", digest);
	return str_steal(&out);
}

/* ---- against the exercise */

static bool
fits_declared(const struct exercise *x, const char *name)
{
	size_t i;

	for (i = 0; i < x->nfiles; i++)
		if (strcmp(x->files[i], name) == 0)
			return true;
	return false;
}

static int
fits_file(const struct submission_part *p, const char *file,
	  const struct exercise *x, struct err *e)
{
	const char *word;
	int line;

	if (!fits_declared(x, p->name))
		return submission_refuse(e, file, p->line,
					 "exercise %s does not ask for a file "
					 "%s",
					 x->name, p->name);
	word = exercise_words_bad(p->name, p->data, p->len, &line);
	if (word == NULL)
		return 0;
	return submission_refuse(e, file, p->line + line,
				 "line %d of %s: %s may not stand in work "
				 "that is sent in",
				 line, p->name, word);
}

int
submission_fits(const struct submission *s, const char *file,
		const struct exercise *x, struct err *e)
{
	unsigned int version;
	size_t i;

	if (strcmp(s->head[SUBMISSION_EXERCISE], x->name) != 0)
		return submission_refuse(e, file, SUBMISSION_EXERCISE + 2,
					 "it is work on exercise %s, not on "
					 "%s",
					 s->head[SUBMISSION_EXERCISE], x->name);
	if (!str_to_u32(s->head[SUBMISSION_VERSION], 1, UINT32_MAX, &version) ||
	    version != x->version)
		return submission_refuse(e, file, SUBMISSION_VERSION + 2,
					 "it was made with version %s of "
					 "exercise %s; here is version %u",
					 s->head[SUBMISSION_VERSION], x->name,
					 x->version);
	for (i = 0; i < s->nparts; i++)
		if (s->parts[i].kind == SUBMISSION_FILE &&
		    fits_file(&s->parts[i], file, x, e) < 0)
			return -1;
	return 0;
}
