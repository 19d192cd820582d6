/*
 * model_kind: what a node runs.
 *
 * A kind is one file, model_kind_NAME.c: which package and programs it needs,
 * how the daemon is started, how one knows that it answers, how it is told to
 * read its files again, and the writers of those files. The table of all kinds
 * stands in model_kind.c. Plan, supervisor and manual work from the table alone,
 * so a new kind is a file and two lines. lab.5 shows how.
 *
 * Pure, as all of the model: programs are named here, and run by super.
 */
#ifndef LAB_MODEL_MODEL_KIND_H
#define LAB_MODEL_MODEL_KIND_H

#include <jansson.h>

#include "lab/model/model.h"

/* Writes a configuration from the model; the text is the caller's. */
typedef char *(*lab_kind_writer)(const struct lab *lab,
				 const struct lab_node *n);

struct lab_kind_file {
	const char *name;      /* in the node's configuration folder */
	lab_kind_writer write; /* a robot's, anew at every start */
	lab_kind_writer begin; /* a trainee's, once; NULL: the same text */
};

/* An argument that depends on the lab: the option with each of its values, of
 * which there may be none; with an empty one it stands alone. */
struct lab_kind_option {
	const char *option;
	/* The i-th, from 0 on, which is the caller's; NULL when there is none. */
	char *(*value)(const struct lab *lab, const struct lab_node *n,
		       size_t i);
};

/* The daemon's command line, as a person uses it in the node. */
struct lab_kind_cli {
	const char *const *argv; /* with the program; NULL at the end */
	const char *const *idle; /* words when there are none; NULL: it asks */
	const char *joined; /* the option that all words follow as one, or NULL
			     */
};

enum lab_reload {
	LAB_RELOAD_HUP,	    /* SIGHUP, and then after, when there is one */
	LAB_RELOAD_COMMAND, /* reload_argv, in the node */
	LAB_RELOAD_RESTART, /* it cannot: stop and start */
};

/* How a daemon without a control protocol of its own is asked for its BGP
 * sessions: a program that prints JSON and ends. */
struct lab_kind_sessions {
	const char *const *argv; /* with the program; NULL at the end */
	/* Adds a row for each by kind_session_row. What it does not understand is
	 * left out; the answer is anybody's. */
	void (*read)(const json_t *answer, json_t *rows);
	/* Words of its log when a session comes or goes; NULL at the end. */
	const char *const *news;
	/* Likewise what prints a line of what is wrong with the files on disk, and
	 * nothing when nothing is; NULL: there is no such program. */
	const char *const *tries;
};

/* A program that starts before the daemon, and is part of it: when one dies,
 * all of it has died. */
struct lab_kind_step {
	const char *const *argv; /* with the program; NULL at the end */
	const char *socket; /* below /run; the next starts when it answers */
	bool inside; /* only of a router of several: see model_inside.c */
};

/* A file of the machine that a file of the configuration folder replaces. */
struct lab_kind_over {
	const char *file, *path;
};

