/* The speaker at work: what its loop, its table and its script share. */
#ifndef IXPEER_PEER_H
#define IXPEER_PEER_H

#include "cmd/ixpeer/ixpeer.h"

struct ixpeer_own {
	struct ip_prefix prefix;
	uint32_t id;		 /* path identifier */
	struct bgp_attrs *attrs; /* one reference */
};

struct ixpeer_route {		 /* what the peer announced for a prefix */
	struct ip_prefix prefix; /* first: the tree's key */
	uint32_t *ids;		 /* path identifiers, 0 where none is agreed */
	size_t n;
};

struct ixpeer {
	const struct ixpeer_options *o;
	const struct ixpeer_script *script;
	struct err *e;
	struct bgp_fsm fsm;
	enum bgp_state said; /* the state last told */
	int listener;
	struct ixpeer_link link[2]; /* by enum bgp_side */
	bool stalled;		    /* do not read */

	size_t at;	      /* next step of the script */
	uint64_t waits_since; /* how long that one has waited; 0: not yet */
	bool quit;
	unsigned int n_recorded;

	struct ixpeer_own *own;
	size_t n_own;
	void *received; /* tsearch tree of struct ixpeer_route */
	unsigned int eor;
};

/* ---- ixpeer_run.c ---- */

uint64_t ixpeer_now(void); /* milliseconds, never back */
/* Give the session machine an event, and carry out what it says. */
void ixpeer_step_fsm(struct ixpeer *p, enum bgp_event_type type,
		     enum bgp_side side, const char *text);
void ixpeer_stop(struct ixpeer *p, const struct bgp_notify *n);
/* That connection is gone; error is an errno, or 0 when it was closed. */
void ixpeer_lost(struct ixpeer *p, enum bgp_side side, int error);

/* ---- ixpeer_table.c: what the peer announced, and what we do ---- */

void ixpeer_learn(struct ixpeer *p, const struct bgp_update *u);
void ixpeer_forget(struct ixpeer *p);
bool ixpeer_has_received(const struct ixpeer *p,
			 const struct ip_prefix *prefix);
/* The side to write to: the one that got further; false when none is open. */
bool ixpeer_open_side(const struct ixpeer *p, enum bgp_side *side);
void ixpeer_send(struct ixpeer *p, const struct wbuf *w);
/* All with the same attributes; id for every one of them. */
void ixpeer_send_announce(struct ixpeer *p, const struct bgp_attrs *a,
			  const struct ip_prefix *prefixes, uint32_t id,
			  size_t n);
void ixpeer_send_withdraw(struct ixpeer *p, const struct ip_prefix *prefixes,
			  uint32_t id, size_t n);
void ixpeer_send_eor(struct ixpeer *p, enum ip_family f);
/* All our routes, and End-of-RIB, of every agreed family. */
void ixpeer_send_tables(struct ixpeer *p);
void ixpeer_answer_refresh(struct ixpeer *p, const struct bgp_refresh *request);

/* ---- ixpeer_steps.c: the script's steps ---- */

/* As far as it can; -1 with p->e when a step waited too long. */
int ixpeer_go_on(struct ixpeer *p);
/* End-of-RIB came for every agreed family. */
bool ixpeer_got_eor(const struct ixpeer *p);

#endif
