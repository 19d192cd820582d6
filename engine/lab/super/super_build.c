/*
 * The plan becomes a lab: steps are done in the loop's idle time,
 * BUILD_SLICE_MS at a time, so that the control socket answers meanwhile. A
 * step that fails ends the lab, with the line of the lab file that asked for
 * it.
 *
 * The packet filters of switches are loaded by nft beside the other steps; the
 * first daemon waits for the last of them, so no member says a word on a fabric
 * without its rules.
 *
 * Daemons are started without waiting for each other. The lab is up when each
 * of them answers on its control socket. One that dies before that ends the
 * start when its configuration is ours, and only that: a trainee's mistake from
 * yesterday is shown as it is (back-off, with the daemon's own words), because
 * the way to mend it is a running lab.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "lab/super/super_links_priv.h"
#include "lab/super/super_priv.h"

#define BUILD_SLICE_MS 10
#define BUILD_TELL_MS 30
#define BUILD_READY_MS 5

static void build_some(uv_idle_t *idle);

/* ---- the steps */

static enum net_role
build_role(const struct lab_node *n)
{
	switch (n->role) {
	case LAB_SWITCH: return NET_SWITCH;
	case LAB_MEMBER:
	case LAB_CONTENT:
	case LAB_TRANSIT: return NET_ROUTER;
	case LAB_ROUTE_SERVER:
	case LAB_COLLECTOR:
	case LAB_HOST:
	case LAB_MONITOR:
	case LAB_MACHINE: break;
	}
	return NET_HOST;
}

/* Folders below the node's /run: for sockets, and what covers folders of the
 * machine that a daemon would write to. */
static int
build_folders(const struct super_node *n, struct err *e)
{
	const char *const below[] = {"", "bird", "ixrs", "covers",
				     n->def->kind->run};
	char path[96];
	size_t i;

	for (i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", n->run,
			 below[i] ? below[i] : "");
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			return err_sys(e, "cannot make %s", path);
	}
	return 0;
}

static void
build_bind(struct super_node *n, size_t i, const char *dir, const char *name,
	   const char *to)
{
	n->binds[i].from = xasprintf("%s/%s", dir, name);
	n->binds[i].to = to;
}

static void
build_binds(struct super_node *n)
{
	const struct lab_kind *k = n->def->kind;
	size_t i, count = 0;

	for (i = 0; k->over && k->over[i].file; i++)
		count++;
	for (i = 0; k->covers && k->covers[i]; i++)
		count++;
	n->binds = xcalloc(count + 1, sizeof(*n->binds));
	for (count = 0; k->over && k->over[count].file; count++)
		build_bind(n, count, n->home, k->over[count].file,
			   k->over[count].path);
	for (i = 0; k->covers && k->covers[i]; i++)
		build_bind(n, count++, n->run, "covers", k->covers[i]);
	n->place.binds = n->binds;
}

void
super_binds_free(struct super_node *n)
{
	struct node_bind *b;

	for (b = n->binds; b && b->from; b++)
		free((char *)(uintptr_t)b->from);
	free(n->binds);
	n->binds = NULL;
	n->place.binds = NULL;
}

/* A switch keeps the lab's /run, so that all namespaces can be seen from it. */
static int
build_netns(struct super_node *n, struct err *e)
{
	bool sw = n->def->role == LAB_SWITCH;
	char path[64];

	n->going = false;
	if ((n->net = net_new(build_role(n->def), e)) == NULL)
		return -1;
	snprintf(path, sizeof(path), SUPER_NETNS "/%s", n->def->name);
	if (net_name(n->net, path, e) < 0 || build_folders(n, e) < 0)
		return -1;
	n->place.name = n->name;
	n->place.net = net_fd(n->net);
	n->place.mnt = sw ? -1 : n->super->base_mnt;
	n->place.run = sw ? NULL : n->run;
	n->place.home = n->home;
	n->place.etc = n->def->kind->etc;
	if (!sw && n->binds == NULL)
		build_binds(n);
	super_events_node(n);
	return 0;
}

/* The same at every start: 02 and a hash of the names (FNV-1a). */
void
super_build_mac(const char *node, const char *name, uint8_t mac[6])
{
	uint64_t h = 0xcbf29ce484222325u;
	const char *p;
	int i;

	for (p = node; *p; p++)
		h = (h ^ (uint8_t)*p) * 0x100000001b3u;
	h = (h ^ '/') * 0x100000001b3u;
	for (p = name; *p; p++)
		h = (h ^ (uint8_t)*p) * 0x100000001b3u;
	mac[0] = 0x02;
	for (i = 1; i < 6; i++)
		mac[i] = (uint8_t)(h >> (8 * i));
}

/* While the lab is being made no switch forwards: an interface that comes up
 * tells the multicast groups it has joined (RFC 3810), and thousands of them would
 * each be told to thousands, none of whom listens. */
