/*
 * rate: how much passes the interfaces of a node, while it is watched.
 *
 * Counted by the kernel at the node's ends of its links, before and after the
 * check's hold, and told per second.
 */
#include <stddef.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"
#include "grader/kind_port_priv.h"

static const char *const directions[] = {"in", "out", "both", NULL};
static const char *const units[] = {"packets", "kbit", NULL};

static const struct grader_key keys[] = {
    {.name = "at",
     .type = GRADER_KEY_NODE,
     .need = true,
     .offset = offsetof(struct grader_params, at),
     .help = "whose interfaces"},
    {.name = "interface",
     .type = GRADER_KEY_TEXT,
     .offset = offsetof(struct grader_params, interface),
     .help = "this one alone; all but lo when not said"},
    {.name = "direction",
     .type = GRADER_KEY_WORD,
     .words = directions,
     .offset = offsetof(struct grader_params, word),
     .help = "seen from the node; both when not said"},
    {.name = "unit",
     .type = GRADER_KEY_WORD,
     .words = units,
     .need = true,
     .offset = offsetof(struct grader_params, unit),
     .help = "what is counted, a second"},
    KIND_BOUND_KEYS("a second"),
};

static json_int_t
counter_of(const json_t *row, const char *side, const char *what)
{
	_free_ char *key = xasprintf("%s_%s", side, what);

	return json_integer_value(json_object_get(row, key));
}

/* What passed so far; -1 when there is no such interface. */
static json_int_t
rate_count(const struct grader_params *p, const json_t *answer, bool in,
	   bool out)
{
	const char *what = strcmp(p->unit, "kbit") == 0 ? "bytes" : "packets";
	const json_t *row;
	json_int_t sum = -1;
	const char *dev;
	size_t i;

	json_array_foreach(json_object_get(answer, "rows"), i, row)
	{
		dev = out_text(row, "dev");
		if (p->interface ? strcmp(dev, p->interface) != 0
				 : strcmp(dev, "lo") == 0)
			continue;
		sum = (sum < 0 ? 0 : sum) +
		      (in ? counter_of(row, "rx", what) : 0) +
		      (out ? counter_of(row, "tx", what) : 0);
	}
	return sum;
}

/* A second, in the check's unit; -1 when there is no such interface. */
static json_int_t
rate_of(const struct grader_params *p, const json_t *answers, bool in, bool out)
{
	json_int_t a = rate_count(p, json_array_get(answers, 0), in, out);
	json_int_t b = rate_count(p, json_array_get(answers, 2), in, out);
	json_int_t ms = json_integer_value(
	    json_object_get(json_array_get(answers, 1), "waited_ms"));

	if (a < 0 || b < a || ms <= 0)
		return -1;
	return strcmp(p->unit, "kbit") == 0 ? (b - a) * 8 / ms
					    : (b - a) * 1000 / ms;
}

static void
rate_fact(const struct grader_params *p, const json_t *answers,
	  const char *name, bool in, struct grader_finding *f)
{
	json_int_t n = rate_of(p, answers, in, !in);
	_free_ char *text = xasprintf("%lld", (long long)n);

	grader_finding_fact(f, name, n < 0 ? "" : text);
}

static void
kind_rate_judge(const struct grader_view *v, const struct exercise_check *c,
		struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *answers = evidence_calls(v, c, f);
	const char *way = p->word ? p->word : "both";
	json_int_t n = rate_of(p, answers, strcmp(way, "out") != 0,
			       strcmp(way, "in") != 0);
	char words[64];

	grader_finding_expected(f, "%s %s a second, %s",
				kind_bound_words(p, words), p->unit,
				strcmp(way, "both") == 0 ? "in and out" : way);
	grader_finding_where(f, "%s, counters of %s", p->at,
			     p->interface ? p->interface : "its interfaces");
	rate_fact(p, answers, "in", true, f);
	rate_fact(p, answers, "out", false, f);
	if (answers == NULL)
		return;
	if (n < 0)
		grader_finding_saw(f, GRADER_FALSE, "no such interface");
	else
		grader_finding_saw(
		    f, kind_bound_holds(p, n) ? GRADER_TRUE : GRADER_FALSE,
		    "%lld %s a second", (long long)n, p->unit);
}

static bool
kind_rate_call(const struct grader_view *v, const struct exercise_check *c,
	       size_t i, const json_t *answers, struct grader_call *out)
{
	(void)v;
	(void)answers;
	if (i > 2)
		return false;
	if (i == 1)
		out->wait_ms = c->hold_ms;
	else
		*out = (struct grader_call){"kernel",
					    json_pack("{ss ss}", "node",
						      grader_params(c)->at,
						      "what", "links"),
					    0};
	return true;
}

const struct grader_kind grader_kind_rate = {
    .name = "rate",
    .help = "So much passes the interfaces of a node while the check holds.",
    .example = "    kind: rate\n"
	       "    at: m1\n"
	       "    interface: ix0\n"
	       "    direction: out\n"
	       "    unit: kbit\n"
	       "    least: 800\n"
	       "    hold: 2s\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .experiment = GRADER_WATCH,
    .facts = "in out (a second)",
    .absence = kind_bound_absence,
    .sane = kind_bound_sane,
    .call = kind_rate_call,
    .judge = kind_rate_judge,
};
