/*
 * scrubbed: communities that a route came with are gone in what a route server
 * sends to the others.
 *
 * Both halves are looked at: it must have come with them, and somebody must have
 * been told of it, or nothing is shown.
 */
#include <stddef.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/kind_route_priv.h"

static const struct grader_key keys[] = {
    KIND_ROUTE_TELLER,
    KIND_ROUTE_ORIGIN,
    KIND_ROUTE_PREFIX,
    KIND_ROUTE_NEED(
	"communities", GRADER_KEY_COMMUNITY, without,
	"it came with each of these and is sent with none; 64500:* is all "
	"that begin so, large ones, too"),
};

static int
kind_scrubbed_sane(const struct grader_params *p, const struct yaml_doc *doc,
		   const struct yaml *check, struct err *e)
{
	if (p->without.n == 0)
		return yaml_err(doc, check, e,
				"name the communities, one at least");
	return 0;
}

/* The first of the communities that it did not come with, or NULL. */
static const char *
never_there(const struct grader_params *p, const json_t *r)
{
	size_t i;

	for (i = 0; i < p->without.n; i++) {
		if (kind_route_community(r, p->without.items[i]) == NULL)
			return p->without.items[i];
	}
	return NULL;
}

static const char *
still_there(const struct grader_params *p, const json_t *r)
{
	const char *found = NULL;
	size_t i;

	for (i = 0; found == NULL && i < p->without.n; i++)
		found = kind_route_community(r, p->without.items[i]);
	return found;
}

static void
judge_sent(const struct grader_view *v, const struct grader_params *p,
	   struct grader_finding *f)
{
	const json_t *sent = json_object_get(evidence_node(v, p->at), "sent");
	const char *found;
	const json_t *r;
	size_t i, n = 0;

	json_array_foreach(sent, i, r)
	{
		if (!kind_route_is_to(r, &p->prefix))
			continue;
		n++;
		if ((found = still_there(p, r)) == NULL)
			continue;
		grader_finding_fact(f, "sent-to", out_text(r, "to"));
		grader_finding_saw(f, GRADER_FALSE, "%s is sent to %s", found,
				   out_text(r, "to"));
		return;
	}
	if (n == 0)
		grader_finding_saw(f, GRADER_FALSE, "it is sent to nobody");
	else
		grader_finding_saw(f, GRADER_TRUE,
				   "sent %zu time%s, without them", n,
				   n == 1 ? "" : "s");
}

static void
kind_scrubbed_judge(const struct grader_view *v, const struct exercise_check *c,
		    struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	char prefix[IP_PREFIXSTRLEN];
	const json_t *r;

	ip_prefix_print(&p->prefix, prefix);
	r = evidence_route(v, p->at, p->from, prefix);
	grader_finding_expected(
	    f, "%s from %s, sent to others without these communities", prefix,
	    p->from);
	grader_finding_where(f, "%s, routes sent", p->at);
	evidence_session_facts(v, p->at, p->from, grader_params_family(p), f);
	kind_route_facts(r, f);
	if (!evidence_ready(v, p->at, "routes", f) ||
	    !evidence_ready(v, p->at, "sent", f))
		return;
	if (r == NULL || kind_route_rejected(r))
		grader_finding_saw(f, GRADER_FALSE, "no %s accepted from %s",
				   prefix, p->from);
	else if (never_there(p, r))
		grader_finding_saw(f, GRADER_FALSE,
				   "it came without the community %s",
				   never_there(p, r));
	else
		judge_sent(v, p, f);
}

const struct grader_kind grader_kind_scrubbed = {
    .name = "scrubbed",
    .help = "Communities that a route came with are gone in what is sent to "
	    "every other neighbour.",
    .example = "    kind: scrubbed\n"
	       "    at: rs1\n"
	       "    from: m1\n"
	       "    prefix: 100.64.0.0/22\n"
	       "    communities: [0:65538, 64500:1:*]\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_SESSIONS | GRADER_ASK_ROUTES | GRADER_ASK_SENT_ALL,
    .facts = "sent-to, saw-communities and the others of route as it came, and "
	     "those of session",
    .sane = kind_scrubbed_sane,
    .cannot = kind_route_cannot_send,
    .judge = kind_scrubbed_judge,
};
