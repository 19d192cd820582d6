/*
 * "save": what was set by hand in a running lab and stands in no file.
 *
 * The kernel's tables of each node are held against what the plan put there;
 * what a daemon sets itself (routes of BIRD, connected routes, link-local
 * addresses made of a MAC) is not of interest, because the daemon will set it
 * again. What is down, or has weather, for a while only counts as what it will
 * be. What cannot be saved is told, a sentence each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_links_priv.h"
#include "lab/super/super_priv.h"

#define LOOK_METRIC_V6 1024 /* what the kernel gives a route without one */

struct look {
	struct super *super;
	struct save_state *state;
	json_t *left_out; /* may be NULL */
	/* Of each node, the first of its steps, and which follows; SIZE_MAX ends.
	 * Twice a step's number, and one more for the far end of a link. */
	size_t *first, *next;
	struct super_node *node;
	size_t at; /* its index */
	json_t *links, *addrs, *routes;
};

static void
look_left_out(const struct look *k, const char *what, const char *name)
{
	_free_ char *line =
	    xasprintf("%s: %s %s", k->node->def->name, what, name);

	if (k->left_out)
		json_array_append_new(k->left_out, out_str(line));
}

static const char *
look_text(const json_t *row, const char *key)
{
	const char *v = json_string_value(json_object_get(row, key));

	return v ? v : "";
}

static void
look_index_one(struct look *k, size_t node, size_t id)
{
	k->next[id] = k->first[node];
	k->first[node] = id;
}

static void
look_index(struct look *k)
{
	const struct plan *p = k->super->plan;
	size_t i, nnodes = k->super->lab->nnodes;

	k->first = xcalloc(nnodes, sizeof(*k->first));
	k->next = xcalloc(2 * p->n + 1, sizeof(*k->next));
	for (i = 0; i < nnodes; i++)
		k->first[i] = SIZE_MAX;
	for (i = p->n; i-- > 0;) {
		const struct plan_step *st = &p->steps[i];

		if (st->op == PLAN_VETH || st->op == PLAN_TUNNEL) {
			look_index_one(k, st->b.node, 2 * i + 1);
			look_index_one(k, st->a.node, 2 * i);
		} else
			look_index_one(k, st->node, 2 * i);
	}
}

/* For each step of the node that is looked at. */
#define look_foreach(k, id, st)                                 \
	for ((id) = (k)->first[(k)->at];                        \
	     (id) != SIZE_MAX &&                                \
	     ((st) = &(k)->super->plan->steps[(id) / 2], true); \
	     (id) = (k)->next[id])

/* ---- rows of the result; each list grows by one */

#define LOOK_ADD(k, rows, count)                                    \
	((k)->state->rows =                                         \
	     xreallocarray((k)->state->rows, (k)->state->count + 1, \
			   sizeof(*(k)->state->rows)),              \
	 memset(&(k)->state->rows[(k)->state->count], 0,            \
		sizeof(*(k)->state->rows)),                         \
	 &(k)->state->rows[(k)->state->count++])

/* ---- addresses */

/* What IPv6 makes of a MAC by itself (RFC 4291 appendix A). */
static bool
look_is_auto(const struct ip_addr *a)
{
	return a->family == IP_V6 && a->bytes[0] == 0xfe &&
	       a->bytes[1] == 0x80 && a->bytes[11] == 0xff &&
	       a->bytes[12] == 0xfe;
}

static bool
look_is_loopback(const char *dev, const struct ip_addr *a, unsigned int len)
{
	struct ip_addr one;

	if (strcmp(dev, "lo") != 0)
		return false;
	(void)ip_addr_parse(a->family == IP_V4 ? "127.0.0.1" : "::1", &one);
	return ip_addr_eq(a, &one) && len == (a->family == IP_V4 ? 8 : 128);
}

static bool
look_row_is(const json_t *row, const struct plan_step *st)
{
	struct ip_addr a;

	return strcmp(look_text(row, "dev"), st->ifname) == 0 &&
	       ip_addr_parse(look_text(row, "address"), &a) &&
	       ip_addr_eq(&a, &st->addr.addr) &&
	       json_integer_value(json_object_get(row, "len")) == st->addr.len;
}

static bool
look_addr_planned(const struct look *k, const json_t *row)
{
	const struct plan_step *st;
	size_t id;

	look_foreach(k, id, st) if (st->op == PLAN_ADDR &&
				    look_row_is(row, st)) return true;
	return false;
}

