/*
 * guard: the person's terminal comes back as it was, on every way out.
 *
 * Armed, it catches each signal that would end the program and, with nothing but
 * write and tcsetattr, sends the restore sequence and sets the terminal's modes
 * to what they were; then the signal does its work, so that the parent sees the
 * true cause. Only SIGKILL gets past. SIGPIPE is ignored while armed.
 */
#ifndef TUI_GUARD_H
#define TUI_GUARD_H

#include <stdbool.h>
#include <stddef.h>

/* Remember the modes of fd; bytes (copied, at most 256) undo what is drawn.
 * false when fd is no terminal: then nothing is armed. */
bool guard_arm(int fd, const char *bytes, size_t n);
/* Put the terminal back now; stays armed. Async-signal-safe. */
void guard_restore(void);
/* Put it back and give the signals their old meaning. */
void guard_disarm(void);
/* Raw mode for passing every byte through. */
void guard_raw(void);

#endif
