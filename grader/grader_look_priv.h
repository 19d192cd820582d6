/* What grader_look*.c and grader_source*.c share. Private to this module. */
#ifndef GRADER_GRADER_LOOK_PRIV_H
#define GRADER_GRADER_LOOK_PRIV_H

#include "grader/grader_bird.h"
#include "grader/grader_daemon.h"
#include "grader/grader_look.h"
#include "lab/model/model_kind.h"

struct grader_source;

struct source_from { /* routes from this neighbour are wanted */
	struct source_from *next;
	struct grader_source *source;
	char *node, *address; /* address: one of the node's; ixrs asks by it */
};

#define SOURCE_TABLES 7

struct source_table { /* that the supervisor is asked for */
	struct grader_source *source;
};

struct source_sent { /* what it tells this neighbour is wanted */
	struct source_sent *next;
	char *to;     /* NULL: every neighbour */
	char *prefix; /* NULL: all that is told */
};

struct source_word { /* prefixes that a robot is asked for */
	struct source_word *next;
	struct grader_source *source;
	char *text;
};

struct source_question { /* to our route server, of this round */
	struct source_question *next;
	struct grader_source *source;
	const char *verb;
	char *address, *node; /* of a neighbour */
	const char *prefix;   /* NULL: all */
	ctl_reply_cb got;
};

enum source_part { SOURCE_ACCEPTED, SOURCE_REJECTED, SOURCE_SENT };

struct source_route { /* a question to BIRD that is under way */
	char *node;
	enum source_part part;
	unsigned int asn, local_asn;
};

/* A node that is asked. Its daemon's part and its kernel's part are rounds of
 * their own. */
struct grader_source {
	struct grader_source *next;
	struct grader_look *look;
	char *node;
	bool bird, ixrs, ixpeer, trainee;
	unsigned int asn;	      /* as the lab has it */
	const struct lab_kind *asked; /* by its own program; NULL: it is not */
	const struct grader_daemon *daemon; /* likewise for routes */
	unsigned int asks;
	struct source_from *froms;
	struct source_sent *sents;
	struct source_word *prefixes;

	/* the daemon */
	struct grader_bird *link_bird;
	struct ctl_async *link_ixrs;		 /* or ixpeer's */
	struct source_run *run;			 /* the program that is asked */
	struct source_next *next_run, *last_run; /* and then these */
	json_t *received; /* what their answers are, until the last */
	long run_pid;
	bool starting;	   /* its pid is not known yet */
	uint64_t again_at; /* 0: no need */
	bool connecting;
	unsigned int pending; /* answers that this round waits for */
	uint64_t round_at, retry_at, done_at;
	unsigned int ticks; /* of the watch, since the round's last answer */
	json_t *draft;	    /* of this round: {sessions, routes, config} */
	struct source_route *routes; /* what BIRD is asked, in order */
	size_t nroutes, route;
	struct source_question *questions; /* of this round */
	struct source_question *unasked;   /* the first of them that waits */
	unsigned int open;		   /* asked and not yet answered */

	/* the kernel */
	bool kernel_dirty, kernel_busy;
	unsigned int kernel_pending;
	struct source_table tables[SOURCE_TABLES];
	uint64_t kernel_at, kernel_done_at;

	bool dirty;
};

/* Who may try what disturbs others (grader_lease.c). */
struct grader_lease {
	unsigned int pending; /* answers */
	bool mine;
	bool none;	  /* nobody keeps one */
	char *who;	  /* it is another's; or NULL */
	uint64_t free_at; /* since when it is not any more; 0: it never was */
};

struct grader_look {
	uv_loop_t *loop;
	char *instance;
	struct ctl_async *super; /* NULL: gone */
	char *gone;
	json_t *lab, *evidence;
	json_t *holders; /* {address: node} */
	struct grader_source *sources;
	uv_timer_t flush, watch, settle;
	struct grader_lease lease;
	unsigned int handles, looks;
	bool freed, inspecting, inspect_dirty;
	grader_look_cb changed;
	void *arg;
};

/* Begin what is due; true when something is under way. */
bool grader_source_step(struct grader_source *s);
bool grader_source_busy(const struct grader_source *s);
/* Its round took too long, or its daemon went. */
void grader_source_late(struct grader_source *s);
void grader_source_lost(struct grader_source *s, const char *why);
void grader_source_free(struct grader_source *s);

/* What was asked cannot be told, which is nobody's fault. */
void grader_source_cannot(struct grader_source *s, const char *why);
/* Is w about that neighbour, and none before it about the same prefix? */
bool grader_source_is_sent(const struct grader_source *s,
			   const struct source_sent *w, const char *to);
/* Is all wanted that the neighbour is sent? */
bool grader_source_all_sent(const struct grader_source *s, const char *to);
/* Are routes from that neighbour wanted? */
bool grader_source_wants(const struct grader_source *s, const char *node);
/* One answer of the round has come. */
void grader_source_answered(struct grader_source *s);
/* The same for a list of sessions: row makes the evidence of each. */
void grader_source_sessions(struct grader_source *s, const json_t *result,
			    const struct err *error,
			    json_t *(*row)(const struct grader_source *s,
					   const json_t *of));

/* What a daemon is asked (grader_source_bird.c, grader_source_ixrs.c,
 * grader_source_ixpeer.c, grader_source_run.c). The
 * descriptor is taken over; no link afterwards means that it failed. */
void source_bird_connected(struct grader_source *s, int fd);
void source_bird_begin(struct grader_source *s);
void source_ixrs_connected(struct grader_source *s, int fd);
void source_ixrs_begin(struct grader_source *s);
void source_ixpeer_connected(struct grader_source *s, int fd);
void source_ixpeer_begin(struct grader_source *s);
void source_run_begin(struct grader_source *s);
void source_run_news(struct grader_source *s);
void source_run_hang_up(struct grader_source *s);

/* Mark it dirty and see to it that a round begins soon. */
void grader_look_dirty(struct grader_look *l, struct grader_source *s);
/* A round is over: its parts are in the evidence. */
void grader_look_done(struct grader_look *l);
json_t *grader_look_node(struct grader_look *l, const char *node);
/* Who asks that node; NULL: nobody. */
struct grader_source *grader_look_find(struct grader_look *l, const char *node);
/* The node that holds an address, "" when none does. */
const char *grader_look_holder(const struct grader_look *l,
			       const char *address);

/* Ask whose the lease is (grader_lease.c). */
void grader_lease_ask(struct grader_look *l);

#endif
