/*
 * export_draft: what policy says of an attribute set, before it is anybody's plan.
 *
 * A plan is made of two things: what policy says of the attributes, and who the
 * members are. The first is most of the work: what each community asks for, what
 * is scrubbed, the new attributes, packed. It depends on the policy and on nothing
 * that changes from route to route, so a draft of it can be made on another
 * processor while the loop is busy with routes that came before. The members
 * are added to it in the loop, by export_plan.
 */
#include <stdlib.h>

#include "base/str.h"
#include "rs/export/export_priv.h"

struct drafting {
	const struct policy *p;
	const struct rib *r;
	const struct policy_session *from;
	struct bgp_attrs *a;
	struct export_draft *d;
};

struct export_out *
export_draft_out(struct export_draft *d, unsigned int class, uint16_t variant)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->out[i].class == class && d->out[i].variant == variant)
			return &d->out[i];
	return NULL;
}

static void
draft_out(struct drafting *t, unsigned int class, uint16_t variant)
{
	struct export_draft *d = t->d;
	struct export_out *o = &d->out[d->n++];
	struct bgp_attrs *out =
	    policy_export(t->p, t->from, t->a, d->marks, variant, class);

	*o = (struct export_out){
	    .class = class, .variant = variant, .goes = out != NULL};
	if (out != NULL && out != t->a) {
		o->made = rib_attrs_make(t->r, out);
		o->goes = o->made != NULL;
	}
	bgp_attrs_unref(out);
}

/* For all classes; false: these are too many. */
static bool
draft_variant(struct drafting *t, uint16_t variant)
{
	unsigned int classes = policy_classes(t->p);

	if (variant == POLICY_VARIANT_DENY)
		return true;
	for (unsigned int c = 0; c < POLICY_CLASSES; c++) {
		if (!(classes >> c & 1) ||
		    export_draft_out(t->d, c, variant) != NULL)
			continue;
		if (t->d->n == EXPORT_DRAFT_OUT)
			return false;
		draft_out(t, c, variant);
	}
	return true;
}

/* Where round-trip times decide, each session has its variant: it is known then. */
static bool
draft_all(struct drafting *t)
{
	const struct policy_rule *r = &t->d->rule;

	if (r->by_session || !draft_variant(t, r->others))
		return false;
	for (size_t i = 0; i < r->n; i++)
		if (!draft_variant(t, r->except[i].variant))
			return false;
	return true;
}

struct export_draft *
export_draft_make(const struct policy *p, const struct rib *r,
		  const struct policy_session *from, struct bgp_attrs *a,
		  uint16_t marks)
{
	struct drafting t = {p, r, from, a, xcalloc(1, sizeof(*t.d))};

	t.d->marks = marks;
	policy_rule_init(&t.d->rule, p, from, a, marks);
	if (draft_all(&t))
		return t.d;
	export_draft_free(t.d);
	return NULL;
}

void
export_draft_free(struct export_draft *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < d->n; i++)
		rib_attrs_drop(d->out[i].made);
	policy_rule_clear(&d->rule);
	free(d);
}
