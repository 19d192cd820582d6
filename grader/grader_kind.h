/*
 * grader_kind: the verbs of exercises, a table of check kinds.
 *
 * A kind is an entry: the keys that it takes (name, type, whether it must be
 * there, one line of help), the evidence it looks at, an experiment it needs to
 * have made, and a judge. From this one table come the reader of exercise.yml,
 * its errors, "ixlab dev kinds" and the collector's list of what to ask.
 *
 * A judge is pure: a lab, an exercise and the evidence (grader_evidence.h) in,
 * a finding out. It knows no clock; within, hold, needs and witness are the
 * business of grader_judge.
 */
#ifndef GRADER_GRADER_KIND_H
#define GRADER_GRADER_KIND_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/ip.h"
#include "base/yaml.h"
#include "grader/exercise.h"
#include "lab/model/model.h"
#include "lab/model/model_mem.h"

/* ---- keys */

enum grader_key_type {
	GRADER_KEY_OBSERVER,   /* a node with a daemon, not the trainee's */
	GRADER_KEY_ROUTER,     /* a node with a daemon */
	GRADER_KEY_NODE,       /* any node but a switch */
	GRADER_KEY_NODES,      /* a list of nodes */
	GRADER_KEY_FAMILY,     /* ipv4 | ipv6 */
	GRADER_KEY_PREFIX,     /* one prefix */
	GRADER_KEY_PREFIXES,   /* a list of prefixes, may be empty */
	GRADER_KEY_AS_PATH,    /* a pattern: see struct grader_hop */
	GRADER_KEY_STANDARD,   /* a list of communities a:b */
	GRADER_KEY_LARGE,      /* a list of communities a:b:c */
	GRADER_KEY_EXTENDED,   /* a list of communities rt:a:b, ro:a:b */
	GRADER_KEY_COMMUNITY,  /* a list of any of these; parts may be * */
	GRADER_KEY_COUNT,      /* a number */
	GRADER_KEY_RANGE,      /* a number, or {min: A, max: B} */
	GRADER_KEY_WISH,       /* yes | no */
	GRADER_KEY_WORDS,      /* a list of the key's words */
	GRADER_KEY_HOP,	       /* a node, or an address */
	GRADER_KEY_TABLE,      /* main | default | a number */
	GRADER_KEY_ROUTE_TYPE, /* unicast | blackhole | unreachable | prohibit */
	GRADER_KEY_INTERFACE,  /* {node: NODE, interface: NAME} */
	GRADER_KEY_TEXT,       /* any text */
	GRADER_KEY_TEXTS,      /* a list of texts */
	GRADER_KEY_WORD,       /* one of the key's words */
	GRADER_KEY_TIME,       /* 250ms, 20s, 5m */
	GRADER_KEY_ADDRESS,    /* one address */
	GRADER_KEY_OBSERVERS,  /* a list of nodes, none of them the trainee's */
};

/* An item of an AS path's pattern, nearest first: 65536 is that AS, "65536+"
 * that AS once or more, "?" any one AS (or a set), "*" any number of any. */
struct grader_hop {
	enum {
		GRADER_HOP_AS,
		GRADER_HOP_MORE,
		GRADER_HOP_ANY,
		GRADER_HOP_REST
	} is;
	uint32_t asn;
};

struct grader_range {
	bool set;
	uint32_t min, max;
};

enum grader_wish { GRADER_WISH_NONE, GRADER_WISH_YES, GRADER_WISH_NO };

struct grader_key {
	const char *name;
	enum grader_key_type type;
	bool need;
	size_t offset; /* of the value in struct grader_params */
	uint32_t min, max,
	    absent; /* of a number, a time; of a family: absent */
	const char *help;
	const char *const *words; /* of a word or words: NULL ends them */
	bool bare; /* a node; a person's needs no address in the lab file */
	bool met;  /* a node that may be met at params.address instead */
};

struct grader_list { /* of words */
	const char **items;
	size_t n;
};

