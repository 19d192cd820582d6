#include "cmd/ixpeer/ixpeer_routes.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* ---- tables */

void
ixpeer_set_clear(struct ixpeer_set *s)
{
	bgp_attrs_unref(s->attrs);
	free(s->p);
	*s = (struct ixpeer_set){0};
}

void
ixpeer_routes_clear(struct ixpeer_routes *r)
{
	for (size_t i = 0; i < r->n; i++)
		ixpeer_set_clear(&r->sets[i]);
	free(r->sets);
	*r = (struct ixpeer_routes){0};
}

size_t
ixpeer_routes_count(const struct ixpeer_routes *r, enum ip_family f)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		if (r->sets[i].n > 0 && r->sets[i].p[0].addr.family == f)
			n += r->sets[i].n;
	return n;
}

/* The set takes attrs and p over. */
static struct ixpeer_set *
push(struct ixpeer_routes *r, struct bgp_attrs *attrs, struct ip_prefix *p,
     size_t n, uint32_t path_id)
{
	if ((r->n & (r->n + 1)) == 0)
		r->sets =
		    xreallocarray(r->sets, 2 * (r->n + 1), sizeof *r->sets);
	r->sets[r->n] = (struct ixpeer_set){
	    .attrs = attrs, .p = p, .n = n, .path_id = path_id};
	return &r->sets[r->n++];
}

static struct ip_prefix *
copy(const struct ip_prefix *p, size_t n)
{
	struct ip_prefix *c = xreallocarray(NULL, n + 1, sizeof *c);

	memcpy(c, p, n * sizeof *c);
	return c;
}

bool
ixpeer_routes_del(struct ixpeer_routes *r, const struct ip_prefix *p,
		  uint32_t path_id)
{
	for (size_t i = 0; i < r->n; i++) {
		struct ixpeer_set *s = &r->sets[i];

		for (size_t j = 0; s->path_id == path_id && j < s->n; j++) {
			if (!ip_prefix_eq(&s->p[j], p))
				continue;
			s->p[j] = s->p[--s->n];
			return true;
		}
	}
	return false;
}

struct ixpeer_set *
ixpeer_routes_add(struct ixpeer_routes *r, struct bgp_attrs *attrs,
		  const struct ip_prefix *p, size_t n, uint32_t path_id)
{
	for (size_t i = 0; i < n; i++)
		ixpeer_routes_del(r, &p[i], path_id);
	return ixpeer_routes_more(r, attrs, p, n, path_id);
}

struct ixpeer_set *
ixpeer_routes_more(struct ixpeer_routes *r, struct bgp_attrs *attrs,
		   const struct ip_prefix *p, size_t n, uint32_t path_id)
{
	return push(r, bgp_attrs_ref(attrs), copy(p, n), n, path_id);
}

/* ---- from the items of a file */

static void
from_list(struct ixpeer_routes *r, const struct ixpeer_robot_conf *conf,
	  const struct ixpeer_source *s)
{
	const struct ixpeer_step *step = &s->step;
	struct bgp_attrs *a = bgp_attrs_clone(step->attrs);

	if (!step->has_path)
		bgp_path_set(a, &conf->bgp.local_as, 1);
	push(r, a, copy(step->prefixes, step->n_prefixes), step->n_prefixes,
	     step->path_id);
}

/* What the file's words say instead of what a route would have. */
static void
dress(struct bgp_attrs *a, const struct ixpeer_step *step)
{
	const struct bgp_attrs *w = step->attrs;

	if (w == NULL)
		return;
	if (step->has_path)
		bgp_attrs_set_path(a, w->path, w->path_len);
	if (w->next_hop.family != IP_NONE) {
		a->next_hop = w->next_hop;
		a->link_local = w->link_local;
	}
	if (w->origin != BGP_ORIGIN_IGP)
		a->origin = w->origin;
	if (w->has_med) {
		a->has_med = true;
		a->med = w->med;
	}
	if (w->has_otc) {
		a->has_otc = true;
		a->otc = w->otc;
	}
	if (w->n_communities > 0)
		bgp_attrs_set_communities(a, w->communities, w->n_communities);
	if (w->n_large > 0)
		bgp_attrs_set_large(a, w->large, w->n_large);
}

/* A number that is the same for the same seed and place. */
static uint32_t
scramble(uint32_t seed, uint32_t x)
{
	uint64_t h = ((uint64_t)seed << 32 | x) * UINT64_C(0x9E3779B97F4A7C15);

	h ^= h >> 29;
	h *= UINT64_C(0xBF58476D1CE4E5B9);
	return (uint32_t)(h >> 32);
}

/* The robot's AS, and behind it others that nobody filters: 200000 and more. */
static void
invent_path(struct bgp_attrs *a, const struct ixpeer_source *s, uint32_t own,
	    uint32_t set)
{
	uint32_t asns[256] = {own};
	uint32_t spread = s->path_max - s->path_min + 1;
	uint32_t n = s->path_min + scramble(s->seed, set) % spread;

	for (uint32_t i = 1; i < n; i++)
		asns[i] = 200000 + scramble(s->seed ^ i << 24, set) % 100000;
	bgp_path_set(a, asns, n);
}

