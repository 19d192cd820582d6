/*
 * export_model_reader: a member reads what it is sent and keeps the routes, as a
 * real speaker does; and complains about everything it should not see.
 */
#ifndef EXPORT_MODEL_READER_H
#define EXPORT_MODEL_READER_H

#include "rs/export/t/export_model_reference.h"

static const char *
text(const struct model *w, int prefix)
{
	static char buf[IP_PREFIXSTRLEN];

	return ip_prefix_print(&w->prefix[prefix], buf);
}

/* For the message of a failure. */
static const char *
print_attrs(const struct bgp_attrs *a)
{
	static char buf[300];
	char *path = bgp_path_print(a), *std = bgp_communities_print(a),
	     *large = bgp_large_print(a), hop[IP_ADDRSTRLEN],
	     local[IP_ADDRSTRLEN] = "";

	if (a->link_local.family != IP_NONE)
		ip_addr_print(&a->link_local, local);
	snprintf(buf, sizeof(buf),
		 "path %s, %s, MED %d %u, communities %s %.60s, next hop %s %s",
		 path, bgp_origin_name(a->origin), a->has_med, a->med, std,
		 large, ip_addr_print(&a->next_hop, hop), local);
	free(path);
	free(std);
	free(large);
	return buf;
}

static int
prefix_of(struct model *w, const struct ip_prefix *p)
{
	int guess = p->addr.bytes[1] << 8 | p->addr.bytes[2];

	if (guess < PREFIXES && ip_prefix_eq(&w->prefix[guess], p))
		return guess;
	for (int i = 0; i < PREFIXES; i++)
		if (ip_prefix_eq(&w->prefix[i], p))
			return i;
	wrong(w, "a prefix that nobody announced");
}

static struct held *
find_held(struct slot *s, int prefix, uint32_t id)
{
	for (size_t i = 0; i < s->n_held[prefix]; i++)
		if (s->held[prefix][i].id == id)
			return &s->held[prefix][i];
	return NULL;
}

static void
drop(struct slot *s, int prefix, struct held *h)
{
	*h = s->held[prefix][--s->n_held[prefix]];
}

static void
read_withdrawal(struct model *w, int slot, int prefix, uint32_t id)
{
	struct held *h = find_held(&w->slot[slot], prefix, id);

	w->stats.withdrawn++;
	if (h != NULL)
		drop(&w->slot[slot], prefix, h);
	else
		w->stats.useless++;
}

static void bad_route(struct model *w, int slot, int prefix,
		      const struct bgp_attrs *a, const char *what)
    __attribute__((noreturn));

static void
bad_route(struct model *w, int slot, int prefix, const struct bgp_attrs *a,
	  const char *what)
{
	wrong(w, "member %d gets a route to %s %s: %s", slot, text(w, prefix),
	      what, print_attrs(a));
}

/* What must never be received, whatever happened before. */
static void
check_forbidden(struct model *w, int slot, int prefix,
		const struct bgp_attrs *a)
{
	struct slot *s = &w->slot[slot];
	bool foreign = a->next_hop.family != w->family;

	if (bgp_path_contains(a, s->s.client->asn))
		bad_route(w, slot, prefix, a, "with its AS in the path");
	if (is_unscrubbed(&w->policy->p, a))
		bad_route(w, slot, prefix, a, "with a control community");
	if (foreign && s->terms.ext_nexthop == 0)
		bad_route(w, slot, prefix, a, "with a foreign next hop");
	w->stats.foreign += foreign;
}

static const struct bgp_attrs *
check_allowed(struct model *w, int slot, int prefix,
	      const struct bgp_attrs *received)
{
	const struct bgp_attrs *a = known(w, received);
	struct seen *seen;

	if (a == NULL)
		bad_route(w, slot, prefix, received, "that no policy makes");
	seen = find_seen(&w->slot[slot].watch[prefix], a);
	if (seen == NULL)
		bad_route(w, slot, prefix, a, "that it was not to be sent");
	if (seen->epoch != w->epoch)
		bad_route(w, slot, prefix, a, "that an old policy allowed");
	return a;
}

static void
read_route(struct model *w, int slot, const struct ip_prefix *p, uint32_t id,
	   const struct bgp_attrs *received)
{
	struct slot *s = &w->slot[slot];
	int prefix = prefix_of(w, p);
	struct held *h = find_held(s, prefix, id);

	w->stats.announced++;
	check_forbidden(w, slot, prefix, received);
	const struct bgp_attrs *a = check_allowed(w, slot, prefix, received);
	if (h == NULL) {
		if (s->n_held[prefix] == COUNT(s->held[prefix]))
			wrong(w, "member %d holds ever more paths", slot);
		h = &s->held[prefix][s->n_held[prefix]++];
	}
	*h = (struct held){.attrs = a, .id = id};
	w->stats.several += s->n_held[prefix] > 1;
}

