/*
 * What net's tests share: a world of the test's own (as root without a user
 * namespace, as anybody else with one), and a switch with two members.
 */
#ifndef LAB_NET_T_NET_TEST_H
#define LAB_NET_T_NET_TEST_H

#include "lab/net/net.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cmocka.h>

static const char *skip_reason;

static inline void
put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		skip_reason = path;
	if (fd >= 0)
		close(fd);
}

static inline void
world(void)
{
	unsigned int uid = geteuid(), gid = getegid();
	char map[64];

	if (unshare((uid ? CLONE_NEWUSER : 0) | CLONE_NEWNET | CLONE_NEWNS) <
	    0) {
		skip_reason = "no namespaces here";
		return;
	}
	if (uid) {
		put("/proc/self/setgroups", "deny");
		snprintf(map, sizeof(map), "0 %u 1", uid);
		put("/proc/self/uid_map", map);
		snprintf(map, sizeof(map), "0 %u 1", gid);
		put("/proc/self/gid_map", map);
	}
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		skip_reason = "mounts cannot be made private";
}

static inline struct ip_addr
addr(const char *text)
{
	struct ip_addr a;

	assert_true(ip_addr_parse(text, &a));
	return a;
}

static inline void
ok(int rc, const struct err *e)
{
	if (rc < 0)
		fail_msg("%s", e->msg);
}

static inline struct net *
make(enum net_role role)
{
	struct err e = {0};
	struct net *n = net_new(role, &e);

	if (n == NULL)
		fail_msg("%s", e.msg);
	return n;
}

static inline json_t *
rows(struct net *n, enum net_table what)
{
	struct err e = {0};
	json_t *j = net_dump(n, what, &e);

	if (j == NULL)
		fail_msg("%s", e.msg);
	return j;
}

/* The row whose key has that value; fails the test when there is none. */
static inline const json_t *
row(const json_t *all, const char *key, const char *value)
{
	const json_t *r, *v;
	size_t i;

	json_array_foreach(all, i, r)
	{
		v = json_object_get(r, key);
		if (json_is_string(v) &&
		    strcmp(json_string_value(v), value) == 0)
			return r;
	}
	fail_msg("no row with %s %s", key, value);
	return NULL;
}

static inline const char *
text(const json_t *r, const char *key)
{
	return json_string_value(json_object_get(r, key));
}

/* ---- one switch, two members */

static const uint8_t mac0[6] = {2, 0, 0, 0, 0, 0xff};
static const uint8_t mac1[6] = {2, 0, 0, 0, 0, 1};
static const uint8_t mac2[6] = {2, 0, 0, 0, 0, 2};

struct star {
	struct net *sw, *a, *b;
};

static inline struct star
star_new_with(unsigned int flags)
{
	struct star s = {make(NET_SWITCH), make(NET_ROUTER), make(NET_HOST)};
	struct net_end pa = {s.sw, "a", NULL, "lan"},
		       pb = {s.sw, "b", NULL, "lan"};
	struct net_end ea = {s.a, "ix0", mac1, NULL},
		       eb = {s.b, "ix0", mac2, NULL};
	struct ip_addr x;
	struct err e = {0};

	ok(net_bridge_add(s.sw, "lan", mac0, 1500, flags, &e), &e);
	ok(net_veth_add(&pa, &ea, 1500, &e), &e);
	ok(net_veth_add(&eb, &pb, 1500, &e), &e); /* the other way about */
	x = addr("192.0.2.1");
	ok(net_addr_add(s.a, "ix0", &x, 24, &e), &e);
	x = addr("2001:db8::1");
	ok(net_addr_add(s.a, "ix0", &x, 64, &e), &e);
	x = addr("192.0.2.2");
	ok(net_addr_add(s.b, "ix0", &x, 24, &e), &e);
	x = addr("2001:db8::2");
	ok(net_addr_add(s.b, "ix0", &x, 64, &e), &e);
	return s;
}

static inline struct star
star_new(void)
{
	return star_new_with(0);
}

static inline void
star_free(struct star *s)
{
	net_free(s->sw);
	net_free(s->a);
	net_free(s->b);
}

/* A link follows its other end, and a bridge its ports, a moment later. */
static inline void
comes_up(struct net *n, const char *dev)
{
	bool up = false;
	json_t *all;
	int i;

	for (i = 0; i < 12000 && !up; i++) {
		all = rows(n, NET_LINKS);
		up = json_is_true(json_object_get(row(all, "dev", dev), "up"));
		json_decref(all);
		if (!up)
			usleep(5000);
	}
	assert_true(up);
}

/* And so do the addresses that the kernel makes itself. */
static inline void
comes_to_have(struct net *n, const char *address)
{
	json_t *all, *r;
	bool has = false;
	size_t k;
	int i;

	for (i = 0; i < 12000 && !has; i++) {
		all = rows(n, NET_ADDRESSES);
		json_array_foreach(all, k, r)
		{
			has |= strcmp(text(r, "address"), address) == 0;
		}
		json_decref(all);
		if (!has)
			usleep(5000);
	}
	assert_true(has);
}

#endif
