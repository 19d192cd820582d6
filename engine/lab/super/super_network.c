/*
 * A node's network.yml (model_netconf.c), set.
 *
 * Read before the node's daemon first runs, at every start, and again by the verb
 * reload, as its nftables.conf is. What the file says is so afterwards; what it
 * said the last time and does not say any more is as the lab file has it: the
 * interface's addresses, state and MTU, a sysctl's value of before, the lab's
 * routes. What it never said is left alone, whoever set it.
 *
 * All of it holds, or none: when the kernel refuses a line, what the last good
 * file said is set again, and the sentence names the line.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/out.h"
#include "base/str.h"
#include "lab/model/model_netconf.h"
#include "lab/super/super_priv.h"

#define NETWORK_LO_MTU 65536 /* the kernel's own */

struct turn { /* from what the file said to what it says */
	struct super_node *node;
	const struct model_netconf *was, *to;
	bool back; /* what fails is passed over */
};

/* Of what went wrong in a line of the file. */
static int
network_at(const struct turn *t, int line, int col, struct err *e)
{
	if (t->back) {
		log_debug("super", "%s: %s", t->node->name, e->msg);
		return 0;
	}
	return line > 0 ? err_in(e, MODEL_NETCONF_FILE ":%d:%d", line, col)
			: err_in(e, MODEL_NETCONF_FILE);
}

/* ---- sysctls */

static struct model_netconf_sysctl *
network_sysctl(const struct model_netconf *c, const char *key)
{
	size_t i;

	for (i = 0; i < c->nsysctls; i++)
		if (strcmp(c->sysctls[i].key, key) == 0)
			return &c->sysctls[i];
	return NULL;
}

/* Backwards: one may have changed another. */
static void
network_sysctls_undo(const struct turn *t)
{
	const struct model_netconf_sysctl *s;
	size_t i = t->was->nsysctls;
	struct err e;

	while (i-- > 0) {
		s = &t->was->sysctls[i];
		if (network_sysctl(t->to, s->key) == NULL && s->was[0] &&
		    net_sysctl(t->node->net, s->key, s->was, &e) < 0)
			log_debug("super", "%s: %s", t->node->name, e.msg);
	}
}

static int
network_sysctl_set(const struct turn *t, struct model_netconf_sysctl *s,
		   struct err *e)
{
	const struct model_netconf_sysctl *old = network_sysctl(t->was, s->key);

	if (old != NULL && s->was[0] == '\0')
		memcpy(s->was, old->was, sizeof(s->was));
	else if (s->was[0] == '\0' &&
		 net_sysctl_get(t->node->net, s->key, s->was, sizeof(s->was),
				e) < 0)
		return -1;
	return net_sysctl(t->node->net, s->key, s->value, e);
}

static int
network_sysctls(const struct turn *t, struct err *e)
{
	size_t i;

	network_sysctls_undo(t);
	for (i = 0; i < t->to->nsysctls; i++) {
		struct model_netconf_sysctl *s = &t->to->sysctls[i];

		if (network_sysctl_set(t, s, e) < 0 &&
		    network_at(t, s->line, s->col, e) < 0)
			return -1;
	}
	return 0;
}

/* ---- interfaces */

static const struct model_netconf_if *
network_if(const struct model_netconf *c, const char *dev)
{
	static const struct model_netconf_if none;
	size_t i;

	for (i = 0; i < c->nifs; i++)
		if (strcmp(c->ifs[i].name, dev) == 0)
			return &c->ifs[i];
	return &none;
}

static int
network_link(const struct turn *t, const char *dev, uint32_t mtu, struct err *e)
{
	const struct model_netconf_if *to = network_if(t->to, dev);
	const struct model_netconf_if *was = network_if(t->was, dev);
	struct net *net = t->node->net;
	int rc = 0;

	if (to->mtu || was->mtu)
		rc =
		    net_link_change(net, dev, NULL, to->mtu ? to->mtu : mtu, e);
	if (rc == 0 && (to->up || was->up))
		rc = net_link_set(net, dev, to->up != MODEL_NETCONF_DOWN, e);
	return rc < 0 ? network_at(t, to->line, to->col, e) : 0;
}

static int
network_links(const struct turn *t, struct err *e)
{
	const struct lab_node *def = t->node->def;
	size_t i;

	for (i = 0; i < def->nifs; i++)
		if (network_link(t, def->ifs[i].name, def->ifs[i].mtu, e) < 0)
			return -1;
	return network_link(t, "lo", NETWORK_LO_MTU, e);
}

/* The kernel's own: loopback and link-local. */
static bool
network_of_kernel(const struct ip_addr *a)
{
	static const uint8_t one[16] = {[15] = 1};

	if (a->family == IP_V4)
		return a->bytes[0] == 127;
	return (a->bytes[0] == 0xfe && (a->bytes[1] & 0xc0) == 0x80) ||
	       memcmp(a->bytes, one, 16) == 0;
}

