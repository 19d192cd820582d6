/*
 * super_priv: what the parts of the supervisor share.
 *
 * One struct super lives in process 1 of a lab, on one libuv loop:
 *
 *	super_start   the caller's side: look for programs, take the lab's name,
 *	              make the process, relay its progress, wait for "up"
 *	super_run     the process: its log, its loop, its end
 *	super_world   mounts
 *	super_build   the plan's steps, a few milliseconds of them at a time
 *	super_files   what was written on disk, and how to take it back
 *	super_daemon  start, readiness, exit, back-off; super_output: their lines
 *	super_crowd   robots: one process plays all of them
 *	super_firewall  a node's nftables.conf, and the verb reload
 *	super_network  a node's network.yml
 *	super_fabric  the ports of switches; super_fabric_verbs: an operator's
 *	              hands on them; super_ports: their state; super_nft: nft
 *	              in a switch
 *	super_watch   a corrected configuration starts its daemon at once
 *	super_verbs   the control socket; super_exec, super_probe: the long ones;
 *		      super_ask: super_trace, super_listen, super_fetch
 *	super_events  changes in the kernel
 *	super_link    the verb link; super_weather: a link's delay, loss, rate;
 *	              super_wire: the process that makes them where netem is not
 *	super_work    a change of the running lab: its phases, and the way back;
 *	              super_work_empty: nobody is left in what goes; super_take:
 *	              a step taken back; super_turn: the lab is another one;
 *	              super_fabric_renew: its switches' rules
 *	super_lease   the lab to one client, for a while
 *	super_apply   the verb apply: what a changed file asks for
 *	super_limit   what a node's programs may use together
 *	super_save    the verb save: what was set by hand; super_save_apply: set
 *	              it again; super_own: files that are nobody's but the
 *	              trainee's since they were restored
 *	super_reset   the verb reset: a node made anew; super_reset_files: its
 *	              files
 *
 * What links and the ports of switches share is in super_links_priv.h.
 */
#ifndef LAB_SUPER_SUPER_PRIV_H
#define LAB_SUPER_SUPER_PRIV_H

#include <sys/types.h>
#include <uv.h>

#include "base/str.h"
#include "ctl/ctl.h"
#include "lab/model/model_kind.h"
#include "lab/model/model_netconf.h"
#include "lab/net/net.h"
#include "lab/node/node.h"
#include "lab/plan/plan.h"
#include "lab/super/super.h"
#include "lab/wire/wire.h"

#define SUPER_RUN "/run/ixlab"
#define SUPER_NETNS "/run/netns"
#define SUPER_MANY_NODES 64 /* above: events of the important nodes only */

enum super_state { SUPER_BUILDING, SUPER_UP, SUPER_STOPPING, SUPER_FAILED };

enum daemon_state {
	DAEMON_NONE,	 /* the node has none, or not yet */
	DAEMON_STARTING, /* made, its control socket does not answer yet */
	DAEMON_RUNNING,
	DAEMON_BACKOFF, /* died, will be tried again */
	DAEMON_STOPPED, /* somebody asked for it */
};

struct super;
struct super_node;

/* Lines of a daemon, from a pipe (super_output.c). */
struct super_output {
	int fd; /* -1: closed */
	uv_poll_t *poll;
	char line[512];
	size_t len;
	char last[512]; /* the last whole line, clean */
	bool said;	/* since the present start */
};

struct super_daemon {
	enum daemon_state state;
	pid_t pid;   /* 0: no process */
	int leaving; /* it was told to leave here and may read it still; -1 */
	struct node_child child;
	unsigned int restarts, failures; /* in a row */
	uint64_t started;		 /* uv_now */
	bool again;			 /* start it when it has gone */
	bool hup;      /* its files changed while it started: tell it then */
	bool mended;   /* a file was written while it started */
	bool ended;    /* died at least once while building */
	uint64_t ooms; /* of its node before the present start */
	bool refused;  /* the present start failed, reason says why */
	char reason[512];
	struct super_output out;
	uv_timer_t timer; /* of the back-off */
};

