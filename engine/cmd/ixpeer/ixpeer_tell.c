/*
 * ixpeer_tell: what robots say.
 *
 * A session keeps no queue of routes. It has a place in the robot's table, and
 * when its socket takes bytes, messages are made from there on, in a buffer that
 * all share; behind the last route of a family comes its End-of-RIB. Telling all
 * again, after a refresh or a change of manners, is to go back to the beginning.
 * A change of the table itself is told at once; whoever is in the middle begins
 * again, for the place has moved.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/str.h"
#include "cmd/ixpeer/ixpeer_robot.h"

enum {
	BATCH = 128 << 10, /* made at a time */
	AT_ONCE = 1000,	   /* prefixes offered to a message */
};

static uint8_t batch[BATCH];

struct bgp_attrs *
ixpeer_tell_attrs(const struct ixpeer_session *s, const struct ixpeer_set *set)
{
	const struct ixpeer_robot_conf *conf = s->robot->conf;
	struct bgp_attrs *a = bgp_attrs_clone(set->attrs);
	enum ip_family f = (enum ip_family)set->p[0].addr.family;

	if (set->prepend && bgp_path_first(a) != conf->bgp.local_as)
		bgp_path_prepend(a, conf->bgp.local_as, 1);
	if (a->next_hop.family == IP_NONE) {
		if (s->local.family == f)
			a->next_hop = s->local;
		else if (!ixpeer_robot_local(conf, f, &a->next_hop))
			a->next_hop = s->local;
	}
	ixpeer_behave_dress(s, a);
	return a;
}

/* How many of the set's prefixes from that place on went into w; 0: there is no
 * room, or the peer cannot be told (*never). */
static size_t
put(struct ixpeer_session *s, const struct ixpeer_set *set, size_t from,
    struct wbuf *w, bool *never)
{
	static uint32_t ids[AT_ONCE];
	const struct bgp_session *t = bgp_fsm_session(&s->fsm);
	struct bgp_attrs *a = ixpeer_tell_attrs(s, set);
	size_t n = set->n - from, fit, before = w->len;

	if (n > AT_ONCE)
		n = AT_ONCE;
	if (t->add_path_tx)
		for (size_t i = 0; i < n; i++)
			ids[i] = set->path_id;
	fit =
	    bgp_announce_encode(w, t, a, (enum ip_family)set->p[0].addr.family,
				set->p + from, t->add_path_tx ? ids : NULL, n);
	*never = fit == 0 && w->size - before >= bgp_msg_limit(t);
	bgp_attrs_unref(a);
	s->told += fit;
	return fit;
}

static bool
concerns(const struct ixpeer_session *s, const struct ixpeer_set *set)
{
	return set->n > 0 && (s->tell.at == IXPEER_TELL_V6) ==
				 (set->p[0].addr.family == IP_V6);
}

/* The routes of the family at hand; false: no more room. */
static bool
fill_family(struct ixpeer_session *s, struct wbuf *w)
{
	const struct ixpeer_routes *r = &s->robot->routes;
	struct ixpeer_told *t = &s->tell;

	for (; t->set < r->n; t->set++, t->prefix = 0) {
		const struct ixpeer_set *set = &r->sets[t->set];

		while (concerns(s, set) && t->prefix < set->n) {
			bool never = false;
			size_t fit;

			if (w->size - w->len <
			    bgp_msg_limit(bgp_fsm_session(&s->fsm)))
				return false;
			fit = put(s, set, t->prefix, w, &never);
			if (fit == 0 && !never)
				return false;
			t->prefix += never ? set->n : fit;
		}
	}
	return true;
}

static void
fill(struct ixpeer_session *s, struct wbuf *w)
{
	const struct bgp_session *t = bgp_fsm_session(&s->fsm);

	while (s->tell.at != IXPEER_TELL_DONE) {
		enum ip_family f = s->tell.at == IXPEER_TELL_V4 ? IP_V4 : IP_V6;

		if (t->families & bgp_family_bit(f)) {
			if (w->size - w->len < BGP_MSG_MAX ||
			    !fill_family(s, w))
				return;
			bgp_eor_encode(w, f);
		}
		s->tell.at++;
		s->tell.set = s->tell.prefix = 0;
	}
}

