/*
 * field_twin: the two halves of field_twin share this: field_twin.c gives
 * everything its place, field_twin_text.c writes it down.
 */
#ifndef LAB_FIELD_FIELD_TWIN_H
#define LAB_FIELD_FIELD_TWIN_H

#include "lab/field/field.h"

#define TWIN_SWITCHES 16 /* model: WORD_MAX_SWITCHES and so on */
#define TWIN_LANS 16
#define TWIN_SERVERS 16
#define TWIN_ROUTERS 30
#define TWIN_RS_ASN 64500 /* documentation (RFC 5398) */
#define TWIN_TITLE 60
#define TWIN_PREFIXES 10000000 /* the model's largest max-prefix */

struct twin_lan {
	const struct field_lan *lan;
	struct ip_prefix to[2];
	uint32_t cursor[2]; /* for the next free address */
	size_t sws[TWIN_SWITCHES], nsws;
	struct ip_addr rs[2]; /* of a route server that the export lacks */
};

struct taken { /* an address, or a MAC in the first bytes, on a LAN */
	size_t lan;
	struct ip_addr addr;
};

struct twin {
	struct field *x;
	const struct field_options *o;
	struct str s;
	struct twin_lan lans[TWIN_LANS];
	size_t nlans, nsws;
	size_t lan_to[FIELD_MAX_LANS]; /* from the export's to ours */
	size_t sw_to[FIELD_MAX_SWITCHES];
	const struct field_switch *sws[TWIN_SWITCHES];
	struct taken *taken;
	size_t ntaken;
	size_t moved, lost, macs; /* addresses; MACs given twice */
	uint32_t rs_asn;
	bool rs_made, rs_listed;
};

enum field_service twin_service(const struct field_net *net);
bool twin_is_client(const struct twin *t, const struct field_net *net);
/* The whole file; owned. Everything has its place. */
char *twin_text(struct twin *t);

#endif
