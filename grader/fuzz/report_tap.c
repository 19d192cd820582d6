/* TAP of any report: lines that are meant, and no more of them. */
#include "grader/fuzz/report_words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *reports = words_reports(data, size);
	json_t *one = json_array();
	size_t steps, checks;
	char *text;

	json_array_append(one, json_array_get(reports, 0));
	words_count(one, &steps, &checks);
	text = words_print(size % 2 ? GRADER_FORM_TAP14 : GRADER_FORM_TAP13,
			   one, false);
	words_expect(shape_tap(text, steps + checks), text);
	free(text);
	json_decref(one);
	json_decref(reports);
	return 0;
}
