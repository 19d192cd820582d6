/* What the files that read exercises share. Private to this module. */
#ifndef GRADER_EXERCISE_PRIV_H
#define GRADER_EXERCISE_PRIV_H

#include "grader/exercise.h"
#include "lab/model/model.h"
#include "lab/model/model_mem.h"

/* ---- reading (exercise_read.c); each is 0, or -1 with a sentence in e */

struct exercise_reader {
	struct exercise *x;
	const struct yaml_doc *doc;
	struct model_mem **mem;
	struct err *e;
};

void *exercise_alloc(struct exercise_reader *r, size_t n, size_t size);
/* [a-z0-9-], so that it can be a file name, a JSON key and a word of TAP. */
int exercise_read_id(struct exercise_reader *r, const struct yaml *y,
		     const char *text);
/* A key that is absent and not needed leaves *out as it is. */
int exercise_read_str(struct exercise_reader *r, const struct yaml *map,
		      const char *key, bool need, const char **out);
int exercise_read_u32(struct exercise_reader *r, const struct yaml *map,
		      const char *key, uint32_t min, uint32_t max,
		      uint32_t *out);
/* An optional list of words. */
int exercise_read_words(struct exercise_reader *r, const struct yaml *map,
			const char *key, const char ***out, size_t *n);
/* All of a check but needs and witness, which may be below it. */
int exercise_read_check(struct exercise_reader *r, const struct yaml *y,
			size_t step, struct exercise_check *c);

/* ---- what checks count for (exercise_worth.c) */

void exercise_add_points(struct exercise *x, const struct exercise_check *c);
/* Once needs and witnesses are known: nothing visible leans on a hidden check,
 * groups are of one sort, and the trainee can win a point. */
int exercise_check_worth(struct exercise_reader *r);

/* ---- with another daemon (exercise_daemon.c) */

/* What the file says under "daemons" of x->daemon takes its place in the tree. */
int exercise_daemon_lay(struct exercise_reader *r, struct yaml *root);
int exercise_read_daemons(struct exercise_reader *r, const struct yaml *root);
/* No sentence and no hint speaks of BIRD, nor the text. */
int exercise_daemon_words(struct exercise_reader *r);
int exercise_daemon_text(const struct exercise *x, const char *path,
			 struct err *e);
/* exercise_parse, with that daemon; NULL: as the lab says. */
struct exercise *exercise_parse_for(const char *file, const void *text,
				    size_t len, const struct lab_kind *daemon,
				    struct err *e);
/* The folder text/ that has a step's text; owned. */
char *exercise_text_home(const struct exercise *x, size_t step);

/* ---- the rest */

/* Titles, sentences and hints in x's language, as far as it has them. */
int exercise_speak_own(struct exercise *x, struct err *e);

/* Where the file speaks of a check. */
const struct yaml *exercise_check_yaml(const struct exercise *x,
				       const struct exercise_check *c);
/* Hold every name in the exercise against the lab. */
int exercise_check_lab(const struct exercise *x, const struct lab *lab,
		       struct err *e);

/* The nodes that "nodes" names are of the lab (exercise_nodes.c). */
int exercise_check_nodes(const struct exercise *x, const struct lab *lab,
			 struct err *e);

/* The network.yml of start and of what is accepted can be read
 * (exercise_network.c). */
int exercise_check_network(const struct exercise *x, const struct lab *lab,
			   struct err *e);

/* What a folder may be (exercise_pack.c): its files, its lab. */
int exercise_pack_files(const char *dir, struct err *e);
int exercise_pack_lab(const struct exercise *x, const struct lab *lab,
		      struct err *e);

/* The features that "requires" may name. */
const char *const *exercise_features(size_t *n);
/* NULL when this machine has all that x requires, else what is missing, a
 * sentence that is owned by the caller. */
char *exercise_missing(const struct exercise *x);

#endif
