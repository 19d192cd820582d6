/*
 * Random routes through a policy with everything: a reason always has its
 * sentence, the rule and the words for it agree, what leaves is scrubbed and
 * leaves so again, and the source's set is never touched.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "rs/policy/t/policy_rich.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define CHECK(x)                          \
	do {                              \
		if (!(x))                 \
			__builtin_trap(); \
	} while (0)

static struct policy_prefix black[] = {{.ge = 24, .le = 32, .comment = NULL}},
			    white[] = {{.ge = 8, .le = 32}};
static struct policy_route white_routes[] = {{.asn = 9}};

static struct ip_prefix
prefix_of(const char *text)
{
	struct ip_prefix p;

	CHECK(ip_prefix_parse(text, &p));
	return p;
}

static void
load(struct rich *r)
{
	static uint32_t asns[] = {9, 174};
	static char comment[] = "LAN";
	struct rpki_vrp v = {prefix_of("100.0.0.0/8"), 24, 7};

	rich_init(r);
	black[0].comment = comment;
	black[0].prefix = prefix_of("192.0.2.0/24");
	r->p.black_list = (struct policy_prefixes){black, 1};
	r->p.transit_free = r->p.never_via = asns;
	r->p.n_transit_free = 2;
	r->p.rpki = rpki_new();
	rpki_add(r->p.rpki, &v);
	rpki_aspa_set(r->p.rpki, 9, (uint32_t[]){7, 8}, 2);
	white[0].prefix = prefix_of("100.1.0.0/16");
	white_routes[0].prefix =
	    (struct policy_prefix){prefix_of("10.0.0.0/8"), 8, 32, NULL};
	for (size_t i = 0; i < RICH_CLIENTS; i++) {
		r->clients[i].white_prefixes =
		    (struct policy_prefixes){white, 1};
		r->clients[i].white_routes = white_routes;
		r->clients[i].n_white_routes = 1;
		r->clients[i].white_asns = asns;
		r->clients[i].n_white_asns = 1;
		r->clients[i].custom = &r->which;
	}
	rich_address(&r->p.blackhole_next_hop[0], "192.0.2.66");
	rich_address(&r->p.blackhole_next_hop[1], "2001:db8::66");
}

/* Switches of the policy, and of the client's side of the session. */
static void
take_settings(struct rich *r, struct rbuf *b)
{
	uint16_t x = rbuf_u16(b);

	r->p.obey_rfc1997 = x & 1;
	r->p.rov = x & 2;
	r->p.aspa = x & 4;
	r->p.tag_as_set = x & 8;
	r->p.roas_as_routes = x & 16;
	r->p.allow_longer_prefixes = x & 32;
	r->p.transit_free_reject = x & 64;
	r->p.transit_free_warn = !(x & 64);
	r->p.n_never_via = x & 128 ? 1 : 0;
	r->p.gshut = x & 256;
	r->p.perform_gshut = x & 512;
	r->p.blackhole_noexport = x & 1024;
	r->p.blackhole[0] = x >> 11 & 1;
	r->p.blackhole[1] = x >> 12 & 1 ? POLICY_BH_REWRITE : 0;
	r->clients[3].n_custom = x >> 13 & 1;
	for (size_t i = 0; i < RICH_CLIENTS; i++) {
		struct policy_settings *s = &r->clients[i].settings;
		uint16_t y = rbuf_u16(b);
		s->enforce_origin = y & 1;
		s->enforce_prefix = y & 2;
		s->reject_rov_invalid = y & 4;
		s->reject_aspa_invalid = y & 8;
		s->gshut = y & 16;
		s->blackhole_announce = y & 32;
		s->prepend_rs_as = y & 64;
		s->roles = y & 128;
		s->rfc8950 = y & 256;
		s->reject_invalid_as = y & 512;
		s->role = (int)(y >> 10 & 7) - 1;
		s->next_hop = (y >> 13) % 3;
		s->reject = (y >> 14) % 3;
	}
}

static struct ip_prefix
take_prefix(struct rbuf *r)
{
	uint8_t bytes[16] = {0};
	enum ip_family f = rbuf_u8(r) & 1 ? IP_V6 : IP_V4;

	for (size_t i = 0; i < 5; i++)
		bytes[i] = rbuf_u8(r);
	struct ip_addr a = ip_addr_from(f, bytes);
	return ip_prefix_of(&a, (uint8_t)(rbuf_u8(r) % (ip_bits(f) + 1)));
}

/* Mostly numbers that mean something to the policy. */
static uint32_t
take_number(struct rbuf *r)
{
	static const uint32_t known[] = {7,	8,     65536, 70000, 9,
					 174,	64500, 64512, 65501, 65511,
					 65534, 65535, 64531, 64532, 64533};
	uint8_t i = rbuf_u8(r);

	return i < sizeof(known) / sizeof(*known) ? known[i]
	       : i > 250			  ? rbuf_u32(r)
						  : i;
}

