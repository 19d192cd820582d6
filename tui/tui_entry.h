/*
 * entry: one line that a person types, with a cursor in it. Pure.
 */
#ifndef TUI_ENTRY_H
#define TUI_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENTRY_MAX 200 /* bytes */

struct entry {
	char text[ENTRY_MAX + 1]; /* UTF-8 */
	size_t at;		  /* the cursor's byte */
};

/* Text that does not fit, or is no UTF-8, is cut before that. */
void entry_set(struct entry *e, const char *text);
/* A character to insert, or a key that moves or deletes; false when it is
 * neither. A full line takes no more. */
bool entry_key(struct entry *e, uint32_t key);
/* As much of it as fits into width columns (two at least), the cursor among
 * it; *column is where that stands. Owned. */
char *entry_window(const struct entry *e, int width, int *column);

#endif
