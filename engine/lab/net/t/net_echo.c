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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(requests_by_the_bytes),
	    cmocka_unit_test(replies_by_the_table),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("net_echo", tests, NULL, NULL);
}
