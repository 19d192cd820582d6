/*
 * server_event: what the clients that said "subscribe" are told: "session" when
 * a session changes, "route" when a member's route does.
 *
 * Route events are collected for a moment, the later change of a route replacing
 * the earlier; more than SERVER_EVENTS in that moment become one event that says
 * how many.
 */
#include "base/out.h"
#include "base/str.h"
#include "rs/server/server_state.h"

#define EVENT_MS 10

/* ---- subscribers */

void
server_event_gone(void *arg, struct ctl_client *client)
{
	struct server *s = arg;

	for (size_t i = 0; i < s->n_subscribers; i++)
		if (s->subscribers[i] == client) {
			s->subscribers[i] = s->subscribers[--s->n_subscribers];
			return;
		}
}

void
server_event_subscribe(struct server *s, struct ctl_client *client)
{
	for (size_t i = 0; i < s->n_subscribers; i++)
		if (s->subscribers[i] == client)
			return;
	s->subscribers = xreallocarray(s->subscribers, s->n_subscribers + 1,
				       sizeof(struct ctl_client *));
	s->subscribers[s->n_subscribers++] = client;
	ctl_subscribe(client);
}

/* ---- events */

void
server_event_session(struct server_member *m)
{
	if (m->s->ctl != NULL && m->s->n_subscribers > 0)
		ctl_publish(m->s->ctl, "session", server_json_session(m));
}

static json_t *
event_json(const struct server_event *ev)
{
	char a[IP_ADDRSTRLEN], p[IP_PREFIXSTRLEN];

	return json_pack("{s:s, s:o, s:s, s:I, s:s}", "prefix",
			 ip_prefix_print(&ev->prefix, p), "member",
			 out_str(server_member_name(ev->m)), "address",
			 ip_addr_print(&ev->m->policy.address, a), "asn",
			 (json_int_t)ev->m->policy.client->asn, "change",
			 ev->announced ? "announced" : "withdrawn");
}

static void
events_send(uv_timer_t *t)
{
	struct server *s = t->data;

	for (size_t i = 0; i < s->n_events; i++)
		ctl_publish(s->ctl, "route", event_json(&s->events[i]));
	if (s->n_events_lost > 0)
		ctl_publish(s->ctl, "route",
			    json_pack("{s:n, s:n, s:s, s:I}", "prefix",
				      "member", "change", "many", "count",
				      (json_int_t)s->n_events_lost));
	s->n_events = s->n_events_lost = 0;
}

void
server_event_route(struct server_member *m, const struct ip_prefix *p,
		   bool announced)
{
	struct server *s = m->s;
	size_t i = 0;

	if (s->n_subscribers == 0)
		return;
	while (i < s->n_events &&
	       (s->events[i].m != m || !ip_prefix_eq(&s->events[i].prefix, p)))
		i++;
	if (i == SERVER_EVENTS) {
		s->n_events_lost++;
	} else {
		s->events[i] = (struct server_event){*p, m, announced};
		s->n_events += i == s->n_events;
	}
	if (!uv_is_active((uv_handle_t *)&s->events_timer))
		uv_timer_start(&s->events_timer, events_send, EVENT_MS, 0);
}

void
server_event_forget(struct server *s, const struct server_member *m)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_events; i++)
		if (s->events[i].m != m)
			s->events[n++] = s->events[i];
	s->n_events = n;
}
