/*
 * export_seat: the members as plans see them: by class, by AS number, by index.
 *
 * A plan is about indices, and an index may as well be a member's that is not
 * there yet, or no more, just as one that is down. So members that go leave
 * their seats behind, and for a client that has a range of addresses a few are
 * kept free. Whoever comes and finds a seat of its client changes no plan, and
 * no decision; for others all plans are made anew.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/str.h"
#include "rs/export/export_priv.h"

static int
asn_cmp(const void *a, const void *b)
{
	const struct export_asn *x = a, *y = b;

	return x->asn < y->asn ? -1 : x->asn > y->asn;
}

static void
tables_add(struct export *x, uint32_t i, const struct policy_session *s)
{
	unsigned int c = policy_class(s->client);

	assert(c < POLICY_CLASSES);
	if (x->classes[c] == NULL)
		x->classes[c] = xcalloc(x->n_words, sizeof(uint64_t));
	rib_bit_set(x->classes[c], i);
	x->seats[i] = (struct export_seat){.s = *s, .class = c};
	x->asns[x->n_asns++] =
	    (struct export_asn){.asn = s->client->asn, .index = i, .class = c};
}

/* How many more sessions of a client to expect. */
static uint32_t
spares_of(const struct export *x, const struct policy_client *c)
{
	uint32_t n = 0;

	if (c->n_range == 0)
		return 0;
	for (uint32_t i = 0; i < x->n_members; i++)
		n += x->members[i] != NULL &&
		     x->members[i]->session->client == c;
	return 8 + n;
}

static void
spares_add(struct export *x, uint32_t n)
{
	const struct policy *p = x->policy;
	uint32_t at = 0;

	for (size_t k = 0; k < p->n_clients && n > 0; k++) {
		struct policy_session s = {.client = &p->clients[k]};
		for (uint32_t i = spares_of(x, s.client); i > 0; i--, n--) {
			while (x->members[at] != NULL)
				at++;
			tables_add(x, at++, &s);
		}
	}
}

static void
tables_make(struct export *x)
{
	uint32_t spares = 0, holes = 0;

	for (size_t k = 0; k < x->policy->n_clients; k++)
		spares += spares_of(x, &x->policy->clients[k]);
	for (uint32_t i = 0; i < x->n_members; i++)
		holes += x->members[i] == NULL;
	if (spares > holes)
		export_members_room(x, x->n_members + spares - holes);
	x->n_words = x->n_members / 64 + 1;
	x->n_seats = x->n_members;
	x->ext_next_hop = xcalloc(x->n_words, sizeof(uint64_t));
	x->long_lived = xcalloc(x->n_words, sizeof(uint64_t));
	x->seats = xcalloc(x->n_seats, sizeof(*x->seats));
	x->asns = xcalloc(x->n_seats, sizeof(*x->asns));
	x->n_asns = 0;
	x->by_session = false;
	for (uint32_t i = 0; i < x->n_seats; i++) {
		const struct export_member *m = x->members[i];
		if (m == NULL)
			continue;
		tables_add(x, i, m->session);
		x->seats[i].ext_next_hop = m->ext_next_hop;
		if (m->ext_next_hop)
			rib_bit_set(x->ext_next_hop, i);
		x->seats[i].long_lived = m->long_lived;
		if (m->long_lived)
			rib_bit_set(x->long_lived, i);
	}
	spares_add(x, spares);
	qsort(x->asns, x->n_asns, sizeof(*x->asns), asn_cmp);
}

/* Members to come are in the decisions from now on. */
static void
tables_expect(struct export *x)
{
	uint64_t *words = xcalloc(x->n_words, sizeof(*words));

	for (size_t k = 0; k < x->n_asns; k++)
		rib_bit_set(words, x->asns[k].index);
	rib_peer_expect(x->rib, words, x->n_words);
	free(words);
}

void
export_seats_make(struct export *x)
{
	tables_make(x);
	tables_expect(x);
}

void
export_seats_clear(struct export *x)
{
	for (size_t i = 0; i < POLICY_CLASSES; i++) {
		free(x->classes[i]);
		x->classes[i] = NULL;
	}
	free(x->seats);
	free(x->ext_next_hop);
	free(x->long_lived);
	free(x->asns);
	x->seats = NULL;
	x->n_seats = 0;
	x->ext_next_hop = NULL;
	x->long_lived = NULL;
	x->asns = NULL;
	x->n_words = 0;
	rib_peer_expect(x->rib, NULL, 0);
}

/* ---- who sits where */

/* Where policy looks at addresses, only the same one will do. */
int64_t
export_seat_find(const struct export *x, const struct policy_session *s)
{
	int64_t found = -1;

	for (uint32_t i = 0; i < x->n_seats; i++) {
		const struct policy_session *is = &x->seats[i].s;
		if (is->client != s->client || x->members[i] != NULL)
			continue;
		if (ip_addr_eq(&is->address, &s->address))
			return i;
		if (!x->by_session && found < 0)
			found = i;
	}
	return found;
}

void
export_seat_take(struct export_member *m)
{
	struct export_seat *seat = &m->x->seats[m->peer->index];

	seat->s = *m->session;
	m->ext_next_hop = seat->ext_next_hop;
	m->long_lived = seat->long_lived;
}

/* ---- what a session must have agreed on for some routes
 *
 * IPv4 with an IPv6 next hop (RFC 8950), long-lived stale ones (RFC 9494 4.3).
 * Whether a member may have such routes is its session's matter, but it decides
 * who has which answer: if there are any, decide anew.
 */

static void
bit_put(uint64_t *words, uint32_t i, bool on)
{
	if (on)
		rib_bit_set(words, i);
	else
		rib_bit_clear(words, i);
}

void
export_seat_terms(struct export_member *m, const struct bgp_session *terms)
{
	struct export *x = m->x;
	uint32_t i = m->peer->index;
	bool hop =
	    x->conf.family == IP_V4 && (terms->ext_nexthop & BGP_IPV4) != 0;
	bool hop_counts = hop != m->ext_next_hop && x->foreign;
	bool lived_counts = terms->long_lived != m->long_lived && x->lived;

	m->ext_next_hop = hop;
	m->long_lived = terms->long_lived;
	if (hop_counts || lived_counts) {
		export_anew(x);
		export_hold(m);
	} else if (x->n_words > 0) {
		x->seats[i].ext_next_hop = hop;
		x->seats[i].long_lived = m->long_lived;
		bit_put(x->ext_next_hop, i, hop);
		bit_put(x->long_lived, i, m->long_lived);
	}
}
