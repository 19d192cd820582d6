/* server_state: what the files of this module share. Private. */
#ifndef SERVER_STATE_H
#define SERVER_STATE_H

#include <jansson.h>

#include "ctl/ctl.h"
#include "rs/bgp/bgp.h"
#include "rs/export/export.h"
#include "rs/rib/rib.h"
#include "rs/server/server.h"

enum {
	SERVER_V4,
	SERVER_V6,
	SERVER_FAMILIES,
	SERVER_IN = 128 * 1024,	 /* bytes read at once, at most */
	SERVER_TURN = 32 * 1024, /* from one connection in one turn, about */
	SERVER_EVENTS = 256,
};

struct server_conn { /* a TCP connection with a member */
	uv_tcp_t tcp;
	uv_timer_t linger;
	struct server *s;
	struct server_member *m; /* NULL: on its way out */
	enum bgp_side side;
	int handles; /* not yet closed, of the two */
	int failed;  /* to connect: why */
	bool connected, closing, stranger;
	bool writing; /* pieces are on their way */
	bool paused;  /* has been read enough in this turn */
	uint64_t born;
	uint32_t turn;
	size_t turn_read;
	uint8_t *rest; /* of a message whose end has not come */
	size_t rest_len;
	struct server_job *job;		 /* what it sent is being read */
	struct server_conn *prev, *next; /* of the server */
};

/* What a member announces with one attribute set, as server_ahead has found it. */
struct server_judged {
	int table;
	bool plain;		    /* policy_is_plain; export_plain */
	struct export_draft *draft; /* or this; NULL: neither */
	struct rib_attrs *made;	    /* NULL: it has joined */
	uint32_t hash; /* of made, which lies in the other one's cache */
	const uint32_t *hashes; /* of each prefix */
	const struct policy_verdict *verdicts;
};

struct server_limit {	 /* max_prefix, of one session and family */
	bool near, over; /* has been said */
	bool paths;	 /* likewise, that a prefix has too many */
	size_t blocked;	 /* paths kept as POLICY_MAX_BLOCKED */
	uint64_t discarded;
};

/* How long a session of a range outlives its connection. */
#define SERVER_DYNAMIC_MS 60000

enum server_stopped { /* who keeps the session down */
		      SERVER_RUNS,
		      SERVER_BY_OPERATOR,
		      SERVER_BY_LIMIT,
};

struct server_member { /* a session */
	struct server *s;
	struct policy_session policy; /* whose, and from which address */
	bool dynamic;		      /* from inside a range */
	bool seen;		      /* while reloading: with this client */
	const struct policy_client *next_client;
	struct bgp_fsm fsm;
	uv_timer_t timer;
	uint64_t timer_at; /* armed; 0 not */
	uint64_t begin_at; /* it is told nothing before; 0 told */
	uint64_t nudge_at; /* it is told something again; 0 never */
	unsigned int nudges;
	uint64_t again_at;	     /* stopped or gone: what then; 0 never */
	struct server_conn *conn[2]; /* by enum bgp_side */
	struct ip_addr local;	     /* our end of the session */
	struct export_member *out[SERVER_FAMILIES]; /* NULL: not offered */
	struct server_limit limit[SERVER_FAMILIES];
	struct server_judged *judged; /* of the UPDATE that is heard */
	int over; /* family whose limit ends the session; -1 none */
	enum server_stopped stopped;
	enum bgp_state shown;	      /* the state last published */
	char last_down[256];	      /* why the session was lost last */
	struct server_warned *warned; /* owned */
	size_t n_warned;
	uint64_t malformed; /* UPDATEs with something wrong in them */
	char last_malformed[200];
	bool ready;   /* has something to be handed out */
	int out_next; /* family to begin with */
	struct server_member *ready_next;
	struct server_member *prev, *next; /* of the server */
	struct server_member *hash_next;
};

struct server_event { /* a route event that waits */
	struct ip_prefix prefix;
	const struct server_member *m;
	bool announced;
};

struct server_table { /* of one family */
	struct export *x;
	struct rib *rib; /* its */
	size_t
	    at_once; /* so many nets are decided without a look at the clock */
};

