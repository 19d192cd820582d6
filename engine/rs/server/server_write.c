/*
 * server_write: bytes to a connection.
 *
 * The machine's own messages are few and small, and copied. Routes are pieces of
 * what export encoded for all: they go from its memory into the socket, many at
 * a time, and are released when the kernel has them. One portion is on its way
 * at most; while it is, the member waits and costs nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/server/server_state.h"

enum { WRITE_PIECES = 64, WRITE_BYTES = 256 * 1024 };

struct write_copy {
	uv_write_t req;
	uint8_t data[];
};

struct write_portion { /* what the socket did not take at once */
	uv_write_t req;
	size_t n;
	struct export_piece pieces[];
};

/* ---- the machine's messages */

static void
write_copied(uv_write_t *req, int status)
{
	(void)status; /* the reading side will tell */
	free(req);
}

void
server_write(struct server_conn *c, const uint8_t *data, size_t len)
{
	struct write_copy *w = xmalloc(sizeof(*w) + len);

	memcpy(w->data, data, len);
	uv_buf_t buf = uv_buf_init((char *)w->data, (unsigned int)len);
	if (uv_write(&w->req, (uv_stream_t *)&c->tcp, &buf, 1, write_copied) <
	    0)
		free(w);
}

/* ---- routes */

static void
write_done(uv_write_t *req, int status)
{
	struct write_portion *w = (struct write_portion *)req;
	struct server_conn *c = req->handle->data;

	export_release(w->pieces, w->n);
	free(w);
	c->writing = false;
	if (c->m == NULL)
		return;
	bgp_fsm_flowing(&c->m->fsm, c->side);
	if (status == 0)
		server_ready(c->m);
}

/* The rest of the pieces, from byte at of the first, when the socket takes
 * bytes again. */
static void
write_later(struct server_conn *c, struct export_piece *p, uv_buf_t *bufs,
	    size_t n, size_t at)
{
	struct write_portion *w = xmalloc(sizeof(*w) + n * sizeof(*p));

	w->n = n;
	memcpy(w->pieces, p, n * sizeof(*p));
	bufs[0].base += at;
	bufs[0].len -= at;
	c->writing = true;
	bgp_fsm_blocked(&c->m->fsm, c->side, server_now(c->s));
	server_member_arm(c->m);
	if (uv_write(&w->req, (uv_stream_t *)&c->tcp, bufs, (unsigned int)n,
		     write_done) == 0)
		return;
	c->writing = false; /* the reading side will tell */
	export_release(w->pieces, n);
	free(w);
}

/* Whether all was taken. */
static bool
write_now(struct server_conn *c, struct export_piece *p, size_t n)
{
	uv_buf_t bufs[WRITE_PIECES];
	size_t done = 0;

	for (size_t i = 0; i < n; i++)
		bufs[i] = (uv_buf_t){.base = (char *)(uintptr_t)p[i].data,
				     .len = p[i].len};
	int taken = uv_try_write((uv_stream_t *)&c->tcp, bufs, (unsigned int)n);
	size_t left = taken > 0 ? (size_t)taken : 0;
	while (done < n && left >= p[done].len)
		left -= p[done++].len;
	export_release(p, done);
	if (done < n)
		write_later(c, p + done, bufs + done, n - done, left);
	return done == n;
}

static size_t
write_take(struct server_member *m, struct export_piece *p)
{
	for (int i = 0; i < SERVER_FAMILIES; i++) {
		int f = (m->out_next + i) % SERVER_FAMILIES;
		if (m->out[f] == NULL)
			continue;
		size_t n = export_take(m->out[f], p, WRITE_PIECES, WRITE_BYTES);
		if (n == 0)
			continue;
		m->out_next = (f + 1) % SERVER_FAMILIES;
		return n;
	}
	return 0;
}

bool
server_write_pieces(struct server_member *m)
{
	struct export_piece p[WRITE_PIECES];
	enum bgp_side side;

	if (m->begin_at != 0 || !bgp_fsm_side(&m->fsm, &side))
		return false;
	struct server_conn *c = m->conn[side];
	if (c == NULL || c->writing)
		return false;
	size_t n = write_take(m, p);
	if (n == 0)
		return false;
	bgp_fsm_sent(&m->fsm, server_now(m->s));
	return write_now(c, p, n);
}
