/*
 * ixpeer_dump: a table dump from a file, compressed or not (zlib reads both), and
 * of its routes those of one peer, or the best of each prefix. The file is read
 * in pieces, however long it is; what is kept are the chosen routes, with equal
 * attributes once.
 *
 * "Best" is what a router without policy would say: the shortest path, then the
 * lower origin, then the lower number in the index.
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/ipmap.h"
#include "base/str.h"
#include "cmd/ixpeer/ixpeer_routes.h"
#include "rs/mrt/mrt.h"

enum { MOST_ROUTES = 8u << 20 };

struct choosing {
	const struct ixpeer_source *s;
	struct ixpeer_dump *d;
	struct mrt mrt;
	struct ipmap seen; /* BEST: the routes by prefix */
	uint64_t *rank;	   /* BEST: of each, lower is better */
	size_t size;	   /* of routes and rank */
	uint32_t *slots;   /* attributes by hash: number + 1, or 0 */
	size_t n_slots;
	bool full;
};

/* ---- attributes once */

static void
rehash(struct choosing *c)
{
	c->n_slots = c->n_slots ? 2 * c->n_slots : 1024;
	free(c->slots);
	c->slots = xcalloc(c->n_slots, sizeof *c->slots);
	for (size_t i = 0; i < c->d->n_attrs; i++) {
		size_t at = bgp_attrs_hash(c->d->attrs[i]);

		while (c->slots[at &= c->n_slots - 1] != 0)
			at++;
		c->slots[at] = (uint32_t)i + 1;
	}
}

/* The number of the equal set; a is consumed. */
static uint32_t
intern(struct choosing *c, struct bgp_attrs *a)
{
	struct ixpeer_dump *d = c->d;
	size_t at = bgp_attrs_hash(a);

	for (; c->n_slots && c->slots[at &= c->n_slots - 1] != 0; at++) {
		uint32_t i = c->slots[at] - 1;

		if (!bgp_attrs_equal(d->attrs[i], a))
			continue;
		bgp_attrs_unref(a);
		return i;
	}
	if ((d->n_attrs & (d->n_attrs + 1)) == 0)
		d->attrs = xreallocarray(d->attrs, 2 * (d->n_attrs + 1),
					 sizeof *d->attrs);
	d->attrs[d->n_attrs++] = a;
	if (2 * d->n_attrs > c->n_slots)
		rehash(c);
	else
		c->slots[at] = (uint32_t)d->n_attrs;
	return (uint32_t)d->n_attrs - 1;
}

/* ---- which routes */

static bool
wanted(const struct choosing *c, const struct mrt_route *r)
{
	const struct mrt_peer *p = &c->mrt.peers[r->peer];

	switch (c->s->whose) {
	case IXPEER_INDEX: return r->peer == c->s->peer;
	case IXPEER_ADDRESS: return ip_addr_eq(&p->addr, &c->s->peer_addr);
	case IXPEER_ASN: return p->asn == c->s->peer;
	case IXPEER_BEST: break;
	}
	return true;
}

static void
grow(struct choosing *c)
{
	if (c->d->n < c->size)
		return;
	c->size = c->size ? 2 * c->size : 1024;
	c->d->routes =
	    xreallocarray(c->d->routes, c->size, sizeof *c->d->routes);
	c->rank = xreallocarray(c->rank, c->size, sizeof *c->rank);
}

static uint64_t
rank(const struct bgp_attrs *a, const struct mrt_route *r)
{
	return (uint64_t)bgp_path_length(a) << 40 | (uint64_t)a->origin << 32 |
	       r->peer;
}

static void
put(struct choosing *c, size_t at, const struct mrt_route *r,
    struct bgp_attrs *a)
{
	a->next_hop = a->link_local = (struct ip_addr){0};
	a->has_local_pref = false;
	c->d->routes[at] = (struct ixpeer_dump_route){.prefix = r->prefix,
						      .path_id = r->path_id};
	c->d->routes[at].attrs = intern(c, a);
}

static bool
take(void *arg, const struct mrt_route *r)
{
	struct choosing *c = arg;
	struct bgp_problem problem;
	struct bgp_attrs *a;
	uint64_t mine;
	size_t at = c->d->n;

	if (!wanted(c, r))
		return true;
	a = mrt_attrs(r, &problem);
	if (a == NULL) {
		c->d->malformed++;
		return true;
	}
	mine = rank(a, r);
	if (c->s->whose == IXPEER_BEST)
		at = ipmap_add(&c->seen, &r->prefix);
	grow(c);
	if (at < c->d->n && c->rank[at] <= mine) {
		bgp_attrs_unref(a);
		return true;
	}
	put(c, at, r, a);
	c->rank[at] = mine;
	c->d->routes[at].path_id = c->s->whose == IXPEER_BEST ? 0 : r->path_id;
	if (at == c->d->n)
		c->full = ++c->d->n >= MOST_ROUTES;
	return !c->full;
}

