/*
 * ixpeer_run: the loop between two sockets, the session machine, the script.
 *
 * Once round: let the script go on as far as it can, write what is queued, sleep
 * until a socket, a deadline or a signal, and turn what happened into events of
 * the machine (rs/bgp). The machine's actions come back through carry_out(). A
 * route that was announced stays in "own" and is sent again in every new
 * session, followed by End-of-RIB, as a real speaker would.
 */
#include "cmd/ixpeer/ixpeer.h"

#include <errno.h>
#include <poll.h>
#include <search.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"

struct own {
	struct ip_prefix prefix;
	struct bgp_attrs *attrs; /* one reference */
};

struct peer {
	const struct ixpeer_options *o;
	const struct ixpeer_script *script;
	struct err *e;
	struct bgp_fsm fsm;
	enum bgp_state said; /* the state last told */
	int listener;
	struct ixpeer_link link[2]; /* by enum bgp_side */
	bool stalled;		    /* do not read */

	size_t at;	      /* next step of the script */
	uint64_t waits_since; /* how long that one has waited; 0: not yet */
	bool quit;

	struct own *own;
	size_t n_own;
	void *received; /* tsearch tree of struct ip_prefix */
	unsigned int eor;
};

static volatile sig_atomic_t signalled;

static void
on_signal(int sig)
{
	signalled = sig;
}

static uint64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* ---- what the peer told us ------------------------------------------------------ */

static int
compare(const void *a, const void *b)
{
	return ip_prefix_cmp(a, b);
}

static void
learn(struct peer *p, const struct bgp_update *u)
{
	for (size_t i = 0; i < u->n_withdrawn; i++) {
		void *node = tfind(&u->withdrawn[i], &p->received, compare);
		void *gone = node ? *(void **)node : NULL;

		tdelete(&u->withdrawn[i], &p->received, compare);
		free(gone);
	}
	for (size_t i = 0; i < u->n_reach; i++) {
		for (size_t j = 0; j < u->reach[i].n; j++) {
			struct ip_prefix *copy = xmalloc(sizeof *copy);
			void *node;

			*copy = u->reach[i].prefixes[j];
			node = tsearch(copy, &p->received, compare);
			if (*(struct ip_prefix **)node != copy)
				free(copy);
		}
	}
	p->eor |= bgp_family_bit(u->end_of_rib);
}

static void
forget(struct peer *p)
{
	tdestroy(p->received, free);
	p->received = NULL;
	p->eor = 0;
}

/* ---- what we tell ----------------------------------------------------------------- */

/* The side to write to: the one that got further; false when none is open. */
static bool
open_side(const struct peer *p, enum bgp_side *side)
{
	enum bgp_state out = p->fsm.conn[BGP_OUT].state;
	enum bgp_state in = p->fsm.conn[BGP_IN].state;

	*side = in > out ? BGP_IN : BGP_OUT;
	return (in > out ? in : out) >= BGP_OPENSENT;
}

static void
send_message(struct peer *p, const struct wbuf *w)
{
	enum bgp_side side;

	if (!open_side(p, &side))
		return;
	ixpeer_link_queue(&p->link[side], w->data, w->len);
	bgp_fsm_sent(&p->fsm, now_ms());
}

static void
send_announce(struct peer *p, const struct bgp_attrs *a,
	      const struct ip_prefix *prefixes, size_t n)
{
	const struct bgp_session *s = bgp_fsm_session(&p->fsm);
	enum ip_family f = prefixes[0].addr.family;

	if (s == NULL || !(s->families & bgp_family_bit(f)))
		return;
	for (size_t done = 0, fit; done < n; done += fit) {
		uint8_t bytes[BGP_MSG_MAX];
		struct wbuf w = wbuf_of(bytes, sizeof bytes);

		fit =
		    bgp_announce_encode(&w, s, a, f, prefixes + done, n - done);
		if (fit == 0) {
			fprintf(
			    stderr,
			    "ixpeer: attributes leave no room for a prefix\n");
			return;
		}
		send_message(p, &w);
	}
}

