/*
 * irr: the database of a registry's objects.
 *
 *	RPSL text   --> irr_rpsl  --+-> routes: prefix -> origins
 *	                            +-> sets:   name -> members     irr_filter -->
 *	bgpq4's JSON -> irr_bgpq4 --+-> lists:  prefix -> sets      AS numbers
 *
 * The pairs of prefix and origin are kept once, for all clients: a client's filter
 * is a list of AS numbers, and a prefix is in it when one of its origins is in the
 * list. A generator of configurations has to multiply that out, which is where its
 * ten thousand lines a client come from. A million route objects take some 60 MB.
 * What bgpq4 prints has lost its origins, so those prefixes belong to the set
 * under whose name they stand.
 *
 * Names: two registries may have sets of the same name that are not the same. A
 * name with a source ("RIPE::AS-FOO") means that one. A name without one means,
 * inside a set, that of the set's own registry; else the first that was read. So
 * the order of the texts is the order of trust.
 *
 * Members come in two ways (RFC 2622, 5.1): the set lists them, or they claim to
 * be members with member-of in their aut-num and the set allows it to whoever
 * maintains them, with mbrs-by-ref.
 *
 * Left out: route-sets, filter-sets, except-clauses and the policies of aut-num
 * objects; members by reference of routes. AS-ANY is nobody's set.
 */
#include "rs/irr/irr.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/irr/irr_priv.h"

#define HOLDERS_MAX 65535 /* of one prefix */

struct irr_db *
irr_db_new(void)
{
	return xcalloc(1, sizeof(struct irr_db));
}

void
irr_db_free(struct irr_db *db)
{
	if (db == NULL)
		return;
	irr_names_clear(&db->names);
	irr_table_clear(&db->routes);
	irr_table_clear(&db->lists);
	free(db->by_name);
	free(db->sets);
	free(db->members);
	free(db->refs);
	free(db->claims);
	free(db);
}

size_t
irr_db_routes(const struct irr_db *db)
{
	return db->routes.n;
}

size_t
irr_db_sets(const struct irr_db *db)
{
	return db->n_first;
}

size_t
irr_db_malformed(const struct irr_db *db, int *line)
{
	*line = db->first_malformed;
	return db->malformed;
}

/* ---- prefixes and their holders */

void
irr_table_clear(struct irr_table *t)
{
	for (uint32_t i = 0; i < t->map.n; i++)
		if (t->rows[i].n > 1)
			free(t->rows[i].many);
	free(t->rows);
	ipmap_clear(&t->map);
	*t = (struct irr_table){0};
}

const struct irr_holder *
irr_row_items(const struct irr_row *r)
{
	return r->n > 1 ? r->many : &r->one;
}

static int
holder_cmp(const struct irr_holder *a, const struct irr_holder *b)
{
	if (a->who != b->who)
		return a->who < b->who ? -1 : 1;
	return a->ge != b->ge ? a->ge - b->ge : a->le - b->le;
}

static void
row_insert(struct irr_row *r, uint32_t at, struct irr_holder h)
{
	struct irr_holder *many;

	if (r->n == 0) {
		r->one = h;
		r->n = 1;
		return;
	}
	if ((r->n & (r->n - 1)) == 0) { /* room is a power of two */
		many = xmalloc(2 * r->n * sizeof(*many));
		memcpy(many, irr_row_items(r), r->n * sizeof(*many));
		if (r->n > 1)
			free(r->many);
		r->many = many;
	}
	memmove(&r->many[at + 1], &r->many[at], (r->n - at) * sizeof(*r->many));
	r->many[at] = h;
	r->n++;
}

