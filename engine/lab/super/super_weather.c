/*
 * The weather of links: who makes it, what there is, what it counted.
 *
 * It is applied to frames as they leave each of a link's two ends, so nothing is
 * swapped: addresses, neighbours and sessions do not notice that weather comes
 * or goes, and an interface may go down and up meanwhile. The kernel's netem
 * makes it where there is one (tried once, for real), ixwire elsewhere. A link
 * without weather costs nothing, and nothing stands on its interfaces.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_links_priv.h"
#include "lab/super/super_priv.h"

static struct super_weather *
weather_find(const struct super *s, size_t link)
{
	struct super_weather *x;

	for (x = s->weathers; x; x = x->next)
		if (x->link == link)
			return x;
	return NULL;
}

/* ---- netem, or not */

static struct net_netem
weather_netem(const struct lab_weather *w)
{
	return (struct net_netem){w->delay_us, w->jitter_us, w->loss_ppm,
				  w->rate_bps, w->silent};
}

/* On the lo of a namespace that is thrown away. */
static bool
weather_has_netem(struct err *e)
{
	const struct net_netem try = {.delay_us = 1000, .rate_bps = 1000000};
	struct net *n = net_new(NET_SWITCH, e);
	bool has = n != NULL && net_netem_set(n, "lo", &try, e) == 0;

	net_free(n);
	return has;
}

static int
weather_choose(struct super *s, struct err *e)
{
	const char *want = getenv("IXLAB_WEATHER");
	struct err why = {0};

	if (s->weather_by != WEATHER_UNKNOWN)
		return 0;
	if (want && *want && strcmp(want, "wire") != 0 &&
	    strcmp(want, "netem") != 0)
		return err_usage(e,
				 "IXLAB_WEATHER is \"%.20s\", which is "
				 "neither wire nor netem",
				 want);
	if ((!want || strcmp(want, "wire") != 0) && weather_has_netem(&why)) {
		s->weather_by = WEATHER_NETEM;
		return 0;
	}
	if (want && strcmp(want, "netem") == 0) {
		*e = why;
		return -1;
	}
	if (super_wire_ready(s, e) < 0)
		return -1;
	s->weather_by = WEATHER_WIRE;
	log_info("super", "links have weather by ixwire%s%s",
		 why.msg[0] ? ": " : "", why.msg);
	return 0;
}

/* ---- one end */

static int
weather_netem_end(struct weather_end *end, const struct lab_weather *w,
		  struct err *e)
{
	const struct net_netem n = weather_netem(w);

	if (!end->on && net_offloads(end->node->net, end->dev, false, e) < 0)
		return -1;
	if (net_netem_set(end->node->net, end->dev, &n, e) < 0)
		return -1;
	end->on = true;
	return 0;
}

static int
weather_end_set(struct super *s, struct weather_end *end,
		const struct lab_weather *w, struct err *e)
{
	if (s->weather_by == WEATHER_NETEM)
		return weather_netem_end(end, w, e);
	if (!end->on)
		return super_wire_add(s, end, w, e);
	super_wire_set(s, end, w);
	return 0;
}

static void
weather_end_clear(struct super *s, struct weather_end *end)
{
	struct net *n = end->node->net;
	struct err e;

	if (!end->on)
		return;
	if (s->weather_by == WEATHER_WIRE) {
		super_wire_remove(s, end);
		return;
	}
	if (net_netem_clear(n, end->dev, &e) < 0 ||
	    net_offloads(n, end->dev, true, &e) < 0)
		log_warnx("super", "%s: %s", end->node->def->name, e.msg);
	end->on = false;
}

/* ---- a link */

static struct super_weather *
weather_new(struct super *s, size_t link)
{
	const struct lab_link *l = &s->lab->links[link];
	const struct lab_end *const ends[] = {&l->a, &l->b};
	struct super_weather *x = xcalloc(1, sizeof(*x));
	int i;

	x->super = s;
	x->link = link;
	for (i = 0; i < 2; i++) {
		x->ends[i].node = s->nodes[ends[i]->node];
		x->ends[i].rx = x->ends[i].tx = -1;
		snprintf(x->ends[i].dev, sizeof(x->ends[i].dev), "%s",
			 super_link_dev(s, ends[i]));
	}
	uv_timer_init(&s->loop, &x->timer);
	x->timer.data = x;
	x->next = s->weathers;
	s->weathers = x;
	return x;
}

static void
weather_closed(uv_handle_t *h)
{
	free(h->data);
}

static void
weather_free(struct super_weather *x)
{
	struct super_weather **at = &x->super->weathers;
	int i;

	for (i = 0; i < 2; i++)
		weather_end_clear(x->super, &x->ends[i]);
	while (*at != x)
		at = &(*at)->next;
	*at = x->next;
	uv_close((uv_handle_t *)&x->timer, weather_closed);
}

static void
weather_tell(struct super *s, size_t link, const struct lab_weather *w)
{
	const struct lab_link *l = &s->lab->links[link];
	const struct lab_end *const ends[] = {&l->a, &l->b};
	struct net_link now;
	struct err e;
	int i;

	for (i = 0; s->server && i < 2; i++) {
		const struct super_node *n = s->nodes[ends[i]->node];
		const char *dev = super_link_dev(s, ends[i]);

		if (net_link_look(n->net, dev, &now, &e) < 0)
			continue;
		super_tell(
		    s, "link",
		    json_pack("{ss so sb so}", "node", n->def->name, "dev",
			      out_str(dev), "up", now.up, "weather",
			      model_weather_fair(w) ? json_null()
						    : model_weather_json(w)));
	}
}

