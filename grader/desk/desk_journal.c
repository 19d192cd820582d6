/*
 * desk_journal: see desk.h. A file for each exercise, in the state folder's
 * journal/, only ever made longer; a line that a crash cut short is dropped when
 * the next one is written.
 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "grader/desk/desk.h"

#define JOURNAL_HASH 16 /* bytes: to tell lines apart, not to keep a secret */
#define JOURNAL_HEX (2 * JOURNAL_HASH + 1)
#define JOURNAL_WORD_MAX 40
#define JOURNAL_LINE_MAX 160

struct journal_line {
	uint32_t number;
	char time[24], what[16], detail[JOURNAL_WORD_MAX + 1];
	char hash[JOURNAL_HEX];
	size_t body; /* bytes before the hash */
};

/* ---- a line */

static void
journal_hash(const char *before, const char *body, size_t len,
	     char out[JOURNAL_HEX])
{
	unsigned char hash[JOURNAL_HASH];
	crypto_generichash_state s;

	crypto_generichash_init(&s, NULL, 0, sizeof(hash));
	crypto_generichash_update(&s, (const unsigned char *)before,
				  strlen(before) + 1);
	crypto_generichash_update(&s, (const unsigned char *)body, len);
	crypto_generichash_final(&s, hash, sizeof(hash));
	sodium_bin2hex(out, JOURNAL_HEX, hash, sizeof(hash));
}

static bool
journal_parse(const char *text, size_t len, struct journal_line *l)
{
	char line[JOURNAL_LINE_MAX + 1];
	int body = 0, end = 0;

	if (len == 0 || len > JOURNAL_LINE_MAX)
		return false;
	memcpy(line, text, len);
	line[len] = '\0';
	if (sscanf(line, "%9u %23s %15s %40s %n%32[0-9a-f]%n", &l->number,
		   l->time, l->what, l->detail, &body, l->hash, &end) != 5 ||
	    (size_t)end != len || strlen(l->hash) != JOURNAL_HEX - 1)
		return false;
	l->body = (size_t)body;
	return l->number > 0;
}

/* What the first line's hash stands on. */
static const char *
journal_root(const char *exercise)
{
	return exercise;
}

size_t
desk_journal_broken(const char *exercise, const char *text)
{
	char before[JOURNAL_HEX] = "", want[JOURNAL_HEX];
	struct journal_line l = {0};
	uint32_t last = 0;
	size_t i, n;

	for (i = 1; *text; i++, text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if (!journal_parse(text, n, &l))
			return i;
		if (i > 1 && l.number != last + 1)
			return i;
		if (i > 1 || l.number == 1) {
			journal_hash(i > 1 ? before : journal_root(exercise),
				     text, l.body, want);
			if (strcmp(want, l.hash) != 0)
				return i;
		}
		last = l.number;
		memcpy(before, l.hash, sizeof(before));
	}
	return 0;
}

json_t *
desk_journal_sum(const char *text)
{
	static const char *const whats[] = {"check", "hint", "reset", "solve"};
	static const char *const keys[] = {"checks", "hints", "resets",
					   "solves"};
	json_int_t counts[4] = {0}, all = 0;
	json_t *sum = json_object();
	struct journal_line l;
	size_t n, i;

	for (; *text; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if (!journal_parse(text, n, &l))
			continue;
		for (i = 0; i < 4; i++)
			counts[i] += strcmp(l.what, whats[i]) == 0;
		if (all++ == 0)
			json_object_set_new(sum, "first", json_string(l.time));
		json_object_set_new(sum, "last", json_string(l.time));
	}
	json_object_set_new(sum, "entries", json_integer(all));
	for (i = 0; i < 4; i++)
		json_object_set_new(sum, keys[i], json_integer(counts[i]));
	return sum;
}

/* ---- the file */

static char *
journal_path(const char *exercise, struct err *e)
{
	_free_ char *state = file_state_dir(e);

	return state ? xasprintf("%s/journal/%s", state, exercise) : NULL;
}

