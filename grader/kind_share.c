/*
 * share: of what comes into a node from outside, so much by one interface.
 *
 * Each sender's long echo requests go to the far end, in one family or in both,
 * while the bytes that come in at the node are counted before and after. What
 * comes from its own machines is not counted: their answers are on the way out.
 * Requests that nobody answers may have got lost before the node, and then the
 * share of the others would say too much; so they fail.
 */
#include <stddef.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"
#include "grader/kind_ping_priv.h"

#define SHARE_INTERVAL_MS 5
#define SHARE_TIMEOUT_MS 400

static const struct grader_key keys[] = {
    {.name = "from",
     .type = GRADER_KEY_NODES,
     .need = true,
     .offset = offsetof(struct grader_params, senders),
     .help = "who sends, each as much as the others"},
    {.name = "to",
     .type = GRADER_KEY_NODE,
     .need = true,
     .offset = offsetof(struct grader_params, to),
     .help = "who answers, at its address of the family"},
    {.name = "family",
     .type = GRADER_KEY_FAMILY,
     .offset = offsetof(struct grader_params, family),
     .help = "both when not said"},
    {.name = "at",
     .type = GRADER_KEY_NODE,
     .need = true,
     .offset = offsetof(struct grader_params, at),
     .help = "where it comes in; the trainee's too, for a kernel is evidence"},
    {.name = "interface",
     .type = GRADER_KEY_TEXT,
     .need = true,
     .offset = offsetof(struct grader_params, interface),
     .help = "by this one of its interfaces"},
    {.name = "least",
     .type = GRADER_KEY_COUNT,
     .need = true,
     .offset = offsetof(struct grader_params, least),
     .min = 1,
     .max = 100,
     .help = "in a hundred"},
    {.name = "count",
     .type = GRADER_KEY_COUNT,
     .offset = offsetof(struct grader_params, count),
     .min = 20,
     .max = 200,
     .absent = 20,
     .help = "how many requests of each, 20 when not said"},
};

static size_t
share_families(const struct grader_params *p)
{
	return p->family == IP_NONE ? 2 : 1;
}

static size_t
share_probes(const struct grader_params *p)
{
	return p->senders.n * share_families(p);
}

/* The family of the i-th probe. */
static enum ip_family
share_family(const struct grader_params *p, size_t i)
{
	if (p->family != IP_NONE)
		return (enum ip_family)p->family;
	return i % 2 ? IP_V6 : IP_V4;
}

/* It leads to others, not to a machine or router of the same network. */
static bool
share_door(const struct lab *lab, const struct lab_node *n, const char *dev)
{
	enum lab_link_kind kind;
	size_t i;

	for (i = 0; i < n->nifs; i++) {
		if (strcmp(n->ifs[i].name, dev) != 0)
			continue;
		kind = lab->links[n->ifs[i].link].kind;
		return kind != LAB_LINK_HOST && kind != LAB_LINK_INSIDE;
	}
	return false;
}

static json_int_t
share_bytes(const json_t *answer, const char *dev)
{
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(answer, "rows"), i, row)
	{
		if (strcmp(out_text(row, "dev"), dev) == 0)
			return json_integer_value(
			    json_object_get(row, "rx_bytes"));
	}
	return 0;
}

/* In a hundred, of all that came in; -1 when nothing did. */
static int
share_of(const struct grader_view *v, const struct grader_params *p,
	 const json_t *answers, const char *dev)
{
	const struct lab_node *n = model_find(v->lab, p->at);
	const json_t *first = json_array_get(answers, 0);
	const json_t *last = json_array_get(answers, share_probes(p) + 1);
	json_int_t all = 0, here = 0, moved;
	size_t i;

	for (i = 0; n != NULL && i < n->nifs; i++) {
		if (!share_door(v->lab, n, n->ifs[i].name))
			continue;
		moved = share_bytes(last, n->ifs[i].name) -
			share_bytes(first, n->ifs[i].name);
		if (moved < 0)
			return -1;
		all += moved;
		if (strcmp(n->ifs[i].name, dev) == 0)
			here = moved;
	}
	return all > 0 ? (int)(here * 100 / all) : -1;
}

