/* policy_set_client: the clients and what an AS has in common. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/policy/policy_conf.h"

#define PASSWORD_MAX 80 /* TCP_MD5SIG_MAXKEYLEN */

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

/* ---- addresses */

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
add_range(struct policy_conf *c, const struct yaml *y)
{
	struct policy_client *me = c->client;
	struct ip_prefix range;

	if (yaml_prefix(c->doc, y, IP_NONE, &range, c->e) < 0)
		return -1;
	if (range.len == 0)
		return yaml_err(c->doc, y, c->e,
				"the whole Internet is no range of a client");
	me->range =
	    xreallocarray(me->range, me->n_range + 1, sizeof(*me->range));
	me->range[me->n_range++] = range;
	return 0;
}

static int
add_ip(struct policy_conf *c, const struct yaml *y)
{
	if (y->kind == YAML_SCALAR && strchr(y->text, '/') != NULL)
		return add_range(c, y);
	return add_address(c, y, &c->client->ip, &c->client->n_ip);
}

int
policy_set_ip(struct policy_conf *c, const struct yaml *y,
	      const struct policy_key *k)
{
	(void)k;
	if (y->kind != YAML_LIST)
		return add_ip(c, y);
	for (size_t i = 0; i < y->n; i++)
		if (add_ip(c, y->items[i]) < 0)
			return -1;
	return 0;
}

int
policy_set_addresses(struct policy_conf *c, const struct yaml *y,
		     const struct policy_key *k)
{
	struct policy_settings *s = c->settings;

	if (yaml_want(c->doc, y, YAML_LIST, k->path, c->e) < 0)
		return -1;
	for (size_t i = 0; i < y->n; i++)
		if (add_address(c, y->items[i], &s->authorized,
				&s->n_authorized) < 0)
			return -1;
	return 0;
}

/* ---- words */

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

/* No sentence shows what stands there. */
int
policy_set_password(struct policy_conf *c, const struct yaml *y,
		    const struct policy_key *k)
{
	(void)k;
	if (y->kind != YAML_SCALAR)
		return yaml_err(c->doc, y, c->e, "a password is a text");
	if (*y->text == '\0')
		return 0;
	if (strlen(y->text) > PASSWORD_MAX)
		return yaml_err(c->doc, y, c->e,
				"a password has at most %d bytes, this one %zu",
				PASSWORD_MAX, strlen(y->text));
	c->client->password = xstrdup(y->text);
	return 0;
}

static int
attach_one(struct policy_conf *c, const struct yaml *y)
{
	struct policy_client *me = c->client;
	const char *name;
	char shown[64];
	size_t i;

	if (yaml_str(c->doc, y, &name, c->e) < 0)
		return -1;
	for (i = 0; i < c->p->n_custom; i++)
		if (strcmp(c->p->custom[i].name, name) == 0)
			break;
	if (i == c->p->n_custom) {
		snprintf(shown, sizeof(shown), "%s", name);
		str_clean(shown);
		return yaml_err(c->doc, y, c->e,
				"\"%s\" is not in custom_communities of the "
				"general file",
				shown);
	}
	for (size_t j = 0; j < me->n_custom; j++)
		if (me->custom[j] == i)
			return 0;
	me->custom =
	    xreallocarray(me->custom, me->n_custom + 1, sizeof(*me->custom));
	me->custom[me->n_custom++] = i;
	return 0;
}

int
policy_set_attach(struct policy_conf *c, const struct yaml *y,
		  const struct policy_key *k)
{
	if (yaml_want(c->doc, y, YAML_LIST, k->path, c->e) < 0)
		return -1;
	for (size_t i = 0; i < y->n; i++)
		if (attach_one(c, y->items[i]) < 0)
			return -1;
	return 0;
}

int
policy_set_white_asns(struct policy_conf *c, const struct yaml *y,
		      const struct policy_key *k)
{
	(void)k;
	return policy_read_asns(c, y, &c->client->white_asns,
				&c->client->n_white_asns);
}

/* ---- AS-SETs: RFC 2622 5, with the source that bgpq4 and arouteserver take */

static bool
part_is_asn(const char *s, size_t len)
{
	char word[12];
	unsigned int v;

	if (len < 3 || len >= sizeof(word) + 2)
		return false;
	memcpy(word, s + 2, len - 2);
	word[len - 2] = '\0';
	return strncmp(s, "AS", 2) == 0 && str_to_u32(word, 0, UINT32_MAX, &v);
}

static bool
part_is_set(const char *s, size_t len)
{
	if (len < 4 || strncmp(s, "AS-", 3) != 0 ||
	    !isalnum((unsigned char)s[len - 1]))
		return false;
	for (size_t i = 3; i < len; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '_' && s[i] != '-')
			return false;
	return true;
}

static bool
name_is_good(const char *s)
{
	bool set = false;

	if (part_is_asn(s, strlen(s)))
		return true;
	for (;;) {
		size_t len = strcspn(s, ":");
		if (part_is_set(s, len))
			set = true;
		else if (!part_is_asn(s, len))
			return false;
		if (s[len] == '\0')
			return set;
		s += len + 1;
	}
}

char *
policy_as_set_name(const char *text, size_t len)
{
	char *name = xstrndup(text, len), *body = strstr(name, "::");
	bool good = len < 256;

	for (char *s = name; *s != '\0'; s++)
		*s = (char)toupper((unsigned char)*s);
	for (const char *s = name; body != NULL && s < body; s++)
		good &= isalnum((unsigned char)*s) || *s == '-' || *s == '_';
	good &= body != name && name_is_good(body != NULL ? body + 2 : name);
	if (good)
		return name;
	free(name);
	return NULL;
}