static bool
network_wants(const struct lab_addr *all, size_t n, const struct lab_addr *a)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (all[i].len == a->len && ip_addr_eq(&all[i].addr, &a->addr))
			return true;
	return false;
}

/* Is that row an address of the interface, and which? */
static bool
network_row(const json_t *row, const char *dev, struct lab_addr *a)
{
	a->len = (uint8_t)json_integer_value(json_object_get(row, "len"));
	return strcmp(out_text(row, "dev"), dev) == 0 &&
	       ip_addr_parse(out_text(row, "address"), &a->addr);
}

/* NULL, which has no rows, when the kernel does not tell. */
static json_t *
network_rows(const struct turn *t)
{
	struct err e = {0};
	json_t *rows = net_dump(t->node->net, NET_ADDRESSES, &e);

	if (rows == NULL)
		log_debug("super", "%s: %s", t->node->name, e.msg);
	return rows;
}

/* Those that are not wanted go. */
static void
network_addrs_take(const struct turn *t, const char *dev,
		   const struct lab_addr *want, size_t n)
{
	json_t *rows = network_rows(t), *row;
	struct lab_addr a;
	struct err e;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (!network_row(row, dev, &a) || network_of_kernel(&a.addr) ||
		    network_wants(want, n, &a))
			continue;
		if (net_addr_delete(t->node->net, dev, &a.addr, a.len, &e) < 0)
			log_debug("super", "%s: %s", t->node->name, e.msg);
	}
	json_decref(rows);
}

static bool
network_addr_there(const json_t *rows, const char *dev,
		   const struct lab_addr *want)
{
	const json_t *row;
	struct lab_addr a;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (network_row(row, dev, &a) && network_wants(want, 1, &a))
			return true;
	}
	return false;
}

/* Those that the lab file gives it. */
static size_t
network_planned(const struct super_node *n, const char *dev,
		struct lab_addr want[MODEL_NETCONF_ADDRS])
{
	const struct plan *p = n->super->plan;
	size_t i, count = 0;

	for (i = 0; i < p->n && count < MODEL_NETCONF_ADDRS; i++)
		if (p->steps[i].op == PLAN_ADDR &&
		    p->steps[i].node == super_node_index(n) &&
		    strcmp(p->steps[i].ifname, dev) == 0)
			want[count++] = p->steps[i].addr;
	return count;
}

/* Those that are not there come. */
static int
network_addrs_add(const struct turn *t, const char *dev,
		  const struct lab_addr *want, size_t n, struct err *e)
{
	const struct model_netconf_if *to = network_if(t->to, dev);
	json_t *rows = network_rows(t);
	size_t i;
	int rc = 0;

	for (i = 0; i < n && rc == 0; i++) {
		if (network_addr_there(rows, dev, &want[i]) ||
		    net_addr_add(t->node->net, dev, &want[i].addr, want[i].len,
				 e) == 0)
			continue;
		if (to->says_addrs)
			rc = network_at(t, to->addrs[i].line, to->addrs[i].col,
					e);
		else
			log_debug("super", "%s: %s", t->node->name, e->msg);
	}
	json_decref(rows);
	return rc;
}

/* What the file says of an interface, else what the lab does: the kernel forgets
 * IPv6 addresses with an MTU below 1280 or disable_ipv6, and nobody else would
 * set those again. One that goes may take others along: look again then. */
static int
network_addrs(const struct turn *t, const char *dev, struct err *e)
{
	const struct model_netconf_if *to = network_if(t->to, dev);
	const struct model_netconf_if *was = network_if(t->was, dev);
	struct lab_addr want[MODEL_NETCONF_ADDRS];
	size_t i, n = to->says_addrs ? to->naddrs
				     : network_planned(t->node, dev, want);

	for (i = 0; to->says_addrs && i < n; i++)
		want[i] = to->addrs[i].addr;
	if (to->says_addrs || was->says_addrs)
		network_addrs_take(t, dev, want, n);
	return network_addrs_add(t, dev, want, n, e);
}

static int
network_all_addrs(const struct turn *t, struct err *e)
{
	const struct lab_node *def = t->node->def;
	size_t i;

	for (i = 0; i < def->nifs; i++)
		if (network_addrs(t, def->ifs[i].name, e) < 0)
			return -1;
	return network_addrs(t, "lo", e);
}

/* ---- routes */

static struct net_way
network_way(const struct model_netconf_route *r)
{
	return (struct net_way){
	    .to = r->to, .via = r->via, .dev = r->dev, .type = r->type};
}

static bool
network_routes_to(const struct model_netconf *c, const struct ip_prefix *to)
{
	size_t i;

	for (i = 0; i < c->nroutes; i++)
		if (ip_prefix_eq(&c->routes[i].to, to))
			return true;
	return false;
}

/* Those that a change of addresses or state took. */
static void
network_routes_lab(const struct turn *t)
{
	const struct lab_node *def = t->node->def;
	struct err e;
	size_t i;

	for (i = 0; i < def->nroutes; i++)
		if (!network_routes_to(t->to, &def->routes[i].to) &&
		    net_route_add(t->node->net, &def->routes[i].to,
				  &def->routes[i].via, &e) < 0)
			log_debug("super", "%s: %s", t->node->name, e.msg);
}

