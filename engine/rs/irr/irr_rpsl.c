/*
 * irr_rpsl: reading a registry's text (RFC 2622, RFC 4012).
 *
 *	as-set:     AS-EXAMPLE          the first attribute is the class
 *	members:    AS65001, AS-OTHER   # a comment
 *	            AS65002             a line that begins with space, tab or +
 *	+           AS65003             continues the one above
 *	source:     RIPE
 *	                                an empty line ends the object
 *
 * Registries are hundreds of megabytes of mostly other things, so the text is
 * walked once, line by line where it lies; only objects of our classes are looked
 * into, and nothing is allocated for a line. A value is read word by word: none
 * of ours has words that go over the end of a line.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "rs/irr/irr_priv.h"

enum attr {
	ATTR_OTHER,
	ATTR_ROUTE,
	ATTR_ROUTE6,
	ATTR_AS_SET,
	ATTR_AUT_NUM,
	ATTR_CLASSES = ATTR_AUT_NUM, /* so far they may begin an object */
	ATTR_ORIGIN,
	ATTR_MEMBERS,
	ATTR_MBRS_BY_REF,
	ATTR_MEMBER_OF,
	ATTR_MNT_BY,
	ATTR_SOURCE,
};

static const struct {
	const char *name;
	size_t len;
	enum attr attr;
} attrs[] = {
    {"route", 5, ATTR_ROUTE},
    {"route6", 6, ATTR_ROUTE6},
    {"as-set", 6, ATTR_AS_SET},
    {"aut-num", 7, ATTR_AUT_NUM},
    {"origin", 6, ATTR_ORIGIN},
    {"members", 7, ATTR_MEMBERS},
    {"mbrs-by-ref", 11, ATTR_MBRS_BY_REF},
    {"member-of", 9, ATTR_MEMBER_OF},
    {"mnt-by", 6, ATTR_MNT_BY},
    {"source", 6, ATTR_SOURCE},
};

struct words { /* that grow, and are used again for the next object */
	uint32_t *items;
	uint32_t n, size;
};

struct reader {
	struct irr_db *db;
	/* the object that is being read */
	bool open, bad;
	int begun;	 /* line */
	enum attr class; /* ATTR_OTHER: skipped */
	enum attr attr;	 /* to which a continuation belongs */
	struct ip_prefix prefix;
	bool has_key, has_origin;
	uint32_t asn; /* origin, or of an aut-num */
	uint32_t name, source;
	bool any_ref;
	struct irr_member *members;
	uint32_t n_members, members_size;
	struct words refs;	/* maintainers: mbrs-by-ref or mnt-by */
	struct words member_of; /* set names */
	/* of the whole text */
	bool has_attr;
	int line, first_bad; /* 0: none */
};

static void
malformed(struct reader *r, int line)
{
	if (r->db->malformed++ == 0)
		r->db->first_malformed = line;
}

/* ---- words of an object */

static void
words_add(struct words *w, uint32_t word)
{
	if (w->n == w->size) {
		w->size = w->size ? w->size * 2 : 16;
		w->items = xreallocarray(w->items, w->size, sizeof(*w->items));
	}
	w->items[w->n++] = word;
}

static void
route_word(struct reader *r, const char *s, size_t len)
{
	char text[IP_PREFIXSTRLEN + 1];
	enum ip_family family = r->class == ATTR_ROUTE ? IP_V4 : IP_V6;

	if (r->has_key || len >= sizeof(text)) {
		r->bad = true;
		return;
	}
	memcpy(text, s, len);
	text[len] = '\0';
	r->has_key = ip_prefix_parse(text, &r->prefix) &&
		     r->prefix.addr.family == family;
	r->bad |= !r->has_key;
}

static void
asn_word(struct reader *r, bool *has, const char *s, size_t len)
{
	r->bad |= *has || !irr_asn_parse(s, len, &r->asn);
	*has = true;
}

static void
set_word(struct reader *r, const char *s, size_t len)
{
	r->bad |= r->has_key || !irr_set_name_is(s, len);
	if (!r->bad)
		r->name = irr_names_add(&r->db->names, s, len);
	r->has_key = true;
}

