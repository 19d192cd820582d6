/*
 * mrt: tables of real routers, as route collectors publish them (RFC 6396).
 *
 * A dump is a run of records, each with a time, a type and a length. Two types
 * hold tables: TABLE_DUMP, one route a record, with 2-byte AS numbers; and
 * TABLE_DUMP_V2, which begins with an index of the peers and then has a record a
 * prefix, with the routes of all peers in it. RFC 8050 added path identifiers
 * (ADD-PATH) to the latter. Whoever wants routes does
 *
 *	while (mrt_record(bytes, n, &record, &used, &e) == 1)
 *		mrt_decode(&m, &record, take, arg, &e);
 *
 * and in take() asks mrt_attrs() for the attributes of the routes it likes; they
 * are read by the codec of rs/bgp, with all its care. The bytes come from
 * anywhere: nothing here opens a file or knows about compression. Left out:
 * updates (BGP4MP) and the tables of other protocols, which are counted, and
 * multicast.
 */
#ifndef MRT_H
#define MRT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/ip.h"
#include "base/ipmap.h"
#include "rs/bgp/bgp.h"

enum {
	MRT_HEADER = 12,
	MRT_RECORD_MAX = 16 << 20, /* bytes; a prefix of 65535 routes is less */
};

struct mrt_record {
	uint32_t time; /* seconds since 1970 */
	uint16_t type, subtype;
	const uint8_t *body; /* borrowed */
	size_t len;
	uint64_t at; /* where it began, if the caller counts; for messages */
};

struct mrt_peer {
	uint32_t id;
	struct ip_addr addr;
	uint32_t asn;
};

/* A dump being read; {0} to begin with. */
struct mrt {
	struct mrt_peer *peers; /* V2: the index; V1: as they turn up */
	size_t n_peers;
	struct ipmap by_addr; /* V1: their numbers */
	bool indexed;	      /* V2: the index was there */
	uint64_t routes;      /* given to the caller */
	uint64_t others;      /* records without routes for us */
};

/* One route of one peer. */
struct mrt_route {
	uint32_t peer; /* in peers */
	struct ip_prefix prefix;
	bool has_path_id;
	uint32_t path_id;
	uint32_t originated;  /* seconds since 1970 */
	bool as4;	      /* the attributes have AS numbers of 4 bytes */
	const uint8_t *attrs; /* borrowed */
	size_t attrs_len;
};

/* The record at the start of n bytes. 1: it is whole, *used says how many bytes
 * it takes. 0: *used bytes must be there. -1: it cannot be a record. */
int mrt_record(const uint8_t *data, size_t n, struct mrt_record *r,
	       size_t *used, struct err *e);
/* Give each route of a record to take(), until that returns false. -1 when the
 * record is damaged; what was given before stays given. */
int mrt_decode(struct mrt *m, const struct mrt_record *r,
	       bool (*take)(void *arg, const struct mrt_route *route),
	       void *arg, struct err *e);
/* The route's attributes, owned, with the next hop it had (an IPv6 one may have
 * none: some collectors leave it out); NULL: they are malformed, and problem says
 * how. */
struct bgp_attrs *mrt_attrs(const struct mrt_route *r,
			    struct bgp_problem *problem);
void mrt_clear(struct mrt *m);

#endif
