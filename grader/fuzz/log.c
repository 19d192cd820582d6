/* A line of a lab's log, which daemons write: whatever they say, its parts lie
 * within it, and the name is one word. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "grader/grader_files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = malloc(size + 1);
	const char *who, *text;
	uint64_t at;

	memcpy(line, data, size);
	line[size] = '\0';
	if (grader_log_line(line, &at, &who, &text)) {
		assert(who > line && text > who && text <= line + size);
		assert(*who != '\0' && strchr(who, ' ') == NULL);
	}
	free(line);
	return 0;
}
