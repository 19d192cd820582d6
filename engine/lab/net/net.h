/*
 * net: network namespaces and what stands in them, over netlink.
 *
 * A struct net is one network namespace held open by a descriptor, with a
 * route-netlink socket that was born in it; the thread itself visits a
 * namespace only for the moment in which a socket is made or a sysctl is
 * written, and comes back. Links are made where they will live: a veth message
 * goes to the socket of one end and names the other end's namespace by
 * descriptor, so that neither end is ever moved (a move costs a kernel grace
 * period, fifty times the price of the link). Each request is acknowledged, and
 * the kernel's own words (extended ACK) end up in the error sentence.
 *
 * Nothing here knows what a lab is, nothing is cached (but the index of one
 * bridge in each namespace, and for 100 ms which sysctls need no writing in new
 * ones), and no name outside the given namespaces is touched. Dumps come out as JSON rows with the keys that lab/super/super.h
 * documents.
 *
 * Left out: moving, renaming and VLANs; policy routing; setting routes in tables
 * but main.
 */
#ifndef LAB_NET_NET_H
#define LAB_NET_NET_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/ip.h"

/* ---- namespaces (net_ns.c) */

struct net;

/* What a namespace is for decides its sysctls. */
enum net_role {
	NET_ROUTER, /* forwards both families */
	NET_HOST,   /* does not forward */
	NET_SWITCH, /* holds bridges; speaks no IPv6 itself */
};

/* A new namespace, set up for its role, lo up. NULL with e set. */
struct net *net_new(enum net_role role, struct err *e);
/* The one that this thread is in. */
struct net *net_here(struct err *e);
void net_free(struct net *n);	 /* NULL is fine */
int net_fd(const struct net *n); /* for setns; borrowed */
/* Give it a name: mount it on path (the file is made). */
int net_name(const struct net *n, const char *path, struct err *e);
/* A socket born in the namespace: close-on-exec, non-blocking. */
int net_socket(const struct net *n, int domain, int type, int protocol,
	       struct err *e);
/* key is below /proc/sys/net, such as "ipv4/ip_forward". */
int net_sysctl(const struct net *n, const char *key, const char *value,
	       struct err *e);
/* What it says now, without its newline. */
int net_sysctl_get(const struct net *n, const char *key, char *value,
		   size_t size, struct err *e);

/* ---- links (net_link.c) */

struct net_end {
	struct net *net;
	const char *name;
	const uint8_t *mac; /* NULL: the kernel's choice */
	const char *bridge; /* its master, or NULL */
};

enum net_bridge {
	/* IEEE 802.1D: each port waits four seconds, a hello goes out every
	 * second, and a neighbour that is silent for six is gone. */
	NET_BRIDGE_TREE = 1,
	/* Until somebody brings it up (net_link_set) no port forwards. */
	NET_BRIDGE_DOWN = 2,
	/* Its ports have VLANs (IEEE 802.1Q), at first none: net_port_vlan. */
	NET_BRIDGE_VLANS = 4,
};

/* A bridge, up, without multicast snooping, that forwards at once; flags are of
 * enum net_bridge, for what is to be otherwise. */
int net_bridge_add(struct net *n, const char *name, const uint8_t mac[6],
		   uint32_t mtu, unsigned int flags, struct err *e);
/* A pair, each end born in its namespace under its final name; both up. */
int net_veth_add(const struct net_end *a, const struct net_end *b, uint32_t mtu,
		 struct err *e);
/* An end of a tunnel for Ethernet frames (VXLAN, RFC 7348), up, between two
 * addresses of IPv4. Its packets are never cut: what has no room is lost. It
 * goes when the interface goes that carries it. */
struct net_vxlan {
	const char *carrier;
	const struct ip_addr *local, *remote;
	uint32_t id; /* VNI */
};

int net_vxlan_add(const struct net_end *end, const struct net_vxlan *v,
		  uint32_t mtu, struct err *e);
/* What comes over carrier with a tag (IEEE 802.1Q), as an interface of its own; up.
 * It goes when the carrier goes. */
int net_vlan_add(const struct net_end *end, const char *carrier, uint16_t vlan,
		 uint32_t mtu, struct err *e);
