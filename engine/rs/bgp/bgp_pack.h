/*
 * bgp_pack: path attributes as one piece of bytes, for keeping and for sending.
 *
 * The packed form is the attribute list of an UPDATE to a speaker with 4-octet
 * AS numbers: types ascending, MP_REACH_NLRI (RFC 4760) first with a next hop and
 * no prefixes, or NEXT_HOP in its place. So equal sets are equal bytes, storing
 * costs one block, and sending is a copy.
 *
 * Whether the family of the next hop fits is not looked at while sending: an IPv6
 * prefix with an IPv4 next hop never gets here, and who may be told an IPv4 prefix
 * with an IPv6 one (RFC 8950) is decided before, in rs/export/export_plan.c.
 */
#ifndef BGP_PACK_H
#define BGP_PACK_H

#include "rs/bgp/bgp_msg.h"

/* Sizes are at most this; attributes that need more cannot be sent at all. */
enum { BGP_PACK_MAX = 65535 };

/* The packed form into out; its length, 0 when it does not fit size. A
 * LOCAL_PREF is left out: packed sets are for external peers. */
size_t bgp_pack(const struct bgp_attrs *a, uint8_t *out, size_t size);
/* Back to a value, one reference. data is what bgp_pack made. */
struct bgp_attrs *bgp_unpack(const uint8_t *data, size_t len);

/* Append one UPDATE announcing as many as fit of n prefixes of family f, with
 * path identifiers unless ids is NULL. The caller has seen to it that s takes this
 * next hop with f. How many; 0: not even one fits, nothing was written. */
size_t bgp_pack_announce(struct wbuf *w, const struct bgp_session *s,
			 const uint8_t *data, size_t len, enum ip_family f,
			 const struct ip_prefix *p, const uint32_t *ids,
			 size_t n);

#endif
