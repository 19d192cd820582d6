/* large: memory for large tables; see large.h. */
#include "base/large.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/str.h"

enum { HUGE_PAGE = 2 << 20 };

/* In whole huge pages; 0: small things, and all things where a sanitizer wants
 * to know what memory is whose. */
static size_t
large_bytes(size_t n, size_t size)
{
	size_t bytes = n * size;

#ifdef __SANITIZE_ADDRESS__
	return 0;
#endif
	return bytes < HUGE_PAGE ? 0
				 : (bytes + HUGE_PAGE - 1) & -(size_t)HUGE_PAGE;
}

void *
large_new(size_t n, size_t size)
{
	size_t bytes = large_bytes(n, size);

	if (bytes == 0)
		return xcalloc(n, size);
	uint8_t *all = mmap(NULL, bytes + HUGE_PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (all == MAP_FAILED) {
		fprintf(stderr, "out of memory (%zu bytes)\n", bytes);
		abort();
	}
	size_t before = -(uintptr_t)all & (HUGE_PAGE - 1);
	if (before > 0)
		munmap(all, before);
	munmap(all + before + bytes, HUGE_PAGE - before);
	madvise(all + before, bytes, MADV_HUGEPAGE); /* or not */
	return all + before;
}

void
large_free(void *p, size_t n, size_t size)
{
	size_t bytes = large_bytes(n, size);

	if (bytes == 0)
		free(p);
	else
		munmap(p, bytes);
}
