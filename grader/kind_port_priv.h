/* What kinds about ports of switches share. Private to this module. */
#ifndef GRADER_KIND_PORT_PRIV_H
#define GRADER_KIND_PORT_PRIV_H

#include <stddef.h>

#include "grader/grader_kind.h"

/* Their first keys: whose port, on which LAN. */
#define KIND_PORT_KEYS                                                    \
	{.name = "at",                                                    \
	 .type = GRADER_KEY_NODE,                                         \
	 .need = true,                                                    \
	 .offset = offsetof(struct grader_params, at),                    \
	 .help = "who is plugged in; the switch is looked at"},           \
	{                                                                 \
		.name = "lan", .type = GRADER_KEY_TEXT,                   \
		.offset = offsetof(struct grader_params, lan),            \
		.help = "of several ports those of this LAN (of the lab " \
			"file)"                                           \
	}

/* Is the row of the verb ports about a port of the check? */
bool kind_port_is(const struct grader_params *p, const json_t *row);
/* "sw1, port of m1", for where. */
void kind_port_where(const struct grader_params *p, const json_t *rows,
		     struct grader_finding *f);

/* Keys for a number within bounds, and what goes with them. */
#define KIND_BOUND_KEYS(what)                                                \
	{.name = "least",                                                    \
	 .type = GRADER_KEY_COUNT,                                           \
	 .offset = offsetof(struct grader_params, least),                    \
	 .min = 1,                                                           \
	 .max = 1000000000,                                                  \
	 .absent = GRADER_UNSAID,                                            \
	 .help = "at least so many " what},                                  \
	{                                                                    \
		.name = "most", .type = GRADER_KEY_COUNT,                    \
		.offset = offsetof(struct grader_params, most),              \
		.max = 1000000000, .absent = GRADER_UNSAID,                  \
		.help = "at most so many; alone it is an absence and needs " \
			"a witness"                                          \
	}

bool kind_bound_absence(const struct grader_params *p);
int kind_bound_sane(const struct grader_params *p, const struct yaml_doc *doc,
		    const struct yaml *check, struct err *e);
bool kind_bound_holds(const struct grader_params *p, json_int_t n);
/* "at least 5", "at most 0", "5 to 9". */
const char *kind_bound_words(const struct grader_params *p, char buf[64]);

#endif
