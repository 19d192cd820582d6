/*
 * net against the real kernel, in namespaces of the test's own; where there are
 * none, skipped.
 */
#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <time.h>

#include "lab/net/net_rt.h"
#include "net_test.h"

static void
check_links(struct star *s)
{
	json_t *all;
	const json_t *r;

	comes_up(s->sw, "b");
	all = rows(s->sw, NET_LINKS);
	r = row(all, "dev", "b");
	assert_string_equal(text(r, "master"), "lan");
	r = row(all, "dev", "lan");
	assert_string_equal(text(r, "mac"), "02:00:00:00:00:ff");
	json_decref(all);
	comes_up(s->sw, "lan");
	all = rows(s->a, NET_LINKS);
	assert_int_equal(json_array_size(all), 2);
	r = row(all, "dev", "ix0");
	assert_string_equal(text(r, "mac"), "02:00:00:00:00:01");
	assert_int_equal(json_integer_value(json_object_get(r, "mtu")), 1500);
	assert_true(json_is_null(json_object_get(r, "master")));
	json_decref(all);
}

static void
star_is_what_was_asked_for(void **state)
{
	struct star s;
	json_t *all, *flags;
	const json_t *r;
	size_t i;

	(void)state;
	s = star_new();
	check_links(&s);
	comes_to_have(s.a, "fe80::ff:fe00:1");
	all = rows(s.a, NET_ADDRESSES);
	r = row(all, "address", "2001:db8::1");
	assert_string_equal(text(r, "dev"), "ix0");
	assert_int_equal(json_integer_value(json_object_get(r, "len")), 64);
	flags = json_object_get(r, "flags");
	for (i = 0; i < json_array_size(flags); i++)
		assert_string_not_equal(
		    json_string_value(json_array_get(flags, i)), "tentative");
	row(all, "address", "192.0.2.1");
	row(all, "address", "fe80::ff:fe00:1");
	json_decref(all);
	all = rows(s.a, NET_ROUTES);
	r = row(all, "to", "192.0.2.0/24");
	assert_string_equal(text(r, "protocol"), "kernel");
	assert_string_equal(text(r, "dev"), "ix0");
	assert_true(json_is_null(json_object_get(r, "via")));
	json_decref(all);
	star_free(&s);
}

static void
routes_and_neighbours(void **state)
{
	struct ip_prefix to = {.len = 0};
	struct ip_addr via, x;
	struct err e = {0};
	struct star s;
	const json_t *r;
	json_t *all;

	(void)state;
	s = star_new();
	to.addr.family = IP_V4;
	via = addr("192.0.2.1");
	ok(net_route_add(s.b, &to, &via, &e), &e);
	to.addr.family = IP_V6;
	via = addr("2001:db8::1");
	ok(net_route_add(s.b, &to, &via, &e), &e);
	assert_int_equal(net_route_add(s.b, &to, &via, &e), -1);
	assert_non_null(strstr(e.msg, "::/0"));
	x = addr("2001:db8::77");
	ok(net_neigh_add(s.b, "ix0", &x, mac1, &e), &e);
	all = rows(s.b, NET_ROUTES);
	r = row(all, "to", "::/0");
	assert_string_equal(text(r, "via"), "2001:db8::1");
	assert_string_equal(text(r, "protocol"), "static");
	assert_string_equal(text(r, "type"), "unicast");
	row(all, "to", "0.0.0.0/0");
	json_decref(all);
	all = rows(s.b, NET_NEIGHBOURS);
	r = row(all, "address", "2001:db8::77");
	assert_string_equal(text(r, "state"), "permanent");
	assert_string_equal(text(r, "mac"), "02:00:00:00:00:01");
	json_decref(all);
	ok(net_neigh_delete(s.b, "ix0", &x, &e), &e);
	ok(net_route_delete(s.b, &to, &via, &e), &e);
	via = addr("2001:db8::2");
	ok(net_addr_delete(s.b, "ix0", &via, 64, &e), &e);
	star_free(&s);
}

