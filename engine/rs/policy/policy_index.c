/*
 * policy_index: what is looked up for every route, so that it is found at once.
 *
 * The communities of general.yml are patterns: rs_as:0:peer_as fits a whole row
 * of values. But the patterns have few shapes (which parts are open), so a
 * community of a route is looked up once per shape, with the open parts made
 * zero, in one hash table. Shapes with fewer open parts come first: 0:rs_as is
 * "to nobody" and not "not to the peer rs_as". A pattern that stands for two
 * functions means the first one. Most communities of a route are somebody
 * else's, and mostly their first part says so.
 *
 * A standard community has 16 bits a part. An AS number that needs more can be
 * named by a large or an extended one only, and a standard one never stands for
 * it: to compare 16 of its bits would send the route to a stranger.
 *
 * The numbers of clients are a hash, round-trip times a sorted array.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "rs/policy/policy_priv.h"

enum kind { KIND_NONE, KIND_STD, KIND_LRG, KIND_RT, KIND_RO, KINDS };

enum { EXT_AS2 = 0, EXT_AS4 = 2, EXT_RT = 2, EXT_RO = 3 }; /* RFC 4360, 5668 */
enum { EURO_IX_FILTERED = 1101 };

struct slot {
	uint32_t part[3]; /* open ones zero */
	uint8_t kind;	  /* KIND_NONE: an empty slot */
	uint8_t shape;	  /* bit n: part n is open */
	uint8_t action;
};

struct policy_index {
	struct slot *slots;
	size_t n_slots; /* a power of two, at least half of them empty */
	uint8_t shapes[KINDS][8];
	uint8_t n_shapes[KINDS];
	bool first[KINDS][256]; /* hashes of first parts that occur */
	uint32_t *clients;	/* a hash of AS numbers, 0 empty */
	size_t n_clients;
	unsigned int classes;	/* policy_classes */
	struct policy_rtt *rtt; /* by address */
	size_t n_rtt;
};

static uint32_t
mix(uint32_t h, uint32_t v)
{
	h = (h ^ v) * 0x9e3779b1u;
	return h ^ h >> 15;
}

static size_t
room_for(size_t n)
{
	size_t size = 16;

	while (size < 2 * n)
		size *= 2;
	return size;
}

/* ---- communities */

/* The slot of a pattern, or the empty one where it belongs. */
static struct slot *
slot_of(const struct policy_index *x, uint8_t kind, uint8_t shape,
	const uint32_t *part)
{
	uint32_t v[3];

	for (int i = 0; i < 3; i++)
		v[i] = shape >> i & 1 ? 0 : part[i];
	size_t at = mix(mix(mix(kind * 8u + shape, v[0]), v[1]), v[2]);
	for (;; at++) {
		struct slot *s = &x->slots[at & (x->n_slots - 1)];
		if (s->kind == KIND_NONE ||
		    (s->kind == kind && s->shape == shape &&
		     memcmp(s->part, v, sizeof(v)) == 0))
			return s;
	}
}

static void
shape_add(struct policy_index *x, uint8_t kind, uint8_t shape)
{
	uint8_t *list = x->shapes[kind], n = x->n_shapes[kind], i;

	for (i = 0; i < n; i++)
		if (list[i] == shape)
			return;
	for (i = n; i > 0 &&
		    __builtin_popcount(list[i - 1]) > __builtin_popcount(shape);
	     i--)
		list[i] = list[i - 1];
	list[i] = shape;
	x->n_shapes[kind]++;
}

