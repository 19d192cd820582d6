/*
 * What was set by hand, as JSON and as values of a lab: the same both ways, and
 * refused by the list, the row and the key when it speaks of what is not there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "lab/save/save.h"

static const char lab_text[] =
    "lab: pair\n"
    "exchange:\n"
    "  name: IX\n"
    "  asn: 64500\n"
    "  switches: [sw1]\n"
    "  peering-lans: {lan: {quarantine: yes, ipv4: 203.0.113.0/24}}\n"
    "members:\n"
    "  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n"
    "  m2: {asn: 65537, ipv4: 203.0.113.11, prefixes: [100.64.4.0/22]}\n";

static struct lab *
pair(void)
{
	struct err e = {0};
	struct lab *lab =
	    model_parse("t.yml", lab_text, strlen(lab_text), NULL, &e);

	if (lab == NULL)
		fail_msg("%s", e.msg);
	return lab;
}

/* {list: [row]}, with the five others empty. */
static json_t *
state_of(const char *list, const char *row)
{
	static const char *const lists[] = {"addresses", "routes", "interfaces",
					    "links",	 "ports",  "stopped"};
	json_t *o = json_object(), *a, *v;
	json_error_t je;
	size_t i;

	for (i = 0; i < 6; i++) {
		a = json_array();
		if (strcmp(lists[i], list) == 0) {
			v = json_loads(row, JSON_DECODE_ANY, &je);
			if (v == NULL)
				fail_msg("%s: %s", row, je.text);
			json_array_append_new(a, v);
		}
		json_object_set_new(o, lists[i], a);
	}
	return o;
}

