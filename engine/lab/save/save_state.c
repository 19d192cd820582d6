/*
 * What was set by hand, as JSON and as values. Whoever reads it back has a lab
 * already, so every name is looked up in it at once: what comes out speaks of
 * nodes, interfaces and links that exist.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "lab/save/save.h"

static const char *const state_types[] = {"unicast", "blackhole", "unreachable",
					  "prohibit"};

void
save_state_clear(struct save_state *s)
{
	free(s->addrs);
	free(s->routes);
	free(s->ifs);
	free(s->links);
	free(s->ports);
	free(s->stopped);
	memset(s, 0, sizeof(*s));
}

/* ---- out */

static const char *
state_dev(const struct lab *lab, const struct lab_end *end)
{
	return end->ifi == SIZE_MAX ? end->port
				    : lab->nodes[end->node].ifs[end->ifi].name;
}

static json_t *
state_end(const struct lab *lab, const struct lab_end *end)
{
	return json_pack("{so so}", "node", out_str(lab->nodes[end->node].name),
			 "interface", out_str(state_dev(lab, end)));
}

static json_t *
print_addr(const struct save_addr *a, const struct lab *lab)
{
	char text[IP_ADDRSTRLEN];

	return json_pack("{ss ss ss si sb}", "node", lab->nodes[a->node].name,
			 "dev", a->dev, "address",
			 ip_addr_print(&a->addr.addr, text), "len", a->addr.len,
			 "set", a->set);
}

static json_t *
print_route(const struct save_route *r, const struct lab *lab)
{
	char to[IP_PREFIXSTRLEN], via[IP_ADDRSTRLEN];

	return json_pack(
	    "{ss ss so so ss sI ss sb}", "node", lab->nodes[r->node].name, "to",
	    ip_prefix_print(&r->to, to), "via",
	    r->via.family == IP_NONE ? json_null()
				     : json_string(ip_addr_print(&r->via, via)),
	    "dev", r->dev[0] ? json_string(r->dev) : json_null(), "type",
	    r->type, "metric", (json_int_t)r->metric, "protocol",
	    r->by_hand ? "boot" : "static", "set", r->set);
}

static json_t *
print_if(const struct save_if *i, const struct lab *lab)
{
	char mac[MODEL_MACSTRLEN];

	return json_pack("{ss ss sb so so}", "node", lab->nodes[i->node].name,
			 "dev", i->dev, "up", !i->down, "mtu",
			 i->mtu ? json_integer(i->mtu) : json_null(), "mac",
			 i->has_mac ? json_string(model_mac_print(i->mac, mac))
				    : json_null());
}

static json_t *
print_port(const struct save_port *p, const struct lab *lab)
{
	const struct lab_end *end = &lab->links[p->link].a;
	json_t *pins = json_array();
	char mac[MODEL_MACSTRLEN];
	size_t i;

	for (i = 0; i < p->npins; i++)
		json_array_append_new(
		    pins, json_string(model_mac_print(p->pins[i], mac)));
	return json_pack("{ss ss ss sb sb so}", "switch",
			 lab->nodes[end->node].name, "port", end->port, "lan",
			 lab->lans[p->lan].name, "culled", p->culled, "shut",
			 p->shut, "pins", pins);
}

json_t *
save_state_json(const struct save_state *s, const struct lab *lab)
{
	json_t *addrs = json_array(), *routes = json_array(),
	       *ifs = json_array(), *links = json_array(),
	       *ports = json_array(), *stopped = json_array();
	size_t i;

	for (i = 0; i < s->naddrs; i++)
		json_array_append_new(addrs, print_addr(&s->addrs[i], lab));
	for (i = 0; i < s->nroutes; i++)
		json_array_append_new(routes, print_route(&s->routes[i], lab));
	for (i = 0; i < s->nifs; i++)
		json_array_append_new(ifs, print_if(&s->ifs[i], lab));
	for (i = 0; i < s->nlinks; i++) {
		const struct lab_link *l = &lab->links[s->links[i].link];

		json_array_append_new(
		    links, json_pack("{so so so}", "a", state_end(lab, &l->a),
				     "b", state_end(lab, &l->b), "weather",
				     model_weather_json(&s->links[i].weather)));
	}
	for (i = 0; i < s->nports; i++)
		json_array_append_new(ports, print_port(&s->ports[i], lab));
	for (i = 0; i < s->nstopped; i++)
		json_array_append_new(
		    stopped, json_string(lab->nodes[s->stopped[i]].name));
	return json_pack("{so so so so so so}", "addresses", addrs, "routes",
			 routes, "interfaces", ifs, "links", links, "ports",
			 ports, "stopped", stopped);
}

