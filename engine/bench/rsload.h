/* What rsload's files share: the workload, the members, what is measured. */
#ifndef RSLOAD_H
#define RSLOAD_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/buf.h"
#include "base/err.h"

enum {
	RSLOAD_PORT = 179,
	RSLOAD_RS_AS = 64500,
	RSLOAD_FIRST_AS = 10001, /* member 0; all fit into 16 bits */
	RSLOAD_MOVED_AS = 64990, /* "0" of do-not-announce after the reload */
	RSLOAD_PREPEND_AS = 65501,
	RSLOAD_CANARY_AS = 64000,    /* 64000:N on the canary's N-th version */
	RSLOAD_RS_ADDR = 0xC6120001, /* 198.18.0.1 */
	RSLOAD_FIRST_ADDR = 0xC6120100,
	RSLOAD_VISITORS = 14 * 256, /* "members" from 198.18.15.0 */
	RSLOAD_VISITOR_AS = 64999,
	RSLOAD_FIRST_NET = 20 << 16, /* /24s from 20.0.0.0 */
	RSLOAD_MSG_MAX = 4096,
	RSLOAD_HEADER = 19,
	RSLOAD_EXTRA = 5, /* members beyond those that announce */
};

uint32_t rsload_asn(unsigned int member);
uint32_t rsload_addr(unsigned int member); /* host order */

/* ---- rsload_work.c: who announces what, and who shall hear it ---- */

enum rsload_kind { RSLOAD_PLAIN, RSLOAD_DENY, RSLOAD_ONLY, RSLOAD_PREPEND };
/* How a set says it: by standard or large communities, or by the standard
 * community that means so from the reload on. */
enum rsload_form { RSLOAD_STD, RSLOAD_LARGE, RSLOAD_MOVED };
enum rsload_verdict { RSLOAD_NO, RSLOAD_YES, RSLOAD_YES_PREPENDED };

/* Prefixes that share all attributes. */
struct rsload_set {
	uint32_t first; /* index of the first prefix */
	uint8_t n;
	uint8_t kind, form;
	uint8_t n_who, n_path, n_info;
	uint16_t who[5];  /* members that the control communities name */
	uint32_t path[6]; /* path[0] is the member's own AS */
	uint32_t info[6]; /* communities that travel */
};

struct rsload_source {
	struct rsload_set *sets; /* owned, ascending first */
	size_t n_sets;
	uint32_t *set_of; /* of its routes, in order */
	uint8_t *table;	  /* owned: its UPDATEs and the End-of-RIB */
	size_t len;
};

struct rsload_work {
	unsigned int members, routes; /* who announce, and how many each */
	bool same;		      /* all announce the same prefixes */
	bool prepends;
	uint32_t seed;
	uint32_t prefixes; /* all different ones; the canary's comes next */
	struct rsload_source *sources;
};

void rsload_work_init(struct rsload_work *w);
void rsload_work_clear(struct rsload_work *w);
/* What member to is owed of a set of member from, before (false) and after the
 * reload. */
enum rsload_verdict rsload_verdict(const struct rsload_set *s,
				   unsigned int from, unsigned int to,
				   bool reloaded);
const struct rsload_set *rsload_set_of(const struct rsload_work *w,
				       unsigned int from, uint32_t prefix);
uint32_t rsload_first_prefix(const struct rsload_work *w, unsigned int from);

/* ---- rsload_encode.c: messages as they leave a member, or a server ---- */

enum rsload_as {
	RSLOAD_AS_SENT,	    /* with control communities */
	RSLOAD_AS_HEARD,    /* without */
	RSLOAD_AS_RELOADED, /* without those of the changed policy */
};

void rsload_encode_set(struct wbuf *w, const struct rsload_set *s,
		       unsigned int from, enum rsload_as how, bool prepend);
/* The prefixes of the set withdrawn, or any n from first. */
void rsload_encode_withdraw(struct wbuf *w, uint32_t first, unsigned int n);
void rsload_encode_canary(struct wbuf *w, unsigned int from, uint32_t prefix,
			  uint16_t version);
void rsload_encode_open(struct wbuf *w, uint32_t asn, uint32_t id);
void rsload_encode_keepalive(struct wbuf *w);
void rsload_encode_eor(struct wbuf *w);
void rsload_encode_shutdown(struct wbuf *w);

/* ---- rsload_member.c: the members, and the loop that plays them ---- */

enum rsload_state {
	RSLOAD_DOWN,
	RSLOAD_CONNECTING,
	RSLOAD_OPEN_SENT,
	RSLOAD_OPEN_CONFIRM,
	RSLOAD_UP,
};

