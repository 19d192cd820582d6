/*
 * ixpeer_robot: a crowd at work.
 *
 * One thread, one loop. A robot has a session for each it talks to; a session is
 * a state machine (rs/bgp), up to two sockets, a bit for each prefix that it
 * holds, and a place in its own table up to which it has told. Nothing else
 * grows with the number of sessions: bytes are received into one buffer that all
 * share, told from the robot's table when the socket takes them, and what is
 * heard is read once however many sessions hear the same (ixpeer_hear.c).
 *
 *   ixpeer_crowd_run.c   the loop, signals, who may connect next
 *   ixpeer_players.c     robots that come and go
 *   ixpeer_session.c     the state machine's actions, sockets' events
 *   ixpeer_socket.c      sockets born in a robot's namespace
 *   ixpeer_listener.c    robots that take connections
 *   ixpeer_hear.c        what is heard: read once, counted, kept where asked
 *   ixpeer_paths.c       several paths for a prefix (ixpeer_paths.h)
 *   ixpeer_tell.c        what is announced
 *   ixpeer_behave.c      misbehaviour (ixpeer_bad.h)
 *   ixpeer_lease.c       announcements that end by themselves
 *   ixpeer_puppet.c      scripts
 *   ixpeer_desk.c        the control socket; ixpeer_ask.c its client
 */
#ifndef IXPEER_ROBOT_H
#define IXPEER_ROBOT_H

#include <jansson.h>
#include <uv.h>

#include "base/ipmap.h"
#include "cmd/ixpeer/ixpeer_crowd.h"
#include "cmd/ixpeer/ixpeer_paths.h"
#include "cmd/ixpeer/ixpeer_routes.h"
#include "cmd/ixpeer/ixpeer_wheel.h"
#include "ctl/ctl.h"

struct ixpeer_session;

/* A TCP connection, or an attempt at one. */
struct ixpeer_wire {
	int fd; /* -1: none */
	bool connecting;
	uint32_t serial; /* of the sockets that were here, to notice a change */
	uv_poll_t *poll; /* freed by its own close */
	int events;	 /* what poll asks for now */
	uint8_t *in;	 /* the beginning of a message, usually none */
	size_t in_len;
	uint8_t *out; /* what the socket did not take yet */
	size_t out_len, out_at;
	struct ixpeer_session *session;
	enum bgp_side side;
};

/* What a session holds, of one family. */
struct ixpeer_held {
	uint64_t *bits; /* by the crowd's numbers of prefixes */
	size_t words;
	uint32_t n;
	uint64_t sum; /* of the held prefixes' hashes, in any order the same */
	struct bgp_attrs **kept; /* by number; NULL unless the robot keeps */
	size_t n_kept;
	struct ixpeer_paths *paths; /* of ADD-PATH; NULL: one of each prefix */
};

struct ixpeer_session {
	struct ixpeer_robot *robot;
	const struct ixpeer_to *to;
	struct ip_addr local;
	struct bgp_fsm fsm;
	struct ixpeer_wire wire[2]; /* by enum bgp_side */
	struct ixpeer_alarm alarm;  /* the machine's timers */
	struct ixpeer_held held[2]; /* IPv4, IPv6 */
	bool had_turn;		    /* it was started */
	bool starting;		    /* counts among those who may connect */
	bool refreshed;	  /* the timer of silence was reset in this round */
	unsigned int eor; /* families whose End-of-RIB came */
	uint64_t up_at;	  /* milliseconds; 0: not up */
	uint64_t heard, withdrawn, problems; /* prefixes, prefixes, UPDATEs */
	uint64_t told;			     /* prefixes */
	char problem[120];		     /* the last one */
	struct ixpeer_told {
		enum { IXPEER_TELL_V4, IXPEER_TELL_V6, IXPEER_TELL_DONE } at;
		size_t set, prefix;
	} tell;
};

struct ixpeer_conduct { /* one misbehaviour in progress */
	struct ixpeer_behaviour b;
	enum { IXPEER_WAITS, IXPEER_ACTS, IXPEER_OVER } state;
	uint64_t next, end; /* milliseconds; 0: nothing */
	uint64_t times;
	bool away; /* ROUTE_FLAP: withdrawn just now */
};