/* Both ends, or what was there before. */
static int
weather_apply(struct super *s, struct super_weather *x,
	      const struct lab_weather *w, struct err *e)
{
	struct err ignored;

	if (weather_end_set(s, &x->ends[0], w, e) < 0 ||
	    weather_end_set(s, &x->ends[1], w, e) < 0) {
		if (model_weather_fair(&x->now))
			weather_free(x);
		else if (x->ends[0].on)
			(void)weather_end_set(s, &x->ends[0], &x->now,
					      &ignored);
		return -1;
	}
	x->now = *w;
	return 0;
}

int
super_weather_set(struct super *s, size_t link, const struct lab_weather *w,
		  struct err *e)
{
	const struct lab_link *l = &s->lab->links[link];
	struct super_weather *x = weather_find(s, link);

	if (s->nodes[l->a.node]->net == NULL ||
	    s->nodes[l->b.node]->net == NULL)
		return err_here(e, "the link is not made yet");
	if (model_weather_check(w, e) < 0)
		return -1;
	if (x)
		uv_timer_stop(&x->timer);
	if (model_weather_fair(w) && x)
		weather_free(x);
	if (!model_weather_fair(w)) {
		if (weather_choose(s, e) < 0)
			return -1;
		if (x == NULL)
			x = weather_new(s, link);
		if (weather_apply(s, x, w, e) < 0)
			return -1;
	}
	weather_tell(s, link, w);
	return 0;
}

void
super_weather_turn(struct super *s, const size_t *link)
{
	struct super_weather *x, *next;

	for (x = s->weathers; x; x = next) {
		next = x->next;
		x->link = link[x->link];
		if (x->link == SIZE_MAX)
			weather_free(x);
	}
}

/* ---- for a while */

static void
weather_over(uv_timer_t *t)
{
	struct super_weather *x = t->data;
	struct super *s = x->super;
	struct lab_weather before = x->before;
	struct err e = {0};

	if (super_weather_set(s, x->link, &before, &e) < 0)
		log_warnx("super", "weather: %s", e.msg);
}

int
super_weather_set_for(struct super *s, size_t link, const struct lab_weather *w,
		      uint64_t ms, struct err *e)
{
	struct lab_weather before = super_weather_of(s, link);
	struct super_weather *x;

	if (model_weather_fair(w))
		return err_usage(e, "fair weather needs no end");
	if (super_weather_set(s, link, w, e) < 0)
		return -1;
	x = weather_find(s, link);
	x->before = before;
	uv_timer_start(&x->timer, weather_over, ms, 0);
	return 0;
}

/* ---- what there is */

struct lab_weather
super_weather_of(const struct super *s, size_t link)
{
	const struct super_weather *x = weather_find(s, link);

	return x ? x->now : (struct lab_weather){0};
}

static json_t *
weather_wire_counts(struct super *s, struct weather_end *end)
{
	const struct wire_slot *t = &s->wire.slots[end->slot];
	const struct {
		const char *key;
		const uint64_t *value;
	} all[] = {{"passed", &t->passed},	  {"lost", &t->lost},
		   {"dropped", &t->dropped},	  {"overrun", &end->overrun},
		   {"unsent", &t->unsent},	  {"late", &t->late},
		   {"late_max_us", &t->late_max}, {"queued", &t->queued}};
	json_t *o = json_object();
	size_t i;

	end->overrun += net_wire_overrun(end->rx);
	for (i = 0; i < sizeof(all) / sizeof(*all); i++)
		json_object_set_new(o, all[i].key,
				    json_integer((json_int_t)__atomic_load_n(
					all[i].value, __ATOMIC_RELAXED)));
	return o;
}

static json_t *
weather_netem_counts(const struct weather_end *end)
{
	struct net_netem_count c;
	struct err e;

	if (net_netem_counts(end->node->net, end->dev, &c, &e) < 0)
		return json_pack("{so}", "error", out_str(e.msg));
	return json_pack("{sI sI sI}", "passed", (json_int_t)c.passed, "lost",
			 (json_int_t)c.lost, "queued", (json_int_t)c.queued);
}

static json_t *
weather_directions(struct super *s, struct super_weather *x)
{
	json_t *all = json_array(), *o;
	int i;

	for (i = 0; i < 2; i++) {
		o = s->weather_by == WEATHER_WIRE
			? weather_wire_counts(s, &x->ends[i])
			: weather_netem_counts(&x->ends[i]);
		json_object_set_new(o, "from",
				    out_str(x->ends[i].node->def->name));
		json_array_append_new(all, o);
	}
	return all;
}

static json_t *
weather_end_json(const struct super *s, const struct lab_end *end)
{
	return json_pack("{so so}", "node",
			 out_str(s->lab->nodes[end->node].name), "interface",
			 out_str(super_link_dev(s, end)));
}

json_t *
super_weather_json(struct super *s, size_t link)
{
	const struct lab_link *l = &s->lab->links[link];
	struct super_weather *x = weather_find(s, link);
	json_t *o = json_pack("{so so}", "a", weather_end_json(s, &l->a), "b",
			      weather_end_json(s, &l->b));
	uint64_t ms = x ? uv_timer_get_due_in(&x->timer) : 0;

	json_object_set_new(o, "weather",
			    x ? model_weather_json(&x->now) : json_null());
	json_object_set_new(o, "by",
			    x == NULL ? json_null()
			    : s->weather_by == WEATHER_NETEM
				? json_string("netem")
				: json_string("wire"));
	json_object_set_new(o, "for_ms",
			    x && uv_is_active((uv_handle_t *)&x->timer)
				? json_integer((json_int_t)ms)
				: json_null());
	json_object_set_new(o, "directions",
			    x ? weather_directions(s, x) : json_array());
	return o;
}

bool
super_weather_is_ours(const char *dev)
{
	return str_starts(dev, "wire-") ||
	       (str_starts(dev, "wire") && isdigit((unsigned char)dev[4]));
}
