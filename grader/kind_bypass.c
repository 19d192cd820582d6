/*
 * bypass, passes: packets between two nodes do not pass some others, or do.
 *
 * While count long echo requests go, the bytes at the ports of those others are
 * counted. Fewer than half of what the requests carry: what moved there was BGP;
 * else it is looked at again (grader_echo.c). A request that passes a node counts twice, on the way in and on the way out.
 * Packets that come to such a node and end there count as well; where none flow
 * at all nothing is known.
 */
#include <stddef.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"
#include "grader/kind_ping_priv.h"

#define COUNT_KEY                                                           \
	{                                                                   \
		.name = "count", .type = GRADER_KEY_COUNT,                  \
		.offset = offsetof(struct grader_params, count), .min = 20, \
		.max = 200, .absent = 40,                                   \
		.help = "how many requests, 40 when not said"               \
	}

static const struct grader_key passes_keys[] = {
    KIND_PING_KEYS,
    {.name = "through",
     .type = GRADER_KEY_NODES,
     .need = true,
     .offset = offsetof(struct grader_params, not_through),
     .help = "the nodes that carry the packets, each of them"},
    COUNT_KEY,
};

static const struct grader_key keys[] = {
    KIND_PING_KEYS,
    {.name = "not-through",
     .type = GRADER_KEY_NODES,
     .need = true,
     .offset = offsetof(struct grader_params, not_through),
     .help = "the nodes that the packets must not pass"},
    COUNT_KEY,
};

json_int_t
kind_bypass_much(const struct exercise_check *c)
{
	json_int_t all =
	    (json_int_t)grader_params(c)->count * GRADER_BYPASS_BYTES;

	return c->kind == &grader_kind_passes ? 2 * all : all / 2;
}

/* Nobody can tell, for reasons of ours. */
static bool
is_refused(const json_t *run, struct grader_finding *f)
{
	const char *why = out_text(run, "refused");

	if (*why)
		grader_finding_saw(f, GRADER_OURS, "%s", why);
	return *why != '\0';
}

/* The nodes that saw too much, as words. Owned. */
static char *
passed_words(const struct exercise_check *c, const json_t *run)
{
	const struct grader_params *p = grader_params(c);
	json_int_t much = kind_bypass_much(c);
	const json_t *moved = json_object_get(run, "moved");
	struct str s = {0};
	json_int_t n;
	size_t i;

	for (i = 0; i < p->not_through.n; i++) {
		n = json_integer_value(
		    json_object_get(moved, p->not_through.items[i]));
		if (n >= much)
			str_addf(&s, "%s%s", s.len ? " " : "",
				 p->not_through.items[i]);
	}
	return str_steal(&s);
}

static void
kind_bypass_judge(const struct grader_view *v, const struct exercise_check *c,
		  struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *run = evidence_experiment(v, c);
	struct grader_params half = *p;
	_free_ char *passed = passed_words(c, run);
	struct str avoid = {0};
	size_t i;

	half.loss = p->count / 2; /* it is not about loss */
	for (i = 0; i < p->not_through.n; i++)
		str_addf(&avoid, "%s%s", i ? ", " : "",
			 p->not_through.items[i]);
	grader_finding_expected(f, "packets that do not pass %s",
				str_text(&avoid));
	str_clear(&avoid);
	grader_finding_where(f, "ping from %s to %s, counters at the ports",
			     p->from, p->to);
	kind_ping_facts(v, p->family, run, f);
	grader_finding_fact(f, "through", passed);
	if (is_refused(run, f))
		return;
	if (kind_ping_judge_run(&half, run, f) && *passed == '\0')
		grader_finding_saw(f, GRADER_TRUE, "they pass none of them");
	else if (*passed)
		grader_finding_saw(f, GRADER_FALSE, "they pass %s", passed);
	else if (f->truth == GRADER_FALSE)
		f->truth = GRADER_UNKNOWN; /* nothing flows that could pass */
}

const struct grader_kind grader_kind_bypass = {
    .name = "bypass",
    .help = "Packets between two nodes do not pass some others.",
    .example = "    kind: bypass\n"
	       "    from: m2-h\n"
	       "    to: m1-h\n"
	       "    not-through: [rs1, rs2]\n"
	       "    witness: ping-v4\n",
    .negative = true,
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .experiment = GRADER_BYPASS,
    .facts = "through, and those of ping",
    .judge = kind_bypass_judge,
};

/* ---- passes */

/* The nodes that saw too little, as words. Owned. */
static char *
missed_words(const struct grader_params *p, const json_t *run)
{
	const json_t *moved = json_object_get(run, "moved");
	json_int_t sent = json_integer_value(json_object_get(run, "sent")), n;
	struct str s = {0};
	size_t i;

	for (i = 0; i < p->not_through.n; i++) {
		n = json_integer_value(
		    json_object_get(moved, p->not_through.items[i]));
		if (n < 2 * sent * GRADER_BYPASS_BYTES) /* in and out */
			str_addf(&s, "%s%s", s.len ? " " : "",
				 p->not_through.items[i]);
	}
	return str_steal(&s);
}

static void
kind_passes_judge(const struct grader_view *v, const struct exercise_check *c,
		  struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *run = evidence_experiment(v, c);
	_free_ char *missed = missed_words(p, run);
	struct grader_params some = *p;
	struct str by = {0};
	size_t i;

	some.loss = p->count / 10; /* it is not about loss */
	for (i = 0; i < p->not_through.n; i++)
		str_addf(&by, "%s%s", i ? ", " : "", p->not_through.items[i]);
	grader_finding_expected(f, "packets that pass %s", str_text(&by));
	str_clear(&by);
	grader_finding_where(f, "ping from %s to %s, counters at the ports",
			     p->from, p->to);
	kind_ping_facts(v, p->family, run, f);
	grader_finding_fact(f, "missed", missed);
	if (is_refused(run, f) || !kind_ping_judge_run(&some, run, f))
		return;
	if (*missed)
		grader_finding_saw(f, GRADER_FALSE, "they do not pass %s",
				   missed);
	else
		grader_finding_saw(f, GRADER_TRUE, "they do");
}

const struct grader_kind grader_kind_passes = {
    .name = "passes",
    .help = "Packets between two nodes are carried by these.",
    .example = "    kind: passes\n"
	       "    from: m2-h\n"
	       "    to: m1-h\n"
	       "    through: [m2, m1]\n",
    .keys = passes_keys,
    .nkeys = sizeof(passes_keys) / sizeof(passes_keys[0]),
    .experiment = GRADER_BYPASS,
    .facts = "missed, and those of ping",
    .judge = kind_passes_judge,
};
