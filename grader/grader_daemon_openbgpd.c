/* OpenBGPD by bgpctl -j: {rib: [{prefix, aspath, exit_nexthop, neighbor:
 * {remote_addr}, best, origin, metric, communities: [..], ..}]} */
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_daemon.h"
#include "grader/grader_evidence.h"

static json_t *
openbgpd_argv(const struct daemon_question *q)
{
	json_t *argv =
	    json_pack("[sssss]", "bgpctl", "-j", "show", "rib", "detail");

	json_array_append_new(
	    argv, json_string(q->family == IP_V4 ? "inet" : "inet6"));
	if (q->part != DAEMON_ACCEPTED)
		json_array_append_new(
		    argv, json_string(q->part == DAEMON_SENT ? "out" : "in"));
	json_array_append_new(argv, json_string("neighbor"));
	json_array_append_new(argv, json_string(daemon_neighbour(q)));
	return argv;
}

static void
openbgpd_list(json_t *row, const json_t *of, const char *from, const char *to)
{
	const json_t *c;
	size_t i;

	json_array_foreach(json_object_get(of, from), i, c)
	{
		const char *text = json_string_value(c);

		if (strcmp(to, "ext_communities") == 0)
			daemon_extended(row, text);
		else
			daemon_community(row, to, text);
	}
}

static void
openbgpd_attributes(json_t *row, const json_t *of)
{
	const json_t *a, *med = json_object_get(of, "metric");
	size_t i;

	json_array_foreach(json_object_get(of, "attributes"), i, a)
	{
		if (strcmp(out_text(a, "type"), "OTC") == 0)
			daemon_number(row, "otc", json_object_get(a, "as"));
	}
	if (json_integer_value(med) > 0)
		daemon_number(row, "med", med);
}

static void
openbgpd_route(const struct daemon_question *q, json_t *rows, const json_t *r)
{
	const json_t *from = json_object_get(r, "neighbor");
	json_t *row = daemon_row(q, rows, out_text(r, "prefix"),
				 out_text(from, "remote_addr"));

	if (row == NULL)
		return;
	daemon_path(row, out_text(r, "aspath"));
	daemon_next_hop(row, out_text(r, "exit_nexthop"));
	daemon_origin(row, out_text(r, "origin"));
	if (q->part == DAEMON_ACCEPTED)
		daemon_number(row, "local_pref",
			      json_object_get(r, "localpref"));
	openbgpd_attributes(row, r);
	openbgpd_list(row, r, "communities", "communities");
	openbgpd_list(row, r, "large_communities", "large_communities");
	openbgpd_list(row, r, "extended_communities", "ext_communities");
	json_object_set_new(
	    row, "best",
	    json_boolean(json_is_true(json_object_get(r, "best"))));
}

static void
openbgpd_read(const struct daemon_question *q, const json_t *answer,
	      json_t *rows)
{
	const json_t *r;
	size_t i;

	json_array_foreach(json_object_get(answer, "rib"), i, r)
	{
		openbgpd_route(q, rows, r);
	}
}

const struct grader_daemon grader_daemon_openbgpd = {
    .kind = "openbgpd",
    .argv = openbgpd_argv,
    .read = openbgpd_read,
};
