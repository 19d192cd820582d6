#include "cmd/ixpeer/ixpeer_paths.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/bgp/bgp.h"

enum { FIRST_SLOTS = 16 };

void
ixpeer_paths_clear(struct ixpeer_paths *p)
{
	for (size_t i = 0; i < p->n_slots; i++)
		bgp_attrs_unref(p->slots[i].attrs);
	free(p->slots);
	free(p->of);
	*p = (struct ixpeer_paths){0};
}

/* ---- the table: open addressing, slots a power of two, never full */

static size_t
home(const struct ixpeer_paths *p, uint32_t prefix, uint32_t id)
{
	uint64_t h = (uint64_t)prefix << 32 | id;

	h *= UINT64_C(0x9E3779B97F4A7C15);
	return (h ^ h >> 32) & (p->n_slots - 1);
}

/* Where it is, or would be. */
static size_t
slot(const struct ixpeer_paths *p, uint32_t prefix, uint32_t id)
{
	size_t at = home(p, prefix, id);

	while (p->slots[at].there &&
	       (p->slots[at].prefix != prefix || p->slots[at].id != id))
		at = (at + 1) & (p->n_slots - 1);
	return at;
}

static void
grow(struct ixpeer_paths *p)
{
	struct ixpeer_path *old = p->slots;
	size_t n = p->n_slots;

	p->n_slots = n ? 2 * n : FIRST_SLOTS;
	p->slots = xcalloc(p->n_slots, sizeof *p->slots);
	for (size_t i = 0; i < n; i++)
		if (old[i].there)
			p->slots[slot(p, old[i].prefix, old[i].id)] = old[i];
	free(old);
}

/* Those behind a hole that would not be found any more move into it. */
static void
close_hole(struct ixpeer_paths *p, size_t hole)
{
	size_t mask = p->n_slots - 1, at = hole;

	for (;;) {
		at = (at + 1) & mask;
		if (!p->slots[at].there)
			break;
		if (((at - home(p, p->slots[at].prefix, p->slots[at].id)) &
		     mask) < ((at - hole) & mask))
			continue;
		p->slots[hole] = p->slots[at];
		hole = at;
	}
	p->slots[hole] = (struct ixpeer_path){0};
}

/* ---- paths */

static uint32_t *
count(struct ixpeer_paths *p, uint32_t prefix)
{
	size_t n = p->n_of ? p->n_of : 64;

	while (n <= prefix)
		n *= 2;
	if (n != p->n_of) {
		p->of = xreallocarray(p->of, n, sizeof *p->of);
		memset(p->of + p->n_of, 0, (n - p->n_of) * sizeof *p->of);
		p->n_of = n;
	}
	return &p->of[prefix];
}

bool
ixpeer_paths_add(struct ixpeer_paths *p, uint32_t prefix, uint32_t id,
		 struct bgp_attrs *attrs)
{
	struct ixpeer_path *s;
	bool fresh;

	if (4 * (p->n + 1) > 3 * p->n_slots)
		grow(p);
	s = &p->slots[slot(p, prefix, id)];
	fresh = !s->there;
	if (attrs)
		bgp_attrs_ref(attrs);
	bgp_attrs_unref(s->attrs);
	*s = (struct ixpeer_path){prefix, id, true, attrs};
	p->n += fresh;
	return fresh && (*count(p, prefix))++ == 0;
}

bool
ixpeer_paths_del(struct ixpeer_paths *p, uint32_t prefix, uint32_t id)
{
	size_t at = p->n_slots ? slot(p, prefix, id) : 0;

	if (p->n_slots == 0 || !p->slots[at].there)
		return false;
	bgp_attrs_unref(p->slots[at].attrs);
	close_hole(p, at);
	p->n--;
	return --p->of[prefix] == 0;
}

uint32_t
ixpeer_paths_of(const struct ixpeer_paths *p, uint32_t prefix)
{
	return prefix < p->n_of ? p->of[prefix] : 0;
}

static int
compare(const void *a, const void *b)
{
	const struct ixpeer_path *x = *(const struct ixpeer_path *const *)a;
	const struct ixpeer_path *y = *(const struct ixpeer_path *const *)b;

	if (x->prefix != y->prefix)
		return x->prefix < y->prefix ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

const struct ixpeer_path **
ixpeer_paths_list(const struct ixpeer_paths *p, uint32_t prefix, size_t *n)
{
	const struct ixpeer_path **list =
	    xreallocarray(NULL, p->n + 1, sizeof(void *));

	*n = 0;
	for (size_t i = 0; i < p->n_slots; i++)
		if (p->slots[i].there &&
		    (prefix == UINT32_MAX || p->slots[i].prefix == prefix))
			list[(*n)++] = &p->slots[i];
	qsort(list, *n, sizeof *list, compare);
	return list;
}
