/*
 * mrt: records, the index of peers, and the routes in both kinds of table. The
 * lengths inside a record must add up; a record where they do not is refused as
 * a whole, with its place in the dump. What is wrong with the attributes of a
 * single route is no error of the dump: such things are what dumps are kept for.
 */
#include "rs/mrt/mrt.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum { /* RFC 6396 4, 8050 4 */
       TABLE_DUMP = 12,
       TABLE_DUMP_V2 = 13,
       PEER_INDEX_TABLE = 1,
       RIB_IPV4_UNICAST = 2,
       RIB_IPV6_UNICAST = 4,
       RIB_GENERIC = 6,
       ADDPATH = 6, /* so much more is the same with path identifiers */
};

int
mrt_record(const uint8_t *data, size_t n, struct mrt_record *r, size_t *used,
	   struct err *e)
{
	struct rbuf b = rbuf_of(data, n);
	uint32_t len;

	r->time = rbuf_u32(&b);
	r->type = rbuf_u16(&b);
	r->subtype = rbuf_u16(&b);
	len = rbuf_u32(&b);
	*used = MRT_HEADER;
	if (b.failed)
		return 0;
	if (len > MRT_RECORD_MAX)
		return err_usage(
		    e, "a record of %u bytes, is this an MRT dump?", len);
	*used = MRT_HEADER + (size_t)len;
	r->body = data + MRT_HEADER;
	r->len = len;
	return n >= *used;
}

static int
damaged(const struct mrt_record *r, const char *what, struct err *e)
{
	return err_usage(e, "the record at byte %llu: %s",
			 (unsigned long long)r->at, what);
}

/* ---- peers ---- */

static bool
read_addr(struct rbuf *b, enum ip_family f, struct ip_addr *a)
{
	const uint8_t *bytes = rbuf_bytes(b, ip_bytes(f));

	if (bytes)
		*a = ip_addr_from(f, bytes);
	return bytes != NULL;
}

/* 4.3.1 */
static int
peer_index(struct mrt *m, const struct mrt_record *r, struct err *e)
{
	struct rbuf b = rbuf_of(r->body, r->len);
	uint16_t n;

	rbuf_u32(&b); /* the collector */
	rbuf_bytes(&b, rbuf_u16(&b));
	n = rbuf_u16(&b);
	if (b.failed || rbuf_left(&b) < n * (size_t)11)
		return damaged(r, "the index of peers is cut short", e);
	mrt_clear(m);
	m->peers = xcalloc(n + 1u, sizeof *m->peers);
	m->indexed = true;
	for (; m->n_peers < n; m->n_peers++) {
		struct mrt_peer *p = &m->peers[m->n_peers];
		uint8_t type = rbuf_u8(&b);

		p->id = rbuf_u32(&b);
		read_addr(&b, type & 1 ? IP_V6 : IP_V4, &p->addr);
		p->asn = type & 2 ? rbuf_u32(&b) : rbuf_u16(&b);
		if (b.failed)
			return damaged(r, "the index of peers is cut short", e);
	}
	return 0;
}

/* The number of a peer that a TABLE_DUMP names in each record. */
static uint32_t
peer_number(struct mrt *m, const struct ip_addr *addr, uint16_t asn)
{
	struct ip_prefix key = {*addr,
				(uint8_t)ip_bits((enum ip_family)addr->family)};
	uint32_t i = ipmap_add(&m->by_addr, &key);

	if (i < m->n_peers)
		return i;
	m->peers = xreallocarray(m->peers, i + 1u, sizeof *m->peers);
	m->peers[i] = (struct mrt_peer){.addr = *addr, .asn = asn};
	m->n_peers = i + 1u;
	return i;
}

/* ---- tables ---- */

/* A prefix whose host bits are zeroed, whatever they were. */
static bool
make_prefix(struct ip_prefix *p, enum ip_family f, const uint8_t *bytes,
	    size_t n, unsigned int len)
{
	uint8_t whole[16] = {0};
	struct ip_addr a;

	if (len > ip_bits(f) || bytes == NULL)
		return false;
	memcpy(whole, bytes, n);
	a = ip_addr_from(f, whole);
	*p = ip_prefix_of(&a, (uint8_t)len);
	return true;
}

