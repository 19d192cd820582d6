/*
 * GoBGP by gobgp -j: {PREFIX: [{nlri: {prefix}, best, attrs: [{type, ..}],
 * neighbor-ip}, ..]}, the attributes by their numbers.
 */
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_daemon.h"
#include "grader/grader_evidence.h"

enum {
	ATTR_ORIGIN = 1,
	ATTR_AS_PATH = 2,
	ATTR_NEXT_HOP = 3,
	ATTR_MED = 4,
	ATTR_LOCAL_PREF = 5,
	ATTR_COMMUNITIES = 8,
	ATTR_MP_REACH = 14,
	ATTR_EXTENDED = 16,
	ATTR_LARGE = 32,
};

#define GOBGP_HOPS 4096 /* of a path */

static json_t *
gobgp_argv(const struct daemon_question *q)
{
	const char *family = q->family == IP_V4 ? "ipv4" : "ipv6";

	if (q->part == DAEMON_ACCEPTED)
		return json_pack("[ssssss]", "gobgp", "-j", "global", "rib",
				 "-a", family);
	return json_pack(
	    "[sssssss]", "gobgp", "-j", "neighbor", daemon_neighbour(q),
	    q->part == DAEMON_SENT ? "adj-out" : "adj-in", "-a", family);
}

static void
gobgp_segment(json_t *path, const json_t *segment)
{
	bool set =
	    json_integer_value(json_object_get(segment, "segment_type")) == 1;
	json_t *to = set ? json_array() : path;
	const json_t *asn;
	size_t i;

	json_array_foreach(json_object_get(segment, "asns"), i, asn)
	{
		if (json_is_integer(asn) && json_array_size(to) < GOBGP_HOPS)
			json_array_append(to, (json_t *)(uintptr_t)asn);
	}
	if (set)
		json_array_append_new(path, to);
}

static void
gobgp_path(json_t *row, const json_t *attr)
{
	json_t *path = json_object_get(row, "as_path");
	const json_t *segment;
	size_t i;

	json_array_foreach(json_object_get(attr, "as_paths"), i, segment)
	{
		if (json_array_size(path) < GOBGP_HOPS)
			gobgp_segment(path, segment);
	}
}

/* 4227072007 is 64500:7. */
static void
gobgp_communities(json_t *row, const json_t *attr)
{
	const json_t *c;
	size_t i;

	json_array_foreach(json_object_get(attr, "communities"), i, c)
	{
		uint32_t n = (uint32_t)json_integer_value(c);
		_free_ char *word = xasprintf("%u:%u", n >> 16, n & 0xffff);

		daemon_community(row, "communities", word);
	}
}

static void
gobgp_large(json_t *row, const json_t *attr)
{
	const json_t *c;
	size_t i;

	json_array_foreach(json_object_get(attr, "value"), i, c)
	{
		_free_ char *word = xasprintf(
		    "%u:%u:%u",
		    (uint32_t)json_integer_value(json_object_get(c, "ASN")),
		    (uint32_t)json_integer_value(
			json_object_get(c, "LocalData1")),
		    (uint32_t)json_integer_value(
			json_object_get(c, "LocalData2")));

		daemon_community(row, "large_communities", word);
	}
}

/* AS numbers of four bytes come as "1.0:8", which is 65536:8. */
static char *
gobgp_asplain(const char *value)
{
	_free_ char *high = xstrndup(value, strcspn(value, "."));
	const char *low_at = strchr(value, '.');
	const char *colon = strchr(value, ':');
	unsigned int h, l;

	if (low_at && colon && low_at < colon) {
		_free_ char *low =
		    xstrndup(low_at + 1, (size_t)(colon - low_at - 1));

		if (str_to_u32(high, 0, UINT16_MAX, &h) &&
		    str_to_u32(low, 0, UINT16_MAX, &l))
			return xasprintf("%u:%.40s", h << 16 | l, colon + 1);
	}
	return xasprintf("%.48s", value);
}

static void
gobgp_extended(json_t *row, const json_t *attr)
{
	static const char *const names[] = {[2] = "rt", [3] = "soo"};
	const json_t *c;
	size_t i;

	json_array_foreach(json_object_get(attr, "value"), i, c)
	{
		json_int_t sub =
		    json_integer_value(json_object_get(c, "subtype"));
		_free_ char *value = gobgp_asplain(out_text(c, "value"));
		_free_ char *word =
		    sub == 2 || sub == 3
			? xasprintf("%s:%s", names[sub], value)
			: xasprintf("generic:%u:%s", (uint8_t)sub, value);

		daemon_extended(row, word);
	}
}

static void
gobgp_attribute(json_t *row, const json_t *attr)
{
	static const char *const origins[] = {"igp", "egp", "incomplete"};
	const json_t *value = json_object_get(attr, "value");
	json_int_t n = json_is_integer(value) ? json_integer_value(value) : -1;

	switch (json_integer_value(json_object_get(attr, "type"))) {
	case ATTR_ORIGIN:
		daemon_origin(row, n >= 0 && n < 3 ? origins[n] : "");
		break;
	case ATTR_AS_PATH: gobgp_path(row, attr); break;
	case ATTR_NEXT_HOP:
	case ATTR_MP_REACH:
		daemon_next_hop(row, out_text(attr, "nexthop"));
		break;
	case ATTR_MED:
		daemon_number(row, "med", json_object_get(attr, "metric"));
		break;
	case ATTR_LOCAL_PREF: daemon_number(row, "local_pref", value); break;
	case ATTR_COMMUNITIES: gobgp_communities(row, attr); break;
	case ATTR_EXTENDED: gobgp_extended(row, attr); break;
	case ATTR_LARGE: gobgp_large(row, attr); break;
	default: break;
	}
}

/* What it sends names the neighbour that it came from. */
static void
gobgp_route(const struct daemon_question *q, json_t *rows, const char *prefix,
	    const json_t *p)
{
	json_t *row =
	    daemon_row(q, rows, prefix,
		       q->part == DAEMON_ACCEPTED ? out_text(p, "neighbor-ip")
						  : daemon_neighbour(q));
	const json_t *attr;
	size_t i;

	if (row == NULL)
		return;
	json_array_foreach(json_object_get(p, "attrs"), i, attr)
	{
		gobgp_attribute(row, attr);
	}
	json_object_set_new(
	    row, "best",
	    json_boolean(json_is_true(json_object_get(p, "best"))));
}

static void
gobgp_read(const struct daemon_question *q, const json_t *answer, json_t *rows)
{
	json_t *paths, *path;
	const char *prefix;
	size_t i;

	json_object_foreach((json_t *)(uintptr_t)answer, prefix, paths)
	{
		json_array_foreach(paths, i, path)
		{
			gobgp_route(q, rows, prefix, path);
		}
	}
}

const struct grader_daemon grader_daemon_gobgp = {
    .kind = "gobgp",
    .whole = true,
    .argv = gobgp_argv,
    .read = gobgp_read,
};
