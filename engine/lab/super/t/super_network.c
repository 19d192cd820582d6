/*
 * A node's network.yml: set at its start and by reload, taken back when it does
 * not say it any more, and refused as a whole.
 */
#include "verbs.h"

static void
write_file(const char *said)
{
	lab_write(name, "nodes/m1/network.yml", said);
}

static void
reload(struct ctl *c)
{
	json_decref(lab_call(c, "reload", json_pack("{ss}", "node", "m1")));
}

static void
refused(struct ctl *c, const char *said, const char *says)
{
	struct err e;

	write_file(said);
	e = lab_refused(c, "reload", json_pack("{ss}", "node", "m1"));
	assert_int_equal(strncmp(e.msg, "m1: network.yml:", 16), 0);
	if (strstr(e.msg, says) == NULL)
		fail_msg("%s", e.msg);
}

/* Rows of m1's kernel in which all these words stand. */
static int
rows(struct ctl *c, const char *what, const char *a, const char *b)
{
	json_t *r = lab_call(c, "kernel",
			     json_pack("{ssss}", "node", "m1", "what", what));
	json_t *row;
	int n = 0;
	size_t i;

	json_array_foreach(json_object_get(r, "rows"), i, row)
	{
		char *is = json_dumps(row, JSON_COMPACT);

		n += strstr(is, a) != NULL && strstr(is, b) != NULL;
		free(is);
	}
	json_decref(r);
	return n;
}

/* What a file of m1's /proc/sys/net says. */
static char
knob(struct ctl *c, const char *key)
{
	_free_ char *command = xasprintf("cat /proc/sys/net/%s", key);
	struct program p = exec_in(c, "m1", command);
	char said[64];

	hear_out(p.out, said, sizeof(said));
	return said[0];
}

static const char full[] = "interfaces:\n"
			   "  ix0:\n"
			   "    mtu: 1400\n"
			   "    addresses: [203.0.113.77/25]\n"
			   "  lo: {addresses: [100.64.0.1/32]}\n"
			   "sysctl:\n"
			   "  net.ipv4.conf.ix0.proxy_arp: 1\n"
			   "  net.ipv4.conf.all.arp_ignore: 0\n"
			   "routes:\n"
			   "  - {to: 0.0.0.0/0, via: 203.0.113.11}\n"
			   "  - {to: 192.0.2.0/24, type: blackhole}\n";

static void
is_full(struct ctl *c)
{
	assert_int_equal(rows(c, "addresses", "\"203.0.113.77\"", "\"len\":25"),
			 1);
	assert_int_equal(rows(c, "addresses", "203.0.113.10\"", "ix0"), 0);
	assert_int_equal(rows(c, "addresses", "ffff:1::10", "ix0"), 0);
	assert_int_equal(rows(c, "addresses", "fe80::", "ix0"), 1);
	assert_int_equal(rows(c, "addresses", "100.64.0.1", "lo"), 1);
	assert_int_equal(rows(c, "links", "\"ix0\"", "\"mtu\":1400"), 1);
	assert_int_equal(rows(c, "routes", "\"0.0.0.0/0\"", "203.0.113.11"), 1);
	assert_int_equal(rows(c, "routes", "192.0.2.0/24", "blackhole"), 1);
	assert_int_equal(knob(c, "ipv4/conf/ix0/proxy_arp"), '1');
	assert_int_equal(knob(c, "ipv4/conf/all/arp_ignore"), '0');
}

static void
is_plain(struct ctl *c)
{
	assert_int_equal(rows(c, "addresses", "203.0.113.", "\"len\":24"), 1);
	assert_int_equal(rows(c, "addresses", "203.0.113.10\"", "ix0"), 1);
	assert_int_equal(rows(c, "addresses", "ffff:1::10", "ix0"), 1);
	assert_int_equal(rows(c, "addresses", "100.64.0.1", "lo"), 0);
	assert_int_equal(rows(c, "links", "\"ix0\"", "\"mtu\":1500"), 1);
	assert_int_equal(rows(c, "routes", "\"0.0.0.0/0\"", "\""), 0);
	assert_int_equal(rows(c, "routes", "192.0.2.0/24", "blackhole"), 0);
	assert_int_equal(knob(c, "ipv4/conf/ix0/proxy_arp"), '0');
	assert_int_equal(knob(c, "ipv4/conf/all/arp_ignore"), '1');
}

static void
unlink_file(void)
{
	_free_ char *path = lab_path(name, "nodes/m1/network.yml");

	assert_int_equal(unlink(path), 0);
}

static void
reload_sets_it_and_takes_it_back(void **state)
{
	struct ctl *c = *state;

	is_plain(c);
	write_file(full);
	reload(c);
	is_full(c);
	reload(c);
	is_full(c);
	unlink_file();
	reload(c);
	is_plain(c);
	reload(c);
	is_plain(c);
}

