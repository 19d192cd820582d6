/*
 * policy_overlap: may two functions of communities live together?
 *
 * A template with peer_as or dyn_val stands for many communities. When it takes
 * in another function's, a member would ask for two things with one community,
 * or what we say would be scrubbed as what a member asked. arouteserver refuses
 * such files, and so do we. Its exceptions are kept: peer_as is never the route
 * server's own number nor 0, so that 0:rs_as and 0:peer_as are two things, nor a
 * private AS number, which exchanges use for prepending and the like.
 */
#include <stdio.h>

#include "base/str.h"
#include "rs/policy/policy_conf.h"

static bool
asn_is_nobody(const struct policy *p, uint32_t asn)
{
	return asn == 0 || asn == p->rs_as || (asn >= 64512 && asn <= 65534) ||
	       (asn >= 4200000000 && asn <= 4294967294);
}

/* The same communities? Only the last parts may be names. */
static bool
templates_overlap(const struct policy *p, const struct policy_template *a,
		  const struct policy_template *b)
{
	unsigned int last = a->n - 1;

	if (a->n != b->n || a->ext != b->ext)
		return false;
	for (unsigned int i = 0; i < last; i++)
		if (a->part[i].value != b->part[i].value)
			return false;
	int x = a->part[last].kind, y = b->part[last].kind;
	if (x == POLICY_PART_DYN || y == POLICY_PART_DYN)
		return true;
	if (x != y)
		return !asn_is_nobody(p, x == POLICY_PART_PEER
					     ? b->part[last].value
					     : a->part[last].value);
	return x == POLICY_PART_PEER ||
	       a->part[last].value == b->part[last].value;
}

/* Causes may share a community, and have one that reject_cause could be. */
static bool
may_share(const struct policy_seen *a, const struct policy_seen *b)
{
	bool cause_a = a->way == POLICY_WAY_CAUSE;
	bool cause_b = b->way == POLICY_WAY_CAUSE;

	return (cause_a && (cause_b || b->way == POLICY_WAY_INTERNAL)) ||
	       (cause_b && a->way == POLICY_WAY_INTERNAL);
}

static int
check_pair(struct policy_conf *c, const struct policy_seen *a,
	   const struct policy_seen *b)
{
	char name[64];

	if (may_share(a, b) ||
	    !templates_overlap(c->p, a->template, b->template))
		return 0;
	snprintf(name, sizeof(name), "%s", a->name);
	return yaml_err(c->doc, b->y, c->e,
			"%s and %s overlap: \"%s\" (line %d) and \"%s\"", name,
			b->name, a->y->text, a->y->line, b->y->text);
}

static int
check_size(struct policy_conf *c, const struct policy_seen *s)
{
	const struct policy_template *t = s->template;

	if (t->ext != 0 && t->part[0].value > UINT16_MAX &&
	    t->part[1].kind == POLICY_PART_NUMBER &&
	    t->part[1].value > UINT16_MAX)
		return yaml_err(c->doc, s->y, c->e,
				"only one part of an extended community may be "
				"beyond 65535");
	return 0;
}

int
policy_rules_communities(struct policy_conf *c)
{
	for (size_t i = 0; i < c->n_seen; i++) {
		if (!policy_template_resolve(c->seen[i].template, c->p->rs_as))
			return yaml_err(
			    c->doc, c->seen[i].y, c->e,
			    "rs_as %u does not fit a standard community; "
			    "remove std and use lrg",
			    c->p->rs_as);
		if (check_size(c, &c->seen[i]) < 0)
			return -1;
	}
	for (size_t i = 0; i < c->n_seen; i++)
		for (size_t j = 0; j < i; j++)
			if (check_pair(c, &c->seen[j], &c->seen[i]) < 0)
				return -1;
	return 0;
}
