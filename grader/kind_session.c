/* session: a BGP session is Established, as its far end sees it. */
#include <stddef.h>

#include "base/str.h"
#include "grader/grader_evidence.h"

static const struct grader_key keys[] = {
    {.name = "at",
     .type = GRADER_KEY_OBSERVER,
     .need = true,
     .offset = offsetof(struct grader_params, at),
     .help = "who looks: a route server or a robot member"},
    {.name = "with",
     .type = GRADER_KEY_ROUTER,
     .need = true,
     .offset = offsetof(struct grader_params, with),
     .help = "the other end"},
    {.name = "family",
     .type = GRADER_KEY_FAMILY,
     .need = true,
     .offset = offsetof(struct grader_params, family),
     .help = "of the addresses that the session runs between"},
};

static void
kind_session_judge(const struct grader_view *v, const struct exercise_check *c,
		   struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *s = evidence_session(v, p->at, p->with, p->family);
	_free_ char *words = evidence_session_words(s);
	bool up = json_is_true(json_object_get(s, "established"));

	grader_finding_expected(f, "Established");
	grader_finding_where(f, "%s, %s session with %s", p->at,
			     p->family == IP_V4 ? "IPv4" : "IPv6", p->with);
	evidence_session_facts(v, p->at, p->with, p->family, f);
	if (evidence_ready(v, p->at, "sessions", f))
		grader_finding_saw(f, up ? GRADER_TRUE : GRADER_FALSE, "%s",
				   words);
}

const struct grader_kind grader_kind_session = {
    .name = "session",
    .help = "A BGP session is Established, as node at sees it.",
    .example = "    kind: session\n"
	       "    at: rs1\n"
	       "    with: m1\n"
	       "    family: ipv4\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_SESSIONS,
    .facts = "far-state far-error near-state near-error near-name near-asn "
	     "near-local-asn near-limit-hit near-filtered near-invalid "
	     "near-neighbours daemon "
	     "config-error config-unread",
    .judge = kind_session_judge,
};
