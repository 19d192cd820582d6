/*
 * policy_conf: from the files' trees to a struct policy.
 *
 * A walk down each tree looks every key up in its table (policy_keys.c) and
 * calls the setter that stands there. The general file is read first; a client
 * starts with a copy of the general settings, so that what its own cfg says
 * wins. Checks that need more than one key come at the end, and each knows where
 * in which file to point.
 */
#include "rs/policy/policy_conf.h"
#include "rs/policy/policy_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* ---- the walk */

static const struct policy_key *
key_find(const struct policy_key_table *t, const char *path)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->keys[i].path, path) == 0)
			return &t->keys[i];
	return NULL;
}

/* The keys that may stand below a path (its length with the dot), for "did you
 * mean". */
static const char *
key_nearest(const struct policy_key_table *t, const char *path, size_t base,
	    const char *word)
{
	const char **words = xcalloc(t->n, sizeof(*words));
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		const char *p = t->keys[i].path;
		if (strncmp(p, path, base) == 0 &&
		    strchr(p + base, '.') == NULL)
			words[n++] = p + base;
	}
	const char *best = str_nearest(word, words, n);
	free(words);
	return best;
}

static int
key_unknown(struct policy_conf *c, const struct policy_key_table *t,
	    const char *path, size_t base, const struct yaml *y)
{
	const char *near = key_nearest(t, path, base, y->key);
	char shown[80];

	snprintf(shown, sizeof(shown), "%s", path);
	str_clean(shown);
	if (near != NULL)
		return err_at(c->e, c->doc->file, y->key_line, y->key_col,
			      "%s has no key \"%s\"; did you mean \"%s\"?",
			      t->what, shown, near);
	return err_at(c->e, c->doc->file, y->key_line, y->key_col,
		      "%s has no key \"%s\"", t->what, shown);
}

static int walk_level(struct policy_conf *c, const struct policy_key_table *t,
		      const struct yaml *y, unsigned int where,
		      struct str *path);

static int
walk_key(struct policy_conf *c, const struct policy_key_table *t,
	 const struct yaml *y, unsigned int where, struct str *path,
	 size_t base)
{
	const struct policy_key *k = key_find(t, str_text(path));

	if (k == NULL || strchr(y->key, '.') != NULL)
		return key_unknown(c, t, str_text(path), base, y);
	if ((k->where & where) == 0)
		return err_at(c->e, c->doc->file, y->key_line, y->key_col,
			      "\"%s\" belongs in the %s file", k->path,
			      where == POLICY_KEY_CLIENT ? "general"
							 : "clients");
	if (yaml_is_null(y))
		return 0;
	if (k->set != NULL)
		return k->set(c, y, k);
	if (yaml_want(c->doc, y, YAML_MAP, k->path, c->e) < 0)
		return -1;
	str_add(path, ".");
	return walk_level(c, t, y, where, path);
}

static int
walk_level(struct policy_conf *c, const struct policy_key_table *t,
	   const struct yaml *y, unsigned int where, struct str *path)
{
	size_t base = path->len;

	for (size_t i = 0; i < y->n; i++) {
		str_add(path, y->items[i]->key);
		if (walk_key(c, t, y->items[i], where, path, base) < 0)
			return -1;
		path->len = base;
		path->text[base] = '\0';
	}
	return 0;
}

int
policy_conf_walk(struct policy_conf *c, const struct policy_key_table *t,
		 const struct yaml *y, unsigned int where)
{
	struct str path = {0};

	if (yaml_want(c->doc, y, YAML_MAP, t->what, c->e) < 0)
		return -1;
	int r = walk_level(c, t, y, where, &path);
	str_clear(&path);
	return r;
}

/* The node of a dotted path below y, or the nearest one above it. */
static const struct yaml *
node_at(const struct yaml *y, const char *path)
{
	char word[64];

	while (y != NULL && *path != '\0') {
		size_t n = strcspn(path, ".");
		assert(n < sizeof(word));
		memcpy(word, path, n);
		word[n] = '\0';
		const struct yaml *next = yaml_get(y, word);
		if (next == NULL)
			break;
		y = next;
		path += n + (path[n] == '.');
	}
	return y;
}

/* ---- checks over several keys */

static int
check_settings(struct policy_conf *c, const struct yaml *cfg)
{
	const struct policy_settings *s = c->settings;

	for (int i = 0; i < 2; i++)
		if (s->min_len[i] > s->max_len[i])
			return yaml_err(
			    c->doc,
			    node_at(cfg, i ? "filtering.ipv6_pref_len"
					   : "filtering.ipv4_pref_len"),
			    c->e, "min %u is longer than max %u", s->min_len[i],
			    s->max_len[i]);
	if (c->client != NULL && s->next_hop == POLICY_NH_AUTHORIZED &&
	    s->n_authorized == 0)
		return yaml_err(c->doc,
				node_at(cfg, "filtering.next_hop.policy"), c->e,
				"next hop policy authorized_addresses needs "
				"authorized_addresses_list in the client's "
				"filtering.next_hop");
	return 0;
}

