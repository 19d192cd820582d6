/*
 * sent-only-to: a route of one neighbour is sent to some others, and to nobody
 * else.
 *
 * The prefix may have other origins. A path is the neighbour's when its AS number
 * is the first in it, behind that of the teller.
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
    KIND_ROUTE_NEED("only-to", GRADER_KEY_NODES, only_to,
		    "each of these is told, and nobody else; [] is nobody"),
};

static bool
begins_with(const json_t *path, size_t at, uint32_t asn)
{
	return json_integer_value(json_array_get(path, at)) == asn;
}

static bool
is_from(const struct grader_view *v, const struct grader_params *p,
	const json_t *row)
{
	const struct lab_node *at = model_find(v->lab, p->at);
	const struct lab_node *from = model_find(v->lab, p->from);
	const json_t *path = json_object_get(row, "as_path");

	if (!kind_route_is_to(row, &p->prefix) || at == NULL || from == NULL)
		return false;
	return begins_with(path, 0, from->asn) ||
	       (begins_with(path, 0, at->asn) &&
		begins_with(path, 1, from->asn));
}

static bool
is_sent_to(const struct grader_view *v, const struct grader_params *p,
	   const char *node)
{
	const json_t *sent = json_object_get(evidence_node(v, p->at), "sent");
	const json_t *r;
	size_t i;

	json_array_foreach(sent, i, r)
	{
		if (is_from(v, p, r) && strcmp(out_text(r, "to"), node) == 0)
			return true;
	}
	return false;
}

static bool
is_meant(const struct grader_params *p, const char *node)
{
	size_t i;

	for (i = 0; i < p->only_to.n; i++) {
		if (strcmp(p->only_to.items[i], node) == 0)
			return true;
	}
	return false;
}

/* Who is told and should not be: each once. */
static void
extra_words(const struct grader_view *v, const struct grader_params *p,
	    struct str *s)
{
	const json_t *sent = json_object_get(evidence_node(v, p->at), "sent");
	const json_t *r;
	size_t i;

	json_array_foreach(sent, i, r)
	{
		const char *to = out_text(r, "to");

		if (is_from(v, p, r) && !is_meant(p, to) &&
		    (s->len == 0 || strstr(str_text(s), to) == NULL) &&
		    s->len < 160)
			str_addf(s, "%s%s", s->len ? " " : "", to);
	}
}

static void
judge_sent(const struct grader_view *v, const struct grader_params *p,
	   struct grader_finding *f)
{
	struct str extra = {0};
	const char *why, *node;
	size_t i;

	extra_words(v, p, &extra);
	grader_finding_fact(f, "extra", extra.len ? str_text(&extra) : "");
	for (i = 0; i < p->only_to.n; i++) {
		node = p->only_to.items[i];
		if (is_sent_to(v, p, node))
			continue;
		why = evidence_why(v, p->at, node, &p->prefix);
		grader_finding_fact(f, "missing", node);
		grader_finding_fact(f, "why", why);
		grader_finding_saw(f, GRADER_FALSE, "not sent to %s%s%s", node,
				   *why ? ": " : "", why);
		str_clear(&extra);
		return;
	}
	if (extra.len)
		grader_finding_saw(f, GRADER_FALSE, "also sent to %s",
				   str_text(&extra));
	else
		grader_finding_saw(f, GRADER_TRUE, "sent to nobody else");
	str_clear(&extra);
}

static void
expect_set(const struct grader_params *p, struct grader_finding *f)
{
	char prefix[IP_PREFIXSTRLEN];
	struct str s = {0};
	size_t i;

	for (i = 0; i < p->only_to.n; i++)
		str_addf(&s, "%s%s", i ? " " : "", p->only_to.items[i]);
	grader_finding_expected(
	    f, "%s from %s sent to %s%s", ip_prefix_print(&p->prefix, prefix),
	    p->from, s.len ? str_text(&s) : "nobody", s.len ? " only" : "");
	str_clear(&s);
}

static void
kind_sent_only_to_judge(const struct grader_view *v,
			const struct exercise_check *c,
			struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	char prefix[IP_PREFIXSTRLEN];
	const json_t *r;

	ip_prefix_print(&p->prefix, prefix);
	r = evidence_route(v, p->at, p->from, prefix);
	expect_set(p, f);
	grader_finding_where(f, "%s, routes sent", p->at);
	evidence_session_facts(v, p->at, p->from, grader_params_family(p), f);
	kind_route_facts(r, f);
	if (!evidence_ready(v, p->at, "routes", f) ||
	    !evidence_ready(v, p->at, "sent", f))
		return;
	if (r == NULL || kind_route_rejected(r))
		grader_finding_saw(f, GRADER_FALSE, "no %s accepted from %s",
				   prefix, p->from);
	else
		judge_sent(v, p, f);
}

const struct grader_kind grader_kind_sent_only_to = {
    .name = "sent-only-to",
    .help = "A neighbour's route is sent to each of these, and to nobody else.",
    .example = "    kind: sent-only-to\n"
	       "    at: rs1\n"
	       "    from: m1\n"
	       "    prefix: 100.64.0.0/22\n"
	       "    only-to: [m2, m3]\n"
	       "    witness: rs1-has-v4\n",
    .negative = true,
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_SESSIONS | GRADER_ASK_ROUTES | GRADER_ASK_SENT_ALL,
    .facts = "extra missing why, saw-communities and the others of route as it "
	     "came, and those of session",
    .cannot = kind_route_cannot_send,
    .judge = kind_sent_only_to_judge,
};