/* 4.2: one route */
static int
table_dump(struct mrt *m, const struct mrt_record *r,
	   bool (*take)(void *arg, const struct mrt_route *route), void *arg,
	   struct err *e)
{
	enum ip_family f = r->subtype == 1 ? IP_V4 : IP_V6;
	struct rbuf b = rbuf_of(r->body, r->len);
	struct mrt_route route = {0};
	const uint8_t *bytes;
	struct ip_addr addr;
	uint16_t asn;

	if (r->subtype != 1 && r->subtype != 2) {
		m->others++;
		return 0;
	}
	rbuf_u32(&b); /* view, number */
	bytes = rbuf_bytes(&b, ip_bytes(f));
	if (!make_prefix(&route.prefix, f, bytes, ip_bytes(f), rbuf_u8(&b)))
		return damaged(r, "a prefix that cannot be", e);
	rbuf_u8(&b); /* status */
	route.originated = rbuf_u32(&b);
	if (!read_addr(&b, f, &addr))
		return damaged(r, "the route is cut short", e);
	asn = rbuf_u16(&b);
	route.attrs_len = rbuf_u16(&b);
	route.attrs = rbuf_bytes(&b, route.attrs_len);
	if (b.failed)
		return damaged(r, "the route is cut short", e);
	route.peer = peer_number(m, &addr, asn);
	m->routes++;
	take(arg, &route);
	return 0;
}

/* 4.3.2, 4.3.3: which family; IP_NONE: not for us. */
static enum ip_family
rib_family(const struct mrt_record *r, bool path_ids, struct rbuf *b)
{
	unsigned int kind = r->subtype - (path_ids ? ADDPATH : 0u);
	uint16_t afi;
	uint8_t safi;

	if (kind == RIB_IPV4_UNICAST)
		return IP_V4;
	if (kind == RIB_IPV6_UNICAST)
		return IP_V6;
	if (kind != RIB_GENERIC)
		return IP_NONE;
	afi = rbuf_u16(b);
	safi = rbuf_u8(b);
	if (safi != 1)
		return IP_NONE;
	return afi == 1 ? IP_V4 : afi == 2 ? IP_V6 : IP_NONE;
}

/* 4.3.4: the routes of a prefix */
static int
rib(struct mrt *m, const struct mrt_record *r,
    bool (*take)(void *arg, const struct mrt_route *route), void *arg,
    struct err *e)
{
	bool path_ids = r->subtype > RIB_GENERIC;
	struct rbuf b = rbuf_of(r->body, r->len);
	struct mrt_route route = {.as4 = true, .has_path_id = path_ids};
	enum ip_family f;
	unsigned int len, n;

	rbuf_u32(&b); /* number */
	f = rib_family(r, path_ids, &b);
	if (f == IP_NONE) {
		m->others++;
		return 0;
	}
	if (!m->indexed)
		return damaged(r, "routes, but no index of peers before", e);
	len = rbuf_u8(&b);
	if (len > ip_bits(f) ||
	    !make_prefix(&route.prefix, f, rbuf_bytes(&b, (len + 7) / 8),
			 (len + 7) / 8, len))
		return damaged(r, "a prefix that cannot be", e);
	for (n = rbuf_u16(&b); n > 0; n--) {
		route.peer = rbuf_u16(&b);
		route.originated = rbuf_u32(&b);
		route.path_id = path_ids ? rbuf_u32(&b) : 0;
		route.attrs_len = rbuf_u16(&b);
		route.attrs = rbuf_bytes(&b, route.attrs_len);
		if (b.failed)
			return damaged(r, "its routes are cut short", e);
		if (route.peer >= m->n_peers)
			return damaged(r, "a peer that is not in the index", e);
		m->routes++;
		if (!take(arg, &route))
			return 0;
	}
	return b.failed ? damaged(r, "its routes are cut short", e) : 0;
}

int
mrt_decode(struct mrt *m, const struct mrt_record *r,
	   bool (*take)(void *arg, const struct mrt_route *route), void *arg,
	   struct err *e)
{
	if (r->type == TABLE_DUMP)
		return table_dump(m, r, take, arg, e);
	if (r->type != TABLE_DUMP_V2 || r->subtype == 0 ||
	    r->subtype > RIB_GENERIC + ADDPATH || r->subtype == 7) {
		m->others++;
		return 0;
	}
	if (r->subtype == PEER_INDEX_TABLE)
		return peer_index(m, r, e);
	return rib(m, r, take, arg, e);
}

void
mrt_clear(struct mrt *m)
{
	free(m->peers);
	ipmap_clear(&m->by_addr);
	*m = (struct mrt){.routes = m->routes, .others = m->others};
}
