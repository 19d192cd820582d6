/*
 * policy_set: the setters that the table of keys names.
 *
 * Each reads one value of the file, checks it alone, and puts it in its place.
 * Ownership: strings and arrays are copied into the policy.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/policy/policy_conf.h"

static void *
field(struct policy_conf *c, const struct policy_key *k)
{
	return (char *)c->settings + k->offset;
}

/* ---- by type */

int
policy_set_bool(struct policy_conf *c, const struct yaml *y,
		const struct policy_key *k)
{
	return yaml_bool(c->doc, y, field(c, k), c->e);
}

int
policy_set_u32(struct policy_conf *c, const struct yaml *y,
	       const struct policy_key *k)
{
	return yaml_u32(c->doc, y, k->min, k->max, field(c, k), c->e);
}

int
policy_set_word(struct policy_conf *c, const struct yaml *y,
		const struct policy_key *k)
{
	size_t i;

	if (yaml_word(c->doc, y, k->words, k->n_words, &i, c->e) < 0)
		return -1;
	*(uint32_t *)field(c, k) = (uint32_t)i;
	return 0;
}

static const char *
last_word(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot != NULL ? dot + 1 : path;
}

int
policy_set_only(struct policy_conf *c, const struct yaml *y,
		const struct policy_key *k)
{
	bool yes, want = strcmp(k->value, "yes") == 0;
	const char *text;

	if (want || strcmp(k->value, "no") == 0) {
		if (yaml_bool(c->doc, y, &yes, c->e) < 0)
			return -1;
		if (yes == want)
			return 0;
	} else {
		if (yaml_str(c->doc, y, &text, c->e) < 0)
			return -1;
		if (strcmp(text, k->value) == 0)
			return 0;
	}
	return err_at(c->e, c->doc->file, y->line, y->col,
		      "ixrs supports `%s` only as %s: %s", last_word(k->path),
		      k->value, k->text);
}

int
policy_set_refused(struct policy_conf *c, const struct yaml *y,
		   const struct policy_key *k)
{
	return err_at(c->e, c->doc->file, y->key_line, y->key_col,
		      "ixrs does not support `%s` yet: %s", last_word(k->path),
		      k->text);
}

/* ---- general */

int
policy_set_rs_as(struct policy_conf *c, const struct yaml *y,
		 const struct policy_key *k)
{
	(void)k;
	return yaml_u32(c->doc, y, 1, UINT32_MAX - 1, &c->p->rs_as, c->e);
}

int
policy_set_router_id(struct policy_conf *c, const struct yaml *y,
		     const struct policy_key *k)
{
	struct ip_addr a;

	(void)k;
	if (y->kind == YAML_LIST)
		return yaml_err(
		    c->doc, y, c->e,
		    "one process has one router_id; start one for each");
	if (yaml_addr(c->doc, y, IP_V4, &a, c->e) < 0)
		return -1;
	c->p->router_id = (uint32_t)a.bytes[0] << 24 | a.bytes[1] << 16 |
			  a.bytes[2] << 8 | a.bytes[3];
	if (c->p->router_id == 0)
		return yaml_err(c->doc, y, c->e, "router_id cannot be 0.0.0.0");
	return 0;
}

int
policy_set_rfc1997(struct policy_conf *c, const struct yaml *y,
		   const struct policy_key *k)
{
	static const char *const words[] = {"pass", "rfc1997"};
	size_t i;

	(void)k;
	if (yaml_word(c->doc, y, words, 2, &i, c->e) < 0)
		return -1;
	c->p->obey_rfc1997 = i == 1;
	return 0;
}

