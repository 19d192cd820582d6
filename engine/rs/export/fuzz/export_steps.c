/*
 * Any sequence of steps of the model (t/export_model.h): what a member holds is
 * what the naive reference says.
 */
#include "rs/export/t/export_model_run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct result r;

	if (len > HEAD + 40 * STEP)
		return -1;
	model_run(data, len, 1, AGAIN, &r);
	if (!r.ok) {
		fprintf(stderr, "step %zu: %s\n", r.step, r.why);
		abort();
	}
	return 0;
}
