/* The page of any report: our elements, as many as there are steps. */
#include "grader/fuzz/report_words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *reports = words_reports(data, size);
	char *text = words_print(GRADER_FORM_HTML, reports, false);
	size_t steps, checks, more = json_array_size(reports) > 1 ? 2 : 0;

	words_count(reports, &steps, &checks);
	words_expect(
	    shape_markup(text, shape_html_elements, shape_html_attributes),
	    text);
	assert(shape_count(text, "<section>") >= steps);
	assert(shape_count(text, "<section>") <= steps + more);
	assert(shape_count(text, "<td class=\"r ") == checks);
	free(text);
	json_decref(reports);
	return 0;
}
