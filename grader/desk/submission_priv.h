/* submission_priv: what the reader and the writer of submissions share. */
#ifndef DESK_SUBMISSION_PRIV_H
#define DESK_SUBMISSION_PRIV_H

#include "grader/desk/submission.h"

#define SUBMISSION_MAGIC "ixlab submission 1"
#define SUBMISSION_NAME_MAX 128 /* of a part */

extern const char *const submission_keys[SUBMISSION_KEYS];
extern const char *const submission_kinds[];
extern const size_t submission_max[]; /* bytes, by kind */

/* The name of a part; whether it means anything is for the exercise to say. */
bool submission_name_good(const char *name);
/* "file:line: sentence", of the class ERR_REFUSED; -1. */
int submission_refuse(struct err *e, const char *file, int line,
		      const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
