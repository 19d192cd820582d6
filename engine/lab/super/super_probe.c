/*
 * "probe": ICMP echoes from a node, paced by the loop.
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_priv.h"

#define PROBE_AT_ONCE 256

struct super_probe {
	struct super_probe *next;
	struct super *super;
	struct ctl_request *request;
	struct net_ping *ping;
	uv_poll_t poll;
	uv_timer_t timer;
	int handles;
	long count, interval, timeout; /* ms */
	long sent, received;
	uint64_t sum;
	uint32_t min, max;
	struct err e; /* why the last echo could not leave */
};

static void
probe_closed(uv_handle_t *h)
{
	struct super_probe *p = h->data;

	if (--p->handles > 0)
		return;
	net_ping_free(p->ping);
	free(p);
}

static void
probe_finish(struct super_probe *p)
{
	struct super_probe **at = &p->super->probes;
	json_t *rtt = json_null(), *r;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	if (p->received)
		rtt = json_pack("{sI sI sI}", "min", (json_int_t)p->min, "avg",
				(json_int_t)(p->sum / (uint64_t)p->received),
				"max", (json_int_t)p->max);
	r = json_pack("{sI sI so}", "sent", (json_int_t)p->sent, "received",
		      (json_int_t)p->received, "rtt_us", rtt);
	if (p->e.class != ERR_NONE)
		json_object_set_new(r, "error", out_str(p->e.msg));
	ctl_reply(p->request, r);
	uv_close((uv_handle_t *)&p->poll, probe_closed);
	uv_close((uv_handle_t *)&p->timer, probe_closed);
}

/* What has come. */
static void
probe_read(struct super_probe *p)
{
	uint32_t rtt;

	while (net_ping_read(p->ping, &rtt)) {
		if (p->received++ == 0 || rtt < p->min)
			p->min = rtt;
		if (rtt > p->max)
			p->max = rtt;
		p->sum += rtt;
	}
}

/* It may have come while we were busy elsewhere: then it is not lost. */
static void
probe_late(uv_timer_t *t)
{
	struct super_probe *p = t->data;

	probe_read(p);
	probe_finish(p);
}

static void
probe_send(uv_timer_t *t)
{
	struct super_probe *p = t->data;

	p->sent++;
	(void)net_ping_send(p->ping, &p->e);
	if (p->sent == p->count)
		uv_timer_start(t, probe_late, (uint64_t)p->timeout, 0);
}

static void
probe_ready(uv_poll_t *poll, int status, int events)
{
	struct super_probe *p = poll->data;

	(void)status;
	(void)events;
	probe_read(p);
	if (p->received == p->count)
		probe_finish(p);
}

static int
probe_addr(const json_t *args, const char *key, struct ip_addr *a,
	   struct err *e)
{
	const char *text = json_string_value(json_object_get(args, key));

	if (text == NULL || !ip_addr_parse(text, a))
		return err_usage(e, "%s must be an address", key);
	return 0;
}

static int
probe_args(struct super_probe *p, const json_t *args, struct ip_addr *to,
	   struct ip_addr *from, long *size, struct err *e)
{
	if (probe_addr(args, "to", to, e) < 0)
		return -1;
	if (json_is_string(json_object_get(args, "from")) &&
	    probe_addr(args, "from", from, e) < 0)
		return -1;
	if (from->family != IP_NONE && from->family != to->family)
		return err_usage(e, "from and to are of different families");
	if (super_arg_int(args, "count", 1, NET_PING_COUNT, &p->count, e) < 0 ||
	    super_arg_int(args, "interval_ms", 1, 60000, &p->interval, e) < 0 ||
	    super_arg_int(args, "timeout_ms", 1, 60000, &p->timeout, e) < 0)
		return -1;
	return super_arg_int(args, "size", 8, NET_PING_SIZE, size, e);
}

static int
probe_room(const struct super *s, struct err *e)
{
	const struct super_probe *p;
	size_t n = 0;

	for (p = s->probes; p; p = p->next)
		n++;
	if (n >= PROBE_AT_ONCE)
		return err_here(e, "%zu probes are under way already", n);
	return 0;
}

int
super_probe(struct super *s, struct ctl_request *q, const json_t *args,
	    struct err *e)
{
	struct super_probe want = {
	    .count = 3, .interval = 100, .timeout = 1000, .handles = 2};
	const struct super_node *n = super_arg_node(s, args, e);
	struct ip_addr to = {0}, from = {0};
	struct super_probe *p;
	long size = 56;

	if (n == NULL || probe_room(s, e) < 0 ||
	    probe_args(&want, args, &to, &from, &size, e) < 0)
		return -1;
	want.ping = net_ping_new(n->net, &to, &from, (uint32_t)size, e);
	if (want.ping == NULL)
		return -1;
	if (json_is_true(json_object_get(args, "whole")) &&
	    net_ping_whole(want.ping, e) < 0) {
		net_ping_free(want.ping);
		return -1;
	}
	p = xmalloc(sizeof(*p));
	*p = want;
	p->super = s;
	p->request = q;
	p->next = s->probes;
	s->probes = p;
	uv_timer_init(&s->loop, &p->timer);
	uv_poll_init(&s->loop, &p->poll, net_ping_fd(p->ping));
	p->timer.data = p->poll.data = p;
	uv_poll_start(&p->poll, UV_READABLE, probe_ready);
	uv_timer_start(&p->timer, probe_send, 0, (uint64_t)p->interval);
	return 0;
}
