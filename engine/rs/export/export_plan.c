/*
 * export_plan: from policy's rules to sets of members.
 *
 * A rule says "a variant for everybody, and another one for these AS numbers". To
 * make sets of it, the members are kept by class (settings of the receiver that
 * change what is sent) and by AS number. A bucket for each class and variant
 * collects members; each bucket that is not empty becomes one answer of the plan,
 * with the attributes that policy makes for it.
 *
 * A plan depends on the attribute set, on the announcer, and on what the way in
 * found out (marks), and on nothing else. It hangs on the attribute set, so that
 * it is made once for all prefixes that share it.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/export/export_priv.h"

struct tag { /* a plan, on a list of those of an attribute set */
	struct tag *next;
	struct rib_attrs *on;
	uint32_t peer;
	uint16_t marks;
	struct rib_plan plan;
};

struct bucket {
	unsigned int class;
	uint16_t variant;
	uint64_t *words;
};

struct making {
	struct export *x;
	const struct rib_path *path;
	const struct policy_session *from;
	struct bgp_attrs *attrs;
	struct bucket *list;
	size_t n;
};

/* ---- members by class and by AS number */

static int
asn_cmp(const void *a, const void *b)
{
	const struct export_asn *x = a, *y = b;

	return x->asn < y->asn ? -1 : x->asn > y->asn;
}

static void
tables_add(struct export *x, const struct export_member *m)
{
	uint32_t i = m->peer->index;
	unsigned int c = policy_class(x->policy, m->session->client);

	assert(c < POLICY_CLASSES);
	if (x->classes[c] == NULL)
		x->classes[c] = xcalloc(x->n_words, sizeof(uint64_t));
	x->classes[c][i / 64] |= (uint64_t)1 << i % 64;
	if (m->ext_next_hop)
		x->ext_next_hop[i / 64] |= (uint64_t)1 << i % 64;
	x->asns[x->n_asns++] = (struct export_asn){
	    .asn = m->session->client->asn, .index = i, .class = c};
}

static void
tables_make(struct export *x)
{
	x->n_words = x->n_members / 64 + 1;
	x->ext_next_hop = xcalloc(x->n_words, sizeof(uint64_t));
	x->asns = xcalloc(x->n_members, sizeof(*x->asns));
	x->n_asns = 0;
	for (uint32_t i = 0; i < x->n_members; i++)
		if (x->members[i] != NULL)
			tables_add(x, x->members[i]);
	qsort(x->asns, x->n_asns, sizeof(*x->asns), asn_cmp);
}

void
export_plan_clear(struct export *x)
{
	for (size_t i = 0; i < POLICY_CLASSES; i++) {
		free(x->classes[i]);
		x->classes[i] = NULL;
	}
	free(x->ext_next_hop);
	free(x->asns);
	x->ext_next_hop = NULL;
	x->asns = NULL;
	x->n_words = 0;
}

/* The first member of an AS; there may be none. */
static size_t
asn_find(const struct export *x, uint32_t asn)
{
	size_t lo = 0, hi = x->n_asns;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (x->asns[mid].asn < asn)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* ---- buckets */

static struct bucket *
bucket_of(struct making *m, unsigned int class, uint16_t variant)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->list[i].class == class && m->list[i].variant == variant)
			return &m->list[i];
	m->list = xreallocarray(m->list, m->n + 1, sizeof(*m->list));
	m->list[m->n] = (struct bucket){
	    .class = class,
	    .variant = variant,
	    .words = xcalloc(m->x->n_words, sizeof(uint64_t)),
	};
	return &m->list[m->n++];
}

static void
put(struct making *m, unsigned int class, uint16_t variant, uint32_t index)
{
	if (variant != POLICY_VARIANT_DENY)
		bucket_of(m, class, variant)->words[index / 64] |=
		    (uint64_t)1 << index % 64;
}

static void
put_everybody(struct making *m, uint16_t variant)
{
	const struct export *x = m->x;

	if (variant == POLICY_VARIANT_DENY)
		return;
	for (unsigned int c = 0; c < POLICY_CLASSES; c++)
		if (x->classes[c] != NULL)
			memcpy(bucket_of(m, c, variant)->words, x->classes[c],
			       x->n_words * sizeof(uint64_t));
}

static void
take_out(struct making *m, uint32_t index)
{
	for (size_t i = 0; i < m->n; i++)
		m->list[i].words[index / 64] &= ~((uint64_t)1 << index % 64);
}

static void
put_exceptions(struct making *m, const struct policy_rule *r)
{
	const struct export *x = m->x;

	for (size_t i = 0; i < r->n; i++) {
		uint32_t asn = r->except[i].asn;
		for (size_t k = asn_find(x, asn);
		     k < x->n_asns && x->asns[k].asn == asn; k++) {
			take_out(m, x->asns[k].index);
			put(m, x->asns[k].class, r->except[i].variant,
			    x->asns[k].index);
		}
	}
}

