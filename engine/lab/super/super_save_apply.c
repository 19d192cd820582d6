/*
 * What a save says, set again in a lab that stands and has no daemons yet.
 *
 * Some of it the kernel takes along by itself: an interface that goes down loses
 * its routes and IPv6 addresses, an address that goes takes its network's routes.
 * So a step that fails is no error yet. In the end the lab is looked at as a save
 * looks at it, and what differs from what was asked for ends the start.
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_links_priv.h"
#include "lab/super/super_priv.h"

#define APPLY_ROUNDS 8 /* routes whose next hop is reached by another */

struct again {
	struct super *super;
	const struct save_state *state;
	struct err why; /* of the last step that failed */
};

static struct super_node *
again_node(const struct again *a, size_t node)
{
	return a->super->nodes[node];
}

/* ---- interfaces, addresses */

static void
again_ifs(struct again *a)
{
	const struct save_if *x = a->state->ifs;

	for (; x < a->state->ifs + a->state->nifs; x++) {
		struct net *n = again_node(a, x->node)->net;

		if (x->has_mac || x->mtu)
			(void)net_link_change(n, x->dev,
					      x->has_mac ? x->mac : NULL,
					      x->mtu, &a->why);
		if (x->down)
			(void)net_link_set(n, x->dev, false, &a->why);
	}
}

static void
again_addr(struct again *a, const struct save_addr *x)
{
	struct net *n = again_node(a, x->node)->net;

	if (x->set)
		(void)net_addr_add(n, x->dev, &x->addr.addr, x->addr.len,
				   &a->why);
	else
		(void)net_addr_delete(n, x->dev, &x->addr.addr, x->addr.len,
				      &a->why);
}

/* The first of a network goes with all others of it. */
static bool
again_addr_wanted(const struct again *a, const struct plan_step *st,
		  bool *touched)
{
	const struct save_addr *x = a->state->addrs;
	bool wanted = true;

	for (; x < a->state->addrs + a->state->naddrs; x++) {
		if (x->node != st->node || x->set ||
		    strcmp(x->dev, st->ifname) != 0)
			continue;
		*touched = true;
		if (x->addr.len == st->addr.len &&
		    ip_addr_eq(&x->addr.addr, &st->addr.addr))
			wanted = false;
	}
	return wanted;
}

/* IPv6 puts the newest in front. */
static void
again_addrs(struct again *a)
{
	const struct save_state *s = a->state;
	const struct plan *p = a->super->plan;
	size_t i;

	for (i = 0; i < s->naddrs; i++)
		if (!s->addrs[i].set)
			again_addr(a, &s->addrs[i]);
	for (i = 0; s->naddrs > 0 && i < p->n; i++) {
		const struct plan_step *st = &p->steps[i];
		bool touched = false;

		if (st->op == PLAN_ADDR && again_addr_wanted(a, st, &touched) &&
		    touched)
			(void)net_addr_add(again_node(a, st->node)->net,
					   st->ifname, &st->addr.addr,
					   st->addr.len, &a->why);
	}
	for (i = 0; i < s->naddrs; i++)
		if (s->addrs[i].set && s->addrs[i].addr.addr.family == IP_V4)
			again_addr(a, &s->addrs[i]);
	for (i = s->naddrs; i-- > 0;)
		if (s->addrs[i].set && s->addrs[i].addr.addr.family == IP_V6)
			again_addr(a, &s->addrs[i]);
}

/* ---- routes */

static bool
again_route_gone(const struct again *a, const struct plan_step *st)
{
	const struct save_route *x = a->state->routes;

	for (; x < a->state->routes + a->state->nroutes; x++)
		if (!x->set && x->node == st->node &&
		    ip_prefix_eq(&x->to, &st->to) &&
		    ip_addr_eq(&x->via, &st->via))
			return true;
	return false;
}

/* Those of the lab file that went with something else. */
static void
again_planned(struct again *a)
{
	const struct plan *p = a->super->plan;
	size_t i;

	if (a->state->naddrs + a->state->nifs == 0)
		return;
	for (i = 0; i < p->n; i++) {
		const struct plan_step *st = &p->steps[i];

		if (st->op == PLAN_ROUTE && !again_route_gone(a, st))
			(void)net_route_add(again_node(a, st->node)->net,
					    &st->to, &st->via, &a->why);
	}
}

/* Set those that can be set; are there others? */
static bool
again_route_round(struct again *a, bool *done, bool onlink)
{
	const struct save_state *s = a->state;
	bool more = false;
	size_t i;

	for (i = 0; i < s->nroutes; i++) {
		const struct save_route *r = &s->routes[i];
		const struct net_way w = {.to = r->to,
					  .via = r->via,
					  .dev = r->dev,
					  .type = r->type,
					  .metric = r->metric,
					  .by_hand = r->by_hand,
					  .onlink = onlink};

		if (!r->set || done[i])
			continue;
		done[i] =
		    net_way_add(again_node(a, r->node)->net, &w, &a->why) == 0;
		more |= !done[i];
	}
	return more;
}

