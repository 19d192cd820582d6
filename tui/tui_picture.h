/*
 * picture: how one moves about in it, from node to node.
 */
#ifndef TUI_PICTURE_H
#define TUI_PICTURE_H

#include "tui/tui_model.h"

/* Choose the nearest node to the left (dx -1), right, above (dy -1), below; when
 * none is chosen the person's own. */
void tui_picture_move(struct tui_model *m, int dx, int dy);
/* A click there, relative to the pane r: chooses the node, or opens the box of one
 * that is chosen already. */
void tui_picture_click(struct tui_model *m, struct rect r, int x, int y);

#endif
