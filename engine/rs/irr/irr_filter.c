/*
 * irr_filter: names expanded to AS numbers, and routes looked up in them.
 *
 * The sets still to be looked into are a list, and every set is put on it once,
 * so that loops and depth cost nothing: no recursion.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/irr/irr_priv.h"

struct irr_filter {
	const struct irr_db *db;
	uint32_t *asns; /* ascending */
	size_t n_asns;
	uint32_t *lists; /* sets with prefixes, number + 1, ascending */
	size_t n_lists;
	char **missing; /* owned texts */
	size_t n_missing;
};

struct numbers { /* that grow */
	uint32_t *items;
	size_t n, size;
};

struct expansion {
	const struct irr_db *db;
	struct numbers asns, lists;
	struct numbers queue; /* sets, number + 1, each once */
	uint8_t *seen;	      /* sets: bits */
	uint8_t *seen_names;  /* of those that are gone: bits */
	struct irr_filter *f;
};

static void
numbers_add(struct numbers *v, uint32_t n)
{
	if (v->n == v->size) {
		v->size = v->size ? v->size * 2 : 32;
		v->items = xreallocarray(v->items, v->size, sizeof(*v->items));
	}
	v->items[v->n++] = n;
}

static int
number_cmp(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void
numbers_sort(struct numbers *v)
{
	size_t kept = 0;

	if (v->n > 1)
		qsort(v->items, v->n, sizeof(*v->items), number_cmp);
	for (size_t i = 0; i < v->n; i++)
		if (kept == 0 || v->items[i] != v->items[kept - 1])
			v->items[kept++] = v->items[i];
	v->n = kept;
}

static bool
first_time(uint8_t *bits, uint32_t n)
{
	bool first = !(bits[n / 8] & 1u << n % 8);

	bits[n / 8] |= (uint8_t)(1u << n % 8);
	return first;
}

/* ---- expansion */

static void
set_queue(struct expansion *x, uint32_t set)
{
	if (first_time(x->seen, set - 1))
		numbers_add(&x->queue, set);
}

static void
missing_add(struct irr_filter *f, char *text)
{
	f->missing =
	    xreallocarray(f->missing, f->n_missing + 1, sizeof(*f->missing));
	f->missing[f->n_missing++] = text;
}

static void
member(struct expansion *x, const struct irr_member *m, uint32_t preferred)
{
	const struct irr_names *names = &x->db->names;
	uint32_t set;

	if (m->source == IRR_ASN) {
		numbers_add(&x->asns, m->value);
		return;
	}
	set = irr_set_find(x->db, m->value, m->source, preferred);
	if (set != 0)
		set_queue(x, set);
	else if (first_time(x->seen_names, m->value))
		missing_add(x->f, xasprintf("%s%s%s",
					    irr_names_text(names, m->source),
					    m->source != 0 ? "::" : "",
					    irr_names_text(names, m->value)));
}

static bool
is_allowed(const struct irr_db *db, const struct irr_set *s,
	   const struct irr_claim *c)
{
	if (c->source != s->source)
		return false;
	for (uint32_t i = 0; i < s->n_refs; i++)
		for (uint32_t j = 0; j < c->n_refs; j++)
			if (db->refs[s->first_ref + i] ==
			    db->refs[c->first_ref + j])
				return true;
	return s->any_ref;
}

static void
claims(struct expansion *x, const struct irr_set *s)
{
	const struct irr_claim *c;
	uint32_t at;

	if (s->n_refs == 0 && !s->any_ref)
		return;
	for (at = x->db->by_name[s->name].claim; at != 0; at = c->next) {
		c = &x->db->claims[at - 1];
		if (is_allowed(x->db, s, c))
			numbers_add(&x->asns, c->asn);
	}
}

static void
set_expand(struct expansion *x, uint32_t first)
{
	const struct irr_set *s;

	if (x->db->sets[first - 1].has_list)
		numbers_add(&x->lists, first);
	for (uint32_t at = first; at != 0; at = s->again) {
		s = &x->db->sets[at - 1];
		for (uint32_t i = 0; i < s->n; i++)
			member(x, &x->db->members[s->first + i], s->source);
		claims(x, s);
	}
}

/* A name of the configuration: an AS number, a set, or both when bgpq4 was asked
 * for the prefixes of an AS. */
static void
named(struct expansion *x, const char *text)
{
	const struct irr_names *names = &x->db->names;
	struct irr_word w = irr_word_of(text, strlen(text));
	uint32_t name = irr_names_find(names, w.name, w.name_len);
	uint32_t source = irr_names_find(names, w.source, w.source_len);
	uint32_t set = 0, asn;

	if (w.source_len == 0 || source != 0)
		set = irr_set_find(x->db, name, source, 0);
	if (set != 0)
		set_queue(x, set);
	if (irr_asn_parse(text, strlen(text), &asn))
		numbers_add(&x->asns, asn);
	else if (set == 0)
		missing_add(x->f, xstrdup(text));
}

struct irr_filter *
irr_filter_new(const struct irr_db *db, const char *const *names, size_t n)
{
	struct irr_filter *f = xcalloc(1, sizeof(*f));
	struct expansion x = {.db = db, .f = f};

	f->db = db;
	x.seen = xcalloc(db->n_sets / 8 + 1, 1);
	x.seen_names = xcalloc(db->names.n / 8 + 1, 1);
	for (size_t i = 0; i < n; i++)
		named(&x, names[i]);
	for (size_t i = 0; i < x.queue.n; i++)
		set_expand(&x, x.queue.items[i]);
	numbers_sort(&x.asns);
	numbers_sort(&x.lists);
	f->asns = x.asns.items;
	f->n_asns = x.asns.n;
	f->lists = x.lists.items;
	f->n_lists = x.lists.n;
	free(x.queue.items);
	free(x.seen);
	free(x.seen_names);
	return f;
}

void
irr_filter_free(struct irr_filter *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->n_missing; i++)
		free(f->missing[i]);
	free(f->missing);
	free(f->asns);
	free(f->lists);
	free(f);
}

