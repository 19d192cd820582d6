/*
 * Changes, told to those who subscribed. Route changes come by the thousand, so
 * a node's are gathered for EVENTS_ROUTE_MS.
 */
#include "base/log.h"
#include "base/out.h"
#include "lab/super/super_priv.h"

#define EVENTS_ROUTE_MS 50

void
super_tell_node(struct super_node *n)
{
	if (n->super->server == NULL)
		return;
	ctl_publish(n->super->server, "node",
		    json_pack("{ss ss so sI}", "name", n->def->name, "state",
			      super_daemon_state(n), "reason",
			      out_str(n->daemon.reason), "restarts",
			      (json_int_t)n->daemon.restarts));
}

static void
events_route_due(uv_timer_t *t)
{
	struct super_node *n = t->data;

	if (n->super->server)
		ctl_publish(n->super->server, "route",
			    json_pack("{ss}", "node", n->def->name));
}

static void
events_route(struct super_node *n)
{
	if (!uv_is_active((uv_handle_t *)&n->route_timer))
		uv_timer_start(&n->route_timer, events_route_due,
			       EVENTS_ROUTE_MS, 0);
}

static void
events_take(void *arg, const struct net_event *ev)
{
	struct super_node *n = arg;
	struct ctl_server *server = n->super->server;

	if (server == NULL || super_weather_is_ours(ev->dev))
		return;
	switch (ev->what) {
	case NET_LINK_CHANGED:
		ctl_publish(server, "link",
			    json_pack("{ss so sb}", "node", n->def->name, "dev",
				      out_str(ev->dev), "up", ev->up));
		break;
	case NET_ADDR_CHANGED:
		ctl_publish(server, "address",
			    json_pack("{ss so}", "node", n->def->name, "dev",
				      out_str(ev->dev)));
		break;
	case NET_ROUTE_CHANGED:
	case NET_LOST: /* routes are what comes in such floods */
		events_route(n);
		break;
	}
}

static void
events_ready(uv_poll_t *p, int status, int events)
{
	struct super_node *n = p->data;

	(void)status;
	(void)events;
	net_monitor_read(n->monitor, events_take, n);
}

void
super_events_node(struct super_node *n)
{
	struct super *s = n->super;
	struct err e = {0};

	if (s->lab->nnodes > SUPER_MANY_NODES && !n->def->trainee &&
	    n->def->role != LAB_SWITCH)
		return;
	if ((n->monitor = net_monitor_new(n->net, &e)) == NULL) {
		log_warnx("super", "%s: no events: %s", n->def->name, e.msg);
		return;
	}
	uv_timer_init(&s->loop, &n->route_timer);
	n->route_timer.data = n;
	uv_poll_init(&s->loop, &n->monitor_poll, net_monitor_fd(n->monitor));
	n->monitor_poll.data = n;
	uv_poll_start(&n->monitor_poll, UV_READABLE, events_ready);
}
