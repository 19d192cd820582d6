/* policy_set_community: templates by function, by name and by cause. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/policy/policy_conf.h"

/* A macro that a function needs stands in the last part, and nowhere else; one
 * that it does not need stands nowhere. */
static int
check_macro(struct policy_conf *c, const struct yaml *y,
	    const struct policy_template *t, int kind, bool needed,
	    const char *word)
{
	bool last = false, early = false;

	for (unsigned int i = 0; i < t->n; i++)
		if ((int)t->part[i].kind == kind)
			*(i == t->n - 1 ? &last : &early) = true;
	if (!needed && (last || early))
		return yaml_err(c->doc, y, c->e, "%s has no place in %s", word,
				c->community_name);
	if (needed && (early || !last))
		return yaml_err(c->doc, y, c->e,
				"%s must be the last part, and only that",
				word);
	return 0;
}

static int
template_keep(struct policy_conf *c, const struct yaml *y,
	      struct policy_template *t)
{
	if (check_macro(c, y, t, POLICY_PART_PEER,
			c->community_macro == POLICY_MACRO_PEER,
			"peer_as") < 0 ||
	    check_macro(c, y, t, POLICY_PART_DYN,
			c->community_macro == POLICY_MACRO_DYN, "dyn_val") < 0)
		return -1;
	c->seen = xreallocarray(c->seen, c->n_seen + 1, sizeof(*c->seen));
	c->seen[c->n_seen++] = (struct policy_seen){
	    t, c->community_name, y, c->community_way, c->community};
	return 0;
}

static int
template_bad(struct policy_conf *c, const struct yaml *y, const char *text,
	     const char *kind, const char *form)
{
	char shown[48];

	snprintf(shown, sizeof(shown), "%s", text);
	str_clean(shown);
	return yaml_err(c->doc, y, c->e,
			"\"%s\" is no %s community: write %s of numbers, "
			"rs_as, peer_as or dyn_val",
			shown, kind, form);
}

int
policy_set_std(struct policy_conf *c, const struct yaml *y,
	       const struct policy_key *k)
{
	struct policy_template *t = &c->community->std;
	const char *text;

	(void)k;
	if (yaml_str(c->doc, y, &text, c->e) < 0)
		return -1;
	if (!policy_template_parse(text, 2, t))
		return template_bad(c, y, text, "standard", "A:B");
	if (t->part[0].kind == POLICY_PART_NUMBER && t->part[0].value == 65535)
		return yaml_err(c->doc, y, c->e,
				"65535:x is for the well-known communities");
	return template_keep(c, y, t);
}

int
policy_set_lrg(struct policy_conf *c, const struct yaml *y,
	       const struct policy_key *k)
{
	struct policy_template *t = &c->community->lrg;
	const char *text;

	(void)k;
	if (yaml_str(c->doc, y, &text, c->e) < 0)
		return -1;
	if (!policy_template_parse(text, 3, t))
		return template_bad(c, y, text, "large", "A:B:C");
	return template_keep(c, y, t);
}

int
policy_set_ext(struct policy_conf *c, const struct yaml *y,
	       const struct policy_key *k)
{
	struct policy_template *t = &c->community->ext;
	const char *text;

	(void)k;
	if (yaml_str(c->doc, y, &text, c->e) < 0)
		return -1;
	if (!policy_template_parse_ext(text, t))
		return template_bad(c, y, text, "extended", "rt:A:B or ro:A:B");
	return template_keep(c, y, t);
}

/* ---- functions */

static int
community_read(struct policy_conf *c, const struct yaml *y, const char *name,
	       struct policy_community *out, enum policy_way way)
{
	c->community = out;
	c->community_name = name;
	c->community_way = way;
	return policy_conf_walk(c, &policy_keys_community, y,
				POLICY_KEY_GENERAL);
}

static enum policy_way
way_of(enum policy_action action)
{
	if (action < POLICY_TAGS)
		return POLICY_WAY_IN;
	if (action == POLICY_TAG_REJECT_CAUSE ||
	    action == POLICY_TAG_REJECTED_BY)
		return POLICY_WAY_INTERNAL;
	return POLICY_WAY_OUT;
}

int
policy_set_community(struct policy_conf *c, const struct yaml *y,
		     const struct policy_key *k)
{
	c->community_macro = (int)k->min;
	return community_read(c, y, strchr(k->path, '.') + 1,
			      &c->p->communities[k->offset],
			      way_of((enum policy_action)k->offset));
}

/* ---- by cause */

static bool
cause_is_known(uint32_t cause)
{
	if ((cause >= 1 && cause <= 15) || cause == 65535)
		return true; /* arouteserver's list */
	for (int r = 1; r < POLICY_REASONS; r++)
		if (policy_reason_cause((enum policy_reason)r) == cause)
			return true;
	return false;
}

int
policy_set_cause_map(struct policy_conf *c, const struct yaml *y,
		     const struct policy_key *k)
{
	struct policy *p = c->p;

	if (yaml_want(c->doc, y, YAML_MAP, k->path, c->e) < 0)
		return -1;
	p->causes = xcalloc(y->n, sizeof(*p->causes));
	for (size_t i = 0; i < y->n; i++) {
		const struct yaml *in = y->items[i];
		struct policy_cause *cause = &p->causes[p->n_causes++];
		if (!str_to_u32(in->key, 0, UINT16_MAX, &cause->cause) ||
		    !cause_is_known(cause->cause))
			return err_at(
			    c->e, c->doc->file, in->key_line, in->key_col,
			    "the keys of reject_cause_map are numbers "
			    "of causes, 1 to 15");
		c->community_macro = POLICY_MACRO_NONE;
		if (!yaml_is_null(in) &&
		    community_read(c, in, "reject_cause_map", &cause->community,
				   POLICY_WAY_CAUSE) < 0)
			return -1;
	}
	return 0;
}

/* ---- by name */

static bool
name_is_taken(const char *name)
{
	const struct policy_key_table *t = &policy_keys_cfg;

	for (size_t i = 0; i < t->n; i++)
		if (str_starts(t->keys[i].path, "communities.") &&
		    strcmp(t->keys[i].path + strlen("communities."), name) == 0)
			return true;
	return false;
}

static int
custom_read(struct policy_conf *c, const struct yaml *y,
	    struct policy_custom *out)
{
	out->name = xstrdup(y->key);
	str_clean(out->name);
	if (strcmp(out->name, y->key) != 0)
		return err_at(c->e, c->doc->file, y->key_line, y->key_col,
			      "\"%s\" is no name: it has characters that do "
			      "not print",
			      out->name);
	if (name_is_taken(out->name))
		return err_at(
		    c->e, c->doc->file, y->key_line, y->key_col,
		    "\"%s\" is the name of a function in communities; "
		    "take another one",
		    out->name);
	if (yaml_is_null(y))
		return 0;
	c->community_macro = POLICY_MACRO_NONE;
	return community_read(c, y, out->name, &out->community,
			      POLICY_WAY_CUSTOM);
}

int
policy_set_custom(struct policy_conf *c, const struct yaml *y,
		  const struct policy_key *k)
{
	struct policy *p = c->p;

	if (yaml_want(c->doc, y, YAML_MAP, k->path, c->e) < 0)
		return -1;
	p->custom = xcalloc(y->n, sizeof(*p->custom));
	for (size_t i = 0; i < y->n; i++)
		if (custom_read(c, y->items[i], &p->custom[p->n_custom++]) < 0)
			return -1;
	return 0;
}
