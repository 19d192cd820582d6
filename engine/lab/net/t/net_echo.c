/*
 * net_echo: requests by the bytes, replies by a table of what must be refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lab/net/net_echo.h"

static const uint8_t cookie[ECHO_COOKIE] = {1, 2, 3, 4, 5, 6, 7, 8};

static void
requests_by_the_bytes(void **state)
{
	/* checksum by hand: the words sum to 0x2acc + 0x0800 */
	static const uint8_t v4[] = {8, 0, 0xd5, 0xb2, 0x12, 0x34, 0, 5,
				     1, 2, 3,	 4,    5,    6,	   7, 8};
	static const uint8_t v6[] = {128, 0, 0, 0, 0x12, 0x34, 0, 5,
				     1,	  2, 3, 4, 5,	 6,    7, 8};
	uint8_t packet[16] = {0};

	(void)state;
	echo_encode(IP_V4, packet, sizeof(packet), 0x1234, 5, cookie);
	assert_memory_equal(packet, v4, sizeof(v4));
	memset(packet, 0, sizeof(packet));
	echo_encode(IP_V6, packet, sizeof(packet), 0x1234, 5, cookie);
	assert_memory_equal(packet, v6, sizeof(v6));
}

struct reply {
	enum ip_family family;
	size_t head; /* bytes in front */
	uint8_t first, type, code;
	size_t len; /* after the head */
	bool ok;
};

static const struct reply replies[] = {
    {IP_V4, 20, 0x45, 0, 0, 16, true},
    {IP_V4, 24, 0x46, 0, 0, 16, true},
    {IP_V6, 0, 0, 129, 0, 16, true},
    {IP_V4, 20, 0x44, 0, 0, 16, false}, /* header too short */
    {IP_V4, 20, 0x4f, 0, 0, 16, false}, /* longer than the packet */
    {IP_V4, 20, 0x45, 8, 0, 16, false}, /* a request */
    {IP_V4, 20, 0x45, 0, 1, 16, false}, /* no such code */
    {IP_V4, 20, 0x45, 0, 0, 15, false}, /* the cookie is cut */
    {IP_V4, 20, 0x45, 0, 0, 0, false},
    {IP_V6, 0, 0, 128, 0, 16, false},
    {IP_V6, 0, 0, 0, 0, 16, false},
    {IP_V6, 0, 0, 129, 0, 7, false},
};

static void
replies_by_the_table(void **state)
{
	const struct reply *r;
	struct echo_reply got;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		uint8_t packet[64] = {0};

		r = &replies[i];
		packet[0] = r->first;
		packet[r->head] = r->type;
		packet[r->head + 1] = r->code;
		packet[r->head + 5] = 9;
		packet[r->head + 7] = 7;
		memcpy(packet + r->head + ECHO_HEAD, cookie, ECHO_COOKIE);
		if (echo_decode(r->family, packet, r->head + r->len, &got) !=
		    r->ok)
			fail_msg("row %zu", i);
		if (!r->ok)
			continue;
		assert_int_equal(got.id, 9);
		assert_int_equal(got.seq, 7);
		assert_memory_equal(got.cookie, cookie, ECHO_COOKIE);
	}
}

/* What a router sends back: an outer header (IPv4 alone), eight bytes, the IP
 * header of the echo and as much of the echo as it likes. */
static const struct {
	enum ip_family family;
	uint8_t type, inner; /* the type of what died */
	size_t cut;	     /* bytes that are missing at the end */
	bool ok, unreachable, has_cookie;
} errors[] = {
    {IP_V4, 11, 8, 0, true, false, true},
    {IP_V4, 3, 8, 0, true, true, true},
    {IP_V4, 11, 8, 1, true, false, false},
    {IP_V4, 11, 8, 8, true, false, false},
    {IP_V4, 11, 8, 9, false, false, false}, /* no sequence number */
    {IP_V4, 11, 0, 0, false, false, false}, /* of a reply */
    {IP_V4, 12, 8, 0, false, false, false},
    {IP_V6, 3, 128, 0, true, false, true},
    {IP_V6, 1, 128, 8, true, true, false},
    {IP_V6, 1, 128, 9, false, false, false},
    {IP_V6, 2, 128, 0, false, false, false},
    {IP_V6, 3, 129, 0, false, false, false},
};

static void
errors_by_the_table(void **state)
{
	struct echo_error got;
	size_t i, head, ip, n;

	(void)state;
	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		uint8_t packet[128] = {0};
		bool v6 = errors[i].family == IP_V6;

		head = v6 ? 0 : 20;
		ip = v6 ? 40 : 20;
		n = head + 8 + ip + ECHO_HEAD + ECHO_COOKIE;
		if (!v6) {
			packet[0] = 0x45;
			packet[9] = 1;
		}
		packet[head] = errors[i].type;
		packet[head + 8] = v6 ? 0x60 : 0x45;
		packet[head + 8 + (v6 ? 6 : 9)] = v6 ? 58 : 1;
		packet[head + 8 + ip] = errors[i].inner;
		packet[head + 8 + ip + 5] = 9;
		packet[head + 8 + ip + 7] = 7;
		memcpy(packet + head + 8 + ip + ECHO_HEAD, cookie, ECHO_COOKIE);
		if (echo_decode_error(errors[i].family, packet,
				      n - errors[i].cut, &got) != errors[i].ok)
			fail_msg("row %zu", i);
		if (!errors[i].ok)
			continue;
		assert_int_equal(got.id, 9);
		assert_int_equal(got.seq, 7);
		assert_int_equal(got.unreachable, errors[i].unreachable);
		assert_int_equal(got.has_cookie, errors[i].has_cookie);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(requests_by_the_bytes),
	    cmocka_unit_test(replies_by_the_table),
	    cmocka_unit_test(errors_by_the_table),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("net_echo", tests, NULL, NULL);
}
