/*
 * FRR's bgpd by vtysh. It has two ways to write a route: what it took in all
 * detail, "show bgp .. json detail"
 *
 *	{routes: {PREFIX: [{prefix, ..}, {aspath: {string}, peer: {peerId},
 *	          nexthops: [{ip, scope}], community: {list}, bestpath, ..}, ..]}}
 *
 * and what came or is sent as a line of a table
 *
 *	{receivedRoutes: {PREFIX: {network, nextHop, metric, path,
 *	                           bgpOriginCode}}}, advertisedRoutes likewise
 */
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_daemon.h"
#include "grader/grader_evidence.h"

static json_t *
frr_argv(const struct daemon_question *q)
{
	const char *family = q->family == IP_V4 ? "ipv4" : "ipv6";
	_free_ char *line =
	    q->part == DAEMON_ACCEPTED
		? xasprintf("show bgp %s unicast json detail", family)
		: xasprintf("show bgp %s unicast neighbors %s %s-routes json",
			    family, daemon_neighbour(q),
			    q->part == DAEMON_SENT ? "advertised" : "received");

	return json_pack("[sssss]", "vtysh", "-d", "bgpd", "-c", line);
}

/* ---- in detail */

static void
frr_next_hops(json_t *row, const json_t *hops)
{
	const json_t *h;
	size_t i;

	json_array_foreach(hops, i, h)
	{
		if (strcmp(out_text(h, "scope"), "link-local") != 0 &&
		    !json_object_get(row, "next_hop"))
			daemon_next_hop(row, out_text(h, "ip"));
	}
}

static void
frr_list(json_t *row, const char *key, const json_t *of)
{
	const json_t *c;
	size_t i;

	json_array_foreach(json_object_get(of, "list"), i, c)
	{
		daemon_community(row, key, json_string_value(c));
	}
}

/* One text: "RT:64500:7 SoO:65536:8" */
static void
frr_extended(json_t *row, const json_t *of)
{
	const char *text = out_text(of, "string");

	while (*text) {
		size_t len = strcspn(text, " ");
		_free_ char *word = xstrndup(text, len);

		daemon_extended(row, word);
		text += len + strspn(text + len, " ");
	}
}

static void
frr_path(const struct daemon_question *q, json_t *rows, const char *prefix,
	 const json_t *p)
{
	const json_t *peer = json_object_get(p, "peer");
	const json_t *path = json_object_get(p, "aspath");
	const char *text = out_text(path, "string");
	json_t *row = NULL;

	if (peer && path && !json_is_true(json_object_get(p, "sourced")))
		row = daemon_row(q, rows, prefix, out_text(peer, "peerId"));
	if (row == NULL)
		return;
	daemon_path(row, strcmp(text, "Local") == 0 ? "" : text);
	daemon_origin(row, out_text(p, "origin"));
	daemon_number(row, "med", json_object_get(p, "metric"));
	daemon_number(row, "local_pref", json_object_get(p, "locPrf"));
	daemon_number(row, "otc", json_object_get(p, "otc"));
	frr_next_hops(row, json_object_get(p, "nexthops"));
	frr_list(row, "communities", json_object_get(p, "community"));
	frr_list(row, "large_communities",
		 json_object_get(p, "largeCommunity"));
	frr_extended(row, json_object_get(p, "extendedCommunity"));
	json_object_set_new(row, "best",
			    json_boolean(json_is_true(json_object_get(
				json_object_get(p, "bestpath"), "overall"))));
}

/* ---- as a line */

/* What it puts in only as it writes the message. */
static void
frr_as_sent(const struct daemon_question *q, json_t *row)
{
	const json_t *asn = json_object_get(q->session, "local_asn");
	const char *hop = out_text(row, "next_hop");

	if (!json_is_true(json_object_get(q->session, "transparent")) &&
	    json_integer_value(json_object_get(q->session, "asn")) !=
		json_integer_value(asn))
		json_array_insert(json_object_get(row, "as_path"), 0,
				  (json_t *)(uintptr_t)asn);
	if (strcmp(hop, "0.0.0.0") == 0 || strcmp(hop, "::") == 0)
		daemon_next_hop(row, out_text(q->session, "local"));
}

static const char *
frr_origin(const char *code)
{
	return strcmp(code, "i") == 0	? "igp"
	       : strcmp(code, "e") == 0 ? "egp"
	       : strcmp(code, "?") == 0 ? "incomplete"
					: "";
}

static void
frr_line(const struct daemon_question *q, json_t *rows, const char *prefix,
	 const json_t *of)
{
	json_t *row = daemon_row(q, rows, prefix, daemon_neighbour(q));

	if (row == NULL)
		return;
	daemon_path(row, out_text(of, "path"));
	daemon_origin(row, frr_origin(out_text(of, "bgpOriginCode")));
	daemon_number(row, "med", json_object_get(of, "metric"));
	daemon_next_hop(row, *out_text(of, "nextHop")
				 ? out_text(of, "nextHop")
				 : out_text(of, "nextHopGlobal"));
	if (q->part == DAEMON_SENT)
		frr_as_sent(q, row);
}

static void
frr_read(const struct daemon_question *q, const json_t *answer, json_t *rows)
{
	const char *key = q->part == DAEMON_ACCEPTED ? "routes"
			  : q->part == DAEMON_SENT   ? "advertisedRoutes"
						     : "receivedRoutes";
	json_t *all = json_object_get(answer, key), *of, *path;
	const char *prefix;
	size_t i;

	json_object_foreach(all, prefix, of)
	{
		if (q->part != DAEMON_ACCEPTED) {
			frr_line(q, rows, prefix, of);
			continue;
		}
		json_array_foreach(of, i, path)
		{
			frr_path(q, rows, prefix, path);
		}
	}
}

const struct grader_daemon grader_daemon_frr = {
    .kind = "frr",
    .whole = true,
    .argv = frr_argv,
    .read = frr_read,
};
