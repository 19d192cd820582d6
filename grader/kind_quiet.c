/*
 * quiet: a port sends nothing that does not belong on an exchange.
 *
 * Every frame that comes from the node is looked at, at the switch and before any
 * rule, for as long as the check holds. IPv4, IPv6, ARP and neighbour discovery
 * belong there; spanning tree, discovery protocols, router advertisements, DHCP,
 * IGPs and the like do not, unless the check allows them. Nor does an answer for
 * an address that is not the node's (proxy ARP, or theft).
 */
#include <stddef.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"
#include "grader/kind_port_priv.h"

/* As net_frame_name tells them. */
static const char *const kinds[] = {"stp",
				    "lldp",
				    "cdp",
				    "cisco",
				    "lacp",
				    "eapol",
				    "loopback",
				    "tagged",
				    "llc",
				    "ra",
				    "rs",
				    "redirect",
				    "mld",
				    "igmp",
				    "dhcp",
				    "ospf",
				    "eigrp",
				    "isis",
				    "pim",
				    "vrrp",
				    "rip",
				    "ldp",
				    "names",
				    "broadcast",
				    "multicast",
				    "ethertype",
				    "short",
				    "foreign",
				    "arp-announcement",
				    NULL};
static const char *const welcome[] = {"arp-request", "arp-reply", "ipv4",
				      "ipv6", "nd"};

static const struct grader_key keys[] = {
    KIND_PORT_KEYS,
    {.name = "allow",
     .type = GRADER_KEY_WORDS,
     .words = kinds,
     .offset = offsetof(struct grader_params, choices),
     .help = "what is let pass all the same: stp, lldp, cdp, cisco, lacp, "
	     "eapol, loopback, tagged, llc, ra, rs, redirect, mld, igmp, dhcp, "
	     "ospf, eigrp, isis, pim, vrrp, rip, ldp, names, broadcast, "
	     "multicast, ethertype (any other), short, arp-announcement; "
	     "foreign: answers for addresses that are not the node's"},
};

static bool
is_allowed(const struct grader_params *p, const char *kind)
{
	size_t i;

	for (i = 0; i < sizeof(welcome) / sizeof(welcome[0]); i++) {
		if (strcmp(welcome[i], kind) == 0)
			return true;
	}
	for (i = 0; i < p->choices.n; i++) {
		if (strcmp(p->choices.items[i], kind) == 0)
			return true;
	}
	return false;
}

/* By the lab's plan; link-local addresses are everybody's own business. */
static bool
is_own_address(const struct grader_view *v, const char *node, const char *text)
{
	const struct lab_node *n = model_find(v->lab, node);
	struct ip_addr a;
	size_t i, k;

	if (!ip_addr_parse(text, &a))
		return false;
	if (a.family == IP_V6 && a.bytes[0] == 0xfe &&
	    (a.bytes[1] & 0xc0) == 0x80)
		return true;
	for (i = 0; n && i < n->nifs; i++) {
		if (n->ifs[i].link == SIZE_MAX ||
		    !model_on_lan(&v->lab->links[n->ifs[i].link]))
			continue;
		for (k = 0; k < n->ifs[i].naddrs; k++) {
			if (ip_addr_eq(&n->ifs[i].addrs[k].addr, &a))
				return true;
		}
	}
	return false;
}

/* The addresses of others that it answered for, as words. Owned. */
static char *
foreign_words(const struct grader_view *v, const struct grader_params *p,
	      const json_t *answer)
{
	const json_t *claim;
	struct str s = {0};
	const char *text;
	size_t i;

	json_array_foreach(json_object_get(answer, "claims"), i, claim)
	{
		text = out_text(claim, "address");
		if (!is_own_address(v, p->at, text))
			str_addf(&s, "%s%s", s.len ? " " : "", text);
	}
	return str_steal(&s);
}

/* The kinds that do not belong there, with how many. Owned. */
static char *
noise_words(const struct grader_params *p, const json_t *answer)
{
	const json_t *all = json_object_get(answer, "kinds"), *n;
	struct str s = {0};
	size_t i;

	for (i = 0; kinds[i]; i++) {
		n = json_object_get(all, kinds[i]);
		if (n == NULL || is_allowed(p, kinds[i]))
			continue;
		str_addf(&s, "%s%s (%lld)", s.len ? ", " : "", kinds[i],
			 (long long)json_integer_value(n));
	}
	return str_steal(&s);
}

static void
quiet_judge(const struct grader_params *p, const json_t *answer,
	    const char *noise, const char *foreign, struct grader_finding *f)
{
	bool stolen = *foreign && !is_allowed(p, "foreign");

	if (json_integer_value(json_object_get(answer, "lost")) > 0 &&
	    *noise == '\0' && !stolen)
		grader_finding_saw(f, GRADER_UNKNOWN,
				   "more frames than could be looked at");
	else if (*noise)
		grader_finding_saw(f, GRADER_FALSE, "%s%s%s", noise,
				   stolen ? ", and answers for " : "",
				   stolen ? foreign : "");
	else if (stolen)
		grader_finding_saw(f, GRADER_FALSE, "it answers for %s",
				   foreign);
	else
		grader_finding_saw(f, GRADER_TRUE, "nothing of that kind");
}

static void
kind_quiet_judge(const struct grader_view *v, const struct exercise_check *c,
		 struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *answers = evidence_calls(v, c, f);
	const json_t *answer = json_array_get(answers, 0);
	_free_ char *noise = noise_words(p, answer);
	_free_ char *foreign = foreign_words(v, p, answer);
	_free_ char *frames = xasprintf(
	    "%lld",
	    (long long)json_integer_value(json_object_get(answer, "frames")));

	grader_finding_expected(f, "only IP, ARP and neighbour discovery of "
				   "its own addresses");
	grader_finding_where(f, "the switch's port of %s, for %u ms", p->at,
			     c->hold_ms);
	grader_finding_fact(f, "noise", noise);
	grader_finding_fact(f, "foreign", foreign);
	grader_finding_fact(f, "frames", frames);
	if (answers)
		quiet_judge(p, answer, noise, foreign, f);
}

static bool
kind_quiet_call(const struct grader_view *v, const struct exercise_check *c,
		size_t i, const json_t *answers, struct grader_call *out)
{
	const struct grader_params *p = grader_params(c);

	(void)v;
	(void)answers;
	if (i > 0)
		return false;
	*out =
	    (struct grader_call){"frames",
				 json_pack("{ss si ss*}", "node", p->at, "ms",
					   (int)c->hold_ms, "lan", p->lan),
				 0};
	return true;
}

const struct grader_kind grader_kind_quiet = {
    .name = "quiet",
    .help = "A node's port sends nothing that does not belong on an exchange.",
    .example = "    kind: quiet\n"
	       "    at: m1\n"
	       "    hold: 5s\n"
	       "    witness: ping-v4\n",
    .negative = true,
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .experiment = GRADER_WATCH,
    .facts = "noise foreign frames",
    .call = kind_quiet_call,
    .judge = kind_quiet_judge,
};
