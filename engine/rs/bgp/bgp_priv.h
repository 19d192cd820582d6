/*
 * bgp_priv: what the codec's files share among themselves.
 */
#ifndef BGP_PRIV_H
#define BGP_PRIV_H

#include "rs/bgp/bgp.h"

enum bgp_attr_type {
	BGP_AT_ORIGIN = 1,
	BGP_AT_AS_PATH = 2,
	BGP_AT_NEXT_HOP = 3,
	BGP_AT_MED = 4,
	BGP_AT_LOCAL_PREF = 5,
	BGP_AT_ATOMIC_AGGREGATE = 6,
	BGP_AT_AGGREGATOR = 7,
	BGP_AT_COMMUNITIES = 8,
	BGP_AT_ORIGINATOR_ID = 9,
	BGP_AT_CLUSTER_LIST = 10,
	BGP_AT_MP_REACH = 14,
	BGP_AT_MP_UNREACH = 15,
	BGP_AT_EXT_COMMUNITIES = 16,
	BGP_AT_AS4_PATH = 17,
	BGP_AT_AS4_AGGREGATOR = 18,
	BGP_AT_IPV6_EXT_COMMUNITIES = 25,
	BGP_AT_AIGP = 26,
	BGP_AT_LARGE_COMMUNITIES = 32,
	BGP_AT_OTC = 35,
	BGP_AT_PREFIX_SID = 40,
};

/* Attribute flags (RFC 4271 4.3) */
enum {
	BGP_AF_OPTIONAL = 0x80,
	BGP_AF_TRANSITIVE = 0x40,
	BGP_AF_PARTIAL = 0x20,
	BGP_AF_EXTENDED = 0x10,
};

/* UPDATE error subcodes (RFC 4271 6.3) */
enum {
	BGP_UPD_LIST = 1,
	BGP_UPD_UNKNOWN = 2,
	BGP_UPD_MISSING = 3,
	BGP_UPD_FLAGS = 4,
	BGP_UPD_LENGTH = 5,
	BGP_UPD_ORIGIN = 6,
	BGP_UPD_NEXT_HOP = 8,
	BGP_UPD_OPTIONAL = 9,
	BGP_UPD_NETWORK = 10,
	BGP_UPD_AS_PATH = 11,
};

/* A growing list of prefixes; ids NULL while nobody sent any. */
struct bgp_nlri {
	struct ip_prefix *prefixes; /* owned, as is ids */
	uint32_t *ids;
	size_t n;
};

/*
 * One UPDATE while it is being read. The attributes are not copied yet: plain
 * holds the numbers, and the arrays are views into the message, so that a set is
 * made in one block once its size is known.
 */
struct bgp_decoding {
	const struct bgp_session *s;
	struct bgp_problem *problem;
	enum bgp_treat treat; /* the worst so far */
	uint8_t seen[32];     /* bit set of attribute types */

	const struct bgp_attr_row *row; /* the attribute at hand; NULL: none */
	uint8_t flags;			/* of that attribute */
	const uint8_t *raw;		/* its bytes, header included */
	size_t raw_len;

	struct bgp_attrs plain; /* arrays empty but for unknown, owned */
	struct rbuf as_path, as4_path, communities, large, ext;
	bool has_as4_path, has_as4_aggregator;
	uint32_t as4_aggregator_as, as4_aggregator_id;
	struct ip_addr next_hop, mp_next_hop, mp_link_local;
	bool has_mp_reach;
	enum ip_family mp_unreach_empty;   /* an End-of-RIB, if nothing else */
	struct bgp_nlri gone, classic, mp; /* withdrawn, NLRI, MP_REACH */
};

/* A row of the table of RFC 7606 (bgp_attr_table.c). */
struct bgp_attr_row {
	uint8_t type; /* enum bgp_attr_type */
	const char *name;
	uint8_t flags;	    /* Optional and Transitive, as they must be */
	uint16_t min, unit; /* length: min, or more in steps of unit (0: no) */
	enum bgp_treat bad_length, bad_value;
	uint8_t subcode; /* for a bad value */
	enum bgp_attr_from {
		BGP_BY_ANY,
		BGP_BY_INTERNAL, /* peers of our own AS */
		BGP_BY_TWO_BYTE, /* peers with 2-byte AS numbers */
		BGP_BY_NOBODY,	 /* dropped unread, as if unknown to us */
	} from;
	uint8_t partial; /* enum bgp_partial, 0 for none */
	/* Takes a value of permitted length; complains for itself. NULL: the
	 * attribute is checked and then left out. */
	void (*decode)(struct bgp_decoding *d, struct rbuf *v);
};

/* NULL: no such row. */
const struct bgp_attr_row *bgp_attr_row(uint8_t type);

/* Note a problem, unless a worse or equal one is known: how to treat it,
 * the UPDATE subcode, one sentence (the attribute's name is put in front, and
 * its bytes become the notification's data). */
