/*
 * The JSON Schema that editors use and the manual know the same keys as the
 * parser: the parser is asked for its keys with one it cannot know.
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
#include "lab/model/model.h"

#define SCHEMA IXLAB_TREE "/labs/lab.schema.json"
#define MANUAL IXLAB_TREE "/engine/lab/model/lab.5"
#define EXCHANGE                       \
	"lab: x\n"                     \
	"exchange: {switches: [sw1], " \
	"peering-lans: {khi: {ipv4: 203.0.113.0/24}}}\n"

static const struct {
	const char *where; /* in definitions; NULL: the top */
	const char *text;  /* with an unknown key there */
} maps[] = {
    {NULL, "lab: x\nqqqqqq: 1\n"},
    {"exchange", "lab: x\nexchange: {qqqqqq: 1}\n"},
    {"peeringLan",
     "lab: x\nexchange: {switches: [s], peering-lans: {l: {qqqqqq: 1}}}\n"},
    {"siteLink",
     "lab: x\nexchange: {switches: [s, t], site-links: [{qqqqqq: 1}]}\n"},
    {"routeServer",
     "lab: x\nexchange: {asn: 1, switches: [s], peering-lans: {l: {ipv4: "
     "203.0.113.0/24}}, route-servers: {r: {qqqqqq: 1}}}\n"},
    {"guard",
     "lab: x\nexchange: {switches: [s], peering-lans: {l: {guard: {qqqqqq: "
     "1}}}}\n"},
    {"blackhole", "lab: x\nexchange: {switches: [s], peering-lans: {l: {ipv4: "
		  "203.0.113.0/24, blackhole: {qqqqqq: 1}}}}\n"},
    {"collector", "lab: x\nexchange: {switches: [s], peering-lans: {l: {ipv4: "
		  "203.0.113.0/24}}, collectors: {c: {qqqqqq: 1}}}\n"},
    {"monitor", "lab: x\nexchange: {switches: [s], peering-lans: {l: {ipv4: "
		"203.0.113.0/24}}, monitors: {c: {qqqqqq: 1}}}\n"},
    {"machine", "lab: x\nnodes: {m: {qqqqqq: 1}}\n"},
    {"vrp", "lab: x\nnodes: {m: {kind: rtr, vrps: [{qqqqqq: 1}]}}\n"},
    {"limits", "lab: x\nmembers: {m: {asn: 1, limits: {qqqqqq: 1}}}\n"},
    {"member", "lab: x\nmembers: {m: {qqqqqq: 1}}\n"},
    {"host", "lab: x\nmembers: {m: {asn: 1, hosts: {h: {qqqqqq: 1}}}}\n"},
    {"router",
     "lab: x\nmembers: {m: {asn: 1, prefixes: [100.64.0.0/22], routers: {r: "
     "{qqqqqq: 1}}}}\n"},
    {"port", EXCHANGE "members: {m: {asn: 1, lans: {khi: {qqqqqq: 1}}}}\n"},
    {"transit", "lab: x\ntransit: {t: {qqqqqq: 1}}\n"},
    {"link", "lab: x\nlinks: [{qqqqqq: 1}]\n"},
    {"robotRoutes", "lab: x\nmembers: {m: {asn: 1, kind: ixpeer, announce: "
		    "[{prefixes: [], qqqqqq: 1}]}}\n"},
    {"robotGenerator", "lab: x\nmembers: {m: {asn: 1, kind: ixpeer, announce: "
		       "[{generate: 1, qqqqqq: 1}]}}\n"},
    {"robotTable", "lab: x\nmembers: {m: {asn: 1, kind: ixpeer, announce: "
		   "[{mrt: 1, qqqqqq: 1}]}}\n"},
    {"robotBehaviour", "lab: x\nmembers: {m: {asn: 1, kind: ixpeer, behave: "
		       "[{do: 1, qqqqqq: 1}]}}\n"},
    {"generated", "lab: x\ngenerate: {members: {count: 1, qqqqqq: 1}}\n"},
};

#define MAPS (sizeof(maps) / sizeof(maps[0]))

/* "lan, lans, ipv4": what the parser says it knows; free it. */
static char *
known(const char *text)
{
	struct err e;
	char *at, *end;

	assert_null(model_parse("x", text, strlen(text), NULL, &e));
	at = strstr(e.msg, "known are ");
	assert_non_null(at);
	at += strlen("known are ");
	end = strchr(at, ')');
	assert_non_null(end);
	return xstrndup(at, (size_t)(end - at));
}

static json_t *
properties(const json_t *schema, const char *where)
{
	json_t *o = json_deep_copy(schema), *p;

	p = where == NULL
		? o
		: json_object_get(json_object_get(o, "definitions"), where);
	p = json_incref(json_object_get(p, "properties"));
	json_decref(o);
	assert_non_null(p);
	return p;
}

static void
schema_knows_the_keys(void **state)
{
	json_error_t je;
	json_t *schema = json_load_file(SCHEMA, JSON_REJECT_DUPLICATES, &je);
	json_t *p;
	char *keys, *key, *save;
	size_t i, n;

	(void)state;
	if (schema == NULL)
		print_error("%d:%d: %s\n", je.line, je.column, je.text);
	assert_non_null(schema);
	for (i = 0; i < MAPS; i++) {
		p = properties(schema, maps[i].where);
		keys = known(maps[i].text);
		n = 0;
		for (key = strtok_r(keys, ", ", &save); key != NULL;
		     key = strtok_r(NULL, ", ", &save)) {
			if (json_object_get(p, key) == NULL)
				print_error("%s is not in the schema's %s\n",
					    key, maps[i].where);
			assert_non_null(json_object_get(p, key));
			n++;
		}
		assert_int_equal(n, json_object_size(p));
		free(keys);
		json_decref(p);
	}
	json_decref(schema);
}

static void
manual_knows_the_keys(void **state)
{
	char *manual, *keys, *key, *save, *want;
	struct err e;
	size_t i;

	(void)state;
	assert_int_equal(file_read(MANUAL, 1 << 20, &manual, NULL, &e), 0);
	for (i = 0; i < MAPS; i++) {
		keys = known(maps[i].text);
		for (key = strtok_r(keys, ", ", &save); key != NULL;
		     key = strtok_r(NULL, ", ", &save)) {
			want = xasprintf(".It Cm %s", key);
			if (strstr(manual, want) == NULL)
				print_error("lab.5 has no \"%s\"\n", want);
			assert_non_null(strstr(manual, want));
			free(want);
		}
		free(keys);
	}
	free(manual);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(schema_knows_the_keys),
	    cmocka_unit_test(manual_knows_the_keys),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
