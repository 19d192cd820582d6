/*
 * load: a library that few need, loaded when one does.
 *
 * What a program is linked with is there from its first moment to its last, with all
 * that it stands on. For a library with a large family, of which most runs call
 * nothing, the program has the headers only and calls through a table.
 */
#ifndef BASE_LOAD_H
#define BASE_LOAD_H
#include <stddef.h>

#include "base/err.h"

struct load_function {
	const char *name;
	void *place; /* of a pointer to it */
};

/* Fill the table from the library of that name ("libx.so.1"), which stays. package
 * is the one that brings it. -1 with e set: it is not there, or lacks one. */
int load_library(const char *name, const char *package,
		 const struct load_function *table, size_t n, struct err *e);
#endif
