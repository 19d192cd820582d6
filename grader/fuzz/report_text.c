/* Any report for a person: nothing that a terminal obeys, but our colours. */
#include "grader/fuzz/report_words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *reports = words_reports(data, size);
	char *text = words_print(GRADER_FORM_TEXT, reports, false);
	char *color = words_print(GRADER_FORM_TEXT, reports, true), *p;

	words_expect(shape_clean(text), text);
	for (p = color; (p = strchr(p, 033)) != NULL; p++)
		assert(p[1] == 0x5b &&
		       p[strspn(p + 2, "0123456789") + 2] == 0x6d);
	free(text);
	free(color);
	json_decref(reports);
	return 0;
}
