/*
 * What vtysh, gobgp and bgpctl print of their daemons' sessions (t/sessions holds
 * what they really did, cut down), as rows that are alike.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"
#include "lab/model/model_kind.h"

#define HERE IXLAB_TREE "/engine/lab/model/t/sessions/"

/* "203.0.113.1 64500 Established ", a line for each. */
static char *
lines(const struct lab_kind *k, const char *text, size_t len)
{
	json_t *rows = model_sessions_read(k, text, len), *r;
	struct str s = {0};
	size_t i;

	if (rows == NULL)
		return NULL;
	json_array_foreach(rows, i, r)
	    str_addf(&s, "%s %lld %s %s\n",
		     json_string_value(json_object_get(r, "address")),
		     (long long)json_integer_value(json_object_get(r, "asn")),
		     json_string_value(json_object_get(r, "state")),
		     json_string_value(json_object_get(r, "last_error")));
	json_decref(rows);
	return str_steal(&s);
}

static void
real_answers(void **state)
{
	static const struct {
		const char *kind, *lines;
	} rows[] = {
	    {"frr", "203.0.113.1 64500 Established \n"
		    "203.0.113.10 65536 Active Cease/Administrative Shutdown\n"
		    "203.0.113.14 65540 Active Waiting for peer OPEN\n"
		    "2001:db8:ffff:1::1 64500 Established \n"
		    "2001:db8:ffff:1::10 65536 Established \n"},
	    {"gobgp", "203.0.113.14 65540 Active \n"
		      "203.0.113.1 64500 Established \n"
		      "2001:db8:ffff:1::1 64500 Established \n"
		      "203.0.113.10 65536 Idle \n"
		      "2001:db8:ffff:1::10 65536 Established \n"},
	    {"openbgpd",
	     "203.0.113.1 64500 Established \n"
	     "2001:db8:ffff:1::1 64500 Established \n"
	     "203.0.113.10 65536 Idle Cease, administratively down\n"
	     "2001:db8:ffff:1::10 65536 Established \n"
	     "203.0.113.14 65540 Active \n"},
	};
	char *path, *text, *got;
	struct err e;
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		path = xasprintf(HERE "%s.json", rows[i].kind);
		assert_int_equal(file_read(path, 1 << 20, &text, &len, &e), 0);
		got = lines(model_kind_find(rows[i].kind), text, len);
		assert_string_equal(got, rows[i].lines);
		free(got);
		free(text);
		free(path);
	}
}

/* Two neighbours, both with a limit of four routes; the second reached it. (It is
 * the first one, recorded a second time.) */
static void
terms_and_limits(void **state)
{
	static const struct {
		const char *kind, *counts;
	} rows[] = {
	    {"frr", "import"}, {"gobgp", "receive"}, {"openbgpd", "receive"}};
	char *path, *text;
	const json_t *limit;
	json_t *got, *r;
	struct err e;
	size_t i, k, len;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		path = xasprintf(HERE "%s-limit.json", rows[i].kind);
		assert_int_equal(file_read(path, 1 << 20, &text, &len, &e), 0);
		got = model_sessions_read(model_kind_find(rows[i].kind), text,
					  len);
		assert_int_equal(json_array_size(got), 2);
		json_array_foreach(got, k, r)
		{
			limit = json_array_get(json_object_get(r, "limits"), 0);
			assert_int_equal(json_integer_value(
					     json_object_get(limit, "routes")),
					 4);
			assert_string_equal(
			    json_string_value(json_object_get(limit, "counts")),
			    rows[i].counts);
			assert_string_equal(
			    json_string_value(json_object_get(limit, "action")),
			    "disable");
			assert_int_equal(
			    json_is_true(json_object_get(r, "limit_hit")),
			    k == 1);
		}
		assert_int_equal(json_integer_value(json_object_get(
				     json_array_get(got, 0), "hold_time")),
				 9);
		json_decref(got);
		free(text);
		free(path);
	}
}

