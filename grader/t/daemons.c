/*
 * What FRR 8.4.4, GoBGP 3.10 and OpenBGPD 7.7 really said of their routes
 * (t/daemons/, recorded in a lab, without its legends), read; what was refused; and
 * what nobody should say. GENERATE=1 rewrites the expectations.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "grader/grader_daemon.h"
#include "grader/grader_evidence.h"

#define FOLDER IXLAB_TREE "/grader/t/daemons/"

static const char *const kinds[] = {"frr", "gobgp", "openbgpd"};
static const char *const parts[] = {"received", "accepted", "sent"};

static json_t *
session(enum ip_family family)
{
	bool v4 = family == IP_V4;

	return json_pack("{ss ss si si}", "address",
			 v4 ? "203.0.113.10" : "2001:db8:ffff:1::10", "local",
			 v4 ? "203.0.113.11" : "2001:db8:ffff:1::11", "asn",
			 65536, "local_asn", 65537);
}

/* What a kind says of one part, both families. */
static json_t *
recorded(const char *kind, enum daemon_part part)
{
	static const enum ip_family families[] = {IP_V4, IP_V6};
	json_t *all = json_array(), *rows, *s;
	struct err e;
	size_t i, len;

	for (i = 0; i < 2; i++) {
		_free_ char *path =
		    xasprintf(FOLDER "%s-%s%s.json", kind, parts[part],
			      families[i] == IP_V4 ? "4" : "6");
		_free_ char *text = NULL;
		struct daemon_question q = {part, families[i], NULL};

		if (file_read(path, 1 << 20, &text, &len, &e) < 0)
			fail_msg("%s", e.msg);
		q.session = s = session(families[i]);
		rows =
		    grader_daemon_read(grader_daemon_find(kind), &q, text, len);
		assert_non_null(rows);
		json_array_extend(all, rows);
		json_decref(rows);
		json_decref(s);
	}
	return all;
}

static void
recorded_answers(void **state)
{
	json_t *routes, *of;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		_free_ char *path = xasprintf(FOLDER "%s.rows", kinds[i]);
		_free_ char *got = NULL, *want = NULL;

		routes =
		    grader_daemon_judged(recorded(kinds[i], DAEMON_RECEIVED),
					 recorded(kinds[i], DAEMON_ACCEPTED));
		of = json_pack("{so so}", "routes", routes, "sent",
			       recorded(kinds[i], DAEMON_SENT));
		got = json_dumps(of, JSON_INDENT(1));
		json_decref(of);
		if (getenv("GENERATE"))
			assert_int_equal(file_write(path, got, strlen(got), &e),
					 0);
		if (file_read(path, 1 << 20, &want, NULL, &e) < 0)
			fail_msg("%s", e.msg);
		assert_string_equal(got, want);
	}
}

/* Whatever the daemon, the trainee's route looks the same. */
static void
all_say_the_same(void **state)
{
	json_t *rows, *row, *first = NULL;
	size_t i, k;

	(void)state;
	for (i = 0; i < 3; i++) {
		rows = recorded(kinds[i], DAEMON_ACCEPTED);
		json_array_foreach(rows, k, row)
		{
			if (strcmp(out_text(row, "address"), "203.0.113.10") !=
				0 ||
			    strcmp(out_text(row, "prefix"), "100.64.0.0/22") !=
				0)
				continue;
			json_object_del(row, "best");
			json_object_del(row, "otc"); /* not GoBGP's */
			if (first == NULL)
				first = json_incref(row);
			assert_true(json_equal(first, row));
		}
		json_decref(rows);
	}
	json_decref(first);
}

