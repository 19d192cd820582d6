/*
 * route: a prefix was received from a neighbour, accepted, and looks as asked.
 *
 * Attributes are compared one by one in the order of the keys; the first that
 * differs is the sentence, all of them are facts.
 */
#include <stddef.h>
#include <string.h>

#include "base/str.h"
#include "grader/grader_evidence.h"

static const struct grader_key keys[] = {
    {.name = "at",
     .type = GRADER_KEY_OBSERVER,
     .need = true,
     .offset = offsetof(struct grader_params, at),
     .help = "who looks: a route server or a robot member"},
    {.name = "from",
     .type = GRADER_KEY_ROUTER,
     .need = true,
     .offset = offsetof(struct grader_params, from),
     .help = "the neighbour that announced it"},
    {.name = "prefix",
     .type = GRADER_KEY_PREFIX,
     .need = true,
     .offset = offsetof(struct grader_params, prefix),
     .help = "exactly this prefix"},
    {.name = "as-path",
     .type = GRADER_KEY_AS_PATH,
     .offset = offsetof(struct grader_params, as_path),
     .help = "exactly these AS numbers, nearest first"},
    {.name = "next-hop",
     .type = GRADER_KEY_NODE,
     .offset = offsetof(struct grader_params, next_hop),
     .help = "the address of this node on the exchange"},
    {.name = "communities",
     .type = GRADER_KEY_STANDARD,
     .offset = offsetof(struct grader_params, communities),
     .help = "each of these is there"},
    {.name = "large-communities",
     .type = GRADER_KEY_LARGE,
     .offset = offsetof(struct grader_params, large),
     .help = "each of these is there"},
};

/* What else came from there: "3fff::/32 100.64.1.0/24". Owned. */
static char *
received_words(const struct grader_view *v, const struct grader_params *p)
{
	const json_t *routes =
	    json_object_get(evidence_node(v, p->at), "routes");
	enum ip_family family = grader_params_family(p);
	struct str s = {0};
	const json_t *r;
	size_t i;

	json_array_foreach(routes, i, r)
	{
		if (strcmp(evidence_text(r, "from"), p->from) == 0 &&
		    strcmp(evidence_text(r, "family"),
			   ip_family_name(family)) == 0)
			str_addf(&s, "%s%s", s.len ? " " : "",
				 evidence_text(r, "prefix"));
		if (s.len > 160) {
			str_add(&s, " ...");
			break;
		}
	}
	return str_steal(&s);
}

static void
facts_of(const json_t *r, struct grader_finding *f)
{
	_free_ char *path = evidence_words(json_object_get(r, "as_path"));
	_free_ char *std = evidence_words(json_object_get(r, "communities"));
	_free_ char *lrg =
	    evidence_words(json_object_get(r, "large_communities"));
	_free_ char *reason = xasprintf("%s %s", evidence_text(r, "reason"),
					evidence_text(r, "reason_text"));

	grader_finding_fact(f, "saw-as-path", r ? path : "");
	grader_finding_fact(f, "saw-next-hop", evidence_text(r, "next_hop"));
	grader_finding_fact(f, "saw-communities", r ? std : "");
	grader_finding_fact(f, "saw-large-communities", r ? lrg : "");
	grader_finding_fact(f, "reject-reason", reason[1] ? reason : "");
}

static void
judge_absent(const struct grader_view *v, const struct grader_params *p,
	     const char *received, struct grader_finding *f)
{
	const json_t *s =
	    evidence_session(v, p->at, p->from, grader_params_family(p));
	_free_ char *words = evidence_session_words(s);

	if (s == NULL)
		s = evidence_session(v, p->at, p->from, IP_NONE);
	if (!json_is_true(json_object_get(s, "established")))
		grader_finding_saw(f, GRADER_FALSE, "no session with %s: %s",
				   p->from, words);
	else if (*received)
		grader_finding_saw(f, GRADER_FALSE, "from %s only %s", p->from,
				   received);
	else
		grader_finding_saw(
		    f, GRADER_FALSE, "no %s route from %s over the session",
		    grader_params_family(p) == IP_V4 ? "IPv4" : "IPv6",
		    p->from);
}

/* The first attribute that differs from what was asked for. */

static bool
path_differs(const struct grader_params *p, const json_t *r,
	     struct grader_finding *f)
{
	const json_t *path = json_object_get(r, "as_path");
	_free_ char *saw = evidence_words(path);
	struct str want = {0};
	size_t i;

