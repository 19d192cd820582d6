/* Any text as round-trip times: each address once, or a sentence. */
#include <math.h>
#include <stdlib.h>

#include "rs/policy/policy_conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct policy p = {0};
	struct policy_text t = {"f", (const char *)data, len};
	struct err e = {0};
	int r = policy_source_rtt(&p, &t, &e);

	if ((r < 0) != (e.msg[0] != '\0'))
		__builtin_trap();
	for (size_t i = 0; i < p.n_rtt; i++)
		if (!isfinite(p.rtt[i].ms) || p.rtt[i].ms < 0 ||
		    p.rtt[i].address.family == IP_NONE)
			__builtin_trap();
	free(p.rtt);
	return 0;
}
