/* Any bytes as a dump: routes come out, and each can be asked for its
 * attributes. */
#include <assert.h>

#include "rs/mrt/mrt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
take(void *arg, const struct mrt_route *r)
{
	const struct mrt *m = arg;
	struct bgp_problem problem = {0};
	struct bgp_attrs *a = mrt_attrs(r, &problem);

	assert(r->peer < m->n_peers);
	assert(r->prefix.len <= ip_bits((enum ip_family)r->prefix.addr.family));
	assert(a || problem.text[0] != '\0');
	bgp_attrs_unref(a);
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mrt_record r = {0};
	struct mrt m = {0};
	struct err e = {0};
	size_t used;

	for (size_t at = 0;
	     mrt_record(data + at, size - at, &r, &used, &e) == 1; at += used)
		if (mrt_decode(&m, &r, take, &m, &e) < 0)
			assert(e.msg[0] != '\0');
	mrt_clear(&m);
	return 0;
}
