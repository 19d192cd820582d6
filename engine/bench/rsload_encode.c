/*
 * rsload_encode: the few messages that members and the ceiling send.
 *
 * Written beside rs/bgp and not with it, so that the one that measures does not
 * share a mistake with the one that is measured.
 */
#include "bench/rsload.h"

#include <string.h>

enum { OPEN = 1, UPDATE, NOTIFICATION, KEEPALIVE };

static size_t
begin(struct wbuf *w, uint8_t type)
{
	size_t at = w->len;

	for (int i = 0; i < 16; i++)
		wbuf_u8(w, 0xFF);
	wbuf_u16(w, 0);
	wbuf_u8(w, type);
	return at;
}

static void
end(struct wbuf *w, size_t at)
{
	wbuf_u16_at(w, at + 16, (uint16_t)(w->len - at));
}

static void
prefix(struct wbuf *w, uint32_t index)
{
	wbuf_u32(w, 24u << 24 | (RSLOAD_FIRST_NET + index));
}

/* ORIGIN, AS_PATH, NEXT_HOP */
static void
mandatory(struct wbuf *w, const uint32_t *path, unsigned int n, bool prepend,
	  unsigned int from)
{
	wbuf_u32(w, 0x40010100);
	wbuf_u16(w, 0x4002);
	wbuf_u8(w, (uint8_t)(2 + 4 * (n + prepend)));
	wbuf_u8(w, 2);
	wbuf_u8(w, (uint8_t)(n + prepend));
	if (prepend)
		wbuf_u32(w, path[0]);
	for (unsigned int i = 0; i < n; i++)
		wbuf_u32(w, path[i]);
	wbuf_u16(w, 0x4003);
	wbuf_u8(w, 4);
	wbuf_u32(w, rsload_addr(from));
}

static uint32_t
community(uint32_t high, uint32_t low)
{
	return high << 16 | low;
}

/* Does the server leave this set's standard control communities in? */
static bool
travels(const struct rsload_set *s, enum rsload_as how)
{
	switch (how) {
	case RSLOAD_AS_SENT: return true;
	case RSLOAD_AS_HEARD: return s->form == RSLOAD_MOVED;
	case RSLOAD_AS_RELOADED: break;
	}
	return s->kind == RSLOAD_DENY && s->form == RSLOAD_STD;
}

static void
standard(struct wbuf *w, const struct rsload_set *s, enum rsload_as how)
{
	bool with = s->form != RSLOAD_LARGE && travels(s, how);
	unsigned int n = s->n_info;
	static const uint32_t high[] = {
	    [RSLOAD_DENY] = 0,
	    [RSLOAD_ONLY] = RSLOAD_RS_AS,
	    [RSLOAD_PREPEND] = RSLOAD_PREPEND_AS,
	};

	if (with)
		n += s->n_who + (s->kind == RSLOAD_ONLY);
	wbuf_u16(w, 0xC008);
	wbuf_u8(w, (uint8_t)(4 * n));
	if (with && s->kind == RSLOAD_ONLY)
		wbuf_u32(w, community(0, RSLOAD_RS_AS));
	for (unsigned int i = 0; with && i < s->n_who; i++)
		wbuf_u32(w, community(s->form == RSLOAD_MOVED ? RSLOAD_MOVED_AS
							      : high[s->kind],
				      rsload_asn(s->who[i])));
	for (unsigned int i = 0; i < s->n_info; i++)
		wbuf_u32(w, s->info[i]);
}

static void
large_one(struct wbuf *w, uint32_t a, uint32_t b)
{
	wbuf_u32(w, RSLOAD_RS_AS);
	wbuf_u32(w, a);
	wbuf_u32(w, b);
}

static void
large(struct wbuf *w, const struct rsload_set *s)
{
	unsigned int n = s->n_who + (s->kind == RSLOAD_ONLY);
	static const uint32_t action[] = {
	    [RSLOAD_DENY] = 0, [RSLOAD_ONLY] = 1, [RSLOAD_PREPEND] = 101};

	wbuf_u16(w, 0xC020);
	wbuf_u8(w, (uint8_t)(12 * n));
	if (s->kind == RSLOAD_ONLY)
		large_one(w, 0, 0);
	for (unsigned int i = 0; i < s->n_who; i++)
		large_one(w, action[s->kind], rsload_asn(s->who[i]));
}

void
rsload_encode_set(struct wbuf *w, const struct rsload_set *s, unsigned int from,
		  enum rsload_as how, bool prepend)
{
	size_t at = begin(w, UPDATE), attrs;

	wbuf_u16(w, 0);
	wbuf_u16(w, 0);
	attrs = w->len;
	mandatory(w, s->path, s->n_path, prepend, from);
	standard(w, s, how);
	if (how == RSLOAD_AS_SENT && s->n_who > 0 && s->form == RSLOAD_LARGE)
		large(w, s);
	wbuf_u16_at(w, attrs - 2, (uint16_t)(w->len - attrs));
	for (unsigned int i = 0; i < s->n; i++)
		prefix(w, s->first + i);
	end(w, at);
}

void
rsload_encode_withdraw(struct wbuf *w, uint32_t first, unsigned int n)
{
	enum { MOST = 1000 };

	for (unsigned int i = 0; i < n;) {
		size_t at = begin(w, UPDATE);
		unsigned int k = n - i < MOST ? n - i : MOST;

		wbuf_u16(w, (uint16_t)(4 * k));
		for (; k > 0; k--)
			prefix(w, first + i++);
		wbuf_u16(w, 0);
		end(w, at);
	}
}

void
rsload_encode_canary(struct wbuf *w, unsigned int from, uint32_t index,
		     uint16_t version)
{
	uint32_t path[2] = {rsload_asn(from), 19999};
	size_t at = begin(w, UPDATE), attrs;

	wbuf_u16(w, 0);
	wbuf_u16(w, 0);
	attrs = w->len;
	mandatory(w, path, 2, false, from);
	wbuf_u16(w, 0xC008);
	wbuf_u8(w, 4);
	wbuf_u32(w, community(RSLOAD_CANARY_AS, version));
	wbuf_u16_at(w, attrs - 2, (uint16_t)(w->len - attrs));
	prefix(w, index);
	end(w, at);
}

/* IPv4 unicast, route refresh, 4-byte AS numbers; hold time 240 s. */
void
rsload_encode_open(struct wbuf *w, uint32_t asn, uint32_t id)
{
	size_t at = begin(w, OPEN);

	wbuf_u8(w, 4);
	wbuf_u16(w, (uint16_t)asn);
	wbuf_u16(w, 240);
	wbuf_u32(w, id);
	wbuf_u8(w, 16);
	wbuf_u16(w, 2 << 8 | 14);
	wbuf_u16(w, 1 << 8 | 4);
	wbuf_u32(w, 1 << 16 | 1);
	wbuf_u16(w, 2 << 8);
	wbuf_u16(w, 65 << 8 | 4);
	wbuf_u32(w, asn);
	end(w, at);
}

void
rsload_encode_keepalive(struct wbuf *w)
{
	end(w, begin(w, KEEPALIVE));
}

void
rsload_encode_eor(struct wbuf *w)
{
	size_t at = begin(w, UPDATE);

	wbuf_u32(w, 0);
	end(w, at);
}

/* Cease, Administrative Shutdown */
void
rsload_encode_shutdown(struct wbuf *w)
{
	size_t at = begin(w, NOTIFICATION);

	wbuf_u16(w, 6 << 8 | 2);
	end(w, at);
}
