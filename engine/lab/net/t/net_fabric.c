/*
 * Ports of a switch: moved, seen in its tables, counted and told about.
 */
#include <poll.h>

#include "net_test.h"

static bool
reaches_with(struct net *n, const char *to, uint32_t size)
{
	struct ip_addr a = addr(to), any = {0};
	struct err e = {0};
	struct net_ping *p = net_ping_new(n, &a, &any, size, &e);
	struct pollfd fd;
	uint32_t us;
	bool came;

	if (p == NULL)
		fail_msg("%s", e.msg);
	ok(net_ping_whole(p, &e), &e);
	ok(net_ping_send(p, &e), &e);
	fd = (struct pollfd){net_ping_fd(p), POLLIN, 0};
	came = poll(&fd, 1, 500) == 1 && net_ping_read(p, &us);
	net_ping_free(p);
	return came;
}

static bool
reaches(struct net *n, const char *to)
{
	return reaches_with(n, to, 0);
}

/* A neighbour's address may have to be asked for, by a machine with no time. */
static bool
reaches_soon(struct net *n, const char *to, uint32_t size)
{
	int i;

	for (i = 0; i < 20; i++)
		if (reaches_with(n, to, size))
			return true;
	return false;
}

static int
fdb_rows(struct net *n, const char *dev, bool own)
{
	json_t *all = rows(n, NET_FDB), *r;
	int count = 0;
	size_t i;

	json_array_foreach(all, i, r) count +=
	    text(r, "dev") != NULL && strcmp(text(r, "dev"), dev) == 0 &&
	    json_is_true(json_object_get(r, "own")) == own;
	json_decref(all);
	return count;
}

static void
a_port_moves(void **state)
{
	struct star s = star_new();
	struct err e = {0};
	json_t *all;

	(void)state;
	assert_true(reaches_soon(s.a, "192.0.2.2", 0));
	assert_int_equal(fdb_rows(s.sw, "b", false), 1);
	ok(net_bridge_add(s.sw, "lan-q", mac0, 1500, 0, &e), &e);
	ok(net_link_master(s.sw, "b", "lan-q", &e), &e);
	all = rows(s.sw, NET_LINKS);
	assert_string_equal(text(row(all, "dev", "b"), "master"), "lan-q");
	json_decref(all);
	assert_false(reaches(s.a, "192.0.2.2"));
	ok(net_link_master(s.sw, "b", "lan", &e), &e);
	assert_true(reaches_soon(s.a, "192.0.2.2", 0));
	assert_int_equal(net_link_master(s.sw, "b", "none", &e), -1);
	assert_non_null(strstr(e.msg, "none"));
	star_free(&s);
}

static json_int_t
received(struct net *n)
{
	json_t *all = rows(n, NET_LINKS);
	json_int_t frames = json_integer_value(
	    json_object_get(row(all, "dev", "ix0"), "rx_packets"));

	json_decref(all);
	return frames;
}

/* Interfaces that come up have something to tell; while the bridge is down
 * nobody is told. */
static void
a_bridge_waits(void **state)
{
	struct star s = star_new_with(NET_BRIDGE_DOWN);
	struct err e = {0};

	(void)state;
	comes_up(s.a, "ix0");
	comes_up(s.b, "ix0");
	assert_false(reaches(s.a, "192.0.2.2"));
	assert_int_equal(received(s.a), 0);
	assert_int_equal(received(s.b), 0);
	ok(net_link_set(s.sw, "lan", true, &e), &e);
	assert_true(reaches_soon(s.a, "192.0.2.2", 0));
	assert_true(received(s.b) > 0);
	star_free(&s);
}

/* A ring of two bridges: with a tree it carries a frame once, and one link
 * rests. */
static void
a_tree_opens_a_ring(void **state)
{
	struct net *x = make(NET_SWITCH), *y = make(NET_SWITCH);
	struct net *a = make(NET_HOST), *b = make(NET_HOST);
	struct net_end ends[] = {{x, "y1", NULL, "lan"}, {y, "x1", NULL, "lan"},
				 {x, "y2", NULL, "lan"}, {y, "x2", NULL, "lan"},
				 {a, "ix0", mac1, NULL}, {x, "a", NULL, "lan"},
				 {b, "ix0", mac2, NULL}, {y, "b", NULL, "lan"}};
	struct ip_addr ip = addr("192.0.2.1");
	struct err e = {0};
	int i;

	(void)state;
	ok(net_bridge_add(x, "lan", mac0, 1500, NET_BRIDGE_TREE, &e), &e);
	ok(net_bridge_add(y, "lan", (const uint8_t[]){2, 0, 0, 0, 0, 0xfe},
			  1500, NET_BRIDGE_TREE, &e),
	   &e);
	for (i = 0; i < 8; i += 2)
		ok(net_veth_add(&ends[i], &ends[i + 1], 1500, &e), &e);
	ok(net_addr_add(a, "ix0", &ip, 24, &e), &e);
	ip = addr("192.0.2.2");
	ok(net_addr_add(b, "ix0", &ip, 24, &e), &e);
	for (i = 0; i < 60 && !reaches(a, "192.0.2.2"); i++)
		poll(NULL, 0, 200);
	assert_true(i > 0); /* it waits before it forwards */
	assert_true(i < 60);
	net_free(x);
	net_free(y);
	net_free(a);
	net_free(b);
}

