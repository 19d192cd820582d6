/*
 * policy_export: a route as it leaves.
 *
 * A route server passes attributes on as they came (RFC 7947 2.2), but for what
 * is between a member and us: the communities that were meant for us go, those
 * that only we may set are set (both policy_tag.c), and what a member asked for
 * is done. Most routes need none of it and leave as the very object they are.
 *
 * Blackhole routes (RFC 7999) carry 65535:666, NO_EXPORT if wanted, and the
 * address where traffic dies as next hop. Without the prefix, the family of the
 * next hop says which policy is meant.
 *
 * Roles (RFC 9234 5): what we pass down carries OTC with our AS number, and a
 * route that carries it goes neither to a provider nor sideways.
 *
 * 65535:0 (RFC 8326) goes when graceful shutdown is on in general and off for
 * the client it came from, and is added to everything when we are on our way out
 * ourselves. Long-lived stale routes carry 65535:6 (RFC 9494).
 */
#include <string.h>

#include "rs/policy/policy_priv.h"

/* ---- classes */

enum { CLASS_PREPEND = 1, CLASS_BLACKHOLE = 2, CLASS_ROLE_SHIFT = 2 };

enum policy_way_of
policy_role(const struct policy_client *c)
{
	if (!c->settings.roles)
		return POLICY_ROLE_OFF;
	switch (c->settings.role) {
	case BGP_ROLE_PROVIDER:
	case BGP_ROLE_RS: return POLICY_ROLE_DOWN;
	case BGP_ROLE_PEER: return POLICY_ROLE_PEER;
	case BGP_ROLE_CUSTOMER:
	case BGP_ROLE_RS_CLIENT: return POLICY_ROLE_UP;
	default: return POLICY_ROLE_OFF;
	}
}

unsigned int
policy_class(const struct policy_client *c)
{
	return (c->settings.prepend_rs_as ? CLASS_PREPEND : 0) |
	       (c->settings.blackhole_announce ? CLASS_BLACKHOLE : 0) |
	       (unsigned int)policy_role(c) << CLASS_ROLE_SHIFT;
}

/* ---- communities */

/* Well-known communities that go out: a set of bits. */
enum {
	ADD_NOEXPORT = 1,
	ADD_NOADVERTISE = 2,
	ADD_BLACKHOLE = 4,
	ADD_GSHUT = 8,
	ADD_LLGR = 16,
};

static unsigned int
well_known(const struct policy *p, uint16_t marks, uint16_t variant)
{
	bool blackhole = marks & POLICY_MARK_BLACKHOLE;

	return (variant & POLICY_VARIANT_NOEXPORT ||
			(blackhole && p->blackhole_noexport)
		    ? ADD_NOEXPORT
		    : 0) |
	       (variant & POLICY_VARIANT_NOADVERTISE ? ADD_NOADVERTISE : 0) |
	       (blackhole ? ADD_BLACKHOLE : 0) |
	       (p->perform_gshut ? ADD_GSHUT : 0) |
	       (marks & POLICY_MARK_LLGR ? ADD_LLGR : 0);
}

static const uint32_t well_knowns[] = {
    BGP_NO_EXPORT, BGP_NO_ADVERTISE, POLICY_BLACKHOLE_COMMUNITY,
    POLICY_GSHUT_COMMUNITY, POLICY_LLGR_COMMUNITY};

static bool
lacks_well_known(const struct bgp_attrs *a, unsigned int add)
{
	for (unsigned int i = 0; add >> i != 0; i++)
		if (add >> i & 1 && !policy_has_std(a, well_knowns[i]))
			return true;
	return false;
}

static void
add_well_known(struct policy_list *l, unsigned int add)
{
	for (unsigned int i = 0; add >> i != 0; i++)
		if (add >> i & 1 && !policy_list_has_std(l, well_knowns[i]))
			policy_list_std(l, well_knowns[i]);
}

/* Graceful shutdown is on, and not for that client: its community goes. */
static bool
drops_gshut(const struct policy *p, const struct policy_session *from)
{
	return p->gshut && !p->perform_gshut && !from->client->settings.gshut;
}

