/* symptoms.yml: any text is a table or a sentence; its words are always some. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "grader/grader_symptom.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = {0};
	struct grader_symptoms *s;
	const char *id;
	json_t *facts;
	size_t i;

	s = grader_symptoms_parse("s.yml", data, size, &e);
	if (s == NULL) {
		assert(e.class != ERR_NONE && e.msg[0] != '\0');
		return 0;
	}
	facts = json_pack("{s:s, s:s}", "near-state", "Down", "f", "x");
	for (i = 0; (id = grader_symptom_at(s, i)) != NULL; i++) {
		char *words = grader_symptom_words(s, id, "pt_BR.UTF-8", facts);

		assert(words != NULL && grader_symptom_exists(s, id));
		free(words);
	}
	(void)grader_symptom(s, facts);
	grader_symptoms_free(s);
	json_decref(facts);
	return 0;
}