/* ---- tunnels */

struct sites { /* two, with a member each */
	struct net *x, *y, *a, *b;
};

static struct sites
sites_new(uint32_t carrier, uint32_t tunnel)
{
	struct sites s = {make(NET_SWITCH), make(NET_SWITCH), make(NET_HOST),
			  make(NET_HOST)};
	struct net_end ends[] = {
	    {s.x, "wan0", NULL, NULL}, {s.y, "wan0", NULL, NULL},
	    {s.a, "ix0", mac1, NULL},  {s.x, "a", NULL, "lan"},
	    {s.b, "ix0", mac2, NULL},  {s.y, "b", NULL, "lan"},
	    {s.x, "y", NULL, "lan"},   {s.y, "x", NULL, "lan"}};
	struct ip_addr one = addr("169.254.0.0"), two = addr("169.254.0.1");
	struct net_vxlan to = {"wan0", &one, &two, 101},
			 back = {"wan0", &two, &one, 101};
	struct ip_addr ip = addr("192.0.2.1");
	struct err e = {0};

	ok(net_bridge_add(s.x, "lan", mac0, 1500, 0, &e), &e);
	ok(net_bridge_add(s.y, "lan", (const uint8_t[]){2, 0, 0, 0, 0, 0xfe},
			  1500, 0, &e),
	   &e);
	ok(net_veth_add(&ends[0], &ends[1], carrier, &e), &e);
	ok(net_addr_add(s.x, "wan0", &one, 31, &e), &e);
	ok(net_addr_add(s.y, "wan0", &two, 31, &e), &e);
	ok(net_veth_add(&ends[2], &ends[3], 1500, &e), &e);
	ok(net_veth_add(&ends[4], &ends[5], 1500, &e), &e);
	ok(net_vxlan_add(&ends[6], &to, tunnel, &e), &e);
	ok(net_vxlan_add(&ends[7], &back, tunnel, &e), &e);
	ok(net_addr_add(s.a, "ix0", &ip, 24, &e), &e);
	ip = addr("192.0.2.2");
	ok(net_addr_add(s.b, "ix0", &ip, 24, &e), &e);
	return s;
}

static void
sites_free(struct sites *s)
{
	net_free(s->x);
	net_free(s->y);
	net_free(s->a);
	net_free(s->b);
}

/* A full frame needs 50 bytes more on the carrier, or it is lost there. */
static void
a_tunnel_needs_room(void **state)
{
	static const struct {
		uint32_t carrier, tunnel;
		bool full; /* a frame of 1,500 passes; one of 1,450 does */
	} want[] = {{1550, 1500, true}, {1500, 1450, false}};
	struct sites s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(*want); i++) {
		s = sites_new(want[i].carrier, want[i].tunnel);
		assert_true(reaches_soon(s.a, "192.0.2.2", 1450 - 28));
		if (want[i].full)
			assert_true(reaches_soon(s.a, "192.0.2.2", 1500 - 28));
		else
			assert_false(reaches_with(s.a, "192.0.2.2", 1500 - 28));
		sites_free(&s);
	}
}

static void
a_tunnel_goes_with_its_carrier(void **state)
{
	struct sites s = sites_new(1550, 1500);
	const struct ip_addr a = addr("169.254.0.0");
	struct net_vxlan v = {"wan0", &a, &a, 102};
	struct net_end end = {s.x, "z", NULL, "lan"};
	struct net_link l;
	struct err e = {0};

	(void)state;
	ok(net_link_look(s.x, "y", &l, &e), &e);
	assert_int_equal(l.mtu, 1500);
	ok(net_link_delete(s.x, "wan0", &e), &e);
	assert_int_equal(net_link_look(s.x, "y", &l, &e), -1);
	assert_int_equal(net_link_look(s.y, "x", &l, &e), -1);
	assert_int_equal(net_vxlan_add(&end, &v, 1500, &e), -1);
	assert_non_null(strstr(e.msg, "wan0"));
	sites_free(&s);
}

/* ---- what an interface has from its namespace's sysctls */

