/*
 * path: which nodes packets pass on their way.
 *
 * Echoes that live for one hop, two, three make each router tell that it was
 * there. A router that stays silent is a gap; where a gap could hide what is asked
 * for nothing is known. Routers tell of few packets a second, so it is not tried
 * more often.
 */
#include <stddef.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"
#include "grader/kind_ping_priv.h"

static const struct grader_key keys[] = {
    KIND_PING_KEYS,
    {.name = "hops",
     .type = GRADER_KEY_NODES,
     .offset = offsetof(struct grader_params, hops),
     .help = "exactly these in this order, without the two ends"},
    {.name = "through",
     .type = GRADER_KEY_NODES,
     .offset = offsetof(struct grader_params, through),
     .help = "these are on the way, among others"},
    {.name = "avoids",
     .type = GRADER_KEY_NODES,
     .offset = offsetof(struct grader_params, avoid),
     .help = "none of these is on the way"},
};

#define PATH_HOPS 30

struct path {
	const char *nodes[PATH_HOPS]; /* "" of a gap or a stranger */
	size_t n;		      /* without the far end, when reached */
	bool reached, gap;
	struct str words;
};

static const char *
path_node(const struct grader_view *v, const char *address)
{
	const struct lab_node *n;
	struct ip_addr a;

	if (address == NULL || !ip_addr_parse(address, &a))
		return "";
	n = model_holder(v->lab, &a);
	return n ? n->name : "";
}

static void
path_read(const struct grader_view *v, const json_t *answer, struct path *p)
{
	const json_t *hops = json_object_get(answer, "hops");
	size_t i, n = json_array_size(hops);
	const char *address;

	p->reached = json_is_true(json_object_get(answer, "reached"));
	for (i = 0; i + (p->reached ? 1 : 0) < n && i < PATH_HOPS; i++) {
		address = json_string_value(json_array_get(hops, i));
		p->nodes[i] = path_node(v, address);
		p->gap |= address == NULL;
		str_addf(&p->words, "%s%s", i ? " " : "",
			 *p->nodes[i] ? p->nodes[i]
			 : address    ? address
				      : "*");
	}
	p->n = i;
}

static bool
path_has(const struct path *p, const char *node)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (strcmp(p->nodes[i], node) == 0)
			return true;
	}
	return false;
}

/* FALSE whatever the gaps hide; UNKNOWN when they could make the difference. */
static enum grader_truth
path_truth(const struct grader_params *c, const struct path *p)
{
	enum grader_truth t = GRADER_TRUE;
	size_t i;

	for (i = 0; i < c->avoid.n; i++) {
		if (path_has(p, c->avoid.items[i]))
			return GRADER_FALSE;
		if (p->gap)
			t = GRADER_UNKNOWN;
	}
	for (i = 0; i < c->through.n; i++) {
		if (path_has(p, c->through.items[i]))
			continue;
		if (!p->gap)
			return GRADER_FALSE;
		t = GRADER_UNKNOWN;
	}
	if (c->hops.items == NULL)
		return t;
	if (c->hops.n != p->n)
		return GRADER_FALSE;
	for (i = 0; i < p->n; i++) {
		if (strcmp(p->nodes[i], c->hops.items[i]) == 0)
			continue;
		if (*p->nodes[i] || !p->gap)
			return GRADER_FALSE;
		t = GRADER_UNKNOWN;
	}
	return t;
}

static void
path_expected(const struct grader_params *c, struct grader_finding *f)
{
	const struct {
		const char *word;
		const struct grader_list *list;
	} parts[] = {
	    {"by", &c->hops}, {"through", &c->through}, {"not by", &c->avoid}};
	struct str s = {0};
	size_t i, k;

	for (i = 0; i < 3; i++) {
		if (parts[i].list->items == NULL)
			continue;
		str_addf(&s, "%s%s", s.len ? ", " : "", parts[i].word);
		for (k = 0; k < parts[i].list->n; k++)
			str_addf(&s, " %s", parts[i].list->items[k]);
		if (parts[i].list->n == 0)
			str_add(&s, " nobody else");
	}
	grader_finding_expected(f, "%s", str_text(&s));
	str_clear(&s);
}

static void
path_judge(const struct grader_params *c, const json_t *answer,
	   const struct path *p, struct grader_finding *f)
{
	const char *error = out_text(answer, "error");
	const char *way = p->n ? str_text(&p->words) : "nobody";

	if (!p->reached)
		grader_finding_saw(f, GRADER_FALSE,
				   "not reached; passed %s%s%s", way,
				   *error ? ": " : "", error);
	else if (p->n == 0)
		grader_finding_saw(f, path_truth(c, p), "directly");
	else
		grader_finding_saw(f, path_truth(c, p), "by %s", way);
}

static void
kind_path_judge(const struct grader_view *v, const struct exercise_check *c,
		struct grader_finding *f)
{
	const struct grader_params *params = grader_params(c);
	const json_t *answers = evidence_calls(v, c, f), *answer;
	char text[IP_ADDRSTRLEN];
	struct path p = {0};
	struct ip_addr to;

	to = model_address(v->lab, model_find(v->lab, params->to),
			   params->family);
	answer = json_array_get(answers, 0);
	path_read(v, answer, &p);
	path_expected(params, f);
	grader_finding_where(f, "the way from %s to %s (%s)", params->from,
			     params->to, ip_addr_print(&to, text));
	grader_finding_fact(f, "path", str_text(&p.words));
	grader_finding_fact(f, "reached", p.reached ? "yes" : "no");
	evidence_own_facts(v, (enum ip_family)params->family, f);
	if (answers)
		path_judge(params, answer, &p, f);
	str_clear(&p.words);
}

static bool
kind_path_call(const struct grader_view *v, const struct exercise_check *c,
	       size_t i, const json_t *answers, struct grader_call *out)
{
	const struct grader_params *p = grader_params(c);
	char text[IP_ADDRSTRLEN];
	struct ip_addr to;

	(void)answers;
	if (i > 0)
		return false;
	to = model_address(v->lab, model_find(v->lab, p->to), p->family);
	*out = (struct grader_call){"trace",
				    json_pack("{ss ss}", "node", p->from, "to",
					      ip_addr_print(&to, text)),
				    0};
	return true;
}

static int
kind_path_sane(const struct grader_params *p, const struct yaml_doc *doc,
	       const struct yaml *check, struct err *e)
{
	if (p->hops.items == NULL && p->through.n == 0 && p->avoid.n == 0)
		return yaml_err(doc, check, e,
				"say which way: \"hops\", \"through\" or "
				"\"avoids\"");
	return 0;
}

const struct grader_kind grader_kind_path = {
    .name = "path",
    .help = "Packets between two nodes pass these on their way there.",
    .example = "    kind: path\n"
	       "    from: m2-h\n"
	       "    to: m1-h\n"
	       "    hops: [m2, m1]\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .experiment = GRADER_CALLS,
    .pause_ms = 1000,
    .facts = "path reached (yes, no), and those of session (near and daemon)",
    .sane = kind_path_sane,
    .call = kind_path_call,
    .judge = kind_path_judge,
};
