/* The verbs and the keys as a part of the manual page. */
#ifndef CMD_IXLAB_CMD_MAN_H
#define CMD_IXLAB_CMD_MAN_H

#include "cmd.h"

void cmd_man(FILE *f);
void cmd_man_keys(FILE *f); /* of the interface */

#endif