int net_link_set(struct net *n, const char *name, bool up, struct err *e);
/* mac NULL, mtu 0: as it is. */
int net_link_change(struct net *n, const char *name, const uint8_t *mac,
		    uint32_t mtu, struct err *e);
/* Move a port to another bridge of its switch, where it forwards at once; what
 * the old one knew of it is forgotten. */
int net_link_master(struct net *n, const char *name, const char *bridge,
		    struct err *e);

/* Put a port of a bridge with VLANs into one: frames without a tag belong to it
 * and leave without one, or with tag, or not any more (what the bridge knew of
 * the port there is forgotten). */
enum net_port_vlan { NET_PORT_OUT, NET_PORT_PLAIN, NET_PORT_TAGGED };
int net_port_vlan(struct net *n, const char *port, uint16_t vlan,
		  enum net_port_vlan as, struct err *e);

/* What is not there is gone already. */
int net_link_delete(struct net *n, const char *name, struct err *e);
/* Many at once: the kernel waits 20 ms for each that goes alone, and once for all
 * of a namespace that were doomed. */
int net_link_doom(struct net *n, const char *name, struct err *e);
int net_doomed_delete(struct net *n, struct err *e);

struct net_link {
	bool up; /* it passes frames */
	uint32_t mtu;
};

int net_link_look(struct net *n, const char *dev, struct net_link *l,
		  struct err *e);

/* ---- frames that leave an interface (net_tc.c) */

struct net_netem {
	uint32_t delay_us, jitter_us, loss_ppm;
	uint64_t rate_bps; /* 0: no limit */
	bool silent;	   /* all are lost */
};

struct net_netem_count {
	uint64_t passed, lost, queued; /* lost: by chance or by a full queue */
};

/* The kernel's own weather on what leaves dev, in place of what was there. */
int net_netem_set(struct net *n, const char *dev, const struct net_netem *w,
		  struct err *e);
int net_netem_clear(struct net *n, const char *dev, struct err *e);
int net_netem_counts(struct net *n, const char *dev,
		     struct net_netem_count *count, struct err *e);
/* What would leave by dev leaves by "to" instead, whole and with checksums when
 * that is made by net_wire_add. A clsact stays when the way is taken away. */
int net_hook_add(struct net *n, const char *dev, const char *to, struct err *e);
int net_hook_delete(struct net *n, const char *dev, struct err *e);
/* Checksums and cutting to size left to a card, or done before. */
int net_offloads(struct net *n, const char *dev, bool on, struct err *e);

/* ---- links in user space (net_wire.c) */

struct net_ring { /* of a receiving socket, to be mapped (TPACKET_V2) */
	uint32_t frame_size, frames;
};

/* A pair that speaks nothing itself, from n into another namespace; up. */
int net_wire_add(struct net *n, const char *name, const char *alias,
		 struct net *far, const char *far_name, uint32_t mtu,
		 struct err *e);
/* A packet socket that takes all that dev receives into a ring of about that
 * many bytes; -1 with e set. */
int net_wire_in(struct net *n, const char *dev, uint32_t mtu, size_t bytes,
		struct net_ring *ring, struct err *e);
/* One whose frames leave by dev at once, past net_hook_add; -1 with e set. */
int net_wire_out(struct net *n, const char *dev, struct err *e);
/* Frames the ring had no room for since the last time. */
uint64_t net_wire_overrun(int fd);

/* ---- addresses, routes, neighbours (net_addr.c) */

/* IPv6 addresses are usable at once (no duplicate address detection). */
int net_addr_add(struct net *n, const char *dev, const struct ip_addr *a,
		 uint8_t len, struct err *e);
/* Of all three: what is not there is gone already. */
int net_addr_delete(struct net *n, const char *dev, const struct ip_addr *a,
		    uint8_t len, struct err *e);
int net_route_add(struct net *n, const struct ip_prefix *to,
		  const struct ip_addr *via, struct err *e);
int net_route_delete(struct net *n, const struct ip_prefix *to,
		     const struct ip_addr *via, struct err *e);

