/*
 * Any text at all as a Member Export: refused with a sentence, or a twin that
 * the lab's own reader takes or refuses with a sentence.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lab/field/field.h"
#include "lab/model/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct field_options o = {
	    .lab = "twin", .keep_addresses = size > 0 && data[size - 1] == ' '};
	struct err e = {ERR_NONE, ""};
	struct field x;
	struct lab *lab;
	char *text;

	if (field_read(&x, "ixf.json", data, size, &e) < 0) {
		assert(e.class == ERR_USAGE && e.msg[0] != '\0');
		return 0;
	}
	text = field_twin(&x, &o);
	lab = model_parse("twin.yml", text, strlen(text), NULL, &e);
	assert(lab || (e.class == ERR_USAGE && e.msg[0] != '\0'));
	/* The names and texts of an export never break the file's form. */
	assert(lab || strstr(e.msg, "did you mean") == NULL);
	if (lab)
		model_free(lab);
	free(text);
	field_clear(&x);
	return 0;
}
