/*
 * ixpeer_paths: the paths that a session with ADD-PATH holds (RFC 7911).
 *
 * Without ADD-PATH a peer has told one path of a prefix, and a bit is enough
 * (ixpeer_hear.c). With it each path has an identifier of the peer's choice, and
 * a route is a prefix and an identifier: it takes the place of the one with the
 * same two, and is withdrawn by them. So the routes are a table found by hash, and
 * each prefix has a count, by which is known when its last path goes.
 *
 * Prefixes are the crowd's numbers. 16 to 40 bytes a path.
 */
#ifndef IXPEER_PATHS_H
#define IXPEER_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bgp_attrs;

struct ixpeer_path {
	uint32_t prefix, id;
	bool there;
	struct bgp_attrs *attrs; /* NULL: not kept */
};

struct ixpeer_paths { /* {0} is empty and ready */
	struct ixpeer_path *slots;
	size_t n_slots, n;
	uint32_t *of; /* by prefix: how many it has */
	size_t n_of;
};

void ixpeer_paths_clear(struct ixpeer_paths *p); /* frees, and leaves {0} */
/* A path comes, or the one with its identifier is told anew; attrs gets another
 * reference, and may be NULL. True: it is its prefix's first. */
bool ixpeer_paths_add(struct ixpeer_paths *p, uint32_t prefix, uint32_t id,
		      struct bgp_attrs *attrs);
/* A path goes; what is not there is gone already. True: it was the last one of its
 * prefix. */
bool ixpeer_paths_del(struct ixpeer_paths *p, uint32_t prefix, uint32_t id);
/* How many a prefix has. */
uint32_t ixpeer_paths_of(const struct ixpeer_paths *p, uint32_t prefix);
/* The paths of a prefix by rising identifiers, or of all prefixes (UINT32_MAX) by
 * rising numbers of these; to be freed, *n of them; valid until the next
 * change. */
const struct ixpeer_path **ixpeer_paths_list(const struct ixpeer_paths *p,
					     uint32_t prefix, size_t *n);

#endif
