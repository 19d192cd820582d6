/* What grader.c and grader_experiment.c share. Private to this module. */
#ifndef GRADER_GRADER_PRIV_H
#define GRADER_GRADER_PRIV_H

#include "grader/grader.h"
#include "grader/grader_files.h"
#include "grader/grader_judge.h"
#include "grader/grader_look.h"

#define GRADER_TICK_MS 1000 /* so often a grader looks at its clock */
#define GRADER_MEND_MS 4000 /* for what was disturbed to be as before */

/* An experiment that a check asks for, and how far it is. */
struct grader_run {
	struct grader *g;
	size_t check;
	enum {
		RUN_IDLE,
		RUN_COUNT,
		RUN_PROBE,
		RUN_RECOUNT,
		RUN_HUSH,
		RUN_SILENCE,
		RUN_RESILENT,
		RUN_DOWN,
		RUN_CALLS,
		RUN_ROBOT,
	} phase;
	uint64_t began, ended;	 /* ended: 0 when never */
	unsigned int pending;	 /* answers that this phase waits for */
	uint64_t seen;		 /* g->changes when it began */
	uint64_t mending;	 /* the link is up again, the route may come; or
				 * the robot was told to take its route back */
	json_t *result;		 /* so far */
	uint64_t waited, waits;	 /* a pause's begin and end, 0: none */
	unsigned int refused;	 /* so many times it could not be told */
	json_t *counts;		 /* {NODE: bytes} at last */
	struct ip_prefix prefix; /* of a probe */
	uint64_t told, since;	 /* it announces; it is so (of a link: all is
				  * as before) */
	bool first, was_there;
	bool sure;     /* that it moved there was looked at twice */
	bool told_all; /* of a link: the others may still be disturbed */
};

/* Nothing is judged meanwhile (grader_rest.c); all in ms of the loop. */
struct grader_rest {
	uint64_t beat;		     /* the loop ran then; 0: not yet */
	uint64_t since, least, most; /* since: 0 when it does not rest */
	uint64_t over_at, lost_ms;   /* of the last standstill; 0: none */
	size_t wanted;		     /* so many sessions were up before */
	unsigned int times;
	bool opening; /* the lab may have been started a moment ago */
};

struct grader {
	uv_loop_t *loop;
	const struct exercise *x; /* borrowed */
	struct lab *lab;
	char *instance;
	bool live, closed;
	uint64_t opened;
	struct grader_rest rest;
	struct grader_look *look;
	struct grader_judge *judge;
	struct grader_files *files;
	struct grader_finding *findings;
	struct grader_run *runs;   /* one per check */
	struct grader_run *alone;  /* such an experiment is under way */
	struct grader_run *hushed; /* for this one the others hold still */
	uint64_t seed;		   /* of what probes draw */
	uv_timer_t tick, due;
	unsigned int handles;
	uint64_t changes; /* of the evidence */
	json_t *sessions;
	grader_cb changed;
	void *arg;
};

/* The sessions that the evidence has, in the form of grader_sessions; and what to
 * ask for them (grader_sessions.c). */
json_t *grader_sessions_of(json_t *evidence, const json_t *lab);
void grader_ask_sessions(struct grader_look *look);
/* The others may need a moment, once. */
void grader_rest_open(struct grader *g);
/* The loop runs: did it stand still since the last time? Before newer evidence
 * is taken. */
void grader_rest_beat(struct grader *g);
/* Is it over? After newer evidence was taken. */
void grader_rest_step(struct grader *g);
/* Say in f why; false when it does not rest. */
bool grader_rest_words(const struct grader *g, struct grader_finding *f);
/* Was it seen before the last standstill was over? */
bool grader_rest_is_old(const struct grader *g, uint64_t at_ms);
/* Begin what is due, after a step of the judge. */
void grader_experiments_step(struct grader *g);
/* When they want to be stepped again; UINT64_MAX: not by themselves. */
uint64_t grader_experiments_next(const struct grader *g);
/* The result is complete: it becomes evidence. */
void grader_run_end(struct grader_run *r);
/* It says nothing: try again in a moment. */
void grader_run_drop(struct grader_run *r);
/* Experiments that are echoes (grader_echo.c). */
void grader_echo_begin(struct grader_run *r);
void grader_echo_step(struct grader_run *r); /* a silence may be over */
/* Experiments that are questions to the supervisor (grader_calls.c). */
void grader_calls_begin(struct grader_run *r);
void grader_calls_step(struct grader_run *r); /* a pause may be over */
/* The machine stood still: who works alone begins again later. */
void grader_experiments_upset(struct grader *g);
/* Put a link back that an experiment took down. */
void grader_experiments_end(struct grader *g);
/* The parts of a probe (grader_probe.c): what it has asked, its begin, every
 * look meanwhile, the next that it wants, and its end should we not wait. */
int grader_probe_ask(struct grader *g, const struct exercise_check *c);
uint64_t grader_probe_lease(const struct grader_run *r); /* it takes at most */
void grader_probe_begin(struct grader_run *r);
void grader_probe_watch(struct grader_run *r);
uint64_t grader_probe_next(const struct grader_run *r);
void grader_probe_end(struct grader_run *r);

/* The same of what takes a link down (grader_link.c). */
uint64_t grader_link_lease(const struct grader_run *r);
void grader_link_begin(struct grader_run *r);
void grader_link_watch(struct grader_run *r);
uint64_t grader_link_next(const struct grader_run *r);
void grader_link_end(struct grader_run *r);

/* Look at the evidence and judge. */
void grader_step(struct grader *g);

#endif
