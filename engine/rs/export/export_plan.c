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
 * it is made once for all prefixes that share it. When members or the policy
 * change, all plans are void at once (x->plans counts on), and go when they are
 * asked for next.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/export/export_priv.h"

struct export_tag { /* a plan, on the list of those of an attribute set */
	struct export_tag *next;
	uint32_t made; /* in which time of x->plans; else it is void */
	uint32_t peer;
	uint16_t marks;
	bool plain;    /* the seat's, for all its routes that are plain */
	uint32_t refs; /* of a plain one: sets it hangs on, and the seat */
	struct export_tag *other; /* plain one of that seat */
	struct rib_plan plan;
};

struct making {
	struct export *x;
	struct rib_attrs *set;
	uint32_t peer;
	uint16_t marks;
	const struct policy_session *from;
	struct export_draft *draft; /* NULL: there is none */
	struct bgp_attrs *attrs;    /* of set; NULL until they are needed */
};

static struct making
making(struct export *x, uint32_t peer, uint16_t marks, struct rib_attrs *set)
{
	return (struct making){.x = x,
			       .set = set,
			       .peer = peer,
			       .marks = marks,
			       .from = x->members[peer]->session};
}

static struct bgp_attrs *
making_attrs(struct making *m)
{
	if (m->attrs == NULL)
		m->attrs = bgp_unpack(m->set->packed, m->set->len);
	return m->attrs;
}

/* ---- members by AS number */

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

static struct export_bucket *
bucket_of(struct export *x, unsigned int class, uint16_t variant)
{
	for (size_t i = 0; i < x->n_buckets; i++)
		if (x->buckets[i].class == class &&
		    x->buckets[i].variant == variant)
			return &x->buckets[i];
	if (x->n_buckets == x->buckets_size) {
		x->buckets = xreallocarray(x->buckets, ++x->buckets_size,
					   sizeof(*x->buckets));
		x->buckets[x->n_buckets].words =
		    xcalloc(x->n_words, sizeof(uint64_t));
	}
	struct export_bucket *b = &x->buckets[x->n_buckets++];
	b->class = class;
	b->variant = variant;
	memset(b->words, 0, x->n_words * sizeof(uint64_t));
	return b;
}

static void
put(struct making *m, unsigned int class, uint16_t variant, uint32_t index)
{
	if (variant != POLICY_VARIANT_DENY)
		rib_bit_set(bucket_of(m->x, class, variant)->words, index);
}

static void
put_everybody(struct making *m, uint16_t variant)
{
	struct export *x = m->x;

	if (variant == POLICY_VARIANT_DENY)
		return;
	for (unsigned int c = 0; c < POLICY_CLASSES; c++)
		if (x->classes[c] != NULL)
			memcpy(bucket_of(m->x, c, variant)->words,
			       x->classes[c], x->n_words * sizeof(uint64_t));
}

static void
take_out(struct making *m, uint32_t index)
{
	for (size_t i = 0; i < m->x->n_buckets; i++)
		rib_bit_clear(m->x->buckets[i].words, index);
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
		const struct export_seat *to = &x->seats[x->asns[k].index];
		put(m, to->class, policy_rule_variant(r, x->policy, &to->s),
		    x->asns[k].index);
	}
	m->x->by_session = true;
}

/* Only for those of the members. */
static void
put_only(struct making *m, const uint64_t *words)
{
	struct export *x = m->x;

	for (size_t i = 0; i < x->n_buckets; i++)
		for (uint32_t k = 0; k < x->n_words; k++)
			x->buckets[i].words[k] &= words[k];
}

static void
put_by_rule(struct making *m, const struct policy_rule *rule)
{
	if (rule->by_session) {
		put_each(m, rule);
	} else {
		put_everybody(m, rule->others);
		put_exceptions(m, rule);
	}
}

