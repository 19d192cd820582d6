/*
 * irr_bgpq4: what `bgpq4 -j` prints.
 *
 *	{"AS-FOO": [{"prefix": "192.0.2.0/24", "exact": true},
 *	            {"prefix": "198.51.100.0/22", "exact": false,
 *	             "greater-equal": 23, "less-equal": 24}]}    of -4 and -6
 *	{"AS-FOO": [65001, 65002]}                               of -t, -f and -G
 *
 * The name is what -l said ("NN" when it said nothing); it is that of the as-set
 * in clients.yml. One text may hold several of these, one after another: bgpq4 is
 * run once for each family and once for the AS numbers.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json_in.h"
#include "base/str.h"
#include "rs/irr/irr_priv.h"

struct reader {
	struct json_in in;
	struct irr_db *db;
	uint32_t name;	/* that of the list */
	uint32_t first; /* its set, number + 1; 0 when not yet made */
	struct irr_member *members;
	uint32_t n_members, members_size;
};

static int
fail(struct reader *r, const char *what)
{
	return json_in_fail(&r->in, r->in.last, what);
}

static int
asn_element(struct reader *r, const json_t *v)
{
	json_int_t n = json_integer_value(v);

	if (n < 1 || n > UINT32_MAX)
		return fail(r, "this is no AS number");
	if (r->n_members == r->members_size) {
		r->members_size = r->members_size * 2 + 64;
		r->members = xreallocarray(r->members, r->members_size,
					   sizeof(*r->members));
	}
	r->members[r->n_members++] = (struct irr_member){IRR_ASN, (uint32_t)n};
	return 0;
}

static bool
length_of(const json_t *o, const char *key, uint8_t min, uint8_t *len)
{
	const json_t *v = json_object_get(o, key);

	if (v == NULL)
		return true;
	if (!json_is_integer(v) || json_integer_value(v) < min ||
	    json_integer_value(v) > 128)
		return false;
	*len = (uint8_t)json_integer_value(v);
	return true;
}

static int
prefix_element(struct reader *r, const json_t *o)
{
	const char *text = json_string_value(json_object_get(o, "prefix"));
	const json_t *exact = json_object_get(o, "exact");
	struct irr_holder h = {.who = r->first};
	struct ip_prefix p;
	unsigned int bits;

	if (text == NULL || !ip_prefix_parse(text, &p))
		return fail(r, "\"prefix\" is missing or no prefix");
	bits = ip_bits(p.addr.family);
	h.ge = h.le = p.len;
	if (!json_is_true(exact) &&
	    (!length_of(o, "greater-equal", p.len, &h.ge) ||
	     !length_of(o, "less-equal", h.ge, &h.le) || h.le > bits ||
	     h.ge > h.le))
		return fail(r, "\"greater-equal\" or \"less-equal\" is no "
			       "length of such a prefix");
	irr_table_add(&r->db->lists, &p, h);
	r->db->sets[r->first - 1].has_list = true;
	return 0;
}

static int
element(void *reader, const json_t *v)
{
	struct reader *r = reader;

	if (json_is_integer(v))
		return asn_element(r, v);
	if (json_is_object(v))
		return prefix_element(r, v);
	return fail(r, "neither a prefix nor an AS number");
}

/* The set of that name that comes from no registry; it is made when there is
 * none. */
static uint32_t
own_set(struct irr_db *db, uint32_t name)
{
	static const struct irr_object empty;
	uint32_t at = irr_set_find(db, name, 0, 0);

	while (at != 0 && db->sets[at - 1].source != 0)
		at = db->sets[at - 1].next;
	return at != 0 ? at : irr_set_add(db, name, &empty);
}

static int
list(void *reader, const char *name)
{
	struct reader *r = reader;
	size_t len = strlen(name);
	struct irr_object o = {0};

	if (len == 0 || len > IRR_NAME_MAX)
		return fail(r, "this is no name of an as-set");
	r->name = irr_names_add(&r->db->names, name, len);
	r->first = own_set(r->db, r->name);
	r->n_members = 0;
	if (json_in_list(&r->in, element, r) < 0)
		return -1;
	o.members = r->members;
	o.n_members = r->n_members;
	if (r->n_members > 0 && irr_set_add(r->db, r->name, &o) == 0)
		return fail(r, "this name comes too often");
	return 0;
}

int
irr_db_bgpq4(struct irr_db *db, const char *text, size_t len, const char *name,
	     struct err *e)
{
	struct reader r = {
	    .in = {.text = text, .len = len, .name = name, .e = e}, .db = db};
	int rc = 0;

	do
		rc = json_in_object(&r.in, list, &r);
	while (rc == 0 && json_in_peek(&r.in) == '{');
	if (rc == 0)
		rc = json_in_end(&r.in);
	free(r.members);
	return rc;
}
