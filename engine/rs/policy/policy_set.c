/*
 * policy_set: the setters that the table of keys names.
 *
 * Each reads one value of the file, checks it alone, and puts it in its place.
 * Ownership: strings and arrays are copied into the policy. Here are those by
 * type and those of general.yml; policy_set_client.c, policy_set_prefix.c and
 * policy_set_community.c have the others.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/policy/policy_conf.h"

static void *
field(struct policy_conf *c, const struct policy_key *k)
{
	switch (k->base) {
	case POLICY_IN_SETTINGS: break;
	case POLICY_IN_POLICY: return (char *)c->p + k->offset;
	case POLICY_IN_FILES: return (char *)c->p->files + k->offset;
	}
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
	size_t i, none = k->words[0][0] == '\0'; /* 0 is not to be written */

	if (yaml_word(c->doc, y, k->words + none, k->n_words - none, &i, c->e) <
	    0)
		return -1;
	*(uint32_t *)field(c, k) = (uint32_t)(i + none);
	return 0;
}

static void
text_add(struct policy_texts *l, const char *text)
{
	l->items = xreallocarray(l->items, l->n + 1, sizeof(*l->items));
	l->items[l->n++] = xstrdup(text);
}

int
policy_set_text(struct policy_conf *c, const struct yaml *y,
		const struct policy_key *k)
{
	char **out = field(c, k);
	const char *text;

	if (yaml_str(c->doc, y, &text, c->e) < 0)
		return -1;
	free(*out);
	*out = xstrdup(text);
	return 0;
}

