/* CSV of any reports: a row a person, nothing that a spreadsheet runs. */
#include "base/out.h"
#include "grader/fuzz/report_words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *reports = words_reports(data, size);
	char *text = words_print(GRADER_FORM_CSV, reports, false);
	json_t *people = json_object();
	const json_t *r;
	size_t i;

	json_array_foreach(reports, i, r)
	{
		json_object_set_new(people, out_text(r, "who"), json_true());
	}
	words_expect(shape_csv(text, json_object_size(people) + 1), text);
	json_decref(people);
	free(text);
	json_decref(reports);
	return 0;
}
