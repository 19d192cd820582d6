#include "lab/net/net_frame.h"

#include <string.h>

#include "base/buf.h"

const char *
net_frame_name(enum net_frame_kind kind)
{
	static const char *const names[NET_FRAME_KINDS] = {
	    [NET_FRAME_ARP_ASK] = "arp-request",
	    [NET_FRAME_ARP_REPLY] = "arp-reply",
	    [NET_FRAME_ARP_TELL] = "arp-announcement",
	    [NET_FRAME_IPV4] = "ipv4",
	    [NET_FRAME_IPV6] = "ipv6",
	    [NET_FRAME_ND] = "nd",
	    [NET_FRAME_STP] = "stp",
	    [NET_FRAME_LLDP] = "lldp",
	    [NET_FRAME_CDP] = "cdp",
	    [NET_FRAME_CISCO] = "cisco",
	    [NET_FRAME_LACP] = "lacp",
	    [NET_FRAME_EAPOL] = "eapol",
	    [NET_FRAME_LOOP] = "loopback",
	    [NET_FRAME_TAGGED] = "tagged",
	    [NET_FRAME_LLC] = "llc",
	    [NET_FRAME_ETHERTYPE] = "ethertype",
	    [NET_FRAME_RA] = "ra",
	    [NET_FRAME_RS] = "rs",
	    [NET_FRAME_REDIRECT] = "redirect",
	    [NET_FRAME_MLD] = "mld",
	    [NET_FRAME_IGMP] = "igmp",
	    [NET_FRAME_DHCP] = "dhcp",
	    [NET_FRAME_OSPF] = "ospf",
	    [NET_FRAME_EIGRP] = "eigrp",
	    [NET_FRAME_ISIS] = "isis",
	    [NET_FRAME_PIM] = "pim",
	    [NET_FRAME_VRRP] = "vrrp",
	    [NET_FRAME_RIP] = "rip",
	    [NET_FRAME_LDP] = "ldp",
	    [NET_FRAME_NAMES] = "names",
	    [NET_FRAME_BROADCAST] = "broadcast",
	    [NET_FRAME_MULTICAST] = "multicast",
	    [NET_FRAME_SHORT] = "short",
	};

	return names[kind];
}

/* ---- by port number and protocol */

static enum net_frame_kind
frame_port(uint16_t port)
{
	switch (port) {
	case 67:
	case 68:
	case 546:
	case 547: return NET_FRAME_DHCP;
	case 520:
	case 521: return NET_FRAME_RIP;
	case 646: return NET_FRAME_LDP;
	case 137:
	case 138:
	case 1900:
	case 5353:
	case 5355: return NET_FRAME_NAMES;
	}
	return NET_FRAME_KINDS;
}

/* Of the transport's number; KINDS: nothing in particular. r stands behind the
 * network header. */
static enum net_frame_kind
frame_protocol(uint8_t protocol, struct rbuf *r)
{
	enum net_frame_kind k;
	uint16_t from, to;

	switch (protocol) {
	case 2: return NET_FRAME_IGMP;
	case 88: return NET_FRAME_EIGRP;
	case 89: return NET_FRAME_OSPF;
	case 103: return NET_FRAME_PIM;
	case 112: return NET_FRAME_VRRP;
	case 1: return rbuf_u8(r) == 5 ? NET_FRAME_REDIRECT : NET_FRAME_KINDS;
	case 17:
		from = rbuf_u16(r);
		to = rbuf_u16(r);
		k = r->failed ? NET_FRAME_KINDS : frame_port(to);
		return k == NET_FRAME_KINDS && !r->failed ? frame_port(from)
							  : k;
	}
	return NET_FRAME_KINDS;
}