struct rsload_out {
	uint8_t *owned; /* freed when sent, or NULL */
	const uint8_t *data;
	size_t len;
};

struct rsload_member {
	unsigned int index;
	int fd;
	enum rsload_state state;
	bool on;       /* shall have a session */
	bool announce; /* sends its table as soon as it is up */
	bool writing;  /* epoll watches for room */
	double retry;  /* when to connect again */
	uint8_t part[RSLOAD_MSG_MAX];
	size_t part_len;
	struct rsload_out *out;
	size_t out_head, out_len, out_size;
	uint64_t *want, *have, *allow; /* a bit for each prefix */
	size_t wrong;		       /* bits that differ in want and have */
};

struct rsload_canary;

struct rsload_load {
	struct rsload_work *work;
	struct rsload_member *members;
	unsigned int n_members; /* with the extra ones */
	size_t words;		/* of a bitmap */
	bool *active;		/* sources whose routes are to be held */
	bool reloaded;
	int epoll;
	unsigned int n_on, n_up, n_wrong; /* members */
	double now, last_rx, next_keepalive;
	uint8_t *in;
	unsigned int checked; /* UPDATEs since the last close look */
	struct rsload_canary *canary;
	/* counted since the last phase began */
	uint64_t nlri, withdrawn, updates, bytes;
	uint64_t denied, own, bad, drops;
	char bad_text[160]; /* the first of the bad ones */
};

double rsload_now(void); /* seconds */
void rsload_load_init(struct rsload_load *l, struct rsload_work *w);
void rsload_load_clear(struct rsload_load *l);
/* Turn the loop until done says so; false when limit seconds passed, or half
 * of them without a byte from the server. */
bool rsload_run(struct rsload_load *l, bool (*done)(struct rsload_load *),
		double limit);
void rsload_member_on(struct rsload_load *l, struct rsload_member *m);
/* With a NOTIFICATION, so that the server knows at once. */
void rsload_member_off(struct rsload_load *l, struct rsload_member *m);
void rsload_member_drop(struct rsload_load *l, struct rsload_member *m);
void rsload_member_send(struct rsload_load *l, struct rsload_member *m,
			uint8_t *owned, const uint8_t *data, size_t len);
void rsload_member_announce(struct rsload_load *l, struct rsload_member *m);
bool rsload_all_up(struct rsload_load *l);
bool rsload_all_hold(struct rsload_load *l);

/* ---- rsload_receive.c: what a member hears ---- */

/* Take n new bytes behind the kept part. false: the session is broken. */
bool rsload_receive(struct rsload_load *l, struct rsload_member *m,
		    uint8_t *data, size_t n);
/* Set want and allow of all members from the active sources. */
void rsload_want(struct rsload_load *l);
void rsload_forget(struct rsload_load *l, struct rsload_member *m);

/* ---- rsload_canary.c: one prefix that changes, while others come and go ---- */

struct rsload_canary *rsload_canary_new(struct rsload_load *l, double seconds,
					unsigned int rate);
void rsload_canary_free(struct rsload_canary *c);
void rsload_canary_heard(struct rsload_load *l, struct rsload_member *m,
			 uint16_t version);
/* Send what is due; the time when the next is. */
double rsload_canary_tick(struct rsload_load *l);
/* All was sent, and all members have the last version and their sets. */
bool rsload_canary_over(struct rsload_load *l);
/* Sorts what was measured; prints its part of the result line. */
void rsload_canary_print(struct rsload_canary *c, double now);

/* ---- rsload_phase.c: what is measured ---- */

struct rsload_plan {
	const char *phases; /* words with commas */
	double limit;	    /* seconds that a phase may take */
	double seconds;	    /* of a canary phase */
	unsigned int rate;  /* route changes a second beside the canary */
};

/* Play the phases, print a line for each. -1 with e for an unknown word. */
int rsload_phases(struct rsload_load *l, const struct rsload_plan *p,
		  struct err *e);

/* ---- rsload_proc.c: what the server's processes cost ---- */

void rsload_proc_set(const char *pids); /* numbers with commas */
double rsload_proc_cpu(void);		/* seconds, user and system */
void rsload_proc_memory(uint64_t *peak, uint64_t *settled); /* KiB */
double rsload_proc_self(void); /* our own seconds */

/* ---- the other two things that rsload can be ---- */

int rsload_ceiling(const struct rsload_work *w, struct err *e);
int rsload_hostile(const char *what, unsigned int member, unsigned int n,
		   struct err *e);
int rsload_tcp_connect(unsigned int member); /* non-blocking; -1 with errno */

#endif
