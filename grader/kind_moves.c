/*
 * moves: packets take another way while an interface is down, and return.
 *
 * The kernel of a node is looked at, for it is what sends packets; the trainee's
 * too. What comes of it is made by grader_link.c; an end that went another way from
 * the beginning did not move.
 */
#include <stddef.h>
#include <string.h>

#include "base/out.h"
#include "grader/grader_evidence.h"

static const struct grader_key keys[] = {
    {.name = "at",
     .type = GRADER_KEY_NODE,
     .need = true,
     .offset = offsetof(struct grader_params, at),
     .help = "whose kernel; the trainee's too, for a kernel is evidence"},
    {.name = "to",
     .type = GRADER_KEY_PREFIX,
     .need = true,
     .offset = offsetof(struct grader_params, prefix),
     .help = "exactly this prefix"},
    {.name = "via",
     .type = GRADER_KEY_NODE,
     .need = true,
     .offset = offsetof(struct grader_params, via),
     .help = "the next hop before and after is an address of this node"},
    {.name = "then",
     .type = GRADER_KEY_NODE,
     .need = true,
     .offset = offsetof(struct grader_params, then),
     .help = "and while the interface is down, of this one"},
    {.name = "while-down",
     .type = GRADER_KEY_INTERFACE,
     .need = true,
     .offset = offsetof(struct grader_params, down),
     .help = "the interface that is taken down"},
    {.name = "each-within",
     .type = GRADER_KEY_TIME,
     .min = 1000,
     .max = 60000,
     .absent = 15000,
     .offset = offsetof(struct grader_params, each_ms),
     .help = "how long it may take to move, and to return, 15s when not said"},
};

static int
kind_moves_sane(const struct grader_params *p, const struct yaml_doc *doc,
		const struct yaml *check, struct err *e)
{
	if (strcmp(p->via, p->then) == 0)
		return yaml_err(doc, yaml_get(check, "then"), e,
				"\"then\" is another node than \"via\"");
	return 0;
}

static const char *
node_or_none(const char *node)
{
	return *node ? node : "nobody";
}

static bool
took_place(const json_t *step)
{
	return json_is_integer(json_object_get(step, "ms"));
}

static long long
ms_of(const json_t *step)
{
	return (long long)json_integer_value(json_object_get(step, "ms"));
}

static void
judge_run(const struct grader_params *p, const json_t *run,
	  struct grader_finding *f)
{
	const json_t *then = json_object_get(run, "then");
	const json_t *back = json_object_get(run, "back");
	const char *first = out_text(run, "first");

	if (run == NULL)
		grader_finding_saw(f, GRADER_UNKNOWN, "not tried yet");
	else if (*out_text(run, "failed"))
		grader_finding_saw(f, GRADER_FALSE, "%s",
				   out_text(run, "failed"));
	else if (strcmp(first, p->via) != 0)
		grader_finding_saw(f, GRADER_FALSE, "at first by %s",
				   node_or_none(first));
	else if (!took_place(then))
		grader_finding_saw(f, GRADER_FALSE, "by %s when %u s were over",
				   node_or_none(out_text(then, "node")),
				   p->each_ms / 1000);
	else if (!took_place(back))
		grader_finding_saw(
		    f, GRADER_FALSE,
		    "moved in %lld ms, then by %s when %u s were over",
		    ms_of(then), node_or_none(out_text(back, "node")),
		    p->each_ms / 1000);
	else
		grader_finding_saw(f, GRADER_TRUE,
				   "moved in %lld ms, back in %lld ms",
				   ms_of(then), ms_of(back));
}

static void
kind_moves_judge(const struct grader_view *v, const struct exercise_check *c,
		 struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *run = evidence_experiment(v, c);
	const json_t *then = json_object_get(run, "then");
	const json_t *back = json_object_get(run, "back");
	char prefix[IP_PREFIXSTRLEN];

	grader_finding_expected(f, "by %s; while %s of %s is down by %s",
				p->via, p->down.interface, p->down.node,
				p->then);
	grader_finding_where(f, "%s, the kernel's route to %s", p->at,
			     ip_prefix_print(&p->prefix, prefix));
	grader_finding_fact(f, "first", out_text(run, "first"));
	grader_finding_fact(f, "moved", took_place(then) ? "yes" : "no");
	grader_finding_fact(f, "back", took_place(back) ? "yes" : "no");
	grader_finding_fact(f, "then-by", out_text(then, "node"));
	grader_finding_fact(f, "back-by", out_text(back, "node"));
	judge_run(p, run, f);
}

const struct grader_kind grader_kind_moves = {
    .name = "moves",
    .help = "Packets to a prefix take another way while an interface is down, "
	    "and return.",
    .example = "    kind: moves\n"
	       "    at: m1\n"
	       "    to: 198.18.0.0/24\n"
	       "    via: m2\n"
	       "    then: m3\n"
	       "    while-down: {node: m2, interface: ix0}\n"
	       "    needs: [by-m2]\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_KERNEL,
    .experiment = GRADER_MOVES,
    .facts = "first (a node) moved (yes, no) back (yes, no) then-by back-by "
	     "(nodes)",
    .sane = kind_moves_sane,
    .judge = kind_moves_judge,
};
