/* no-route: a prefix is not there: not received from a neighbour, or not sent to
 * it. */
#include <stddef.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/kind_route_priv.h"

static const char *const states[] = {"received", "accepted", NULL};

static const struct grader_key keys[] = {
    KIND_ROUTE_AT,
    KIND_ROUTE_KEY("from", GRADER_KEY_ROUTER, from,
		   "the neighbour that could announce it"),
    KIND_ROUTE_KEY("to", GRADER_KEY_ROUTER, to,
		   "or the neighbour that could be told"),
    KIND_ROUTE_PREFIX,
    KIND_ROUTE_KEY("or-longer", GRADER_KEY_WISH, longer,
		   "yes: nor any part of it"),
    {.name = "state",
     .type = GRADER_KEY_WORD,
     .words = states,
     .offset = offsetof(struct grader_params, state),
     .help = "what of received routes counts: received (when not said: "
	     "rejected ones do, "
	     "too), accepted"},
};

static bool
is_there(const struct grader_params *p, const json_t *r)
{
	struct ip_prefix prefix;

	if (!kind_route_is_of(p, r, IP_NONE) ||
	    (p->state && strcmp(p->state, "accepted") == 0 &&
	     kind_route_rejected(r)))
		return false;
	if (p->longer != GRADER_WISH_YES)
		return kind_route_is_to(r, &p->prefix);
	return ip_prefix_parse(out_text(r, "prefix"), &prefix) &&
	       ip_prefix_covers(&p->prefix, &prefix);
}

static void
kind_no_route_judge(const struct grader_view *v, const struct exercise_check *c,
		    struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *r, *found = NULL;
	char prefix[IP_PREFIXSTRLEN], way[160];
	bool ready;
	size_t i;

	json_array_foreach(kind_route_rows(v, p), i, r)
	{
		if (found == NULL && is_there(p, r))
			found = r;
	}
	grader_finding_expected(
	    f, "no %s%s %s", ip_prefix_print(&p->prefix, prefix),
	    p->longer == GRADER_WISH_YES ? " or longer" : "",
	    kind_route_way(p, way));
	ready = kind_route_begin(v, p, grader_params_family(p), f);
	kind_route_facts(found, f);
	if (ready && found)
		grader_finding_saw(
		    f, GRADER_FALSE, "%s is there%s", out_text(found, "prefix"),
		    kind_route_rejected(found) ? ", rejected" : "");
	else if (ready)
		grader_finding_saw(f, GRADER_TRUE, "not there");
}

const struct grader_kind grader_kind_no_route = {
    .name = "no-route",
    .help = "A prefix is not received from a neighbour, or not sent to it.",
    .example = "    kind: no-route\n"
	       "    at: rs1\n"
	       "    to: m2\n"
	       "    prefix: 100.64.0.0/22\n"
	       "    or-longer: yes\n"
	       "    witness: rs1-has-v4\n",
    .negative = true,
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_SESSIONS | GRADER_ASK_ROUTES | GRADER_ASK_SENT,
    .facts = "saw-as-path saw-next-hop saw-origin saw-local-pref saw-med "
	     "saw-otc saw-communities saw-large-communities "
	     "saw-extended-communities saw-marks saw-best reject-code "
	     "reject-reason, and those of session",
    .sane = kind_route_sane,
    .cannot = kind_route_cannot_receive,
    .judge = kind_no_route_judge,
};
