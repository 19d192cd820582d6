/* For tests of the way out: who gets which variant in the world of policy_rich.h. */
#ifndef POLICY_VARIANT_H
#define POLICY_VARIANT_H

#include "rs/policy/t/policy_rich.h"

enum {
	DENY = POLICY_VARIANT_DENY,
	NOEXP = POLICY_VARIANT_NOEXPORT,
	NOADV = POLICY_VARIANT_NOADVERTISE,
};

static struct rich rich;

/* The sessions of policy_rich.h by AS and round-trip time. */
enum {
	S7_37,
	S7_5,
	S8_NONE,
	S8_5,
	S65536_30,
	S65536_250,
	S70000_NONE,
	S70000_100
};

static uint16_t
variant_of(const struct bgp_attrs *a, uint16_t marks, int from, int to)
{
	struct policy_rule r;

	policy_rule_init(&r, &rich.p, &rich.session[from], a, marks);
	uint16_t v = policy_rule_variant(&r, &rich.p, &rich.session[to]);
	policy_rule_clear(&r);
	return v;
}

#endif
