/*
 * ixpeer_hear: what robots are told.
 *
 * At an exchange all members hear nearly the same: 25 million UPDATEs at the
 * largest one, of which a few thousand differ. So an UPDATE is read once. What
 * it says is remembered under its bytes, as numbers of prefixes, and for each
 * other session that gets the same bytes it is only looked up: a hash, a
 * comparison, and one bit to be set for each prefix. The memory of it is emptied
 * when it is full; then all is read once more, and nothing else happens.
 *
 * Every prefix ever heard has a number. A session holds a bit for each, so how
 * many it holds is exact at any time, and so is the sum of their hashes, by which
 * two sessions that hold the same are recognised. The attributes are only kept
 * for robots that were asked to. Where ADD-PATH was agreed on (RFC 7911) a prefix
 * is held while one of its paths is (ixpeer_paths.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "cmd/ixpeer/ixpeer_robot.h"

enum {
	SLOTS = 1 << 17,
	MOST_ENTRIES = SLOTS / 2,
	MOST_BYTES = 64 << 20,
	MOST_PREFIXES = 8 << 20, /* numbered; more are heard, and not held */
	MOST_PATHS = 4 << 20,	 /* of a session: likewise */
};

struct run { /* prefixes of one family in numbers */
	uint32_t at, n;
	uint8_t family; /* 0: IPv4, 1: IPv6 */
	bool paths;	/* each has an identifier */
	bool block;	/* they follow each other, within one word of bits */
	uint64_t sum;	/* of their hashes */
	struct bgp_attrs *attrs;
};

struct entry {
	uint64_t hash;
	uint32_t len, terms;
	struct run gone[2], reach[2];
	uint32_t *numbers; /* behind the struct, as ids and bytes */
	uint32_t *ids;	   /* of the paths; 0 where there are none */
	uint8_t *bytes;
	enum bgp_treat treat;
	enum ip_family end_of_rib;
	char problem[100];
};

struct ixpeer_memo {
	struct entry *slots[SLOTS];
	size_t n, bytes;
};

struct ixpeer_memo *
ixpeer_memo_new(void)
{
	return xcalloc(1, sizeof(struct ixpeer_memo));
}

static void
entry_free(struct entry *m)
{
	bgp_attrs_unref(m->reach[0].attrs);
	bgp_attrs_unref(m->reach[1].attrs);
	free(m);
}

static void
empty(struct ixpeer_memo *memo)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (memo->slots[i])
			entry_free(memo->slots[i]);
	memset(memo, 0, sizeof *memo);
}

void
ixpeer_memo_free(struct ixpeer_memo *memo)
{
	if (memo)
		empty(memo);
	free(memo);
}

/* ---- reading */

/* All that the meaning of the bytes depends on. */
static uint32_t
terms(const struct bgp_session *t)
{
	return t->families | (uint32_t)t->as4 << 2 |
	       (uint32_t)(t->local_as == t->peer_as) << 3 |
	       (uint32_t)t->ext_nexthop << 4 | (uint32_t)t->add_path_rx << 6;
}

static uint64_t
hash(const uint8_t *p, size_t len, uint32_t with)
{
	uint64_t h = with * UINT64_C(0x9E3779B97F4A7C15) ^ len, w;

	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&w, p, 8);
		h = (h ^ w) * UINT64_C(0x9FB21C651E98DF25);
		h ^= h >> 32;
	}
	w = 0;
	memcpy(&w, p, len);
	h = (h ^ w) * UINT64_C(0x9FB21C651E98DF25);
	return h ^ h >> 29;
}

static uint32_t
number(struct ixpeer_players *all, const struct ip_prefix *p)
{
	struct ipmap *map = &all->prefixes[p->addr.family == IP_V6];

	if (map->n < MOST_PREFIXES)
		return ipmap_add(map, p);
	return ipmap_find(map, p);
}

