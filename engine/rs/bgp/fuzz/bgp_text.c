/* Any text as a community or a large one: what is read prints as it was. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/bgp/bgp.h"

/* "007:1" reads like "7:1"; compare without zeros that lead a number. */
static void
strip(char *s)
{
	char *to = s;
	bool start = true;

	for (; *s; s++) {
		if (start && *s == '0' && s[1] >= '0' && s[1] <= '9')
			continue;
		start = *s == ':';
		*to++ = *s;
	}
	*to = '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size), *back;
	struct bgp_attrs *a = bgp_attrs_new();
	struct bgp_large large;
	uint32_t community;

	if (bgp_community_parse(text, &community)) {
		bgp_attrs_set_communities(a, &community, 1);
		back = bgp_communities_print(a);
		strip(text);
		assert(strcmp(back, text) == 0);
		free(back);
	} else if (bgp_large_parse(text, &large)) {
		bgp_attrs_set_large(a, &large, 1);
		back = bgp_large_print(a);
		strip(text);
		assert(strcmp(back, text) == 0);
		free(back);
	}
	bgp_attrs_unref(a);
	free(text);
	return 0;
}
