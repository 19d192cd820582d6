/*
 * policy_source_pdb: PeeringDB's networks, as its API dumps them (/api/net): a
 * map with the list "data" of networks, each with asn, info_prefixes4,
 * info_prefixes6, info_never_via_route_servers and irr_as_set among others.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json_in.h"
#include "base/str.h"
#include "rs/policy/policy_conf.h"

static uint32_t
number_of(const json_t *in, const char *key)
{
	const json_t *v = json_object_get(in, key);
	json_int_t n = json_is_integer(v) ? json_integer_value(v) : 0;

	return n > 0 && n < UINT32_MAX ? (uint32_t)n : 0;
}

static int
network_read(const json_t *in, struct policy_network *out)
{
	const char *as_set =
	    json_string_value(json_object_get(in, "irr_as_set"));

	*out = (struct policy_network){
	    .asn = number_of(in, "asn"),
	    .never_via = json_is_true(
		json_object_get(in, "info_never_via_route_servers")),
	    .prefixes = {number_of(in, "info_prefixes4"),
			 number_of(in, "info_prefixes6")}};
	if (out->asn == 0)
		return -1;
	if (as_set != NULL && *as_set != '\0')
		out->as_set = xstrdup(as_set);
	return 0;
}

static int
network_cmp(const void *a, const void *b)
{
	const struct policy_network *x = a, *y = b;

	return x->asn < y->asn ? -1 : x->asn > y->asn;
}

struct networks_in {
	struct json_in in;
	struct policy_networks *out;
	bool data; /* the list was there */
};

static int
network_add(void *arg, const json_t *in)
{
	struct networks_in *x = arg;
	struct policy_networks *l = x->out;

	if ((l->n & (l->n - 1)) == 0) /* at 0, 1, 2, 4, 8, ... */
		l->items = xreallocarray(l->items, l->n ? l->n * 2 : 1,
					 sizeof(*l->items));
	if (network_read(in, &l->items[l->n]) < 0)
		return json_in_fail(&x->in, x->in.last,
				    "this network has no asn");
	l->n++;
	return 0;
}

static int
member(void *arg, const char *name)
{
	struct networks_in *x = arg;

	if (strcmp(name, "data") != 0)
		return json_in_skip(&x->in);
	x->data = true;
	return json_in_list(&x->in, network_add, x);
}

int
policy_source_peering_db(struct policy_networks *l, const struct policy_text *t,
			 struct err *e)
{
	struct networks_in x = {
	    .in = {.text = t->text, .len = t->len, .name = t->name, .e = e},
	    .out = l};

	if (json_in_object(&x.in, member, &x) < 0 || json_in_end(&x.in) < 0)
		return -1;
	if (!x.data)
		return err_at(e, t->name, 0, 0,
			      "this is no dump of PeeringDB's networks: it has "
			      "no list \"data\"");
	if (l->n > 1)
		qsort(l->items, l->n, sizeof(*l->items), network_cmp);
	return 0;
}

const struct policy_network *
policy_networks_find(const struct policy_networks *l, uint32_t asn)
{
	struct policy_network key = {.asn = asn};

	if (l->n == 0)
		return NULL;
	return bsearch(&key, l->items, l->n, sizeof(*l->items), network_cmp);
}

void
policy_networks_clear(struct policy_networks *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->items[i].as_set);
	free(l->items);
	*l = (struct policy_networks){0};
}
