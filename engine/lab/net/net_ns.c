#include "lab/net/net.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"
#include "lab/net/net_rt.h"

/* A new namespace inherits some values from the host and resets others, so all
 * that a lab depends on is written, or has been seen to stand so already. NULL:
 * not for this role. */
struct ns_knob {
	const char *key, *router, *host, *sw;
};

static const struct ns_knob ns_knobs[] = {
    {"ipv4/ip_forward", "1", "0", "0"},
    {"ipv4/conf/all/rp_filter", "0", "0", NULL},
    {"ipv4/conf/default/rp_filter", "0", "0", NULL},
    {"ipv4/conf/all/arp_ignore", "1", "1", NULL},
    {"ipv4/conf/default/arp_ignore", "1", "1", NULL},
    {"ipv4/conf/all/arp_announce", "2", "2", NULL},
    {"ipv4/conf/default/arp_announce", "2", "2", NULL},
    {"ipv4/conf/all/arp_filter", "0", "0", NULL},
    {"ipv4/conf/default/arp_filter", "0", "0", NULL},
    {"ipv4/conf/all/send_redirects", "0", NULL, NULL},
    {"ipv4/conf/default/send_redirects", "0", NULL, NULL},
    {"ipv4/conf/all/accept_redirects", "0", "0", NULL},
    {"ipv4/conf/default/accept_redirects", "0", "0", NULL},
    {"ipv6/conf/default/disable_ipv6", "0", "0", "1"},
    {"ipv6/conf/default/accept_ra", "0", "0", NULL},
    {"ipv6/conf/default/router_solicitations", "0", "0", NULL},
    {"ipv6/conf/default/accept_redirects", "0", "0", NULL},
    {"ipv6/conf/default/accept_dad", "0", "0", NULL},
    {"ipv6/conf/default/addr_gen_mode", "0", "0", NULL},
    /* a day: no bridge here listens, and n machines would tell n at once */
    {"ipv6/conf/default/mldv2_unsolicited_report_interval", "86400000",
     "86400000", NULL},
    {"ipv6/conf/all/keep_addr_on_down", "1", "1", NULL},
    {"ipv6/conf/all/forwarding", "1", "0", NULL},
};

#define NS_KNOBS (sizeof(ns_knobs) / sizeof(*ns_knobs))
#define NS_KNOWN_NS 100000000

/* Which knobs stand right in a new namespace before they are written, by role:
 * half of them do, and some take a lock of the whole kernel to be written. They
 * are read in one namespace and believed of those made in the 100 ms after it,
 * no longer, for what namespaces inherit may be changed on the host. */
static struct ns_known {
	int64_t until;
	bool right[NS_KNOBS];
} ns_known[NET_SWITCH + 1];

/* Open what is below /proc/sys/net of the namespace the thread is in. */
static int
ns_open(const char *key, int flags, struct err *e)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/%s", key);
	if ((fd = open(path, flags | O_CLOEXEC)) < 0)
		err_sys(e, "cannot open %s", path);
	return fd;
}

static int
ns_write(const char *key, const char *value, struct err *e)
{
	int fd = ns_open(key, O_WRONLY, e);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = write(fd, value, strlen(value));
	if (n != (ssize_t)strlen(value)) {
		err_sys(e, "cannot set /proc/sys/net/%s to %s", key, value);
		close(fd);
		return -1;
	}
	close(fd);
	return 0;
}

static bool
ns_stands(const char *key, const char *value)
{
	struct err e = {0};
	int fd = ns_open(key, O_RDONLY, &e);
	size_t len = strlen(value);
	char text[32];
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text));
	close(fd);
	return n == (ssize_t)len + 1 && text[len] == '\n' &&
	       memcmp(text, value, len) == 0;
}

static int64_t
ns_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static const char *
ns_value(const struct ns_knob *k, enum net_role role)
{
	switch (role) {
	case NET_ROUTER: return k->router;
	case NET_HOST: return k->host;
	case NET_SWITCH: break;
	}
	return k->sw;
}

