/*
 * resume: between what the screen shows and what is kept of it (tui_keep.h).
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tui/tui_run.h"
#include "tui/tui_term.h"
#include "tui/tui_words.h"

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
				 t->m.seconds - t->m.seconds % SECONDS_STEP};
	int i;

	for (i = 1; i <= SLOT_N; i++) {
		const struct slot *s = &t->slots[(t->slot + i) % SLOT_N];

		if (s->open)
			at.programs[at.nprograms++] = s->program;
	}
	/* until the lab is up, those that wait for it */
	if (t->nreopen > 0) {
		memcpy(at.programs, t->reopen, sizeof(at.programs));
		at.nprograms = t->nreopen;
	}
	return at;
}

void
resume_note(struct tui *t)
{
	struct keep_at at = now(t);
	struct err e = {0};

	keep_wish_set(t->keep, "clock", t->m.clock);
	keep_sizes_set(t->keep, &t->m.wish);
	if (t->work != NULL) {
		keep_open_set(t->keep, work_opened(t->work));
		keep_put(t->keep, work_opened(t->work), &at);
	}
	/* a full disk costs the way back, not the session */
	(void)keep_write(t->keep, &t->kept, &e);
}

void
resume_theme(struct tui *t)
{
	const char *said = getenv("IXLAB_THEME");
	enum grid_theme theme = THEME_N;

	if (said != NULL && *said != '\0') {
		theme = grid_theme_named(said);
		if (theme == THEME_N)
			tui_model_status(
			    &t->m, true,
			    _("IXLAB_THEME is \"%.20s\"; it may be "
			      "dark, light, high-contrast or none"),
			    said);
	}
	t->m.mono = !term_has_color();
	t->m.theme = t->m.mono	       ? THEME_NONE
		     : theme < THEME_N ? theme
				       : keep_theme(t->keep);
}

bool
resume_enter(struct tui *t)
{
	struct tui_model *m = &t->m;
	struct keep_at at;

	t->reopen[0] = program_of(m->x, ACT_SHELL, m->x->trainee);
	t->nreopen = 1;
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
	if (at.nprograms > 0) {
		memcpy(t->reopen, at.programs, sizeof(at.programs));
		t->nreopen = at.nprograms;
	}
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
	size_t i, n = t->nreopen;

	t->nreopen = 0;
	for (i = 0; i < n; i++)
		slots_show(t, &t->reopen[i]);
}

void
resume_left(struct tui *t)
{
	resume_note(t);
	keep_open_set(t->keep, NULL);
	t->nreopen = 0;
}
