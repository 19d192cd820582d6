/*
 * kind_route_looks: an observed route against the keys that say how it looks.
 *
 * Attributes are compared one by one in the order of the keys; the first that
 * differs is the sentence, all of them are facts. The pattern of an AS path is
 * walked like the route: after each AS of the path it is known which items of
 * the pattern may come next, so no pattern and no path takes long.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/kind_route_priv.h"

const char *const kind_route_origins[] = {"igp", "egp", "incomplete", NULL};

static const char *const lists[] = {"communities", "large_communities",
				    "ext_communities"};
#define LISTS (sizeof(lists) / sizeof(lists[0]))

/* ---- AS paths */

/* What may come next after item i is reached: itself, and what "*" skips. */
static void
path_reach(const struct grader_hop *hops, size_t n, size_t i, bool *now)
{
	now[i] = true;
	while (i < n && hops[i].is == GRADER_HOP_REST)
		now[++i] = true;
}

static bool
path_is(const struct grader_hop *hop, const json_t *as)
{
	return hop->is == GRADER_HOP_ANY || hop->is == GRADER_HOP_REST ||
	       (json_is_integer(as) && json_integer_value(as) == hop->asn);
}

bool
kind_route_path_fits(const struct grader_hop *hops, size_t n,
		     const json_t *path)
{
	_free_ bool *now = xcalloc(n + 1, sizeof(bool));
	_free_ bool *next = xcalloc(n + 1, sizeof(bool));
	const json_t *as;
	size_t i, k;

	path_reach(hops, n, 0, now);
	json_array_foreach(path, k, as)
	{
		memset(next, 0, n + 1);
		for (i = 0; i < n; i++) {
			if (!now[i] || !path_is(&hops[i], as))
				continue;
			if (hops[i].is == GRADER_HOP_MORE ||
			    hops[i].is == GRADER_HOP_REST)
				path_reach(hops, n, i, next);
			if (hops[i].is != GRADER_HOP_REST)
				path_reach(hops, n, i + 1, next);
		}
		memcpy(now, next, n + 1);
	}
	return now[n];
}

/* "65536+ * 65540" */
static char *
path_words(const struct grader_params *p)
{
	static const char *const marks[] = {[GRADER_HOP_AS] = "",
					    [GRADER_HOP_MORE] = "+",
					    [GRADER_HOP_ANY] = "?",
					    [GRADER_HOP_REST] = "*"};
	struct str s = {0};
	size_t i;

	for (i = 0; i < p->nas_path; i++) {
		str_add(&s, i ? " " : "");
		if (p->as_path[i].is <= GRADER_HOP_MORE)
			str_addf(&s, "%u", p->as_path[i].asn);
		str_add(&s, marks[p->as_path[i].is]);
	}
	if (s.len == 0)
		str_add(&s, "none");
	return str_steal(&s);
}

static bool
path_differs(const struct grader_params *p, const json_t *r,
	     struct grader_finding *f)
{
	const json_t *path = json_object_get(r, "as_path");
	_free_ char *saw = evidence_words(path), *want = path_words(p);

	if (!p->has_as_path ||
	    kind_route_path_fits(p->as_path, p->nas_path, path))
		return false;
	grader_finding_expected(f, "AS path %s", want);
	grader_finding_saw(f, GRADER_FALSE, "AS path %s", saw);
	return true;
}

/* How often the first AS is repeated. */
static size_t
path_prepended(const json_t *path)
{
	size_t n = 0;

	while (n + 1 < json_array_size(path) &&
	       json_equal(json_array_get(path, n + 1), json_array_get(path, 0)))
		n++;
	return n;
}

/* ---- numbers */

static const char *
range_words(const struct grader_range *r, char text[64])
{
	if (r->min == r->max)
		snprintf(text, 64, "%u", r->min);
	else if (r->min == 0)
		snprintf(text, 64, "at most %u", r->max);
	else if (r->max == UINT32_MAX)
		snprintf(text, 64, "at least %u", r->min);
	else
		snprintf(text, 64, "%u to %u", r->min, r->max);
	return text;
}

