/*
 * rsload_block: what the ceiling sends, encoded beforehand.
 *
 * A block is one member's table as the others shall hear it: all its UPDATEs one
 * behind the other in one buffer. For a receiver the buffer is cut into runs, at
 * the sets that the receiver does not get and at those of which it gets another
 * form (prepended; or, in the block of changes that a reload brings, withdrawn).
 * A run is a piece for writev, whatever the number of UPDATEs in it.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/str.h"
#include "bench/rsload_ceiling.h"

enum { ROOM = 256 };

static enum rsload_verdict
forms(const struct rsload_block *b, const struct rsload_set *s)
{
	if (b->changes)
		return RSLOAD_NO; /* each one is looked at */
	return s->kind == RSLOAD_PLAIN ||
		       (s->kind == RSLOAD_DENY && s->form == RSLOAD_MOVED)
		   ? RSLOAD_YES
		   : RSLOAD_NO;
}

static void
add(struct rsload_block *b, struct wbuf *w, struct wbuf *other,
    const struct rsload_set *s)
{
	size_t i = b->n++;

	b->sets[i] = s;
	b->at[i] = w->len;
	b->other_at[i] = other->len;
	rsload_encode_set(w, s, b->from,
			  b->changes ? RSLOAD_AS_RELOADED : RSLOAD_AS_HEARD,
			  false);
	if (b->changes)
		rsload_encode_withdraw(other, s->first, s->n);
	else if (s->kind == RSLOAD_PREPEND)
		rsload_encode_set(other, s, b->from, RSLOAD_AS_HEARD, true);
	b->at[i + 1] = w->len;
	b->other_at[i + 1] = other->len;
}

void
rsload_block_init(struct rsload_block *b, const struct rsload_work *work,
		  unsigned int from, bool changes)
{
	const struct rsload_source *src = &work->sources[from];
	size_t n = src->n_sets;
	struct wbuf w, other;

	*b = (struct rsload_block){.from = from, .changes = changes};
	b->sets = xcalloc(n + 1, sizeof(const struct rsload_set *));
	b->at = xcalloc(n + 1, sizeof *b->at);
	b->other_at = xcalloc(n + 1, sizeof *b->other_at);
	b->next = xcalloc(n + 1, sizeof *b->next);
	b->data = xmalloc((n + 1) * ROOM);
	b->other = xmalloc((n + 1) * ROOM);
	w = wbuf_of(b->data, (n + 1) * ROOM);
	other = wbuf_of(b->other, (n + 1) * ROOM);
	for (size_t i = 0; i < n; i++) {
		const struct rsload_set *s = &src->sets[i];

		if (!changes ||
		    (s->kind == RSLOAD_DENY && s->form != RSLOAD_LARGE))
			add(b, &w, &other, s);
	}
	assert(!w.failed && !other.failed);
	b->next[b->n] = (uint32_t)b->n;
	for (size_t i = b->n; i-- > 0;)
		b->next[i] = forms(b, b->sets[i]) == RSLOAD_YES ? b->next[i + 1]
								: (uint32_t)i;
}

void
rsload_block_clear(struct rsload_block *b)
{
	free(b->sets);
	free(b->at);
	free(b->other_at);
	free(b->next);
	free(b->data);
	free(b->other);
}

static void
run(struct iovec *iov, size_t *n, uint8_t *data, size_t len)
{
	if (len == 0)
		return;
	if (*n > 0 &&
	    (uint8_t *)iov[*n - 1].iov_base + iov[*n - 1].iov_len == data)
		iov[*n - 1].iov_len += len;
	else
		iov[(*n)++] = (struct iovec){data, len};
}

static void
piece(const struct rsload_block *b, size_t i, unsigned int to,
      struct iovec *iov, size_t *n)
{
	enum rsload_verdict v =
	    rsload_verdict(b->sets[i], b->from, to, b->changes);
	bool withdrawn = b->changes && v == RSLOAD_NO &&
			 rsload_verdict(b->sets[i], b->from, to, false);

	if (v == RSLOAD_YES)
		run(iov, n, b->data + b->at[i], b->at[i + 1] - b->at[i]);
	else if (v == RSLOAD_YES_PREPENDED || withdrawn)
		run(iov, n, b->other + b->other_at[i],
		    b->other_at[i + 1] - b->other_at[i]);
}

bool
rsload_block_runs(const struct rsload_block *b, unsigned int to, size_t *set,
		  struct iovec *iov, size_t *n, size_t room)
{
	if (b->from == to)
		return true;
	while (*set < b->n && *n + 1 < room) {
		size_t plain = b->next[*set];

		run(iov, n, b->data + b->at[*set], b->at[plain] - b->at[*set]);
		if (plain < b->n)
			piece(b, plain++, to, iov, n);
		*set = plain;
	}
	return *set >= b->n;
}

/* All announce the same: of each set the receiver gets the first member's that
 * is neither its own nor denied. */
bool
rsload_block_runs_same(const struct rsload_block *blocks, unsigned int members,
		       unsigned int to, size_t *set, struct iovec *iov,
		       size_t *n, size_t room)
{
	for (; *set < blocks[0].n && *n + 1 < room; (*set)++) {
		unsigned int from = 0;

		while (
		    from < members &&
		    !rsload_verdict(blocks[from].sets[*set], from, to, false))
			from++;
		if (from < members)
			piece(&blocks[from], *set, to, iov, n);
	}
	return *set >= blocks[0].n;
}
