/*
 * out: what a verb shows, as text or as JSON, from one value.
 *
 * A verb builds its answer as a JSON value with documented keys. --json prints
 * that value; otherwise the same value is printed as a table whose columns are
 * picked by key. So no verb prints twice, and the two forms cannot disagree.
 * All strings are cleaned before they reach a terminal (JSON escapes them).
 */
#ifndef BASE_OUT_H
#define BASE_OUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct out_column {
	const char *title; /* upper case */
	const char *key;   /* a key of each row; "a.b" goes one deeper */
};

/* Indented, keys in the order they were set, newline at the end. */
void out_json(FILE *f, const json_t *value);
/* An array of objects as aligned columns; prints empty when there are none. */
void out_table(FILE *f, const json_t *rows, const struct out_column *columns,
	       size_t n, const char *empty);
/* One object as "key: value" lines, one per column. */
void out_record(FILE *f, const json_t *row, const struct out_column *columns,
		size_t n);
/* A value as one word for a person: strings cleaned, lists joined by a space,
 * null as "-". Owned by the caller. */
char *out_word(const json_t *value);
/* The text at a key of an object, for code to compare: as it stands there, ""
 * when there is none. Borrowed. */
const char *out_text(const json_t *object, const char *key);

/* json_string() that never fails: what is not UTF-8 is cleaned first. */
json_t *out_str(const char *text);

#endif
