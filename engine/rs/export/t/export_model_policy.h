/* export_model_policy: the members of the exchange, and random policies. */
#ifndef EXPORT_MODEL_POLICY_H
#define EXPORT_MODEL_POLICY_H

#include "rs/export/t/export_model.h"

/* One AS with two sessions, one AS with two clients, one with four octets. */
static const uint32_t asn_of_client[CLIENTS] = {10, 20, 20, 30, 196615, 50, 60};
static const struct {
	int client;
	bool v6; /* an IPv6 session in an exchange of IPv4 routes */
} slots[SLOTS] = {{0, false}, {0, true},  {1, false}, {2, false},
		  {3, true},  {4, false}, {5, false}, {6, true}};

struct model_policy { /* one block, freed as one */
	struct policy p;
	struct policy_client clients[CLIENTS];
	struct ip_addr ip[CLIENTS][2];
	struct ip_prefix range; /* seats are kept free for who has one */
	int index[CLIENTS];	/* in clients; -1: not configured */
	uint32_t thresholds[2], never[1];
	struct policy_prefix black;
	struct policy_rtt rtt[SLOTS];
	struct policy_custom custom;
	size_t customs[1];
	char nothing[1];
};

static uint32_t
draw(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (uint32_t)((uint64_t)(*seed >> 8) * n >> 24);
}

static struct ip_addr
address(bool v6, unsigned int last)
{
	struct ip_addr a = {.family = v6 ? IP_V6 : IP_V4};

	memcpy(a.bytes, v6 ? "\x20\x01\x07\xf8" : "\xcb\x00\x71\x00", 4);
	a.bytes[v6 ? 15 : 3] = (uint8_t)last;
	return a;
}

static struct ip_addr
session_address(enum ip_family f, int slot)
{
	unsigned int last = 10u + (unsigned int)slots[slot].client;

	if (f == IP_V6 && slots[slot].v6)
		last += 100; /* a client's second one */
	return address(f == IP_V6 || slots[slot].v6, last);
}

static const struct policy_client *
client_of(const struct model_policy *m, int slot)
{
	int i = m->index[slots[slot].client];

	return i < 0 ? NULL : &m->clients[i];
}

/* ---- communities: those of the members' wishes */

enum { PEER = -1, DYN = -2 };

static const struct wish {
	enum policy_action action;
	int64_t std[2], lrg[2]; /* 0 0: none; large ones begin with RS_AS */
} wishes[] = {
    {POLICY_DENY_ALL, {0, RS_AS}, {0, 0}},
    {POLICY_DENY_PEER, {0, PEER}, {0, PEER}},
    {POLICY_ALLOW_PEER, {RS_AS, PEER}, {1, PEER}},
    {POLICY_DENY_RTT_LOWER, {0, 0}, {2, DYN}},
    {POLICY_DENY_RTT_HIGHER, {0, 0}, {3, DYN}},
    {POLICY_ALLOW_RTT_LOWER, {0, 0}, {4, DYN}},
    {POLICY_ALLOW_RTT_HIGHER, {0, 0}, {5, DYN}},
    {POLICY_PREPEND_ANY_1, {65501, RS_AS}, {101, 0}},
    {POLICY_PREPEND_ANY_2, {65502, RS_AS}, {102, 0}},
    {POLICY_PREPEND_ANY_3, {65503, RS_AS}, {103, 0}},
    {POLICY_PREPEND_PEER_1, {65511, PEER}, {111, PEER}},
    {POLICY_PREPEND_PEER_2, {65512, PEER}, {112, PEER}},
    {POLICY_PREPEND_PEER_3, {65513, PEER}, {113, PEER}},
    {POLICY_PREPEND_RTT_LOWER_1, {0, 0}, {121, DYN}},
    {POLICY_PREPEND_RTT_HIGHER_2, {0, 0}, {132, DYN}},
    {POLICY_ADD_NOEXPORT_ANY, {0, 0}, {140, 0}},
    {POLICY_ADD_NOADVERTISE_ANY, {0, 0}, {141, 0}},
    {POLICY_ADD_NOEXPORT_PEER, {0, 0}, {142, PEER}},
    {POLICY_ADD_NOADVERTISE_PEER, {0, 0}, {143, PEER}},
    {POLICY_BLACKHOLE, {0, 0}, {666, 0}},
    {POLICY_TAG_PREFIX_IN_SET, {0, 0}, {1000, 1}},
    {POLICY_TAG_ORIGIN_NOT_IN_SET, {65520, 1}, {1000, 2}},
    {POLICY_TAG_ROV_VALID, {65520, 2}, {1000, 3}},
    {POLICY_TAG_ROV_UNKNOWN, {65520, 3}, {1000, 4}},
};

static void
set_part(struct policy_template *t, unsigned int i, int64_t v)
{
	t->part[i].kind = v == PEER  ? POLICY_PART_PEER
			  : v == DYN ? POLICY_PART_DYN
				     : POLICY_PART_NUMBER;
	t->part[i].value = v < 0 ? 0 : (uint32_t)v;
}

static void
set_wish(struct policy_community *c, const struct wish *h)
{
	if (h->std[0] != 0 || h->std[1] != 0) {
		c->std.n = 2;
		set_part(&c->std, 0, h->std[0]);
		set_part(&c->std, 1, h->std[1]);
	}
	c->lrg.n = 3;
	set_part(&c->lrg, 0, RS_AS);
	set_part(&c->lrg, 1, h->lrg[0]);
	set_part(&c->lrg, 2, h->lrg[1]);
}