static void
send_withdraw(struct peer *p, const struct ip_prefix *prefixes, size_t n)
{
	const struct bgp_session *s = bgp_fsm_session(&p->fsm);
	enum ip_family f = prefixes[0].addr.family;

	if (s == NULL || !(s->families & bgp_family_bit(f)))
		return;
	for (size_t done = 0; done < n;) {
		uint8_t bytes[BGP_MSG_MAX];
		struct wbuf w = wbuf_of(bytes, sizeof bytes);

		done += bgp_withdraw_encode(&w, f, prefixes + done, n - done);
		send_message(p, &w);
	}
}

static void
send_eor(struct peer *p, enum ip_family f)
{
	uint8_t bytes[64];
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	bgp_eor_encode(&w, f);
	send_message(p, &w);
}

/* Our routes of one family, those that share attributes together, and the end
 * of them. */
static void
send_table(struct peer *p, enum ip_family f)
{
	const struct bgp_session *s = bgp_fsm_session(&p->fsm);
	struct ip_prefix *list;
	size_t n = 0;

	if (!(s->families & bgp_family_bit(f)))
		return;
	list = xreallocarray(NULL, p->n_own + 1, sizeof *list);
	for (size_t i = 0; i < p->n_own; i++) {
		const struct own *o = &p->own[i], *next = o + 1;

		if (o->prefix.addr.family != f)
			continue;
		list[n++] = o->prefix;
		if (i + 1 < p->n_own && next->attrs == o->attrs)
			continue;
		send_announce(p, o->attrs, list, n);
		n = 0;
	}
	free(list);
	send_eor(p, f);
}

static void
send_tables(struct peer *p)
{
	send_table(p, IP_V4);
	send_table(p, IP_V6);
}

static void
answer_refresh(struct peer *p, const struct bgp_refresh *request)
{
	const struct bgp_session *s = bgp_fsm_session(&p->fsm);
	struct bgp_refresh r = {.family = request->family};
	uint8_t bytes[64];
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	if (request->subtype != BGP_REFRESH_REQUEST || s == NULL)
		return;
	if (s->enhanced_refresh) {
		r.subtype = BGP_REFRESH_BEGIN;
		bgp_refresh_encode(&w, &r);
		send_message(p, &w);
	}
	send_table(p, r.family);
	if (s->enhanced_refresh) {
		w.len = 0;
		r.subtype = BGP_REFRESH_END;
		bgp_refresh_encode(&w, &r);
		send_message(p, &w);
	}
}

/* ---- the machine --------------------------------------------------------------------- */

static void step(struct peer *p, enum bgp_event_type type, enum bgp_side side,
		 const char *text);

static bool
connect_out(struct peer *p)
{
	const struct ixpeer_options *o = p->o;

	return ixpeer_link_connect(&p->link[BGP_OUT], &o->local, &o->remote,
				   o->port) == 0;
}

static void
carry_out_one(struct peer *p, const struct bgp_action *a)
{
	struct ixpeer_link *l = &p->link[a->side];

	switch (a->type) {
	case BGP_ACT_CONNECT: break; /* see carry_out */
	case BGP_ACT_SEND_NOTIFICATION:
		if (!p->o->mute)
			ixpeer_say_sent_notification(a->data, a->len);
		/* fall through */
	case BGP_ACT_SEND_OPEN:
	case BGP_ACT_SEND_KEEPALIVE:
		if (!p->o->mute)
			ixpeer_link_queue(l, a->data, a->len);
		break;
	case BGP_ACT_CLOSE: ixpeer_link_close(l, false); break;
	case BGP_ACT_UP:
		ixpeer_say_up(bgp_fsm_session(&p->fsm));
		if (!p->o->mute)
			send_tables(p);
		break;
	case BGP_ACT_DOWN:
		ixpeer_say_down(p->fsm.last_error);
		forget(p);
		break;
	case BGP_ACT_UPDATE: learn(p, a->update); break;
	case BGP_ACT_REFRESH:
		if (!p->o->mute)
			answer_refresh(p, &a->refresh);
		break;
	}
}

