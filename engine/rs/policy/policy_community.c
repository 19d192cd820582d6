/*
 * policy_community: the members' say in where their routes go.
 *
 * A community of the configuration is a template such as rs_as:0:peer_as. One
 * pass over a route's communities compares each with the few templates and
 * collects a rule; the rule is kept with the attribute set, so that 500 members
 * cost 500 short searches and not 500 passes.
 *
 * The order of evaluation is the exchanges' (DE-CIX, INEX) and arouteserver's:
 *
 *	1  do not announce to X        no
 *	2  announce to X               yes
 *	3  do not announce to anybody  no
 *	4  otherwise                   yes
 *
 * A standard community has 16 bits a part. An AS number that needs more can be
 * named by a large community only, and a standard one never stands for it: to
 * read 16 of its bits would send the route to a stranger.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/policy/policy_conf.h"

/* ---- templates */

static bool
part_parse(const char *text, unsigned int n, unsigned int i,
	   struct policy_template *t)
{
	uint32_t max =
	    n == 3 || (t->ext != 0 && i == 1) ? UINT32_MAX : UINT16_MAX;
	unsigned int v = 0;

	t->part[i].value = 0;
	if (strcmp(text, "rs_as") == 0)
		t->part[i].kind = POLICY_PART_RS;
	else if (strcmp(text, "peer_as") == 0)
		t->part[i].kind = POLICY_PART_PEER;
	else if (strcmp(text, "dyn_val") == 0)
		t->part[i].kind = POLICY_PART_DYN;
	else if (str_to_u32(text, 0, max, &v))
		t->part[i].kind = POLICY_PART_NUMBER;
	else
		return false;
	t->part[i].value = v;
	return true;
}

static bool
parts_parse(const char *text, unsigned int n, struct policy_template *t)
{
	char word[16];

	for (unsigned int i = 0; i < n; i++) {
		size_t len = strcspn(text, ":");
		if (len >= sizeof(word))
			return false;
		memcpy(word, text, len);
		word[len] = '\0';
		if (!part_parse(word, n, i, t))
			return false;
		text += len;
		if (*text != (i + 1 < n ? ':' : '\0'))
			return false;
		text++;
	}
	t->n = n;
	return true;
}

bool
policy_template_parse(const char *text, unsigned int n,
		      struct policy_template *t)
{
	*t = (struct policy_template){0};
	return parts_parse(text, n, t);
}

bool
policy_template_parse_ext(const char *text, struct policy_template *t)
{
	*t = (struct policy_template){0};
	if (str_starts(text, "rt:"))
		t->ext = 2;
	else if (str_starts(text, "ro:"))
		t->ext = 3;
	return t->ext != 0 && parts_parse(text + 3, 2, t);
}

bool
policy_template_resolve(struct policy_template *t, uint32_t rs_as)
{
	for (unsigned int i = 0; i < t->n; i++) {
		if (t->part[i].kind != POLICY_PART_RS)
			continue;
		if (t->n == 2 && t->ext == 0 && rs_as > UINT16_MAX)
			return false;
		t->part[i].value = rs_as;
		t->part[i].kind = POLICY_PART_NUMBER;
	}
	return true;
}

/* Does the community fit the template? Then *peer is what stands for peer_as. */
static bool
template_match(const struct policy_template *t, const uint32_t *parts,
	       unsigned int n, uint32_t *peer)
{
	if (t->n != n)
		return false;
	for (unsigned int i = 0; i < n; i++)
		if (t->part[i].kind == POLICY_PART_PEER)
			*peer = parts[i];
		else if (t->part[i].value != parts[i])
			return false;
	return true;
}

/* Which action does the community ask for? POLICY_ACTIONS: none. The action for
 * all comes first in the table, so that 0:rs_as is not "not to peer rs_as". */
static enum policy_action
action_of(const struct policy *p, const uint32_t *parts, unsigned int n,
	  uint32_t *peer)
{
	for (unsigned int i = 0; i < POLICY_ACTIONS; i++) {
		const struct policy_community *c = &p->communities[i];
		if (template_match(n == 2 ? &c->std : &c->lrg, parts, n, peer))
			return (enum policy_action)i;
	}
	return POLICY_ACTIONS;
}

static enum policy_action
action_of_std(const struct policy *p, uint32_t c, uint32_t *peer)
{
	return action_of(p, (uint32_t[]){c >> 16, c & 0xffff}, 2, peer);
}

static enum policy_action
action_of_large(const struct policy *p, const struct bgp_large *l,
		uint32_t *peer)
{
	return action_of(p, (uint32_t[]){l->global, l->a, l->b}, 3, peer);
}

/* ---- the rule */