/* "ix0 75 ix1 25": each door and its share. Owned. */
static char *
share_words(const struct grader_view *v, const struct grader_params *p,
	    const json_t *answers)
{
	const struct lab_node *n = model_find(v->lab, p->at);
	struct str s = {0};
	size_t i;
	int part;

	for (i = 0; n != NULL && i < n->nifs; i++) {
		part = share_of(v, p, answers, n->ifs[i].name);
		if (part >= 0 && share_door(v->lab, n, n->ifs[i].name))
			str_addf(&s, "%s%s %d%%", s.len ? ", " : "",
				 n->ifs[i].name, part);
	}
	return str_steal(&s);
}

/* The first sender of whose requests a tenth was not answered; or NULL. */
static const char *
share_lost(const struct grader_params *p, const json_t *answers)
{
	const json_t *a;
	json_int_t sent, got;
	size_t i;

	for (i = 0; i < share_probes(p); i++) {
		a = json_array_get(answers, i + 1);
		sent = json_integer_value(json_object_get(a, "sent"));
		got = json_integer_value(json_object_get(a, "received"));
		if (sent == 0 || (sent - got) * 10 > sent)
			return p->senders.items[i / share_families(p)];
	}
	return NULL;
}

static void
kind_share_judge(const struct grader_view *v, const struct exercise_check *c,
		 struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *answers = evidence_calls(v, c, f);
	int part = share_of(v, p, answers, p->interface);
	_free_ char *words = share_words(v, p, answers);
	const char *lost = answers ? share_lost(p, answers) : NULL;

	grader_finding_expected(f, "%u%% or more by %s", p->least,
				p->interface);
	grader_finding_where(f, "%s, counters of its interfaces", p->at);
	grader_finding_fact(f, "shares", words);
	grader_finding_fact(f, "unanswered-from", lost);
	evidence_own_facts(v, (enum ip_family)p->family, f);
	if (answers == NULL)
		return;
	if (lost)
		grader_finding_saw(f, GRADER_FALSE,
				   "%s does not get an answer from %s", lost,
				   p->to);
	else if (part < 0)
		grader_finding_saw(f, GRADER_FALSE, "nothing came in");
	else
		grader_finding_saw(
		    f, part >= (int)p->least ? GRADER_TRUE : GRADER_FALSE, "%s",
		    words);
}

static bool
kind_share_call(const struct grader_view *v, const struct exercise_check *c,
		size_t i, const json_t *answers, struct grader_call *out)
{
	const struct grader_params *p = grader_params(c);
	size_t probes = share_probes(p);
	char text[IP_ADDRSTRLEN];
	struct ip_addr to;

	(void)answers;
	if (i > probes + 1)
		return false;
	if (i == 0 || i > probes) {
		*out = (struct grader_call){
		    "kernel",
		    json_pack("{ss ss}", "node", p->at, "what", "links"), 0};
		return true;
	}
	to = model_address(v->lab, model_find(v->lab, p->to),
			   share_family(p, i - 1));
	*out = (struct grader_call){
	    "probe",
	    json_pack("{ss ss si si si si}", "node",
		      p->senders.items[(i - 1) / share_families(p)], "to",
		      ip_addr_print(&to, text), "count", (int)p->count,
		      "interval_ms", SHARE_INTERVAL_MS, "timeout_ms",
		      SHARE_TIMEOUT_MS, "size", GRADER_BYPASS_BYTES),
	    0};
	return true;
}

static int
kind_share_sane(const struct grader_params *p, const struct yaml_doc *doc,
		const struct yaml *check, struct err *e)
{
	if (p->senders.n == 0)
		return yaml_err(doc, yaml_get(check, "from"), e,
				"somebody must send");
	return 0;
}

const struct grader_kind grader_kind_share = {
    .name = "share",
    .help = "Of what some nodes send to another, so much comes in by this "
	    "interface.",
    .example = "    kind: share\n"
	       "    from: [m2-h, m3-h]\n"
	       "    to: m1-h\n"
	       "    at: m1\n"
	       "    interface: ix0\n"
	       "    least: 80\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .experiment = GRADER_CALLS,
    .pause_ms = 1000,
    .facts = "shares unanswered-from, and those of session (near and daemon)",
    .sane = kind_share_sane,
    .call = kind_share_call,
    .judge = kind_share_judge,
};
