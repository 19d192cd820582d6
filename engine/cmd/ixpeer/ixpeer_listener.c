/* ixpeer_listener: robots that take connections, from those they talk to. */
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "cmd/ixpeer/ixpeer_robot.h"

static void
freed(uv_handle_t *h)
{
	free(h);
}

void
ixpeer_poll_close(uv_poll_t **poll)
{
	if (*poll == NULL)
		return;
	uv_poll_stop(*poll);
	uv_close((uv_handle_t *)*poll, freed);
	*poll = NULL;
}

static struct ixpeer_session *
session_with(struct ixpeer_robot *r, const struct ip_addr *from)
{
	for (size_t i = 0; i < r->n; i++)
		if (ip_addr_eq(&r->sessions[i].to->addr, from))
			return &r->sessions[i];
	return NULL;
}

static void
on_connection(uv_poll_t *p, int status, int events)
{
	struct ixpeer_listener *l = p->data;
	struct sockaddr_storage ss;
	struct ixpeer_session *s;
	socklen_t len = sizeof ss;
	struct ip_addr from = {0};
	uint16_t port;
	int fd = accept4(l->fd, (struct sockaddr *)&ss, &len,
			 SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)status;
	(void)events;
	if (fd < 0)
		return;
	ip_from_sockaddr((struct sockaddr *)&ss, &from, &port);
	s = session_with(l->robot, &from);
	if (s)
		ixpeer_session_accept(s, fd);
	else
		close(fd);
}

static int
listener_open(struct ixpeer_listener *l, struct ixpeer_robot *r,
	      const struct ip_addr *local, struct err *e)
{
	char text[IP_ADDRSTRLEN];

	*l = (struct ixpeer_listener){.robot = r, .local = *local};
	l->fd = ixpeer_socket_listen(r, local);
	if (l->fd < 0)
		return err_sys(e, "robot %s: listen at %s", r->conf->name,
			       ip_addr_print(local, text));
	l->poll = xcalloc(1, sizeof *l->poll);
	l->poll->data = l;
	uv_poll_init(&r->all->loop, l->poll, l->fd);
	uv_poll_start(l->poll, UV_READABLE, on_connection);
	return 0;
}

int
ixpeer_listeners_open(struct ixpeer_robot *r, struct err *e)
{
	const struct ixpeer_robot_conf *conf = r->conf;

	if (!conf->listen || r->n_listeners > 0)
		return 0;
	free(r->listeners);
	r->listeners = xcalloc(conf->n_addresses, sizeof *r->listeners);
	for (; r->n_listeners < conf->n_addresses; r->n_listeners++)
		if (listener_open(&r->listeners[r->n_listeners], r,
				  &conf->addresses[r->n_listeners], e) < 0)
			return -1;
	return 0;
}

void
ixpeer_listeners_close(struct ixpeer_robot *r)
{
	while (r->n_listeners > 0) {
		struct ixpeer_listener *l = &r->listeners[--r->n_listeners];

		ixpeer_poll_close(&l->poll);
		close(l->fd);
	}
	free(r->listeners);
	r->listeners = NULL;
}
