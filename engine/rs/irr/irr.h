/*
 * irr: what the Internet routing registries say, as filters.
 *
 * A registry holds objects in RPSL (RFC 2622, RFC 4012): a route or route6 says
 * that an AS may originate a prefix, an as-set names AS numbers and other sets.
 * A database is filled from a registry's text, or from what bgpq4 makes of one,
 * and then asked for a filter: everything that the named sets come to. The pairs
 * of prefix and origin are one table for all filters; a filter of its own is a
 * sorted list of AS numbers.
 *
 * Pure: texts come in, values go out.
 */
#ifndef IRR_IRR_H
#define IRR_IRR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/ip.h"

struct irr_db;
struct irr_db *irr_db_new(void);
void irr_db_free(struct irr_db *db); /* NULL is fine; after its filters */

/* Add the objects of an RPSL text; name is for messages. Classes that are not
 * ours are skipped; an object of ours that is malformed is skipped too and
 * counted, for registries are full of them (of an as-set only the member that is
 * malformed). -1 when the text is no RPSL at all. */
int irr_db_rpsl(struct irr_db *db, const char *text, size_t len,
		const char *name, struct err *e);
/* Add what `bgpq4 -j` printed: lists of prefixes or of AS numbers under the name
 * of their as-set; one text may hold several outputs. On -1 a part of it may have
 * been added. */
int irr_db_bgpq4(struct irr_db *db, const char *text, size_t len,
		 const char *name, struct err *e);
size_t irr_db_routes(const struct irr_db *db);
size_t irr_db_sets(const struct irr_db *db);
/* How many objects and members of the RPSL text added last were malformed; *line
 * is where the first of them begins, 0 when there is none. */
size_t irr_db_malformed(const struct irr_db *db, int *line);

/* One client's filter: the as-sets (and AS numbers, as "AS65001") expanded, with
 * nested sets, loops, and "SOURCE::NAME" where names collide. Never NULL. */
struct irr_filter;
struct irr_filter *irr_filter_new(const struct irr_db *db,
				  const char *const *names, size_t n);
void irr_filter_free(struct irr_filter *f); /* NULL is fine */
/* The names that the database does not know, those asked for first, then those
 * that sets named: borrowed. */
size_t irr_filter_missing(const struct irr_filter *f,
			  const char *const **names);
size_t irr_filter_asns(const struct irr_filter *f, const uint32_t **asns);
bool irr_filter_has_asn(const struct irr_filter *f, uint32_t asn);
/* Is there a route object for the prefix with an origin of the filter? With
 * longer, one for a prefix around it is enough. */
bool irr_filter_has_prefix(const struct irr_filter *f,
			   const struct ip_prefix *p, bool longer);

#endif
