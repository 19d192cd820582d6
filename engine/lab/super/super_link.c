/*
 * "link": an interface down, or up. The kernel forgets the routes of an
 * interface that goes down, so those of the lab file are set again when it comes
 * up. With for_ms a link comes back by itself, even when whoever took it down
 * does not live to do it; the next word about that link counts.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "lab/super/super_priv.h"

#define LINK_MAX_MS 600000

struct super_link { /* one that is down for a while */
	struct super_link *next;
	struct super_node *node;
	char dev[16];
	uv_timer_t timer;
};

static const struct lab_if *
link_if(const struct super_node *n, const char *dev)
{
	size_t i;

	for (i = 0; i < n->def->nifs; i++) {
		if (strcmp(n->def->ifs[i].name, dev) == 0)
			return &n->def->ifs[i];
	}
	return NULL;
}

static bool
link_reaches(const struct lab_if *i, const struct ip_addr *via)
{
	struct ip_prefix p;
	size_t k;

	for (k = 0; k < i->naddrs; k++) {
		p = ip_prefix_of(&i->addrs[k].addr, i->addrs[k].len);
		if (ip_prefix_has_addr(&p, via))
			return true;
	}
	return false;
}

/* One that is there already is as good. */
static void
link_routes(struct super_node *n, const char *dev)
{
	const struct lab_if *i = link_if(n, dev);
	const struct lab_static *r;
	struct err e;
	size_t k;

	for (k = 0; i && k < n->def->nroutes; k++) {
		r = &n->def->routes[k];
		if (link_reaches(i, &r->via) &&
		    net_route_add(n->net, &r->to, &r->via, &e) < 0)
			log_debug("super", "%s: %s", n->def->name, e.msg);
	}
}

static int
link_set(struct super_node *n, const char *dev, bool up, struct err *e)
{
	if (net_link_set(n->net, dev, up, e) < 0)
		return -1;
	if (up)
		link_routes(n, dev);
	return 0;
}

/* ---- for a while */

static void
link_closed(uv_handle_t *h)
{
	free(h->data);
}

static void
link_forget(struct super_node *n, const char *dev)
{
	struct super_link **at = &n->super->links, *l;

	while ((l = *at) != NULL) {
		if (l->node != n || strcmp(l->dev, dev) != 0) {
			at = &l->next;
			continue;
		}
		*at = l->next;
		uv_close((uv_handle_t *)&l->timer, link_closed);
	}
}

static void
link_over(uv_timer_t *t)
{
	struct super_link *l = t->data;
	struct err e;

	if (link_set(l->node, l->dev, true, &e) < 0)
		log_warnx("super", "%s: %s", l->node->def->name, e.msg);
	link_forget(l->node, l->dev);
}

static void
link_for(struct super_node *n, const char *dev, long ms)
{
	struct super_link *l = xcalloc(1, sizeof(*l));

	l->node = n;
	snprintf(l->dev, sizeof(l->dev), "%s", dev);
	l->next = n->super->links;
	n->super->links = l;
	uv_timer_init(&n->super->loop, &l->timer);
	l->timer.data = l;
	uv_timer_start(&l->timer, link_over, (uint64_t)ms, 0);
}

/* ---- the verb */

int
super_link(struct super *s, const json_t *args, struct err *e)
{
	struct super_node *n = super_arg_node(s, args, e);
	const char *dev = json_string_value(json_object_get(args, "dev"));
	const json_t *up = json_object_get(args, "up");
	long ms = 0;

	if (n == NULL || super_arg_int(args, "for_ms", 1, LINK_MAX_MS, &ms, e))
		return -1;
	if (dev == NULL || !json_is_boolean(up))
		return err_usage(e, "which dev, and up true or false?");
	if (ms > 0 && json_is_true(up))
		return err_usage(e, "only a link that goes down comes back");
	if (link_set(n, dev, json_is_true(up), e) < 0)
		return -1;
	link_forget(n, dev);
	if (ms > 0)
		link_for(n, dev, ms);
	return 0;
}
