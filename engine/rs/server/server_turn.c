/*
 * server_turn: who is served when.
 *
 * libuv's loop goes timers, sockets, then our check. By then everything that
 * could be read has been read, but no more than SERVER_IN of each connection;
 * what that changed lies in the ribs, each changed net once. The check decides on
 * some nets, then gives each member that has something one portion, in turn.
 * Both are bounded in time, so that no keepalive and no connection waits longer
 * than that. While work is left an idle handle keeps the loop from sleeping.
 * Members that send much are read on when all is decided: what they say would only
 * wait here, and the others would be told in larger and later portions. Behind all
 * that come the lists that somebody asked for at the control socket (server_list).
 *
 * Members with work form a queue; who got its portion and may take more goes to
 * the end. Who waits for its socket is not in it: the write's end brings it back.
 */
#include "rs/server/server_state.h"

#define TURN_NETS 1024	      /* decided in one go: many together pack better */
#define TURN_NETS_NS 1500000u /* but no longer than that, about */
#define TURN_HEAR_NS 3000000u
#define TURN_DECIDE_NS 6000000u
#define TURN_WRITE_NS 12000000u

static void
turn_idle(uv_idle_t *h)
{
	(void)h; /* the loop does not sleep while this is active */
}

void
server_turn_soon(struct server *s)
{
	if (!s->stopping)
		uv_idle_start(&s->idle, turn_idle);
}

void
server_ready(struct server_member *m)
{
	struct server *s = m->s;

	if (m->ready)
		return;
	m->ready = true;
	m->ready_next = NULL;
	*(s->ready != NULL ? &s->ready_last->ready_next : &s->ready) = m;
	s->ready_last = m;
	server_turn_soon(s);
}

static struct server_member *
ready_take(struct server *s)
{
	struct server_member *m = s->ready;

	s->ready = m->ready_next;
	m->ready = false;
	return m;
}

void
server_ready_not(struct server_member *m)
{
	struct server_member **at = &m->s->ready, *last = NULL;

	if (!m->ready)
		return;
	while (*at != m) {
		last = *at;
		at = &last->ready_next;
	}
	*at = m->ready_next;
	if (m->s->ready_last == m)
		m->s->ready_last = last;
	m->ready = false;
}

/* A net of many paths, or of new plans, takes a hundred times what another one
 * takes: go by what the last ones took. Whether nets are left. */
static bool
turn_decide_some(struct server_table *t, uint64_t now, uint64_t *after)
{
	bool more = export_decide(t->x, t->at_once);

	*after = uv_hrtime();
	if (*after - now > TURN_NETS_NS)
		t->at_once = t->at_once > 64 ? t->at_once / 2 : 32;
	else if (more && *after - now < TURN_NETS_NS / 2)
		t->at_once =
		    t->at_once < TURN_NETS / 2 ? 2 * t->at_once : TURN_NETS;
	return more;
}

static bool
turn_decide(struct server *s, uint64_t now, uint64_t until)
{
	bool more;

	do {
		more = false;
		for (int f = 0; f < SERVER_FAMILIES; f++)
			more |= turn_decide_some(&s->table[f], now, &now);
	} while (more && now < until);
	return more;
}

static void
turn_write(struct server *s, uint64_t until)
{
	while (s->ready != NULL) {
		struct server_member *m = ready_take(s);
		if (server_write_pieces(m))
			server_ready(m);
		if (uv_hrtime() >= until)
			return;
	}
}

static void
turn(uv_check_t *h)
{
	struct server *s = h->data;
	uint64_t now = uv_hrtime();

	s->turn++;
	bool heard = !server_ahead_hear(s, now + TURN_HEAR_NS);
	now = uv_hrtime();
	bool more = turn_decide(s, now, now + TURN_DECIDE_NS);
	turn_write(s, now + TURN_WRITE_NS);
	bool paused = s->n_paused > 0 || s->n_knocking > 0;
	server_listen_resume(s);
	if (!more)
		server_read_resume(s);
	if (server_list_turn(s))
		server_turn_soon(s);
	else if (heard && !more && !paused && s->ready == NULL)
		uv_idle_stop(&s->idle);
}

void
server_turn_init(struct server *s)
{
	uv_check_init(s->loop, &s->check);
	uv_idle_init(s->loop, &s->idle);
	s->check.data = s->idle.data = s;
	for (int f = 0; f < SERVER_FAMILIES; f++)
		s->table[f].at_once = TURN_NETS;
	uv_check_start(&s->check, turn);
}

void
server_turn_close(struct server *s)
{
	uv_close((uv_handle_t *)&s->check, NULL);
	uv_close((uv_handle_t *)&s->idle, NULL);
}
