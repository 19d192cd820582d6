/*
 * rsload_receive: what a member hears, proven cheaply.
 *
 * A bit for each prefix says whether the member holds it (have), shall hold it
 * (want), and may ever hold it (allow); "wrong" counts the bits in which have
 * and want differ, so that a member whose wrong is zero holds exactly its set.
 * A prefix that arrives although it is not allowed is counted the moment it
 * arrives, even if it is withdrawn at once: as "own" when it was this member's,
 * else as "denied".
 *
 * Of every UPDATE the path's first AS is read: it must be the announcing
 * member's. Every sixteenth is looked at closely: next hop untouched, control
 * communities gone, prepended if that was asked for.
 */
#include <stdio.h>
#include <string.h>

#include "bench/rsload.h"

enum { CLOSE_LOOK = 16, NOBODY = -1 };

struct update {
	const uint8_t *attrs, *nlri, *end;
	const uint8_t *path, *next_hop, *standard, *large;
	size_t path_len, standard_len, large_len;
};

static uint32_t
u16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t
u32(const uint8_t *p)
{
	return u16(p) << 16 | u16(p + 2);
}

static void
bad(struct rsload_load *l, const struct rsload_member *m, const char *what,
    uint32_t value)
{
	if (l->bad++ == 0)
		snprintf(l->bad_text, sizeof l->bad_text, "member-%u:%s:%u",
			 m->index, what, value);
}

/* Fill in where the attributes are; false when they do not end where they
 * should. */
static bool
attributes(struct update *u)
{
	const uint8_t *p = u->attrs;

	while (u->nlri - p >= 3) {
		uint8_t flags = p[0], type = p[1];
		size_t len = p[2];

		p += 3;
		if (flags & 0x10) {
			if (u->nlri == p)
				return false;
			len = len << 8 | *p++;
		}
		if ((size_t)(u->nlri - p) < len)
			return false;
		switch (type) {
		case 2: u->path = p, u->path_len = len; break;
		case 3: u->next_hop = len == 4 ? p : NULL; break;
		case 8: u->standard = p, u->standard_len = len; break;
		case 32: u->large = p, u->large_len = len; break;
		default: break;
		}
		p += len;
	}
	return p == u->nlri;
}

/* Whose route is it? By the first AS of the path. */
static int
source_of(struct rsload_load *l, const struct rsload_member *m,
	  const struct update *u)
{
	uint32_t asn;

	if (u->path_len < 6 || u->path[0] != 2) {
		bad(l, m, "no-path", 0);
		return NOBODY;
	}
	asn = u32(u->path + 2);
	if (asn < RSLOAD_FIRST_AS ||
	    asn - RSLOAD_FIRST_AS >= l->work->members) {
		bad(l, m, "first-AS", asn);
		return NOBODY;
	}
	return (int)(asn - RSLOAD_FIRST_AS);
}

/* After the reload 0:AS is a community as any other. */
static bool
is_control(uint32_t c, bool reloaded)
{
	uint32_t high = c >> 16;

	return high == RSLOAD_RS_AS || high == RSLOAD_PREPEND_AS ||
	       c == RSLOAD_RS_AS || (high == 0 && !reloaded);
}

static void
close_look(struct rsload_load *l, struct rsload_member *m,
	   const struct update *u, unsigned int from)
{
	uint32_t first = u32(u->nlri) - (24u << 24) - RSLOAD_FIRST_NET;
	bool prepended =
	    u->path_len >= 10 && !memcmp(u->path + 2, u->path + 6, 4);
	bool asked;

	if (!u->next_hop || u32(u->next_hop) != rsload_addr(from))
		bad(l, m, "next-hop", u->next_hop ? u32(u->next_hop) : 0);
	for (size_t i = 0; i + 4 <= u->standard_len; i += 4)
		if (is_control(u32(u->standard + i), l->reloaded))
			bad(l, m, "community", u32(u->standard + i));
	for (size_t i = 0; i + 12 <= u->large_len; i += 12)
		if (u32(u->large + i) == RSLOAD_RS_AS)
			bad(l, m, "large-community", u32(u->large + i + 4));
	if (first >= l->work->prefixes ||
	    first - rsload_first_prefix(l->work, from) >= l->work->routes)
		return;
	asked = rsload_verdict(rsload_set_of(l->work, from, first), from,
			       m->index, l->reloaded) == RSLOAD_YES_PREPENDED;
	if (asked != prepended)
		bad(l, m, asked ? "not-prepended" : "prepended", first);
}

