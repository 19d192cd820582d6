/*
 * grader: watches a lab and says which checks of an exercise hold, and why not.
 *
 * A grader is a client of the lab's control socket. Through it it reaches the
 * evidence: route servers (ixrs control socket), BIRD's control socket (spoken
 * directly, read-only, numeric codes), the kernel (asked by the supervisor over
 * netlink) and probes. Points rest on what is seen where the trainee has no
 * hand; the trainee's own daemon is read for hints only.
 *
 *	events ──> dirty ──> sample (all evidence, deadlines) ──> facts
 *	facts + clock ──> grader_judge (pure) ──> verdicts ──> report (JSON)
 *	report ──> text | TAP 13/14 | the interface
 *
 * Verdicts: pass; fail (expected, saw, where, since, hint); blocked (by which
 * check); skip (reason); error (ours: it never costs points). While a deadline
 * runs a check is wait. grader_judge is a pure function of facts and times, so
 * the semantics of within, hold, needs and witness are tested without a lab.
 */
#ifndef GRADER_GRADER_H
#define GRADER_GRADER_H

#include <jansson.h>
#include <stdio.h>
#include <uv.h>

#include "base/err.h"
#include "grader/exercise.h"

enum grader_result {
	GRADER_WAIT, /* not decided yet */
	GRADER_PASS,
	GRADER_FAIL,
	GRADER_BLOCKED,
	GRADER_SKIP,
	GRADER_ERROR,
};

struct grader_verdict {
	enum grader_result result;
	char *expected, *saw, *where; /* sentences' parts; NULL when passed */
	const char *hint_id, *hint;   /* the diagnosis that fits; may be NULL */
	const char *cause_id;	      /* of a symptom that was found, or NULL */
	char *cause;		      /* in the reader's language */
	char *reason;		      /* skip, error: why */
	json_t *facts;	   /* of a failure, where the exercise wants them */
	size_t blocked_by; /* index of a check, else SIZE_MAX */
	uint64_t since_ms; /* how long it has been so */
	uint64_t
	    left_ms; /* wait: until it is decided, 0 when not running yet */
};

const char *grader_result_name(enum grader_result r); /* "pass", ... */

struct grader;
typedef void (*grader_cb)(void *arg, struct grader *g); /* a verdict changed */

/* Watch instance (a running lab) for exercise x on the loop, until closed. Both
 * stay borrowed. live: verdicts follow the network for as long as it is watched;
 * otherwise each settles once (pass, or fail when its time is over). */
struct grader *grader_open(uv_loop_t *loop, const struct exercise *x,
			   const char *instance, bool live, grader_cb changed,
			   void *arg, struct err *e);
/* Draw from this seed, as a report's "seed" has it; before the loop runs. */
void grader_seed(struct grader *g, uint64_t seed);
void grader_close(struct grader *g);
const struct grader_verdict *
grader_verdicts(const struct grader *g);     /* nchecks */
bool grader_settled(const struct grader *g); /* nothing is in GRADER_WAIT */
/* Every BGP session known to a node that is not the trainee's, for pictures:
 * [{at, with, family, state, established: bool, last_error}]. Borrowed. */
const json_t *grader_sessions(const struct grader *g);
/* Which other grader tries something in the lab, so that this one holds still; NULL:
 * none. Borrowed. */
const char *grader_waits(const struct grader *g);
/* Why the lab can be seen no more; NULL while it is there. Borrowed. */
const char *grader_gone(const struct grader *g);

/* The same sessions of a running lab, asked once. */
json_t *grader_lab_sessions(const char *instance, struct err *e);

/* The same, followed until closed: row (as above) is new or has changed, was is
 * the row before or NULL. One that is seen no more comes with the state "gone".
 * Of a large lab (more than 64 nodes) the route servers alone are asked. */
struct grader_watch;
typedef void (*grader_watch_cb)(void *arg, const json_t *row,
				const json_t *was);
struct grader_watch *grader_watch_open(uv_loop_t *loop, const char *instance,
				       grader_watch_cb cb, void *arg,
				       struct err *e);
/* Every node was asked once, and answered or did not. */
bool grader_watch_ready(const struct grader_watch *w);
void grader_watch_close(struct grader_watch *w); /* NULL is fine */

/* Grade once: run a loop until settled. The report is owned by the caller. waits
 * (or NULL) is told once when another grader of the lab makes it wait. */
