/* A submission: any text is refused with a sentence, or comes back byte for byte
 * when it is printed again. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "grader/desk/submission.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A digest cannot be guessed: the one of the whole is put after the text, so that a
 * fuzzer gets past it. */
static char *
with_end(const char *text, size_t size)
{
	char digest[DESK_HEX];

	desk_digest(text, size, digest);
	return xasprintf("%.*send %s\n", (int)size, text, digest);
}

static void
look(const char *text, size_t size)
{
	struct submission s;
	struct err e = {0};
	struct submission again;
	_free_ char *out = NULL;
	size_t i;
	int line = 0;

	if (submission_parse(&s, "x", text, size, &e) < 0) {
		assert(e.class == ERR_REFUSED && e.msg[0] != '\0');
		return;
	}
	for (i = 0; i < s.nparts; i++) {
		assert(strlen(s.parts[i].data) == s.parts[i].len);
		(void)exercise_words_bad(s.parts[i].name, s.parts[i].data,
					 s.parts[i].len, &line);
		(void)desk_journal_broken("x", s.parts[i].data);
		json_decref(desk_journal_sum(s.parts[i].data));
	}
	out = submission_print(&s);
	assert(submission_parse(&again, "x", out, strlen(out), &e) == 0);
	assert(again.nparts == s.nparts);
	submission_clear(&again);
	submission_clear(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_free_ char *text = xstrndup((const char *)data, size);
	_free_ char *ended = with_end(text, strlen(text));
	int line = 0;

	look((const char *)data, size);
	look(ended, strlen(ended));
	(void)exercise_words_bad("m1/bird.conf", text, strlen(text), &line);
	(void)exercise_words_bad("m1/frr.conf", text, strlen(text), &line);
	return 0;
}
