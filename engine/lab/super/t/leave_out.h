/*
 * leave_out: a test that finds out by itself that this machine is no place for it.
 *
 * cmocka's skip() prints "not ok", which prove takes for a failure. The word for
 * prove goes into the test's name, which is printed when the test is over.
 */
#ifndef LEAVE_OUT_H
#define LEAVE_OUT_H

#include <stdio.h>
#include <string.h>

struct leave_out {
	char name[160];
};

static inline void
leave_out(struct leave_out *t, const char *reason)
{
	size_t n = strlen(t->name);

	snprintf(t->name + n, sizeof(t->name) - n, " # SKIP %s", reason);
}

#endif
