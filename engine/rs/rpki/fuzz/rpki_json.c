/*
 * Any text as a validator's file: all of it is taken, or nothing and a sentence.
 * What was taken can be replaced, and every VRP covers its own prefix.
 */
#include <stdlib.h>

#include "rs/rpki/rpki.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const anchors[] = {"ripe"};
	const struct rpki_part part = {.vrps = true,
				       .anchors = anchors,
				       .n_anchors = 1,
				       .not_before = 1,
				       .now = 1};
	struct rpki *t = rpki_new(), *some = rpki_new();
	struct ip_prefix *changes;
	struct err e = {0};
	bool aspas;
	size_t n;
	int rc = rpki_json(t, (const char *)data, len, "f", &e);

	if ((rc < 0) != (e.msg[0] != '\0') ||
	    (rc < 0 && rpki_count(t) + rpki_aspa_count(t) > 0))
		abort();
	rpki_json_part(some, &part, (const char *)data, len, "f", &e);
	if (rpki_count(some) > rpki_count(t) && rc == 0)
		abort();
	changes = rpki_changes(t, &n, &aspas);
	if (n > rpki_count(t) || aspas != (rpki_aspa_count(t) > 0))
		abort();
	for (size_t i = 0; i < n; i++)
		if (rpki_validate(t, &changes[i], 0) != RPKI_INVALID)
			abort();
	free(changes);
	rpki_replace(t, some);
	rpki_free(t);
	rpki_free(some);
	return 0;
}
