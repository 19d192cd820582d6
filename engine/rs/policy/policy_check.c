/*
 * policy_check: may this route in?
 *
 * The checks stand in the order in which a member would want to hear of them, and
 * the first that fails names the reason. It is what INEX and arouteserver have in
 * common (RFC 7948 4.1 to 4.8, BCP 194):
 *
 *	the prefix	default route, black lists, bogons, IPv6 global unicast
 *			(2000::/3) only, length
 *	the AS path	empty, first AS, loop, length, bogon AS numbers
 *	the next hop	by the client's policy
 *	the AS path	transit-free networks behind the first AS, networks that
 *			never use route servers
 *	leaks		ONLY_TO_CUSTOMER from a client (RFC 9234 5)
 *	the registries	origin, then prefix, then the rest (policy_origin.c)
 *	RPKI		origin validation (RFC 6811), then ASPA
 *
 * A blackhole route (RFC 7999: 65535:666 or a local community, where general.yml
 * has a policy for the family) may have any length; the other checks hold, and it
 * must lie inside what the client may announce. RPKI says nothing of it, as a ROA
 * for a /24 makes every /32 invalid.
 *
 * Graceful shutdown (RFC 8326) and long-lived stale routes (RFC 9494 4.2) are
 * accepted with a worse rank.
 */
#include <stddef.h>

#include "rs/policy/policy_priv.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

const struct policy_prefix *
policy_prefixes_find(const struct policy_prefixes *l, const struct ip_prefix *p)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct policy_prefix *e = &l->items[i];
		if (p->len < e->ge || p->len > e->le ||
		    (e->prefix.len >= 8 &&
		     e->prefix.addr.bytes[0] != p->addr.bytes[0]))
			continue; /* most of them, at a glance */
		if (ip_prefix_covers(&e->prefix, p))
			return e;
	}
	return NULL;
}

bool
policy_asn_is_bogon(const struct policy *p, uint32_t asn)
{
	static const struct policy_asns bogons[] = {
	    {0, 0},		      /* RFC 7607 */
	    {23456, 23456},	      /* AS_TRANS, RFC 6793 */
	    {64496, 64511},	      /* documentation, RFC 5398 */
	    {64512, 65535},	      /* private, RFC 6996; last, RFC 7300 */
	    {65536, 65551},	      /* documentation, RFC 5398 */
	    {65552, 131071},	      /* reserved by IANA */
	    {4200000000, 4294967295}, /* private, RFC 6996; last, RFC 7300 */
	};
	bool bogon = false;

	for (size_t i = 0; i < COUNT(bogons); i++)
		bogon |= asn >= bogons[i].first && asn <= bogons[i].last;
	if (!bogon)
		return false;
	for (size_t i = 0; i < p->n_allowed; i++)
		if (asn >= p->allowed[i].first && asn <= p->allowed[i].last)
			return false;
	return !policy_is_client(p, asn);
}

/* 2000::/3 */
static bool
is_global(const struct ip_prefix *prefix)
{
	return prefix->addr.family != IP_V6 ||
	       (prefix->len >= 3 && prefix->addr.bytes[0] >> 5 == 1);
}

static enum policy_reason
check_prefix(const struct policy *p, const struct policy_settings *set,
	     const struct ip_prefix *prefix, bool blackhole)
{
	int fam = prefix->addr.family == IP_V6;

	if (prefix->len == 0)
		return POLICY_DEFAULT_ROUTE;
	if (policy_prefixes_find(&p->black_list, prefix) != NULL)
		return POLICY_BLACK_LIST;
	if (policy_prefixes_find(&p->bogons, prefix) != NULL)
		return POLICY_BOGON_PREFIX;
	if (policy_prefixes_find(&set->black_list, prefix) != NULL)
		return POLICY_CLIENT_BLACK_LIST;
	if (!is_global(prefix))
		return POLICY_NOT_GLOBAL;
	if (blackhole)
		return POLICY_ACCEPTED;
	if (prefix->len > set->max_len[fam])
		return POLICY_TOO_LONG;
	if (prefix->len < set->min_len[fam])
		return POLICY_TOO_SHORT;
	return POLICY_ACCEPTED;
}

static bool
path_has_bogon(const struct policy *p, const struct bgp_attrs *a)
{
	struct bgp_path_walk w = bgp_path_walk(a);

	while (bgp_path_next(&w))
		if (policy_asn_is_bogon(p, w.asn))
			return true;
	return false;
}

