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
json_count(uint64_t n)
{
	return json_integer((json_int_t)n);
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

/* ---- sessions */

struct counts {
	size_t received, accepted, stale, sent;
};

static struct counts
counts_of(const struct server_member *m, int f)
{
	const struct rib_peer *p = server_peer(m, f);

	return p == NULL ? (struct counts){0}
			 : (struct counts){p->received, p->accepted, p->stale,
					   export_told_count(m->out[f])};
}

static void
set_counts(json_t *o, const struct counts *c)
{
	set(o, "received", json_count(c->received));
	set(o, "accepted", json_count(c->accepted));
	set(o, "rejected", json_count(c->received - c->accepted));
	set(o, "sent", json_count(c->sent));
	set(o, "stale", json_count(c->stale));
}

/* Per family, and their sum. */
static json_t *
set_tables(json_t *o, const struct server_member *m)
{
	const struct policy_settings *c = &m->policy.client->settings;
	const struct bgp_session *session = bgp_fsm_session(&m->fsm);
	struct counts sum = {0};
	json_t *list = json_array();

	for (int f = 0; f < SERVER_FAMILIES; f++) {
		if (m->out[f] == NULL)
			continue;
		struct counts n = counts_of(m, f);
		json_t *t = json_object();
		set(t, "family", json_string(ip_family_name(server_family(f))));
		set(t, "agreed",
		    json_boolean(session != NULL &&
				 session->families &
				     bgp_family_bit(server_family(f))));
		set_counts(t, &n);
		set(t, "blocked", json_count(m->limit[f].blocked));
		set(t, "discarded", json_count(m->limit[f].discarded));
		set(t, "max_prefix",
		    c->max_prefix[f] != 0 ? json_count(c->max_prefix[f])
					  : json_null());
		json_array_append_new(list, t);
		sum.received += n.received;
		sum.accepted += n.accepted;
		sum.stale += n.stale;
		sum.sent += n.sent;
	}
	set_counts(o, &sum);
	return list;
}

static void
add_word(json_t *list, bool on, const char *word)
{
	if (on)
		json_array_append_new(list, json_string(word));
}

static json_t *
json_capabilities(const struct bgp_session *s)
{
	json_t *list = json_array();

	add_word(list, s->as4, "as4");
	add_word(list, s->refresh, "refresh");
	add_word(list, s->enhanced_refresh, "enhanced-refresh");
	add_word(list, s->extended_message, "extended-message");
	add_word(list, s->add_path_rx & BGP_IPV4, "add-path-rx-ipv4");
	add_word(list, s->add_path_rx & BGP_IPV6, "add-path-rx-ipv6");
	add_word(list, s->add_path_tx & BGP_IPV4, "add-path-tx-ipv4");
	add_word(list, s->add_path_tx & BGP_IPV6, "add-path-tx-ipv6");
	add_word(list, s->ext_nexthop & BGP_IPV4, "extended-next-hop-ipv4");
	add_word(list, s->notify_restart, "notification-restart");
	add_word(list, s->long_lived, "long-lived-restart");
	return list;
}

static const char *
role_name(int role)
{
	switch (role) {
	case BGP_ROLE_PROVIDER: return "provider";
	case BGP_ROLE_RS: return "rs";
	case BGP_ROLE_RS_CLIENT: return "rs-client";
	case BGP_ROLE_CUSTOMER: return "customer";
	case BGP_ROLE_PEER: return "peer";
	}
	return NULL;
}

static void
set_terms(json_t *o, const struct bgp_session *s)
{
	set(o, "keepalive",
	    s != NULL ? json_integer(s->keepalive) : json_null());
	set(o, "capabilities", s != NULL ? json_capabilities(s) : json_null());
	set(o, "peer_role",
	    json_text(s != NULL ? role_name(s->peer_role) : NULL));
	if (s != NULL)
		server_json_id(o, "peer_id", s->peer_id);
	else
		set(o, "peer_id", json_null());
}

void
server_json_id(json_t *o, const char *key, uint32_t id)
{
	char text[16];

	snprintf(text, sizeof(text), "%u.%u.%u.%u", id >> 24, id >> 16 & 255,
		 id >> 8 & 255, id & 255);
	set(o, key, json_string(text));
}

static const char *
stopped_word(const struct server_member *m)
{
	switch (m->stopped) {
	case SERVER_BY_OPERATOR: return "operator";
	case SERVER_BY_LIMIT: return "max_prefix";
	case SERVER_RUNS: break;
	}
	return NULL;
}

json_t *
server_json_session(const struct server_member *m)
{
	const struct policy_client *c = m->policy.client;
	const struct bgp_session *session = bgp_fsm_session(&m->fsm);
	uint64_t now = server_now(m->s);
	json_t *o = json_object();

	set(o, "member", out_str(server_member_name(m)));
	set(o, "id", json_string(c->id));
	set(o, "description", json_text(c->description));
	set(o, "address", json_address(&m->policy.address));
	set(o, "asn", json_count(c->asn));
	set(o, "family",
	    json_string(
		ip_family_name((enum ip_family)m->policy.address.family)));
	set(o, "state", json_string(bgp_state_name(bgp_fsm_state(&m->fsm))));
	set(o, "since_ms", json_count(now - m->fsm.since));
	set(o, "hold_time",
	    session != NULL ? json_integer(session->hold) : json_null());
	json_t *tables = set_tables(o, m);
	set_terms(o, session);
	set(o, "local",
	    session != NULL ? json_address(&m->local) : json_null());
	set(o, "md5", json_boolean(c->password != NULL));
	set(o, "ttl_security", json_boolean(c->settings.gtsm));
	set(o, "dynamic", json_boolean(m->dynamic));
	set(o, "stopped", json_text(stopped_word(m)));
	set(o, "restart_ms",
	    m->again_at > now && !m->dynamic ? json_count(m->again_at - now)
					     : json_null());
	set(o, "flaps", json_count(m->fsm.flaps));
	/* While it is up, vain attempts before that are no news. */
	set(o, "last_error",
	    json_text(session != NULL || m->stopped == SERVER_BY_LIMIT
			  ? m->last_down
			  : m->fsm.last_error));
	set(o, "malformed", json_count(m->malformed));
	set(o, "last_malformed", json_text(m->last_malformed));
	set(o, "tables", tables);
	return o;
}

/* ---- attributes */

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
	set(o, "med", a->has_med ? json_count(a->med) : json_null());
	set(o, "communities", json_words(bgp_communities_print(a)));
	set(o, "large_communities", json_words(bgp_large_print(a)));
	set(o, "ext_communities", json_words(bgp_ext_print(a)));
	set(o, "otc", a->has_otc ? json_count(a->otc) : json_null());
}