/* In their order, when they are read, too: to write one may change another. */
static int
ns_setup(enum net_role role, struct err *e)
{
	struct ns_known *known = &ns_known[role];
	bool read_all = ns_now() >= known->until;
	const char *value;
	size_t i;

	for (i = 0; i < NS_KNOBS; i++) {
		if ((value = ns_value(&ns_knobs[i], role)) == NULL)
			continue;
		if (read_all)
			known->right[i] = ns_stands(ns_knobs[i].key, value);
		if (!known->right[i] && ns_write(ns_knobs[i].key, value, e) < 0)
			return -1;
	}
	if (read_all)
		known->until = ns_now() + NS_KNOWN_NS;
	return 0;
}

/* The namespace the thread is in, as a handle. */
static struct net *
ns_take(struct err *e)
{
	struct net *n = xcalloc(1, sizeof(*n));

	n->fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (n->fd < 0)
		err_sys(e, "/proc/thread-self/ns/net");
	else if ((n->nl = rt_route_socket(e)) != NULL)
		return n;
	net_free(n);
	return NULL;
}

struct net *
net_here(struct err *e)
{
	return ns_take(e);
}

struct net *
net_new(enum net_role role, struct err *e)
{
	struct net *n = NULL;
	int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	if (home < 0) {
		err_sys(e, "/proc/thread-self/ns/net");
		return NULL;
	}
	if (unshare(CLONE_NEWNET) < 0) {
		err_sys(e, "cannot make a network namespace%s",
			errno == ENOSPC
			    ? " (see /proc/sys/user/max_net_namespaces)"
			    : "");
		close(home);
		return NULL;
	}
	if ((n = ns_take(e)) != NULL &&
	    (ns_setup(role, e) < 0 || net_link_set(n, "lo", true, e) < 0)) {
		net_free(n);
		n = NULL;
	}
	rt_leave(home);
	return n;
}

void
net_free(struct net *n)
{
	if (n == NULL)
		return;
	if (n->nl)
		nl_socket_free(n->nl);
	if (n->fd >= 0)
		close(n->fd);
	free(n);
}

int
net_fd(const struct net *n)
{
	return n->fd;
}

int
net_name(const struct net *n, const char *path, struct err *e)
{
	char from[32];
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0444);

	if (fd < 0)
		return err_sys(e, "cannot make %s", path);
	close(fd);
	snprintf(from, sizeof(from), "/proc/self/fd/%d", n->fd);
	if (mount(from, path, NULL, MS_BIND, NULL) < 0)
		return err_sys(e, "cannot mount a namespace on %s", path);
	return 0;
}

int
net_socket(const struct net *n, int domain, int type, int protocol,
	   struct err *e)
{
	int fd, home = rt_enter(n, e);

	if (home < 0)
		return -1;
	fd = socket(domain, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
	if (fd < 0)
		err_sys(e, "cannot open a socket");
	rt_leave(home);
	return fd;
}

int
net_sysctl(const struct net *n, const char *key, const char *value,
	   struct err *e)
{
	int rc, home = rt_enter(n, e);

	if (home < 0)
		return -1;
	rc = ns_write(key, value, e);
	rt_leave(home);
	return rc;
}

int
net_sysctl_get(const struct net *n, const char *key, char *value, size_t size,
	       struct err *e)
{
	int fd, home = rt_enter(n, e);
	ssize_t len = -1;

	if (home < 0)
		return -1;
	if ((fd = ns_open(key, O_RDONLY, e)) >= 0) {
		len = read(fd, value, size - 1);
		if (len < 0)
			err_sys(e, "cannot read /proc/sys/net/%s", key);
		close(fd);
	}
	rt_leave(home);
	if (len < 0)
		return -1;
	value[len] = '\0';
	value[strcspn(value, "\n")] = '\0';
	return 0;
}
