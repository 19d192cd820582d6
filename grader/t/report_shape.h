/*
 * Readers of what the printers of reports write, by structure alone: whatever
 * words a report holds, they must not become structure. For the unit test and
 * the fuzzers. Each returns what is wrong, or NULL.
 */
#ifndef GRADER_T_REPORT_SHAPE_H
#define GRADER_T_REPORT_SHAPE_H

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* No byte of it could steer a terminal, or is no UTF-8. */
static inline const char *
shape_clean(const char *text)
{
	_free_ char *copy = xstrdup(text);

	str_clean_lines(copy);
	return strcmp(copy, text) == 0 && strchr(text, '\t') == NULL
		   ? NULL
		   : "it holds what a terminal would obey";
}

static inline size_t
shape_count(const char *text, const char *word)
{
	size_t n = 0;

	for (; (text = strstr(text, word)) != NULL; text += strlen(word))
		n++;
	return n;
}

/* ---- XML, and HTML written like it */

struct shape_tag {
	const char *name;
	size_t len;
};

static inline bool
shape_among(const char *const *words, struct shape_tag t)
{
	for (; *words; words++) {
		if (strlen(*words) == t.len &&
		    strncmp(*words, t.name, t.len) == 0)
			return true;
	}
	return false;
}

/* An entity that a word was escaped with; its length, else 0. */
static inline size_t
shape_entity(const char *p)
{
	static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;",
					    "&#39;"};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (str_starts(p, known[i]))
			return strlen(known[i]);
	}
	return 0;
}

/* After the name of an element: to its '>'. NULL when there is none. */
static inline const char *
shape_attributes(const char *p, const char *const *names)
{
	struct shape_tag t;

	while (*p == ' ') {
		t.name = ++p;
		t.len = strcspn(p, "= \"'<>/&");
		p += t.len;
		if (!shape_among(names, t) || strncmp(p, "=\"", 2) != 0)
			return NULL;
		p += 2;
		while (*p && *p != '"') {
			if (*p == '<' || *p == '\n' ||
			    (*p == '&' && shape_entity(p) == 0))
				return NULL;
			p++;
		}
		if (*p++ != '"')
			return NULL;
	}
	return p;
}

/* elements and attributes: those that may be there, NULL at the end. */
static inline const char *
shape_markup(const char *text, const char *const *elements,
	     const char *const *attributes)
{
	struct shape_tag stack[32], t;
	const char *p = text;
	size_t depth = 0;

	if (str_starts(p, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>") ||
	    str_starts(p, "<!DOCTYPE html>"))
		p = strchr(p, '>') + 1;
	for (; *p; p++) {
		if (*p == '&' && shape_entity(p) == 0)
			return "a bare &";
		if (strncmp(p, "\xef\xbf\xbe", 3) == 0 ||
		    strncmp(p, "\xef\xbf\xbf", 3) == 0)
			return "a character that XML lacks";
		if (*p == '>' || *p == '"' || *p == '\'')
			return "a bare mark";
		if (*p != '<')
			continue;
		p++;
		t.name = *p == '/' ? p + 1 : p;
		t.len = strcspn(t.name, " />");
		if (!shape_among(elements, t))
			return "an element of somebody else's";
		if (*p == '/') {
			if (depth-- == 0 || stack[depth].len != t.len ||
			    strncmp(stack[depth].name, t.name, t.len) != 0)
				return "an end without its beginning";
			p = t.name + t.len;
			if (*p != '>')
				return "an end that does not end";
			continue;
		}
		p = shape_attributes(p + t.len, attributes);
		if (p == NULL)
			return "an attribute of somebody else's";
		if (*p == '/' && *++p == '>')
			continue;
		if (*p != '>' || depth == 32)
			return "an element that does not end";
		stack[depth++] = t;
		if (t.len == 5 && strncmp(t.name, "style", 5) == 0)
			p = strstr(p, "</style>") - 1; /* a constant of ours */
	}
	return depth == 0 ? shape_clean(text) : "an element stays open";
}

static const char *const shape_junit_elements[] = {
    "testsuites", "testsuite", "testcase", "properties", "property",
    "failure",	  "error",     "skipped",  NULL};
static const char *const shape_junit_attributes[] = {
    "name",  "tests", "failures", "errors",    "skipped",
    "value", "type",  "message",  "classname", NULL};
static const char *const shape_html_elements[] = {
    "html", "head",    "meta",	  "style", "title", "body",   "main", "h1",
    "h2",   "h3",      "p",	  "table", "thead", "tbody",  "tr",   "th",
    "td",   "caption", "section", "code",  "span",  "strong", "bdi",  "dl",
    "dt",   "dd",      "article", "div",   "a",	    NULL};
static const char *const shape_html_attributes[] = {
    "lang",	"charset",	   "http-equiv", "content",
    "name",	"class",	   "scope",	 "id",
    "href",	"aria-hidden",	   "role",	 "colspan",
    "tabindex", "aria-labelledby", NULL};

/* ---- CSV (RFC 4180): rows records (the head too), each of the same cells */

/* One cell; where it ends, or NULL. */
static inline const char *
shape_cell(const char *p)
{
	if (*p != '"')
		return p + strspn(p, "0123456789");
	if (strchr("=+-@\t\r", p[1]) && p[1])
		return NULL;
	for (p++; *p; p++) {
		if ((unsigned char)*p < 0x20)
			return NULL;
		if (*p == '"' && *++p != '"')
			return p;
	}
	return NULL;
}

static inline const char *
shape_csv(const char *text, size_t rows)
{
	size_t cells = 0, first = 0, n = 0;
	const char *p = text;

	while (*p) {
		p = shape_cell(p);
		if (p == NULL)
			return "a cell that a spreadsheet would run";
		cells++;
		if (*p == ',') {
			p++;
			continue;
		}
		if (strncmp(p, "\r\n", 2) != 0)
			return "a cell that does not end";
		p += 2;
		if (n++ == 0)
			first = cells;
		if (cells != first)
			return "rows of different lengths";
		cells = 0;
	}
	return n == rows ? NULL : "rows that nobody asked for";
}

/* ---- TAP: every line is one that the printer means; points test points */

static inline bool
shape_tap_word(const char **p, const char *word)
{
	if (!str_starts(*p, word))
		return false;
	*p += strlen(word);
	return true;
}

static inline const char *
shape_tap(const char *text, size_t points)
{
	_free_ char *copy = xstrdup(text);
	char *rest = copy, *line;
	bool bailed = false;
	const char *p;
	size_t n = 0;

	while ((line = strsep(&rest, "\n")) != NULL && rest) {
		p = line + strspn(line, " ");
		if (bailed)
			return "a line after the end";
		if (shape_tap_word(&p, "ok ") ||
		    shape_tap_word(&p, "not ok ")) {
			p += strspn(p, "0123456789");
			if (!str_starts(p, " - ") && *p)
				return "a point without a number";
			n++;
		} else if (str_starts(p, "Bail out! ")) {
			bailed = true;
		} else if (line == copy ? !str_starts(p, "TAP version 1")
					: !str_starts(p, "1..") && *p != '#' &&
					      strcmp(p, "---") != 0 &&
					      strcmp(p, "...") != 0 &&
					      (p - line < 6 || !islower(*p))) {
			return "a line that nobody meant";
		}
	}
	if (!bailed && n != points)
		return "points that nobody meant";
	return shape_clean(text);
}

#endif
