#include "lab/model/model_mem.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define BLOCK ((size_t)64 * 1024)
#define ALIGN sizeof(max_align_t)

struct model_mem {
	struct model_mem *next;
	size_t used, size;
	max_align_t data[];
};

static struct model_mem *
block_new(struct model_mem *next, size_t size)
{
	struct model_mem *b = xcalloc(1, sizeof(*b) + size);

	b->next = next;
	b->size = size;
	return b;
}

void *
model_mem_alloc(struct model_mem **m, size_t n, size_t size)
{
	size_t want;
	char *p;

	assert(size != 0 && n <= (SIZE_MAX / 4) / size);
	want = (n * size + ALIGN) / ALIGN * ALIGN;
	if (*m == NULL || (*m)->size - (*m)->used < want)
		*m = block_new(*m, want > BLOCK ? want : BLOCK);
	p = (char *)(*m)->data + (*m)->used;
	(*m)->used += want;
	return p;
}

char *
model_mem_strdup(struct model_mem **m, const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(model_mem_alloc(m, n, 1), s, n);
}

void
model_mem_free(struct model_mem *m)
{
	struct model_mem *next;

	for (; m != NULL; m = next) {
		next = m->next;
		free(m);
	}
}
