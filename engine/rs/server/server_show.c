/*
 * server_show: what is there: sessions, routes, and the server itself.
 *
 * Lists of routes come in pages where the asker says "max"; the answer then is
 * an object of rows and the word that asks for more. Without it the answer is
 * the list, as long as it is not too long for one frame and one turn of the loop.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/out.h"
#include "base/str.h"
#include "rs/server/server_state.h"

#define SHOW_ROWS 10000 /* without pages */
#define SHOW_PAGE 250	/* the longest: some milliseconds */

/* ---- the server */

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
server_show_sessions(struct server *s, const json_t *args, json_t **result,
		     struct err *e)
{
	(void)args;
	(void)e;
	*result = json_array();
	for (struct server_member *m = s->members; m != NULL; m = m->next)
		json_array_append_new(*result, server_json_session(m));
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

/* ---- pages */

struct show {
	struct server *s;
	const struct server_who
	    *who; /* sections are sessions; or NULL: families */
	bool paged, rejected_only;
	struct server_page page;
	json_t *rows;
};

static int
show_begin(struct show *w, const json_t *args, struct err *e)
{
	const json_t *max = json_object_get(args, "max");
	const char *after = server_arg(args, "after");
	json_int_t n = json_integer_value(max);

	w->paged = max != NULL;
	if (w->paged && (!json_is_integer(max) || n < 1))
		return err_usage(e, "\"max\" is a number of rows");
	w->page.max = !w->paged	      ? SHOW_ROWS
		      : n < SHOW_PAGE ? (size_t)n
				      : SHOW_PAGE;
	w->page.has_after = after != NULL;
	if (after != NULL && !server_page_parse(after, &w->page.after))
		return err_usage(e, "\"after\" is not what a page ended with");
	w->rows = json_array();
	return 0;
}

static int
show_end(struct show *w, json_t **result, struct err *e)
{
	char text[80];

	if (w->page.more && !w->paged) {
		json_decref(w->rows);
		server_page_clear(&w->page);
		return err_here(e,
				"more than %u routes; name a prefix or a "
				"member with fewer, or ask for pages",
				SHOW_ROWS);
	}
	*result = w->rows;
	if (w->paged) {
		json_t *next = w->page.more
				   ? json_string(server_page_print(
					 &w->page.rows[w->page.n - 1], text))
				   : json_null();
		*result =
		    json_pack("{s:o, s:o}", "rows", w->rows, "next", next);
	}
	server_page_clear(&w->page);
	return 0;
}

static void
show_path(struct show *w, int f, uint32_t n)
{
	const struct rib_path *p = rib_path(w->s->table[f].rib, n);
	struct bgp_attrs *a = bgp_unpack(p->attrs->packed, p->attrs->len);

	json_array_append_new(w->rows, server_json_path(w->s, f, n, a));
	bgp_attrs_unref(a);
}

/* ---- all routes */

static void
nets_wanted(struct show *w, const struct server_wanted *wanted)
{
	for (int f = 0; f < SERVER_FAMILIES; f++) {
		struct rib *r = w->s->table[f].rib;
		for (uint32_t n = 1; n < rib_nets_end(r); n++) {
			const struct rib_net *net = rib_net(r, n);
			if (net->n != 0 &&
			    server_is_wanted(wanted, &net->prefix))
				server_page_add(
				    &w->page,
				    &(struct server_row){(uint32_t)f,
							 net->prefix, 0, n});
		}
	}
}

int
server_show_routes(struct server *s, const json_t *args, json_t **result,
		   struct err *e)
{
	struct show w = {.s = s};
	struct server_wanted wanted;