struct super_node {
	struct super *super;
	const struct lab_node *def; /* in super->lab */
	char name[MODEL_NODE_MAX + 1];
	struct net *net;
	struct node_place place;
	char *run, *home;	 /* owned; place borrows them */
	struct node_bind *binds; /* likewise, and each one's from; or NULL */
	int watch;		 /* inotify's number, -1 */
	struct super_daemon daemon;
	struct net_monitor *monitor;
	uv_poll_t *monitor_poll; /* both NULL without it */
	uv_timer_t *route_timer; /* a "route" event is due, about these */
	unsigned int routes_added, routes_removed;
	bool routes_lost;	       /* more than the kernel could tell */
	int64_t sessions_told;	       /* super_age_ms */
	bool firewall;		       /* rules were loaded */
	struct model_netconf *network; /* that is set; NULL: none */
	bool fabric;		       /* a switch: so were the fabric's */
	bool going;		       /* its namespace is about to be taken */
	bool doomed;		       /* some of its links are */
	struct net_log *fabric_log;
	uv_poll_t *fabric_poll; /* both NULL without rules */
};

/* What was done to the disk, in order (super_files.c). */
struct super_change {
	char *path;
	char *to;  /* it is called so now; or NULL */
	char *old; /* what stood there, NULL: nothing */
	size_t old_len;
	bool dir;
};

struct super_files {
	struct super_change *changes;
	size_t n, size;
};

struct super_exec;
struct super_probe;
struct super_firewall;
struct super_link;
struct super_weather;
struct super_work;

/* The process that is the weather where the kernel has none (super_wire.c). */
struct super_wire {
	char *program;	 /* NULL when it is not to be had */
	struct net *net; /* the hidden namespace; NULL: not yet */
	int table;	 /* a descriptor of shared memory */
	struct wire_slot *slots;
	bool *used; /* by slot */
	uint64_t seed;
	size_t ring; /* bytes of all rings */
	enum daemon_state state;
	pid_t pid; /* 0: no process */
	struct node_child child;
	int socket, said; /* -1 when there is no process */
	unsigned int restarts, failures;
	uint64_t started;
	char reason[512];
	uv_timer_t timer; /* of the back-off */
};

/* The process that plays all robots (super_crowd.c). */
struct super_crowd {
	char *file;  /* what it reads; NULL: not written yet */
	bool leaves; /* there are no robots any more */
	bool due;    /* it starts when the route servers answer */
	enum daemon_state state;
	pid_t pid; /* 0: no process */
	struct node_child child;
	int said;	       /* what it complains about; while it lives */
	struct ctl_async *ctl; /* NULL: it does not answer */
	unsigned int restarts, failures;
	uint64_t started;
	char reason[512];
	uv_timer_t timer; /* of the back-off */
};

/* Who tries something in the lab (super_lease.c). */
struct super_lease {
	const struct ctl_client *by; /* NULL: nobody, or it has gone */
	char *who;		     /* NULL: nobody */
	uint64_t until;		     /* uv_now */
	uv_timer_t timer;
};

enum weather_by { WEATHER_UNKNOWN, WEATHER_NETEM, WEATHER_WIRE };
struct super_nft;
struct super_port;

struct super {
	const struct super_opts *opts;
	const struct lab *lab;
	const struct plan *plan;
	struct lab *own_lab;   /* lab and plan, when a change brought */
	struct plan *own_plan; /* them; else NULL: the starter's */
	char *text;	       /* of the lab's file; may be NULL */
	uint32_t members;      /* that it was told to generate; 0: as it says */
	char *state_dir;       /* absolute */
	char **programs;       /* a path for each of model_kinds, or NULL */
	int listen, caller;    /* the caller's end: -1 once up */
	char *log_made;	       /* the log, when it was not there before */

