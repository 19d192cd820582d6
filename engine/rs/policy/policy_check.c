/*
 * policy_check: may this route in?
 *
 * The checks stand in the order in which a member would want to hear of them:
 * what is wrong with the prefix whoever sends it, then its length, then the AS
 * path, then the next hop. RFC 7948 4.1 to 4.8, BCP 194. The first that fails
 * names the reason.
 */
#include "rs/policy/policy.h"

#include <stddef.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

const struct policy_prefix *
policy_prefixes_find(const struct policy_prefixes *l, const struct ip_prefix *p)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct policy_prefix *e = &l->items[i];
		if (p->len >= e->ge && p->len <= e->le &&
		    ip_prefix_covers(&e->prefix, p))
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
	for (size_t i = 0; i < p->n_clients; i++)
		if (p->clients[i].asn == asn)
			return false;
	return true;
}

static enum policy_reason
check_prefix(const struct policy *p, const struct policy_settings *set,
	     const struct ip_prefix *prefix)
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

static bool
next_hop_is_right(const struct policy *p, const struct policy_session *s,
		  const struct ip_addr *nh)
{
	const struct policy_settings *set = &s->client->settings;

	switch ((enum policy_next_hop)set->next_hop) {
	case POLICY_NH_STRICT: return ip_addr_eq(nh, &s->address);
	case POLICY_NH_AUTHORIZED:
		return is_of(nh, set->authorized, set->n_authorized);
	case POLICY_NH_SAME_AS: break;
	}
	for (size_t i = 0; i < p->n_clients; i++)
		if (p->clients[i].asn == s->client->asn &&
		    is_of(nh, p->clients[i].ip, p->clients[i].n_ip))
			return true;
	return false;
}

enum policy_reason
policy_check(const struct policy *p, const struct policy_session *s,
	     const struct ip_prefix *prefix, const struct bgp_attrs *a)
{
	enum policy_reason r = check_prefix(p, &s->client->settings, prefix);

	if (r == POLICY_ACCEPTED)
		r = check_path(p, s->client, a);
	if (r == POLICY_ACCEPTED && !next_hop_is_right(p, s, &a->next_hop))
		r = POLICY_NEXT_HOP;
	return r;
}

struct policy_verdict
policy_import(const struct policy *p, const struct policy_session *s,
	      const struct ip_prefix *prefix, const struct bgp_attrs *a)
{
	return (struct policy_verdict){
	    .reason = (uint16_t)policy_check(p, s, prefix, a)};
}
