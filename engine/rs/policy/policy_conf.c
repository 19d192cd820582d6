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

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/policy/policy_priv.h"

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
	if (k->set != NULL && !(k->or_map && y->kind == YAML_MAP)) {
		c->settings->said |= k->said;
		return k->set(c, y, k);
	}
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

const struct yaml *
policy_conf_at(const struct yaml *y, const char *path)
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

struct policy_place
policy_conf_place(const struct yaml *y)
{
	return (struct policy_place){y->line, y->col};
}

/* ---- the files */

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
	c->p->files->general = xstrdup(c->doc->file);
	if (root_walk(c, &policy_keys_root_general, "cfg") < 0)
		return -1;
	const struct yaml *cfg = yaml_get(c->doc->root, "cfg");
	if (c->p->rs_as == 0)
		return yaml_err(c->doc, cfg, c->e, "cfg needs rs_as");
	if (c->p->router_id == 0)
		return yaml_err(c->doc, cfg, c->e, "cfg needs router_id");
	if (policy_rules_general(c, cfg) < 0 ||
	    policy_rules_settings(c, cfg) < 0)
		return -1;
	return policy_rules_communities(c);
}

static struct policy *
policy_defaults(void)
{
	struct policy *p = xcalloc(1, sizeof(*p));

	p->settings = (struct policy_settings){
	    .passive = true,
	    .role = 1, /* route server, RFC 9234 4.1 */
	    .enforce_origin = true,
	    .enforce_prefix = true,
	    .reject_rov_invalid = true,
	    .reject_aspa_invalid = true,
	    .blackhole_announce = true,
	    .restart_after = 15,
	    .count_rejected = true,
	    .max_peering_db = true,
	    .max_absolute = 100,
	    .max_relative = 15,
	    .reject_invalid_as = true,
	    .next_hop = POLICY_NH_STRICT,
	    .max_as_path_len = 32,
	    .min_len = {8, 12},
	    .max_len = {24, 48},
	};
	p->path_hiding = p->tag_as_set = p->blackhole_noexport = true;
	p->files = xcalloc(1, sizeof(*p->files));
	*p->files = (struct policy_files){
	    .never_pdb = true,
	    .roas.max_age = 21600,
	    .aspas.max_age = 21600,
	    .general_limit = {170000, 12000},
	};
	return p;
}

static int
files_read(struct policy_conf *c, const struct yaml_doc *general,
	   const struct yaml_doc *clients, const struct yaml_doc *bogons)
{
	c->doc = general;
	if (general_read(c) < 0)
		return -1;
	c->doc = clients;
	if (root_walk(c, &policy_keys_root_clients, "clients") < 0)
		return -1;
	policy_rules_clients(c->p);
	c->doc = bogons;
	if (bogons == NULL)
		return 0;
	return root_walk(c, &policy_keys_root_bogons, "bogons");
}

struct policy *
policy_new(const struct yaml_doc *general, const struct yaml_doc *clients,
	   const struct yaml_doc *bogons, struct err *e)
{
	struct policy *p = policy_defaults();
	struct policy_conf c = {.e = e, .p = p, .settings = &p->settings};
	int r = files_read(&c, general, clients, bogons);

	free(c.seen);
	if (r == 0) {
		policy_index_build(p);
		return p;
	}
	policy_free(p);
	return NULL;
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
