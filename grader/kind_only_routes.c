/* only-routes: nothing but a closed set is received from a neighbour. */
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
     .help = "the neighbour that announces"},
    {.name = "family",
     .type = GRADER_KEY_FAMILY,
     .offset = offsetof(struct grader_params, family),
     .help = "look at one family only"},
    {.name = "prefixes",
     .type = GRADER_KEY_PREFIXES,
     .need = true,
     .offset = offsetof(struct grader_params, prefixes),
     .help = "what may be there; rejected routes count as received"},
};

static bool
is_allowed(const struct grader_params *p, const char *prefix)
{
	char text[IP_PREFIXSTRLEN];
	size_t i;

	for (i = 0; i < p->nprefixes; i++) {
		if (strcmp(ip_prefix_print(&p->prefixes[i], text), prefix) == 0)
			return true;
	}
	return false;
}

static bool
is_watched(const struct grader_params *p, const json_t *r)
{
	return strcmp(evidence_text(r, "from"), p->from) == 0 &&
	       (p->family == IP_NONE || strcmp(evidence_text(r, "family"),
					       ip_family_name(p->family)) == 0);
}

/* The routes that should not be there, as words; the first one's reason. */
static char *
extra_words(const struct grader_view *v, const struct grader_params *p,
	    const char **reason, size_t *n)
{
	const json_t *routes =
	    json_object_get(evidence_node(v, p->at), "routes");
	struct str s = {0};
	const json_t *r;
	size_t i;

	*n = 0;
	*reason = "";
	json_array_foreach(routes, i, r)
	{
		if (!is_watched(p, r) ||
		    is_allowed(p, evidence_text(r, "prefix")))
			continue;
		if ((*n)++ == 0)
			*reason = evidence_text(r, "reason_text");
		if (*n <= 8)
			str_addf(&s, "%s%s", s.len ? " " : "",
				 evidence_text(r, "prefix"));
	}
	if (*n > 8)
		str_addf(&s, " and %zu more", *n - 8);
	return str_steal(&s);
}

static void
expect_set(const struct grader_params *p, struct grader_finding *f)
{
	char text[IP_PREFIXSTRLEN];
	struct str s = {0};
	size_t i;

	for (i = 0; i < p->nprefixes; i++)
		str_addf(&s, "%s%s", i ? " " : "",
			 ip_prefix_print(&p->prefixes[i], text));
	if (s.len)
		grader_finding_expected(f, "nothing but %s", str_text(&s));
	else
		grader_finding_expected(f, "nothing");
	str_clear(&s);
}

static void
kind_only_routes_judge(const struct grader_view *v,
		       const struct exercise_check *c, struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const char *reason;
	size_t n;
	_free_ char *extra = extra_words(v, p, &reason, &n);

	expect_set(p, f);
	grader_finding_where(f, "%s, routes received from %s", p->at, p->from);
	grader_finding_fact(f, "extra", extra);
	grader_finding_fact(f, "reject-reason", reason);
	evidence_session_facts(v, p->at, p->from, p->family, f);
	if (!evidence_ready(v, p->at, "routes", f))
		return;
	if (n > 0)
		grader_finding_saw(f, GRADER_FALSE, "also %s", extra);
	else
		grader_finding_saw(f, GRADER_TRUE, "nothing else");
}

const struct grader_kind grader_kind_only_routes = {
    .name = "only-routes",
    .help = "Nothing but these prefixes is received from a neighbour.",
    .example = "    kind: only-routes\n"
	       "    at: m2\n"
	       "    from: m1\n"
	       "    prefixes: [100.64.0.0/22]\n"
	       "    witness: own-v4\n",
    .negative = true,
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_SESSIONS | GRADER_ASK_ROUTES,
    .facts = "extra reject-reason, and those of session",
    .judge = kind_only_routes_judge,
};
