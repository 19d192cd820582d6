/*
 * net_rt: one netlink request and its acknowledgement; private to net.
 */
#ifndef LAB_NET_NET_RT_H
#define LAB_NET_NET_RT_H

#include <netlink/msg.h>
#include <netlink/netlink.h>

#include "lab/net/net.h"

/* It passes frames. IFF_RUNNING says so later than the kernel knows it. */
#define RT_LOWER_UP (1u << 16)
#define RT_IS_UP(flags) \
	(((flags) & (IFF_UP | RT_LOWER_UP)) == (IFF_UP | RT_LOWER_UP))

struct net {
	int fd;
	struct nl_sock *nl;
	char bridge[16]; /* the bridge asked for last, and its index */
	int bridge_index;
};

/* A connected socket in the namespace the thread is in; for routes, or for
 * another family of netlink. */
struct nl_sock *rt_socket(int protocol, struct err *e);
struct nl_sock *rt_route_socket(struct err *e);

/* A request; flags beside NLM_F_REQUEST. Appending never fails. */
struct nl_msg *rt_new(int type, int flags, const void *head, size_t len);
void rt_put(struct nl_msg *m, int type, const void *data, size_t len);
void rt_put_u8(struct nl_msg *m, int type, uint8_t v);
void rt_put_u32(struct nl_msg *m, int type, uint32_t v);
void rt_put_str(struct nl_msg *m, int type, const char *s);
struct nlattr *rt_nest(struct nl_msg *m, int type);
void rt_nest_end(struct nl_msg *m, struct nlattr *start);

/* Send m (consumed) and wait for the answer. */
int rt_talk(struct net *n, struct nl_msg *m, struct err *e);
/* The same for a dump: each for each message that comes. m stays the caller's,
 * restart is called before a repetition (the kernel saw a change midway). */
typedef void (*rt_each_cb)(void *arg, struct nlmsghdr *h);
int rt_dump(struct net *n, int type, const void *head, size_t len,
	    rt_each_cb each, void (*restart)(void *arg), void *arg,
	    struct err *e);

/* Ask for one link by its name. */
int rt_link(struct net *n, const char *name, rt_each_cb each, void *arg,
	    struct err *e);
/* The index of a link, 0 with e set when there is none of that name. */
int rt_index(struct net *n, const char *name, struct err *e);

/* To the thread's namespace and back: returns a descriptor for rt_leave. */
int rt_enter(const struct net *n, struct err *e);
void rt_leave(int home);
/* The namespace again, with a socket of its own for another family of netlink;
 * other->nl is the caller's to free. */
int rt_open(const struct net *n, struct net *other, int protocol,
	    struct err *e);

#endif
