/* grader_dev_priv: the inside of the author's proof. Private. */
#ifndef GRADER_GRADER_DEV_PRIV_H
#define GRADER_GRADER_DEV_PRIV_H

#include <jansson.h>
#include <stdbool.h>

#include "grader/exercise.h"
#include "grader/grader_mutate.h"

/* ---- a folder of an exercise, graded (grader_dev_claim.c) */

struct dev_variant {
	char *folder;			    /* "wrong/x" */
	const struct exercise_wrong *wrong; /* NULL: not one of these */
	bool start;
	const char *file; /* that is spoilt; NULL: none is */
	const struct grader_mutant *mutant;
	const char *open; /* why that mistake is none here; or NULL */
	json_t *report;
	char *trouble; /* it could not be graded */
	unsigned int tries;
	bool done;
};

/* What is to be true of it: a sentence, owned. */
char *grader_dev_claim(const struct dev_variant *v);
/* What is not, one line a difference; NULL when there is none. Owned. */
char *grader_dev_compare(const struct dev_variant *v, const struct exercise *x);

/* ---- the exercise's own folder (grader_dev_folder.c) */

/* What is wrong with a folder: a sentence, owned, or NULL. */
char *grader_dev_linted(const struct exercise *x);   /* lint.h */
char *grader_dev_unfailed(const struct exercise *x); /* checks never failed */
char *grader_dev_unwitnessed(const struct exercise *x); /* absences */

#endif