static int
as_set_add(struct policy_conf *c, const struct yaml *y, char ***list, size_t *n)
{
	const char *text;
	char shown[64];

	if (yaml_str(c->doc, y, &text, c->e) < 0)
		return -1;
	char *name = policy_as_set_name(text, strlen(text));
	if (name == NULL) {
		snprintf(shown, sizeof(shown), "%s", text);
		str_clean(shown);
		return yaml_err(c->doc, y, c->e,
				"\"%s\" is no AS-SET, such as AS-EXAMPLE, "
				"AS65001:AS-CUSTOMERS or RIPE::AS-EXAMPLE",
				shown);
	}
	*list = xreallocarray(*list, *n + 1, sizeof(**list));
	(*list)[(*n)++] = name;
	return 0;
}

int
policy_set_as_sets(struct policy_conf *c, const struct yaml *y,
		   const struct policy_key *k)
{
	char ***list = c->as ? &c->as->as_sets : &c->client->as_sets;
	size_t *n = c->as ? &c->as->n_as_sets : &c->client->n_as_sets;

	if (yaml_want(c->doc, y, YAML_LIST, k->path, c->e) < 0)
		return -1;
	for (size_t i = 0; i < y->n; i++)
		if (as_set_add(c, y->items[i], list, n) < 0)
			return -1;
	return 0;
}

int
policy_set_as_entries(struct policy_conf *c, const struct yaml *y,
		      const struct policy_key *k)
{
	struct policy_files *f = c->p->files;
	int r = 0;

	if (yaml_want(c->doc, y, YAML_MAP, k->path, c->e) < 0)
		return -1;
	f->asns = xcalloc(y->n, sizeof(*f->asns));
	for (size_t i = 0; i < y->n && r == 0; i++) {
		const struct yaml *as = y->items[i];
		c->as = &f->asns[f->n_asns++];
		if (strncmp(as->key, "AS", 2) != 0 ||
		    !str_to_u32(as->key + 2, 1, UINT32_MAX - 1, &c->as->asn))
			r = err_at(c->e, c->doc->file, as->key_line,
				   as->key_col,
				   "the keys of asns are AS numbers, such as "
				   "AS65001");
		else if (!yaml_is_null(as))
			r = policy_conf_walk(c, &policy_keys_as, as,
					     POLICY_KEY_GENERAL);
	}
	c->as = NULL;
	return r;
}

/* ---- a client */

static bool
ranges_meet(const struct ip_prefix *a, const struct ip_prefix *b)
{
	return ip_prefix_covers(a, b) || ip_prefix_covers(b, a);
}

static int
client_duplicates(struct policy_conf *c, const struct yaml *y)
{
	char a[IP_PREFIXSTRLEN];
	const struct policy_client *me = c->client, *o;
	const struct yaml *ip = yaml_get(y, "ip");

	for (o = c->p->clients; o <= me; o++) {
		for (size_t i = 0; i < me->n_ip; i++)
			for (size_t j = 0; j < (o == me ? i : o->n_ip); j++)
				if (ip_addr_eq(&me->ip[i], &o->ip[j]))
					return yaml_err(
					    c->doc, ip, c->e,
					    "address %s belongs to client %s "
					    "already",
					    ip_addr_print(&o->ip[j], a), o->id);
		for (size_t i = 0; i < me->n_range; i++)
			for (size_t j = 0; j < (o == me ? i : o->n_range); j++)
				if (ranges_meet(&me->range[i], &o->range[j]))
					return yaml_err(
					    c->doc, ip, c->e,
					    "range %s of client %s overlaps",
					    ip_prefix_print(&o->range[j], a),
					    o->id);
	}
	return 0;
}

static void
client_number(struct policy *p, struct policy_client *me)
{
	unsigned int nth = 1;

	for (const struct policy_client *o = p->clients; o < me; o++)
		nth += o->asn == me->asn;
	snprintf(me->id, sizeof(me->id), "AS%u_%u", me->asn, nth);
}

static int
client_read(struct policy_conf *c, const struct yaml *y)
{
	if (policy_conf_walk(c, &policy_keys_client, y, POLICY_KEY_GENERAL) < 0)
		return -1;
	if (c->client->asn == 0)
		return yaml_err(c->doc, y, c->e, "a client needs asn");
	if (c->client->n_ip + c->client->n_range == 0)
		return yaml_err(c->doc, y, c->e, "a client needs ip");
	client_number(c->p, c->client);
	const struct yaml *cfg = yaml_get(y, "cfg");
	if (policy_rules_settings(c, cfg != NULL ? cfg : y) < 0)
		return -1;
	return client_duplicates(c, y);
}

static void
settings_copy(struct policy_settings *to, const struct policy_settings *from)
{
	*to = *from;
	to->authorized = NULL;
	to->n_authorized = 0;
	to->black_list = (struct policy_prefixes){0};
}

int
policy_set_clients(struct policy_conf *c, const struct yaml *y,
		   const struct policy_key *k)
{
	struct policy *p = c->p;
	int r = 0;

	if (yaml_want(c->doc, y, YAML_LIST, k->path, c->e) < 0)
		return -1;
	p->clients = xcalloc(y->n, sizeof(*p->clients));
	for (size_t i = 0; i < y->n && r == 0; i++) {
		c->client = &p->clients[p->n_clients++];
		c->settings = &c->client->settings;
		settings_copy(c->settings, &p->settings);
		r = client_read(c, y->items[i]);
	}
	c->client = NULL;
	c->settings = &p->settings;
	return r;
}
