/* server_json: sessions and routes as JSON; the keys are ixrsctl(1)'s. */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "rs/server/server_state.h"

static void
set(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

static json_t *
json_address(const struct ip_addr *a)
{
	char text[IP_ADDRSTRLEN];

	return a->family == IP_NONE ? json_null()
				    : json_string(ip_addr_print(a, text));
}

static json_t *
json_text(const char *text)
{
	return text != NULL && text[0] != '\0' ? out_str(text) : json_null();
}

json_t *
server_json_session(const struct server_member *m)
{
	const struct policy_client *c = m->policy.client;
	const struct bgp_session *session = bgp_fsm_session(&m->fsm);
	const struct rib_peer *p = m->peer;
	json_t *o = json_object();

	set(o, "member", out_str(server_member_name(m)));
	set(o, "id", json_string(c->id));
	set(o, "description", json_text(c->description));
	set(o, "address", json_address(&m->policy.address));
	set(o, "asn", json_integer(c->asn));
	set(o, "family", json_string(ip_family_name(p->family)));
	set(o, "state", json_string(bgp_state_name(bgp_fsm_state(&m->fsm))));
	set(o, "since_ms",
	    json_integer((json_int_t)(server_now(m->s) - m->fsm.since)));
	set(o, "hold_time",
	    session != NULL ? json_integer(session->hold) : json_null());
	set(o, "received", json_integer((json_int_t)p->received));
	set(o, "accepted", json_integer((json_int_t)p->accepted));
	set(o, "rejected",
	    json_integer((json_int_t)(p->received - p->accepted)));
	set(o, "sent", json_integer((json_int_t)p->sent));
	set(o, "flaps", json_integer(m->fsm.flaps));
	/* While it is up, vain attempts before that are no news. */
	set(o, "last_error",
	    json_text(session != NULL ? m->last_down : m->fsm.last_error));
	set(o, "malformed", json_integer((json_int_t)m->malformed));
	set(o, "last_malformed", json_text(m->last_malformed));
	return o;
}

/* [65001, 65002, [65003, 65004]]: a set is a list within. */
static json_t *
json_as_path(const struct bgp_attrs *a)
{
	json_t *path = json_array(), *set_of = NULL;
	struct bgp_path_walk w = bgp_path_walk(a);

	while (bgp_path_next(&w)) {
		bool in_set =
		    w.segment == BGP_AS_SET || w.segment == BGP_CONFED_SET;
		if (in_set && set_of == NULL) {
			set_of = json_array();
			json_array_append_new(path, set_of);
		}
		json_array_append_new(in_set ? set_of : path,
				      json_integer(w.asn));
		if (!in_set || w.left == 0)
			set_of = NULL;
	}
	return path;
}

/* "65001:10 65001:20" as a list of words. */
static json_t *
json_words(char *text)
{
	json_t *list = json_array();
	char *save = NULL;

	for (char *w = strtok_r(text, " ", &save); w != NULL;
	     w = strtok_r(NULL, " ", &save))
		json_array_append_new(list, json_string(w));
	free(text);
	return list;
}

static void
set_attrs(json_t *o, const struct bgp_attrs *a)
{
	set(o, "next_hop", json_address(&a->next_hop));
	set(o, "as_path", json_as_path(a));
	set(o, "origin", json_string(bgp_origin_name(a->origin)));
	set(o, "med", a->has_med ? json_integer(a->med) : json_null());
	set(o, "communities", json_words(bgp_communities_print(a)));
	set(o, "large_communities", json_words(bgp_large_print(a)));
}

static void
set_member(json_t *o, const struct server_member *m)
{
	set(o, "member", out_str(server_member_name(m)));
	set(o, "address", json_address(&m->policy.address));
	set(o, "asn", json_integer(m->policy.client->asn));
}

static void
set_prefix(json_t *o, const struct ip_prefix *p)
{
	char text[IP_PREFIXSTRLEN];

	set(o, "prefix", json_string(ip_prefix_print(p, text)));
}

json_t *
server_json_path(const struct server *s, const struct rib_path *p)
{
	const struct server_member *m = p->peer->user;
	enum policy_reason why = (enum policy_reason)p->verdict;
	json_t *o = json_object();
	char text[512];

	set_prefix(o, &p->net->prefix);
	set_member(o, m);
	set_attrs(o, p->attrs->attrs);
	set(o, "state",
	    json_string(why == POLICY_ACCEPTED ? "accepted" : "rejected"));
	if (why == POLICY_ACCEPTED) {
		set(o, "reason", json_null());
		set(o, "reason_code", json_null());
		set(o, "reason_text", json_null());
	} else {
		policy_reason_print(s->policy, &m->policy, &p->net->prefix,
				    p->attrs->attrs, why, text, sizeof(text));
		set(o, "reason", json_string(policy_reason_slug(why)));
		set(o, "reason_code", json_integer(policy_reason_code(why)));
		set(o, "reason_text", out_str(text));
	}
	set(o, "best", json_boolean(rib_best(s->rib, p->net, NULL) == p));
	return o;
}

json_t *
server_json_sent(const struct server_member *to, const struct ip_prefix *prefix,
		 const struct bgp_attrs *a)
{
	json_t *o = json_object();

	set_prefix(o, prefix);
	set_member(o, to);
	set_attrs(o, a);
	return o;
}
