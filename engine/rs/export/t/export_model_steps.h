/* export_model_steps: what can happen. */
#ifndef EXPORT_MODEL_STEPS_H
#define EXPORT_MODEL_STEPS_H

#include "rs/export/t/export_model_routes.h"

/* ---- sessions */

static struct bgp_session
draw_terms(const struct model *w, int slot, uint32_t x)
{
	uint8_t both = BGP_IPV4 | BGP_IPV6;

	return (struct bgp_session){
	    .local_as = RS_AS,
	    .peer_as = asn_of_client[slots[slot].client],
	    .peer_id = w->slot[slot].router_id,
	    .as4 = (x & 3) != 0,
	    .refresh = (x >> 2 & 7) != 0,
	    .enhanced_refresh = (x >> 2 & 7) > 3,
	    .families = x >> 5 & 1 ? both : (uint8_t)bgp_family_bit(w->family),
	    .extended_message = (x >> 6 & 3) == 0,
	    .add_path_rx = (x >> 8 & 3) == 0 ? both : 0,
	    .add_path_tx = (x >> 10 & 3) == 0 ? both : 0,
	    .ext_nexthop = x >> 12 & 1 ? BGP_IPV4 : 0,
	    .peer_role = x >> 13 & 1 ? BGP_ROLE_RS_CLIENT : BGP_ROLE_NONE,
	    .long_lived = (x >> 14 & 3) != 0,
	};
}

static void
rejudge_to(struct model *w, int to)
{
	for (int i = 0; i < SLOTS; i++)
		for (int p = 0; p < PREFIXES; p++)
			for (int j = 0; j < IDS; j++) {
				struct path *q = &w->slot[i].said[p][j];
				if (q->there)
					q->out[to] = sent_to(w, i, q, to);
			}
}

static void
configure(struct model *w, int slot, uint32_t terms)
{
	struct slot *s = &w->slot[slot];
	const struct policy_client *c = client_of(w->policy, slot);

	if (s->m != NULL || c == NULL)
		return;
	s->s = (struct policy_session){c, session_address(w->family, slot)};
	s->terms = draw_terms(w, slot, terms);
	s->m = export_member_add(w->x, &s->s, s);
	if (export_peer(s->m)->received != 0)
		wrong(w, "a new member has paths");
	s->dirty = true;
	rejudge_to(w, slot);
	reconsider(w, -1);
}

static void
clear_reader(struct slot *s)
{
	memset(s->n_held, 0, sizeof(s->n_held));
	s->ended = s->refreshing = s->refresh_due = s->awake = false;
	s->requests = 0;
	s->dirty = true;
}

/* What was decided under other terms is not known here, so they stay the same
 * until all is decided. */
static void
up(struct model *w, const struct step *t)
{
	struct slot *s = &w->slot[t->slot];

	configure(w, t->slot, t->x);
	check(w);
	if (s->m == NULL || s->up)
		return;
	if (!w->undecided) {
		s->terms = draw_terms(w, t->slot, t->x);
		for (int p = 0; p < PREFIXES; p++)
			watch(w, t->slot, p, true);
	}
	s->router_id = 1 + (t->x >> 14) % 4;
	s->terms.peer_id = s->router_id;
	s->up = true;
	clear_reader(s);
	export_up(s->m, &s->terms);
	reconsider(w, -1);
}

static void
drop_paths(struct slot *s)
{
	for (int p = 0; p < PREFIXES; p++)
		for (int i = 0; i < IDS; i++)
			s->said[p][i].there = false;
}

static void
down(struct model *w, const struct step *t)
{
	struct slot *s = &w->slot[t->slot];
	bool keep = (t->x & 1) != 0;

	if (!s->up)
		return;
	export_down(s->m, keep);
	s->up = false;
	if (keep)
		mark_all(w, t->slot);
	else
		drop_paths(s);
	clear_reader(s);
	if (export_waiting(s->m))
		wrong(w, "member %d is down and waits", t->slot);
	reconsider(w, -1);
}

static void
remove_member(struct model *w, int slot)
{
	struct slot *s = &w->slot[slot];

	if (s->m == NULL)
		return;
	export_member_del(s->m);
	s->m = NULL;
	s->up = false;
	drop_paths(s);
	clear_reader(s);
	reconsider(w, -1);
}

static void
forget_member(struct model *w, const struct step *t)
{
	remove_member(w, t->slot);
}

static void
refresh(struct model *w, const struct step *t)
{
	struct slot *s = &w->slot[t->slot];

	if (!s->up || !s->terms.refresh)
		return;
	for (int p = 0; p < PREFIXES; p++)
		for (size_t i = 0; i < s->n_held[p]; i++)
			s->held[p][i].asked = true;
	s->refresh_due = s->terms.enhanced_refresh;
	s->requests += s->terms.enhanced_refresh;
	s->dirty = true;
	export_refresh(s->m);
}

/* Several at once: their walks are one. */
static void
storm(struct model *w, const struct step *t)
{
	struct step one = *t;

	for (one.slot = 0; one.slot < SLOTS; one.slot++)
		if (t->x >> 16 >> one.slot & 1)
			down(w, &one);
	decide(w, 1 + (t->x >> 24 & 7));
	check(w);
	for (one.slot = 0; one.slot < SLOTS; one.slot++)
		if (t->x >> 16 >> one.slot & 1)
			up(w, &one);
}