static void
template_add(struct policy_index *x, const struct policy_template *t,
	     unsigned int action)
{
	uint8_t kind = t->n == 3	  ? KIND_LRG
		       : t->ext == EXT_RT ? KIND_RT
		       : t->ext == EXT_RO ? KIND_RO
					  : KIND_STD;
	uint8_t shape = 0;
	uint32_t part[3] = {0};

	if (t->n == 0)
		return;
	for (unsigned int i = 0; i < t->n; i++)
		if (t->part[i].kind == POLICY_PART_PEER ||
		    t->part[i].kind == POLICY_PART_DYN)
			shape |= (uint8_t)(1 << i);
		else
			part[i] = t->part[i].value;
	struct slot *s = slot_of(x, kind, shape, part);
	if (s->kind != KIND_NONE)
		return;
	if (shape & 1)
		memset(x->first[kind], true, sizeof(x->first[kind]));
	else
		x->first[kind][mix(0, part[0]) >> 24] = true;
	*s = (struct slot){.kind = kind, .shape = shape};
	memcpy(s->part, part, sizeof(part));
	s->action = (uint8_t)action;
	shape_add(x, kind, shape);
}

static void
community_add(struct policy_index *x, const struct policy_community *c,
	      unsigned int action)
{
	template_add(x, &c->std, action);
	template_add(x, &c->lrg, action);
	template_add(x, &c->ext, action);
}

static void
communities_build(struct policy_index *x, const struct policy *p)
{
	const struct policy_template filtered = {
	    .part = {{POLICY_PART_NUMBER, p->rs_as},
		     {POLICY_PART_NUMBER, EURO_IX_FILTERED},
		     {POLICY_PART_DYN, 0}},
	    .n = 3};

	x->n_slots =
	    room_for(3 * (POLICY_ACTIONS + p->n_custom + p->n_causes) + 1);
	x->slots = xcalloc(x->n_slots, sizeof(*x->slots));
	for (unsigned int i = 0; i < POLICY_ACTIONS; i++)
		community_add(x, &p->communities[i], i);
	for (size_t i = 0; i < p->n_custom; i++)
		community_add(x, &p->custom[i].community, POLICY_ACTIONS);
	for (size_t i = 0; i < p->n_causes; i++)
		community_add(x, &p->causes[i].community, POLICY_ACTIONS);
	template_add(x, &filtered, POLICY_ACTIONS);
}

static bool
means(const struct policy *p, enum kind kind, const uint32_t *part,
      struct policy_meaning *m)
{
	const struct policy_index *x = p->index;

	if (!x->first[kind][mix(0, part[0]) >> 24])
		return false;
	for (unsigned int i = 0; i < x->n_shapes[kind]; i++) {
		uint8_t shape = x->shapes[kind][i];
		const struct slot *s = slot_of(x, (uint8_t)kind, shape, part);
		if (s->kind == KIND_NONE)
			continue;
		m->action = s->action;
		m->arg = 0;
		for (int j = 0; j < 3; j++)
			if (shape >> j & 1)
				m->arg = part[j];
		return true;
	}
	return false;
}

bool
policy_std_means(const struct policy *p, uint32_t c, struct policy_meaning *m)
{
	return means(p, KIND_STD, (uint32_t[3]){c >> 16, c & 0xffff}, m);
}

bool
policy_lrg_means(const struct policy *p, const struct bgp_large *c,
		 struct policy_meaning *m)
{
	return means(p, KIND_LRG, (uint32_t[3]){c->global, c->a, c->b}, m);
}

bool
policy_ext_means(const struct policy *p, const uint8_t *c,
		 struct policy_meaning *m)
{
	struct rbuf r = rbuf_of(c, 8);
	uint8_t type = rbuf_u8(&r), sub = rbuf_u8(&r);
	uint32_t part[3] = {0};

	if ((type != EXT_AS2 && type != EXT_AS4) ||
	    (sub != EXT_RT && sub != EXT_RO))
		return false;
	part[0] = type == EXT_AS2 ? rbuf_u16(&r) : rbuf_u32(&r);
	part[1] = type == EXT_AS2 ? rbuf_u32(&r) : rbuf_u16(&r);
	return means(p, sub == EXT_RT ? KIND_RT : KIND_RO, part, m);
}

bool
policy_has(const struct policy *p, enum policy_action action)
{
	const struct policy_community *c = &p->communities[action];

	return c->std.n != 0 || c->lrg.n != 0 || c->ext.n != 0;
}

/* ---- all of a set */

