/*
 * export_model: the world of the model-based test, for t/export_model.c and
 * fuzz/export_steps.c.
 *
 * A sequence is a string of bytes: a head and steps of eight bytes each. Every
 * string means something, and a step that makes no sense at its place does
 * nothing, so that a random one, a fuzzer's and a shortened one are all fine.
 *
 *	export_model.h            what there is: members, paths, what they hold
 *	export_model_policy.h     a random policy; the members of the exchange
 *	export_model_attrs.h      attributes of all sorts
 *	export_model_reference.h  who should hold what, found the naive way
 *	export_model_reader.h     a member's end of the session
 *	export_model_check.h      what must hold after each step
 *	export_model_routes.h     steps: what members say
 *	export_model_steps.h      steps: sessions, policies, reading
 *	export_model_run.h        a sequence from its first byte to its last
 *
 * Nothing of rib or export is used to find out what is right: policy is asked
 * for each path and each member, the paths of a prefix are compared each with
 * each.
 */
#ifndef EXPORT_MODEL_H
#define EXPORT_MODEL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/export/export.h"

#ifndef MODEL_PREFIXES
#define MODEL_PREFIXES 6
#endif

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

enum {
	CLIENTS = 7,
	SLOTS = 8, /* sessions */
	PREFIXES = MODEL_PREFIXES,
	IDS = 3,      /* path identifiers that a member uses */
	DUMMIES = 60, /* members that never come: the others' indexes grow */
	PIECES = 24,
	RS_AS = 64500,
};

/* What is to be held of a prefix; more than one with ADD-PATH only. */
struct choice {
	const struct bgp_attrs *list[SLOTS * IDS];
	size_t n;
};

struct path { /* as its member announced it */
	bool there, stale;
	const struct bgp_attrs *attrs;
	uint16_t reason, marks;	    /* what the caller adds to policy's */
	uint8_t rank;		    /* likewise */
	struct rib_verdict verdict; /* in all */
	const struct bgp_attrs *out[SLOTS]; /* to whom; NULL: not to that one */
};

struct held { /* what a member knows about a prefix */
	const struct bgp_attrs *attrs;
	uint32_t id;
	bool stale; /* not told again since BoRR */
	bool asked; /* not told again since it asked for a refresh */
};

struct watch { /* what could be held of a prefix since all was in order */
	struct choice now;
	bool varied;
	struct seen {
		const struct bgp_attrs *attrs; /* NULL: nothing */
		unsigned int epoch; /* of the policy, when it last was right */
	} * seen;
	size_t n;
};

struct slot {			 /* a member's session */
	struct export_member *m; /* NULL: not configured */
	struct policy_session s;
	struct bgp_session terms;
	uint32_t router_id;
	bool up, awake;
	struct path said[PREFIXES][IDS];
	/* the reader */
	struct held held[PREFIXES][SLOTS * IDS];
	size_t n_held[PREFIXES];
	struct watch watch[PREFIXES];
	bool ended, refreshing, refresh_due; /* due: asked, no BoRR since */
	size_t requests;		     /* without a BoRR of their own */
	bool dirty; /* something happened since all was in order */
};

struct stats { /* does the test see what it is meant to see? */
	size_t announced, withdrawn, useless, ends, refreshes, resyncs, foreign,
	    several, compared;
};

struct known { /* attributes that exist, each once */
	struct bgp_attrs *attrs;
	struct known *next;
	uint64_t hash;
};

struct model {
	jmp_buf failed;
	char why[400];
	size_t step; /* number of, for the message */
	enum ip_family family;
	uint32_t max_paths;
	size_t behind;
	struct model_policy *policy;
	unsigned int epoch; /* of the policy */
	uint32_t common;    /* seed of attributes that are announced often */
	struct export *x;
	struct slot slot[SLOTS];
	struct ip_prefix prefix[PREFIXES];
	struct known *known[256];
	struct { /* taken and not yet released */
		struct export_piece piece;
		uint64_t hash;
	} piece[PIECES];
	size_t n_pieces;
	struct policy_session dummy[DUMMIES];
	struct export_member *dummies[DUMMIES];
	bool told_changed; /* the hook was called, and not all decided since */
	bool undecided;
	uint64_t bytes_hash; /* of all that was sent */
	struct stats stats;
};

static void wrong(struct model *w, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), noreturn));

static void
wrong(struct model *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(w->why, sizeof(w->why), fmt, ap);
	va_end(ap);
	longjmp(w->failed, 1);
}

static uint64_t
hash_bytes(uint64_t h, const void *data, size_t len)
{
	const uint8_t *p = data;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * 0x100000001b3u;
	return h;
}

/* The one that is equal to a; NULL when there is none. */
static const struct bgp_attrs *
known(const struct model *w, const struct bgp_attrs *a)
{
	uint64_t h = bgp_attrs_hash(a);

	for (struct known *k = w->known[h % 256]; k != NULL; k = k->next)
		if (k->hash == h && bgp_attrs_equal(k->attrs, a))
			return k->attrs;
	return NULL;
}

/* Takes the reference. What equal sets become is one object. */
static const struct bgp_attrs *
know(struct model *w, struct bgp_attrs *a)
{
	const struct bgp_attrs *old = known(w, a);

	if (old != NULL) {
		bgp_attrs_unref(a);
		return old;
	}
	struct known *k = xcalloc(1, sizeof(*k));
	k->attrs = a;
	k->hash = bgp_attrs_hash(a);
	k->next = w->known[k->hash % 256];
	w->known[k->hash % 256] = k;
	return a;
}

static void
forget_all(struct model *w)
{
	for (size_t i = 0; i < COUNT(w->known); i++)
		for (struct known *k = w->known[i], *next; k; k = next) {
			next = k->next;
			bgp_attrs_unref(k->attrs);
			free(k);
		}
}

#endif
