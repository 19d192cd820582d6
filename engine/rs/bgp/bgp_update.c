/*
 * bgp_update: reading an UPDATE, and surviving it.
 *
 * An UPDATE says three things (RFC 4271 4.3): these prefixes are gone, these are
 * reachable, and the latter all have these attributes.
 *
 *   length | withdrawn prefixes | length | attributes | prefixes to the end
 *
 * That layout knows IPv4 only. Other families travel inside two attributes,
 * MP_REACH_NLRI with a next hop of its own and MP_UNREACH_NLRI (RFC 4760). A
 * prefix is a bit length and as many bytes as it takes. An UPDATE that says
 * nothing at all is an End-of-RIB: "that was my table" (RFC 4724).
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
 *   4. The result is laid out. The worst treatment of all attributes is the
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

/* ---- prefixes ---- */

static bool
nlri_check(struct rbuf r, enum ip_family f, size_t *n, char bad[80])
{
	for (*n = 0; rbuf_left(&r) > 0; ++*n) {
		uint8_t len = rbuf_u8(&r);

		if (len > ip_bits(f)) {
			snprintf(bad, 80, "an %s prefix of %u bits",
				 ip_family_name(f), len);
			return false;
		}
		rbuf_bytes(&r, (len + 7u) / 8);
		if (r.failed) {
			snprintf(bad, 80, "the last %s prefix is cut short",
				 ip_family_name(f));
			return false;
		}
	}
	return true;
}

bool
bgp_nlri_decode(struct rbuf r, enum ip_family f, struct ip_prefix **list,
		size_t *n, char bad[80])
{
	size_t more;

	if (!nlri_check(r, f, &more, bad))
		return false;
	if (more == 0)
		return true;
	*list = xreallocarray(*list, *n + more, sizeof **list);
	for (; more > 0; more--) {
		struct ip_addr a = {.family = (uint8_t)f};
		uint8_t len = rbuf_u8(&r);

		if (len > 0)
			memcpy(a.bytes, rbuf_bytes(&r, (len + 7u) / 8),
			       (len + 7u) / 8);
		(*list)[(*n)++] = ip_prefix_of(&a, len);
	}
	return true;
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
known_attribute(struct bgp_decoding *d, uint8_t flags, struct rbuf *v)
{
	const struct bgp_attr_row *row = d->row;

	if (!sent_by_right_peer(d)) {
		bgp_complain(d, BGP_ATTR_DISCARD, row->subcode,
			     "not expected from this kind of peer");
		return;
	}
	if ((flags ^ row->flags) & (BGP_AF_OPTIONAL | BGP_AF_TRANSITIVE))
		bgp_complain(d, BGP_TREAT_AS_WITHDRAW, BGP_UPD_FLAGS,
			     "flags 0x%02x instead of 0x%02x", flags,
			     row->flags);
	if (!length_fits(row, v->len)) {
		bgp_complain(d, row->bad_length, BGP_UPD_LENGTH,
			     "a length of %zu", v->len);
		return;
	}
	if (flags & BGP_AF_PARTIAL)
		d->attrs->partial |= row->partial;
	if (row->decode)
		row->decode(d, v);
}

static void
unknown_attribute(struct bgp_decoding *d, uint8_t flags, uint8_t type,
		  struct rbuf *v)
{
	struct bgp_attrs *a = d->attrs;
	size_t size = a->unknown_len + 4 + v->len;
	struct wbuf w;

	if (!(flags & BGP_AF_OPTIONAL)) {
		bgp_complain(d, BGP_SESSION_RESET, BGP_UPD_UNKNOWN,
			     "attribute %u is well-known, but not to us", type);
		return;
	}
	if (!(flags & BGP_AF_TRANSITIVE))
		return;
	a->unknown = xrealloc(a->unknown, size);
	w = wbuf_of(a->unknown, size);
	w.len = a->unknown_len;
	wbuf_u8(&w, BGP_AF_OPTIONAL | BGP_AF_TRANSITIVE | BGP_AF_PARTIAL);
	wbuf_u8(&w, type);
	wbuf_u16(&w, (uint16_t)v->len);
	if (v->len > 0)
		wbuf_bytes(&w, v->data, v->len);
	a->unknown_len = w.len;
}

static void
attribute(struct bgp_decoding *d, uint8_t flags, uint8_t type, struct rbuf *v)
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
		known_attribute(d, flags, v);
	else
		unknown_attribute(d, flags, type, v);
}

