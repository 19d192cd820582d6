/* export_priv: the inside of export, shared by its files. Private. */
#ifndef EXPORT_PRIV_H
#define EXPORT_PRIV_H

#include "base/slab.h"
#include "rs/export/export.h"

/* ---- streams (export_stream.c): encoded once, read by many */

struct export_chunk { /* bytes, appended to until full */
	uint32_t refs, size, len;
	uint8_t data[];
};

struct export_entry { /* whole messages, side by side in a chunk */
	struct export_chunk *chunk;
	uint32_t off, len;
	uint32_t readers; /* members that have yet to pass it */
	uint32_t epoch;	  /* when it was decided */
	uint64_t at;	  /* bytes of the stream before it */
	struct rib_set *to;
};

struct export_stream {
	struct export_entry *ring;
	size_t head, n, size;	   /* size is a power of two */
	uint64_t first;		   /* sequence number of ring[head] */
	uint64_t sealed;	   /* entries below do not grow any more */
	struct export_chunk *tail; /* being filled */
	uint32_t readers;	   /* members that read it */
	uint64_t encoded;	   /* ever */
};

/* Room for one message more; then say how long it became. */
struct wbuf export_stream_room(struct export_stream *st, size_t max);
void export_stream_add(struct export *x, struct export_stream *st, size_t len,
		       struct rib_set *to);
static inline uint64_t
export_stream_end(const struct export_stream *st)
{
	return st->first + st->n;
}
static inline struct export_entry *
export_stream_at(const struct export_stream *st, uint64_t seq)
{
	return &st->ring[(st->head + (seq - st->first)) & (st->size - 1)];
}
/* A reader passes one entry, or leaves all from seq on unread. */
void export_stream_pass(struct export *x, struct export_stream *st,
			uint64_t seq);
void export_stream_quit(struct export *x, struct export_stream *st,
			uint64_t seq);
/* Bytes from an entry to the end. */
size_t export_stream_behind(const struct export_stream *st, uint64_t seq);
void export_stream_clear(struct export *x, struct export_stream *st);
void export_chunk_unref(struct export_chunk *c);

/* ---- views (export_view.c): what was told */

struct export_told { /* about a net */
	union {
		struct { /* n is 1 */
			struct rib_attrs *attrs;
			struct rib_set *to;
		};
		struct rib_answer *list; /* n is more, or a path id matters */
	};
	uint32_t n : 31, listed : 1;
	uint32_t epoch; /* when it changed last */
};

struct export_gone { /* a withdrawal, for those who walk */
	struct ip_prefix prefix;
	uint32_t id, epoch;
	struct rib_set *to;
};

struct export_view {
	struct export *x;
	bool incomplete;	  /* nets are still to be decided for it */
	unsigned int which;	  /* 0: the best path each, 1: all paths */
	struct slab told;	  /* struct export_told, by number of net */
	struct export_gone *gone; /* in order of epoch */
	size_t n_gone, gone_size, gone_compact;
	struct export_group *groups;
	struct export_view *next;
};

/* Something to be said: announce, or withdraw where attrs is NULL. Holds
 * references. */
struct export_change {
	struct rib_attrs *attrs;
	struct rib_set *to;
	struct ip_prefix prefix;
	uint32_t id;
};

struct export_run { /* changes side by side that share members and attributes */
	uint64_t key;
	uint32_t first, n;
};

struct export_batch {
	struct export_change *list;
	size_t n, size;
	struct export_run *runs; /* in the order to be told */
	size_t n_runs, runs_size;
};
void export_batch_add(struct export_batch *b, struct rib_attrs *a,
		      struct rib_set *to, const struct ip_prefix *p,
		      uint32_t id);
void export_batch_sort(struct export_batch *b);
void export_batch_clear(struct export *x, struct export_batch *b);
void export_batch_free(struct export_batch *b); /* it is clear */