/* One that is not wanted now: may it be heard at all? */
static void
judge(struct rsload_load *l, struct rsload_member *m, int from, uint32_t i)
{
	if (from == (int)m->index)
		l->own++;
	else if (!(m->allow[i / 64] >> i % 64 & 1))
		l->denied++;
}

/* Where several announce the same prefix, it depends on whose this one is. */
static void
judge_same(struct rsload_load *l, struct rsload_member *m, int from, uint32_t i)
{
	if (from < 0 || i >= l->work->prefixes)
		return;
	if (from == (int)m->index)
		l->own++;
	else if (rsload_verdict(rsload_set_of(l->work, (unsigned int)from, i),
				(unsigned int)from, m->index,
				l->reloaded) == RSLOAD_NO)
		l->denied++;
}

static void
hold(struct rsload_load *l, struct rsload_member *m, int from, uint32_t i)
{
	uint64_t bit = 1ull << i % 64, *have = &m->have[i / 64];
	bool wanted = m->want[i / 64] & bit;

	if (!(*have & bit)) {
		*have |= bit;
		m->wrong += wanted ? (size_t)-1 : 1;
	}
	if (l->work->same)
		judge_same(l, m, from, i);
	else if (!wanted)
		judge(l, m, from, i);
}

static void
release(struct rsload_member *m, uint32_t i)
{
	uint64_t bit = 1ull << i % 64, *have = &m->have[i / 64];

	if (!(*have & bit))
		return;
	*have &= ~bit;
	m->wrong += m->want[i / 64] & bit ? 1 : (size_t)-1;
}

/* The index of the prefix at p; false when it is none of ours. */
static bool
prefix(const struct rsload_load *l, const uint8_t *p, const uint8_t *end,
       uint32_t *index)
{
	if (end - p < 4 || p[0] != 24)
		return false;
	*index = (u32(p) & 0xFFFFFF) - RSLOAD_FIRST_NET;
	return *index <= l->work->prefixes;
}

static void
canary(struct rsload_load *l, struct rsload_member *m, const struct update *u)
{
	for (size_t i = 0; i + 4 <= u->standard_len; i += 4)
		if (u16(u->standard + i) == RSLOAD_CANARY_AS)
			rsload_canary_heard(l, m,
					    (uint16_t)u16(u->standard + i + 2));
}

static void
announced(struct rsload_load *l, struct rsload_member *m, struct update *u)
{
	int from;
	uint32_t i;

	if (!attributes(u)) {
		bad(l, m, "attributes", 0);
		return;
	}
	from = source_of(l, m, u);
	if (from >= 0 && u->end - u->nlri >= 4 &&
	    ++l->checked % CLOSE_LOOK == 0)
		close_look(l, m, u, (unsigned int)from);
	for (const uint8_t *p = u->nlri; p < u->end; p += 4) {
		if (!prefix(l, p, u->end, &i)) {
			bad(l, m, "prefix", p[0]);
			return;
		}
		hold(l, m, from, i);
		if (i == l->work->prefixes && l->canary)
			canary(l, m, u);
	}
	l->nlri += (uint64_t)(u->end - u->nlri) / 4;
}

static void
update(struct rsload_load *l, struct rsload_member *m, const uint8_t *p,
       const uint8_t *end)
{
	struct update u = {.end = end};
	const uint8_t *withdrawn_end;
	uint32_t i;

	l->updates++;
	if (end - p > 4) /* no End-of-RIB */
		l->last_rx = l->now;
	if (end - p < 4 || (size_t)(end - p) < 4 + u16(p)) {
		bad(l, m, "update-length", 0);
		return;
	}
	withdrawn_end = p + 2 + u16(p);
	for (p += 2; p < withdrawn_end; p += 4, l->withdrawn++) {
		if (!prefix(l, p, withdrawn_end, &i)) {
			bad(l, m, "withdrawn-prefix", p[0]);
			return;
		}
		release(m, i);
	}
	u.attrs = p + 2;
	if ((size_t)(end - u.attrs) < u16(p)) {
		bad(l, m, "attributes-length", u16(p));
		return;
	}
	u.nlri = u.attrs + u16(p);
	if (u.nlri < end)
		announced(l, m, &u);
}