static int
build_bridge(struct super_node *n, const struct plan_step *st, struct err *e)
{
	unsigned int flags = 0;
	uint8_t mac[6];

	if (st->spanning_tree)
		flags |= NET_BRIDGE_TREE;
	if (n->def->role == LAB_SWITCH && n->super->state == SUPER_BUILDING)
		flags |= NET_BRIDGE_DOWN;
	if (st->vlans)
		flags |= NET_BRIDGE_VLANS;
	super_build_mac(n->def->name, st->ifname, mac);
	if (net_bridge_add(n->net, st->ifname, st->mac ? st->mac : mac, st->mtu,
			   flags, e) == 0)
		return 0;
	return st->vlans ? err_in(e, "vlans: filtering cannot be had, vlans: "
				     "auto can")
			 : -1;
}

/* Its frames have no tag outside the switch. */
static int
build_port(const struct super_node *n, const struct plan_end *end,
	   struct err *e)
{
	return end->vlan == 0 ? 0
			      : net_port_vlan(n->net, end->ifname, end->vlan,
					      NET_PORT_PLAIN, e);
}

static int
build_veth(struct super *s, const struct plan_step *st, struct err *e)
{
	const struct super_node *a = s->nodes[st->a.node];
	const struct super_node *b = s->nodes[st->b.node];
	struct net_end x = {a->net, st->a.ifname, st->a.mac, st->a.bridge};
	struct net_end y = {b->net, st->b.ifname, st->b.mac, st->b.bridge};
	uint8_t xm[6], ym[6];

	if (x.mac == NULL) {
		super_build_mac(a->def->name, x.name, xm);
		x.mac = xm;
	}
	if (y.mac == NULL) {
		super_build_mac(b->def->name, y.name, ym);
		y.mac = ym;
	}
	if (net_veth_add(&x, &y, st->mtu, e) < 0 ||
	    build_port(a, &st->a, e) < 0)
		return -1;
	return build_port(b, &st->b, e);
}

static int
build_tagged(const struct net_end *end, const char *trunk,
	     const struct lab_link *l, uint32_t mtu, struct err *e)
{
	if (net_vlan_add(end, trunk, (uint16_t)l->id, mtu, e) < 0)
		return err_in(e, "over: tags cannot be had, over: auto can");
	return 0;
}

/* A further LAN of a port. */
static int
build_tag(struct super *s, const struct plan_step *st, struct err *e)
{
	const struct super_node *sw = s->nodes[st->a.node];
	const struct super_node *n = s->nodes[st->b.node];
	const struct net_end end = {n->net, st->b.ifname, st->b.mac, NULL};

	if (net_port_vlan(sw->net, st->a.ifname, st->a.vlan, NET_PORT_TAGGED,
			  e) < 0)
		return err_in(e, "%s", sw->def->name);
	if (net_vlan_add(&end, st->over_b->name, st->a.vlan, st->mtu, e) < 0)
		return err_in(e, "%s", n->def->name);
	return 0;
}

/* The way back of one end when the other cannot be made is the lab's end. */
static int
build_tunnel(struct super *s, const struct plan_step *st, struct err *e)
{
	const struct plan_end *ends[] = {&st->a, &st->b};
	const struct lab_if *over[] = {st->over_a, st->over_b};
	const struct lab_link *l = &s->lab->links[st->link];
	uint8_t mac[6];
	int i;

	if (over[0] == NULL)
		return build_tag(s, st, e);
	for (i = 0; i < 2; i++) {
		const struct super_node *n = s->nodes[ends[i]->node];
		const struct net_end end = {n->net, ends[i]->ifname, mac,
					    ends[i]->bridge};
		const struct net_vxlan v = {over[i]->name,
					    &over[i]->addrs[0].addr,
					    &over[!i]->addrs[0].addr, l->id};

		super_build_mac(n->def->name, end.name, mac);
		if (l->over == LAB_OVER_TAGS
			? build_tagged(&end, over[i]->name, l, st->mtu, e) < 0
			: net_vxlan_add(&end, &v, st->mtu, e) < 0 ||
			      build_port(n, ends[i], e) < 0)
			return err_in(e, "%s", n->def->name);
	}
	return 0;
}

static int
build_file(struct super *s, const struct plan_step *st, struct err *e)
{
	char *path = xasprintf("%s/%s", s->state_dir, st->path);
	int rc = 0;

	if ((!st->keep && !super_own(s, st->path)) || !file_exists(path))
		rc = super_files_write(&s->files, path, st->text,
				       strlen(st->text), st->keep, e);
	free(path);
	return rc;
}