struct net_way { /* a route in full */
	struct ip_prefix to;
	struct ip_addr via; /* IP_NONE: none; may be of the other family */
	const char *dev;    /* "": as via says */
	const char *type;   /* as in NET_ROUTES: "unicast", "blackhole", .. */
	uint32_t metric;
	bool by_hand; /* protocol boot, as ip(8) does; else static */
	bool onlink;  /* via is on dev, whatever its addresses say */
	bool heard;   /* protocol ra: from a router advertisement */
};
int net_way_add(struct net *n, const struct net_way *w, struct err *e);
/* The same in place of what there is to w->to with that metric. */
int net_way_set(struct net *n, const struct net_way *w, struct err *e);
int net_way_delete(struct net *n, const struct net_way *w, struct err *e);
/* A permanent entry: such do not count against the kernel's shared limit. */
int net_neigh_add(struct net *n, const char *dev, const struct ip_addr *a,
		  const uint8_t mac[6], struct err *e);
int net_neigh_delete(struct net *n, const char *dev, const struct ip_addr *a,
		     struct err *e);
/* Forget the learned entries (not the permanent ones) but those that keep wants
 * to stay: so the kernel's shared table has room at once, and not when its
 * collector comes by. Returns how many, -1 with e set. */
typedef bool (*net_keep_cb)(void *arg, const struct ip_addr *a);
long net_neigh_forget(struct net *n, net_keep_cb keep, void *arg,
		      struct err *e);

/* ---- what the kernel has (net_dump.c) */

enum net_table {
	NET_ROUTES,
	NET_ADDRESSES,
	NET_NEIGHBOURS,
	NET_LINKS,
	NET_FDB,	  /* where bridges have seen a MAC address */
	NET_VLANS,	  /* of their ports; none where the kernel has none */
	NET_OTHER_ROUTES, /* of tables that are neither main nor local */
};

/* An array of rows, owned by the caller; NULL with e set. */
json_t *net_dump(struct net *n, enum net_table what, struct err *e);
/* The sockets of TCP that listen, call or are established, likewise (net_tcp.c). */
json_t *net_tcp(struct net *n, struct err *e);

/* ---- what changes (net_monitor.c) */

enum net_change {
	NET_LINK_CHANGED,
	NET_ADDR_CHANGED,
	NET_ROUTE_CHANGED,
	NET_LOST, /* events were lost: look at everything again */
};

struct net_event {
	enum net_change what;
	const char *dev; /* of a link or an address, "" when unknown */
	bool up;	 /* of a link: it passes frames; else: it was added */
	struct ip_addr addr; /* of an address; IP_NONE when unknown */
	uint8_t len;
};

struct net_monitor;
typedef void (*net_event_cb)(void *arg, const struct net_event *ev);

struct net_monitor *net_monitor_new(struct net *n, struct err *e);
void net_monitor_free(struct net_monitor *m);
int net_monitor_fd(const struct net_monitor *m); /* poll for reading */
/* Take what is there, never wait. */
void net_monitor_read(struct net_monitor *m, net_event_cb cb, void *arg);

/* ---- the packet filter (net_nft.c) */

/* The named counters of an nftables table: {NAME: {packets, bytes}}, owned by
 * the caller, empty when there is no such table; NULL with e set. */
json_t *net_counters(const struct net *n, bool bridge, const char *table,
		     struct err *e);

/* What rules with "log group" tell: their prefix, and where the frame is from. */
struct net_log;
typedef void (*net_log_cb)(void *arg, const char *prefix, const uint8_t mac[6]);

struct net_log *net_log_new(const struct net *n, uint16_t group, struct err *e);
void net_log_free(struct net_log *l);
int net_log_fd(const struct net_log *l); /* poll for reading */
/* Take what is there, never wait. */
void net_log_read(struct net_log *l, net_log_cb cb, void *arg);

/* ---- ICMP echo (net_ping.c; RFC 792, RFC 4443 section 4) */

#define NET_PING_COUNT 1000 /* echoes in a conversation */
#define NET_PING_SIZE 8192  /* bytes of data in an echo */

struct net_ping;

