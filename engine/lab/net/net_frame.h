/*
 * net_frame: what a frame is, from its first bytes. Pure, bounded and fuzzed;
 * private to net. A port of an exchange should send few of these kinds.
 */
#ifndef LAB_NET_NET_FRAME_H
#define LAB_NET_NET_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "lab/net/net.h"

#define FRAME_HEAD 14  /* of Ethernet */
#define FRAME_LOOK 128 /* bytes that are enough */

/* frame has at least the first min(len, FRAME_LOOK) bytes. claim is set to the
 * address that the sender says is its own (ARP replies and announcements,
 * neighbour advertisements), else its family is IP_NONE. */
enum net_frame_kind frame_kind(const uint8_t *frame, size_t len,
			       struct ip_addr *claim);

/* Who has the address? An ARP request (RFC 826), or a neighbour solicitation (RFC
 * 4861), from an own address. Returns its length. */
#define FRAME_ASK 86
size_t frame_ask(uint8_t frame[FRAME_ASK], const struct ip_addr *target,
		 const struct ip_addr *own, const uint8_t mac[6]);

#endif
