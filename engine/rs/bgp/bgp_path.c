/*
 * bgp_path: the AS_PATH.
 *
 * A path is a list of segments, each "type, count, AS numbers": a sequence is
 * read from the neighbour (left) to the origin (right), a set has no order and
 * comes from aggregation. In memory a path is always in the 4-byte form of
 * RFC 6793 and otherwise the bytes that came, so that what is passed on is what
 * was received.
 *
 * An old speaker knows 2-byte AS numbers only. To it, an AS number that does
 * not fit is shown as AS_TRANS, 23456, and the true path travels beside in the
 * transitive attribute AS4_PATH, which it passes on without understanding it.
 * Old speakers on the way prepend to AS_PATH alone, so AS4_PATH is the path's
 * tail: merging keeps the leading part of AS_PATH and takes the rest from
 * AS4_PATH (RFC 6793 4.2.3).
 *
 * Refused as malformed (RFC 7606 7.2): unknown segment types, an empty segment,
 * a segment longer than the attribute, AS 0 (RFC 7607), and confederation
 * segments, which must not leave their confederation (RFC 5065 5); in AS4_PATH
 * the latter are only left out (RFC 6793 6). Sets are well-formed, but since RFC
 * 9774 nobody may send one: nothing can be said about the origin of such a route.
 */
#include "rs/bgp/bgp_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static bool
has_zero(const uint8_t *p, size_t n, size_t bytes)
{
	for (; n > 0; n--, p += bytes)
		if ((p[0] | p[1]) == 0 && (bytes == 2 || (p[2] | p[3]) == 0))
			return true;
	return false;
}

const char *
bgp_path_check(struct rbuf r, bool as4, bool confed, unsigned int *kinds)
{
	const uint8_t *p = r.data, *end = r.data + r.len;
	size_t bytes = as4 ? 4 : 2;

	*kinds = 0;
	for (size_t n; p < end; p += n * bytes) {
		uint8_t type = p[0];

		if (end - p < 2)
			return "one stray byte behind the last segment";
		n = p[1];
		p += 2;
		if (!confed && type >= BGP_CONFED_SEQUENCE &&
		    type <= BGP_CONFED_SET)
			return "a confederation segment left its confederation";
		if (type < BGP_AS_SET || type > BGP_CONFED_SET)
			return "a segment is neither AS_SET nor AS_SEQUENCE";
		if (n == 0)
			return "a segment is empty";
		if ((size_t)(end - p) < n * bytes)
			return "a segment is longer than the attribute";
		if (has_zero(p, n, bytes))
			return "AS 0 is in the path";
		*kinds |= 1u << type;
	}
	return NULL;
}

/* Length as RFC 4271 9.1.2.2 a counts it. */
static unsigned int
count(struct rbuf r)
{
	unsigned int n = 0;

	while (!r.failed && rbuf_left(&r) > 0) {
		uint8_t type = rbuf_u8(&r), c = rbuf_u8(&r);

		rbuf_bytes(&r, (size_t)c * 4);
		if (type == BGP_AS_SEQUENCE)
			n += c;
		else if (type == BGP_AS_SET)
			n++;
	}
	return n;
}

/* Join the segment at "last" with the one at "next" when both are sequences
 * and one count byte can tell their sum. */
static void
join(struct wbuf *w, size_t last, size_t next)
{
	uint8_t *p = w->data;

	if (last == next || next >= w->len || p[last] != BGP_AS_SEQUENCE ||
	    p[next] != BGP_AS_SEQUENCE || p[last + 1] + p[next + 1] > 255)
		return;
	p[last + 1] = (uint8_t)(p[last + 1] + p[next + 1]);
	memmove(p + next, p + next + 2, w->len - next - 2);
	w->len -= 2;
}

/* A checked path in 4-byte form; confederations are left out (RFC 6793 6). */
static void
widen(struct wbuf *w, struct rbuf r, bool as4)
{
	while (!r.failed && rbuf_left(&r) > 0) {
		uint8_t type = rbuf_u8(&r), n = rbuf_u8(&r);
		bool keep = type == BGP_AS_SET || type == BGP_AS_SEQUENCE;

		if (keep) {
			wbuf_u8(w, type);
			wbuf_u8(w, n);
		}
		for (; n > 0; n--) {
			uint32_t asn = as4 ? rbuf_u32(&r) : rbuf_u16(&r);

			if (keep)
				wbuf_u32(w, asn);
		}
	}
}

/* The first need AS numbers of a path; where the last segment is, goes to
 * last. */
static void
put_head(struct wbuf *w, struct rbuf path, unsigned int need, size_t *last)
{
	while (need > 0) {
		uint8_t type = rbuf_u8(&path), c = rbuf_u8(&path);
		uint8_t take =
		    type == BGP_AS_SET || c <= need ? c : (uint8_t)need;

		*last = w->len;
		wbuf_u8(w, type);
		wbuf_u8(w, take);
		wbuf_bytes(w, rbuf_bytes(&path, take * 4u), take * 4u);
		need -= type == BGP_AS_SET ? 1 : take;
	}
}