static void
put_each(struct making *m, const struct policy_rule *r)
{
	const struct export *x = m->x;

	for (size_t k = 0; k < x->n_asns; k++) {
		const struct export_member *to = x->members[x->asns[k].index];
		put(m, x->asns[k].class,
		    policy_rule_variant(r, x->policy, to->session),
		    x->asns[k].index);
	}
}

static void
fill(struct making *m)
{
	struct policy_rule rule;
	struct export *x = m->x;

	policy_rule_init(&rule, x->policy, m->from, m->attrs, m->path->marks);
	if (rule.by_session) {
		put_each(m, &rule);
	} else {
		put_everybody(m, rule.others);
		put_exceptions(m, &rule);
	}
	policy_rule_clear(&rule);
	take_out(m, m->path->peer);
	if (!m->path->attrs->foreign_next_hop)
		return;
	x->foreign = true;
	for (size_t i = 0; i < m->n; i++)
		for (uint32_t k = 0; k < x->n_words; k++)
			m->list[i].words[k] &= x->ext_next_hop[k];
}

/* ---- answers */

/* Without a reference when it is the set the plan hangs on: that would hold
 * itself. */
static struct rib_attrs *
attrs_of(struct making *m, const struct bucket *b)
{
	struct rib_attrs *on = m->path->attrs;
	struct bgp_attrs *out =
	    policy_export(m->x->policy, m->from, m->attrs, m->path->marks,
			  b->variant, b->class);

	if (out == NULL)
		return NULL;
	struct rib_attrs *is = out == m->attrs
				   ? rib_attrs_ref(on)
				   : rib_attrs_intern(m->x->rib, out);
	bgp_attrs_unref(out);
	if (is == on)
		rib_attrs_unref(m->x->rib, is);
	return is;
}

static void
plan_add(struct making *m, struct rib_plan *plan, const struct bucket *b)
{
	struct rib *r = m->x->rib;
	struct rib_set *to = rib_set_of(r, b->words, m->x->n_words);
	struct rib_attrs *a = to != NULL ? attrs_of(m, b) : NULL;

	if (a == NULL) {
		rib_set_unref(r, to);
		return;
	}
	for (size_t i = 0; i < plan->n; i++) {
		if (plan->to[i].attrs != a)
			continue;
		struct rib_set *both = rib_set_or(r, plan->to[i].to, to);
		rib_set_unref(r, plan->to[i].to);
		rib_set_unref(r, to);
		plan->to[i].to = both;
		if (a != m->path->attrs)
			rib_attrs_unref(r, a);
		return;
	}
	plan->to[plan->n++] = (struct rib_answer){.attrs = a, .to = to};
}

static struct tag *
tag_make(struct export *x, const struct rib_path *path)
{
	struct making m = {
	    .x = x,
	    .path = path,
	    .from = x->members[path->peer]->session,
	    .attrs = bgp_unpack(path->attrs->packed, path->attrs->len)};

	if (x->n_words == 0)
		tables_make(x);
	fill(&m);
	struct tag *t =
	    xcalloc(1, sizeof(*t) + m.n * sizeof(struct rib_answer));
	t->on = path->attrs;
	t->peer = path->peer;
	t->marks = path->marks;
	for (size_t i = 0; i < m.n; i++) {
		plan_add(&m, &t->plan, &m.list[i]);
		free(m.list[i].words);
	}
	free(m.list);
	bgp_attrs_unref(m.attrs);
	return t;
}

const struct rib_plan *
export_plan(void *arg, const struct rib_path *path)
{
	struct tag *t = path->attrs->tag;

	while (t != NULL && (t->peer != path->peer || t->marks != path->marks))
		t = t->next;
	if (t == NULL) {
		t = tag_make(arg, path);
		t->next = path->attrs->tag;
		path->attrs->tag = t;
	}
	return &t->plan;
}

void
export_plan_free(void *arg, void *tag)
{
	struct export *x = arg;

	for (struct tag *t = tag, *next; t != NULL; t = next) {
		next = t->next;
		for (size_t i = 0; i < t->plan.n; i++) {
			rib_set_unref(x->rib, t->plan.to[i].to);
			if (t->plan.to[i].attrs != t->on)
				rib_attrs_unref(x->rib, t->plan.to[i].attrs);
		}
		free(t);
	}
}

/* ---- IPv4 with an IPv6 next hop, RFC 8950 */

/* Whether a member may have such routes is its session's matter, but it decides
 * who has which answer: if there are any, decide anew. */
void
export_plan_peer(struct export_member *m, const struct bgp_session *terms)
{
	struct export *x = m->x;
	bool has = terms != NULL && x->conf.family == IP_V4 &&
		   (terms->ext_nexthop & BGP_IPV4) != 0;

	if (has == m->ext_next_hop)
		return;
	m->ext_next_hop = has;
	bool any = x->foreign;
	x->foreign = false;
	if (any)
		rib_attrs_forget(x->rib);
	export_plan_clear(x);
	if (any)
		rib_touch_all(x->rib);
}
