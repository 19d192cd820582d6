/* irr_priv: the database, as its files see it. Private. */
#ifndef IRR_PRIV_H
#define IRR_PRIV_H

#include "base/ipmap.h"
#include "rs/irr/irr.h"

/* Bounds for what a text may make us do; beyond them it counts as malformed. */
#define IRR_NAME_MAX 255 /* bytes of a name */
#define IRR_SOURCES_MAX 256
#define IRR_MNTNERS_MAX 32 /* mnt-by of an aut-num, mbrs-by-ref of a set */
#define IRR_AGAIN_MAX 8	   /* objects of the same name and source */

/* ---- names: upper case, numbered from 1; 0 is "no name" */

struct irr_names {
	char *text; /* every name with a NUL */
	size_t len, size;
	uint32_t *at; /* by number: offset in text; at[0] is unused */
	uint32_t n, at_size;
	uint32_t *slots; /* open addressing: numbers */
	uint32_t n_slots;
};

void irr_names_clear(struct irr_names *t);
/* Case does not matter. */
uint32_t irr_names_add(struct irr_names *t, const char *s, size_t len);
uint32_t irr_names_find(const struct irr_names *t, const char *s, size_t len);
/* Borrowed until a name is added. */
const char *irr_names_text(const struct irr_names *t, uint32_t name);

/* ---- prefixes, and who has them */

struct irr_holder {
	uint32_t who; /* an AS number, or a set */
	uint8_t ge, le;
};

/* The holders of one prefix; nearly always there is one. */
struct irr_row {
	uint32_t n;
	union {
		struct irr_holder one;	 /* n is 1 */
		struct irr_holder *many; /* n > 1: owned; sorted by who */
	};
};

struct irr_table {
	struct ipmap map;
	struct irr_row *rows; /* by the map's number */
	uint32_t size;
	size_t n; /* holders */
};

void irr_table_clear(struct irr_table *t);
void irr_table_add(struct irr_table *t, const struct ip_prefix *p,
		   struct irr_holder h);
const struct irr_holder *irr_row_items(const struct irr_row *r);

/* ---- sets */

#define IRR_ASN UINT32_MAX /* as a source: value is an AS number */

struct irr_member {
	uint32_t source; /* 0: not said */
	uint32_t value;	 /* name, or AS number */
};

struct irr_set { /* one object; those of the same name are in chains */
	uint32_t name, source;
	uint32_t first, n;	    /* of db->members */
	uint32_t first_ref, n_refs; /* of db->refs: mbrs-by-ref */
	bool any_ref;		    /* mbrs-by-ref: ANY */
	bool has_list;		    /* of a first: prefixes, in db->lists */
	uint32_t next;	/* the first of the next source; set number + 1 or 0 */
	uint32_t again; /* the next of the same source; likewise */
	uint32_t last;	/* of a first: the last of its source, likewise */
	uint32_t same;	/* of a first: how many there are of its source */
};

struct irr_claim { /* an aut-num's member-of */
	uint32_t asn, source;
	uint32_t first_ref, n_refs; /* of db->refs: mnt-by */
	uint32_t next;		    /* of the same name; number + 1 or 0 */
};

struct irr_name {	     /* what there is under a name */
	uint32_t set, claim; /* number + 1 or 0 */
};

struct irr_db {
	struct irr_names names; /* of sets, sources and maintainers */
	struct irr_name *by_name;
	uint32_t n_by_name;
	struct irr_table routes; /* held by AS numbers */
	struct irr_table lists;	 /* held by sets: bgpq4 */
	struct irr_set *sets;
	uint32_t n_sets, sets_size;
	struct irr_member *members;
	uint32_t n_members, members_size;
	uint32_t *refs;
	uint32_t n_refs, refs_size;
	struct irr_claim *claims;
	uint32_t n_claims, claims_size;
	uint32_t sources[IRR_SOURCES_MAX];
	uint32_t n_sources;
	size_t n_first;	  /* sets, those of the same name and source as one */
	size_t malformed; /* of the last RPSL text */
	int first_malformed; /* line; 0: none */
};

/* Each copies the arrays. */
struct irr_object { /* of either class */
	uint32_t source;
	const struct irr_member *members;
	uint32_t n_members;
	const uint32_t *refs; /* mbrs-by-ref or mnt-by */
	uint32_t n_refs;
	bool any_ref;
};
/* Returns the first of its name and source, as number + 1; 0: too many. */
uint32_t irr_set_add(struct irr_db *db, uint32_t name,
		     const struct irr_object *o);
void irr_claim_add(struct irr_db *db, uint32_t set_name, uint32_t asn,
		   const struct irr_object *o);
/* The first set of that name: of the source; or, source 0, of the one preferred
 * (0: none) and else of any. Number + 1 or 0. */
uint32_t irr_set_find(const struct irr_db *db, uint32_t name, uint32_t source,
		      uint32_t preferred);
/* How we know a source: 0 when there are too many. */
uint32_t irr_source_add(struct irr_db *db, const char *s, size_t len);

/* ---- words (irr_name.c) */

struct irr_word { /* a name with the source that may stand with it; borrowed */
	const char *name, *source;
	size_t name_len, source_len; /* source_len 0: none */
};
/* "AS-FOO", "SOURCE::AS-FOO", "AS-FOO@SOURCE" */
struct irr_word irr_word_of(const char *s, size_t len);
/* "AS65001", "as65001", "AS1.10" */
bool irr_asn_parse(const char *s, size_t len, uint32_t *asn);
/* Is it the name of an as-set, such as AS-FOO or AS65001:AS-FOO? */
bool irr_set_name_is(const char *s, size_t len);

#endif
