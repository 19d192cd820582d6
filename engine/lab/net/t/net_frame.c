/* What a frame is, by the bytes; whom it claims to be; and our own questions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lab/net/net_frame.h"

#define UNI "020000000001"
#define ALL "ffffffffffff"
#define SRC "020000000002"
#define IP4(protocol, rest) \
	"0800450000200000000040" protocol "0000cb00710acb00710b" rest
#define IP6(next, rest)                    \
	"86dd"                             \
	"600000000010" next "ff"           \
	"20010db8ffff00010000000000000010" \
	"ff020000000000000000000000000001" rest
#define ARP(op, sender, target) \
	"0806"                  \
	"0001080006040" op SRC sender "000000000000" target

static const struct {
	const char *hex, *kind, *claim; /* claim "": none */
} frames[] = {
    {UNI SRC IP4("06", ""), "ipv4", ""},
    {UNI SRC IP4("01", "0800"), "ipv4", ""},
    {UNI SRC IP4("01", "0501"), "redirect", ""},
    {ALL SRC IP4("11", "00440043"), "dhcp", ""},
    {ALL SRC IP4("11", "12341234"), "broadcast", ""},
    {"01005e000005" SRC IP4("59", ""), "ospf", ""},
    {"01005e000001" SRC IP4("02", "11"), "igmp", ""},
    {"01005e00000d" SRC IP4("67", ""), "pim", ""},
    {"01005e000012" SRC IP4("70", ""), "vrrp", ""},
    {"01005e0000fb" SRC IP4("11", "14e914e9"), "names", ""},
    {"01005e7f0001" SRC IP4("11", "12341234"), "multicast", ""},
    {"01005e000002" SRC IP4("11", "02860286"), "ldp", ""},
    {UNI SRC "080045", "short", ""},
    {UNI SRC "08004400002000000000400600000a0000010a000002", "short", ""},
    {UNI SRC IP6("06", ""), "ipv6", ""},
    {"333300000001" SRC IP6("3a", "86"), "ra", ""},
    {"333300000002" SRC IP6("3a", "85"), "rs", ""},
    {"3333ff000001" SRC IP6("3a", "87"), "nd", ""},
    {UNI SRC IP6("3a", "8800000060000000"
		       "20010db8ffff00010000000000000099"),
     "nd", "2001:db8:ffff:1::99"},
    {UNI SRC IP6("3a", "88000000600000002001"), "nd", ""},
    {UNI SRC IP6("3a", "89"), "redirect", ""},
    {UNI SRC IP6("3a", "80"), "ipv6", ""},
    {"333300000016" SRC IP6("00", "3a000502000001008f"), "mld", ""},
    {"333300000016" SRC IP6("00", "3aff0502"), "short", ""},
    {"333300010002" SRC IP6("11", "02220223"), "dhcp", ""},
    {"333300000005" SRC IP6("59", ""), "ospf", ""},
    {UNI SRC "86dd6000", "short", ""},
    {ALL SRC ARP("001", "cb00710a", "cb00710b"), "arp-request", ""},
    {UNI SRC ARP("002", "cb00710a", "cb00710b"), "arp-reply", "203.0.113.10"},
    {ALL SRC ARP("001", "cb00710a", "cb00710a"), "arp-announcement",
     "203.0.113.10"},
    {ALL SRC ARP("001", "cb00710a", ""), "short", ""},
    {"0180c2000000" SRC "0026424203", "stp", ""},
    {"01000ccccccd" SRC "0032aaaa0300000c010b", "stp", ""},
    {"01000ccccccc" SRC "0032aaaa0300000c2000", "cdp", ""},
    {"01000ccccccc" SRC "0032aaaa0300000c2004", "cisco", ""},
    {"0180c2000014" SRC "0032fefe0383", "isis", ""},
    {UNI SRC "0010e0e003", "llc", ""},
    {"0180c200000e" SRC "88cc0207", "lldp", ""},
    {"0180c2000002" SRC "880901", "lacp", ""},
    {"0180c2000003" SRC "888e01", "eapol", ""},
    {UNI SRC "9000", "loopback", ""},
    {UNI SRC "8100", "tagged", ""},
    {UNI SRC "88a8", "tagged", ""},
    {UNI SRC "8847", "ethertype", ""},
    {UNI SRC "08", "short", ""},
    {"02", "short", ""},
    {"", "short", ""},
};

static size_t
unhex(const char *hex, uint8_t *out, size_t size)
{
	size_t n = strlen(hex) / 2, i;
	unsigned int byte;

	if (strlen(hex) % 2 != 0 || n > size)
		fail_msg("bad hex: %s", hex);
	for (i = 0; i < n; i++) {
		assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
		out[i] = (uint8_t)byte;
	}
	return n;
}

static void
frames_have_kinds(void **state)
{
	char text[IP_ADDRSTRLEN];
	uint8_t frame[256];
	struct ip_addr claim;
	const char *kind;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		n = unhex(frames[i].hex, frame, sizeof(frame));
		kind = net_frame_name(frame_kind(frame, n, &claim));
		strcpy(text, "");
		if (claim.family != IP_NONE)
			ip_addr_print(&claim, text);
		if (strcmp(kind, frames[i].kind) != 0 ||
		    strcmp(text, frames[i].claim) != 0)
			fail_msg("frame %zu, %s: %s \"%s\"", i, frames[i].kind,
				 kind, text);
	}
}

/* A frame that is cut at any place is read to there, and no further. */
static void
cut_frames_are_short(void **state)
{
	struct ip_addr claim;
	uint8_t frame[256], *part;
	size_t i, n, k;

	(void)state;
	for (i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		n = unhex(frames[i].hex, frame, sizeof(frame));
		for (k = 0; k < n; k++) {
			part = malloc(k ? k : 1);
			memcpy(part, frame, k);
			assert_true(frame_kind(part, k, &claim) <
				    NET_FRAME_KINDS);
			free(part);
		}
	}
}

static void
questions_by_the_bytes(void **state)
{
	static const uint8_t mac[6] = {2, 0, 0, 0, 0, 2};
	uint8_t frame[FRAME_ASK] = {0};
	struct ip_addr target, own, claim;
	uint32_t sum = 32 + 58;
	size_t n, i;

	(void)state;
	assert_true(ip_addr_parse("203.0.113.10", &target));
	assert_true(ip_addr_parse("203.0.113.11", &own));
	n = frame_ask(frame, &target, &own, mac);
	assert_int_equal(n, 42);
	assert_int_equal(frame_kind(frame, n, &claim), NET_FRAME_ARP_ASK);
	assert_memory_equal(frame + 6, mac, 6);
	assert_memory_equal(frame + 28, own.bytes, 4);
	assert_memory_equal(frame + 38, target.bytes, 4);

	assert_true(ip_addr_parse("2001:db8::1:2345", &target));
	assert_true(ip_addr_parse("2001:db8::9", &own));
	n = frame_ask(frame, &target, &own, mac);
	assert_int_equal(n, FRAME_ASK);
	assert_int_equal(frame_kind(frame, n, &claim), NET_FRAME_ND);
	assert_memory_equal(frame, "\x33\x33\xff\x01\x23\x45", 6);
	assert_memory_equal(frame + 62, target.bytes, 16);
	for (i = 22; i < n; i += 2) /* RFC 1071: with its checksum all ones */
		sum += (uint32_t)frame[i] << 8 | frame[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	assert_int_equal(sum, 0xffff);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(frames_have_kinds),
	    cmocka_unit_test(cut_frames_are_short),
	    cmocka_unit_test(questions_by_the_bytes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
