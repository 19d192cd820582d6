/* Any text as a crowd file: robots or one sentence, never both. */
#include <assert.h>

#include "cmd/ixpeer/ixpeer_bad_table.c"
#include "cmd/ixpeer/ixpeer_crowd.c"
#include "cmd/ixpeer/ixpeer_crowd_item.c"
#include "cmd/ixpeer/ixpeer_line.c"
#include "cmd/ixpeer/ixpeer_script.c"
#include "cmd/ixpeer/ixpeer_script_fill.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ixpeer_crowd c = {0};
	struct err e = {0};

	if (ixpeer_crowd_parse(&c, "c", data, size, &e) < 0)
		assert(c.n == 0 && e.msg[0] != '\0' && e.class == ERR_USAGE);
	for (size_t i = 0; i < c.n; i++)
		assert(c.robots[i].n_to > 0 && c.robots[i].bgp.local_id != 0);
	ixpeer_crowd_clear(&c);
	return 0;
}
