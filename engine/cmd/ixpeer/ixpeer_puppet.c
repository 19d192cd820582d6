/*
 * ixpeer_puppet: a robot that plays a script (ixpeer_script.h), all its sessions
 * together. It waits until a thing is so on every session that is told; what it
 * sends, it sends on each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "cmd/ixpeer/ixpeer.h"
#include "cmd/ixpeer/ixpeer_robot.h"

struct ixpeer_puppet {
	struct ixpeer_script script;
	size_t at;
	uint64_t since; /* how long the step waits; 0: it does not */
	bool going;	/* within a step */
	char failed[200];
};

int
ixpeer_puppet_init(struct ixpeer_robot *r, struct err *e)
{
	struct ixpeer_options o = {.bgp = r->conf->bgp,
				   .script_name = r->conf->script};
	char *text;
	size_t len;
	int rc;

	if (r->conf->script == NULL)
		return 0;
	if (file_read(r->conf->script, 16 << 20, &text, &len, e) < 0)
		return -1;
	r->puppet = xcalloc(1, sizeof *r->puppet);
	rc = ixpeer_script_parse(text, len, r->conf->script, &r->puppet->script,
				 e);
	free(text);
	for (size_t i = 0; rc == 0 && i < r->puppet->script.n; i++) {
		struct ixpeer_step *s = &r->puppet->script.steps[i];

		if (s->verb == IXPEER_ANNOUNCE && !s->has_path)
			bgp_path_set(s->attrs, &o.bgp.local_as, 1);
	}
	return rc;
}

void
ixpeer_puppet_free(struct ixpeer_puppet *p)
{
	if (p)
		ixpeer_script_clear(&p->script);
	free(p);
}

const char *
ixpeer_puppet_failed(const struct ixpeer_robot *r)
{
	return r->puppet ? r->puppet->failed : "";
}

/* ---- is it so? */

static bool
is_so(const struct ixpeer_session *s, const struct ixpeer_step *step)
{
	enum bgp_side side;
	const struct bgp_session *t = bgp_fsm_session(&s->fsm);
	bool all = true, none = true;

	switch (step->verb) {
	case IXPEER_WAIT_ESTABLISHED:
	case IXPEER_EOR:
	case IXPEER_REFRESH: return ixpeer_session_up(s, &side);
	case IXPEER_WAIT_DOWN: return t == NULL;
	case IXPEER_WAIT_EOR: return t && (t->families & ~s->eor) == 0;
	case IXPEER_UPDATE:
	case IXPEER_MESSAGE:
	case IXPEER_RAW:
		return s->fsm.conn[BGP_OUT].state >= BGP_OPENSENT ||
		       s->fsm.conn[BGP_IN].state >= BGP_OPENSENT;
	case IXPEER_WAIT_PREFIX:
	case IXPEER_WAIT_WITHDRAWN: break;
	default: return true;
	}
	if (t == NULL)
		return false;
	for (size_t i = 0; i < step->n_prefixes; i++) {
		bool has = ixpeer_hears(s, &step->prefixes[i]);

		all &= has;
		none &= !has;
	}
	return step->verb == IXPEER_WAIT_PREFIX ? all : none;
}

/* Of sessions that cannot carry the prefix nothing is expected. */
static bool
ready(const struct ixpeer_robot *r, const struct ixpeer_step *step)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct ixpeer_session *s = &r->sessions[i];

		if ((step->verb == IXPEER_WAIT_PREFIX ||
		     step->verb == IXPEER_WAIT_WITHDRAWN) &&
		    !(s->to->families &
		      bgp_family_bit(
			  (enum ip_family)step->prefixes[0].addr.family)))
			continue;
		if (!is_so(s, step))
			return false;
	}
	return true;
}

/* ---- do it */

static void
send_bytes(struct ixpeer_session *s, const struct ixpeer_step *step)
{
	size_t len;
	uint8_t *bytes = ixpeer_step_message(step, &len);

	ixpeer_session_send(s, bytes, len);
	free(bytes);
}

