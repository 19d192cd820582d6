/* What the files that read exercises share. Private to this module. */
#ifndef GRADER_EXERCISE_PRIV_H
#define GRADER_EXERCISE_PRIV_H

#include "grader/exercise.h"
#include "lab/model/model.h"

/* Where the file speaks of a check. */
const struct yaml *exercise_check_yaml(const struct exercise *x,
				       const struct exercise_check *c);
/* Hold every name in the exercise against the lab. */
int exercise_check_lab(const struct exercise *x, const struct lab *lab,
		       struct err *e);

/* The features that "requires" may name. */
const char *const *exercise_features(size_t *n);
/* NULL when this machine has all that x requires, else what is missing, a
 * sentence that is owned by the caller. */
char *exercise_missing(const struct exercise *x);

#endif
