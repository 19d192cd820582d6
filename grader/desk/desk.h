/*
 * desk: work that is sent in, and what a fellowship desk does with it.
 *
 *	journal ─┐
 *	files ───┼─> submission (plain text, submission.h) ──> regraded in a lab
 *	answers ─┘      of the desk's own ──> result (JSON, signed) ──> verify
 *
 * The learner's machine is not believed: what counts is made again at the desk
 * from the declared files alone, in a lab built from the desk's own exercise. A
 * digest is BLAKE2b-256, a signature ed25519, both by libsodium.
 */
#ifndef DESK_DESK_H
#define DESK_DESK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "grader/exercise.h"
#include "grader/grader.h"

#define DESK_HEX 65 /* a digest in hexadecimal, with its NUL */

/* ---- digests (desk_digest.c) */

void desk_digest(const void *data, size_t len, char out[DESK_HEX]);
/* Of all files of an exercise's folder, by name and content, and of its lab
 * file: who has the same digest grades the same. */
int desk_digest_exercise(const struct exercise *x, char out[DESK_HEX],
			 struct err *e);
/* Of the folder alone. */
int desk_digest_folder(const char *dir, char out[DESK_HEX], struct err *e);

/* ---- the journal (desk_journal.c): a line for each attempt
 *
 *	NUMBER TIME WHAT DETAIL HASH
 *
 * HASH covers the line and the hash of the line before, so that a line that was
 * changed, taken out or put between is noticed. It shows an order and no more: who
 * can write the file can write a whole new one. */

#define DESK_JOURNAL_MAX (4u << 20) /* bytes; then nothing more is noted */

/* Append a line. what is a word; detail is cleaned to one, NULL: "-". */
int desk_journal_note(const char *exercise, const char *what,
		      const char *detail, struct err *e);
/* The same for a check, with the points of its report. */
int desk_journal_report(const json_t *report, struct err *e);
/* The last lines that fit into max bytes; "" when there are none. Owned. */
char *desk_journal_read(const char *exercise, size_t max, struct err *e);
/* The number (from 1) of the first line that does not follow from the one
 * before; 0: all do. Pure. */
size_t desk_journal_broken(const char *exercise, const char *text);
/* {entries, checks, hints, resets, solves, first, last}; owned. Pure. */
json_t *desk_journal_sum(const char *text);

/* ---- the desk's key (desk_key.c): ed25519
 *
 * A result is signed as a whole: over the line "ixlab result 1", and its JSON
 * without "signature", keys in the order of their bytes, no space, UTF-8. */

struct desk_key {
	unsigned char secret[64];
	char hex[DESK_HEX]; /* the public half */
};

/* The desk's own, in the state folder's desk/key; made when there is none and
 * make says so (*made, may be NULL, tells). Beside it key.pub, to give away. */
int desk_key_load(struct desk_key *k, bool make, bool *made, struct err *e);
/* A public key as hexadecimal text, or as the file that holds it; NULL: the
 * desk's own. */
int desk_key_public(const char *text_or_file, char hex[DESK_HEX],
		    struct err *e);
/* Set "key" and "signature" of a result. */
void desk_sign(json_t *result, const struct desk_key *k);
/* 0 when it is signed by that key; else -1, ERR_FAILED with what is wrong. */
int desk_verify(const json_t *result, const char *hex, struct err *e);
/* A result from its text; owned, NULL with e set (ERR_USAGE). */
json_t *desk_result_parse(const char *file, const char *text, size_t len,
			  struct err *e);

/* ---- parameters of one's own (desk_deal.c); params(5) */

/* Deal a template's copy for a ticket as a folder of its name into to. What was
 * drawn, "asn=65540 lan=4"; owned, NULL with e set. */
char *desk_deal(const char *dir, const unsigned char ticket[32], const char *to,
		struct err *e);
/* What an exercise was dealt with; "" when it was not. Owned. */
char *desk_parameters(const struct exercise *x);
/* The ticket of a person: drawn from the class secret, the state folder's
 * desk/class, which is made when there is none. */
int desk_ticket(const char *id, unsigned char ticket[32], struct err *e);
int desk_ticket_parse(const char *hex, unsigned char ticket[32], struct err *e);
void desk_ticket_print(const unsigned char ticket[32], char hex[DESK_HEX]);

/* ---- regrading (desk_grade.c); result(5) has the keys of a result */

/* What the desk gives to a regrading. */
struct desk_bench {
	const char *exercise; /* a name or a folder; NULL: as is submitted */
	const struct grader_host *host;
	const char *instance; /* of the labs that are made for it */
	const char *overlay;  /* a folder that may be made, for what goes in */
	const char *ixlab, *bird, *kernel; /* versions */
	/* Called when the submission's bytes and the class secret are read, before
	 * anything is made of them: gives up what the rest does not need. What
	 * follows may be in another process. -1: not graded. NULL: nothing is. */
	int (*seal)(void *arg, struct err *e);
	void *seal_arg;
};

/* The result of the submission in a file, unsigned; owned. It never fails: what
 * went wrong is its "status" and "reason". */
json_t *desk_grade(const struct desk_bench *b, const char *path);
/* The result of one that could not be graded. digest may be NULL. */
json_t *desk_result_none(const char *path, const char *digest,
			 const char *reason);
/* The status that it gives ixlab grade: 0, 1, 3 or 4. */
enum err_class desk_result_class(const json_t *result);
/* What failed in a list of results, commonest first: [{exercise, check, hint, say,
 * people: [ID], count}]; owned. Pure. */
json_t *desk_mistakes(const json_t *results);
/* The exercise's name, or NULL when it could be a path. */
const char *desk_exercise_name(const char *name);
/* Its folder: own (a name or a folder; may be NULL) or that of the name. Owned. */
char *desk_exercise_dir(const char *own, const char *name, struct err *e);

#endif
