/* policy_priv: what the files that judge routes share. Private. */
#ifndef POLICY_PRIV_H
#define POLICY_PRIV_H

#include "rs/policy/policy.h"

#define POLICY_BLACKHOLE_COMMUNITY BGP_COMMUNITY(65535, 666) /* RFC 7999 */
#define POLICY_GSHUT_COMMUNITY BGP_COMMUNITY(65535, 0)	     /* RFC 8326 */
#define POLICY_LLGR_COMMUNITY BGP_COMMUNITY(65535, 6)	     /* RFC 9494 */

/* ---- the index: policy_index.c */

bool policy_is_client(const struct policy *p, uint32_t asn);
/* The round-trip time to an address; false when none is known. */
bool policy_rtt_of(const struct policy *p, const struct ip_addr *a, double *ms);
/* Has general.yml a community for that function? */
bool policy_has(const struct policy *p, enum policy_action action);

/* What a community means here. The action POLICY_ACTIONS stands for all others
 * that only we may set: custom communities, reject_cause_map, RS:1101:n. */
struct policy_meaning {
	enum policy_action action;
	uint32_t arg; /* in the place of peer_as or dyn_val */
};
bool policy_std_means(const struct policy *p, uint32_t c,
		      struct policy_meaning *m);
bool policy_lrg_means(const struct policy *p, const struct bgp_large *c,
		      struct policy_meaning *m);
bool policy_ext_means(const struct policy *p, const uint8_t *c,
		      struct policy_meaning *m);

/* All communities of a set that mean something:
 *   struct policy_walk w = policy_walk(p, a);
 *   while (policy_walk_next(&w)) use(w.m); */
struct policy_walk {
	const struct policy *p;
	const struct bgp_attrs *a;
	size_t next;
	struct policy_meaning m;
};
struct policy_walk policy_walk(const struct policy *p,
			       const struct bgp_attrs *a);
bool policy_walk_next(struct policy_walk *w);
/* The community just found as text. */
#define POLICY_COMMUNITYSTRLEN 40
char *policy_walk_print(const struct policy_walk *w,
			char buf[POLICY_COMMUNITYSTRLEN]);

bool policy_has_std(const struct bgp_attrs *a, uint32_t c);

/* ---- communities being put together: policy_community.c */

struct policy_list {
	uint32_t *std;
	struct bgp_large *lrg;
	uint8_t *ext;
	size_t n_std, n_lrg, n_ext;
};
void policy_list_std(struct policy_list *l, uint32_t c);
void policy_list_lrg(struct policy_list *l, const struct bgp_large *c);
void policy_list_ext(struct policy_list *l, const uint8_t *c);
bool policy_list_has_std(const struct policy_list *l, uint32_t c);
/* Every kind that c has and arg fits in, unless it is there already. */
void policy_list_add(struct policy_list *l, const struct policy_community *c,
		     uint32_t arg);
/* Make them a's; clears the list. */
void policy_list_give(struct policy_list *l, struct bgp_attrs *a);

/* ---- scrubbing and tagging: policy_tag.c */

/* Is anything in a that means something here? */
bool policy_is_scrubbed(const struct policy *p, const struct bgp_attrs *a);
/* a's communities but for those that mean an action from first on (POLICY_TAGS:
 * what only we may set), and for GRACEFUL_SHUTDOWN when that is not wanted. */
void policy_scrub(struct policy_list *l, const struct policy *p,
		  const struct bgp_attrs *a, enum policy_action first,
		  bool no_gshut);
/* Informational communities by marks, and the client's custom ones. */
bool policy_has_tags(const struct policy *p, const struct policy_session *from,
		     uint16_t marks);
void policy_add_tags(struct policy_list *l, const struct policy *p,
		     const struct policy_session *from, uint16_t marks);

/* ---- registries and RPKI: policy_origin.c */

/* Judge prefix and origin, setting marks. */
enum policy_reason policy_origin_check(const struct policy *p,
				       const struct policy_client *c,
				       const struct ip_prefix *prefix,
				       uint32_t origin, bool blackhole,
				       uint16_t *marks);
/* Path verification; blackholes are not asked. */
enum rpki_state policy_aspa_state(const struct policy *p,
				  const struct bgp_attrs *a);
/* The pair of neighbours that an ASPA forbids: false when there is none. */
bool policy_aspa_leak(const struct policy *p, const struct bgp_attrs *a,
		      uint32_t *customer, uint32_t *provider);

/* ---- roles: policy_export.c */

/* RFC 9234: which way a session of that client points. */
enum policy_way_of { /* of our side */
		     POLICY_ROLE_OFF,
		     POLICY_ROLE_DOWN, /* it is our client or customer */
		     POLICY_ROLE_PEER,
		     POLICY_ROLE_UP, /* it is a provider or a route server */
};
enum policy_way_of policy_role(const struct policy_client *c);

/* ---- AS numbers in sorted lists: policy_check.c */

bool policy_asn_in(uint32_t asn, const uint32_t *list, size_t n);
/* First AS of the path that stands in a sorted list, but for that one; 0 none. */
uint32_t policy_path_in(const struct bgp_attrs *a, const uint32_t *list,
			size_t n, uint32_t but);

#endif
