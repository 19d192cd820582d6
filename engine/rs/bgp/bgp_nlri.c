/*
 * bgp_nlri: prefixes on the wire (network layer reachability information).
 *
 * A prefix is a length in bits and as many bytes as that takes (RFC 4271 4.3).
 * The same form stands in the classic fields, in MP_REACH and in MP_UNREACH.
 *
 * With ADD-PATH (RFC 7911) a peer may have several routes for one prefix. Four
 * bytes stand in front of each then, a path identifier: an arbitrary number of
 * the sender, so that it can later replace or withdraw this route and not the
 * other. Nothing in the message tells that they are there. Whoever forgets what
 * was agreed in the OPENs reads the identifier 0.0.0.24 as a default route and
 * two bytes of something else, which is why the codec asks the session.
 */
#include "rs/bgp/bgp_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* How many are there? False: bad says what is wrong with the last one. */
static bool
check(struct rbuf r, enum ip_family f, size_t id, size_t *n, char bad[80])
{
	const uint8_t *p = r.data + r.pos, *end = r.data + r.len;
	unsigned int bits = ip_bits(f);

	for (*n = 0; p < end; ++*n) {
		if ((size_t)(end - p) > id && p[id] > bits) {
			snprintf(bad, 80, "an %s prefix of %u bits",
				 ip_family_name(f), p[id]);
			return false;
		}
		if ((size_t)(end - p) <= id ||
		    (size_t)(end - p) < id + 1 + (p[id] + 7u) / 8) {
			snprintf(bad, 80, "the last %s prefix is cut short",
				 ip_family_name(f));
			return false;
		}
		p += id + 1 + (p[id] + 7u) / 8;
	}
	return true;
}

/* Room for more entries; ids appear with the first that has one. */
static void
grow(struct bgp_nlri *l, size_t more, bool ids)
{
	l->prefixes =
	    xreallocarray(l->prefixes, l->n + more, sizeof *l->prefixes);
	if (!ids && l->ids == NULL)
		return;
	if (l->ids == NULL)
		l->ids = xcalloc(l->n + more, sizeof *l->ids);
	else
		l->ids = xreallocarray(l->ids, l->n + more, sizeof *l->ids);
	memset(l->ids + l->n, 0, more * sizeof *l->ids);
}

static void
read_prefix(struct ip_prefix *x, enum ip_family f, uint8_t len,
	    const uint8_t *p)
{
	*x = (struct ip_prefix){.addr = {.family = (uint8_t)f}, .len = len};
	memcpy(x->addr.bytes, p, (len + 7u) / 8);
	if (len % 8 != 0) /* bits behind the length do not count */
		x->addr.bytes[len / 8] &= (uint8_t)(0xFF00 >> len % 8);
}

bool
bgp_nlri_decode(const struct bgp_session *s, struct rbuf r, enum ip_family f,
		struct bgp_nlri *list, char bad[80])
{
	size_t id = s->add_path_rx & bgp_family_bit(f) ? 4 : 0, more;
	const uint8_t *p = r.data + r.pos;

	if (!check(r, f, id, &more, bad))
		return false;
	if (more == 0)
		return true;
	grow(list, more, id > 0);
	for (; more > 0; more--) {
		if (id > 0)
			list->ids[list->n] = (uint32_t)p[0] << 24 |
					     (uint32_t)p[1] << 16 |
					     (uint32_t)p[2] << 8 | p[3];
		p += id;
		read_prefix(&list->prefixes[list->n++], f, p[0], p + 1);
		p += 1 + (p[0] + 7u) / 8;
	}
	return true;
}

void
bgp_nlri_move(struct bgp_nlri *to, struct bgp_nlri *from)
{
	if (from->n > 0) {
		grow(to, from->n, from->ids != NULL);
		memcpy(to->prefixes + to->n, from->prefixes,
		       from->n * sizeof *from->prefixes);
		if (from->ids)
			memcpy(to->ids + to->n, from->ids,
			       from->n * sizeof *from->ids);
		to->n += from->n;
	}
	bgp_nlri_clear(from);
}

void
bgp_nlri_clear(struct bgp_nlri *list)
{
	if (list->prefixes == NULL)
		return; /* nothing: the common case */
	free(list->prefixes);
	free(list->ids);
	*list = (struct bgp_nlri){0};
}

size_t
bgp_nlri_encode(struct wbuf *w, const struct bgp_session *s,
		const struct bgp_prefixes *list)
{
	bool ids = s && s->add_path_tx & bgp_family_bit(list->f);
	size_t i;

	for (i = 0; i < list->n; i++) {
		const struct ip_prefix *p = &list->p[i];
		size_t bytes = (p->len + 7u) / 8;

		if (w->failed || w->size - w->len < (ids ? 5 : 1) + bytes)
			break;
		if (ids)
			wbuf_u32(w, list->ids ? list->ids[i] : 0);
		wbuf_u8(w, p->len);
		wbuf_bytes(w, p->addr.bytes, bytes);
	}
	return i;
}
