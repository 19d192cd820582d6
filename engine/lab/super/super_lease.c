/*
 * "lease": the lab to one client, for a while.
 *
 * Who tries something that others would take for the network's own doing (a
 * grader's probe, a link that it takes down) asks for the lease first, and the
 * others hold still until it is over. It is a word among clients: nothing is
 * refused to anybody for its sake. It ends when it is given back or its time is
 * over, and not with its client: what a client did that was killed may stand as
 * long.
 */
#include <stdlib.h>

#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_priv.h"

#define LEASE_MAX_MS 600000
#define LEASE_WHO_MAX 80

static json_t *
lease_json(const struct super *s)
{
	const struct super_lease *l = &s->lease;
	uint64_t now = uv_now(&s->loop);

	return json_pack(
	    "{so sI}", "who", out_str(l->who), "left_ms",
	    (json_int_t)(l->who && l->until > now ? l->until - now : 0));
}

static void
lease_end(struct super *s)
{
	uv_timer_stop(&s->lease.timer);
	free(s->lease.who);
	s->lease.who = NULL;
	s->lease.by = NULL;
	super_tell(s, "lease", lease_json(s));
}

static void
lease_over(uv_timer_t *t)
{
	lease_end(t->data);
}

void
super_lease_init(struct super *s)
{
	uv_timer_init(&s->loop, &s->lease.timer);
	uv_unref((uv_handle_t *)&s->lease.timer);
	s->lease.timer.data = s;
}

void
super_lease_client_gone(struct super *s, const struct ctl_client *client)
{
	if (s->lease.by == client)
		s->lease.by = NULL; /* a later client may have its address */
}

static void
lease_take(struct super *s, const struct ctl_client *by, const char *who,
	   uint64_t ms)
{
	struct super_lease *l = &s->lease;
	_free_ char *name = xstrndup(who ? who : "somebody", LEASE_WHO_MAX);
	bool anew = l->who == NULL;

	str_clean(name);
	free(l->who);
	l->who = name;
	name = NULL;
	l->by = by;
	l->until = uv_now(&s->loop) + ms;
	uv_timer_start(&l->timer, lease_over, ms, 0);
	if (anew)
		super_tell(s, "lease", lease_json(s));
}

int
super_lease(struct super *s, struct ctl_request *q, const json_t *args,
	    json_t **result, struct err *e)
{
	const struct ctl_client *by = ctl_request_client(q);
	const char *who = json_string_value(json_object_get(args, "who"));
	bool mine = s->lease.by == by;
	long ms = -1;

	if (super_arg_int(args, "ms", 0, LEASE_MAX_MS, &ms, e) < 0)
		return -1;
	if (ms > 0 && (mine || s->lease.who == NULL))
		lease_take(s, by, who, (uint64_t)ms);
	else if (ms == 0 && mine)
		lease_end(s);
	*result = lease_json(s);
	json_object_set_new(*result, "mine", json_boolean(s->lease.by == by));
	return 0;
}
