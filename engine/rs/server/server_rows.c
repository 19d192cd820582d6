/*
 * server_rows: the rows of a list: found in the table step by step, and said.
 *
 * Between two steps the table changes. Nets and paths keep their numbers as long
 * as they are there, so a walk by number sees each that is there all the time
 * once. A row is only what names it, prefix and path identifier: when its turn
 * comes it is looked up again, and left out when it has gone.
 */
#include <stdlib.h>

#include "base/str.h"
#include "rs/server/server_list.h"

enum {
	ROWS_LOOK = 256, /* nets or paths looked at in a step */
	ROWS_PATHS = 8,	 /* of a net, said in a step */
};
#define NO_SECTION UINT32_MAX

/* ---- begin and end */

static const struct rib_peer *
peer_of(const struct server_list *l, size_t section, int f)
{
	const struct server_member *m = l->who.m[section];

	return m != NULL ? server_peer(m, f) : NULL;
}

static void
sections_make(struct server_list *l, int f)
{
	size_t n = 0;

	for (size_t i = 0; i < l->who.n; i++) {
		const struct rib_peer *p = peer_of(l, i, f);
		if (p != NULL && p->index >= n)
			n = p->index + 1;
	}
	l->section_of[f] = xcalloc(n + 1, sizeof(uint32_t));
	l->n_section_of[f] = n;
	for (size_t i = 0; i < n; i++)
		l->section_of[f][i] = NO_SECTION;
	for (size_t i = 0; i < l->who.n; i++) {
		const struct rib_peer *p = peer_of(l, i, f);
		if (p != NULL)
			l->section_of[f][p->index] = (uint32_t)i;
	}
}

void
server_rows_begin(struct server_list *l)
{
	if (l->what == LIST_RECEIVED || l->what == LIST_REJECTED)
		for (int f = 0; f < SERVER_FAMILIES; f++)
			if (l->section_of[f] == NULL)
				sections_make(l, f);
	server_page_clear(&l->page);
	l->page.more = false;
	l->collecting = true;
	l->f = 0;
	l->section = 0;
	l->at = 1;
	l->row = 0;
	l->nth = 0;
}

void
server_rows_clear(struct server_list *l)
{
	server_page_clear(&l->page);
	for (int f = 0; f < SERVER_FAMILIES; f++)
		free(l->section_of[f]);
}

/* ---- collecting */

static void
collect(struct server_list *l, uint32_t section, const struct ip_prefix *p,
	uint32_t id)
{
	struct server_row row = {section, *p, id, 0};

	l->matched++;
	server_page_add(&l->page, &row);
}

static void
look_at_net(struct server_list *l, uint32_t n)
{
	const struct rib_net *net = rib_net(l->s->table[l->f].rib, n);

	if (net->n != 0 && server_is_wanted(&l->wanted, &net->prefix))
		collect(l, (uint32_t)l->f, &net->prefix, 0);
}

static void
look_at_path(struct server_list *l, uint32_t n)
{
	const struct rib *r = l->s->table[l->f].rib;
	const struct rib_path *p = rib_path(r, n);

	if (p->attrs == NULL || p->peer >= l->n_section_of[l->f] ||
	    l->section_of[l->f][p->peer] == NO_SECTION)
		return;
	if (l->what == LIST_REJECTED && p->reason == POLICY_ACCEPTED)
		return;
	if (server_is_wanted(&l->wanted, &rib_net(r, p->net)->prefix))
		collect(l, l->section_of[l->f][p->peer],
			&rib_net(r, p->net)->prefix, p->id);
}

static void
told_any(void *arg, const struct rib_attrs *ra, uint32_t id)
{
	(void)ra;
	(void)id;
	*(bool *)arg = true;
}

/* May it have been told anything of that family? */
static bool
is_told(const struct server_member *m, int f)
{
	return m != NULL && m->out[f] != NULL && server_peer(m, f)->up;
}

