/* policy_set_prefix: bogons, black lists, white lists. */
#include <stdlib.h>

#include "base/str.h"
#include "rs/policy/policy_conf.h"

int
policy_set_prefix(struct policy_conf *c, const struct yaml *y,
		  const struct policy_key *k)
{
	(void)k;
	return yaml_addr(c->doc, y, IP_NONE, &c->prefix->prefix.addr, c->e);
}

static int
set_length(struct policy_conf *c, const struct yaml *y,
	   const struct policy_key *k, uint8_t *out)
{
	uint32_t v;

	if (yaml_u32(c->doc, y, k->min, k->max, &v, c->e) < 0)
		return -1;
	*out = (uint8_t)v;
	return 0;
}

int
policy_set_length(struct policy_conf *c, const struct yaml *y,
		  const struct policy_key *k)
{
	c->has_length = true;
	return set_length(c, y, k, &c->prefix->prefix.len);
}

int
policy_set_exact(struct policy_conf *c, const struct yaml *y,
		 const struct policy_key *k)
{
	(void)k;
	return yaml_bool(c->doc, y, &c->exact, c->e);
}

int
policy_set_ge(struct policy_conf *c, const struct yaml *y,
	      const struct policy_key *k)
{
	return set_length(c, y, k, &c->prefix->ge);
}

int
policy_set_le(struct policy_conf *c, const struct yaml *y,
	      const struct policy_key *k)
{
	return set_length(c, y, k, &c->prefix->le);
}

int
policy_set_comment(struct policy_conf *c, const struct yaml *y,
		   const struct policy_key *k)
{
	const char *text;

	(void)k;
	if (yaml_str(c->doc, y, &text, c->e) < 0)
		return -1;
	free(c->prefix->comment);
	c->prefix->comment = xstrdup(text);
	str_clean(c->prefix->comment);
	return 0;
}

static int
prefix_finish(struct policy_conf *c, const struct yaml *y)
{
	struct policy_prefix *p = c->prefix;
	unsigned int bits = ip_bits(p->prefix.addr.family);
	bool window = yaml_get(y, "ge") || yaml_get(y, "le");

	if (p->prefix.addr.family == IP_NONE)
		return yaml_err(c->doc, y, c->e, "a prefix entry needs prefix");
	if (!c->has_length)
		return yaml_err(c->doc, y, c->e, "a prefix entry needs length");
	if (p->prefix.len > bits || p->ge > bits || p->le > bits)
		return yaml_err(c->doc, y, c->e,
				"a length is beyond the %u bits of the address",
				bits);
	struct ip_prefix normal = ip_prefix_of(&p->prefix.addr, p->prefix.len);
	if (!ip_addr_eq(&normal.addr, &p->prefix.addr))
		return yaml_err(c->doc, yaml_get(y, "prefix"), c->e,
				"the address has bits set beyond length %u",
				p->prefix.len);
	if (c->exact && window)
		return yaml_err(c->doc, y, c->e,
				"exact leaves no room for ge and le");
	if (p->ge == 0)
		p->ge = p->prefix.len;
	if (p->le == 0)
		p->le = c->exact ? p->prefix.len : (uint8_t)bits;
	if (p->ge < p->prefix.len || p->ge > p->le)
		return yaml_err(
		    c->doc, y, c->e,
		    "length %u, ge %u and le %u are not in ascending order",
		    p->prefix.len, p->ge, p->le);
	return 0;
}

/* One entry into place; it is in its list already, so that nothing is lost. */
static int
prefix_read(struct policy_conf *c, const struct policy_key_table *t,
	    const struct yaml *y, struct policy_prefix *p)
{
	*p = (struct policy_prefix){.comment = xstrdup("")};
	c->prefix = p;
	c->has_length = c->exact = false;
	if (policy_conf_walk(c, t, y, POLICY_KEY_GENERAL) < 0)
		return -1;
	return prefix_finish(c, y);
}

static int
add_prefixes(struct policy_conf *c, const struct yaml *y, const char *what,
	     struct policy_prefixes *l)
{
	if (yaml_want(c->doc, y, YAML_LIST, what, c->e) < 0)
		return -1;
	l->items = xreallocarray(l->items, l->n + y->n, sizeof(*l->items));
	for (size_t i = 0; i < y->n; i++)
		if (prefix_read(c, &policy_keys_prefix, y->items[i],
				&l->items[l->n++]) < 0)
			return -1;
	return 0;
}

int
policy_set_black_list(struct policy_conf *c, const struct yaml *y,
		      const struct policy_key *k)
{
	return add_prefixes(c, y, k->path,
			    c->client != NULL ? &c->settings->black_list
					      : &c->p->black_list);
}

int
policy_set_bogons(struct policy_conf *c, const struct yaml *y,
		  const struct policy_key *k)
{
	return add_prefixes(c, y, k->path, &c->p->bogons);
}

/* ---- white lists */

int
policy_set_white_prefixes(struct policy_conf *c, const struct yaml *y,
			  const struct policy_key *k)
{
	return add_prefixes(c, y, k->path, &c->client->white_prefixes);
}

int
policy_set_route_asn(struct policy_conf *c, const struct yaml *y,
		     const struct policy_key *k)
{
	(void)k;
	c->route->any_asn = false;
	return yaml_u32(c->doc, y, 1, UINT32_MAX - 1, &c->route->asn, c->e);
}

int
policy_set_white_routes(struct policy_conf *c, const struct yaml *y,
			const struct policy_key *k)
{
	struct policy_client *me = c->client;

	if (yaml_want(c->doc, y, YAML_LIST, k->path, c->e) < 0)
		return -1;
	me->white_routes =
	    xreallocarray(me->white_routes, me->n_white_routes + y->n,
			  sizeof(*me->white_routes));
	for (size_t i = 0; i < y->n; i++) {
		c->route = &me->white_routes[me->n_white_routes++];
		*c->route = (struct policy_route){.any_asn = true};
		if (prefix_read(c, &policy_keys_route, y->items[i],
				&c->route->prefix) < 0)
			return -1;
	}
	return 0;
}