/* Whether it was not there before. */
static bool
row_add(struct irr_row *r, struct irr_holder h)
{
	const struct irr_holder *items = irr_row_items(r);
	uint32_t low = 0, high = r->n, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (holder_cmp(&items[mid], &h) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if ((low < r->n && holder_cmp(&items[low], &h) == 0) ||
	    r->n == HOLDERS_MAX)
		return false;
	row_insert(r, low, h);
	return true;
}

void
irr_table_add(struct irr_table *t, const struct ip_prefix *p,
	      struct irr_holder h)
{
	uint32_t before = t->map.n, at = ipmap_add(&t->map, p);

	if (t->map.size > t->size) {
		t->size = t->map.size;
		t->rows = xreallocarray(t->rows, t->size, sizeof(*t->rows));
	}
	if (t->map.n > before)
		t->rows[at] = (struct irr_row){0};
	t->n += row_add(&t->rows[at], h);
}

/* ---- sets */

/* Room for n more of what is in an array of that many. */
static void *
room(void *array, uint32_t have, uint32_t n, uint32_t *size, size_t each)
{
	if (*size - have >= n)
		return array;
	*size = have + n + have / 2 + 16;
	return xreallocarray(array, *size, each);
}

static uint32_t
refs_add(struct irr_db *db, const uint32_t *refs, uint32_t n)
{
	uint32_t first = db->n_refs;

	db->refs = room(db->refs, db->n_refs, n, &db->refs_size, sizeof(*refs));
	if (n > 0)
		memcpy(&db->refs[first], refs, n * sizeof(*refs));
	db->n_refs += n;
	return first;
}

static uint32_t
members_add(struct irr_db *db, const struct irr_member *m, uint32_t n)
{
	uint32_t first = db->n_members;

	db->members =
	    room(db->members, db->n_members, n, &db->members_size, sizeof(*m));
	if (n > 0)
		memcpy(&db->members[first], m, n * sizeof(*m));
	db->n_members += n;
	return first;
}

static struct irr_name *
name_at(struct irr_db *db, uint32_t name)
{
	uint32_t n = db->n_by_name;

	if (name >= n) {
		db->n_by_name = name + name / 2 + 64;
		db->by_name = xreallocarray(db->by_name, db->n_by_name,
					    sizeof(*db->by_name));
		memset(&db->by_name[n], 0,
		       (db->n_by_name - n) * sizeof(*db->by_name));
	}
	return &db->by_name[name];
}

/* Put set number i behind those of its name, in their order. */
static uint32_t
set_link(struct irr_db *db, uint32_t i)
{
	struct irr_set *s = &db->sets[i], *first;
	uint32_t *link = &name_at(db, s->name)->set;

	while (*link != 0 && db->sets[*link - 1].source != s->source)
		link = &db->sets[*link - 1].next;
	if (*link == 0) {
		s->last = i + 1;
		s->same = 1;
		db->n_first++;
		return *link = i + 1;
	}
	first = &db->sets[*link - 1];
	if (first->same == IRR_AGAIN_MAX)
		return 0;
	first->same++;
	db->sets[first->last - 1].again = i + 1;
	first->last = i + 1;
	return *link;
}

uint32_t
irr_set_add(struct irr_db *db, uint32_t name, const struct irr_object *o)
{
	uint32_t i = db->n_sets;

	db->sets = room(db->sets, i, 1, &db->sets_size, sizeof(*db->sets));
	db->sets[i] = (struct irr_set){
	    .name = name,
	    .source = o->source,
	    .first = members_add(db, o->members, o->n_members),
	    .n = o->n_members,
	    .first_ref = refs_add(db, o->refs, o->n_refs),
	    .n_refs = o->n_refs,
	    .any_ref = o->any_ref,
	};
	db->n_sets++;
	return set_link(db, i);
}

void
irr_claim_add(struct irr_db *db, uint32_t set_name, uint32_t asn,
	      const struct irr_object *o)
{
	struct irr_name *at = name_at(db, set_name);
	uint32_t i = db->n_claims;

	db->claims =
	    room(db->claims, i, 1, &db->claims_size, sizeof(*db->claims));
	db->claims[i] = (struct irr_claim){
	    .asn = asn,
	    .source = o->source,
	    .first_ref = refs_add(db, o->refs, o->n_refs),
	    .n_refs = o->n_refs,
	    .next = at->claim,
	};
	db->n_claims++;
	at->claim = i + 1;
}

uint32_t
irr_set_find(const struct irr_db *db, uint32_t name, uint32_t source,
	     uint32_t preferred)
{
	uint32_t first =
	    name != 0 && name < db->n_by_name ? db->by_name[name].set : 0;
	uint32_t wanted = source != 0 ? source : preferred, at;

	if (wanted == 0)
		return first;
	for (at = first; at != 0; at = db->sets[at - 1].next)
		if (db->sets[at - 1].source == wanted)
			return at;
	return source != 0 ? 0 : first;
}

uint32_t
irr_source_add(struct irr_db *db, const char *s, size_t len)
{
	uint32_t name = irr_names_find(&db->names, s, len);

	for (uint32_t i = 0; name != 0 && i < db->n_sources; i++)
		if (db->sources[i] == name)
			return name;
	if (db->n_sources == IRR_SOURCES_MAX || len > IRR_NAME_MAX)
		return 0;
	name = irr_names_add(&db->names, s, len);
	if (name != 0)
		db->sources[db->n_sources++] = name;
	return name;
}
