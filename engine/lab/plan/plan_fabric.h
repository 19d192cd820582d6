/*
 * plan_fabric: what both tables of a switch's rules are made of. Private to plan.
 */
#ifndef LAB_PLAN_PLAN_FABRIC_H
#define LAB_PLAN_PLAN_FABRIC_H

#include "base/str.h"
#include "lab/plan/plan.h"

/* Is the link at a port of that switch; and what the port is called. */
bool fabric_on(const struct lab_link *l, size_t sw);
const char *fabric_port(const struct lab_link *l, size_t sw);
/* Is there a rule for what comes from this port? */
bool fabric_guarded(const struct lab *lab, const struct lab_link *l, size_t sw);
/* Are some ethertypes allowed, and no others? */
bool fabric_typed(const struct lab_guard *g);

/* The table in "netdev" (plan_fabric_in.c). */
void fabric_in(struct str *s, const struct lab *lab, size_t sw);

#endif
