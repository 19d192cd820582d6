#include "lab/net/net_rt.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RT_BYTES 32768 /* the kernel's largest piece of a dump */
#define RT_TRIES 10    /* of a dump that keeps changing */

/* ---- sockets */

/* libnl hands out at most 1,024 port numbers a process; we need one a
 * namespace, and there they cannot meet. */
static uint32_t
rt_port(void)
{
	static uint32_t count;

	return 0x40000000u | ((uint32_t)getpid() & 0xffff) << 14 |
	       (count++ & 0x3fff);
}

struct nl_sock *
rt_socket(int protocol, struct err *e)
{
	struct nl_sock *nl = nl_socket_alloc();
	int rc, one = 1, fd, saved;

	if (nl == NULL)
		abort();
	nl_socket_set_local_port(nl, rt_port());
	if ((rc = nl_connect(nl, protocol)) < 0) {
		saved = errno; /* the library has few words */
		nl_socket_free(nl);
		errno = saved;
		if (rc == -NLE_FAILURE)
			err_sys(e, "cannot open a netlink socket");
		else
			err_here(e, "cannot open a netlink socket: %s",
				 nl_geterror(rc));
		return NULL;
	}
	nl_socket_set_msg_buf_size(nl, RT_BYTES);
	nl_socket_disable_msg_peek(nl);
	fd = nl_socket_get_fd(nl);
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one,
			 sizeof(one));
	return nl;
}

struct nl_sock *
rt_route_socket(struct err *e)
{
	return rt_socket(NETLINK_ROUTE, e);
}

int
rt_enter(const struct net *n, struct err *e)
{
	int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	if (home < 0)
		return err_sys(e, "/proc/thread-self/ns/net");
	if (setns(n->fd, CLONE_NEWNET) < 0) {
		err_sys(e, "cannot enter a network namespace");
		close(home);
		return -1;
	}
	return home;
}

/* Where the thread is decides where all that follows happens, so not to come
 * back would be worse than to stop. */
void
rt_leave(int home)
{
	if (setns(home, CLONE_NEWNET) < 0)
		abort();
	close(home);
}

int
rt_open(const struct net *n, struct net *other, int protocol, struct err *e)
{
	int home = rt_enter(n, e);

	if (home < 0)
		return -1;
	*other = (struct net){.fd = n->fd, .nl = rt_socket(protocol, e)};
	rt_leave(home);
	return other->nl ? 0 : -1;
}

/* ---- messages */

struct nl_msg *
rt_new(int type, int flags, const void *head, size_t len)
{
	struct nl_msg *m = nlmsg_alloc_simple(type, flags);

	if (m == NULL ||
	    nlmsg_append(m, (void *)(uintptr_t)head, len, NLMSG_ALIGNTO) < 0)
		abort();
	return m;
}

void
rt_put(struct nl_msg *m, int type, const void *data, size_t len)
{
	int rc = nla_put(m, type, (int)len, data);

	assert(rc == 0);
	(void)rc;
}

void
rt_put_u8(struct nl_msg *m, int type, uint8_t v)
{
	rt_put(m, type, &v, sizeof(v));
}

void
rt_put_u32(struct nl_msg *m, int type, uint32_t v)
{
	rt_put(m, type, &v, sizeof(v));
}

void
rt_put_str(struct nl_msg *m, int type, const char *s)
{
	rt_put(m, type, s, strlen(s) + 1);
}

struct nlattr *
rt_nest(struct nl_msg *m, int type)
{
	struct nlattr *a = nla_nest_start(m, type);

	assert(a != NULL);
	return a;
}

void
rt_nest_end(struct nl_msg *m, struct nlattr *start)
{
	nla_nest_end(m, start);
}

/* ---- answers */

struct rt_answer {
	int code; /* an errno */
	bool done;
	char words[256];
	rt_each_cb each;
	void *arg;
};

