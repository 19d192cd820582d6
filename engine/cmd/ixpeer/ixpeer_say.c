#include "cmd/ixpeer/ixpeer.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"

static json_t *
event(const char *name)
{
	json_t *o = json_object();

	json_object_set_new(o, "event", json_string(name));
	return o;
}

static void
set_str(json_t *o, const char *key, const char *value)
{
	json_object_set_new(o, key, out_str(value));
}

static void
set_int(json_t *o, const char *key, json_int_t value)
{
	json_object_set_new(o, key, json_integer(value));
}

static void
say(json_t *o)
{
	json_dumpf(o, stdout, JSON_COMPACT);
	putchar('\n');
	fflush(stdout);
	json_decref(o);
}

static void
set_addr(json_t *o, const char *key, const struct ip_addr *a)
{
	char text[IP_ADDRSTRLEN];

	if (a->family != IP_NONE)
		set_str(o, key, ip_addr_print(a, text));
}

static void
set_id(json_t *o, const char *key, uint32_t id)
{
	uint8_t bytes[4] = {(uint8_t)(id >> 24), (uint8_t)(id >> 16),
			    (uint8_t)(id >> 8), (uint8_t)id};
	struct ip_addr a = ip_addr_from(IP_V4, bytes);

	set_addr(o, key, &a);
}

static void
set_families(json_t *o, const char *key, unsigned int families)
{
	json_t *list = json_array();

	if (families & BGP_IPV4)
		json_array_append_new(list, json_string("ipv4"));
	if (families & BGP_IPV6)
		json_array_append_new(list, json_string("ipv6"));
	json_object_set_new(o, key, list);
}

static void
set_ids(json_t *o, const uint32_t *ids, size_t n)
{
	json_t *list;

	if (ids == NULL)
		return;
	list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_integer(ids[i]));
	json_object_set_new(o, "path_ids", list);
}

static void
set_role(json_t *o, int role)
{
	static const char *const names[] = {"provider", "rs", "rs-client",
					    "customer", "peer"};

	if (role >= 0 && role <= BGP_ROLE_PEER)
		set_str(o, "role", names[role]);
	else if (role >= 0)
		set_int(o, "role", role);
}

static void
set_restart(json_t *o, const struct bgp_restart *g,
	    const struct bgp_long_lived *l)
{
	json_t *r = json_object();

	if (!g->there) {
		json_decref(r);
		return;
	}
	set_int(r, "time", g->time);
	json_object_set_new(r, "restarting", json_boolean(g->restarting));
	json_object_set_new(r, "notification", json_boolean(g->notification));
	set_families(r, "families", g->families);
	set_families(r, "forwarding", g->forwarding);
	if (l->there) {
		set_families(r, "long_lived", l->families);
		if (l->families & BGP_IPV4)
			set_int(r, "long_lived_ipv4", l->time[0]);
		if (l->families & BGP_IPV6)
			set_int(r, "long_lived_ipv6", l->time[1]);
	}
	json_object_set_new(o, "graceful_restart", r);
}

static void
set_prefixes(json_t *o, const struct ip_prefix *p, size_t n)
{
	json_t *list = json_array();
	char text[IP_PREFIXSTRLEN];

	for (size_t i = 0; i < n; i++)
		json_array_append_new(
		    list, json_string(ip_prefix_print(&p[i], text)));
	json_object_set_new(o, "prefixes", list);
}

/* Numbers in order; a set is a list of its own inside. */
static json_t *
path(const struct bgp_attrs *a)
{
	json_t *list = json_array(), *set = NULL;
	struct bgp_path_walk w = bgp_path_walk(a);

	while (bgp_path_next(&w)) {
		json_t *asn = json_integer(w.asn);

		if (w.segment != BGP_AS_SET) {
			json_array_append_new(list, asn);
			continue;
		}
		if (set == NULL) {
			set = json_array();
			json_array_append_new(list, set);
		}
		json_array_append_new(set, asn);
		if (w.left == 0)
			set = NULL;
	}
	return list;
}

static void
set_communities(json_t *o, const struct bgp_attrs *a)
{
	json_t *list = json_array(), *large = json_array(), *ext = json_array();
	char text[40];

	for (size_t i = 0; i < a->n_communities; i++) {
		snprintf(text, sizeof text, "%u:%u", a->communities[i] >> 16,
			 a->communities[i] & 0xFFFF);
		json_array_append_new(list, json_string(text));
	}
	for (size_t i = 0; i < a->n_large; i++) {
		snprintf(text, sizeof text, "%u:%u:%u", a->large[i].global,
			 a->large[i].a, a->large[i].b);
		json_array_append_new(large, json_string(text));
	}
	json_object_set_new(o, "communities", list);
	for (size_t i = 0; i < a->n_ext; i++)
		json_array_append_new(
		    ext, json_string(bgp_ext_one(a->ext + 8 * i, text)));
	json_object_set_new(o, "large_communities", large);
	json_object_set_new(o, "ext_communities", ext);
}

static void
set_hex(json_t *o, const char *key, const uint8_t *bytes, size_t n)
{
	struct str text = {0};

	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++)
		str_addf(&text, "%02x", bytes[i]);
	set_str(o, key, str_text(&text));
	str_clear(&text);
}

