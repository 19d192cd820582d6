/*
 * grader_files: the evidence that lies in the lab's folder: what daemons said
 * (the log, super_log.c) and what the person answered. Read when it is judged;
 * of the log only what is new, and of its last lines so many.
 *
 * The log's lines are "2026-11-22 16:40:02.123 NODE: TEXT", local time. The
 * supervisor splits what a daemon says at newlines and puts the name in front, so
 * a daemon cannot speak in another's name.
 */
#ifndef GRADER_GRADER_FILES_H
#define GRADER_GRADER_FILES_H

#include <jansson.h>

#include "grader/exercise.h"

struct grader_files;

/* For the checks of x that ask for files (GRADER_ASK_FILES); state_dir is the
 * lab's. x is borrowed, state_dir copied. */
struct grader_files *grader_files_new(const struct exercise *x,
				      const char *instance,
				      const char *state_dir);
void grader_files_free(struct grader_files *f); /* NULL is fine */
/* Put what is there into the evidence: answers, wall_ms, and log of the nodes;
 * now_ms is the evidence's time. */
void grader_files_look(struct grader_files *f, json_t *evidence,
		       uint64_t now_ms);

/* A line of the log in its parts; false when it is none. who and text point into
 * line, which is cut. Pure but for the time zone. */
bool grader_log_line(char *line, uint64_t *wall_ms, const char **who,
		     const char **text);

#endif
