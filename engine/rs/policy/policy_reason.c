/*
 * policy_reason: why a route is rejected, in words and numbers.
 *
 * The table is the one place where a reason has its word for scripts and its
 * numbers for the wire: n of the large community RS:1101:n, as INEX and the
 * Euro-IX list use it (20 as Equinix does, 21 and 22 of our own), and
 * arouteserver's number for reject_cause, 65535 where it knows none.
 */
#include <assert.h>

#include "rs/policy/policy.h"

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
	 "the prefix is on the exchange's black list, such as the peering LAN"},
    [POLICY_BOGON_PREFIX] = {"bogon-prefix", 3, 2, "the prefix is a bogon"},
    [POLICY_CLIENT_BLACK_LIST] = {"client-black-listed-prefix", 3, 11,
				  "the prefix is on the client's black list"},
    [POLICY_NOT_GLOBAL] = {"not-global-unicast", 3, 10,
			   "an IPv6 prefix outside 2000::/3"},
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
    [POLICY_TRANSIT_FREE] =
	{"transit-free-asn", 14, 8,
	 "a transit-free network is in the AS path behind the first AS"},
    [POLICY_NEVER_VIA_RS] =
	{"never-via-route-servers", 14, 15,
	 "the AS path contains an AS that never uses route servers"},
    [POLICY_OTC_LEAK] = {"otc-leak", 21, 65535,
			 "ONLY_TO_CUSTOMER on a route from a member: a leak"},
    [POLICY_BLACKHOLE_FOREIGN] =
	{"blackhole-not-covered", 9, 12,
	 "a blackhole outside the prefixes that the member may announce"},
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
		fprintf(f, ".It %u Ta %u Ta %s Ta %s\n", reasons[i].code,
			reasons[i].cause, reasons[i].slug, reasons[i].text);
}
