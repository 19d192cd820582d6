/*
 * plain: the interface as a conversation in lines.
 *
 * For screen readers, slow lines, scripts and terminals that cannot move their
 * cursor: it only ever appends. The content is that of the full screen: the same
 * exercises, texts, checks, hints, the picture as a list, and programs on the
 * router, which here get the whole terminal until they end. What changes is said
 * in one sentence each ("check 3 of 8 now passes: ..."), and what repeats is not
 * said. Commands are words; without a terminal they are read up to the end of
 * the input, so a session can be a file.
 */
#ifndef TUI_PLAIN_H
#define TUI_PLAIN_H

#include "tui/tui.h"

int tui_plain(const struct tui_opts *o, bool ascii, struct err *e);

#endif
