/* ixrs_sandbox: give up what a route server does not need. See ixrs_sandbox.c. */
#ifndef IXRS_SANDBOX_H
#define IXRS_SANDBOX_H

#include <stdbool.h>

#include "base/err.h"

/* Before the loop is made: no io_uring from here on. */
void ixrs_sandbox_early(void);

/* Once all sockets are taken and before a thread is started. user: the account
 * to become, NULL: a fitting one if there is one. control: the name of the
 * control socket, which stays ours. What the machine refuses is logged; -1 only
 * when it is the user that was asked for. */
int ixrs_sandbox(const char *user, const char *control, bool filter,
		 struct err *e);

#endif
