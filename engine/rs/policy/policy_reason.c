/*
 * policy_reason: why a route is rejected, in words and numbers.
 *
 * The table is the one place where a reason has its word for scripts and its
 * numbers for the wire: n of the large community RS:1101:n, as INEX and the
 * Euro-IX list use it (20 as Equinix does, 21 and 22 of our own), and
 * arouteserver's number for reject_cause, 65535 where it knows none.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/policy/policy_priv.h"

static const struct {
	const char *slug;
	unsigned int code, cause;
	const char *text;
} reasons[] = {
    [POLICY_ACCEPTED] = {"accepted", 0, 0, "the route is used"},
    [POLICY_DEFAULT_ROUTE] = {"default-route", 3, 2,
			      "a default route has no place at an exchange"},
    [POLICY_BLACK_LIST] =
	{"black-listed-prefix", 3, 3,
	 "the prefix is in global_black_list_pref, such as the peering LAN"},
    [POLICY_BOGON_PREFIX] = {"bogon-prefix", 3, 2, "the prefix is a bogon"},
    [POLICY_CLIENT_BLACK_LIST] =
	{"client-black-listed-prefix", 3, 11,
	 "the prefix is in the client's black_list_pref"},
    [POLICY_TOO_LONG] = {"prefix-too-long", 1, 13,
			 "the prefix is longer than the longest taken"},
    [POLICY_TOO_SHORT] = {"prefix-too-short", 2, 13,
			  "the prefix is shorter than the shortest taken"},
    [POLICY_EMPTY_PATH] = {"as-path-empty", 6, 6, "the AS path is empty"},
    [POLICY_FIRST_AS] = {"first-as-not-peer", 7, 6,
			 "the AS path does not begin with the member's AS"},
    [POLICY_AS_LOOP] = {"as-loop", 20, 7,
			"the AS path contains the route server's AS"},
    [POLICY_PATH_TOO_LONG] = {"as-path-too-long", 5, 1,
			      "the AS path is longer than the longest taken"},
    [POLICY_BOGON_ASN] =
	{"bogon-asn", 4, 7,
	 "the AS path contains an AS number that is not for the Internet"},
    [POLICY_NEXT_HOP] = {"next-hop-not-peer", 8, 5,
			 "the next hop is not one that this member may use"},
    [POLICY_NOT_GLOBAL] = {"not-global-unicast", 3, 10,
			   "an IPv6 prefix outside 2000::/3"},
    [POLICY_TRANSIT_FREE] =
	{"transit-free-asn", 14, 8,
	 "a transit-free network is in the AS path behind the first AS"},
    [POLICY_NEVER_VIA_RS] =
	{"never-via-route-servers", 14, 15,
	 "the AS path contains an AS that never uses route servers"},
    [POLICY_ORIGIN_NOT_IN_SET] =
	{"origin-not-in-as-set", 10, 9,
	 "the registry does not name the origin AS among the member's"},
    [POLICY_PREFIX_NOT_IN_SET] =
	{"prefix-not-in-as-set", 9, 12,
	 "the registry has no route object for the prefix"},
    [POLICY_ROV_INVALID] = {"rpki-invalid", 13, 14,
			    "the ROAs name another origin or shorter prefixes"},
    [POLICY_ASPA_INVALID] = {"aspa-invalid", 13, 14,
			     "the ASPAs say that the AS path leaks a route"},
    [POLICY_OTC_LEAK] = {"otc-leak", 21, 65535,
			 "ONLY_TO_CUSTOMER on a route from a member: a leak"},
    [POLICY_BLACKHOLE_FOREIGN] =
	{"blackhole-not-covered", 9, 12,
	 "a blackhole outside the prefixes that the member may announce"},
    [POLICY_MAX_BLOCKED] = {"over-prefix-limit", 22, 65535,
			    "one route more than max_prefix permits"},
};

const char *
policy_reason_slug(enum policy_reason r)
{
	assert(r < POLICY_REASONS);
	return reasons[r].slug;
}

unsigned int
policy_reason_code(enum policy_reason r)
{
	assert(r < POLICY_REASONS);
	return reasons[r].code;
}

unsigned int
policy_reason_cause(enum policy_reason r)
{
	assert(r < POLICY_REASONS);
	return reasons[r].cause;
}

void
policy_reasons_print(FILE *f)
{
	for (size_t i = 1; i < POLICY_REASONS; i++)
		fprintf(f, ".It %u Ta %s Ta %s\n", reasons[i].code,
			reasons[i].slug, reasons[i].text);
}

/* ---- the sentence */

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

/* "is not in AS-A", "is in none of AS-A, AS-B". */
static void
print_sets(const struct policy_client *c, struct str *text)
{
	str_add(text, c->n_as_sets > 1 ? "is in none of " : "is not in ");
	if (c->n_as_sets == 0)
		str_addf(text, "AS%u's own objects", c->asn);
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
			 policy_path_in(a, p->transit_free, p->n_transit_free,
					c->asn));
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

char *
policy_reason_print(const struct policy *p, const struct policy_session *s,
		    const struct ip_prefix *prefix, const struct bgp_attrs *a,
		    enum policy_reason r, char *buf, size_t size)
{
	const struct policy_settings *set = &s->client->settings;
	int fam = prefix->addr.family == IP_V6;
	char text[IP_PREFIXSTRLEN];

	ip_prefix_print(prefix, text);
	if (print_path(p, s, a, r, buf, size))
		return buf;
	switch (r) {
	case POLICY_ACCEPTED: snprintf(buf, size, "accepted"); break;
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
	case POLICY_NEXT_HOP: print_next_hop(s, a, buf, size); break;
	case POLICY_ORIGIN_NOT_IN_SET:
		print_origin(s->client, a, buf, size);
		break;
	case POLICY_PREFIX_NOT_IN_SET:
		print_registry(s->client, "a route object for ", text, buf,
			       size);
		break;
	case POLICY_ROV_INVALID:
		print_rov(p, text, prefix, a, buf, size);
		break;
	case POLICY_BLACKHOLE_FOREIGN:
		snprintf(buf, size,
			 "the blackhole %s lies in no prefix that AS%u may "
			 "announce",
			 text, s->client->asn);
		break;
	case POLICY_MAX_BLOCKED:
		snprintf(buf, size,
			 "the member has reached its limit of %u prefixes",
			 set->max_prefix[fam]);
		break;
	default: assert(!"not a reason");
	}
	return buf;
}
