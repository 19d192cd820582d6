/* server_state: what the files of this module share. Private. */
#ifndef SERVER_STATE_H
#define SERVER_STATE_H

#include <jansson.h>

#include "ctl/ctl.h"
#include "rs/bgp/bgp.h"
#include "rs/rib/rib.h"
#include "rs/server/server.h"

#define SERVER_CONN_IN (4 * BGP_MSG_MAX)

struct server_conn { /* a TCP connection with a member */
	uv_tcp_t tcp;
	uv_timer_t linger;
	struct server *s;
	struct server_member *m; /* NULL: on its way out */
	enum bgp_side side;
	int handles; /* not yet closed, of the two */
	int failed;  /* to connect: why */
	bool connected, closing;
	uint8_t in[SERVER_CONN_IN];
	size_t in_len;
	struct server_conn *prev, *next; /* of the server */
};

struct server_member { /* a session */
	struct server *s;
	struct policy_session policy; /* whose, and from which address */
	struct bgp_fsm fsm;
	uv_timer_t timer;	     /* the machine's next deadline */
	uv_timer_t begin;	     /* active: it is told nothing yet */
	int handles;		     /* not yet closed, of the two */
	struct server_conn *conn[2]; /* by enum bgp_side */
	struct rib_peer *peer;
	enum bgp_state shown; /* the state last published */
	char last_down[256];  /* why the session was lost last */
	uint64_t malformed;   /* UPDATEs with something wrong in them */
	char last_malformed[200];
	bool in_flush;
	struct server_member *flush_next;
	struct server_member *next;
};

struct server_event { /* a route event that waits */
	struct ip_prefix prefix;
	const struct server_member *m;
	bool announced;
};

#define SERVER_EVENTS 256

struct server {
	uv_loop_t *loop;
	const struct server_conf *conf;
	struct policy *policy;
	struct rpki *rpki;	/* lent to the policy */
	struct server_rtr *rtr; /* NULL: no cache */
	struct rib *rib;
	uv_tcp_t *listeners;
	size_t n_listeners;
	struct server_member *members; /* in the files' order */
	struct server_conn *conns;
	uv_timer_t flush; /* due when a member has something to be told */
	struct server_member *flush_first, *flush_last;
	struct ctl_server *ctl;
	struct ctl_client **subscribers;
	size_t n_subscribers;
	uv_timer_t events_timer;
	struct server_event events[SERVER_EVENTS];
	size_t n_events, n_events_lost;
	bool stopping;
};

uint64_t server_now(const struct server *s); /* milliseconds */
/* "AS65001_1" or the description. Borrowed. */
const char *server_member_name(const struct server_member *m);

/* ---- server_conn.c: bytes */
int server_listen(struct server *s, struct err *e);
void server_unlisten(struct server *s);
void server_conn_open(struct server_member *m); /* side BGP_OUT */
/* Bytes are copied. */
void server_conn_write(struct server_conn *c, const uint8_t *data, size_t len);
/* Takes data over. */
void server_conn_give(struct server_conn *c, uint8_t *data, size_t len);
size_t server_conn_unsent(const struct server_conn *c);
/* Let go: what was written still goes out, for a second at most. */
void server_conn_close(struct server_conn *c);

/* ---- server_member.c: sessions */
void server_member_add(struct server *s, const struct policy_client *client,
		       const struct ip_addr *address);
void server_member_del(struct server_member *m); /* unlinks it */
/* Follow changed settings; whether the session had to be reset. */
void server_member_update(struct server_member *m,
			  const struct policy_client *client);
struct server_member *server_member_find(const struct server *s,
					 const struct ip_addr *address);
void server_member_step(struct server_member *m, const struct bgp_event *ev);
/* The bytes of one whole message. */
void server_member_receive(struct server_member *m, enum bgp_side side,
			   const uint8_t *data, size_t len);
/* Send ROUTE-REFRESH. */
int server_member_refresh(struct server_member *m, struct err *e);

/* ---- server_import.c: from the member */
void server_import(struct server_member *m, const struct bgp_update *u);
void server_import_refresh(struct server_member *m,
			   const struct bgp_refresh *r);
/* Judge all routes anew: the policy has changed. */
void server_import_again(struct server *s);
/* Those inside the prefixes: what is known about these has changed. How many. */
size_t server_import_inside(struct server *s, const struct ip_prefix *p,
			    size_t n);

/* ---- server_export.c: to the member */
extern const struct rib_hooks server_export_hooks;
void server_export(struct server_member *m);
/* Nothing more is to be told: the member goes. */
void server_export_forget(struct server_member *m);

/* ---- server_rtr.c: from the RPKI cache */
/* VRPs or ASPAs have changed, from whatever source: judge again what they are
 * about. */
void server_rpki_changed(struct server *s);
/* All routes have been judged anyway: what had changed is no news. */
void server_rpki_forget(struct server *s);
void server_rtr_stop(struct server *s);
json_t *server_rtr_json(struct server *s);

/* ---- server_json.c, server_ctl.c: answers */
json_t *server_json_session(const struct server_member *m);
json_t *server_json_path(const struct server *s, const struct rib_path *p);
json_t *server_json_sent(const struct server_member *to,
			 const struct ip_prefix *prefix,
			 const struct bgp_attrs *a);
int server_ctl_open(struct server *s, struct err *e);
void server_ctl_close(struct server *s);

/* ---- server_event.c: news */
void server_event_subscribe(struct server *s, struct ctl_client *client);
/* A client went; a ctl_closed_cb. */
void server_event_gone(void *server, struct ctl_client *client);
void server_event_session(struct server_member *m);
void server_event_route(struct server_member *m, const struct ip_prefix *p,
			bool announced);
/* The member goes: nothing may point to it. */
void server_event_forget(struct server *s, const struct server_member *m);

#endif