/* One text or a list of them. */
int
policy_set_texts(struct policy_conf *c, const struct yaml *y,
		 const struct policy_key *k)
{
	struct policy_texts *l = field(c, k);
	const char *text;

	if (y->kind != YAML_LIST) {
		if (yaml_str(c->doc, y, &text, c->e) < 0)
			return -1;
		text_add(l, text);
	}
	for (size_t i = 0; y->kind == YAML_LIST && i < y->n; i++) {
		if (yaml_str(c->doc, y->items[i], &text, c->e) < 0)
			return -1;
		text_add(l, text);
	}
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
		      "ixrs does not support `%s`: %s", last_word(k->path),
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
	if (y->kind == YAML_LIST && y->n == 1)
		y = y->items[0];
	else if (y->kind == YAML_LIST)
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

int
policy_set_transit_action(struct policy_conf *c, const struct yaml *y,
			  const struct policy_key *k)
{
	size_t i;

	if (yaml_word(c->doc, y, k->words, k->n_words, &i, c->e) < 0)
		return -1;
	c->p->transit_free_reject = i == 0;
	c->p->transit_free_warn = i == 1;
	return 0;
}

int
policy_set_never_pdb(struct policy_conf *c, const struct yaml *y,
		     const struct policy_key *k)
{
	(void)k;
	c->p->files->never_place = policy_conf_place(y);
	return yaml_bool(c->doc, y, &c->p->files->never_pdb, c->e);
}

int
policy_set_rpki_source(struct policy_conf *c, const struct yaml *y,
		       const struct policy_key *k)
{
	size_t i;

	if (yaml_word(c->doc, y, k->words, k->n_words, &i, c->e) < 0)
		return -1;
	*(uint32_t *)field(c, k) = i == 0 ? POLICY_RPKI_JSON : POLICY_RPKI_RTR;
	return 0;
}

int
policy_set_blackhole_hop(struct policy_conf *c, const struct yaml *y,
			 const struct policy_key *k)
{
	return yaml_addr(c->doc, y, (enum ip_family)k->min, field(c, k), c->e);
}

/* In general it says whether the community is looked at, too. */
int
policy_set_gshut(struct policy_conf *c, const struct yaml *y,
		 const struct policy_key *k)
{
	(void)k;
	if (yaml_bool(c->doc, y, &c->settings->gshut, c->e) < 0)
		return -1;
	if (c->client == NULL)
		c->p->gshut = c->settings->gshut;
	return 0;
}

/* The numbers of RFC 9234 4.1. */
int
policy_set_role(struct policy_conf *c, const struct yaml *y,
		const struct policy_key *k)
{
	static const char *const words[] = {"provider", "rs", "rs-client",
					    "customer", "peer"};
	size_t i;

	(void)k;
	if (yaml_word(c->doc, y, words, sizeof(words) / sizeof(*words), &i,
		      c->e) < 0)
		return -1;
	c->settings->role = (int)i;
	return 0;
}

/* ---- numbers with commas, or a list */

static int
number_add(struct policy_conf *c, const struct yaml *y, const char *text,
	   uint32_t min, uint32_t max, uint32_t **list, size_t *n)
{
	unsigned int v;
	char shown[40];

	if (!str_to_u32(text, min, max, &v)) {
		snprintf(shown, sizeof(shown), "%s", text);
		str_clean(shown);
		return yaml_err(c->doc, y, c->e,
				"expected numbers from %u to %u with commas "
				"between, found \"%s\"",
				min, max, shown);
	}
	*list = xreallocarray(*list, *n + 1, sizeof(**list));
	(*list)[(*n)++] = v;
	return 0;
}

static int
numbers_of_text(struct policy_conf *c, const struct yaml *y, uint32_t min,
		uint32_t max, uint32_t **list, size_t *n)
{
	const char *text;
	int r = 0;

	if (yaml_str(c->doc, y, &text, c->e) < 0)
		return -1;
	_free_ char *copy = xstrdup(text);
	for (char *word, *rest = copy; r == 0 && rest != NULL;) {
		word = strsep(&rest, ",");
		word += strspn(word, " \t\r\n");
		word[strcspn(word, " \t\r\n")] = '\0';
		if (rest != NULL || *word != '\0' || *n == 0)
			r = number_add(c, y, word, min, max, list, n);
	}
	return r;
}

static int
numbers(struct policy_conf *c, const struct yaml *y, uint32_t min, uint32_t max,
	uint32_t **list, size_t *n)
{
	if (y->kind != YAML_LIST)
		return numbers_of_text(c, y, min, max, list, n);
	for (size_t i = 0; i < y->n; i++)
		if (numbers_of_text(c, y->items[i], min, max, list, n) < 0)
			return -1;
	return 0;
}

static int
number_cmp(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

void
policy_asns_sort(uint32_t *asns, size_t *n)
{
	size_t m = 0;

	if (*n == 0)
		return;
	qsort(asns, *n, sizeof(*asns), number_cmp);
	for (size_t i = 0; i < *n; i++)
		if (i == 0 || asns[i] != asns[m - 1])
			asns[m++] = asns[i];
	*n = m;
}

int
policy_read_asns(struct policy_conf *c, const struct yaml *y, uint32_t **asns,
		 size_t *n)
{
	if (numbers(c, y, 1, UINT32_MAX - 1, asns, n) < 0)
		return -1;
	policy_asns_sort(*asns, n);
	return 0;
}

int
policy_set_asns(struct policy_conf *c, const struct yaml *y,
		const struct policy_key *k)
{
	bool transit = k->offset == offsetof(struct policy, transit_free);

	return transit ? policy_read_asns(c, y, &c->p->transit_free,
					  &c->p->n_transit_free)
		       : policy_read_asns(c, y, &c->p->never_via,
					  &c->p->n_never_via);
}

int
policy_set_thresholds(struct policy_conf *c, const struct yaml *y,
		      const struct policy_key *k)
{
	struct policy *p = c->p;

	(void)k;
	if (numbers(c, y, 0, 65535, &p->rtt_thresholds, &p->n_rtt_thresholds) <
	    0)
		return -1;
	for (size_t i = 1; i < p->n_rtt_thresholds; i++)
		if (p->rtt_thresholds[i] <= p->rtt_thresholds[i - 1])
			return yaml_err(c->doc, y, c->e,
					"rtt_thresholds must ascend: %u comes "
					"after %u",
					p->rtt_thresholds[i],
					p->rtt_thresholds[i - 1]);
	return 0;
}