/* The last whole line, and where the file really ends. */
static int
journal_tail(int fd, struct journal_line *l, off_t *end)
{
	char tail[2 * JOURNAL_LINE_MAX + 1];
	off_t size = lseek(fd, 0, SEEK_END), from;
	ssize_t n;
	size_t start, len;

	memset(l, 0, sizeof(*l));
	*end = size;
	if (size <= 0)
		return size < 0 ? -1 : 0;
	from =
	    size > (off_t)sizeof(tail) - 1 ? size - (off_t)sizeof(tail) + 1 : 0;
	n = pread(fd, tail, sizeof(tail) - 1, from);
	if (n < 0)
		return -1;
	for (len = (size_t)n; len > 0 && tail[len - 1] != '\n'; len--)
		;
	*end = from + (off_t)len;
	if (len == 0)
		return 0;
	for (start = len - 1; start > 0 && tail[start - 1] != '\n'; start--)
		;
	if (!journal_parse(tail + start, len - 1 - start, l))
		memset(l, 0, sizeof(*l));
	return 0;
}

static void
journal_word(const char *text, char *out, size_t size)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-_.:";
	size_t i;

	if (text == NULL || *text == '\0')
		text = "-";
	for (i = 0; text[i] && i + 1 < size; i++)
		out[i] = strchr(good, text[i]) ? text[i] : '_';
	out[i] = '\0';
}

static char *
journal_compose(const char *exercise, const struct journal_line *last,
		const char *what, const char *detail)
{
	char when[32], hash[JOURNAL_HEX], word[JOURNAL_WORD_MAX + 1];
	time_t now = time(NULL);
	_free_ char *body = NULL;
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
	journal_word(detail, word, sizeof(word));
	body = xasprintf("%u %s %s %s ", last->number + 1, when, what, word);
	journal_hash(last->number ? last->hash : journal_root(exercise), body,
		     strlen(body), hash);
	return xasprintf("%s%s\n", body, hash);
}

static int
journal_append(int fd, const char *exercise, const char *what,
	       const char *detail)
{
	_free_ char *line = NULL;
	struct journal_line last;
	off_t end;
	size_t len;

	if (flock(fd, LOCK_EX) < 0 || journal_tail(fd, &last, &end) < 0)
		return -1;
	if (end > (off_t)DESK_JOURNAL_MAX - JOURNAL_LINE_MAX) {
		errno = EFBIG;
		return -1;
	}
	line = journal_compose(exercise, &last, what, detail);
	len = strlen(line);
	if (ftruncate(fd, end) < 0 || pwrite(fd, line, len, end) < 0)
		return -1;
	return 0;
}

int
desk_journal_note(const char *exercise, const char *what, const char *detail,
		  struct err *e)
{
	_free_ char *path = journal_path(exercise, e), *dir = NULL;
	int fd, rc = 0;

	if (path == NULL)
		return -1;
	dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	if (file_mkdirs(dir, e) < 0)
		return -1;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_sys(e, "%s", path);
	if (journal_append(fd, exercise, what, detail) < 0)
		rc = err_sys(e, "cannot write %s", path);
	close(fd);
	return rc;
}

int
desk_journal_report(const json_t *report, struct err *e)
{
	const char *name =
	    json_string_value(json_object_get(report, "exercise"));
	_free_ char *detail = xasprintf(
	    "%d/%d", (int)json_integer_value(json_object_get(report, "points")),
	    (int)json_integer_value(json_object_get(report, "total")));

	return desk_journal_note(name ? name : "-", "check", detail, e);
}

char *
desk_journal_read(const char *exercise, size_t max, struct err *e)
{
	_free_ char *path = journal_path(exercise, e), *text = NULL;
	const char *from;
	size_t len;

	if (path == NULL)
		return NULL;
	if (!file_exists(path))
		return xstrdup("");
	if (file_read(path, DESK_JOURNAL_MAX, &text, &len, e) < 0)
		return NULL;
	while (len > 0 && text[len - 1] != '\n')
		text[--len] = '\0';
	from = len > max ? text + len - max : text;
	if (from > text && from[-1] != '\n')
		from += strcspn(from, "\n") + 1;
	return xstrdup(from);
}
