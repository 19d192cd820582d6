/*
 * Weather against the real kernel: netem, or the two sockets of a link in user
 * space.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "net_test.h"

static int
udp(const struct net *n, const char *from)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(7777)};
	struct err e = {0};
	int fd = net_socket(n, AF_INET, SOCK_DGRAM, 0, &e);

	inet_pton(AF_INET, from, &a.sin_addr);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static void
say(int fd, const char *to)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(7777)};

	inet_pton(AF_INET, to, &a.sin_addr);
	assert_int_equal(
	    sendto(fd, "hello", 6, 0, (struct sockaddr *)&a, sizeof(a)), 6);
}

static bool
hears(int fd, int ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char buf[16];

	return poll(&p, 1, ms) == 1 && recv(fd, buf, sizeof(buf), 0) == 6;
}

/* The first frame of a ring: its bytes, taken. */
static size_t
first_frame(int fd, const struct net_ring *ring, uint8_t *frame)
{
	size_t len = (size_t)ring->frame_size * ring->frames, n;
	struct pollfd p = {.fd = fd, .events = POLLIN};
	struct tpacket2_hdr *h;

	assert_int_equal(poll(&p, 1, 10000), 1);
	h = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(h != MAP_FAILED);
	assert_true(h->tp_status & TP_STATUS_USER);
	n = h->tp_snaplen;
	assert_int_equal(n, h->tp_len);
	memcpy(frame, (uint8_t *)h + h->tp_mac, n);
	munmap(h, len);
	return n;
}

static void
frames_take_the_way_around(void **state)
{
	struct net *far = make(NET_SWITCH);
	struct star s = star_new();
	int a = udp(s.a, "192.0.2.1"), b = udp(s.b, "192.0.2.2"), in, out;
	struct net_ring ring;
	struct net_link l;
	struct err e = {0};
	uint8_t frame[2048];
	size_t len;

	(void)state;
	comes_up(s.a, "ix0");
	ok(net_link_look(s.a, "ix0", &l, &e), &e);
	assert_true(l.up && l.mtu == 1500);
	say(a, "192.0.2.2");
	assert_true(hears(b, 10000));
	ok(net_wire_add(s.a, "wire-ix0", "a way", far, "w0", l.mtu, &e), &e);
	ok(in = net_wire_in(far, "w0", l.mtu, 1 << 17, &ring, &e), &e);
	ok(out = net_wire_out(s.a, "ix0", &e), &e);
	assert_int_equal(ring.frame_size * ring.frames, 1 << 17);
	ok(net_hook_add(s.a, "ix0", "wire-ix0", &e), &e);
	say(a, "192.0.2.2");
	len = first_frame(in, &ring, frame);
	assert_false(hears(b, 100));
	/* checksummed before the wire, and past the hook afterwards */
	assert_int_equal(send(out, frame, len, 0), len);
	assert_true(hears(b, 10000));
	assert_int_equal(net_wire_overrun(in), 0);
	ok(net_hook_delete(s.a, "ix0", &e), &e);
	ok(net_hook_delete(s.a, "ix0", &e), &e);
	ok(net_link_delete(s.a, "wire-ix0", &e), &e);
	ok(net_link_delete(s.a, "wire-ix0", &e), &e);
	say(a, "192.0.2.2");
	assert_true(hears(b, 10000));
	close(a);
	close(b);
	close(in);
	close(out);
	star_free(&s);
	net_free(far);
}

static void
netem_delays_or_says_why_not(void **state)
{
	const struct net_netem w = {.delay_us = 500000, .rate_bps = 1000000};
	const struct net_netem slow = {.rate_bps = 80}; /* seconds a frame */
	const struct net_netem quick = {.delay_us = 1000};
	struct net_netem_count c;
	struct star s = star_new();
	int a = udp(s.a, "192.0.2.1"), b = udp(s.b, "192.0.2.2");
	struct err e = {0};

	(void)state;
	comes_up(s.a, "ix0");
	say(a, "192.0.2.2");
	assert_true(hears(b, 10000));
	if (net_netem_set(s.a, "ix0", &w, &e) < 0) {
		assert_non_null(strstr(e.msg, "cannot put netem on ix0"));
		print_message("# netem: skipped: %s\n", e.msg);
	} else {
		ok(net_netem_set(s.a, "ix0", &w, &e), &e);
		say(a, "192.0.2.2");
		assert_false(hears(b, 50));
		assert_true(hears(b, 10000));
		ok(net_netem_counts(s.a, "ix0", &c, &e), &e);
		assert_true(c.passed >= 1 && c.lost == 0);
		ok(net_netem_set(s.a, "ix0", &slow, &e), &e);
		ok(net_netem_set(s.a, "ix0", &quick, &e), &e);
		say(a, "192.0.2.2");
		assert_true(hears(b, 30000)); /* slow takes minutes */
	}
	ok(net_netem_clear(s.a, "ix0", &e), &e);
	ok(net_netem_clear(s.a, "ix0", &e), &e);
	say(a, "192.0.2.2");
	assert_true(hears(b, 10000));
	close(a);
	close(b);
	star_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(frames_take_the_way_around),
	    cmocka_unit_test(netem_delays_or_says_why_not),
	};

	world();
	if (skip_reason) {
		printf("1..0 # SKIP %s\n", skip_reason);
		return 0;
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("net_wire", tests, NULL, NULL);
}