static void
errors_carry_the_kernels_words(void **state)
{
	struct ip_addr via = addr("198.51.100.1");
	struct ip_prefix to = {.addr = {.family = IP_V4}};
	struct err e = {0};
	struct star s;

	(void)state;
	s = star_new();
	assert_int_equal(net_route_add(s.b, &to, &via, &e), -1);
	assert_int_equal(e.class, ERR_HERE);
	assert_non_null(strstr(e.msg, "0.0.0.0/0 via 198.51.100.1"));
	assert_non_null(strstr(e.msg, "gateway")); /* extended ACK */
	assert_int_equal(net_link_set(s.b, "nosuch", true, &e), -1);
	assert_non_null(strstr(e.msg, "nosuch"));
	assert_int_equal(net_addr_add(s.b, "nosuch", &via, 24, &e), -1);
	assert_non_null(strstr(e.msg, "nosuch"));
	star_free(&s);
}

/* ---- echoes */

static int
ping(struct net *n, const char *to, int count)
{
	struct ip_addr a = addr(to);
	struct err e = {0};
	struct net_ping *p = net_ping_new(n, &a, NULL, 56, &e);
	struct pollfd pfd = {.events = POLLIN};
	int got = 0, i;
	uint32_t rtt;

	if (p == NULL)
		fail_msg("%s", e.msg);
	pfd.fd = net_ping_fd(p);
	for (i = 0; i < count; i++) {
		if (net_ping_send(p, &e) < 0)
			continue;
		if (poll(&pfd, 1, 5000) > 0)
			got += net_ping_read(p, &rtt);
	}
	if (got == count)
		assert_false(net_ping_read(p, &rtt)); /* each once */
	net_ping_free(p);
	return got;
}

/* The kernel joins an address's group a moment after it is set. */
static void
answers(struct net *n, const char *to)
{
	int i;

	for (i = 0; i < 10 && ping(n, to, 1) == 0; i++)
		;
	assert_true(i < 10);
}

static void
echoes_both_families(void **state)
{
	struct star s;

	(void)state;
	s = star_new();
	answers(s.a, "192.0.2.2");
	answers(s.b, "2001:db8::1");
	assert_int_equal(ping(s.a, "192.0.2.2", 3), 3);
	assert_int_equal(ping(s.b, "2001:db8::1", 3), 3);
	assert_int_equal(ping(s.a, "198.51.100.1", 1), 0); /* unreachable */
	star_free(&s);
}

/* ---- events */

struct seen {
	int links, addrs, routes;
	bool up;
	char dev[16];
};

static void
on_event(void *arg, const struct net_event *ev)
{
	struct seen *s = arg;

	s->links += ev->what == NET_LINK_CHANGED;
	s->addrs += ev->what == NET_ADDR_CHANGED;
	s->routes += ev->what == NET_ROUTE_CHANGED;
	snprintf(s->dev, sizeof(s->dev), "%s", ev->dev);
	s->up = ev->up;
}

/* Links and addresses go on changing for a moment after they are made. */
static void
settle(struct net_monitor *m)
{
	struct pollfd p = {.fd = net_monitor_fd(m), .events = POLLIN};
	struct seen seen = {0};
	int i;

	for (i = 0; i < 100 && poll(&p, 1, 100) > 0; i++)
		net_monitor_read(m, on_event, &seen);
	net_monitor_read(m, on_event, &seen);
}

static void
monitor_tells_changes(void **state)
{
	struct net_monitor *m;
	struct seen seen = {0};
	struct err e = {0};
	struct ip_addr x = addr("192.0.2.99");
	struct star s;

	(void)state;
	s = star_new();
	if ((m = net_monitor_new(s.a, &e)) == NULL)
		fail_msg("%s", e.msg);
	settle(m);
	ok(net_addr_add(s.a, "ix0", &x, 32, &e), &e);
	net_monitor_read(m, on_event, &seen);
	assert_true(seen.addrs >= 1);
	ok(net_link_set(s.a, "ix0", false, &e), &e);
	memset(&seen, 0, sizeof(seen));
	net_monitor_read(m, on_event, &seen);
	assert_true(seen.links >= 1);
	net_monitor_free(m);
	star_free(&s);
}

/* ---- sysctls, many links */