/* ---- the file */

static int
unreadable(gzFile f, struct err *e)
{
	int number;
	const char *text = gzerror(f, &number);

	if (number == Z_ERRNO)
		return err_sys(e, "read");
	return err_usage(e, "cannot be read to its end: %s",
			 text[0] ? text : "it is cut short");
}

/* n bytes exactly: 1; none, since the file ends here: 0; -1. */
static int
read_bytes(gzFile f, uint8_t *bytes, size_t n, struct err *e)
{
	size_t done = 0;

	while (done < n) {
		int got = gzread(f, bytes + done, (unsigned int)(n - done));

		if (got < 0)
			return unreadable(f, e);
		if (got == 0)
			break;
		done += (size_t)got;
	}
	if (done == 0 && n > 0) {
		int number;

		gzerror(f, &number);
		return number == Z_OK ? 0 : unreadable(f, e);
	}
	return done == n ? 1 : err_usage(e, "the last record is cut short");
}

static int
read_records(struct choosing *c, gzFile f, struct err *e)
{
	size_t size = 1 << 16, used;
	uint8_t *bytes = xmalloc(size);
	struct mrt_record r = {0};
	int rc = 0;

	while (!c->full && (rc = read_bytes(f, bytes, MRT_HEADER, e)) == 1) {
		rc = mrt_record(bytes, MRT_HEADER, &r, &used, e);
		if (rc < 0)
			break;
		if (used > size)
			bytes = xrealloc(bytes, size = used);
		rc = used == MRT_HEADER ? 1
					: read_bytes(f, bytes + MRT_HEADER,
						     used - MRT_HEADER, e);
		if (rc == 0)
			rc = err_usage(e, "the last record is cut short");
		if (rc < 0 || mrt_record(bytes, used, &r, &used, e) < 0 ||
		    mrt_decode(&c->mrt, &r, take, c, e) < 0) {
			rc = -1;
			break;
		}
		r.at += used;
	}
	free(bytes);
	return c->full ? 0 : rc;
}

static void
dump_free(struct ixpeer_dump *d)
{
	for (size_t i = 0; i < d->n_attrs; i++)
		bgp_attrs_unref(d->attrs[i]);
	free(d->attrs);
	free(d->routes);
	free(d);
}

/* No route was chosen: was there any? Collectors publish updates, too, whose
 * records are counted, and have the same look. */
static int
dump_empty(const struct choosing *c, struct err *e)
{
	if (c->mrt.routes > 0)
		return err_usage(e, "there is no route of that peer in it");
	if (c->mrt.others > 0)
		return err_usage(e,
				 "there is no table in it, but %llu records "
				 "of updates or the like; take a table dump, "
				 "as collectors publish it under the name of "
				 "bview or rib",
				 (unsigned long long)c->mrt.others);
	return err_usage(e, "there is no table in it");
}

static struct ixpeer_dump *
dump_read(const struct ixpeer_source *s, struct err *e)
{
	struct choosing c = {.s = s};
	gzFile f = gzopen(s->file, "rbe");
	int rc;

	if (f == NULL) {
		err_sys(e, "open %s", s->file);
		return NULL;
	}
	gzbuffer(f, 1 << 17);
	c.d = xcalloc(1, sizeof *c.d);
	c.d->of = s;
	rc = read_records(&c, f, e);
	gzclose(f);
	if (rc == 0 && c.d->n == 0)
		rc = dump_empty(&c, e);
	if (rc < 0)
		err_in(e, "%s", s->file);
	mrt_clear(&c.mrt);
	ipmap_clear(&c.seen);
	free(c.rank);
	free(c.slots);
	if (rc == 0)
		return c.d;
	dump_free(c.d);
	return NULL;
}

static bool
same(const struct ixpeer_source *a, const struct ixpeer_source *b)
{
	return a->whose == b->whose && a->peer == b->peer &&
	       ip_addr_eq(&a->peer_addr, &b->peer_addr) &&
	       strcmp(a->file, b->file) == 0;
}

const struct ixpeer_dump *
ixpeer_dump_get(struct ixpeer_dumps *d, const struct ixpeer_source *s,
		struct err *e)
{
	struct ixpeer_dump *new;

	for (size_t i = 0; i < d->n; i++)
		if (same(d->list[i]->of, s))
			return d->list[i];
	new = dump_read(s, e);
	if (new == NULL)
		return NULL;
	d->list = xreallocarray(d->list, d->n + 1, sizeof *d->list);
	return d->list[d->n++] = new;
}

void
ixpeer_dumps_clear(struct ixpeer_dumps *d)
{
	for (size_t i = 0; i < d->n; i++)
		dump_free(d->list[i]);
	free(d->list);
	*d = (struct ixpeer_dumps){0};
}
