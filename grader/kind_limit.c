/*
 * limit: a neighbour announced more than it may, and the node acted.
 *
 * Whatever the action is (the session ends, what is too much is not taken), the
 * daemon knows that the limit was reached: our route server by routes that it
 * blocked or discarded or by the session that it stopped, BIRD by the mark at its
 * limit. At a BIRD that only counts the mark stands there, too.
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
     .help = "who counts: a route server or a robot member, with bird or ixrs"},
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
};

static char *
kind_limit_cannot(const struct grader_params *p, const struct lab *lab)
{
	const struct lab_node *n = model_find(lab, p->at);
	const char *daemon = model_daemon_name(n);

	if (strcmp(daemon, "bird") == 0 || strcmp(daemon, "ixrs") == 0)
		return NULL;
	return xasprintf("%s runs %s, which does not tell of its limits",
			 n->name, daemon);
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
	    "its prefix limit acted.",
    .example = "    kind: limit\n"
	       "    at: rs1\n"
	       "    with: m1\n"
	       "    family: ipv4\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_SESSIONS,
    .facts = "those of session",
    .cannot = kind_limit_cannot,
    .judge = kind_limit_judge,
};
