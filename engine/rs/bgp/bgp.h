/*
 * bgp: what BGP-4 says on the wire and when it says it; no sockets, no clock.
 *
 * Three layers, each usable alone:
 *   attributes  struct bgp_attrs, the path attributes of a route as a value
 *   messages    struct bgp_msg <-> bytes (RFC 4271 section 4), errors as values
 *   session     struct bgp_fsm, a pure step function (RFC 4271 section 8)
 *
 * The caller owns sockets and time. It cuts the byte stream with bgp_frame(),
 * hands each message to bgp_fsm_receive(), carries out the actions that come
 * back, and calls again at bgp_fsm_next_deadline(). Numbers (AS, router id,
 * communities) are in host order, times are milliseconds of any steady clock.
 */
#ifndef BGP_BGP_H
#define BGP_BGP_H

#include "rs/bgp/bgp_attrs.h"
#include "rs/bgp/bgp_fsm.h"
#include "rs/bgp/bgp_msg.h"

#endif
