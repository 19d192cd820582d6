/*
 * server_socket: what the kernel guards for us.
 *
 * TTL: a member on the LAN is one hop away, so what we send lives one hop. With
 * GTSM (RFC 5082) both sides send 255, and the kernel drops what comes with
 * less, which nobody farther away can reach. Listening sockets answer with 255,
 * for they do not know yet whom; the connection's own value is set when it is
 * accepted. Only when all members of a family have GTSM is the handshake guarded,
 * too: a socket has one least TTL, whoever asks.
 *
 * TCP-MD5 (RFC 2385): a key belongs to a socket and an address, or a range of
 * them. Listening sockets have the keys of all members; what they accept inherits
 * its own. A segment without the right digest does not exist for the kernel, so
 * a wrong password looks like silence on both sides.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "rs/server/server_state.h"

static int
socket_fd(const uv_tcp_t *tcp)
{
	uv_os_fd_t fd = -1;

	return uv_fileno((const uv_handle_t *)tcp, &fd) == 0 ? fd : -1;
}

enum ip_family
server_socket_family(const uv_tcp_t *tcp)
{
	struct sockaddr_storage ss = {0};
	int len = sizeof(ss);

	if (uv_tcp_getsockname(tcp, (struct sockaddr *)&ss, &len) < 0)
		return IP_NONE;
	return ss.ss_family == AF_INET6 ? IP_V6 : IP_V4;
}

/* ---- TTL */

static void
socket_number(int fd, enum ip_family f, int v4, int v6, int value)
{
	int r = f == IP_V4
		    ? setsockopt(fd, IPPROTO_IP, v4, &value, sizeof(value))
		    : setsockopt(fd, IPPROTO_IPV6, v6, &value, sizeof(value));

	if (r < 0)
		log_warn("server", "%s of a connection",
			 v4 == IP_TTL ? "the TTL" : "the least TTL");
}

void
server_socket_ttl(uv_tcp_t *tcp, enum ip_family f,
		  const struct policy_settings *c)
{
	int fd = socket_fd(tcp);
	int hops = c->multihop > 0 ? (int)c->multihop : 1;

	if (fd < 0)
		return;
	if (hops > 255)
		hops = 255;
	socket_number(fd, f, IP_TTL, IPV6_UNICAST_HOPS, c->gtsm ? 255 : hops);
	/* even 0: one that was accepted has the listening socket's */
	socket_number(fd, f, IP_MINTTL, IPV6_MINHOPCOUNT,
		      c->gtsm ? 256 - hops : 0);
}

static bool
ttl_concerns(const struct policy_client *c, enum ip_family f)
{
	for (size_t i = 0; i < c->n_ip; i++)
		if (c->ip[i].family == f)
			return true;
	for (size_t i = 0; i < c->n_range; i++)
		if (c->range[i].addr.family == f)
			return true;
	return false;
}

/* The least TTL that any member's packets have; 0 when one has no GTSM, or there
 * is none. */
static int
ttl_of_all(const struct policy *p, enum ip_family f)
{
	int least = 256;

	for (size_t i = 0; i < p->n_clients; i++) {
		const struct policy_settings *c = &p->clients[i].settings;
		int hops = c->multihop > 0 ? (int)c->multihop : 1;
		if (!ttl_concerns(&p->clients[i], f))
			continue;
		if (!c->gtsm || hops > 255)
			return 0;
		if (256 - hops < least)
			least = 256 - hops;
	}
	return least < 256 ? least : 0;
}

void
server_socket_guard(struct server *s, const struct policy *p)
{
	for (size_t i = 0; i < s->n_listeners; i++) {
		uv_tcp_t *l = &s->listeners[i];
		enum ip_family f = server_socket_family(l);
		socket_number(socket_fd(l), f, IP_MINTTL, IPV6_MINHOPCOUNT,
			      ttl_of_all(p, f));
	}
}

/* ---- TCP-MD5 */

/* password NULL takes the key away. A whole address when len is its bits. */
static int
md5_set(int fd, const struct ip_addr *a, uint8_t len, const char *password)
{
	struct tcp_md5sig sig = {0};
	struct sockaddr_storage ss;
	bool range = len < ip_bits((enum ip_family)a->family);
	size_t n = password != NULL ? strlen(password) : 0;

	if (n > TCP_MD5SIG_MAXKEYLEN)
		return -EINVAL;
	ip_to_sockaddr(a, 0, &ss);
	memcpy(&sig.tcpm_addr, &ss, sizeof(sig.tcpm_addr));
	sig.tcpm_keylen = (uint16_t)n;
	if (n > 0)
		memcpy(sig.tcpm_key, password, n);
	if (range) {
		sig.tcpm_flags = TCP_MD5SIG_FLAG_PREFIX;
		sig.tcpm_prefixlen = len;
	}
	int r = setsockopt(fd, IPPROTO_TCP, range ? TCP_MD5SIG_EXT : TCP_MD5SIG,
			   &sig, sizeof(sig));
	r = r < 0 ? -errno : 0;
	explicit_bzero(&sig, sizeof(sig));
	return r;
}