struct ixpeer_robot {
	struct ixpeer_players *all;
	const struct ixpeer_robot_conf *conf;
	struct ixpeer_session *sessions;
	size_t n;
	struct ixpeer_routes routes;
	struct ixpeer_conduct *conduct;
	size_t n_conduct;
	struct ixpeer_alarm alarm; /* conduct, script */
	struct ixpeer_listener *listeners;
	size_t n_listeners;
	bool stalled, slow, silent, keep, leaks;
	uint64_t first_up;	      /* milliseconds; 0: never yet */
	struct ixpeer_puppet *puppet; /* its script, NULL: none */
};

struct ixpeer_listener {
	int fd;
	struct ip_addr local;
	struct ixpeer_robot *robot;
	uv_poll_t *poll;
};

struct ixpeer_players {
	uv_loop_t loop;
	struct ixpeer_crowd *crowd;   /* borrowed; what it holds may change */
	struct ixpeer_robot **robots; /* each stays where it is */
	size_t n, n_sessions;
	struct ixpeer_wheel wheel;
	uv_timer_t clock;
	uv_signal_t signals[2];
	struct ixpeer_dumps dumps;
	int home; /* our own namespace */
	bool events, ending, over;
	size_t up;			/* sessions */
	size_t next, starting, at_once; /* who connects next; how many */
	uint64_t started, changed;	/* milliseconds: begin; a route, last */
	uint64_t messages, reused;	/* UPDATEs; of these read before */
	struct ipmap prefixes[2];	/* all ever heard: their numbers */
	struct ixpeer_memo *memo;
	struct ctl_server *desk;
	struct ixpeer_session **order; /* in which they start */
};

uint64_t ixpeer_clock(void); /* milliseconds, never back; never 0 */

/* ---- ixpeer_crowd_run.c */

struct ixpeer_crowd_options {
	const char *control; /* NULL: none */
	bool events;
	uint32_t seconds; /* 0: no limit */
	uint32_t at_once; /* sessions being made; 0: as many as is good */
};
int ixpeer_crowd_run(struct ixpeer_crowd *c,
		     const struct ixpeer_crowd_options *o, struct err *e);
void ixpeer_players_stop(struct ixpeer_players *all);
/* Read the crowd's files again: robots that are told the same of go on as if
 * nothing was, others go and come. -1: nothing has changed. */
int ixpeer_players_reload(struct ixpeer_players *all, struct err *e);
/* Let others connect: this one has, or has failed. */
void ixpeer_players_next(struct ixpeer_session *s);
/* Something happened; a JSON line if asked for. more is consumed. */
void ixpeer_event(struct ixpeer_players *all, const char *event,
		  const struct ixpeer_robot *r, const struct ixpeer_session *s,
		  json_t *more);

/* ---- ixpeer_players.c */

int ixpeer_players_init(struct ixpeer_players *all, struct ixpeer_crowd *c,
			struct err *e);
void ixpeer_players_clear(struct ixpeer_players *all);

/* ---- ixpeer_socket.c: -1 with errno */

int ixpeer_socket_home(void);
int ixpeer_socket_connect(struct ixpeer_session *s);
int ixpeer_socket_listen(struct ixpeer_robot *r, const struct ip_addr *local);

/* ---- ixpeer_session.c */

void ixpeer_session_init(struct ixpeer_session *s, struct ixpeer_robot *r,
			 const struct ixpeer_to *to);
void ixpeer_session_clear(struct ixpeer_session *s);
void ixpeer_session_step(struct ixpeer_session *s, enum bgp_event_type type,
			 enum bgp_side side, const char *text);
/* End it, with that notification (NULL: a plain shutdown), until START. */
void ixpeer_session_stop(struct ixpeer_session *s, const struct bgp_notify *n);
/* Close TCP without a word. */
void ixpeer_session_drop(struct ixpeer_session *s);
/* Established? */
bool ixpeer_session_up(const struct ixpeer_session *s, enum bgp_side *side);
/* Queue bytes on the connection that got further; false: there is none. */
bool ixpeer_session_send(struct ixpeer_session *s, const void *data,
			 size_t len);
/* Ask for what is to be asked for: after a change of out, tell or stalled. */
void ixpeer_session_poll(struct ixpeer_session *s);
/* Somebody connected to us: if the machine wants it, else it is closed. */
void ixpeer_session_accept(struct ixpeer_session *s, int fd);

/* ---- ixpeer_listener.c */

