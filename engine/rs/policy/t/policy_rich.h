/*
 * policy_rich: a policy with everything, for the tests and the fuzzer.
 *
 * Made by hand, without the reader of files: every function has a community of
 * each kind, and the members are AS7 and AS8 (16 bits), AS65536 and AS70000
 * (32 bits), some with round-trip times.
 */
#ifndef POLICY_RICH_H
#define POLICY_RICH_H

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/policy/policy_conf.h"
#include "rs/policy/policy_priv.h"

#define RICH_RS 64500

static const struct rich_community {
	const char *std, *lrg, *ext;
} rich_communities[POLICY_ACTIONS] = {
    [POLICY_DENY_ALL] = {"0:rs_as", "rs_as:0:0", "rt:0:rs_as"},
    [POLICY_DENY_PEER] = {"0:peer_as", "rs_as:0:peer_as", "rt:0:peer_as"},
    [POLICY_ALLOW_PEER] = {"rs_as:peer_as", "rs_as:1:peer_as",
			   "rt:rs_as:peer_as"},
    [POLICY_DENY_RTT_LOWER] = {"64531:dyn_val", "rs_as:31:dyn_val",
			       "ro:64531:dyn_val"},
    [POLICY_DENY_RTT_HIGHER] = {"64532:dyn_val", "rs_as:32:dyn_val",
				"ro:64532:dyn_val"},
    [POLICY_ALLOW_RTT_LOWER] = {"64533:dyn_val", "rs_as:33:dyn_val",
				"ro:64533:dyn_val"},
    [POLICY_ALLOW_RTT_HIGHER] = {"64534:dyn_val", "rs_as:34:dyn_val",
				 "ro:64534:dyn_val"},
    [POLICY_PREPEND_ANY_1] = {"65501:rs_as", "rs_as:101:0", "rt:65501:rs_as"},
    [POLICY_PREPEND_ANY_2] = {"65502:rs_as", "rs_as:102:0", "rt:65502:rs_as"},
    [POLICY_PREPEND_ANY_3] = {"65503:rs_as", "rs_as:103:0", "rt:65503:rs_as"},
    [POLICY_PREPEND_PEER_1] = {"65511:peer_as", "rs_as:101:peer_as",
			       "rt:65511:peer_as"},
    [POLICY_PREPEND_PEER_2] = {"65512:peer_as", "rs_as:102:peer_as",
			       "rt:65512:peer_as"},
    [POLICY_PREPEND_PEER_3] = {"65513:peer_as", "rs_as:103:peer_as",
			       "rt:65513:peer_as"},
    [POLICY_PREPEND_RTT_LOWER_1] = {"64541:dyn_val", "rs_as:41:dyn_val",
				    "ro:64541:dyn_val"},
    [POLICY_PREPEND_RTT_LOWER_2] = {"64542:dyn_val", "rs_as:42:dyn_val",
				    "ro:64542:dyn_val"},
    [POLICY_PREPEND_RTT_LOWER_3] = {"64543:dyn_val", "rs_as:43:dyn_val",
				    "ro:64543:dyn_val"},
    [POLICY_PREPEND_RTT_HIGHER_1] = {"64544:dyn_val", "rs_as:44:dyn_val",
				     "ro:64544:dyn_val"},
    [POLICY_PREPEND_RTT_HIGHER_2] = {"64545:dyn_val", "rs_as:45:dyn_val",
				     "ro:64545:dyn_val"},
    [POLICY_PREPEND_RTT_HIGHER_3] = {"64546:dyn_val", "rs_as:46:dyn_val",
				     "ro:64546:dyn_val"},
    [POLICY_ADD_NOEXPORT_ANY] = {"65521:rs_as", "rs_as:201:0",
				 "rt:65521:rs_as"},
    [POLICY_ADD_NOADVERTISE_ANY] = {"65522:rs_as", "rs_as:202:0",
				    "rt:65522:rs_as"},
    [POLICY_ADD_NOEXPORT_PEER] = {"65523:peer_as", "rs_as:201:peer_as",
				  "rt:65523:peer_as"},
    [POLICY_ADD_NOADVERTISE_PEER] = {"65524:peer_as", "rs_as:202:peer_as",
				     "rt:65524:peer_as"},
    [POLICY_BLACKHOLE] = {"65534:666", "rs_as:666:0", "rt:65534:666"},
    [POLICY_TAG_PREFIX_IN_SET] = {"64512:1", "rs_as:1001:1", "rt:64512:1"},
    [POLICY_TAG_PREFIX_NOT_IN_SET] = {"64512:2", "rs_as:1001:2", "rt:64512:2"},
    [POLICY_TAG_ORIGIN_IN_SET] = {"64512:3", "rs_as:1001:3", "rt:64512:3"},
    [POLICY_TAG_ORIGIN_NOT_IN_SET] = {"64512:4", "rs_as:1001:4", "rt:64512:4"},
    [POLICY_TAG_VIA_ROA] = {"64512:5", "rs_as:1001:5", "rt:64512:5"},
    [POLICY_TAG_VIA_ARIN] = {"64512:6", "rs_as:1001:6", "rt:64512:6"},
    [POLICY_TAG_VIA_REGISTROBR] = {"64512:7", "rs_as:1001:7", "rt:64512:7"},
    [POLICY_TAG_VIA_WHITE_LIST] = {"64512:8", "rs_as:1001:8", "rt:64512:8"},
    [POLICY_TAG_ROV_NOT_DONE] = {"64513:0", "rs_as:1000:3", "rt:64513:0"},
    [POLICY_TAG_ROV_VALID] = {"64513:1", "rs_as:1000:1", "rt:64513:1"},
    [POLICY_TAG_ROV_UNKNOWN] = {"64513:2", "rs_as:1000:2", "rt:64513:2"},
    [POLICY_TAG_ROV_INVALID] = {"64513:3", "rs_as:1000:4", "rt:64513:3"},
    [POLICY_TAG_ASPA_NOT_DONE] = {"64514:0", "rs_as:1005:0", "rt:64514:0"},
    [POLICY_TAG_ASPA_VALID] = {"64514:1", "rs_as:1005:1", "rt:64514:1"},
    [POLICY_TAG_ASPA_UNKNOWN] = {"64514:2", "rs_as:1005:2", "rt:64514:2"},
    [POLICY_TAG_ASPA_INVALID] = {"64514:3", "rs_as:1005:3", "rt:64514:3"},
    [POLICY_TAG_REJECT_CAUSE] = {"65520:dyn_val", "rs_as:65520:dyn_val",
				 "rt:65520:dyn_val"},
    [POLICY_TAG_REJECTED_BY] = {"65519:dyn_val", "rs_as:65519:dyn_val",
				"rt:65519:dyn_val"},
};