struct lab_kind {
	const char *name;    /* the word in the lab file: "bird" */
	const char *title;   /* for people: "BIRD 2" */
	const char *about;   /* one sentence for the manual */
	const char *package; /* Debian's, or several with a space between;
				NULL: ixlab's own, or none needed */
	const char *program; /* the daemon; NULL: a node without one, unless */
	bool command;	     /* the lab file says what it runs */
	const char *const
	    *needs;	/* further programs; NULL at the end, or NULL */
	bool ours;	/* the program lies beside ixlab */
	bool first;	/* others ask it: it starts before them */
	bool crowd;	/* one process is all of this kind: see super_crowd.c */
	bool no_kernel; /* routes stay in the daemon: it forwards nothing */
	bool igp;	/* its files have OSPF and iBGP: see model_inside.c */
	enum lab_no_export no_export; /* as a route server, by itself */
	bool no_export_both;	      /* its files can tell it the other, too */
	unsigned int roles;	      /* LAB_ROLE(r) | ...: who may run it */
	const char *etc; /* where its configuration folder is in the node */
	const struct lab_kind_file *files; /* name NULL at the end, or NULL */
	/* How to start it in the foreground, without the program. The current
	 * folder is the configuration folder, and where a machine has no folder
	 * etc, "ETC/FILE" becomes "FILE". NULL at the end. */
	const char *const *args;
	const struct lab_kind_option *options; /* likewise, or NULL */
	const struct lab_kind_step *before; /* argv NULL at the end, or NULL */
	const char *const *after; /* runs once the socket answers, and must
				     succeed: with the program, NULL at the
				     end; or NULL */
	const char *run;	  /* a folder that it needs below /run; NULL */
	bool mounter;		  /* asks for CAP_SYS_ADMIN, and ends without */
	/* Folders of the machine that it would write to; it gets others. */
	const char *const *covers;	  /* NULL at the end, or NULL */
	const struct lab_kind_over *over; /* file NULL at the end, or NULL */
	/* A UNIX socket below the node's /run that is connected to when the
	 * daemon answers; also what the verb "connect" gives. NULL: it is ready
	 * when it runs. */
	const char *socket;
	/* The line that makes it end when it is told so there, with its routes
	 * left in the kernel: a node that goes needs them until neighbours
	 * beyond the next router have heard its last words. NULL: SIGTERM is as
	 * good. */
	const char *leave;
	const struct lab_kind_cli *cli; /* NULL: it has none */
	/* What prints one of unsaved_words when the daemon has something that its
	 * files have not, since it was typed at cli. With the program; each NULL
	 * at the end, or NULL. */
	const char *const *unsaved, *const *unsaved_words;
	const struct lab_kind_sessions *sessions; /* NULL: it is asked over its
						     socket, or has none */
	enum lab_reload reload;
	const char *const *reload_argv; /* with the program; NULL at the end */
};

#define LAB_ROLE(r) (1u << (r))

/* All kinds, in the order of the manual; n of them. */
extern const struct lab_kind *const model_kinds[];
extern const size_t model_nkinds;

/* NULL when there is none. */
const struct lab_kind *model_kind_find(const char *name);
/* Has its node something to run? */
bool model_kind_runs(const struct lab_kind *k);
size_t model_kind_index(const struct lab_kind *k); /* in model_kinds */
/* What a node of that role runs when the file does not say. */
const struct lab_kind *model_kind_default(enum lab_role role);

#define MODEL_SESSIONS_MAX (4u << 20) /* bytes of an answer */
#define MODEL_SESSIONS_ROWS 4096

/* What the program of kind->sessions printed, as an array of {address, asn,
 * family, state, established, last_error}, in the order of the answer; the state
 * is a name of RFC 4271 section 8.2.2. Where the daemon says so, also local (our
 * address), local_asn, transparent (it is a route server to that neighbour),
 * hold_time (s), up_ms or up_since (s of the clock), limits: [{counts, routes,
 * channel, action}], limit_hit, ttl_security, capabilities (what both ends
 * agreed on) and peer_role. NULL when it is no JSON. */
json_t *model_sessions_read(const struct lab_kind *k, const char *text,
			    size_t len);
/* A line of the daemon's log: does it tell that a session came or went? */
bool model_sessions_news(const struct lab_kind *k, const char *line);
/* The name that RFC 4271 has for a state, in whatever way a daemon writes it
 * ("OPENSENT", "Open Sent", BIRD's "Down"); NULL when it is none. */
const char *model_session_state(const char *word);

extern const struct lab_kind model_kind_bird, model_kind_ixrs, model_kind_frr,
    model_kind_gobgp, model_kind_openbgpd, model_kind_rtr, model_kind_plain,
    model_kind_host, model_kind_switch;
extern const struct lab_kind model_kind_ixpeer;

#endif