static enum policy_reason
check_path(const struct policy *p, const struct policy_client *c,
	   const struct bgp_attrs *a)
{
	if (a->path_len == 0)
		return POLICY_EMPTY_PATH;
	if (bgp_path_first(a) != c->asn)
		return POLICY_FIRST_AS;
	if (bgp_path_contains(a, p->rs_as))
		return POLICY_AS_LOOP;
	if (bgp_path_length(a) > c->settings.max_as_path_len)
		return POLICY_PATH_TOO_LONG;
	if (c->settings.reject_invalid_as && path_has_bogon(p, a))
		return POLICY_BOGON_ASN;
	return POLICY_ACCEPTED;
}

static bool
is_of(const struct ip_addr *a, const struct ip_addr *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ip_addr_eq(a, &list[i]))
			return true;
	return false;
}

/* An address of the AS here, of a session that is up or may come. */
static bool
is_of_as(const struct policy *p, const struct ip_addr *a, uint32_t asn)
{
	for (size_t i = 0; i < p->n_clients; i++) {
		const struct policy_client *c = &p->clients[i];
		if (c->asn != asn)
			continue;
		if (is_of(a, c->ip, c->n_ip))
			return true;
		for (size_t j = 0; j < c->n_range; j++)
			if (ip_prefix_has_addr(&c->range[j], a))
				return true;
	}
	return false;
}

/* With RFC 8950 an IPv4 prefix may have the session's IPv6 address. */
static bool
next_hop_is_right(const struct policy *p, const struct policy_session *s,
		  enum ip_family f, const struct ip_addr *nh)
{
	const struct policy_settings *set = &s->client->settings;

	if (nh->family != f && !(set->rfc8950 && nh->family == IP_V6))
		return false;
	switch ((enum policy_next_hop)set->next_hop) {
	case POLICY_NH_STRICT: return ip_addr_eq(nh, &s->address);
	case POLICY_NH_AUTHORIZED:
		return is_of(nh, set->authorized, set->n_authorized);
	case POLICY_NH_SAME_AS: break;
	}
	return ip_addr_eq(nh, &s->address) || is_of_as(p, nh, s->client->asn);
}

bool
policy_asn_in(uint32_t asn, const uint32_t *list, size_t n)
{
	while (n > 1) {
		size_t half = n / 2;
		list += list[half] <= asn ? half : 0;
		n -= half;
	}
	return n == 1 && *list == asn;
}

uint32_t
policy_path_in(const struct bgp_attrs *a, const uint32_t *list, size_t n,
	       uint32_t but)
{
	struct bgp_path_walk w = bgp_path_walk(a);

	while (n > 0 && bgp_path_next(&w))
		if (w.asn != but && policy_asn_in(w.asn, list, n))
			return w.asn;
	return 0;
}

uint32_t
policy_transit_free(const struct policy *p, const struct policy_session *s,
		    const struct bgp_attrs *a)
{
	return policy_path_in(a, p->transit_free, p->n_transit_free,
			      s->client->asn);
}

static enum policy_reason
check_leak(const struct policy *p, const struct policy_session *s,
	   const struct bgp_attrs *a)
{
	const struct policy_client *c = s->client;
	enum policy_way_of way = policy_role(c);

	if (p->transit_free_reject && policy_transit_free(p, s, a) != 0)
		return POLICY_TRANSIT_FREE;
	if (policy_path_in(a, p->never_via, p->n_never_via, 0) != 0)
		return POLICY_NEVER_VIA_RS;
	if (a->has_otc && (way == POLICY_ROLE_DOWN ||
			   (way == POLICY_ROLE_PEER && a->otc != c->asn)))
		return POLICY_OTC_LEAK;
	return POLICY_ACCEPTED;
}

static enum policy_reason
check_rpki(const struct policy_case *c, const struct ip_prefix *prefix,
	   uint16_t *marks)
{
	const struct policy *p = c->p;
	const struct policy_settings *set = &c->s->client->settings;

	if (p->rov && p->rpki != NULL)
		switch (rpki_validate(p->rpki, prefix, c->origin)) {
		case RPKI_VALID: *marks |= POLICY_MARK_ROV_VALID; break;
		case RPKI_NOT_FOUND: *marks |= POLICY_MARK_ROV_UNKNOWN; break;
		case RPKI_INVALID: *marks |= POLICY_MARK_ROV_INVALID; break;
		}
	if (*marks & POLICY_MARK_ROV_INVALID && set->reject_rov_invalid)
		return POLICY_ROV_INVALID;
	if (c->aspa_invalid) {
		*marks |= POLICY_MARK_ASPA_INVALID;
		if (set->reject_aspa_invalid)
			return POLICY_ASPA_INVALID;
	}
	return POLICY_ACCEPTED;
}