struct export_view *export_view_new(struct export *x, unsigned int which);
/* The answers to a net now; NULL and 0 when none. list is borrowed or in one. */
const struct rib_answer *export_view_told(const struct export_view *v,
					  uint32_t net, struct rib_answer *one,
					  size_t *n);
uint32_t export_view_epoch(const struct export_view *v, uint32_t net);
/* Decide on a net; the difference goes to the batch. */
void export_view_decide(struct export_view *v, uint32_t net,
			struct export_batch *b);
/* All members of the answers of one path id: a counted set. */
struct rib_set *export_view_members(const struct export_view *v, uint32_t net,
				    uint32_t id);
void export_view_gone(struct export_view *v, const struct ip_prefix *p,
		      uint32_t id, struct rib_set *to);
void export_view_trim(struct export_view *v);
void export_view_free(struct export_view *v);

/* ---- groups (export_group.c): one encoding */

struct export_group {
	struct export_view *view;
	struct bgp_session terms;
	struct export_stream live;
	struct export_walk *walks;
	uint64_t *up; /* words: members that are up, by index */
	uint32_t n_words, n_up;
	struct export_group *next;
};

struct export_group *export_group_of(struct export *x,
				     const struct bgp_session *terms);
void export_group_join(struct export_group *g, struct export_member *m);
void export_group_part(struct export_member *m); /* the last one frees it */
/* Tell the members that had read up to there. */
void export_group_wake(struct export_group *g, uint64_t seq);
/* Encode a sorted batch into a stream of the group. */
void export_group_encode(struct export_group *g, struct export_stream *st,
			 const struct export_batch *b);
/* Something other than an UPDATE with routes. */
enum export_marker { EXPORT_EOR, EXPORT_BORR, EXPORT_EORR };
void export_group_mark(struct export_group *g, struct export_stream *st,
		       enum export_marker what, struct rib_set *to);

/* ---- members */

/* What frames a full pass. */
enum export_mark {
	EXPORT_PLAIN,
	EXPORT_INITIAL,	      /* End-of-RIB behind it */
	EXPORT_REFRESH,	      /* BoRR and EoRR around it */
	EXPORT_REFRESH_BEGUN, /* EoRR behind it */
};

struct export_needs {	/* of a member that is told from the table */
	bool full;	/* everything */
	uint32_t since; /* and what changed or went after this epoch */
	enum export_mark mark;
};

struct export_member {
	struct export *x;
	const struct policy_session *session;
	void *user;
	struct rib_peer *peer;
	struct export_group *group; /* NULL: down */
	struct export_walk *walk;   /* reads this first */
	uint64_t walk_seq;
	bool live; /* then this */
	uint64_t seq;
	bool held;	    /* told nothing until all is decided */
	bool again;	    /* a refresh is due after the walk */
	bool refresh_marks; /* RFC 7313 is agreed */
	bool ext_next_hop;  /* RFC 8950 is agreed */
	bool long_lived;    /* RFC 9494 is agreed */
};

/* Indices up to n are there; without a member they are NULL. */
void export_members_room(struct export *x, uint32_t n);
/* Tell it nothing before all is decided. */
void export_hold(struct export_member *m);

/* ---- walks (export_walk.c): from the table */

struct export_pass_end {
	uint64_t seq;	/* who has read up to here */
	uint32_t began; /* lacks what came after this epoch, no more */
};

struct export_slices { /* of a pass: nets below end were told at that epoch */
	struct export_slice {
		uint32_t end, epoch;
	} * list;
	size_t n, size;
};

struct export_walk {
	struct export_group *group;
	struct export_stream stream;
	bool started; /* nobody may join any more */
	bool resumed; /* it goes on where another one was */
	bool done;    /* all is produced; members read the live stream, too */
	struct export_needs needs;	/* of who has read nothing of it */
	struct export_needs pass;	/* the one at hand */
	uint32_t pos, end;		/* the next net; where the pass ends */
	uint32_t began;			/* epoch when the pass began */
	struct export_slices slices[2]; /* of this pass and of the one before */
	unsigned int slice;		/* which is this pass's */
	size_t nth;			/* where in the other one pos is */
	struct export_pass_end *ends;
	size_t n_ends;
	struct rib_set *all; /* the members, when it started */
	uint32_t n_members;
	struct export_walk *next;
};

