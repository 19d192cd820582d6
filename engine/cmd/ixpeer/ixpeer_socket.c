/*
 * ixpeer_socket: a socket belongs to the network namespace in which it was made,
 * for ever. So the one thread enters the robot's namespace, makes a socket, and
 * comes back before it does anything else.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "cmd/ixpeer/ixpeer_robot.h"

int
ixpeer_socket_home(void)
{
	return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

static int
enter(const char *netns)
{
	int fd, rc, saved;

	if (str_starts(netns, "fd:"))
		return setns(atoi(netns + 3), CLONE_NEWNET);
	fd = open(netns, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	rc = setns(fd, CLONE_NEWNET);
	saved = errno;
	close(fd);
	errno = saved;
	return rc;
}

static int
socket_in(const struct ixpeer_robot *r, enum ip_family f)
{
	const char *netns = r->conf->netns;
	int fd, saved;

	if (netns && enter(netns) < 0)
		return -1;
	fd = socket(f == IP_V4 ? AF_INET : AF_INET6,
		    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	saved = errno;
	if (netns && setns(r->all->home, CLONE_NEWNET) < 0)
		abort(); /* all that follows would be in a wrong place */
	errno = saved;
	return fd;
}

static int
md5(int fd, const struct ixpeer_to *to)
{
	struct tcp_md5sig sig = {0};
	struct sockaddr_storage ss;
	size_t n = to->password ? strlen(to->password) : 0;
	int rc;

	if (n == 0 || n > TCP_MD5SIG_MAXKEYLEN)
		return 0;
	ip_to_sockaddr(&to->addr, 0, &ss);
	memcpy(&sig.tcpm_addr, &ss, sizeof sig.tcpm_addr);
	sig.tcpm_keylen = (uint16_t)n;
	memcpy(sig.tcpm_key, to->password, n);
	rc = setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG, &sig, sizeof sig);
	explicit_bzero(&sig, sizeof sig);
	return rc;
}

static int
fail(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
	return -1;
}

/* A reader that reads slowly has little room, else nobody would notice. */
static void
options(const struct ixpeer_robot *r, int fd)
{
	int on = 1, little = 4096;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (r->slow || r->stalled)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
}

int
ixpeer_socket_connect(struct ixpeer_session *s)
{
	struct sockaddr_storage ss;
	socklen_t len;
	int fd = socket_in(s->robot, (enum ip_family)s->local.family);

	if (fd < 0)
		return -1;
	options(s->robot, fd);
	len = ip_to_sockaddr(&s->local, 0, &ss);
	if (bind(fd, (struct sockaddr *)&ss, len) < 0 || md5(fd, s->to) < 0)
		return fail(fd);
	len = ip_to_sockaddr(&s->to->addr, s->to->port, &ss);
	if (connect(fd, (struct sockaddr *)&ss, len) < 0 &&
	    errno != EINPROGRESS)
		return fail(fd);
	return fd;
}

int
ixpeer_socket_listen(struct ixpeer_robot *r, const struct ip_addr *local)
{
	struct sockaddr_storage ss;
	int fd = socket_in(r, (enum ip_family)local->family), on = 1;
	socklen_t len = ip_to_sockaddr(local, BGP_PORT, &ss);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (local->family == IP_V6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	for (size_t i = 0; i < r->conf->n_to; i++)
		if (r->conf->to[i].addr.family == local->family)
			md5(fd, &r->conf->to[i]);
	if (bind(fd, (struct sockaddr *)&ss, len) < 0 || listen(fd, 16) < 0)
		return fail(fd);
	return fd;
}
