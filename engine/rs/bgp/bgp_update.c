/*
 * bgp_update: reading an UPDATE, and surviving it.
 *
 * An UPDATE says three things (RFC 4271 4.3): these prefixes are gone, these are
 * reachable, and the latter all have these attributes.
 *
 *   length | withdrawn prefixes | length | attributes | prefixes to the end
 *
 * That layout knows IPv4 only. Other families travel inside two attributes,
 * MP_REACH_NLRI with a next hop of its own and MP_UNREACH_NLRI (RFC 4760); so
 * can IPv4, and then its next hop may be an IPv6 address (RFC 8950). How a prefix
 * is written is in bgp_nlri.c. An UPDATE that says nothing at all is an
 * End-of-RIB: "that was my table" (RFC 4724).
 *
 * Reading goes in four steps.
 *   1. The three fields are cut. If their lengths contradict each other the
 *      prefixes cannot be found: session reset (RFC 7606 3 b).
 *   2. The attributes are walked. For each the table (bgp_attr_table.c) says what
 *      flags and lengths are right and what is done otherwise. An attribute
 *      that runs out of the field ends the walk: treat-as-withdraw (4). Unknown
 *      optional transitive ones are kept for passing on, with the Partial bit
 *      set, since we did not understand them; other optional ones are dropped;
 *      an unknown well-known one resets (RFC 4271 6.3).
 *   3. What concerns several attributes is settled: mandatory ones missing
 *      (treat-as-withdraw, 3 d), the two halves of a 2-byte peer's path joined
 *      (bgp_path.c), and an error worse than attribute discard in an UPDATE
 *      without reachable prefixes, which resets (5.2), as there is nothing to
 *      withdraw and prefixes may have been lost.
 *   4. The result is laid out: until now the arrays were views into the message,
 *      here they become one block. The worst treatment of all attributes is the
 *      message's. With treat-as-withdraw every announced prefix goes over to
 *      the withdrawn ones, so a caller that does not care needs no special case.
 *
 * The first complaint of the worst kind is kept as a sentence and as the
 * NOTIFICATION it would deserve, with the attribute's bytes as its data.
 *
 * Whether a route is wanted is not asked here: a bad neighbour AS, a foreign next
 * hop or a bogon prefix are well-formed, and policy's business.
 */
#include "rs/bgp/bgp_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

void
bgp_complain(struct bgp_decoding *d, enum bgp_treat treat, uint8_t subcode,
	     const char *fmt, ...)
{
	size_t n = 0;
	va_list ap;

	if (treat <= d->treat)
		return;
	d->treat = treat;
	bgp_notify_set(&d->problem->notify, BGP_ERR_UPDATE, subcode, d->raw,
		       d->raw_len);
	if (d->row)
		n = (size_t)snprintf(d->problem->text, sizeof d->problem->text,
				     "%s: ", d->row->name);
	va_start(ap, fmt);
	vsnprintf(d->problem->text + n, sizeof d->problem->text - n, fmt, ap);
	va_end(ap);
}

static bool
bgp_seen(const struct bgp_decoding *d, uint8_t type)
{
	return d->seen[type / 8] & 1u << type % 8;
}

/* ---- step 2: the attributes ---- */

/* Is the value's length what the table asks for? */
static bool
length_fits(const struct bgp_attr_row *row, size_t len)
{
	if (row->unit == 0)
		return len == row->min;
	return len >= row->min && (len - row->min) % row->unit == 0;
}

static bool
sent_by_right_peer(const struct bgp_decoding *d)
{
	switch (d->row->from) {
	case BGP_BY_INTERNAL: return d->s->local_as == d->s->peer_as;
	case BGP_BY_TWO_BYTE: return !d->s->as4;
	default: return true;
	}
}

static void
known_attribute(struct bgp_decoding *d, struct rbuf *v)
{
	const struct bgp_attr_row *row = d->row;

	if (row->from == BGP_BY_NOBODY)
		return;
	if (!sent_by_right_peer(d)) {
		bgp_complain(d, BGP_ATTR_DISCARD, row->subcode,
			     "not expected from this kind of peer");
		return;
	}
	if ((d->flags ^ row->flags) & (BGP_AF_OPTIONAL | BGP_AF_TRANSITIVE))
		bgp_complain(d, BGP_TREAT_AS_WITHDRAW, BGP_UPD_FLAGS,
			     "flags 0x%02x instead of 0x%02x", d->flags,
			     row->flags);
	if (!length_fits(row, v->len)) {
		bgp_complain(d, row->bad_length, BGP_UPD_LENGTH,
			     "a length of %zu", v->len);
		return;
	}
	if (d->flags & BGP_AF_PARTIAL)
		d->plain.partial |= row->partial;
	if (row->decode)
		row->decode(d, v);
}

