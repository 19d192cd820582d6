/* session-absent: a node holds no session with another, or none that is up. */
#include <stddef.h>

#include "base/str.h"
#include "grader/grader_evidence.h"

static const struct grader_key keys[] = {
    {.name = "at",
     .type = GRADER_KEY_OBSERVER,
     .need = true,
     .offset = offsetof(struct grader_params, at),
     .help = "who looks: a node with a daemon, not the trainee's"},
    {.name = "with",
     .type = GRADER_KEY_ROUTER,
     .need = true,
     .offset = offsetof(struct grader_params, with),
     .help = "the other end"},
    {.name = "family",
     .type = GRADER_KEY_FAMILY,
     .offset = offsetof(struct grader_params, family),
     .help = "look at one family only"},
};

static void
kind_session_absent_judge(const struct grader_view *v,
			  const struct exercise_check *c,
			  struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *s = evidence_session(v, p->at, p->with, p->family);
	bool up = json_is_true(json_object_get(s, "established"));
	_free_ char *words = evidence_session_words(s);

	grader_finding_expected(f, "no session");
	grader_finding_where(f, "%s, sessions with %s", p->at, p->with);
	evidence_session_facts(v, p->at, p->with, p->family, f);
	if (evidence_ready(v, p->at, "sessions", f))
		grader_finding_saw(f, up ? GRADER_FALSE : GRADER_TRUE, "%s",
				   words);
}

const struct grader_kind grader_kind_session_absent = {
    .name = "session-absent",
    .help = "No session with a node is Established, as node at sees it.",
    .example = "    kind: session-absent\n"
	       "    at: rs1\n"
	       "    with: m1\n"
	       "    witness: rs2-v4\n",
    .negative = true,
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_SESSIONS,
    .facts = "those of session",
    .judge = kind_session_absent_judge,
};