static void
set_attrs(json_t *o, const struct bgp_attrs *a)
{
	set_addr(o, "next_hop", &a->next_hop);
	set_addr(o, "link_local", &a->link_local);
	json_object_set_new(o, "as_path", path(a));
	set_str(o, "origin", bgp_origin_name(a->origin));
	if (a->has_med)
		set_int(o, "med", a->med);
	if (a->has_local_pref)
		set_int(o, "local_pref", a->local_pref);
	set_communities(o, a);
	if (a->atomic_aggregate)
		json_object_set_new(o, "atomic_aggregate", json_true());
	if (a->has_aggregator) {
		set_int(o, "aggregator_as", a->aggregator_as);
		set_id(o, "aggregator_id", a->aggregator_id);
	}
	if (a->has_otc)
		set_int(o, "otc", a->otc);
	set_hex(o, "unknown", a->unknown, a->unknown_len);
}

void
ixpeer_say_state(enum bgp_state state, const char *reason)
{
	json_t *o = event("state");

	set_str(o, "state", bgp_state_name(state));
	if ((state == BGP_IDLE || state == BGP_ACTIVE) && reason[0] != '\0')
		set_str(o, "reason", reason);
	say(o);
}

void
ixpeer_say_up(const struct bgp_session *s)
{
	json_t *o = event("up");

	set_int(o, "asn", s->peer_as);
	set_id(o, "id", s->peer_id);
	set_int(o, "hold", s->hold);
	set_families(o, "families", s->families);
	json_object_set_new(o, "extended_message",
			    json_boolean(s->extended_message));
	set_families(o, "add_path_rx", s->add_path_rx);
	set_families(o, "add_path_tx", s->add_path_tx);
	set_families(o, "ext_nexthop", s->ext_nexthop);
	set_role(o, s->peer_role);
	say(o);
}

void
ixpeer_say_down(const char *reason)
{
	json_t *o = event("down");

	set_str(o, "reason", reason);
	say(o);
}

static void
say_open(const struct bgp_open *open)
{
	json_t *o = event("open");

	set_int(o, "asn", open->asn);
	set_id(o, "id", open->id);
	set_int(o, "hold", open->hold);
	set_families(o, "families", open->families);
	json_object_set_new(o, "as4", json_boolean(open->as4));
	json_object_set_new(o, "refresh", json_boolean(open->refresh));
	json_object_set_new(o, "enhanced_refresh",
			    json_boolean(open->enhanced_refresh));
	json_object_set_new(o, "extended_message",
			    json_boolean(open->extended_message));
	set_families(o, "add_path_rx", open->add_path_rx);
	set_families(o, "add_path_tx", open->add_path_tx);
	set_families(o, "ext_nexthop", open->ext_nexthop);
	set_role(o, open->has_role ? open->role : BGP_ROLE_NONE);
	set_restart(o, &open->restart, &open->long_lived);
	set_int(o, "unknown_capabilities", open->unknown);
	say(o);
}

static void
say_update(const struct bgp_update *u)
{
	json_t *o;

	if (u->n_withdrawn > 0) {
		o = event("withdraw");
		set_prefixes(o, u->withdrawn, u->n_withdrawn);
		set_ids(o, u->withdrawn_ids, u->n_withdrawn);
		say(o);
	}
	for (size_t i = 0; i < u->n_reach; i++) {
		o = event("announce");
		set_prefixes(o, u->reach[i].prefixes, u->reach[i].n);
		set_ids(o, u->reach[i].ids, u->reach[i].n);
		set_attrs(o, u->reach[i].attrs);
		say(o);
	}
	if (u->end_of_rib != IP_NONE) {
		o = event("end-of-rib");
		set_str(o, "family", ip_family_name(u->end_of_rib));
		say(o);
	}
}

static void
say_notification(const char *direction, const struct bgp_notify *n)
{
	json_t *o = event("notification");
	char text[256];

	set_str(o, "direction", direction);
	set_int(o, "code", n->code);
	set_int(o, "subcode", n->subcode);
	set_str(o, "name", bgp_notification_name(n->code, n->subcode));
	if (bgp_notify_text(n, text, sizeof text)[0] != '\0')
		set_str(o, "text", text);
	set_hex(o, "data", n->data, n->len);
	say(o);
}

void
ixpeer_say_sent_notification(const uint8_t *message, size_t len)
{
	struct bgp_msg m;

	if (bgp_msg_decode(NULL, message, len, &m) == BGP_OK)
		say_notification("sent", &m.notify);
	bgp_msg_clear(&m);
}

static void
say_refresh(const struct bgp_refresh *r)
{
	static const char *const kinds[] = {"request", "begin", "end"};
	json_t *o = event("refresh");

	set_str(o, "family",
		r->family == IP_NONE ? "unknown" : ip_family_name(r->family));
	set_str(o, "kind", r->subtype < 3 ? kinds[r->subtype] : "unknown");
	say(o);
}

void
ixpeer_say_problem(enum bgp_treat treat, const struct bgp_problem *p)
{
	json_t *o = event("problem");

	set_str(o, "treatment", bgp_treat_name(treat));
	set_int(o, "code", p->notify.code);
	set_int(o, "subcode", p->notify.subcode);
	set_str(o, "text", p->text);
	say(o);
}

void
ixpeer_say_message(enum bgp_treat treat, const struct bgp_msg *m)
{
	if (treat != BGP_OK)
		ixpeer_say_problem(treat, &m->problem);
	if (treat == BGP_SESSION_RESET)
		return;
	switch (m->type) {
	case BGP_OPEN: say_open(&m->open); break;
	case BGP_UPDATE: say_update(&m->update); break;
	case BGP_NOTIFICATION: say_notification("received", &m->notify); break;
	case BGP_REFRESH: say_refresh(&m->refresh); break;
	case BGP_KEEPALIVE:
	case BGP_NO_MESSAGE: break;
	}
}
