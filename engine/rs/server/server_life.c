/*
 * server_life: members come and go: with the files, by the operator's word, and
 * from inside a range.
 *
 * A dynamic member (a client's range) exists from its first connection until a
 * while after its last; it is passive, and the range bounds how many there are.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "rs/server/server_state.h"

/* The first attempts follow quickly, for at the start of a lab everybody starts.
 * The back-off ends early, because a member that has just repaired its
 * configuration should be up within a second; it is also how long a handshake
 * may take, on the longest of links. */
#define LIFE_RETRY_MS 100
#define LIFE_RETRY_MAX_MS 700
/* Who connects and says nothing: not four minutes (RFC 4271 8.2.2), for its
 * place is wanted. */
#define LIFE_OPEN_MS 10000
#define LIFE_DYNAMIC 512 /* of a range */
/* Nobody's routes are kept for longer, whatever it asks for. */
#define LIFE_RESTART_S 600
#define LIFE_LONG_LIVED_S 86400

static uint8_t
life_families(const struct server_member *m, const struct policy_client *c)
{
	uint8_t own = (uint8_t)bgp_family_bit(m->policy.address.family);

	return c->settings.rfc8950 && own == BGP_IPV6
		   ? (uint8_t)(own | BGP_IPV4)
		   : own;
}

static struct bgp_fsm_conf
life_conf(const struct server_member *m, const struct policy_client *client)
{
	const struct server *s = m->s;
	const struct policy_settings *set = &client->settings;
	uint8_t families = life_families(m, client);

	return (struct bgp_fsm_conf){
	    .local_as = s->policy->rs_as,
	    .local_id = s->policy->router_id,
	    .peer_as = client->asn,
	    .families = families,
	    .passive = set->passive || m->dynamic,
	    .hold = s->conf->hold,
	    .extended_message = true,
	    .add_path_rx = set->add_path ? families : 0,
	    .add_path_tx = set->add_path ? families : 0,
	    .ext_nexthop = set->rfc8950 && (families & BGP_IPV4) ? BGP_IPV4 : 0,
	    .has_role = set->roles,
	    .role = set->role,
	    .role_strict = set->roles && set->strict_roles,
	    .restart = {.there = true, .notification = true},
	    .long_lived = {.there = true},
	    .max_restart_s = LIFE_RESTART_S,
	    .max_long_lived_s = LIFE_LONG_LIVED_S,
	    .connect_retry_ms = LIFE_RETRY_MS,
	    .idle_hold_ms = LIFE_RETRY_MS,
	    .max_wait_ms = LIFE_RETRY_MAX_MS,
	    .open_hold_ms = LIFE_OPEN_MS,
	};
}

/* ---- its ends in the tables */

static void
life_table_del(struct server_member *m, int f)
{
	export_member_del(m->out[f]);
	m->out[f] = NULL;
	m->limit[f] = (struct server_limit){0};
}

/* The ends that its families ask for. */
static void
life_tables(struct server_member *m, uint8_t families)
{
	for (int f = 0; f < SERVER_FAMILIES; f++) {
		bool want = families & bgp_family_bit(server_family(f));
		if (want && m->out[f] == NULL)
			m->out[f] =
			    export_member_add(m->s->table[f].x, &m->policy, m);
		else if (!want && m->out[f] != NULL)
			life_table_del(m, f);
	}
}

/* ---- in */

struct server_member *
server_member_add(struct server *s, const struct policy_client *client,
		  const struct ip_addr *address, bool dynamic)
{
	struct server_member *m = xcalloc(1, sizeof(*m));

	m->s = s;
	m->policy =
	    (struct policy_session){.client = client, .address = *address};
	m->dynamic = dynamic;
	m->seen = true;
	m->over = -1;
	s->n_dynamic += dynamic;
	server_find_add(s, m);
	uv_timer_init(s->loop, &m->timer);
	m->timer.data = m;
	struct bgp_fsm_conf conf = life_conf(m, client);
	life_tables(m, conf.families);
	bgp_fsm_init(&m->fsm, &conf, server_now(s));
	return m;
}

void
server_member_start(struct server_member *m)
{
	struct bgp_event start = {.type = BGP_EV_START};

	m->stopped = SERVER_RUNS;
	m->again_at = 0;
	server_member_step(m, &start);
}