/* ---- questions */

size_t
irr_filter_missing(const struct irr_filter *f, const char *const **names)
{
	*names = (const char *const *)f->missing;
	return f->n_missing;
}

size_t
irr_filter_asns(const struct irr_filter *f, const uint32_t **asns)
{
	*asns = f->asns;
	return f->n_asns;
}

static bool
has(const uint32_t *v, size_t n, uint32_t wanted)
{
	size_t low = 0, high = n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (v[mid] < wanted)
			low = mid + 1;
		else
			high = mid;
	}
	return low < n && v[low] == wanted;
}

bool
irr_filter_has_asn(const struct irr_filter *f, uint32_t asn)
{
	return has(f->asns, f->n_asns, asn);
}

static bool
row_has(const struct irr_row *r, const uint32_t *v, size_t n)
{
	const struct irr_holder *h = irr_row_items(r);

	for (uint32_t i = 0; i < r->n; i++)
		if (has(v, n, h[i].who))
			return true;
	return false;
}

static bool
has_route(const struct irr_filter *f, const struct ip_prefix *p, bool longer)
{
	const struct irr_table *t = &f->db->routes;
	unsigned int from = longer ? 0 : p->len;
	uint32_t at;

	while ((at = ipmap_around(&t->map, p, &from)) != IPMAP_NONE)
		if (row_has(&t->rows[at], f->asns, f->n_asns))
			return true;
	return false;
}

static bool
has_listed(const struct irr_filter *f, const struct ip_prefix *p, bool longer)
{
	const struct irr_table *t = &f->db->lists;
	const struct irr_holder *h;
	unsigned int from = 0;
	uint32_t at, i;

	while ((at = ipmap_around(&t->map, p, &from)) != IPMAP_NONE) {
		h = irr_row_items(&t->rows[at]);
		for (i = 0; i < t->rows[at].n; i++)
			if (p->len >= h[i].ge &&
			    (longer || p->len <= h[i].le) &&
			    has(f->lists, f->n_lists, h[i].who))
				return true;
	}
	return false;
}

bool
irr_filter_has_prefix(const struct irr_filter *f, const struct ip_prefix *p,
		      bool longer)
{
	return has_route(f, p, longer) ||
	       (f->n_lists > 0 && has_listed(f, p, longer));
}
