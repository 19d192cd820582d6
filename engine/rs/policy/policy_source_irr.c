/*
 * policy_source_irr: a registry's data become the clients' filters.
 *
 * A client's AS-SETs are those of the files, or PeeringDB's, or else its AS; what
 * they come to is one filter a client, made only where something asks for it.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/policy/policy_conf.h"
#include "rs/policy/policy_priv.h"

bool
policy_source_wants_registry(const struct policy_settings *s)
{
	return s->enforce_origin || s->enforce_prefix;
}

bool
policy_source_wants_tags(const struct policy *p)
{
	bool any = false;

	for (int a = POLICY_TAG_PREFIX_IN_SET; a <= POLICY_TAG_VIA_REGISTROBR;
	     a++)
		any |= policy_has(p, (enum policy_action)a);
	return p->tag_as_set && any;
}

static void
as_set_add(struct policy_client *c, char *name)
{
	c->as_sets =
	    xreallocarray(c->as_sets, c->n_as_sets + 1, sizeof(*c->as_sets));
	c->as_sets[c->n_as_sets++] = name;
}

/* People write what they like: names between blanks and commas are taken, also
 * as AS-X@RIPE, and other words are not. */
static void
as_sets_of_text(struct policy_client *c, const char *text)
{
	while (*text != '\0' && c->n_as_sets < 16) {
		size_t n = strcspn(text, " \t\r\n,;");
		const char *at = memchr(text, '@', n);
		_free_ char *turned =
		    at != NULL
			? xasprintf("%.*s::%.*s", (int)(text + n - at - 1),
				    at + 1, (int)(at - text), text)
			: xstrndup(text, n);
		char *name = policy_as_set_name(turned, strlen(turned));
		if (name != NULL)
			as_set_add(c, name);
		text += n + (text[n] != '\0');
	}
}

int
policy_source_as_sets(struct policy *p, const struct policy_networks *l,
		      struct err *e)
{
	for (size_t i = 0; i < p->n_clients; i++) {
		struct policy_client *c = &p->clients[i];
		if (c->n_as_sets == 0 && p->files->irr_pdb) {
			const struct policy_network *n;
			if (l == NULL)
				return err_at(
				    e, p->files->general, 0, 0,
				    "irrdb.peering_db is yes and client %s has "
				    "no as_sets: give --peering-db FILE, or "
				    "write no",
				    c->id);
			n = policy_networks_find(l, c->asn);
			if (n != NULL && n->as_set != NULL)
				as_sets_of_text(c, n->as_set);
		}
		if (c->n_as_sets == 0)
			as_set_add(c, xasprintf("AS%u", c->asn));
	}
	return 0;
}

/* The default filters are off. */
static int
registry_is_missing(struct policy *p, struct err *e)
{
	bool off = policy_source_wants_tags(p);

	if (off && p->settings.said & POLICY_SAID_TAG)
		return err_at(
		    e, p->files->general, 0, 0,
		    "tag_as_set is yes: give --irr FILE, or write no");
	p->tag_as_set = false;
	for (size_t i = 0; i < p->n_clients; i++) {
		struct policy_settings *s = &p->clients[i].settings;
		bool origin = s->enforce_origin && s->said & POLICY_SAID_ORIGIN;
		bool prefix = s->enforce_prefix && s->said & POLICY_SAID_PREFIX;
		if (origin || prefix)
			return err_at(e, p->files->general, 0, 0,
				      "enforce_%s_in_as_set is yes for client "
				      "%s: give --irr FILE, or write no",
				      origin ? "origin" : "prefix",
				      p->clients[i].id);
		off |= policy_source_wants_registry(s);
		s->enforce_origin = s->enforce_prefix = false;
	}
	if (off)
		policy_note(p, "origins and prefixes are not compared with "
			       "AS-SETs: there is no --irr");
	return 0;
}

static bool
text_is_json(const struct policy_text *t)
{
	size_t i = 0;

	while (i < t->len && isspace((unsigned char)t->text[i]))
		i++;
	return i < t->len && t->text[i] == '{';
}

static void
note_missing(struct policy *p, const struct policy_client *c)
{
	const char *const *names;
	size_t n = irr_filter_missing(c->irr, &names);

	for (size_t i = 0; i < n; i++)
		policy_note(p, "client %s: the registry data have no %s", c->id,
			    names[i]);
}

static void
filters_make(struct policy *p)
{
	bool tags = policy_source_wants_tags(p);

	for (size_t i = 0; i < p->n_clients; i++) {
		struct policy_client *c = &p->clients[i];
		if (!tags && !policy_source_wants_registry(&c->settings))
			continue;
		c->irr = irr_filter_new(p->irr, (const char *const *)c->as_sets,
					c->n_as_sets);
		note_missing(p, c);
	}
}

static int
registry_read(struct policy *p, const struct policy_text *t, struct err *e)
{
	size_t n;
	int line;

	if (text_is_json(t))
		return irr_db_bgpq4(p->irr, t->text, t->len, t->name, e);
	if (irr_db_rpsl(p->irr, t->text, t->len, t->name, e) < 0)
		return -1;
	n = irr_db_malformed(p->irr, &line);
	if (n == 1)
		policy_note(p, "%s:%d: this is malformed and left out", t->name,
			    line);
	else if (n > 1)
		policy_note(p,
			    "%s:%d: this is malformed and left out, as are "
			    "%zu more objects or members",
			    t->name, line, n - 1);
	return 0;
}

int
policy_source_registry(struct policy *p, const struct policy_sources *s,
		       struct err *e)
{
	if (s->n_irr == 0)
		return registry_is_missing(p, e);
	p->irr = irr_db_new();
	for (size_t i = 0; i < s->n_irr; i++)
		if (registry_read(p, &s->irr[i], e) < 0)
			return -1;
	filters_make(p);
	return 0;
}
