/*
 * grader_daemon: what a daemon that is asked by a program of its own (FRR, GoBGP,
 * OpenBGPD) says of its routes.
 *
 *	question ── argv ──> vtysh, gobgp, bgpctl ── JSON ──> rows
 *
 * The rows are those of grader_evidence.h, whatever the daemon. None of the three
 * says which routes it refused: it is asked for all that came, before its filters,
 * and then for what it took; the rest was refused. It is asked in this order, for
 * a route that comes in between is then merely not seen to have been refused.
 *
 * What a daemon does not tell is a table (grader_daemon_cannot), so that an
 * exercise that asks for it is refused when it is read.
 *
 *	FRR       of what came, no communities before its filters; of what it sends
 *	          neither communities nor ONLY_TO_CUSTOMER. It stores what it sends
 *	          without its own AS number and without itself as the next hop, and
 *	          puts in both as it writes the message; so do we.
 *	GoBGP     no ONLY_TO_CUSTOMER; as a route server not what it took.
 *	OpenBGPD  a MED of 0 and none look the same, and are none.
 *
 * Asked for are routes of the family that the session runs over.
 *
 * Pure, bounded, fuzzed: bytes in, JSON out.
 */
#ifndef GRADER_GRADER_DAEMON_H
#define GRADER_GRADER_DAEMON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/ip.h"
#include "lab/model/model.h"

#define DAEMON_ANSWER_MAX (16u << 20) /* bytes of an answer */
#define DAEMON_ROWS_MAX 65536

enum daemon_part {
	DAEMON_RECEIVED, /* before its filters */
	DAEMON_ACCEPTED,
	DAEMON_SENT,
};

struct daemon_question {
	enum daemon_part part;
	enum ip_family family;
	/* The session with the neighbour, a row of model_sessions_read; NULL of
	 * a daemon that is asked for the routes of all at once (whole). */
	const json_t *session;
};

struct grader_daemon {
	const char *kind; /* of a node: "frr" */
	bool whole;	  /* accepted routes of all neighbours are one answer */
	json_t *(*argv)(const struct daemon_question *q); /* words; owned */
	void (*read)(const struct daemon_question *q, const json_t *answer,
		     json_t *rows);
};

/* NULL when there is none for that kind of node. */
const struct grader_daemon *grader_daemon_find(const char *kind);
/* What the program printed, as rows of {address (the neighbour's), prefix, family,
 * next_hop, as_path, origin, ..}; NULL when it is no answer. Owned. */
json_t *grader_daemon_read(const struct grader_daemon *d,
			   const struct daemon_question *q, const char *text,
			   size_t len);
/* The evidence: accepted rows, and of the received those that are not among
 * them, with their states. Both lists are given up. Owned. */
json_t *grader_daemon_judged(json_t *received, json_t *accepted);

/* Of what routes have, what a daemon does not tell. */
enum daemon_lack {
	DAEMON_LACKS_COMMUNITIES = 1,
	DAEMON_LACKS_OTC = 2,
	DAEMON_LACKS_PREF = 4,
	DAEMON_LACKS_ACCEPTED = 8, /* which of them it took */
};

/* Bits of enum daemon_lack, of that node's routes; 0 for kinds of other sorts. */
unsigned int grader_daemon_lacks(const struct lab_node *n,
				 enum daemon_part part);

/* ---- for the readers */

extern const struct grader_daemon grader_daemon_frr, grader_daemon_gobgp,
    grader_daemon_openbgpd;

/* The neighbour's address, "" of all. */
const char *daemon_neighbour(const struct daemon_question *q);
/* A new row, borrowed; NULL when these are no prefix of that family and no
 * address, or there are too many rows. */
json_t *daemon_row(const struct daemon_question *q, json_t *rows,
		   const char *prefix, const char *address);
void daemon_next_hop(json_t *row, const char *text);
/* Left out unless it is a number of 32 bits. */
void daemon_number(json_t *row, const char *key, const json_t *value);
void daemon_path(json_t *row, const char *text);
void daemon_origin(json_t *row, const char *text);
/* Adds to the row's list key; the names of well-known communities as numbers. */
void daemon_community(json_t *row, const char *key, const char *text);
/* "RT:64500:7", "soo 65536:8" */
void daemon_extended(json_t *row, const char *text);

#endif
