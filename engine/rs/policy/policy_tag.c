/*
 * policy_tag: the communities that go and come.
 *
 * Scrubbed on the way out: all communities of general.yml, custom ones, those of
 * reject_cause_map, RS:1101:n, and with origin validation the states of RFC 8097.
 * A member may say 65535:666 and 65535:0 whatever general.yml makes of them.
 *
 * Added: what registries said (prefix_present_in_as_set and the like), that
 * validation was not done, and the custom communities of the client. The states
 * of validation stay inside, as arouteserver documents: policy_tag_accepted and
 * policy_tag_rejected make what the operator is shown.
 */
#include "rs/policy/policy_priv.h"

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

bool
policy_is_scrubbed(const struct policy *p, const struct bgp_attrs *a)
{
	for (size_t i = 0; i < a->n_communities; i++)
		if (drops_std(p, a->communities[i], 0))
			return true;
	for (size_t i = 0; i < a->n_large; i++)
		if (drops_lrg(p, &a->large[i], 0))
			return true;
	for (size_t i = 0; i < a->n_ext; i++)
		if (drops_ext(p, &a->ext[8 * i], 0))
			return true;
	return false;
}

void
policy_scrub(struct policy_list *l, const struct policy *p,
	     const struct bgp_attrs *a, enum policy_action first, bool no_gshut)
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

bool
policy_has_tags(const struct policy *p, const struct policy_session *from,
		uint16_t marks)
{
	uint8_t actions[TAGS_MAX];

	return from->client->n_custom > 0 || actions_of(p, marks, actions) > 0;
}

void
policy_add_tags(struct policy_list *l, const struct policy *p,
		const struct policy_session *from, uint16_t marks)
{
	const struct policy_client *c = from->client;
	uint8_t actions[TAGS_MAX];
	unsigned int n = actions_of(p, marks, actions);

	for (unsigned int i = 0; i < n; i++)
		policy_list_add(l, &p->communities[actions[i]], 0);
	for (size_t i = 0; i < c->n_custom; i++)
		policy_list_add(l, &p->custom[c->custom[i]].community, 0);
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

	policy_scrub(&l, p, a, POLICY_TAGS, false);
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
	struct policy_list l = {0};

	policy_scrub(&l, p, a, POLICY_TAGS, false);
	policy_add_tags(&l, p, s, marks);
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		if (marks & states[i].mark)
			policy_list_add(&l, &p->communities[states[i].action],
					0);
	if (p->aspa && !(marks & POLICY_MARK_BLACKHOLE))
		policy_list_add(
		    &l, &p->communities[aspa[policy_aspa_state(p, a)]], 0);
	policy_list_give(&l, out);
	return out;
}