/* Two neighbours: with ADD-PATH and a role over IPv4, with neither over IPv6 (where
 * the far end offers IPv4, too). */
static void
agreed(void **state)
{
	static const struct {
		const char *kind, *v4, *v6;
	} rows[] = {
	    {"frr",
	     "[\"as4\",\"refresh\",\"enhanced-refresh\","
	     "\"long-lived-restart\",\"ipv4\",\"add-path-rx-ipv4\","
	     "\"add-path-tx-ipv4\"]",
	     "[\"as4\",\"refresh\",\"enhanced-refresh\","
	     "\"long-lived-restart\",\"ipv4\",\"ipv6\","
	     "\"extended-next-hop-ipv4\"]"},
	    {"gobgp",
	     "[\"as4\",\"refresh\",\"ipv4\",\"add-path-rx-ipv4\","
	     "\"add-path-tx-ipv4\"]",
	     "[\"as4\",\"refresh\",\"ipv6\"]"},
	    {"openbgpd",
	     "[\"as4\",\"refresh\",\"ipv4\",\"add-path-rx-ipv4\","
	     "\"add-path-tx-ipv4\"]",
	     "[\"as4\",\"refresh\",\"ipv6\"]"},
	};
	const char *role;
	char *path, *text, *got;
	json_t *all, *row;
	struct err e;
	size_t i, k, len;
	bool v4;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		path = xasprintf(HERE "%s-agreed.json", rows[i].kind);
		assert_int_equal(file_read(path, 1 << 20, &text, &len, &e), 0);
		all = model_sessions_read(model_kind_find(rows[i].kind), text,
					  len);
		assert_int_equal(json_array_size(all), 2);
		json_array_foreach(all, k, row)
		{
			v4 = strcmp(json_string_value(
					json_object_get(row, "family")),
				    "ipv4") == 0;
			got = json_dumps(json_object_get(row, "capabilities"),
					 JSON_COMPACT);
			assert_string_equal(got, v4 ? rows[i].v4 : rows[i].v6);
			role = json_string_value(
			    json_object_get(row, "peer_role"));
			if (v4)
				assert_string_equal(role, "peer");
			else
				assert_null(role);
			free(got);
		}
		json_decref(all);
		free(text);
		free(path);
	}
}

