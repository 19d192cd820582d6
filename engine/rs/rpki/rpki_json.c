/*
 * rpki_json: the files that validators write.
 *
 *	{"metadata": {"buildtime": "2026-01-01T00:00:00Z"},
 *	 "roas": [{"asn": "AS65001", "prefix": "192.0.2.0/24",
 *	           "maxLength": 24, "ta": "ripe", "expires": 1767225600}, ...],
 *	 "aspas": [{"customer_asid": 65001, "providers": [65002]}, ...]}
 *
 * rpki-client, Routinator, OctoRPKI and StayRTR agree on the shape and differ in
 * the words; all of theirs are read. A file of the whole Internet is 90 MB, and
 * as one tree of JSON values ten times that, so it is read element by element.
 *
 * What a file says goes into a table of its own first: a file with a mistake in
 * it adds nothing.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/json_in.h"
#include "base/str.h"
#include "rs/rpki/rpki_priv.h"

struct reader {
	struct json_in in;
	const struct rpki_part *part;
	struct rpki *t;
	bool has_vrps, has_aspas;
};

/* In the element that was read last. */
static int
fail(struct reader *r, const char *what)
{
	return json_in_fail(&r->in, r->in.last, what);
}

/* ---- the elements */

static bool
number_of(const json_t *v, uint64_t max, uint64_t *out)
{
	const char *s = json_string_value(v);
	char *end;

	if (json_is_integer(v) && json_integer_value(v) >= 0)
		*out = (uint64_t)json_integer_value(v);
	else if (s != NULL && isdigit((unsigned char)*s))
		*out = strtoull(s, &end, 10);
	else
		return false;
	return *out <= max && (s == NULL || *end == '\0');
}

/* 65001, "65001" and "AS65001" */
static bool
asn_of(const json_t *v, uint32_t *asn)
{
	const char *s = json_string_value(v);
	unsigned int n;
	uint64_t n64;

	if (s != NULL && strncasecmp(s, "AS", 2) == 0) {
		if (!str_to_u32(s + 2, 0, UINT32_MAX, &n))
			return false;
		*asn = n;
		return true;
	}
	if (!number_of(v, UINT32_MAX, &n64))
		return false;
	*asn = (uint32_t)n64;
	return true;
}

static bool
is_wanted_anchor(const struct rpki_part *part, const json_t *name)
{
	const char *s = json_string_value(name);

	for (size_t i = 0; s != NULL && i < part->n_anchors; i++)
		if (strcasecmp(part->anchors[i], s) == 0)
			return true;
	return s == NULL;
}

/* "ta", or in Routinator's extended form the "tal" of one of several sources. */
static bool
is_wanted(const struct rpki_part *part, const json_t *o)
{
	const json_t *sources = json_object_get(o, "source"), *source;
	bool named = false;
	uint64_t expires;
	size_t i;

	if (part->now != 0 &&
	    number_of(json_object_get(o, "expires"), UINT64_MAX, &expires) &&
	    expires < part->now)
		return false;
	if (part->n_anchors == 0)
		return true;
	if (json_object_get(o, "ta") != NULL)
		return is_wanted_anchor(part, json_object_get(o, "ta"));
	for (i = 0; i < json_array_size(sources); i++) {
		source = json_object_get(json_array_get(sources, i), "tal");
		if (source == NULL)
			continue;
		if (is_wanted_anchor(part, source))
			return true;
		named = true;
	}
	return !named;
}

static int
add_vrp(struct reader *r, const json_t *o)
{
	const char *prefix = json_string_value(json_object_get(o, "prefix"));
	const json_t *max = json_object_get(o, "maxLength");
	struct rpki_vrp v;
	uint64_t max_len;

	if (!asn_of(json_object_get(o, "asn"), &v.asn))
		return fail(r, "\"asn\" is missing or no AS number");
	if (prefix == NULL || !ip_prefix_parse(prefix, &v.prefix))
		return fail(r, "\"prefix\" is missing or no prefix");
	max_len = v.prefix.len;
	if (max != NULL &&
	    (!number_of(max, 128, &max_len) || max_len < v.prefix.len ||
	     max_len > ip_bits(v.prefix.addr.family)))
		return fail(r, "\"maxLength\" is no length of such a prefix");
	v.max_len = (uint8_t)max_len;
	if (is_wanted(r->part, o))
		rpki_add(r->t, &v);
	return 0;
}

static const json_t *
either(const json_t *o, const char *a, const char *b, const char *c)
{
	const json_t *v = json_object_get(o, a);

	if (v == NULL)
		v = json_object_get(o, b);
	return v != NULL ? v : json_object_get(o, c);
}

