/* Any text as a registry, and every name of it as a filter. */
#include <stdlib.h>
#include <string.h>

#include "rs/irr/irr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
check_filter(const struct irr_filter *f)
{
	const char *const *missing;
	const uint32_t *asns;
	size_t n = irr_filter_asns(f, &asns);
	struct ip_prefix p;

	for (size_t i = 0; i < n; i++)
		if ((i > 0 && asns[i] <= asns[i - 1]) ||
		    !irr_filter_has_asn(f, asns[i]))
			abort();
	n = irr_filter_missing(f, &missing);
	for (size_t i = 0; i < n; i++)
		if (missing[i][0] == '\0')
			abort();
	if (!ip_prefix_parse("10.0.0.0/8", &p))
		abort();
	if (irr_filter_has_prefix(f, &p, false) &&
	    !irr_filter_has_prefix(f, &p, true))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const names[] = {"AS-A", "X::AS-B", "AS1"};
	struct irr_db *db = irr_db_new();
	struct err e = {0};
	int rc = irr_db_rpsl(db, (const char *)data, len, "f", &e);
	struct irr_filter *f;
	int line;

	if ((irr_db_malformed(db, &line) != 0) != (line != 0))
		abort();
	if ((rc < 0) != (e.msg[0] != '\0') ||
	    (rc < 0 && irr_db_routes(db) + irr_db_sets(db) > 0))
		abort();
	f = irr_filter_new(db, names, 3);
	check_filter(f);
	irr_filter_free(f);
	irr_db_free(db);
	return 0;
}