static void
fill(struct making *m)
{
	struct policy_rule rule;
	struct export *x = m->x;

	x->n_buckets = 0;
	if (m->draft != NULL) {
		put_by_rule(m, &m->draft->rule);
	} else {
		policy_rule_init(&rule, x->policy, m->from, making_attrs(m),
				 m->marks);
		put_by_rule(m, &rule);
		policy_rule_clear(&rule);
	}
	take_out(m, m->peer);
	if (m->set->foreign_next_hop) {
		x->foreign = true;
		put_only(m, x->ext_next_hop);
	}
	if (m->marks & POLICY_MARK_LLGR) {
		x->lived = true;
		put_only(m, x->long_lived);
	}
}

/* ---- answers */

/* What the set becomes: its own, one reference, or NULL for nothing that could be
 * told. */
static struct rib_attrs *
set_out(struct making *m, const struct export_bucket *b)
{
	struct export_out *o =
	    m->draft != NULL ? export_draft_out(m->draft, b->class, b->variant)
			     : NULL;
	struct rib *r = m->x->rib;

	if (o != NULL) {
		struct rib_attrs *made = o->made;
		o->made = NULL;
		return !o->goes	      ? NULL
		       : made != NULL ? rib_attrs_join(r, made)
				      : rib_attrs_ref(m->set);
	}
	struct bgp_attrs *a = making_attrs(m);
	struct bgp_attrs *out = policy_export(m->x->policy, m->from, a,
					      m->marks, b->variant, b->class);
	struct rib_attrs *is = out == NULL ? NULL
			       : out == a  ? rib_attrs_ref(m->set)
					   : rib_attrs_intern(r, out);
	bgp_attrs_unref(out);
	return is;
}

/* Members that get the same attributes are one answer. */
static void
plan_add(struct making *m, struct rib_plan *plan, struct rib_attrs *a,
	 struct rib_set *to)
{
	struct rib *r = m->x->rib;
	size_t i = 0;

	while (i < plan->n && plan->to[i].attrs != a)
		i++;
	if (i == plan->n) {
		plan->to[plan->n++] = (struct rib_answer){.attrs = a, .to = to};
		return;
	}
	rib_set_add(r, &plan->to[i].to, to);
	rib_set_unref(r, to);
	if (a != NULL)
		rib_attrs_unref(r, a);
}

static void
plan_bucket(struct making *m, struct rib_plan *plan,
	    const struct export_bucket *b)
{
	struct rib *r = m->x->rib;
	struct rib_set *to = rib_set_of(r, b->words, m->x->n_words);
	struct rib_attrs *out = to != NULL ? set_out(m, b) : NULL;

	if (out == NULL) {
		rib_set_unref(r, to);
		return;
	}
	if (out == m->set) { /* which must not hold itself */
		rib_attrs_unref(r, out);
		out = NULL;
	}
	plan_add(m, plan, out, to);
}

static struct export_tag *
tag_new(const struct making *m)
{
	size_t n = m->x->n_buckets;
	struct export_tag *t =
	    xcalloc(1, sizeof(*t) + n * sizeof(struct rib_answer));

	t->made = m->x->plans;
	t->peer = m->peer;
	t->marks = m->marks;
	return t;
}

static void
tag_free(struct export *x, struct export_tag *t)
{
	for (size_t i = 0; i < t->plan.n; i++) {
		rib_set_unref(x->rib, t->plan.to[i].to);
		if (t->plan.to[i].attrs != NULL)
			rib_attrs_unref(x->rib, t->plan.to[i].attrs);
	}
	free(t);
}

static void
tag_unref(struct export *x, struct export_tag *t)
{
	if (!t->plain || --t->refs == 0)
		tag_free(x, t);
}

static struct export_tag *
tag_make(struct making *m)
{
	fill(m);
	struct export_tag *t = tag_new(m);
	for (size_t i = 0; i < m->x->n_buckets; i++)
		plan_bucket(m, &t->plan, &m->x->buckets[i]);
	return t;
}

static struct export_tag *
plain_of(const struct export_seat *seat, uint16_t marks)
{
	struct export_tag *t = seat->plain;

	while (t != NULL && t->marks != marks)
		t = t->other;
	return t;
}

