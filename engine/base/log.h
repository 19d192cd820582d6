/*
 * log: what a program tells about itself, one line per event, on standard error.
 *
 * The first argument is the module's word ("bgp", "super"); peers and nodes are
 * named in the text. Text that came from outside is cleaned of control
 * characters on the way. Tests mute or read the lines through a hook.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_LV_ERROR, LOG_LV_WARN, LOG_LV_INFO, LOG_LV_DEBUG };

void log_set_level(enum log_level level);
/* The line has no newline; it is borrowed for the call. NULL restores stderr. */
void log_set_hook(void (*hook)(enum log_level, const char *line));

/* Adds strerror(errno); log_warnx does not. */
void log_warn(const char *module, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_warnx(const char *module, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_info(const char *module, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void log_debug(const char *module, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