/* from may have family IP_NONE: the kernel chooses. */
struct net_ping *net_ping_new(struct net *n, const struct ip_addr *to,
			      const struct ip_addr *from, uint32_t size,
			      struct err *e);
void net_ping_free(struct net_ping *p);
int net_ping_fd(const struct net_ping *p);
/* Echoes that do not fit are refused instead of sent in pieces. */
int net_ping_whole(struct net_ping *p, struct err *e);
/* Send the next echo; -1 with e set when it could not leave. */
int net_ping_send(struct net_ping *p, struct err *e);
/* Take an answer: true and its round trip in microseconds, false when none is
 * there. Each echo counts once; what is not ours is passed over. */
bool net_ping_read(struct net_ping *p, uint32_t *rtt_us);

/* ---- the way to an address (net_trace.c) */

struct net_trace;

struct net_hop {
	uint8_t hops; /* as net_trace_send said */
	struct ip_addr from;
	enum {
		NET_HOP_PASSED,	 /* a router where the echo died */
		NET_HOP_REACHED, /* the address itself */
		NET_HOP_REFUSED, /* a router that knows no way */
	} is;
};

struct net_trace *net_trace_new(struct net *n, const struct ip_addr *to,
				struct err *e);
void net_trace_free(struct net_trace *t);
int net_trace_fd(const struct net_trace *t);
/* An echo that lives for so many hops. */
int net_trace_send(struct net_trace *t, uint8_t hops, struct err *e);
/* True and who said something about one; false when nothing more is there. */
bool net_trace_read(struct net_trace *t, struct net_hop *hop);

/* ---- frames as they come in (net_listen.c, net_frame.c) */

enum net_frame_kind {
	NET_FRAME_ARP_ASK,
	NET_FRAME_ARP_REPLY,
	NET_FRAME_ARP_TELL, /* an announcement: sender and target are one */
	NET_FRAME_IPV4,	    /* for one receiver, and none of the below */
	NET_FRAME_IPV6,
	NET_FRAME_ND, /* solicitations and advertisements of neighbours */
	NET_FRAME_STP,
	NET_FRAME_LLDP,
	NET_FRAME_CDP,
	NET_FRAME_CISCO, /* DTP, VTP, UDLD, .. */
	NET_FRAME_LACP,
	NET_FRAME_EAPOL,
	NET_FRAME_LOOP,
	NET_FRAME_TAGGED,
	NET_FRAME_LLC,
	NET_FRAME_ETHERTYPE, /* any other */
	NET_FRAME_RA,
	NET_FRAME_RS,
	NET_FRAME_REDIRECT,
	NET_FRAME_MLD,
	NET_FRAME_IGMP,
	NET_FRAME_DHCP,
	NET_FRAME_OSPF,
	NET_FRAME_EIGRP,
	NET_FRAME_ISIS,
	NET_FRAME_PIM,
	NET_FRAME_VRRP,
	NET_FRAME_RIP,
	NET_FRAME_LDP,
	NET_FRAME_NAMES, /* mDNS, LLMNR, NetBIOS, SSDP */
	NET_FRAME_BROADCAST,
	NET_FRAME_MULTICAST,
	NET_FRAME_SHORT, /* cut off, or not what it says */
	NET_FRAME_KINDS,
};
const char *net_frame_name(enum net_frame_kind kind);

struct net_listen;

struct net_frame {
	enum net_frame_kind kind;
	uint8_t from[6];
	struct ip_addr claim; /* said to be the sender's own, or IP_NONE */
};

/* What comes in by dev from now on, before any rule sees it. */
struct net_listen *net_listen_new(struct net *n, const char *dev,
				  struct err *e);
void net_listen_free(struct net_listen *l);
int net_listen_fd(const struct net_listen *l);
bool net_listen_read(struct net_listen *l, struct net_frame *f);
/* Frames there was no room for since the last time. */
uint64_t net_listen_lost(struct net_listen *l);
/* Ask by dev who has target: whoever claims it says so (RFC 826, RFC 4861). own
 * and mac are the sender's. */
int net_listen_ask(struct net_listen *l, const struct ip_addr *target,
		   const struct ip_addr *own, const uint8_t mac[6],
		   struct err *e);

#endif
