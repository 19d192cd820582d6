/* What the pictures' tests show: who reaches whom, and how far a prefix got. */
#ifndef TUI_T_SAMPLES_H
#define TUI_T_SAMPLES_H

#include <math.h>

#include "grader/grader_spread.h"
#include "tui/tui_traffic.h"

static json_t *
pair(size_t i, size_t j, const char *family, int received, int us)
{
	static const char *const names[] = {
	    "m1-h", "m2-h", "a-long-name-of-a-host", "m4-h", "<&>"};

	return json_pack(
	    "{ss ss ss si si so so sb}", "from", names[i], "to", names[j],
	    "family", family, "sent", 10, "received", received, "rtt_us",
	    us < 0 ? json_null() : json_pack("{si}", "avg", us), "error",
	    received == 0 ? json_string("Network is unreachable") : json_null(),
	    "table_full", i == 3 && j == 1);
}

/* One pair of each sort, and one without an address in IPv6. */
static json_t *
heat_sample(void)
{
	static const int us[5][5] = {{0, 400, 9999, 10000, 49999},
				     {400, 0, 50000, 149999, 150000},
				     {-1, -1, 0, 999, 1000},
				     {700, -1, 900, 0, 1},
				     {700, 800, 900, 100, 0}};
	json_t *hosts = json_pack(
	    "[{ss}{ss}{ss}{ss}{ss}]", "name", "m1-h", "name", "m2-h", "name",
	    "a-long-name-of-a-host", "name", "m4-h", "name", "<&>");
	json_t *pairs = json_array();
	size_t i, j;

	for (i = 0; i < 5; i++)
		for (j = 0; j < 5; j++) {
			if (i == j)
				continue;
			json_array_append_new(pairs,
					      pair(i, j, "ipv4",
						   us[i][j] < 0 ? 0
						   : i == 4 ? (int)(9 - 3 * j)
							    : 10,
						   us[i][j]));
			if (i < 2 && j < 2)
				json_array_append_new(
				    pairs, pair(i, j, "ipv6", 10, 300));
		}
	return json_pack("{ss si so so}", "lab", "a <lab>", "ms", 1234, "hosts",
			 hosts, "pairs", pairs);
}

static json_t *
json_of(const char *text)
{
	struct str s = {0};
	json_error_t e;
	json_t *v;

	for (; *text; text++)
		str_addn(&s, *text == '\'' ? "\"" : text, 1);
	v = json_loads(str_text(&s), 0, &e);
	if (v == NULL)
		fail_msg("%d:%d: %s", e.line, e.column, e.text);
	str_clear(&s);
	return v;
}

/* Not by the clock: then they would depend on its zone. */
static void
sample_times(json_t *rows)
{
	if (json_array_size(rows) < 6)
		return;
	json_object_set_new(json_array_get(rows, 3), "age_ms",
			    json_integer(42000));
	json_object_set_new(json_array_get(rows, 5), "seen_ms",
			    json_integer(1500));
}

static json_t *
spread_sample(const char *prefix)
{
	json_t *lab = json_of(
	    "{'model': {'name': 'a-lab', 'nodes': ["
	    "{'name': 'rs1', 'role': 'route-server', 'asn': 64500, 'prefixes': "
	    "[]},"
	    "{'name': 'rs2', 'role': 'route-server', 'asn': 64500, 'prefixes': "
	    "[]},"
	    "{'name': 'm1', 'role': 'member', 'asn': 65536, 'prefixes': "
	    "['100.64.0.0/22']},"
	    "{'name': 'm2', 'role': 'member', 'asn': 65537, 'prefixes': "
	    "['100.64.4.0/22', '3fff::/32']},"
	    "{'name': 'm3', 'role': 'member', 'asn': 65538, 'prefixes': []},"
	    "{'name': 'm4', 'role': 'member', 'asn': 65539, 'prefixes': []},"
	    "{'name': 'm5', 'role': 'member', 'asn': 65540, 'prefixes': []},"
	    "{'name': 't1', 'role': 'transit', 'asn': 64999, 'prefixes': "
	    "[]}]}}");
	json_t *evidence = json_of(
	    "{'nodes': {"
	    "'rs1': {'sessions': ["
	    " {'with': 'm1', 'family': 'ipv4', 'state': 'Active', "
	    "'established': false, 'last_error': 'Bad Peer AS'},"
	    " {'with': 'm2', 'family': 'ipv4', 'state': 'Established', "
	    "'established': true},"
	    " {'with': 'm3', 'family': 'ipv4', 'state': 'Established', "
	    "'established': true},"
	    " {'with': 'm4', 'family': 'ipv4', 'state': 'Established', "
	    "'established': true},"
	    " {'with': 'm5', 'family': 'ipv4', 'state': 'Established', "
	    "'established': true},"
	    " {'with': 't1', 'family': 'ipv4', 'state': 'Established', "
	    "'established': true}],"
	    " 'routes': [{'prefix': '100.64.4.0/22', 'from': 'm2', 'state': "
	    "'accepted', 'as_path': [65537]}],"
	    " 'sent': [{'prefix': '100.64.4.0/22', 'to': 'm3', 'as_path': "
	    "[65537]},"
	    "  {'prefix': '100.64.4.0/22', 'to': 'm5', 'as_path': [65537]},"
	    "  {'prefix': '100.64.4.0/22', 'to': 't1', 'as_path': [65537]}],"
	    " 'explained': [{'prefix': '100.64.4.0/22', 'to': 'm4', 'why': "
	    "'the community 0:65539 keeps it from AS65539'}]},"
	    "'rs2': {'sessions': [{'with': 'm2', 'family': 'ipv4', 'state': "
	    "'Established', 'established': true}],"
	    " 'routes': [{'prefix': '100.64.4.0/22', 'from': 'm2', 'state': "
	    "'rejected', 'as_path': [65537],"
	    "  'reason': 'prefix-not-in-as-set', 'reason_text': 'the prefix is "
	    "in no AS-SET of the member'}]},"
	    "'m3': {'routes': [{'prefix': '100.64.4.0/22', 'from': 'rs1', "
	    "'state': 'accepted', 'as_path': [65537], 'since': '01:00:00.000'},"
	    "  {'prefix': '198.18.0.0/15', 'from': 't1', 'state': 'accepted', "
	    "'as_path': [64999, 3]}]},"
	    "'m4': {'routes': []},"
	    "'m5': {'routes': []},"
	    "'t1': {'routes': [{'prefix': '100.64.4.0/22', 'from': 'rs1', "
	    "'state': 'rejected', 'as_path': [65537], 'reason': 'filtered',"
	    "   'reason_text': 'the import filter of t1'},"
	    "  {'prefix': '100.64.4.0/22', 'from': 'm3', 'state': 'accepted', "
	    "'as_path': [65538, 65537]}]}"
	    "}}");
	json_t *rows = grader_spread_of(evidence, lab, prefix, 0);

	json_decref(lab);
	json_decref(evidence);
	sample_times(json_object_get(rows, "rows"));
	return rows;
}

#endif
