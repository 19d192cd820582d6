/*
 * What happens to a frame that is about to leave an interface: the kernel's own
 * weather (netem), or a way around it (clsact, a classic BPF program that takes
 * every frame, and mirred, which puts it into another interface's hands). All of
 * it is a queueing discipline's business, so the messages are those of tc(8).
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/gen_stats.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "lab/net/net_rt.h"

#define TC_NEW (NLM_F_CREATE | NLM_F_EXCL)
#define TC_SET (NLM_F_CREATE | NLM_F_REPLACE)
#define TC_PRIORITY 50000u /* after anybody else's filters */
#define TC_FRAMES 100000   /* in a netem queue without a rate */

static struct nl_msg *
tc_msg(struct net *n, int type, int flags, const char *dev, uint32_t parent,
       uint32_t handle, uint32_t info, struct err *e)
{
	struct tcmsg t = {.tcm_family = AF_UNSPEC,
			  .tcm_parent = parent,
			  .tcm_handle = handle,
			  .tcm_info = info};

	if ((t.tcm_ifindex = rt_index(n, dev, e)) == 0)
		return NULL;
	return rt_new(type, flags, &t, sizeof(t));
}

/* ---- netem */

/* As many frames as the delay and 100 ms of a full queue can hold. */
static uint32_t
tc_limit(const struct net_netem *w)
{
	uint64_t us = 100000ull + w->delay_us + w->jitter_us, frames;

	if (w->rate_bps == 0)
		return TC_FRAMES;
	frames = w->rate_bps / 8 / 1000 * us / 1000 / 1000;
	return frames < 20	    ? 20
	       : frames > TC_FRAMES ? TC_FRAMES
				    : (uint32_t)frames;
}

/* Where netem knows a rate it keeps frames in order; so jitter gets one that
 * nobody notices. Without either it is 0, and said: netem keeps what is not. */
static void
tc_put_rate(struct nl_msg *m, const struct net_netem *w)
{
	uint64_t rate = w->rate_bps    ? w->rate_bps / 8
			: w->jitter_us ? 12500000000ull
				       : 0;
	struct tc_netem_rate r = {.rate = rate > UINT32_MAX ? UINT32_MAX
							    : (uint32_t)rate};

	if (rate > UINT32_MAX)
		rt_put(m, TCA_NETEM_RATE64, &rate, sizeof(rate));
	rt_put(m, TCA_NETEM_RATE, &r, sizeof(r));
}

int
net_netem_set(struct net *n, const char *dev, const struct net_netem *w,
	      struct err *e)
{
	struct tc_netem_qopt q = {.limit = tc_limit(w)};
	int64_t latency = 1000ll * w->delay_us, jitter = 1000ll * w->jitter_us;
	struct nl_msg *m =
	    tc_msg(n, RTM_NEWQDISC, TC_SET, dev, TC_H_ROOT, 0x10000, 0, e);
	struct nlattr *o;

	if (m == NULL)
		return -1;
	q.loss = w->silent
		     ? UINT32_MAX
		     : (uint32_t)((uint64_t)w->loss_ppm * UINT32_MAX / 1000000);
	rt_put_str(m, TCA_KIND, "netem");
	o = rt_nest(m, TCA_OPTIONS);
	if (nlmsg_append(m, &q, sizeof(q), NLMSG_ALIGNTO) < 0)
		abort();
	rt_put(m, TCA_NETEM_LATENCY64, &latency, sizeof(latency));
	rt_put(m, TCA_NETEM_JITTER64, &jitter, sizeof(jitter));
	tc_put_rate(m, w);
	rt_nest_end(m, o);
	if (rt_talk(n, m, e) < 0)
		return err_in(e, "cannot put netem on %s", dev);
	return 0;
}

int
net_netem_clear(struct net *n, const char *dev, struct err *e)
{
	struct nl_msg *m = tc_msg(n, RTM_DELQDISC, 0, dev, TC_H_ROOT, 0, 0, e);

	if (m == NULL)
		return -1;
	if (rt_talk(n, m, e) < 0 && errno != ENOENT && errno != EINVAL)
		return err_in(e, "cannot take netem from %s", dev);
	return 0;
}

struct tc_count {
	int index;
	bool found;
	struct net_netem_count *count;
};

static void
tc_stats(struct nlattr *stats, struct net_netem_count *c)
{
	struct nlattr *a =
	    nla_find(nla_data(stats), nla_len(stats), TCA_STATS_BASIC);
	struct gnet_stats_queue q = {0};
	struct gnet_stats_basic b = {0};

	if (a)
		nla_memcpy(&b, a, sizeof(b));
	if ((a = nla_find(nla_data(stats), nla_len(stats), TCA_STATS_QUEUE)))
		nla_memcpy(&q, a, sizeof(q));
	c->passed = b.packets;
	c->lost = q.drops;
	c->queued = q.qlen;
}