static size_t
life_in_range(const struct server *s, const struct ip_prefix *range)
{
	size_t n = 0;

	for (const struct server_member *m = s->members; m != NULL; m = m->next)
		n +=
		    m->dynamic && ip_prefix_has_addr(range, &m->policy.address);
	return n;
}

struct server_member *
server_member_dynamic(struct server *s, const struct ip_addr *address)
{
	const struct ip_prefix *range;
	const struct policy_client *c =
	    server_range(s->policy, address, &range);
	char text[IP_PREFIXSTRLEN];

	if (c == NULL)
		return NULL;
	if (s->n_dynamic >= LIFE_DYNAMIC &&
	    life_in_range(s, range) >= LIFE_DYNAMIC) {
		log_debug("server", "%s of %s is full: %u sessions",
			  ip_prefix_print(range, text), c->id, LIFE_DYNAMIC);
		return NULL;
	}
	struct server_member *m = server_member_add(s, c, address, true);
	m->again_at = server_now(s) + SERVER_DYNAMIC_MS;
	struct bgp_event start = {.type = BGP_EV_START};
	server_member_step(m, &start);
	return m;
}

/* ---- out */

static void
life_free(uv_handle_t *h)
{
	free(h->data);
}

static void
life_end(struct server_member *m, const struct bgp_notify *n)
{
	struct bgp_event stop = {.type = BGP_EV_STOP, .notify = n};

	server_member_step(m, &stop);
	for (int side = 0; side < 2; side++)
		if (m->conn[side] != NULL)
			server_conn_close(m->conn[side]);
}

void
server_member_stop(struct server_member *m, enum server_stopped by,
		   const struct bgp_notify *n)
{
	m->stopped = by;
	life_end(m, n);
}

void
server_member_del(struct server_member *m)
{
	struct server *s = m->s;
	struct bgp_notify n = bgp_notify_cease(
	    s->stopping ? BGP_CEASE_SHUTDOWN : BGP_CEASE_UNCONFIGURED, NULL);

	life_end(m, &n);
	server_ready_not(m);
	server_event_forget(s, m);
	server_list_forget(s, m);
	life_tables(m, 0);
	server_find_del(s, m);
	server_warn_clear(m);
	s->n_dynamic -= m->dynamic;
	uv_close((uv_handle_t *)&m->timer, life_free);
}

/* ---- changed settings */

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* What two ends agreed on in their OPENs, and how their packets are guarded,
 * cannot change under a session; everything else can. */
static bool
life_must_reset(const struct bgp_fsm_conf *old, const struct bgp_fsm_conf *new,
		const struct policy_client *was, const struct policy_client *is)
{
	return old->local_as != new->local_as ||
	       old->local_id != new->local_id || old->peer_as != new->peer_as ||
	       old->families != new->families ||
	       was->settings.gtsm != is->settings.gtsm ||
	       was->settings.multihop != is->settings.multihop ||
	       was->settings.add_path != is->settings.add_path ||
	       was->settings.rfc8950 != is->settings.rfc8950 ||
	       was->settings.roles != is->settings.roles ||
	       was->settings.strict_roles != is->settings.strict_roles ||
	       was->settings.role != is->settings.role ||
	       !same_text(was->password, is->password);
}

void
server_member_update(struct server_member *m,
		     const struct policy_client *client)
{
	struct bgp_fsm_conf conf = life_conf(m, client);
	const struct policy_client *was = m->policy.client;
	bool reset = life_must_reset(&m->fsm.conf, &conf, was, client);
	bool stopped = m->stopped != SERVER_RUNS;

	m->policy.client = client;
	if (!reset && bgp_fsm_state(&m->fsm) == BGP_ESTABLISHED) {
		m->fsm.conf.passive = conf.passive; /* from the next time on */
		return;
	}
	if (!reset && conf.passive == m->fsm.conf.passive)
		return;
	struct bgp_notify n = bgp_notify_cease(BGP_CEASE_OTHER, NULL);
	life_end(m, &n);
	uint32_t flaps = m->fsm.flaps;
	for (int f = 0; f < SERVER_FAMILIES; f++)
		server_stale_sweep(m, f);
	life_tables(m, conf.families);
	bgp_fsm_init(&m->fsm, &conf, server_now(m->s));
	m->fsm.flaps = flaps;
	if (!stopped)
		server_member_start(m);
}
