/*
 * policy_source_whois: origins from the databases of two registries.
 *
 * ARIN's comes in JSON: {"whois_records": {"v4": [{"originas": "AS1", "prefix":
 * "192.0.2.0/24"}], "v6": ...}}. Registro.br's is a line a holder: ASn, name,
 * number, and prefixes, with | between. An entry that cannot be read is skipped,
 * for such files are full of them; a file without a good one is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json_in.h"
#include "base/str.h"
#include "rs/policy/policy_conf.h"
#include "rs/policy/policy_priv.h"

/* "AS65001" and a prefix of it. */
static void
pair_add(struct rpki *t, const char *origin, const char *prefix)
{
	struct rpki_vrp v = {0};
	unsigned int asn;

	if (origin == NULL || prefix == NULL || !str_starts(origin, "AS") ||
	    !str_to_u32(origin + 2, 1, UINT32_MAX - 1, &asn) ||
	    !ip_prefix_parse(prefix, &v.prefix))
		return;
	v.asn = asn;
	v.max_len = v.prefix.len;
	rpki_add(t, &v);
}

static struct rpki *
table_or_error(struct rpki *t, const char *name, const char *what,
	       struct err *e)
{
	if (rpki_count(t) != 0)
		return t;
	rpki_free(t);
	err_at(e, name, 0, 0, "there is no record of %s in it", what);
	return NULL;
}

/* ---- ARIN */

struct arin_in {
	struct json_in in;
	struct rpki *table;
};

static int
record_add(void *arg, const json_t *r)
{
	struct arin_in *x = arg;

	pair_add(x->table, json_string_value(json_object_get(r, "originas")),
		 json_string_value(json_object_get(r, "prefix")));
	return 0;
}

static int
family(void *arg, const char *name)
{
	struct arin_in *x = arg;

	(void)name; /* v4 or v6: the prefix says it, too */
	return json_in_list(&x->in, record_add, x);
}

static int
member(void *arg, const char *name)
{
	struct arin_in *x = arg;

	if (strcmp(name, "whois_records") != 0)
		return json_in_skip(&x->in);
	return json_in_object(&x->in, family, x);
}

struct rpki *
policy_source_arin(const struct policy_text *t, struct err *e)
{
	struct arin_in x = {
	    .in = {.text = t->text, .len = t->len, .name = t->name, .e = e},
	    .table = rpki_new()};

	if (json_in_object(&x.in, member, &x) < 0 || json_in_end(&x.in) < 0) {
		rpki_free(x.table);
		return NULL;
	}
	return table_or_error(x.table, t->name, "ARIN's whois", e);
}

/* ---- Registro.br */

static void
line_add(struct rpki *t, char *line)
{
	const char *origin = strsep(&line, "|");

	strsep(&line, "|"); /* the holder */
	strsep(&line, "|"); /* its number */
	while (line != NULL) {
		char *prefix = strsep(&line, "|");
		prefix[strcspn(prefix, " \t\r")] = '\0';
		pair_add(t, origin, prefix);
	}
}

struct rpki *
policy_source_registrobr(const struct policy_text *t, struct err *e)
{
	struct rpki *table = rpki_new();
	_free_ char *copy = xstrndup(t->text, t->len);

	for (char *rest = copy; rest != NULL;)
		line_add(table, strsep(&rest, "\n"));
	return table_or_error(table, t->name, "Registro.br's list", e);
}

/* ---- both */

int
policy_source_whois(struct policy *p, const struct policy_sources *s,
		    struct err *e)
{
	if (p->files->use_arin) {
		if (s->arin.text == NULL)
			return err_at(e, p->files->general, 0, 0,
				      "the text of %s is missing",
				      p->files->arin);
		p->arin = policy_source_arin(&s->arin, e);
		if (p->arin == NULL)
			return -1;
	}
	if (p->files->use_registrobr) {
		if (s->registrobr.text == NULL)
			return err_at(e, p->files->general, 0, 0,
				      "the text of %s is missing",
				      p->files->registrobr);
		p->registrobr = policy_source_registrobr(&s->registrobr, e);
		if (p->registrobr == NULL)
			return -1;
	}
	return 0;
}
