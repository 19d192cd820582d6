/*
 * bgp_msg: messages to bytes and back (RFC 4271 section 4); a peer's mistakes
 * are values (RFC 7606).
 */
#ifndef BGP_MSG_H
#define BGP_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/ip.h"
#include "rs/bgp/bgp_attrs.h"

enum {
	BGP_PORT = 179,
	BGP_HEADER = 19,
	BGP_MSG_MAX = 4096,
	BGP_MSG_EXTENDED = 65535, /* RFC 8654 */
	BGP_AS_TRANS = 23456,	  /* RFC 6793 */
	BGP_NOTIFY_DATA = BGP_MSG_MAX - BGP_HEADER - 2,
};

/* ---- errors of the peer, as values (RFC 7606) ---- */

/* From harmless to fatal; the worst of a message decides. */
enum bgp_treat {
	BGP_OK,
	BGP_ATTR_DISCARD, /* the attribute is left out, the route is used */
	BGP_TREAT_AS_WITHDRAW, /* the routes count as withdrawn */
	BGP_SESSION_RESET,     /* send the notification, close */
};

struct bgp_notify {
	uint8_t code, subcode;
	uint16_t len; /* of data; what does not fit into 4096 bytes is cut */
	uint8_t data[BGP_NOTIFY_DATA];
};

/* What was wrong: the NOTIFICATION it deserves, and a sentence for people. */
struct bgp_problem {
	struct bgp_notify notify; /* code 0: nothing was wrong */
	char text[200];		  /* clean, lower case, no full stop */
};

/* RFC 4271 section 4.5, RFC 7313 */
enum bgp_code {
	BGP_ERR_HEADER = 1,
	BGP_ERR_OPEN = 2,
	BGP_ERR_UPDATE = 3,
	BGP_ERR_HOLD = 4,
	BGP_ERR_FSM = 5,
	BGP_ERR_CEASE = 6,
	BGP_ERR_REFRESH = 7,
	BGP_ERR_SEND_HOLD = 8, /* RFC 9687 */
};
/* RFC 4486, RFC 8538, RFC 9384 */
enum bgp_cease {
	BGP_CEASE_MAX_PREFIX = 1,
	BGP_CEASE_SHUTDOWN = 2,
	BGP_CEASE_UNCONFIGURED = 3,
	BGP_CEASE_RESET = 4,
	BGP_CEASE_REJECTED = 5,
	BGP_CEASE_OTHER = 6,
	BGP_CEASE_COLLISION = 7,
	BGP_CEASE_RESOURCES = 8,
	BGP_CEASE_HARD_RESET = 9,
	BGP_CEASE_BFD_DOWN = 10,
};

const char *bgp_treat_name(enum bgp_treat t); /* "treat-as-withdraw" */
/* "Bad Peer AS"; for an unknown subcode the code's name; never NULL. */
const char *bgp_notification_name(uint8_t code, uint8_t subcode);
/* "Cease/Administrative Shutdown: text"; the shutdown communication (RFC 9003)
 * is cleaned of control characters. Returns buf, always terminated. */
char *bgp_notify_print(const struct bgp_notify *n, char *buf, size_t size);
/* The shutdown communication as clean text, "" when there is none; that of the
 * reason inside a hard reset, too. */
char *bgp_notify_text(const struct bgp_notify *n, char *buf, size_t size);
/* Any one; data that does not fit is cut. */
void bgp_notify_set(struct bgp_notify *n, uint8_t code, uint8_t subcode,
		    const void *data, size_t len);
/* A Cease; text (may be NULL) becomes a shutdown communication where RFC 9003
 * allows one (subcodes 2 and 4), cut at 255 bytes between characters. */
struct bgp_notify bgp_notify_cease(enum bgp_cease subcode, const char *text);
/* A hard reset (RFC 8538 3): forget my routes, for this reason. */
struct bgp_notify bgp_notify_hard(const struct bgp_notify *reason);