struct server {
	uv_loop_t *loop;
	const struct server_conf *conf;
	struct policy *policy;
	struct rpki *rpki; /* lent to the policy */
	struct server_table table[SERVER_FAMILIES];
	struct server_rtr *rtr; /* NULL: no cache */
	uv_tcp_t *listeners;
	size_t n_listeners;
	bool *knocking;		       /* of each: somebody waits there */
	size_t n_accepted, n_knocking; /* in this turn */
	struct server_member *members, *members_last; /* in the files' order */
	struct server_member **by_address;	      /* hash table */
	size_t n_members, n_buckets, n_dynamic;
	struct server_conn *conns;
	size_t n_strangers, n_paused;
	uint8_t *in; /* SERVER_IN bytes, for whoever is read */
	uv_check_t check;
	uv_idle_t idle; /* active: the next turn does not wait */
	uint32_t turn;
	struct server_member *ready, *ready_last;
	struct ctl_server *ctl;
	struct server_list *lists; /* being made, or waiting to go on */
	struct ctl_client **subscribers;
	size_t n_subscribers;
	uv_timer_t events_timer;
	struct server_ahead *ahead;   /* NULL: not needed yet */
	struct server_reload *reload; /* NULL: never asked for */
	struct server_event events[SERVER_EVENTS];
	size_t n_events, n_events_lost;
	uint64_t started; /* milliseconds */
	bool stopping;
};

uint64_t server_now(const struct server *s); /* milliseconds */
enum ip_family server_family(int f);	     /* SERVER_V4, SERVER_V6 */
int server_family_index(enum ip_family f);

/* ---- server_reload.c */

/* The addresses of the policy's clients that are not members yet. */
void server_members_add(struct server *s);
/* What was read comes into force. new and read are taken over, even when they are
 * refused, and then nothing has changed. */
int server_reload_apply(struct server *s, struct policy *new, struct rpki *read,
			struct err *e);
void server_reload_free(struct server *s); /* nobody reads any more */

/* ---- server_find.c: members by address and by index */
/* "AS65001_1" or the description. Borrowed. */
const char *server_member_name(const struct server_member *m);
struct server_member *server_find(const struct server *s,
				  const struct ip_addr *address);
void server_find_add(struct server *s, struct server_member *m);
void server_find_del(struct server *s, struct server_member *m);
/* The member that announces that path. */
struct server_member *server_from(const struct server *s, int f,
				  const struct rib_path *p);
/* The end of a session in a table; NULL when the family is not offered. */
struct rib_peer *server_peer(const struct server_member *m, int f);
/* The range that admits the address: its client; *range is its place. */
const struct policy_client *server_range(const struct policy *p,
					 const struct ip_addr *a,
					 const struct ip_prefix **range);

/* ---- server_turn.c: who is served when */
void server_turn_init(struct server *s);
void server_turn_close(struct server *s);
/* There is work: the next turn does not wait. */
void server_turn_soon(struct server *s);
void server_ready(struct server_member *m);
void server_ready_not(struct server_member *m);

/* ---- server_conn.c: TCP connections */
struct server_conn *server_conn_new(struct server *s, struct server_member *m,
				    enum bgp_side side, unsigned int af);
void server_conn_open(struct server_member *m); /* side BGP_OUT */
/* The connection stands: the machine is told. */
void server_conn_start(struct server_conn *c);
/* The connection ended without our doing; status is libuv's. */
void server_conn_ended(struct server_conn *c, int status);
/* Let go: what was written still goes out, for a second at most. */
void server_conn_close(struct server_conn *c);
void server_conn_drop(struct server_conn *c); /* at once */

/* ---- server_listen.c */
int server_listen(struct server *s, struct err *e);
/* Those who were left at the door in the last turn. */
void server_listen_resume(struct server *s);
void server_unlisten(struct server *s);

/* ---- server_socket.c: what the kernel guards: TTL, TCP-MD5 */
/* For a connection with that client; the kernel's refusals are logged. */
void server_socket_ttl(uv_tcp_t *tcp, enum ip_family f,
		       const struct policy_settings *c);
/* Let the listening sockets hear nobody from farther away than p's members may
 * be: where all of a family have gtsm. */
void server_socket_guard(struct server *s, const struct policy *p);
/* Can all passwords be had here? */
int server_socket_probe(const struct policy *p, struct err *e);
/* The passwords of p on the listening sockets, and none that only old has. */
int server_socket_passwords(struct server *s, const struct policy *old,
			    const struct policy *p, struct err *e);
/* On a socket that is to connect to a. 0 or -errno. */
int server_socket_md5(uv_tcp_t *tcp, const struct ip_addr *a,
		      const char *password);
