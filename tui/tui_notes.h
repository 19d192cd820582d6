/*
 * notes: what a person writes down while working: lines with their time, in the
 * lab's folder of the state folder (labs/INSTANCE/notes). Only ever appended to.
 */
#ifndef TUI_NOTES_H
#define TUI_NOTES_H

#include "base/err.h"

/* All of them, "" when there are none; owned, NULL with e set. */
char *notes_read(const char *instance, struct err *e);
/* Add a line; what is no text of a line is cleaned. */
int notes_add(const char *instance, const char *text, struct err *e);

#endif
