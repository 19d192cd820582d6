/*
 * lint: what can be wrong with the words of an exercise, found without a lab.
 *
 * Two files of data stand beside the exercises. lint.yml says which addresses and
 * AS numbers a lab may use and which names belong to real networks. glossary.yml
 * lists the words of the field; such a word is explained where a text has it in
 * **bold** or in *italics*, and may be used in that paragraph and after it: in the
 * same exercise, and in those that name it in "after", and so on.
 *
 * A hint is given at once to whoever asks, so none may hold what the task asks
 * for: a line that the solution adds, a number that stands in no text, or the answer
 * to its question.
 *
 * Each finding is one line, "EXERCISE/FILE:LINE: what, and what to do". All but
 * lint_exercise is pure.
 */
#ifndef GRADER_LINT_H
#define GRADER_LINT_H

#include "base/err.h"
#include "base/ip.h"
#include "base/str.h"
#include "base/yaml.h"
#include "grader/exercise.h"

#define LINT_WIDTH 78 /* columns of a text */

struct lint_range {
	uint32_t first, last;
};

struct lint {
	struct yaml_doc rules, glossary;
	struct ip_prefix *within, *exactly; /* that a lab may speak of */
	size_t nwithin, nexactly;
	struct lint_range *asns;
	size_t nasns;
	const struct yaml *networks; /* their names; NULL: none are known */
	size_t nterms;		     /* of the glossary; 0: it is not there */
};

struct lint_finds {
	struct str text; /* a line each */
	size_t n;
};

/* Read the two files; each is called once at most, on {0}. On error nothing is
 * owned of that file. */
int lint_read_rules(struct lint *l, const char *name, const char *text,
		    size_t len, struct err *e);
int lint_read_glossary(struct lint *l, const char *name, const char *text,
		       size_t len, struct err *e);
void lint_clear(struct lint *l);

void lint_find(struct lint_finds *f, const char *file, int line,
	       const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* The line, from 1, of a place in a text. */
int lint_line(const char *text, const char *at);
/* A letter, a digit or "_". */
bool lint_is_word(char c);

/* ---- any text (lint_scan.c) */

/* Lines of more than LINT_WIDTH columns, and a text without any word. */
void lint_scan_width(const char *file, const char *text, struct lint_finds *f);
/* Addresses and prefixes outside the ranges. */
void lint_scan_addresses(const struct lint *l, const char *file,
			 const char *text, struct lint_finds *f);
/* Names and AS numbers of real networks. */
void lint_scan_networks(const struct lint *l, const char *file,
			const char *text, struct lint_finds *f);

/* ---- the words of the field (lint_term.c) */

/* Of a step's Markdown. known[i]: term i has been explained; what this text
 * explains is added. f NULL: only add. */
void lint_term_text(const struct lint *l, const char *file, const char *text,
		    bool *known, struct lint_finds *f);
/* Of a sentence that stands in that line of file: all in it must be known, but for
 * what is in double quotes; it is so afterwards. */
void lint_term_sentence(const struct lint *l, const char *file, int line,
			const char *text, bool *known, struct lint_finds *f);

/* ---- hints (lint_hint.c) */

/* What the solutions add to the start, against all that a person is told. */
struct lint_secret {
	struct str told;  /* words of texts and of the start */
	struct str lines; /* "\n word word ... " each, sought in hints */
};

void lint_hint_told(struct lint_secret *s, const char *text);
/* One file of a solution; after the last lint_hint_told. */
void lint_hint_added(struct lint_secret *s, const char *text);
/* What a hint gives away: owned, or NULL. */
char *lint_hint_gives(const struct lint_secret *s, const char *hint);
/* Does it have that answer to its question in it? A very short one is none. */
bool lint_hint_answers(const char *hint, const char *answer);
void lint_secret_clear(struct lint_secret *s);

/* ---- a whole exercise (lint.c) */

/* With the files of data that stand beside it, or with those of the course;
 * glossary.yml only from beside it, since it goes with an order. -1: they cannot be
 * read. */
int lint_exercise(const struct exercise *x, struct lint_finds *f,
		  struct err *e);

#endif
