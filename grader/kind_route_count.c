/* route-count: so many routes are received from a neighbour, or sent to it. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "grader/kind_route_priv.h"

static const char *const states[] = {"accepted", "best", "rejected", "received",
				     NULL};

static const struct grader_key keys[] = {
    KIND_ROUTE_AT,
    KIND_ROUTE_FROM,
    KIND_ROUTE_TO,
    KIND_ROUTE_KEY("family", GRADER_KEY_FAMILY, family,
		   "count one family only"),
    KIND_ROUTE_NEED("count", GRADER_KEY_RANGE, routes, "how many"),
    {.name = "state",
     .type = GRADER_KEY_WORD,
     .words = states,
     .offset = offsetof(struct grader_params, state),
     .help =
	 "of received ones count the accepted (when not said), the best, the "
	 "rejected, or received: all"},
};

static bool
counts(const struct grader_params *p, const json_t *r)
{
	const char *state = p->state ? p->state : "accepted";

	if (!kind_route_is_of(p, r, p->family))
		return false;
	if (p->to || strcmp(state, "received") == 0)
		return true;
	if (kind_route_rejected(r) != (strcmp(state, "rejected") == 0))
		return false;
	return strcmp(state, "best") != 0 ||
	       json_is_true(json_object_get(r, "best"));
}

static void
expect_count(const struct grader_params *p, struct grader_finding *f)
{
	const struct grader_range *r = &p->routes;

	if (r->min == r->max)
		grader_finding_expected(f, "%u routes", r->min);
	else if (r->max == UINT32_MAX)
		grader_finding_expected(f, "at least %u routes", r->min);
	else
		grader_finding_expected(f, "%u to %u routes", r->min, r->max);
}

static void
kind_route_count_judge(const struct grader_view *v,
		       const struct exercise_check *c, struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	enum grader_truth truth;
	char text[24];
	const json_t *r;
	size_t i, n = 0;
	bool ready;

	json_array_foreach(kind_route_rows(v, p), i, r)
	{
		n += counts(p, r);
	}
	expect_count(p, f);
	ready = kind_route_begin(v, p, p->family, f);
	snprintf(text, sizeof(text), "%zu", n);
	grader_finding_fact(f, "count", text);
	truth = n >= p->routes.min && n <= p->routes.max ? GRADER_TRUE
							 : GRADER_FALSE;
	if (ready)
		grader_finding_saw(f, truth, "%zu route%s", n,
				   n == 1 ? "" : "s");
}

const struct grader_kind grader_kind_route_count = {
    .name = "route-count",
    .help = "So many routes are received from a neighbour, or sent to it.",
    .example = "    kind: route-count\n"
	       "    at: rs1\n"
	       "    from: m1\n"
	       "    family: ipv6\n"
	       "    count: {min: 1, max: 4}\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_SESSIONS | GRADER_ASK_ROUTES | GRADER_ASK_SENT,
    .facts = "count, and those of session",
    .sane = kind_route_sane,
    .cannot = kind_route_cannot,
    .judge = kind_route_count_judge,
};
