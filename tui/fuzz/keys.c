/* Any keys, clicks and sizes, in any order: the interface without its loop. What is
 * drawn after each stays in the grid and is printable. A byte from 0xf8 on begins an
 * order of three bytes; others are keys. */
#include "../t/fixture.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct stage {
	struct tui_model m;
	struct lab *lab;
	json_t *seen;
	struct vt *vt;
	struct grid cells;
};

static void
to_program(void *arg, const char *bytes, size_t n)
{
	*(size_t *)arg += n;
	assert(n == 0 || bytes != NULL);
}

/* What the loop would do, as far as it shows. */
static void
act(struct stage *s, enum tui_action a)
{
	switch (a) {
	case ACT_OPEN: in_the_middle(&s->m, s->lab, s->seen); break;
	case ACT_CLOSE: tui_model_enter(&s->m, NULL, NULL); break;
	case ACT_HINT: tui_model_ask_hint(&s->m, 3); break;
	case ACT_SHOW_HINT: tui_model_message(&s->m, "Hint", "*one*"); break;
	case ACT_NOTES: tui_model_notes(&s->m, "a note\nanother\n"); break;
	case ACT_BACK_UP:
	case ACT_BACK_DOWN:
		if (s->vt != NULL)
			vt_scroll(s->vt, a == ACT_BACK_UP ? 5 : -5);
		break;
	default: break;
	}
}

static void
order(struct stage *s, const uint8_t *o)
{
	bool typed;

	switch (o[0] & 7) {
	case 0: tui_model_resize(&s->m, 1 + o[1] * 2, 1 + o[2]); break;
	case 1: tui_model_resize(&s->m, 1 + o[1] % 140, 1 + o[2] % 50); break;
	case 2: act(s, tui_model_click(&s->m, o[1], o[2])); break;
	case 3: act(s, tui_model_wheel(&s->m, o[1], o[2], 3)); break;
	case 4: act(s, tui_model_wheel(&s->m, o[1], o[2], -3)); break;
	case 5:
		act(s, tui_model_key(&s->m,
				     K_FIRST + o[1] % (K_LAST - K_FIRST + 1),
				     &typed));
		break;
	case 6: s->m.verdicts = s->m.x && o[1] & 1 ? verdicts : NULL; break;
	default: s->m.step = s->m.check_at = o[1]; break;
	}
}

static void
look(struct stage *s, bool ascii)
{
	_free_ char *shown = NULL;
	struct grid g;
	size_t i;

	if (s->m.x != NULL && s->m.step >= s->m.x->nsteps)
		s->m.step = s->m.x->nsteps - 1;
	tui_model_settle(&s->m);
	vt_draw(s->vt, &s->cells, (struct rect){0, 0, 80, 24}, true);
	s->m.back = vt_back(s->vt);
	grid_init(&g, s->m.w, s->m.h, ascii, true);
	view_draw(&s->m, &g);
	shown = grid_dump(&g, false);
	for (i = 0; shown[i] != '\0'; i++) {
		assert((unsigned char)shown[i] >= 0x20 || shown[i] == '\n');
		assert(!ascii || (unsigned char)shown[i] < 0x7f);
	}
	grid_clear(&g);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = {0};
	struct stage s;
	size_t i, answered = 0;
	bool typed;

	if (size > 400)
		return 0;
	tui_model_init(&s.m, 80, 24);
	s.lab = model_parse("t.yml", lab_text, strlen(lab_text), NULL, &e);
	assert(s.lab != NULL);
	s.seen = sessions();
	s.m.list = list();
	s.m.progress = progress();
	s.vt = vt_new(80, 24, to_program, &answered);
	grid_init(&s.cells, 80, 24, false, true);
	s.m.cells = &s.cells;
	s.m.term_open = true;
	for (i = 0; i < size; i++) {
		if (data[i] >= 0xf8 && i + 2 < size) {
			order(&s, data + i);
			i += 2;
		} else
			act(&s, tui_model_key(&s.m, data[i], &typed));
		look(&s, i & 1);
	}
	vt_free(s.vt);
	grid_clear(&s.cells);
	tui_model_clear(&s.m);
	json_decref(s.seen);
	model_free(s.lab);
	return 0;
}