static int
exception_cmp(const void *a, const void *b)
{
	const struct policy_exception *x = a, *y = b;

	return x->asn < y->asn ? -1 : x->asn > y->asn;
}

/* Set the variant for one AS; a denial stays one. */
static void
except(struct policy_rule *r, uint32_t asn, uint16_t variant)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->except[i].asn == asn) {
			if (r->except[i].variant != POLICY_VARIANT_DENY)
				r->except[i].variant = variant;
			return;
		}
	if ((r->n & (r->n - 1)) == 0) /* at 0, 1, 2, 4, 8, ... */
		r->except = xreallocarray(r->except, r->n ? r->n * 2 : 1,
					  sizeof(*r->except));
	r->except[r->n++] = (struct policy_exception){asn, variant};
}

static void
rule_add(struct policy_rule *r, enum policy_action action, uint32_t peer)
{
	switch (action) {
	case POLICY_DENY_ALL: r->others = POLICY_VARIANT_DENY; break;
	case POLICY_DENY_PEER: except(r, peer, POLICY_VARIANT_DENY); break;
	case POLICY_ALLOW_PEER: except(r, peer, 0); break;
	default: break;
	}
}

void
policy_rule_init(struct policy_rule *r, const struct policy *p,
		 const struct policy_session *from, const struct bgp_attrs *a,
		 uint16_t marks)
{
	struct bgp_path_walk w = bgp_path_walk(a);
	enum policy_action action;
	bool nobody = marks & POLICY_MARK_ROV_INVALID;
	uint32_t peer = 0;

	*r = (struct policy_rule){0};
	except(r, from->client->asn, POLICY_VARIANT_DENY);
	while (bgp_path_next(&w))
		except(r, w.asn, POLICY_VARIANT_DENY);
	for (size_t i = 0; i < a->n_communities; i++) {
		uint32_t c = a->communities[i];
		nobody |= p->obey_rfc1997 &&
			  (c == BGP_NO_EXPORT || c == BGP_NO_ADVERTISE);
		action = action_of_std(p, c, &peer);
		rule_add(r, action, peer);
	}
	for (size_t i = 0; i < a->n_large; i++) {
		action = action_of_large(p, &a->large[i], &peer);
		rule_add(r, action, peer);
	}
	if (nobody) {
		r->others = POLICY_VARIANT_DENY;
		r->n = 0;
	}
	if (r->n > 1)
		qsort(r->except, r->n, sizeof(*r->except), exception_cmp);
}

void
policy_rule_clear(struct policy_rule *r)
{
	free(r->except);
	free(r->rtt);
	*r = (struct policy_rule){0};
}

uint16_t
policy_rule_variant(const struct policy_rule *r, const struct policy *p,
		    const struct policy_session *to)
{
	struct policy_exception key = {.asn = to->client->asn}, *e = NULL;

	(void)p;
	if (r->n != 0)
		e = bsearch(&key, r->except, r->n, sizeof(key), exception_cmp);
	return e != NULL ? e->variant : r->others;
}

/* ---- scrubbing */

static bool
scrub(const struct policy *p, struct bgp_attrs *a)
{
	uint32_t peer;
	uint32_t *std = xcalloc(a->n_communities, sizeof(*std));
	struct bgp_large *large = xcalloc(a->n_large, sizeof(*large));
	size_t n = 0, m = 0;

	for (size_t i = 0; i < a->n_communities; i++)
		if (action_of_std(p, a->communities[i], &peer) ==
		    POLICY_ACTIONS)
			std[n++] = a->communities[i];
	for (size_t i = 0; i < a->n_large; i++)
		if (action_of_large(p, &a->large[i], &peer) == POLICY_ACTIONS)
			large[m++] = a->large[i];
	bool changed = n != a->n_communities || m != a->n_large;
	if (changed) {
		bgp_attrs_set_communities(a, std, n);
		bgp_attrs_set_large(a, large, m);
	}
	free(std);
	free(large);
	return changed;
}

/* ---- as it leaves */

unsigned int
policy_class(const struct policy *p, const struct policy_client *c)
{
	(void)p;
	return c->settings.prepend_rs_as ? 1 : 0;
}

struct bgp_attrs *
policy_export(const struct policy *p, const struct policy_session *from,
	      struct bgp_attrs *a, uint16_t marks, uint16_t variant,
	      unsigned int class)
{
	struct bgp_attrs *mine = bgp_attrs_clone(a);

	(void)marks;
	scrub(p, mine);
	bgp_path_prepend(mine, from->client->asn,
			 variant & POLICY_VARIANT_PREPEND);
	bgp_path_prepend(mine, p->rs_as, class & 1);
	return mine;
}
