/* bgp_fsm_act: the list of actions of a step, and the messages in it. */
#include "rs/bgp/bgp_fsm_priv.h"

#include <assert.h>

struct bgp_action *
bgp_act(struct bgp_step *s, enum bgp_action_type type, enum bgp_side side)
{
	struct bgp_actions *out = s->out;
	struct bgp_action *a = &out->list[out->n++];

	assert(out->n <= sizeof out->list / sizeof *out->list);
	*a = (struct bgp_action){.type = type, .side = side};
	return a;
}

static struct wbuf
room(struct bgp_step *s)
{
	return wbuf_of(s->out->bytes + s->out->used,
		       sizeof s->out->bytes - s->out->used);
}

static void
put(struct bgp_step *s, enum bgp_action_type type, enum bgp_side side,
    const struct wbuf *w)
{
	struct bgp_action *a = bgp_act(s, type, side);

	assert(!w->failed);
	a->data = w->data;
	a->len = w->len;
	s->out->used += w->len;
}

void
bgp_act_open(struct bgp_step *s, enum bgp_side side)
{
	struct bgp_open o = bgp_fsm_offer(&s->f->conf);
	struct wbuf w = room(s);

	bgp_open_encode(&w, &o);
	put(s, BGP_ACT_SEND_OPEN, side, &w);
}

void
bgp_act_keepalive(struct bgp_step *s, enum bgp_side side)
{
	struct wbuf w = room(s);

	bgp_keepalive_encode(&w);
	put(s, BGP_ACT_SEND_KEEPALIVE, side, &w);
}

void
bgp_act_notification(struct bgp_step *s, enum bgp_side side,
		     const struct bgp_notify *n)
{
	struct wbuf w = room(s);

	bgp_notify_encode(&w, n);
	put(s, BGP_ACT_SEND_NOTIFICATION, side, &w);
}