static void
unknown_attribute(struct bgp_decoding *d, uint8_t type, struct rbuf *v)
{
	if (!(d->flags & BGP_AF_OPTIONAL)) {
		bgp_complain(d, BGP_SESSION_RESET, BGP_UPD_UNKNOWN,
			     "attribute %u is well-known, but not to us", type);
		return;
	}
	d->flags |= BGP_AF_PARTIAL;
	if (d->flags & BGP_AF_TRANSITIVE)
		bgp_attr_keep(d, v);
}

static void
attribute(struct bgp_decoding *d, uint8_t type, struct rbuf *v)
{
	d->row = bgp_attr_row(type);
	if (bgp_seen(d, type)) { /* 3 g */
		if (type == BGP_AT_MP_REACH || type == BGP_AT_MP_UNREACH)
			bgp_complain(d, BGP_SESSION_RESET, BGP_UPD_LIST,
				     "twice in one message");
		else
			bgp_complain(d, BGP_ATTR_DISCARD, BGP_UPD_LIST,
				     "twice in one message (attribute %u)",
				     type);
		return;
	}
	d->seen[type / 8] |= (uint8_t)(1u << type % 8);
	if (d->row)
		known_attribute(d, v);
	else
		unknown_attribute(d, type, v);
}

/* Cut the attribute at p: flags, type, length in one byte or two, value. NULL
 * when it does not fit before end, else where the next one begins. */
static const uint8_t *
cut(const uint8_t *p, const uint8_t *end, struct rbuf *value)
{
	size_t left = (size_t)(end - p), head, len;

	if (left < 3)
		return NULL;
	head = p[0] & BGP_AF_EXTENDED ? 4 : 3;
	if (left < head)
		return NULL;
	len = head == 3 ? p[2] : (size_t)p[2] << 8 | p[3];
	if (left - head < len)
		return NULL;
	*value = rbuf_of(p + head, len);
	return p + head + len;
}

static void
attributes(struct bgp_decoding *d, struct rbuf list)
{
	const uint8_t *p = list.data, *end = list.data + list.len;

	while (p < end && d->treat != BGP_SESSION_RESET) {
		struct rbuf v;
		const uint8_t *next = cut(p, end, &v);

		d->row = NULL;
		d->flags = p[0];
		d->raw = p;
		d->raw_len = (size_t)((next ? next : end) - p);
		if (next == NULL) { /* 4 */
			bgp_complain(
			    d, BGP_TREAT_AS_WITHDRAW, BGP_UPD_LIST,
			    "an attribute is longer than the list of them");
			break;
		}
		attribute(d, p[1], &v);
		p = next;
	}
	d->row = NULL;
	d->raw = NULL;
	d->raw_len = 0;
}

/* ---- step 3: what concerns several attributes ---- */

static void
require(struct bgp_decoding *d, uint8_t type)
{
	if (bgp_seen(d, type))
		return;
	d->row = bgp_attr_row(type);
	d->raw = &type;
	d->raw_len = 1;
	bgp_complain(d, BGP_TREAT_AS_WITHDRAW, BGP_UPD_MISSING,
		     "this mandatory attribute is missing");
	d->row = NULL;
	d->raw = NULL;
	d->raw_len = 0;
}

/* 3 d */
static void
mandatory(struct bgp_decoding *d, bool classic)
{
	if (!classic && d->mp.n == 0)
		return;
	require(d, BGP_AT_ORIGIN);
	require(d, BGP_AT_AS_PATH);
	if (classic)
		require(d, BGP_AT_NEXT_HOP);
	if (d->s->local_as == d->s->peer_as)
		require(d, BGP_AT_LOCAL_PREF);
}

/* RFC 6793 4.2.3: may the AS4_PATH count? */
static void
as4_aggregator(struct bgp_decoding *d)
{
	struct bgp_attrs *a = &d->plain;

	if (!a->has_aggregator || !d->has_as4_aggregator)
		return;
	if (a->aggregator_as == BGP_AS_TRANS) {
		a->aggregator_as = d->as4_aggregator_as;
		a->aggregator_id = d->as4_aggregator_id;
	} else { /* aggregated by an old speaker since */
		d->as4_path = (struct rbuf){0};
	}
}

/* ---- step 4 and the whole ---- */

static struct bgp_attrs *
new_attrs(struct bgp_decoding *d)
{
	struct bgp_arrays arrays = {d->as_path, d->communities, d->large,
				    d->ext};
	struct bgp_attrs *a;
	uint8_t *path;
	size_t n;

	if (d->s->as4)
		return bgp_attrs_make(&d->plain, &arrays);
	as4_aggregator(d);
	path = bgp_path_merge(d->as_path, d->as4_path, &n);
	arrays.path = rbuf_of(path, n);
	a = bgp_attrs_make(&d->plain, &arrays);
	free(path);
	return a;
}

static void
add_reach(struct bgp_update *u, struct bgp_nlri *list, struct bgp_attrs *a,
	  struct ip_addr hop, struct ip_addr link_local)
{
	struct bgp_reach *r = &u->reach[u->n_reach++];