static int
knob(const struct net *n, const char *key)
{
	int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), v;
	char path[128];
	FILE *f;

	assert_int_equal(setns(net_fd(n), CLONE_NEWNET), 0);
	snprintf(path, sizeof(path), "/proc/sys/net/%s", key);
	f = fopen(path, "re");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%d", &v), 1);
	fclose(f);
	assert_int_equal(setns(home, CLONE_NEWNET), 0);
	close(home);
	return v;
}

static void
star_has_its_sysctls(const struct star *s)
{
	static const struct {
		const char *key;
		int router, host;
	} want[] = {
	    {"ipv4/ip_forward", 1, 0},
	    {"ipv4/conf/ix0/forwarding", 1, 0},
	    {"ipv4/conf/ix0/rp_filter", 0, 0},
	    {"ipv4/conf/all/rp_filter", 0, 0},
	    {"ipv4/conf/ix0/arp_ignore", 1, 1},
	    {"ipv4/conf/ix0/arp_announce", 2, 2},
	    {"ipv4/conf/ix0/arp_filter", 0, 0},
	    {"ipv4/conf/ix0/accept_redirects", 0, 0},
	    {"ipv6/conf/ix0/forwarding", 1, 0},
	    {"ipv6/conf/ix0/accept_ra", 0, 0},
	    {"ipv6/conf/ix0/accept_dad", 0, 0},
	    {"ipv6/conf/ix0/router_solicitations", 0, 0},
	    {"ipv6/conf/ix0/accept_redirects", 0, 0},
	    {"ipv6/conf/ix0/addr_gen_mode", 0, 0},
	    {"ipv6/conf/ix0/mldv2_unsolicited_report_interval", 86400000,
	     86400000},
	    {"ipv6/conf/all/keep_addr_on_down", 1, 1},
	};
	size_t i;

	for (i = 0; i < sizeof(want) / sizeof(*want); i++) {
		if (knob(s->a, want[i].key) != want[i].router ||
		    knob(s->b, want[i].key) != want[i].host)
			fail_msg("%s", want[i].key);
	}
	assert_int_equal(knob(s->sw, "ipv6/conf/lan/disable_ipv6"), 1);
	assert_int_equal(knob(s->sw, "ipv4/ip_forward"), 0);
}

/* The second ones are made by what is known of the first. */
static void
interfaces_have_their_sysctls(void **state)
{
	struct star s = star_new(), t = star_new(); /* a routes, b is a host */

	(void)state;
	star_has_its_sysctls(&s);
	star_has_its_sysctls(&t);
	star_free(&s);
	star_free(&t);
}

static bool
has_address(struct net *n, const char *dev, const char *start)
{
	json_t *all = rows(n, NET_ADDRESSES), *r;
	bool has = false;
	size_t i;

	json_array_foreach(all, i, r) has =
	    has || (text(r, "dev") && strcmp(text(r, "dev"), dev) == 0 &&
		    strncmp(text(r, "address"), start, strlen(start)) == 0);
	json_decref(all);
	return has;
}

/* A flap of the port keeps addresses of both families, and the link-local one
 * is made from the MAC address, so the same at every start. */
static void
addresses_outlive_a_flap(void **state)
{
	struct star s = star_new();
	struct err e = {0};

	(void)state;
	comes_up(s.a, "ix0");
	assert_true(has_address(s.a, "ix0", "fe80::ff:fe00:1"));
	ok(net_link_set(s.a, "ix0", false, &e), &e);
	assert_true(has_address(s.a, "ix0", "2001:db8::1"));
	assert_true(has_address(s.a, "ix0", "192.0.2.1"));
	ok(net_link_set(s.a, "ix0", true, &e), &e);
	comes_up(s.a, "ix0");
	assert_true(has_address(s.a, "ix0", "2001:db8::1"));
	star_free(&s);
}

static void
counters_of_nothing(void **state)
{
	struct net *n = make(NET_SWITCH);
	struct err e = {0};
	json_t *c = net_counters(n, true, "ixlab", &e);

	(void)state;
	if (c == NULL)
		fail_msg("%s", e.msg);
	assert_int_equal(json_object_size(c), 0);
	json_decref(c);
	net_free(n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_port_moves),
	    cmocka_unit_test(a_bridge_waits),
	    cmocka_unit_test(a_tree_opens_a_ring),
	    cmocka_unit_test(a_tunnel_needs_room),
	    cmocka_unit_test(a_tunnel_goes_with_its_carrier),
	    cmocka_unit_test(interfaces_have_their_sysctls),
	    cmocka_unit_test(addresses_outlive_a_flap),
	    cmocka_unit_test(counters_of_nothing),
	};

	world();
	if (skip_reason) {
		printf("1..0 # SKIP %s\n", skip_reason);
		return 0;
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("net_fabric", tests, NULL, NULL);
}
