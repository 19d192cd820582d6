#include "grader/grader_look.h"

#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_kind.h"
#include "grader/grader_look_priv.h"

#define LOOK_CALL_MS 2000   /* for the supervisor's first answer */
#define LOOK_GATHER_MS 8    /* events come in bunches */
#define LOOK_WATCH_MS 100   /* how often deadlines are looked at */
#define LOOK_TICKS 5	    /* what tells by itself is asked so seldom */
#define LOOK_ANSWER_MS 4000 /* for each answer: machines have slow moments */
#define LOOK_SETTLE_MS 250  /* the fast do not wait longer for the slow */

static void look_flush(uv_timer_t *t);
static void look_watch(uv_timer_t *t);

/* ---- who holds which address */

static void
look_holds(struct grader_look *l, const json_t *node, const json_t *addresses)
{
	const json_t *a;
	size_t i;

	json_array_foreach(addresses, i, a)
	{
		const char *text = json_string_value(a);
		_free_ char *address =
		    xstrndup(text ? text : "", strcspn(text ? text : "", "/"));

		json_object_set(l->holders, address,
				json_object_get(node, "name"));
	}
}

static void
look_holders(struct grader_look *l)
{
	const json_t *nodes = json_object_get(json_object_get(l->lab, "model"),
					      "nodes"),
		     *n, *i;
	size_t x, y;

	json_array_foreach(nodes, x, n)
	{
		json_array_foreach(json_object_get(n, "interfaces"), y, i)
		{
			look_holds(l, n, json_object_get(i, "addresses"));
		}
		look_holds(l, n, json_object_get(n, "loopbacks"));
	}
}

const char *
grader_look_holder(const struct grader_look *l, const char *address)
{
	return out_text(l->holders, address);
}

/* ---- evidence */

json_t *
grader_look_node(struct grader_look *l, const char *node)
{
	json_t *nodes = json_object_get(l->evidence, "nodes");
	json_t *n = json_object_get(nodes, node);

	if (n == NULL) {
		n = json_object();
		json_object_set_new(nodes, node, n);
	}
	return n;
}

json_t *
grader_look_evidence(struct grader_look *l)
{
	json_t *times = json_object_get(l->evidence, "at_ms");
	struct grader_source *s;
	uint64_t at;

	for (s = l->sources; s; s = s->next) {
		at =
		    s->asks & GRADER_ASK_STATE ? s->kernel_done_at : UINT64_MAX;
		if (s->asks & ~(unsigned int)GRADER_ASK_TABLES &&
		    s->done_at < at)
			at = s->done_at;
		json_object_set_new(times, s->node,
				    json_integer((json_int_t)at));
	}
	return l->evidence;
}

bool
grader_look_ready(const struct grader_look *l)
{
	const struct grader_source *s;

	for (s = l->sources; s; s = s->next) {
		if (s->asks & GRADER_ASK_TABLES && s->kernel_done_at == 0)
			return false;
		if (s->asks & ~(unsigned int)GRADER_ASK_TABLES &&
		    s->done_at == 0)
			return false;
	}
	return true;
}

/* ---- the supervisor's view of the daemons */

static void
look_take_daemons(struct grader_look *l, const json_t *inspect)
{
	const json_t *n;
	json_t *node;
	size_t i;

	json_array_foreach(json_object_get(inspect, "nodes"), i, n)
	{
		const char *name =
		    json_string_value(json_object_get(n, "name"));

		if (name == NULL)
			continue;
		node = grader_look_node(l, name);
		json_object_set(node, "daemon", json_object_get(n, "state"));
		json_object_set(node, "reason", json_object_get(n, "reason"));
	}
}

static void
look_inspected(void *arg, const json_t *result, const struct err *error)
{
	struct grader_look *l = arg;

	(void)error; /* then the connection is gone, and that is told */
	l->inspecting = false;
	if (result)
		look_take_daemons(l, result);
	grader_look_done(l);
}

static void
look_inspect(struct grader_look *l)
{
	if (l->inspecting || !l->inspect_dirty || l->super == NULL)
		return;
	l->inspecting = true;
	l->inspect_dirty = false;
	ctl_async_call(l->super, "inspect", NULL, NULL, 0, look_inspected, l);
}

/* ---- rounds */

