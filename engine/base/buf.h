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

struct rbuf {
	const uint8_t *data; /* borrowed */
	size_t len, pos;
	bool failed; /* something was read that was not there */
};

struct rbuf rbuf_of(const void *data, size_t len);
size_t rbuf_left(const struct rbuf *r);
uint8_t rbuf_u8(struct rbuf *r);
uint16_t rbuf_u16(struct rbuf *r);
uint32_t rbuf_u32(struct rbuf *r);
/* n bytes, borrowed from the buffer; NULL when they are not there. */
const uint8_t *rbuf_bytes(struct rbuf *r, size_t n);
/* The next n bytes as a reader of their own; a failed, empty one when they are
 * not there (and then r has failed too). */
struct rbuf rbuf_sub(struct rbuf *r, size_t n);

struct wbuf {
	uint8_t *data; /* borrowed */
	size_t size, len;
	bool failed; /* something did not fit */
};

struct wbuf wbuf_of(void *data, size_t size);
void wbuf_u8(struct wbuf *w, uint8_t v);
void wbuf_u16(struct wbuf *w, uint16_t v);
void wbuf_u32(struct wbuf *w, uint32_t v);
void wbuf_bytes(struct wbuf *w, const void *data, size_t n);
/* Overwrite two bytes written before, for lengths known only afterwards. */
void wbuf_u16_at(struct wbuf *w, size_t at, uint16_t v);

#endif
