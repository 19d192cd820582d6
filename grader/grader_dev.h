/* grader_dev: the inside of the author's proof. Private. */
#ifndef GRADER_GRADER_DEV_H
#define GRADER_GRADER_DEV_H

#include "grader/exercise.h"

/* What is wrong with a folder: a sentence, owned, or NULL. */
char *grader_dev_texts(const struct exercise *x);    /* missing, wide */
char *grader_dev_unfailed(const struct exercise *x); /* checks never failed */
char *grader_dev_unwitnessed(const struct exercise *x); /* absences */

#endif
