/*
 * policy_origin: may this client announce that prefix of that origin?
 *
 * The registry's word on a client is its filter: AS numbers and, through their
 * route objects, prefixes. An operator adds to both by white lists. Then, as
 * arouteserver does it:
 *
 *	the origin is fine when the filter or white_list_asn has it
 *	the prefix is fine when the filter (with allow_longer_prefixes: one around
 *	it) or white_list_pref has it
 *	both count as fine when the origin is, and a ROA, or ARIN's or
 *	Registro.br's data name prefix and origin; or when white_list_route does
 *
 * and enforce_origin_in_as_set and enforce_prefix_in_as_set reject what is not.
 * With tag_as_set the findings are marked, whether they are enforced or not. A
 * client without a filter (it was not wanted) has nothing in it.
 *
 * A blackhole route must lie inside what the client may announce (RFC 7999 3.3):
 * its prefix is fine when a shorter one is, in any of these data. Where the
 * prefix is not enforced, anything goes that is announced, and so does any
 * blackhole; but not one that ROAs give to another AS when origins are validated.
 *
 * ASPA looks at the path alone. A path with a set cannot be verified and is
 * invalid (draft-ietf-sidrops-aspa-verification).
 */
#include <stdlib.h>

#include "base/str.h"
#include "rs/policy/policy_priv.h"

/* ---- registries */

/* The entry has the prefix; for a blackhole, or holds one around it. */
static bool
is_in(const struct policy_prefix *e, const struct ip_prefix *p, bool longer)
{
	return ip_prefix_covers(&e->prefix, p) && p->len >= e->ge &&
	       (longer || p->len <= e->le);
}

static bool
is_white_prefix(const struct policy_client *c, const struct ip_prefix *p,
		bool longer)
{
	for (size_t i = 0; i < c->white_prefixes.n; i++)
		if (is_in(&c->white_prefixes.items[i], p, longer))
			return true;
	return false;
}

static bool
is_white_route(const struct policy_client *c, const struct ip_prefix *p,
	       uint32_t origin, bool longer)
{
	for (size_t i = 0; i < c->n_white_routes; i++) {
		const struct policy_route *r = &c->white_routes[i];
		if ((r->any_asn || r->asn == origin) &&
		    is_in(&r->prefix, p, longer))
			return true;
	}
	return false;
}

/* Pairs of prefix and origin stand for route objects. */
static bool
names(const struct rpki *t, const struct ip_prefix *p, uint32_t origin,
      bool longer)
{
	if (t == NULL)
		return false;
	return longer ? rpki_covers(t, p, origin)
		      : rpki_validate(t, p, origin) == RPKI_VALID;
}

struct findings {
	bool origin, prefix; /* in the client's set */
	uint16_t via;	     /* POLICY_MARK_VIA_: what made both fine */
};

static void
find(struct findings *f, const struct policy *p, const struct policy_client *c,
     const struct ip_prefix *prefix, uint32_t origin, bool blackhole)
{
	bool longer = blackhole || p->allow_longer_prefixes;
	const struct rpki *roas =
	    p->roas_as_routes || blackhole ? p->rpki : NULL;

	f->origin = policy_asn_in(origin, c->white_asns, c->n_white_asns) ||
		    (c->irr != NULL && irr_filter_has_asn(c->irr, origin));
	f->prefix =
	    is_white_prefix(c, prefix, blackhole) ||
	    (c->irr != NULL && irr_filter_has_prefix(c->irr, prefix, longer));
	if (f->origin && names(roas, prefix, origin, longer))
		f->via |= POLICY_MARK_VIA_ROA;
	if (f->origin && names(p->arin, prefix, origin, longer))
		f->via |= POLICY_MARK_VIA_ARIN;
	if (f->origin && names(p->registrobr, prefix, origin, longer))
		f->via |= POLICY_MARK_VIA_REGISTROBR;
	if (f->via == 0 && is_white_route(c, prefix, origin, blackhole))
		f->via |= POLICY_MARK_VIA_WHITE_LIST;
}

static uint16_t
marks_of(const struct findings *f)
{
	return (uint16_t)((f->origin ? POLICY_MARK_ORIGIN_IN_SET
				     : POLICY_MARK_ORIGIN_NOT_IN_SET) |
			  (f->prefix ? POLICY_MARK_PREFIX_IN_SET
				     : POLICY_MARK_PREFIX_NOT_IN_SET) |
			  f->via);
}

/* ROAs give it to others. */
static bool
is_foreign(const struct policy *p, const struct ip_prefix *prefix,
	   uint32_t origin)
{
	return p->rov && p->rpki != NULL &&
	       rpki_validate(p->rpki, prefix, origin) == RPKI_INVALID &&
	       !rpki_covers(p->rpki, prefix, origin);
}

enum policy_reason
policy_origin_check(const struct policy *p, const struct policy_client *c,
		    const struct ip_prefix *prefix, uint32_t origin,
		    bool blackhole, uint16_t *marks)
{
	const struct policy_settings *set = &c->settings;
	struct findings f = {0};

	if (!blackhole && !set->enforce_origin && !set->enforce_prefix &&
	    !p->tag_as_set)
		return POLICY_ACCEPTED;
	if (blackhole && is_foreign(p, prefix, origin))
		return POLICY_BLACKHOLE_FOREIGN;
	find(&f, p, c, prefix, origin, blackhole);
	if (set->enforce_origin && !f.origin && f.via == 0)
		return POLICY_ORIGIN_NOT_IN_SET;
	if (set->enforce_prefix && !f.prefix && f.via == 0)
		return blackhole ? POLICY_BLACKHOLE_FOREIGN
				 : POLICY_PREFIX_NOT_IN_SET;
	if (p->tag_as_set)
		*marks |= marks_of(&f);
	return POLICY_ACCEPTED;
}

/* ---- ASPA */

/* The path without repetitions, neighbour first: an array the caller frees. */
static uint32_t *
path_of(const struct bgp_attrs *a, size_t *n)
{
	struct bgp_path_walk w = bgp_path_walk(a);
	uint32_t *path = xcalloc(a->path_len / 4 + 1, sizeof(*path));

	*n = 0;
	while (bgp_path_next(&w))
		if (*n == 0 || path[*n - 1] != w.asn)
			path[(*n)++] = w.asn;
	return path;
}

enum rpki_state
policy_aspa_state(const struct policy *p, const struct bgp_attrs *a)
{
	size_t n;

	if (!p->aspa || p->rpki == NULL)
		return RPKI_NOT_FOUND;
	if (bgp_path_has_set(a))
		return RPKI_INVALID;
	uint32_t *path = path_of(a, &n);
	enum rpki_state s = rpki_aspa_verify(p->rpki, path, n);
	free(path);
	return s;
}

bool
policy_aspa_leak(const struct policy *p, const struct bgp_attrs *a,
		 uint32_t *customer, uint32_t *provider)
{
	bool found = false;
	size_t n;

	if (p->rpki == NULL)
		return false;
	uint32_t *path = path_of(a, &n);
	for (size_t i = n; i > 1 && !found; i--)
		if (rpki_aspa_verify(p->rpki, &path[i - 2], 2) ==
		    RPKI_INVALID) {
			found = true;
			*customer = path[i - 1];
			*provider = path[i - 2];
		}
	free(path);
	return found;
}
