/* Any text as a script: steps or one sentence, never both. */
#include <assert.h>

#include "cmd/ixpeer/ixpeer_line.c"
#include "cmd/ixpeer/ixpeer_script.c"
#include "cmd/ixpeer/ixpeer_script_fill.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ixpeer_script s;
	struct err e = {0};
	char *text = xmalloc(size + 1);
	struct ixpeer_options o = {.bgp = {.local_as = 65001},
				   .script_name = "s"};

	memcpy(text, data, size);
	ip_addr_parse("192.0.2.1", &o.local);
	if (ixpeer_script_parse(text, size, "s", &s, &e) < 0)
		assert(s.n == 0 && e.msg[0] != '\0' && e.class == ERR_USAGE);
	else
		ixpeer_script_fill(&s, &o, &e);
	ixpeer_script_clear(&s);
	free(text);
	return 0;
}
