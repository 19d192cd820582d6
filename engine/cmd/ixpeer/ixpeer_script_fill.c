/* Scripts once they are read: what was left out, and their end. */
#include <stdlib.h>

#include "cmd/ixpeer/ixpeer.h"

int
ixpeer_script_fill(struct ixpeer_script *s, const struct ixpeer_options *o,
		   struct err *e)
{
	for (size_t i = 0; i < s->n; i++) {
		struct ixpeer_step *step = &s->steps[i];
		bool extended =
		    o->bgp.ext_nexthop != 0 && o->local.family == IP_V6;

		if (step->verb != IXPEER_ANNOUNCE)
			continue;
		if (!step->has_path)
			bgp_path_set(step->attrs, &o->bgp.local_as, 1);
		if (step->attrs->next_hop.family != IP_NONE)
			continue;
		if (o->local.family != step->prefixes[0].addr.family &&
		    !extended)
			return err_at(
			    e, o->script_name, step->line, 1,
			    "say the next-hop, our own address is of the "
			    "other family");
		step->attrs->next_hop = o->local;
	}
	return 0;
}

void
ixpeer_step_clear(struct ixpeer_step *s)
{
	bgp_attrs_unref(s->attrs);
	free(s->prefixes);
	free(s->bytes);
	*s = (struct ixpeer_step){0};
}

void
ixpeer_script_clear(struct ixpeer_script *s)
{
	for (size_t i = 0; i < s->n; i++)
		ixpeer_step_clear(&s->steps[i]);
	free(s->steps);
	*s = (struct ixpeer_script){0};
}
