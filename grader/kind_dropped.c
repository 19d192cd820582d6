/*
 * dropped: what a switch did not let in from a node's port, while it was watched.
 *
 * The counters are those of the switch's rules (ixlab ports), read before and
 * after the check's hold: what was dropped before nobody asks about.
 */
#include <stddef.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"
#include "grader/kind_port_priv.h"

static const char *const counters[] = {"any",	"mac",	   "type", "bh",
				       "bcast", "control", "cull", NULL};

static const struct grader_key keys[] = {
    KIND_PORT_KEYS,
    {.name = "counter",
     .type = GRADER_KEY_WORD,
     .words = counters,
     .need = true,
     .offset = offsetof(struct grader_params, word),
     .help = "a wrong source address, a wrong ethertype, to the blackhole, too "
	     "much broadcast, control frames (spanning tree, LLDP); BGP that "
	     "is culled on the whole switch; or any of the port's"},
    KIND_BOUND_KEYS("frames while the check holds"),
};

/* A counter of the check's ports in an answer of the verb ports; -1 when there is
 * no such rule. */
static json_int_t
count_port(const struct grader_params *p, const json_t *answer,
	   const char *counter)
{
	const json_t *row, *n;
	json_int_t sum = -1;
	size_t i;

	json_array_foreach(json_object_get(answer, "ports"), i, row)
	{
		n = json_object_get(json_object_get(row, "counters"), counter);
		if (!kind_port_is(p, row) || n == NULL)
			continue;
		sum = (sum < 0 ? 0 : sum) +
		      json_integer_value(json_object_get(n, "packets"));
	}
	return sum;
}

static json_int_t
count_cull(const struct grader_params *p, const json_t *answer)
{
	const json_t *row, *n;
	json_int_t sum = -1;
	size_t i;

	json_array_foreach(json_object_get(answer, "ports"), i, row)
	{
		n = json_object_get(json_object_get(answer, "cull"),
				    out_text(row, "switch"));
		if (!kind_port_is(p, row) || n == NULL)
			continue;
		sum = (sum < 0 ? 0 : sum) +
		      json_integer_value(json_object_get(n, "packets"));
	}
	return sum;
}

static json_int_t
count_one(const struct grader_params *p, const json_t *answer,
	  const char *counter)
{
	return strcmp(counter, "cull") == 0 ? count_cull(p, answer)
					    : count_port(p, answer, counter);
}

/* How much was dropped between two answers; -1 when there is no such rule. Each
 * counter becomes a fact. */
static json_int_t
count_moved(const struct grader_params *p, const json_t *before,
	    const json_t *after, struct grader_finding *f)
{
	json_int_t sum = -1, a, b;
	const char *const *k;

	for (k = counters + 1; *k; k++) {
		_free_ char *name = xasprintf("dropped-%s", *k);
		_free_ char *value = NULL;

		a = count_one(p, before, *k);
		b = count_one(p, after, *k);
		value = a < 0 || b < 0 ? NULL
				       : xasprintf("%lld", (long long)(b - a));
		grader_finding_fact(f, name, value);
		if (value &&
		    (strcmp(p->word, *k) == 0 ||
		     (strcmp(p->word, "any") == 0 && strcmp(*k, "cull") != 0)))
			sum = (sum < 0 ? 0 : sum) + (b - a);
	}
	return sum;
}

static void
kind_dropped_judge(const struct grader_view *v, const struct exercise_check *c,
		   struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *answers = evidence_calls(v, c, f);
	const json_t *before = json_array_get(answers, 0),
		     *after = json_array_get(answers, 2);
	json_int_t n = count_moved(p, before, after, f);
	char words[64];

	grader_finding_expected(f, "%s frames dropped in %u ms (%s)",
				kind_bound_words(p, words), c->hold_ms,
				p->word);
	kind_port_where(p, json_object_get(before, "ports"), f);
	if (answers == NULL)
		return;
	if (n < 0)
		grader_finding_saw(f, GRADER_OURS,
				   "the lab has no rule that counts \"%s\" at "
				   "the port of %s",
				   p->word, p->at);
	else
		grader_finding_saw(
		    f, kind_bound_holds(p, n) ? GRADER_TRUE : GRADER_FALSE,
		    "%lld dropped", (long long)n);
}

static bool
kind_dropped_call(const struct grader_view *v, const struct exercise_check *c,
		  size_t i, const json_t *answers, struct grader_call *out)
{
	(void)v;
	(void)answers;
	if (i > 2)
		return false;
	if (i == 1)
		out->wait_ms = c->hold_ms;
	else
		*out = (struct grader_call){
		    "ports", json_pack("{ss}", "node", grader_params(c)->at),
		    0};
	return true;
}

const struct grader_kind grader_kind_dropped = {
    .name = "dropped",
    .help = "The switch dropped so many frames of a node while the check held.",
    .example = "    kind: dropped\n"
	       "    at: m1\n"
	       "    counter: mac\n"
	       "    most: 0\n"
	       "    hold: 3s\n"
	       "    witness: ping-v4\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .experiment = GRADER_WATCH,
    .facts = "dropped-mac dropped-type dropped-bh dropped-bcast "
	     "dropped-control dropped-cull",
    .absence = kind_bound_absence,
    .sane = kind_bound_sane,
    .call = kind_dropped_call,
    .judge = kind_dropped_judge,
};
