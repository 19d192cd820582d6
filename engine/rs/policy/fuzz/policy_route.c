/*
 * Random routes against a policy: a reason always has its sentence, the rule and
 * the scrubbing agree with themselves.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "rs/policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char general[] =
    "cfg: {rs_as: 64500, router_id: 192.0.2.1, filtering: {"
    "global_black_list_pref: [{prefix: 203.0.113.0, length: 24}]}, "
    "communities: {do_not_announce_to_any: {std: '0:rs_as', lrg: "
    "'rs_as:0:0'}, do_not_announce_to_peer: {std: '0:peer_as', lrg: "
    "'rs_as:0:peer_as'}, announce_to_peer: {std: 'rs_as:peer_as', lrg: "
    "'rs_as:1:peer_as'}}}";
static const char clients[] =
    "clients: [{asn: 1, ip: [203.0.113.10, '2001:db8::10']}]";
static const char bogons[] = "bogons: [{prefix: 10.0.0.0, length: 8}]";

static struct policy *
load(void)
{
	struct yaml_doc g, c, b;
	struct err e;

	if (yaml_parse(&g, "g", general, strlen(general), &e) < 0 ||
	    yaml_parse(&c, "c", clients, strlen(clients), &e) < 0 ||
	    yaml_parse(&b, "b", bogons, strlen(bogons), &e) < 0)
		abort();
	struct policy *p = policy_new(&g, &c, &b, &e);
	yaml_clear(&g);
	yaml_clear(&c);
	yaml_clear(&b);
	if (p == NULL)
		abort();
	return p;
}

static struct ip_prefix
take_prefix(struct rbuf *r)
{
	uint8_t bytes[16];
	enum ip_family f = rbuf_u8(r) & 1 ? IP_V6 : IP_V4;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = i < 3 ? rbuf_u8(r) : 0;
	struct ip_addr a = ip_addr_from(f, bytes);
	return ip_prefix_of(&a, (uint8_t)(rbuf_u8(r) % (ip_bits(f) + 1)));
}

/* Mostly AS numbers that mean something to the policy. */
static uint32_t
take_asn(struct rbuf *r)
{
	static const uint32_t known[] = {0, 1, 23456, 64500, 64512, 65535};
	uint8_t i = rbuf_u8(r);

	return i < 6 ? known[i] : i < 12 ? rbuf_u32(r) : i;
}

static struct bgp_attrs *
take_attrs(struct rbuf *r)
{
	struct bgp_attrs *a = bgp_attrs_new();
	uint32_t list[32];
	struct bgp_large large[32];
	size_t n = rbuf_u8(r) % 33;

	for (size_t i = 0; i < n; i++)
		list[i] = take_asn(r);
	bgp_path_set(a, list, n);
	n = rbuf_u8(r) % 33;
	for (size_t i = 0; i < n; i++)
		list[i] = take_asn(r) << 16 | (take_asn(r) & 0xffff);
	bgp_attrs_set_communities(a, list, n);
	n = rbuf_u8(r) % 33;
	for (size_t i = 0; i < n; i++)
		large[i] = (struct bgp_large){take_asn(r), rbuf_u8(r) & 3,
					      take_asn(r)};
	bgp_attrs_set_large(a, large, n);
	return a;
}

static void
check_way_out(const struct policy *p, const struct policy_session *s,
	      struct bgp_attrs *a)
{
	struct policy_rule rule;

	policy_rule_init(&rule, p, s, a, 0);
	if (policy_rule_variant(&rule, p, s) != POLICY_VARIANT_DENY)
		__builtin_trap();
	struct bgp_attrs *once = policy_export(p, s, a, 0, 0, 0);
	struct bgp_attrs *twice = policy_export(p, s, once, 0, 0, 0);
	if (!bgp_attrs_equal(once, twice))
		__builtin_trap();
	policy_rule_clear(&rule);
	bgp_attrs_unref(once);
	bgp_attrs_unref(twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct policy *p;
	char text[512];
	struct rbuf r = rbuf_of(data, len);

	if (p == NULL)
		p = load();
	struct ip_prefix prefix = take_prefix(&r);
	struct policy_session s = {
	    &p->clients[0], p->clients[0].ip[prefix.addr.family == IP_V6]};
	struct bgp_attrs *a = take_attrs(&r);
	a->next_hop = s.address;
	a->next_hop.bytes[3] ^= rbuf_u8(&r) & 1;
	enum policy_reason why = policy_check(p, &s, &prefix, a);
	policy_reason_print(p, &s, &prefix, a, why, text, sizeof(text));
	if (text[0] == '\0')
		__builtin_trap();
	check_way_out(p, &s, a);
	bgp_attrs_unref(a);
	return 0;
}
