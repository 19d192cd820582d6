/* What ping, no-ping and bypass share. Private to this module. */
#ifndef GRADER_KIND_PING_PRIV_H
#define GRADER_KIND_PING_PRIV_H

#include <stddef.h>

#include "grader/grader_kind.h"

/* Their first keys: who asks whom, in which family. */
#define KIND_PING_KEYS                                            \
	{.name = "from",                                          \
	 .type = GRADER_KEY_NODE,                                 \
	 .need = true,                                            \
	 .offset = offsetof(struct grader_params, from),          \
	 .bare = true,                                            \
	 .help = "who sends"},                                    \
	    {.name = "to",                                        \
	     .type = GRADER_KEY_NODE,                             \
	     .need = true,                                        \
	     .offset = offsetof(struct grader_params, to),        \
	     .met = true,                                         \
	     .help = "whom: its address of the family"},          \
	{                                                         \
		.name = "family", .type = GRADER_KEY_FAMILY,      \
		.offset = offsetof(struct grader_params, family), \
		.absent = IP_V4, .help = "ipv4 when not said"     \
	}

/* Whom the echoes are for. */
struct ip_addr kind_ping_to(const struct lab *lab,
			    const struct grader_params *p);
void kind_ping_facts(const struct grader_view *v, enum ip_family family,
		     const json_t *run, struct grader_finding *f);
/* So many bytes at a node are a bypass's echoes. */
json_int_t kind_bypass_much(const struct exercise_check *c);
/* Were there enough answers? Sets what was seen. */
bool kind_ping_judge_run(const struct grader_params *p, const json_t *run,
			 struct grader_finding *f);

#endif
