/*
 * picture: how one moves about in it, from node to node.
 */
#include "tui/tui_picture.h"

#include <limits.h>
#include <stdlib.h>

#include "tui/tui_over.h"
#include "tui/view.h"

static struct rect
picture_rect(const struct tui_model *m)
{
	return layout_make(m->w, m->h, m->focus, m->zoom, &m->wish)
	    .pane[PANE_PICTURE];
}

/* Where to first: the person's own node. */
static size_t
first_node(const struct tui_model *m, const struct view_places *all)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		if (m->lab->nodes[all->p[i].node].trainee)
			return i;
	return 0;
}

static long
distance(const struct view_place *from, const struct view_place *to, int dx,
	 int dy)
{
	long x = to->x + to->w / 2 - from->x - from->w / 2;
	long y = (to->y - from->y) * 2;

	if (x * dx + y * dy <= 0 || to->node == from->node)
		return LONG_MAX;
	if (dx ? labs(x) < 2 * labs(y) : labs(x) > 6 * labs(y))
		return LONG_MAX;
	/* what lies straight ahead before what is near */
	return dx ? labs(x) + 3 * labs(y) : labs(y) + labs(x);
}

static size_t
place_of(const struct tui_model *m, const struct view_places *all)
{
	size_t i = 0;

	while (i < all->n && all->p[i].node != m->node_at)
		i++;
	return i;
}

/* A list is longer than its pane: what is chosen stays in sight. */
static void
keep_in_sight(struct tui_model *m, const struct view_place *p)
{
	struct rect r = picture_rect(m);

	if (p->y < m->picture_top)
		m->picture_top = p->y;
	if (p->y >= m->picture_top + r.h)
		m->picture_top = p->y - r.h + 1;
}

void
tui_picture_move(struct tui_model *m, int dx, int dy)
{
	struct view_places all;
	size_t i, at, to;
	long best = LONG_MAX, d;

	if (m->lab == NULL)
		return;
	view_picture_places(m, picture_rect(m), &all);
	if (all.n == 0)
		return;
	at = place_of(m, &all);
	to = at == all.n ? first_node(m, &all) : at;
	for (i = 0; at < all.n && i < all.n; i++) {
		d = distance(&all.p[at], &all.p[i], dx, dy);
		if (d < best) {
			best = d;
			to = i;
		}
	}
	m->node_at = all.p[to].node;
	if (all.list)
		keep_in_sight(m, &all.p[to]);
}

void
tui_picture_click(struct tui_model *m, struct rect r, int x, int y)
{
	struct view_places all;
	size_t i;

	if (m->lab == NULL)
		return;
	view_picture_places(m, r, &all);
	y += all.list ? m->picture_top : 0;
	for (i = 0; i < all.n; i++) {
		const struct view_place *p = &all.p[i];

		if (y < p->y || y >= p->y + p->h || x < p->x ||
		    x >= p->x + p->w)
			continue;
		if (m->node_at == p->node && m->focus == PANE_PICTURE)
			tui_over_node(m);
		m->node_at = p->node;
		break;
	}
}