struct policy_walk
policy_walk(const struct policy *p, const struct bgp_attrs *a)
{
	return (struct policy_walk){.p = p, .a = a};
}

bool
policy_walk_next(struct policy_walk *w)
{
	const struct bgp_attrs *a = w->a;
	size_t std = a->n_communities, lrg = std + a->n_large,
	       ext = lrg + a->n_ext;

	while (w->next < ext) {
		size_t i = w->next++;
		if (i < std ? policy_std_means(w->p, a->communities[i], &w->m)
		    : i < lrg
			? policy_lrg_means(w->p, &a->large[i - std], &w->m)
			: policy_ext_means(w->p, &a->ext[8 * (i - lrg)], &w->m))
			return true;
	}
	return false;
}

char *
policy_walk_print(const struct policy_walk *w, char buf[POLICY_COMMUNITYSTRLEN])
{
	const struct bgp_attrs *a = w->a;
	size_t i = w->next - 1, std = a->n_communities, lrg = std + a->n_large;

	if (i < std) {
		uint32_t c = a->communities[i];
		snprintf(buf, POLICY_COMMUNITYSTRLEN, "%u:%u", c >> 16,
			 c & 0xffff);
	} else if (i < lrg) {
		const struct bgp_large *c = &a->large[i - std];
		snprintf(buf, POLICY_COMMUNITYSTRLEN, "%u:%u:%u", c->global,
			 c->a, c->b);
	} else {
		bgp_ext_one(&a->ext[8 * (i - lrg)], buf);
	}
	return buf;
}

bool
policy_has_std(const struct bgp_attrs *a, uint32_t c)
{
	for (size_t i = 0; i < a->n_communities; i++)
		if (a->communities[i] == c)
			return true;
	return false;
}

/* ---- clients and round-trip times */

static uint32_t *
client_slot(const struct policy_index *x, uint32_t asn)
{
	for (size_t at = mix(0, asn);; at++) {
		uint32_t *c = &x->clients[at & (x->n_clients - 1)];
		if (*c == 0 || *c == asn)
			return c;
	}
}

bool
policy_is_client(const struct policy *p, uint32_t asn)
{
	return asn != 0 && *client_slot(p->index, asn) == asn;
}

unsigned int
policy_classes(const struct policy *p)
{
	return p->index->classes;
}

static int
rtt_cmp(const void *a, const void *b)
{
	const struct policy_rtt *x = a, *y = b;

	return ip_addr_cmp(&x->address, &y->address);
}

bool
policy_rtt_of(const struct policy *p, const struct ip_addr *a, double *ms)
{
	const struct policy_index *x = p->index;
	struct policy_rtt key = {.address = *a}, *found = NULL;

	if (x->n_rtt > 0)
		found =
		    bsearch(&key, x->rtt, x->n_rtt, sizeof(*x->rtt), rtt_cmp);
	if (found == NULL || found->ms <= 0)
		return false;
	*ms = found->ms;
	return true;
}

void
policy_index_build(struct policy *p)
{
	struct policy_index *x = xcalloc(1, sizeof(*x));

	communities_build(x, p);
	x->n_clients = room_for(p->n_clients);
	x->clients = xcalloc(x->n_clients, sizeof(*x->clients));
	for (size_t i = 0; i < p->n_clients; i++) {
		*client_slot(x, p->clients[i].asn) = p->clients[i].asn;
		x->classes |= 1u << policy_class(&p->clients[i]);
	}
	x->n_rtt = p->n_rtt;
	x->rtt = xcalloc(p->n_rtt, sizeof(*x->rtt));
	if (p->n_rtt > 0) {
		memcpy(x->rtt, p->rtt, p->n_rtt * sizeof(*x->rtt));
		qsort(x->rtt, x->n_rtt, sizeof(*x->rtt), rtt_cmp);
	}
	policy_index_free(p->index);
	p->index = x;
}

void
policy_index_free(struct policy_index *x)
{
	if (x == NULL)
		return;
	free(x->slots);
	free(x->clients);
	free(x->rtt);
	free(x);
}
