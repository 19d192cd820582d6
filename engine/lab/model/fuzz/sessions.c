/* What the program that knows a daemon's sessions prints: the first byte says which
 * daemon's it is, the others are the answer. Rows are what they promise to be. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lab/model/model_kind.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
row_holds(const json_t *row)
{
	const char *state = json_string_value(json_object_get(row, "state"));
	const char *error =
	    json_string_value(json_object_get(row, "last_error"));
	const json_t *caps = json_object_get(row, "capabilities");
	struct ip_addr a;

	assert(json_is_array(caps) && json_array_size(caps) <= 32);
	assert(ip_addr_parse(json_string_value(json_object_get(row, "address")),
			     &a));
	assert(strcmp(model_session_state(state), state) == 0);
	assert(json_is_true(json_object_get(row, "established")) ==
	       (strcmp(state, "Established") == 0));
	assert(error && strlen(error) <= 600);
	assert(strpbrk(error, "\n\033") == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct lab_kind *k =
	    size ? model_kinds[data[0] % model_nkinds] : NULL;
	json_t *rows, *row;
	size_t i;

	if (k == NULL || k->sessions == NULL)
		return 0;
	rows = model_sessions_read(k, (const char *)data + 1, size - 1);
	json_array_foreach(rows, i, row)
	{
		row_holds(row);
	}
	json_decref(rows);
	return 0;
}
