/*
 * Reports for the fuzzers of the printers: what a stored file says when it is a
 * report; otherwise one of our own with the input in its texts, cut at the byte
 * 0x1e into words.
 */
#ifndef GRADER_FUZZ_REPORT_WORDS_H
#define GRADER_FUZZ_REPORT_WORDS_H

#include <assert.h>
#include <stdint.h>
#include <stdio.h>

#include "base/out.h"
#include "grader/grader_form.h"
#include "grader/t/report_shape.h"

#define WORDS_MAX 16
#define WORDS_LEN 100 /* bytes of a word: more would only be slow */

struct words {
	char *word[WORDS_MAX];
	size_t n, next;
};

static const char words_check[] =
    "{'id': '', 'kind': '', 'say': '', 'result': '%s', 'points': 0,"
    " 'max': 1, 'expected': '', 'saw': '', 'where': '', 'since_ms': 5000,"
    " 'left_ms': 0, 'cause_id': '', 'cause': '', 'hint_id': '', 'hint': '', "
    "'blocked_by': '',"
    " 'reason': '', 'group': '', 'required': %s}";

static inline char *
words_report(void)
{
	static const char *const results[] = {"pass", "fail", "blocked",
					      "skip", "wait", "error"};
	struct str s = {0};
	size_t i;
	char *p;

	str_add(&s, "[{'exercise': '', 'version': 1, 'title': '', 'result': "
		    "'fail', 'reason': null, 'points': 0, 'total': 6, 'who': "
		    "'', 'steps': [");
	for (i = 0; i < 12; i++) {
		/* an error ends TAP: it stands last, in a step of its own */
		if (i % 5 == 0)
			str_addf(&s,
				 "%s{'id': '', 'title': '', 'result': "
				 "'fail', 'checks': [",
				 i ? "]}, " : "");
		str_addf(&s, i % 5 ? ", " : "");
		str_addf(&s, words_check, results[i < 11 ? i % 5 : 5],
			 i % 2 ? "true" : "false");
	}
	str_add(&s, "]}]}]");
	for (p = s.text; *p; p++)
		*p = *p == '\'' ? '"' : *p;
	return str_steal(&s);
}

static inline void
words_plant(json_t *v, struct words *w)
{
	const char *key;
	json_t *member;
	size_t i;

	json_array_foreach(v, i, member)
	{
		words_plant(member, w);
	}
	json_object_foreach(v, key, member)
	{
		if (!json_is_string(member))
			words_plant(member, w);
		else if (strcmp(key, "result") != 0)
			json_object_set_new(v, key,
					    out_str(w->word[w->next++ % w->n]));
	}
}

/* A list of at least one; never NULL. */
static inline json_t *
words_reports(const uint8_t *data, size_t size)
{
	_free_ char *base = words_report();
	struct words w = {0};
	const uint8_t *end = data + size, *cut;
	struct err e = {0};
	json_t *list;
	size_t i;

	list = grader_report_read("x.json", (const char *)data, size, &e);
	if (list)
		return list;
	assert(e.class == ERR_USAGE && e.msg[0] != '\0');
	do {
		for (cut = data;
		     cut < end && *cut != 0x1e && cut - data < WORDS_LEN;)
			cut++;
		w.word[w.n++] =
		    xstrndup((const char *)data, (size_t)(cut - data));
		data = cut < end && *cut == 0x1e ? cut + 1 : cut;
	} while (data < end && w.n < WORDS_MAX);
	list = grader_report_read("own", base, strlen(base), &e);
	assert(list);
	words_plant(list, &w);
	for (i = 0; i < w.n; i++)
		free(w.word[i]);
	return list;
}

static inline char *
words_print(enum grader_form form, const json_t *reports, bool color)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	grader_form_print(f, form, reports, true, color);
	fclose(f);
	assert(strlen(text) == len);
	return text;
}

/* All checks, and all steps, of a list. */
static inline void
words_count(const json_t *reports, size_t *steps, size_t *checks)
{
	const json_t *r, *step;
	size_t i, s;

	*steps = *checks = 0;
	json_array_foreach(reports, i, r)
	{
		json_array_foreach(json_object_get(r, "steps"), s, step)
		{
			++*steps;
			*checks +=
			    json_array_size(json_object_get(step, "checks"));
		}
	}
}

static inline void
words_expect(const char *wrong, const char *text)
{
	if (wrong) {
		fprintf(stderr, "%s:\n%s\n", wrong, text);
		abort();
	}
}

#endif
