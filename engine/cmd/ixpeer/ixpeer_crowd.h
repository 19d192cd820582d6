/*
 * ixpeer_crowd: the file that says which robots there are.
 *
 * YAML (or JSON, which is YAML). One process plays all of them:
 *
 *   defaults:                  # any key of a robot but name, asn, addresses
 *     to:                      # one session each, from the robot's address of
 *       - {address: 203.0.113.1, asn: 64500}              # the same family
 *       - {address: "2001:db8:ffff:1::1", asn: 64500}
 *   robots:
 *     - name: as65001
 *       netns: as65001         # in /run/netns, or a path, or fd:N; our own
 *       asn: 65001
 *       addresses: [203.0.113.11, "2001:db8:ffff:1::11"]
 *       announce:
 *         - 198.51.100.0/24 as-path 65001 65010 community 65001:10
 *         - {generate: 10.0.0.0/24, count: 100, path: 1-4, seed: 7}
 *         - {mrt: bview.gz, peer: best, count: 1000}
 *       behave: [{do: leak, after: 10s, for: 5s}]
 *
 * An item of "announce" that is text is what stands behind "announce" in a
 * script (ixpeer_script.h). A generator or a table among the defaults is dealt
 * out: the first robot gets the first count of them, the next one those behind.
 * All keys are in ixpeer(1).
 */
#ifndef IXPEER_CROWD_H
#define IXPEER_CROWD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/ip.h"
#include "cmd/ixpeer/ixpeer_bad.h"
#include "cmd/ixpeer/ixpeer_script.h"
#include "rs/bgp/bgp.h"

enum {
	IXPEER_ROBOTS = 20000,	 /* at most, as the rest here */
	IXPEER_TO = 64,		 /* sessions of one robot */
	IXPEER_ADDRESSES = 8,	 /* of one robot */
	IXPEER_BEHAVIOURS = 16,	 /* of one robot */
	IXPEER_ROUTES = 2000000, /* of one item of announce */
	IXPEER_PASSWORD = 80,	 /* bytes, as the kernel's */
};

/* Whom a robot talks to. */
struct ixpeer_to {
	struct ip_addr addr;
	struct ip_addr from; /* the robot's own; IP_NONE: the first */
	uint16_t port;
	uint32_t asn;	  /* 0: any */
	char *password;	  /* TCP-MD5 (RFC 2385); NULL: none */
	uint8_t families; /* BGP_IPV4|BGP_IPV6 */
};

enum ixpeer_from { IXPEER_FROM_LIST, IXPEER_FROM_GENERATOR, IXPEER_FROM_MRT };

/* One item of "announce". */
struct ixpeer_source {
	enum ixpeer_from from;
	int line, col;
	/* LIST: prefixes and attributes as written. The others: of step only
	 * attrs and has_path, which replace what the routes would have. */
	struct ixpeer_step step;
	uint32_t skip, count; /* of the routes there are; count 0: all */
	/* GENERATOR */
	struct ip_prefix first; /* its neighbours of the same length follow */
	uint32_t step_by;	/* every how manieth of them */
	uint32_t share;		/* prefixes with the same attributes */
	uint32_t path_min, path_max;
	uint32_t seed;
	/* MRT */
	char *file;
	enum ixpeer_whose {
		IXPEER_BEST, /* the shortest path of each prefix */
		IXPEER_INDEX,
		IXPEER_ADDRESS,
		IXPEER_ASN,
	} whose;
	uint32_t peer; /* INDEX, ASN */
	struct ip_addr peer_addr;
};

/* One item of "behave"; times in milliseconds. */
struct ixpeer_behaviour {
	const struct ixpeer_bad *bad;
	uint32_t after; /* since the session was up for the first time */
	uint32_t every; /* 0: once */
	uint32_t lasts; /* 0: for ever */
	uint32_t count; /* of routes; 0: as the row says */
	struct ip_prefix prefix; /* family IP_NONE: a robot's own */
	struct ip_addr address;	 /* the victim's; IP_NONE: a neighbour's */
	uint32_t asn;		 /* the victim's; 0: one that nobody has */
};

struct ixpeer_robot_conf {
	uint64_t digest; /* of all that is said of it: the same, the same */
	char *name;
	char *netns;	  /* a path, "fd:N", or NULL: where ixpeer is */
	const char *file; /* where it is described, and on which line */
	int line;
	struct bgp_fsm_conf bgp; /* local_as, local_id and what to offer */
	struct ip_addr addresses[IXPEER_ADDRESSES];
	size_t n_addresses;
	const struct ixpeer_to *to; /* borrowed from the crowd, as the rest */
	size_t n_to;
	const struct ixpeer_source *announce;
	size_t n_announce;
	uint32_t share; /* which share of sources that are dealt out */
	bool dealt;
	const struct ixpeer_behaviour *behave;
	size_t n_behave;
	char *script;	  /* a file; NULL: none */
	bool keep;	  /* the routes heard, and not only their number */
	bool listen;	  /* take connections, too */
	uint32_t timeout; /* seconds a step of the script may wait */
};

struct ixpeer_crowd {
	struct ixpeer_robot_conf *robots;
	size_t n;
	char **files; /* their names, for messages */
	size_t n_files;
	/* What robots point into. */
	struct ixpeer_crowd_part {
		struct ixpeer_to *to;
		size_t n_to;
		struct ixpeer_source *sources;
		size_t n_sources;
		struct ixpeer_behaviour *behaviours;
		size_t n_behaviours;
	} * *parts;
	size_t n_parts;
};

/* Read the file; robots are added to those that are there. On failure the crowd
 * has those of earlier files. Names are unique. */
int ixpeer_crowd_load(struct ixpeer_crowd *c, const char *path, struct err *e);
int ixpeer_crowd_parse(struct ixpeer_crowd *c, const char *name,
		       const void *text, size_t len, struct err *e);
void ixpeer_crowd_clear(struct ixpeer_crowd *c);
/* The robot's first address of that family; false when it has none. */
bool ixpeer_robot_local(const struct ixpeer_robot_conf *r, enum ip_family f,
			struct ip_addr *out);
/* The one it talks to somebody from; false when it has none of that family. */
bool ixpeer_robot_from(const struct ixpeer_robot_conf *r,
		       const struct ixpeer_to *to, struct ip_addr *out);

#endif
