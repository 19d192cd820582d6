/*
 * tap: the Test Anything Protocol, as a writer.
 *
 * Versions 13 and 14 differ in the first line only, in what is written here:
 * subtests are 14's, which a reader of 13 skips. Diagnostics are limited to the
 * one-line double-quoted scalars that every reader known to us accepts. Text
 * from outside cannot start a line of its own nor a directive: control
 * characters become '?', and '#' and '\' are escaped.
 */
#ifndef BASE_TAP_H
#define BASE_TAP_H

#include <stdbool.h>
#include <stdio.h>

struct tap {
	FILE *out;   /* borrowed */
	int depth;   /* nesting of subtests */
	int next[4]; /* number of the next test point, per depth */
};

struct tap tap_begin(FILE *out, int version, int plan);
/* directive is NULL, or "SKIP reason", "TODO reason". */
void tap_point(struct tap *t, bool ok, const char *description,
	       const char *directive);
void tap_subtest_begin(struct tap *t, const char *name, int plan);
/* Closes the subtest with the parent's point of the same description. */
void tap_subtest_end(struct tap *t, bool ok, const char *name);
/* A YAML block after a test point: begin, one or more keys, end. Empty values
 * are left out. */
void tap_yaml_begin(struct tap *t);
void tap_yaml_str(struct tap *t, const char *key, const char *value);
void tap_yaml_int(struct tap *t, const char *key, long value);
void tap_yaml_end(struct tap *t);
void tap_comment(struct tap *t, const char *text);
void tap_bail_out(struct tap *t, const char *reason);

#endif
