/*
 * Ports of a switch: moved, seen in its tables, counted and told about.
 */
#include <poll.h>

#include "net_test.h"

static bool
reaches(struct net *n, const char *to)
{
	struct ip_addr a = addr(to), any = {0};
	struct err e = {0};
	struct net_ping *p = net_ping_new(n, &a, &any, 0, &e);
	struct pollfd fd;
	uint32_t us;
	bool came;

	if (p == NULL)
		fail_msg("%s", e.msg);
	ok(net_ping_send(p, &e), &e);
	fd = (struct pollfd){net_ping_fd(p), POLLIN, 0};
	came = poll(&fd, 1, 500) == 1 && net_ping_read(p, &us);
	net_ping_free(p);
	return came;
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
	int i;

	(void)state;
	for (i = 0; i < 20 && !reaches(s.a, "192.0.2.2"); i++)
		;
	assert_true(i < 20);
	assert_int_equal(fdb_rows(s.sw, "b", false), 1);
	ok(net_bridge_add(s.sw, "lan-q", mac0, 1500, false, &e), &e);
	ok(net_link_master(s.sw, "b", "lan-q", &e), &e);
	all = rows(s.sw, NET_LINKS);
	assert_string_equal(text(row(all, "dev", "b"), "master"), "lan-q");
	json_decref(all);
	assert_false(reaches(s.a, "192.0.2.2"));
	ok(net_link_master(s.sw, "b", "lan", &e), &e);
	for (i = 0; i < 20 && !reaches(s.a, "192.0.2.2"); i++)
		;
	assert_true(i < 20);
	assert_int_equal(net_link_master(s.sw, "b", "none", &e), -1);
	assert_non_null(strstr(e.msg, "none"));
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
	ok(net_bridge_add(x, "lan", mac0, 1500, true, &e), &e);
	ok(net_bridge_add(y, "lan", (const uint8_t[]){2, 0, 0, 0, 0, 0xfe},
			  1500, true, &e),
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
	    cmocka_unit_test(a_tree_opens_a_ring),
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
