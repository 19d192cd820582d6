/*
 * stays: a route does not go away while an interface is down.
 *
 * The interface is taken down for hold, the route is watched at the observer,
 * the interface is put back whatever happens. So hold is the experiment's
 * length; once it is over the answer is there.
 */
#include <stddef.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_daemon.h"
#include "grader/kind_route_priv.h"

static const struct grader_key keys[] = {
    KIND_ROUTE_AT,
    KIND_ROUTE_ORIGIN,
    KIND_ROUTE_PREFIX,
    KIND_ROUTE_NEED("while-down", GRADER_KEY_INTERFACE, down,
		    "the interface that is taken down for hold"),
};

static void
kind_stays_judge(const struct grader_view *v, const struct exercise_check *c,
		 struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *run = evidence_experiment(v, c);
	const char *failed = out_text(run, "failed");
	char prefix[IP_PREFIXSTRLEN];
	bool kept = json_is_true(json_object_get(run, "kept"));

	ip_prefix_print(&p->prefix, prefix);
	grader_finding_expected(f, "%s from %s while %s of %s is down", prefix,
				p->from, p->down.interface, p->down.node);
	grader_finding_where(f, "%s, routes received from %s", p->at, p->from);
	grader_finding_fact(f, "lost", run && !kept ? "yes" : "no");
	evidence_session_facts(v, p->at, p->from, grader_params_family(p), f);
	if (run == NULL)
		grader_finding_saw(f, GRADER_UNKNOWN, "not tried yet");
	else if (*failed)
		grader_finding_saw(f, GRADER_FALSE, "%s", failed);
	else if (kept)
		grader_finding_saw(f, GRADER_TRUE, "it stayed");
	else
		grader_finding_saw(f, GRADER_FALSE,
				   "gone %lld ms after the interface",
				   (long long)json_integer_value(
				       json_object_get(run, "lost_ms")));
}

/* For how long it was gone shows to who is told of it, or asks often. */
static char *
kind_stays_cannot(const struct grader_params *p, const struct lab *lab)
{
	const struct lab_node *n = model_find(lab, p->at);
	const char *daemon = model_daemon_name(n);

	if (grader_daemon_find(daemon))
		return xasprintf("%s runs %s, which is asked too seldom to see "
				 "what goes and comes back",
				 n->name, daemon);
	return kind_route_cannot(p, lab);
}

const struct grader_kind grader_kind_stays = {
    .name = "stays",
    .help = "A route does not go away while an interface is down.",
    .example = "    kind: stays\n"
	       "    at: m2\n"
	       "    from: m1\n"
	       "    prefix: 100.64.0.0/22\n"
	       "    while-down: {node: m1-h, interface: eth0}\n"
	       "    witness: own-v4\n",
    .negative = true,
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_SESSIONS | GRADER_ASK_ROUTES,
    .experiment = GRADER_STAYS,
    .facts = "lost, and those of session",
    .cannot = kind_stays_cannot,
    .judge = kind_stays_judge,
};