/* A wrong member spoils itself, not the others: a set without them would reject
 * what its owner announces. */
static void
member_word(struct reader *r, const char *s, size_t len)
{
	struct irr_word w = irr_word_of(s, len);
	struct irr_member m = {0};

	if (irr_asn_parse(s, len, &m.value)) {
		m.source = IRR_ASN;
	} else if (irr_set_name_is(w.name, w.name_len)) {
		m.value = irr_names_add(&r->db->names, w.name, w.name_len);
		if (w.source_len > 0)
			m.source =
			    irr_source_add(r->db, w.source, w.source_len);
	}
	if (m.value == 0 || (m.source == 0 && w.source_len > 0)) {
		malformed(r, r->line);
		return;
	}
	if (r->n_members == r->members_size) {
		r->members_size = r->members_size * 2 + 64;
		r->members = xreallocarray(r->members, r->members_size,
					   sizeof(*r->members));
	}
	r->members[r->n_members++] = m;
}

static void
mntner_word(struct reader *r, const char *s, size_t len)
{
	if (r->attr == ATTR_MBRS_BY_REF && len == 3 &&
	    strncasecmp(s, "ANY", 3) == 0)
		r->any_ref = true;
	else if (len > IRR_NAME_MAX || r->refs.n == IRR_MNTNERS_MAX)
		r->bad = true;
	else
		words_add(&r->refs, irr_names_add(&r->db->names, s, len));
}

static void
member_of_word(struct reader *r, const char *s, size_t len)
{
	if (r->member_of.n == IRR_MNTNERS_MAX)
		r->bad = true;
	else if (irr_set_name_is(s, len)) /* else a route-set's */
		words_add(&r->member_of, irr_names_add(&r->db->names, s, len));
}

static void
word(struct reader *r, const char *s, size_t len)
{
	bool is_set = r->class == ATTR_AS_SET, is_as = r->class == ATTR_AUT_NUM;

	switch (r->attr) {
	case ATTR_ROUTE:
	case ATTR_ROUTE6: route_word(r, s, len); return;
	case ATTR_AS_SET: set_word(r, s, len); return;
	case ATTR_AUT_NUM: asn_word(r, &r->has_key, s, len); return;
	case ATTR_ORIGIN:
		if (!is_set && !is_as)
			asn_word(r, &r->has_origin, s, len);
		return;
	case ATTR_MEMBERS:
		if (is_set)
			member_word(r, s, len);
		return;
	case ATTR_MBRS_BY_REF:
		if (is_set)
			mntner_word(r, s, len);
		return;
	case ATTR_MNT_BY:
		if (is_as)
			mntner_word(r, s, len);
		return;
	case ATTR_MEMBER_OF:
		if (is_as)
			member_of_word(r, s, len);
		return;
	case ATTR_SOURCE:
		if ((is_set || is_as) && r->source == 0)
			r->source = irr_source_add(r->db, s, len);
		return;
	case ATTR_OTHER: return;
	}
}

static bool
is_gap(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == ',' || c == '\0';
}

static void
words(struct reader *r, const char *s, const char *end)
{
	const char *begin;

	while (r->attr != ATTR_OTHER && s < end && *s != '#') {
		begin = s;
		while (s < end && *s != '#' && !is_gap(*s))
			s++;
		if (s > begin)
			word(r, begin, (size_t)(s - begin));
		else
			s += s < end && *s != '#';
	}
}

/* ---- objects */

static void
set_end(struct reader *r)
{
	struct irr_object o = {.source = r->source,
			       .members = r->members,
			       .n_members = r->n_members,
			       .refs = r->refs.items,
			       .n_refs = r->refs.n,
			       .any_ref = r->any_ref};

	if (irr_set_add(r->db, r->name, &o) == 0)
		malformed(r, r->begun);
}