/* The kernel's sentence follows the error as an attribute (extended ACK). */
static void
rt_words(struct rt_answer *a, struct nlmsgerr *err)
{
	struct nlmsghdr *h = (struct nlmsghdr *)((char *)err - NLMSG_HDRLEN);
	size_t at = sizeof(*err);
	struct nlattr *text;

	if (!(h->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(h->nlmsg_flags & NLM_F_CAPPED))
		at += err->msg.nlmsg_len - NLMSG_HDRLEN;
	at = NLMSG_ALIGN(at);
	if (at + NLMSG_HDRLEN >= h->nlmsg_len)
		return;
	text = nla_find((struct nlattr *)((char *)err + at),
			(int)(h->nlmsg_len - NLMSG_HDRLEN - at),
			NLMSGERR_ATTR_MSG);
	if (text != NULL)
		nla_strlcpy(a->words, text, sizeof(a->words));
}

static int
rt_on_error(struct sockaddr_nl *who, struct nlmsgerr *err, void *arg)
{
	struct rt_answer *a = arg;

	(void)who;
	a->code = -err->error;
	a->done = true;
	rt_words(a, err);
	return NL_STOP;
}

static int
rt_on_ack(struct nl_msg *m, void *arg)
{
	struct rt_answer *a = arg;

	(void)m;
	a->done = true;
	return NL_STOP;
}

static int
rt_on_valid(struct nl_msg *m, void *arg)
{
	struct rt_answer *a = arg;

	if (a->each)
		a->each(a->arg, nlmsg_hdr(m));
	return NL_OK;
}

/* 0, -1 with e set, or 1 when a dump was interrupted by a change. */
static int
rt_exchange(struct net *n, struct nl_msg *m, struct rt_answer *a, struct err *e)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int rc;

	if (cb == NULL)
		abort();
	nl_cb_err(cb, NL_CB_CUSTOM, rt_on_error, a);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, rt_on_ack, a);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, rt_on_ack, a);
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, rt_on_valid, a);
	rc = nl_send_auto(n->nl, m);
	while (rc >= 0 && !a->done)
		rc = nl_recvmsgs(n->nl, cb);
	nl_cb_put(cb);
	if (rc == -NLE_DUMP_INTR)
		return 1;
	if (a->code != 0)
		return err_here(e, "%s%s%s%s", strerror(a->code),
				a->words[0] ? " (" : "", a->words,
				a->words[0] ? ")" : "");
	if (rc < 0)
		return err_here(e, "netlink: %s", nl_geterror(rc));
	return 0;
}

int
rt_talk(struct net *n, struct nl_msg *m, struct err *e)
{
	struct rt_answer a = {0};
	int rc = rt_exchange(n, m, &a, e);

	nlmsg_free(m);
	errno = a.code;
	return rc;
}

int
rt_dump(struct net *n, int type, const void *head, size_t len, rt_each_cb each,
	void (*restart)(void *arg), void *arg, struct err *e)
{
	int rc = 1, tries;

	for (tries = 0; rc > 0 && tries < RT_TRIES; tries++) {
		struct rt_answer a = {.each = each, .arg = arg};
		struct nl_msg *m = rt_new(type, NLM_F_DUMP, head, len);

		if (tries > 0)
			restart(arg);
		rc = rt_exchange(n, m, &a, e);
		nlmsg_free(m);
	}
	return rc > 0 ? 0 : rc;
}

/* ---- names */

static void
rt_take_index(void *arg, struct nlmsghdr *h)
{
	int *index = arg;
	const struct ifinfomsg *ifi = nlmsg_data(h);

	if (h->nlmsg_type == RTM_NEWLINK &&
	    h->nlmsg_len >= NLMSG_HDRLEN + sizeof(*ifi))
		*index = ifi->ifi_index;
}

int
rt_link(struct net *n, const char *name, rt_each_cb each, void *arg,
	struct err *e)
{
	const struct ifinfomsg ifi = {.ifi_family = AF_UNSPEC};
	struct rt_answer a = {.each = each, .arg = arg};
	struct nl_msg *m = rt_new(RTM_GETLINK, 0, &ifi, sizeof(ifi));
	int rc;

	rt_put_str(m, IFLA_IFNAME, name);
	rc = rt_exchange(n, m, &a, e);
	nlmsg_free(m);
	return rc < 0 ? err_in(e, "interface %s", name) : 0;
}

int
rt_index(struct net *n, const char *name, struct err *e)
{
	int index = 0;

	if (rt_link(n, name, rt_take_index, &index, e) < 0)
		return 0;
	if (index == 0)
		err_here(e, "interface %s: the kernel does not know it", name);
	return index;
}
