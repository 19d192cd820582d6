/*
 * policy_export: a route as it leaves.
 *
 * A route server passes attributes on as they came (RFC 7947 2.2), but for what
 * is between a member and us: the communities that were meant for us go, those
 * that only we may set are set, and what a member asked for is done. Most routes
 * need none of it and leave as the very object they are.
 *
 * Scrubbed: all communities of general.yml, custom ones, those of
 * reject_cause_map, RS:1101:n, and with origin validation the states of RFC 8097.
 * 65535:0 goes when graceful shutdown is on in general and off for the client it
 * came from. Added: what registries said (prefix_present_in_as_set and the like),
 * that validation was not done, the custom communities of the client. The states
 * of validation stay inside, as arouteserver documents: policy_tag_accepted shows
 * them to the operator.
 *
 * Blackhole routes (RFC 7999) carry 65535:666, NO_EXPORT if wanted, and the
 * address where traffic dies as next hop. Without the prefix, the family of the
 * next hop says which policy is meant.
 *
 * Roles (RFC 9234 5): what we pass down carries OTC with our AS number, and a
 * route that carries it goes neither to a provider nor sideways.
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
policy_class(const struct policy *p, const struct policy_client *c)
{
	(void)p;
	return (c->settings.prepend_rs_as ? CLASS_PREPEND : 0) |
	       (c->settings.blackhole_announce ? CLASS_BLACKHOLE : 0) |
	       (unsigned int)policy_role(c) << CLASS_ROLE_SHIFT;
}

/* ---- communities */

/* The informational communities that marks stand for. */
static const struct {
	uint16_t mark;
	uint8_t action;
} tags[] = {
    {POLICY_MARK_PREFIX_IN_SET, POLICY_TAG_PREFIX_IN_SET},
    {POLICY_MARK_PREFIX_NOT_IN_SET, POLICY_TAG_PREFIX_NOT_IN_SET},
    {POLICY_MARK_ORIGIN_IN_SET, POLICY_TAG_ORIGIN_IN_SET},
    {POLICY_MARK_ORIGIN_NOT_IN_SET, POLICY_TAG_ORIGIN_NOT_IN_SET},
    {POLICY_MARK_VIA_ROA, POLICY_TAG_VIA_ROA},
    {POLICY_MARK_VIA_ARIN, POLICY_TAG_VIA_ARIN},
    {POLICY_MARK_VIA_REGISTROBR, POLICY_TAG_VIA_REGISTROBR},
    {POLICY_MARK_VIA_WHITE_LIST, POLICY_TAG_VIA_WHITE_LIST},
};

enum { TAGS_MAX = sizeof(tags) / sizeof(*tags) + 2 };
enum {
	ROV_MARKS = POLICY_MARK_ROV_VALID | POLICY_MARK_ROV_UNKNOWN |
		    POLICY_MARK_ROV_INVALID
};

/* Which of them are to be set, beside that something was not done. */
static unsigned int
actions_of(const struct policy *p, uint16_t marks, uint8_t *actions)
{
	unsigned int n = 0;

	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++)
		if (marks & tags[i].mark && policy_has(p, tags[i].action))
			actions[n++] = tags[i].action;
	if (!(marks & ROV_MARKS) && policy_has(p, POLICY_TAG_ROV_NOT_DONE))
		actions[n++] = POLICY_TAG_ROV_NOT_DONE;
	if ((!p->aspa || marks & POLICY_MARK_BLACKHOLE) &&
	    policy_has(p, POLICY_TAG_ASPA_NOT_DONE))
		actions[n++] = POLICY_TAG_ASPA_NOT_DONE;
	return n;
}

/* Has it a meaning from that one on? From POLICY_TAGS on only we set them. */
static bool
drops_std(const struct policy *p, uint32_t c, enum policy_action first)
{
	struct policy_meaning m;

	return c != POLICY_BLACKHOLE_COMMUNITY && c != POLICY_GSHUT_COMMUNITY &&
	       policy_std_means(p, c, &m) && m.action >= first;
}

static bool
drops_lrg(const struct policy *p, const struct bgp_large *c,
	  enum policy_action first)
{
	struct policy_meaning m;

	return policy_lrg_means(p, c, &m) && m.action >= first;
}

static bool
drops_ext(const struct policy *p, const uint8_t *c, enum policy_action first)
{
	struct policy_meaning m;

	if (p->rov && c[0] == 0x43 && c[1] == 0) /* RFC 8097 */
		return true;
	return policy_ext_means(p, c, &m) && m.action >= first;
}

static bool
is_scrubbed(const struct policy *p, const struct bgp_attrs *a,
	    enum policy_action first)
{
	for (size_t i = 0; i < a->n_communities; i++)
		if (drops_std(p, a->communities[i], first))
			return true;
	for (size_t i = 0; i < a->n_large; i++)
		if (drops_lrg(p, &a->large[i], first))
			return true;
	for (size_t i = 0; i < a->n_ext; i++)
		if (drops_ext(p, &a->ext[8 * i], first))
			return true;
	return false;
}

/* What is left; without graceful shutdown's community when it is refused. */
static void
scrub(struct policy_list *l, const struct policy *p, const struct bgp_attrs *a,
      enum policy_action first, bool no_gshut)
{
	for (size_t i = 0; i < a->n_communities; i++)
		if (!drops_std(p, a->communities[i], first) &&
		    !(no_gshut && a->communities[i] == POLICY_GSHUT_COMMUNITY))
			policy_list_std(l, a->communities[i]);
	for (size_t i = 0; i < a->n_large; i++)
		if (!drops_lrg(p, &a->large[i], first))
			policy_list_lrg(l, &a->large[i]);
	for (size_t i = 0; i < a->n_ext; i++)
		if (!drops_ext(p, &a->ext[8 * i], first))
			policy_list_ext(l, &a->ext[8 * i]);
}

