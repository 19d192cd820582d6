#include "cmd/ixpeer/ixpeer.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"

static int
open_socket(enum ip_family f)
{
	int on = 1, fd = socket(f == IP_V4 ? AF_INET : AF_INET6,
				SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (f == IP_V6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	return fd;
}

int
ixpeer_link_listen(const struct ip_addr *local, uint16_t port, struct err *e)
{
	struct sockaddr_storage ss;
	socklen_t len = ip_to_sockaddr(local, port, &ss);
	char text[IP_ADDRSTRLEN];
	int fd = open_socket(local->family);

	if (fd < 0)
		return err_sys(e, "open a socket");
	if (bind(fd, (struct sockaddr *)&ss, len) < 0 || listen(fd, 16) < 0) {
		err_sys(e, "listen at %s port %u", ip_addr_print(local, text),
			port);
		close(fd);
		return -1;
	}
	return fd;
}

int
ixpeer_link_connect(struct ixpeer_link *l, const struct ip_addr *local,
		    const struct ip_addr *remote, uint16_t port)
{
	struct sockaddr_storage ss;
	socklen_t len = ip_to_sockaddr(local, 0, &ss);
	int fd = open_socket(local->family), saved;

	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&ss, len) == 0) {
		len = ip_to_sockaddr(remote, port, &ss);
		if (connect(fd, (struct sockaddr *)&ss, len) == 0 ||
		    errno == EINPROGRESS) {
			l->fd = fd;
			l->connecting = true;
			return 0;
		}
	}
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

int
ixpeer_link_accept(int listener, struct ip_addr *from)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof ss;
	uint16_t port;
	int fd = accept4(listener, (struct sockaddr *)&ss, &len,
			 SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd >= 0)
		ip_from_sockaddr((struct sockaddr *)&ss, from, &port);
	return fd;
}

void
ixpeer_link_queue(struct ixpeer_link *l, const void *data, size_t len)
{
	if (l->fd < 0 || len == 0)
		return;
	l->out = xrealloc(l->out, l->out_len + len);
	memcpy(l->out + l->out_len, data, len);
	l->out_len += len;
}

int
ixpeer_link_write(struct ixpeer_link *l)
{
	ssize_t n;

	if (l->fd < 0 || l->connecting || l->out_len == 0)
		return 0;
	n = send(l->fd, l->out, l->out_len, MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	l->out_len -= (size_t)n;
	memmove(l->out, l->out + n, l->out_len);
	return 0;
}

int
ixpeer_link_read(struct ixpeer_link *l)
{
	ssize_t n = recv(l->fd, l->in + l->in_len, sizeof l->in - l->in_len, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n == 0)
		errno = 0;
	if (n <= 0)
		return -1;
	l->in_len += (size_t)n;
	return 1;
}

void
ixpeer_link_eat(struct ixpeer_link *l, size_t len)
{
	l->in_len -= len;
	memmove(l->in, l->in + len, l->in_len);
}

void
ixpeer_link_close(struct ixpeer_link *l, bool abrupt)
{
	uint8_t rest[1024];

	if (l->fd < 0)
		return;
	if (!abrupt && !l->connecting) {
		/* Unread bytes would turn the close into a reset, which may
		 * overtake our last words. */
		ixpeer_link_write(l);
		shutdown(l->fd, SHUT_WR);
		while (recv(l->fd, rest, sizeof rest, MSG_DONTWAIT) > 0)
			;
	}
	close(l->fd);
	free(l->out);
	*l = (struct ixpeer_link){.fd = -1};
}