	uv_loop_t loop;
	enum super_state state;
	uint64_t state_since; /* uv_now */
	uint64_t born_ns;     /* uv_hrtime */
	pid_t host_pid;
	int base_mnt; /* the mounts as they are without /run/netns */
	struct super_node **nodes; /* as in lab.nodes */
	struct net *gone[8];	   /* namespaces: see super_take_done */
	size_t ngone;
	size_t step; /* of the plan, next to do */
	struct super_built {
		size_t steps;
		uint64_t ns;
	} built[PLAN_OPS]; /* what the beginning took, by kind of step */
	uint64_t told;	   /* when progress was last told */
	uv_idle_t builder;
	uv_timer_t ready; /* looks whether starting daemons answer */
	uv_timer_t end;	  /* of the patience: building, then stopping */
	uv_timer_t trim;  /* see super_trim */
	uv_poll_t caller_poll;
	int signals;
	uv_poll_t signal_poll;
	struct ctl_server *server;
	struct super_files files;
	int inotify;
	uv_poll_t inotify_poll;
	struct super_exec *execs;
	struct super_probe *probes;
	unsigned int asks; /* under way (super_ask.c) */
	struct super_firewall *firewalls;
	struct super_link *links;	/* that are down for a while */
	struct super_weather *weathers; /* of links that have any */
	struct super_work *works;	/* the first is at work */
	enum weather_by weather_by;
	struct super_wire wire;
	struct super_crowd crowd;
	struct super_lease lease;
	struct super_port *ports; /* by lab.links (super_fabric.c) */
	struct super_nft *nfts;	  /* that run or wait */
	struct node_cells cells;  /* of nodes that have limits */
	bool cells_sought;	  /* some node had limits at the start */
	bool root;		  /* the machine's own */
	json_t *own;		  /* files (super_own.c); NULL: none */
	bool opened;		  /* the switches forward */
	bool restored;		  /* what a save says was set again */
	int exit_status;
};

/* ---- messages to the caller of super_start */

enum super_word { SUPER_PROGRESS, SUPER_DONE, SUPER_SORRY };

struct super_report {
	enum super_word word;
	size_t done, total;
	struct err e; /* of SUPER_SORRY; e.msg is the text of SUPER_PROGRESS */
};

/* ---- super_save.c */

/* What differs from the lab file; left_out (may be NULL) gets sentences. */
int super_save_look(struct super *s, struct save_state *state, json_t *left_out,
		    struct err *e);
int super_save(struct super *s, json_t **result, struct err *e);

/* ---- super_save_apply.c */

/* Before the daemons start: set again what a save says. Some of it may still be
 * at work (s->nfts) when it returns. */
int super_save_apply(struct super *s, struct err *e);
bool super_save_stopped(const struct super_node *n);

/* ---- super_own.c: paths below the state folder */

int super_own_load(struct super *s, struct err *e);
bool super_own(const struct super *s, const char *path);
/* Those that do not say now what we wrote; owned. */
json_t *super_own_list(const struct super *s);
bool super_own_node(const struct super_node *n); /* has it any? */
/* The node's files are ours again. */
void super_own_forget(struct super_node *n);

/* ---- super_start.c */

/* Are the programs there that a lab runs? Their paths go to s->programs. */
int super_find_programs(struct super *s, const struct lab *lab, struct err *e);
/* One of ixlab's own programs, owned by the caller; NULL when there is none. */
char *super_find_ours(const char *program_dir, const char *name);

/* ---- super_run.c */

struct super_node *super_node_new(struct super *s, const struct lab_node *def);
/* With all that is left of it; its processes have gone. */
void super_node_free(struct super_node *n);
size_t super_node_index(const struct super_node *n); /* in lab.nodes */

int super_run(void *super); /* the body of process 1 */
/* Soon, give back to the machine what was needed for a moment: the answer to
 * "inspect" is larger than all that a large lab is remembered by. */
void super_trim(struct super *s);
void super_set_state(struct super *s, enum super_state state);
const char *super_state_name(enum super_state state);
/* Take back what was done and go. */
void super_fail(struct super *s, const struct err *e);
/* Stop the daemons politely, then go. */
void super_stop(struct super *s);

/* ---- super_log.c: STATE/log, kept short */

int super_log_open(const char *state_dir, struct err *e);
void super_log_line(const char *who, const char *line);

/* ---- super_world.c */

int super_world_enter(struct super *s, struct err *e);

/* ---- super_build.c */

