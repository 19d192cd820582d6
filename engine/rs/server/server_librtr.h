/*
 * server_librtr: the RTR client's library, loaded when a cache is to be followed.
 *
 * librtr brings an SSH client, its cryptography and Kerberos along: 2.2 MiB that a
 * route server without --rtr has no use for. So it is no part of the program: its
 * headers are, and what is called of it is in this table.
 */
#ifndef RS_SERVER_SERVER_LIBRTR_H
#define RS_SERVER_SERVER_LIBRTR_H
#include <rtrlib/rtrlib.h>

#include "base/err.h"

struct server_librtr {
	__typeof__(tr_tcp_init) *tr_tcp_init;
	__typeof__(rtr_mgr_init) *rtr_mgr_init;
	__typeof__(rtr_mgr_start) *rtr_mgr_start;
	__typeof__(rtr_mgr_free) *rtr_mgr_free;
};

/* Loads it, if that is not done; it stays. NULL with a sentence: it is not installed,
 * or another one than this was built with. */
const struct server_librtr *server_librtr(struct err *e);
#endif