static void
send_refresh(struct ixpeer_session *s, enum ip_family f)
{
	struct bgp_refresh r = {.family = f};
	uint8_t bytes[64];
	struct wbuf w = wbuf_of(bytes, sizeof bytes);

	bgp_refresh_encode(&w, &r);
	ixpeer_session_send(s, bytes, w.len);
}

static void
on_each(struct ixpeer_session *s, const struct ixpeer_step *step)
{
	switch (step->verb) {
	case IXPEER_UPDATE:
	case IXPEER_MESSAGE:
	case IXPEER_RAW: send_bytes(s, step); break;
	case IXPEER_EOR: ixpeer_tell_eor(s, step->family); break;
	case IXPEER_REFRESH: send_refresh(s, step->family); break;
	case IXPEER_NOTIFY: ixpeer_session_stop(s, &step->notify); break;
	case IXPEER_QUIT: ixpeer_session_stop(s, NULL); break;
	case IXPEER_DROP: ixpeer_session_drop(s); break;
	case IXPEER_START:
		ixpeer_session_step(s, BGP_EV_START, BGP_OUT, NULL);
		break;
	case IXPEER_STALL:
	case IXPEER_RESUME:
		ixpeer_session_step(s, BGP_EV_TIMER, BGP_OUT, NULL);
		break;
	default: break;
	}
}

static void
do_step(struct ixpeer_robot *r, const struct ixpeer_step *step)
{
	const struct ixpeer_set *set;

	if (step->verb == IXPEER_STALL || step->verb == IXPEER_RESUME)
		r->stalled = step->verb == IXPEER_STALL;
	if (step->verb == IXPEER_ANNOUNCE) {
		set = ixpeer_routes_add(&r->routes, step->attrs, step->prefixes,
					step->n_prefixes, step->path_id);
		ixpeer_tell_set(r, set);
	} else if (step->verb == IXPEER_WITHDRAW) {
		for (size_t i = 0; i < step->n_prefixes; i++)
			ixpeer_routes_del(&r->routes, &step->prefixes[i],
					  step->path_id);
		ixpeer_tell_gone(r, step->prefixes, step->n_prefixes,
				 step->path_id);
	}
	for (size_t i = 0; i < r->n; i++)
		on_each(&r->sessions[i], step);
}

static void
wait_more(struct ixpeer_robot *r, const struct ixpeer_step *step)
{
	struct ixpeer_puppet *p = r->puppet;
	uint64_t now = ixpeer_clock();

	if (p->since == 0) {
		p->since = now;
		ixpeer_robot_alarm(r);
	}
	if (now < p->since + r->conf->timeout * 1000u)
		return;
	snprintf(p->failed, sizeof p->failed,
		 "%.120s:%d: '%s' waited %u s in vain", r->conf->script,
		 step->line, ixpeer_verb_name(step->verb), r->conf->timeout);
	p->at = p->script.n;
	ixpeer_event(r->all, "script-failed", r, NULL,
		     json_pack("{ss}", "reason", p->failed));
}

void
ixpeer_puppet_go_on(struct ixpeer_robot *r)
{
	struct ixpeer_puppet *p = r->puppet;

	if (p == NULL || p->going)
		return;
	p->going = true; /* a step may end sessions, which asks to go on */
	while (p->at < p->script.n) {
		const struct ixpeer_step *step = &p->script.steps[p->at];

		if (!ready(r, step)) {
			wait_more(r, step);
			break;
		}
		p->since = 0;
		p->at++;
		do_step(r, step);
	}
	p->going = false;
}

uint64_t
ixpeer_puppet_next(const struct ixpeer_robot *r)
{
	const struct ixpeer_puppet *p = r->puppet;

	if (p == NULL || p->at == p->script.n || p->since == 0)
		return UINT64_MAX;
	return p->since + r->conf->timeout * 1000u;
}
