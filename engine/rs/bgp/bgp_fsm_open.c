/*
 * bgp_fsm_open: what we say in our OPEN, whether we like the peer's, and what
 * follows from both.
 *
 * A capability in force is one that both sides announced. Two have a direction:
 * ADD-PATH is agreed when one can send what the other can receive, and graceful
 * restart is no agreement at all but two announcements: what the peer said is
 * what we do for it, see bgp_fsm_stale.c.
 *
 * Roles are the one capability that can be wrong (RFC 9234 4.2). Of two
 * neighbours one is the provider and the other the customer, one is the route
 * server and the other its client, or both are peers. Any other pair means that
 * one of them has misunderstood what it is paid for, and its routes would leak.
 */
#include "rs/bgp/bgp_fsm_priv.h"

#include <stdio.h>

struct bgp_open
bgp_fsm_offer(const struct bgp_fsm_conf *c)
{
	return (struct bgp_open){.asn = c->local_as,
				 .id = c->local_id,
				 .hold = c->hold,
				 .as4 = !c->two_byte,
				 .refresh = true,
				 .enhanced_refresh = !c->no_enhanced_refresh,
				 .mp = true,
				 .families = c->families,
				 .extended_message = c->extended_message,
				 .add_path_rx = c->add_path_rx,
				 .add_path_tx = c->add_path_tx,
				 .ext_nexthop = c->ext_nexthop,
				 .has_role = c->has_role,
				 .role = (uint8_t)c->role,
				 .restart = c->restart,
				 .long_lived = c->long_lived};
}

/* ---- roles ---- */

static const char *
role_name(int role)
{
	static const char *const names[] = {"provider", "route server",
					    "route server's client", "customer",
					    "peer"};

	if (role < 0 || role > BGP_ROLE_PEER)
		return "something unknown";
	return names[role];
}

static bool
role_fits(enum bgp_role ours, uint8_t theirs)
{
	static const uint8_t pairs[] = {
	    [BGP_ROLE_PROVIDER] = BGP_ROLE_CUSTOMER,
	    [BGP_ROLE_RS] = BGP_ROLE_RS_CLIENT,
	    [BGP_ROLE_RS_CLIENT] = BGP_ROLE_RS,
	    [BGP_ROLE_CUSTOMER] = BGP_ROLE_PROVIDER,
	    [BGP_ROLE_PEER] = BGP_ROLE_PEER,
	};

	return pairs[ours] == theirs;
}

/* ---- their OPEN ---- */

bool
bgp_fsm_judge(const struct bgp_fsm_conf *conf, const struct bgp_open *o,
	      struct bgp_notify *n, char text[128])
{
	if (conf->peer_as != 0 && o->asn != conf->peer_as) {
		bgp_notify_set(n, BGP_ERR_OPEN, 2, NULL, 0);
		snprintf(text, 128, "the peer says AS %u, AS %u is configured",
			 o->asn, conf->peer_as);
		return false;
	}
	if (o->id == conf->local_id && o->asn == conf->local_as) {
		bgp_notify_set(n, BGP_ERR_OPEN, 3, NULL, 0);
		snprintf(text, 128, "the peer has our own BGP identifier");
		return false;
	}
	if (!conf->has_role)
		return true;
	bgp_notify_set(n, BGP_ERR_OPEN, 11, NULL, 0);
	if (!o->has_role && conf->role_strict) {
		snprintf(text, 128, "the peer does not say its role");
		return false;
	}
	if (!o->has_role || role_fits(conf->role, o->role))
		return true;
	snprintf(text, 128, "the peer says it is a %s (%u), we are a %s",
		 role_name(o->role), o->role, role_name((int)conf->role));
	return false;
}

struct bgp_session
bgp_fsm_negotiate(const struct bgp_fsm_conf *conf, const struct bgp_open *o)
{
	uint8_t both = o->families & conf->families;
	uint16_t hold = o->hold < conf->hold ? o->hold : conf->hold;
	bool helper = conf->restart.there && o->restart.there;

	return (struct bgp_session){
	    .local_as = conf->local_as,
	    .peer_as = o->asn,
	    .peer_id = o->id,
	    .hold = hold,
	    .keepalive = hold / 3,
	    .as4 = o->as4 && !conf->two_byte,
	    .refresh = o->refresh,
	    .enhanced_refresh =
		o->enhanced_refresh && !conf->no_enhanced_refresh,
	    .families = both,
	    .extended_message = o->extended_message && conf->extended_message,
	    .add_path_rx = o->add_path_tx & conf->add_path_rx & both,
	    .add_path_tx = o->add_path_rx & conf->add_path_tx & both,
	    .ext_nexthop = o->ext_nexthop & conf->ext_nexthop & both,
	    .peer_role = o->has_role ? o->role : BGP_ROLE_NONE,
	    .long_lived =
		helper && conf->long_lived.there && o->long_lived.there,
	    .notify_restart =
		helper && conf->restart.notification && o->restart.notification,
	    .allow_as_set = conf->allow_as_set,
	};
}
