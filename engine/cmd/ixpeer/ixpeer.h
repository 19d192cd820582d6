/* What ixpeer's files share: its options, its sockets, its lines of output. */
#ifndef IXPEER_H
#define IXPEER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/ip.h"
#include "cmd/ixpeer/ixpeer_script.h"
#include "rs/bgp/bgp.h"

struct ixpeer_options {
	struct bgp_fsm_conf bgp;
	struct ip_addr local, remote; /* remote IP_NONE: whoever connects */
	uint16_t port;		      /* to connect to */
	uint16_t listen_port;	      /* 0: do not listen */
	uint32_t seconds;	      /* 0: no limit */
	uint32_t timeout;	      /* seconds a step may wait */
	bool until_eor;
	bool mute; /* say nothing of our own accord */
	const char *script_name;
	const char *record; /* a folder; NULL: do not */
};

/* ---- ixpeer_link.c: a TCP connection with both buffers ---- */

struct ixpeer_link {
	int fd; /* -1: none */
	bool connecting;
	uint8_t in[2 * BGP_MSG_EXTENDED];
	size_t in_len;
	uint8_t *out;
	size_t out_len;
};

int ixpeer_link_listen(const struct ip_addr *local, uint16_t port,
		       struct err *e);
/* -1 with errno when the attempt failed at once. */
int ixpeer_link_connect(struct ixpeer_link *l, const struct ip_addr *local,
			const struct ip_addr *remote, uint16_t port);
/* The next connection waiting, or -1; who it is goes to from. */
int ixpeer_link_accept(int listener, struct ip_addr *from);
void ixpeer_link_queue(struct ixpeer_link *l, const void *data, size_t len);
/* Write what the socket takes. -1 with errno: the connection is gone. */
int ixpeer_link_write(struct ixpeer_link *l);
/* 1 something came, 0 nothing, -1 with errno (0: closed) it is gone. */
int ixpeer_link_read(struct ixpeer_link *l);
/* Drop len bytes at the front of in. */
void ixpeer_link_eat(struct ixpeer_link *l, size_t len);
/* Close; abruptly, or so that what was written still arrives. */
void ixpeer_link_close(struct ixpeer_link *l, bool abrupt);

/* ---- ixpeer_say.c: one JSON line an event, on standard output ---- */

void ixpeer_say_state(enum bgp_state state, const char *reason);
void ixpeer_say_up(const struct bgp_session *s);
void ixpeer_say_down(const char *reason);
/* What came: OPEN, UPDATE, NOTIFICATION, ROUTE-REFRESH (KEEPALIVE is silent),
 * or what was wrong with it. */
void ixpeer_say_message(enum bgp_treat treat, const struct bgp_msg *m);
void ixpeer_say_problem(enum bgp_treat treat, const struct bgp_problem *p);
void ixpeer_say_sent_notification(const uint8_t *message, size_t len);

/* ---- ixpeer_run.c ---- */

/* Until the script quits, the time is over, or a signal; 0, or -1 with e. */
int ixpeer_run(const struct ixpeer_options *o,
	       const struct ixpeer_script *script, struct err *e);

/* ---- ixpeer_crowd_main.c: the other forms of the command ---- */

int ixpeer_crowd_main(int argc, char **argv, struct err *e);
int ixpeer_behaviours_main(int argc, char **argv, struct err *e);
int ixpeer_ask_main(int argc, char **argv, struct err *e);

#endif
