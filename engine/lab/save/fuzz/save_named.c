/*
 * Any lab file that names files: each name is replaced or left alone, and what
 * comes out is a lab file that names those of the save.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lab/save/save.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define MANY 64

static int
later(const void *a, const void *b)
{
	const struct lab_file *x = *(const struct lab_file *const *)a;
	const struct lab_file *y = *(const struct lab_file *const *)b;

	return x->line != y->line ? y->line - x->line : y->col - x->col;
}

/* How many of its names are ours now. */
static size_t
replaced(const struct lab *lab)
{
	const struct lab_file *f;
	size_t n = 0;

	for (f = lab->files; f; f = f->next)
		n += strcmp(f->name, "files/n") == 0;
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct lab_file *at[MANY], *f;
	struct lab *lab, *now;
	size_t n = 0, i, done = 0;
	struct err e = {0};
	struct save s;
	char *text;

	if (len > 1 << 16 ||
	    (lab = model_parse("f.yml", data, len, NULL, &e)) == NULL)
		return 0;
	for (f = lab->files; f && n < MANY; f = f->next)
		at[n++] = f;
	qsort(at, n, sizeof(at[0]), later);
	save_init(&s, "x", 0, 0);
	text = xcalloc(len + 1, 1);
	memcpy(text, data, len);
	assert(save_add(&s, "lab.yml", 0644, text, len, &e) == 0);
	for (i = 0; i < n; i++) {
		const struct save_named x = {at[i]->name, at[i]->line,
					     at[i]->col};

		if (strcmp(x.name, "files/n") != 0)
			done += save_rename(&s, &x, "files/n");
		else
			done++;
	}
	now = model_parse("f.yml", s.files[0].data, s.files[0].len, NULL, &e);
	assert(now != NULL && replaced(now) >= done);
	model_free(now);
	model_free(lab);
	save_clear(&s);
	return 0;
}
