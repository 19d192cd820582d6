/*
 * rib_out: what a member was told, what it is to be told, and the difference.
 *
 * The queue of a member is a ring of nets; the net's bit set "waiting" says in
 * whose queues it is, so that it enters each at most once. Taking a net out
 * decides for that member and compares with what it was told.
 *
 * The initial table and a refresh are the same queue: all nets enter it, and
 * "left" counts down to the marker that ends the phase. During a refresh equal
 * answers are told again. A second request while one runs waits for its end, as
 * does one that comes before the End-of-RIB (RFC 7313 section 4).
 */
#include "rs/rib/rib_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* ---- what was told */

static struct rib_sent *
sent_find(const struct rib_net *net, const struct rib_peer *p)
{
	for (size_t i = 0; i < net->n_sent; i++)
		if (rib_bits_has(&net->sent[i].to, p->index))
			return &net->sent[i];
	return NULL;
}

const struct rib_attrs *
rib_told(const struct rib_net *net, const struct rib_peer *p)
{
	const struct rib_sent *s = sent_find(net, p);

	return s != NULL ? s->attrs : NULL;
}

static void
sent_del(struct rib_net *net, struct rib_sent *s, struct rib_peer *p)
{
	rib_bits_del(&s->to, p->index);
	p->sent--;
	if (!rib_bits_empty(&s->to))
		return;
	rib_attrs_unref(p->rib, s->attrs);
	rib_bits_clear(&s->to);
	*s = net->sent[--net->n_sent];
}

static void
sent_add(struct rib_net *net, struct rib_attrs *a, struct rib_peer *p)
{
	size_t i = 0;

	while (i < net->n_sent && net->sent[i].attrs != a)
		i++;
	if (i == net->n_sent) {
		net->sent = xreallocarray(net->sent, net->n_sent + 1,
					  sizeof(*net->sent));
		net->sent[net->n_sent++] =
		    (struct rib_sent){.attrs = rib_attrs_ref(a)};
	}
	rib_bits_add(&net->sent[i].to, p->index);
	p->sent++;
}

/* ---- the queue */

static void
queue_add(struct rib_peer *p, struct rib_net *net)
{
	if (rib_bits_has(&net->waiting, p->index))
		return;
	rib_bits_add(&net->waiting, p->index);
	if (p->queued == p->size) {
		size_t size = p->size ? p->size * 2 : 16;
		struct rib_net **q = xcalloc(size, sizeof(struct rib_net *));
		for (size_t i = 0; i < p->queued; i++)
			q[i] = p->queue[(p->head + i) % p->size];
		free(p->queue);
		p->queue = q;
		p->head = 0;
		p->size = size;
	}
	p->queue[(p->head + p->queued++) % p->size] = net;
}

static struct rib_net *
queue_take(struct rib_peer *p)
{
	assert(p->queued > 0);
	struct rib_net *net = p->queue[p->head];
	p->head = (p->head + 1) % p->size;
	p->queued--;
	rib_bits_del(&net->waiting, p->index);
	return net;
}

bool
rib_peer_waiting(const struct rib_peer *p)
{
	return p->queued != 0 || p->phase != RIB_STEADY;
}

static void
wake(struct rib_peer *p, bool was_waiting)
{
	if (!was_waiting && rib_peer_waiting(p))
		p->rib->hooks.wake(p->rib->hooks.arg, p);
}

void
rib_net_changed(struct rib *r, struct rib_net *net)
{
	for (uint32_t i = 0; i < r->n_peers; i++) {
		struct rib_peer *p = r->peers[i];
		if (p == NULL || !p->up || p->family != net->prefix.addr.family)
			continue;
		bool was = rib_peer_waiting(p);
		queue_add(p, net);
		wake(p, was);
	}
}

static void
queue_table(struct rib_peer *p)
{
	struct rib_table *t = rib_table_of(p->rib, p->family);

	for (struct rib_net *n = t->first; n != NULL; n = n->after)
		queue_add(p, n);
	p->left = p->queued;
}

void
rib_peer_begin(struct rib_peer *p)
{
	bool was = rib_peer_waiting(p);

	queue_table(p);
	p->phase = RIB_INITIAL;
	wake(p, was);
}

static void
refresh_begin(struct rib_peer *p)
{
	queue_table(p);
	p->phase = RIB_REFRESH;
	p->begin = true;
	p->again = false;
}

void
rib_peer_refresh(struct rib_peer *p)
{
	bool was = rib_peer_waiting(p);

	if (!p->up)
		return;
	if (p->phase != RIB_STEADY)
		p->again = true;
	else
		refresh_begin(p);
	wake(p, was);
}

void
rib_peer_forget(struct rib_peer *p)
{
	struct rib_table *t = rib_table_of(p->rib, p->family);

	while (p->queued > 0)
		rib_net_release(p->rib, queue_take(p));
	for (struct rib_net *n = t->first, *next; n != NULL; n = next) {
		next = n->after;
		struct rib_sent *s = sent_find(n, p);
		if (s != NULL) {
			sent_del(n, s, p);
			rib_net_release(p->rib, n);
		}
	}
	free(p->queue);
	p->queue = NULL;
	p->head = p->size = p->left = 0;
	p->phase = RIB_STEADY;
	p->begin = p->again = false;
}

/* ---- the difference */

static enum rib_tell
end_of_phase(struct rib_peer *p)
{
	enum rib_tell tell =
	    p->phase == RIB_INITIAL ? RIB_END_OF_TABLE : RIB_END_REFRESH;

	p->phase = RIB_STEADY;
	if (p->again)
		refresh_begin(p);
	return tell;
}

static struct rib_attrs *
answer(struct rib_peer *p, const struct rib_net *net)
{
	const struct rib_hooks *h = &p->rib->hooks;
	const struct rib_path *best = rib_best(p->rib, net, p);

	if (best == NULL)
		return NULL;
	struct rib_attrs *out = h->out(h->arg, p, best);
	return out != NULL ? out : best->attrs;
}

static enum rib_tell
tell_net(struct rib_peer *p, struct rib_net *net, struct rib_attrs **attrs)
{
	struct rib_attrs *now = answer(p, net);
	struct rib_sent *s = sent_find(net, p);
	bool same = now == (s != NULL ? s->attrs : NULL);

	*attrs = now;
	if (same && (now == NULL || p->phase != RIB_REFRESH))
		return RIB_NOTHING;
	if (!same && s != NULL)
		sent_del(net, s, p);
	if (!same && now != NULL)
		sent_add(net, now, p);
	return now != NULL ? RIB_ANNOUNCE : RIB_WITHDRAW;
}

enum rib_tell
rib_next(struct rib_peer *p, struct ip_prefix *prefix, struct rib_attrs **attrs)
{
	enum rib_tell tell = RIB_NOTHING;

	if (p->begin) {
		p->begin = false;
		return RIB_BEGIN_REFRESH;
	}
	while (tell == RIB_NOTHING) {
		if (p->phase != RIB_STEADY && p->left == 0)
			return end_of_phase(p);
		if (p->queued == 0)
			return RIB_NOTHING;
		struct rib_net *net = queue_take(p);
		tell = tell_net(p, net, attrs);
		*prefix = net->prefix;
		if (p->phase != RIB_STEADY)
			p->left--;
		rib_net_release(p->rib, net);
	}
	return tell;
}
