/*
 * super_work: a change of the running lab, step by step (super_work.c).
 */
#ifndef LAB_SUPER_SUPER_WORK_H
#define LAB_SUPER_SUPER_WORK_H

#include "lab/plan/plan_diff.h"
#include "lab/super/super_priv.h"

struct super_work;

struct super_work_kind {
	const char *verb; /* of what went wrong: "reset" */
	/* It is its turn: what is to become of the lab goes to w->forward. 1:
	 * there is nothing to do. */
	int (*begin)(struct super_work *w, struct err *e);
	/* What must go has gone: files, before the other steps. */
	int (*turned)(struct super_work *w, struct err *e);
	void (*done)(struct super_work *w); /* answer */
};

enum work_phase {
	WORK_WAITS,
	WORK_EMPTIES,
	WORK_TAKES,
	WORK_MAKES,
	WORK_STARTS,
	WORK_DONE
};

struct super_work {
	struct super_work *next;
	struct super *super;
	struct ctl_request *q;
	const struct super_work_kind *kind;
	enum work_phase phase;
	uv_timer_t timer;
	uint64_t began, since; /* uv_now: all of it, the present phase */
	uint64_t own_ns;       /* without waiting for daemons */
	/* what it is about; a reset's lab stays the one it is */
	char *renew; /* the node of a reset */
	bool keep;   /* files that are there stay */
	struct lab *lab;
	struct plan *plan;
	char *text;	  /* of lab's file */
	uint32_t members; /* that it was told to generate */
	json_t *result;
	/* where it is */
	struct plan_diff *forward, *back;
	struct plan_diff *diff; /* one of these */
	size_t at;		/* of its changes */
	bool made;		/* what must go has gone: the lab turned */
	bool fabrics, reloaded; /* done in this direction */
	bool failed, worse;	/* the way back failed, too */
	struct err why;
	size_t filters;		   /* that are being loaded */
	struct err filter;	   /* one was refused */
	struct super_node **spare; /* that the present lab does not have */
	size_t nspare;
};

/* In the queue; its first look comes when the caller has returned. NULL with e
 * set. */
struct super_work *super_work_new(struct super *s, struct ctl_request *q,
				  const struct super_work_kind *kind,
				  struct err *e);

/* ---- super_work_empty.c */

/* Stop what stands in the way of w->diff's removals; NULL when nothing is left,
 * else a node in which something is. */
const struct super_node *super_work_empty(struct super_work *w);

/* ---- super_turn.c */

/* The lab is now that of a plan: nodes by their names, ports and weather by
 * their ends keep what they have. Nodes it does not have are spare. */
void super_turn(struct super_work *w, const struct plan *to);

/* ---- super_apply.c */

/* A trainee's file that is to be one of ours is kept as FILE.mine. */
int super_apply_keep(struct super_work *w, const struct plan_step *st,
		     const char *path, struct err *e);

#endif
