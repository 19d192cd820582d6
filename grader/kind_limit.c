/*
 * limit: a neighbour announced more than it may, and the node acted.
 *
 * Whatever the action is (the session ends, what is too much is not taken), the
 * daemon knows that the limit was reached: our route server by routes that it
 * blocked or discarded or by the session that it stopped, BIRD by the mark at its
 * limit, FRR, GoBGP and OpenBGPD by why the session ended. At a BIRD that only counts
 * the mark stands there, too.
 *
 * With routes, counts or action it is another question: is there a limit that would
 * act so? A limit shows nothing to others before the accident, so the node is asked
 * itself, the trainee's too, for what its daemon says that it works with.
 */
#include <stddef.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_daemon.h"
#include "grader/grader_evidence.h"

static const char *const counts[] = {"receive", "import", NULL};
static const char *const actions[] = {"warn", "block", "restart", "disable",
				      NULL};

static const struct grader_key keys[] = {
    {.name = "at",
     .type = GRADER_KEY_ROUTER,
     .need = true,
     .offset = offsetof(struct grader_params, at),
     .help = "who counts: a route server or a member; the trainee's too when "
	     "asked what it would do"},
    {.name = "with",
     .type = GRADER_KEY_ROUTER,
     .need = true,
     .offset = offsetof(struct grader_params, with),
     .help = "who announces too much"},
    {.name = "family",
     .type = GRADER_KEY_FAMILY,
     .need = true,
     .offset = offsetof(struct grader_params, family),
     .help = "of the session"},
    {.name = "routes",
     .type = GRADER_KEY_RANGE,
     .offset = offsetof(struct grader_params, routes),
     .help = "there is a limit of so many, reached or not; not at ixrs"},
    {.name = "counts",
     .type = GRADER_KEY_WORDS,
     .words = counts,
     .offset = offsetof(struct grader_params, marks),
     .help = "of routes: a limit of one of these sorts: receive (all that is "
	     "kept, refused or not), import (what the filter lets in)"},
    {.name = "action",
     .type = GRADER_KEY_WORDS,
     .words = actions,
     .offset = offsetof(struct grader_params, only_to),
     .help = "of routes: it does one of these: warn, block, restart, disable"},
    {.name = "reached",
     .type = GRADER_KEY_WISH,
     .offset = offsetof(struct grader_params, both_ends),
     .help = "of routes: and it was reached, or was not"},
};

static int
kind_limit_sane(const struct grader_params *p, const struct yaml_doc *doc,
		const struct yaml *check, struct err *e)
{
	if ((p->marks.n > 0 || p->only_to.n > 0 || p->both_ends) &&
	    !p->routes.set)
		return yaml_err(doc, check, e,
				"\"counts\", \"action\" and \"reached\" go "
				"with \"routes\"");
	return 0;
}

static char *
kind_limit_cannot(const struct grader_params *p, const struct lab *lab)
{
	const struct lab_node *n = model_find(lab, p->at);
	const char *daemon = model_daemon_name(n);

	bool told = strcmp(daemon, "bird") == 0 || grader_daemon_find(daemon);

	if (p->routes.set && !told)
		return xasprintf("%s runs %s, which does not tell what limits "
				 "it has",
				 n->name, daemon);
	if (!p->routes.set && n->trainee)
		return xasprintf("%s is the trainee's own node: observe where "
				 "the trainee has no hand, or ask for its "
				 "\"routes\"",
				 n->name);
	if (told || strcmp(daemon, "ixrs") == 0)
		return NULL;
	return xasprintf("%s runs %s, which does not tell of its limits",
			 n->name, daemon);
}

/* ---- what it would do */

static bool
is_one_of(const struct grader_list *list, const char *word)
{
	size_t i;

	for (i = 0; i < list->n && strcmp(list->items[i], word) != 0; i++)
		continue;
	return list->n == 0 || i < list->n;
}

static bool
has_limit(const struct grader_params *p, const json_t *session)
{
	json_int_t routes;
	const json_t *l;
	size_t i;

	json_array_foreach(json_object_get(session, "limits"), i, l)
	{
		routes = json_integer_value(json_object_get(l, "routes"));
		if (strcmp(out_text(l, "channel"), ip_family_name(p->family)) ==
			0 &&
		    routes >= p->routes.min && routes <= p->routes.max &&
		    is_one_of(&p->marks, out_text(l, "counts")) &&
		    is_one_of(&p->only_to, out_text(l, "action")))
			return true;
	}
	return false;
}

static void
limit_would(const struct grader_view *v, const struct grader_params *p,
	    const json_t *session, struct grader_finding *f)
{
	_free_ char *is = evidence_limits(session, p->family);
	bool hit = json_is_true(json_object_get(session, "limit_hit"));
	bool as_wished = p->both_ends == GRADER_WISH_NONE ||
			 (p->both_ends == GRADER_WISH_YES) == hit;

	if (p->routes.max == UINT32_MAX)
		grader_finding_expected(f, "a limit of %u or more on %s",
					p->routes.min, p->with);
	else
		grader_finding_expected(f, "a limit of %u to %u on %s",
					p->routes.min, p->routes.max, p->with);
	grader_finding_fact(f, "limits", is);
	if (!evidence_ready(v, p->at, "sessions", f))
		return;
	if (session == NULL)
		grader_finding_saw(f, GRADER_FALSE, "no session with %s",
				   p->with);
	else
		grader_finding_saw(
		    f,
		    has_limit(p, session) && as_wished ? GRADER_TRUE
						       : GRADER_FALSE,
		    "%s%s", strcmp(is, "none") == 0 ? "no limit" : is,
		    p->both_ends == GRADER_WISH_NONE ? ""
		    : hit			     ? ", reached"
						     : ", not reached");
}

static void
kind_limit_judge(const struct grader_view *v, const struct exercise_check *c,
		 struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *s = evidence_session(v, p->at, p->with, p->family);
	bool hit = json_is_true(json_object_get(s, "limit_hit"));
	_free_ char *words = evidence_session_words(s);

	grader_finding_expected(f, "more routes from %s than the limit allows",
				p->with);
	grader_finding_where(f, "%s, %s session with %s", p->at,
			     p->family == IP_V4 ? "IPv4" : "IPv6", p->with);
	evidence_session_facts(v, p->at, p->with, p->family, f);
	if (p->routes.set) {
		limit_would(v, p, s, f);
		return;
	}
	if (!evidence_ready(v, p->at, "sessions", f))
		return;
	if (hit)
		grader_finding_saw(f, GRADER_TRUE, "the limit was reached");
	else
		grader_finding_saw(f, GRADER_FALSE, "below the limit; %s",
				   words);
}

const struct grader_kind grader_kind_limit = {
    .name = "limit",
    .help = "A node received more routes from a neighbour than it permits, and "
	    "its prefix limit acted; or, with routes, it has such a limit.",
    .example = "    kind: limit\n"
	       "    at: rs1\n"
	       "    with: m1\n"
	       "    family: ipv4\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_SESSIONS,
    .facts = "limits (\"receive 30 disable, ..\", none), those of session",
    .sane = kind_limit_sane,
    .cannot = kind_limit_cannot,
    .judge = kind_limit_judge,
};
