#include "tui/tui_run.h"
#include "tui/tui_words.h"

static const struct {
	enum tui_action key;
	const char *name;
} slots[SLOT_N] = {
    [SLOT_SHELL] = {ACT_SHELL, N_("shell")},
    [SLOT_BIRDC] = {ACT_BIRDC, "birdc"},
    [SLOT_EDIT] = {ACT_EDIT, N_("editor")},
};

void
slots_sync(struct tui *t)
{
	struct slot *s = &t->slots[t->slot];

	t->m.vt = s->shell ? shell_vt(s->shell) : NULL;
	t->m.term_open = s->open;
	t->m.term[0] = '\0';
	if (s->shell != NULL)
		snprintf(t->m.term, sizeof(t->m.term), _("%s on %s"),
			 _(slots[t->slot].name),
			 work_exercise(t->work)->trainee);
}

/* The program's terminal is as large as its pane; when the pane is not shown it
 * keeps its size. */
void
slots_resize(struct tui *t)
{
	struct layout l = layout_make(t->m.w, t->m.h, t->m.focus, t->m.zoom);
	struct rect r = l.pane[PANE_TERM];

	if (t->slots[t->slot].shell != NULL && r.w > 0 && r.h > 0)
		shell_resize(t->slots[t->slot].shell, r.w, r.h);
}

static void
slot_ended(struct slot *s, const char *why)
{
	struct tui *t = s->t;
	int i = (int)(s - t->slots);

	s->open = false;
	if (i != SLOT_EDIT) {
		tui_model_status(&t->m, false, "%s: %s", _(slots[i].name), why);
		return;
	}
	tui_model_status(&t->m, false,
			 _("Editor closed. In birdc (key b), "
			   "configure makes BIRD read the file."));
	if (t->slot == SLOT_EDIT && t->m.focus == PANE_TERM)
		t->m.focus = t->m.last;
}

static void
on_shell(void *arg, bool over, const char *why)
{
	struct slot *s = arg;

	if (over)
		slot_ended(s, why);
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
	t->slot = SLOT_SHELL;
	slots_sync(t);
}

static int
slot_open(struct tui *t, int i, struct err *e)
{
	struct layout l = layout_make(t->m.w, t->m.h, PANE_TERM, t->m.zoom);
	struct rect r = l.pane[PANE_TERM];
	const char *node = work_exercise(t->work)->trainee;
	struct slot *s = &t->slots[i];
	json_t *command;

	if (work_ctl(t->work) == NULL)
		return err_here(e, "the lab is not running: s starts it");
	command = shell_command(slots[i].key, node, "xterm-256color", e);
	if (command == NULL)
		return -1;
	shell_close(s->shell, false);
	s->open = false;
	s->shell = shell_open(&t->loop, work_ctl(t->work), node, command, r.w,
			      r.h, on_shell, s, e);
	if (s->shell == NULL)
		return -1;
	s->open = true;
	return 0;
}

void
slots_show(struct tui *t, enum tui_action key)
{
	struct err e = {0};
	int i;

	for (i = 0; slots[i].key != key;)
		i++;
	if (!t->slots[i].open && slot_open(t, i, &e) < 0)
		tui_model_status(&t->m, true, "%s", e.msg);
	else
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
