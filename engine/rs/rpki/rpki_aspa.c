/*
 * rpki_aspa: who is a provider of whom, and what a path looks like in that light
 * (draft-ietf-sidrops-aspa-verification).
 *
 * An ASPA is one customer's complete list of providers. So for two neighbours in
 * a path there are three answers: attested, contradicted (there is a list, and
 * the other is not in it), or no list.
 *
 * A member of an exchange shows others its own routes and its customers' routes.
 * Read from the origin, such a path climbs only: every AS passes the route to a
 * provider of its, up to the member. That is the upstream algorithm. One
 * contradicted step makes a leak of it; else one step without a list leaves the
 * question open. The draft's downstream algorithm is for routes from a provider,
 * and a route server has none.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/rpki/rpki_priv.h"

void
rpki_aspa_clear(struct rpki *t)
{
	for (size_t i = 0; i < t->n_aspas; i++)
		free(t->aspas[i].providers);
	free(t->aspas);
	t->aspas = NULL;
	t->n_aspas = t->aspas_size = 0;
}

size_t
rpki_aspa_count(const struct rpki *t)
{
	return t->n_aspas;
}

/* The place of the customer, or where it belongs. */
static size_t
aspa_place(const struct rpki *t, uint32_t customer)
{
	size_t low = 0, high = t->n_aspas;

	if (high > 0 && t->aspas[high - 1].customer < customer)
		return high; /* files are sorted, mostly */
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (t->aspas[mid].customer < customer)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static const struct rpki_aspa *
aspa_find(const struct rpki *t, uint32_t customer)
{
	size_t at = aspa_place(t, customer);

	return at < t->n_aspas && t->aspas[at].customer == customer
		   ? &t->aspas[at]
		   : NULL;
}

static struct rpki_aspa *
aspa_insert(struct rpki *t, size_t at)
{
	if (t->n_aspas == t->aspas_size) {
		t->aspas_size = t->aspas_size ? t->aspas_size * 2 : 16;
		t->aspas =
		    xreallocarray(t->aspas, t->aspas_size, sizeof(*t->aspas));
	}
	memmove(&t->aspas[at + 1], &t->aspas[at],
		(t->n_aspas - at) * sizeof(*t->aspas));
	t->n_aspas++;
	t->aspas[at] = (struct rpki_aspa){0};
	return &t->aspas[at];
}

static int
number_cmp(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static uint32_t
sort_unique(uint32_t *v, size_t n)
{
	uint32_t kept = 0;

	if (n > 1)
		qsort(v, n, sizeof(*v), number_cmp);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || v[i] != v[kept - 1])
			v[kept++] = v[i];
	return kept;
}

static bool
aspa_eq(const struct rpki_aspa *a, const struct rpki_aspa *b)
{
	return a->customer == b->customer && a->n == b->n &&
	       (a->n == 0 || memcmp(a->providers, b->providers,
				    a->n * sizeof(*a->providers)) == 0);
}

void
rpki_aspa_set(struct rpki *t, uint32_t customer, const uint32_t *providers,
	      size_t n)
{
	struct rpki_aspa new = {.customer = customer};
	size_t at = aspa_place(t, customer);
	struct rpki_aspa *a;

	new.providers = xmalloc(n * sizeof(*providers));
	if (n > 0)
		memcpy(new.providers, providers, n * sizeof(*providers));
	new.n = sort_unique(new.providers, n);
	if (at < t->n_aspas && t->aspas[at].customer == customer)
		a = &t->aspas[at];
	else
		a = aspa_insert(t, at);
	if (a->providers == NULL || !aspa_eq(a, &new))
		t->aspas_changed = true;
	free(a->providers);
	*a = new;
}

void
rpki_aspa_merge(struct rpki *t, const struct rpki *from)
{
	for (size_t i = 0; i < from->n_aspas; i++)
		rpki_aspa_set(t, from->aspas[i].customer,
			      from->aspas[i].providers, from->aspas[i].n);
}

void
rpki_aspa_replace(struct rpki *t, struct rpki *from)
{
	bool same = t->n_aspas == from->n_aspas;

	for (size_t i = 0; same && i < t->n_aspas; i++)
		same = aspa_eq(&t->aspas[i], &from->aspas[i]);
	if (!same)
		t->aspas_changed = true;
	rpki_aspa_clear(t);
	t->aspas = from->aspas;
	t->n_aspas = from->n_aspas;
	t->aspas_size = from->aspas_size;
	from->aspas = NULL;
	from->n_aspas = from->aspas_size = 0;
	from->aspas_changed = false;
}

/* ---- verification */

/* Did the customer authorise that provider? The draft's hop check: RPKI_VALID is
 * "Provider+", RPKI_INVALID "Not Provider+", else there is no attestation. */
static enum rpki_state
hop(const struct rpki *t, uint32_t customer, uint32_t provider)
{
	const struct rpki_aspa *a = aspa_find(t, customer);

	if (a == NULL)
		return RPKI_NOT_FOUND;
	return a->n > 0 && bsearch(&provider, a->providers, a->n,
				   sizeof(provider), number_cmp) != NULL
		   ? RPKI_VALID
		   : RPKI_INVALID;
}

enum rpki_state
rpki_aspa_verify(const struct rpki *t, const uint32_t *path, size_t n)
{
	enum rpki_state state = n > 0 ? RPKI_VALID : RPKI_INVALID;

	for (size_t i = 1; i < n && state != RPKI_INVALID; i++) {
		enum rpki_state h = hop(t, path[i], path[i - 1]);
		if (h != RPKI_VALID)
			state = h;
	}
	return state;
}