static void
argv(void **state)
{
	static const struct {
		const char *kind;
		enum daemon_part part;
		enum ip_family family;
		const char *words;
	} rows[] = {
	    {"frr", DAEMON_ACCEPTED, IP_V6,
	     "vtysh -d bgpd -c show bgp ipv6 unicast json detail"},
	    {"frr", DAEMON_SENT, IP_V4,
	     "vtysh -d bgpd -c show bgp ipv4 unicast neighbors 203.0.113.10 "
	     "advertised-routes json"},
	    {"gobgp", DAEMON_RECEIVED, IP_V4,
	     "gobgp -j neighbor 203.0.113.10 adj-in -a ipv4"},
	    {"gobgp", DAEMON_ACCEPTED, IP_V6, "gobgp -j global rib -a ipv6"},
	    {"openbgpd", DAEMON_RECEIVED, IP_V6,
	     "bgpctl -j show rib detail inet6 in neighbor 2001:db8:ffff:1::10"},
	    {"openbgpd", DAEMON_ACCEPTED, IP_V4,
	     "bgpctl -j show rib detail inet neighbor 203.0.113.10"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *s = session(rows[i].family);
		struct daemon_question q = {rows[i].part, rows[i].family, s};
		json_t *words = grader_daemon_find(rows[i].kind)->argv(&q);
		_free_ char *line = evidence_words(words);

		assert_string_equal(line, rows[i].words);
		json_decref(words);
		json_decref(s);
	}
}

/* "PREFIX PATH [COMMUNITIES] [EXTENDED] NEXT-HOP MED", a line for each. */
static char *
lines(const char *kind, enum daemon_part part, const char *text)
{
	json_t *s = session(IP_V4), *rows, *r;
	struct daemon_question q = {part, IP_V4, s};
	struct str out = {0};
	size_t i;

	rows = grader_daemon_read(grader_daemon_find(kind), &q, text,
				  strlen(text));
	json_decref(s);
	if (rows == NULL)
		return NULL;
	json_array_foreach(rows, i, r)
	{
		_free_ char *path =
		    evidence_words(json_object_get(r, "as_path"));
		_free_ char *com =
		    evidence_words(json_object_get(r, "communities"));
		_free_ char *ext =
		    evidence_words(json_object_get(r, "ext_communities"));

		str_addf(
		    &out, "%s %s [%s] [%s] %s %lld\n", out_text(r, "prefix"),
		    path, com, ext, out_text(r, "next_hop"),
		    (long long)json_integer_value(json_object_get(r, "med")));
	}
	json_decref(rows);
	return str_steal(&out);
}

#define FRR(path) \
	"{\"routes\":{\"192.0.2.0/24\":[{\"prefix\":\"x\"}," path "]}}"
#define PEER "\"peer\":{\"peerId\":\"203.0.113.10\"}"
#define GO(attrs)                                               \
	"{\"192.0.2.0/24\":[{\"neighbor-ip\":\"203.0.113.10\"," \
	"\"attrs\":[" attrs "]}]}"
#define OPEN(rest)                                                       \
	"{\"rib\":[{\"prefix\":\"192.0.2.0/24\",\"neighbor\":{\"remote_" \
	"addr\":\"203.0.113.10\"}" rest "}]}"

static const struct {
	const char *kind;
	enum daemon_part part;
	const char *text, *lines; /* NULL: no answer */
} odd[] = {
    /* no answers */
    {"frr", DAEMON_SENT, "% BGP instance not found", NULL},
    {"frr", DAEMON_SENT, "{\"warning\":\"No such neighbor\"}", NULL},
    {"gobgp", DAEMON_SENT, "{\"error\":\"not found neighbor\"}", NULL},
    {"gobgp", DAEMON_SENT, "", NULL},
    {"openbgpd", DAEMON_SENT, "[]", NULL},
    /* nothing */
    {"frr", DAEMON_ACCEPTED, "{\"routes\":{}}", ""},
    {"gobgp", DAEMON_ACCEPTED, "{}", ""},
    {"openbgpd", DAEMON_ACCEPTED, "{}", ""},
    /* sets, and what is as large as it can be */
    {"frr", DAEMON_ACCEPTED,
     FRR("{\"aspath\":{\"string\":\"65536 {1,2}\"},\"metric\":4294967295," PEER
	 "}"),
     "192.0.2.0/24 65536 {1 2} [none] [none]  4294967295\n"},
    {"gobgp", DAEMON_ACCEPTED,
     GO("{\"type\":2,\"as_paths\":[{\"segment_type\":2,\"asns\":[65536]},"
	"{\"segment_type\":1,\"asns\":[1,2]}]},{\"type\":16,\"value\":[{"
	"\"type\":2,\"subtype\":2,\"value\":\"65535.65535:9\"},{\"type\":3,"
	"\"subtype\":11,\"value\":\"x\"}]}"),
     "192.0.2.0/24 65536 {1 2} [none] [rt:4294967295:9 generic:11:x]  0\n"},
    {"openbgpd", DAEMON_ACCEPTED,
     OPEN(",\"aspath\":\"65536 { 1 2 }\",\"communities\":[\"BLACKHOLE\","
	  "\"NO_EXPORT_SUBCONFED\"]"),
     "192.0.2.0/24 65536 {1 2} [65535:666 65535:65283] [none]  0\n"},
    /* what a route server stores is what it sends, and a neighbour's own */
    {"frr", DAEMON_SENT,
     "{\"advertisedRoutes\":{\"192.0.2.0/24\":{\"nextHop\":\"192.0.2.9\","
     "\"path\":\"65540\"}}}",
     "192.0.2.0/24 65537 65540 [none] [none] 192.0.2.9 0\n"},
    /* rubbish */
    {"frr", DAEMON_ACCEPTED, "{\"routes\":[1]}", ""},
    {"frr", DAEMON_ACCEPTED, "{\"routes\":{\"x\":[{\"aspath\":{}," PEER "}]}}",
     ""},
    {"frr", DAEMON_ACCEPTED, FRR("{\"aspath\":{},\"peer\":7}"), ""},
    {"frr", DAEMON_ACCEPTED,
     FRR("{\"aspath\":{\"string\":\"\\u001b[2J 1\"},\"metric\":-1,"
	 "\"community\":{\"list\":[7,\"\\u0007\"]},\"extendedCommunity\":{"
	 "\"string\":\"RT:  RT\"}," PEER "}"),
     "192.0.2.0/24 ?[2J 1 [?] [none]  0\n"},
    {"frr", DAEMON_RECEIVED,
     "{\"receivedRoutes\":{\"2001:db8::/32\":{\"path\":\"1\"}}}", ""},
    {"gobgp", DAEMON_ACCEPTED, "{\"192.0.2.0/24\":[1,{\"attrs\":3}]}", ""},
    {"gobgp", DAEMON_ACCEPTED,
     GO("{\"type\":1,\"value\":99},{\"type\":2,\"as_paths\":3},{\"type\":8,"
	"\"communities\":[-1]},{\"type\":3,\"nexthop\":\"there\"}"),
     "192.0.2.0/24 none [65535:65535] [none]  0\n"},
    {"openbgpd", DAEMON_ACCEPTED, OPEN(",\"prefix\":\"192.0.2.1/24\""), ""},
    {"openbgpd", DAEMON_ACCEPTED,
     OPEN(",\"extended_communities\":[\"soo\",\"soo \",\" 1\",\"ovs valid\"],"
	  "\"metric\":0.5"),
     "192.0.2.0/24 none [none] [ovs:valid]  0\n"},
};

static void
odd_answers(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		_free_ char *got = lines(odd[i].kind, odd[i].part, odd[i].text);

		if (odd[i].lines == NULL)
			assert_null(got);
		else if (got == NULL || strcmp(got, odd[i].lines) != 0)
			fail_msg("%s: \"%s\"", odd[i].text, got ? got : "none");
	}
}