static int
check_communities(struct policy_conf *c)
{
	struct policy *p = c->p;

	for (size_t i = 0; i < POLICY_ACTIONS; i++) {
		if (!policy_template_resolve(&p->communities[i].std, p->rs_as))
			return yaml_err(
			    c->doc, c->community[i][0], c->e,
			    "rs_as %u does not fit a standard community; "
			    "remove std and use lrg",
			    p->rs_as);
		policy_template_resolve(&p->communities[i].lrg, p->rs_as);
	}
	return 0;
}

/* ---- the files */

static void
settings_copy(struct policy_settings *to, const struct policy_settings *from)
{
	*to = *from;
	to->authorized = NULL;
	to->n_authorized = 0;
	to->black_list = (struct policy_prefixes){0};
}

static int
root_walk(struct policy_conf *c, const struct policy_key_table *t,
	  const char *key)
{
	if (c->doc->root == NULL || yaml_is_null(c->doc->root))
		return err_at(c->e, c->doc->file, 0, 0,
			      "the file is empty; it needs \"%s\"", key);
	if (yaml_want(c->doc, c->doc->root, YAML_MAP, t->what, c->e) < 0)
		return -1;
	if (yaml_get(c->doc->root, key) == NULL)
		return yaml_err(c->doc, c->doc->root, c->e,
				"%s needs the key \"%s\"", t->what, key);
	return policy_conf_walk(c, t, c->doc->root, POLICY_KEY_GENERAL);
}

static int
general_read(struct policy_conf *c)
{
	if (root_walk(c, &policy_keys_root_general, "cfg") < 0)
		return -1;
	const struct yaml *cfg = yaml_get(c->doc->root, "cfg");
	if (c->p->rs_as == 0)
		return yaml_err(c->doc, cfg, c->e, "cfg needs rs_as");
	if (c->p->router_id == 0)
		return yaml_err(c->doc, cfg, c->e, "cfg needs router_id");
	if (check_settings(c, cfg) < 0)
		return -1;
	return check_communities(c);
}

static struct policy *
policy_defaults(void)
{
	struct policy *p = xcalloc(1, sizeof(*p));

	p->settings = (struct policy_settings){
	    .passive = true,
	    .reject_invalid_as = true,
	    .next_hop = POLICY_NH_STRICT,
	    .max_as_path_len = 32,
	    .min_len = {8, 12},
	    .max_len = {24, 48},
	};
	return p;
}

struct policy *
policy_new(const struct yaml_doc *general, const struct yaml_doc *clients,
	   const struct yaml_doc *bogons, struct err *e)
{
	struct policy *p = policy_defaults();
	struct policy_conf c = {
	    .doc = general, .e = e, .p = p, .settings = &p->settings};

	if (general_read(&c) < 0)
		goto fail;
	c.doc = clients;
	if (root_walk(&c, &policy_keys_root_clients, "clients") < 0)
		goto fail;
	c.doc = bogons;
	if (bogons != NULL &&
	    root_walk(&c, &policy_keys_root_bogons, "bogons") < 0)
		goto fail;
	policy_index_build(p);
	return p;
fail:
	policy_free(p);
	return NULL;
}

/* ---- clients */

static int
client_duplicates(struct policy_conf *c, const struct yaml *y)
{
	char a[IP_ADDRSTRLEN];
	const struct policy_client *me = c->client;

	for (size_t i = 0; i < me->n_ip; i++)
		for (const struct policy_client *o = c->p->clients; o <= me;
		     o++)
			for (size_t j = 0; j < (o == me ? i : o->n_ip); j++)
				if (ip_addr_eq(&me->ip[i], &o->ip[j]))
					return yaml_err(
					    c->doc, yaml_get(y, "ip"), c->e,
					    "address %s belongs to client %s "
					    "already",
					    ip_addr_print(&o->ip[j], a), o->id);
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
	if (c->client->n_ip == 0)
		return yaml_err(c->doc, y, c->e, "a client needs ip");
	client_number(c->p, c->client);
	const struct yaml *cfg = yaml_get(y, "cfg");
	if (check_settings(c, cfg != NULL ? cfg : y) < 0)
		return -1;
	return client_duplicates(c, y);
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

int
policy_set_cfg(struct policy_conf *c, const struct yaml *y,
	       const struct policy_key *k)
{
	(void)k;
	return policy_conf_walk(c, &policy_keys_cfg, y,
				c->client != NULL ? POLICY_KEY_CLIENT
						  : POLICY_KEY_GENERAL);
}

/* ---- the end, and the exception to the bogon AS numbers */

static void
prefixes_clear(struct policy_prefixes *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->items[i].comment);
	free(l->items);
}

static void
settings_clear(struct policy_settings *s)
{
	free(s->authorized);
	prefixes_clear(&s->black_list);
}

void
policy_free(struct policy *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->n_clients; i++) {
		free(p->clients[i].description);
		free(p->clients[i].ip);
		settings_clear(&p->clients[i].settings);
	}
	free(p->clients);
	settings_clear(&p->settings);
	prefixes_clear(&p->bogons);
	prefixes_clear(&p->black_list);
	free(p->allowed);
	policy_index_free(p->index);
	free(p);
}

void
policy_allow_asns(struct policy *p, uint32_t first, uint32_t last)
{
	p->allowed =
	    xreallocarray(p->allowed, p->n_allowed + 1, sizeof(*p->allowed));
	p->allowed[p->n_allowed++] = (struct policy_asns){first, last};
}
