/*
 * resume: between what the screen shows and what is kept of it (tui_keep.h).
 */
#include <string.h>

#include "base/str.h"
#include "tui/tui_run.h"

#define SECONDS_STEP 30 /* the time spent is written so often */

static struct keep_at
now(const struct tui *t)
{
	struct keep_at at = {.step = t->m.step,
			     .check = t->m.check_at,
			     .top = t->m.text_top,
			     .pane = t->m.focus,
			     .zoom = t->m.zoom,
			     .as_list = t->m.picture_list,
			     .seconds =
				 t->m.seconds - t->m.seconds % SECONDS_STEP,
			     .shown = t->slot};
	int i;

	for (i = 0; i < SLOT_N; i++)
		at.slots |= t->slots[i].open ? 1u << i : 0;
	/* until the lab is up, those that wait for it */
	if (t->reopen != 0) {
		at.slots = t->reopen;
		at.shown = t->reshow;
	}
	return at;
}

void
resume_note(struct tui *t)
{
	struct keep_at at = now(t);
	struct err e = {0};

	keep_wish_set(t->keep, "clock", t->m.clock);
	if (t->work != NULL) {
		keep_open_set(t->keep, work_opened(t->work));
		keep_put(t->keep, work_opened(t->work), &at);
	}
	/* a full disk costs the way back, not the session */
	(void)keep_write(t->keep, &t->kept, &e);
}

bool
resume_enter(struct tui *t)
{
	struct tui_model *m = &t->m;
	struct keep_at at;

	t->reopen = 1u << SLOT_SHELL;
	t->reshow = SLOT_SHELL;
	m->seconds = 0;
	if (!keep_get(t->keep, work_opened(t->work), &at))
		return false;
	m->step = at.step < m->x->nsteps ? at.step : 0;
	m->check_at = at.check;
	m->focus = at.pane;
	m->last = at.pane == PANE_TERM ? PANE_TEXT : PANE_TERM; /* Ctrl-] */
	m->zoom = at.zoom;
	m->picture_list = at.as_list;
	m->seconds = at.seconds;
	if ((at.slots & ((1u << SLOT_N) - 1)) != 0)
		t->reopen = at.slots & ((1u << SLOT_N) - 1);
	if (at.shown < SLOT_N)
		t->reshow = at.shown;
	return true;
}

void
resume_text(struct tui *t)
{
	struct keep_at at;

	if (!keep_get(t->keep, work_opened(t->work), &at))
		return;
	t->m.text_top = at.top;
	tui_model_settle(&t->m);
}

void
resume_programs(struct tui *t)
{
	static const enum tui_action keys[SLOT_N] = {[SLOT_SHELL] = ACT_SHELL,
						     [SLOT_BIRDC] = ACT_BIRDC,
						     [SLOT_EDIT] = ACT_EDIT};
	unsigned open = t->reopen;
	int i, last = t->reshow;

	t->reopen = 0;
	for (i = 0; i < SLOT_N; i++)
		if ((open & 1u << i) && i != last)
			slots_show(t, keys[i]);
	slots_show(t, keys[open & 1u << last ? last : SLOT_SHELL]);
}

void
resume_left(struct tui *t)
{
	resume_note(t);
	keep_open_set(t->keep, NULL);
	t->reopen = 0;
}