static void
look_at_told(struct server_list *l, uint32_t n)
{
	const struct server_member *m = l->who.m[l->section];
	const struct ip_prefix *p = &rib_net(l->s->table[l->f].rib, n)->prefix;
	bool any = false;

	if (p->addr.family == IP_NONE || !is_told(m, l->f) ||
	    !server_is_wanted(&l->wanted, p))
		return;
	export_told(m->out[l->f], n, told_any, &any);
	if (any)
		collect(l, (uint32_t)l->section, p, 0);
}

/* The numbers end here, in this family. */
static uint32_t
end_of(const struct server_list *l)
{
	const struct rib *r = l->s->table[l->f].rib;

	switch (l->what) {
	case LIST_ROUTES: return rib_nets_end(r);
	case LIST_SENT:
		return is_told(l->who.m[l->section], l->f) ? rib_nets_end(r)
							   : 1;
	default: return rib_paths_end(r);
	}
}

/* Where the next family, or session, begins. */
static bool
onward(struct server_list *l)
{
	l->at = 1;
	if (++l->f < SERVER_FAMILIES)
		return true;
	l->f = 0;
	return l->what == LIST_SENT && ++l->section < l->who.n;
}

bool
server_rows_collect(struct server_list *l)
{
	uint32_t end = end_of(l), until = l->at + ROWS_LOOK;

	for (; l->at < end && l->at < until; l->at++)
		switch (l->what) {
		case LIST_ROUTES: look_at_net(l, l->at); break;
		case LIST_SENT: look_at_told(l, l->at); break;
		default: look_at_path(l, l->at); break;
		}
	if (l->at < end || onward(l))
		return true;
	server_page_end(&l->page);
	return false;
}

/* ---- saying */

void
server_rows_add(struct server_list *l, json_t *row)
{
	char *text = json_dumps(row, JSON_COMPACT);

	if (l->text.len > 0)
		str_add(&l->text, ",");
	str_add(&l->text, text);
	free(text);
	json_decref(row);
}

static void
give_path(struct server_list *l, int f, uint32_t n)
{
	struct server *s = l->s;
	const struct rib_path *p = rib_path(s->table[f].rib, n);
	struct bgp_attrs *a = bgp_unpack(p->attrs->packed, p->attrs->len);

	server_rows_add(l, server_json_path(s, f, n, a));
	bgp_attrs_unref(a);
}

static bool
give_net(struct server_list *l, int f, uint32_t n)
{
	struct rib *r = l->s->table[f].rib;
	uint32_t until = l->nth + ROWS_PATHS;

	for (; l->nth < rib_net(r, n)->n && l->nth < until; l->nth++)
		give_path(l, f, rib_net_path(r, n, l->nth));
	return l->nth < rib_net(r, n)->n;
}

static void
give_announced(struct server_list *l, int f, const struct server_row *row)
{
	const struct rib_peer *p = peer_of(l, row->section, f);
	uint32_t n = p != NULL ? rib_path_of(p, &row->prefix, row->id) : 0;

	if (n != 0 && (l->what != LIST_REJECTED ||
		       rib_path(p->rib, n)->reason != POLICY_ACCEPTED))
		give_path(l, f, n);
}

struct told {
	struct server_list *l;
	const struct server_member *m;
	const struct ip_prefix *prefix;
};

static void
give_told(void *arg, const struct rib_attrs *ra, uint32_t id)
{
	struct told *t = arg;
	struct bgp_attrs *a = bgp_unpack(ra->packed, ra->len);

	server_rows_add(t->l, server_json_sent(t->m, t->prefix, a, id));
	bgp_attrs_unref(a);
}

bool
server_rows_give(struct server_list *l, const struct server_row *row)
{
	int f = server_family_index((enum ip_family)row->prefix.addr.family);
	uint32_t net = rib_find(l->s->table[f].rib, &row->prefix);

	if (net == 0)
		return false;
	if (l->what == LIST_ROUTES)
		return give_net(l, f, net);
	if (l->what == LIST_SENT) {
		struct told t = {l, l->who.m[row->section], &row->prefix};
		if (is_told(t.m, f))
			export_told(t.m->out[f], net, give_told, &t);
	} else {
		give_announced(l, f, row);
	}
	return false;
}
