/*
 * field: the lab in the files of the field, and the field's files as a lab.
 *
 *	IX-F Member Export ──field_read──> struct field ──field_twin──> lab file
 *	struct lab ──field_ixf──> IX-F Member Export
 *	struct plan ──field_clab──> containerlab topology and its files
 *
 * A Member Export (schema 1.0 of Euro-IX; 0.6 and 0.7 differ in nothing that is
 * read here) is what an exchange publishes about itself: switches, VLANs, and
 * each member's ports with addresses, hardware addresses, prefix limits and
 * whether it uses the route servers. From it comes a lab file for people to
 * read on: what the export does not say, and what a lab cannot hold, is told in
 * notices, which also stand at the top of the file.
 *
 * AS numbers are kept: they are names. Addresses of a peering LAN that exists
 * are replaced: nothing leaves the machine by itself, but captures,
 * configurations and screenshots are carried away, and then real addresses
 * mislead. The host part stays, so that .36 is still .36. IPv4 LANs move into
 * 198.18.0.0/15 (RFC 2544), IPv6 ones into 2001:db8:ffff::/48 (RFC 3849); what
 * is reserved already stays as it is. What members announce is no part of an
 * export: each gets a /22 of 100.64.0.0/10 and a /32 of 3fff::/20.
 *
 * Pure: text in, text out.
 */
#ifndef LAB_FIELD_FIELD_H
#define LAB_FIELD_FIELD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/ip.h"
#include "base/str.h"
#include "lab/model/model.h"
#include "lab/plan/plan.h"

#define FIELD_MAX_BYTES (16u << 20) /* the largest exchange's has 3 MB */
#define FIELD_MAX_NETS 4096
#define FIELD_MAX_PORTS 8192
#define FIELD_MAX_SWITCHES 1024
#define FIELD_MAX_LANS 256
#define FIELD_NONE SIZE_MAX

enum field_service { FIELD_MEMBER, FIELD_ROUTE_SERVER, FIELD_COLLECTOR };

struct field_switch {
	json_int_t exchange, id;
	const char *name, *colo; /* borrowed from the export; may be NULL */
	bool used;
};

struct field_lan {
	json_int_t exchange, id;
	const char *name;	    /* borrowed; may be NULL */
	struct ip_prefix prefix[2]; /* IPv4, IPv6; IP_NONE when not given */
	bool used;
};

/* One network on one VLAN, by one connection. */
struct field_port {
	size_t lan, sw; /* sw may be FIELD_NONE */
	struct ip_addr addr[2];
	uint32_t max_prefix[2]; /* 0: not given */
	const char *macro;	/* borrowed; may be NULL */
	uint8_t mac[6];		/* all zero: not given */
	enum field_service service;
	bool rs_client;
};

struct field_net {
	uint32_t asn;
	const char *name; /* borrowed; may be NULL */
	struct field_port *ports;
	size_t nports;
};

struct field {
	json_t *root;				/* owns the strings */
	const char *version, *timestamp, *name; /* may be NULL */
	struct field_switch *switches;
	size_t nswitches;
	struct field_lan *lans;
	size_t nlans;
	struct field_net *nets;
	size_t nnets, nports;
	bool rs_said;	    /* some port says whether it uses route servers */
	struct str notices; /* lines */
};

/* Read an export. file is the name for messages. 0, and field_clear frees; or -1
 * with one sentence, and nothing is owned. */
int field_read(struct field *x, const char *file, const void *text, size_t len,
	       struct err *e);
void field_clear(struct field *x);

struct field_options {
	const char *lab;     /* the lab's name */
	const char *kind;    /* of members; NULL: the lab's default */
	bool keep_addresses; /* even those of the real world */
};

/* The lab file; owned. More notices are added to x. */
char *field_twin(struct field *x, const struct field_options *o);
/* The lab as a Member Export 1.0; timestamp as in RFC 3339; owned. */
json_t *field_ixf(const struct lab *lab, const char *timestamp);

/* ---- containerlab (field_clab.c) */

#define FIELD_CLAB_PROGRAMS 8

struct field_clab {
	struct field_file {	   /* the topology first */
		char *path, *text; /* the path is below one folder */
	} * files;
	size_t nfiles;
	/* Our own programs that the image needs beside the files; borrowed. */
	const char *programs[FIELD_CLAB_PROGRAMS];
	size_t nprograms;
	struct str notices; /* lines: what containerlab's lab will lack */
};

/* The lab as a containerlab topology; base is the image that the nodes' image is
 * made from, of the release of Debian or Ubuntu that our programs were built on
 * ("debian:12"). field_clab_clear frees. */
void field_clab(const struct plan *p, const char *base, struct field_clab *out);
void field_clab_clear(struct field_clab *x);

/* A line of notices. */
void field_notice(struct field *x, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