/* A next hop that nothing reaches was said to be on the link. */
static void
again_routes(struct again *a)
{
	const struct save_state *s = a->state;
	bool *done = xcalloc(s->nroutes + 1, sizeof(*done)), more = true;
	size_t i;
	int round;

	for (i = 0; i < s->nroutes; i++)
		if (!s->routes[i].set)
			(void)net_route_delete(
			    again_node(a, s->routes[i].node)->net,
			    &s->routes[i].to, &s->routes[i].via, &a->why);
	again_planned(a);
	for (round = 0; more && round < APPLY_ROUNDS; round++)
		more = again_route_round(a, done, false);
	if (more)
		(void)again_route_round(a, done, true);
	free(done);
}

/* ---- ports: one nft for each switch */

static int
again_port(struct again *a, const struct save_port *x, struct err *e)
{
	struct super *s = a->super;
	const struct lab_link *l = &s->lab->links[x->link];
	struct super_port *p = &s->ports[x->link];

	if (x->lan != p->lan &&
	    super_fabric_plug(again_node(a, l->a.node), l->a.port,
			      model_vlan(s->lab, p->lan), s->lab, x->lan,
			      e) < 0)
		return -1;
	p->lan = x->lan;
	p->culled = x->culled;
	p->shut = x->shut;
	free(p->pin);
	p->pin = xcalloc(x->npins + 1, 6);
	p->npins = x->npins;
	memcpy(p->pin, x->pins, 6 * x->npins);
	return 0;
}

static int
again_switch(struct again *a, size_t sw, struct err *e)
{
	const struct save_port *x = a->state->ports;
	bool any = false;

	for (; x < a->state->ports + a->state->nports; x++) {
		if (a->super->lab->links[x->link].a.node != sw)
			continue;
		any = true;
		if (again_port(a, x, e) < 0)
			return -1;
	}
	return any ? super_fabric_renew(again_node(a, sw), super_build_filtered,
					NULL, e)
		   : 0;
}

static int
again_ports(struct again *a, struct err *e)
{
	size_t i;

	for (i = 0; a->state->nports > 0 && i < a->super->lab->nnodes; i++)
		if (a->super->lab->nodes[i].role == LAB_SWITCH &&
		    again_switch(a, i, e) < 0)
			return -1;
	return 0;
}

static int
again_weather(struct again *a, struct err *e)
{
	const struct save_link *x = a->state->links;

	for (; x < a->state->links + a->state->nlinks; x++)
		if (super_weather_set(a->super, x->link, &x->weather, e) < 0)
			return -1;
	return 0;
}

/* ---- is it what was asked for? */

/* Each row of every list as a key; owned. */
static json_t *
again_rows(const struct save_state *state, const struct lab *lab)
{
	json_t *all = save_state_json(state, lab), *rows = json_object();
	json_t *list, *row;
	const char *name;
	size_t i;

	json_object_foreach(all, name, list)
	{
		if (strcmp(name, "stopped") == 0)
			continue; /* none of them runs yet */
		json_array_foreach(list, i, row)
		{
			char *text = json_dumps(row, JSON_COMPACT);
			_free_ char *key = xasprintf("%s: %s", name, text);

			free(text);
			json_object_set_new(rows, key, json_true());
		}
	}
	json_decref(all);
	return rows;
}

static const char *
again_missing(json_t *from, json_t *in)
{
	const char *key;
	json_t *v;

	json_object_foreach(from, key,
			    v) if (json_object_get(in, key) == NULL) return key;
	return NULL;
}

static int
again_verify(struct again *a, struct err *e)
{
	struct save_state now;
	const char *key, *extra;
	json_t *want, *got;
	int rc = 0;

	if (super_save_look(a->super, &now, NULL, e) < 0)
		return -1;
	want = again_rows(a->state, a->super->lab);
	got = again_rows(&now, a->super->lab);
	key = again_missing(want, got);
	extra = again_missing(got, want);
	if (key || extra)
		rc = err_here(e, "cannot set again what was saved, %.300s%s%s",
			      key ? key : extra, a->why.msg[0] ? ": " : "",
			      a->why.msg);
	json_decref(want);
	json_decref(got);
	save_state_clear(&now);
	return rc;
}

int
super_save_apply(struct super *s, struct err *e)
{
	struct again a = {.super = s, .state = s->opts->saved};

	again_ifs(&a);
	again_addrs(&a);
	again_routes(&a);
	if (again_weather(&a, e) < 0 || again_ports(&a, e) < 0 ||
	    again_verify(&a, e) < 0)
		return err_in(e, "lab %s", s->lab->name);
	return 0;
}

bool
super_save_stopped(const struct super_node *n)
{
	const struct save_state *saved = n->super->opts->saved;
	size_t i, at = (size_t)(n->def - n->super->lab->nodes);

	if (saved == NULL || n->super->state != SUPER_BUILDING)
		return false;
	for (i = 0; i < saved->nstopped; i++)
		if (saved->stopped[i] == at)
			return true;
	return false;
}