static bool
message(struct rsload_load *l, struct rsload_member *m, const uint8_t *p,
	size_t len)
{
	uint8_t room[RSLOAD_HEADER];
	struct wbuf b = wbuf_of(room, sizeof room);

	switch (p[18]) {
	case 1: /* OPEN */
		if (m->state != RSLOAD_OPEN_SENT)
			return false;
		rsload_encode_keepalive(&b);
		(void)!send(m->fd, room, b.len, MSG_NOSIGNAL);
		m->state = RSLOAD_OPEN_CONFIRM;
		return true;
	case 4: /* KEEPALIVE */
		if (m->state == RSLOAD_OPEN_CONFIRM) {
			m->state = RSLOAD_UP;
			l->n_up++;
			if (m->announce)
				rsload_member_announce(l, m);
		}
		return true;
	case 2: update(l, m, p + RSLOAD_HEADER, p + len); return true;
	case 5: /* ROUTE-REFRESH; its subtype, if enhanced, is a request's */
		if (m->announce && len == 23 && p[21] == 0)
			rsload_member_announce(l, m);
		return true;
	case 3: /* NOTIFICATION */
		if (m->state == RSLOAD_UP)
			bad(l, m, "notified", len > 20 ? u16(p + 19) : 0);
		return false;
	default: bad(l, m, "message-type", p[18]); return false;
	}
}

bool
rsload_receive(struct rsload_load *l, struct rsload_member *m, uint8_t *data,
	       size_t n)
{
	size_t at = 0, len = 0, all = m->part_len + n;

	for (; all - at >= RSLOAD_HEADER; at += len) {
		len = u16(data + at + 16);
		if (len < RSLOAD_HEADER || len > RSLOAD_MSG_MAX) {
			bad(l, m, "message-length", (uint32_t)len);
			return false;
		}
		if (all - at < len)
			break;
		if (!message(l, m, data + at, len))
			return false;
	}
	m->part_len = all - at;
	memcpy(m->part, data + at, m->part_len);
	return true;
}

/* ---- what is wanted */

static void
set_bits(uint64_t *bits, const struct rsload_set *s)
{
	for (uint32_t i = s->first; i < s->first + s->n; i++)
		bits[i / 64] |= 1ull << i % 64;
}

/* Of one source, what member m wants, and what it may see on the way. */
static void
want_of(struct rsload_load *l, struct rsload_member *m, unsigned int from)
{
	const struct rsload_source *s = &l->work->sources[from];

	for (size_t i = 0; i < s->n_sets; i++) {
		const struct rsload_set *set = &s->sets[i];
		bool now = rsload_verdict(set, from, m->index, l->reloaded);

		if (now && l->active[from])
			set_bits(m->want, set);
		if (now ||
		    (l->reloaded && rsload_verdict(set, from, m->index, false)))
			set_bits(m->allow, set);
	}
}

static void
count_wrong(struct rsload_load *l, struct rsload_member *m)
{
	l->n_wrong -= m->on && m->wrong > 0;
	m->wrong = 0;
	for (size_t i = 0; i < l->words; i++)
		m->wrong +=
		    (size_t)__builtin_popcountll(m->want[i] ^ m->have[i]);
	l->n_wrong += m->on && m->wrong > 0;
}

void
rsload_want(struct rsload_load *l)
{
	uint32_t last = l->work->prefixes;

	for (unsigned int j = 0; j < l->n_members; j++) {
		struct rsload_member *m = &l->members[j];

		memset(m->want, 0, l->words * sizeof *m->want);
		memset(m->allow, 0, l->words * sizeof *m->allow);
		for (unsigned int i = 0; i < l->work->members; i++)
			want_of(l, m, i);
		if (j > 0)
			m->allow[last / 64] |= 1ull << last % 64;
		if (j > 0 && l->canary)
			m->want[last / 64] |= 1ull << last % 64;
		count_wrong(l, m);
	}
}

void
rsload_forget(struct rsload_load *l, struct rsload_member *m)
{
	memset(m->have, 0, l->words * sizeof *m->have);
	count_wrong(l, m);
}
