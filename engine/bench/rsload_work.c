/*
 * rsload_work: a seeded exchange.
 *
 * Each member's routes fall into sets of 1 to 7 prefixes (4 in the mean) that
 * share their attributes: a path of 2 to 6 ASes and 3 to 6 communities that
 * travel. Of 100 sets 17 carry control communities: 13 deny one to three
 * members, 2 announce to a few only, 2 prepend to one to three members. Half of
 * them say it by standard, half by large communities. Two more of 100 sets deny
 * by a community that the server learns to obey at the reload; those that deny
 * by the old standard community cease to then.
 *
 * Where all announce the same prefixes, all cut them into the same sets, each
 * member with attributes and denials of its own.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/rsload.h"

/* splitmix64: a few lines, the same everywhere. */
static uint64_t
number(uint64_t *state)
{
	uint64_t z = *state += 0x9E3779B97F4A7C15u;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return z ^ z >> 31;
}

static uint32_t
below(uint64_t *state, uint32_t n)
{
	return (uint32_t)(number(state) % n);
}

uint32_t
rsload_asn(unsigned int member)
{
	return RSLOAD_FIRST_AS + member;
}

uint32_t
rsload_addr(unsigned int member)
{
	return RSLOAD_FIRST_ADDR + member;
}

uint32_t
rsload_first_prefix(const struct rsload_work *w, unsigned int from)
{
	return w->same ? 0 : from * w->routes;
}

const struct rsload_set *
rsload_set_of(const struct rsload_work *w, unsigned int from, uint32_t prefix)
{
	const struct rsload_source *s = &w->sources[from];

	return &s->sets[s->set_of[prefix - rsload_first_prefix(w, from)]];
}

static bool
names(const struct rsload_set *s, unsigned int member)
{
	for (unsigned int i = 0; i < s->n_who; i++)
		if (s->who[i] == member)
			return true;
	return false;
}

enum rsload_verdict
rsload_verdict(const struct rsload_set *s, unsigned int from, unsigned int to,
	       bool reloaded)
{
	if (from == to)
		return RSLOAD_NO;
	if (s->kind == RSLOAD_PLAIN)
		return RSLOAD_YES;
	if (s->kind == RSLOAD_DENY &&
	    s->form == (reloaded ? RSLOAD_STD : RSLOAD_MOVED))
		return RSLOAD_YES;
	switch ((enum rsload_kind)s->kind) {
	case RSLOAD_DENY: return names(s, to) ? RSLOAD_NO : RSLOAD_YES;
	case RSLOAD_ONLY: return names(s, to) ? RSLOAD_YES : RSLOAD_NO;
	case RSLOAD_PREPEND:
		return names(s, to) ? RSLOAD_YES_PREPENDED : RSLOAD_YES;
	case RSLOAD_PLAIN: break;
	}
	return RSLOAD_YES;
}

/* Members other than from, no one twice. */
static void
pick(const struct rsload_work *w, struct rsload_set *s, unsigned int from,
     unsigned int n, uint64_t *r)
{
	if (n > w->members - 1)
		n = w->members - 1;
	while (s->n_who < n) {
		unsigned int m = below(r, w->members);

		if (m != from && !names(s, m))
			s->who[s->n_who++] = (uint16_t)m;
	}
}

static void
control(const struct rsload_work *w, struct rsload_set *s, unsigned int from,
	uint64_t *r)
{
	uint32_t dice = below(r, 100);

	s->form = below(r, 2) ? RSLOAD_STD : RSLOAD_LARGE;
	if (dice < 13) {
		s->kind = RSLOAD_DENY;
	} else if (dice < 15) {
		s->kind = RSLOAD_ONLY;
		pick(w, s, from, 1 + below(r, 5), r);
		return;
	} else if (dice < 17 && w->prepends) {
		s->kind = RSLOAD_PREPEND;
	} else if (dice >= 17 && dice < 19) {
		s->kind = RSLOAD_DENY;
		s->form = RSLOAD_MOVED;
	} else {
		return;
	}
	pick(w, s, from, 1 + below(r, 3), r);
}

/* Neither private nor reserved (23456 is) nor a member's. */
static uint32_t
some_as(uint64_t *r)
{
	return below(r, 3) ? 24000 + below(r, 40000) : 200000 + below(r, 15000);
}

static void
attributes(const struct rsload_work *w, struct rsload_set *s, unsigned int from,
	   uint64_t *r)
{
	s->n_path = (uint8_t)(2 + below(r, 5));
	s->path[0] = rsload_asn(from);
	for (unsigned int i = 1; i < s->n_path; i++)
		s->path[i] = some_as(r);
	s->n_info = (uint8_t)(3 + below(r, 4));
	for (unsigned int i = 0; i < s->n_info; i++)
		s->info[i] = (24000 + below(r, 40000)) << 16 | below(r, 1000);
	control(w, s, from, r);
}

static void
source_init(const struct rsload_work *w, unsigned int from)
{
	struct rsload_source *s = &w->sources[from];
	uint64_t cut = (uint64_t)w->seed << 32 | (w->same ? 0 : from);
	uint64_t r = ((uint64_t)w->seed << 32 | from) ^ 0x5DEECE66Du;
	uint32_t done = 0, first = rsload_first_prefix(w, from);

	s->sets = xcalloc(w->routes + 1, sizeof *s->sets);
	s->set_of = xcalloc(w->routes + 1, sizeof *s->set_of);
	while (done < w->routes) {
		struct rsload_set *set = &s->sets[s->n_sets];

		set->first = first + done;
		set->n = (uint8_t)(1 + below(&cut, 7));
		if (set->n > w->routes - done)
			set->n = (uint8_t)(w->routes - done);
		attributes(w, set, from, &r);
		for (unsigned int i = 0; i < set->n; i++)
			s->set_of[done + i] = (uint32_t)s->n_sets;
		done += set->n;
		s->n_sets++;
	}
	s->sets = xreallocarray(s->sets, s->n_sets + 1, sizeof *s->sets);
}

static void
table_encode(struct rsload_source *s, unsigned int from)
{
	struct wbuf b;

	s->table = xmalloc((s->n_sets + 1) * 256);
	b = wbuf_of(s->table, (s->n_sets + 1) * 256);
	for (size_t i = 0; i < s->n_sets; i++)
		rsload_encode_set(&b, &s->sets[i], from, RSLOAD_AS_SENT, false);
	rsload_encode_eor(&b);
	assert(!b.failed);
	s->len = b.len;
	s->table = xrealloc(s->table, s->len);
}

void
rsload_work_init(struct rsload_work *w)
{
	w->prefixes = w->same ? w->routes : w->members * w->routes;
	w->sources = xcalloc(w->members + 1, sizeof *w->sources);
	for (unsigned int i = 0; i < w->members; i++) {
		source_init(w, i);
		table_encode(&w->sources[i], i);
	}
}

void
rsload_work_clear(struct rsload_work *w)
{
	for (unsigned int i = 0; i < w->members; i++) {
		free(w->sources[i].sets);
		free(w->sources[i].set_of);
		free(w->sources[i].table);
	}
	free(w->sources);
}
