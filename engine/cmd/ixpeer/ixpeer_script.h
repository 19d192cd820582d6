/*
 * ixpeer_script: what ixpeer is to say, read from text.
 *
 * One step a line, words separated by blanks, '#' begins a comment. The verbs
 * and the words behind "announce" are tables in ixpeer_script.c; ixpeer(1)
 * explains them. Everything is checked while reading; the first mistake is told
 * as "file:line:col: sentence".
 */
#ifndef IXPEER_SCRIPT_H
#define IXPEER_SCRIPT_H

#include "base/err.h"
#include "base/ip.h"
#include "rs/bgp/bgp.h"

struct ixpeer_options;

enum ixpeer_verb {
	IXPEER_ANNOUNCE, /* prefixes with attrs, kept for the next session */
	IXPEER_WITHDRAW, /* prefixes */
	IXPEER_UPDATE,	 /* bytes as attributes, prefixes as classic NLRI */
	IXPEER_MESSAGE,	 /* bytes as body of a message of that type */
	IXPEER_RAW,	 /* bytes as they are */
	IXPEER_EOR,	 /* family */
	IXPEER_REFRESH,	 /* family */
	IXPEER_NOTIFY,	 /* notify, bytes as its data; the session is stopped */
	IXPEER_DROP,	 /* close TCP without a word */
	IXPEER_STALL,	 /* read no more from the peer */
	IXPEER_RESUME,	 /* read again */
	IXPEER_START,	 /* a session again, after notify */
	IXPEER_QUIT,
	IXPEER_WAIT_ESTABLISHED,
	IXPEER_WAIT_DOWN,
	IXPEER_WAIT_EOR,
	IXPEER_WAIT_PREFIX,    /* prefixes: all are there */
	IXPEER_WAIT_WITHDRAWN, /* prefixes: none is there */
};

struct ixpeer_step {
	enum ixpeer_verb verb;
	int line;
	struct bgp_attrs *attrs;
	bool has_path; /* as-path was given, if only an empty one */
	struct ip_prefix *prefixes;
	size_t n_prefixes;
	uint32_t path_id; /* of all these prefixes */
	uint8_t *bytes;
	size_t n_bytes;
	uint8_t type; /* MESSAGE */
	enum ip_family family;
	struct bgp_notify notify;
};

struct ixpeer_script {
	struct ixpeer_step *steps;
	size_t n;
};

/* name is what errors call the file. On failure the script is empty. */
int ixpeer_script_parse(const char *text, size_t len, const char *name,
			struct ixpeer_script *s, struct err *e);
/* The words behind "announce" as a step of their own, from a text that begins at
 * that place of a file. Where first is given the prefix is that one, and only
 * the words behind it are read. Clear the step in any case. */
int ixpeer_script_announce(const char *text, const struct ip_prefix *first,
			   const char *file, int line, int col,
			   struct ixpeer_step *s, struct err *e);
void ixpeer_step_clear(struct ixpeer_step *s);
/* Put in what "announce" left out: our AS as the path, our address as the next
 * hop; an error where an address of that family cannot be one. */
int ixpeer_script_fill(struct ixpeer_script *s, const struct ixpeer_options *o,
		       struct err *e);
void ixpeer_script_clear(struct ixpeer_script *s);
/* The message of a step that says its bytes: UPDATE, MESSAGE, RAW. Right lengths
 * around whatever they are; owned by the caller. */
uint8_t *ixpeer_step_message(const struct ixpeer_step *s, size_t *len);
const char *ixpeer_verb_name(enum ixpeer_verb v);

#endif