static const struct {
	const char *list, *row;
	const char *bad; /* key; NULL: it is good, and comes back the same */
} rows[] = {
    {"addresses",
     "{\"node\": \"m1\", \"dev\": \"ix0\", \"address\": \"192.0.2.1\", "
     "\"len\": 24, \"set\": true}",
     NULL},
    {"addresses",
     "{\"node\": \"sw1\", \"dev\": \"lan-q\", \"address\": \"2001:db8::1\", "
     "\"len\": 64, \"set\": false}",
     NULL},
    {"addresses",
     "{\"node\": \"m3\", \"dev\": \"ix0\", \"address\": \"192.0.2.1\", "
     "\"len\": 24, \"set\": true}",
     "node"},
    {"addresses",
     "{\"node\": \"m1\", \"dev\": \"ix9\", \"address\": \"192.0.2.1\", "
     "\"len\": 24, \"set\": true}",
     "dev"},
    {"addresses",
     "{\"node\": \"m1\", \"dev\": \"lo\", \"address\": \"192.0.2\", \"len\": "
     "24, \"set\": true}",
     "address"},
    {"addresses",
     "{\"node\": \"m1\", \"dev\": \"lo\", \"address\": \"192.0.2.1\", \"len\": "
     "33, \"set\": true}",
     "len"},
    {"routes",
     "{\"node\": \"m1\", \"to\": \"192.0.2.0/24\", \"via\": \"203.0.113.11\", "
     "\"dev\": \"ix0\", \"type\": \"unicast\", \"metric\": 5, \"protocol\": "
     "\"boot\", \"set\": true}",
     NULL},
    {"routes",
     "{\"node\": \"m1\", \"to\": \"::/0\", \"via\": null, \"dev\": null, "
     "\"type\": \"blackhole\", \"metric\": 1024, \"protocol\": \"boot\", "
     "\"set\": true}",
     NULL},
    {"routes",
     "{\"node\": \"m1\", \"to\": \"::/0\", \"via\": null, \"dev\": null, "
     "\"type\": \"unicast\", \"metric\": 1024, \"protocol\": \"boot\", "
     "\"set\": true}",
     "type"},
    {"routes",
     "{\"node\": \"m1\", \"to\": \"::/0\", \"via\": null, \"dev\": null, "
     "\"type\": \"local\", \"metric\": 1024, \"protocol\": \"boot\", \"set\": "
     "true}",
     "type"},
    {"routes",
     "{\"node\": \"m1\", \"to\": \"192.0.2.1/24\", \"via\": null, \"dev\": "
     "\"ix0\", \"type\": \"unicast\", \"metric\": 0, \"protocol\": \"boot\", "
     "\"set\": true}",
     "to"},
    {"interfaces",
     "{\"node\": \"m2\", \"dev\": \"ix0\", \"up\": false, \"mtu\": 1400, "
     "\"mac\": \"02:00:00:00:00:09\"}",
     NULL},
    {"interfaces",
     "{\"node\": \"m2\", \"dev\": \"ix0\", \"up\": false, \"mtu\": 12, "
     "\"mac\": null}",
     "mtu"},
    {"interfaces",
     "{\"node\": \"m2\", \"dev\": \"ix0\", \"up\": true, \"mtu\": null, "
     "\"mac\": \"01:00:00:00:00:09\"}",
     "mac"},
    {"links",
     "{\"a\": {\"node\": \"sw1\", \"interface\": \"m1\"}, \"b\": {\"node\": "
     "\"m1\", \"interface\": \"ix0\"}, \"weather\": {\"delay_us\": 1000, "
     "\"jitter_us\": 0, \"loss_ppm\": 0, \"rate_bps\": 0, \"silent\": false}}",
     NULL},
    {"links",
     "{\"a\": {\"node\": \"sw1\", \"interface\": \"m1\"}, \"b\": {\"node\": "
     "\"m2\", \"interface\": \"ix0\"}, \"weather\": {}}",
     "ends"},
    {"links",
     "{\"a\": {\"node\": \"sw1\", \"interface\": \"m1\"}, \"b\": {\"node\": "
     "\"m1\", \"interface\": \"ix0\"}, \"weather\": {\"delay_us\": 0, "
     "\"jitter_us\": 9, \"loss_ppm\": 0, \"rate_bps\": 0, \"silent\": false}}",
     "weather"},
    {"ports",
     "{\"switch\": \"sw1\", \"port\": \"m1\", \"lan\": \"lan-q\", \"culled\": "
     "true, \"shut\": false, \"pins\": [\"02:00:00:00:00:09\"]}",
     NULL},
    {"ports",
     "{\"switch\": \"sw1\", \"port\": \"m1\", \"lan\": \"no\", \"culled\": "
     "true, \"shut\": false, \"pins\": []}",
     "lan"},
    {"ports",
     "{\"switch\": \"m1\", \"port\": \"m1\", \"lan\": \"lan\", \"culled\": "
     "true, \"shut\": false, \"pins\": []}",
     "port"},
    {"ports",
     "{\"switch\": \"sw1\", \"port\": \"m1\", \"lan\": \"lan\", \"culled\": "
     "true, \"shut\": false, \"pins\": [\"x\"]}",
     "pins"},
    {"stopped", "\"m1\"", NULL},
    {"stopped", "\"m9\"", "node"},
    {"stopped", "1", "node"},
};

static void
test_state(void **arg)
{
	struct lab *lab = pair();
	size_t i;

	(void)arg;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		json_t *in = state_of(rows[i].list, rows[i].row), *out;
		_free_ char *want =
		    xasprintf("f: its state, %s 1: bad %s", rows[i].list,
			      rows[i].bad ? rows[i].bad : "");
		struct save_state s;
		struct err e = {0};
		int rc = save_state_parse(&s, "f", in, lab, &e);

		if (rows[i].bad) {
			assert_int_equal(rc, -1);
			assert_string_equal(e.msg, want);
		} else {
			if (rc < 0)
				fail_msg("%s: %s", rows[i].row, e.msg);
			out = save_state_json(&s, lab);
			assert_true(json_equal(in, out));
			json_decref(out);
			save_state_clear(&s);
		}
		json_decref(in);
	}
	model_free(lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_state),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
