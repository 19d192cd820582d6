/*
 * export_group: members that are told with the same bytes.
 *
 * What a session negotiated decides how an UPDATE to it looks: the size of AS
 * numbers and of messages, and whether there are path identifiers. That is the
 * whole key of a group. Policy must not be in it: with a policy for every member,
 * groups of one would be left, and nothing would be shared.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/export/export_priv.h"

static bool
same_encoding(const struct export *x, const struct bgp_session *a,
	      const struct bgp_session *b)
{
	unsigned int f = bgp_family_bit(x->conf.family);

	return a->as4 == b->as4 && a->extended_message == b->extended_message &&
	       (a->add_path_tx & f) == (b->add_path_tx & f);
}

static struct export_view *
view_of(struct export *x, unsigned int which)
{
	struct export_view *v = x->views;

	while (v != NULL && v->which != which)
		v = v->next;
	if (v != NULL)
		return v;
	v = export_view_new(x, which);
	v->next = x->views;
	x->views = v;
	if (which != 0) { /* nothing has been decided for it yet */
		rib_touch_all(x->rib);
		v->incomplete = true;
	}
	return v;
}

struct export_group *
export_group_of(struct export *x, const struct bgp_session *terms)
{
	bool all = (terms->add_path_tx & bgp_family_bit(x->conf.family)) != 0;
	struct export_view *v = view_of(x, all);
	struct export_group *g = v->groups;

	while (g != NULL && !same_encoding(x, &g->terms, terms))
		g = g->next;
	if (g != NULL)
		return g;
	g = xcalloc(1, sizeof(*g));
	g->view = v;
	g->terms = *terms;
	g->next = v->groups;
	v->groups = g;
	return g;
}

void
export_group_join(struct export_group *g, struct export_member *m)
{
	uint32_t i = m->peer->index, n = i / 64 + 1;

	if (n > g->n_words) {
		g->up = xreallocarray(g->up, n, sizeof(*g->up));
		memset(g->up + g->n_words, 0,
		       (n - g->n_words) * sizeof(*g->up));
		g->n_words = n;
	}
	rib_bit_set(g->up, i);
	g->n_up++;
	m->group = g;
}

void
export_group_part(struct export_member *m)
{
	struct export_group *g = m->group, **link = &g->view->groups;
	uint32_t i = m->peer->index;

	m->group = NULL;
	rib_bit_clear(g->up, i);
	if (--g->n_up > 0)
		return;
	assert(g->walks == NULL);
	while (*link != g)
		link = &(*link)->next;
	*link = g->next;
	export_stream_clear(m->x, &g->live);
	free(g->up);
	free(g);
}

void
export_group_wake(struct export_group *g, uint64_t seq)
{
	struct export *x = g->view->x;

	for (uint32_t i = 0; i < x->n_members; i++) {
		struct export_member *m = x->members[i];
		if (m != NULL && m->group == g && m->live && m->walk == NULL &&
		    m->seq == seq && !x->blocked)
			x->hooks.wake(x->hooks.arg, m->user);
	}
}

/* ---- encoding */

static size_t
message_max(const struct export_group *g)
{
	return g->terms.extended_message ? BGP_MSG_EXTENDED : BGP_MSG_MAX;
}

enum { ENCODE_AT_ONCE = 1024 };

/* Prefixes with the same attributes, NULL withdraws, for the same members. */
static void
encode_run(struct export_group *g, struct export_stream *st,
	   const struct rib_attrs *a, struct rib_set *to,
	   const struct ip_prefix *p, const uint32_t *ids, size_t n)
{
	struct export *x = g->view->x;

	while (n > 0) {
		struct wbuf w = export_stream_room(st, message_max(g));
		size_t done =
		    a != NULL
			? bgp_pack_announce(&w, &g->terms, a->packed, a->len,
					    x->conf.family, p, ids, n)
			: bgp_withdraw_encode(&w, &g->terms, x->conf.family, p,
					      ids, n);
		if (done == 0) { /* no message of theirs can hold these */
			a = NULL;
			continue;
		}
		export_stream_add(x, st, w.len, to);
		p += done;
		ids += done;
		n -= done;
	}
}

static bool
for_nobody(const struct export_group *g, const struct rib_set *to)
{
	for (uint32_t i = 0; i < to->n && i < g->n_words; i++)
		if ((to->words[i] & g->up[i]) != 0)
			return false;
	return true;
}

/* Runs with the same key: as one. */
static void
encode_runs(struct export_group *g, struct export_stream *st,
	    const struct export_batch *b, size_t first, size_t n)
{
	const struct export_change *c = &b->list[b->runs[first].first];
	struct ip_prefix p[ENCODE_AT_ONCE];
	uint32_t ids[ENCODE_AT_ONCE];
	size_t have = 0;

	for (size_t i = first; i < first + n; i++)
		for (size_t k = 0; k < b->runs[i].n; k++) {
			const struct export_change *it =
			    &b->list[b->runs[i].first + k];
			p[have] = it->prefix;
			ids[have++] = it->id;
			if (have < ENCODE_AT_ONCE)
				continue;
			encode_run(g, st, c->attrs, c->to, p, ids, have);
			have = 0;
		}
	encode_run(g, st, c->attrs, c->to, p, ids, have);
}

void
export_group_encode(struct export_group *g, struct export_stream *st,
		    const struct export_batch *b)
{
	for (size_t i = 0, n; i < b->n_runs; i += n) {
		const struct export_run *run = &b->runs[i];
		const struct export_change *c = &b->list[run->first];
		for (n = 1; i + n < b->n_runs && run[n].key == run->key; n++)
			;
		if (!for_nobody(g, c->to))
			encode_runs(g, st, b, i, n);
	}
	st->sealed = export_stream_end(st);
}

void
export_group_mark(struct export_group *g, struct export_stream *st,
		  enum export_marker what, struct rib_set *to)
{
	struct export *x = g->view->x;
	struct wbuf w = export_stream_room(st, message_max(g));
	struct bgp_refresh r = {x->conf.family, what == EXPORT_BORR
						    ? BGP_REFRESH_BEGIN
						    : BGP_REFRESH_END};

	if (what == EXPORT_EOR)
		bgp_eor_encode(&w, x->conf.family);
	else
		bgp_refresh_encode(&w, &r);
	export_stream_add(x, st, w.len, to);
	st->sealed = export_stream_end(st);
}