/* One end's word is no agreement; what is no capability is none. */
static void
not_agreed(void **state)
{
#define GOBGP(ours, theirs)                                                   \
	"[{\"state\": {\"session_state\": 6, \"neighbor_address\":"           \
	" \"192.0.2.1\", \"local_cap\": [" ours "], \"remote_cap\": [" theirs \
	"]}}]"
#define CAP(kind, value) \
	"{\"type_url\": \"x.apipb." kind "\", \"value\": \"" value "\"}"
#define FRR(caps)                                                         \
	"{\"192.0.2.1\": {\"bgpState\": \"Established\", \"remoteRole\":" \
	" \"rs-server\", \"neighborCapabilities\": {" caps "}}}"
	static const struct {
		const char *kind, *text, *agreed, *role;
	} rows[] = {
	    {"gobgp", GOBGP(CAP("FourOctetASNCapability", ""), ""), "[]", NULL},
	    {"gobgp", /* both receive; both only send */
	     GOBGP(CAP("AddPathCapability", "CggKBAgBEAEQAQ=="),
		   CAP("AddPathCapability", "CggKBAgBEAEQAQ==")),
	     "[]", NULL},
	    {"gobgp",
	     GOBGP(CAP("AddPathCapability", "CggKBAgBEAEQAQ=="),
		   CAP("AddPathCapability", "CggKBAgBEAEQAg==")),
	     "[\"add-path-rx-ipv4\"]", NULL},
	    {"gobgp", /* cut short, no base64, no text; no such role; RS */
	     GOBGP(CAP("AddPathCapability", "CggKBAgBEAEQ"),
		   "3, {}, " CAP("AddPathCapability", "~~~~")),
	     "[]", NULL},
	    {"gobgp", GOBGP("", CAP("UnknownCapability", "CAkSAQU=")), "[]",
	     NULL},
	    {"gobgp", GOBGP("", CAP("UnknownCapability", "CAkSAQE=")), "[]",
	     "rs"},
	    {"frr",
	     FRR("\"4byteAs\": \"received\", \"routeRefresh\": 7, "
		 "\"addPath\": {\"ipv4Unicast\": {\"rxAdvertisedAndReceived"
		 "\": true}}"),
	     "[]", "rs"},
	    {"frr",
	     FRR("\"addPath\": {\"ipv6Unicast\": {\"txAdvertised\": true, "
		 "\"rxReceived\": true}}"),
	     "[\"add-path-tx-ipv6\"]", "rs"},
	    {"openbgpd",
	     "{\"neighbors\": [{\"remote_addr\": \"192.0.2.1\", \"state\": "
	     "\"Established\", \"session\": {\"remote\": {\"capabilities\": "
	     "{\"as4byte\": true, \"open_policy_role\": \"boss\"}}, "
	     "\"capabilities\": {\"add-path\": [{\"family\": \"IPv6 "
	     "unicast\", \"mode\": \"send\"}, {\"family\": \"IPv4 vpn\", "
	     "\"mode\": \"bidir\"}, {}]}}}]}",
	     "[\"add-path-tx-ipv6\"]", NULL},
	};
	const char *role;
	json_t *all, *row;
	char *got;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		all = model_sessions_read(model_kind_find(rows[i].kind),
					  rows[i].text, strlen(rows[i].text));
		row = json_array_get(all, 0);
		assert_non_null(row);
		got = json_dumps(json_object_get(row, "capabilities"),
				 JSON_COMPACT);
		assert_string_equal(got, rows[i].agreed);
		role = json_string_value(json_object_get(row, "peer_role"));
		if (rows[i].role)
			assert_string_equal(role, rows[i].role);
		else
			assert_null(role);
		free(got);
		json_decref(all);
	}
}

/* What demands nearness says so. */
static void
guards(void **state)
{
	static const struct {
		const char *kind, *text;
		bool ttl;
	} rows[] = {
	    {"gobgp",
	     "[{\"state\": {\"session_state\": 3, \"neighbor_address\": "
	     "\"192.0.2.1\"}, \"ttl_security\": {\"enabled\": true, "
	     "\"ttl_min\": 255}}]",
	     true},
	    {"gobgp",
	     "[{\"state\": {\"session_state\": 3, \"neighbor_address\": "
	     "\"192.0.2.1\"}, \"ttl_security\": {}}]",
	     false},
	    {"openbgpd",
	     "{\"neighbors\": [{\"remote_addr\": \"192.0.2.1\", \"state\": "
	     "\"Idle\", \"config\": {\"ttl_security\": true}}]}",
	     true},
	};
	json_t *got, *row;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		got = model_sessions_read(model_kind_find(rows[i].kind),
					  rows[i].text, strlen(rows[i].text));
		row = json_array_get(got, 0);
		assert_non_null(row);
		assert_int_equal(
		    json_is_true(json_object_get(row, "ttl_security")),
		    rows[i].ttl);
		json_decref(got);
	}
}

