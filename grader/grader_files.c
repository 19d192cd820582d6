#include "grader/grader_files.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_answer.h"
#include "grader/grader_kind.h"

#define FILES_LINES 1000      /* kept of a node's log */
#define FILES_LINE_MAX 2048   /* bytes */
#define FILES_ONCE (1u << 20) /* bytes of the log read at a time */
#define LOG_WHEN "2026-11-22 16:40:02.123 "

struct grader_files {
	const struct exercise *x;
	char *instance, *log;
	unsigned int asks;
	ino_t inode;
	off_t at; /* of the log, read so far */
	struct str line;
	json_t *lines; /* {NODE: [{wall_ms, text}]} of the nodes asked for */
};

struct grader_files *
grader_files_new(const struct exercise *x, const char *instance,
		 const char *state_dir)
{
	struct grader_files *f = xcalloc(1, sizeof(*f));
	const struct exercise_check *c;

	f->x = x;
	f->instance = xstrdup(instance);
	f->log = xasprintf("%s/log", state_dir);
	f->lines = json_object();
	for (c = x->checks; c < x->checks + x->nchecks; c++) {
		f->asks |= c->kind->asks & GRADER_ASK_FILES;
		if (c->kind->asks & GRADER_ASK_LOG)
			json_object_set_new(f->lines, grader_params(c)->at,
					    json_array());
	}
	return f;
}

void
grader_files_free(struct grader_files *f)
{
	if (f == NULL)
		return;
	free(f->instance);
	free(f->log);
	str_clear(&f->line);
	json_decref(f->lines);
	free(f);
}

/* ---- the log */

/* n digits of s, which is long enough. */
static bool
log_digits(const char *s, size_t n, int *out)
{
	*out = 0;
	for (; n > 0; n--, s++) {
		if (*s < '0' || *s > '9')
			return false;
		*out = *out * 10 + (*s - '0');
	}
	return true;
}

static bool
log_when(const char *s, uint64_t *wall_ms)
{
	struct tm tm = {.tm_isdst = -1};
	time_t when;
	int ms;

	if (strlen(s) < strlen(LOG_WHEN) || s[4] != '-' || s[7] != '-' ||
	    s[10] != ' ' || s[13] != ':' || s[16] != ':' || s[19] != '.' ||
	    s[23] != ' ' || !log_digits(s, 4, &tm.tm_year) ||
	    !log_digits(s + 5, 2, &tm.tm_mon) ||
	    !log_digits(s + 8, 2, &tm.tm_mday) ||
	    !log_digits(s + 11, 2, &tm.tm_hour) ||
	    !log_digits(s + 14, 2, &tm.tm_min) ||
	    !log_digits(s + 17, 2, &tm.tm_sec) || !log_digits(s + 20, 3, &ms))
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	when = mktime(&tm);
	*wall_ms = when < 0 ? 0 : (uint64_t)when * 1000 + (uint64_t)ms;
	return true;
}

bool
grader_log_line(char *line, uint64_t *wall_ms, const char **who,
		const char **text)
{
	char *name, *colon;

	if (!log_when(line, wall_ms))
		return false;
	name = line + strlen(LOG_WHEN);
	if ((colon = strstr(name, ": ")) == NULL || colon == name ||
	    memchr(name, ' ', (size_t)(colon - name)) != NULL)
		return false;
	*colon = '\0';
	*who = name;
	*text = colon + 2;
	return true;
}

static void
log_take(struct grader_files *f)
{
	const char *who, *text;
	uint64_t wall_ms;
	json_t *rows;

	if (f->line.len == 0 ||
	    !grader_log_line(f->line.text, &wall_ms, &who, &text))
		return;
	if ((rows = json_object_get(f->lines, who)) == NULL)
		return;
	json_array_append_new(rows, json_pack("{sI so}", "wall_ms",
					      (json_int_t)wall_ms, "text",
					      out_str(text)));
	if (json_array_size(rows) > FILES_LINES)
		json_array_remove(rows, 0);
}

static void
log_bytes(struct grader_files *f, const char *s, size_t n)
{
	const char *end;
	size_t part;

	while (n > 0) {
		end = memchr(s, '\n', n);
		part = end ? (size_t)(end - s) : n;
		if (f->line.len + part > FILES_LINE_MAX)
			part = FILES_LINE_MAX - f->line.len;
		str_addn(&f->line, s, part);
		if (end == NULL)
			return;
		log_take(f);
		str_clear(&f->line);
		n -= (size_t)(end + 1 - s);
		s = end + 1;
	}
}

/* What is new in the file; the supervisor begins a new one now and then. */
static void
log_read(struct grader_files *f)
{
	int fd = open(f->log, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	_free_ char *room = NULL;
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		if (st.st_ino != f->inode || st.st_size < f->at)
			f->at = 0;
		f->inode = st.st_ino;
		room = xmalloc(FILES_ONCE);
		while ((n = pread(fd, room, FILES_ONCE, f->at)) > 0) {
			log_bytes(f, room, (size_t)n);
			f->at += n;
		}
	}
	close(fd);
}

static uint64_t
wall_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static void
look_log(struct grader_files *f, json_t *evidence)
{
	json_t *nodes = json_object_get(evidence, "nodes"), *n, *rows;
	const char *node;

	log_read(f);
	json_object_set_new(evidence, "wall_ms",
			    json_integer((json_int_t)wall_ms()));
	json_object_foreach(f->lines, node, rows)
	{
		if ((n = json_object_get(nodes, node)) == NULL) {
			n = json_object();
			json_object_set_new(nodes, node, n);
		}
		json_object_set(n, "log", rows);
	}
}

/* ---- both */

static void
look_answers(const struct grader_files *f, json_t *evidence)
{
	struct err e;
	json_t *answers = grader_answers(f->instance, &e);

	if (answers)
		json_object_set_new(evidence, "answers", answers);
}

void
grader_files_look(struct grader_files *f, json_t *evidence, uint64_t now_ms)
{
	json_t *times = json_object_get(evidence, "at_ms");
	size_t i;

	if (f == NULL || f->asks == 0)
		return;
	if (f->asks & GRADER_ASK_LOG)
		look_log(f, evidence);
	if (f->asks & GRADER_ASK_ANSWERS)
		look_answers(f, evidence);
	for (i = 0; i < f->x->nchecks; i++) {
		if (f->x->checks[i].kind->asks & GRADER_ASK_FILES)
			json_object_set_new(times, f->x->checks[i].id,
					    json_integer((json_int_t)now_ms));
	}
}
