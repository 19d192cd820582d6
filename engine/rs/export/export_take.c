/*
 * export_take: handing a member its bytes.
 *
 * A member reads its walk first, if it has one, then the stream of its group. It
 * is given the entries whose set names it, by reference, and passes over the
 * others; stretches that touch are one piece.
 *
 * Who has a walk waits, also where there is nothing to read in it any more, for
 * others made it to its end: a member leaves its walk by reading, and until then
 * the stream's news do not wake it.
 */
#include "rs/export/export_priv.h"

bool
export_waiting(const struct export_member *m)
{
	if (m->group == NULL)
		return false;
	return m->walk != NULL ||
	       (m->live && m->seq < export_stream_end(&m->group->live));
}

static void
piece_add(struct export_piece *out, size_t *n, const struct export_entry *e)
{
	struct export_piece *last = *n > 0 ? &out[*n - 1] : NULL;
	const uint8_t *data = e->chunk->data + e->off;

	if (last != NULL && last->chunk == e->chunk &&
	    last->data + last->len == data) {
		last->len += e->len;
		return;
	}
	e->chunk->refs++;
	out[(*n)++] = (struct export_piece){
	    .data = data, .len = e->len, .chunk = e->chunk};
}

/* Read from a stream; the number of bytes. */
static size_t
take_from(struct export_member *m, struct export_stream *st, uint64_t *seq,
	  struct export_piece *out, size_t *n, size_t max, size_t bytes)
{
	size_t got = 0;

	while (*seq < export_stream_end(st) && *n < max && got < bytes) {
		const struct export_entry *e = export_stream_at(st, *seq);
		if (rib_set_has(e->to, m->peer->index)) {
			piece_add(out, n, e);
			got += e->len;
		}
		export_stream_pass(m->x, st, (*seq)++);
	}
	return got;
}

/* It has read all of its walk, and reads the group's stream. */
static void
walk_over(struct export_member *m)
{
	export_walk_leave(m);
	if (m->again) {
		m->again = false;
		export_refresh(m);
	}
}

size_t
export_take(struct export_member *m, struct export_piece *out, size_t max,
	    size_t bytes)
{
	size_t n = 0, got = 0;

	if (m->group == NULL || m->x->blocked || m->held)
		return 0;
	while (m->walk != NULL && n < max && got < bytes) {
		struct export_stream *st = &m->walk->stream;
		got +=
		    take_from(m, st, &m->walk_seq, out, &n, max, bytes - got);
		if (m->walk_seq < export_stream_end(st))
			break;
		if (m->walk->done)
			walk_over(m);
		else if (got > 0 || !export_walk_more(m))
			break;
	}
	if (m->walk == NULL && m->live && n < max && got < bytes)
		take_from(m, &m->group->live, &m->seq, out, &n, max,
			  bytes - got);
	return n;
}

void
export_release(struct export_piece *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		export_chunk_unref(p[i].chunk);
}
