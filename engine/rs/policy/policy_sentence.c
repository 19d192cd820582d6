/*
 * policy_sentence: why a route is rejected, with the numbers seen.
 *
 * A number alone sends a member to the manual and then to the operator's mailbox.
 * The sentence is for the person who can repair the route: it names the AS, the
 * list, the ROA or the limit that decided. policy_reason.c has the short words.
 */
#include <assert.h>
#include <string.h>

#include "base/str.h"
#include "rs/policy/policy_priv.h"

static uint32_t
first_bogon(const struct policy *p, const struct bgp_attrs *a)
{
	struct bgp_path_walk w = bgp_path_walk(a);

	while (bgp_path_next(&w))
		if (policy_asn_is_bogon(p, w.asn))
			return w.asn;
	return 0;
}

static void
print_listed(const struct policy_prefixes *l, const struct ip_prefix *prefix,
	     const char *list, char *buf, size_t size)
{
	const struct policy_prefix *in = policy_prefixes_find(l, prefix);
	char a[IP_PREFIXSTRLEN], b[IP_PREFIXSTRLEN];

	assert(in != NULL);
	const char *comment = in->comment;
	snprintf(buf, size, "prefix %s lies in %s %s%s%s%s",
		 ip_prefix_print(prefix, a), list,
		 ip_prefix_print(&in->prefix, b), *comment ? " (" : "", comment,
		 *comment ? ")" : "");
}

static void
print_next_hop(const struct policy_session *s, const struct bgp_attrs *a,
	       char *buf, size_t size)
{
	char nh[IP_ADDRSTRLEN], own[IP_ADDRSTRLEN];

	ip_addr_print(&a->next_hop, nh);
	ip_addr_print(&s->address, own);
	switch ((enum policy_next_hop)s->client->settings.next_hop) {
	case POLICY_NH_STRICT:
		snprintf(
		    buf, size,
		    "next hop %s is not the announcing member's address %s", nh,
		    own);
		break;
	case POLICY_NH_SAME_AS:
		snprintf(buf, size, "next hop %s is no address of AS%u here",
			 nh, s->client->asn);
		break;
	case POLICY_NH_AUTHORIZED:
		snprintf(
		    buf, size,
		    "next hop %s is not in the member's list of authorized "
		    "addresses",
		    nh);
		break;
	}
}

static void
print_first_as(const struct policy_session *s, const struct bgp_attrs *a,
	       char *buf, size_t size)
{
	uint32_t first = bgp_path_first(a);

	if (first != 0)
		snprintf(
		    buf, size,
		    "the AS path begins with AS%u, not with the announcing "
		    "member's AS%u",
		    first, s->client->asn);
	else
		snprintf(
		    buf, size,
		    "the AS path begins with a set, not with the announcing "
		    "member's AS%u",
		    s->client->asn);
}

/* A client without AS-SETs has the set of its AS number. */
static bool
has_own_set(const struct policy_client *c)
{
	char own[16];

	snprintf(own, sizeof(own), "AS%u", c->asn);
	return c->n_as_sets == 0 ||
	       (c->n_as_sets == 1 && strcmp(c->as_sets[0], own) == 0);
}

/* "is not in AS-A", "is in none of AS-A, AS-B". */
static void
print_sets(const struct policy_client *c, struct str *text)
{
	str_add(text, c->n_as_sets > 1 ? "is in none of " : "is not in ");
	if (has_own_set(c)) {
		str_addf(text, "AS%u's own objects", c->asn);
		return;
	}
	for (size_t i = 0; i < c->n_as_sets; i++)
		str_addf(text, "%s%s", i > 0 ? ", " : "", c->as_sets[i]);
}

static void
print_registry(const struct policy_client *c, const char *what,
	       const char *name, char *buf, size_t size)
{
	struct str sets = {0};

	print_sets(c, &sets);
	snprintf(buf, size, "%s%s %s", what, name, str_text(&sets));
	str_clear(&sets);
}

static void
print_origin(const struct policy_client *c, const struct bgp_attrs *a,
	     char *buf, size_t size)
{
	char text[16];

	snprintf(text, sizeof(text), "AS%u", bgp_path_origin(a));
	if (bgp_path_origin(a) == 0)
		print_registry(c, "the AS path ends in a set, which", "", buf,
			       size);
	else
		print_registry(c, "", text, buf, size);
}

static void
print_rov(const struct policy *p, const char *prefix,
	  const struct ip_prefix *net, const struct bgp_attrs *a, char *buf,
	  size_t size)
{
	uint32_t origin = bgp_path_origin(a);
	struct rpki_vrp v;
	bool own =
	    p->rpki != NULL && origin != 0 && rpki_covers(p->rpki, net, origin);

	if (p->rpki == NULL ||
	    !rpki_covering(p->rpki, net, own ? origin : 0, &v))
		snprintf(buf, size, "RPKI: no ROA permits AS%u to originate %s",
			 origin, prefix);
	else if (own)
		snprintf(buf, size,
			 "RPKI: AS%u may not originate %s; its ROA permits "
			 "lengths up to /%u",
			 origin, prefix, v.max_len);
	else if (origin == 0)
		snprintf(buf, size,
			 "RPKI: the AS path ends in a set; the ROA for %s "
			 "names AS%u",
			 prefix, v.asn);
	else
		snprintf(buf, size,
			 "RPKI: AS%u may not originate %s; the ROA names AS%u",
			 origin, prefix, v.asn);
}

