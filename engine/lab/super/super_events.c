/*
 * Changes, told to those who subscribed, each with its time. Route changes come
 * by the thousand, so a node's are gathered for EVENTS_ROUTE_MS and counted.
 */
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_links_priv.h"
#include "lab/super/super_priv.h"

#define EVENTS_ROUTE_MS 50
#define EVENTS_SESSIONS_MS 50

int64_t
super_age_ms(const struct super *s)
{
	return (int64_t)((uv_hrtime() - s->born_ns) / 1000000);
}

void
super_tell(struct super *s, const char *event, json_t *data)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	json_object_set_new(data, "ms", json_integer(super_age_ms(s)));
	json_object_set_new(
	    data, "time_ms",
	    json_integer((json_int_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000));
	if (s->server)
		ctl_publish(s->server, event, json_incref(data));
	json_decref(data);
}

void
super_tell_node(struct super_node *n)
{
	super_tell(n->super, "node",
		   json_pack("{ss ss so sI}", "name", n->def->name, "state",
			     super_daemon_state(n), "reason",
			     out_str(n->daemon.reason), "restarts",
			     (json_int_t)n->daemon.restarts));
}

/* A daemon that is asked for its sessions by a process; no need to do so more
 * often than that. Whoever asks looks again later, so the last news is not lost. */
void
super_tell_sessions(struct super_node *n)
{
	int64_t now = super_age_ms(n->super);

	if (now < n->sessions_told + EVENTS_SESSIONS_MS)
		return;
	n->sessions_told = now;
	super_tell(n->super, "sessions",
		   json_pack("{ss}", "node", n->def->name));
}

static void
events_route_due(uv_timer_t *t)
{
	struct super_node *n = t->data;

	super_tell(n->super, "route",
		   json_pack("{ss sI sI sb}", "node", n->def->name, "added",
			     (json_int_t)n->routes_added, "removed",
			     (json_int_t)n->routes_removed, "lost",
			     n->routes_lost));
	n->routes_added = n->routes_removed = 0;
	n->routes_lost = false;
}

static void
events_route(struct super_node *n, const struct net_event *ev)
{
	if (ev->what == NET_LOST)
		n->routes_lost = true;
	else if (ev->up)
		n->routes_added++;
	else
		n->routes_removed++;
	if (!uv_is_active((uv_handle_t *)n->route_timer))
		uv_timer_start(n->route_timer, events_route_due,
			       EVENTS_ROUTE_MS, 0);
}

static json_t *
events_address(const struct net_event *ev)
{
	char text[IP_ADDRSTRLEN + 8], addr[IP_ADDRSTRLEN];

	if (ev->addr.family == IP_NONE)
		return json_null();
	snprintf(text, sizeof(text), "%s/%u", ip_addr_print(&ev->addr, addr),
		 ev->len);
	return json_string(text);
}

static void
events_take(void *arg, const struct net_event *ev)
{
	struct super_node *n = arg;

	if (super_weather_is_ours(ev->dev))
		return;
	switch (ev->what) {
	case NET_LINK_CHANGED:
		super_tell(n->super, "link",
			   json_pack("{ss so sb}", "node", n->def->name, "dev",
				     out_str(ev->dev), "up", ev->up));
		break;
	case NET_ADDR_CHANGED:
		super_tell(n->super, "address",
			   json_pack("{ss so so sb}", "node", n->def->name,
				     "dev", out_str(ev->dev), "address",
				     events_address(ev), "added", ev->up));
		break;
	case NET_ROUTE_CHANGED:
	case NET_LOST: /* routes are what comes in such floods */
		events_route(n, ev);
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
	n->route_timer = xmalloc(sizeof(*n->route_timer));
	uv_timer_init(&s->loop, n->route_timer);
	n->route_timer->data = n;
	n->monitor_poll = xmalloc(sizeof(*n->monitor_poll));
	uv_poll_init(&s->loop, n->monitor_poll, net_monitor_fd(n->monitor));
	n->monitor_poll->data = n;
	uv_poll_start(n->monitor_poll, UV_READABLE, events_ready);
}

static void
events_closed(uv_handle_t *h)
{
	free(h);
}

/* libuv must forget a descriptor before its number is somebody else's. */
void
super_events_forget(struct super_node *n)
{
	if (n->monitor == NULL)
		return;
	uv_close((uv_handle_t *)n->monitor_poll, events_closed);
	uv_close((uv_handle_t *)n->route_timer, events_closed);
	net_monitor_free(n->monitor);
	n->monitor = NULL;
}
