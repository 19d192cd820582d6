/*
 * Any bytes at all as a save: refused with a sentence, or a save within its
 * bounds that, written and read again, is the same.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lab/save/save.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
same(const struct save *s, const struct save *t)
{
	size_t i;

	assert(strcmp(s->lab, t->lab) == 0 && s->n == t->n);
	assert(s->members == t->members && json_equal(s->state, t->state));
	for (i = 0; i < s->n; i++) {
		assert(strcmp(s->files[i].path, t->files[i].path) == 0);
		assert(s->files[i].len == t->files[i].len);
		assert(memcmp(s->files[i].data, t->files[i].data,
			      s->files[i].len) == 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = {ERR_NONE, ""};
	struct save s, t;
	char *again;
	size_t len, i;

	if (save_read("s", data, size, &s, &e) < 0) {
		assert(e.class == ERR_USAGE && e.msg[0] != '\0');
		return 0;
	}
	assert(s.n <= SAVE_FILES_MAX && s.bytes <= SAVE_TOTAL_MAX);
	for (i = 0; i < s.n; i++) {
		assert(save_path_check(s.files[i].path, &e) == 0);
		assert(s.files[i].path[0] != '/' &&
		       strstr(s.files[i].path, "..") != s.files[i].path);
	}
	assert(save_write(&s, &again, &len, &e) == 0);
	assert(save_read("t", again, len, &t, &e) == 0);
	same(&s, &t);
	free(again);
	save_clear(&s);
	save_clear(&t);
	return 0;
}