void
grader_look_dirty(struct grader_look *l, struct grader_source *s)
{
	if (s)
		s->dirty = s->kernel_dirty = true;
	if (!uv_is_active((uv_handle_t *)&l->flush))
		uv_timer_start(&l->flush, look_flush, LOOK_GATHER_MS, 0);
	if (!uv_is_active((uv_handle_t *)&l->watch))
		uv_timer_start(&l->watch, look_watch, LOOK_WATCH_MS,
			       LOOK_WATCH_MS);
}

void
grader_look_again(struct grader_look *l)
{
	struct grader_source *s;

	for (s = l->sources; s; s = s->next)
		grader_look_dirty(l, s);
	l->inspect_dirty = true;
	grader_look_dirty(l, NULL);
}

/* Does something of it change without an event? The trainee's daemon says what
 * its configuration lets it say. */
static bool
look_is_mute(const struct grader_source *s)
{
	const unsigned int told = GRADER_ASK_SESSIONS | GRADER_ASK_ROUTES |
				  GRADER_ASK_KERNEL | GRADER_ASK_OTHER_ROUTES |
				  GRADER_ASK_TCP | GRADER_ASK_SOCKETS;

	return s->trainee || s->asked || (s->asks & ~told) != 0;
}

void
grader_look_tick(struct grader_look *l)
{
	bool all = ++l->looks % LOOK_TICKS == 0;
	struct grader_source *s;

	for (s = l->sources; s; s = s->next) {
		if (all || look_is_mute(s))
			grader_look_dirty(l, s);
	}
	l->inspect_dirty |= all;
	grader_look_dirty(l, NULL);
}

static bool
look_busy(const struct grader_look *l)
{
	const struct grader_source *s;

	for (s = l->sources; s; s = s->next) {
		if (grader_source_busy(s))
			return true;
	}
	return l->inspecting;
}

static void
look_settled(uv_timer_t *t)
{
	struct grader_look *l = t->data;

	l->changed(l->arg);
}

void
grader_look_done(struct grader_look *l)
{
	if (l->freed)
		return;
	if (!look_busy(l))
		uv_timer_start(&l->settle, look_settled, 0, 0);
	else if (!uv_is_active((uv_handle_t *)&l->settle))
		uv_timer_start(&l->settle, look_settled, LOOK_SETTLE_MS, 0);
}

static void
look_flush(uv_timer_t *t)
{
	struct grader_look *l = t->data;
	struct grader_source *s;

	if (l->super == NULL)
		return;
	look_inspect(l);
	for (s = l->sources; s; s = s->next)
		grader_source_step(s);
}

/* Deadlines are counted in ticks, so that a loop that was held up elsewhere
 * blames nobody. And daemons that could not be reached a moment ago. Where nobody
 * is waited for it rests, until a node is dirty again. */
static void
look_watch(uv_timer_t *t)
{
	struct grader_look *l = t->data;
	uint64_t now = uv_now(l->loop);
	struct grader_source *s;
	bool waits = false;

	for (s = l->sources; s; s = s->next) {
		s->ticks = s->pending > 0 || s->connecting ? s->ticks + 1 : 0;
		if (s->ticks > LOOK_ANSWER_MS / LOOK_WATCH_MS)
			grader_source_late(s);
		if (s->dirty && s->retry_at != 0 && now >= s->retry_at)
			grader_look_dirty(l, NULL);
		if (s->again_at != 0 && now >= s->again_at)
			grader_look_dirty(l, s);
		waits |= s->dirty || s->retry_at != 0 || s->again_at != 0 ||
			 grader_source_busy(s);
	}
	if (!waits)
		uv_timer_stop(t);
}

/* ---- events of the supervisor */

struct grader_source *
grader_look_find(struct grader_look *l, const char *node)
{
	struct grader_source *s;

	for (s = l->sources; s && node; s = s->next) {
		if (strcmp(s->node, node) == 0)
			return s;
	}
	return NULL;
}

static void
look_lose(struct grader_look *l, const char *why)
{
	if (l->gone)
		return;
	l->gone = xasprintf("lab %s is gone: %s", l->instance, why);
	str_clean(l->gone);
	ctl_async_close(l->super);
	l->super = NULL;
	json_object_set_new(l->evidence, "error", json_string(l->gone));
	uv_timer_start(&l->settle, look_settled, 0, 0);
}