static uint64_t
mix(uint32_t number, unsigned int family)
{
	uint64_t h = ((uint64_t)family << 32 | number) + 1;

	h *= UINT64_C(0x9E3779B97F4A7C15);
	return h ^ h >> 31;
}

/* What lets a run be held at one stroke. */
static void
measure(const struct entry *m, struct run *r)
{
	const uint32_t *k = m->numbers + r->at;

	r->block = r->n > 0 && !r->paths;
	for (uint32_t i = 0; i < r->n; i++) {
		r->sum += mix(k[i], r->family);
		r->block &= k[i] == k[0] + i && k[i] / 64 == k[0] / 64;
	}
}

static size_t
put_run(struct ixpeer_players *all, struct entry *m, struct run *r, size_t at,
	const struct ip_prefix *p, const uint32_t *ids, size_t n,
	uint8_t family)
{
	r->at = (uint32_t)at;
	r->family = family;
	for (size_t i = 0; i < n; i++) {
		uint32_t k;

		if ((p[i].addr.family == IP_V6) != family)
			continue;
		k = number(all, &p[i]);
		if (k == IPMAP_NONE)
			continue;
		m->ids[at + r->n] = ids ? ids[i] : 0;
		m->numbers[at + r->n++] = k;
	}
	measure(m, r);
	return at + r->n;
}

static bool
has_paths(const struct bgp_session *t, unsigned int family)
{
	return t->add_path_rx & bgp_family_bit(family ? IP_V6 : IP_V4);
}

static struct entry *
remember(struct ixpeer_players *all, const struct bgp_session *t,
	 const uint8_t *data, size_t len, const struct bgp_msg *msg)
{
	const struct bgp_update *u = &msg->update;
	size_t n = u->n_withdrawn, at;
	struct entry *m;

	for (size_t i = 0; i < u->n_reach; i++)
		n += u->reach[i].n;
	m = xmalloc(sizeof *m + 2 * n * sizeof *m->numbers + len);
	*m = (struct entry){.len = (uint32_t)len,
			    .treat = u->treat,
			    .end_of_rib = u->end_of_rib};
	m->numbers = (uint32_t *)(void *)(m + 1);
	m->ids = m->numbers + n;
	m->bytes = (uint8_t *)(m->ids + n);
	memcpy(m->bytes, data, len);
	snprintf(m->problem, sizeof m->problem, "%.99s", msg->problem.text);
	at = 0;
	for (uint8_t f = 0; f < 2; f++) {
		m->gone[f].paths = has_paths(t, f);
		at = put_run(all, m, &m->gone[f], at, u->withdrawn,
			     u->withdrawn_ids, u->n_withdrawn, f);
	}
	for (size_t i = 0; i < u->n_reach; i++) {
		const struct bgp_reach *r = &u->reach[i];
		uint8_t f = r->prefixes[0].addr.family == IP_V6;

		m->reach[i].paths = has_paths(t, f);
		at = put_run(all, m, &m->reach[i], at, r->prefixes, r->ids,
			     r->n, f);
		m->reach[i].attrs = bgp_attrs_ref(r->attrs);
	}
	return m;
}

/* NULL: it does not make sense. */
static struct entry *
look_up(struct ixpeer_session *s, enum bgp_side side, const uint8_t *data,
	size_t len)
{
	struct ixpeer_players *all = s->robot->all;
	struct ixpeer_memo *memo = all->memo;
	const struct bgp_session *t = bgp_fsm_terms(&s->fsm, side);
	uint32_t with = terms(t);
	uint64_t h = hash(data, len, with);
	size_t at = h & (SLOTS - 1);
	struct bgp_msg msg;
	struct entry *m;

	for (; (m = memo->slots[at]) != NULL; at = (at + 1) & (SLOTS - 1))
		if (m->hash == h && m->len == len && m->terms == with &&
		    memcmp(m->bytes, data, len) == 0) {
			all->reused++;
			return m;
		}
	if (memo->n == MOST_ENTRIES || memo->bytes > MOST_BYTES) {
		empty(memo);
		at = h & (SLOTS - 1);
	}
	if (bgp_msg_decode(t, data, len, &msg) != BGP_SESSION_RESET) {
		m = remember(all, t, data, len, &msg);
		m->hash = h;
		m->terms = with;
		memo->slots[at] = m;
		memo->n++;
		memo->bytes += len;
	}
	bgp_msg_clear(&msg);
	return m;
}

