/*
 * grader_bird_parse: what BIRD says on its control socket, read.
 *
 * A reply is a run of lines. Each begins with four digits and '-', the last one
 * with four digits and a space; a line that begins with a space continues under
 * the code above it; a line that begins with '+' is a log line ("echo all") and
 * may stand anywhere. Codes, not words, tell what a line is:
 *
 *	0000 done  0001 hello  0013 status  0016 restricted  0020 checked
 *	1002 protocol  1006 its details  1007 route  1008, 1012 its attributes
 *	1011 status details  8xxx the daemon could not  9xxx it did not understand
 *
 * Pure, bounded, fuzzed: bytes in, JSON out. All text is cleaned on the way.
 */
#ifndef GRADER_GRADER_BIRD_PARSE_H
#define GRADER_GRADER_BIRD_PARSE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define BIRD_REPLY_MAX (16u << 20) /* bytes in a reply */
#define BIRD_LINE_MAX 65536

struct bird_line {
	int code;
	char *text; /* after the code; owned by the reply */
};

struct bird_reply {
	struct bird_line *lines;
	size_t n, size, bytes;
	int code; /* of the last line */
};

/* Collects bytes, gives replies and log lines. {0} is empty. */
struct bird_reader {
	char *data;
	size_t len, size, pos;
	struct bird_reply reply; /* so far */
};

enum bird_what {
	BIRD_RUBBISH = -1, /* whoever speaks there is not BIRD */
	BIRD_MORE,	   /* bytes are needed */
	BIRD_REPLY,	   /* *reply is whole; the caller's to clear */
	BIRD_LOG,	   /* *log is a line; free it */
};

void bird_reader_add(struct bird_reader *r, const void *data, size_t n);
enum bird_what bird_reader_next(struct bird_reader *r, struct bird_reply *reply,
				char **log);
void bird_reader_clear(struct bird_reader *r);
void bird_reply_clear(struct bird_reply *reply);

/* "show protocols all": the BGP ones, [{name, state, since, address, asn,
 * local_asn, family, established, last_error, limit_hit, channels: [..], accepted,
 * filtered, invalid (these three true or absent), multihop, hold_time,
 * capabilities: [what both ends said], peer_role}]. Owned. */
json_t *bird_protocols(const struct bird_reply *r);
/* Milliseconds from "since" to now, seconds of the clock. */
long long bird_age_ms(const char *since, double now);
/* "show route all protocol X": [{prefix, family, next_hop, as_path, origin,
 * local_pref, med, otc, communities, large_communities, ext_communities, best}].
 * Owned. */
json_t *bird_routes(const struct bird_reply *r);
/* Sets marks: rpki-valid, rpki-unknown, rpki-invalid as the large communities of a
 * route server with one of these AS numbers say (AS:1000:1, :2, :4), blackhole
 * (RFC 7999), graceful-shutdown (RFC 8326; only when the preference is lowered). */
void bird_route_marks(json_t *route, unsigned int asn, unsigned int local_asn);
/* "configure check": {ok, error}. Owned. */
json_t *bird_config(const struct bird_reply *r);
/* "show status": seconds of "Last reconfiguration", local time; 0 when it is
 * not said in a form that we know. */
double bird_reconfigured(const struct bird_reply *r);

#endif
