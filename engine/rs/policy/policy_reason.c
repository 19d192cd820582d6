/*
 * policy_reason: why a route is rejected, in words and numbers.
 *
 * The table is the one place where a reason has its word for scripts and its
 * number for the wire: n of the large community RS:1101:n, as INEX and the
 * Euro-IX list use it (20 as Equinix does).
 */
#include "rs/policy/policy.h"

#include <assert.h>
#include <stdlib.h>

#include "base/str.h"

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
    [POLICY_OTC_LEAK] = {"otc-leak", 14, 65535,
			 "ONLY_TO_CUSTOMER on a route from a member: a leak"},
    [POLICY_BLACKHOLE_FOREIGN] =
	{"blackhole-not-covered", 9, 12,
	 "a blackhole outside the prefixes that the member may announce"},
    [POLICY_MAX_BLOCKED] = {"over-prefix-limit", 16, 65535,
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

char *
policy_reason_print(const struct policy *p, const struct policy_session *s,
		    const struct ip_prefix *prefix, const struct bgp_attrs *a,
		    enum policy_reason r, char *buf, size_t size)
{
	const struct policy_settings *set = &s->client->settings;
	int fam = prefix->addr.family == IP_V6;
	char text[IP_PREFIXSTRLEN];

	ip_prefix_print(prefix, text);
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
	case POLICY_TOO_LONG:
		snprintf(buf, size, "prefix %s is longer than /%u", text,
			 set->max_len[fam]);
		break;
	case POLICY_TOO_SHORT:
		snprintf(buf, size, "prefix %s is shorter than /%u", text,
			 set->min_len[fam]);
		break;
	case POLICY_EMPTY_PATH:
		snprintf(buf, size,
			 "the AS path is empty; it must begin with AS%u",
			 s->client->asn);
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
			 bgp_path_length(a), set->max_as_path_len);
		break;
	case POLICY_NEXT_HOP: print_next_hop(s, a, buf, size); break;
	default: snprintf(buf, size, "%s", reasons[r].text);
	}
	return buf;
}