/* ---- holding */

static void
room_for(struct ixpeer_held *h, uint32_t most)
{
	size_t words = h->words ? h->words : 4;

	while (words <= most / 64)
		words *= 2;
	if (words == h->words)
		return;
	h->bits = xreallocarray(h->bits, words, sizeof *h->bits);
	memset(h->bits + h->words, 0, (words - h->words) * sizeof *h->bits);
	h->words = words;
}

static void
keep(struct ixpeer_held *h, uint32_t k, struct bgp_attrs *a)
{
	if (k >= h->n_kept) {
		size_t n = h->words * 64;

		h->kept = xreallocarray(h->kept, n, sizeof(void *));
		memset(h->kept + h->n_kept, 0,
		       (n - h->n_kept) * sizeof(void *));
		h->n_kept = n;
	}
	bgp_attrs_unref(h->kept[k]);
	h->kept[k] = bgp_attrs_ref(a);
}

/* A run that is all new, in one word; false: it is not. */
static bool
reach_block(struct ixpeer_held *h, const struct entry *m, const struct run *r)
{
	uint32_t k = m->numbers[r->at];
	uint64_t bits = (r->n == 64 ? 0 : UINT64_C(1) << r->n) - 1;

	bits <<= k % 64;
	if (k / 64 >= h->words)
		room_for(h, k);
	if (h->bits[k / 64] & bits)
		return false;
	h->bits[k / 64] |= bits;
	h->n += r->n;
	h->sum += r->sum;
	return true;
}

static void
leak(struct ixpeer_session *s, const struct entry *m, const struct run *r)
{
	const struct ip_prefix *keys = s->robot->all->prefixes[r->family].keys;

	for (uint32_t i = 0; s->robot->leaks && i < r->n; i++)
		ixpeer_behave_leak(s, r->attrs, &keys[m->numbers[r->at + i]],
				   1);
}

static void
hold(struct ixpeer_held *h, uint32_t k, unsigned int family)
{
	if (k / 64 >= h->words)
		room_for(h, k);
	if (h->bits[k / 64] >> k % 64 & 1)
		return;
	h->bits[k / 64] |= UINT64_C(1) << k % 64;
	h->n++;
	h->sum += mix(k, family);
}

/* It is held. */
static void
let_go(struct ixpeer_held *h, uint32_t k, unsigned int family)
{
	h->bits[k / 64] &= ~(UINT64_C(1) << k % 64);
	h->n--;
	h->sum -= mix(k, family);
}

static void
reach_paths(struct ixpeer_session *s, const struct entry *m,
	    const struct run *r)
{
	struct ixpeer_held *h = &s->held[r->family];

	if (h->paths == NULL)
		h->paths = xcalloc(1, sizeof *h->paths);
	for (uint32_t i = 0; i < r->n && h->paths->n < MOST_PATHS; i++) {
		uint32_t k = m->numbers[r->at + i];

		if (ixpeer_paths_add(h->paths, k, m->ids[r->at + i],
				     s->robot->keep ? r->attrs : NULL))
			hold(h, k, r->family);
	}
}

static void
gone_paths(struct ixpeer_session *s, const struct entry *m, const struct run *r)
{
	struct ixpeer_held *h = &s->held[r->family];

	for (uint32_t i = 0; h->paths && i < r->n; i++) {
		uint32_t k = m->numbers[r->at + i];

		if (ixpeer_paths_del(h->paths, k, m->ids[r->at + i]))
			let_go(h, k, r->family);
	}
}