static void
refresh_all(struct model *w, const struct step *t)
{
	struct step one = *t;

	for (one.slot = 0; one.slot < SLOTS; one.slot++)
		refresh(w, &one);
}

/* ---- policy */

static void
rejudge_all(struct model *w)
{
	for (int i = 0; i < SLOTS; i++)
		for (int p = 0; p < PREFIXES; p++)
			for (int j = 0; j < IDS; j++)
				if (w->slot[i].said[p][j].there)
					rejudge(w, i, p, j);
}

static void
move_clients(struct model *w, const struct model_policy *to)
{
	for (int i = 0; i < SLOTS; i++)
		if (client_of(to, i) == NULL)
			remove_member(w, i);
	for (int i = 0; i < SLOTS; i++)
		w->slot[i].s.client = client_of(to, i);
	for (int i = 0; i < DUMMIES; i++)
		w->dummy[i].client = &to->clients[i % 4];
}

static void
change_policy(struct model *w, const struct step *t)
{
	struct model_policy *old = w->policy, *new = policy_draw(w, t->x);

	move_clients(w, new);
	w->policy = new;
	w->epoch++;
	rejudge_all(w);
	export_policy(w->x, &new->p);
	policy_drop(old);
	w->undecided = true;
	reconsider(w, -1);
}

/* ---- sending */

static void
release_one(struct model *w)
{
	struct export_piece *p = &w->piece[0].piece;

	if (w->n_pieces == 0)
		return;
	if (hash_bytes(0, p->data, p->len) != w->piece[0].hash)
		wrong(w, "a piece changed while it was held");
	export_release(p, 1);
	w->n_pieces--;
	memmove(w->piece, w->piece + 1, w->n_pieces * sizeof(*w->piece));
}

static void
keep_piece(struct model *w, int slot, const struct export_piece *p)
{
	uint8_t who = (uint8_t)slot;

	w->bytes_hash = hash_bytes(w->bytes_hash, &who, 1);
	w->bytes_hash = hash_bytes(w->bytes_hash, p->data, p->len);
	if (w->n_pieces == PIECES)
		release_one(w);
	w->piece[w->n_pieces].piece = *p;
	w->piece[w->n_pieces++].hash = hash_bytes(0, p->data, p->len);
}

static size_t
take(struct model *w, int slot, size_t max, size_t bytes)
{
	struct slot *s = &w->slot[slot];
	struct export_piece list[8];
	bool waited = export_waiting(s->m);
	size_t n = export_take(s->m, list, max, bytes), sum = 0;

	if (n > max || (n > 0 && !waited) ||
	    (n == 0 && !w->undecided && export_waiting(s->m)))
		wrong(w, "member %d: waiting %d, takes %zu", slot, waited, n);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && sum >= bytes)
			wrong(w, "member %d gets more than it takes", slot);
		sum += list[i].len;
		keep_piece(w, slot, &list[i]);
	}
	for (size_t i = 0; i < n; i++)
		read_bytes(w, slot, list[i].data, list[i].len);
	s->dirty |= n > 0;
	if (n == 0 || !export_waiting(s->m))
		s->awake = false;
	return n;
}

static void
read_some(struct model *w, const struct step *t)
{
	if (w->slot[t->slot].awake)
		take(w, t->slot, 1 + (t->x & 3),
		     PREFIXES / 6 * (1 + (t->x >> 2 & 255)));
}

static void
read_all(struct model *w, const struct step *t)
{
	unsigned int limit = 10000;

	while (w->slot[t->slot].awake && take(w, t->slot, 8, 65536) > 0)
		if (--limit == 0)
			wrong(w, "member %d reads for ever", t->slot);
}

static void
decide_some(struct model *w, const struct step *t)
{
	decide(w, 1 + t->x % (PREFIXES / 2));
}

static void
decide_all(struct model *w, const struct step *t)
{
	(void)t;
	decide(w, 0);
}

static void
release_some(struct model *w, const struct step *t)
{
	for (uint32_t i = 0; i < t->x % 8; i++)
		release_one(w);
}

static void
synchronise(struct model *w, const struct step *t)
{
	struct step one = *t;

	decide(w, 0);
	for (one.slot = 0; one.slot < SLOTS; one.slot++)
		read_all(w, &one);
	check(w);
	for (int i = 0; i < SLOTS; i++)
		if (w->slot[i].m != NULL && w->slot[i].dirty)
			wrong(w, "member %d is not in order at the end", i);
	check_rib(w);
}

static const struct op {
	const char *name;
	void (*run)(struct model *w, const struct step *t);
	unsigned int weight; /* in random sequences */
} ops[] = {
    {"announce", announce, 70},
    {"burst", burst, 10},
    {"withdraw", withdraw, 16},
    {"verdict", another_verdict, 8},
    {"long-lived", long_lived, 2},
    {"mark-stale", mark_stale, 3},
    {"sweep", sweep, 4},
    {"up", up, 14},
    {"down", down, 7},
    {"forget", forget_member, 1},
    {"storm", storm, 3},
    {"refresh", refresh, 5},
    {"refresh-all", refresh_all, 2},
    {"policy", change_policy, 5},
    {"read-some", read_some, 34},
    {"read-all", read_all, 10},
    {"decide-some", decide_some, 22},
    {"decide-all", decide_all, 14},
    {"release", release_some, 2},
    {"synchronise", synchronise, 3},
};

#endif
