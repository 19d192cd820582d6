/*
 * rsload_hostile: members that misbehave, beside a measurement.
 *
 *	half-open	connections on which nothing is ever said
 *	never-read	a session that comes up and then is not read any more
 *	byte-a-second	an OPEN that arrives a byte a second
 *	sessions	complete OPENs and KEEPALIVEs on many connections from
 *			one address
 *	visitors	of one AS and a new address each time, stay for half a
 *			second and go; not bad, only restless
 *
 * What the server closes is opened again a second later. It ends when it is
 * killed.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "bench/rsload.h"

enum manner { HALF_OPEN, NEVER_READ, BYTE_A_SECOND, SESSIONS, VISITORS };

static const struct {
	const char *name;
	unsigned int n;
} manners[] = {
    [HALF_OPEN] = {"half-open", 1000},	    [NEVER_READ] = {"never-read", 1},
    [BYTE_A_SECOND] = {"byte-a-second", 1}, [SESSIONS] = {"sessions", 500},
    [VISITORS] = {"visitors", 1},
};

struct peer {
	int fd;
	bool connected;
	size_t said;
	double next; /* to connect, or to say something */
};

struct hostile {
	enum manner manner;
	unsigned int member;
	uint8_t hello[128]; /* OPEN and KEEPALIVE */
	size_t open_len, hello_len;
	double now;
};

static const double visit = 0.5;

static void
hello(struct hostile *h, uint32_t asn, unsigned int member)
{
	struct wbuf b = wbuf_of(h->hello, sizeof h->hello);

	rsload_encode_open(&b, asn, rsload_addr(member));
	h->open_len = b.len;
	rsload_encode_keepalive(&b);
	h->hello_len = b.len;
}

static void
say(struct hostile *h, struct peer *p)
{
	size_t n = h->hello_len - p->said;

	p->next = h->now + 1;
	switch (h->manner) {
	case HALF_OPEN: return;
	case BYTE_A_SECOND: n = p->said < h->open_len; break;
	case NEVER_READ: /* and a KEEPALIVE every 20 s, to stay */
		p->next = h->now + 20;
		if (n == 0) {
			p->said = h->open_len;
			n = h->hello_len - p->said;
		}
		break;
	case SESSIONS: break;
	case VISITORS: p->next = h->now + visit; break;
	}
	if (n > 0 && send(p->fd, h->hello + p->said, n,
			  MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)n)
		p->said += n;
}

static void
start(struct hostile *h, struct peer *p)
{
	int small = 4096;

	p->next = h->now + 1;
	p->said = 0;
	p->connected = false;
	if (h->manner == VISITORS) {
		h->member = RSLOAD_VISITORS + (h->member + 1) % 250;
		hello(h, RSLOAD_VISITOR_AS, h->member);
	}
	p->fd = rsload_tcp_connect(h->member);
	if (p->fd >= 0 && h->manner == NEVER_READ)
		setsockopt(p->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
}

/* Look whether the server has closed it; throw away what it says. */
static void
listen_to(struct hostile *h, struct peer *p)
{
	char room[65536];
	int peek = h->manner == NEVER_READ ? MSG_PEEK : 0;

	if (recv(p->fd, room, sizeof room, MSG_DONTWAIT | peek) != 0)
		return;
	close(p->fd);
	p->fd = -1;
	p->next = h->now + 1;
}

static void
leave(struct hostile *h, struct peer *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
	p->said = 0;
	p->next = h->now + visit / 2;
}

static void
peer_turn(struct hostile *h, struct peer *p, short events)
{
	if (p->fd >= 0 && events & (POLLERR | POLLHUP)) {
		close(p->fd);
		p->fd = -1;
		p->next = h->now + 1;
	} else if (p->fd >= 0 && events & POLLIN) {
		listen_to(h, p);
	}
	if (p->fd >= 0 && !p->connected && events & POLLOUT) {
		p->connected = true;
		p->next = h->now;
	}
	if (h->now < p->next)
		return;
	if (h->manner == VISITORS && p->said > 0)
		leave(h, p);
	else if (p->fd < 0)
		start(h, p);
	else if (p->connected)
		say(h, p);
}

static void
play(struct hostile *h, unsigned int n)
{
	struct peer *peers = xcalloc(n, sizeof *peers);
	struct pollfd *polls = xcalloc(n, sizeof *polls);

	for (unsigned int i = 0; i < n; i++)
		peers[i].fd = -1;
	for (;;) {
		for (unsigned int i = 0; i < n; i++) {
			bool mute = h->manner == NEVER_READ;

			polls[i].fd = peers[i].fd;
			polls[i].events = !peers[i].connected ? POLLOUT
					  : mute	      ? 0
							      : POLLIN;
		}
		poll(polls, n, 100);
		h->now = rsload_now();
		for (unsigned int i = 0; i < n; i++)
			peer_turn(h, &peers[i],
				  polls[i].fd >= 0 ? polls[i].revents : 0);
	}
}

int
rsload_hostile(const char *what, unsigned int member, unsigned int n,
	       struct err *e)
{
	struct hostile h = {.member = member, .now = rsload_now()};
	const size_t count = sizeof manners / sizeof *manners;
	size_t i = 0;

	while (i < count && strcmp(manners[i].name, what))
		i++;
	if (i == count)
		return err_usage(e,
				 "no peer is hostile by '%s'; there are "
				 "half-open, never-read, byte-a-second, "
				 "sessions and visitors",
				 what);
	h.manner = (enum manner)i;
	hello(&h, rsload_asn(member), member);
	play(&h, n ? n : manners[i].n);
	return 0;
}
