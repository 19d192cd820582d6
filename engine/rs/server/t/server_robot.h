/*
 * server_robot: for tests in C: a server as it is, over TCP, in this process, and
 * members that are a socket each and say what the test wants.
 */
#ifndef SERVER_ROBOT_H
#define SERVER_ROBOT_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "rs/server/server_state.h"

enum { ROUTES = 6000 }; /* of about 1 KiB: more than any socket takes */

/* ---- the server */

static char dir[] = "/tmp/ixlab-server.XXXXXX";
static uv_loop_t loop;
static struct server *server;

static void
write_file(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static uint16_t
free_port(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_addr.s_addr = htonl(0x7f000001)};
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	close(fd);
	return ntohs(a.sin_port);
}

static struct server_member *
member(uint8_t last)
{
	const struct ip_addr a = {.family = IP_V4, .bytes = {127, 0, 0, last}};
	struct server_member *m = server->members;

	while (m != NULL && !ip_addr_eq(&m->policy.address, &a))
		m = m->next;
	assert_non_null(m);
	return m;
}

/* ---- members: a socket each */

struct robot {
	int fd;
	uint8_t *out; /* what waits to be written */
	size_t at, len;
};

static uint8_t *
put_header(uint8_t *p, size_t len, uint8_t type)
{
	memset(p, 0xff, 16);
	p[16] = (uint8_t)(len >> 8);
	p[17] = (uint8_t)len;
	p[18] = type;
	return p + 19;
}

/* Without capabilities: IPv4, and no timers by a hold time of 0. */
static size_t
put_open(uint8_t *p, uint16_t asn, uint8_t last)
{
	const uint8_t body[] = {
	    4, (uint8_t)(asn >> 8), (uint8_t)asn, 0, 0, 127, 0, 0, last, 0};

	memcpy(put_header(p, 29, 1), body, sizeof(body));
	put_header(p + 29, 19, 4); /* and a KEEPALIVE */
	return 48;
}

/* A route with attributes like no other one. */
static size_t
put_route(uint8_t *p, unsigned int n, uint16_t asn)
{
	const uint8_t attrs[] = {0x40,
				 1,
				 1,
				 0,
				 0x40,
				 2,
				 4,
				 2,
				 1,
				 (uint8_t)(asn >> 8),
				 (uint8_t)asn,
				 0x40,
				 3,
				 4,
				 192,
				 0,
				 2,
				 3,
				 0xd0,
				 8,
				 1000 >> 8,
				 1000 & 0xff};
	size_t total = sizeof(attrs) + 1000, len = 19 + 4 + total + 4;
	uint8_t *q = put_header(p, len, 2);

	*q++ = 0;
	*q++ = 0;
	*q++ = (uint8_t)(total >> 8);
	*q++ = (uint8_t)total;
	memcpy(q, attrs, sizeof(attrs));
	q += sizeof(attrs);
	for (unsigned int i = 0; i < 250; i++, q += 4)
		memcpy(
		    q,
		    (uint8_t[]){1, (uint8_t)i, (uint8_t)(n >> 8), (uint8_t)n},
		    4);
	memcpy(q, (uint8_t[]){24, 100, (uint8_t)(64 + (n >> 8)), (uint8_t)n},
	       4);
	return len;
}

static struct robot
robot_new(uint16_t port, uint16_t asn, uint8_t last)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_addr.s_addr = htonl(0x7f000000u | last)};
	struct robot r = {.out = malloc(64 + ROUTES * 1100)};
	int small = 4096, segment = 536;

	assert_non_null(r.out);
	r.fd = socket(AF_INET, SOCK_STREAM, 0);
	setsockopt(r.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	setsockopt(r.fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof(segment));
	assert_int_equal(bind(r.fd, (struct sockaddr *)&a, sizeof(a)), 0);
	a.sin_addr.s_addr = htonl(0x7f000001);
	a.sin_port = htons(port);
	assert_int_equal(connect(r.fd, (struct sockaddr *)&a, sizeof(a)), 0);
	fcntl(r.fd, F_SETFL, O_NONBLOCK);
	r.len = put_open(r.out, asn, last);
	return r;
}

static void
robot_writes(struct robot *r)
{
	ssize_t n = send(r->fd, r->out + r->at, r->len - r->at, MSG_NOSIGNAL);

	if (n > 0)
		r->at += (size_t)n;
}

static void
mute(enum log_level level, const char *line)
{
	(void)level;
	(void)line;
}

#define GENERAL                                      \
	"cfg:\n"                                     \
	"  rs_as: 64500\n"                           \
	"  router_id: 203.0.113.1\n"                 \
	"  passive: yes\n"                           \
	"  filtering:\n"                             \
	"    irrdb: {enforce_origin_in_as_set: no, " \
	"enforce_prefix_in_as_set: no}\n"            \
	"    never_via_route_servers: {peering_db: no}\n"

/* A server that listens on 127.0.0.1, for these clients. */
static uint16_t
serve(const char *list)
{
	static char general[128], clients[128], control[64];
	static struct ip_addr here = {.family = IP_V4, .bytes = {127, 0, 0, 1}};
	static struct server_conf conf = {.general = general,
					  .clients = clients,
					  .control = control,
					  .listen = &here,
					  .n_listen = 1};
	struct err e;

	log_set_hook(mute);
	assert_non_null(mkdtemp(dir));
	snprintf(general, sizeof(general), "%s/general.yml", dir);
	snprintf(clients, sizeof(clients), "%s/clients.yml", dir);
	snprintf(control, sizeof(control), "@ixlab-test/server-%d", getpid());
	write_file("general.yml", GENERAL);
	write_file("clients.yml", list);
	conf.port = free_port();
	assert_int_equal(uv_loop_init(&loop), 0);
	server = server_new(&loop, &conf, &e);
	if (server == NULL)
		fail_msg("%s", e.msg);
	server_start(server);
	return conf.port;
}

static void
serve_no_more(void)
{
	char path[128];

	server_stop(server);
	uv_run(&loop, UV_RUN_DEFAULT);
	server_free(server);
	assert_int_equal(uv_loop_close(&loop), 0);
	snprintf(path, sizeof(path), "%s/general.yml", dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/clients.yml", dir);
	unlink(path);
	rmdir(dir);
}

#endif