/* A route server's rows are as they came. */
static void
transparent(void **state)
{
	json_t *s = session(IP_V4), *rows;
	struct daemon_question q = {DAEMON_SENT, IP_V4, s};
	const char *text = "{\"advertisedRoutes\":{\"192.0.2.0/24\":{\"path\":"
			   "\"65540\",\"nextHop\":\"192.0.2.9\"}}}";
	_free_ char *path = NULL;

	(void)state;
	json_object_set_new(s, "transparent", json_true());
	rows = grader_daemon_read(&grader_daemon_frr, &q, text, strlen(text));
	path =
	    evidence_words(json_object_get(json_array_get(rows, 0), "as_path"));
	assert_string_equal(path, "65540");
	json_decref(rows);
	json_decref(s);
}

static void
too_much(void **state)
{
	json_t *s = session(IP_V4), *rows;
	struct daemon_question q = {DAEMON_SENT, IP_V4, s};
	struct str text = {0};
	int i;

	(void)state;
	str_add(&text, "{\"0\": 0");
	for (i = 0; i < DAEMON_ROWS_MAX + 100; i++)
		str_addf(&text, ",\"10.%d.%d.%d/32\":[{}]", i >> 16,
			 i >> 8 & 255, i & 255);
	str_add(&text, "}");
	rows = grader_daemon_read(&grader_daemon_gobgp, &q, str_text(&text),
				  text.len);
	assert_int_equal(json_array_size(rows), DAEMON_ROWS_MAX);
	json_decref(rows);
	assert_null(grader_daemon_read(&grader_daemon_gobgp, &q,
				       str_text(&text), DAEMON_ANSWER_MAX + 1));
	str_clear(&text);
	json_decref(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(recorded_answers),
	    cmocka_unit_test(all_say_the_same),
	    cmocka_unit_test(argv),
	    cmocka_unit_test(odd_answers),
	    cmocka_unit_test(transparent),
	    cmocka_unit_test(too_much),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