static bool
template_fits(const struct policy_template *t, const uint32_t *v,
	      unsigned int n)
{
	if (t->n != n)
		return false;
	for (unsigned int i = 0; i < n; i++)
		if (t->part[i].kind == POLICY_PART_NUMBER &&
		    t->part[i].value != v[i])
			return false;
	return true;
}

/* Is there a member's wish left in what was sent? */
static bool
is_unscrubbed(const struct policy *p, const struct bgp_attrs *a)
{
	for (int i = 0; i < POLICY_BLACKHOLE; i++) {
		for (size_t j = 0; j < a->n_communities; j++) {
			uint32_t v[2] = {a->communities[j] >> 16,
					 a->communities[j] & 0xffff};
			if (template_fits(&p->communities[i].std, v, 2))
				return true;
		}
		for (size_t j = 0; j < a->n_large; j++) {
			uint32_t v[3] = {a->large[j].global, a->large[j].a,
					 a->large[j].b};
			if (template_fits(&p->communities[i].lrg, v, 3))
				return true;
		}
	}
	return false;
}

/* ---- the rest */

static void
draw_settings(struct policy_settings *s, uint32_t *seed)
{
	s->prepend_rs_as = draw(seed, 3) == 0;
	s->add_path = s->rfc8950 = true;
	s->roles = draw(seed, 4) == 0;
	s->role = BGP_ROLE_RS;
	s->gshut = draw(seed, 2) == 0;
	s->blackhole_announce = draw(seed, 2) == 0;
	s->next_hop = draw(seed, 2) == 0 ? POLICY_NH_SAME_AS : POLICY_NH_STRICT;
	s->max_as_path_len = draw(seed, 6) == 0 ? 2 : 32;
	s->max_len[0] = 32;
	s->max_len[1] = 128;
}

static void
draw_clients(struct model_policy *m, uint32_t *seed)
{
	m->p.clients = m->clients;
	for (int c = 0; c < CLIENTS; c++) {
		struct policy_client *to = &m->clients[m->p.n_clients];
		m->index[c] = -1;
		if (c >= 4 && draw(seed, 5) == 0)
			continue;
		m->index[c] = (int)m->p.n_clients++;
		snprintf(to->id, sizeof(to->id), "c%d", c);
		to->asn = asn_of_client[c];
		to->ip = m->ip[c];
		to->ip[0] = address(false, 10u + (unsigned int)c);
		to->ip[1] = address(true, 10u + (unsigned int)c);
		to->n_ip = 2;
		to->range = &m->range;
		to->n_range = draw(seed, 4) == 0;
		draw_settings(&to->settings, seed);
		to->custom = m->customs;
		to->n_custom = draw(seed, 4) == 0;
	}
}

static void
draw_communities(struct model_policy *m, uint32_t *seed)
{
	m->custom.name = m->nothing;
	m->custom.community.lrg.n = 3;
	set_part(&m->custom.community.lrg, 0, RS_AS);
	set_part(&m->custom.community.lrg, 1, 2000);
	set_part(&m->custom.community.lrg, 2, 7);
	m->p.custom = &m->custom;
	m->p.n_custom = 1;
	if (draw(seed, 8) == 0)
		return;
	for (size_t i = 0; i < COUNT(wishes); i++)
		if (draw(seed, 5) != 0)
			set_wish(&m->p.communities[wishes[i].action],
				 &wishes[i]);
}

static void
draw_rtt(struct model_policy *m, enum ip_family f, uint32_t *seed)
{
	static const double ms[] = {5, 50, 500};

	m->thresholds[0] = 10;
	m->thresholds[1] = 100;
	m->p.rtt_thresholds = m->thresholds;
	m->p.n_rtt_thresholds = 2;
	m->p.rtt = m->rtt;
	for (int i = 0; i < SLOTS; i++)
		if (draw(seed, 4) != 0)
			m->rtt[m->p.n_rtt++] = (struct policy_rtt){
			    session_address(f, i), ms[draw(seed, 3)]};
}

static void
draw_filters(struct model_policy *m, const struct ip_prefix *black,
	     uint32_t *seed)
{
	if (draw(seed, 3) == 0) {
		m->black = (struct policy_prefix){
		    .prefix = *black,
		    .ge = black->len,
		    .le = (uint8_t)ip_bits(black->addr.family),
		    .comment = m->nothing};
		m->p.black_list =
		    (struct policy_prefixes){.items = &m->black, .n = 1};
	}
	if (draw(seed, 3) == 0) {
		m->never[0] = 3356;
		m->p.never_via = m->never;
		m->p.n_never_via = 1;
	}
	m->p.obey_rfc1997 = draw(seed, 2) == 0;
	m->p.gshut = draw(seed, 2) == 0;
	m->p.perform_gshut = draw(seed, 8) == 0;
	for (int i = 0; i < 2; i++) {
		m->p.blackhole[i] = draw(seed, 3);
		m->p.blackhole_next_hop[i] = address(i == 1, 66);
	}
	m->p.blackhole_noexport = draw(seed, 2) == 0;
}

static struct model_policy *
policy_draw(const struct model *w, uint32_t seed)
{
	struct model_policy *m = xcalloc(1, sizeof(*m));

	m->p.rs_as = RS_AS;
	m->p.router_id = 1;
	m->p.path_hiding = draw(&seed, 4) != 0;
	draw_settings(&m->p.settings, &seed);
	draw_clients(m, &seed);
	draw_communities(m, &seed);
	if (draw(&seed, 2) == 0)
		draw_rtt(m, w->family, &seed);
	draw_filters(m, &w->prefix[draw(&seed, PREFIXES)], &seed);
	policy_index_build(&m->p);
	return m;
}

static void
policy_drop(struct model_policy *m)
{
	policy_index_free(m->p.index);
	free(m);
}

#endif
