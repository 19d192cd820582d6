/* The table of ixpeer_bad.h. AS numbers in it are 64496 (RFC 5398). */
#include "cmd/ixpeer/ixpeer_bad.h"

#include "base/str.h"

#define WELL 0x40  /* well-known */
#define OPT 0x80   /* optional, non-transitive */
#define OPT_T 0xC0 /* optional, transitive */

#define VALUE(text) text, sizeof(text) - 1
#define NONE NULL, 0

#define W BGP_TREAT_AS_WITHDRAW
#define D BGP_ATTR_DISCARD
#define R BGP_SESSION_RESET

#define UPDATE(how, type, flags) \
	IXPEER_BAD_UPDATE, IXPEER_EDIT_##how, type, flags
#define MESSAGE(how) IXPEER_BAD_MESSAGE, how, 0, 0
#define ROUTES(how) \
	IXPEER_BAD_ROUTES, IXPEER_##how, 0, 0, NONE, IP_NONE, BGP_OK, 0, 0
#define SESSION(how) \
	IXPEER_BAD_SESSION, IXPEER_##how, 0, 0, NONE, IP_NONE, BGP_OK, 0, 0

/* clang-format off */
const struct ixpeer_bad ixpeer_bad[] = {
/* name                     what is edited          value  family treat code RFC  sentence */
{"origin-missing",          UPDATE(DROP, 1, 0),     NONE, 0, W, 3, 3, "7606 3 d",
 "no ORIGIN"},
{"origin-flags",            UPDATE(FLAGS, 1, OPT_T), NONE, 0, W, 3, 4, "7606 3 c",
 "ORIGIN marked as optional"},
{"origin-length",           UPDATE(SET, 1, WELL),   VALUE("\0\0"), 0, W, 3, 5, "7606 7.1",
 "an ORIGIN of two bytes"},
{"origin-value",            UPDATE(SET, 1, WELL),   VALUE("\3"), 0, W, 3, 6, "7606 7.1",
 "an ORIGIN of 3, which is none"},
{"origin-twice",            UPDATE(TWICE, 1, 0),    NONE, 0, D, 3, 1, "7606 3 g",
 "two ORIGINs, the second to be dropped"},

{"as-path-missing",         UPDATE(DROP, 2, 0),     NONE, 0, W, 3, 3, "7606 3 d",
 "no AS_PATH"},
{"as-path-flags",           UPDATE(FLAGS, 2, OPT),  NONE, 0, W, 3, 4, "7606 3 c",
 "AS_PATH marked as optional"},
{"as-path-segment",         UPDATE(SET, 2, WELL),   VALUE("\x9\1\0\0\xfb\xf0"), 0, W, 3, 11, "7606 7.2",
 "a path segment of type 9"},
{"as-path-overrun",         UPDATE(SET, 2, WELL),   VALUE("\2\5\0\0\xfb\xf0"), 0, W, 3, 11, "7606 7.2",
 "a path segment that says 5 AS numbers and has one"},
{"as-path-stray",           UPDATE(SET, 2, WELL),   VALUE("\2\1\0\0\xfb\xf0\2"), 0, W, 3, 11, "7606 7.2",
 "one byte behind the last path segment"},
{"as-path-empty-segment",   UPDATE(SET, 2, WELL),   VALUE("\2\0"), 0, W, 3, 11, "7606 7.2",
 "a path segment of no AS number"},
{"as-path-confederation",   UPDATE(SET, 2, WELL),   VALUE("\3\1\0\0\xfb\xf0"), 0, W, 3, 11, "5065 5",
 "a confederation's segment outside of it"},
{"as-path-set",             UPDATE(SET, 2, WELL),   VALUE("\2\1\0\0\xfb\xf0\1\1\0\0\xfb\xf0"), 0, W, 3, 11, "9774 3",
 "an AS_SET in the path"},
{"as-path-zero",            UPDATE(SET, 2, WELL),   VALUE("\2\2\0\0\xfb\xf0\0\0\0\0"), 0, W, 3, 11, "7607 2",
 "AS 0 in the path"},

{"next-hop-missing",        UPDATE(DROP, 3, 0),     NONE, IP_V4, W, 3, 3, "7606 3 d",
 "no NEXT_HOP"},
{"next-hop-flags",          UPDATE(FLAGS, 3, OPT_T), NONE, IP_V4, W, 3, 4, "7606 3 c",
 "NEXT_HOP marked as optional"},
{"next-hop-length",         UPDATE(SET, 3, WELL),   VALUE("\xc0\0\2"), IP_V4, W, 3, 5, "7606 7.3",
 "a NEXT_HOP of three bytes"},
{"next-hop-zero",           UPDATE(SET, 3, WELL),   VALUE("\0\0\0\0"), IP_V4, W, 3, 8, "4271 6.3",
 "0.0.0.0 as the NEXT_HOP"},
{"next-hop-multicast",      UPDATE(SET, 3, WELL),   VALUE("\xe0\0\0\5"), IP_V4, W, 3, 8, "4271 6.3",
 "a multicast address as the NEXT_HOP"},

{"med-flags",               UPDATE(SET, 4, OPT_T),  VALUE("\0\0\0\5"), 0, W, 3, 4, "7606 3 c",
 "MULTI_EXIT_DISC marked as transitive"},
{"med-length",              UPDATE(SET, 4, OPT),    VALUE("\0\0\5"), 0, W, 3, 5, "7606 7.4",
 "a MULTI_EXIT_DISC of three bytes"},
{"local-pref-external",     UPDATE(SET, 5, WELL),   VALUE("\0\0\0\x64"), 0, D, 3, 9, "7606 7.5",
 "LOCAL_PREF to another AS, to be dropped"},
{"atomic-aggregate-length", UPDATE(SET, 6, WELL),   VALUE("\1"), 0, D, 3, 5, "7606 7.6",
 "an ATOMIC_AGGREGATE with a value"},
{"aggregator-length",       UPDATE(SET, 7, OPT_T),  VALUE("\0\0\xfb\xf0\xc0"), 0, D, 3, 5, "7606 7.7",
 "an AGGREGATOR of five bytes"},
{"aggregator-zero",         UPDATE(SET, 7, OPT_T),  VALUE("\0\0\0\0\xc0\0\2\1"), 0, D, 3, 9, "7607 2",
 "an AGGREGATOR of AS 0"},
{"communities-length",      UPDATE(SET, 8, OPT_T),  VALUE("\xfb\xf0\0\1\xfb"), 0, W, 3, 5, "7606 7.8",
 "COMMUNITIES of five bytes"},
{"communities-empty",       UPDATE(SET, 8, OPT_T),  VALUE(""), 0, W, 3, 5, "7606 7.8",
 "COMMUNITIES of none"},
{"communities-flags",       UPDATE(SET, 8, WELL),   VALUE("\xfb\xf0\0\1"), 0, W, 3, 4, "7606 3 c",
 "COMMUNITIES marked as well-known"},
{"originator-external",     UPDATE(SET, 9, OPT),    VALUE("\xc0\0\2\1"), 0, D, 3, 9, "7606 7.9",
 "ORIGINATOR_ID from another AS, to be dropped"},
{"cluster-list-external",   UPDATE(SET, 10, OPT),   VALUE("\xc0\0\2\1"), 0, D, 3, 9, "7606 7.10",
 "CLUSTER_LIST from another AS, to be dropped"},
{"mp-reach-twice",          UPDATE(TWICE, 14, 0),   NONE, IP_V6, R, 3, 1, "7606 3 g",
 "two MP_REACH_NLRIs"},
{"mp-reach-flags",          UPDATE(FLAGS, 14, WELL), NONE, IP_V6, W, 3, 4, "7606 3 c",
 "MP_REACH_NLRI marked as well-known"},
{"mp-reach-length",         UPDATE(SET, 14, OPT),   VALUE("\0\2\1\0"), IP_V6, R, 3, 5, "7606 7.11",
 "an MP_REACH_NLRI of four bytes"},
{"mp-reach-next-hop",       UPDATE(HOP, 14, 0),     NONE, IP_V6, R, 3, 9, "7606 7.11",
 "an MP_REACH_NLRI with a next hop of five bytes"},
{"mp-unreach-length",       UPDATE(SET, 15, OPT),   VALUE("\0\2"), 0, R, 3, 5, "7606 7.12",
 "an MP_UNREACH_NLRI of two bytes"},
{"mp-unreach-prefix",       UPDATE(SET, 15, OPT),   VALUE("\0\2\1\xff"), IP_V6, R, 3, 9, "7606 5.3",
 "an MP_UNREACH_NLRI with a prefix of 255 bits"},
{"ext-communities-length",  UPDATE(SET, 16, OPT_T), VALUE("\0\2\xfb\xf0\0\0"), 0, W, 3, 5, "7606 7.14",
 "EXTENDED_COMMUNITIES of six bytes"},
{"as4-path-new",            UPDATE(SET, 17, OPT_T), VALUE("\2\1\0\0\xfb\xf0"), 0, D, 3, 9, "6793 4.1",
 "AS4_PATH from a speaker of 4-octet AS numbers, to be dropped"},
{"ipv6-ext-length",         UPDATE(SET, 25, OPT_T), VALUE("\0\2\x20\1\xd\xb8\0\0"), 0, W, 3, 5, "7606 7.15",
 "an IPv6 extended community of eight bytes"},
{"large-length",            UPDATE(SET, 32, OPT_T), VALUE("\0\0\xfb\xf0\0\0\0\1"), 0, W, 3, 5, "8092 6",
 "a large community of eight bytes"},
{"otc-length",              UPDATE(SET, 35, OPT_T), VALUE("\xfb\xf0"), 0, W, 3, 5, "9234 5",
 "an OTC of two bytes"},
{"prefix-sid-external",     UPDATE(SET, 40, OPT_T), VALUE("\1\0\7\0\0\0\0\0\0\1"), 0, D, 3, 9, "8669 5",
 "a prefix SID from another AS, to be dropped"},
{"unknown-optional",        UPDATE(SET, 99, OPT_T), VALUE("new"), 0, BGP_OK, 0, 0, "4271 5",
 "attribute 99, optional and transitive: not wrong, to be passed on"},
{"unknown-well-known",      UPDATE(SET, 98, WELL),  VALUE("new"), 0, R, 3, 2, "4271 6.3",
 "attribute 98, well-known, but to nobody"},
{"attribute-overrun",       UPDATE(OVERRUN, 0, 0),  NONE, 0, W, 3, 1, "7606 4",
 "an attribute longer than the list of them"},
{"attribute-cut",           UPDATE(CUT, 0, 0),      NONE, 0, W, 3, 1, "7606 4",
 "a list of attributes that ends inside one's header"},
{"error-without-prefix",    UPDATE(ALONE, 1, WELL), VALUE("\3"), 0, R, 3, 6, "7606 5.2",
 "an ORIGIN of 3 in an UPDATE that announces nothing"},
{"list-overrun",            UPDATE(LIST, 0, 0),     NONE, 0, R, 3, 1, "7606 3 b",
 "a list of attributes longer than the message"},
{"withdrawn-overrun",       UPDATE(WITHDRAWN, 0, 0), NONE, 0, R, 3, 1, "7606 3 b",
 "a list of withdrawn routes longer than the message"},
{"prefix-length",           UPDATE(PREFIX, 0, 0),   NONE, IP_V4, R, 3, 10, "7606 5.3",
 "an IPv4 prefix of 33 bits"},
{"prefix-short",            UPDATE(SHORT, 0, 0),    NONE, IP_V4, R, 3, 10, "7606 5.3",
 "an IPv4 prefix with a byte missing"},
{"mp-prefix-length",        UPDATE(PREFIX, 0, 0),   NONE, IP_V6, R, 3, 9, "7606 5.3",
 "an IPv6 prefix of 129 bits"},

{"marker",                  MESSAGE(IXPEER_BYTES),
 VALUE("\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\x13\4"), 0, R, 1, 1, "4271 6.1",
 "a KEEPALIVE whose marker has a zero byte"},
{"message-length",          MESSAGE(IXPEER_BYTES),
 VALUE("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\x12\4"), 0, R, 1, 2, "4271 6.1",
 "a KEEPALIVE of 18 bytes"},
{"message-type",            MESSAGE(IXPEER_BYTES),
 VALUE("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\x13\x9"), 0, R, 1, 3, "4271 6.1",
 "a message of type 9"},
{"open-again",              MESSAGE(IXPEER_OPEN_AGAIN), NONE, 0, R, 5, 3, "4271 8.2.2",
 "an OPEN in the middle of a session"},

{"foreign-next-hop",        ROUTES(FOREIGN_HOP), "7948 4.8",
 "announces its routes with another member's address as the next hop"},
{"leak",                    ROUTES(LEAK), "7908 3.2",
 "announces again whatever it hears"},
{"bogons",                  ROUTES(BOGONS), "6890 2.2",
 "announces private, shared, documentation and default prefixes"},
{"first-as",                ROUTES(FIRST_AS), "4271 6.3",
 "announces its routes with another AS first in the path"},
{"reserved-as",             ROUTES(RESERVED_AS), "7300",
 "announces its routes with AS 23456, 65535 and 4294967295 in the path"},
{"long-path",               ROUTES(LONG_PATH), "4271 9.1.2.2",
 "announces its routes with itself 300 times in the path"},
{"too-many",                ROUTES(TOO_MANY), "4486 4",
 "announces more prefixes than it has, a thousand if count does not say"},
{"med-games",               ROUTES(MED_GAMES), "4451 2",
 "announces its routes again and again, with another MED each time"},
{"blackhole",               ROUTES(BLACKHOLE), "7999 6",
 "asks all to drop what goes to an address of somebody else"},
{"hijack",                  ROUTES(HIJACK), "7454 6",
 "announces somebody else's prefix as its own"},
{"route-flap",              ROUTES(ROUTE_FLAP), "2439 1",
 "withdraws its routes and announces them, again and again"},

{"flap",                    SESSION(FLAP), "4271 8.1",
 "closes TCP without a word, again and again"},
{"slow-reader",             SESSION(SLOW_READER), "9687",
 "reads one byte a second"},
{"never-reads",             SESSION(NEVER_READS), "9687",
 "reads nothing any more, and keeps on talking"},
{"silent",                  SESSION(SILENT), "4271 6.5",
 "sends no KEEPALIVE any more, so that the hold timer ends the session"},
};
/* clang-format on */
const size_t ixpeer_bad_n = sizeof ixpeer_bad / sizeof *ixpeer_bad;

const struct ixpeer_bad *
ixpeer_bad_find(const char *name, const char **near)
{
	enum { N = sizeof ixpeer_bad / sizeof *ixpeer_bad };
	const char *names[N];

	for (size_t i = 0; i < N; i++) {
		names[i] = ixpeer_bad[i].name;
		if (strcmp(names[i], name) == 0)
			return &ixpeer_bad[i];
	}
	if (near)
		*near = str_nearest(name, names, N);
	return NULL;
}
