/*
 * daemon: the node's own daemon runs with the configuration that is on disk.
 * Explicitly about local state: it explains, so give it few points.
 */
#include <stddef.h>
#include <string.h>

#include "base/out.h"
#include "grader/grader_evidence.h"

static const struct grader_key keys[] = {
    {.name = "at",
     .type = GRADER_KEY_ROUTER,
     .need = true,
     .offset = offsetof(struct grader_params, at),
     .help = "whose daemon; the trainee's too"},
};

static void
kind_daemon_judge(const struct grader_view *v, const struct exercise_check *c,
		  struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *n = evidence_node(v, p->at);
	const json_t *config = json_object_get(n, "config");
	const char *daemon = out_text(n, "daemon");

	grader_finding_expected(f, "running with the configuration on disk");
	grader_finding_where(f, "%s, its daemon", p->at);
	evidence_daemon_facts(v, p->at, f);
	if (!evidence_ready(v, p->at, "sessions", f))
		return;
	if (strcmp(daemon, "running") != 0)
		grader_finding_saw(f, GRADER_UNKNOWN, "the daemon is %s",
				   *daemon ? daemon : "not known yet");
	else if (json_is_false(json_object_get(config, "ok")))
		grader_finding_saw(f, GRADER_FALSE, "%s",
				   out_text(config, "error"));
	else if (json_is_true(json_object_get(config, "unread")))
		grader_finding_saw(f, GRADER_FALSE,
				   "running, but the file on disk is newer "
				   "than what it has read");
	else if (config == NULL)
		grader_finding_saw(f, GRADER_UNKNOWN,
				   "the configuration was not tried yet");
	else
		grader_finding_saw(f, GRADER_TRUE,
				   "running, configuration read");
}

const struct grader_kind grader_kind_daemon = {
    .name = "daemon",
    .help = "The daemon of a node runs with the configuration on disk.",
    .example = "    kind: daemon\n"
	       "    at: m1\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_SESSIONS | GRADER_ASK_CONFIG,
    .facts = "daemon config-error config-unread near-neighbours",
    .judge = kind_daemon_judge,
};
