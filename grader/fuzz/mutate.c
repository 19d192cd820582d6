/* Any text can be spoilt by rule, and what comes of it again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "grader/grader_mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	_free_ char *text = xstrndup((const char *)data, len);
	size_t n, again;
	struct grader_mutant *m = grader_mutate(text, &n);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(m[i].text, text) == 0)
			abort();
		if (i == 0)
			grader_mutants_free(grader_mutate(m[i].text, &again),
					    again);
	}
	grader_mutants_free(m, n);
	return 0;
}