/* ---- in: one row at a time */

struct state_reader {
	const struct lab *lab;
	struct save_state *s;
	const json_t *row;
	size_t at; /* of it, from 1 */
	const char *list;
	struct err *e;
};

static int
state_bad(const struct state_reader *r, const char *key)
{
	return err_usage(r->e, "its state, %s %zu: bad %s", r->list, r->at,
			 key);
}

static const char *
state_text(const struct state_reader *r, const char *key)
{
	const char *v = json_string_value(json_object_get(r->row, key));

	return v ? v : "";
}

static int
state_int(const struct state_reader *r, const char *key, json_int_t min,
	  json_int_t max, json_int_t *out)
{
	const json_t *v = json_object_get(r->row, key);

	*out = json_integer_value(v);
	if (!json_is_integer(v) || *out < min || *out > max)
		return state_bad(r, key);
	return 0;
}

static int
state_bool(const struct state_reader *r, const char *key, bool *out)
{
	const json_t *v = json_object_get(r->row, key);

	*out = json_is_true(v);
	return json_is_boolean(v) ? 0 : state_bad(r, key);
}

static int
state_node(const struct state_reader *r, const char *key, const char *name,
	   size_t *out)
{
	const struct lab_node *n = model_find(r->lab, name);

	if (n == NULL)
		return state_bad(r, key);
	*out = (size_t)(n - r->lab->nodes);
	return 0;
}

bool
save_state_has_dev(const struct lab *lab, size_t node, const char *dev)
{
	const struct lab_node *n = &lab->nodes[node];
	size_t i, k;

	if (strcmp(dev, "lo") == 0)
		return true;
	for (i = 0; i < n->nifs; i++)
		if (strcmp(n->ifs[i].name, dev) == 0)
			return true;
	/* ports of a switch, or of a bridge in a router */
	for (i = 0; *dev && i < lab->nlinks; i++) {
		const struct lab_link *l = &lab->links[i];

		if ((l->a.node == node && strcmp(l->a.port, dev) == 0) ||
		    (l->b.node == node && strcmp(l->b.port, dev) == 0))
			return true;
	}
	for (i = 0; i < lab->nlans; i++)
		for (k = 0; k < lab->lans[i].nswitches; k++)
			if (lab->lans[i].switches[k] == node &&
			    strcmp(lab->lans[i].name, dev) == 0)
				return true;
	return false;
}

static int
state_node_dev(const struct state_reader *r, size_t *node, char dev[16])
{
	const char *name = state_text(r, "dev");

	if (state_node(r, "node", state_text(r, "node"), node) < 0)
		return -1;
	if (!save_state_has_dev(r->lab, *node, name))
		return state_bad(r, "dev");
	snprintf(dev, 16, "%s", name);
	return 0;
}

static bool
state_mac(const char *text, uint8_t mac[6])
{
	unsigned int b[6];
	int i, end = 0;

	if (text == NULL || strlen(text) != 17 ||
	    strspn(text, "0123456789abcdef:") != 17 ||
	    sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &b[0], &b[1], &b[2],
		   &b[3], &b[4], &b[5], &end) != 6 ||
	    end != 17 || (b[0] & 1))
		return false;
	for (i = 0; i < 6; i++)
		mac[i] = (uint8_t)b[i];
	return true;
}

static int
read_addr(const struct state_reader *r)
{
	struct save_addr *a = &r->s->addrs[r->at - 1];
	json_int_t len;

	if (state_node_dev(r, &a->node, a->dev) < 0)
		return -1;
	if (!ip_addr_parse(state_text(r, "address"), &a->addr.addr))
		return state_bad(r, "address");
	if (state_int(r, "len", 0, ip_bits(a->addr.addr.family), &len) < 0)
		return -1;
	a->addr.len = (uint8_t)len;
	return state_bool(r, "set", &a->set);
}