static void
rubbish(void **state)
{
	static const struct {
		const char *kind, *text, *lines; /* NULL: no JSON */
	} rows[] = {
	    {"frr", "% BGP instance not found", NULL},
	    {"frr", "", NULL},
	    {"frr", "[1, 2]", ""},
	    {"frr",
	     "{\"vrf\": 1, \"x\": {\"bgpState\": \"Idle\"}, "
	     "\"192.0.2.1\": {\"bgpState\": \"Confused\"}}",
	     ""},
	    {"frr",
	     "{\"192.0.2.1\": {\"bgpState\": \"Idle (Admin)\", "
	     "\"remoteAs\": -1, \"lastResetDueTo\": \"\\u001b[2J\"}}",
	     "192.0.2.1 0 Idle ?[2J\n"},
	    {"gobgp", "null", NULL},
	    {"gobgp",
	     "[{\"state\": {\"session_state\": 7, \"neighbor_address\": "
	     "\"192.0.2.1\"}}, {}, 3]",
	     ""},
	    {"openbgpd", "{\"neighbors\": {}}", ""},
	    {"openbgpd",
	     "{\"neighbors\": [{\"remote_addr\": \"192.0.2.1\", "
	     "\"remote_as\": \"64500x\", \"state\": \"None\"}]}",
	     "192.0.2.1 0 Idle \n"},
	};
	char *got;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		got = lines(model_kind_find(rows[i].kind), rows[i].text,
			    strlen(rows[i].text));
		if (rows[i].lines == NULL)
			assert_null(got);
		else
			assert_string_equal(got, rows[i].lines);
		free(got);
	}
}

static void
too_much(void **state)
{
	struct str s = {0};
	json_t *rows;
	int i;

	(void)state;
	str_add(&s, "{\"0\": 0");
	for (i = 0; i < MODEL_SESSIONS_ROWS + 100; i++)
		str_addf(&s, ", \"192.0.%d.%d\": {\"bgpState\": \"Active\"}",
			 i / 256, i % 256);
	str_add(&s, "}");
	rows = model_sessions_read(&model_kind_frr, str_text(&s), s.len);
	assert_int_equal(json_array_size(rows), MODEL_SESSIONS_ROWS);
	json_decref(rows);
	assert_null(model_sessions_read(&model_kind_frr, str_text(&s),
					MODEL_SESSIONS_MAX + 1));
	str_clear(&s);
}

static void
states(void **state)
{
	static const struct {
		const char *word, *name;
	} rows[] = {
	    {"Established", "Established"},
	    {"OPENSENT", "OpenSent"},
	    {"OPEN_CONFIRM", "OpenConfirm"},
	    {"Open Sent", "OpenSent"},
	    {"Down", "Idle"},
	    {"Passive", "Active"},
	    {"Close", "Idle"},
	    {"Idle (Admin)", "Idle"},
	    {"Establishe", NULL},
	    {"Establishedx", NULL},
	    {"", NULL},
	    {"gone", NULL},
	};
	const char *name;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		name = model_session_state(rows[i].word);
		if (rows[i].name == NULL)
			assert_null(name);
		else
			assert_string_equal(name, rows[i].name);
	}
}

static void
news(void **state)
{
	(void)state;
	assert_true(model_sessions_news(
	    &model_kind_frr, "BGP: [M59KS-A3ZXZ] %ADJCHANGE: neighbor "
			     "203.0.113.1(rs1) in vrf default Up"));
	assert_true(model_sessions_news(
	    &model_kind_gobgp,
	    "{\"Key\":\"203.0.113.1\",\"msg\":\"Peer Up\"}"));
	assert_true(model_sessions_news(
	    &model_kind_openbgpd,
	    "neighbor 203.0.113.1 (rs1): state change OpenConfirm -> "
	    "Established, reason: KEEPALIVE message received"));
	assert_false(model_sessions_news(&model_kind_frr, "watchfrr: up"));
	assert_false(model_sessions_news(&model_kind_bird, "Peer Up"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(real_answers), cmocka_unit_test(terms_and_limits),
	    cmocka_unit_test(agreed),	    cmocka_unit_test(not_agreed),
	    cmocka_unit_test(guards),	    cmocka_unit_test(rubbish),
	    cmocka_unit_test(too_much),	    cmocka_unit_test(states),
	    cmocka_unit_test(news),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
