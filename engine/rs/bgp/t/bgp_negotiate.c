/*
 * What two machines agree on: each capability offered by none, by one, by the
 * other and by both ends; and every pair of roles.
 */
#include "bgp_test.h"

static struct bgp_fsm a, b;
static uint8_t wire[BGP_MSG_MAX];
static size_t wire_len;

/* The data of the first action of a kind; 0 when there is none. */
static size_t
sent(const struct bgp_actions *out, enum bgp_action_type type)
{
	for (size_t i = 0; i < out->n; i++) {
		if (out->list[i].type != type)
			continue;
		memcpy(wire, out->list[i].data, out->list[i].len);
		return wire_len = out->list[i].len;
	}
	return wire_len = 0;
}

static void
event(struct bgp_fsm *f, enum bgp_event_type type, enum bgp_side side,
      struct bgp_actions *out)
{
	struct bgp_event ev = {.type = type, .side = side};

	bgp_fsm_step(f, &ev, 1000, out);
}

static void
deliver(struct bgp_fsm *f, enum bgp_side side, struct bgp_actions *out)
{
	struct bgp_msg m;

	bgp_fsm_receive(f, side, wire, wire_len, 1000, &m, out);
	bgp_msg_clear(&m);
}

/* a connects to b; both OPENs, both KEEPALIVEs. False: one was refused, and the
 * NOTIFICATION is in wire. */
static bool
handshake(const struct bgp_fsm_conf *ca, const struct bgp_fsm_conf *cb)
{
	struct bgp_actions out, out_b;

	bgp_fsm_init(&a, ca, 1000);
	bgp_fsm_init(&b, cb, 1000);
	event(&a, BGP_EV_START, BGP_OUT, &out);
	event(&b, BGP_EV_START, BGP_OUT, &out);
	event(&b, BGP_EV_TCP_UP, BGP_IN, &out_b);
	event(&a, BGP_EV_TCP_UP, BGP_OUT, &out);
	assert_true(sent(&out, BGP_ACT_SEND_OPEN));
	{
		struct bgp_actions from_a;

		deliver(&b, BGP_IN, &from_a);
		if (sent(&from_a, BGP_ACT_SEND_NOTIFICATION))
			return false;
	}
	assert_true(sent(&out_b, BGP_ACT_SEND_OPEN));
	deliver(&a, BGP_OUT, &out);
	if (sent(&out, BGP_ACT_SEND_NOTIFICATION))
		return false;
	assert_true(sent(&out, BGP_ACT_SEND_KEEPALIVE));
	deliver(&b, BGP_IN, &out_b);
	deliver(&a, BGP_OUT, &out);
	return bgp_fsm_session(&a) && bgp_fsm_session(&b);
}

static struct bgp_fsm_conf
conf(uint32_t asn, bool passive)
{
	return (struct bgp_fsm_conf){.local_as = asn,
				     .local_id = asn,
				     .families = BGP_IPV4 | BGP_IPV6,
				     .passive = passive,
				     .two_byte = true,
				     .no_enhanced_refresh = true,
				     .hold = 90};
}

/* ---- capabilities: how each end offers one, what each then sees ---- */

#define OFFER(name, ...)                         \
	static void name(struct bgp_fsm_conf *c) \
	{                                        \
		__VA_ARGS__;                     \
	}
#define SEEN(name, expression)                                \
	static unsigned int name(const struct bgp_session *s) \
	{                                                     \
		return expression;                            \
	}

OFFER(as4, c->two_byte = false)
OFFER(enhanced, c->no_enhanced_refresh = false)
OFFER(extended, c->extended_message = true)
OFFER(ext_hop, c->ext_nexthop = BGP_IPV4)
OFFER(path_rx, c->add_path_rx = BGP_IPV4 | BGP_IPV6)
OFFER(path_tx, c->add_path_tx = BGP_IPV4 | BGP_IPV6)
OFFER(path_tx6, c->add_path_tx = BGP_IPV6)
OFFER(notify, c->restart.there = c->restart.notification = true)
OFFER(long_lived, c->restart.there = c->long_lived.there = true)
OFFER(long_alone, c->long_lived.there = true)

SEEN(sees_as4, s->as4)
SEEN(sees_enhanced, s->enhanced_refresh)
SEEN(sees_extended, (unsigned int)bgp_msg_limit(s))
SEEN(sees_ext_hop, s->ext_nexthop)
SEEN(sees_rx, s->add_path_rx)
SEEN(sees_tx, s->add_path_tx)
SEEN(sees_notify, s->notify_restart)
SEEN(sees_long, s->long_lived)

static const struct {
	const char *name;
	void (*a)(struct bgp_fsm_conf *c), (*b)(struct bgp_fsm_conf *c);
	unsigned int (*seen)(const struct bgp_session *s);
	unsigned int no, yes_a, yes_b; /* unless both offer; if both do */
} rows[] = {
    {"4-octet AS", as4, as4, sees_as4, 0, 1, 1},
    {"enhanced refresh", enhanced, enhanced, sees_enhanced, 0, 1, 1},
    {"extended messages", extended, extended, sees_extended, 4096, 65535,
     65535},
    {"extended next hop", ext_hop, ext_hop, sees_ext_hop, 0, 1, 1},
    {"ADD-PATH, a receives", path_rx, path_tx, sees_rx, 0, 3, 0},
    {"ADD-PATH, b sends", path_rx, path_tx, sees_tx, 0, 0, 3},
    {"ADD-PATH, one family", path_rx, path_tx6, sees_rx, 0, 2, 0},
    {"ADD-PATH, both receive", path_rx, path_rx, sees_rx, 0, 0, 0},
    {"NOTIFICATION keeps routes", notify, notify, sees_notify, 0, 1, 1},
    {"long-lived restart", long_lived, long_lived, sees_long, 0, 1, 1},
    {"long-lived without restart", long_alone, long_lived, sees_long, 0, 0, 0},
};