/* Most routes go out as they came, to everybody: they share a plan, one of the
 * seat's for each combination of marks. Not where attributes are changed after
 * all (custom communities are added, say): these differ. */
static struct export_tag *
tag_plain(struct making *m)
{
	struct export_seat *seat = &m->x->seats[m->peer];
	struct export_tag *t = plain_of(seat, m->marks);

	if (t != NULL)
		return t;
	t = tag_make(m);
	t->plain =
	    t->plan.n == 0 || (t->plan.n == 1 && t->plan.to[0].attrs == NULL);
	if (t->plain) {
		t->refs = 1;
		t->other = seat->plain;
		seat->plain = t;
	}
	return t;
}

static struct export_tag *
tag_of(struct export *x, const struct rib_path *path)
{
	const struct export_tag *first = path->attrs->tag;
	struct making m = making(x, path->peer, path->marks, path->attrs);
	bool alone =
	    first == NULL || (first->plain && first->peer == path->peer);
	bool plain = alone && !path->attrs->foreign_next_hop &&
		     policy_is_plain(x->policy, m.from, making_attrs(&m));
	struct export_tag *t = plain ? tag_plain(&m) : tag_make(&m);

	bgp_attrs_unref(m.attrs);
	return t;
}

/* Hang it on the set, where a shared one must be alone: it is on many. */
static struct export_tag *
tag_hang(struct export *x, struct rib_attrs *a, struct export_tag *t)
{
	struct export_tag *first = a->tag;

	if (first != NULL && first->plain) {
		tag_unref(x, first); /* found again when it is asked for */
		first = NULL;
	}
	if (t->plain)
		t->refs++;
	else
		t->next = first;
	a->tag = t;
	return t;
}

void
export_plain(struct export_member *m, struct rib_attrs *a, uint16_t marks)
{
	struct export *x = m->x;
	uint32_t i = m->peer->index;

	if (a->tag != NULL || a->foreign_next_hop || i >= x->n_seats)
		return;
	struct export_tag *t = plain_of(&x->seats[i], marks);
	if (t != NULL)
		tag_hang(x, a, t);
}

void
export_draft_use(struct export_member *m, struct rib_attrs *a,
		 struct export_draft *d)
{
	struct export *x = m->x;
	uint32_t i = m->peer->index;

	if (a->tag != NULL || i >= x->n_seats)
		return;
	struct making t = making(x, i, d->marks, a);
	t.draft = d;
	tag_hang(x, a, tag_make(&t));
	bgp_attrs_unref(t.attrs);
}

const struct rib_plan *
export_plan(void *arg, const struct rib_path *path)
{
	struct export *x = arg;
	struct export_tag *t = path->attrs->tag;

	if (x->n_words == 0)
		export_seats_make(x);
	if (t != NULL && t->made != x->plans) {
		path->attrs->tag = NULL;
		export_plan_free(x, t);
		t = NULL;
	}
	while (t != NULL && (t->peer != path->peer || t->marks != path->marks))
		t = t->next;
	if (t == NULL)
		t = tag_hang(x, path->attrs, tag_of(x, path));
	return &t->plan;
}

void
export_plan_free(void *arg, void *tag)
{
	for (struct export_tag *t = tag, *next; t != NULL; t = next) {
		next = t->next;
		tag_unref(arg, t);
	}
}

static void
plain_clear(struct export *x, struct export_tag *t)
{
	for (struct export_tag *other; t != NULL; t = other) {
		other = t->other;
		tag_unref(x, t);
	}
}

void
export_plan_clear(struct export *x)
{
	for (size_t i = 0; i < x->buckets_size; i++)
		free(x->buckets[i].words);
	free(x->buckets);
	x->buckets = NULL;
	x->n_buckets = x->buckets_size = 0;
	for (uint32_t i = 0; i < x->n_seats; i++)
		plain_clear(x, x->seats[i].plain);
	x->plans++;
	export_seats_clear(x);
}
