/*
 * policy_community: communities as the configuration writes them.
 *
 * A community of general.yml is a template such as rs_as:0:peer_as. Here it is
 * read from its text, rs_as put in, and made into a community of a route when it
 * is one that we add. The other way, from a route's community to what it means,
 * is policy_index.c.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "rs/policy/policy_conf.h"
#include "rs/policy/policy_priv.h"

/* ---- templates */

static bool
part_parse(const char *text, unsigned int n, unsigned int i,
	   struct policy_template *t)
{
	uint32_t max = n == 3 || t->ext != 0 ? UINT32_MAX : UINT16_MAX;
	unsigned int v = 0;

	t->part[i].value = 0;
	if (strcmp(text, "rs_as") == 0)
		t->part[i].kind = POLICY_PART_RS;
	else if (strcmp(text, "peer_as") == 0)
		t->part[i].kind = POLICY_PART_PEER;
	else if (strcmp(text, "dyn_val") == 0)
		t->part[i].kind = POLICY_PART_DYN;
	else if (str_to_u32(text, 0, max, &v))
		t->part[i].kind = POLICY_PART_NUMBER;
	else
		return false;
	t->part[i].value = v;
	return true;
}

static bool
parts_parse(const char *text, unsigned int n, struct policy_template *t)
{
	char word[16];

	for (unsigned int i = 0; i < n; i++) {
		size_t len = strcspn(text, ":");
		if (len >= sizeof(word))
			return false;
		memcpy(word, text, len);
		word[len] = '\0';
		if (!part_parse(word, n, i, t))
			return false;
		text += len;
		if (*text != (i + 1 < n ? ':' : '\0'))
			return false;
		text++;
	}
	t->n = n;
	return true;
}

bool
policy_template_parse(const char *text, unsigned int n,
		      struct policy_template *t)
{
	*t = (struct policy_template){0};
	return parts_parse(text, n, t);
}

bool
policy_template_parse_ext(const char *text, struct policy_template *t)
{
	*t = (struct policy_template){0};
	if (str_starts(text, "rt:"))
		t->ext = 2;
	else if (str_starts(text, "ro:"))
		t->ext = 3;
	return t->ext != 0 && parts_parse(text + 3, 2, t);
}

bool
policy_template_resolve(struct policy_template *t, uint32_t rs_as)
{
	for (unsigned int i = 0; i < t->n; i++) {
		if (t->part[i].kind != POLICY_PART_RS)
			continue;
		if (t->n == 2 && t->ext == 0 && rs_as > UINT16_MAX)
			return false;
		t->part[i].value = rs_as;
		t->part[i].kind = POLICY_PART_NUMBER;
	}
	return true;
}

/* ---- lists */

void
policy_list_std(struct policy_list *l, uint32_t c)
{
	if ((l->n_std & (l->n_std - 1)) == 0) /* at 0, 1, 2, 4, 8, ... */
		l->std = xreallocarray(l->std, l->n_std ? l->n_std * 2 : 1,
				       sizeof(*l->std));
	l->std[l->n_std++] = c;
}

void
policy_list_lrg(struct policy_list *l, const struct bgp_large *c)
{
	if ((l->n_lrg & (l->n_lrg - 1)) == 0)
		l->lrg = xreallocarray(l->lrg, l->n_lrg ? l->n_lrg * 2 : 1,
				       sizeof(*l->lrg));
	l->lrg[l->n_lrg++] = *c;
}

void
policy_list_ext(struct policy_list *l, const uint8_t *c)
{
	if ((l->n_ext & (l->n_ext - 1)) == 0)
		l->ext = xreallocarray(l->ext, l->n_ext ? l->n_ext * 2 : 1, 8);
	memcpy(l->ext + 8 * l->n_ext++, c, 8);
}

bool
policy_list_has_std(const struct policy_list *l, uint32_t c)
{
	for (size_t i = 0; i < l->n_std; i++)
		if (l->std[i] == c)
			return true;
	return false;
}

static bool
has_lrg(const struct policy_list *l, const struct bgp_large *c)
{
	for (size_t i = 0; i < l->n_lrg; i++)
		if (memcmp(&l->lrg[i], c, sizeof(*c)) == 0)
			return true;
	return false;
}

static bool
has_ext(const struct policy_list *l, const uint8_t *c)
{
	for (size_t i = 0; i < l->n_ext; i++)
		if (memcmp(&l->ext[8 * i], c, 8) == 0)
			return true;
	return false;
}

/* A two-octet AS leaves four octets for the rest, and the other way round. */
static void
add_ext(struct policy_list *l, uint8_t sub, uint32_t as, uint32_t value)
{
	bool as4 = as > UINT16_MAX;
	uint8_t c[8];
	struct wbuf w = wbuf_of(c, sizeof(c));

	if (as4 && value > UINT16_MAX)
		return;
	wbuf_u8(&w, as4 ? 2 : 0);
	wbuf_u8(&w, sub);
	if (as4) {
		wbuf_u32(&w, as);
		wbuf_u16(&w, (uint16_t)value);
	} else {
		wbuf_u16(&w, (uint16_t)as);
		wbuf_u32(&w, value);
	}
	if (!has_ext(l, c))
		policy_list_ext(l, c);
}

static uint32_t
part_of(const struct policy_template *t, unsigned int i, uint32_t arg)
{
	return t->part[i].kind == POLICY_PART_NUMBER ? t->part[i].value : arg;
}

static void
template_add(struct policy_list *l, const struct policy_template *t,
	     uint32_t arg)
{
	uint32_t x = part_of(t, 0, arg), y = part_of(t, 1, arg);

	if (t->n == 3) {
		struct bgp_large c = {x, y, part_of(t, 2, arg)};
		if (!has_lrg(l, &c))
			policy_list_lrg(l, &c);
	} else if (t->n == 2 && t->ext != 0) {
		add_ext(l, t->ext, x, y);
	} else if (t->n == 2 && x <= UINT16_MAX && y <= UINT16_MAX) {
		uint32_t c = BGP_COMMUNITY(x, y);
		if (!policy_list_has_std(l, c))
			policy_list_std(l, c);
	}
}

void
policy_list_add(struct policy_list *l, const struct policy_community *c,
		uint32_t arg)
{
	template_add(l, &c->std, arg);
	template_add(l, &c->lrg, arg);
	template_add(l, &c->ext, arg);
}

void
policy_list_give(struct policy_list *l, struct bgp_attrs *a)
{
	bgp_attrs_set_communities(a, l->std, l->n_std);
	bgp_attrs_set_large(a, l->lrg, l->n_lrg);
	bgp_attrs_set_ext(a, l->ext, l->n_ext);
	free(l->std);
	free(l->lrg);
	free(l->ext);
	*l = (struct policy_list){0};
}
