/*
 * grader_mutate: a right configuration made wrong in one place.
 *
 * Wrong solutions are written by hand, one for each mistake that learners make.
 * Whether the checks would notice a mistake that nobody thought of is tried with
 * mistakes made by rule: whoever lets one of them pass with full marks has a
 * check too few, or a task with more than one answer.
 */
#ifndef GRADER_GRADER_MUTATE_H
#define GRADER_GRADER_MUTATE_H

#include <stddef.h>

struct grader_mutant {
	const char *mistake; /* "export-all"; static */
	char *what;	     /* in words, with its line; owned */
	char *text;	     /* the whole file; owned */
};

/* Its name and what it does; NULL behind the last. */
struct grader_mistake {
	const char *name, *what;
};
extern const struct grader_mistake grader_mistakes[];

/* All mutants of a configuration of BIRD 2, one for each place where a mistake can be
 * made, at most GRADER_MUTANTS. What is no configuration has few or none, never an
 * error: all text may be given. The list is owned. */
enum { GRADER_MUTANTS = 64 };
struct grader_mutant *grader_mutate(const char *text, size_t *n);
void grader_mutants_free(struct grader_mutant *m, size_t n); /* m may be NULL */

#endif
