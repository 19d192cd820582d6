/*
 * policy_why: why a route does not go to a member.
 *
 * No community can tell a member that: it would have to be on a route that is not
 * sent. So the route server says it when asked, in the order in which
 * policy_rule.c and policy_export.c decide, naming what decided. The answer must
 * never differ from what is done; the test compares both on random routes.
 */
#include "rs/policy/policy_priv.h"

struct why {
	const struct policy *p;
	const struct policy_session *from, *to;
	const struct bgp_attrs *a;
	uint16_t marks;
	char *buf;
	size_t size;
};

static bool
why_nobody(const struct why *w)
{
	if (w->marks & POLICY_MARK_ROV_INVALID)
		snprintf(w->buf, w->size,
			 "RPKI origin validation says that the route is "
			 "invalid: it goes to nobody");
	else if (w->marks & POLICY_MARK_ASPA_INVALID)
		snprintf(w->buf, w->size,
			 "the ASPAs say that the route is a leak: it goes to "
			 "nobody");
	else if (w->p->obey_rfc1997 && policy_has_std(w->a, BGP_NO_EXPORT))
		snprintf(w->buf, w->size,
			 "community NO_EXPORT (65535:65281) is obeyed here: "
			 "it goes to nobody");
	else if (w->p->obey_rfc1997 && policy_has_std(w->a, BGP_NO_ADVERTISE))
		snprintf(w->buf, w->size,
			 "community NO_ADVERTISE (65535:65282) is obeyed "
			 "here: it goes to nobody");
	else
		return false;
	return true;
}

static bool
why_path(const struct why *w)
{
	uint32_t asn = w->to->client->asn;

	if (asn == w->from->client->asn)
		snprintf(w->buf, w->size, "AS%u announced the route itself",
			 asn);
	else if (bgp_path_contains(w->a, asn))
		snprintf(w->buf, w->size,
			 "AS%u is in the AS path and would discard it as a "
			 "loop",
			 asn);
	else
		return false;
	return true;
}

/* The first community with that action, for that AS when it takes one. */
static bool
has_action(const struct why *w, enum policy_action action, uint32_t asn,
	   char text[POLICY_COMMUNITYSTRLEN])
{
	struct policy_walk i = policy_walk(w->p, w->a);

	while (policy_walk_next(&i))
		if (i.m.action == action && (asn == 0 || i.m.arg == asn)) {
			policy_walk_print(&i, text);
			return true;
		}
	return false;
}

static bool
is_threshold(const struct policy *p, uint32_t ms)
{
	for (size_t i = 0; i < p->n_rtt_thresholds; i++)
		if (p->rtt_thresholds[i] == ms)
			return true;
	return false;
}

/* The first community whose condition holds for a round-trip time. */
static bool
has_time(const struct why *w, enum policy_action lower,
	 enum policy_action higher, double ms,
	 char text[POLICY_COMMUNITYSTRLEN], struct policy_meaning *m)
{
	struct policy_walk i = policy_walk(w->p, w->a);

	while (policy_walk_next(&i))
		if (((i.m.action == lower && ms <= i.m.arg) ||
		     (i.m.action == higher && ms > i.m.arg)) &&
		    is_threshold(w->p, i.m.arg)) {
			policy_walk_print(&i, text);
			*m = i.m;
			return true;
		}
	return false;
}

static bool
why_community(const struct why *w)
{
	uint32_t asn = w->to->client->asn;
	char text[POLICY_COMMUNITYSTRLEN];
	struct policy_meaning m;
	double ms;

	if (has_action(w, POLICY_DENY_PEER, asn, text)) {
		snprintf(w->buf, w->size,
			 "community %s asks that it not go to AS%u", text, asn);
		return true;
	}
	if (has_action(w, POLICY_ALLOW_PEER, asn, text))
		return false;
	if (policy_rtt_of(w->p, &w->to->address, &ms)) {
		if (has_time(w, POLICY_DENY_RTT_LOWER, POLICY_DENY_RTT_HIGHER,
			     ms, text, &m)) {
			snprintf(w->buf, w->size,
				 "community %s asks that it not go to members "
				 "with a round-trip time %s %u ms, and this "
				 "one has %g",
				 text,
				 m.action == POLICY_DENY_RTT_LOWER
				     ? "of at most"
				     : "above",
				 m.arg, ms);
			return true;
		}
		if (has_time(w, POLICY_ALLOW_RTT_LOWER, POLICY_ALLOW_RTT_HIGHER,
			     ms, text, &m))
			return false;
	}
	if (!has_action(w, POLICY_DENY_ALL, 0, text))
		return false;
	snprintf(w->buf, w->size,
		 "community %s asks that it go to nobody, and none excepts "
		 "AS%u",
		 text, asn);
	return true;
}

static bool
why_class(const struct why *w)
{
	const struct policy_client *c = w->to->client;
	enum policy_way_of to = policy_role(c),
			   from = policy_role(w->from->client);

	if (w->marks & POLICY_MARK_BLACKHOLE && !c->settings.blackhole_announce)
		snprintf(w->buf, w->size,
			 "it is a blackhole route, and this member takes none");
	else if (to != POLICY_ROLE_UP && to != POLICY_ROLE_PEER)
		return false;
	else if (w->a->has_otc)
		snprintf(w->buf, w->size,
			 "it carries ONLY_TO_CUSTOMER AS%u, and AS%u is no "
			 "customer",
			 w->a->otc, c->asn);
	else if (from == POLICY_ROLE_UP || from == POLICY_ROLE_PEER)
		snprintf(w->buf, w->size,
			 "it came from AS%u, no customer, and AS%u is none "
			 "either",
			 w->from->client->asn, c->asn);
	else
		return false;
	return true;
}

bool
policy_why_not(const struct policy *p, const struct policy_session *from,
	       const struct bgp_attrs *a, uint16_t marks,
	       const struct policy_session *to, char *buf, size_t size)
{
	struct why w = {p, from, to, a, marks, buf, size};

	if (size > 0)
		buf[0] = '\0';
	return why_nobody(&w) || why_path(&w) || why_community(&w) ||
	       why_class(&w);
}