static bool
is_blackhole(const struct policy *p, enum ip_family f,
	     const struct bgp_attrs *a)
{
	struct policy_walk w = policy_walk(p, a);

	if (p->blackhole[f == IP_V6] == POLICY_BH_NONE)
		return false;
	if (policy_has_std(a, POLICY_BLACKHOLE_COMMUNITY))
		return true;
	if (!policy_has(p, POLICY_BLACKHOLE))
		return false;
	while (policy_walk_next(&w))
		if (w.m.action == POLICY_BLACKHOLE)
			return true;
	return false;
}

/* Ordinary routes have a LOCAL_PREF of 100, those on their way out less. */
static uint8_t
rank_of(const struct policy *p, const struct bgp_attrs *a, uint16_t marks)
{
	enum { ORDINARY = 100, STALE = 200 };

	if (policy_has_std(a, POLICY_LLGR_COMMUNITY))
		return STALE;
	if (marks & POLICY_MARK_GSHUT && p->gshut_pref < ORDINARY)
		return (uint8_t)(ORDINARY - p->gshut_pref);
	return 0;
}

/* What stands behind the checks of the prefix, up to the registries. */
static enum policy_reason
check_attrs(const struct policy *p, const struct policy_session *s,
	    enum ip_family f, const struct bgp_attrs *a)
{
	enum policy_reason r = check_path(p, s->client, a);

	if (r == POLICY_ACCEPTED && !next_hop_is_right(p, s, f, &a->next_hop))
		r = POLICY_NEXT_HOP;
	return r == POLICY_ACCEPTED ? check_leak(p, s, a) : r;
}

struct policy_case
policy_case(const struct policy *p, const struct policy_session *s,
	    enum ip_family f, const struct bgp_attrs *a)
{
	struct policy_case c = {.p = p,
				.s = s,
				.a = a,
				.origin = bgp_path_origin(a),
				.blackhole = is_blackhole(p, f, a),
				.reason = check_attrs(p, s, f, a)};

	if (c.blackhole)
		c.marks = POLICY_MARK_BLACKHOLE;
	else if (p->gshut && s->client->settings.gshut &&
		 policy_has_std(a, POLICY_GSHUT_COMMUNITY))
		c.marks = POLICY_MARK_GSHUT;
	if (p->transit_free_warn && policy_transit_free(p, s, a) != 0)
		c.marks |= POLICY_MARK_TRANSIT_FREE;
	if (c.reason == POLICY_ACCEPTED && !c.blackhole)
		c.aspa_invalid = policy_aspa_state(p, a) == RPKI_INVALID;
	c.rank = rank_of(p, a, c.marks);
	return c;
}

struct policy_verdict
policy_judge(const struct policy_case *c, const struct ip_prefix *prefix)
{
	const struct policy_client *client = c->s->client;
	uint16_t marks = c->marks;
	enum policy_reason r =
	    check_prefix(c->p, &client->settings, prefix, c->blackhole);

	if (r == POLICY_ACCEPTED)
		r = c->reason;
	if (r == POLICY_ACCEPTED)
		r = policy_origin_check(c->p, client, prefix, c->origin,
					c->blackhole, &marks);
	if (r == POLICY_ACCEPTED && !c->blackhole)
		r = check_rpki(c, prefix, &marks);
	if (r != POLICY_ACCEPTED)
		return (struct policy_verdict){.reason = (uint16_t)r};
	return (struct policy_verdict){
	    .reason = POLICY_ACCEPTED, .marks = marks, .rank = c->rank};
}

struct policy_verdict
policy_import(const struct policy *p, const struct policy_session *s,
	      const struct ip_prefix *prefix, const struct bgp_attrs *a)
{
	struct policy_case c =
	    policy_case(p, s, (enum ip_family)prefix->addr.family, a);

	return policy_judge(&c, prefix);
}

enum policy_reason
policy_check(const struct policy *p, const struct policy_session *s,
	     const struct ip_prefix *prefix, const struct bgp_attrs *a)
{
	return (enum policy_reason)policy_import(p, s, prefix, a).reason;
}