static int
read_route(const struct state_reader *r)
{
	struct save_route *x = &r->s->routes[r->at - 1];
	const json_t *via = json_object_get(r->row, "via");
	const json_t *dev = json_object_get(r->row, "dev");
	json_int_t metric;
	size_t i;

	if (json_is_null(dev)
		? state_node(r, "node", state_text(r, "node"), &x->node) < 0
		: state_node_dev(r, &x->node, x->dev) < 0)
		return -1;
	if (!ip_prefix_parse(state_text(r, "to"), &x->to))
		return state_bad(r, "to");
	if (!json_is_null(via) && !ip_addr_parse(state_text(r, "via"), &x->via))
		return state_bad(r, "via");
	for (i = 0; i < 4; i++)
		if (strcmp(state_types[i], state_text(r, "type")) == 0)
			break;
	if (i == 4 || (i == 0 && json_is_null(via) && json_is_null(dev)))
		return state_bad(r, "type");
	snprintf(x->type, sizeof(x->type), "%s", state_types[i]);
	if (state_int(r, "metric", 0, UINT32_MAX, &metric) < 0)
		return -1;
	x->metric = (uint32_t)metric;
	x->by_hand = strcmp(state_text(r, "protocol"), "boot") == 0;
	if (!x->by_hand && strcmp(state_text(r, "protocol"), "static") != 0)
		return state_bad(r, "protocol");
	return state_bool(r, "set", &x->set);
}

static int
read_if(const struct state_reader *r)
{
	const json_t *mac = json_object_get(r->row, "mac");
	struct save_if *x = &r->s->ifs[r->at - 1];
	json_int_t mtu = 0;
	bool up;

	if (state_node_dev(r, &x->node, x->dev) < 0 ||
	    state_bool(r, "up", &up) < 0)
		return -1;
	if (!json_is_null(json_object_get(r->row, "mtu")) &&
	    state_int(r, "mtu", 68, 65535, &mtu) < 0)
		return -1;
	x->down = !up;
	x->mtu = (uint32_t)mtu;
	x->has_mac = !json_is_null(mac);
	if (x->has_mac && !state_mac(json_string_value(mac), x->mac))
		return state_bad(r, "mac");
	return 0;
}

static bool
state_end_is(const struct state_reader *r, const char *key,
	     const struct lab_end *end)
{
	const json_t *o = json_object_get(r->row, key);
	const char *node = json_string_value(json_object_get(o, "node"));
	const char *dev = json_string_value(json_object_get(o, "interface"));

	return node && dev &&
	       strcmp(node, r->lab->nodes[end->node].name) == 0 &&
	       strcmp(dev, state_dev(r->lab, end)) == 0;
}

static int
state_weather(const struct state_reader *r, struct lab_weather *w)
{
	struct state_reader in = *r;
	json_int_t delay, jitter, loss, rate;
	struct err why;

	in.row = json_object_get(r->row, "weather");
	if (state_int(&in, "delay_us", 0, MODEL_WEATHER_TIME_MAX, &delay) < 0 ||
	    state_int(&in, "jitter_us", 0, MODEL_WEATHER_TIME_MAX, &jitter) <
		0 ||
	    state_int(&in, "loss_ppm", 0, 1000000, &loss) < 0 ||
	    state_int(&in, "rate_bps", 0, (json_int_t)MODEL_WEATHER_RATE_MAX,
		      &rate) < 0 ||
	    state_bool(&in, "silent", &w->silent) < 0)
		return -1;
	w->delay_us = (uint32_t)delay;
	w->jitter_us = (uint32_t)jitter;
	w->loss_ppm = (uint32_t)loss;
	w->rate_bps = (uint64_t)rate;
	return model_weather_check(w, &why) < 0 ? state_bad(r, "weather") : 0;
}

static int
read_link(const struct state_reader *r)
{
	struct save_link *x = &r->s->links[r->at - 1];
	const struct lab *lab = r->lab;

	for (x->link = 0; x->link < lab->nlinks; x->link++)
		if (state_end_is(r, "a", &lab->links[x->link].a) &&
		    state_end_is(r, "b", &lab->links[x->link].b))
			return state_weather(r, &x->weather);
	return state_bad(r, "ends");
}

