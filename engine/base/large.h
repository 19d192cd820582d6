/*
 * large: memory for tables that may grow to megabytes, looked at here and there.
 *
 * A table of a million routes lies in no cache, and in pages of 4 KiB the
 * processor does not even know where its pages are. So what is large comes from the
 * system itself, zeroed, in huge pages where it gives some, and begins where
 * one begins: from an allocator it would begin a little behind it, and the first
 * 2 MiB of each would be small pages. What is never touched costs nothing.
 */
#ifndef BASE_LARGE_H
#define BASE_LARGE_H

#include <stddef.h>

void *large_new(size_t n, size_t size); /* n things, zeroed; never NULL */
void large_free(void *p, size_t n, size_t size); /* the same n and size */

#endif