uint8_t *
bgp_path_merge(struct rbuf path, struct rbuf as4, size_t *len)
{
	size_t wide = 2 * path.len, size = wide + as4.len;
	uint8_t *bytes = xmalloc(2 * size + 2);
	struct wbuf head = wbuf_of(bytes + size, wide);
	struct wbuf tail = wbuf_of(bytes + size + wide, as4.len);
	struct wbuf w = wbuf_of(bytes, size);
	unsigned int have, know;
	size_t last = 0, next;

	widen(&head, path, false);
	widen(&tail, as4, true);
	have = count(rbuf_of(head.data, head.len));
	know = count(rbuf_of(tail.data, tail.len));
	if (know > have) /* a tail longer than the whole is not to be trusted */
		know = 0;
	put_head(&w, rbuf_of(head.data, head.len), have - know, &last);
	next = w.len;
	if (know > 0) {
		wbuf_bytes(&w, tail.data, tail.len);
		join(&w, last, next);
	}
	*len = w.len;
	return bytes;
}

bool
bgp_path_narrow(const struct bgp_attrs *a, struct wbuf *w)
{
	struct rbuf r = rbuf_of(a->path, a->path_len);
	bool lossy = false;

	while (!r.failed && rbuf_left(&r) > 0) {
		uint8_t type = rbuf_u8(&r), n = rbuf_u8(&r);

		wbuf_u8(w, type);
		wbuf_u8(w, n);
		for (; n > 0; n--) {
			uint32_t asn = rbuf_u32(&r);

			lossy |= asn > 65535;
			wbuf_u16(w, asn > 65535 ? BGP_AS_TRANS : (uint16_t)asn);
		}
	}
	return lossy;
}

void
bgp_path_set(struct bgp_attrs *a, const uint32_t *asns, size_t n)
{
	size_t size = 4 * n + 2 * (n / 255 + 1), take;
	uint8_t *bytes = xmalloc(size);
	struct wbuf w = wbuf_of(bytes, size);

	for (; n > 0; n -= take, asns += take) {
		take = n > 255 ? 255 : n;
		wbuf_u8(&w, BGP_AS_SEQUENCE);
		wbuf_u8(&w, (uint8_t)take);
		for (size_t i = 0; i < take; i++)
			wbuf_u32(&w, asns[i]);
	}
	bgp_attrs_set_path(a, bytes, w.len);
	free(bytes);
}

static void
prepend_one(struct bgp_attrs *a, uint32_t asn)
{
	bool room = a->path_len > 0 && a->path[0] == BGP_AS_SEQUENCE &&
		    a->path[1] < 255;
	size_t head = room ? 2 : 0, size = a->path_len + (room ? 4 : 6);
	uint8_t *bytes = xmalloc(size);
	struct wbuf w = wbuf_of(bytes, size);

	wbuf_u8(&w, BGP_AS_SEQUENCE);
	wbuf_u8(&w, room ? (uint8_t)(a->path[1] + 1) : 1);
	wbuf_u32(&w, asn);
	if (a->path_len > head)
		wbuf_bytes(&w, a->path + head, a->path_len - head);
	bgp_attrs_set_path(a, bytes, w.len);
	free(bytes);
}

void
bgp_path_prepend(struct bgp_attrs *a, uint32_t asn, unsigned int times)
{
	while (times-- > 0)
		prepend_one(a, asn);
}

struct bgp_path_walk
bgp_path_walk(const struct bgp_attrs *a)
{
	return (struct bgp_path_walk){.r = rbuf_of(a->path, a->path_len)};
}

bool
bgp_path_next(struct bgp_path_walk *w)
{
	while (w->left == 0) {
		if (rbuf_left(&w->r) == 0)
			return false;
		w->segment = rbuf_u8(&w->r);
		w->left = rbuf_u8(&w->r);
	}
	w->left--;
	w->asn = rbuf_u32(&w->r);
	return !w->r.failed;
}

uint32_t
bgp_path_first(const struct bgp_attrs *a)
{
	struct bgp_path_walk w = bgp_path_walk(a);

	if (!bgp_path_next(&w) || w.segment != BGP_AS_SEQUENCE)
		return 0;
	return w.asn;
}

uint32_t
bgp_path_origin(const struct bgp_attrs *a)
{
	struct bgp_path_walk w = bgp_path_walk(a);
	uint32_t last = 0;

	while (bgp_path_next(&w))
		last = w.segment == BGP_AS_SEQUENCE ? w.asn : 0;
	return last;
}

unsigned int
bgp_path_length(const struct bgp_attrs *a)
{
	return count(rbuf_of(a->path, a->path_len));
}

bool
bgp_path_contains(const struct bgp_attrs *a, uint32_t asn)
{
	struct bgp_path_walk w = bgp_path_walk(a);

	while (bgp_path_next(&w))
		if (w.asn == asn)
			return true;
	return false;
}

bool
bgp_path_has_set(const struct bgp_attrs *a)
{
	struct bgp_path_walk w = bgp_path_walk(a);

	while (bgp_path_next(&w))
		if (w.segment == BGP_AS_SET)
			return true;
	return false;
}