static inline bool
rich_template(struct policy_template *t, const char *text, unsigned int n)
{
	return (n == 0 ? policy_template_parse_ext(text, t)
		       : policy_template_parse(text, n, t)) &&
	       policy_template_resolve(t, RICH_RS);
}

static void
rich_address(struct ip_addr *a, const char *text)
{
	if (!ip_addr_parse(text, a))
		abort();
}

#define RICH_CLIENTS 4
#define RICH_SESSIONS 8

struct rich {
	struct policy p;
	struct policy_client clients[RICH_CLIENTS];
	struct ip_addr ip[RICH_SESSIONS];	      /* two a client */
	struct policy_session session[RICH_SESSIONS]; /* of these */
	struct policy_rtt rtt[RICH_SESSIONS];
	struct policy_custom custom;
	struct policy_cause cause;
	size_t which;
};

static const uint32_t rich_asns[RICH_CLIENTS] = {7, 8, 65536, 70000};
static uint32_t rich_thresholds[] = {5, 10, 30, 100};

static inline void
rich_clear(struct rich *r)
{
	policy_index_free(r->p.index);
	r->p.index = NULL;
}

/* Not in the order of their addresses; 0: not known. */
static const double rich_ms[RICH_SESSIONS] = {37, 5, 0, 5.5, 30, 250, 0, 100};