static void
take_communities(struct rbuf *r, struct bgp_attrs *a)
{
	struct policy_list l = {0};
	const uint8_t *ext;

	for (unsigned int n = rbuf_u8(r) % 40; n > 0; n--)
		switch (rbuf_u8(r) % 4) {
		case 0:
			policy_list_std(&l, take_number(r) << 16 |
						(take_number(r) & 0xffff));
			break;
		case 1: {
			struct bgp_large c = {take_number(r), take_number(r),
					      take_number(r)};
			policy_list_lrg(&l, &c);
			break;
		}
		case 2:
			if ((ext = rbuf_bytes(r, 8)) != NULL)
				policy_list_ext(&l, ext);
			break;
		default: { /* one of ours */
			const struct rich_community *c =
			    &rich_communities[rbuf_u8(r) % POLICY_ACTIONS];
			struct policy_community t = {0};
			rich_template(&t.std, c->std, 2);
			rich_template(&t.lrg, c->lrg, 3);
			rich_template(&t.ext, c->ext, 0);
			policy_list_add(&l, &t, take_number(r));
		}
		}
	policy_list_give(&l, a);
}

static struct bgp_attrs *
take_attrs(struct rbuf *r, const struct policy_session *s)
{
	struct bgp_attrs *a = bgp_attrs_new();
	uint32_t path[64] = {s->client->asn};
	size_t n = rbuf_u8(r) % 64;

	for (size_t i = n > 0 && rbuf_u8(r) % 8 != 0; i < n; i++)
		path[i] = take_number(r);
	bgp_path_set(a, path, n);
	take_communities(r, a);
	a->has_otc = rbuf_u8(r) % 4 == 0;
	a->otc = a->has_otc ? take_number(r) : 0;
	a->has_local_pref = rbuf_u8(r) % 4 == 0;
	a->next_hop = s->address;
	a->next_hop.bytes[3] ^= rbuf_u8(r) % 8 == 0;
	return a;
}

static void
check_way_in(const struct policy *p, const struct policy_session *s,
	     const struct ip_prefix *prefix, const struct bgp_attrs *a,
	     struct policy_verdict v)
{
	char text[512] = "";

	CHECK(v.reason < POLICY_REASONS);
	CHECK(v.reason == POLICY_ACCEPTED || (v.marks == 0 && v.rank == 0));
	policy_reason_print(p, s, prefix, a, v.reason, text, sizeof(text));
	CHECK(text[0] != '\0');
	bgp_attrs_unref(
	    v.reason == POLICY_ACCEPTED
		? policy_tag_accepted(p, s, a, v.marks)
		: policy_tag_rejected(p, s, a, (enum policy_reason)v.reason));
}

/* Nothing of ours is left but what we set ourselves. */
static void
check_scrubbed(const struct policy *p, const struct bgp_attrs *out)
{
	struct policy_walk w = policy_walk(p, out);

	CHECK(!out->has_local_pref);
	while (policy_walk_next(&w))
		CHECK(w.m.action >= POLICY_TAGS);
}

static void
check_way_out(const struct policy *p, const struct policy_session *s,
	      const struct policy_session *to, struct bgp_attrs *a,
	      uint16_t marks)
{
	struct bgp_attrs *before = bgp_attrs_clone(a), *out = NULL, *again;
	unsigned int class = policy_class(to->client);
	struct policy_rule rule;
	char text[256];

	policy_rule_init(&rule, p, s, a, marks);
	uint16_t v = policy_rule_variant(&rule, p, to);
	policy_rule_clear(&rule);
	CHECK(class < POLICY_CLASSES);
	if (v != POLICY_VARIANT_DENY)
		out = policy_export(p, s, a, marks, v, class);
	CHECK(policy_why_not(p, s, a, marks, to, text, sizeof(text)) ==
	      (out == NULL));
	CHECK((text[0] == '\0') == (out != NULL));
	CHECK(bgp_attrs_equal(a, before));
	if (out != NULL) {
		check_scrubbed(p, out);
		again = policy_export(p, s, out, marks,
				      v & ~POLICY_VARIANT_PREPEND, class & ~1u);
		CHECK(again != NULL || out->has_otc);
		CHECK(again == NULL || bgp_attrs_equal(again, out));
		bgp_attrs_unref(again);
	}
	bgp_attrs_unref(out);
	bgp_attrs_unref(before);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct rich rich;
	struct rbuf r = rbuf_of(data, len);

	if (rich.p.index == NULL)
		load(&rich);
	take_settings(&rich, &r);
	struct ip_prefix prefix = take_prefix(&r);
	struct policy_session s = rich.session[rbuf_u8(&r) % RICH_SESSIONS];
	if (prefix.addr.family == IP_V6)
		rich_address(&s.address, "2001:db8::7");
	struct bgp_attrs *a = take_attrs(&r, &s);
	struct policy_verdict v = policy_import(&rich.p, &s, &prefix, a);
	check_way_in(&rich.p, &s, &prefix, a, v);
	if (v.reason == POLICY_ACCEPTED)
		for (size_t i = 0; i < RICH_SESSIONS; i++)
			if (rich.session[i].client != s.client)
				check_way_out(&rich.p, &s, &rich.session[i], a,
					      v.marks);
	bgp_attrs_unref(a);
	return 0;
}
