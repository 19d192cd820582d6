/*
 * rpki: the table of VRPs and origin validation.
 *
 * A route is compared with every VRP whose prefix covers it (RFC 6811, 2). The
 * prefixes are numbered by a struct ipmap, which is walked from the shortest
 * covering prefix to the route's own; the payloads of a prefix are a row. Half a
 * million VRPs take some 22 MB.
 *
 * A change is noted as the prefix it happened at, in a second ipmap: routes
 * inside that prefix may be valid or invalid now, no others. That the same is
 * said by two sources is only counted, and no change.
 */
#include "rs/rpki/rpki.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/rpki/rpki_priv.h"

struct rpki *
rpki_new(void)
{
	return xcalloc(1, sizeof(struct rpki));
}

static void
rows_clear(struct rpki *t)
{
	for (uint32_t i = 0; i < t->map.n; i++)
		if (t->rows[i].n > 1)
			free(t->rows[i].many);
	free(t->rows);
	ipmap_clear(&t->map);
	t->rows = NULL;
	t->size = 0;
	t->n = 0;
}

void
rpki_free(struct rpki *t)
{
	if (t == NULL)
		return;
	rows_clear(t);
	ipmap_clear(&t->changed);
	rpki_aspa_clear(t);
	free(t);
}

size_t
rpki_count(const struct rpki *t)
{
	return t->n;
}

/* ---- rows */

struct rpki_payload *
rpki_row_items(struct rpki_row *r)
{
	return r->n > 1 ? r->many : &r->one;
}

const struct rpki_payload *
rpki_row_view(const struct rpki_row *r)
{
	return r->n > 1 ? r->many : &r->one;
}

static struct rpki_payload *
row_find(struct rpki_row *r, uint32_t asn, uint8_t max_len)
{
	struct rpki_payload *items = rpki_row_items(r);

	for (uint32_t i = 0; i < r->n; i++)
		if (items[i].asn == asn && items[i].max_len == max_len)
			return &items[i];
	return NULL;
}

static void
row_append(struct rpki_row *r, struct rpki_payload p)
{
	struct rpki_payload *many;

	if (r->n == 0) {
		r->one = p;
	} else if ((r->n & (r->n - 1)) == 0) { /* room is a power of two */
		many = xmalloc(2 * r->n * sizeof(*many));
		memcpy(many, rpki_row_items(r), r->n * sizeof(*many));
		if (r->n > 1)
			free(r->many);
		r->many = many;
		many[r->n] = p;
	} else {
		r->many[r->n] = p;
	}
	r->n++;
}

static void
row_remove(struct rpki_row *r, struct rpki_payload *p)
{
	struct rpki_payload *items = rpki_row_items(r), left;

	*p = items[r->n - 1];
	if (r->n == 2) {
		left = items[0];
		free(r->many);
		r->one = left;
	} else if (r->n > 2 && ((r->n - 1) & (r->n - 2)) == 0) {
		r->many = xreallocarray(items, r->n - 1, sizeof(*items));
	}
	r->n--;
}

static struct rpki_row *
row_at(struct rpki *t, const struct ip_prefix *p)
{
	uint32_t before = t->map.n, at = ipmap_add(&t->map, p);

	if (t->map.size > t->size) {
		t->size = t->map.size;
		t->rows = xreallocarray(t->rows, t->size, sizeof(*t->rows));
	}
	if (t->map.n > before)
		t->rows[at] = (struct rpki_row){0};
	return &t->rows[at];
}

/* ---- VRPs come and go */

static void
add(struct rpki *t, const struct ip_prefix *prefix, struct rpki_payload p)
{
	struct rpki_row *r = row_at(t, prefix);
	struct rpki_payload *old = row_find(r, p.asn, p.max_len);
	unsigned int sum;

	if (old != NULL) {
		sum = (unsigned int)old->count + p.count;
		old->count = sum > UINT16_MAX ? UINT16_MAX : (uint16_t)sum;
		return;
	}
	row_append(r, p);
	t->n++;
	ipmap_add(&t->changed, prefix);
}

void
rpki_add(struct rpki *t, const struct rpki_vrp *v)
{
	add(t, &v->prefix,
	    (struct rpki_payload){
		.asn = v->asn, .count = 1, .max_len = v->max_len});
}