static int
build_daemon(struct super_node *n, struct err *e)
{
	if (!n->def->kind->crowd)
		super_watch_node(n);
	super_network_again(n);
	if (super_save_stopped(n)) {
		n->daemon.state = DAEMON_STOPPED;
		return 0;
	}
	if (super_firewall_first(n))
		return 0;
	return super_daemon_start(n, e);
}

static void
build_failed(struct super *s, const struct plan_step *st, struct err *e)
{
	if (st->line > 0)
		err_in(e, "%s:%d: %s", s->lab->file, st->line,
		       s->lab->nodes[st->node].name);
	else
		err_in(e, "%s: %s", s->lab->file, s->lab->nodes[st->node].name);
	super_fail(s, e);
}

/* Switches get their rules at the same time, while the plan goes on. */
void
super_build_filtered(struct super_node *n, void *arg, const struct err *e)
{
	struct super *s = n->super;
	struct err said;

	if (s->state != SUPER_BUILDING)
		return;
	if (e != NULL) {
		said = *e;
		if (arg != NULL)
			build_failed(s, arg, &said);
		else
			super_fail(s, &said);
		return;
	}
	if (s->nfts == NULL)
		uv_idle_start(&s->builder, build_some);
}

static int
build_fabric(struct super_node *n, const struct plan_step *st, struct err *e)
{
	return super_fabric_load(n, st->text, super_build_filtered,
				 (void *)(uintptr_t)st, e);
}

static int
build_stands(const struct super_node *n, struct err *e)
{
	return n->net != NULL
		   ? 0
		   : err_here(e, "node %s is not made", n->def->name);
}

/* On the way back from a change that failed, what a step stands on may not have
 * been possible. */
static int
build_on(struct super *s, const struct plan_step *st, struct err *e)
{
	switch (st->op) {
	case PLAN_NETNS:
	case PLAN_FILE:
	case PLAN_CROWD: return 0;
	case PLAN_VETH:
	case PLAN_TUNNEL:
	case PLAN_WEATHER:
		if (build_stands(s->nodes[st->a.node], e) < 0)
			return -1;
		return build_stands(s->nodes[st->b.node], e);
	case PLAN_BRIDGE:
	case PLAN_ADDR:
	case PLAN_ROUTE:
	case PLAN_NEIGH:
	case PLAN_DAEMON:
	case PLAN_FABRIC: break;
	}
	return build_stands(s->nodes[st->node], e);
}

int
super_build_step(struct super *s, const struct plan_step *st, struct err *e)
{
	struct super_node *n = s->nodes[st->node];

	if (build_on(s, st, e) < 0)
		return -1;
	switch (st->op) {
	case PLAN_NETNS: return build_netns(n, e);
	case PLAN_BRIDGE: return build_bridge(n, st, e);
	case PLAN_VETH: return build_veth(s, st, e);
	case PLAN_TUNNEL: return build_tunnel(s, st, e);
	case PLAN_ADDR:
		return net_addr_add(n->net, st->ifname, &st->addr.addr,
				    st->addr.len, e);
	case PLAN_ROUTE: return net_route_add(n->net, &st->to, &st->via, e);
	case PLAN_NEIGH:
		return net_neigh_add(n->net, st->ifname, &st->addr.addr,
				     st->mac, e);
	case PLAN_WEATHER:
		return super_weather_set(s, st->link,
					 &s->lab->links[st->link].weather, e);
	case PLAN_FILE: return build_file(s, st, e);
	case PLAN_CROWD: return super_crowd_load(s, st, e);
	case PLAN_DAEMON: return build_daemon(n, e);
	case PLAN_FABRIC: return build_fabric(n, st, e);
	}
	abort();
}

/* ---- progress */

static void
build_tell(struct super *s, const char *text, bool now)
{
	struct super_report r = {
	    .word = SUPER_PROGRESS, .done = s->step, .total = s->plan->n};

	uv_update_time(&s->loop);
	if (!now && uv_now(&s->loop) - s->told < BUILD_TELL_MS)
		return;
	s->told = uv_now(&s->loop);
	snprintf(r.e.msg, sizeof(r.e.msg), "%s", text);
	(void)send(s->caller, &r, sizeof(r), MSG_NOSIGNAL | MSG_DONTWAIT);
	super_tell(s, "progress",
		   json_pack("{sI sI ss}", "done", (json_int_t)s->step, "total",
			     (json_int_t)s->plan->n, "text", text));
}

/* Links, addresses and neighbours are there: the switches forward. */
static int
build_open(struct super *s, struct err *e)
{
	const struct plan_step *st, *end = s->plan->steps + s->plan->n;

	s->opened = true;
	for (st = s->plan->steps; st < end; st++) {
		const struct super_node *n = s->nodes[st->node];

		if (st->op != PLAN_BRIDGE || n->def->role != LAB_SWITCH)
			continue;
		if (net_link_set(n->net, st->ifname, true, e) < 0) {
			build_failed(s, st, e);
			return -1;
		}
	}
	return 0;
}