static void
look_event(void *arg, const char *event, const json_t *data)
{
	struct grader_look *l = arg;
	const char *state = json_string_value(json_object_get(data, "state"));
	const char *node = json_string_value(json_object_get(data, "node"));
	struct grader_source *s;

	if (strcmp(event, "lab") == 0 && state &&
	    (strcmp(state, "stopping") == 0 || strcmp(state, "failed") == 0)) {
		look_lose(l, "it was stopped");
		return;
	}
	if (strcmp(event, "node") == 0) {
		node = json_string_value(json_object_get(data, "name"));
		l->inspect_dirty = true;
	}
	if (strcmp(event, "lease") == 0)
		grader_lease_ask(l);
	s = grader_look_find(l, node);
	if (s && strcmp(event, "node") == 0)
		s->retry_at = 0;
	if (s && strcmp(event, "sessions") == 0)
		source_run_news(s);
	else if (s || strcmp(event, "node") == 0)
		grader_look_dirty(l, s);
}

static void
look_super_gone(void *arg, const char *why)
{
	look_lose(arg, why);
}

static void
look_subscribed(void *arg, const json_t *result, const struct err *error)
{
	(void)arg;
	(void)result;
	(void)error;
}

/* ---- life */

static json_t *
look_first(const char *name, struct err *e)
{
	struct ctl *c = ctl_open(name, e);
	json_t *lab = NULL;

	if (c == NULL)
		return NULL;
	if (ctl_call(c, "inspect", NULL, NULL, 0, LOOK_CALL_MS, &lab, e) < 0)
		lab = NULL;
	ctl_close(c);
	return lab;
}

static void
look_closed(uv_handle_t *h)
{
	struct grader_look *l = h->data;

	if (--l->handles > 0)
		return;
	json_decref(l->lab);
	json_decref(l->evidence);
	json_decref(l->holders);
	free(l->instance);
	free(l->gone);
	free(l->lease.who);
	free(l);
}

static void
look_timer(struct grader_look *l, uv_timer_t *t)
{
	uv_timer_init(l->loop, t);
	t->data = l;
	l->handles++;
}

struct grader_look *
grader_look_new(uv_loop_t *loop, const char *instance, grader_look_cb changed,
		void *arg, struct err *e)
{
	_free_ char *name = ctl_lab_name(instance);
	struct grader_look *l;
	struct ctl_async *super;
	json_t *lab = look_first(name, e);

	if (lab == NULL) {
		err_in(e, "lab %s does not answer", instance);
		return NULL;
	}
	l = xcalloc(1, sizeof(*l));
	super = ctl_async_open(loop, name, look_event, look_super_gone, l, e);
	if (super == NULL) {
		json_decref(lab);
		free(l);
		return NULL;
	}
	l->loop = loop;
	l->instance = xstrdup(instance);
	l->super = super;
	l->lab = lab;
	l->changed = changed;
	l->arg = arg;
	l->holders = json_object();
	l->evidence =
	    json_pack("{s:{}, s:{}, s:{}}", "nodes", "experiments", "at_ms");
	look_holders(l);
	look_take_daemons(l, lab);
	look_timer(l, &l->flush);
	look_timer(l, &l->watch);
	look_timer(l, &l->settle);
	ctl_async_call(super, "subscribe", NULL, NULL, 0, look_subscribed, l);
	grader_lease_ask(l);
	return l;
}

void
grader_look_free(struct grader_look *l)
{
	struct grader_source *s;

	if (l == NULL || l->freed)
		return;
	l->freed = true;
	while ((s = l->sources) != NULL) {
		l->sources = s->next;
		grader_source_free(s);
	}
	ctl_async_close(l->super);
	uv_close((uv_handle_t *)&l->flush, look_closed);
	uv_close((uv_handle_t *)&l->watch, look_closed);
	uv_close((uv_handle_t *)&l->settle, look_closed);
}

const json_t *
grader_look_lab(const struct grader_look *l)
{
	return l->lab;
}

const char *
grader_look_gone(const struct grader_look *l)
{
	return l->gone;
}

struct ctl_async *
grader_look_robot(struct grader_look *l, const char *node)
{
	struct grader_source *s = grader_look_find(l, node);

	return s && s->ixpeer ? s->link_ixrs : NULL;
}

struct ctl_async *
grader_look_super(struct grader_look *l)
{
	return l->super;
}
