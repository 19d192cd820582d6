/*
 * server_export: what a member is told, as UPDATEs.
 *
 * The rib hands out differences; a batch of them is sorted by attributes, so
 * that prefixes that share a set share a message (withdrawals first). What
 * follows from an attribute set alone is computed once and hangs on the set: the
 * rule compiled from its communities, and the set as it is sent, without the
 * control communities and, for clients that want it, with rs_as in front.
 *
 * A member whose socket holds more than EXPORT_UNSENT bytes gets nothing more
 * until some went out. The batch is the border to the next design: it could be
 * encoded once for all members with the same differences.
 */
#include "rs/server/server_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"

#define EXPORT_BATCH 256
#define EXPORT_CHUNK (64u << 10)
#define EXPORT_UNSENT (64u << 10)

/* ---- what hangs on an attribute set */

struct export_tag {
	struct policy_session from;
	struct policy_rule rule;
	bool made[POLICY_CLASSES];
	struct rib_attrs *out[POLICY_CLASSES]; /* NULL: the set itself */
};

static struct export_tag *
tag_of(struct server *s, const struct rib_path *path)
{
	struct rib_attrs *a = path->attrs;
	const struct server_member *m = path->peer->user;

	if (a->tag == NULL) {
		struct export_tag *t = xcalloc(1, sizeof(*t));
		t->from = m->policy;
		policy_rule_init(&t->rule, s->policy, &t->from, a->attrs, 0);
		a->tag = t;
	}
	return a->tag;
}

static void
export_tag_free(void *arg, void *tag)
{
	struct server *s = arg;
	struct export_tag *t = tag;

	policy_rule_clear(&t->rule);
	for (unsigned int i = 0; i < POLICY_CLASSES; i++)
		if (t->out[i] != NULL)
			rib_attrs_unref(s->rib, t->out[i]);
	free(t);
}

/* ---- the rib's questions */

static bool
export_allow(void *arg, const struct rib_peer *to, const struct rib_path *path)
{
	struct server *s = arg;
	const struct server_member *m = to->user;

	return policy_rule_variant(&tag_of(s, path)->rule, s->policy,
				   &m->policy) != POLICY_VARIANT_DENY;
}

static struct rib_attrs *
export_out(void *arg, const struct rib_peer *to, const struct rib_path *path)
{
	struct server *s = arg;
	const struct server_member *m = to->user;
	struct export_tag *t = tag_of(s, path);
	unsigned int class = policy_class(s->policy, m->policy.client);

	if (!t->made[class]) {
		struct rib_attrs *out = rib_attrs_intern(
		    s->rib, policy_export(s->policy, &t->from,
					  path->attrs->attrs, 0, 0, class));
		t->made[class] = true;
		if (out != path->attrs)
			t->out[class] = out;
		else /* a set that held itself would live for ever */
			rib_attrs_unref(s->rib, out);
	}
	return t->out[class] != NULL ? t->out[class] : path->attrs;
}

static void
export_flush(uv_timer_t *t)
{
	struct server *s = t->data;
	struct server_member *m = s->flush_first, *next;

	s->flush_first = s->flush_last = NULL;
	for (; m != NULL; m = next) {
		next = m->flush_next;
		m->flush_next = NULL;
		m->in_flush = false;
		server_export(m);
	}
}

static void
export_wake(void *arg, struct rib_peer *to)
{
	struct server *s = arg;
	struct server_member *m = to->user;

	if (m->in_flush)
		return;
	m->in_flush = true;
	if (s->flush_first == NULL)
		s->flush_first = m;
	else
		s->flush_last->flush_next = m;
	s->flush_last = m;
	if (!uv_is_active((uv_handle_t *)&s->flush))
		uv_timer_start(&s->flush, export_flush, 0, 0);
}

const struct rib_hooks server_export_hooks = {
    .allow = export_allow,
    .out = export_out,
    .wake = export_wake,
    .tag_free = export_tag_free,
};

void
server_export_forget(struct server_member *m)
{
	struct server *s = m->s;
	struct server_member *prev = NULL, *i = s->flush_first;

	if (!m->in_flush)
		return;
	for (; i != m; i = i->flush_next)
		prev = i;
	*(prev != NULL ? &prev->flush_next : &s->flush_first) = m->flush_next;
	if (s->flush_last == m)
		s->flush_last = prev;
	m->in_flush = false;
}

/* ---- batches */

struct export_item {
	struct ip_prefix prefix;
	const struct rib_attrs *attrs; /* NULL: withdraw */
	uint64_t order;		       /* 0 withdraw, else by attributes */
	size_t nth;
};

