/*
 * Steps of a plan, taken back while the lab runs. A link goes by its name, at
 * once and at both ends: a namespace is cleaned up only some time after its last
 * user has gone, and until then the name of its far end would be taken (a reset
 * that trusted to that failed 15 times in 20). The kernel waits 20 ms for each
 * removal, so links go together: those of a switch, or those of a node. What it
 * cleans up after a namespace it does under the lock that the making of the next
 * one needs, so namespaces are let go when the change is over.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/file.h"
#include "lab/super/super_links_priv.h"
#include "lab/super/super_priv.h"

static void
take_linger(struct super *s, struct net *net)
{
	if (s->ngone < sizeof(s->gone) / sizeof(s->gone[0]))
		s->gone[s->ngone++] = net;
	else
		net_free(net);
}

void
super_take_done(struct super *s)
{
	while (s->ngone > 0)
		net_free(s->gone[--s->ngone]);
}

static int
take_netns(struct super_node *n, struct err *e)
{
	char path[64];

	super_events_forget(n);
	super_link_forget(n, NULL);
	super_fabric_forget(n);
	snprintf(path, sizeof(path), SUPER_NETNS "/%s", n->def->name);
	if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 &&
	    errno != EINVAL && errno != ENOENT)
		return err_sys(e, "cannot unmount %s", path);
	take_linger(n->super, n->net);
	n->net = NULL;
	super_network_forget(n);
	n->place.net = -1;
	n->firewall = n->going = false;
	super_binds_free(n);
	return file_remove(n->run, e);
}

static int
take_delete(struct super_node *n, const char *dev, struct err *e)
{
	super_link_forget(n, dev);
	return n->net == NULL ? 0 : net_link_delete(n->net, dev, e);
}

static int
take_doom(struct super_node *n, const char *dev, struct err *e)
{
	n->doomed = true;
	return net_link_doom(n->net, dev, e);
}

/* No other node goes. */
static bool
take_alone(const struct super_node *n)
{
	const struct super *s = n->super;
	size_t i;

	for (i = 0; i < s->lab->nnodes; i++)
		if (s->nodes[i]->going && s->nodes[i] != n)
			return false;
	return n->going && n->net != NULL;
}

/* By the end of the node that goes alone, together with its other links; or by the
 * switch's end, together with its other ports; of two namespaces that go nobody
 * needs the names. */
static int
take_pair(struct super_node *a, const char *a_dev, struct super_node *b,
	  const char *b_dev, struct err *e)
{
	super_link_forget(a, a_dev);
	super_link_forget(b, b_dev);
	if (a->going && b->going)
		return 0;
	if (take_alone(a))
		return take_doom(a, a_dev, e);
	if (take_alone(b))
		return take_doom(b, b_dev, e);
	if (a->def->role == LAB_SWITCH && a->net != NULL)
		return take_doom(a, a_dev, e);
	if (b->net != NULL && net_link_delete(b->net, b_dev, e) < 0)
		return -1;
	return a->net == NULL ? 0 : net_link_delete(a->net, a_dev, e);
}

/* Who lived there may have given its end another name: the far ones are ours. */
static int
take_far_ends(struct super_node *n, struct err *e)
{
	const struct super *s = n->super;
	const struct plan_step *st;

	for (st = s->plan->steps; st < s->plan->steps + s->plan->n; st++) {
		const struct plan_end *far =
		    st->op != PLAN_VETH		? NULL
		    : s->nodes[st->a.node] == n ? &st->b
		    : s->nodes[st->b.node] == n ? &st->a
						: NULL;

		if (far != NULL && s->nodes[far->node]->net != NULL &&
		    net_link_delete(s->nodes[far->node]->net, far->ifname, e) <
			0)
			return -1;
	}
	return 0;
}

int
super_take_doomed(struct super *s, struct err *e)
{
	size_t i;

	for (i = 0; i < s->lab->nnodes; i++) {
		struct super_node *n = s->nodes[i];

		if (!n->doomed)
			continue;
		n->doomed = false;
		if (n->net != NULL && (net_doomed_delete(n->net, e) < 0 ||
				       (n->going && take_far_ends(n, e) < 0)))
			return err_in(e, "%s", n->name);
	}
	return 0;
}

/* With the port its VLANs go, too; it may have gone already. */
static int
take_tag(struct super_node *sw, struct super_node *n,
	 const struct plan_step *st, struct err *e)
{
	struct net_link l;

	if (take_delete(n, st->b.ifname, e) < 0)
		return -1;
	if (sw->net == NULL || net_link_look(sw->net, st->a.ifname, &l, e) < 0)
		return 0;
	return net_port_vlan(sw->net, st->a.ifname, st->a.vlan, NET_PORT_OUT,
			     e);
}

static int
take_veth(struct super *s, const struct plan_step *st, struct err *e)
{
	struct super_node *a = s->nodes[st->a.node], *b = s->nodes[st->b.node];
	const struct lab_weather fair = {0},
				 now = super_weather_of(s, st->link);

	if (!model_weather_fair(&now) &&
	    super_weather_set(s, st->link, &fair, e) < 0)
		return -1;
	super_fabric_anew(s, st->link);
	if (st->op == PLAN_VETH)
		return take_pair(a, st->a.ifname, b, st->b.ifname, e);
	if (st->over_a == NULL)
		return take_tag(a, b, st, e);
	if (take_delete(b, st->b.ifname, e) < 0)
		return -1;
	return take_delete(a, st->a.ifname, e);
}

int
super_take_step(struct super *s, const struct plan_step *st, struct err *e)
{
	const struct lab_weather fair = {0};
	struct super_node *n = s->nodes[st->node];

	switch (st->op) {
	case PLAN_NETNS: return take_netns(n, e);
	case PLAN_BRIDGE: return take_delete(n, st->ifname, e);
	case PLAN_VETH:
	case PLAN_TUNNEL: return take_veth(s, st, e);
	case PLAN_WEATHER:
		if (s->nodes[st->a.node]->net == NULL ||
		    s->nodes[st->b.node]->net == NULL)
			return 0;
		return super_weather_set(s, st->link, &fair, e);
	case PLAN_ADDR:
		if (n->net == NULL)
			return 0;
		return net_addr_delete(n->net, st->ifname, &st->addr.addr,
				       st->addr.len, e);
	case PLAN_ROUTE:
		if (n->net == NULL)
			return 0;
		return net_route_delete(n->net, &st->to, &st->via, e);
	case PLAN_NEIGH:
		if (n->net == NULL)
			return 0;
		return net_neigh_delete(n->net, st->ifname, &st->addr.addr, e);
	case PLAN_CROWD: super_crowd_unload(s); break;
	case PLAN_DAEMON: /* it was stopped before */
		n->daemon.restarts = n->daemon.failures = 0;
		n->daemon.ended = false;
		n->daemon.reason[0] = '\0';
		break;
	case PLAN_FABRIC:
	case PLAN_FILE: break;
	}
	return 0;
}
