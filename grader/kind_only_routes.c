/* only-routes: nothing but a closed set is received from a neighbour, or sent
 * to it. */
#include <stddef.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/kind_route_priv.h"

static const struct grader_key keys[] = {
    KIND_ROUTE_AT,
    KIND_ROUTE_FROM,
    KIND_ROUTE_TO,
    KIND_ROUTE_KEY("family", GRADER_KEY_FAMILY, family,
		   "look at one family only"),
    KIND_ROUTE_NEED("prefixes", GRADER_KEY_PREFIXES, prefixes,
		    "what may be there; rejected routes count as received"),
};

static bool
is_allowed(const struct grader_params *p, const char *prefix)
{
	char text[IP_PREFIXSTRLEN];
	size_t i;

	for (i = 0; i < p->nprefixes; i++) {
		if (strcmp(ip_prefix_print(&p->prefixes[i], text), prefix) == 0)
			return true;
	}
	return false;
}

/* The routes that should not be there, as words; the first one's reason. */
static char *
extra_words(const struct grader_view *v, const struct grader_params *p,
	    const char **reason, size_t *n)
{
	struct str s = {0};
	const json_t *r;
	size_t i;

	*n = 0;
	*reason = "";
	json_array_foreach(kind_route_rows(v, p), i, r)
	{
		if (!kind_route_is_of(p, r, p->family) ||
		    is_allowed(p, out_text(r, "prefix")))
			continue;
		if ((*n)++ == 0)
			*reason = out_text(r, "reason_text");
		if (*n <= 8)
			str_addf(&s, "%s%s", s.len ? " " : "",
				 out_text(r, "prefix"));
	}
	if (*n > 8)
		str_addf(&s, " and %zu more", *n - 8);
	return str_steal(&s);
}

static void
expect_set(const struct grader_params *p, struct grader_finding *f)
{
	char text[IP_PREFIXSTRLEN];
	struct str s = {0};
	size_t i;

	for (i = 0; i < p->nprefixes; i++)
		str_addf(&s, "%s%s", i ? " " : "",
			 ip_prefix_print(&p->prefixes[i], text));
	if (s.len)
		grader_finding_expected(f, "nothing but %s", str_text(&s));
	else
		grader_finding_expected(f, "nothing");
	str_clear(&s);
}

static void
kind_only_routes_judge(const struct grader_view *v,
		       const struct exercise_check *c, struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const char *reason;
	size_t n;
	_free_ char *extra = extra_words(v, p, &reason, &n);

	expect_set(p, f);
	grader_finding_fact(f, "extra", extra);
	grader_finding_fact(f, "reject-reason", reason);
	if (!kind_route_begin(v, p, p->family, f))
		return;
	if (n > 0)
		grader_finding_saw(f, GRADER_FALSE, "also %s", extra);
	else
		grader_finding_saw(f, GRADER_TRUE, "nothing else");
}

const struct grader_kind grader_kind_only_routes = {
    .name = "only-routes",
    .help = "Nothing but these prefixes is received from a neighbour, or sent "
	    "to it.",
    .example = "    kind: only-routes\n"
	       "    at: m2\n"
	       "    from: m1\n"
	       "    prefixes: [100.64.0.0/22]\n"
	       "    witness: own-v4\n",
    .negative = true,
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_SESSIONS | GRADER_ASK_ROUTES | GRADER_ASK_SENT,
    .facts = "extra reject-reason, and those of session",
    .sane = kind_route_sane,
    .cannot = kind_route_cannot_receive,
    .judge = kind_only_routes_judge,
};
