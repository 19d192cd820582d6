/*
 * desk_foreign: whose numbers a work has. Pure.
 *
 * In a copy that was dealt to a person, AS numbers and addresses are that person's.
 * Work with numbers that another one was given, and that are nowhere in one's own
 * copy, was made in the other one's. Only words with a digit count; what the
 * exercise says to everybody is in both copies, and so never foreign.
 */
#ifndef DESK_DESK_FOREIGN_H
#define DESK_DESK_FOREIGN_H

#include <stddef.h>

struct foreign_words {
	char **items; /* sorted when finished, some more than once */
	size_t n;
};

/* Add the words of a text that have a digit; finish it when all are in. */
void foreign_add(struct foreign_words *w, const char *text, size_t len);
void foreign_finish(struct foreign_words *w);
/* What the work has of what another was given: "65545, 203.0.113.38", the first
 * few; owned, NULL: nothing. given is one's own whole copy; empty: there is none. */
char *foreign_found(const struct foreign_words *work,
		    const struct foreign_words *given,
		    const struct foreign_words *other);
void foreign_clear(struct foreign_words *w);

#endif