static void
carry_out(struct peer *p, const struct bgp_actions *out)
{
	bool connect = false;

	for (size_t i = 0; i < out->n; i++) {
		carry_out_one(p, &out->list[i]);
		connect |= out->list[i].type == BGP_ACT_CONNECT;
	}
	if (bgp_fsm_state(&p->fsm) != p->said) {
		p->said = bgp_fsm_state(&p->fsm);
		ixpeer_say_state(p->said, p->fsm.last_error);
	}
	if (connect && !connect_out(p))
		step(p, BGP_EV_TCP_DOWN, BGP_OUT, strerror(errno));
}

static void
step(struct peer *p, enum bgp_event_type type, enum bgp_side side,
     const char *text)
{
	struct bgp_event ev = {.type = type, .side = side, .text = text};
	struct bgp_actions out;

	bgp_fsm_step(&p->fsm, &ev, now_ms(), &out);
	carry_out(p, &out);
}

static void
stop(struct peer *p, const struct bgp_notify *n)
{
	struct bgp_event ev = {.type = BGP_EV_STOP, .notify = n};
	struct bgp_actions out;

	bgp_fsm_step(&p->fsm, &ev, now_ms(), &out);
	carry_out(p, &out);
}

static void
lost(struct peer *p, enum bgp_side side, int error)
{
	ixpeer_link_close(&p->link[side], true);
	step(p, BGP_EV_TCP_DOWN, side, error ? strerror(error) : NULL);
}

static void
bad_header(struct peer *p, enum bgp_side side,
	   const struct bgp_problem *problem)
{
	struct bgp_event ev = {.type = BGP_EV_MSG_ERROR,
			       .side = side,
			       .notify = &problem->notify,
			       .text = problem->text};
	struct bgp_actions out;

	ixpeer_say_problem(BGP_SESSION_RESET, problem);
	bgp_fsm_step(&p->fsm, &ev, now_ms(), &out);
	carry_out(p, &out);
}

static void
receive(struct peer *p, enum bgp_side side, size_t len)
{
	struct ixpeer_link *l = &p->link[side];
	struct bgp_actions out;
	enum bgp_treat treat;
	struct bgp_msg m;

	bgp_fsm_receive(&p->fsm, side, l->in, len, now_ms(), &m, &out);
	treat = m.problem.notify.code == 0 ? BGP_OK : BGP_SESSION_RESET;
	if (m.type == BGP_UPDATE)
		treat = m.update.treat;
	ixpeer_say_message(treat, &m);
	ixpeer_link_eat(l, len);
	carry_out(p, &out);
	bgp_msg_clear(&m);
}

/* ---- the script ------------------------------------------------------------------------- */

static struct own *
find_own(struct peer *p, const struct ip_prefix *prefix)
{
	for (size_t i = 0; i < p->n_own; i++)
		if (ip_prefix_eq(&p->own[i].prefix, prefix))
			return &p->own[i];
	return NULL;
}

static void
announce(struct peer *p, const struct ixpeer_step *s)
{
	for (size_t i = 0; i < s->n_prefixes; i++) {
		struct own *o = find_own(p, &s->prefixes[i]);

		if (o == NULL) {
			p->own =
			    xreallocarray(p->own, p->n_own + 1, sizeof *p->own);
			o = &p->own[p->n_own++];
			*o = (struct own){.prefix = s->prefixes[i]};
		}
		bgp_attrs_unref(o->attrs);
		o->attrs = bgp_attrs_ref(s->attrs);
	}
	send_announce(p, s->attrs, s->prefixes, s->n_prefixes);
}

static void
withdraw(struct peer *p, const struct ixpeer_step *s)
{
	for (size_t i = 0; i < s->n_prefixes; i++) {
		struct own *o = find_own(p, &s->prefixes[i]);

		if (o == NULL)
			continue;
		bgp_attrs_unref(o->attrs);
		*o = p->own[--p->n_own];
	}
	send_withdraw(p, s->prefixes, s->n_prefixes);
}