static void
look_addr_new(struct look *k, const json_t *row)
{
	const char *dev = look_text(row, "dev");
	unsigned int len =
	    (unsigned int)json_integer_value(json_object_get(row, "len"));
	struct save_addr *to;
	struct ip_addr a;

	if (!ip_addr_parse(look_text(row, "address"), &a) || look_is_auto(&a) ||
	    look_is_loopback(dev, &a, len) || super_weather_is_ours(dev))
		return;
	if (!save_state_has_dev(k->super->lab, k->at, dev)) {
		look_left_out(k, "an address of an interface made by hand,",
			      look_text(row, "address"));
		return;
	}
	to = LOOK_ADD(k, addrs, naddrs);
	to->node = k->at;
	snprintf(to->dev, sizeof(to->dev), "%s", dev);
	to->addr = (struct lab_addr){a, (uint8_t)len};
	to->set = true;
}

static void
look_addr_gone(struct look *k, const struct plan_step *st)
{
	struct save_addr *to;
	json_t *row;
	size_t i;

	json_array_foreach(k->addrs, i, row) if (look_row_is(row, st)) return;
	to = LOOK_ADD(k, addrs, naddrs);
	to->node = k->at;
	snprintf(to->dev, sizeof(to->dev), "%s", st->ifname);
	to->addr = st->addr;
}

/* ---- routes */

static bool
look_is_route(const json_t *row, const struct plan_step *st)
{
	json_int_t metric = st->to.addr.family == IP_V6 ? LOOK_METRIC_V6 : 0;
	struct ip_prefix to;
	struct ip_addr via;

	return strcmp(look_text(row, "type"), "unicast") == 0 &&
	       strcmp(look_text(row, "protocol"), "static") == 0 &&
	       json_integer_value(json_object_get(row, "metric")) == metric &&
	       ip_prefix_parse(look_text(row, "to"), &to) &&
	       ip_prefix_eq(&to, &st->to) &&
	       ip_addr_parse(look_text(row, "via"), &via) &&
	       ip_addr_eq(&via, &st->via);
}

static bool
look_route_planned(const struct look *k, const json_t *row)
{
	const struct plan_step *st;
	size_t id;

	look_foreach(k, id, st) if (st->op == PLAN_ROUTE &&
				    look_is_route(row, st)) return true;
	return false;
}

static bool
look_by_person(const json_t *row)
{
	const char *by = look_text(row, "protocol");

	return strcmp(by, "boot") == 0 || strcmp(by, "static") == 0;
}

static bool
look_type_known(const char *type)
{
	return strcmp(type, "unicast") == 0 || strcmp(type, "blackhole") == 0 ||
	       strcmp(type, "unreachable") == 0 ||
	       strcmp(type, "prohibit") == 0;
}

/* The kernel shows each next hop in a row of its own. */
static bool
look_is_one_of_several(const struct look *k, const json_t *row)
{
	size_t i, n = 0;
	json_t *r;

	json_array_foreach(k->routes, i, r) n +=
	    json_equal(json_object_get(r, "to"), json_object_get(row, "to")) &&
	    json_equal(json_object_get(r, "metric"),
		       json_object_get(row, "metric"));
	return n > 1;
}

static void
look_route_new(struct look *k, const json_t *row)
{
	const char *dev = look_text(row, "dev"), *to = look_text(row, "to");
	const char *type = look_text(row, "type");
	const bool unicast = strcmp(type, "unicast") == 0;
	struct save_route *r;
	struct ip_prefix p;

	if (!look_by_person(row) || !ip_prefix_parse(to, &p))
		return;
	/* a route to nowhere is on lo in IPv6 */
	if (!look_type_known(type) || look_is_one_of_several(k, row) ||
	    (unicast && !save_state_has_dev(k->super->lab, k->at, dev))) {
		look_left_out(k, "the route to", to);
		return;
	}
	r = LOOK_ADD(k, routes, nroutes);
	r->node = k->at;
	r->to = p;
	(void)ip_addr_parse(look_text(row, "via"), &r->via);
	snprintf(r->dev, sizeof(r->dev), "%s", unicast ? dev : "");
	snprintf(r->type, sizeof(r->type), "%s", type);
	r->metric =
	    (uint32_t)json_integer_value(json_object_get(row, "metric"));
	r->by_hand = strcmp(look_text(row, "protocol"), "boot") == 0;
	r->set = true;
}

