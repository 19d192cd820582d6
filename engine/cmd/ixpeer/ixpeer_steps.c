#include "cmd/ixpeer/ixpeer_peer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static struct ixpeer_own *
find_own(struct ixpeer *p, const struct ip_prefix *prefix, uint32_t id)
{
	for (size_t i = 0; i < p->n_own; i++)
		if (p->own[i].id == id &&
		    ip_prefix_eq(&p->own[i].prefix, prefix))
			return &p->own[i];
	return NULL;
}

static void
announce(struct ixpeer *p, const struct ixpeer_step *s)
{
	for (size_t i = 0; i < s->n_prefixes; i++) {
		struct ixpeer_own *o = find_own(p, &s->prefixes[i], s->path_id);

		if (o == NULL) {
			p->own =
			    xreallocarray(p->own, p->n_own + 1, sizeof *p->own);
			o = &p->own[p->n_own++];
			*o = (struct ixpeer_own){.prefix = s->prefixes[i],
						 .id = s->path_id};
		}
		bgp_attrs_unref(o->attrs);
		o->attrs = bgp_attrs_ref(s->attrs);
	}
	ixpeer_send_announce(p, s->attrs, s->prefixes, s->path_id,
			     s->n_prefixes);
}

static void
withdraw(struct ixpeer *p, const struct ixpeer_step *s)
{
	for (size_t i = 0; i < s->n_prefixes; i++) {
		struct ixpeer_own *o = find_own(p, &s->prefixes[i], s->path_id);

		if (o == NULL)
			continue;
		bgp_attrs_unref(o->attrs);
		*o = p->own[--p->n_own];
	}
	ixpeer_send_withdraw(p, s->prefixes, s->path_id, s->n_prefixes);
}

static void
send_bytes(struct ixpeer *p, const struct ixpeer_step *s)
{
	size_t len;
	uint8_t *bytes = ixpeer_step_message(s, &len);
	struct wbuf w = wbuf_of(bytes, len);

	w.len = len;
	ixpeer_send(p, &w);
	free(bytes);
}

/* The next OPEN says that we have restarted, if we promised to come back. */
static void
drop(struct ixpeer *p)
{
	p->fsm.conf.restart.restarting = p->fsm.conf.restart.time > 0;
	for (int side = BGP_OUT; side <= BGP_IN; side++) {
		if (p->link[side].fd < 0)
			continue;
		ixpeer_link_write(&p->link[side]); /* what was said before */
		ixpeer_lost(p, (enum bgp_side)side, ECONNABORTED);
	}
}

static void
do_step(struct ixpeer *p, const struct ixpeer_step *s)
{
	struct bgp_refresh r = {.family = s->family};
	uint8_t bytes[64];
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	switch (s->verb) {
	case IXPEER_ANNOUNCE: announce(p, s); break;
	case IXPEER_WITHDRAW: withdraw(p, s); break;
	case IXPEER_UPDATE:
	case IXPEER_MESSAGE:
	case IXPEER_RAW: send_bytes(p, s); break;
	case IXPEER_EOR: ixpeer_send_eor(p, s->family); break;
	case IXPEER_REFRESH:
		bgp_refresh_encode(&w, &r);
		ixpeer_send(p, &w);
		break;
	case IXPEER_NOTIFY: ixpeer_stop(p, &s->notify); break;
	case IXPEER_DROP: drop(p); break;
	case IXPEER_STALL: p->stalled = true; break;
	case IXPEER_RESUME: p->stalled = false; break;
	case IXPEER_START:
		ixpeer_step_fsm(p, BGP_EV_START, BGP_OUT, NULL);
		break;
	case IXPEER_QUIT: p->quit = true; break;
	default: break; /* waiting is all the others do */
	}
}

static bool
all_received(const struct ixpeer *p, const struct ixpeer_step *s, bool want)
{
	for (size_t i = 0; i < s->n_prefixes; i++)
		if (ixpeer_has_received(p, &s->prefixes[i]) != want)
			return false;
	return true;
}

bool
ixpeer_got_eor(const struct ixpeer *p)
{
	const struct bgp_session *s = bgp_fsm_session(&p->fsm);

	return s && s->families != 0 && (s->families & ~p->eor) == 0;
}

/* Has come what the step needs or waits for? */
static bool
ready(const struct ixpeer *p, const struct ixpeer_step *s)
{
	bool up = bgp_fsm_session(&p->fsm) != NULL;
	enum bgp_side side;

	switch (s->verb) {
	case IXPEER_WAIT_ESTABLISHED:
	case IXPEER_EOR:
	case IXPEER_REFRESH: return up;
	case IXPEER_WAIT_DOWN: return !up;
	case IXPEER_WAIT_EOR: return ixpeer_got_eor(p);
	case IXPEER_WAIT_PREFIX: return all_received(p, s, true);
	case IXPEER_WAIT_WITHDRAWN: return up && all_received(p, s, false);
	case IXPEER_UPDATE:
	case IXPEER_MESSAGE:
	case IXPEER_RAW: return ixpeer_open_side(p, &side);
	default: return true;
	}
}

static int
waited_too_long(struct ixpeer *p, uint64_t now)
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

int
ixpeer_go_on(struct ixpeer *p)
{
	while (!p->quit && p->at < p->script->n) {
		if (!ready(p, &p->script->steps[p->at]))
			return waited_too_long(p, ixpeer_now());
		do_step(p, &p->script->steps[p->at++]);
		p->waits_since = 0;
	}
	return 0;
}