	if (server_wanted(server_arg(args, "prefix"), &wanted, e) < 0 ||
	    show_begin(&w, args, e) < 0)
		return -1;
	nets_wanted(&w, &wanted);
	server_page_end(&w.page);
	for (size_t i = 0; i < w.page.n; i++) {
		int f = (int)w.page.rows[i].section;
		struct rib *r = s->table[f].rib;
		const struct rib_net *net = rib_net(r, w.page.rows[i].number);
		for (uint32_t k = 0; k < net->n; k++)
			show_path(&w, f,
				  rib_net_path(r, w.page.rows[i].number, k));
	}
	return show_end(&w, result, e);
}

/* ---- what members announce */

static void
paths_of(struct show *w, uint32_t section, const struct server_member *m)
{
	for (int f = 0; f < SERVER_FAMILIES; f++) {
		const struct rib_peer *peer = server_peer(m, f);
		struct rib *r = w->s->table[f].rib;
		uint32_t n = peer != NULL ? peer->first : 0;
		for (; n != 0; n = rib_path(r, n)->next) {
			const struct rib_path *p = rib_path(r, n);
			if (w->rejected_only && p->reason == POLICY_ACCEPTED)
				continue;
			server_page_add(
			    &w->page,
			    &(struct server_row){
				section, rib_net(r, p->net)->prefix, p->id, n});
		}
	}
}

static int
show_announced(struct server *s, const json_t *args, bool rejected_only,
	       json_t **result, struct err *e)
{
	struct show w = {.s = s, .rejected_only = rejected_only};
	struct server_who who = {0};

	if (server_arg(args, "member") == NULL && rejected_only)
		server_who_all(s, &who);
	else if (server_who(s, args, &who, e) < 0)
		return -1;
	if (show_begin(&w, args, e) < 0) {
		free(who.m);
		return -1;
	}
	for (size_t i = 0; i < who.n; i++)
		paths_of(&w, (uint32_t)i, who.m[i]);
	server_page_end(&w.page);
	for (size_t i = 0; i < w.page.n; i++)
		show_path(
		    &w,
		    server_family_index(
			(enum ip_family)w.page.rows[i].prefix.addr.family),
		    w.page.rows[i].number);
	free(who.m);
	return show_end(&w, result, e);
}

int
server_show_received(struct server *s, const json_t *args, json_t **result,
		     struct err *e)
{
	return show_announced(s, args, false, result, e);
}

int
server_show_rejected(struct server *s, const json_t *args, json_t **result,
		     struct err *e)
{
	return show_announced(s, args, true, result, e);
}

/* ---- what members were told */

struct told {
	struct show *w;
	const struct server_member *m;
	const struct ip_prefix *prefix;
	bool any;
};

static void
told_row(void *arg, const struct rib_attrs *ra, uint32_t id)
{
	struct told *t = arg;
	struct bgp_attrs *a = bgp_unpack(ra->packed, ra->len);

	json_array_append_new(t->w->rows,
			      server_json_sent(t->m, t->prefix, a, id));
	bgp_attrs_unref(a);
}

static void
told_any(void *arg, const struct rib_attrs *ra, uint32_t id)
{
	struct told *t = arg;

	(void)ra;
	(void)id;
	t->any = true;
}

static void
told_to(struct show *w, uint32_t section, const struct server_member *m)
{
	for (int f = 0; f < SERVER_FAMILIES; f++) {
		struct rib *r = w->s->table[f].rib;
		if (m->out[f] == NULL || !server_peer(m, f)->up)
			continue;
		for (uint32_t n = 1; n < rib_nets_end(r); n++) {
			struct told t = {.any = false};
			const struct rib_net *net = rib_net(r, n);
			if (net->prefix.addr.family == IP_NONE)
				continue;
			export_told(m->out[f], n, told_any, &t);
			if (t.any)
				server_page_add(
				    &w->page, &(struct server_row){
						  section, net->prefix, 0, n});
		}
	}
}

int
server_show_sent(struct server *s, const json_t *args, json_t **result,
		 struct err *e)
{
	struct show w = {.s = s};
	struct server_who who = {0};

	if (server_who(s, args, &who, e) < 0)
		return -1;
	if (show_begin(&w, args, e) < 0) {
		free(who.m);
		return -1;
	}
	for (size_t i = 0; i < who.n; i++)
		told_to(&w, (uint32_t)i, who.m[i]);
	server_page_end(&w.page);
	for (size_t i = 0; i < w.page.n; i++) {
		const struct server_row *row = &w.page.rows[i];
		const struct server_member *m = who.m[row->section];
		struct told t = {&w, m, &row->prefix, false};
		int f = server_family_index(
		    (enum ip_family)row->prefix.addr.family);
		export_told(m->out[f], row->number, told_row, &t);
	}
	free(who.m);
	return show_end(&w, result, e);
}
