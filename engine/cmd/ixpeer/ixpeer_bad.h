/*
 * ixpeer_bad: everything a robot can do wrong on purpose, as one table.
 *
 * A row has a name, what it does, the section that speaks of it, and what a
 * careful reader answers. The names are those of "behave" in a crowd file, of
 * the control socket and of ixpeer(1). There are four kinds:
 *
 *   UPDATE   a good UPDATE with one thing edited; RFC 7606 says for each what
 *            is the least harm that is still safe
 *   MESSAGE  bytes that are no message, or one out of turn
 *   ROUTES   messages without a flaw, about routes that nobody should announce
 *   SESSION  nothing is wrong with any byte, but with when they come
 *
 * The first two are made here, without a socket; ixpeer_behave.c does the
 * others.
 */
#ifndef IXPEER_BAD_H
#define IXPEER_BAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/ip.h"
#include "rs/bgp/bgp.h"

enum ixpeer_bad_kind {
	IXPEER_BAD_UPDATE,
	IXPEER_BAD_MESSAGE,
	IXPEER_BAD_ROUTES,
	IXPEER_BAD_SESSION,
};

enum ixpeer_bad_how {
	/* UPDATE */
	IXPEER_EDIT_SET,       /* this attribute: these flags, this value */
	IXPEER_EDIT_FLAGS,     /* these flags, the value stays */
	IXPEER_EDIT_DROP,      /* it is missing */
	IXPEER_EDIT_TWICE,     /* it is there a second time */
	IXPEER_EDIT_ALONE,     /* as SET, and no prefix beside it */
	IXPEER_EDIT_OVERRUN,   /* the last one is longer than the list */
	IXPEER_EDIT_CUT,       /* the list ends inside a header */
	IXPEER_EDIT_LIST,      /* the list is longer than the message */
	IXPEER_EDIT_WITHDRAWN, /* the withdrawn routes are */
	IXPEER_EDIT_PREFIX,    /* a prefix longer than an address */
	IXPEER_EDIT_SHORT,     /* a prefix with bytes missing */
	IXPEER_EDIT_HOP,       /* MP_REACH_NLRI with a next hop of 5 bytes */
	/* MESSAGE */
	IXPEER_BYTES,
	IXPEER_OPEN_AGAIN,
	/* ROUTES */
	IXPEER_FOREIGN_HOP,
	IXPEER_LEAK,
	IXPEER_BOGONS,
	IXPEER_FIRST_AS,
	IXPEER_RESERVED_AS,
	IXPEER_LONG_PATH,
	IXPEER_TOO_MANY,
	IXPEER_MED_GAMES,
	IXPEER_BLACKHOLE,
	IXPEER_HIJACK,
	IXPEER_ROUTE_FLAP,
	/* SESSION */
	IXPEER_FLAP,
	IXPEER_SLOW_READER,
	IXPEER_NEVER_READS,
	IXPEER_SILENT,
};

struct ixpeer_bad {
	const char *name;
	enum ixpeer_bad_kind kind;
	enum ixpeer_bad_how how;
	uint8_t type, flags;   /* of the attribute edited */
	const char *value;     /* SET, ALONE, BYTES */
	uint8_t len;	       /* of value */
	uint8_t family;	       /* the only one it works with; IP_NONE: both */
	enum bgp_treat treat;  /* of UPDATE: by RFC 7606 */
	uint8_t code, subcode; /* the NOTIFICATION that names it */
	const char *rfc;
	const char *what;
};

extern const struct ixpeer_bad ixpeer_bad[];
extern const size_t ixpeer_bad_n;

/* NULL: there is none. near (may be NULL) is set to what was meant, or NULL. */
const struct ixpeer_bad *ixpeer_bad_find(const char *name, const char **near);
/* Append to out the edited form of a good UPDATE, one that announces prefixes of
 * one family. False when that has not what is to be edited, such as a next hop
 * attribute in an UPDATE about IPv6, or when there is no room. */
bool ixpeer_bad_update(const struct ixpeer_bad *b, const uint8_t *good,
		       size_t len, struct wbuf *out);

#endif
