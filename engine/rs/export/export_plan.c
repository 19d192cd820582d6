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
	const struct rib_path *path;
	const struct policy_session *from;
	struct bgp_attrs *attrs;
};

/* ---- members by class and by AS number */

static int
asn_cmp(const void *a, const void *b)
{
	const struct export_asn *x = a, *y = b;

	return x->asn < y->asn ? -1 : x->asn > y->asn;
}

static void
tables_add(struct export *x, uint32_t i, const struct policy_session *s)
{
	unsigned int c = policy_class(s->client);

	assert(c < POLICY_CLASSES);
	if (x->classes[c] == NULL)
		x->classes[c] = xcalloc(x->n_words, sizeof(uint64_t));
	rib_bit_set(x->classes[c], i);
	x->seats[i] = (struct export_seat){.s = *s, .class = c};
	x->asns[x->n_asns++] =
	    (struct export_asn){.asn = s->client->asn, .index = i, .class = c};
}

/* ---- seats
 *
 * A plan is about indices, and an index may as well be a member's that is not
 * there yet, or no more, just as one that is down. So members that go leave
 * their seats behind, and for a client that has a range of addresses a few are
 * kept free. Whoever comes and finds a seat of its client changes no plan, and
 * no decision; for others all plans are made anew.
 */

/* How many more sessions of a client to expect. */
static uint32_t
spares_of(const struct export *x, const struct policy_client *c)
{
	uint32_t n = 0;

	if (c->n_range == 0)
		return 0;
	for (uint32_t i = 0; i < x->n_members; i++)
		n += x->members[i] != NULL &&
		     x->members[i]->session->client == c;
	return 8 + n;
}

static void
spares_add(struct export *x, uint32_t n)
{
	const struct policy *p = x->policy;
	uint32_t at = 0;

	for (size_t k = 0; k < p->n_clients && n > 0; k++) {
		struct policy_session s = {.client = &p->clients[k]};
		for (uint32_t i = spares_of(x, s.client); i > 0; i--, n--) {
			while (x->members[at] != NULL)
				at++;
			tables_add(x, at++, &s);
		}
	}
}

static void
tables_make(struct export *x)
{
	uint32_t spares = 0, holes = 0;

	for (size_t k = 0; k < x->policy->n_clients; k++)
		spares += spares_of(x, &x->policy->clients[k]);
	for (uint32_t i = 0; i < x->n_members; i++)
		holes += x->members[i] == NULL;
	if (spares > holes)
		export_members_room(x, x->n_members + spares - holes);
	x->n_words = x->n_members / 64 + 1;
	x->n_seats = x->n_members;
	x->ext_next_hop = xcalloc(x->n_words, sizeof(uint64_t));
	x->long_lived = xcalloc(x->n_words, sizeof(uint64_t));
	x->seats = xcalloc(x->n_seats, sizeof(*x->seats));
	x->asns = xcalloc(x->n_seats, sizeof(*x->asns));
	x->n_asns = 0;
	x->by_session = false;
	for (uint32_t i = 0; i < x->n_seats; i++) {
		const struct export_member *m = x->members[i];
		if (m == NULL)
			continue;
		tables_add(x, i, m->session);
		x->seats[i].ext_next_hop = m->ext_next_hop;
		if (m->ext_next_hop)
			rib_bit_set(x->ext_next_hop, i);
		x->seats[i].long_lived = m->long_lived;
		if (m->long_lived)
			rib_bit_set(x->long_lived, i);
	}
	spares_add(x, spares);
	qsort(x->asns, x->n_asns, sizeof(*x->asns), asn_cmp);
}

/* Members to come are in the decisions from now on. */
static void
tables_expect(struct export *x)
{
	uint64_t *words = xcalloc(x->n_words, sizeof(*words));

	for (size_t k = 0; k < x->n_asns; k++)
		rib_bit_set(words, x->asns[k].index);
	rib_peer_expect(x->rib, words, x->n_words);
	free(words);
}

/* Where policy looks at addresses, only the same one will do. */
int64_t
export_plan_seat(const struct export *x, const struct policy_session *s)
{
	int64_t found = -1;

	for (uint32_t i = 0; i < x->n_seats; i++) {
		const struct policy_session *is = &x->seats[i].s;
		if (is->client != s->client || x->members[i] != NULL)
			continue;
		if (ip_addr_eq(&is->address, &s->address))
			return i;
		if (!x->by_session && found < 0)
			found = i;
	}
	return found;
}

