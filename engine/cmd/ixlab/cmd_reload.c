/*
 * ixlab reload: a node's daemon reads its files again, as an operator's does after
 * an edit; so do its packet filter, and a route server the files of registries.
 */
#include "base/str.h"
#include "cmd_table.h"

int
cmd_reload(struct cmd *c, struct err *e)
{
	_free_ char *lab = cmd_lab_pick(c, NULL, e);
	_free_ char *socket = lab ? ctl_lab_name(lab) : NULL;
	struct ctl *ctl = lab ? ctl_open(socket, e) : NULL;
	int rc;

	if (ctl == NULL)
		return -1;
	rc = ctl_call(ctl, "reload", json_pack("{ss}", "node", c->args[0]),
		      NULL, 0, CMD_TIMEOUT_MS, NULL, e);
	ctl_close(ctl);
	return rc;
}