static void
look_route_gone(struct look *k, const struct plan_step *st)
{
	struct save_route *r;
	json_t *row;
	size_t i;

	json_array_foreach(k->routes, i,
			   row) if (look_is_route(row, st)) return;
	r = LOOK_ADD(k, routes, nroutes);
	r->node = k->at;
	r->to = st->to;
	r->via = st->via;
	snprintf(r->type, sizeof(r->type), "unicast");
}

/* ---- interfaces */

static const json_t *
look_link(const struct look *k, const char *dev)
{
	json_t *row;
	size_t i;

	json_array_foreach(k->links, i, row) if (strcmp(look_text(row, "dev"),
							dev) == 0) return row;
	return NULL;
}

/* One end of a link, as it is and as it was made; the MAC of a tunnel is the
 * kernel's. */
static void
look_end(struct look *k, const struct plan_end *end, const struct plan_step *st)
{
	const json_t *row = look_link(k, end->ifname);
	struct save_if x = {.node = k->at};
	char text[MODEL_MACSTRLEN];
	const char *mac = look_text(row, "mac");
	unsigned int b[6];
	json_int_t now;
	int i;

	if (row == NULL) {
		look_left_out(k, "it has lost its interface", end->ifname);
		return;
	}
	if (end->mac)
		memcpy(x.mac, end->mac, 6);
	else
		super_build_mac(k->node->def->name, end->ifname, x.mac);
	x.has_mac = st->op == PLAN_VETH &&
		    strcmp(model_mac_print(x.mac, text), mac) != 0 &&
		    sscanf(mac, "%2x:%2x:%2x:%2x:%2x:%2x", &b[0], &b[1], &b[2],
			   &b[3], &b[4], &b[5]) == 6;
	for (i = 0; x.has_mac && i < 6; i++)
		x.mac[i] = (uint8_t)b[i];
	now = json_integer_value(json_object_get(row, "mtu"));
	x.mtu = now == st->mtu ? 0 : (uint32_t)now;
	x.down = !json_is_true(json_object_get(row, "on")) &&
		 !super_link_waits(k->node, end->ifname);
	if (!x.down && !x.mtu && !x.has_mac)
		return;
	snprintf(x.dev, sizeof(x.dev), "%s", end->ifname);
	*LOOK_ADD(k, ifs, nifs) = x;
}

static void
look_strangers(const struct look *k)
{
	json_t *row;
	size_t i;

	json_array_foreach(k->links, i, row)
	{
		const char *dev = look_text(row, "dev");

		if (json_is_true(json_object_get(row, "on")) &&
		    !super_weather_is_ours(dev) &&
		    !save_state_has_dev(k->super->lab, k->at, dev))
			look_left_out(k, "an interface made by hand,", dev);
	}
}

/* ---- a node */

static void
look_rows(struct look *k)
{
	const struct plan_step *st;
	json_t *row;
	size_t i;

	look_strangers(k);
	json_array_foreach(k->addrs, i, row) if (!look_addr_planned(k, row))
	    look_addr_new(k, row);
	json_array_foreach(k->routes, i, row) if (!look_route_planned(k, row))
	    look_route_new(k, row);
	look_foreach(k, i, st)
	{
		if (st->op == PLAN_VETH || st->op == PLAN_TUNNEL)
			look_end(k, i % 2 ? &st->b : &st->a, st);
		if (st->op == PLAN_ADDR)
			look_addr_gone(k, st);
		if (st->op == PLAN_ROUTE)
			look_route_gone(k, st);
	}
}

static int
look_node(struct look *k, struct err *e)
{
	int rc = -1;

	if (k->node->net == NULL)
		return err_here(e, "node %s is not made yet",
				k->node->def->name);
	k->links = net_dump(k->node->net, NET_LINKS, e);
	k->addrs = k->links ? net_dump(k->node->net, NET_ADDRESSES, e) : NULL;
	k->routes = k->addrs ? net_dump(k->node->net, NET_ROUTES, e) : NULL;
	if (k->routes != NULL) {
		look_rows(k);
		rc = 0;
	}
	json_decref(k->links);
	json_decref(k->addrs);
	json_decref(k->routes);
	if (k->node->daemon.state == DAEMON_STOPPED && !k->node->daemon.again)
		*LOOK_ADD(k, stopped, nstopped) = k->at;
	return rc;
}

