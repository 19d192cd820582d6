#include "tui/tui_layout.h"
#include "tui/tui_words.h"

#define TERM_W 80 /* what BIRD's tables and nano like */
#define STRIP_H 5
#define PICTURE_W 62
/* nothing becomes smaller by a wish */
#define TEXT_LEAST 24
#define TERM_LEAST 40
#define HIGH_LEAST 8
#define CHECKS_LEAST 4
#define STRIP_LEAST 2

static int
within(int n, int least, int most)
{
	return n > most ? most : n < least ? least : n;
}

const char *
layout_pane_name(enum tui_pane pane)
{
	static const char *const names[] = {N_("Text"), N_("Terminal"),
					    N_("Checks"), N_("Picture")};

	return _(names[pane]);
}

static enum tui_shape
shape(int w, int h)
{
	if (w < LAYOUT_MIN_W || h < LAYOUT_MIN_H)
		return SHAPE_SMALL;
	if (w >= 120)
		return h >= 30 ? SHAPE_WIDE : SHAPE_BESIDE;
	return w >= 70 && h >= 22 ? SHAPE_STACK : SHAPE_COMPACT;
}

static void
place(struct layout *l, enum tui_pane p, struct rect r)
{
	l->head[p] = (struct rect){r.x, r.y, r.w, 1};
	l->pane[p] = (struct rect){r.x, r.y + 1, r.w, r.h - 1};
}

static void
one_pane(struct layout *l, enum tui_pane p, const struct layout_wish *wish)
{
	struct rect b = l->body;
	int strip = within(STRIP_H + wish->low, STRIP_LEAST, b.h - HIGH_LEAST);

	l->tabs = (struct rect){b.x, b.y, b.w, 1};
	if (l->shape == SHAPE_STACK && p != PANE_CHECKS) {
		l->strip = (struct rect){b.x, b.y + b.h - strip, b.w, strip};
		b.h -= strip;
	}
	l->pane[p] = (struct rect){b.x, b.y + 1, b.w, b.h - 1};
}

/* Text and terminal side by side in r. */
static void
split(struct layout *l, struct rect r, const struct layout_wish *wish)
{
	int text = r.w - TERM_W - 1;

	text = (text > 76 ? 76 : text) + wish->text;
	text = within(text, TEXT_LEAST, r.w - TERM_LEAST - 1);
	place(l, PANE_TEXT, (struct rect){r.x, r.y, text, r.h});
	place(l, PANE_TERM,
	      (struct rect){r.x + text + 1, r.y, r.w - text - 1, r.h});
}

static void
wide(struct layout *l, const struct layout_wish *wish)
{
	struct rect b = l->body;
	int low = b.h * 3 / 8, checks = b.w - PICTURE_W - 1;

	low = (low > 25 ? 25 : low) + wish->low;
	low = within(low, CHECKS_LEAST, b.h - HIGH_LEAST);
	split(l, (struct rect){b.x, b.y, b.w, b.h - low}, wish);
	place(l, PANE_CHECKS, (struct rect){b.x, b.y + b.h - low, checks, low});
	place(l, PANE_PICTURE,
	      (struct rect){b.x + checks + 1, b.y + b.h - low, PICTURE_W, low});
}

static void
beside(struct layout *l, enum tui_pane focus, const struct layout_wish *wish)
{
	struct rect b = l->body;
	int strip = within(STRIP_H + wish->low, STRIP_LEAST, b.h - HIGH_LEAST);

	if (focus == PANE_CHECKS || focus == PANE_PICTURE) {
		place(l, focus, (struct rect){b.x, b.y, b.w - TERM_W - 1, b.h});
		place(l, PANE_TERM,
		      (struct rect){b.x + b.w - TERM_W, b.y, TERM_W, b.h});
		return;
	}
	l->strip = (struct rect){b.x, b.y + b.h - strip, b.w, strip};
	b.h -= strip;
	split(l, b, wish);
}

struct layout
layout_make(int w, int h, enum tui_pane focus, bool zoom,
	    const struct layout_wish *wish)
{
	static const struct layout_wish none = {0, 0};
	struct layout l = {.shape = shape(w, h)};

	if (l.shape == SHAPE_SMALL)
		return l;
	if (wish == NULL)
		wish = &none;
	l.title = (struct rect){0, 0, w, 1};
	l.status = (struct rect){0, h - 2, w, 1};
	l.bar = (struct rect){0, h - 1, w, 1};
	l.body = (struct rect){0, 1, w, h - 3};
	if (zoom && l.shape >= SHAPE_BESIDE)
		place(&l, focus, l.body);
	else if (l.shape == SHAPE_WIDE)
		wide(&l, wish);
	else if (l.shape == SHAPE_BESIDE)
		beside(&l, focus, wish);
	else if (zoom) {
		l.tabs = (struct rect){0, 1, w, 1};
		l.pane[focus] = (struct rect){0, 2, w, h - 4};
	} else
		one_pane(&l, focus, wish);
	return l;
}
