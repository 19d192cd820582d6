/* The forms of a report, and a report that follows the network. */
#ifndef CMD_IXLAB_CMD_CHECK_H
#define CMD_IXLAB_CMD_CHECK_H

#include "cmd.h"
#include "grader/grader_form.h"

void cmd_report_note(const json_t *report); /* for the list of exercises */
/* Until interrupted, or the lab is gone (an error). Sets c->status. */
int cmd_watch(struct cmd *c, const struct exercise *x, const char *instance,
	      enum grader_form form, struct err *e);

#endif