/* Nothing in particular: by whom it is for. */
static enum net_frame_kind
frame_wide(const uint8_t *frame, enum net_frame_kind narrow)
{
	static const uint8_t all[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

	if (memcmp(frame, all, 6) == 0)
		return NET_FRAME_BROADCAST;
	return frame[0] & 1 ? NET_FRAME_MULTICAST : narrow;
}

/* ---- by ethertype */

static enum net_frame_kind
frame_ipv4(const uint8_t *frame, struct rbuf *r)
{
	enum net_frame_kind k = NET_FRAME_KINDS;
	size_t words = rbuf_u8(r) & 0xf;
	const uint8_t *head = rbuf_bytes(r, 19);

	if (head == NULL || words < 5 || rbuf_bytes(r, words * 4 - 20) == NULL)
		return NET_FRAME_SHORT;
	if (((head[5] & 0x1f) << 8 | head[6]) == 0) /* the first fragment */
		k = frame_protocol(head[8], r);
	return k == NET_FRAME_KINDS ? frame_wide(frame, NET_FRAME_IPV4) : k;
}

static enum net_frame_kind
frame_icmp6(const uint8_t *frame, struct rbuf *r, struct ip_addr *claim)
{
	uint8_t type = rbuf_u8(r);
	const uint8_t *target;

	switch (type) {
	case 130:
	case 131:
	case 132:
	case 143: return NET_FRAME_MLD;
	case 133: return NET_FRAME_RS;
	case 134: return NET_FRAME_RA;
	case 135: return NET_FRAME_ND;
	case 136:
		(void)rbuf_bytes(r, 7);
		target = rbuf_bytes(r, 16);
		if (target)
			*claim = ip_addr_from(IP_V6, target);
		return NET_FRAME_ND;
	case 137: return NET_FRAME_REDIRECT;
	}
	return frame_wide(frame, NET_FRAME_IPV6);
}

static enum net_frame_kind
frame_ipv6(const uint8_t *frame, struct rbuf *r, struct ip_addr *claim)
{
	const uint8_t *head = rbuf_bytes(r, 40), *options;
	enum net_frame_kind k;
	uint8_t next;

	if (head == NULL)
		return NET_FRAME_SHORT;
	next = head[6];
	if (next == 0) { /* hop by hop, as MLD has it */
		options = rbuf_bytes(r, 2);
		if (options == NULL ||
		    rbuf_bytes(r, (size_t)options[1] * 8 + 6) == NULL)
			return NET_FRAME_SHORT;
		next = options[0];
	}
	if (next == 58)
		return frame_icmp6(frame, r, claim);
	k = frame_protocol(next, r);
	return k == NET_FRAME_KINDS ? frame_wide(frame, NET_FRAME_IPV6) : k;
}

static enum net_frame_kind
frame_arp(struct rbuf *r, struct ip_addr *claim)
{
	const uint8_t *head = rbuf_bytes(r, 8), *sender, *target;
	uint16_t op;

	(void)rbuf_bytes(r, 6);
	sender = rbuf_bytes(r, 4);
	(void)rbuf_bytes(r, 6);
	target = rbuf_bytes(r, 4);
	if (head == NULL || target == NULL || head[4] != 6 || head[5] != 4)
		return NET_FRAME_SHORT;
	op = (uint16_t)(head[6] << 8 | head[7]);
	if (op != 2 && memcmp(sender, target, 4) != 0)
		return NET_FRAME_ARP_ASK;
	*claim = ip_addr_from(IP_V4, sender);
	return memcmp(sender, target, 4) == 0 ? NET_FRAME_ARP_TELL
					      : NET_FRAME_ARP_REPLY;
}

/* IEEE 802.2: a length instead of a type. */
static enum net_frame_kind
frame_llc(const uint8_t *frame, struct rbuf *r)
{
	static const uint8_t cisco[3] = {0x01, 0x00, 0x0c};
	const uint8_t *llc = rbuf_bytes(r, 3), *snap;

	if (llc == NULL)
		return NET_FRAME_SHORT;
	if (llc[0] == 0x42 && llc[1] == 0x42)
		return NET_FRAME_STP;
	if (llc[0] == 0xfe && llc[1] == 0xfe)
		return NET_FRAME_ISIS;
	if (llc[0] != 0xaa || (snap = rbuf_bytes(r, 5)) == NULL)
		return NET_FRAME_LLC;
	if (memcmp(frame, cisco, 3) != 0)
		return NET_FRAME_LLC;
	if (frame[5] == 0xcd) /* a spanning tree for each VLAN */
		return NET_FRAME_STP;
	return snap[3] == 0x20 && snap[4] == 0x00 ? NET_FRAME_CDP
						  : NET_FRAME_CISCO;
}

enum net_frame_kind
frame_kind(const uint8_t *frame, size_t len, struct ip_addr *claim)
{
	struct rbuf r = rbuf_of(frame, len > FRAME_LOOK ? FRAME_LOOK : len);
	uint16_t type;

	*claim = (struct ip_addr){0};
	if (rbuf_bytes(&r, 12) == NULL)
		return NET_FRAME_SHORT;
	type = rbuf_u16(&r);
	if (r.failed)
		return NET_FRAME_SHORT;
	if (type < 0x600)
		return frame_llc(frame, &r);
	switch (type) {
	case 0x0800: return frame_ipv4(frame, &r);
	case 0x0806: return frame_arp(&r, claim);
	case 0x86dd: return frame_ipv6(frame, &r, claim);
	case 0x8100:
	case 0x88a8: return NET_FRAME_TAGGED;
	case 0x88cc: return NET_FRAME_LLDP;
	case 0x8809: return NET_FRAME_LACP;
	case 0x888e: return NET_FRAME_EAPOL;
	case 0x9000: return NET_FRAME_LOOP;
	}
	return NET_FRAME_ETHERTYPE;
}

/* ---- a question */

static void
ask_arp(struct wbuf *w, const struct ip_addr *target, const struct ip_addr *own,
	const uint8_t mac[6])
{
	static const uint8_t nobody[6];

	wbuf_u16(w, 1);	     /* Ethernet */
	wbuf_u16(w, 0x0800); /* IPv4 */
	wbuf_u8(w, 6);
	wbuf_u8(w, 4);
	wbuf_u16(w, 1); /* request */
	wbuf_bytes(w, mac, 6);
	wbuf_bytes(w, own->bytes, 4);
	wbuf_bytes(w, nobody, 6);
	wbuf_bytes(w, target->bytes, 4);
}

/* RFC 4443 section 2.3: with the pseudo header of RFC 8200. p is an IPv6 packet of
 * n bytes. */
static uint16_t
ask_checksum(const uint8_t *p, size_t n)
{
	uint32_t sum = (uint32_t)(n - 40) + 58;
	size_t i;

	for (i = 8; i < n; i += 2)
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void
ask_nd(struct wbuf *w, const struct ip_addr *target, const struct ip_addr *own,
       const uint8_t mac[6])
{
	/* ff02::1:ff00:0/104 and the last 24 bits (RFC 4291) */
	uint8_t group[16] = {0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff};

	memcpy(group + 13, target->bytes + 13, 3);
	wbuf_u32(w, 0x60000000);
	wbuf_u16(w, 32);
	wbuf_u8(w, 58);
	wbuf_u8(w, 255);
	wbuf_bytes(w, own->bytes, 16);
	wbuf_bytes(w, group, 16);
	wbuf_u8(w, 135);
	wbuf_u8(w, 0);
	wbuf_u16(w, 0);
	wbuf_u32(w, 0);
	wbuf_bytes(w, target->bytes, 16);
	wbuf_u8(w, 1); /* the sender's address at its link */
	wbuf_u8(w, 1);
	wbuf_bytes(w, mac, 6);
}

size_t
frame_ask(uint8_t frame[FRAME_ASK], const struct ip_addr *target,
	  const struct ip_addr *own, const uint8_t mac[6])
{
	uint8_t to[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	bool v6 = target->family == IP_V6;
	size_t n = v6 ? FRAME_ASK : 42;
	struct wbuf w = wbuf_of(frame, n);

	if (v6) {
		to[0] = to[1] = 0x33;
		memcpy(to + 3, target->bytes + 13, 3);
	}
	wbuf_bytes(&w, to, 6);
	wbuf_bytes(&w, mac, 6);
	wbuf_u16(&w, v6 ? 0x86dd : 0x0806);
	if (v6)
		ask_nd(&w, target, own, mac);
	else
		ask_arp(&w, target, own, mac);
	if (v6)
		wbuf_u16_at(&w, FRAME_HEAD + 42,
			    ask_checksum(frame + FRAME_HEAD, n - FRAME_HEAD));
	return n;
}
