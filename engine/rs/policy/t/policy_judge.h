/* For tests of the way in: routes of AS8's to the world of policy_rich.h, and what
 * is said of them. */
#ifndef POLICY_JUDGE_H
#define POLICY_JUDGE_H

#include "rs/policy/t/policy_rich.h"

static struct rich rich;
static struct policy_client *eight;
static struct policy_settings *set; /* its */

static inline void
judge_init(void)
{
	rich_init(&rich);
	eight = &rich.clients[1];
	set = &eight->settings;
}

struct expected {
	const char *prefix, *path, *communities;
	enum policy_reason reason;
	uint16_t marks;
	const char *sentence;
};

#define OK "accepted"

static inline void
judge(const struct expected *x, size_t n)
{
	for (; n > 0; n--, x++) {
		struct policy_session *s = &rich.session[2];
		struct bgp_attrs *a =
		    rich_attrs(x->path, "192.0.2.98", x->communities);
		struct ip_prefix prefix;
		char text[256];

		assert_true(ip_prefix_parse(x->prefix, &prefix));
		struct policy_session six = *s;
		if (prefix.addr.family == IP_V6) {
			rich_address(&six.address, "2001:db8::8");
			a->next_hop = six.address;
			s = &six;
		}
		struct policy_verdict v = policy_import(&rich.p, s, &prefix, a);
		policy_reason_print(&rich.p, s, &prefix, a, v.reason, text,
				    sizeof(text));
		assert_string_equal(text, x->sentence);
		assert_int_equal(v.reason, x->reason);
		assert_int_equal(v.marks, x->marks);
		assert_int_equal(policy_check(&rich.p, s, &prefix, a),
				 x->reason);
		bgp_attrs_unref(a);
	}
}

#define JUDGE(rows) judge(rows, sizeof(rows) / sizeof(*(rows)))

#endif