enum bgp_type {
	BGP_NO_MESSAGE, /* not even a header that makes sense */
	BGP_OPEN,
	BGP_UPDATE = 2,
	BGP_NOTIFICATION = 3,
	BGP_KEEPALIVE = 4,
	BGP_REFRESH = 5, /* RFC 2918 */
};

enum { BGP_IPV4 = 1, BGP_IPV6 = 2 };	       /* sets of families (unicast) */
unsigned int bgp_family_bit(enum ip_family f); /* 0 for IP_NONE */

enum bgp_role { /* RFC 9234 */
		BGP_ROLE_NONE = -1,
		BGP_ROLE_PROVIDER,
		BGP_ROLE_RS,
		BGP_ROLE_RS_CLIENT,
		BGP_ROLE_CUSTOMER,
		BGP_ROLE_PEER,
};

/* What a speaker says about its restarts (RFC 4724; notification: RFC 8538). */
struct bgp_restart {
	bool there;	   /* the capability; without families: a helper only */
	bool restarting;   /* R: it has just restarted */
	bool notification; /* N: a NOTIFICATION does not end the routes */
	uint16_t time;	   /* seconds until it is back, at most 4095 */
	uint8_t families;  /* whose routes are to be kept meanwhile */
	uint8_t forwarding; /* F: of these, packets still flow */
};

/* ... and about long absences (RFC 9494); ignored without the other one. */
struct bgp_long_lived {
	bool there;
	uint8_t families, forwarding;
	uint32_t time[2]; /* seconds, at most 2^24 - 1; IPv4, IPv6 */
};

struct bgp_open {
	uint32_t asn; /* the 4-octet AS capability's, if there */
	uint32_t id;
	uint16_t hold; /* seconds */
	/* capabilities (RFC 5492) */
	bool as4;	       /* RFC 6793 */
	bool refresh;	       /* RFC 2918 */
	bool enhanced_refresh; /* RFC 7313 */
	bool mp;	       /* any MP-BGP capability (RFC 4760) was there */
	uint8_t families;      /* BGP_IPV4|BGP_IPV6; without mp: IPv4 */
	bool extended_message; /* RFC 8654 */
	uint8_t add_path_rx;   /* RFC 7911: the sender can receive paths ... */
	uint8_t add_path_tx;   /* ... and can send them */
	uint8_t ext_nexthop;   /* RFC 8950: BGP_IPV4 or 0 */
	bool has_role;	       /* RFC 9234 */
	uint8_t role;	       /* enum bgp_role, or a value not known to us */
	struct bgp_restart restart;
	struct bgp_long_lived long_lived;
	uint16_t unknown; /* capabilities we do not know, counted */
};

/* What two OPENs agreed on: all the codec needs to know about a session. */
struct bgp_session {
	uint32_t local_as, peer_as, peer_id;
	uint16_t hold, keepalive; /* seconds; 0 none */
	bool as4, refresh, enhanced_refresh;
	uint8_t families;      /* those that both announced */
	bool extended_message; /* RFC 8654: up to BGP_MSG_EXTENDED bytes */
	uint8_t add_path_rx;   /* RFC 7911: the peer sends path identifiers */
	uint8_t add_path_tx;   /* ... wants them from us */
	uint8_t ext_nexthop;   /* RFC 8950: BGP_IPV4 with IPv6 next hops */
	int peer_role;	       /* enum bgp_role */
	bool long_lived;     /* may be told LLGR_STALE routes (RFC 9494 4.3) */
	bool notify_restart; /* both sides set the N bit (RFC 8538) */
	bool allow_as_set;   /* by our configuration; see RFC 9774 */
};

struct bgp_reach {		 /* prefixes of one family sharing attributes */
	struct bgp_attrs *attrs; /* next_hop of that family */
	struct ip_prefix *prefixes;
	uint32_t *ids; /* path identifiers, RFC 7911; NULL: none agreed */
	size_t n;
};

