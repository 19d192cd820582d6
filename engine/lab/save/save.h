/*
 * save: a whole lab as one file, and back.
 *
 * The file is a tar, compressed by gzip, so that anybody can look into it and
 * take a configuration out of it without ixlab. It holds, in this order,
 *
 *	manifest.json		what it is, what is in it, what was set by hand
 *	lab.yml			the lab file, as it was brought up, but for the names
 *				of files that it names
 *	files/NAME		those: table dumps, scripts of robots
 *	nodes/NODE/...		the nodes' folders: their configurations
 *
 * and nothing else. The manifest comes first and is the law: it lists every file
 * with its length, mode, SHA-256 and whose it is, and a reader takes exactly those, in that
 * order, so no length has to be believed before it is known. A save comes from
 * other people: what is not a plain file, lab.yml or below files/ and nodes/NODE/,
 * is refused before a byte of it is written anywhere, and so is what is too large, too many,
 * twice there, changed or cut off. Each refusal is one sentence.
 *
 * save_state is the part that no file holds: addresses and routes, interfaces,
 * links' weather, ports of switches, daemons that were stopped, as far as they
 * differ from what the lab file says. Who restores brings the lab up and does
 * the differences again.
 *
 * Left out: owners and times of files, links and folders that are empty; what
 * runs; sysctls; interfaces that were made by hand; captures.
 *
 * Pure: bytes in, values out. Digests are libmd's, tar and gzip libarchive's.
 */
#ifndef LAB_SAVE_SAVE_H
#define LAB_SAVE_SAVE_H

#include <jansson.h>

#include "lab/model/model.h"

#define SAVE_VERSION 1
#define SAVE_FILE_MAX (16u << 20)  /* bytes of one file */
#define SAVE_TOTAL_MAX (64u << 20) /* of all, and of the archive */
#define SAVE_FILES_MAX 20000
#define SAVE_PATH_MAX 240
#define SAVE_DEPTH_MAX 12

/* ---- the file (save_write.c, save_read.c) */

struct save_file {
	char *path; /* "lab.yml", "nodes/m1/bird.conf" */
	unsigned int mode;
	bool own; /* the trainee's, although ixlab usually writes it */
	char *data;
	size_t len;
};

struct save {
	char *lab;	  /* the name it ran under */
	uint32_t members; /* that it was told to generate; 0: as in the file */
	int64_t made;	  /* seconds since 1970 */
	json_t *state;	  /* of save_state_json */
	struct save_file *files;
	size_t n;
	size_t bytes; /* of all files */
};

void save_init(struct save *s, const char *lab, uint32_t members, int64_t made);
void save_clear(struct save *s);
/* data is consumed. Refused (e) when it is too large, one too many, or no path
 * that may be in a save. */
int save_add(struct save *s, const char *path, unsigned int mode, char *data,
	     size_t len, struct err *e);
/* The archive, owned by the caller. */
int save_write(const struct save *s, char **data, size_t *len, struct err *e);
/* Take an archive apart; file is its name for messages. */
int save_read(const char *file, const void *data, size_t len, struct save *s,
	      struct err *e);
/* NULL when it is not there; borrowed. */
const struct save_file *save_find(const struct save *s, const char *path);
/* May a file of a save be called so? */
int save_path_check(const char *path, struct err *e);
/* Are all its folders those of nodes of the lab? */
int save_check_nodes(const struct save *s, const struct lab *lab,
		     struct err *e);

/* ---- files that the lab file names (save_named.c) */

struct save_named {
	const char *name; /* as the lab file says it */
	int line, col;	  /* where, from 1 */
};

/* What a file of that name is called in the save, "files/NAME", as nothing in it
 * is yet; owned. */
char *save_file_name(const struct save *s, const char *name);
/* Another name at that place of its lab.yml; of several in one line the last
 * comes first. False when it does not stand there as it is: then nothing is
 * done. */
bool save_rename(struct save *s, const struct save_named *f, const char *to);

/* ---- what was set by hand (save_state.c) */

#define SAVE_ROWS_MAX 100000 /* of one list */
#define SAVE_PINS_MAX 16     /* of one port */

struct save_addr {
	size_t node;  /* index in lab.nodes */
	char dev[16]; /* one of the node's own, or lo */
	struct lab_addr addr;
	bool set; /* else: one of the lab file, taken away */
};

struct save_route {
	size_t node;
	struct ip_prefix to;
	struct ip_addr via; /* family IP_NONE: none */
	char dev[16];	    /* "": none */
	char type[12]; /* "unicast", "blackhole", "unreachable", "prohibit" */
	uint32_t metric;
	bool by_hand; /* protocol boot, else static */
	bool set;
};

struct save_if {
	size_t node;
	char dev[16];
	bool down;
	uint32_t mtu; /* 0: as it was */
	bool has_mac;
	uint8_t mac[6];
};

struct save_link {
	size_t link; /* index in lab.links */
	struct lab_weather weather;
};

struct save_port { /* of a switch */
	size_t link;
	size_t lan; /* it is on, index in lab.lans */
	bool culled, shut;
	uint8_t pins[SAVE_PINS_MAX][6];
	size_t npins;
};

struct save_state {
	struct save_addr *addrs;
	size_t naddrs;
	struct save_route *routes;
	size_t nroutes;
	struct save_if *ifs;
	size_t nifs;
	struct save_link *links;
	size_t nlinks;
	struct save_port *ports;
	size_t nports;
	size_t *stopped; /* nodes whose daemon was stopped */
	size_t nstopped;
};

/* {addresses: [{node, dev, address, len, set}], routes: [{node, to, via|null,
 * dev|null, type, metric, protocol, set}], interfaces: [{node, dev, up, mtu|null,
 * mac|null}], links: [{a: {node, interface}, b, weather}], ports: [{switch, port,
 * lan, culled, shut, pins}], stopped: [node]}; owned. */
json_t *save_state_json(const struct save_state *s, const struct lab *lab);
/* Each name must be one of the lab's; file is for messages. */
int save_state_parse(struct save_state *s, const char *file, const json_t *json,
		     const struct lab *lab, struct err *e);
void save_state_clear(struct save_state *s);
/* Has the node such an interface, of the lab file? */
bool save_state_has_dev(const struct lab *lab, size_t node, const char *dev);

#endif
