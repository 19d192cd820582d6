/*
 * super_links_priv: links and the ports of switches, of which super_priv.h knows
 * only that they are: nft's text in a node, the fabric and its ports, an
 * operator's hands on a link, its weather, and the wire that makes weather where
 * the kernel does not.
 */
#ifndef LAB_SUPER_SUPER_LINKS_PRIV_H
#define LAB_SUPER_SUPER_LINKS_PRIV_H

#include "lab/super/super_priv.h"

/* ---- super_nft.c */

typedef void (*super_nft_cb)(struct super_node *n, void *arg,
			     const struct err *e);

/* Let nft do a text in a node; done is called when it has (e NULL: all of it
 * holds), not when -1 comes back with e set: nft was not even tried. */
int super_nft(struct super_node *n, const char *text, super_nft_cb done,
	      void *arg, struct err *e);
bool super_nft_exited(struct super *s, pid_t pid, int status);
bool super_nft_busy(const struct super_node *n);

/* What is known of a port beyond what the kernel keeps. */
struct super_port {
	size_t lan;   /* it is on now */
	bool shut;    /* a wrong address took it down */
	bool culled;  /* no BGP through it */
	uint8_t *pin; /* the addresses it may use, six bytes each; owned */
	size_t npins; /* 0: any */
	uint64_t violations;
};

/* ---- super_fabric.c, super_fabric_verbs.c: move, pin and cull answer later */

void super_fabric_init(struct super *s);
/* A link as the lab file has it; its pin is the caller's. */
struct super_port super_fabric_port(const struct lab *lab, size_t link);
/* May the port use what its file says, no more and no less? */
bool super_fabric_pins_file(const struct super *s, size_t link);
/* nft's text for monitors, when the port l is on another LAN. */
void super_fabric_mirrors(const struct lab *lab, const struct lab_link *l,
			  size_t from, size_t to, struct str *s);
/* A port of sw goes to another LAN of lab: to its bridge, or where that is one for
 * all LANs out of VLAN from (0: none) into its own. */
int super_fabric_plug(struct super_node *sw, const char *port, uint16_t from,
		      const struct lab *lab, size_t to, struct err *e);
/* A link is made anew: if it is a port, it is in its own LAN again. */
void super_fabric_anew(struct super *s, size_t link);
/* A switch's namespace goes, and what was set at its ports. */
void super_fabric_forget(struct super_node *n);
/* A switch's rules, of plan_fabric; and listen to what they tell. */
int super_fabric_load(struct super_node *n, const char *text, super_nft_cb done,
		      void *arg, struct err *e);
int super_fabric_move(struct super *s, struct ctl_request *q,
		      const json_t *args, struct err *e);
int super_fabric_pin(struct super *s, struct ctl_request *q, const json_t *args,
		     struct err *e);
int super_fabric_cull(struct super *s, struct ctl_request *q,
		      const json_t *args, struct err *e);

/* ---- super_fabric_renew.c */

/* A switch's rules anew, after a change of the lab; counters and what was done
 * by hand stay. done as with super_nft. */
int super_fabric_renew(struct super_node *n, super_nft_cb done, void *arg,
		       struct err *e);

/* ---- super_ports.c */

/* Rows of the verb ports: all, or those of a node or a switch; owned. culls (may
 * be NULL) gets each switch's counter of culled packets. */
json_t *super_fabric_ports(struct super *s, const struct super_node *only,
			   json_t *culls, struct err *e);
/* Bring up what a wrong address took down. */
int super_fabric_clear(struct super *s, const struct super_node *only,
		       struct err *e);

/* ---- super_link.c */

/* *result is owned by the caller. */
int super_link(struct super *s, const json_t *args, json_t **result,
	       struct err *e);
const char *super_link_dev(const struct super *s, const struct lab_end *end);
/* Is it down for a while only? */
bool super_link_waits(const struct super_node *n, const char *dev);
/* It does not come back by itself any more; dev NULL: none of the node. */
void super_link_forget(struct super_node *n, const char *dev);

/* ---- super_weather.c: what happens on a link */

struct weather_end {
	struct super_node *node;
	char dev[16];
	bool on;       /* something stands in the kernel */
	char wire[16]; /* the interface that leads into the wire */
	uint32_t slot; /* in the wire's table */
	int rx, tx;    /* ours; ixwire has its own */
	struct net_ring ring;
	size_t bytes;	  /* of the ring */
	uint64_t overrun; /* frames the ring had no room for */
};

struct super_weather { /* of a link that has weather, or had */
	struct super_weather *next;
	struct super *super;
	size_t link; /* index in lab.links */
	struct lab_weather now;
	struct weather_end ends[2]; /* frames that leave a, that leave b */
	struct lab_weather before;  /* what comes back when the timer ends */
	uv_timer_t timer;
};

/* Give a link this weather, whatever it had; all zero: none. On failure it has
 * what it had. Tells subscribers. Whoever removes a link or one of its nodes
 * takes its weather off first. */
int super_weather_set(struct super *s, size_t link, const struct lab_weather *w,
		      struct err *e);
/* The same, and after so long the link has what it had. */
int super_weather_set_for(struct super *s, size_t link,
			  const struct lab_weather *w, uint64_t ms,
			  struct err *e);
/* What it has; all zero when none. */
struct lab_weather super_weather_of(const struct super *s, size_t link);
/* The lab is another one: its number of each link, or SIZE_MAX. */
void super_weather_turn(struct super *s, const size_t *link);
/* {a, b: {node, interface}, weather: (or null), by: "netem"|"wire"|null,
 * for_ms: (or null), directions: [..]}; owned. */
json_t *super_weather_json(struct super *s, size_t link);
/* Are both ends up? Asks the kernel. */
bool super_link_up(struct super *s, size_t link);
/* Does an event speak of one of our own interfaces? */
bool super_weather_is_ours(const char *dev);

/* ---- super_wire.c */

int super_wire_ready(struct super *s, struct err *e);
/* Lead what leaves this end into the wire, or no more. */
int super_wire_add(struct super *s, struct weather_end *end,
		   const struct lab_weather *w, struct err *e);
void super_wire_set(struct super *s, const struct weather_end *end,
		    const struct lab_weather *w);
void super_wire_remove(struct super *s, struct weather_end *end);
bool super_wire_exited(struct super *s, pid_t pid, int status);
json_t *super_wire_json(const struct super *s); /* null when there is none */

#endif