	if (!p->has_as_path)
		return false;
	for (i = 0; i < p->nas_path; i++)
		str_addf(&want, "%s%u", i ? " " : "", p->as_path[i]);
	if (strcmp(saw, want.len ? str_text(&want) : "none") == 0) {
		str_clear(&want);
		return false;
	}
	grader_finding_expected(f, "AS path %s", str_text(&want));
	grader_finding_saw(f, GRADER_FALSE, "AS path %s", saw);
	str_clear(&want);
	return true;
}

static bool
next_hop_differs(const struct grader_view *v, const struct grader_params *p,
		 const json_t *r, struct grader_finding *f)
{
	const char *saw = evidence_text(r, "next_hop");
	char want[IP_ADDRSTRLEN];
	struct ip_addr a;

	if (p->next_hop == NULL)
		return false;
	a = model_address(v->lab, model_find(v->lab, p->next_hop),
			  grader_params_family(p));
	ip_addr_print(&a, want);
	if (strcmp(saw, want) == 0)
		return false;
	grader_finding_expected(f, "next hop %s (%s)", want, p->next_hop);
	grader_finding_saw(f, GRADER_FALSE, "next hop %s", saw);
	return true;
}

static bool
community_missing(const struct grader_list *want, const char *what,
		  const json_t *list, struct grader_finding *f)
{
	_free_ char *saw = evidence_words(list);
	const json_t *have;
	size_t i, k;
	bool found;

	for (i = 0; i < want->n; i++) {
		found = false;
		json_array_foreach(list, k, have)
		{
			found |= json_is_string(have) &&
				 strcmp(json_string_value(have),
					want->items[i]) == 0;
		}
		if (found)
			continue;
		grader_finding_expected(f, "%s %s", what, want->items[i]);
		grader_finding_saw(f, GRADER_FALSE, "%s: %s", what, saw);
		return true;
	}
	return false;
}

static void
judge_present(const struct grader_view *v, const struct grader_params *p,
	      const json_t *r, struct grader_finding *f)
{
	if (strcmp(evidence_text(r, "state"), "rejected") == 0) {
		grader_finding_saw(f, GRADER_FALSE,
				   "received, but rejected: %s",
				   *evidence_text(r, "reason_text")
				       ? evidence_text(r, "reason_text")
				       : evidence_text(r, "reason"));
		return;
	}
	if (path_differs(p, r, f) || next_hop_differs(v, p, r, f) ||
	    community_missing(&p->communities, "community",
			      json_object_get(r, "communities"), f) ||
	    community_missing(&p->large, "large community",
			      json_object_get(r, "large_communities"), f))
		return;
	grader_finding_saw(f, GRADER_TRUE, "received and accepted");
}

static void
kind_route_judge(const struct grader_view *v, const struct exercise_check *c,
		 struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	_free_ char *received = received_words(v, p);
	char prefix[IP_PREFIXSTRLEN];
	const json_t *r;

	ip_prefix_print(&p->prefix, prefix);
	r = evidence_route(v, p->at, p->from, prefix);
	grader_finding_expected(f, "%s from %s", prefix, p->from);
	grader_finding_where(f, "%s, routes received from %s", p->at, p->from);
	evidence_session_facts(v, p->at, p->from, grader_params_family(p), f);
	grader_finding_fact(f, "others", received);
	grader_finding_fact(f, "received",
			    r ? evidence_text(r, "state") : "no");
	facts_of(r, f);
	if (!evidence_ready(v, p->at, "routes", f))
		return;
	if (r)
		judge_present(v, p, r, f);
	else
		judge_absent(v, p, received, f);
}

const struct grader_kind grader_kind_route = {
    .name = "route",
    .help = "Node at received the prefix from its neighbour from, accepted it, "
	    "and it looks so.",
    .example = "    kind: route\n"
	       "    at: rs1\n"
	       "    from: m1\n"
	       "    prefix: 100.64.0.0/22\n"
	       "    as-path: [65536]\n"
	       "    next-hop: m1\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_SESSIONS | GRADER_ASK_ROUTES,
    .facts = "received (accepted, rejected, no) others saw-as-path "
	     "saw-next-hop saw-communities "
	     "saw-large-communities reject-reason, and those of session",
    .judge = kind_route_judge,
};