bool
ixpeer_tell_pending(const struct ixpeer_session *s)
{
	return s->tell.at != IXPEER_TELL_DONE;
}

bool
ixpeer_tell(struct ixpeer_session *s, enum bgp_side side)
{
	struct ixpeer_wire *w = &s->wire[side];

	while (ixpeer_tell_pending(s) && w->fd >= 0 && w->out_len == 0) {
		struct wbuf b = wbuf_of(batch, sizeof batch);
		ssize_t n;

		fill(s, &b);
		if (b.len == 0)
			break;
		n = send(w->fd, batch, b.len, MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return false;
		if (n < 0)
			n = 0;
		bgp_fsm_sent(&s->fsm, ixpeer_clock());
		if ((size_t)n == b.len)
			continue;
		w->out_len = b.len - (size_t)n;
		w->out = xmalloc(w->out_len);
		memcpy(w->out, batch + n, w->out_len);
		bgp_fsm_blocked(&s->fsm, side, ixpeer_clock());
	}
	return true;
}

void
ixpeer_tell_again(struct ixpeer_session *s)
{
	enum bgp_side side;

	if (!ixpeer_session_up(s, &side))
		return;
	s->tell = (struct ixpeer_told){.at = IXPEER_TELL_V4};
	ixpeer_session_poll(s);
}

void
ixpeer_tell_all_again(struct ixpeer_robot *r)
{
	for (size_t i = 0; i < r->n; i++)
		ixpeer_tell_again(&r->sessions[i]);
}

/* ---- at once */

static void
tell_set(struct ixpeer_session *s, const struct ixpeer_set *set)
{
	bool never = false;

	for (size_t done = 0, fit; done < set->n && !never; done += fit) {
		struct wbuf w = wbuf_of(batch, sizeof batch);

		fit = put(s, set, done, &w, &never);
		if (!never)
			ixpeer_session_send(s, batch, w.len);
	}
}

static bool
carries(const struct ixpeer_session *s, enum ip_family f)
{
	const struct bgp_session *t = bgp_fsm_session(&s->fsm);

	return t && t->families & bgp_family_bit(f);
}

void
ixpeer_tell_set(struct ixpeer_robot *r, const struct ixpeer_set *set)
{
	for (size_t i = 0; set->n > 0 && i < r->n; i++) {
		struct ixpeer_session *s = &r->sessions[i];

		if (!carries(s, (enum ip_family)set->p[0].addr.family))
			continue;
		tell_set(s, set);
		if (ixpeer_tell_pending(s))
			ixpeer_tell_again(s);
	}
}

static void
tell_gone(struct ixpeer_session *s, const struct ip_prefix *p, size_t n,
	  uint32_t path_id)
{
	static uint32_t ids[AT_ONCE];
	enum ip_family f = (enum ip_family)p[0].addr.family;

	for (size_t i = 0; i < AT_ONCE; i++)
		ids[i] = path_id;
	for (size_t done = 0; done < n;) {
		struct wbuf w = wbuf_of(batch, sizeof batch);
		size_t some = n - done < AT_ONCE ? n - done : AT_ONCE;

		done += bgp_withdraw_encode(&w, bgp_fsm_session(&s->fsm), f,
					    p + done, ids, some);
		ixpeer_session_send(s, batch, w.len);
	}
}

void
ixpeer_tell_gone(struct ixpeer_robot *r, const struct ip_prefix *p, size_t n,
		 uint32_t path_id)
{
	for (size_t i = 0; n > 0 && i < r->n; i++) {
		struct ixpeer_session *s = &r->sessions[i];

		if (!carries(s, (enum ip_family)p[0].addr.family))
			continue;
		tell_gone(s, p, n, path_id);
		if (ixpeer_tell_pending(s))
			ixpeer_tell_again(s);
	}
}

void
ixpeer_tell_eor(struct ixpeer_session *s, enum ip_family f)
{
	uint8_t bytes[64];
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	bgp_eor_encode(&w, f);
	ixpeer_session_send(s, bytes, w.len);
}

/* Robots do not offer RFC 7313, so the whole table is an answer. */
void
ixpeer_tell_refreshed(struct ixpeer_session *s,
		      const struct bgp_refresh *request)
{
	if (request->subtype == BGP_REFRESH_REQUEST)
		ixpeer_tell_again(s);
}