static int
set_template(struct policy_conf *c, const struct yaml *y,
	     const struct policy_key *k, struct policy_template *t,
	     unsigned int n)
{
	const char *text;

	if (yaml_str(c->doc, y, &text, c->e) < 0)
		return -1;
	if (!policy_template_parse(text, n, t))
		return yaml_err(
		    c->doc, y, c->e,
		    "\"%s\" is no %s community: write %s of numbers, rs_as "
		    "or peer_as",
		    text, n == 2 ? "standard" : "large",
		    n == 2 ? "A:B" : "A:B:C");
	c->community[k->offset][n - 2] = y;
	bool peer = false, early = false;
	for (unsigned int i = 0; i < n; i++)
		if (t->part[i].kind == POLICY_PART_PEER)
			*(i == n - 1 ? &peer : &early) = true;
	if (early || peer != (k->offset != POLICY_DENY_ALL))
		return yaml_err(
		    c->doc, y, c->e, "peer_as %s",
		    k->offset == POLICY_DENY_ALL
			? "has no place in a community for everybody"
			: "must be the last part, and only that");
	return 0;
}

int
policy_set_std(struct policy_conf *c, const struct yaml *y,
	       const struct policy_key *k)
{
	return set_template(c, y, k, &c->p->communities[k->offset].std, 2);
}

int
policy_set_lrg(struct policy_conf *c, const struct yaml *y,
	       const struct policy_key *k)
{
	return set_template(c, y, k, &c->p->communities[k->offset].lrg, 3);
}

/* ---- clients */

int
policy_set_asn(struct policy_conf *c, const struct yaml *y,
	       const struct policy_key *k)
{
	(void)k;
	if (yaml_u32(c->doc, y, 1, UINT32_MAX - 1, &c->client->asn, c->e) < 0)
		return -1;
	if (c->client->asn == c->p->rs_as)
		return yaml_err(c->doc, y, c->e,
				"asn %u is the route server's own",
				c->client->asn);
	return 0;
}

static int
add_address(struct policy_conf *c, const struct yaml *y, struct ip_addr **list,
	    size_t *n)
{
	struct ip_addr a;

	if (yaml_addr(c->doc, y, IP_NONE, &a, c->e) < 0)
		return -1;
	*list = xreallocarray(*list, *n + 1, sizeof(**list));
	(*list)[(*n)++] = a;
	return 0;
}

static int
add_addresses(struct policy_conf *c, const struct yaml *y,
	      struct ip_addr **list, size_t *n)
{
	if (y->kind != YAML_LIST)
		return add_address(c, y, list, n);
	for (size_t i = 0; i < y->n; i++)
		if (add_address(c, y->items[i], list, n) < 0)
			return -1;
	return 0;
}

int
policy_set_ip(struct policy_conf *c, const struct yaml *y,
	      const struct policy_key *k)
{
	(void)k;
	return add_addresses(c, y, &c->client->ip, &c->client->n_ip);
}

int
policy_set_addresses(struct policy_conf *c, const struct yaml *y,
		     const struct policy_key *k)
{
	(void)k;
	return add_addresses(c, y, &c->settings->authorized,
			     &c->settings->n_authorized);
}

int
policy_set_description(struct policy_conf *c, const struct yaml *y,
		       const struct policy_key *k)
{
	const char *text;

	(void)k;
	if (yaml_str(c->doc, y, &text, c->e) < 0)
		return -1;
	free(c->client->description);
	c->client->description = xstrdup(text);
	str_clean(c->client->description);
	return 0;
}

/* ---- lists of prefixes */

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

static int
add_prefixes(struct policy_conf *c, const struct yaml *y, const char *what,
	     struct policy_prefixes *l)
{
	if (yaml_want(c->doc, y, YAML_LIST, what, c->e) < 0)
		return -1;
	l->items = xreallocarray(l->items, l->n + y->n, sizeof(*l->items));
	for (size_t i = 0; i < y->n; i++) {
		c->prefix = &l->items[l->n++];
		*c->prefix = (struct policy_prefix){.comment = xstrdup("")};
		c->has_length = c->exact = false;
		if (policy_conf_walk(c, &policy_keys_prefix, y->items[i],
				     POLICY_KEY_GENERAL) < 0 ||
		    prefix_finish(c, y->items[i]) < 0)
			return -1;
	}
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