struct bgp_update {
	enum bgp_treat treat; /* BGP_OK, _ATTR_DISCARD or _TREAT_AS_WITHDRAW */
	/* Apply withdrawn first, then reach. Routes to be treated as withdrawn
	 * are in withdrawn already. */
	struct ip_prefix *withdrawn; /* any family */
	uint32_t *withdrawn_ids;     /* likewise; 0 where none was agreed */
	size_t n_withdrawn;
	struct bgp_reach reach[2]; /* classic NLRI (IPv4) and MP_REACH */
	size_t n_reach;
	enum ip_family end_of_rib; /* IP_NONE when it is none (RFC 4724) */
};

/* RFC 7313 */
enum bgp_refresh_subtype {
	BGP_REFRESH_REQUEST = 0,
	BGP_REFRESH_BEGIN = 1, /* BoRR */
	BGP_REFRESH_END = 2,   /* EoRR */
};

struct bgp_refresh {
	enum ip_family family; /* IP_NONE: a family unknown to us, ignore */
	uint8_t subtype;       /* enum bgp_refresh_subtype, or others: ignore */
};

struct bgp_msg {
	enum bgp_type type;
	union { /* the type's; KEEPALIVE has nothing */
		struct bgp_open open;
		struct bgp_update update;
		struct bgp_notify notify;
		struct bgp_refresh refresh;
	};
	struct bgp_problem problem; /* text when the result was not BGP_OK */
};

/* The longest message either side of a session may send: BGP_MSG_MAX, or
 * BGP_MSG_EXTENDED once both announced that; s may be NULL. OPEN and KEEPALIVE
 * never pass BGP_MSG_MAX. */
size_t bgp_msg_limit(const struct bgp_session *s);
/* How long is the message at the start of data? BGP_OK and *len > 0: it is all
 * there. BGP_OK and *len 0: read more. BGP_SESSION_RESET: a bad header. s is
 * what is agreed so far on that connection, see bgp_fsm_terms(). */
enum bgp_treat bgp_frame(const struct bgp_session *s, const uint8_t *data,
			 size_t n, size_t *len, struct bgp_problem *problem);
/* Decode one whole message, header included. s may be NULL before the session
 * is up (an UPDATE then is read as from a 4-byte peer with both families).
 * Clear msg afterwards, whatever came back. */
enum bgp_treat bgp_msg_decode(const struct bgp_session *s, const uint8_t *data,
			      size_t len, struct bgp_msg *msg);
void bgp_msg_clear(struct bgp_msg *msg); /* frees, leaves no type */
/* The same for one whole message (as cut by bgp_frame) that is an UPDATE without
 * any mistake; else false, and nothing to clear. */
bool bgp_update_clean(const struct bgp_session *s, const uint8_t *data,
		      size_t len, struct bgp_update *u);
void bgp_update_clear(struct bgp_update *u);

/* Each appends one whole message; w must have room for BGP_MSG_MAX. */
void bgp_open_encode(struct wbuf *w, const struct bgp_open *o);
void bgp_keepalive_encode(struct wbuf *w);
void bgp_notify_encode(struct wbuf *w, const struct bgp_notify *n);
void bgp_refresh_encode(struct wbuf *w, const struct bgp_refresh *r);
void bgp_eor_encode(struct wbuf *w, enum ip_family f);
/* One UPDATE with as many of the n prefixes of family f as fit into
 * bgp_msg_limit(s) and into w; the number that did. ids are their path
 * identifiers, used where s->add_path_tx has the family (NULL: all 0). IPv4
 * prefixes may have an IPv6 next hop where s->ext_nexthop allows it. 0: nothing
 * was written, since the attributes leave no room for even one prefix, or the
 * peer would not understand the next hop. */
size_t bgp_announce_encode(struct wbuf *w, const struct bgp_session *s,
			   const struct bgp_attrs *a, enum ip_family f,
			   const struct ip_prefix *p, const uint32_t *ids,
			   size_t n);
size_t bgp_withdraw_encode(struct wbuf *w, const struct bgp_session *s,
			   enum ip_family f, const struct ip_prefix *p,
			   const uint32_t *ids, size_t n);

#endif
