/* server_show: the server itself, in one answer; lists are server_list's. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/out.h"
#include "base/str.h"
#include "rs/server/server_state.h"

int
server_show_version(struct server *s, const json_t *args, json_t **result,
		    struct err *e)
{
	(void)args;
	(void)e;
	*result =
	    json_pack("{s:s, s:s, s:I}", "name", "ixrs", "version",
		      SERVER_VERSION, "rs_as", (json_int_t)s->policy->rs_as);
	server_json_id(*result, "router_id", s->policy->router_id);
	return 0;
}

static size_t
resident(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f == NULL)
		return 0;
	if (fscanf(f, "%*u %lu", &pages) != 1)
		pages = 0;
	fclose(f);
	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static json_t *
stats_table(const struct server *s, int f)
{
	const struct server_table *t = &s->table[f];
	struct export_stats x;

	export_stats(t->x, &x);
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
			 "nets", (json_int_t)rib_nets(t->rib), "paths",
			 (json_int_t)rib_paths(t->rib), "attribute_sets",
			 (json_int_t)x.attrs, "member_sets", (json_int_t)x.sets,
			 "groups", (json_int_t)x.groups, "views",
			 (json_int_t)x.views, "walks", (json_int_t)x.walks,
			 "stream_bytes", (json_int_t)x.stream_bytes,
			 "encoded_bytes", (json_int_t)x.encoded, "undecided",
			 (json_int_t)rib_changed_count(t->rib));
}

int
server_show_stats(struct server *s, const json_t *args, json_t **result,
		  struct err *e)
{
	size_t up = 0;

	(void)args;
	(void)e;
	for (struct server_member *m = s->members; m != NULL; m = m->next)
		up += bgp_fsm_session(&m->fsm) != NULL;
	*result = json_pack(
	    "{s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "uptime_ms",
	    (json_int_t)(server_now(s) - s->started), "memory_bytes",
	    (json_int_t)resident(), "sessions", (json_int_t)s->n_members, "up",
	    (json_int_t)up, "dynamic", (json_int_t)s->n_dynamic, "ipv4",
	    stats_table(s, SERVER_V4), "ipv6", stats_table(s, SERVER_V6));
	return 0;
}

int
server_show_rpki(struct server *s, const json_t *args, json_t **result,
		 struct err *e)
{
	(void)args;
	(void)e;
	*result = server_rtr_json(s);
	return 0;
}
