/*
 * exercise: an exercise is a folder of data, and this is what it says.
 *
 *	exercises/NAME/exercise.yml	steps, checks, points, hints, wrong ones
 *	exercises/NAME/lab.yml		when no lab of labs/ fits
 *	exercises/NAME/text/LANG/...	one file a step
 *	exercises/NAME/start/NODE/FILE	what the trainee begins with
 *	exercises/NAME/solution/...	the reference solution, laid over start
 *	exercises/NAME/also/OTHER/...	other accepted solutions
 *	exercises/NAME/wrong/MISTAKE/.. solutions with one realistic mistake
 *	exercises/NAME/frr/...		the same with FRR (exercise_daemon.c)
 *
 * No shell and no plug-ins: the only verbs are the check kinds (grader_kind.h).
 * Number, order, ids and points of the checks come from this file alone, so
 * totals never depend on a result. Loading is pure but for reading the folder.
 */
#ifndef GRADER_EXERCISE_H
#define GRADER_EXERCISE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/yaml.h"

struct grader_kind;	/* grader_kind.h */
struct lab_kind;	/* lab/model/model_kind.h */
struct grader_symptoms; /* grader_symptom.h */

/* What the trainee is told of a check. The desk that regrades, and the author,
 * are told all. */
enum exercise_visibility {
	EXERCISE_SHOWN,
	EXERCISE_NAME_ONLY, /* its sentence and result, never why */
	EXERCISE_HIDDEN,    /* nothing: for the trainee it is not there */
};

const char *exercise_visibility_name(enum exercise_visibility v);

/* What the person may open on a node from within the interface. */
enum exercise_access {
	EXERCISE_CLOSED, /* nothing: it would give the answer away */
	EXERCISE_LOOK,	 /* its daemon's command line, read-only */
	EXERCISE_OPEN,	 /* everything */
};

struct exercise_node {
	const char *node;
	enum exercise_access access;
};

/* A diagnosis: when every fact named in when fits (grader_fact_fits), this is why;
 * or when that symptom was found. */
struct exercise_hint {
	const char *id;
	const char *text; /* one paragraph */
	struct {
		const char *fact, *contains;
	} when[4];
	size_t nwhen;	     /* 0 and no symptom: the fallback */
	const char *symptom; /* NULL: when says it */
};

struct exercise_check {
	const char *id;
	const struct grader_kind *kind;
	const void *params; /* the kind's own, typed */
	const char *say;    /* what is true when it passes, a sentence */
	uint32_t within_ms; /* may take this long to become true */
	uint32_t hold_ms;   /* and must stay true so long */
	uint32_t points;
	bool optional;	   /* required: no; the result does not depend on it */
	bool bonus;	   /* optional, and its points are not in the total */
	const char *group; /* all pass or none gives points; NULL: no group */
	enum exercise_visibility visibility;
	size_t *needs, nneeds; /* indices of checks: blocked unless they pass */
	size_t witness;	       /* of a negative check: index; else SIZE_MAX */
	struct exercise_hint *hints;
	size_t nhints;
	size_t step;
	int line;
};

struct exercise_step {
	const char *id, *title;
	const char *text;      /* file name below text/LANG */
	size_t first, nchecks; /* a run of exercise.checks */
};

struct exercise_wrong {
	const char *name; /* folder below wrong/ */
	struct {
		size_t check;
		const char *hint;
	} * fails; /* exactly these fail, each with this hint */
	size_t nfails;
	struct {
		size_t check;
		const char *text;
	} * answers; /* to these questions; to others the reference */
	size_t nanswers;
};

