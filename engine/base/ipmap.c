#include "base/ipmap.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define HINTS 65536
#define HINTS_FROM 4096 /* keys */

struct key { /* a prefix as numbers */
	uint64_t high, low;
	uint8_t family, len;
};

static struct key
key_of(const struct ip_prefix *p)
{
	struct key k = {.family = p->addr.family, .len = p->len};
	uint64_t w[2];

	memcpy(w, p->addr.bytes, sizeof(w));
	k.high = be64toh(w[0]);
	k.low = be64toh(w[1]);
	return k;
}

static void
key_shorten(struct key *k, unsigned int len)
{
	if (len <= 64) {
		k->low = 0;
		k->high &= len == 0 ? 0 : ~UINT64_C(0) << (64 - len);
	} else {
		k->low &= ~UINT64_C(0) << (128 - len);
	}
	k->len = (uint8_t)len;
}

static bool
key_is(const struct key *k, const struct ip_prefix *p)
{
	struct key q = key_of(p);

	return k->high == q.high && k->low == q.low && k->len == q.len &&
	       k->family == q.family;
}

static uint32_t
key_hash(const struct key *k)
{
	uint64_t h = k->high * UINT64_C(0x9e3779b97f4a7c15);

	h = ((h ^ h >> 32) + k->low) * UINT64_C(0xbf58476d1ce4e5b9);
	h = (h ^ h >> 29) + ((uint64_t)k->len << 8 | k->family);
	h *= UINT64_C(0x94d049bb133111eb);
	return (uint32_t)(h >> 32);
}

/* ---- hints: bits that say what may be there; they outlive their keys */

/* Lengths from here on have a hint. */
static unsigned int
hint_min(enum ip_family family)
{
	return family == IP_V4 ? 16 : 32;
}

static uint64_t *
hint_of(const struct ipmap *m, const struct key *k)
{
	uint64_t at = k->high >> 48;

	if (k->family != IP_V4)
		at = at * 31 + (k->high >> 32);
	return &m->hints[at % HINTS];
}

/* IPv4 has the low half, and IPv6 three lengths a bit in the other. */
static uint64_t
hint_bit(enum ip_family family, unsigned int len)
{
	return UINT64_C(1) << (family == IP_V4 ? len - 1
					       : 32 + (len - 32) * 31 / 96);
}

static void
hint_add(struct ipmap *m, const struct key *k)
{
	if (m->hints != NULL && k->len >= hint_min(k->family))
		*hint_of(m, k) |= hint_bit(k->family, k->len);
}

static void
hints_begin(struct ipmap *m)
{
	struct key k;

	m->hints = xcalloc(HINTS, sizeof(*m->hints));
	for (uint32_t i = 0; i < m->n; i++) {
		k = key_of(&m->keys[i]);
		hint_add(m, &k);
	}
}

static uint32_t *
lens_of(struct ipmap *m, const struct ip_prefix *p)
{
	return &m->lens[p->addr.family == IP_V6][p->len];
}

void
ipmap_clear(struct ipmap *m)
{
	free(m->keys);
	free(m->slots);
	free(m->hints);
	*m = (struct ipmap){0};
}

/* The slot that has the key, or the free one where it belongs. */
static uint32_t
slot_find(const struct ipmap *m, const struct key *k)
{
	uint32_t at = key_hash(k) & (m->n_slots - 1);

	while (m->slots[at] != 0 && !key_is(k, &m->keys[m->slots[at] - 1]))
		at = (at + 1) & (m->n_slots - 1);
	return at;
}

static void
grow(struct ipmap *m)
{
	struct key k;

	if (m->n == m->size) {
		m->size = m->size ? m->size + m->size / 2 : 16;
		m->keys = xreallocarray(m->keys, m->size, sizeof(*m->keys));
	}
	if (m->n + m->n / 2 < m->n_slots)
		return;
	m->n_slots = m->n_slots ? m->n_slots * 2 : 32;
	free(m->slots);
	m->slots = xcalloc(m->n_slots, sizeof(*m->slots));
	for (uint32_t i = 0; i < m->n; i++) {
		k = key_of(&m->keys[i]);
		m->slots[slot_find(m, &k)] = i + 1;
	}
}

uint32_t
ipmap_add(struct ipmap *m, const struct ip_prefix *p)
{
	struct key k = key_of(p);
	uint32_t at;

	grow(m);
	at = slot_find(m, &k);
	if (m->slots[at] == 0) {
		m->keys[m->n] = *p;
		m->slots[at] = ++m->n;
		(*lens_of(m, p))++;
		hint_add(m, &k);
		if (m->n == HINTS_FROM && m->hints == NULL)
			hints_begin(m);
	}
	return m->slots[at] - 1;
}

static uint32_t
find(const struct ipmap *m, const struct key *k)
{
	return m->n == 0 ? IPMAP_NONE : m->slots[slot_find(m, k)] - 1;
}

uint32_t
ipmap_find(const struct ipmap *m, const struct ip_prefix *p)
{
	struct key k = key_of(p);

	return find(m, &k);
}

/* Close the gap: whoever was pushed past it moves back. */
static void
slot_free(struct ipmap *m, uint32_t gap)
{
	uint32_t mask = m->n_slots - 1, at = gap;

	while (m->slots[at = (at + 1) & mask] != 0) {
		struct key k = key_of(&m->keys[m->slots[at] - 1]);
		uint32_t home = key_hash(&k) & mask;
		if (((at - home) & mask) < ((at - gap) & mask))
			continue;
		m->slots[gap] = m->slots[at];
		gap = at;
	}
	m->slots[gap] = 0;
}

void
ipmap_del(struct ipmap *m, uint32_t number)
{
	struct key k = key_of(&m->keys[number]);
	uint32_t last = m->n - 1;

	(*lens_of(m, &m->keys[number]))--;
	slot_free(m, slot_find(m, &k));
	if (number != last) {
		k = key_of(&m->keys[last]);
		m->slots[slot_find(m, &k)] = number + 1;
		m->keys[number] = m->keys[last];
	}
	m->n--;
}

uint32_t
ipmap_around(const struct ipmap *m, const struct ip_prefix *p,
	     unsigned int *from)
{
	const uint32_t *lens = m->lens[p->addr.family == IP_V6];
	struct key whole = key_of(p), k;
	unsigned int hinted = hint_min(whole.family);
	uint64_t hint = m->hints != NULL ? *hint_of(m, &whole) : ~UINT64_C(0);
	uint32_t number;

	for (unsigned int len = *from; len <= p->len; len++) {
		if (lens[len] == 0 ||
		    (len >= hinted && !(hint & hint_bit(whole.family, len))))
			continue;
		k = whole;
		key_shorten(&k, len);
		number = find(m, &k);
		if (number == IPMAP_NONE)
			continue;
		*from = len + 1;
		return number;
	}
	return IPMAP_NONE;
}
