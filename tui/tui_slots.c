#include <stdlib.h>
#include <string.h>

#include "tui/tui_run.h"
#include "tui/tui_words.h"

static const char *
name_of(const struct slot *s)
{
	return program_name(work_exercise(s->t->work), work_lab(s->t->work),
			    &s->program);
}

static int
count_open(const struct tui *t, int before)
{
	int i, n = 0;

	for (i = 0; i < before; i++)
		n += t->slots[i].shell != NULL;
	return n;
}

void
slots_sync(struct tui *t)
{
	struct slot *s = &t->slots[t->slot];
	struct pane *p = s->shell ? shell_pane(s->shell) : NULL;
	int all = count_open(t, SLOT_N), n;

	t->m.cells = p ? pane_cells(p) : NULL;
	t->m.back = p ? pane_back(p) : 0;
	t->m.term_lost = s->shell != NULL && shell_lost(s->shell);
	t->m.term_open = s->open;
	t->m.term[0] = '\0';
	if (s->shell == NULL)
		return;
	n = snprintf(t->m.term, sizeof(t->m.term), "%.40s on %s", name_of(s),
		     s->program.node);
	if (all > 1 && n > 0 && (size_t)n < sizeof(t->m.term))
		snprintf(t->m.term + n, sizeof(t->m.term) - (size_t)n,
			 " (%d/%d)", count_open(t, t->slot) + 1, all);
}

/* The program's terminal is as large as its pane; when the pane is not shown it
 * keeps its size. */
void
slots_resize(struct tui *t)
{
	struct layout l =
	    layout_make(t->m.w, t->m.h, t->m.focus, t->m.zoom, &t->m.wish);
	struct rect r = l.pane[PANE_TERM];

	if (t->slots[t->slot].shell != NULL && r.w > 0 && r.h > 0)
		pane_resize(slots_pane(t), r.w, r.h);
}

struct pane *
slots_pane(const struct tui *t)
{
	struct shell *s = t->slots[t->slot].shell;

	return s ? shell_pane(s) : NULL;
}

void
slots_again(struct tui *t)
{
	const struct program p = t->slots[t->slot].program;

	if (t->slots[t->slot].shell == NULL || t->slots[t->slot].open)
		return;
	tui_model_status(&t->m, false, "%s", "");
	slots_show(t, &p);
}

static void
slot_ended(struct slot *s, const char *why)
{
	struct tui *t = s->t;
	int i = (int)(s - t->slots);

	s->open = false;
	if (s->program.what != PROGRAM_EDIT || shell_lost(s->shell)) {
		tui_model_status(&t->m, false, "%s on %s: %s", name_of(s),
				 s->program.node, why);
		return;
	}
	tui_model_status(
	    &t->m, false, "%s",
	    strcmp(s->program.file, "bird.conf") == 0
		? _("Editor closed. In birdc (key b), configure makes BIRD "
		    "read the file.")
		: _("Editor closed. The key r makes your router read the "
		    "file."));
	if (t->slot == i && t->m.focus == PANE_TERM)
		t->m.focus = t->m.last;
}

/* All that it said: shown, if nothing else came between. */
static void
show_past(struct slot *s)
{
	struct tui *t = s->t;
	char *text = s->shell ? pane_text(shell_pane(s->shell)) : NULL;

	if (text != NULL && s == &t->slots[t->slot] && t->m.over == OVER_NONE)
		tui_model_past(&t->m, text);
	else
		free(text);
}

static void
on_shell(void *arg, bool over, const char *why)
{
	struct slot *s = arg;

	if (over)
		slot_ended(s, why);
	show_past(s);
	if (over || s == &s->t->slots[s->t->slot])
		tui_touch(s->t);
}

void
slots_drop(struct tui *t, bool lost)
{
	int i;

	for (i = 0; i < SLOT_N; i++) {
		shell_close(t->slots[i].shell, lost);
		t->slots[i] = (struct slot){.t = t};
	}
	t->slot = 0;
	slots_sync(t);
}

/* The program's own slot, else a free one, else one whose program ended. */
static int
slot_for(const struct tui *t, const struct program *p)
{
	int i, free = SLOT_N, ended = SLOT_N;

	for (i = SLOT_N - 1; i >= 0; i--) {
		if (t->slots[i].shell == NULL)
			free = i;
		else if (program_same(&t->slots[i].program, p))
			return i;
		else if (!t->slots[i].open)
			ended = i;
	}
	return free < SLOT_N ? free : ended;
}

static int
slot_open(struct tui *t, int i, const struct program *p, struct err *e)
{
	struct layout l =
	    layout_make(t->m.w, t->m.h, PANE_TERM, t->m.zoom, &t->m.wish);
	struct rect r = l.pane[PANE_TERM];
	struct slot *s = &t->slots[i];
	json_t *command;

	if (work_ctl(t->work) == NULL)
		return err_here(e, "the lab is not running: s starts it");
	command = program_command(work_exercise(t->work), work_lab(t->work), p,
				  "xterm-256color", e);
	if (command == NULL)
		return -1;
	shell_close(s->shell, false);
	*s = (struct slot){.t = t, .program = *p};
	s->shell = shell_open(&t->loop, work_ctl(t->work), p->node, command,
			      r.w, r.h, on_shell, s, e);
	if (s->shell == NULL)
		return -1;
	s->open = true;
	return 0;
}

void
slots_show(struct tui *t, const struct program *p)
{
	struct err e = {0};
	int i = slot_for(t, p);

	if (i == SLOT_N)
		tui_model_status(&t->m, true,
				 "%d programs run: end one of them first (v "
				 "goes through them)",
				 SLOT_N);
	else if (!t->slots[i].open && slot_open(t, i, p, &e) < 0)
		tui_model_status(&t->m, true, "%s", e.msg);
	else
		t->slot = i;
	slots_sync(t);
}

void
slots_next(struct tui *t)
{
	int i = t->slot;

	do
		i = (i + 1) % SLOT_N;
	while (t->slots[i].shell == NULL && i != t->slot);
	t->slot = i;
	slots_sync(t);
}

void
slots_exited(struct tui *t, const json_t *data)
{
	int i;

	/* even when something in the background keeps the terminal */
	for (i = 0; i < SLOT_N; i++)
		if (t->slots[i].shell != NULL &&
		    shell_exited(t->slots[i].shell, data))
			t->slots[i].open = false;
}