/* Be told from the table; the member reads nothing now. */
void export_walk_begin(struct export_member *m,
		       const struct export_needs *needs);
/* What it would need to begin again. */
struct export_needs export_walk_needs(const struct export_member *m);
/* Produce more for a member that has read all; false: there will be no more. */
bool export_walk_more(struct export_member *m);
void export_walk_leave(struct export_member *m);

/* ---- drafts (export_draft.c): what policy says of an attribute set */

enum { EXPORT_DRAFT_OUT = 8 };

struct export_draft {
	uint16_t marks;
	struct policy_rule rule;
	struct export_out { /* what becomes of it in a variant, for a class */
		unsigned int class;
		uint16_t variant;
		bool goes;
		struct rib_attrs *made; /* NULL: as it came, or joined */
	} out[EXPORT_DRAFT_OUT];
	size_t n;
};

/* NULL: nobody thought of that. */
struct export_out *export_draft_out(struct export_draft *d, unsigned int class,
				    uint16_t variant);

/* ---- plans (export_plan.c): from policy to sets of members */

const struct rib_plan *export_plan(void *x, const struct rib_path *path);
void export_plan_free(void *x, void *tag);
/* Sets of members are to be made anew, and with them all decisions. */
void export_anew(struct export *x);
/* No plan that was made so far holds any more; nor do the seats. */
void export_plan_clear(struct export *x);

/* ---- seats (export_seat.c): the members as plans see them */

void export_seats_make(struct export *x);
void export_seats_clear(struct export *x);
/* A seat that the plans keep for such a session: its index, or -1. */
int64_t export_seat_find(const struct export *x,
			 const struct policy_session *s);
/* The member sits down on its seat, if these are there. */
void export_seat_take(struct export_member *m);
/* Terms of its session. */
void export_seat_terms(struct export_member *m,
		       const struct bgp_session *terms);

/* What plans say of an index, whether a member is there, has left, or is only
 * expected (an address of family IP_NONE). */
struct export_seat {
	struct policy_session s; /* its client is NULL: no seat */
	unsigned int class;
	bool ext_next_hop;	  /* RFC 8950 is agreed, or was at last */
	bool long_lived;	  /* RFC 9494, likewise */
	struct export_tag *plain; /* plans of its plain routes, by marks */
};
struct export_asn {
	uint32_t asn, index;
	unsigned int class;
};
struct export_bucket { /* members of a class that get a variant */
	unsigned int class;
	uint16_t variant;
	uint64_t *words;
};

struct export
{
	struct export_conf conf;
	const struct policy *policy;
	struct export_hooks hooks;
	struct rib *rib;
	struct export_member **members; /* by index; NULL where there is none */
	uint32_t n_members;
	struct export_view *views;
	uint32_t epoch;	   /* counts the batches that said something */
	bool grows_behind; /* conf.behind, with the table */
	bool held;	   /* a member is */
	bool blocked;	   /* after a change of policy, until all is decided */
	bool foreign; /* a route with a next hop of the other family was seen */
	bool lived;   /* a long-lived stale route was seen */
	/* for plans; made when first needed */
	uint64_t *classes[POLICY_CLASSES]; /* words: members by class */
	uint64_t *ext_next_hop;		   /* words: RFC 8950 agreed */
	uint64_t *long_lived;		   /* words: RFC 9494 agreed */
	uint32_t n_words;		   /* 0: not made */
	uint32_t plans;			   /* counts the times */
	bool by_session;	   /* a plan looks at sessions' addresses */
	struct export_seat *seats; /* by index, of n_seats */
	uint32_t n_seats;
	struct export_asn *asns; /* sorted */
	size_t n_asns;
	struct export_bucket *buckets; /* of the plan being made */
	size_t n_buckets, buckets_size;
	struct export_batch batch;
};

#endif
