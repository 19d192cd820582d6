/*
 * server: the route server as a process: sockets, timers, members, answers.
 *
 *	              bytes               messages            routes
 *	member's --> server_read --> bgp_fsm_receive --> server_import --> rib
 *	router                           (pure)          policy_import      |
 *	   ^                                                             changed
 *	   |                                                              nets
 *	server_write <---- pieces of the shared stream <---- export <-------+
 *	                   (export_take)                     (export_decide)
 *
 * A member is one session: one address of a client of clients.yml, or somebody
 * from inside a range of it. All that is pure is elsewhere (bgp, policy, rib,
 * export); here are the parts that wait. One libuv loop; a second thread only reads
 * what comes in bulk (server_ahead.c). RFC 7947: the server adds nothing to a path and
 * is in no path.
 *
 * The loop goes in turns (server_turn.c). All sockets that have something are
 * read first, so that what many members say about one prefix is one decision;
 * then some decisions are made, then bytes are handed out, each part bounded, and
 * the next turn begins. Nothing waits for a slow member: export keeps a cursor
 * for it, and no bytes of its own.
 *
 * A member that sends nonsense costs its own session at most.
 */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/err.h"
#include "base/ip.h"
#include "rs/policy/policy.h"

#define SERVER_VERSION "0.1"

struct server_conf {
	const char *general, *clients, *bogons; /* files; bogons may be NULL */
	const char **irr;			/* RPSL or bgpq4's JSON */
	size_t n_irr;
	const char *vrps, *rtt, *peering_db; /* files; NULL: not given */
	const char *rtr;		     /* HOST:PORT of a cache; NULL */
	bool perform_gshut;
	const char *control;	/* socket name, see ctl.h */
	struct ip_addr *listen; /* none: every address of both families */
	size_t n_listen;
	struct policy_asns *allowed; /* see policy_allow_asns */
	size_t n_allowed;
	uint16_t port; /* to listen on and to connect to */
	uint16_t hold; /* seconds to propose */
};

/* Read the files: what --check does. rpki is lent to the policy. What files say
 * of VRPs and ASPAs goes into read, which is empty, or at the start rpki itself;
 * server_policy_rpki puts it into force. NULL with e set. */
struct policy *server_policy_load(const struct server_conf *c,
				  struct rpki *rpki, struct rpki *read,
				  struct err *e);
/* rpki says what read says (which is emptied); with c->rtr it keeps its VRPs. */
void server_policy_rpki(const struct server_conf *c, struct rpki *rpki,
			struct rpki *read);
/* Log what the operator should know of it. */
void server_policy_notes(const struct policy *p);

struct server;
/* Read the files and take the sockets. conf is borrowed for the server's life.
 * NULL with e set: the loop has run and is empty again. */
struct server *server_new(uv_loop_t *loop, const struct server_conf *conf,
			  struct err *e);
/* Start the sessions. Between the two the process may fork and give up its
 * privileges. */
void server_start(struct server *s);
/* Load the library that --rtr takes, which server_rtr_start would do: before that there
 * is still somebody to tell that it is missing, and no sandbox. */
int server_rtr_load(struct err *e);
/* Follow the RPKI cache of conf, if there is one: in a thread, so this is for after
 * the process has detached. */
int server_rtr_start(struct server *s, struct err *e);
/* "HOST:PORT", "[2001:db8::1]:323"; host and port are the caller's to free. */
int server_rtr_parse(const char *text, char **host, char **port, struct err *e);
/* Tell the members good-bye and close everything; the loop then ends. */
void server_stop(struct server *s);
void server_free(struct server *s); /* after the loop has ended */
/* Read the files again, in a thread, and apply them without touching a session that
 * stays. done is called once, in the loop; e says why nothing has changed, or is
 * NULL. While the server ends it is called, too. */
typedef void server_reloaded(void *arg, const struct err *e);
void server_reload(struct server *s, server_reloaded *done, void *arg);

#endif
