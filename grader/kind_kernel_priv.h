/* What moves and its experiment ask of kernel-route. Private to this module. */
#ifndef GRADER_KIND_KERNEL_PRIV_H
#define GRADER_KIND_KERNEL_PRIV_H

#include "grader/grader_kind.h"

/* The node that the route to p->prefix goes to, in the kernel of p->at; "" when
 * there is no route, or its next hop is nobody's. Borrowed. */
const char *kind_kernel_next(const struct grader_view *v,
			     const struct grader_params *p);

#endif