/* A mistake of the text, or one that the kernel finds at the end. */
static void
all_of_it_or_none(void **state)
{
	struct ctl *c = *state;

	refused(c, "interfaces: {ix0: {mtu: 20}}\n", ":1:25: expected");
	is_plain(c);
	write_file(full);
	reload(c);
	refused(c, "interfaces: {ix7: {up: yes}}\n", ":1:14: m1 has no");
	is_full(c);
	refused(c,
		"interfaces: {ix0: {mtu: 1300}}\n"
		"sysctl: {net.ipv6.conf.ix0.accept_ra: 1}\n"
		"routes: [{to: 10.0.0.0/8, via: 198.51.100.1}]\n",
		":3:10: cannot set the route to 10.0.0.0/8: ");
	is_full(c);
	assert_int_equal(knob(c, "ipv6/conf/ix0/accept_ra"), '0');
	write_file("");
	reload(c);
	is_plain(c);
}

/* IPv6 is gone with so small an MTU, and comes back with the lab's. */
static void
what_the_kernel_forgets_comes_back(void **state)
{
	struct ctl *c = *state;

	write_file("interfaces: {ix0: {mtu: 1000}}\n");
	reload(c);
	assert_int_equal(rows(c, "addresses", "ffff:1::10", "ix0"), 0);
	write_file("sysctl: {net.ipv6.conf.ix0.disable_ipv6: 1}\n");
	reload(c);
	assert_int_equal(rows(c, "addresses", "ffff:1::10", "ix0"), 0);
	unlink_file();
	reload(c);
	is_plain(c);
}

static void
a_port_may_be_down(void **state)
{
	struct ctl *c = *state;

	write_file("interfaces: {ix0: {up: no}}\n");
	reload(c);
	assert_int_equal(rows(c, "links", "\"ix0\"", "\"on\":false"), 1);
	write_file("interfaces: {ix0: {up: yes}}\n"
		   "routes: [{to: 0.0.0.0/0, via: 203.0.113.11}]\n");
	reload(c);
	assert_int_equal(rows(c, "links", "\"ix0\"", "\"on\":true"), 1);
	json_decref(lab_call(
	    c, "link",
	    json_pack("{sssssb}", "node", "m1", "dev", "ix0", "up", 0)));
	assert_int_equal(rows(c, "routes", "\"0.0.0.0/0\"", "\""), 0);
	json_decref(lab_call(
	    c, "link",
	    json_pack("{sssssb}", "node", "m1", "dev", "ix0", "up", 1)));
	assert_int_equal(rows(c, "routes", "\"0.0.0.0/0\"", "\""), 1);
	unlink_file();
	reload(c);
	is_plain(c);
}

static void
a_reset_node_has_none(void **state)
{
	struct ctl *c = *state;

	write_file(full);
	json_decref(
	    lab_call(c, "reset", json_pack("{sssb}", "node", "m1", "keep", 1)));
	is_full(c);
	json_decref(lab_call(c, "reset", json_pack("{ss}", "node", "m1")));
	is_plain(c);
}

/* A default route that a router advertisement brought; another one stays. */
static void
what_was_heard_goes_with_the_ear(void **state)
{
	static const char heard[] =
	    "ip -6 route add ::/0 via fe80::1 dev ix0 proto ra && "
	    "ip -6 route add 2000::/3 via fe80::1 dev ix0 && echo ok";
	struct ctl *c = *state;
	struct program p;
	char said[64];

	write_file("sysctl: {net.ipv6.conf.ix0.accept_ra: 2}\n");
	reload(c);
	p = exec_in(c, "m1", heard);
	hear_out(p.out, said, sizeof(said));
	assert_string_equal(said, "ok\n");
	reload(c);
	assert_int_equal(rows(c, "routes", "\"::/0\"", "\"ra\""), 1);
	unlink_file();
	reload(c);
	assert_int_equal(rows(c, "routes", "\"::/0\"", "\"ra\""), 0);
	assert_int_equal(rows(c, "routes", "\"2000::/3\"", "ix0"), 1);
	is_plain(c);
}

static void
it_is_there_at_the_start(void **state)
{
	struct ctl *c;

	(void)state; /* its lab is another one after this */
	write_file(full);
	lab_down(name);
	lab_up(name);
	c = lab_open(name);
	is_full(c);
	unlink_file();
	reload(c);
	is_plain(c);
	write_file("rubbish\n"); /* a trainee's mistake is told, no more */
	ctl_close(c);
	lab_down(name);
	lab_up(name);
	c = lab_open(name);
	lab_until_said(name, "log", "network.yml:1:1:", "m1: ");
	is_plain(c);
	ctl_close(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reload_sets_it_and_takes_it_back),
	    cmocka_unit_test(all_of_it_or_none),
	    cmocka_unit_test(what_the_kernel_forgets_comes_back),
	    cmocka_unit_test(a_port_may_be_down),
	    cmocka_unit_test(a_reset_node_has_none),
	    cmocka_unit_test(what_was_heard_goes_with_the_ear),
	    cmocka_unit_test(it_is_there_at_the_start),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	lab_be_alone();
	if (lab_skip_all())
		return 0;
	return cmocka_run_group_tests_name("super_network", tests, up, down);
}
