/*
 * buf: the one bounded reader and the one bounded writer.
 *
 * Everything that comes off a wire is read through struct rbuf. A read past the
 * end sets a sticky failure, returns zero and moves nothing, so a decoder may
 * read a whole structure and ask once whether it was all there. The writer is
 * the mirror image: it never writes past its room and remembers that it would
 * have. Numbers are in network byte order. Neither owns its memory.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct rbuf {
	const uint8_t *data; /* borrowed */
	size_t len, pos;
	bool failed; /* something was read that was not there */
};

static inline struct rbuf rbuf_of(const void *data, size_t len);
static inline size_t rbuf_left(const struct rbuf *r);
static inline uint8_t rbuf_u8(struct rbuf *r);
static inline uint16_t rbuf_u16(struct rbuf *r);
static inline uint32_t rbuf_u32(struct rbuf *r);
/* n bytes, borrowed from the buffer; NULL when they are not there. */
static inline const uint8_t *rbuf_bytes(struct rbuf *r, size_t n);
/* The next n bytes as a reader of their own; a failed, empty one when they are
 * not there (and then r has failed too). */
static inline struct rbuf rbuf_sub(struct rbuf *r, size_t n);

struct wbuf {
	uint8_t *data; /* borrowed */
	size_t size, len;
	bool failed; /* something did not fit */
};

static inline struct wbuf wbuf_of(void *data, size_t size);
static inline void wbuf_u8(struct wbuf *w, uint8_t v);
static inline void wbuf_u16(struct wbuf *w, uint16_t v);
static inline void wbuf_u32(struct wbuf *w, uint32_t v);
static inline void wbuf_bytes(struct wbuf *w, const void *data, size_t n);
/* Overwrite two bytes written before, for lengths known only afterwards. */
static inline void wbuf_u16_at(struct wbuf *w, size_t at, uint16_t v);

/* ---- so small and so often used that they are not calls */

static inline struct rbuf
rbuf_of(const void *data, size_t len)
{
	return (struct rbuf){.data = data, .len = len};
}

static inline size_t
rbuf_left(const struct rbuf *r)
{
	return r->len - r->pos;
}

static inline uint8_t
rbuf_u8(struct rbuf *r)
{
	const uint8_t *p = rbuf_bytes(r, 1);

	return p ? p[0] : 0;
}

static inline uint16_t
rbuf_u16(struct rbuf *r)
{
	const uint8_t *p = rbuf_bytes(r, 2);

	return p ? (uint16_t)(p[0] << 8 | p[1]) : 0;
}

static inline uint32_t
rbuf_u32(struct rbuf *r)
{
	const uint8_t *p = rbuf_bytes(r, 4);

	if (p == NULL)
		return 0;
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static inline const uint8_t *
rbuf_bytes(struct rbuf *r, size_t n)
{
	const uint8_t *p;

	if (r->failed || n > rbuf_left(r)) {
		r->failed = true;
		return NULL;
	}
	p = r->data + r->pos;
	r->pos += n;
	return p;
}

static inline struct rbuf
rbuf_sub(struct rbuf *r, size_t n)
{
	const uint8_t *p = rbuf_bytes(r, n);

	if (p == NULL)
		return (struct rbuf){.failed = true};
	return rbuf_of(p, n);
}

static inline struct wbuf
wbuf_of(void *data, size_t size)
{
	return (struct wbuf){.data = data, .size = size};
}

static inline void
wbuf_u8(struct wbuf *w, uint8_t v)
{
	wbuf_bytes(w, &v, 1);
}

static inline void
wbuf_u16(struct wbuf *w, uint16_t v)
{
	uint8_t b[2] = {(uint8_t)(v >> 8), (uint8_t)v};

	wbuf_bytes(w, b, sizeof(b));
}

static inline void
wbuf_u32(struct wbuf *w, uint32_t v)
{
	uint8_t b[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16),
			(uint8_t)(v >> 8), (uint8_t)v};

	wbuf_bytes(w, b, sizeof(b));
}

static inline void
wbuf_bytes(struct wbuf *w, const void *data, size_t n)
{
	if (w->failed || n > w->size - w->len) {
		w->failed = true;
		return;
	}
	if (n > 0)
		memcpy(w->data + w->len, data, n);
	w->len += n;
}

static inline void
wbuf_u16_at(struct wbuf *w, size_t at, uint16_t v)
{
	if (w->failed || at + 2 > w->len) {
		w->failed = true;
		return;
	}
	w->data[at] = (uint8_t)(v >> 8);
	w->data[at + 1] = (uint8_t)v;
}

#endif