void super_build_begin(struct super *s);
/* What is mounted over, of the kind that it was. */
void super_binds_free(struct super_node *n);
/* May its daemon die without anything being wrong with the lab? */
bool super_build_may_end(const struct lab_node *n);
/* A daemon has changed: is the lab up? */
void super_build_look(struct super *s);
/* The address of an interface that has none in the lab file. */
void super_build_mac(const char *node, const char *name, uint8_t mac[6]);
/* A switch has its rules, for a step (arg, or NULL): the plan goes on. */
void super_build_filtered(struct super_node *n, void *arg, const struct err *e);
/* [{op, steps, ms}] of the beginning. */
json_t *super_build_json(const struct super *s);
/* Do a step of a plan of s->lab. */
int super_build_step(struct super *s, const struct plan_step *st,
		     struct err *e);

/* ---- super_take.c */

/* Undo a step, as far as the kernel does not take it along. What is not there
 * is gone already. */
int super_take_step(struct super *s, const struct plan_step *st, struct err *e);
/* Links that were taken are gone only after this. */
int super_take_doomed(struct super *s, struct err *e);
/* The change is over: let namespaces go that went. */
void super_take_done(struct super *s);

/* ---- super_lease.c */

void super_lease_init(struct super *s);
int super_lease(struct super *s, struct ctl_request *q, const json_t *args,
		json_t **result, struct err *e);
void super_lease_client_gone(struct super *s, const struct ctl_client *client);

/* ---- super_apply.c */

int super_apply(struct super *s, struct ctl_request *q, const json_t *args,
		struct err *e);

/* ---- super_reset.c */

int super_reset(struct super *s, struct ctl_request *q, const json_t *args,
		struct err *e);

/* ---- super_reset_files.c */

/* The files of a node as at its start; what is there is kept as
 * FILE.mine, and those names are added to kept. */
int super_reset_files(struct super_node *n, json_t *kept, struct err *e);

/* ---- super_files.c */

int super_files_dir(struct super_files *f, const char *path, struct err *e);
/* Remove what an earlier start in this folder was killed while writing. */
void super_files_sweep(const char *path);
int super_files_write(struct super_files *f, const char *path, const char *text,
		      size_t len, bool careful, struct err *e);
/* Copy a folder over another. */
int super_files_overlay(struct super_files *f, const char *from, const char *to,
			struct err *e);
int super_files_rename(struct super_files *f, const char *from, const char *to,
		       struct err *e);
void super_files_undo(struct super_files *f);
/* -1 when the folder of all nodes, or that of one, is not there any more. */
int super_files_there(const struct super *s, const char *node, struct err *e);
void super_files_clear(struct super_files *f);

/* ---- super_daemon.c */

void super_daemon_init(struct super_node *n);
int super_daemon_start(struct super_node *n, struct err *e);
void super_daemon_stop(struct super_node *n, bool again);
/* Likewise, of a node whose namespace goes. */
void super_daemon_leave(struct super_node *n);
void super_daemon_kick(struct super_node *n);	/* its configuration changed */
void super_daemon_reload(struct super_node *n); /* the same, by request */
void super_daemon_waits(struct super_node *n);	/* for its node's firewall */
void super_daemon_exited(struct super_node *n, int status);
const char *super_daemon_state(const struct super_node *n);
/* A connected descriptor. */
int super_daemon_connect(const struct super_node *n, struct err *e);
void super_ready_look(uv_timer_t *t);

/* ---- super_crowd.c: robots, which super_daemon.c hands on */

void super_crowd_init(struct super *s);
/* The step PLAN_CROWD, and its opposite. */
int super_crowd_load(struct super *s, const struct plan_step *st,
		     struct err *e);
void super_crowd_unload(struct super *s);
void super_crowd_start(struct super_node *n);
void super_crowd_stop(struct super_node *n, bool again);
/* Is it time, does it answer? */
void super_crowd_look(struct super *s);
bool super_crowd_exited(struct super *s, pid_t pid, int status);
void super_crowd_end(struct super *s);
json_t *super_crowd_json(const struct super *s); /* null without robots */

/* ---- super_limit.c */

/* The caller's side: find out how limits are held. */
void super_limit_begin(struct super *s);
/* Kill all that is left, and remove the lab's control groups. */
void super_limit_end(struct super *s);
/* [{what, max, by: "cgroup"|"rlimit"|null, why: (or null)}] of a node; owned. */
json_t *super_limit_json(const struct super_node *n);
/* node_spawn, within the node's limits. */
int super_limit_spawn(const struct super_node *n, struct node_spec *spec,
		      struct node_child *c, struct err *e);