	a->next_hop = hop;
	a->link_local = link_local;
	*r = (struct bgp_reach){a, list->prefixes, list->ids, list->n};
	*list = (struct bgp_nlri){0};
}

/* Both kinds in one message are rare; then the second set is a copy. */
static void
lay_out_reach(struct bgp_decoding *d, struct bgp_update *u)
{
	struct bgp_attrs *a;

	if (d->classic.n == 0 && d->mp.n == 0)
		return;
	a = new_attrs(d);
	if (d->classic.n > 0) {
		struct bgp_attrs *second = d->mp.n ? bgp_attrs_clone(a) : NULL;

		add_reach(u, &d->classic, a, d->next_hop, (struct ip_addr){0});
		a = second;
	}
	if (d->mp.n > 0)
		add_reach(u, &d->mp, a, d->mp_next_hop, d->mp_link_local);
}

static void
lay_out(struct bgp_decoding *d, struct bgp_update *u)
{
	if (d->treat == BGP_TREAT_AS_WITHDRAW) {
		bgp_nlri_move(&d->gone, &d->classic);
		bgp_nlri_move(&d->gone, &d->mp);
	} else {
		lay_out_reach(d, u);
	}
	u->withdrawn = d->gone.prefixes;
	u->withdrawn_ids = d->gone.ids;
	u->n_withdrawn = d->gone.n;
	d->gone = (struct bgp_nlri){0};
}

/* The prefixes of the classic fields; not for a session without IPv4. */
static void
classic_nlri(struct bgp_decoding *d, struct rbuf r, struct bgp_nlri *list)
{
	char bad[80];

	if (rbuf_left(&r) == 0)
		return;
	if (!(d->s->families & BGP_IPV4))
		bgp_complain(
		    d, BGP_ATTR_DISCARD, BGP_UPD_NETWORK,
		    "IPv4 prefixes on a session that does not carry them");
	else if (!bgp_nlri_decode(d->s, r, IP_V4, list, bad))
		bgp_complain(d, BGP_SESSION_RESET, BGP_UPD_NETWORK, "%s", bad);
}

static enum ip_family
end_of_rib(const struct bgp_decoding *d, size_t attributes_len, size_t body)
{
	if (body == 4)
		return IP_V4;
	/* nothing but an MP_UNREACH of 3 bytes, with 3 or 4 of header */
	if (d->mp_unreach_empty != IP_NONE && body == 4 + attributes_len &&
	    attributes_len <= 7)
		return d->mp_unreach_empty;
	return IP_NONE;
}

static enum bgp_treat
decode(struct bgp_decoding *d, struct rbuf *r, struct bgp_update *u)
{
	size_t body = rbuf_left(r);
	struct rbuf gone = rbuf_sub(r, rbuf_u16(r));
	struct rbuf list = rbuf_sub(r, rbuf_u16(r));
	bool worse;

	if (r->failed)
		return bgp_reset(d->problem, BGP_ERR_UPDATE, BGP_UPD_LIST, NULL,
				 0, "the lengths inside do not add up");
	classic_nlri(d, gone, &d->gone);
	attributes(d, list);
	classic_nlri(d, rbuf_sub(r, rbuf_left(r)), &d->classic);
	mandatory(d, d->classic.n > 0);
	worse = d->treat == BGP_TREAT_AS_WITHDRAW;
	if (worse && d->classic.n == 0 && !d->has_mp_reach)
		d->treat = BGP_SESSION_RESET; /* 5.2 */
	if (d->treat == BGP_SESSION_RESET)
		return BGP_SESSION_RESET;
	u->end_of_rib = end_of_rib(d, list.len, body);
	lay_out(d, u);
	return d->treat;
}

enum bgp_treat
bgp_update_decode(const struct bgp_session *s, struct rbuf *r,
		  struct bgp_update *u, struct bgp_problem *p)
{
	static const struct bgp_session early = {.local_as = 1,
						 .peer_as = 2,
						 .as4 = true,
						 .families =
						     BGP_IPV4 | BGP_IPV6};
	struct bgp_decoding d = {.s = s ? s : &early, .problem = p};

	*u = (struct bgp_update){0};
	u->treat = decode(&d, r, u);
	free(d.plain.unknown);
	bgp_nlri_clear(&d.gone);
	bgp_nlri_clear(&d.classic);
	bgp_nlri_clear(&d.mp);
	return u->treat;
}

void
bgp_update_clear(struct bgp_update *u)
{
	enum bgp_treat treat = u->treat;

	free(u->withdrawn);
	free(u->withdrawn_ids);
	for (size_t i = 0; i < u->n_reach; i++) {
		bgp_attrs_unref(u->reach[i].attrs);
		free(u->reach[i].prefixes);
		free(u->reach[i].ids);
	}
	*u = (struct bgp_update){.treat = treat};
}
