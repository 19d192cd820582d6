/*
 * path-not-hidden: a neighbour gets the path of another although a better one,
 * which is not for it, is there (RFC 7947 section 2.3).
 *
 * It is the path that was received when next hop and AS path are the same. When
 * it is the best of all, nothing could hide it and nothing is shown.
 */
#include <stddef.h>

#include "base/str.h"
#include "grader/kind_route_priv.h"

static const struct grader_key keys[] = {
    KIND_ROUTE_TELLER,
    KIND_ROUTE_NEED("from", GRADER_KEY_ROUTER, from,
		    "whose path is not the best"),
    KIND_ROUTE_NEED("to", GRADER_KEY_ROUTER, to, "who must get it"),
    KIND_ROUTE_PREFIX,
};

/* What is sent to the neighbour: the path of r, else any, else NULL. */
static const json_t *
sent_path(const struct grader_view *v, const struct grader_params *p,
	  const json_t *r, bool *same)
{
	const json_t *sent = json_object_get(evidence_node(v, p->at), "sent");
	const json_t *row, *found = NULL;
	size_t i;

	*same = false;
	json_array_foreach(sent, i, row)
	{
		if (!kind_route_is_of(p, row, IP_NONE) ||
		    !kind_route_is_to(row, &p->prefix) || *same)
			continue;
		found = row;
		*same = json_equal(json_object_get(row, "next_hop"),
				   json_object_get(r, "next_hop")) &&
			json_equal(json_object_get(row, "as_path"),
				   json_object_get(r, "as_path"));
	}
	return found;
}

static void
judge_sent(const struct grader_view *v, const struct grader_params *p,
	   const json_t *r, struct grader_finding *f)
{
	const char *why = evidence_why(v, p->at, p->to, &p->prefix);
	bool same;
	const json_t *sent = sent_path(v, p, r, &same);
	_free_ char *path = evidence_words(json_object_get(sent, "as_path"));

	grader_finding_fact(f, "why", why);
	if (same)
		grader_finding_saw(f, GRADER_TRUE, "sent to %s", p->to);
	else if (sent)
		grader_finding_saw(f, GRADER_FALSE,
				   "%s is sent another path: %s", p->to, path);
	else
		grader_finding_saw(f, GRADER_FALSE, "%s is sent no path%s%s",
				   p->to, *why ? ": " : "", why);
}

static void
kind_path_not_hidden_judge(const struct grader_view *v,
			   const struct exercise_check *c,
			   struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	char prefix[IP_PREFIXSTRLEN];
	const json_t *r;

	ip_prefix_print(&p->prefix, prefix);
	r = evidence_route(v, p->at, p->from, prefix);
	grader_finding_expected(
	    f, "%s's path to %s sent to %s, behind a better one", p->from,
	    prefix, p->to);
	grader_finding_where(f, "%s, routes sent to %s", p->at, p->to);
	evidence_session_facts(v, p->at, p->to, grader_params_family(p), f);
	kind_route_facts(r, f);
	if (!evidence_ready(v, p->at, "routes", f) ||
	    !evidence_ready(v, p->at, "sent", f))
		return;
	if (r == NULL || kind_route_rejected(r))
		grader_finding_saw(f, GRADER_FALSE, "no %s accepted from %s",
				   prefix, p->from);
	else if (json_is_true(json_object_get(r, "best")))
		grader_finding_saw(f, GRADER_FALSE,
				   "%s's path is the best: there is none that "
				   "could hide it",
				   p->from);
	else
		judge_sent(v, p, r, f);
}

const struct grader_kind grader_kind_path_not_hidden = {
    .name = "path-not-hidden",
    .help = "A neighbour gets a path that is not the best, because the best is "
	    "not for it.",
    .example = "    kind: path-not-hidden\n"
	       "    at: rs1\n"
	       "    from: m2\n"
	       "    to: m3\n"
	       "    prefix: 100.64.0.0/22\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_SESSIONS | GRADER_ASK_ROUTES | GRADER_ASK_SENT,
    .facts = "why, saw-best and the others of route as it came, and those of "
	     "session",
    .cannot = kind_route_cannot_send,
    .judge = kind_path_not_hidden_judge,
};