enum ip_family server_socket_family(const uv_tcp_t *tcp);

/* ---- server_read.c, server_write.c: bytes */
void server_read(struct server_conn *c);
void server_read_resume(struct server *s); /* all that were paused */
/* Its job is done. */
void server_read_on(struct server_conn *c);
/* Read what waits there, not only in the loop's order. It may end. */
void server_read_now(struct server_conn *c);
/* Bytes are copied. */
void server_write(struct server_conn *c, const uint8_t *data, size_t len);
/* Hand out what is to be told, a bounded part. Whether there is more, and the
 * socket took all. */
bool server_write_pieces(struct server_member *m);

/* ---- server_member.c: sessions */
void server_member_step(struct server_member *m, const struct bgp_event *ev);
/* The bytes of one whole message. */
void server_member_receive(struct server_member *m, enum bgp_side side,
			   const uint8_t *data, size_t len);
/* One that server_ahead has decoded and judged; it needs no attributes. */
void server_member_hear(struct server_member *m, enum bgp_side side,
			const struct bgp_update *u,
			struct server_judged *judged);
/* It may be told now what there is. */
void server_member_begin(struct server_member *m);
void server_member_arm(struct server_member *m); /* its timer */

/* ---- server_life.c: members come and go */
struct server_member *server_member_add(struct server *s,
					const struct policy_client *client,
					const struct ip_addr *address,
					bool dynamic);
void server_member_start(struct server_member *m);
void server_member_del(struct server_member *m);
/* Follow changed settings; a session that cannot is reset. */
void server_member_update(struct server_member *m,
			  const struct policy_client *client);
/* Keep it down until server_member_start (or again_at); n is what it is told. */
void server_member_stop(struct server_member *m, enum server_stopped by,
			const struct bgp_notify *n);
/* A session for somebody who connects from inside a range; NULL: no. */
struct server_member *server_member_dynamic(struct server *s,
					    const struct ip_addr *address);

/* ---- server_ahead.c: much from one member, read by another thread */
/* Take the whole messages at the beginning away. How many bytes; 0: not now. Then
 * the connection must not be read before server_read_on. */
size_t server_ahead_take(struct server_conn *c, const uint8_t *data, size_t n);
/* Hear what was read, about until then (uv_hrtime); whether there is more. */
bool server_ahead_hear(struct server *s, uint64_t until);
/* Hear now what was taken away from that connection, all of it. */
void server_ahead_finish(struct server_conn *c);
void server_ahead_forget(struct server_conn *c); /* it closes */
/* The policy, or what it knows, changes in between. */
void server_ahead_hold(struct server *s);
void server_ahead_release(struct server *s);
void server_ahead_stop(struct server *s);
void server_ahead_free(struct server *s);

/* ---- server_import.c: from the member */
/* What of the attributes is kept: a counted reference. */
struct bgp_attrs *server_import_attrs(const struct server *s,
				      struct bgp_attrs *a);
/* judged: of each u->reach; NULL: not yet. */
void server_import(struct server_member *m, const struct bgp_update *u,
		   struct server_judged *judged);
void server_import_refresh(struct server_member *m,
			   const struct bgp_refresh *r);
/* Judge all routes anew: the policy has changed. */
void server_import_again(struct server *s);
/* Those inside the prefixes: what is known about these has changed. How many. */
size_t server_import_inside(struct server *s, const struct ip_prefix *p,
			    size_t n);
/* Send ROUTE-REFRESH for all its families. */
int server_import_ask(struct server_member *m, struct err *e);

/* ---- server_stale.c: routes of members that are away (RFC 4724, RFC 9494) */
/* What else is to be said of a path that is kept for long. */
void server_stale_verdict(const struct rib_path *p, struct rib_verdict *v);
/* Paths of the member that are stale still go. */
void server_stale_sweep(struct server_member *m, int f);
/* They become long-lived stale. */
void server_stale_long(struct server_member *m, int f);

/* ---- server_limit.c: max_prefix; the first two are pure */
enum server_limit_news {
	SERVER_LIMIT_QUIET,
	SERVER_LIMIT_NEAR,
	SERVER_LIMIT_OVER
};
/* What is to be said of count prefixes, once each time. */
enum server_limit_news server_limit_news(struct server_limit *l, uint32_t limit,
					 size_t count);
