/* Any output of a program, between resizes, scrolling and keys: nothing but
 * printable cells comes out. A byte 0xf7 (never in UTF-8) begins an order to us,
 * the rest goes to the terminal. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tui/tui_vt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
answer(void *arg, const char *bytes, size_t n)
{
	*(size_t *)arg += n;
	assert(n == 0 || bytes != NULL);
}

static void
clean(const char *text, bool ascii)
{
	for (; *text != '\0'; text++) {
		assert((unsigned char)*text >= 0x20 || *text == '\n');
		assert(*text != 0x7f);
		assert(!ascii || (unsigned char)*text < 0x7f);
	}
}

static void
order(struct vt *v, uint8_t what, uint8_t a)
{
	_free_ char *text = NULL;
	int w, h;

	vt_size(v, &w, &h);
	switch (what % 6) {
	case 0: vt_resize(v, a, h); break;
	case 1: vt_resize(v, w, a); break;
	case 2: vt_scroll(v, (int)a - 128); break;
	case 3: vt_key(v, K_FIRST + a % (K_LAST - K_FIRST + 1)); break;
	case 4: vt_reset(v); break;
	default: text = vt_text(v); clean(text, false);
	}
}

static void
look(struct vt *v, bool ascii)
{
	_free_ char *shown = NULL;
	struct grid g;
	int w, h;

	vt_size(v, &w, &h);
	grid_init(&g, 80, 24, ascii, true);
	vt_draw(v, &g, (struct rect){w % 5, h % 5, 60, 20}, true);
	shown = grid_dump(&g, true);
	clean(shown, ascii);
	grid_clear(&g);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t answered = 0, i, from = 0;
	struct vt *v;

	if (size > 20000)
		return 0;
	v = vt_new(20, 10, answer, &answered);
	for (i = 0; i + 2 < size; i++) {
		if (data[i] != 0xf7)
			continue;
		vt_feed(v, data + from, i - from);
		order(v, data[i + 1], data[i + 2]);
		i += 2;
		from = i + 1;
	}
	if (from < size)
		vt_feed(v, data + from, size - from);
	look(v, false);
	look(v, true);
	vt_free(v);
	return 0;
}
