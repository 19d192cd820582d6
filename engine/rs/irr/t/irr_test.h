/* irr_test: what the tests share. */
#ifndef IRR_TEST_H
#define IRR_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rs/irr/irr.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* "1 2 3 | MISSING" of what a filter of these names (spaces between) holds. */
static inline void
irr_test_filter(const struct irr_db *db, const char *names, char *out,
		size_t size)
{
	const char *list[16], *const *missing;
	char copy[256];
	const uint32_t *asns;
	struct irr_filter *f;
	size_t n = 0, n_asns, n_missing, len = 0;

	snprintf(copy, sizeof(copy), "%s", names);
	for (char *w = strtok(copy, " "); w != NULL; w = strtok(NULL, " "))
		list[n++] = w;
	f = irr_filter_new(db, list, n);
	n_asns = irr_filter_asns(f, &asns);
	n_missing = irr_filter_missing(f, &missing);
	out[0] = '\0';
	for (size_t i = 0; i < n_asns; i++)
		len += (size_t)snprintf(out + len, size - len, "%s%u",
					i > 0 ? " " : "", asns[i]);
	for (size_t i = 0; i < n_missing; i++)
		len += (size_t)snprintf(out + len, size - len, "%s%s",
					i > 0 ? " " : " | ", missing[i]);
	irr_filter_free(f);
}

#endif