/* The Cease of RFC 4486 section 4. */
struct bgp_notify server_limit_notify(enum ip_family f, uint32_t limit);
/* Is a new path to be kept out? *keep: as blocked; else discarded. */
bool server_limit_blocks(const struct server_member *m, int f,
			 const struct rib_verdict *v, bool *keep);
/* Routes have come: say, and note in m->over, what follows. */
void server_limit_check(struct server_member *m, int f);
void server_limit_act(struct server_member *m); /* on m->over */
/* Limits may be others, or routes may count otherwise: both, of all members. */
void server_limit_again(struct server *s);

/* ---- server_warn.c */
/* Log what the marks of a route that is accepted warn of, now and then. */
void server_warn(struct server_member *m, const struct ip_prefix *p,
		 const struct rib_attrs *a, uint16_t marks);
void server_warn_clear(struct server_member *m);

/* ---- server_page.c: the first rows of many in order; pure */
struct server_row {
	uint32_t section; /* of the answer */
	struct ip_prefix prefix;
	uint32_t id;
	uint32_t number; /* the caller's */
};
struct server_page {
	struct server_row *rows; /* owned */
	size_t n, max;		 /* sorted and cut by _end */
	bool more;
	struct server_row after; /* rows up to this one were given before */
	bool has_after;
};
int server_row_cmp(const struct server_row *a, const struct server_row *b);
void server_page_add(struct server_page *g, const struct server_row *r);
void server_page_end(struct server_page *g);
void server_page_clear(struct server_page *g);
/* A row as the word that asks for what follows it, and back. */
char *server_page_print(const struct server_row *r, char buf[80]);
bool server_page_parse(const char *word, struct server_row *r);

/* ---- server_rtr.c: from the RPKI cache */
/* VRPs or ASPAs have changed, from whatever source: judge again what they are
 * about. */
void server_rpki_changed(struct server *s);
/* All routes have been judged anyway: what had changed is no news. */
void server_rpki_forget(struct server *s);
void server_rtr_stop(struct server *s);
json_t *server_rtr_json(struct server *s);

/* ---- server_json.c, server_show.c, server_explain.c, server_admin.c,
 * server_ctl.c: answers */
json_t *server_json_session(const struct server_member *m);
/* a: the path's attributes, unpacked; shown as policy tags them. */
json_t *server_json_path(const struct server *s, int f, uint32_t path,
			 const struct bgp_attrs *a);
json_t *server_json_sent(const struct server_member *to,
			 const struct ip_prefix *prefix,
			 const struct bgp_attrs *a, uint32_t id);
/* Into an object: who; a router id. */
void server_json_member(json_t *o, const struct server_member *m);
void server_json_id(json_t *o, const char *key, uint32_t id);

typedef int server_verb(struct server *s, const json_t *args, json_t **result,
			struct err *e);
server_verb server_show_version, server_show_stats, server_show_rpki;
server_verb server_explain;
server_verb server_admin_refresh, server_admin_shutdown, server_admin_enable,
    server_admin_reset;
/* Answers q when the files have been read. */
void server_admin_reload(struct server *s, struct ctl_request *q);

struct server_who {
	struct server_member **m; /* sessions; owned */
	size_t n;
};
/* Those that a word means: an address one session, a name or an AS number all
 * of one client. -1 when it is nobody, or several clients. */
int server_who(struct server *s, const json_t *args, struct server_who *w,
	       struct err *e);
void server_who_all(struct server *s, struct server_who *w);
const char *server_arg(const json_t *args, const char *key); /* or NULL */

/* A prefix means itself; an address, every prefix around it. */
struct server_wanted {
	bool all, is_addr;
	struct ip_prefix prefix;
};
/* text NULL means all. */
int server_wanted(const char *text, struct server_wanted *w, struct err *e);
bool server_is_wanted(const struct server_wanted *w, const struct ip_prefix *p);

int server_ctl_open(struct server *s, struct err *e);
void server_ctl_close(struct server *s);

/* ---- server_list.c, server_rows.c: long answers, a little in each turn */
/* 1: it is a verb for a list, and the request will be answered; 0: it is none; -1:
 * it cannot be answered. */
int server_list_ask(struct server *s, struct ctl_request *q, const char *verb,
		    const json_t *args, struct err *e);
/* Some more of it; whether there is more to do at once. */
bool server_list_turn(struct server *s);
/* A client, or a member, goes: nothing may point to it. */
void server_list_gone(struct server *s, const struct ctl_client *client);
void server_list_forget(struct server *s, const struct server_member *m);

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
