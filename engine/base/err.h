/*
 * err: how a function says what went wrong with the world.
 *
 * A function that can fail because of a file, the kernel or a user's text takes
 * a struct err, returns 0 or -1, and at the spot that knows most writes one
 * sentence: what, where, what to do. Callers pass it up or put a few words in
 * front of it (err_in). Only programs print it and turn its class into an exit
 * status. The buffer is fixed, so an error needs no memory and nothing is freed.
 *
 * Not for a peer's bad bytes (a value, see rs/bgp) nor for our own mistakes
 * (assert).
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

/* The exit statuses of every program (design, section 1). */
enum err_class {
	ERR_NONE = 0,	 /* done */
	ERR_FAILED = 1,	 /* graded, with failures */
	ERR_USAGE = 2,	 /* usage, or a bad file */
	ERR_HERE = 3,	 /* cannot be done on this machine or just now */
	ERR_REFUSED = 4, /* submission refused */
};

struct err {
	enum err_class class;
	char msg[1024]; /* one sentence, lower case, no full stop */
};

/* Each sets class and sentence and returns -1, so that the caller can write
 * "return err_...(e, ...)". An err_sys sentence ends in strerror(errno). */
int err_usage(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
int err_here(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
int err_sys(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
int err_set(struct err *e, enum err_class class, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* "file:line:col: sentence"; class ERR_USAGE. Lines and columns count from 1;
 * line 0 leaves both out. */
int err_at(struct err *e, const char *file, int line, int col, const char *fmt,
	   ...) __attribute__((format(printf, 5, 6)));

/* Put "words: " in front of the sentence that is there. Returns -1. */
int err_in(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