static void
capabilities(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (int who = 0; who < 4; who++) {
			struct bgp_fsm_conf ca = conf(1, false);
			struct bgp_fsm_conf cb = conf(2, true);
			bool both = who == 3;

			print_message("# %s: %s\n", rows[i].name,
				      both ? "both" : "not both");
			if (who & 1)
				rows[i].a(&ca);
			if (who & 2)
				rows[i].b(&cb);
			assert_true(handshake(&ca, &cb));
			assert_int_equal(rows[i].seen(bgp_fsm_session(&a)),
					 both ? rows[i].yes_a : rows[i].no);
			assert_int_equal(rows[i].seen(bgp_fsm_session(&b)),
					 both ? rows[i].yes_b : rows[i].no);
		}
	}
}

static void
families(void **state)
{
	(void)state;
	for (uint8_t i = 1; i < 4; i++) {
		for (uint8_t j = 1; j < 4; j++) {
			struct bgp_fsm_conf ca = conf(1, false);
			struct bgp_fsm_conf cb = conf(2, true);

			ca.families = i;
			cb.families = j;
			ca.add_path_rx = cb.add_path_tx = 3;
			ca.ext_nexthop = cb.ext_nexthop = BGP_IPV4;
			assert_true(handshake(&ca, &cb));
			assert_int_equal(bgp_fsm_session(&a)->families, i & j);
			/* what concerns a family needs that family */
			assert_int_equal(bgp_fsm_session(&a)->add_path_rx,
					 i & j);
			assert_int_equal(bgp_fsm_session(&a)->ext_nexthop,
					 i & j & BGP_IPV4);
		}
	}
}

/* ---- RFC 9234 4.2 ---- */

/* Which role may meet which; none may meet any, unless strict. */
static const int partner[] = {BGP_ROLE_CUSTOMER, BGP_ROLE_RS_CLIENT,
			      BGP_ROLE_RS, BGP_ROLE_PROVIDER, BGP_ROLE_PEER};

static void
roles(void **state)
{
	(void)state;
	for (int i = BGP_ROLE_NONE; i <= BGP_ROLE_PEER; i++) {
		for (int j = BGP_ROLE_NONE; j <= BGP_ROLE_PEER; j++) {
			struct bgp_fsm_conf ca = conf(1, false);
			struct bgp_fsm_conf cb = conf(2, true);
			bool fits = i < 0 || j < 0 || partner[i] == j;

			ca.has_role = i >= 0;
			ca.role = (enum bgp_role)(i < 0 ? 0 : i);
			cb.has_role = j >= 0;
			cb.role = (enum bgp_role)(j < 0 ? 0 : j);
			assert_int_equal(handshake(&ca, &cb), fits);
			if (fits) {
				assert_int_equal(bgp_fsm_session(&a)->peer_role,
						 j);
			} else {
				assert_int_equal(wire[19], BGP_ERR_OPEN);
				assert_int_equal(wire[20], 11);
			}
			cb.role_strict = true;
			fits = j < 0 || (i >= 0 && partner[i] == j);
			assert_int_equal(handshake(&ca, &cb), fits);
		}
	}
}

static void
role_words(void **state)
{
	struct bgp_fsm_conf ca = conf(1, false), cb = conf(2, true);

	(void)state;
	ca.has_role = cb.has_role = true;
	ca.role = BGP_ROLE_CUSTOMER;
	cb.role = BGP_ROLE_RS;
	assert_false(handshake(&ca, &cb));
	assert_string_equal(b.last_error,
			    "sent OPEN Message Error/Role Mismatch: the peer "
			    "says it is a customer (3), we are a route server");
	ca.has_role = false;
	cb.role_strict = true;
	assert_false(handshake(&ca, &cb));
	assert_string_equal(b.last_error,
			    "sent OPEN Message Error/Role Mismatch: the peer "
			    "does not say its role");
}

/* An extended message may follow the OPENs, and not come before. */
static void
long_frames(void **state)
{
	static uint8_t in[5000];
	struct bgp_fsm_conf ca = conf(1, false), cb = conf(2, true);
	struct bgp_problem p = {0};
	size_t len;

	(void)state;
	memset(in, 0xFF, 16);
	in[16] = 5000 >> 8;
	in[17] = 5000 & 0xFF;
	in[18] = BGP_UPDATE;
	ca.extended_message = cb.extended_message = true;
	assert_true(handshake(&ca, &cb));
	assert_int_equal(
	    bgp_frame(bgp_fsm_terms(&a, BGP_OUT), in, 5000, &len, &p), BGP_OK);
	assert_int_equal(len, 5000);
	assert_int_equal(
	    bgp_frame(bgp_fsm_terms(&a, BGP_IN), in, 5000, &len, &p),
	    BGP_SESSION_RESET);
	assert_int_equal(p.notify.subcode, 2);
	in[18] = BGP_OPEN; /* RFC 8654 3: never */
	assert_int_equal(
	    bgp_frame(bgp_fsm_terms(&a, BGP_OUT), in, 5000, &len, &p),
	    BGP_SESSION_RESET);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(capabilities), cmocka_unit_test(families),
	    cmocka_unit_test(roles),	    cmocka_unit_test(role_words),
	    cmocka_unit_test(long_frames),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