static void
rich_init_client(struct rich *r, size_t i)
{
	struct policy_client *c = &r->clients[i];
	char text[16];

	*c = (struct policy_client){.asn = rich_asns[i],
				    .ip = &r->ip[2 * i],
				    .n_ip = 2,
				    .settings = r->p.settings};
	snprintf(c->id, sizeof(c->id), "AS%u_1", c->asn);
	for (size_t j = 2 * i; j < 2 * i + 2; j++) {
		snprintf(text, sizeof(text), "192.0.2.%zu", 100 - j);
		rich_address(&r->ip[j], text);
		r->session[j] = (struct policy_session){c, r->ip[j]};
		r->rtt[j] = (struct policy_rtt){r->ip[j], rich_ms[j]};
	}
}

static void
rich_init(struct rich *r)
{
	static struct rich zero;

	*r = zero;
	r->p.rs_as = RICH_RS;
	r->p.settings = (struct policy_settings){
	    .max_as_path_len = 32,
	    .min_len = {8, 12},
	    .max_len = {24, 48},
	    .role = BGP_ROLE_RS,
	    .reject_invalid_as = false,
	    .blackhole_announce = true,
	    .gshut = true,
	};
	for (size_t i = 0; i < RICH_CLIENTS; i++)
		rich_init_client(r, i);
	r->p.clients = r->clients;
	r->p.n_clients = RICH_CLIENTS;
	r->p.rtt = r->rtt;
	r->p.n_rtt = RICH_SESSIONS;
	r->p.rtt_thresholds = rich_thresholds;
	r->p.n_rtt_thresholds =
	    sizeof(rich_thresholds) / sizeof(*rich_thresholds);
	for (int i = 0; i < POLICY_ACTIONS; i++) {
		struct policy_community *c = &r->p.communities[i];
		const struct rich_community *t = &rich_communities[i];
		if (!rich_template(&c->std, t->std, 2) ||
		    !rich_template(&c->lrg, t->lrg, 3) ||
		    !rich_template(&c->ext, t->ext, 0))
			abort();
	}
	if (!rich_template(&r->custom.community.std, "64515:1", 2) ||
	    !rich_template(&r->custom.community.lrg, "rs_as:1911:1", 3) ||
	    !rich_template(&r->cause.community.lrg, "rs_as:1103:14", 3))
		abort();
	r->p.custom = &r->custom;
	r->p.n_custom = 1;
	r->cause.cause = 14;
	r->p.causes = &r->cause;
	r->p.n_causes = 1;
	policy_index_build(&r->p);
}

/* "65535:666 64500:0:7 rt:0:7" into the set. */
static inline void
rich_add(struct bgp_attrs *a, const char *words)
{
	char *copy = xstrdup(words), *save = NULL;
	struct policy_list l = {0};

	for (char *w = strtok_r(copy, " ", &save); w != NULL;
	     w = strtok_r(NULL, " ", &save)) {
		struct policy_template t;
		struct policy_community c = {0};
		if (policy_template_parse(w, 2, &t))
			c.std = t;
		else if (policy_template_parse(w, 3, &t))
			c.lrg = t;
		else if (policy_template_parse_ext(w, &t))
			c.ext = t;
		else
			abort();
		policy_list_add(&l, &c, 0);
	}
	policy_list_give(&l, a);
	free(copy);
}

static inline struct bgp_attrs *
rich_attrs(const char *path, const char *next_hop, const char *communities)
{
	struct bgp_attrs *a = bgp_attrs_new();
	uint32_t asns[64];
	size_t n = 0;

	for (char *end; *path != '\0'; path = end + (*end == ' '))
		asns[n++] = (uint32_t)strtoul(path, &end, 10);
	if (n > 0)
		bgp_path_set(a, asns, n);
	rich_address(&a->next_hop, next_hop);
	rich_add(a, communities);
	return a;
}

#endif