static void
add_custom(struct policy_list *l, const struct policy *p,
	   const struct policy_client *c)
{
	for (size_t i = 0; i < c->n_custom; i++)
		policy_list_add(l, &p->custom[c->custom[i]].community, 0);
}

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

/* What is to be done with the communities of one route. */
struct additions {
	uint8_t actions[TAGS_MAX];
	unsigned int n_actions, well_known;
	bool no_gshut; /* that of the member goes */
};

static void
additions_init(struct additions *add, const struct policy *p,
	       const struct policy_session *from, uint16_t marks,
	       uint16_t variant)
{
	add->n_actions = actions_of(p, marks, add->actions);
	add->well_known = well_known(p, marks, variant);
	add->no_gshut =
	    p->gshut && !p->perform_gshut && !from->client->settings.gshut;
}

static bool
changes_communities(const struct additions *add, const struct policy *p,
		    const struct policy_session *from,
		    const struct bgp_attrs *a)
{
	return add->n_actions > 0 || from->client->n_custom > 0 ||
	       lacks_well_known(a, add->well_known) ||
	       (add->no_gshut && policy_has_std(a, POLICY_GSHUT_COMMUNITY)) ||
	       is_scrubbed(p, a, 0);
}

static void
rewrite_communities(const struct additions *add, const struct policy *p,
		    const struct policy_session *from,
		    const struct bgp_attrs *a, struct bgp_attrs *out)
{
	struct policy_list l = {0};

	scrub(&l, p, a, 0, add->no_gshut);
	for (unsigned int i = 0; i < add->n_actions; i++)
		policy_list_add(&l, &p->communities[add->actions[i]], 0);
	add_custom(&l, p, from->client);
	add_well_known(&l, add->well_known);
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
	struct additions add;
	bool has_otc;

	if ((marks & POLICY_MARK_BLACKHOLE && !(class & CLASS_BLACKHOLE)) ||
	    otc_forbids(from, a, to))
		return NULL;
	additions_init(&add, p, from, marks, variant);
	bool rewrites = changes_communities(&add, p, from, a);
	uint32_t otc = otc_out(p, from, a, to, &has_otc);
	if (!rewrites && hop == NULL && has_otc == a->has_otc &&
	    !a->has_local_pref && !(class & CLASS_PREPEND) &&
	    !(variant & POLICY_VARIANT_PREPEND))
		return bgp_attrs_ref(a);
	struct bgp_attrs *out = bgp_attrs_clone(a);
	if (rewrites)
		rewrite_communities(&add, p, from, a, out);
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

/* ---- as shown to the operator */

struct bgp_attrs *
policy_tag_rejected(const struct policy *p, const struct policy_session *s,
		    const struct bgp_attrs *a, enum policy_reason r)
{
	struct bgp_attrs *out = bgp_attrs_clone(a);
	unsigned int cause = policy_reason_cause(r);
	struct bgp_large why = {p->rs_as, 1101, policy_reason_code(r)};
	struct policy_list l = {0};

	scrub(&l, p, a, POLICY_TAGS, false);
	policy_list_lrg(&l, &why);
	if (s->client->settings.reject != POLICY_REJECT) {
		const struct policy_community *c =
		    &p->communities[POLICY_TAG_REJECT_CAUSE];
		policy_list_add(&l, c, 0); /* "is to be treated as rejected" */
		policy_list_add(&l, c, cause);
		for (size_t i = 0; i < p->n_causes; i++)
			if (p->causes[i].cause == cause)
				policy_list_add(&l, &p->causes[i].community, 0);
		policy_list_add(&l, &p->communities[POLICY_TAG_REJECTED_BY],
				s->client->asn);
	}
	policy_list_give(&l, out);
	return out;
}

struct bgp_attrs *
policy_tag_accepted(const struct policy *p, const struct policy_session *s,
		    const struct bgp_attrs *a, uint16_t marks)
{
	static const struct {
		uint16_t mark;
		uint8_t action;
	} states[] = {{POLICY_MARK_ROV_VALID, POLICY_TAG_ROV_VALID},
		      {POLICY_MARK_ROV_UNKNOWN, POLICY_TAG_ROV_UNKNOWN},
		      {POLICY_MARK_ROV_INVALID, POLICY_TAG_ROV_INVALID}};
	static const uint8_t aspa[] = {
	    [RPKI_NOT_FOUND] = POLICY_TAG_ASPA_UNKNOWN,
	    [RPKI_VALID] = POLICY_TAG_ASPA_VALID,
	    [RPKI_INVALID] = POLICY_TAG_ASPA_INVALID};
	struct bgp_attrs *out = bgp_attrs_clone(a);
	uint8_t actions[TAGS_MAX];
	unsigned int n = actions_of(p, marks, actions);
	struct policy_list l = {0};

	scrub(&l, p, a, POLICY_TAGS, false);
	for (unsigned int i = 0; i < n; i++)
		policy_list_add(&l, &p->communities[actions[i]], 0);
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		if (marks & states[i].mark)
			policy_list_add(&l, &p->communities[states[i].action],
					0);
	if (p->aspa && !(marks & POLICY_MARK_BLACKHOLE))
		policy_list_add(
		    &l, &p->communities[aspa[policy_aspa_state(p, a)]], 0);
	add_custom(&l, p, s->client);
	policy_list_give(&l, out);
	return out;
}