static int
add_aspa(struct reader *r, const json_t *o)
{
	const json_t *list =
	    either(o, "providers", "provider_asids", "provider_set");
	size_t n = json_array_size(list);
	uint32_t customer, *providers;
	int rc = 0;

	if (!asn_of(either(o, "customer_asid", "customer", "customer_as"),
		    &customer))
		return fail(r, "\"customer\" is missing or no AS number");
	if (!json_is_array(list))
		return fail(r, "\"providers\" is missing or no list");
	providers = xmalloc(n * sizeof(*providers));
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (!asn_of(json_array_get(list, i), &providers[i]))
			rc = fail(r, "a provider is not an AS number");
	if (rc == 0 && is_wanted(r->part, o))
		rpki_aspa_set(r->t, customer, providers, n);
	free(providers);
	return rc;
}

/* rpki-client writes a date, OctoRPKI and Routinator seconds. */
static int
check_age(struct reader *r, const json_t *metadata)
{
	const char *built =
	    json_string_value(json_object_get(metadata, "buildtime"));
	struct tm tm = {0};
	uint64_t when;

	if (r->part->not_before == 0)
		return 0;
	if (built != NULL) {
		if (sscanf(built, "%4d-%2d-%2dT%2d:%2d:%2d", &tm.tm_year,
			   &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min,
			   &tm.tm_sec) != 6)
			return fail(r, "\"buildtime\" is no date");
		tm.tm_year -= 1900;
		tm.tm_mon--;
		when = timegm(&tm) > 0 ? (uint64_t)timegm(&tm) : 0;
	} else if (!number_of(json_object_get(metadata, "generated"),
			      UINT64_MAX, &when)) {
		return 0;
	}
	if (when >= r->part->not_before)
		return 0;
	return fail(r, "the file is too old to be trusted");
}

/* ---- the outer structure */

static int
vrp_element(void *reader, const json_t *o)
{
	struct reader *r = reader;

	if (!json_is_object(o))
		return fail(r, "an object was expected here");
	return r->part->vrps ? add_vrp(r, o) : 0;
}

static int
aspa_element(void *reader, const json_t *o)
{
	struct reader *r = reader;

	if (!json_is_object(o))
		return fail(r, "an object was expected here");
	return r->part->aspas ? add_aspa(r, o) : 0;
}

static int
family_member(void *reader, const char *name)
{
	struct reader *r = reader;

	(void)name;
	return json_in_list(&r->in, aspa_element, r);
}

/* A list, or (rpki-client before version 9) one for each family. */
static int
aspas(struct reader *r)
{
	return json_in_peek(&r->in) == '{'
		   ? json_in_object(&r->in, family_member, r)
		   : json_in_list(&r->in, aspa_element, r);
}

static int
metadata(struct reader *r)
{
	json_t *v = json_in_value(&r->in);
	int rc = v != NULL ? check_age(r, v) : -1;

	json_decref(v);
	return rc;
}

static int
top_member(void *reader, const char *name)
{
	struct reader *r = reader;

	if (strcmp(name, "metadata") == 0)
		return metadata(r);
	if (strcmp(name, "roas") == 0) {
		r->has_vrps = true;
		return json_in_list(&r->in, vrp_element, r);
	}
	if (strcmp(name, "aspas") != 0 &&
	    strcmp(name, "provider_authorizations") != 0)
		return json_in_skip(&r->in);
	r->has_aspas = true;
	return aspas(r);
}

static int
document(struct reader *r)
{
	if (json_in_object(&r->in, top_member, r) < 0 ||
	    json_in_end(&r->in) < 0)
		return -1;
	if (r->part->vrps && !r->has_vrps && !(r->part->aspas && r->has_aspas))
		return err_usage(r->in.e,
				 "%s: there is no list \"roas\" in it; it "
				 "takes the JSON of rpki-client or Routinator",
				 r->in.name);
	return 0;
}

int
rpki_json_part(struct rpki *t, const struct rpki_part *part, const char *text,
	       size_t len, const char *name, struct err *e)
{
	struct reader r = {
	    .in = {.text = text, .len = len, .name = name, .e = e},
	    .part = part,
	    .t = rpki_new()};
	int rc = document(&r);

	if (rc == 0)
		rpki_merge(t, r.t);
	rpki_free(r.t);
	return rc;
}

int
rpki_json(struct rpki *t, const char *text, size_t len, const char *name,
	  struct err *e)
{
	static const struct rpki_part all = {.vrps = true, .aspas = true};

	return rpki_json_part(t, &all, text, len, name, e);
}
