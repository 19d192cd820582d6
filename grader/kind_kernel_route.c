/* kernel-route, no-kernel-route: what the kernel of a node would do with a prefix's
 * packets, or would not. */
#include <stddef.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"
#include "grader/kind_kernel_priv.h"

#define KERNEL_KEY_AT                                                       \
	{                                                                   \
		.name = "at", .type = GRADER_KEY_NODE, .need = true,        \
		.offset = offsetof(struct grader_params, at), .bare = true, \
		.help = "whose kernel; the trainee's too, for a kernel is " \
			"evidence"                                          \
	}
#define KERNEL_KEY_TO                                                  \
	{                                                              \
		.name = "to", .type = GRADER_KEY_PREFIX, .need = true, \
		.offset = offsetof(struct grader_params, prefix),      \
		.help = "exactly this prefix"                          \
	}
#define KERNEL_KEY_VIA(what)                                                \
	{                                                                   \
		.name = "via", .type = GRADER_KEY_NODE,                     \
		.offset = offsetof(struct grader_params, via), .help = what \
	}
#define KERNEL_KEY_TABLE                                              \
	{                                                             \
		.name = "table", .type = GRADER_KEY_TABLE,            \
		.offset = offsetof(struct grader_params, table),      \
		.help = "in this table of routes, main when not said" \
	}

static const struct grader_key keys[] = {
    KERNEL_KEY_AT,
    KERNEL_KEY_TO,
    KERNEL_KEY_VIA("the next hop is an address of this node"),
    {.name = "type",
     .type = GRADER_KEY_ROUTE_TYPE,
     .offset = offsetof(struct grader_params, type),
     .help = "unicast, blackhole, unreachable or prohibit"},
    KERNEL_KEY_TABLE,
};

static unsigned int
kind_kernel_also(const struct grader_params *p)
{
	return p->table ? GRADER_ASK_OTHER_ROUTES : 0;
}

/* The part of the evidence that has the table. */
static const char *
kernel_part(const struct grader_params *p)
{
	return p->table ? "other_kernel" : "kernel";
}

static bool
is_in_table(const struct grader_params *p, const json_t *r)
{
	return p->table == 0 ||
	       json_integer_value(json_object_get(r, "table")) == p->table;
}

static const json_t *
kernel_rows(const struct grader_view *v, const struct grader_params *p)
{
	return json_object_get(evidence_node(v, p->at), kernel_part(p));
}

static void
kernel_where(const struct grader_params *p, struct grader_finding *f)
{
	if (p->table)
		grader_finding_where(f, "%s, the kernel's routes in table %u",
				     p->at, p->table);
	else
		grader_finding_where(f, "%s, the kernel's routes", p->at);
}

/* Of several, the kernel takes the one with the lowest metric. */
static const json_t *
best_route(const struct grader_view *v, const struct grader_params *p)
{
	const json_t *r, *best = NULL;
	char want[IP_PREFIXSTRLEN];
	size_t i;

	ip_prefix_print(&p->prefix, want);
	json_array_foreach(kernel_rows(v, p), i, r)
	{
		if (!is_in_table(p, r) || strcmp(out_text(r, "to"), want) != 0)
			continue;
		if (best == NULL ||
		    json_integer_value(json_object_get(r, "metric")) <
			json_integer_value(json_object_get(best, "metric")))
			best = r;
	}
	return best;
}

static const char *
holder(const struct grader_view *v, const char *address)
{
	const struct lab_node *n;
	struct ip_addr a;

	if (!ip_addr_parse(address, &a))
		return "";
	n = model_holder(v->lab, &a);
	return n ? n->name : "";
}

const char *
kind_kernel_next(const struct grader_view *v, const struct grader_params *p)
{
	return holder(v, out_text(best_route(v, p), "via"));
}

static void
judge_row(const struct grader_view *v, const struct grader_params *p,
	  const json_t *r, struct grader_finding *f)
{
	const char *via = out_text(r, "via"), *type;
	const char *node = holder(v, via);

	type = out_text(r, "type");
	grader_finding_fact(f, "saw-via", via);
	grader_finding_fact(f, "saw-via-node", node);
	grader_finding_fact(f, "saw-type", type);
	if (r == NULL)
		grader_finding_saw(f, GRADER_FALSE, "no such route");
	else if (p->type && strcmp(p->type, type) != 0)
		grader_finding_saw(f, GRADER_FALSE, "a route of type %s", type);
	else if (p->via && strcmp(type, "unicast") != 0)
		grader_finding_saw(f, GRADER_FALSE, "a route of type %s", type);
	else if (p->via && *via == '\0')
		grader_finding_saw(f, GRADER_FALSE, "directly on %s",
				   out_text(r, "dev"));
	else if (p->via && strcmp(p->via, node) != 0)
		grader_finding_saw(f, GRADER_FALSE, "via %s%s%s%s", via,
				   *node ? " (" : "", node, *node ? ")" : "");
	else
		grader_finding_saw(f, GRADER_TRUE, "%s%s", *via ? "via " : type,
				   via);
}