struct export_batch {
	struct export_item items[EXPORT_BATCH];
	size_t n;
	enum rib_tell
	    end; /* what followed the items, RIB_NOTHING for nothing */
	bool full;
};

struct export_chunk { /* encoded messages */
	uint8_t *data;
	size_t len, size;
};

static void
batch_take(struct export_batch *b, struct rib_peer *p)
{
	struct ip_prefix prefix;
	struct rib_attrs *a;

	b->n = 0;
	b->end = RIB_NOTHING;
	b->full = false;
	while (b->n < EXPORT_BATCH) {
		enum rib_tell tell = rib_next(p, &prefix, &a);
		if (tell != RIB_ANNOUNCE && tell != RIB_WITHDRAW) {
			b->end = tell;
			return;
		}
		if (tell == RIB_WITHDRAW)
			a = NULL;
		b->items[b->n] =
		    (struct export_item){.prefix = prefix,
					 .attrs = a,
					 .order = a != NULL ? a->serial : 0,
					 .nth = b->n};
		b->n++;
	}
	b->full = true;
}

static int
item_cmp(const void *a, const void *b)
{
	const struct export_item *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return x->nth < y->nth ? -1 : x->nth > y->nth;
}

/* Room for one message more. */
static struct wbuf
chunk_room(struct export_chunk *c)
{
	if (c->size - c->len < BGP_MSG_MAX) {
		c->size = (c->size + BGP_MSG_MAX) * 2;
		c->data = xrealloc(c->data, c->size);
	}
	return wbuf_of(c->data + c->len, c->size - c->len);
}

/* Prefixes with one answer; attrs NULL withdraws. */
static void
chunk_add(struct export_chunk *c, const struct server_member *m,
	  const struct bgp_attrs *attrs, const struct ip_prefix *p, size_t n)
{
	const struct bgp_session *session = bgp_fsm_session(&m->fsm);
	enum ip_family f = m->peer->family;

	while (n > 0) {
		struct wbuf w = chunk_room(c);
		size_t done =
		    attrs == NULL
			? bgp_withdraw_encode(&w, session, f, p, NULL, n)
			: bgp_announce_encode(&w, session, attrs, f, p, NULL,
					      n);
		if (done == 0) { /* no message can hold these attributes */
			log_warnx(
			    "server",
			    "the attributes of a route are too long for %s",
			    server_member_name(m));
			attrs = NULL;
			continue;
		}
		c->len += w.len;
		p += done;
		n -= done;
	}
}

static void
batch_encode(struct export_batch *b, const struct server_member *m,
	     struct export_chunk *c)
{
	struct ip_prefix same[EXPORT_BATCH];

	qsort(b->items, b->n, sizeof(b->items[0]), item_cmp);
	for (size_t i = 0, n; i < b->n; i += n) {
		const struct rib_attrs *a = b->items[i].attrs;
		for (n = 0; i + n < b->n && b->items[i + n].attrs == a; n++)
			same[n] = b->items[i + n].prefix;
		chunk_add(c, m, a != NULL ? a->attrs : NULL, same, n);
	}
}

static void
marker_encode(enum rib_tell tell, const struct server_member *m,
	      struct export_chunk *c)
{
	enum ip_family f = m->peer->family;
	struct bgp_refresh r = {f, tell == RIB_BEGIN_REFRESH ? BGP_REFRESH_BEGIN
							     : BGP_REFRESH_END};

	if (tell == RIB_NOTHING)
		return;
	struct wbuf w = chunk_room(c);
	if (tell == RIB_END_OF_TABLE)
		bgp_eor_encode(&w, f);
	else if (bgp_fsm_session(&m->fsm)->enhanced_refresh)
		bgp_refresh_encode(&w, &r);
	c->len += w.len;
}

void
server_export(struct server_member *m)
{
	struct export_batch b;
	struct export_chunk c = {0};
	enum bgp_side side;

	if (!bgp_fsm_side(&m->fsm, &side) || m->conn[side] == NULL ||
	    !m->peer->up || uv_is_active((uv_handle_t *)&m->begin) ||
	    server_conn_unsent(m->conn[side]) > EXPORT_UNSENT)
		return;
	do {
		batch_take(&b, m->peer);
		batch_encode(&b, m, &c);
		marker_encode(b.end, m, &c);
	} while ((b.full || b.end != RIB_NOTHING) && c.len < EXPORT_CHUNK);
	if (c.len == 0)
		return;
	server_conn_give(m->conn[side], c.data, c.len);
	bgp_fsm_sent(&m->fsm, server_now(m->s));
}