static void
print_aspa(const struct policy *p, const struct bgp_attrs *a, char *buf,
	   size_t size)
{
	uint32_t customer, provider;

	if (policy_aspa_leak(p, a, &customer, &provider))
		snprintf(buf, size,
			 "ASPA: AS%u is behind AS%u in the AS path and does "
			 "not name it as a provider",
			 customer, provider);
	else
		snprintf(buf, size,
			 "ASPA: the AS path has a set and cannot be verified");
}

/* Sentences about the AS path; false when the reason is of another kind. */
static bool
print_path(const struct policy *p, const struct policy_session *s,
	   const struct bgp_attrs *a, enum policy_reason r, char *buf,
	   size_t size)
{
	const struct policy_client *c = s->client;

	switch (r) {
	case POLICY_EMPTY_PATH:
		snprintf(buf, size,
			 "the AS path is empty; it must begin with AS%u",
			 c->asn);
		break;
	case POLICY_FIRST_AS: print_first_as(s, a, buf, size); break;
	case POLICY_AS_LOOP:
		snprintf(buf, size,
			 "the AS path contains AS%u, the route server itself",
			 p->rs_as);
		break;
	case POLICY_BOGON_ASN:
		snprintf(buf, size,
			 "the AS path contains AS%u, which is not a public AS "
			 "number",
			 first_bogon(p, a));
		break;
	case POLICY_PATH_TOO_LONG:
		snprintf(buf, size, "the AS path has %u hops, more than %u",
			 bgp_path_length(a), c->settings.max_as_path_len);
		break;
	case POLICY_TRANSIT_FREE:
		snprintf(buf, size,
			 "the AS path contains AS%u, a transit-free network, "
			 "behind the first AS: a leak",
			 policy_transit_free(p, s, a));
		break;
	case POLICY_NEVER_VIA_RS:
		snprintf(buf, size,
			 "the AS path contains AS%u, which never uses route "
			 "servers",
			 policy_path_in(a, p->never_via, p->n_never_via, 0));
		break;
	case POLICY_OTC_LEAK:
		snprintf(buf, size,
			 "the route carries ONLY_TO_CUSTOMER AS%u, so AS%u "
			 "leaks it",
			 a->otc, c->asn);
		break;
	case POLICY_ASPA_INVALID: print_aspa(p, a, buf, size); break;
	default: return false;
	}
	return true;
}

/* Sentences about the prefix alone; false when the reason is of another kind. */
static bool
print_prefix(const struct policy *p, const struct policy_session *s,
	     const struct ip_prefix *prefix, enum policy_reason r, char *buf,
	     size_t size)
{
	const struct policy_settings *set = &s->client->settings;
	int fam = prefix->addr.family == IP_V6;
	char text[IP_PREFIXSTRLEN];

	ip_prefix_print(prefix, text);
	switch (r) {
	case POLICY_DEFAULT_ROUTE:
		snprintf(
		    buf, size,
		    "%s is a default route, which has no place at an exchange",
		    text);
		break;
	case POLICY_BLACK_LIST:
		print_listed(&p->black_list, prefix,
			     "the exchange's black list", buf, size);
		break;
	case POLICY_BOGON_PREFIX:
		print_listed(&p->bogons, prefix, "the bogon", buf, size);
		break;
	case POLICY_CLIENT_BLACK_LIST:
		print_listed(&set->black_list, prefix,
			     "the member's black list", buf, size);
		break;
	case POLICY_NOT_GLOBAL:
		snprintf(buf, size,
			 "prefix %s is not IPv6 global unicast (2000::/3)",
			 text);
		break;
	case POLICY_TOO_LONG:
		snprintf(buf, size, "prefix %s is longer than /%u", text,
			 set->max_len[fam]);
		break;
	case POLICY_TOO_SHORT:
		snprintf(buf, size, "prefix %s is shorter than /%u", text,
			 set->min_len[fam]);
		break;
	default: return false;
	}
	return true;
}

char *
policy_reason_print(const struct policy *p, const struct policy_session *s,
		    const struct ip_prefix *prefix, const struct bgp_attrs *a,
		    enum policy_reason r, char *buf, size_t size)
{
	const struct policy_client *c = s->client;
	char text[IP_PREFIXSTRLEN];

	ip_prefix_print(prefix, text);
	if (print_prefix(p, s, prefix, r, buf, size) ||
	    print_path(p, s, a, r, buf, size))
		return buf;
	switch (r) {
	case POLICY_ACCEPTED: snprintf(buf, size, "accepted"); break;
	case POLICY_NEXT_HOP: print_next_hop(s, a, buf, size); break;
	case POLICY_ORIGIN_NOT_IN_SET: print_origin(c, a, buf, size); break;
	case POLICY_PREFIX_NOT_IN_SET:
		print_registry(c, "a route object for ", text, buf, size);
		break;
	case POLICY_ROV_INVALID:
		print_rov(p, text, prefix, a, buf, size);
		break;
	case POLICY_BLACKHOLE_FOREIGN:
		snprintf(buf, size,
			 "the blackhole %s lies in no prefix that AS%u may "
			 "announce",
			 text, c->asn);
		break;
	case POLICY_MAX_BLOCKED:
		snprintf(buf, size,
			 "the member has reached its limit of %u prefixes",
			 c->settings.max_prefix[prefix->addr.family == IP_V6]);
		break;
	default: assert(!"not a reason");
	}
	return buf;
}
