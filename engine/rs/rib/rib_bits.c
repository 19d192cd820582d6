#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/rib/rib_table.h"

bool
rib_bits_has(const struct rib_bits *b, uint32_t i)
{
	return i / 64 < b->n && (b->words[i / 64] >> i % 64 & 1) != 0;
}

void
rib_bits_add(struct rib_bits *b, uint32_t i)
{
	if (i / 64 >= b->n) {
		uint32_t n = i / 64 + 1;
		b->words = xreallocarray(b->words, n, sizeof(*b->words));
		memset(b->words + b->n, 0, (n - b->n) * sizeof(*b->words));
		b->n = n;
	}
	b->words[i / 64] |= (uint64_t)1 << i % 64;
}

void
rib_bits_del(struct rib_bits *b, uint32_t i)
{
	if (i / 64 < b->n)
		b->words[i / 64] &= ~((uint64_t)1 << i % 64);
}

bool
rib_bits_empty(const struct rib_bits *b)
{
	for (uint32_t i = 0; i < b->n; i++)
		if (b->words[i] != 0)
			return false;
	return true;
}

void
rib_bits_clear(struct rib_bits *b)
{
	free(b->words);
	*b = (struct rib_bits){0};
}