/* A message with a right header and any body. */
static void
send_body(struct peer *p, uint8_t type, const void *body, size_t n)
{
	size_t len = BGP_HEADER + n;
	uint8_t *bytes = xmalloc(len);
	struct wbuf w = wbuf_of(bytes, len);

	for (int i = 0; i < 16; i++)
		wbuf_u8(&w, 0xFF);
	wbuf_u16(&w, (uint16_t)len);
	wbuf_u8(&w, type);
	wbuf_bytes(&w, body, n);
	send_message(p, &w);
	free(bytes);
}

/* An UPDATE with these attributes, whatever they are. */
static void
send_update(struct peer *p, const struct ixpeer_step *s)
{
	size_t size = 4 + s->n_bytes + 5 * s->n_prefixes;
	uint8_t *bytes = xmalloc(size);
	struct wbuf w = wbuf_of(bytes, size);

	wbuf_u16(&w, 0);
	wbuf_u16(&w, (uint16_t)s->n_bytes);
	wbuf_bytes(&w, s->bytes, s->n_bytes);
	for (size_t i = 0; i < s->n_prefixes; i++) {
		wbuf_u8(&w, s->prefixes[i].len);
		wbuf_bytes(&w, s->prefixes[i].addr.bytes,
			   (s->prefixes[i].len + 7u) / 8);
	}
	send_body(p, BGP_UPDATE, bytes, w.len);
	free(bytes);
}

static void
drop(struct peer *p)
{
	for (int side = BGP_OUT; side <= BGP_IN; side++)
		if (p->link[side].fd >= 0)
			lost(p, (enum bgp_side)side, ECONNABORTED);
}

static void
do_step(struct peer *p, const struct ixpeer_step *s)
{
	struct bgp_refresh r = {.family = s->family};
	uint8_t bytes[64];
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	switch (s->verb) {
	case IXPEER_ANNOUNCE: announce(p, s); break;
	case IXPEER_WITHDRAW: withdraw(p, s); break;
	case IXPEER_UPDATE: send_update(p, s); break;
	case IXPEER_MESSAGE: send_body(p, s->type, s->bytes, s->n_bytes); break;
	case IXPEER_RAW:
		w = wbuf_of(s->bytes, s->n_bytes);
		w.len = s->n_bytes;
		send_message(p, &w);
		break;
	case IXPEER_EOR: send_eor(p, s->family); break;
	case IXPEER_REFRESH:
		bgp_refresh_encode(&w, &r);
		send_message(p, &w);
		break;
	case IXPEER_NOTIFY: stop(p, &s->notify); break;
	case IXPEER_DROP: drop(p); break;
	case IXPEER_STALL: p->stalled = true; break;
	case IXPEER_RESUME: p->stalled = false; break;
	case IXPEER_START: step(p, BGP_EV_START, BGP_OUT, NULL); break;
	case IXPEER_QUIT: p->quit = true; break;
	default: break; /* waiting is all the others do */
	}
}

static bool
all_received(const struct peer *p, const struct ixpeer_step *s, bool want)
{
	for (size_t i = 0; i < s->n_prefixes; i++)
		if ((tfind(&s->prefixes[i], &p->received, compare) != NULL) !=
		    want)
			return false;
	return true;
}

static bool
got_eor(const struct peer *p)
{
	const struct bgp_session *s = bgp_fsm_session(&p->fsm);

	return s && s->families != 0 && (s->families & ~p->eor) == 0;
}