/* The typed values of a check's own keys. Absent words are NULL. */
struct grader_params {
	const char *at, *with, *from, *to, *via, *then, *next_hop, *type;
	uint32_t family; /* enum ip_family; IP_NONE: both */
	struct ip_prefix prefix;
	struct ip_prefix *prefixes;
	size_t nprefixes;
	struct grader_hop *as_path;
	size_t nas_path;
	bool has_as_path;
	struct grader_list communities, large, extended, without, not_through;
	const char *robot, *words, *behave; /* of a probe */
	struct grader_list observers, kernels;
	struct grader_list senders; /* of a share */
	uint32_t length;	    /* 0: the prefix itself */
	uint32_t count, loss;	    /* echo requests; how many may be lost */
	uint32_t size;		    /* of each, bytes of data; GRADER_UNSAID */
	uint32_t table;		    /* of a kernel's routes; 0: main */
	/* bounds; GRADER_UNSAID: there is none */
	uint32_t least, most, mtu, tolerance;
	uint32_t rtt_least, rtt_most, window, each_ms; /* ms */
	struct ip_addr address;
	struct grader_list accept, choices, addresses, hops, through, avoid;
	const char *truth, *question, *word, *text, *not_text, *interface, *lan,
	    *is, *unit, *up, *only;
	struct {
		const char *node, *interface;
	} down;

	/* of sessions and routes */
	const char *state, *reason, *role, *origin;
	struct grader_list capabilities, marks, only_to;
	struct grader_range path_length, prepended, local_pref, med, otc,
	    routes, hold_time;
	uint32_t up_ms; /* 0: not asked for */
	uint32_t both_ends, no_others, longer, multihop, md5,
	    ttl_security; /* enum grader_wish */
};

#define GRADER_UNSAID UINT32_MAX

/* Of each echo of a bypass, without headers: a route server's sessions send their
 * keepalives all at once, and some hundreds of these must not look like echoes. */
#define GRADER_BYPASS_BYTES 1200

/* ---- findings */

enum grader_truth {
	GRADER_UNKNOWN, /* not seen yet, or the node does not answer */
	GRADER_FALSE,
	GRADER_TRUE,
	GRADER_OURS,	 /* our own tools failed: never the trainee's fault */
	GRADER_NOT_HERE, /* this machine cannot show it */
};

/* What one look at the evidence says. {0} is empty; grader_finding_clear. */
struct grader_finding {
	enum grader_truth truth;
	char *expected, *saw, *where;
	char *reason;	/* OURS and NOT_HERE */
	json_t *facts;	/* {name: text}, for the hints */
	uint64_t at_ms; /* the evidence is at least so new */
	bool still;	/* somebody tries something: let the verdict be */
};