static void
kind_kernel_route_judge(const struct grader_view *v,
			const struct exercise_check *c,
			struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	enum ip_family family = grader_params_family(p);
	char prefix[IP_PREFIXSTRLEN], addr[IP_ADDRSTRLEN] = "";
	bool own = strcmp(p->at, v->x->trainee) == 0;
	const char *other = p->via ? p->via : p->robot; /* of a probe */
	struct ip_addr a;

	ip_prefix_print(&p->prefix, prefix);
	if (p->via) {
		a = model_address(v->lab, model_find(v->lab, p->via), family);
		if (a.family != IP_NONE)
			ip_addr_print(&a, addr);
	}
	grader_finding_expected(
	    f, "%s%s%s%s%s%s%s", prefix, p->type ? " of type " : "",
	    p->type ? p->type : "", p->via ? " via " : "", addr,
	    p->via ? " of " : "", p->via ? p->via : "");
	kernel_where(p, f);
	evidence_session_facts(v, own && other ? other : p->at, v->x->trainee,
			       family, f);
	if (evidence_ready(v, p->at, kernel_part(p), f))
		judge_row(v, p, best_route(v, p), f);
}

const struct grader_kind grader_kind_kernel_route = {
    .name = "kernel-route",
    .help = "The kernel of a node has a route to exactly this prefix.",
    .example = "    kind: kernel-route\n"
	       "    at: m2\n"
	       "    to: 100.64.0.0/22\n"
	       "    via: m1\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_KERNEL,
    .also = kind_kernel_also,
    .facts = "saw-via saw-via-node saw-type, and those of session",
    .judge = kind_kernel_route_judge,
};

/* ---- no-kernel-route */

static const struct grader_key no_keys[] = {
    KERNEL_KEY_AT,
    KERNEL_KEY_TO,
    {.name = "or-longer",
     .type = GRADER_KEY_WISH,
     .offset = offsetof(struct grader_params, longer),
     .help = "yes: nor to any part of it"},
    KERNEL_KEY_VIA(
	"only routes whose next hop is an address of this node count"),
    KERNEL_KEY_TABLE,
};

static bool
counts(const struct grader_view *v, const struct grader_params *p,
       const json_t *r)
{
	struct ip_prefix to;

	if (!is_in_table(p, r) || !ip_prefix_parse(out_text(r, "to"), &to) ||
	    (p->via && strcmp(p->via, holder(v, out_text(r, "via"))) != 0))
		return false;
	return p->longer == GRADER_WISH_YES ? ip_prefix_covers(&p->prefix, &to)
					    : ip_prefix_eq(&p->prefix, &to);
}

static void
kind_no_kernel_route_judge(const struct grader_view *v,
			   const struct exercise_check *c,
			   struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *r, *found = NULL;
	char prefix[IP_PREFIXSTRLEN];
	const char *via;
	size_t i;

	json_array_foreach(kernel_rows(v, p), i, r)
	{
		if (found == NULL && counts(v, p, r))
			found = r;
	}
	via = out_text(found, "via");
	grader_finding_expected(
	    f, "no route to %s%s%s%s", ip_prefix_print(&p->prefix, prefix),
	    p->longer == GRADER_WISH_YES ? " or longer" : "",
	    p->via ? " via " : "", p->via ? p->via : "");
	kernel_where(p, f);
	grader_finding_fact(f, "saw-to", out_text(found, "to"));
	grader_finding_fact(f, "saw-via", via);
	grader_finding_fact(f, "saw-via-node", holder(v, via));
	grader_finding_fact(f, "saw-type", out_text(found, "type"));
	grader_finding_fact(f, "saw-protocol", out_text(found, "protocol"));
	evidence_session_facts(v, p->at, v->x->trainee, grader_params_family(p),
			       f);
	if (!evidence_ready(v, p->at, kernel_part(p), f))
		return;
	if (found == NULL)
		grader_finding_saw(f, GRADER_TRUE, "none");
	else
		grader_finding_saw(f, GRADER_FALSE, "%s%s%s",
				   out_text(found, "to"), *via ? " via " : " ",
				   *via ? via : out_text(found, "type"));
}

const struct grader_kind grader_kind_no_kernel_route = {
    .name = "no-kernel-route",
    .help = "The kernel of a node has no route to a prefix.",
    .example = "    kind: no-kernel-route\n"
	       "    at: m1\n"
	       "    to: 0.0.0.0/0\n"
	       "    witness: m1-v4\n",
    .negative = true,
    .keys = no_keys,
    .nkeys = sizeof(no_keys) / sizeof(no_keys[0]),
    .asks = GRADER_ASK_KERNEL,
    .also = kind_kernel_also,
    .facts = "saw-to saw-via saw-via-node saw-type saw-protocol, and those of "
	     "session",
    .judge = kind_no_kernel_route_judge,
};
