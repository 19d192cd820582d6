#include "grader/grader_bird_parse_priv.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/str.h"

#define BIRD_ERROR_MAX 240 /* bytes of a message that we pass on */

/* ---- lines and replies */

void
bird_reply_clear(struct bird_reply *reply)
{
	size_t i;

	for (i = 0; i < reply->n; i++)
		free(reply->lines[i].text);
	free(reply->lines);
	*reply = (struct bird_reply){0};
}

void
bird_reader_clear(struct bird_reader *r)
{
	bird_reply_clear(&r->reply);
	free(r->data);
	*r = (struct bird_reader){0};
}

void
bird_reader_add(struct bird_reader *r, const void *data, size_t n)
{
	if (r->pos > 0) {
		memmove(r->data, r->data + r->pos, r->len - r->pos);
		r->len -= r->pos;
		r->pos = 0;
	}
	if (r->len + n > r->size) {
		r->size = 2 * (r->len + n);
		r->data = xrealloc(r->data, r->size);
	}
	memcpy(r->data + r->len, data, n);
	r->len += n;
}

static bool
reply_add(struct bird_reply *reply, int code, const char *text, size_t n)
{
	char *copy;

	if ((reply->bytes += n + 1) > BIRD_REPLY_MAX)
		return false;
	if (reply->n == reply->size) {
		reply->size = reply->size ? 2 * reply->size : 32;
		reply->lines = xreallocarray(reply->lines, reply->size,
					     sizeof(*reply->lines));
	}
	copy = xstrndup(text, n);
	str_clean_lines(copy);
	reply->lines[reply->n++] =
	    (struct bird_line){.code = code, .text = copy};
	reply->code = code;
	return true;
}

static bool
is_code(const char *s, size_t n)
{
	return n >= 4 && isdigit((unsigned char)s[0]) &&
	       isdigit((unsigned char)s[1]) && isdigit((unsigned char)s[2]) &&
	       isdigit((unsigned char)s[3]) &&
	       (n == 4 || s[4] == '-' || s[4] == ' ');
}

/* One line without its newline. */
static enum bird_what
reader_line(struct bird_reader *r, const char *s, size_t n, char **log)
{
	int code;

	if (n > 0 && s[0] == '+') {
		*log = xstrndup(s + 1, n - 1);
		str_clean(*log);
		return BIRD_LOG;
	}
	if (n > 0 && s[0] == ' ') {
		if (r->reply.n == 0 ||
		    !reply_add(&r->reply, r->reply.code, s + 1, n - 1))
			return BIRD_RUBBISH;
		return BIRD_MORE;
	}
	if (!is_code(s, n))
		return BIRD_RUBBISH;
	code = (s[0] - '0') * 1000 + (s[1] - '0') * 100 + (s[2] - '0') * 10 +
	       (s[3] - '0');
	if (!reply_add(&r->reply, code, n > 5 ? s + 5 : "", n > 5 ? n - 5 : 0))
		return BIRD_RUBBISH;
	return n > 4 && s[4] == '-' ? BIRD_MORE : BIRD_REPLY;
}

enum bird_what
bird_reader_next(struct bird_reader *r, struct bird_reply *reply, char **log)
{
	enum bird_what what = BIRD_MORE;
	char *line, *end;

	while (what == BIRD_MORE) {
		line = r->data + r->pos;
		end = r->len > r->pos ? memchr(line, '\n', r->len - r->pos)
				      : NULL;
		if (end == NULL)
			return r->len - r->pos > BIRD_LINE_MAX ? BIRD_RUBBISH
							       : BIRD_MORE;
		r->pos += (size_t)(end - line) + 1;
		what = reader_line(r, line, (size_t)(end - line), log);
	}
	if (what == BIRD_REPLY) {
		*reply = r->reply;
		r->reply = (struct bird_reply){0};
	}
	return what;
}

/* ---- words of a line */

/* "  BGP state:          Established" -> "Established" when key is BGP state. */
const char *
bird_value_of(const char *text, const char *key)
{
	size_t n = strlen(key);

	text += strspn(text, " \t");
	if (strncmp(text, key, n) != 0 || text[n] != ':')
		return NULL;
	text += n + 1;
	return text + strspn(text, " \t");
}

json_t *
bird_text(const char *text)
{
	size_t n = strlen(text);
	char *copy;
	json_t *v;

	if (n > BIRD_ERROR_MAX)
		n = BIRD_ERROR_MAX;
	while (n > 0 && isspace((unsigned char)text[n - 1]))
		n--;
	copy = xstrndup(text, n);
	str_clean(copy); /* a cut character is none */
	v = json_string(copy);
	free(copy);
	return v ? v : json_string("");
}

/* ---- configuration and status */

json_t *
bird_config(const struct bird_reply *r)
{
	json_t *o = json_object();
	bool ok = r->code < 8000;

	json_object_set_new(o, "ok", json_boolean(ok));
	if (!ok && r->n > 0)
		json_object_set_new(o, "error",
				    bird_text(r->lines[r->n - 1].text));
	return o;
}

double
bird_reconfigured(const struct bird_reply *r)
{
	static const char words[] = "Last reconfiguration on ";
	struct tm tm = {.tm_isdst = -1};
	const char *rest;
	size_t i;

	for (i = 0; i < r->n; i++) {
		if (!str_starts(r->lines[i].text, words))
			continue;
		rest = strptime(r->lines[i].text + strlen(words),
				"%Y-%m-%d %H:%M:%S", &tm);
		if (rest == NULL)
			return 0;
		return (double)mktime(&tm) +
		       (*rest == '.' ? strtod(rest, NULL) : 0.999);
	}
	return 0;
}