static bool
number_differs(const struct grader_range *r, const char *what, bool is,
	       json_int_t saw, struct grader_finding *f)
{
	char text[64];

	if (!r->set || (is && saw >= r->min && saw <= r->max))
		return false;
	grader_finding_expected(f, "%s %s", what, range_words(r, text));
	if (is)
		grader_finding_saw(f, GRADER_FALSE, "%s %lld", what,
				   (long long)saw);
	else
		grader_finding_saw(f, GRADER_FALSE, "no %s", what);
	return true;
}

static bool
numbers_differ(const struct grader_params *p, const json_t *r,
	       struct grader_finding *f)
{
	static const struct {
		const char *what, *key;
	} of[] = {{"local preference", "local_pref"},
		  {"MED", "med"},
		  {"ONLY_TO_CUSTOMER", "otc"}};
	const struct grader_range *want[] = {&p->local_pref, &p->med, &p->otc};
	const json_t *path = json_object_get(r, "as_path"), *v;
	size_t i;

	if (number_differs(&p->path_length, "AS path length", true,
			   (json_int_t)json_array_size(path), f) ||
	    number_differs(&p->prepended, "times prepended", true,
			   (json_int_t)path_prepended(path), f))
		return true;
	for (i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		v = json_object_get(r, of[i].key);
		if (number_differs(want[i], of[i].what, json_is_integer(v),
				   json_integer_value(v), f))
			return true;
	}
	return false;
}

/* ---- next hop and origin */

static bool
next_hop_differs(const struct grader_view *v, const struct grader_params *p,
		 const json_t *r, struct grader_finding *f)
{
	const char *saw = out_text(r, "next_hop");
	char want[IP_ADDRSTRLEN];
	struct ip_addr a;

	if (p->next_hop == NULL)
		return false;
	if (!ip_addr_parse(p->next_hop, &a))
		a = model_address(v->lab, model_find(v->lab, p->next_hop),
				  grader_params_family(p));
	ip_addr_print(&a, want);
	if (strcmp(saw, want) == 0)
		return false;
	if (strcmp(want, p->next_hop) == 0)
		grader_finding_expected(f, "next hop %s", want);
	else
		grader_finding_expected(f, "next hop %s (%s)", want,
					p->next_hop);
	grader_finding_saw(f, GRADER_FALSE, "next hop %s", saw);
	return true;
}

static bool
origin_differs(const struct grader_params *p, const json_t *r,
	       struct grader_finding *f)
{
	const char *saw = out_text(r, "origin");

	if (p->origin == NULL || strcasecmp(saw, p->origin) == 0)
		return false;
	grader_finding_expected(f, "origin %s", p->origin);
	grader_finding_saw(f, GRADER_FALSE, "origin %s", saw);
	return true;
}

/* ---- communities */

bool
kind_route_community_fits(const char *pattern, const char *community)
{
	while (*pattern != '\0') {
		if (*pattern != '*') {
			if (*pattern++ != *community++)
				return false;
			continue;
		}
		if (!isdigit((unsigned char)*community))
			return false;
		pattern++;
		while (isdigit((unsigned char)*community) ||
		       (*pattern == '\0' && *community == ':'))
			community++;
	}
	return *community == '\0';
}

static const char *
list_has(const json_t *list, const char *pattern)
{
	const json_t *c;
	size_t i;

	json_array_foreach(list, i, c)
	{
		if (json_is_string(c) &&
		    kind_route_community_fits(pattern, json_string_value(c)))
			return json_string_value(c);
	}
	return NULL;
}

const char *
kind_route_community(const json_t *route, const char *pattern)
{
	const char *found = NULL;
	size_t i;

	for (i = 0; found == NULL && i < LISTS; i++)
		found = list_has(json_object_get(route, lists[i]), pattern);
	return found;
}

static bool
community_missing(const struct grader_list *want, const char *what,
		  const json_t *list, struct grader_finding *f)
{
	_free_ char *saw = evidence_words(list);
	size_t i;

	for (i = 0; i < want->n; i++) {
		if (list_has(list, want->items[i]))
			continue;
		grader_finding_expected(f, "%s %s", what, want->items[i]);
		grader_finding_saw(f, GRADER_FALSE, "%s: %s", what, saw);
		return true;
	}
	return false;
}