static void
aut_num_end(struct reader *r)
{
	struct irr_object o = {
	    .source = r->source, .refs = r->refs.items, .n_refs = r->refs.n};

	for (uint32_t i = 0; i < r->member_of.n; i++)
		irr_claim_add(r->db, r->member_of.items[i], r->asn, &o);
}

static void
object_end(struct reader *r)
{
	bool is_route = r->class == ATTR_ROUTE || r->class == ATTR_ROUTE6;

	r->bad |= !r->has_key || (is_route && !r->has_origin);
	if (r->open && r->class != ATTR_OTHER && r->bad)
		malformed(r, r->begun);
	else if (r->open && is_route)
		irr_table_add(
		    &r->db->routes, &r->prefix,
		    (struct irr_holder){r->asn, r->prefix.len, r->prefix.len});
	else if (r->open && r->class == ATTR_AS_SET)
		set_end(r);
	else if (r->open && r->class == ATTR_AUT_NUM)
		aut_num_end(r);
	r->open = r->bad = false;
}

static void
object_begin(struct reader *r, enum attr class)
{
	r->open = true;
	r->begun = r->line;
	r->class = class <= ATTR_CLASSES ? class : ATTR_OTHER;
	r->has_key = r->has_origin = r->any_ref = false;
	r->name = r->source = r->n_members = 0;
	r->refs.n = r->member_of.n = 0;
}

/* ---- lines */

static bool
is_attr_name(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') ||
		      (s[i] >= 'A' && s[i] <= 'Z') ||
		      (s[i] >= '0' && s[i] <= '9') || s[i] == '-' ||
		      s[i] == '_'))
			return false;
	return len > 0;
}

static enum attr
attr_find(const char *s, size_t len)
{
	for (size_t i = 0; i < sizeof(attrs) / sizeof(attrs[0]); i++)
		if (attrs[i].len == len &&
		    strncasecmp(attrs[i].name, s, len) == 0)
			return attrs[i].attr;
	return ATTR_OTHER;
}

static void
attribute(struct reader *r, const char *s, const char *end)
{
	const char *colon = memchr(s, ':', (size_t)(end - s));

	if (colon == NULL || !is_attr_name(s, (size_t)(colon - s))) {
		r->bad = true;
		r->attr = ATTR_OTHER;
		if (r->first_bad == 0)
			r->first_bad = r->line;
		if (!r->open)
			object_begin(r, ATTR_OTHER);
		return;
	}
	r->has_attr = true;
	r->attr = attr_find(s, (size_t)(colon - s));
	if (!r->open)
		object_begin(r, r->attr);
	else if (r->attr != ATTR_OTHER && r->attr <= ATTR_CLASSES)
		r->bad = true; /* a blank line is missing */
	words(r, colon + 1, end);
}

static bool
is_blank(const char *s, const char *end)
{
	while (s < end && (*s == ' ' || *s == '\t' || *s == '\r'))
		s++;
	return s == end;
}

static void
line(struct reader *r, const char *s, const char *end)
{
	if (is_blank(s, end)) {
		object_end(r);
	} else if (r->open && r->class == ATTR_OTHER) {
		return;
	} else if (*s == ' ' || *s == '\t' || *s == '+') {
		if (r->open)
			words(r, s + 1, end);
	} else if (*s != '#' && *s != '%') {
		attribute(r, s, end);
	}
}

int
irr_db_rpsl(struct irr_db *db, const char *text, size_t len, const char *name,
	    struct err *e)
{
	struct reader r = {.db = db};
	const char *end = text + len, *next;

	db->malformed = 0;
	db->first_malformed = 0;
	for (const char *s = text; s < end; s = next + 1) {
		next = memchr(s, '\n', (size_t)(end - s));
		if (next == NULL)
			next = end;
		r.line++;
		line(&r, s, next);
	}
	object_end(&r);
	free(r.members);
	free(r.refs.items);
	free(r.member_of.items);
	if (r.has_attr || r.first_bad == 0)
		return 0;
	return err_at(e, name, r.first_bad, 1,
		      "this is no RPSL: a line such as \"route: "
		      "192.0.2.0/24\" was expected");
}