json_t *grader_check(const struct exercise *x, const char *instance,
		     void (*waits)(const char *who), struct err *e);
/* The same, drawing from this seed. */
json_t *grader_check_seed(const struct exercise *x, const char *instance,
			  uint64_t seed, struct err *e);
/* The master form (schema in grader/report.schema.json): {exercise, version,
 * title, result: pass|fail|wait|skip|error, reason, points, total, bonus,
 * bonus_max, seed, steps: [{id, title, result, checks: [{id, kind, say, result, points,
 * max, required, bonus, group, visibility, expected, saw, where, since_ms,
 * left_ms, hint_id, hint, cause_id, cause, blocked_by, reason}]}]}. What the trainee must not see
 * is there only when the exercise is whole. */
json_t *grader_report(const struct grader *g);
/* The same from verdicts. error: why nothing could be judged, or NULL. */
json_t *grader_report_of(const struct exercise *x,
			 const struct grader_verdict *verdicts,
			 const char *error);
/* What verdicts (may be NULL) are worth; bonus, over and above, when not NULL. */
uint32_t grader_points(const struct exercise *x,
		       const struct grader_verdict *verdicts, uint32_t *bonus);
void grader_print_text(FILE *f, const json_t *report, bool color);
void grader_print_tap(FILE *f, const json_t *report, int version);
/* ERR_NONE, ERR_FAILED or ERR_HERE: the exit status that a report deserves. */
enum err_class grader_status(const json_t *report);

/* ---- working on an exercise (grader_work.c) */

/* What only the program can do for us: start and stop labs. */
struct grader_host {
	int (*up)(void *arg, const struct exercise *x, const char *instance,
		  const char *overlay,
		  struct err *e); /* overlay: folder or NULL */
	int (*down)(void *arg, const char *instance, struct err *e);
	void *arg;
};

/* Start x's lab under its own name (or instance when not NULL), with the start/
 * files where the trainee has nothing yet. Running already is fine, unless it is
 * another exercise's. */
int grader_start(const struct exercise *x, const struct grader_host *host,
		 const char *instance, struct err *e);
/* The exercise that a lab was started for, as a name for exercise_load; owned.
 * NULL when it was started for none. */
char *grader_exercise_of(const char *instance);
/* Lay a folder of x ("solution", "also/NAME", "wrong/NAME", "start") over the
 * trainee's files and let the nodes read them. Files that the folder lacks come
 * from start/; declared files that neither has are removed. With keep the
 * trainee's text goes to FILE.mine first. */
int grader_apply(const struct exercise *x, const char *folder,
		 const char *instance, bool keep, struct err *e);
/* Keep the trainee's files as they are at the beginning of a step (from 0), unless
 * that was done before. */
int grader_step_begin(const struct exercise *x, size_t step,
		      const char *instance, struct err *e);
/* Put them back as they were then; what is there goes to FILE.mine first. */
int grader_step_reset(const struct exercise *x, size_t step,
		      const char *instance, struct err *e);
/* Write one of the exercise's files ("m1/bird.conf"), what is there going to
 * FILE.mine; nothing is told to read it. */
int grader_put(const struct exercise *x, const char *file, const char *instance,
	       const char *text, struct err *e);
/* The next hint for what fails now: owned, NULL when nothing fails. */
char *grader_hint(const struct exercise *x, const json_t *report);

/* What a person has reached: {EXERCISE: {points, total, done, when}}; kept in
 * the state folder, written whole. Advisory: marks come from regrading. */
json_t *grader_progress(struct err *e);
int grader_progress_note(const json_t *report, struct err *e);

/* ---- the author's proof (grader_dev.c) */

/* Prove one exercise (design, section 6), printing TAP: one point per claim. With
 * mutants, also that no accepted solution is accepted when it is spoilt by rule.
 * With third 1 to 3, of also/ and wrong/ only each third one, from that on; 0: all.
 * Returns 0 when every claim holds, -1 with e otherwise. */
int grader_dev_check(const struct exercise *x, const struct grader_host *host,
		     bool mutants, unsigned int third, FILE *tap,
		     struct err *e);
/* One of its folders ("solution", "wrong/NAME" or NAME) in a lab of its own: print
 * the report; -1 with e when it is not what the exercise says of it. */
int grader_dev_run(const struct exercise *x, const struct grader_host *host,
		   const char *variant, FILE *out, bool color, struct err *e);

#endif
