/* export_look: what was told, and how much there is, for those who ask. */
#include "rs/export/export_priv.h"

static const struct export_view *
view_of(const struct export_member *m)
{
	return m->group != NULL ? m->group->view : NULL;
}

size_t
export_told_count(const struct export_member *m)
{
	const struct export_view *v = view_of(m);

	return v != NULL ? rib_set_uses(m->x->rib, m->peer->index, v->which)
			 : 0;
}

void
export_told(const struct export_member *m, uint32_t net,
	    void (*cb)(void *arg, const struct rib_attrs *a, uint32_t id),
	    void *arg)
{
	const struct export_view *v = view_of(m);
	struct rib_answer one;
	size_t n = 0;

	if (v == NULL)
		return;
	const struct rib_answer *list = export_view_told(v, net, &one, &n);
	for (size_t i = 0; i < n; i++)
		if (rib_set_has(list[i].to, m->peer->index))
			cb(arg, list[i].attrs, list[i].id);
}

static void
stats_of(const struct export_group *g, struct export_stats *s)
{
	s->groups++;
	s->stream_bytes += export_stream_behind(&g->live, g->live.first);
	s->encoded += g->live.encoded;
	for (const struct export_walk *w = g->walks; w != NULL; w = w->next) {
		s->walks++;
		s->stream_bytes +=
		    export_stream_behind(&w->stream, w->stream.first);
	}
}

void
export_stats(const struct export *x, struct export_stats *out)
{
	*out = (struct export_stats){.sets = rib_set_count(x->rib),
				     .attrs = rib_attrs_count(x->rib)};
	for (const struct export_view *v = x->views; v != NULL; v = v->next) {
		out->views++;
		for (const struct export_group *g = v->groups; g != NULL;
		     g = g->next)
			stats_of(g, out);
	}
}
