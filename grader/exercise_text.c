/*
 * A step's text in the reader's language, and how much to trust it.
 *
 * A translation is text/LANG/FILE beside text/en/FILE, file by file: what is missing
 * is read in English. It begins with a line that says which English it was made of,
 * by the checksum that cksum(1) prints, and whether somebody whose language it is
 * has read it:
 *
 *	<!-- of cksum 1234567890; awaits a native reader -->
 *
 * When the English text changes, its checksum no longer fits and readers are told.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "grader/exercise_priv.h"

#define EXERCISE_TEXT_MAX (1u << 18)
#define MARK "<!-- of cksum "

/* With another daemon a step may have a text of its own, and then in each language
 * that one. */
char *
exercise_text_home(const struct exercise *x, size_t step)
{
	char *home = xasprintf("%s/text", x->parts);
	_free_ char *path = xasprintf("%s/en/%s", home, x->steps[step].text);

	if (file_exists(path))
		return home;
	free(home);
	return xasprintf("%s/text", x->dir);
}

/* The path of a step's text in the first n bytes of lang, when it is there. */
static char *
text_in(const struct exercise *x, size_t step, const char *lang, size_t n)
{
	_free_ char *home = exercise_text_home(x, step);
	char *path =
	    xasprintf("%s/%.*s/%s", home, (int)n, lang, x->steps[step].text);

	if (n > 0 && file_exists(path))
		return path;
	free(path);
	return NULL;
}

const char *
exercise_lang(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	const char *first = getenv("LANGUAGE");
	const char *lang;
	size_t i;

	for (i = 0; i < 3; i++) {
		lang = getenv(names[i]);
		if (lang == NULL || *lang == '\0')
			continue;
		if (strcmp(lang, "C") != 0 && strcmp(lang, "POSIX") != 0 &&
		    first != NULL && *first != '\0')
			lang = first;
		return strpbrk(lang, "/") || *lang == '.' ? "en" : lang;
	}
	return "en";
}

/* The checksum of POSIX's cksum: a CRC of the bytes and then of their number. */
static uint32_t
crc_byte(uint32_t crc, uint8_t byte)
{
	int i;

	crc ^= (uint32_t)byte << 24;
	for (i = 0; i < 8; i++)
		crc = crc << 1 ^ (crc & 0x80000000u ? 0x04c11db7u : 0);
	return crc;
}

static uint32_t
text_cksum(const char *text, size_t len)
{
	uint32_t crc = 0;
	size_t i;

	for (i = 0; i < len; i++)
		crc = crc_byte(crc, (uint8_t)text[i]);
	for (; len > 0; len >>= 8)
		crc = crc_byte(crc, (uint8_t)len);
	return ~crc;
}

/* Read the mark and take it off. */
static unsigned
text_mark(char *text, uint32_t english)
{
	char *end = strchr(text, '\n'), *behind = NULL;
	unsigned long sum = 0;
	unsigned about = EXERCISE_TEXT_STALE;

	if (!str_starts(text, MARK) || end == NULL)
		return about | EXERCISE_TEXT_UNREAD;
	*end = '\0';
	sum = strtoul(text + strlen(MARK), &behind, 10);
	if (behind != text + strlen(MARK) && sum == english)
		about = 0;
	if (strstr(behind, "awaits") != NULL)
		about |= EXERCISE_TEXT_UNREAD;
	end += 1 + strspn(end + 1, "\n");
	memmove(text, end, strlen(end) + 1);
	return about;
}

/* Of "ur_PK.UTF-8": ur_PK, then ur, then en. */
char *
exercise_text(const struct exercise *x, size_t step, unsigned *about,
	      struct err *e)
{
	const char *lang = exercise_lang();
	_free_ char *path = text_in(x, step, lang, strcspn(lang, ".@:"));
	_free_ char *home = exercise_text_home(x, step);
	_free_ char *english = xasprintf("%s/en/%s", home, x->steps[step].text);
	_free_ char *original = NULL;
	char *text;
	size_t len;

	*about = 0;
	if (path == NULL)
		path = text_in(x, step, lang, strcspn(lang, "_.@:"));
	if (file_read(english, EXERCISE_TEXT_MAX, &original, &len, e) < 0)
		return NULL;
	if (path == NULL || strcmp(path, english) == 0)
		text = xstrdup(original);
	else if (file_read(path, EXERCISE_TEXT_MAX, &text, NULL, e) < 0)
		return NULL;
	else
		*about = text_mark(text, text_cksum(original, len));
	str_clean_lines(text);
	return text;
}
