/*
 * bgp_attrs: the path attributes of a route, as a value (RFC 4271 section 5).
 */
#ifndef BGP_ATTRS_H
#define BGP_ATTRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/ip.h"

enum bgp_origin { BGP_ORIGIN_IGP, BGP_ORIGIN_EGP, BGP_ORIGIN_INCOMPLETE };
enum bgp_segment {
	BGP_AS_SET = 1,
	BGP_AS_SEQUENCE = 2,
	BGP_CONFED_SEQUENCE = 3,
	BGP_CONFED_SET = 4,
};

/* RFC 1997 */
#define BGP_NO_EXPORT 0xFFFFFF01u
#define BGP_NO_ADVERTISE 0xFFFFFF02u
#define BGP_NO_EXPORT_SUBCONFED 0xFFFFFF03u
/* RFC 9494 */
#define BGP_LLGR_STALE 0xFFFF0006u
#define BGP_NO_LLGR 0xFFFF0007u
#define BGP_COMMUNITY(as, value) ((uint32_t)(as) << 16 | (uint16_t)(value))

/* Known optional transitive attributes that some AS on the way did not know
 * (RFC 4271 section 5); the bit must survive. */
enum bgp_partial {
	BGP_PARTIAL_AGGREGATOR = 1,
	BGP_PARTIAL_COMMUNITIES = 2,
	BGP_PARTIAL_EXT = 4,
	BGP_PARTIAL_LARGE = 8,
	BGP_PARTIAL_OTC = 16,
};

struct bgp_large { /* RFC 8092 */
	uint32_t global, a, b;
};

/*
 * The attributes of a route. A plain value on the heap: fill it while you hold
 * the only reference, then leave it alone and share it. Absent parts are zero.
 * The arrays belong to the struct: they lie behind it in the same block, as
 * those of a decoded or cloned set do, or in blocks of their own. So never free
 * or reallocate one; replace it by the functions below (they know).
 */
struct bgp_attrs {
	uint32_t refs;
	uint32_t inside; /* bytes of arrays behind the struct */
	uint8_t origin;	 /* enum bgp_origin */
	bool has_med, has_local_pref, atomic_aggregate, has_aggregator, has_otc;
	uint32_t med, local_pref;
	uint32_t aggregator_as, aggregator_id;
	uint32_t otc;		   /* RFC 9234, transitive: passed on */
	struct ip_addr next_hop;   /* the global one */
	struct ip_addr link_local; /* RFC 2545; family IP_NONE when absent */
	uint8_t *path;	       /* AS_PATH segments, wire form, 4-byte ASNs */
	size_t path_len;       /* bytes */
	uint32_t *communities; /* as received: order and duplicates kept */
	size_t n_communities;
	struct bgp_large *large;
	size_t n_large;
	uint8_t *ext; /* extended communities, 8 bytes each */
	size_t n_ext;
	uint8_t *unknown;   /* each: flags, type, 16-bit length, value */
	size_t unknown_len; /* bytes */
	uint8_t partial; /* what came with the Partial bit: enum bgp_partial */
};

struct bgp_attrs *bgp_attrs_new(void); /* one reference; origin IGP */
/* A copy with one reference. */
struct bgp_attrs *bgp_attrs_clone(const struct bgp_attrs *a);
struct bgp_attrs *bgp_attrs_ref(struct bgp_attrs *a);
void bgp_attrs_unref(struct bgp_attrs *a); /* the last frees; NULL is fine */
/* Everything but the reference count. Equal sets have equal hashes. */
bool bgp_attrs_equal(const struct bgp_attrs *a, const struct bgp_attrs *b);
uint64_t bgp_attrs_hash(const struct bgp_attrs *a);

/* Replace an array; src is copied (and may lie in the array itself). */
void bgp_attrs_set_communities(struct bgp_attrs *a, const uint32_t *src,
			       size_t n);
void bgp_attrs_set_large(struct bgp_attrs *a, const struct bgp_large *src,
			 size_t n);
void bgp_attrs_set_ext(struct bgp_attrs *a, const uint8_t *src, size_t n);
/* The path as it is on the wire, with 4-byte AS numbers. */
void bgp_attrs_set_path(struct bgp_attrs *a, const uint8_t *src, size_t n);
/* One AS_SEQUENCE (several when n > 255). */
void bgp_path_set(struct bgp_attrs *a, const uint32_t *asns, size_t n);
void bgp_path_prepend(struct bgp_attrs *a, uint32_t asn, unsigned int times);

/* Walk all AS numbers from the neighbour's side to the origin's:
 *   struct bgp_path_walk w = bgp_path_walk(a);
 *   while (bgp_path_next(&w)) use(w.asn, w.segment); */
struct bgp_path_walk {
	struct rbuf r;
	unsigned int left;
	uint8_t segment; /* enum bgp_segment */
	uint32_t asn;
};
struct bgp_path_walk bgp_path_walk(const struct bgp_attrs *a);
bool bgp_path_next(struct bgp_path_walk *w);

/* First AS of a leading AS_SEQUENCE, and last AS of a closing one; 0 when the
 * path is empty or that segment is of another kind. */
uint32_t bgp_path_first(const struct bgp_attrs *a);
uint32_t bgp_path_origin(const struct bgp_attrs *a);
/* RFC 4271 9.1.2.2 a: an AS_SET counts one; RFC 5065: confederations none. */
unsigned int bgp_path_length(const struct bgp_attrs *a);
bool bgp_path_contains(const struct bgp_attrs *a, uint32_t asn);
bool bgp_path_has_set(const struct bgp_attrs *a);

/* Text; the strings are owned by the caller. "65001 65002 {65003 65004}",
 * "65001:10 65535:65281", "65001:1:2", "rt:65001:10"; "" when there is nothing. */
char *bgp_path_print(const struct bgp_attrs *a);
char *bgp_communities_print(const struct bgp_attrs *a);
char *bgp_large_print(const struct bgp_attrs *a);
char *bgp_ext_print(const struct bgp_attrs *a);
/* One extended community, 8 bytes, as arouteserver and BIRD write them: a route
 * target or route origin (RFC 4360 4, 5) "rt:65001:10", "ro:192.0.2.1:10", whatever
 * the width of the AS number; any other "generic:0x43000000:0x1". */
#define BGP_EXTSTRLEN 32
char *bgp_ext_one(const uint8_t c[8], char buf[BGP_EXTSTRLEN]);
const char *bgp_origin_name(uint8_t origin); /* "IGP", "EGP", "incomplete" */
/* "a:b" and "a:b:c", decimal, in range; false when not exactly that. */
bool bgp_community_parse(const char *text, uint32_t *out);
bool bgp_large_parse(const char *text, struct bgp_large *out);

#endif
