/*
 * server_warn: what is accepted, and the log warns of.
 *
 * A leak that transit_free.action only warns of is seldom one route: it is a table.
 * So the log names the first, and says no more of that session and that
 * transit-free network for an hour. The routes all have their mark.
 */
#include <stdlib.h>

#include "base/log.h"
#include "base/str.h"
#include "rs/server/server_state.h"

#define WARN_AGAIN_MS 3600000

struct server_warned {
	uint32_t asn;
	uint64_t at;
};

/* Is it time to speak of that AS? At most as many as general.yml lists. */
static bool
warn_is_due(struct server_member *m, uint32_t asn)
{
	uint64_t now = server_now(m->s);
	size_t i = 0;

	while (i < m->n_warned && m->warned[i].asn != asn)
		i++;
	if (i < m->n_warned && now - m->warned[i].at < WARN_AGAIN_MS)
		return false;
	if (i == m->n_warned)
		m->warned =
		    xreallocarray(m->warned, ++m->n_warned, sizeof(*m->warned));
	m->warned[i] = (struct server_warned){asn, now};
	return true;
}

void
server_warn(struct server_member *m, const struct ip_prefix *p,
	    const struct rib_attrs *ra, uint16_t marks)
{
	char prefix[IP_PREFIXSTRLEN], address[IP_ADDRSTRLEN];

	if (!(marks & POLICY_MARK_TRANSIT_FREE))
		return;
	struct bgp_attrs *a = bgp_unpack(ra->packed, ra->len);
	uint32_t asn = policy_transit_free(m->s->policy, &m->policy, a);
	bgp_attrs_unref(a);
	if (warn_is_due(m, asn))
		log_warnx("server",
			  "%s (%s) announces %s with AS%u, a transit-free "
			  "network, behind the first AS of the path: taken, "
			  "as transit_free.action is warning",
			  server_member_name(m),
			  ip_addr_print(&m->policy.address, address),
			  ip_prefix_print(p, prefix), asn);
}

void
server_warn_clear(struct server_member *m)
{
	free(m->warned);
	m->warned = NULL;
	m->n_warned = 0;
}