/* ---- links and ports */

static bool
look_same_weather(const struct lab_weather *a, const struct lab_weather *b)
{
	return a->delay_us == b->delay_us && a->jitter_us == b->jitter_us &&
	       a->loss_ppm == b->loss_ppm && a->rate_bps == b->rate_bps &&
	       a->silent == b->silent;
}

static void
look_weather(struct look *k)
{
	struct super *s = k->super;
	const struct super_weather *x;
	struct save_link *to;
	size_t i;

	for (i = 0; i < s->lab->nlinks; i++) {
		struct lab_weather now = super_weather_of(s, i);

		for (x = s->weathers; x; x = x->next)
			if (x->link == i &&
			    uv_is_active((const uv_handle_t *)&x->timer))
				now = x->before;
		if (look_same_weather(&now, &s->lab->links[i].weather))
			continue;
		to = LOOK_ADD(k, links, nlinks);
		to->link = i;
		to->weather = now;
	}
}

static bool
look_port_is_new(const struct super *s, size_t i)
{
	const struct super_port *p = &s->ports[i];

	return p->lan != s->lab->links[i].lan || p->culled || p->shut ||
	       !super_fabric_pins_file(s, i);
}

static void
look_ports(struct look *k)
{
	const struct super *s = k->super;
	struct save_port *to;
	size_t i;

	for (i = 0; i < s->lab->nlinks; i++) {
		const struct super_port *p = &s->ports[i];

		if (s->lab->links[i].kind != LAB_LINK_PORT ||
		    !look_port_is_new(s, i))
			continue;
		to = LOOK_ADD(k, ports, nports);
		to->link = i;
		to->lan = p->lan;
		to->culled = p->culled;
		to->shut = p->shut;
		to->npins = p->npins < SAVE_PINS_MAX ? p->npins : SAVE_PINS_MAX;
		if (to->npins)
			memcpy(to->pins, p->pin, 6 * to->npins);
	}
}

int
super_save_look(struct super *s, struct save_state *state, json_t *left_out,
		struct err *e)
{
	struct look k = {.super = s, .state = state, .left_out = left_out};
	int rc = 0;

	memset(state, 0, sizeof(*state));
	look_index(&k);
	for (k.at = 0; rc == 0 && k.at < s->lab->nnodes; k.at++) {
		k.node = s->nodes[k.at];
		rc = look_node(&k, e);
	}
	look_weather(&k);
	look_ports(&k);
	free(k.first);
	free(k.next);
	if (rc < 0)
		save_state_clear(state);
	return rc;
}

/* ---- the verb */

/* What the lab file names; who saves reads it, as it is now. */
static json_t *
save_files_json(const struct lab *lab)
{
	json_t *all = json_array();
	const struct lab_file *f;

	for (f = lab->files; f != NULL; f = f->next)
		json_array_append_new(all, json_pack("{so so si si}", "name",
						     out_str(f->name), "path",
						     out_str(f->path), "line",
						     f->line, "col", f->col));
	return all;
}

int
super_save(struct super *s, json_t **result, struct err *e)
{
	json_t *left_out, *nodes;
	struct save_state state;
	size_t i;

	if (s->state != SUPER_UP)
		return err_here(e, "lab %s is %s", s->lab->name,
				super_state_name(s->state));
	if (s->works != NULL)
		return err_here(e,
				"lab %s is being changed; try again in a "
				"moment",
				s->lab->name);
	if (super_files_there(s, NULL, e) < 0)
		return -1;
	left_out = json_array();
	if (super_save_look(s, &state, left_out, e) < 0) {
		json_decref(left_out);
		return -1;
	}
	nodes = json_array();
	for (i = 0; i < s->lab->nnodes; i++)
		json_array_append_new(nodes, out_str(s->lab->nodes[i].name));
	*result = json_pack(
	    "{ss sI so so so so so so}", "lab", s->lab->name, "members",
	    (json_int_t)s->members, "state_dir", out_str(s->state_dir), "nodes",
	    nodes, "files", save_files_json(s->lab), "own", super_own_list(s),
	    "state", save_state_json(&state, s->lab), "left_out", left_out);
	save_state_clear(&state);
	return 0;
}
