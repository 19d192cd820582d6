/*
 * bgp_attr_table: what is done about a broken attribute, as one table.
 *
 * In 1995 any mistake in an UPDATE ended the session. That turned one bad route,
 * relayed by routers that did not understand it, into outages far from its
 * origin. RFC 7606 names the least harmful answer that is still safe:
 *
 *   attribute discard   the attribute cannot influence where packets go; go on
 *                       without it
 *   treat-as-withdraw   the route cannot be trusted, but its prefixes are known:
 *                       act as if they were withdrawn
 *   session reset       not even the prefixes are known
 *
 * Each row says: how the Optional and Transitive flags must be, which lengths
 * are right, what is done about a wrong length and about a wrong value, and
 * which subcode names the latter. Wrong flags are always treat-as-withdraw
 * (RFC 7606 3 c), a second copy is always dropped, but for the two MP attributes
 * where it resets (3 g). "from" restricts who may send it: an attribute from
 * anyone else is discarded. The rest of the procedure is in bgp_update.c, the
 * values are read in bgp_attr_decode.c.
 *
 * What is not in the table is passed on unread when it is optional and
 * transitive (PMSI_TUNNEL, tunnel encapsulation, ATTR_SET, what is yet to be
 * invented), and dropped when it is not transitive (BGP-LS, BGPsec). Some are in
 * the table only to be treated otherwise: AIGP is a metric of one operator, and
 * must not come out of an exchange even with a wrong Transitive flag; a prefix
 * SID means nothing outside the segment routing domain of its sender.
 */
#include "rs/bgp/bgp_priv.h"

#define WELL BGP_AF_TRANSITIVE			    /* well-known */
#define OPT BGP_AF_OPTIONAL			    /* non-transitive */
#define OPT_T (BGP_AF_OPTIONAL | BGP_AF_TRANSITIVE) /* transitive */

#define DISCARD BGP_ATTR_DISCARD
#define WITHDRAW BGP_TREAT_AS_WITHDRAW
#define RESET BGP_SESSION_RESET

#define ANY BGP_BY_ANY
#define INTERNAL BGP_BY_INTERNAL
#define TWO_BYTE BGP_BY_TWO_BYTE
#define NOBODY BGP_BY_NOBODY

/* clang-format off */
static const struct bgp_attr_row table[] = {
/* type  name                flags  min unit length    value     subcode
       from      partial                  decode                  rule     */
{ 1, "ORIGIN",               WELL,   1,  0, WITHDRAW, WITHDRAW, BGP_UPD_ORIGIN,
       ANY,      0,                       bgp_attr_origin },    /* 7606 7.1 */
{ 2, "AS_PATH",              WELL,   0,  1, WITHDRAW, WITHDRAW, BGP_UPD_AS_PATH,
       ANY,      0,                       bgp_attr_as_path },        /* 7.2 */
{ 3, "NEXT_HOP",             WELL,   4,  0, WITHDRAW, WITHDRAW, BGP_UPD_NEXT_HOP,
       ANY,      0,                       bgp_attr_next_hop },       /* 7.3 */
{ 4, "MULTI_EXIT_DISC",      OPT,    4,  0, WITHDRAW, WITHDRAW, BGP_UPD_OPTIONAL,
       ANY,      0,                       bgp_attr_med },            /* 7.4 */
{ 5, "LOCAL_PREF",           WELL,   4,  0, WITHDRAW, WITHDRAW, BGP_UPD_OPTIONAL,
       INTERNAL, 0,                       bgp_attr_local_pref },     /* 7.5 */
{ 6, "ATOMIC_AGGREGATE",     WELL,   0,  0, DISCARD,  DISCARD,  BGP_UPD_OPTIONAL,
       ANY,      0,                       bgp_attr_atomic_aggregate },/* 7.6 */
{ 7, "AGGREGATOR",           OPT_T,  6,  2, DISCARD,  DISCARD,  BGP_UPD_OPTIONAL,
       ANY,      BGP_PARTIAL_AGGREGATOR,  bgp_attr_aggregator },     /* 7.7 */
{ 8, "COMMUNITIES",          OPT_T,  4,  4, WITHDRAW, WITHDRAW, BGP_UPD_OPTIONAL,
       ANY,      BGP_PARTIAL_COMMUNITIES, bgp_attr_communities },    /* 7.8 */
{ 9, "ORIGINATOR_ID",        OPT,    4,  0, WITHDRAW, WITHDRAW, BGP_UPD_OPTIONAL,
       INTERNAL, 0,                       NULL },                    /* 7.9 */
{ 10, "CLUSTER_LIST",        OPT,    4,  4, WITHDRAW, WITHDRAW, BGP_UPD_OPTIONAL,
       INTERNAL, 0,                       NULL },                    /* 7.10 */
{ 14, "MP_REACH_NLRI",       OPT,    5,  1, RESET,    RESET,    BGP_UPD_OPTIONAL,
       ANY,      0,                       bgp_attr_mp_reach },       /* 7.11 */
{ 15, "MP_UNREACH_NLRI",     OPT,    3,  1, RESET,    RESET,    BGP_UPD_OPTIONAL,
       ANY,      0,                       bgp_attr_mp_unreach },     /* 7.12 */
{ 16, "EXTENDED_COMMUNITIES", OPT_T, 8,  8, WITHDRAW, WITHDRAW, BGP_UPD_OPTIONAL,
       ANY,      BGP_PARTIAL_EXT,         bgp_attr_ext },            /* 7.14 */
{ 17, "AS4_PATH",            OPT_T,  6,  2, DISCARD,  DISCARD,  BGP_UPD_OPTIONAL,
       TWO_BYTE, 0,                       bgp_attr_as4_path },   /* 6793 6 */
{ 18, "AS4_AGGREGATOR",      OPT_T,  8,  0, DISCARD,  DISCARD,  BGP_UPD_OPTIONAL,
       TWO_BYTE, 0,                       bgp_attr_as4_aggregator }, /* 6793 6 */
{ 25, "IPV6_EXTENDED_COMMUNITIES", OPT_T, 20, 20, WITHDRAW, WITHDRAW, BGP_UPD_OPTIONAL,
       ANY,      0,                       bgp_attr_keep },           /* 7.15 */
{ 26, "AIGP",                OPT,    0,  1, DISCARD,  DISCARD,  BGP_UPD_OPTIONAL,
       NOBODY,   0,                       NULL },                /* 7311 3.3 */
{ 32, "LARGE_COMMUNITY",     OPT_T, 12, 12, WITHDRAW, WITHDRAW, BGP_UPD_OPTIONAL,
       ANY,      BGP_PARTIAL_LARGE,       bgp_attr_large },      /* 8092 6 */
{ 35, "OTC",                 OPT_T,  4,  0, WITHDRAW, WITHDRAW, BGP_UPD_OPTIONAL,
       ANY,      BGP_PARTIAL_OTC,         bgp_attr_otc },        /* 9234 5 */
{ 40, "PREFIX_SID",          OPT_T,  3,  1, DISCARD,  DISCARD,  BGP_UPD_OPTIONAL,
       INTERNAL, 0,                       bgp_attr_keep },       /* 8669 5, 6 */
};
/* clang-format on */

const struct bgp_attr_row *
bgp_attr_row(uint8_t type)
{
	enum { ROWS = sizeof table / sizeof *table };

	/* The commonest ones stand where their numbers say. */
	if (type >= 1 && type <= 10)
		return &table[type - 1];
	for (size_t i = 10; i < ROWS; i++)
		if (table[i].type == type)
			return &table[i];
	return NULL;
}