/* The prefix n places behind the first, in steps of its own size. */
static struct ip_prefix
neighbour(const struct ip_prefix *first, uint64_t n)
{
	struct ip_prefix p = *first;

	for (int bit = p.len - 1; bit >= 0 && n > 0; bit--, n >>= 1) {
		unsigned int mask = 0x80u >> bit % 8;
		unsigned int sum = ((p.addr.bytes[bit / 8] & mask) != 0) +
				   (unsigned int)(n & 1);

		p.addr.bytes[bit / 8] =
		    (uint8_t)((p.addr.bytes[bit / 8] & ~mask) |
			      (sum & 1 ? mask : 0));
		n += sum & 2; /* carried to the next bit */
	}
	return p;
}

static void
from_generator(struct ixpeer_routes *r, const struct ixpeer_robot_conf *conf,
	       const struct ixpeer_source *s)
{
	uint64_t begin =
	    s->skip + (conf->dealt ? (uint64_t)conf->share * s->count : 0);

	for (uint32_t done = 0, n; done < s->count; done += n) {
		struct bgp_attrs *a = bgp_attrs_new();
		struct ip_prefix *p;

		n = s->count - done < s->share ? s->count - done : s->share;
		p = xreallocarray(NULL, n, sizeof *p);
		for (uint32_t i = 0; i < n; i++)
			p[i] = neighbour(&s->first,
					 (begin + done + i) * s->step_by);
		invent_path(a, s, conf->bgp.local_as,
			    (uint32_t)((begin + done) / s->share));
		dress(a, &s->step);
		push(r, a, p, n, 0);
	}
}

static int
by_attrs(const void *a, const void *b)
{
	const struct ixpeer_dump_route *x = a, *y = b;

	if (x->prefix.addr.family != y->prefix.addr.family)
		return x->prefix.addr.family < y->prefix.addr.family ? -1 : 1;
	if (x->attrs != y->attrs)
		return x->attrs < y->attrs ? -1 : 1;
	if (x->path_id != y->path_id)
		return x->path_id < y->path_id ? -1 : 1;
	return ip_prefix_cmp(&x->prefix, &y->prefix);
}

static bool
together(const struct ixpeer_dump_route *x, const struct ixpeer_dump_route *y)
{
	return x->attrs == y->attrs && x->path_id == y->path_id &&
	       x->prefix.addr.family == y->prefix.addr.family;
}

/* n routes, sorted here, as sets. */
static void
add_sets(struct ixpeer_routes *r, const struct ixpeer_dump *d,
	 const struct ixpeer_source *s, struct ixpeer_dump_route *list,
	 size_t n)
{
	qsort(list, n, sizeof *list, by_attrs);
	for (size_t i = 0, k; i < n; i += k) {
		struct bgp_attrs *a = d->attrs[list[i].attrs];
		struct ip_prefix *p;

		for (k = 1; i + k < n && together(&list[i], &list[i + k]);)
			k++;
		p = xreallocarray(NULL, k, sizeof *p);
		for (size_t j = 0; j < k; j++)
			p[j] = list[i + j].prefix;
		if (s->step.attrs) {
			a = bgp_attrs_clone(a);
			dress(a, &s->step);
		} else {
			bgp_attrs_ref(a);
		}
		push(r, a, p, k, list[i].path_id)->prepend = true;
	}
}

static int
from_mrt(struct ixpeer_routes *r, const struct ixpeer_robot_conf *conf,
	 const struct ixpeer_source *s, struct ixpeer_dumps *dumps,
	 struct err *e)
{
	const struct ixpeer_dump *d = ixpeer_dump_get(dumps, s, e);
	struct ixpeer_dump_route *list;
	size_t begin = s->skip, n;

	if (d == NULL)
		return -1;
	if (conf->dealt && s->count > 0)
		begin += (size_t)conf->share * s->count;
	if (begin > d->n)
		begin = d->n;
	n = d->n - begin;
	if (s->count > 0 && s->count < n)
		n = s->count;
	if (n == 0)
		return 0;
	list = xreallocarray(NULL, n, sizeof *list);
	memcpy(list, d->routes + begin, n * sizeof *list);
	add_sets(r, d, s, list, n);
	free(list);
	return 0;
}

int
ixpeer_routes_make(struct ixpeer_routes *r,
		   const struct ixpeer_robot_conf *conf,
		   struct ixpeer_dumps *dumps, struct err *e)
{
	for (size_t i = 0; i < conf->n_announce; i++) {
		const struct ixpeer_source *s = &conf->announce[i];
		int rc = 0;

		switch (s->from) {
		case IXPEER_FROM_LIST: from_list(r, conf, s); break;
		case IXPEER_FROM_GENERATOR: from_generator(r, conf, s); break;
		case IXPEER_FROM_MRT:
			rc = from_mrt(r, conf, s, dumps, e);
			break;
		}
		if (rc < 0)
			return err_in(e, "%s:%d:%d", conf->file, s->line,
				      s->col);
	}
	return 0;
}
