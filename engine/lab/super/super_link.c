/*
 * "link": an interface down, or up; or a link by the two it joins, down, up, or
 * with other weather (super_weather.c). The kernel forgets the routes of an
 * interface that goes down, so those of the lab file are set again when it comes
 * up. With for_ms a link comes back by itself, even when whoever took it down
 * does not live to do it; the next word about that link counts.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "lab/super/super_links_priv.h"
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
	if (up) {
		link_routes(n, dev);
		super_network_up(n);
	}
	return 0;
}

/* ---- for a while */

static void
link_closed(uv_handle_t *h)
{
	free(h->data);
}

void
super_link_forget(struct super_node *n, const char *dev)
{
	struct super_link **at = &n->super->links, *l;

	while ((l = *at) != NULL) {
		if (l->node != n || (dev && strcmp(l->dev, dev) != 0)) {
			at = &l->next;
			continue;
		}
		*at = l->next;
		uv_close((uv_handle_t *)&l->timer, link_closed);
	}
}

bool
super_link_waits(const struct super_node *n, const char *dev)
{
	const struct super_link *l;

	for (l = n->super->links; l; l = l->next)
		if (l->node == n && strcmp(l->dev, dev) == 0)
			return true;
	return false;
}

static void
link_over(uv_timer_t *t)
{
	struct super_link *l = t->data;
	struct err e;

	if (link_set(l->node, l->dev, true, &e) < 0)
		log_warnx("super", "%s: %s", l->node->def->name, e.msg);
	super_link_forget(l->node, l->dev);
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

/* ---- an interface */

static int
link_interface(struct super *s, const json_t *args, long ms, struct err *e)
{
	struct super_node *n = super_arg_node(s, args, e);
	const char *dev = json_string_value(json_object_get(args, "dev"));
	const json_t *up = json_object_get(args, "up");

	if (n == NULL)
		return -1;
	if (dev == NULL || !json_is_boolean(up))
		return err_usage(e, "which dev, and up true or false?");
	if (ms > 0 && json_is_true(up))
		return err_usage(e, "only a link that goes down comes back");
	if (link_set(n, dev, json_is_true(up), e) < 0)
		return -1;
	super_link_forget(n, dev);
	if (ms > 0)
		link_for(n, dev, ms);
	return 0;
}

/* ---- a link, by what it joins: "NODE" or "NODE:INTERFACE" */

const char *
super_link_dev(const struct super *s, const struct lab_end *end)
{
	return end->ifi == SIZE_MAX
		   ? end->port
		   : s->lab->nodes[end->node].ifs[end->ifi].name;
}

static bool
link_end_is(const struct super *s, const struct lab_end *end, const char *word)
{
	const char *name = s->lab->nodes[end->node].name;
	size_t len = strlen(name);

	if (strncmp(word, name, len) != 0)
		return false;
	return word[len] == '\0' ||
	       (word[len] == ':' &&
		strcmp(word + len + 1, super_link_dev(s, end)) == 0);
}

static bool
link_joins(const struct super *s, const struct lab_link *l, const char *a,
	   const char *b)
{
	return (link_end_is(s, &l->a, a) && link_end_is(s, &l->b, b)) ||
	       (link_end_is(s, &l->a, b) && link_end_is(s, &l->b, a));
}

static void
link_name(const struct super *s, const struct lab_link *l, struct str *to)
{
	str_addf(to, "%s%s:%s - %s:%s", to->len ? ", " : "",
		 s->lab->nodes[l->a.node].name, super_link_dev(s, &l->a),
		 s->lab->nodes[l->b.node].name, super_link_dev(s, &l->b));
}

/* Those that either word is about, for who named none or several. */
static int
link_which(const struct super *s, const char *a, const char *b, bool none,
	   struct err *e)
{
	struct str all = {0};
	size_t i, n = 0;

	for (i = 0; i < s->lab->nlinks && n < 8; i++) {
		const struct lab_link *l = &s->lab->links[i];

		if (none
			? link_joins(s, l, a, s->lab->nodes[l->a.node].name) ||
			      link_joins(s, l, a, s->lab->nodes[l->b.node].name)
			: link_joins(s, l, a, b)) {
			link_name(s, l, &all);
			n++;
		}
	}
	if (none)
		err_usage(e, "there is no link between %.40s and %.40s%s%s", a,
			  b, n ? "; there is " : "", str_text(&all));
	else
		err_usage(e,
			  "several links join %.40s and %.40s: %s; say "
			  "NODE:INTERFACE",
			  a, b, str_text(&all));
	str_clear(&all);
	return -1;
}

/* Who says two switches means what carries the tunnels between them. */
static size_t
link_without_tunnels(const struct super *s, const char *a, const char *b,
		     size_t *link, size_t n)
{
	size_t i, count = 0;

	for (i = 0; i < s->lab->nlinks; i++)
		if (s->lab->links[i].carrier == SIZE_MAX &&
		    link_joins(s, &s->lab->links[i], a, b)) {
			*link = i;
			count++;
		}
	return count == 1 ? 1 : n;
}

static int
link_find(struct super *s, const json_t *args, size_t *link, struct err *e)
{
	const char *a = json_string_value(json_object_get(args, "a"));
	const char *b = json_string_value(json_object_get(args, "b"));
	size_t i, n = 0;

	if (a == NULL || b == NULL)
		return err_usage(e, "which two nodes?");
	for (i = 0; i < s->lab->nlinks; i++) {
		if (link_joins(s, &s->lab->links[i], a, b)) {
			*link = i;
			n++;
		}
	}
	if (n > 1)
		n = link_without_tunnels(s, a, b, link, n);
	if (n != 1)
		return link_which(s, a, b, n == 0, e);
	if (s->nodes[s->lab->links[*link].a.node]->net == NULL ||
	    s->nodes[s->lab->links[*link].b.node]->net == NULL)
		return err_here(e,
				"the link between %.40s and %.40s is not "
				"made yet",
				a, b);
	return 0;
}

/* ---- its weather: what is not named stays as it is */

static int
link_arg_weather(const json_t *args, struct lab_weather *w, bool *named,
		 struct err *e)
{
	const json_t *silent = json_object_get(args, "silent");
	const json_t *clear = json_object_get(args, "clear");
	long delay, jitter, loss, rate;

	if ((silent && !json_is_boolean(silent)) ||
	    (clear && !json_is_true(clear)))
		return err_usage(e, "silent is true or false, clear is true");
	if (clear)
		*w = (struct lab_weather){0};
	delay = w->delay_us;
	jitter = w->jitter_us;
	loss = w->loss_ppm;
	rate = (long)w->rate_bps;
	if (super_arg_int(args, "delay_us", 0, MODEL_WEATHER_TIME_MAX, &delay,
			  e) < 0 ||
	    super_arg_int(args, "jitter_us", 0, MODEL_WEATHER_TIME_MAX, &jitter,
			  e) < 0 ||
	    super_arg_int(args, "loss_ppm", 0, 1000000, &loss, e) < 0 ||
	    super_arg_int(args, "rate_bps", 0, (long)MODEL_WEATHER_RATE_MAX,
			  &rate, e) < 0)
		return -1;
	*named = silent || clear || json_object_get(args, "delay_us") ||
		 json_object_get(args, "jitter_us") ||
		 json_object_get(args, "loss_ppm") ||
		 json_object_get(args, "rate_bps");
	w->delay_us = (uint32_t)delay;
	w->jitter_us = (uint32_t)jitter;
	w->loss_ppm = (uint32_t)loss;
	w->rate_bps = (uint64_t)rate;
	if (silent)
		w->silent = json_is_true(silent);
	return model_weather_check(w, e);
}

static int
link_both(struct super *s, const struct lab_link *l, bool up, long ms,
	  struct err *e)
{
	const struct lab_end *const ends[] = {&l->a, &l->b};
	int i;

	if (up && ms > 0)
		return err_usage(e, "only a link that goes down comes back");
	for (i = 0; i < 2; i++) {
		struct super_node *n = s->nodes[ends[i]->node];
		const char *dev = super_link_dev(s, ends[i]);

		if (link_set(n, dev, up, e) < 0)
			return -1;
		super_link_forget(n, dev);
		if (ms > 0)
			link_for(n, dev, ms);
	}
	return 0;
}

bool
super_link_up(struct super *s, size_t link)
{
	const struct lab_link *l = &s->lab->links[link];
	struct net_link a = {0}, b = {0};
	struct err e;

	(void)net_link_look(s->nodes[l->a.node]->net, super_link_dev(s, &l->a),
			    &a, &e);
	(void)net_link_look(s->nodes[l->b.node]->net, super_link_dev(s, &l->b),
			    &b, &e);
	return a.up && b.up;
}

static json_t *
link_json(struct super *s, size_t link)
{
	json_t *o = super_weather_json(s, link);

	json_object_set_new(o, "up", json_boolean(super_link_up(s, link)));
	json_object_set_new(o, "wire", super_wire_json(s));
	return o;
}

static int
link_joined(struct super *s, const json_t *args, long ms, json_t **result,
	    struct err *e)
{
	const json_t *up = json_object_get(args, "up");
	struct lab_weather w;
	size_t link = 0;
	bool named = false;

	if (link_find(s, args, &link, e) < 0)
		return -1;
	w = super_weather_of(s, link);
	if (link_arg_weather(args, &w, &named, e) < 0)
		return -1;
	if ((up && !json_is_boolean(up)) || (up && named && ms > 0))
		return err_usage(e, up && named
					? "one at a time for a while: up and "
					  "down, or weather"
					: "up is true or false");
	if ((up || named) && s->lab->links[link].kind == LAB_LINK_TAG)
		return err_usage(e, "the LANs of a trunk are one link: say "
				    "its first interface");
	if (up &&
	    link_both(s, &s->lab->links[link], json_is_true(up), ms, e) < 0)
		return -1;
	if (named && ms > 0 &&
	    super_weather_set_for(s, link, &w, (uint64_t)ms, e) < 0)
		return -1;
	if (named && ms == 0 && super_weather_set(s, link, &w, e) < 0)
		return -1;
	if (ms > 0 && !up && !named)
		return err_usage(e, "what for a while?");
	*result = link_json(s, link);
	return 0;
}

int
super_link(struct super *s, const json_t *args, json_t **result, struct err *e)
{
	long ms = 0;

	if (super_arg_int(args, "for_ms", 1, LINK_MAX_MS, &ms, e) < 0)
		return -1;
	if (json_object_get(args, "a") || json_object_get(args, "b"))
		return link_joined(s, args, ms, result, e);
	return link_interface(s, args, ms, e);
}