static void
reach_each(struct ixpeer_session *s, const struct entry *m, const struct run *r)
{
	struct ixpeer_held *h = &s->held[r->family];

	if (r->block && !s->robot->keep && reach_block(h, m, r))
		return;
	for (uint32_t i = 0; i < r->n; i++) {
		uint32_t k = m->numbers[r->at + i];

		hold(h, k, r->family);
		if (s->robot->keep)
			keep(h, k, r->attrs);
	}
}

static void
reach(struct ixpeer_session *s, const struct entry *m, const struct run *r)
{
	s->heard += r->n;
	if (r->paths)
		reach_paths(s, m, r);
	else
		reach_each(s, m, r);
	leak(s, m, r);
}

static void
gone(struct ixpeer_session *s, const struct entry *m, const struct run *r)
{
	struct ixpeer_held *h = &s->held[r->family];

	s->withdrawn += r->n;
	if (r->paths) {
		gone_paths(s, m, r);
		return;
	}
	for (uint32_t i = 0; i < r->n; i++) {
		uint32_t k = m->numbers[r->at + i];

		if (k / 64 >= h->words || !(h->bits[k / 64] >> k % 64 & 1))
			continue;
		let_go(h, k, r->family);
		if (k < h->n_kept) {
			bgp_attrs_unref(h->kept[k]);
			h->kept[k] = NULL;
		}
	}
}

enum bgp_treat
ixpeer_hear(struct ixpeer_session *s, enum bgp_side side, const uint8_t *data,
	    size_t len)
{
	struct ixpeer_players *all = s->robot->all;
	const struct entry *m = look_up(s, side, data, len);

	if (m == NULL)
		return BGP_SESSION_RESET;
	all->messages++;
	gone(s, m, &m->gone[0]);
	gone(s, m, &m->gone[1]);
	if (m->reach[0].attrs)
		reach(s, m, &m->reach[0]);
	if (m->reach[1].attrs)
		reach(s, m, &m->reach[1]);
	if (m->end_of_rib != IP_NONE)
		s->eor |= bgp_family_bit(m->end_of_rib);
	else
		all->changed = uv_now(&all->loop) + 1;
	if (m->problem[0] != '\0') {
		s->problems++;
		memcpy(s->problem, m->problem, sizeof m->problem);
	}
	return m->treat;
}

void
ixpeer_hear_forget(struct ixpeer_session *s)
{
	for (int f = 0; f < 2; f++) {
		struct ixpeer_held *h = &s->held[f];

		for (size_t i = 0; i < h->n_kept; i++)
			bgp_attrs_unref(h->kept[i]);
		if (h->paths)
			ixpeer_paths_clear(h->paths);
		free(h->paths);
		free(h->bits);
		free(h->kept);
		*h = (struct ixpeer_held){0};
	}
	s->eor = 0;
}

size_t
ixpeer_hear_paths(const struct ixpeer_held *h)
{
	return h->paths ? h->paths->n : h->n;
}

bool
ixpeer_hears(const struct ixpeer_session *s, const struct ip_prefix *p)
{
	unsigned int f = p->addr.family == IP_V6;
	const struct ixpeer_held *h = &s->held[f];
	uint32_t k = ipmap_find(&s->robot->all->prefixes[f], p);

	return k != IPMAP_NONE && k / 64 < h->words &&
	       h->bits[k / 64] >> k % 64 & 1;
}

void
ixpeer_hear_refresh(struct ixpeer_robot *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct ixpeer_session *s = &r->sessions[i];
		const struct bgp_session *t = bgp_fsm_session(&s->fsm);

		for (int f = IP_V4; t && t->refresh && f <= IP_V6; f += 2) {
			struct bgp_refresh ask = {.family = (enum ip_family)f};
			uint8_t bytes[64];
			struct wbuf w = wbuf_of(bytes, sizeof bytes);

			if (!(t->families & bgp_family_bit(ask.family)))
				continue;
			bgp_refresh_encode(&w, &ask);
			ixpeer_session_send(s, bytes, w.len);
		}
	}
}