void
export_plan_sit(struct export_member *m)
{
	struct export_seat *seat = &m->x->seats[m->peer->index];

	seat->s = *m->session;
	m->ext_next_hop = seat->ext_next_hop;
	m->long_lived = seat->long_lived;
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
fill(struct making *m)
{
	struct policy_rule rule;
	struct export *x = m->x;

	x->n_buckets = 0;
	policy_rule_init(&rule, x->policy, m->from, m->attrs, m->path->marks);
	if (rule.by_session) {
		put_each(m, &rule);
	} else {
		put_everybody(m, rule.others);
		put_exceptions(m, &rule);
	}
	policy_rule_clear(&rule);
	take_out(m, m->path->peer);
	if (m->path->attrs->foreign_next_hop) {
		x->foreign = true;
		put_only(m, x->ext_next_hop);
	}
	if (m->path->marks & POLICY_MARK_LLGR) {
		x->lived = true;
		put_only(m, x->long_lived);
	}
}

/* ---- answers */

/* A counted reference; NULL when it is the set the plan hangs on, which must not
 * hold itself. */
static struct rib_attrs *
attrs_of(struct making *m, struct bgp_attrs *out)
{
	struct rib *r = m->x->rib;
	struct rib_attrs *is;

	if (out == m->attrs)
		return NULL;
	is = rib_attrs_intern(r, out);
	if (is == m->path->attrs) {
		rib_attrs_unref(r, is);
		return NULL;
	}
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
	struct rib_set *to = rib_set_of(m->x->rib, b->words, m->x->n_words);

	if (to == NULL)
		return;
	struct bgp_attrs *out =
	    policy_export(m->x->policy, m->from, m->attrs, m->path->marks,
			  b->variant, b->class);
	if (out != NULL)
		plan_add(m, plan, attrs_of(m, out), to);
	else
		rib_set_unref(m->x->rib, to);
	bgp_attrs_unref(out);
}

static struct export_tag *
tag_new(struct export *x, const struct rib_path *path)
{
	struct export_tag *t =
	    xcalloc(1, sizeof(*t) + x->n_buckets * sizeof(struct rib_answer));

	t->made = x->plans;
	t->peer = path->peer;
	t->marks = path->marks;
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
	struct export_tag *t = tag_new(m->x, m->path);
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
	struct export_seat *seat = &m->x->seats[m->path->peer];
	struct export_tag *t = plain_of(seat, m->path->marks);

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
	struct making m = {
	    .x = x,
	    .path = path,
	    .from = x->members[path->peer]->session,
	    .attrs = bgp_unpack(path->attrs->packed, path->attrs->len)};
	bool alone =
	    first == NULL || (first->plain && first->peer == path->peer);
	bool plain = alone && !path->attrs->foreign_next_hop &&
		     policy_is_plain(x->policy, m.from, m.attrs);
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

const struct rib_plan *
export_plan(void *arg, const struct rib_path *path)
{
	struct export *x = arg;
	struct export_tag *t = path->attrs->tag;

	if (x->n_words == 0) {
		tables_make(x);
		tables_expect(x);
	}
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
	for (size_t i = 0; i < POLICY_CLASSES; i++) {
		free(x->classes[i]);
		x->classes[i] = NULL;
	}
	for (size_t i = 0; i < x->buckets_size; i++)
		free(x->buckets[i].words);
	free(x->buckets);
	x->buckets = NULL;
	x->n_buckets = x->buckets_size = 0;
	for (uint32_t i = 0; i < x->n_seats; i++)
		plain_clear(x, x->seats[i].plain);
	free(x->seats);
	free(x->ext_next_hop);
	free(x->long_lived);
	free(x->asns);
	x->seats = NULL;
	x->n_seats = 0;
	x->ext_next_hop = NULL;
	x->long_lived = NULL;
	x->asns = NULL;
	x->n_words = 0;
	x->plans++;
	rib_peer_expect(x->rib, NULL, 0);
}

/* ---- what a session must have agreed on for some routes
 *
 * IPv4 with an IPv6 next hop (RFC 8950), long-lived stale ones (RFC 9494 4.3).
 * Whether a member may have such routes is its session's matter, but it decides
 * who has which answer: if there are any, decide anew.
 */

static void
bit_put(uint64_t *words, uint32_t i, bool on)
{
	if (on)
		rib_bit_set(words, i);
	else
		rib_bit_clear(words, i);
}

void
export_plan_peer(struct export_member *m, const struct bgp_session *terms)
{
	struct export *x = m->x;
	uint32_t i = m->peer->index;
	bool hop =
	    x->conf.family == IP_V4 && (terms->ext_nexthop & BGP_IPV4) != 0;
	bool hop_counts = hop != m->ext_next_hop && x->foreign;
	bool lived_counts = terms->long_lived != m->long_lived && x->lived;

	m->ext_next_hop = hop;
	m->long_lived = terms->long_lived;
	if (hop_counts || lived_counts) {
		export_anew(x);
		export_hold(m);
	} else if (x->n_words > 0) {
		x->seats[i].ext_next_hop = hop;
		x->seats[i].long_lived = m->long_lived;
		bit_put(x->ext_next_hop, i, hop);
		bit_put(x->long_lived, i, m->long_lived);
	}
}