/* Has come what the step needs or waits for? */
static bool
ready(const struct peer *p, const struct ixpeer_step *s)
{
	bool up = bgp_fsm_session(&p->fsm) != NULL;
	enum bgp_side side;

	switch (s->verb) {
	case IXPEER_WAIT_ESTABLISHED:
	case IXPEER_EOR:
	case IXPEER_REFRESH: return up;
	case IXPEER_WAIT_DOWN: return !up;
	case IXPEER_WAIT_EOR: return got_eor(p);
	case IXPEER_WAIT_PREFIX: return all_received(p, s, true);
	case IXPEER_WAIT_WITHDRAWN: return up && all_received(p, s, false);
	case IXPEER_UPDATE:
	case IXPEER_MESSAGE:
	case IXPEER_RAW: return open_side(p, &side);
	default: return true;
	}
}

static int
waited_too_long(struct peer *p, uint64_t now)
{
	const struct ixpeer_step *s = &p->script->steps[p->at];

	if (p->waits_since == 0)
		p->waits_since = now;
	if (now < p->waits_since + p->o->timeout * 1000u)
		return 0;
	return err_set(
	    p->e, ERR_FAILED, "%s:%d: '%s' waited %u s in vain (state %s%s%s)",
	    p->o->script_name, s->line, ixpeer_verb_name(s->verb),
	    p->o->timeout, bgp_state_name(bgp_fsm_state(&p->fsm)),
	    p->fsm.last_error[0] ? ", last: " : "", p->fsm.last_error);
}

static int
go_on(struct peer *p)
{
	while (!p->quit && p->at < p->script->n) {
		if (!ready(p, &p->script->steps[p->at]))
			return waited_too_long(p, now_ms());
		do_step(p, &p->script->steps[p->at++]);
		p->waits_since = 0;
	}
	return 0;
}

/* ---- the loop ------------------------------------------------------------------------------ */

/* All whole messages that are there; the script goes on after each, so that it
 * sees what the next one undoes. */
static void
receive_all(struct peer *p, enum bgp_side side)
{
	struct ixpeer_link *l = &p->link[side];

	while (l->fd >= 0 && !p->quit) {
		struct bgp_problem problem = {0};
		size_t len;

		if (bgp_frame(l->in, l->in_len, &len, &problem) != BGP_OK) {
			bad_header(p, side, &problem);
			return;
		}
		if (len == 0)
			return;
		receive(p, side, len);
		if (go_on(p) < 0)
			return; /* once() says so again */
	}
}

static void
accept_one(struct peer *p)
{
	struct ip_addr from = {0};
	int fd = ixpeer_link_accept(p->listener, &from);

	if (fd < 0)
		return;
	if ((p->o->remote.family != IP_NONE &&
	     !ip_addr_eq(&from, &p->o->remote)) ||
	    !bgp_fsm_may_accept(&p->fsm)) {
		close(fd);
		return;
	}
	p->link[BGP_IN].fd = fd;
	step(p, BGP_EV_TCP_UP, BGP_IN, NULL);
}

static void
connected(struct peer *p)
{
	struct ixpeer_link *l = &p->link[BGP_OUT];
	socklen_t len = sizeof(int);
	int error = 0;

	getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &error, &len);
	if (error != 0) {
		lost(p, BGP_OUT, error);
		return;
	}
	l->connecting = false;
	step(p, BGP_EV_TCP_UP, BGP_OUT, NULL);
}

static void
serve(struct peer *p, enum bgp_side side, short events)
{
	struct ixpeer_link *l = &p->link[side];

	if (l->fd < 0 || events == 0)
		return;
	if (l->connecting) {
		connected(p);
		return;
	}
	if (events & (POLLIN | POLLHUP | POLLERR)) {
		int got = ixpeer_link_read(l);

		if (got < 0)
			lost(p, side, errno);
		else if (got > 0)
			receive_all(p, side);
	}
}

static void
flush(struct peer *p)
{
	for (int side = BGP_OUT; side <= BGP_IN; side++)
		if (ixpeer_link_write(&p->link[side]) < 0)
			lost(p, (enum bgp_side)side, errno);
}

static short
interest(const struct peer *p, const struct ixpeer_link *l)
{
	if (l->connecting)
		return POLLOUT;
	return (short)((p->stalled ? 0 : POLLIN) |
		       (l->out_len > 0 ? POLLOUT : 0));
}