static void
tc_each(void *arg, struct nlmsghdr *h)
{
	struct tc_count *c = arg;
	const struct tcmsg *t = nlmsg_data(h);
	struct nlattr *kind, *stats;

	if (h->nlmsg_type != RTM_NEWQDISC || !nlmsg_valid_hdr(h, sizeof(*t)) ||
	    t->tcm_ifindex != c->index)
		return;
	kind = nlmsg_find_attr(h, sizeof(*t), TCA_KIND);
	stats = nlmsg_find_attr(h, sizeof(*t), TCA_STATS2);
	if (kind == NULL || stats == NULL || nla_strcmp(kind, "netem") != 0)
		return;
	c->found = true;
	tc_stats(stats, c->count);
}

static void
tc_restart(void *arg)
{
	((struct tc_count *)arg)->found = false;
}

int
net_netem_counts(struct net *n, const char *dev, struct net_netem_count *count,
		 struct err *e)
{
	struct tc_count c = {.count = count};
	struct tcmsg t = {.tcm_family = AF_UNSPEC};

	if ((c.index = rt_index(n, dev, e)) == 0)
		return -1;
	t.tcm_ifindex = c.index;
	if (rt_dump(n, RTM_GETQDISC, &t, sizeof(t), tc_each, tc_restart, &c,
		    e) < 0)
		return -1;
	return c.found ? 0 : err_here(e, "%s has no netem", dev);
}

/* ---- the way around */

static int
tc_clsact(struct net *n, const char *dev, struct err *e)
{
	struct nl_msg *m = tc_msg(n, RTM_NEWQDISC, TC_NEW, dev, TC_H_CLSACT,
				  TC_H_MAKE(TC_H_CLSACT, 0), 0, e);

	if (m == NULL)
		return -1;
	rt_put_str(m, TCA_KIND, "clsact");
	if (rt_talk(n, m, e) < 0 && errno != EEXIST)
		return err_in(e, "cannot put clsact on %s", dev);
	return 0;
}

static void
tc_put_mirred(struct nl_msg *m, int to)
{
	struct tc_mirred p = {.action = TC_ACT_STOLEN,
			      .eaction = TCA_EGRESS_REDIR,
			      .ifindex = (uint32_t)to};
	struct nlattr *all = rt_nest(m, TCA_BPF_ACT), *one = rt_nest(m, 1), *o;

	rt_put_str(m, TCA_ACT_KIND, "mirred");
	o = rt_nest(m, TCA_ACT_OPTIONS);
	rt_put(m, TCA_MIRRED_PARMS, &p, sizeof(p));
	rt_nest_end(m, o);
	rt_nest_end(m, one);
	rt_nest_end(m, all);
}

static struct nl_msg *
tc_filter(struct net *n, int type, int flags, const char *dev, struct err *e)
{
	struct nl_msg *m =
	    tc_msg(n, type, flags, dev, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS),
		   0, TC_H_MAKE(TC_PRIORITY << 16, htons(ETH_P_ALL)), e);

	if (m)
		rt_put_str(m, TCA_KIND, "bpf");
	return m;
}

int
net_hook_add(struct net *n, const char *dev, const char *to, struct err *e)
{
	struct sock_filter all = {.code = BPF_RET | BPF_K, .k = UINT32_MAX};
	const uint16_t ops = 1;
	struct nl_msg *m;
	struct nlattr *o;
	int index = rt_index(n, to, e);

	if (index == 0 || tc_clsact(n, dev, e) < 0 ||
	    (m = tc_filter(n, RTM_NEWTFILTER, TC_NEW, dev, e)) == NULL)
		return -1;
	o = rt_nest(m, TCA_OPTIONS);
	tc_put_mirred(m, index);
	rt_put(m, TCA_BPF_OPS_LEN, &ops, sizeof(ops));
	rt_put(m, TCA_BPF_OPS, &all, sizeof(all));
	rt_nest_end(m, o);
	if (rt_talk(n, m, e) < 0)
		return err_in(e, "cannot send what leaves %s to %s", dev, to);
	return 0;
}

int
net_hook_delete(struct net *n, const char *dev, struct err *e)
{
	struct nl_msg *m = tc_filter(n, RTM_DELTFILTER, 0, dev, e);

	if (m == NULL)
		return -1;
	if (rt_talk(n, m, e) < 0 && errno != ENOENT && errno != EINVAL)
		return err_in(e, "cannot take the way around from %s", dev);
	return 0;
}
