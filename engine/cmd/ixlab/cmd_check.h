/* The forms of a report, and a report that follows the network. */
#ifndef CMD_IXLAB_CMD_CHECK_H
#define CMD_IXLAB_CMD_CHECK_H

#include "cmd.h"

enum cmd_form {
	CMD_FORM_TEXT,
	CMD_FORM_JSON,
	CMD_FORM_TAP13,
	CMD_FORM_TAP14,
};

void cmd_report_print(FILE *f, const json_t *report, enum cmd_form form,
		      bool color);
void cmd_report_note(const json_t *report); /* for the list of exercises */
/* Until interrupted, or the lab is gone (an error). Sets c->status. */
int cmd_watch(struct cmd *c, const struct exercise *x, const char *instance,
	      enum cmd_form form, struct err *e);

#endif