static void
roles_differ(void **state)
{
	struct net *r, *h;
	struct err e = {0};
	int fd;

	(void)state;
	r = make(NET_ROUTER);
	h = make(NET_HOST);
	ok(net_sysctl(h, "ipv4/ip_default_ttl", "99", &e), &e);
	assert_int_equal(net_sysctl(h, "ipv4/nosuch", "1", &e), -1);
	assert_non_null(strstr(e.msg, "ipv4/nosuch"));
	fd = net_socket(r, AF_INET6, SOCK_DGRAM, 0, &e);
	assert_true(fd >= 0);
	close(fd);
	net_free(r);
	net_free(h);
}

static void
two_hundred_links(void **state)
{
	struct net *sw, *m[200];
	struct timespec a, b;
	struct err e = {0};
	char port[16];
	int i;

	(void)state;
	sw = make(NET_SWITCH);
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (i = 0; i < 200; i++)
		m[i] = make(NET_ROUTER);
	clock_gettime(CLOCK_MONOTONIC, &b);
	print_message("# 200 namespaces: %.0f ms\n",
		      (double)(b.tv_sec - a.tv_sec) * 1e3 +
			  (double)(b.tv_nsec - a.tv_nsec) / 1e6);
	clock_gettime(CLOCK_MONOTONIC, &a);
	ok(net_bridge_add(sw, "lan", mac0, 1500, 0, &e), &e);
	for (i = 0; i < 200; i++) {
		struct net_end p = {sw, port, NULL, "lan"};
		struct net_end q = {m[i], "ix0", NULL, NULL};

		snprintf(port, sizeof(port), "p%d", i);
		ok(net_veth_add(&p, &q, 1500, &e), &e);
	}
	clock_gettime(CLOCK_MONOTONIC, &b);
	print_message("# 200 links: %.0f ms\n",
		      (double)(b.tv_sec - a.tv_sec) * 1e3 +
			  (double)(b.tv_nsec - a.tv_nsec) / 1e6);
	for (i = 0; i < 200; i++)
		net_free(m[i]);
	net_free(sw);
}

static void
other_tables(void **state)
{
	struct star s = star_new();
	const struct rtmsg rtm = {.rtm_family = AF_INET,
				  .rtm_dst_len = 24,
				  .rtm_protocol = RTPROT_BIRD,
				  .rtm_type = RTN_BLACKHOLE};
	struct nl_msg *m =
	    rt_new(RTM_NEWROUTE, NLM_F_CREATE, &rtm, sizeof(rtm));
	struct err e = {0};
	const json_t *r;
	json_t *all;
	size_t i;

	(void)state;
	rt_put(m, RTA_DST, &(uint32_t){htonl(0xc6336400)}, 4);
	rt_put_u32(m, RTA_TABLE, 1000);
	ok(rt_talk(s.b, m, &e), &e);
	all = rows(s.b, NET_OTHER_ROUTES);
	r = row(all, "to", "198.51.100.0/24");
	assert_int_equal(json_integer_value(json_object_get(r, "table")), 1000);
	assert_string_equal(text(r, "type"), "blackhole");
	assert_string_equal(text(r, "protocol"), "bird");
	json_array_foreach(all, i, r)
	    assert_string_not_equal(text(r, "to"), "192.0.2.0/24");
	json_decref(all);
	all = rows(s.b, NET_ROUTES);
	json_array_foreach(all, i, r)
	    assert_string_not_equal(text(r, "to"), "198.51.100.0/24");
	row(all, "to", "192.0.2.0/24");
	json_decref(all);
	star_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(star_is_what_was_asked_for),
	    cmocka_unit_test(routes_and_neighbours),
	    cmocka_unit_test(errors_carry_the_kernels_words),
	    cmocka_unit_test(echoes_both_families),
	    cmocka_unit_test(monitor_tells_changes),
	    cmocka_unit_test(roles_differ),
	    cmocka_unit_test(two_hundred_links),
	    cmocka_unit_test(other_tables),
	};

	world();
	if (skip_reason) {
		printf("1..0 # SKIP %s\n", skip_reason);
		return 0;
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("net", tests, NULL, NULL);
}
