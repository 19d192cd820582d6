/*
 * json_in: JSON too big for one tree, read piece by piece.
 *
 * A tree of JSON values takes ten times the text. Here the caller walks the outer
 * lists and objects with small functions and gets their elements one at a time,
 * each a tree of jansson's. Failures name line and column.
 */
#ifndef BASE_JSON_IN_H
#define BASE_JSON_IN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct json_in {
	const char *text; /* borrowed */
	size_t len, pos;
	size_t last;	  /* where the last value began */
	const char *name; /* for messages; borrowed */
	struct err *e;	  /* borrowed */
};

/* "name:line:col: what" for a place in the text; -1. */
int json_in_fail(struct json_in *in, size_t pos, const char *what);
/* Skip space; the character that follows, 0 at the end of the text. */
char json_in_peek(struct json_in *in);
/* Take the next character, if it is this one. */
bool json_in_take(struct json_in *in, char c);
/* The next value as a whole, owned; NULL with the error set. */
json_t *json_in_value(struct json_in *in);
int json_in_skip(struct json_in *in);
/* A list: each is called with every element (borrowed) until it returns -1. */
int json_in_list(struct json_in *in,
		 int (*each)(void *arg, const json_t *element), void *arg);
/* An object: member is called with every name and reads the value itself. */
int json_in_object(struct json_in *in,
		   int (*member)(void *arg, const char *name), void *arg);
/* After the last value: -1 when more text follows. */
int json_in_end(struct json_in *in);

#endif