/* RFC 4724, RFC 7313: the table has been told to its end. What did not change
 * meanwhile is held. With ADD-PATH and a limit, one path may have taken the place
 * of another one with the same attributes, which is a change that attributes do
 * not show: such members are compared when all is in order. */
static void
check_told(struct model *w, int slot, const char *what)
{
	struct slot *s = &w->slot[slot];

	if (has_add_path(w, slot))
		return;
	for (int p = 0; p < PREFIXES; p++) {
		struct choice c = {.n = s->n_held[p]};
		for (size_t i = 0; i < c.n; i++)
			c.list[i] = s->held[p][i].attrs;
		qsort(c.list, c.n, sizeof(*c.list), by_pointer);
		if (!s->watch[p].varied && !same_choice(&c, &s->watch[p].now))
			wrong(w, "member %d: %s, yet %s is not as it is to be",
			      slot, what, text(w, p));
	}
}

static void
read_end_of_rib(struct model *w, int slot)
{
	if (w->slot[slot].ended)
		wrong(w, "member %d gets End-of-RIB twice", slot);
	w->slot[slot].ended = true;
	w->stats.ends++;
	check_told(w, slot, "End-of-RIB");
}

static void
begin_refresh(struct model *w, int slot)
{
	struct slot *s = &w->slot[slot];

	if (!s->ended || s->refreshing || s->requests == 0)
		wrong(w, "member %d gets BoRR %s", slot,
		      !s->ended	      ? "before End-of-RIB"
		      : s->refreshing ? "twice"
				      : "that it did not ask for");
	s->refresh_due = false;
	s->requests--;
	s->refreshing = true;
	for (int p = 0; p < PREFIXES; p++)
		for (size_t i = 0; i < s->n_held[p]; i++)
			s->held[p][i].stale = true;
}

static void
end_refresh(struct model *w, int slot)
{
	struct slot *s = &w->slot[slot];

	if (!s->refreshing)
		wrong(w, "member %d gets EoRR without BoRR", slot);
	s->refreshing = false;
	w->stats.refreshes++;
	for (int p = 0; p < PREFIXES; p++)
		for (size_t i = s->n_held[p]; i-- > 0;)
			if (s->held[p][i].stale)
				drop(s, p, &s->held[p][i]);
	check_told(w, slot, "EoRR");
}

static void
read_update(struct model *w, int slot, const struct bgp_update *u)
{
	bool ids = has_add_path(w, slot);

	for (size_t i = 0; i < u->n_withdrawn; i++)
		read_withdrawal(w, slot, prefix_of(w, &u->withdrawn[i]),
				ids ? u->withdrawn_ids[i] : 0);
	for (size_t i = 0; i < u->n_reach; i++) {
		const struct bgp_reach *r = &u->reach[i];
		if ((r->ids != NULL) != ids)
			wrong(w, "member %d: path identifiers, or none", slot);
		for (size_t j = 0; j < r->n; j++)
			read_route(w, slot, &r->prefixes[j],
				   ids ? r->ids[j] : 0, r->attrs);
	}
	if (u->end_of_rib == w->family)
		read_end_of_rib(w, slot);
	else if (u->end_of_rib != IP_NONE)
		wrong(w, "member %d: End-of-RIB of another family", slot);
}

/* The session as the member sees it. */
static struct bgp_session
mirrored(const struct slot *s)
{
	struct bgp_session t = s->terms;

	t.local_as = s->terms.peer_as;
	t.peer_as = s->terms.local_as;
	t.add_path_rx = s->terms.add_path_tx;
	t.add_path_tx = s->terms.add_path_rx;
	return t;
}

static void
read_message(struct model *w, int slot, const struct bgp_msg *m)
{
	const struct bgp_refresh *r = &m->refresh;

	if (m->type == BGP_UPDATE)
		read_update(w, slot, &m->update);
	else if (m->type == BGP_REFRESH && r->family == w->family &&
		 r->subtype == BGP_REFRESH_BEGIN)
		begin_refresh(w, slot);
	else if (m->type == BGP_REFRESH && r->family == w->family &&
		 r->subtype == BGP_REFRESH_END)
		end_refresh(w, slot);
	else
		wrong(w, "member %d gets a message of type %d", slot, m->type);
}

static void
read_bytes(struct model *w, int slot, const uint8_t *data, size_t len)
{
	struct bgp_session s = mirrored(&w->slot[slot]);
	size_t max = s.extended_message ? BGP_MSG_EXTENDED : BGP_MSG_MAX;

	while (len > 0) {
		struct bgp_problem problem;
		struct bgp_msg m;
		size_t size;
		if (bgp_frame(&s, data, len, &size, &problem) != BGP_OK ||
		    size == 0 || size > max)
			wrong(w,
			      "member %d: no whole message of the size agreed",
			      slot);
		if (bgp_msg_decode(&s, data, size, &m) != BGP_OK)
			wrong(w, "member %d gets a bad message: %s", slot,
			      m.problem.text);
		read_message(w, slot, &m);
		bgp_msg_clear(&m);
		data += size;
		len -= size;
	}
}

#endif
