/* text/LANG/words.yml: any text is a translation or a sentence. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "grader/exercise.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char own[] =
    "exercise: x\nversion: 1\ntitle: A title\nminutes: 5\nlevel: 1\n"
    "lab: bilateral\ntrainee: m1\nfiles: [m1/bird.conf]\nsteps:\n"
    "  - step: one\n    title: A step\n    text: 1.md\n    checks:\n"
    "      runs:\n        kind: daemon\n        say: it runs\n"
    "        at: m1\n        points: 1\n        hints:\n"
    "          - {hint: none, text: look}\n";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = {0};
	struct exercise *x = exercise_parse("x.yml", own, strlen(own), &e);

	assert(x != NULL);
	if (exercise_speak(x, "fr", "words.yml", data, size, &e) < 0)
		assert(e.class != ERR_NONE && e.msg[0] != '\0');
	assert(x->title && x->steps[0].title && x->checks[0].say &&
	       x->checks[0].hints[0].text);
	exercise_free(x);
	return 0;
}
