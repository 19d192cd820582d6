/*
 * submission: what a learner sends in, as one text; submission(5) says how it
 * looks.
 *
 * Everything in it is a stranger's: the parser is bounded, knows every line that
 * may be there, and refuses with one sentence. It makes nothing on disk: names
 * are compared with those that the exercise declares (submission_fits), never
 * resolved. Pure.
 */
#ifndef DESK_SUBMISSION_H
#define DESK_SUBMISSION_H

#include "grader/desk/desk.h"

#define SUBMISSION_MAX (1u << 20)	  /* bytes of the whole */
#define SUBMISSION_LINE_MAX 4096	  /* bytes */
#define SUBMISSION_PARTS_MAX 128	  /* files, answers, journal */
#define SUBMISSION_FILE_MAX (1u << 16)	  /* bytes of a file */
#define SUBMISSION_ANSWER_MAX 4096	  /* bytes of an answer */
#define SUBMISSION_JOURNAL_MAX (1u << 18) /* bytes */
#define SUBMISSION_WORD_MAX 200		  /* bytes of a line of the head */

/* The head, in the order of its lines. */
enum submission_key {
	SUBMISSION_PERSON,
	SUBMISSION_NAME,
	SUBMISSION_EXERCISE,
	SUBMISSION_VERSION,
	SUBMISSION_DIGEST,
	SUBMISSION_PARAMETERS,
	SUBMISSION_MADE,
	SUBMISSION_IXLAB,
	SUBMISSION_BIRD,
	SUBMISSION_KERNEL,
	SUBMISSION_KEYS,
};

enum submission_kind {
	SUBMISSION_FILE,
	SUBMISSION_ANSWER,
	SUBMISSION_JOURNAL,
};

struct submission_part {
	enum submission_kind kind;
	char *name; /* NODE/FILE, or a question's id, or the exercise's */
	char *data; /* terminated; holds no NUL */
	size_t len;
	int line; /* where it begins */
};

struct submission {
	char *head[SUBMISSION_KEYS];
	struct submission_part *parts;
	size_t nparts;
	char digest[DESK_HEX]; /* of the whole text as it came */
};

/* 0, or -1 with "file:line: sentence" of the class ERR_REFUSED; then nothing is
 * set but the digest. */
int submission_parse(struct submission *s, const char *file, const char *text,
		     size_t len, struct err *e);
void submission_clear(struct submission *s);
/* The text; free it. All is there: head, parts. */
char *submission_print(const struct submission *s);
/* Set a line of the head, cleaned and cut to what may stand there. */
void submission_set(struct submission *s, enum submission_key key,
		    const char *value);
/* Add a part; what could not be read again is refused here already. */
int submission_add(struct submission *s, enum submission_kind kind,
		   const char *name, const char *data, size_t len,
		   struct err *e);
const struct submission_part *submission_find(const struct submission *s,
					      enum submission_kind kind,
					      const char *name);
/* Is that a good name for a person: letters, digits, and @ . _ + - */
bool submission_person_good(const char *id);

/* Is it for this exercise, with no file but the declared ones, and nothing in
 * them that reaches out of the lab (exercise_words.c)? */
int submission_fits(const struct submission *s, const char *file,
		    const struct exercise *x, struct err *e);
#endif
