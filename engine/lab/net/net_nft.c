/*
 * What a packet filter counted, and what it tells: the two things that are asked
 * of nftables while a lab runs, so without nft.
 */
#include "lab/net/net.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/out.h"
#include "base/str.h"
#include "lab/net/net_rt.h"

/* ---- counters */

struct nft_counters {
	json_t *rows;
	const char *table;
};

static uint64_t
nft_be64(struct nlattr *a)
{
	uint64_t v = 0;

	if (a != NULL && nla_len(a) >= (int)sizeof(v))
		memcpy(&v, nla_data(a), sizeof(v));
	return be64toh(v);
}

static bool
nft_is(struct nlattr *a, const char *want)
{
	char text[64] = "";

	if (a != NULL)
		nla_strlcpy(text, a, sizeof(text));
	return strcmp(text, want) == 0;
}

static void
nft_counter(void *arg, struct nlmsghdr *h)
{
	struct nft_counters *c = arg;
	struct nlattr *tb[NFTA_OBJ_MAX + 1], *data[NFTA_COUNTER_MAX + 1];
	char name[64] = "";

	if (h->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWOBJ) ||
	    nlmsg_parse(h, sizeof(struct nfgenmsg), tb, NFTA_OBJ_MAX, NULL) <
		0 ||
	    !tb[NFTA_OBJ_NAME] || !tb[NFTA_OBJ_DATA] || !tb[NFTA_OBJ_TYPE] ||
	    nla_len(tb[NFTA_OBJ_TYPE]) < 4 ||
	    ntohl(nla_get_u32(tb[NFTA_OBJ_TYPE])) != NFT_OBJECT_COUNTER ||
	    !nft_is(tb[NFTA_OBJ_TABLE], c->table) ||
	    nla_parse_nested(data, NFTA_COUNTER_MAX, tb[NFTA_OBJ_DATA], NULL) <
		0)
		return;
	nla_strlcpy(name, tb[NFTA_OBJ_NAME], sizeof(name));
	json_object_set_new(
	    c->rows, name,
	    json_pack("{sI sI}", "packets",
		      (json_int_t)nft_be64(data[NFTA_COUNTER_PACKETS]), "bytes",
		      (json_int_t)nft_be64(data[NFTA_COUNTER_BYTES])));
}

static void
nft_counters_again(void *arg)
{
	struct nft_counters *c = arg;

	json_object_clear(c->rows);
}

json_t *
net_counters(const struct net *n, bool bridge, const char *table, struct err *e)
{
	const struct nfgenmsg head = {.nfgen_family = bridge ? NFPROTO_BRIDGE
							     : NFPROTO_NETDEV};
	struct nft_counters c = {json_object(), table};
	struct net nf;

	if (rt_open(n, &nf, NETLINK_NETFILTER, e) < 0) {
		json_decref(c.rows);
		return NULL;
	}
	if (rt_dump(&nf, NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETOBJ, &head,
		    sizeof(head), nft_counter, nft_counters_again, &c, e) < 0) {
		err_in(e, "cannot read counters");
		json_decref(c.rows);
		c.rows = NULL;
	}
	nl_socket_free(nf.nl);
	return c.rows;
}

/* ---- what a rule logs */

struct net_log {
	struct net nf;
};

static int
log_config(struct net *nf, uint16_t group, int type, const void *data,
	   size_t len, struct err *e)
{
	const struct nfgenmsg head = {.nfgen_family = AF_UNSPEC,
				      .res_id = htons(group)};
	struct nl_msg *m = rt_new(NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG, 0,
				  &head, sizeof(head));

	rt_put(m, type, data, len);
	return rt_talk(nf, m, e);
}

/* A message a frame, at once, without the frame. */
static int
log_bind(struct net *nf, uint16_t group, struct err *e)
{
	const struct nfulnl_msg_config_cmd bind = {NFULNL_CFG_CMD_BIND};
	const struct nfulnl_msg_config_mode mode = {.copy_mode =
							NFULNL_COPY_META};
	const uint32_t one = htonl(1);

	if (log_config(nf, group, NFULA_CFG_CMD, &bind, sizeof(bind), e) < 0 ||
	    log_config(nf, group, NFULA_CFG_MODE, &mode, sizeof(mode), e) < 0 ||
	    log_config(nf, group, NFULA_CFG_QTHRESH, &one, sizeof(one), e) < 0)
		return err_in(e, "cannot hear what is logged");
	if (fcntl(nl_socket_get_fd(nf->nl), F_SETFL, O_NONBLOCK) < 0)
		return err_sys(e, "cannot hear what is logged");
	return 0;
}

struct net_log *
net_log_new(const struct net *n, uint16_t group, struct err *e)
{
	struct net_log *l = xcalloc(1, sizeof(*l));

	if (rt_open(n, &l->nf, NETLINK_NETFILTER, e) < 0 ||
	    log_bind(&l->nf, group, e) < 0) {
		net_log_free(l);
		return NULL;
	}
	return l;
}

void
net_log_free(struct net_log *l)
{
	if (l == NULL)
		return;
	if (l->nf.nl)
		nl_socket_free(l->nf.nl);
	free(l);
}

int
net_log_fd(const struct net_log *l)
{
	return nl_socket_get_fd(l->nf.nl);
}

static void
log_frame(struct nlmsghdr *h, net_log_cb cb, void *arg)
{
	struct nlattr *tb[NFULA_MAX + 1];
	const struct nfulnl_msg_packet_hw *hw;
	char prefix[64] = "";

	if (h->nlmsg_type != (NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_PACKET) ||
	    nlmsg_parse(h, sizeof(struct nfgenmsg), tb, NFULA_MAX, NULL) < 0 ||
	    !tb[NFULA_PREFIX] || !tb[NFULA_HWADDR] ||
	    nla_len(tb[NFULA_HWADDR]) < (int)sizeof(*hw))
		return;
	hw = nla_data(tb[NFULA_HWADDR]);
	nla_strlcpy(prefix, tb[NFULA_PREFIX], sizeof(prefix));
	if (ntohs(hw->hw_addrlen) == 6)
		cb(arg, prefix, hw->hw_addr);
}

void
net_log_read(struct net_log *l, net_log_cb cb, void *arg)
{
	_Alignas(struct nlmsghdr) char buf[32768];
	struct nlmsghdr *h;
	ssize_t n;
	int left;

	for (;;) {
		n = recv(net_log_fd(l), buf, sizeof(buf), 0);
		if (n < 0 && (errno == EINTR || errno == ENOBUFS))
			continue;
		if (n <= 0)
			return;
		left = (int)n;
		for (h = (struct nlmsghdr *)buf; nlmsg_ok(h, left);
		     h = nlmsg_next(h, &left))
			log_frame(h, cb, arg);
	}
}