bool
rpki_del(struct rpki *t, const struct rpki_vrp *v)
{
	uint32_t at = ipmap_find(&t->map, &v->prefix);
	struct rpki_payload *p;

	p = at == IPMAP_NONE ? NULL
			     : row_find(&t->rows[at], v->asn, v->max_len);
	if (p == NULL)
		return false;
	if (p->count == UINT16_MAX || --p->count > 0)
		return true;
	row_remove(&t->rows[at], p);
	t->n--;
	ipmap_add(&t->changed, &v->prefix);
	if (t->rows[at].n == 0) {
		ipmap_del(&t->map, at);
		t->rows[at] = t->rows[t->map.n];
	}
	return true;
}

void
rpki_merge(struct rpki *t, const struct rpki *from)
{
	const struct rpki_payload *items;

	for (uint32_t i = 0; i < from->map.n; i++) {
		items = rpki_row_view(&from->rows[i]);
		for (uint32_t j = 0; j < from->rows[i].n; j++)
			add(t, &from->map.keys[i], items[j]);
	}
	rpki_aspa_merge(t, from);
}

/* ---- replacing the whole */

/* Note the prefixes of a at which b says less. */
static void
note_missing(struct ipmap *changed, const struct rpki *a, const struct rpki *b)
{
	for (uint32_t i = 0; i < a->map.n; i++) {
		const struct rpki_payload *p = rpki_row_view(&a->rows[i]);
		uint32_t at = ipmap_find(&b->map, &a->map.keys[i]), j = 0;
		while (at != IPMAP_NONE && j < a->rows[i].n &&
		       row_find(&b->rows[at], p[j].asn, p[j].max_len) != NULL)
			j++;
		if (j < a->rows[i].n)
			ipmap_add(changed, &a->map.keys[i]);
	}
}

void
rpki_replace(struct rpki *t, struct rpki *from)
{
	note_missing(&t->changed, t, from);
	note_missing(&t->changed, from, t);
	rows_clear(t);
	t->map = from->map;
	t->rows = from->rows;
	t->size = from->size;
	t->n = from->n;
	from->map = (struct ipmap){0};
	from->rows = NULL;
	rows_clear(from);
	ipmap_clear(&from->changed);
	rpki_aspa_replace(t, from);
}

struct ip_prefix *
rpki_changes(struct rpki *t, size_t *n, bool *aspas)
{
	struct ip_prefix *list = t->changed.n > 0 ? t->changed.keys : NULL;

	*n = t->changed.n;
	*aspas = t->aspas_changed;
	t->aspas_changed = false;
	if (list != NULL)
		t->changed.keys = NULL;
	ipmap_clear(&t->changed);
	return list;
}

/* ---- validation */

enum rpki_state
rpki_validate(const struct rpki *t, const struct ip_prefix *p, uint32_t origin)
{
	enum rpki_state state = RPKI_NOT_FOUND;
	unsigned int from = 0;
	uint32_t at;

	while ((at = ipmap_around(&t->map, p, &from)) != IPMAP_NONE) {
		const struct rpki_payload *v = rpki_row_view(&t->rows[at]);
		for (uint32_t i = 0; i < t->rows[at].n; i++)
			if (origin != 0 && v[i].asn == origin &&
			    p->len <= v[i].max_len)
				return RPKI_VALID;
		state = RPKI_INVALID;
	}
	return state;
}

bool
rpki_covers(const struct rpki *t, const struct ip_prefix *p, uint32_t origin)
{
	unsigned int from = 0;
	uint32_t at;

	while ((at = ipmap_around(&t->map, p, &from)) != IPMAP_NONE) {
		const struct rpki_payload *v = rpki_row_view(&t->rows[at]);
		for (uint32_t i = 0; i < t->rows[at].n; i++)
			if (origin != 0 && v[i].asn == origin)
				return true;
	}
	return false;
}

bool
rpki_covering(const struct rpki *t, const struct ip_prefix *p, uint32_t asn,
	      struct rpki_vrp *vrp)
{
	unsigned int from = 0;
	bool found = false;
	uint32_t at;

	while ((at = ipmap_around(&t->map, p, &from)) != IPMAP_NONE) {
		const struct ip_prefix *key = &t->map.keys[at];
		const struct rpki_payload *v = rpki_row_view(&t->rows[at]);
		for (uint32_t i = 0; i < t->rows[at].n; i++) {
			if (asn != 0 && v[i].asn != asn)
				continue;
			if (found && ip_prefix_eq(key, &vrp->prefix) &&
			    v[i].max_len <= vrp->max_len)
				continue;
			*vrp = (struct rpki_vrp){*key, v[i].max_len, v[i].asn};
			found = true;
		}
	}
	return found;
}