void
server_json_member(json_t *o, const struct server_member *m)
{
	set(o, "member", out_str(server_member_name(m)));
	set(o, "address", json_address(&m->policy.address));
	set(o, "asn", json_count(m->policy.client->asn));
}

static void
set_prefix(json_t *o, const struct ip_prefix *p)
{
	char text[IP_PREFIXSTRLEN];

	set(o, "prefix", json_string(ip_prefix_print(p, text)));
}

/* ---- routes */

static const struct {
	uint16_t mark;
	const char *word;
} mark_words[] = {
    {POLICY_MARK_ROV_VALID, "rpki-valid"},
    {POLICY_MARK_ROV_UNKNOWN, "rpki-unknown"},
    {POLICY_MARK_ROV_INVALID, "rpki-invalid"},
    {POLICY_MARK_ASPA_INVALID, "aspa-invalid"},
    {POLICY_MARK_PREFIX_IN_SET, "prefix-in-as-set"},
    {POLICY_MARK_PREFIX_NOT_IN_SET, "prefix-not-in-as-set"},
    {POLICY_MARK_ORIGIN_IN_SET, "origin-in-as-set"},
    {POLICY_MARK_ORIGIN_NOT_IN_SET, "origin-not-in-as-set"},
    {POLICY_MARK_VIA_ROA, "via-roa"},
    {POLICY_MARK_VIA_ARIN, "via-arin"},
    {POLICY_MARK_VIA_REGISTROBR, "via-registrobr"},
    {POLICY_MARK_VIA_WHITE_LIST, "via-white-list"},
    {POLICY_MARK_BLACKHOLE, "blackhole"},
    {POLICY_MARK_GSHUT, "graceful-shutdown"},
    {POLICY_MARK_LLGR, "long-lived-stale"},
    {POLICY_MARK_TRANSIT_FREE, "transit-free-asn"},
};

static json_t *
json_marks(uint16_t marks)
{
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof(mark_words) / sizeof(*mark_words); i++)
		add_word(list, marks & mark_words[i].mark, mark_words[i].word);
	return list;
}

static void
set_reason(json_t *o, const struct server *s, const struct server_member *m,
	   const struct ip_prefix *prefix, const struct bgp_attrs *a,
	   enum policy_reason why)
{
	char text[512];

	set(o, "state",
	    json_string(why == POLICY_ACCEPTED ? "accepted" : "rejected"));
	if (why == POLICY_ACCEPTED) {
		set(o, "reason", json_null());
		set(o, "reason_code", json_null());
		set(o, "reason_text", json_null());
		return;
	}
	policy_reason_print(s->policy, &m->policy, prefix, a, why, text,
			    sizeof(text));
	set(o, "reason", json_string(policy_reason_slug(why)));
	set(o, "reason_code", json_integer(policy_reason_code(why)));
	set(o, "reason_text", out_str(text));
}

/* With the communities that are ours alone: what was found out, or why it was
 * rejected. */
static void
set_tagged(json_t *o, const struct server *s, const struct server_member *m,
	   const struct bgp_attrs *a, const struct rib_path *p)
{
	struct bgp_attrs *tagged =
	    p->reason == POLICY_ACCEPTED
		? policy_tag_accepted(s->policy, &m->policy, a, p->marks)
		: policy_tag_rejected(s->policy, &m->policy, a,
				      (enum policy_reason)p->reason);

	set_attrs(o, tagged);
	bgp_attrs_unref(tagged);
}

json_t *
server_json_path(const struct server *s, int f, uint32_t path,
		 const struct bgp_attrs *a)
{
	struct rib *r = s->table[f].rib;
	const struct rib_path *p = rib_path(r, path);
	const struct server_member *m = server_from(s, f, p);
	const struct ip_prefix *prefix = &rib_net(r, p->net)->prefix;
	json_t *o = json_object();

	set_prefix(o, prefix);
	server_json_member(o, m);
	set_tagged(o, s, m, a, p);
	set(o, "path_id", p->id ? json_count(p->id) : json_null());
	set_reason(o, s, m, prefix, a, (enum policy_reason)p->reason);
	set(o, "marks", json_marks(p->marks));
	set(o, "stale", json_boolean(p->stale));
	set(o, "best", json_boolean(rib_best(r, p->net) == path));
	return o;
}

json_t *
server_json_sent(const struct server_member *to, const struct ip_prefix *prefix,
		 const struct bgp_attrs *a, uint32_t id)
{
	json_t *o = json_object();

	set_prefix(o, prefix);
	server_json_member(o, to);
	set_attrs(o, a);
	set(o, "path_id", id ? json_count(id) : json_null());
	return o;
}
