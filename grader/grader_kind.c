#include "grader/grader_kind.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* A line each. */
/* clang-format off */
const struct grader_kind *const grader_kinds[] = {
	&grader_kind_session,
	&grader_kind_route,
	&grader_kind_only_routes,
	&grader_kind_no_route,
	&grader_kind_route_count,
	&grader_kind_scrubbed,
	&grader_kind_sent_only_to,
	&grader_kind_path_not_hidden,
	&grader_kind_session_absent,
	&grader_kind_limit,
	&grader_kind_kernel_route,
	&grader_kind_no_kernel_route,
	&grader_kind_ping,
	&grader_kind_no_ping,
	&grader_kind_bypass,
	&grader_kind_stays,
	&grader_kind_moves,
	&grader_kind_daemon,
	&grader_kind_answer,
	&grader_kind_log,
	&grader_kind_interface,
	&grader_kind_mac,
	&grader_kind_dropped,
	&grader_kind_rate,
	&grader_kind_share,
	&grader_kind_passes,
	&grader_kind_probe,
	&grader_kind_no_probe,
	&grader_kind_path,
	&grader_kind_quiet,
	&grader_kind_owner,
	&grader_kind_fetch,
};
/* clang-format on */
const size_t grader_nkinds = sizeof(grader_kinds) / sizeof(grader_kinds[0]);

int
grader_kind_find(const struct yaml_doc *doc, const struct yaml *y,
		 const struct grader_kind **out, struct err *e)
{
	const char *names[sizeof(grader_kinds) / sizeof(grader_kinds[0])];
	size_t i;

	for (i = 0; i < grader_nkinds; i++)
		names[i] = grader_kinds[i]->name;
	if (yaml_word(doc, y, names, grader_nkinds, &i, e) < 0)
		return -1;
	*out = grader_kinds[i];
	return 0;
}

enum ip_family
grader_params_family(const struct grader_params *p)
{
	if (p->family != IP_NONE)
		return p->family;
	return p->prefix.addr.family;
}

unsigned int
grader_check_asks(const struct exercise_check *c)
{
	const struct grader_kind *k = c->kind;

	return k->asks | (k->also ? k->also(grader_params(c)) : 0);
}

bool
grader_check_negative(const struct exercise_check *c)
{
	return c->kind->negative ||
	       (c->kind->absence && c->kind->absence(grader_params(c)));
}

/* ---- findings */

void
grader_finding_clear(struct grader_finding *f)
{
	free(f->expected);
	free(f->saw);
	free(f->where);
	free(f->reason);
	json_decref(f->facts);
	memset(f, 0, sizeof(*f));
}

static void
grader_finding_set(char **at, const char *fmt, va_list ap)
{
	struct str s = {0};

	str_vaddf(&s, fmt, ap);
	free(*at);
	*at = str_steal(&s);
	str_clean(*at);
}

void
grader_finding_expected(struct grader_finding *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	grader_finding_set(&f->expected, fmt, ap);
	va_end(ap);
}

void
grader_finding_saw(struct grader_finding *f, enum grader_truth truth,
		   const char *fmt, ...)
{
	va_list ap;

	f->truth = truth;
	va_start(ap, fmt);
	if (truth == GRADER_OURS || truth == GRADER_NOT_HERE)
		grader_finding_set(&f->reason, fmt, ap);
	else
		grader_finding_set(&f->saw, fmt, ap);
	va_end(ap);
}

void
grader_finding_where(struct grader_finding *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	grader_finding_set(&f->where, fmt, ap);
	va_end(ap);
}

void
grader_finding_fact(struct grader_finding *f, const char *name,
		    const char *value)
{
	_free_ char *clean = xstrdup(value ? value : "");

	str_clean(clean);
	if (f->facts == NULL)
		f->facts = json_object();
	json_object_set_new(f->facts, name, json_string(clean));
}

/* ---- the table for people */

static const char *
grader_key_type_name(enum grader_key_type type)
{
	static const char *const names[] = {
	    [GRADER_KEY_OBSERVER] = "NODE",
	    [GRADER_KEY_ROUTER] = "NODE",
	    [GRADER_KEY_NODE] = "NODE",
	    [GRADER_KEY_NODES] = "[NODE, ...]",
	    [GRADER_KEY_FAMILY] = "ipv4|ipv6",
	    [GRADER_KEY_PREFIX] = "PREFIX",
	    [GRADER_KEY_PREFIXES] = "[PREFIX, ...]",
	    [GRADER_KEY_AS_PATH] = "[ASN|ASN+|?|*, ...]",
	    [GRADER_KEY_STANDARD] = "[A:B, ...]",
	    [GRADER_KEY_LARGE] = "[A:B:C, ...]",
	    [GRADER_KEY_EXTENDED] = "[rt:A:B, ...]",
	    [GRADER_KEY_COMMUNITY] = "[COMMUNITY, ...]",
	    [GRADER_KEY_COUNT] = "NUMBER",
	    [GRADER_KEY_RANGE] = "NUMBER|{min: A, max: B}",
	    [GRADER_KEY_WISH] = "yes|no",
	    [GRADER_KEY_WORDS] = "[WORD, ...]",
	    [GRADER_KEY_HOP] = "NODE|ADDRESS",
	    [GRADER_KEY_TABLE] = "NUMBER|main|default",
	    [GRADER_KEY_ROUTE_TYPE] = "TYPE",
	    [GRADER_KEY_INTERFACE] = "{node: NODE, interface: NAME}",
	    [GRADER_KEY_TEXT] = "TEXT",
	    [GRADER_KEY_TEXTS] = "[TEXT, ...]",
	    [GRADER_KEY_WORD] = "WORD",
	    [GRADER_KEY_TIME] = "TIME",
	    [GRADER_KEY_ADDRESS] = "ADDRESS",
	    [GRADER_KEY_OBSERVERS] = "[NODE, ...]",
	};

	return names[type];
}

static void
grader_key_print(FILE *f, const struct grader_key *k)
{
	size_t i;

	fprintf(f, "  %s: ", k->name);
	if (k->type != GRADER_KEY_WORD)
		fputs(grader_key_type_name(k->type), f);
	for (i = 0; k->type == GRADER_KEY_WORD && k->words[i]; i++)
		fprintf(f, "%s%s", i ? "|" : "", k->words[i]);
	fprintf(f, "%s\n      %s\n", k->need ? "" : " (optional)", k->help);
}

static void
grader_kind_print(FILE *f, const struct grader_kind *k)
{
	size_t i;

	fprintf(f, "%s%s\n  %s\n\n", k->name,
		k->negative ? " (negative: needs a witness)" : "", k->help);
	for (i = 0; i < k->nkeys; i++)
		grader_key_print(f, &k->keys[i]);
	fprintf(f, "\n  facts for hints: %s\n  example:\n%s\n", k->facts,
		k->example);
}

void
grader_kinds_print(FILE *f)
{
	size_t i;

	for (i = 0; i < grader_nkinds; i++)
		grader_kind_print(f, grader_kinds[i]);
}