static bool
community_there(const struct grader_params *p, const json_t *r,
		struct grader_finding *f)
{
	const char *found;
	size_t i;

	for (i = 0; i < p->without.n; i++) {
		found = kind_route_community(r, p->without.items[i]);
		if (found == NULL)
			continue;
		grader_finding_expected(f, "no community %s",
					p->without.items[i]);
		grader_finding_saw(f, GRADER_FALSE, "community %s", found);
		return true;
	}
	return false;
}

static bool
is_named(const struct grader_list *list, const char *community)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		if (strcmp(list->items[i], community) == 0)
			return true;
	}
	return false;
}

static bool
community_other(const struct grader_params *p, const json_t *r,
		struct grader_finding *f)
{
	const struct grader_list *named[LISTS] = {&p->communities, &p->large,
						  &p->extended};
	const json_t *c;
	size_t i, k;

	for (i = 0; p->no_others == GRADER_WISH_YES && i < LISTS; i++) {
		json_array_foreach(json_object_get(r, lists[i]), k, c)
		{
			if (!json_is_string(c) ||
			    is_named(named[i], json_string_value(c)))
				continue;
			grader_finding_expected(f, "no other communities");
			grader_finding_saw(f, GRADER_FALSE, "also community %s",
					   json_string_value(c));
			return true;
		}
	}
	return false;
}

/* ---- all */

bool
kind_route_looks(const struct grader_view *v, const struct grader_params *p,
		 const json_t *route, struct grader_finding *f)
{
	const struct grader_list *want[LISTS] = {&p->communities, &p->large,
						 &p->extended};
	static const char *const what[LISTS] = {"community", "large community",
						"extended community"};
	size_t i;

	if (path_differs(p, route, f) || numbers_differ(p, route, f) ||
	    next_hop_differs(v, p, route, f) || origin_differs(p, route, f))
		return false;
	for (i = 0; i < LISTS; i++) {
		if (community_missing(want[i], what[i],
				      json_object_get(route, lists[i]), f))
			return false;
	}
	return !community_there(p, route, f) && !community_other(p, route, f) &&
	       !community_missing(&p->marks, "mark",
				  json_object_get(route, "marks"), f);
}

static void
words_fact(const json_t *r, const char *key, const char *name,
	   struct grader_finding *f)
{
	_free_ char *words = evidence_words(json_object_get(r, key));

	grader_finding_fact(f, name, r ? words : "");
}

static void
number_fact(const json_t *r, const char *key, const char *name,
	    struct grader_finding *f)
{
	const json_t *v = json_object_get(r, key);
	char text[24] = "";

	if (json_is_integer(v))
		snprintf(text, sizeof(text), "%lld",
			 (long long)json_integer_value(v));
	grader_finding_fact(f, name, text);
}

static void
reason_fact(const json_t *r, struct grader_finding *f)
{
	const json_t *code = json_object_get(r, "reason_code");
	_free_ char *words = xasprintf("%s %s", out_text(r, "reason"),
				       out_text(r, "reason_text"));

	number_fact(r, "reason_code", "reject-code", f);
	grader_finding_fact(f, "reject-reason",
			    words[1] || json_is_integer(code) ? words : "");
}

void
kind_route_facts(const json_t *route, struct grader_finding *f)
{
	words_fact(route, "as_path", "saw-as-path", f);
	grader_finding_fact(f, "saw-next-hop", out_text(route, "next_hop"));
	grader_finding_fact(f, "saw-origin", out_text(route, "origin"));
	number_fact(route, "local_pref", "saw-local-pref", f);
	number_fact(route, "med", "saw-med", f);
	number_fact(route, "otc", "saw-otc", f);
	words_fact(route, "communities", "saw-communities", f);
	words_fact(route, "large_communities", "saw-large-communities", f);
	words_fact(route, "ext_communities", "saw-extended-communities", f);
	words_fact(route, "marks", "saw-marks", f);
	grader_finding_fact(
	    f, "saw-best",
	    json_is_true(json_object_get(route, "best")) ? "yes" : "no");
	reason_fact(route, f);
}
