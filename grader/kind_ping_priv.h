/* What ping and bypass share. Private to this module. */
#ifndef GRADER_KIND_PING_PRIV_H
#define GRADER_KIND_PING_PRIV_H

#include "grader/grader_kind.h"

void kind_ping_facts(const struct grader_view *v, enum ip_family family,
		     const json_t *run, struct grader_finding *f);
/* Were there enough answers? Sets what was seen. */
bool kind_ping_judge_run(const struct grader_params *p, const json_t *run,
			 struct grader_finding *f);

#endif
