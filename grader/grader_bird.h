/*
 * grader_bird: a conversation with BIRD over its control socket.
 *
 * Questions wait in a queue and go out one at a time; each has a deadline. A
 * daemon that is late, gone or speaks something else loses the connection, and
 * the owner is told once, in a sentence. Log lines ("echo all") are events.
 */
#ifndef GRADER_GRADER_BIRD_H
#define GRADER_GRADER_BIRD_H

#include <uv.h>

#include "base/err.h"
#include "grader/grader_bird_parse.h"

#define GRADER_BIRD_MS 2000 /* for an answer */

struct grader_bird;
/* reply is borrowed. */
typedef void (*grader_bird_reply_cb)(void *arg, const struct bird_reply *reply);
typedef void (*grader_bird_log_cb)(void *arg, const char *line);
typedef void (*grader_bird_gone_cb)(void *arg, const char *why);

/* fd is connected, and taken over (closed on error). */
struct grader_bird *grader_bird_new(uv_loop_t *loop, int fd,
				    grader_bird_log_cb on_log,
				    grader_bird_gone_cb on_gone, void *arg,
				    struct err *e);
/* The callback (may be NULL) comes once, or never when the connection goes. */
void grader_bird_ask(struct grader_bird *b, const char *question,
		     grader_bird_reply_cb cb, void *arg);
/* No callback comes after this. NULL is fine. */
void grader_bird_close(struct grader_bird *b);

#endif