struct exercise {
	const char *name, *title, *dir, *lab; /* lab: a name, or a path */
	/* What the trainee's nodes run instead of what the lab says; NULL: what it
	 * says. name ends in it, "first-session-frr". */
	const struct lab_kind *daemon;
	const char *parts; /* start, solution, ..: dir, or of a daemon dir/frr
			    */
	const struct lab_kind **daemons; /* it can be had with these, too */
	size_t ndaemons;
	uint32_t version, minutes, level;
	uint32_t number;     /* in the course; 0: none */
	const char *trainee; /* the node the person works on */
	const char **files;  /* NODE/FILE that the person writes */
	size_t nfiles;
	const char **after; /* exercises to have done before */
	size_t nafter;
	const char **requires; /* features of the machine */
	size_t nrequires;
	struct exercise_step *steps;
	size_t nsteps;
	struct exercise_check *checks;
	size_t nchecks;
	struct exercise_wrong *wrong;
	size_t nwrong;
	const char **also; /* names of folders below also/ */
	size_t nalso;
	struct exercise_node *nodes; /* of which its lab does not say it all */
	size_t nnodes;
	struct { /* mistakes by rule that the task leaves open */
		const char *mistake, *why;
	} * open;
	size_t nopen;
	uint32_t total; /* points, without those of bonus checks */
	uint32_t bonus;
	bool whole; /* with what the trainee must not see */
	bool facts; /* reports tell the facts of a failure */
	struct grader_symptoms *symptoms; /* NULL: not loaded from a folder */
	const char *lang;		  /* the reader's: "ur_PK.UTF-8" */
	struct yaml_doc doc;
	void *mem; /* owns the above */
};

/* By name (exercises/NAME in the data folder) or by a folder's path, either of which
 * may end in -DAEMON; of a template
 * (exercise_deal.h) its copy for practice. Hidden
 * checks are left out, so that whatever is made of it cannot tell of them. */
struct exercise *exercise_load(const char *name_or_path, struct err *e);
/* The same with the hidden ones: for the desk, and the author's proof. */
struct exercise *exercise_load_whole(const char *name_or_path, struct err *e);
/* exercise.yml alone, whole, from memory: for the fuzzer and "ixlab validate". */
struct exercise *exercise_parse(const char *file, const void *text, size_t len,
				struct err *e);
/* Put its titles, sentences and hints into a language, as far as a text/LANG/words.yml
 * has them (exercise_spoken.c). */
int exercise_speak(struct exercise *x, const char *lang, const char *file,
		   const void *text, size_t len, struct err *e);
/* The folder of a path that may end in -DAEMON, and that daemon, or NULL. Owned. */
char *exercise_split(const char *path, const struct lab_kind **daemon);
/* The path of which both are parts; owned. */
char *exercise_join(const char *dir, const struct lab_kind *daemon);
/* Where start, solution, also and wrong are of such a path; owned. */
char *exercise_parts(const char *path);
/* Make a whole exercise what the trainee has: no hidden checks. Nothing that
 * is left leans on one (exercise_parse saw to it). */
void exercise_hide(struct exercise *x);
void exercise_free(struct exercise *x);
/* [{name, title, minutes, level, points, lab, after}], in course order. */
json_t *exercise_list(struct err *e);
/* The word by which a configuration names other files or opens doors, whatever is
 * written around it; NULL: none. line: where it was found. */
const char *exercise_words_bad(const char *name, const char *text, size_t len,
			       int *line);
/* The reader's language as the environment has it, "ur_PK.UTF-8"; "en" for none. */
const char *exercise_lang(void);
/* What a reader should know of a text (exercise_text.c). */
enum {
	EXERCISE_TEXT_STALE = 1,  /* its English has changed since */
	EXERCISE_TEXT_UNREAD = 2, /* nobody whose language it is has read it */
};
/* A step's Markdown, in the reader's language or English; free it. about: bits of
 * the above. */
char *exercise_text(const struct exercise *x, size_t step, unsigned *about,
		    struct err *e);
/* What the person may open on a node of x's lab: what x says, else everything on
 * a trainee's node and on what stands behind it, and a look at all others. */
struct lab;
struct lab_node;
enum exercise_access exercise_access(const struct exercise *x,
				     const struct lab *lab,
				     const struct lab_node *n);

#endif