/* Those nodes have other limits than before, which hold at once for all that runs in
 * them. */
int super_limit_change(struct super *s, const bool *which, struct err *e);
/* How many programs of the node died of its limit of memory. */
uint64_t super_limit_ooms(const struct super_node *n);

/* ---- super_output.c */

int super_output_open(struct super_node *n, int *write_end, struct err *e);
void super_output_drain(struct super_node *n);
void super_output_close(struct super_node *n);

/* ---- super_firewall.c */

/* Load the node's nftables.conf, or empty its rules when the file is gone; then,
 * for a request, let the daemon read its files and answer. q may be NULL. */
void super_firewall_load(struct super_node *n, struct ctl_request *q);
/* The same at the node's start: true when there is such a file, and then the
 * daemon starts when the rules are loaded. */
bool super_firewall_first(struct super_node *n);
bool super_firewall_exited(struct super *s, pid_t pid, int status);
bool super_firewall_busy(const struct super_node *n);

/* ---- super_network.c */

/* Read the node's network.yml and set what it says; what it said before and does
 * not any more is as the lab file has it. -1: refused, all is as it was. */
int super_network_load(struct super_node *n, struct err *e);
/* The same where nobody waits for an answer: the log gets it. */
void super_network_again(struct super_node *n);
/* Its routes, when an interface came up. */
void super_network_up(struct super_node *n);
void super_network_forget(struct super_node *n); /* its namespace goes */

/* ---- super_watch.c */

void super_watch_init(struct super *s);
void super_watch_forget(struct super_node *n);
void super_watch_node(struct super_node *n);

/* ---- super_events.c */

void super_events_node(struct super_node *n);
/* Publish, with the time; data is consumed. */
void super_tell(struct super *s, const char *event, json_t *data);
int64_t super_age_ms(const struct super *s);	/* since the lab began */
void super_events_forget(struct super_node *n); /* its namespace goes */
void super_tell_node(struct super_node *n);
/* Its daemon's log tells that a session came or went. */
void super_tell_sessions(struct super_node *n);

/* ---- super_verbs.c */

void super_verb(void *super, struct ctl_request *q, const char *verb,
		const json_t *args, const int *fds, size_t nfds);
/* The node an argument names, NULL with e set. */
struct super_node *super_arg_node(struct super *s, const json_t *args,
				  struct err *e);
/* A number in min..max; *out is left alone when the key is absent. */
int super_arg_int(const json_t *args, const char *key, long min, long max,
		  long *out, struct err *e);

/* ---- super_exec.c */

int super_exec(struct super *s, struct ctl_request *q, const json_t *args,
	       const int *fds, size_t nfds, struct err *e);
int super_exec_signal(struct super *s, struct ctl_request *q,
		      const json_t *args, struct err *e);
bool super_exec_exited(struct super *s, pid_t pid, int status);
void super_exec_client_gone(void *super, struct ctl_client *client);
void super_exec_kill_all(struct super *s, int signal);

/* ---- super_ask.c: questions that take a moment */

struct super_asking {
	bool (*readable)(void *data); /* true: it is over */
	long (*tick)(void *data);     /* the next in so many ms; 0: over */
	json_t *(*result)(void *data);
	void (*free)(void *data);
};

/* Answer q later; data is taken over, and fd is its. */
int super_ask(struct super *s, struct ctl_request *q,
	      const struct super_asking *is, void *data, int fd, struct err *e);

/* ---- super_trace.c, super_listen.c, super_fetch.c */

int super_trace(struct super *s, struct ctl_request *q, const json_t *args,
		struct err *e);
int super_fetch(struct super *s, struct ctl_request *q, const json_t *args,
		struct err *e);
int super_frames(struct super *s, struct ctl_request *q, const json_t *args,
		 struct err *e);
int super_whohas(struct super *s, struct ctl_request *q, const json_t *args,
		 struct err *e);

/* ---- super_probe.c */

int super_probe(struct super *s, struct ctl_request *q, const json_t *args,
		struct err *e);

#endif
