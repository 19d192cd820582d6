/* JUnit of any report: our elements, as many as there are checks. */
#include "base/out.h"
#include "grader/fuzz/report_words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *reports = words_reports(data, size);
	char *text = words_print(GRADER_FORM_JUNIT, reports, false);
	size_t steps, checks, i, why = 0;
	const json_t *r;

	words_count(reports, &steps, &checks);
	json_array_foreach(reports, i, r)
	{
		why += *out_text(r, "reason") != 0;
	}
	words_expect(
	    shape_markup(text, shape_junit_elements, shape_junit_attributes),
	    text);
	assert(shape_count(text, "<testcase ") == checks + why);
	assert(shape_count(text, "<testsuite ") == steps + why);
	free(text);
	json_decref(reports);
	return 0;
}
