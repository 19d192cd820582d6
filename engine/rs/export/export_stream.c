/*
 * export_stream: messages encoded once, and read by many.
 *
 * Bytes lie in chunks that only grow; an entry is a stretch of a chunk with the
 * set of members it is for. A reader has a sequence number and passes entries one
 * by one; the last reader to pass an entry lets it go. A stretch is handed out by
 * reference, so a chunk lives until the slowest socket has taken it.
 *
 * Entries with the same set join while nobody can have read them: until the
 * batch that wrote them is sealed.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/str.h"
#include "rs/export/export_priv.h"

#define CHUNK_SIZE (64u << 10)

void
export_chunk_unref(struct export_chunk *c)
{
	if (c != NULL && --c->refs == 0)
		free(c);
}

struct wbuf
export_stream_room(struct export_stream *st, size_t max)
{
	struct export_chunk *c = st->tail;

	if (c == NULL || c->size - c->len < max) {
		size_t size = max > CHUNK_SIZE ? max : CHUNK_SIZE;
		export_chunk_unref(c);
		c = st->tail = xmalloc(sizeof(*c) + size);
		*c = (struct export_chunk){.refs = 1, .size = (uint32_t)size};
	}
	return wbuf_of(c->data + c->len, c->size - c->len);
}

static struct export_entry *
entry_new(struct export_stream *st)
{
	if (st->n == st->size) {
		size_t size = st->size ? st->size * 2 : 16;
		struct export_entry *ring = xcalloc(size, sizeof(*ring));
		for (size_t i = 0; i < st->n; i++)
			ring[i] = st->ring[(st->head + i) & (st->size - 1)];
		free(st->ring);
		st->ring = ring;
		st->head = 0;
		st->size = size;
	}
	return &st->ring[(st->head + st->n++) & (st->size - 1)];
}

static bool
joins(const struct export_stream *st, const struct rib_set *to)
{
	if (st->n == 0 || export_stream_end(st) == st->sealed)
		return false;
	const struct export_entry *e =
	    export_stream_at(st, export_stream_end(st) - 1);
	return e->to == to && e->chunk == st->tail &&
	       e->off + e->len == st->tail->len;
}

void
export_stream_add(struct export *x, struct export_stream *st, size_t len,
		  struct rib_set *to)
{
	struct export_chunk *c = st->tail;

	assert(st->readers > 0);
	if (joins(st, to)) {
		export_stream_at(st, export_stream_end(st) - 1)->len +=
		    (uint32_t)len;
	} else {
		*entry_new(st) = (struct export_entry){.chunk = c,
						       .off = c->len,
						       .len = (uint32_t)len,
						       .readers = st->readers,
						       .epoch = x->epoch,
						       .at = st->encoded,
						       .to = rib_set_ref(to)};
		c->refs++;
	}
	c->len += (uint32_t)len;
	st->encoded += len;
}

/* Let go of what everybody has passed. */
static void
trim(struct export *x, struct export_stream *st)
{
	while (st->n > 0 && st->ring[st->head].readers == 0) {
		struct export_entry *e = &st->ring[st->head];
		export_chunk_unref(e->chunk);
		rib_set_unref(x->rib, e->to);
		st->head = (st->head + 1) & (st->size - 1);
		st->first++;
		st->n--;
	}
}

void
export_stream_pass(struct export *x, struct export_stream *st, uint64_t seq)
{
	struct export_entry *e = export_stream_at(st, seq);

	assert(e->readers > 0);
	if (--e->readers == 0 && seq == st->first)
		trim(x, st);
}

void
export_stream_quit(struct export *x, struct export_stream *st, uint64_t seq)
{
	for (; seq < export_stream_end(st); seq++)
		export_stream_at(st, seq)->readers--;
	st->readers--;
	trim(x, st);
}

size_t
export_stream_behind(const struct export_stream *st, uint64_t seq)
{
	return seq < export_stream_end(st)
		   ? st->encoded - export_stream_at(st, seq)->at
		   : 0;
}

void
export_stream_clear(struct export *x, struct export_stream *st)
{
	assert(st->readers == 0);
	trim(x, st);
	export_chunk_unref(st->tail);
	free(st->ring);
}
