/*
 * model_mem: one region for everything a lab file turns into.
 *
 * A lab is read once, lives as a whole and dies as a whole, so its parts are
 * never freed one by one. Allocation zeroes and never fails (see base/str.h).
 */
#ifndef LAB_MODEL_MODEL_MEM_H
#define LAB_MODEL_MODEL_MEM_H

#include <stddef.h>

struct model_mem; /* NULL is an empty region */

/* n elements of the given size, zeroed; never NULL, even for none. */
void *model_mem_alloc(struct model_mem **m, size_t n, size_t size);
char *model_mem_strdup(struct model_mem **m, const char *s);
void model_mem_free(struct model_mem *m);

#endif