static bool
changes_communities(const struct policy *p, const struct policy_session *from,
		    const struct bgp_attrs *a, uint16_t marks, uint16_t variant)
{
	return lacks_well_known(a, well_known(p, marks, variant)) ||
	       policy_has_tags(p, from, marks) ||
	       (drops_gshut(p, from) &&
		policy_has_std(a, POLICY_GSHUT_COMMUNITY)) ||
	       policy_is_scrubbed(p, a);
}

static void
rewrite_communities(const struct policy *p, const struct policy_session *from,
		    const struct bgp_attrs *a, uint16_t marks, uint16_t variant,
		    struct bgp_attrs *out)
{
	struct policy_list l = {0};

	policy_scrub(&l, p, a, 0, drops_gshut(p, from));
	add_well_known(&l, well_known(p, marks, variant));
	policy_add_tags(&l, p, from, marks);
	policy_list_give(&l, out);
}

/* ---- the other attributes */

/* RFC 9234: a route from above or beside is for those below, whether its sender
 * says so or not. 0: anybody may have it. */
static uint32_t
otc_of(const struct policy_session *from, const struct bgp_attrs *a)
{
	enum policy_way_of way = policy_role(from->client);

	if (a->has_otc)
		return a->otc;
	return way == POLICY_ROLE_UP || way == POLICY_ROLE_PEER
		   ? from->client->asn
		   : 0;
}

static bool
otc_forbids(const struct policy_session *from, const struct bgp_attrs *a,
	    enum policy_way_of to)
{
	return (to == POLICY_ROLE_PEER || to == POLICY_ROLE_UP) &&
	       (a->has_otc || otc_of(from, a) != 0);
}

/* The OTC with which it leaves; *set is whether it has one. */
static uint32_t
otc_out(const struct policy *p, const struct policy_session *from,
	const struct bgp_attrs *a, enum policy_way_of to, bool *set)
{
	uint32_t otc = otc_of(from, a);

	if (otc == 0 && !a->has_otc &&
	    (to == POLICY_ROLE_DOWN || to == POLICY_ROLE_PEER))
		otc = p->rs_as;
	*set = a->has_otc || otc != 0;
	return otc;
}

/* The next hop of a blackhole route; NULL when it stays. */
static const struct ip_addr *
blackhole_hop(const struct policy *p, const struct bgp_attrs *a, uint16_t marks)
{
	int fam = a->next_hop.family == IP_V6;

	if (!(marks & POLICY_MARK_BLACKHOLE) ||
	    p->blackhole[fam] != POLICY_BH_REWRITE)
		return NULL;
	return &p->blackhole_next_hop[fam];
}

static void
path_prepend(const struct policy *p, const struct policy_session *from,
	     struct bgp_attrs *a, uint16_t variant, unsigned int class)
{
	uint32_t first = bgp_path_first(a);

	bgp_path_prepend(a, first != 0 ? first : from->client->asn,
			 variant & POLICY_VARIANT_PREPEND);
	bgp_path_prepend(a, p->rs_as, class & CLASS_PREPEND ? 1 : 0);
}

struct bgp_attrs *
policy_export(const struct policy *p, const struct policy_session *from,
	      struct bgp_attrs *a, uint16_t marks, uint16_t variant,
	      unsigned int class)
{
	enum policy_way_of to = class >> CLASS_ROLE_SHIFT;
	const struct ip_addr *hop = blackhole_hop(p, a, marks);
	bool has_otc;

	if ((marks & POLICY_MARK_BLACKHOLE && !(class & CLASS_BLACKHOLE)) ||
	    otc_forbids(from, a, to))
		return NULL;
	bool rewrites = changes_communities(p, from, a, marks, variant);
	uint32_t otc = otc_out(p, from, a, to, &has_otc);
	if (!rewrites && hop == NULL && has_otc == a->has_otc &&
	    !a->has_local_pref && !(class & CLASS_PREPEND) &&
	    !(variant & POLICY_VARIANT_PREPEND))
		return bgp_attrs_ref(a);
	struct bgp_attrs *out = bgp_attrs_clone(a);
	if (rewrites)
		rewrite_communities(p, from, a, marks, variant, out);
	if (hop != NULL) {
		out->next_hop = *hop;
		out->link_local = (struct ip_addr){0};
	}
	out->has_otc = has_otc;
	out->otc = otc;
	out->has_local_pref = false;
	out->local_pref = 0;
	path_prepend(p, from, out, variant, class);
	return out;
}