void bgp_complain(struct bgp_decoding *d, enum bgp_treat treat, uint8_t subcode,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The value decoders, one per row. */
void bgp_attr_origin(struct bgp_decoding *d, struct rbuf *v);
void bgp_attr_as_path(struct bgp_decoding *d, struct rbuf *v);
void bgp_attr_next_hop(struct bgp_decoding *d, struct rbuf *v);
void bgp_attr_med(struct bgp_decoding *d, struct rbuf *v);
void bgp_attr_local_pref(struct bgp_decoding *d, struct rbuf *v);
void bgp_attr_atomic_aggregate(struct bgp_decoding *d, struct rbuf *v);
void bgp_attr_aggregator(struct bgp_decoding *d, struct rbuf *v);
void bgp_attr_communities(struct bgp_decoding *d, struct rbuf *v);
void bgp_attr_mp_reach(struct bgp_decoding *d, struct rbuf *v);
void bgp_attr_mp_unreach(struct bgp_decoding *d, struct rbuf *v);
void bgp_attr_ext(struct bgp_decoding *d, struct rbuf *v);
void bgp_attr_as4_path(struct bgp_decoding *d, struct rbuf *v);
void bgp_attr_as4_aggregator(struct bgp_decoding *d, struct rbuf *v);
void bgp_attr_large(struct bgp_decoding *d, struct rbuf *v);
void bgp_attr_otc(struct bgp_decoding *d, struct rbuf *v);
/* Kept as bytes among the unknown ones, to be passed on. */
void bgp_attr_keep(struct bgp_decoding *d, struct rbuf *v);

/* Check segments of 2- or 4-byte AS numbers: a sentence on what is wrong, or
 * NULL. confed: confederations are no error. kinds: which segments there are, a
 * set of bits 1 << enum bgp_segment. */
const char *bgp_path_check(struct rbuf r, bool as4, bool confed,
			   unsigned int *kinds);
/* RFC 6793 4.2.3: the path of a 2-byte peer in 4-byte form, from its AS_PATH and
 * the AS4_PATH beside (empty: none), both checked. On the heap. */
uint8_t *bgp_path_merge(struct rbuf path, struct rbuf as4, size_t *len);
/* The path in wire form for a 2-byte peer; true when an AS_TRANS stands in. */
bool bgp_path_narrow(const struct bgp_attrs *a, struct wbuf *w);

/* Append the prefixes of an NLRI field to a list, with path identifiers where
 * the peer sends them (RFC 7911 3); false when it is malformed, and then bad
 * says how. */
bool bgp_nlri_decode(const struct bgp_session *s, struct rbuf r,
		     enum ip_family f, struct bgp_nlri *list, char bad[80]);
/* Move the prefixes of one list to the end of another. */
void bgp_nlri_move(struct bgp_nlri *to, struct bgp_nlri *from);
void bgp_nlri_clear(struct bgp_nlri *list);

/* Prefixes of one family to be written, all of it borrowed. */
struct bgp_prefixes {
	enum ip_family f;
	const struct ip_prefix *p;
	const uint32_t *ids; /* path identifiers; NULL: all 0 */
	size_t n;
};

/* As many of the prefixes as fit, with path identifiers where the peer wants
 * them; how many. s may be NULL. */
size_t bgp_nlri_encode(struct wbuf *w, const struct bgp_session *s,
		       const struct bgp_prefixes *list);
/* An AFI and SAFI we carry, or IP_NONE. */
enum ip_family bgp_afi_family(uint16_t afi, uint8_t safi);
uint16_t bgp_afi(enum ip_family f);

/* Every message's frame: begin returns a writer for one message of at most limit
 * bytes behind what w holds, end fills in the length and adds it to w. */
struct wbuf bgp_msg_begin(struct wbuf *w, enum bgp_type type, size_t limit);
void bgp_msg_end(struct wbuf *w, struct wbuf *m);

/* All attributes but MP_REACH; NEXT_HOP with classic. */
void bgp_attributes_put(struct wbuf *w, const struct bgp_session *s,
			const struct bgp_attrs *a, bool classic);
/* The packed form (bgp_pack.h) as a session wants it; its length, 0 when it does
 * not fit. */
size_t bgp_pack_for(const struct bgp_session *s, const struct bgp_attrs *a,
		    uint8_t *out, size_t size);
/* Append one UPDATE of such attributes and as many of the prefixes as fit; how
 * many. 0: nothing was written. */
size_t bgp_packed_put(struct wbuf *w, const struct bgp_session *s,
		      const uint8_t *data, size_t len,
		      const struct bgp_prefixes *list);
/* The arrays of an attribute set as they are on the wire, AS numbers of 4 bytes. */
struct bgp_arrays {
	struct rbuf path, communities, large, ext;
};
/* A set in one block: plain, without arrays but for the unknown ones, and copies
 * of these. */
struct bgp_attrs *bgp_attrs_make(const struct bgp_attrs *plain,
				 const struct bgp_arrays *arrays);

/* The bodies, behind the header. */
enum bgp_treat bgp_open_decode(struct rbuf *r, struct bgp_open *o,
			       struct bgp_problem *p);
enum bgp_treat bgp_update_decode(const struct bgp_session *s, struct rbuf *r,
				 struct bgp_update *u, struct bgp_problem *p);

/* Fill a problem and return BGP_SESSION_RESET. */
enum bgp_treat bgp_reset(struct bgp_problem *p, uint8_t code, uint8_t subcode,
			 const void *data, size_t len, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));

#endif