void grader_finding_clear(struct grader_finding *f);
/* Sets the truth; each text is printed and owned by f. */
void grader_finding_expected(struct grader_finding *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void grader_finding_saw(struct grader_finding *f, enum grader_truth truth,
			const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void grader_finding_where(struct grader_finding *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void grader_finding_fact(struct grader_finding *f, const char *name,
			 const char *value); /* NULL is "" */

/* ---- the table */

struct grader_view { /* what a judge may look at; all borrowed */
	const struct lab *lab;
	const struct exercise *x;
	const json_t *evidence;
};

enum grader_experiment {
	GRADER_NO_EXPERIMENT,
	GRADER_PING,   /* echo requests */
	GRADER_BYPASS, /* the same, counting at the ports of other nodes */
	GRADER_STAYS,  /* an interface taken down for a while */
	GRADER_MOVES,  /* the same, until packets take another way */
	GRADER_CALLS,  /* what the kind asks of the supervisor (call) */
	GRADER_WATCH,  /* the same, over the check's hold */
	GRADER_PROBE,  /* something announced by a robot */
};

/* Disturbs others, so it is made while nobody else waits; it takes care of
 * within and hold itself, and its result is the last word. */
static inline bool
grader_experiment_alone(enum grader_experiment e)
{
	return e == GRADER_STAYS || e == GRADER_MOVES || e == GRADER_PROBE;
}

/* Bits of what a kind asks of its observer (params.at). */
enum {
	GRADER_ASK_SESSIONS = 1,
	GRADER_ASK_ROUTES = 2, /* received from params.from */
	GRADER_ASK_KERNEL = 4,
	GRADER_ASK_CONFIG = 8,
	GRADER_ASK_SENT = 16,	  /* sent to params.to, when there is one */
	GRADER_ASK_SENT_ALL = 32, /* of params.prefix, to everybody */
	GRADER_ASK_LINKS = 0x100,
	GRADER_ASK_ADDRESSES = 0x200,
	GRADER_ASK_NEIGHBOURS = 0x400,
	GRADER_ASK_PORTS =
	    0x800, /* of switches, where the node is plugged in */
	GRADER_ASK_LOG = 0x1000,
	GRADER_ASK_ANSWERS = 0x2000, /* of the person; no node is asked */
	GRADER_ASK_TCP = 0x4000,     /* of a cause, while a session is down */
	GRADER_ASK_SOCKETS = 0x8000, /* the same of sessions that are up, too */
	GRADER_ASK_OTHER_ROUTES = 0x10000, /* of a kernel's other tables */
	/* what the supervisor tells, whatever the node runs */
	GRADER_ASK_STATE = GRADER_ASK_KERNEL | GRADER_ASK_LINKS |
			   GRADER_ASK_ADDRESSES | GRADER_ASK_NEIGHBOURS |
			   GRADER_ASK_PORTS | GRADER_ASK_SOCKETS |
			   GRADER_ASK_OTHER_ROUTES,
	GRADER_ASK_TABLES = GRADER_ASK_STATE | GRADER_ASK_TCP,
	/* what lies in the lab's folder */
	GRADER_ASK_FILES = GRADER_ASK_LOG | GRADER_ASK_ANSWERS,
};

/* A question to the lab's supervisor (super.h), or a pause. */
struct grader_call {
	const char *verb; /* NULL: wait instead */
	json_t *args;	  /* consumed */
	uint32_t wait_ms;
};

struct grader_kind {
	const char *name, *help, *example; /* example: YAML, indented by two */
	bool negative; /* true when something is absent: needs a witness */
	const struct grader_key *keys;
	size_t nkeys;
	unsigned int asks;
	unsigned int (*also)(const struct grader_params *p); /* or NULL */
	enum grader_experiment experiment;
	const char *facts; /* names, for the manual */
	uint32_t pause_ms; /* CALLS: at least, between two tries */
	bool at_once; /* within is 0s when not said: nothing is on its way */
	/* With these keys it looks for an absence; NULL: see negative. */
	bool (*absence)(const struct grader_params *p);
	/* Do the keys fit together? 0, or -1 with a sentence in e; or NULL. */
	int (*sane)(const struct grader_params *p, const struct yaml_doc *doc,
		    const struct yaml *check, struct err *e);
	/* CALLS and WATCH: the i-th question, given the answers so far; false
	 * when there is none. */
	bool (*call)(const struct grader_view *v,
		     const struct exercise_check *c, size_t i,
		     const json_t *answers, struct grader_call *out);
	/* What the lab's nodes cannot tell: a sentence, the caller's, or NULL. */
	char *(*cannot)(const struct grader_params *p, const struct lab *lab);
	/* Fills expected, saw, where, facts and the truth. */
	void (*judge)(const struct grader_view *v,
		      const struct exercise_check *c, struct grader_finding *f);
};

extern const struct grader_kind grader_kind_session, grader_kind_route,
    grader_kind_only_routes, grader_kind_kernel_route, grader_kind_ping,
    grader_kind_bypass, grader_kind_stays, grader_kind_daemon,
    grader_kind_answer, grader_kind_log, grader_kind_session_absent,
    grader_kind_limit, grader_kind_no_route, grader_kind_route_count,
    grader_kind_scrubbed, grader_kind_sent_only_to, grader_kind_path_not_hidden,
    grader_kind_interface, grader_kind_mac, grader_kind_dropped,
    grader_kind_rate, grader_kind_share, grader_kind_passes, grader_kind_probe,
    grader_kind_no_probe, grader_kind_path, grader_kind_quiet,
    grader_kind_owner, grader_kind_fetch, grader_kind_no_kernel_route,
    grader_kind_no_ping, grader_kind_moves;

extern const struct grader_kind *const grader_kinds[];
extern const size_t grader_nkinds;

/* By the text of a scalar; an error with "did you mean" otherwise. */
int grader_kind_find(const struct yaml_doc *doc, const struct yaml *y,
		     const struct grader_kind **out, struct err *e);
/* Read the kind's own keys of a check's map; absent ones get their default. */
int grader_kind_params(const struct grader_kind *k, const struct yaml_doc *doc,
		       const struct yaml *check, struct model_mem **mem,
		       struct grader_params **out, struct err *e);
/* The names in a check's params exist in the lab and fit their keys. */
int grader_kind_fits(const struct grader_kind *k, const struct grader_params *p,
		     const struct yaml_doc *doc, const struct yaml *check,
		     const struct lab *lab, struct err *e);
/* The table for people: "ixlab dev kinds". */
void grader_kinds_print(FILE *f);

static inline const struct grader_params *
grader_params(const struct exercise_check *c)
{
	return c->params;
}

/* What the check asks of its observer: its kind's asks, and what goes with its
 * keys. */
unsigned int grader_check_asks(const struct exercise_check *c);
/* It looks for an absence, so it needs a witness. */
bool grader_check_negative(const struct exercise_check *c);

/* The family that a check speaks of, IP_NONE when of both. */
enum ip_family grader_params_family(const struct grader_params *p);

#endif
