/* Any text as bgpq4's output: taken, or a sentence. */
#include <stdlib.h>

#include "rs/irr/irr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const names[] = {"NN", "AS-A"};
	struct irr_db *db = irr_db_new();
	struct err e = {0};
	struct irr_filter *f;
	struct ip_prefix p;
	int rc = irr_db_bgpq4(db, (const char *)data, len, "f", &e);

	if ((rc < 0) != (e.msg[0] != '\0') || irr_db_routes(db) != 0)
		abort();
	f = irr_filter_new(db, names, 2);
	if (!ip_prefix_parse("10.0.0.0/8", &p))
		abort();
	if (irr_filter_has_prefix(f, &p, false) &&
	    !irr_filter_has_prefix(f, &p, true))
		abort();
	irr_filter_free(f);
	irr_db_free(db);
	return 0;
}