/* The first step behind these. */
static bool
build_opens(const struct super *s, const struct plan_step *st)
{
	return !s->opened && (st->op == PLAN_WEATHER || st->op == PLAN_FILE ||
			      st->op == PLAN_CROWD || st->op == PLAN_DAEMON);
}

/* What a save says, when all stands and no daemon has looked at it yet. */
static bool
build_restored(struct super *s)
{
	struct err e = {0};

	s->restored = true;
	if (s->opts->saved == NULL || super_save_apply(s, &e) == 0)
		return true;
	super_fail(s, &e);
	return false;
}

static int
build_timed(struct super *s, const struct plan_step *st, struct err *e)
{
	uint64_t before = uv_hrtime();
	int rc = super_build_step(s, st, e);

	s->built[st->op].steps++;
	s->built[st->op].ns += uv_hrtime() - before;
	return rc;
}

json_t *
super_build_json(const struct super *s)
{
	json_t *rows = json_array();
	size_t op;

	for (op = 0; op < PLAN_OPS; op++)
		if (s->built[op].steps > 0)
			json_array_append_new(
			    rows,
			    json_pack("{ss sI sf}", "op",
				      plan_op_name((enum plan_op)op), "steps",
				      (json_int_t)s->built[op].steps, "ms",
				      (double)s->built[op].ns / 1e6));
	return rows;
}

static void
build_some(uv_idle_t *idle)
{
	struct super *s = idle->data;
	uint64_t end = uv_hrtime() + BUILD_SLICE_MS * 1000000ull;
	struct err e = {0};
	char *text;

	while (s->step < s->plan->n && uv_hrtime() < end) {
		const struct plan_step *st = &s->plan->steps[s->step];

		if (build_opens(s, st) && build_open(s, &e) < 0)
			return;
		if (st->op == PLAN_DAEMON && s->nfts != NULL) {
			uv_idle_stop(idle); /* until the rules hold */
			return;
		}
		if (st->op == PLAN_DAEMON && !s->restored) {
			if (!build_restored(s))
				return;
			continue;
		}
		if (build_timed(s, st, &e) < 0) {
			build_failed(s, st, &e);
			return;
		}
		s->step++;
	}
	if (s->step < s->plan->n) {
		text = plan_step_print(s->plan, &s->plan->steps[s->step]);
		build_tell(s, text, false);
		free(text);
		return;
	}
	uv_idle_stop(idle);
	if (!s->opened && build_open(s, &e) < 0)
		return;
	if (!s->restored && s->nfts != NULL)
		return; /* goes on when the rules hold */
	if (!s->restored && !build_restored(s))
		return;
	build_tell(s, "waiting for the daemons", true);
	super_build_look(s);
}

void
super_build_begin(struct super *s)
{
	uv_idle_start(&s->builder, build_some);
	uv_timer_start(&s->ready, super_ready_look, BUILD_READY_MS,
		       BUILD_READY_MS);
}

/* ---- is it up? */

/* Whoever began it may have gone a moment ago: then there is nobody to whom it
 * is up, and it is taken back like any half-built lab. */
static void
build_up(struct super *s)
{
	struct super_report r = {.word = SUPER_DONE};
	struct err e = {0};

	if (send(s->caller, &r, sizeof(r), MSG_NOSIGNAL) != sizeof(r)) {
		err_here(&e, "whoever started the lab has gone");
		super_fail(s, &e);
		return;
	}
	uv_poll_stop(&s->caller_poll);
	uv_timer_stop(&s->end);
	super_set_state(s, SUPER_UP);
	close(s->caller);
	s->caller = -1;
	super_files_clear(&s->files);
	s->log_made = NULL;
	super_trim(s);
}

/* What a person wrote, file or command, may be wrong: the way to mend it is a
 * running lab. */
bool
super_build_may_end(const struct lab_node *n)
{
	return n->config == LAB_CONFIG_OWN || n->command != NULL;
}

void
super_build_look(struct super *s)
{
	struct err e = {0};
	size_t i;

	if (s->state != SUPER_BUILDING)
		return;
	for (i = 0; i < s->lab->nnodes; i++) {
		const struct super_node *n = s->nodes[i];

		if (n->daemon.ended && !super_build_may_end(n->def) &&
		    !super_own_node(n)) {
			err_here(&e, "%s:%d: the daemon of %s ended: %s",
				 s->lab->file, n->def->line, n->def->name,
				 n->daemon.reason);
			super_fail(s, &e);
			return;
		}
	}
	if (s->step < s->plan->n || s->nfts != NULL)
		return;
	for (i = 0; i < s->lab->nnodes; i++) {
		if (s->nodes[i]->daemon.state == DAEMON_STARTING)
			return;
	}
	build_up(s);
}
