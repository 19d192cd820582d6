/* Any bytes as an exercise's text, at any width: lines stay within the width
 * and hold nothing that steers a terminal. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tui/tui_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text t = {0};
	struct grid g;
	_free_ char *markdown = NULL, *shown = NULL;
	int width;
	size_t i;

	if (size < 1 || size > 20000)
		return 0;
	width = 20 + data[0] % 100;
	markdown = xstrndup((const char *)data + 1, size - 1);
	text_markdown(&t, markdown, width, false);
	for (i = 0; i < t.n; i++)
		assert(flow_width(&t.lines[i]) <= width + 64);
	grid_init(&g, width, 40, data[0] & 1, true);
	text_draw(&t, &g, (struct rect){1, 1, width - 2, 38}, 0);
	shown = grid_dump(&g, true);
	for (i = 0; shown[i] != '\0'; i++) {
		assert((unsigned char)shown[i] >= 0x20 || shown[i] == '\n');
		assert(!(data[0] & 1) || (unsigned char)shown[i] < 0x7f);
	}
	grid_clear(&g);
	text_clear(&t);
	return 0;
}