static int
state_pins(const struct state_reader *r, struct save_port *x)
{
	const json_t *pins = json_object_get(r->row, "pins"), *v;
	size_t i;

	if (!json_is_array(pins) || json_array_size(pins) > SAVE_PINS_MAX)
		return state_bad(r, "pins");
	json_array_foreach(
	    pins, i, v) if (!state_mac(json_string_value(v),
				       x->pins[i])) return state_bad(r, "pins");
	x->npins = json_array_size(pins);
	return 0;
}

/* The LAN must be one of that switch. */
static int
state_lan(const struct state_reader *r, size_t sw, size_t *out)
{
	const struct lab_lan *l;
	size_t i;

	for (l = r->lab->lans; l < r->lab->lans + r->lab->nlans; l++)
		for (i = 0; i < l->nswitches; i++)
			if (l->switches[i] == sw &&
			    strcmp(l->name, state_text(r, "lan")) == 0) {
				*out = (size_t)(l - r->lab->lans);
				return 0;
			}
	return state_bad(r, "lan");
}

static int
read_port(const struct state_reader *r)
{
	struct save_port *x = &r->s->ports[r->at - 1];
	const struct lab_link *l;
	size_t sw = 0;

	if (state_node(r, "switch", state_text(r, "switch"), &sw) < 0)
		return -1;
	for (x->link = 0; x->link < r->lab->nlinks; x->link++) {
		l = &r->lab->links[x->link];
		if (l->kind == LAB_LINK_PORT && l->a.node == sw &&
		    strcmp(l->a.port, state_text(r, "port")) == 0)
			break;
	}
	if (x->link == r->lab->nlinks)
		return state_bad(r, "port");
	if (state_lan(r, sw, &x->lan) < 0 ||
	    state_bool(r, "culled", &x->culled) < 0 ||
	    state_bool(r, "shut", &x->shut) < 0)
		return -1;
	return state_pins(r, x);
}

static int
read_stopped(const struct state_reader *r)
{
	const char *name = json_string_value(r->row);

	return state_node(r, "node", name ? name : "",
			  &r->s->stopped[r->at - 1]);
}

/* ---- in: the lists */

/* Room for the rows of a list, owned by the caller; NULL with e set. */
static void *
state_rows(struct state_reader *r, const json_t *all, const char *list,
	   size_t size, size_t *n)
{
	const json_t *a = json_object_get(all, list);

	r->list = list;
	if (!json_is_array(a) || json_array_size(a) > SAVE_ROWS_MAX) {
		err_usage(r->e, "its state has no list of %s", list);
		return NULL;
	}
	*n = json_array_size(a);
	return xcalloc(*n + 1, size);
}

static int
state_each(struct state_reader *r, const json_t *all,
	   int (*each)(const struct state_reader *r))
{
	const json_t *a = json_object_get(all, r->list), *row;
	size_t i;

	json_array_foreach(a, i, row)
	{
		r->row = row;
		r->at = i + 1;
		if (each(r) < 0)
			return -1;
	}
	return 0;
}

#define STATE_LIST(r, all, list, rows, count, each)                      \
	(((r)->s->rows = state_rows(r, all, list, sizeof(*(r)->s->rows), \
				    &(r)->s->count)) == NULL             \
	     ? -1                                                        \
	     : state_each(r, all, each))

int
save_state_parse(struct save_state *s, const char *file, const json_t *json,
		 const struct lab *lab, struct err *e)
{
	struct state_reader r = {.lab = lab, .s = s, .e = e};

	memset(s, 0, sizeof(*s));
	if (STATE_LIST(&r, json, "addresses", addrs, naddrs, read_addr) == 0 &&
	    STATE_LIST(&r, json, "routes", routes, nroutes, read_route) == 0 &&
	    STATE_LIST(&r, json, "interfaces", ifs, nifs, read_if) == 0 &&
	    STATE_LIST(&r, json, "links", links, nlinks, read_link) == 0 &&
	    STATE_LIST(&r, json, "ports", ports, nports, read_port) == 0 &&
	    STATE_LIST(&r, json, "stopped", stopped, nstopped, read_stopped) ==
		0)
		return 0;
	save_state_clear(s);
	return err_in(e, "%s", file);
}
