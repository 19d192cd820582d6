/*
 * server_limit: how many prefixes a member may announce (max_prefix).
 *
 * Counted are its accepted routes of a family, or all it announces
 * (count_rejected_routes). At 80 % the log says so, and again when the limit is
 * passed; then follows the client's action. shutdown and restart end the session
 * with the Cease of RFC 4486 section 4, for good or for some minutes; block keeps
 * new routes out, some of them to be seen in show rejected; warning does no more.
 */
#include <stdlib.h>

#include "base/log.h"
#include "rs/server/server_state.h"

#define LIMIT_NEAR(limit) ((uint64_t)(limit)*4 / 5)

/* ---- pure */

enum server_limit_news
server_limit_news(struct server_limit *l, uint32_t limit, size_t count)
{
	enum server_limit_news news = SERVER_LIMIT_QUIET;

	if (limit == 0)
		return news;
	if (count > limit) {
		if (!l->over)
			news = SERVER_LIMIT_OVER;
		l->over = l->near = true;
		return news;
	}
	l->over = false;
	if (count >= LIMIT_NEAR(limit)) {
		if (!l->near)
			news = SERVER_LIMIT_NEAR;
		l->near = true;
	} else if (count < LIMIT_NEAR(limit) * 9 / 10) {
		l->near = false; /* not at each to and fro */
	}
	return news;
}

struct bgp_notify
server_limit_notify(enum ip_family f, uint32_t limit)
{
	struct bgp_notify n = {
	    .code = BGP_ERR_CEASE, .subcode = BGP_CEASE_MAX_PREFIX, .len = 7};

	n.data[1] = f == IP_V4 ? 1 : 2; /* AFI */
	n.data[2] = 1;			/* SAFI: unicast */
	n.data[3] = (uint8_t)(limit >> 24);
	n.data[4] = (uint8_t)(limit >> 16);
	n.data[5] = (uint8_t)(limit >> 8);
	n.data[6] = (uint8_t)limit;
	return n;
}

/* ---- of a member */

static size_t
limit_count(const struct server_member *m, int f)
{
	const struct rib_peer *p = server_peer(m, f);

	return m->policy.client->settings.count_rejected
		   ? p->received - m->limit[f].blocked
		   : p->accepted;
}

bool
server_limit_blocks(const struct server_member *m, int f,
		    const struct rib_verdict *v, bool *keep)
{
	const struct policy_settings *c = &m->policy.client->settings;
	uint32_t limit = c->max_prefix[f];

	*keep = true;
	if (c->max_action != POLICY_MAX_BLOCK || limit == 0 ||
	    (v->reason != POLICY_ACCEPTED && !c->count_rejected) ||
	    limit_count(m, f) < limit)
		return false;
	*keep = m->limit[f].blocked < limit;
	return true;
}

static const char *
limit_follows(const struct policy_settings *c)
{
	switch (c->max_action) {
	case POLICY_MAX_SHUTDOWN: return "the session ends";
	case POLICY_MAX_RESTART: return "the session ends for a while";
	case POLICY_MAX_BLOCK: return "more are not taken";
	}
	return "only a warning";
}

void
server_limit_check(struct server_member *m, int f)
{
	const struct policy_settings *c = &m->policy.client->settings;
	uint32_t limit = c->max_prefix[f];
	struct server_limit *l = &m->limit[f];

	if (c->max_action == POLICY_MAX_NONE || limit == 0)
		return;
	size_t count = limit_count(m, f) + (l->blocked > 0);
	enum server_limit_news news = server_limit_news(l, limit, count);
	char a[IP_ADDRSTRLEN];
	if (news != SERVER_LIMIT_QUIET)
		log_warnx("server", "%s (%s): %s %u %s prefixes: %s",
			  server_member_name(m),
			  ip_addr_print(&m->policy.address, a),
			  news == SERVER_LIMIT_OVER ? "more than its limit of"
						    : "80 % of its limit of",
			  limit, ip_family_name(server_family(f)),
			  news == SERVER_LIMIT_OVER ? limit_follows(c)
						    : "not yet more");
	if (count > limit && (c->max_action == POLICY_MAX_SHUTDOWN ||
			      c->max_action == POLICY_MAX_RESTART))
		m->over = f;
}

void
server_limit_act(struct server_member *m)
{
	const struct policy_settings *c = &m->policy.client->settings;
	int f = m->over;
	struct bgp_notify n =
	    server_limit_notify(server_family(f), c->max_prefix[f]);

	m->over = -1;
	if (bgp_fsm_state(&m->fsm) != BGP_ESTABLISHED)
		return;
	server_member_stop(m, SERVER_BY_LIMIT, &n);
	snprintf(m->last_down, sizeof(m->last_down),
		 "more than %u %s prefixes (max_prefix)", c->max_prefix[f],
		 ip_family_name(server_family(f)));
	if (c->max_action == POLICY_MAX_RESTART)
		m->again_at =
		    server_now(m->s) + (uint64_t)c->restart_after * 60000;
	else if (!m->dynamic)
		m->again_at = 0;
	server_member_arm(m);
}

void
server_limit_again(struct server *s)
{
	for (struct server_member *m = s->members; m != NULL; m = m->next) {
		if (bgp_fsm_state(&m->fsm) != BGP_ESTABLISHED)
			continue;
		for (int f = 0; f < SERVER_FAMILIES; f++)
			if (m->out[f] != NULL)
				server_limit_check(m, f);
		if (m->over >= 0)
			server_limit_act(m);
	}
}
