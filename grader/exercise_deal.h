/*
 * exercise_deal: an exercise whose numbers, and whatever else, are drawn.
 *
 * A folder of an exercise that has a file params.yml, params(5), is a template.
 * Each @NAME@ in its files becomes what was drawn for NAME; so a copy that is
 * dealt is a whole exercise, which every other part of ixlab takes as any other.
 *
 *	template ── a draw for each parameter ──> copy ──> exercise_load
 *
 * Who draws is the caller's: a desk from a person's ticket (desk_deal.c); nobody,
 * when a template is loaded by its own name: then each parameter is the first
 * that it may be, and the copy, kept in the state folder, is for practice.
 */
#ifndef GRADER_EXERCISE_DEAL_H
#define GRADER_EXERCISE_DEAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define EXERCISE_FILE_MAX (1u << 20)	 /* bytes of one file of an exercise */
#define EXERCISE_PARAMETERS "parameters" /* in a copy: what was drawn */

/* 0 to among - 1, for a parameter of an exercise. */
struct exercise_draw {
	uint64_t (*draw)(void *arg, const char *exercise, const char *param,
			 uint64_t among);
	void *arg;
};

bool exercise_is_template(const char *dir);
/* Deal a template's copy as a folder of its name into to; without a draw each
 * parameter is the first that it may be. What was drawn, "asn=65540 lan=4"; owned,
 * NULL with e set. */
char *exercise_deal(const char *dir, const struct exercise_draw *draw,
		    const char *to, struct err *e);
/* The folder of a template's copy for practice, made when there is none of the
 * template as it is now. Owned, NULL with e set. */
char *exercise_practice(const char *dir, struct err *e);

/* Each regular file below a folder, in an order that no language setting changes;
 * name is its path from there. Hidden ones are passed over; what is neither a file
 * nor a folder, too many, too deep: -1. Ends at the first -1 of each. */
int exercise_walk(const char *dir,
		  int (*each)(void *arg, const char *path, const char *name,
			      struct err *e),
		  void *arg, struct err *e);

#endif
