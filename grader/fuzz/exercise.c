/* exercise.yml: any text is an exercise or a sentence. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "grader/exercise.h"
#include "grader/grader_kind.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = {0};
	struct exercise *x;
	uint32_t total = 0, bonus = 0;
	size_t i, k;

	x = exercise_parse("x.yml", data, size, &e);
	if (x == NULL) {
		assert(e.class != ERR_NONE && e.msg[0] != '\0');
		return 0;
	}
	for (i = 0; i < x->nchecks; i++) {
		assert(x->checks[i].nhints > 0);
		assert(x->checks[i].hints[x->checks[i].nhints - 1].nwhen == 0);
		assert(!grader_check_negative(&x->checks[i]) ||
		       x->checks[i].witness < x->nchecks);
		if (x->checks[i].bonus)
			bonus += x->checks[i].points;
		else
			total += x->checks[i].points;
	}
	assert(total == x->total && total > 0 && bonus == x->bonus);
	exercise_hide(x);
	assert(x->total > 0 && x->total <= total);
	for (i = 0; i < x->nchecks; i++) {
		assert(x->checks[i].visibility != EXERCISE_HIDDEN);
		assert(x->checks[i].witness == SIZE_MAX ||
		       x->checks[i].witness < x->nchecks);
		for (k = 0; k < x->checks[i].nneeds; k++)
			assert(x->checks[i].needs[k] < x->nchecks);
	}
	exercise_free(x);
	return 0;
}
