/* What the program that knows a daemon's routes prints: the first byte says which
 * daemon's it is, which of its routes and of which family, the others are the
 * answer. Rows are what they promise to be. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_bird_parse.h"
#include "grader/grader_daemon.h"
#include "grader/grader_evidence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
list_holds(const json_t *list)
{
	const json_t *c;
	size_t i;

	assert(json_is_array(list) && json_array_size(list) <= 1024);
	json_array_foreach(list, i, c)
	{
		assert(json_is_string(c) &&
		       strpbrk(json_string_value(c), "\n\033") == NULL &&
		       json_string_length(c) <= 200);
	}
}

static void
row_holds(const json_t *row, enum ip_family family)
{
	struct ip_prefix p;
	struct ip_addr a;

	assert(ip_prefix_parse(out_text(row, "prefix"), &p));
	assert(p.addr.family == family);
	assert(ip_addr_parse(out_text(row, "address"), &a));
	assert(json_is_array(json_object_get(row, "as_path")));
	list_holds(json_object_get(row, "communities"));
	list_holds(json_object_get(row, "large_communities"));
	list_holds(json_object_get(row, "ext_communities"));
	assert(!*out_text(row, "next_hop") ||
	       ip_addr_parse(out_text(row, "next_hop"), &a));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct grader_daemon *const daemons[] = {
	    &grader_daemon_frr, &grader_daemon_gobgp, &grader_daemon_openbgpd};
	struct daemon_question q;
	json_t *rows, *row, *session;
	size_t i;

	if (size == 0)
		return 0;
	session = json_pack("{ss ss si si}", "address", "203.0.113.10", "local",
			    "203.0.113.11", "asn", 65536, "local_asn", 65537);
	q.part = (enum daemon_part)(data[0] / 3 % 3);
	q.family = data[0] / 9 % 2 ? IP_V6 : IP_V4;
	q.session = session;
	rows = grader_daemon_read(daemons[data[0] % 3], &q,
				  (const char *)data + 1, size - 1);
	json_array_foreach(rows, i, row)
	{
		row_holds(row, q.family);
		bird_route_marks(row, 65536, 65537);
	}
	if (rows)
		rows = grader_daemon_judged(json_deep_copy(rows), rows);
	json_decref(rows);
	json_decref(session);
	return 0;
}