static void
attributes(struct bgp_decoding *d, struct rbuf list)
{
	while (rbuf_left(&list) > 0 && d->treat != BGP_SESSION_RESET) {
		size_t start = list.pos;
		uint8_t flags = rbuf_u8(&list), type = rbuf_u8(&list);
		size_t len =
		    flags & BGP_AF_EXTENDED ? rbuf_u16(&list) : rbuf_u8(&list);
		struct rbuf v = rbuf_sub(&list, len);

		d->row = NULL;
		d->raw = list.data + start;
		d->raw_len = list.pos - start;
		if (list.failed) { /* 4 */
			bgp_complain(
			    d, BGP_TREAT_AS_WITHDRAW, BGP_UPD_LIST,
			    "an attribute is longer than the list of them");
			break;
		}
		attribute(d, flags, type, &v);
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

/* RFC 6793 4.2.3 */
static void
as4_merge(struct bgp_decoding *d)
{
	struct bgp_attrs *a = d->attrs;
	size_t size = 2 * d->as_path.len;
	uint8_t *wide = xmalloc(size + 1);
	struct wbuf w = wbuf_of(wide, size);
	bool as4 = d->has_as4_path;

	if (a->has_aggregator && d->has_as4_aggregator) {
		if (a->aggregator_as == BGP_AS_TRANS) {
			a->aggregator_as = d->as4_aggregator_as;
			a->aggregator_id = d->as4_aggregator_id;
		} else {
			as4 = false; /* aggregated by an old speaker since */
		}
	}
	bgp_path_check(d->as_path, d->s->as4, &w);
	bgp_path_merge(a, rbuf_of(wide, w.len),
		       as4 ? d->as4_path : (struct rbuf){0});
	free(wide);
}

/* ---- step 4 and the whole ---- */

static void
withdraw_all(struct bgp_update *u, struct bgp_reach *r)
{
	if (r->n > 0) {
		u->withdrawn = xreallocarray(
		    u->withdrawn, u->n_withdrawn + r->n, sizeof *u->withdrawn);
		memcpy(u->withdrawn + u->n_withdrawn, r->prefixes,
		       r->n * sizeof *r->prefixes);
		u->n_withdrawn += r->n;
	}
	free(r->prefixes);
	*r = (struct bgp_reach){0};
}

static void
add_reach(struct bgp_decoding *d, struct bgp_reach *r, struct ip_addr hop,
	  struct ip_addr link_local)
{
	struct bgp_update *u = d->up;

	if (r->n == 0)
		return;
	/* Both kinds in one message are rare; then the second set is a copy. */
	r->attrs = u->n_reach == 0 ? bgp_attrs_ref(d->attrs)
				   : bgp_attrs_clone(d->attrs);
	r->attrs->next_hop = hop;
	r->attrs->link_local = link_local;
	u->reach[u->n_reach++] = *r;
	*r = (struct bgp_reach){0};
}

static void
lay_out(struct bgp_decoding *d, struct bgp_reach *classic)
{
	if (d->treat == BGP_TREAT_AS_WITHDRAW) {
		withdraw_all(d->up, classic);
		withdraw_all(d->up, &d->mp);
		return;
	}
	as4_merge(d);
	add_reach(d, classic, d->next_hop, (struct ip_addr){0});
	add_reach(d, &d->mp, d->mp_next_hop, d->mp_link_local);
}

/* The prefixes of the classic fields; not for a session without IPv4. */
static void
classic_nlri(struct bgp_decoding *d, struct rbuf r, struct ip_prefix **list,
	     size_t *n)
{
	char bad[80];

	if (rbuf_left(&r) == 0)
		return;
	if (!(d->s->families & BGP_IPV4))
		bgp_complain(
		    d, BGP_ATTR_DISCARD, BGP_UPD_NETWORK,
		    "IPv4 prefixes on a session that does not carry them");
	else if (!bgp_nlri_decode(r, IP_V4, list, n, bad))
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
decode(struct bgp_decoding *d, struct rbuf *r)
{
	size_t body = rbuf_left(r);
	struct rbuf gone = rbuf_sub(r, rbuf_u16(r));
	struct rbuf list = rbuf_sub(r, rbuf_u16(r));
	struct bgp_reach classic = {0};
	bool worse;

	if (r->failed)
		return bgp_reset(d->problem, BGP_ERR_UPDATE, BGP_UPD_LIST, NULL,
				 0, "the lengths inside do not add up");
	classic_nlri(d, gone, &d->up->withdrawn, &d->up->n_withdrawn);
	attributes(d, list);
	classic_nlri(d, rbuf_sub(r, rbuf_left(r)), &classic.prefixes,
		     &classic.n);
	mandatory(d, classic.n > 0);
	worse = d->treat == BGP_TREAT_AS_WITHDRAW;
	if (worse && classic.n == 0 && !d->has_mp_reach)
		d->treat = BGP_SESSION_RESET; /* 5.2 */
	if (d->treat == BGP_SESSION_RESET) {
		free(classic.prefixes);
		return BGP_SESSION_RESET;
	}
	d->up->end_of_rib = end_of_rib(d, list.len, body);
	lay_out(d, &classic);
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
	struct bgp_decoding d = {.s = s ? s : &early, .up = u, .problem = p};

	*u = (struct bgp_update){0};
	d.attrs = bgp_attrs_new();
	u->treat = decode(&d, r);
	bgp_attrs_unref(d.attrs);
	free(d.mp.prefixes);
	if (u->treat == BGP_SESSION_RESET)
		bgp_update_clear(u);
	return u->treat;
}

void
bgp_update_clear(struct bgp_update *u)
{
	enum bgp_treat treat = u->treat;

	free(u->withdrawn);
	for (size_t i = 0; i < u->n_reach; i++) {
		bgp_attrs_unref(u->reach[i].attrs);
		free(u->reach[i].prefixes);
	}
	*u = (struct bgp_update){.treat = treat};
}
