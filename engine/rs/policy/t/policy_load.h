/* For tests: a policy from texts. */
#ifndef POLICY_LOAD_H
#define POLICY_LOAD_H

#include <string.h>

#include "rs/policy/policy.h"

#define CFG "cfg: {rs_as: 64500, router_id: 192.0.2.1}\n"
#define CLIENTS "clients: []\n"

/* The policy, or NULL with the sentence in e. bogons may be NULL. */
static inline struct policy *
load(const char *general, const char *clients, const char *bogons,
     struct err *e)
{
	struct yaml_doc g = {0}, c = {0}, b = {0};
	struct policy *p = NULL;

	if (yaml_parse(&g, "g.yml", general, strlen(general), e) == 0 &&
	    yaml_parse(&c, "c.yml", clients, strlen(clients), e) == 0 &&
	    (bogons == NULL ||
	     yaml_parse(&b, "b.yml", bogons, strlen(bogons), e) == 0))
		p = policy_new(&g, &c, bogons != NULL ? &b : NULL, e);
	yaml_clear(&g);
	yaml_clear(&c);
	yaml_clear(&b);
	return p;
}

#endif