static int
network_routes_set(const struct turn *t, struct err *e)
{
	size_t i;

	for (i = 0; i < t->to->nroutes; i++) {
		const struct model_netconf_route *r = &t->to->routes[i];
		struct net_way w = network_way(r);

		if (net_way_set(t->node->net, &w, e) < 0 &&
		    network_at(t, r->line, r->col, e) < 0)
			return -1;
	}
	return 0;
}

static int
network_routes(const struct turn *t, struct err *e)
{
	size_t i;

	for (i = 0; i < t->was->nroutes; i++) {
		struct net_way w = network_way(&t->was->routes[i]);

		if (!network_routes_to(t->to, &w.to) &&
		    net_way_delete(t->node->net, &w, e) < 0)
			log_debug("super", "%s: %s", t->node->name, e->msg);
	}
	network_routes_lab(t);
	return network_routes_set(t, e);
}

/* ---- router advertisements */

static bool
network_speaks_of_ra(const struct turn *t, const char *dev)
{
	_free_ char *key = xasprintf("ipv6/conf/%s/accept_ra", dev);

	return network_sysctl(t->was, key) || network_sysctl(t->to, key);
}

static bool
network_hears_ra(const struct turn *t, const char *dev)
{
	_free_ char *key = xasprintf("ipv6/conf/%s/accept_ra", dev);
	char value[16] = "0";
	struct err e;

	return net_sysctl_get(t->node->net, key, value, sizeof(value), &e) ==
		   0 &&
	       strcmp(value, "0") != 0;
}

/* A route that was heard goes with the ear: the kernel has it for its lifetime,
 * and half a minute longer in its lists. (Addresses go with network_addrs.) */
static void
network_ra_forget(const struct turn *t)
{
	struct err e = {0};
	json_t *all = net_dump(t->node->net, NET_ROUTES, &e), *row;
	struct net_way w = {.type = "unicast", .heard = true};
	size_t i;

	json_array_foreach(all, i, row)
	{
		w.dev = out_text(row, "dev");
		w.metric = (uint32_t)json_integer_value(
		    json_object_get(row, "metric"));
		if (strcmp(out_text(row, "protocol"), "ra") != 0 ||
		    !network_speaks_of_ra(t, w.dev) ||
		    network_hears_ra(t, w.dev) ||
		    !ip_prefix_parse(out_text(row, "to"), &w.to) ||
		    !ip_addr_parse(out_text(row, "via"), &w.via))
			continue;
		if (net_way_delete(t->node->net, &w, &e) < 0)
			log_debug("super", "%s: %s", t->node->name, e.msg);
	}
	json_decref(all);
}

/* ---- the file */

/* An interface whose MTU is too small for IPv6 has no sysctls of it. */
static int
network_turn(const struct turn *t, struct err *e)
{
	if (network_links(t, e) < 0 || network_sysctls(t, e) < 0 ||
	    network_all_addrs(t, e) < 0)
		return -1;
	network_ra_forget(t);
	return network_routes(t, e);
}

static int
network_read(const struct super_node *n, const char *path,
	     struct model_netconf *to, struct err *e)
{
	_free_ char *text = NULL;
	size_t len;

	if (file_read(path, MODEL_NETCONF_BYTES, &text, &len, e) < 0)
		return -1;
	return model_netconf_parse(n->def, text, len, to, e);
}

int
super_network_load(struct super_node *n, struct err *e)
{
	static const struct model_netconf nothing;
	_free_ char *path = xasprintf("%s/" MODEL_NETCONF_FILE, n->home);
	struct model_netconf to = {0};
	struct turn t = {
	    .node = n, .was = n->network ? n->network : &nothing, .to = &to};
	struct turn back = {.node = n, .was = &to, .to = t.was, .back = true};
	bool there = file_exists(path);
	struct err ignored;

	if (!there && n->network == NULL)
		return 0;
	if (there && network_read(n, path, &to, e) < 0)
		return err_in(e, "%s", n->name);
	if (network_turn(&t, e) < 0) {
		(void)network_turn(&back, &ignored);
		model_netconf_clear(&to);
		return err_in(e, "%s", n->name);
	}
	super_network_forget(n);
	if (there) {
		n->network = xcalloc(1, sizeof(*n->network));
		*n->network = to;
	}
	return 0;
}

void
super_network_again(struct super_node *n)
{
	struct err e = {0};

	if (n->net != NULL && super_network_load(n, &e) < 0)
		super_log_line(n->name, e.msg);
}

void
super_network_up(struct super_node *n)
{
	struct turn t = {.node = n, .to = n->network, .back = true};
	struct err e;

	if (n->network != NULL)
		(void)network_routes_set(&t, &e);
}

void
super_network_forget(struct super_node *n)
{
	if (n->network != NULL)
		model_netconf_clear(n->network);
	free(n->network);
	n->network = NULL;
}