int
server_socket_md5(uv_tcp_t *tcp, const struct ip_addr *a, const char *password)
{
	return md5_set(socket_fd(tcp), a,
		       (uint8_t)ip_bits((enum ip_family)a->family), password);
}

static int
md5_refused(const struct policy_client *c, const struct ip_addr *a, int why,
	    struct err *e)
{
	char text[IP_ADDRSTRLEN];
	const char *hint =
	    why == -ENOPROTOOPT ? "; this kernel has no TCP-MD5"
	    : why == -EINVAL	? "; a password has at most 80 bytes"
	    : why == -ENOMEM
		? "; net.core.optmem_max limits how many passwords there may be"
		: "";

	return err_here(e, "the password of %s (%s): %s%s", c->id,
			ip_addr_print(a, text), strerror(-why), hint);
}

static int
md5_clients(int fd, enum ip_family f, const struct policy *p, struct err *e)
{
	for (size_t i = 0; i < p->n_clients; i++) {
		const struct policy_client *c = &p->clients[i];
		int r = 0;
		for (size_t j = 0; c->password != NULL && j < c->n_ip; j++)
			if (c->ip[j].family == f &&
			    (r = md5_set(fd, &c->ip[j], (uint8_t)ip_bits(f),
					 c->password)) < 0)
				return md5_refused(c, &c->ip[j], r, e);
		for (size_t j = 0; c->password != NULL && j < c->n_range; j++)
			if (c->range[j].addr.family == f &&
			    (r = md5_set(fd, &c->range[j].addr, c->range[j].len,
					 c->password)) < 0)
				return md5_refused(c, &c->range[j].addr, r, e);
	}
	return 0;
}

/* Has anybody at that place a password? */
static bool
md5_wanted(const struct policy *p, const struct ip_prefix *at)
{
	for (size_t i = 0; i < p->n_clients; i++) {
		const struct policy_client *c = &p->clients[i];
		if (c->password == NULL)
			continue;
		for (size_t j = 0; j < c->n_ip; j++)
			if (at->len == ip_bits(c->ip[j].family) &&
			    ip_addr_eq(&c->ip[j], &at->addr))
				return true;
		for (size_t j = 0; j < c->n_range; j++)
			if (ip_prefix_eq(&c->range[j], at))
				return true;
	}
	return false;
}

/* Take away what old had and p has not. */
static void
md5_forget(int fd, enum ip_family f, const struct policy *old,
	   const struct policy *p)
{
	for (size_t i = 0; i < old->n_clients; i++) {
		const struct policy_client *c = &old->clients[i];
		if (c->password == NULL)
			continue;
		for (size_t j = 0; j < c->n_ip + c->n_range; j++) {
			struct ip_prefix at =
			    j >= c->n_ip
				? c->range[j - c->n_ip]
				: (struct ip_prefix){
				      c->ip[j],
				      (uint8_t)ip_bits(c->ip[j].family)};
			if (at.addr.family == f && !md5_wanted(p, &at))
				md5_set(fd, &at.addr, at.len, NULL);
		}
	}
}

/* A socket of its own shows whether they all fit, before anything is changed. */
int
server_socket_probe(const struct policy *p, struct err *e)
{
	int r = 0;

	for (int f = 0; f < SERVER_FAMILIES && r == 0; f++) {
		int fd = socket(f == SERVER_V4 ? AF_INET : AF_INET6,
				SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd < 0)
			continue;
		r = md5_clients(fd, server_family(f), p, e);
		close(fd);
	}
	return r;
}

int
server_socket_passwords(struct server *s, const struct policy *old,
			const struct policy *p, struct err *e)
{
	for (size_t i = 0; i < s->n_listeners; i++) {
		int fd = socket_fd(&s->listeners[i]);
		enum ip_family f = server_socket_family(&s->listeners[i]);
		if (old != NULL)
			md5_forget(fd, f, old, p); /* room for new ones */
		if (md5_clients(fd, f, p, e) < 0)
			return -1;
	}
	return 0;
}
