/*
 * Files that a lab file names, such as table dumps. A save carries them in
 * files/, and its lab file names them there: so it means the same in any folder,
 * and after "tar x" without ixlab, too.
 *
 * Only a name that stands in the text as it is can be replaced, plain or in
 * quotes; one that is written with escapes, or as a block, is not touched.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lab/save/save.h"

#define NAMED_MAX 100 /* characters of a name that we make */

/* The last word of a path, of characters that mean nothing to anybody. */
static char *
named_word(const char *name)
{
	const char *slash = strrchr(name, '/');
	char *word = xstrndup(slash ? slash + 1 : name, NAMED_MAX), *at;

	for (at = word; *at; at++)
		if (!isalnum((unsigned char)*at) && strchr("._-", *at) == NULL)
			*at = '_';
	return word;
}

char *
save_file_name(const struct save *s, const char *name)
{
	_free_ char *word = named_word(name);
	char *path = xasprintf(
	    "files/%s%s",
	    isalnum((unsigned char)*word) || *word == '_' ? "" : "_", word);
	unsigned int i;

	for (i = 2; save_find(s, path) != NULL; i++) {
		free(path);
		path = xasprintf("files/%u-%s", i, word);
	}
	return path;
}

/* Bytes of the line break that stands there; 0: none. All that YAML knows. */
static size_t
named_break(const char *at, const char *end)
{
	static const char *const breaks[] = {
	    "\r\n", "\n", "\r", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"};
	size_t i, n;

	for (i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		n = strlen(breaks[i]);
		if ((size_t)(end - at) >= n && memcmp(at, breaks[i], n) == 0)
			return n;
	}
	return 0;
}

/* Where a place of the text begins; NULL when there is none. Columns count
 * characters of UTF-8, as libyaml does. */
static const char *
named_place(const char *text, const char *end, int line, int col)
{
	size_t n;

	if (end - text >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3; /* a mark of its order of bytes */
	for (; text < end && line > 1; text += n ? n : 1)
		line -= (n = named_break(text, end)) > 0;
	for (; text < end && col > 1 && !named_break(text, end); col--)
		for (text++; text < end && (*text & 0xc0) == 0x80;)
			text++;
	return line == 1 && col == 1 ? text : NULL;
}

static bool
named_replace(struct save_file *lab, const struct save_named *f, const char *to)
{
	const char *end = lab->data + lab->len, *at;
	const size_t n = strlen(f->name);
	struct str s = {0};

	at = named_place(lab->data, end, f->line, f->col);
	if (at != NULL && at < end && (*at == '"' || *at == '\''))
		at++;
	if (at == NULL || n == 0 || (size_t)(end - at) < n ||
	    memcmp(at, f->name, n) != 0)
		return false;
	str_addn(&s, lab->data, (size_t)(at - lab->data));
	str_add(&s, to);
	str_addn(&s, at + n, (size_t)(end - at) - n);
	free(lab->data);
	lab->len = s.len;
	lab->data = str_steal(&s);
	return true;
}

bool
save_rename(struct save *s, const struct save_named *f, const char *to)
{
	size_t i, before;

	for (i = 0; i < s->n; i++)
		if (strcmp(s->files[i].path, "lab.yml") == 0)
			break;
	if (i == s->n)
		return false;
	before = s->files[i].len;
	if (!named_replace(&s->files[i], f, to))
		return false;
	s->bytes = s->bytes - before + s->files[i].len;
	return true;
}