/* Until when to sleep. */
static uint64_t
deadline(const struct peer *p, uint64_t end)
{
	uint64_t at = bgp_fsm_next_deadline(&p->fsm);

	if (p->waits_since != 0 && at > p->waits_since + p->o->timeout * 1000u)
		at = p->waits_since + p->o->timeout * 1000u;
	return end < at ? end : at;
}

static void
sleep_and_serve(struct peer *p, uint64_t end, const sigset_t *unblocked)
{
	struct pollfd fds[3] = {
	    {.fd = p->listener, .events = POLLIN},
	    {.fd = p->link[0].fd, .events = interest(p, &p->link[0])},
	    {.fd = p->link[1].fd, .events = interest(p, &p->link[1])},
	};
	uint64_t now = now_ms(), at = deadline(p, end);
	uint64_t ms = at > now ? at - now : 0;
	struct timespec ts = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};

	if (ppoll(fds, 3, at == UINT64_MAX ? NULL : &ts, unblocked) <= 0)
		fds[0].revents = fds[1].revents = fds[2].revents = 0;
	serve(p, BGP_OUT, fds[1].revents);
	serve(p, BGP_IN, fds[2].revents);
	if (fds[0].revents)
		accept_one(p);
	if (bgp_fsm_next_deadline(&p->fsm) <= now_ms())
		step(p, BGP_EV_TIMER, BGP_OUT, NULL);
}

/* 1: go on, 0: done, -1: failed. */
static int
once(struct peer *p, uint64_t end, const sigset_t *unblocked)
{
	if (go_on(p) < 0)
		return -1;
	flush(p);
	if (p->quit || signalled || (p->o->until_eor && got_eor(p)))
		return 0;
	if (now_ms() >= end) {
		if (p->o->until_eor)
			return err_set(p->e, ERR_FAILED,
				       "no End-of-RIB within %u s (state %s)",
				       p->o->seconds,
				       bgp_state_name(bgp_fsm_state(&p->fsm)));
		if (p->at < p->script->n)
			return err_set(
			    p->e, ERR_FAILED, "%s:%d: not reached within %u s",
			    p->o->script_name, p->script->steps[p->at].line,
			    p->o->seconds);
		return 0;
	}
	sleep_and_serve(p, end, unblocked);
	return 1;
}

static void
catch_signals(sigset_t *unblocked)
{
	struct sigaction sa = {.sa_handler = on_signal};
	sigset_t mine;

	sigemptyset(&mine);
	sigaddset(&mine, SIGINT);
	sigaddset(&mine, SIGTERM);
	sigprocmask(SIG_BLOCK, &mine, unblocked);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
}

static void
clear(struct peer *p)
{
	stop(p, NULL);
	for (int side = BGP_OUT; side <= BGP_IN; side++)
		ixpeer_link_close(&p->link[side], false);
	if (p->listener >= 0)
		close(p->listener);
	for (size_t i = 0; i < p->n_own; i++)
		bgp_attrs_unref(p->own[i].attrs);
	free(p->own);
	forget(p);
}

int
ixpeer_run(const struct ixpeer_options *o, const struct ixpeer_script *script,
	   struct err *e)
{
	struct peer p = {.o = o, .script = script, .e = e, .listener = -1};
	uint64_t end = UINT64_MAX;
	sigset_t unblocked;
	int rc;

	p.link[0].fd = p.link[1].fd = -1;
	if (o->listen_port != 0) {
		p.listener = ixpeer_link_listen(&o->local, o->listen_port, e);
		if (p.listener < 0)
			return -1;
	}
	if (o->seconds != 0)
		end = now_ms() + o->seconds * 1000u;
	catch_signals(&unblocked);
	bgp_fsm_init(&p.fsm, &o->bgp, now_ms());
	step(&p, BGP_EV_START, BGP_OUT, NULL);
	do
		rc = once(&p, end, &unblocked);
	while (rc > 0);
	clear(&p);
	return rc;
}
