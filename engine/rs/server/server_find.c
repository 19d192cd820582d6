/*
 * server_find: members by what events name them: the address of a connection,
 * the index of a path's peer.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/server/server_state.h"

#define FIND_BUCKETS 64 /* at first; a power of two */

enum ip_family
server_family(int f)
{
	return f == SERVER_V4 ? IP_V4 : IP_V6;
}

int
server_family_index(enum ip_family f)
{
	return f == IP_V4 ? SERVER_V4 : SERVER_V6;
}

const char *
server_member_name(const struct server_member *m)
{
	const struct policy_client *c = m->policy.client;

	return c->description != NULL ? c->description : c->id;
}

/* FNV-1a: who may be in the table is for the operator to say, so nobody can
 * choose addresses that collide. */
static size_t
find_bucket(const struct server *s, const struct ip_addr *a)
{
	uint32_t h = 2166136261u ^ a->family;

	for (unsigned int i = 0; i < ip_bytes(a->family); i++)
		h = (h ^ a->bytes[i]) * 16777619u;
	return (h ^ h >> 16) & (s->n_buckets - 1);
}

struct server_member *
server_find(const struct server *s, const struct ip_addr *address)
{
	if (s->n_buckets == 0)
		return NULL;
	struct server_member *m = s->by_address[find_bucket(s, address)];
	while (m != NULL && !ip_addr_eq(&m->policy.address, address))
		m = m->hash_next;
	return m;
}

static void
find_put(struct server *s, struct server_member *m)
{
	struct server_member **b =
	    &s->by_address[find_bucket(s, &m->policy.address)];

	m->hash_next = *b;
	*b = m;
}

static void
find_grow(struct server *s)
{
	free(s->by_address);
	s->n_buckets = s->n_buckets ? s->n_buckets * 2 : FIND_BUCKETS;
	s->by_address = xcalloc(s->n_buckets, sizeof(struct server_member *));
	for (struct server_member *m = s->members; m != NULL; m = m->next)
		find_put(s, m);
}

void
server_find_add(struct server *s, struct server_member *m)
{
	if (s->n_members >= s->n_buckets)
		find_grow(s);
	m->prev = s->members_last;
	*(m->prev != NULL ? &m->prev->next : &s->members) = m;
	s->members_last = m;
	s->n_members++;
	find_put(s, m);
}

void
server_find_del(struct server *s, struct server_member *m)
{
	struct server_member **b =
	    &s->by_address[find_bucket(s, &m->policy.address)];

	while (*b != m)
		b = &(*b)->hash_next;
	*b = m->hash_next;
	*(m->prev != NULL ? &m->prev->next : &s->members) = m->next;
	*(m->next != NULL ? &m->next->prev : &s->members_last) = m->prev;
	s->n_members--;
}

struct server_member *
server_from(const struct server *s, int f, const struct rib_path *p)
{
	return rib_peer(s->table[f].rib, p->peer)->user;
}

struct rib_peer *
server_peer(const struct server_member *m, int f)
{
	return m->out[f] != NULL ? export_peer(m->out[f]) : NULL;
}

/* The longest match, so that a small range may be somebody else's. */
const struct policy_client *
server_range(const struct policy *p, const struct ip_addr *a,
	     const struct ip_prefix **range)
{
	const struct policy_client *best = NULL;

	*range = NULL;
	for (size_t i = 0; i < p->n_clients; i++) {
		const struct policy_client *c = &p->clients[i];
		for (size_t j = 0; j < c->n_range; j++) {
			const struct ip_prefix *r = &c->range[j];
			if (!ip_prefix_has_addr(r, a) ||
			    (*range != NULL && r->len <= (*range)->len))
				continue;
			*range = r;
			best = c;
		}
	}
	return best;
}