/* At all addresses of a robot that is to listen, or at none. */
int ixpeer_listeners_open(struct ixpeer_robot *r, struct err *e);
void ixpeer_listeners_close(struct ixpeer_robot *r);
/* Close a poll handle, which is freed later; *poll becomes NULL. */
void ixpeer_poll_close(uv_poll_t **poll);

/* ---- ixpeer_hear.c */

/* An UPDATE on an established session. BGP_SESSION_RESET: not one that can be
 * used, nothing was done. */
enum bgp_treat ixpeer_hear(struct ixpeer_session *s, enum bgp_side side,
			   const uint8_t *data, size_t len);
void ixpeer_hear_forget(struct ixpeer_session *s);
/* How many paths it holds: of ADD-PATH, or one of each prefix. */
size_t ixpeer_hear_paths(const struct ixpeer_held *h);
bool ixpeer_hears(const struct ixpeer_session *s, const struct ip_prefix *p);
/* Ask the robot's peers for all their routes again. */
void ixpeer_hear_refresh(struct ixpeer_robot *r);
void ixpeer_memo_free(struct ixpeer_memo *m);
struct ixpeer_memo *ixpeer_memo_new(void);

/* ---- ixpeer_tell.c */

/* Tell the table from its beginning. */
void ixpeer_tell_again(struct ixpeer_session *s);
void ixpeer_tell_all_again(struct ixpeer_robot *r);
/* As much as the socket takes now; false: the connection is gone, errno. */
bool ixpeer_tell(struct ixpeer_session *s, enum bgp_side side);
bool ixpeer_tell_pending(const struct ixpeer_session *s);
/* Announce or withdraw at once, to all established sessions of the robot. */
void ixpeer_tell_set(struct ixpeer_robot *r, const struct ixpeer_set *set);
void ixpeer_tell_gone(struct ixpeer_robot *r, const struct ip_prefix *p,
		      size_t n, uint32_t path_id);
/* The attributes as the session is told them, owned. */
struct bgp_attrs *ixpeer_tell_attrs(const struct ixpeer_session *s,
				    const struct ixpeer_set *set);
void ixpeer_tell_eor(struct ixpeer_session *s, enum ip_family f);
void ixpeer_tell_refreshed(struct ixpeer_session *s,
			   const struct bgp_refresh *request);

/* ---- ixpeer_behave.c */

void ixpeer_behave_init(struct ixpeer_robot *r);
/* A new misbehaviour, from now on; NULL: behave from now on. -1: it cannot. */
int ixpeer_behave(struct ixpeer_robot *r, const struct ixpeer_behaviour *b,
		  struct err *e);
void ixpeer_behave_clock(struct ixpeer_robot *r, uint64_t now);
uint64_t ixpeer_behave_next(const struct ixpeer_robot *r);
/* What the robot's misbehaviour makes of the attributes; a is its own. */
void ixpeer_behave_dress(const struct ixpeer_session *s, struct bgp_attrs *a);
/* A route was heard while the robot leaks. */
void ixpeer_behave_leak(struct ixpeer_session *s, struct bgp_attrs *a,
			const struct ip_prefix *p, size_t n);
bool ixpeer_behaves_badly(const struct ixpeer_robot *r,
			  enum ixpeer_bad_how how);

/* ---- ixpeer_lease.c */

/* Take back what was lent; false: nothing that covers p was. */
bool ixpeer_lease_end(struct ixpeer_robot *r, const struct ip_prefix *p,
		      uint32_t path_id);
void ixpeer_lease_clock(struct ixpeer_robot *r, uint64_t now);
uint64_t ixpeer_lease_next(const struct ixpeer_robot *r);

/* ---- ixpeer_puppet.c */

int ixpeer_puppet_init(struct ixpeer_robot *r, struct err *e);
void ixpeer_puppet_go_on(struct ixpeer_robot *r);
uint64_t ixpeer_puppet_next(const struct ixpeer_robot *r);
/* "", or why it ended. */
const char *ixpeer_puppet_failed(const struct ixpeer_robot *r);
void ixpeer_puppet_free(struct ixpeer_puppet *p);
void ixpeer_robot_alarm(struct ixpeer_robot *r);
void ixpeer_robot_rings(struct ixpeer_alarm *a, uint64_t now);

/* ---- ixpeer_desk.c, ixpeer_ask.c */

int ixpeer_desk_open(struct ixpeer_players *all, const char *name,
		     struct err *e);
int ixpeer_ask_main(int argc, char **argv, struct err *e);

#endif
