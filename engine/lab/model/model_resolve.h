/*
 * model_resolve: what the parts of resolving share. Private to the module.
 */
#ifndef LAB_MODEL_MODEL_RESOLVE_H
#define LAB_MODEL_MODEL_RESOLVE_H

#include "lab/model/model_word.h"

/* What private interfaces are called: pni0, up0, down0, in0, wan0. */
enum {
	RESOLVE_PNI,
	RESOLVE_UP,
	RESOLVE_DOWN,
	RESOLVE_IN,
	RESOLVE_WAN,
	RESOLVE_NAMES
};

struct resolve {
	const struct word_lab *w;
	struct lab *lab;
	struct model_mem **mem;
	size_t counts[MODEL_MAX_NODES][RESOLVE_NAMES];
	uint8_t macs[MODEL_MAX_NODES]; /* MACs of a network so far */
	uint8_t rs_macs;	       /* of those who share an AS number */
	uint32_t other_macs;	       /* of those who have none */
};

void resolve_add_addr(struct lab_if *i, const struct ip_addr *a, uint8_t len);
struct lab_link *resolve_add_link(struct resolve *r, enum lab_link_kind kind,
				  size_t lan, int line);
/* The end that the node's last interface is. */
struct lab_end resolve_end(const struct lab *lab, const struct lab_node *n);
struct lab_if *resolve_private_if(struct resolve *r, struct lab_node *n,
				  int what, uint32_t mtu);

struct lab_node *resolve_add_node(struct lab *lab, const char *name,
				  enum lab_role role, int line);
struct lab_if *resolve_add_if(struct resolve *r, struct lab_node *n,
			      const struct lab_node *owner, const char *name,
			      size_t number, uint32_t mtu);
/* What is behind a network (model_host.c). */
void resolve_hosts(struct resolve *r, const struct word_node *wn,
		   struct lab_node *n);

/* Several routers (model_inside.c). */
void resolve_loopbacks(struct lab_node *n, const struct word_node *lead,
		       size_t router);
void resolve_inside(struct resolve *r, const struct word_node *lead);

/* A trunk's ports are one (model_vlan.c). */
void resolve_trunk(struct resolve *r, const struct word_node *wn,
		   struct lab_node *n);

/* What joins two switches (model_site.c). */
void resolve_site(struct resolve *r, const struct word_site *s);

#endif
