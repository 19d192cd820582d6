/*
 * star: the floor for bench-engine.sh. The least that a kernel must be told to
 * make a star of N: a bridge, N namespaces, a veth pair each, both families of
 * addresses, all up; one socket a namespace, no library, no checks beyond "did
 * it work", no sysctls, nothing that runs. Ends have one queue: with one a
 * processor the kernel waits for all processors at each. Prints the seconds it
 * took.
 *
 *	star N
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct req {
	struct nlmsghdr h;
	char body[1000];
};

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static void *
tail(struct req *r, size_t len)
{
	void *p = (char *)r + NLMSG_ALIGN(r->h.nlmsg_len);

	memset(p, 0, NLMSG_ALIGN(len));
	r->h.nlmsg_len = NLMSG_ALIGN(r->h.nlmsg_len) + (unsigned int)len;
	return p;
}

static struct rtattr *
put(struct req *r, int type, const void *data, size_t len)
{
	struct rtattr *a = tail(r, RTA_LENGTH(len));

	a->rta_type = (unsigned short)type;
	a->rta_len = (unsigned short)RTA_LENGTH(len);
	if (len)
		memcpy(RTA_DATA(a), data, len);
	return a;
}

static void
end(struct req *r, struct rtattr *a)
{
	a->rta_len = (unsigned short)((char *)r + r->h.nlmsg_len - (char *)a);
}

static void
begin(struct req *r, int type, int flags)
{
	r->h = (struct nlmsghdr){
	    .nlmsg_len = NLMSG_HDRLEN,
	    .nlmsg_type = (unsigned short)type,
	    .nlmsg_flags = (unsigned short)(NLM_F_REQUEST | NLM_F_ACK | flags)};
}

static void
talk(int s, struct req *r)
{
	char buf[4096];
	struct nlmsghdr *h = (struct nlmsghdr *)buf;
	ssize_t n;

	if (send(s, r, r->h.nlmsg_len, 0) < 0 ||
	    (n = recv(s, buf, sizeof(buf), 0)) < 0)
		die("netlink");
	if (h->nlmsg_type == NLMSG_ERROR) {
		errno = -((struct nlmsgerr *)NLMSG_DATA(h))->error;
		if (errno)
			die("the kernel refuses");
	}
}

static int
route_socket(void)
{
	int s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (s < 0)
		die("socket");
	return s;
}

static void
link_up(int s, int index, const char *name)
{
	struct req r;
	struct ifinfomsg *ifi;

	begin(&r, RTM_NEWLINK, 0);
	ifi = tail(&r, sizeof(*ifi));
	ifi->ifi_index = index;
	ifi->ifi_flags = ifi->ifi_change = IFF_UP;
	if (name)
		put(&r, IFLA_IFNAME, name, strlen(name) + 1);
	talk(s, &r);
}

static void
address(int s, unsigned int index, int family, const void *a, int len)
{
	size_t bytes = family == AF_INET ? 4 : 16;
	struct req r;
	struct ifaddrmsg *ifa;

	begin(&r, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
	ifa = tail(&r, sizeof(*ifa));
	ifa->ifa_family = (unsigned char)family;
	ifa->ifa_prefixlen = (unsigned char)len;
	ifa->ifa_flags = IFA_F_NODAD;
	ifa->ifa_index = index;
	put(&r, IFA_LOCAL, a, bytes);
	put(&r, IFA_ADDRESS, a, bytes);
	talk(s, &r);
}

static unsigned int
bridge(int s)
{
	struct req r;
	struct ifinfomsg *ifi;
	struct rtattr *info;

	begin(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	ifi = tail(&r, sizeof(*ifi));
	ifi->ifi_flags = ifi->ifi_change = IFF_UP;
	put(&r, IFLA_IFNAME, "lan", 4);
	info = put(&r, IFLA_LINKINFO, NULL, 0);
	put(&r, IFLA_INFO_KIND, "bridge", 6);
	end(&r, info);
	talk(s, &r);
	return if_nametoindex("lan");
}

static void
veth(int s, unsigned int master, int i, int netns)
{
	const struct ifinfomsg peer = {0};
	const unsigned int one = 1;
	struct req r;
	struct ifinfomsg *ifi;
	struct rtattr *info, *data, *other;
	char name[16];

	snprintf(name, sizeof(name), "p%d", i);
	begin(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	ifi = tail(&r, sizeof(*ifi));
	ifi->ifi_flags = ifi->ifi_change = IFF_UP;
	put(&r, IFLA_IFNAME, name, strlen(name) + 1);
	put(&r, IFLA_MASTER, &master, 4);
	put(&r, IFLA_NUM_TX_QUEUES, &one, 4);
	put(&r, IFLA_NUM_RX_QUEUES, &one, 4);
	info = put(&r, IFLA_LINKINFO, NULL, 0);
	put(&r, IFLA_INFO_KIND, "veth", 4);
	data = put(&r, IFLA_INFO_DATA, NULL, 0);
	other = put(&r, VETH_INFO_PEER, &peer, sizeof(peer));
	put(&r, IFLA_IFNAME, "ix0", 4);
	put(&r, IFLA_NET_NS_FD, &netns, 4);
	put(&r, IFLA_NUM_TX_QUEUES, &one, 4);
	put(&r, IFLA_NUM_RX_QUEUES, &one, 4);
	end(&r, other);
	end(&r, data);
	end(&r, info);
	talk(s, &r);
}

static void
member(int sw, int home, unsigned int master, int i)
{
	unsigned char v4[4] = {10, 0, (unsigned char)(i >> 8),
			       (unsigned char)i};
	unsigned char v6[16] = {0x20, 1, 0xd, 0xb8};
	int ns, s;

	if (unshare(CLONE_NEWNET) < 0)
		die("unshare");
	ns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	s = route_socket();
	if (ns < 0 || setns(home, CLONE_NEWNET) < 0)
		die("setns");
	veth(sw, master, i, ns);
	link_up(s, 1, NULL);
	link_up(s, 0, "ix0");
	v6[14] = v4[2];
	v6[15] = v4[3];
	address(s, 2, AF_INET, v4, 16);
	address(s, 2, AF_INET6, v6, 64);
}

int
main(int argc, char **argv)
{
	struct rlimit files = {65536, 65536};
	struct timespec a, b;
	int n = argc > 1 ? atoi(argv[1]) : 50, i, home, sw;
	unsigned int master;

	if (setrlimit(RLIMIT_NOFILE, &files) < 0 &&
	    getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
	clock_gettime(CLOCK_MONOTONIC, &a);
	if (unshare((geteuid() ? CLONE_NEWUSER : 0) | CLONE_NEWNET) < 0)
		die("unshare");
	home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	sw = route_socket();
	master = bridge(sw);
	for (i = 1; i <= n; i++)
		member(sw, home, master, i);
	clock_gettime(CLOCK_MONOTONIC, &b);
	printf("%.3f\n", (double)(b.tv_sec - a.tv_sec) +
			     (double)(b.tv_nsec - a.tv_nsec) / 1e9);
	return 0;
}
