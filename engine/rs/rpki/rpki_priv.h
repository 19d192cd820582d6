/* rpki_priv: the table, as its files see it. Private. */
#ifndef RPKI_PRIV_H
#define RPKI_PRIV_H

#include "base/ipmap.h"
#include "rs/rpki/rpki.h"

struct rpki_payload { /* a VRP without its prefix */
	uint32_t asn;
	uint16_t
	    count; /* sources that say so; sticks at the most it can hold */
	uint8_t max_len;
};

/* The payloads of one prefix; nearly always there is one. */
struct rpki_row {
	uint32_t n;
	union {
		struct rpki_payload one;   /* n is 1 */
		struct rpki_payload *many; /* n > 1: owned */
	};
};

struct rpki_aspa {
	uint32_t customer;
	uint32_t n;
	uint32_t *providers; /* owned; ascending, without duplicates */
};

struct rpki {
	struct ipmap map;
	struct rpki_row *rows; /* by the map's number */
	uint32_t size;
	size_t n; /* payloads */
	struct ipmap changed;
	struct rpki_aspa *aspas; /* by customer, ascending */
	size_t n_aspas, aspas_size;
	bool aspas_changed;
};

/* The payloads of a row, borrowed until it changes. */
struct rpki_payload *rpki_row_items(struct rpki_row *r);
const struct rpki_payload *rpki_row_view(const struct rpki_row *r);

/* ---- rpki_aspa.c */
void rpki_aspa_clear(struct rpki *t);
void rpki_aspa_merge(struct rpki *t, const struct rpki *from);

#endif
