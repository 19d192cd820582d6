/*
 * policy_rules: checks over several keys, and what clients get when their own
 * words do not say. Each check knows where in the file to point.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/policy/policy_conf.h"
#include "rs/policy/policy_priv.h"

/* ---- settings, general or a client's */

static int
check_lengths(struct policy_conf *c, const struct yaml *cfg)
{
	static const char *const path[] = {"filtering.ipv4_pref_len",
					   "filtering.ipv6_pref_len"};
	const struct policy_settings *s = c->settings;

	for (int i = 0; i < 2; i++)
		if (s->min_len[i] > s->max_len[i])
			return yaml_err(c->doc, policy_conf_at(cfg, path[i]),
					c->e, "min %u is longer than max %u",
					s->min_len[i], s->max_len[i]);
	return 0;
}

static int
check_next_hop(struct policy_conf *c, const struct yaml *cfg)
{
	const struct policy_settings *s = c->settings;

	if (c->client == NULL)
		return 0;
	if (s->next_hop == POLICY_NH_AUTHORIZED && s->n_authorized == 0)
		return yaml_err(
		    c->doc, policy_conf_at(cfg, "filtering.next_hop.policy"),
		    c->e,
		    "next hop policy authorized_addresses needs "
		    "authorized_addresses_list in the client's "
		    "filtering.next_hop");
	if (s->next_hop != POLICY_NH_AUTHORIZED && s->n_authorized != 0)
		return yaml_err(
		    c->doc,
		    policy_conf_at(
			cfg, "filtering.next_hop.authorized_addresses_list"),
		    c->e,
		    "authorized_addresses_list needs next hop policy "
		    "authorized_addresses");
	return 0;
}

int
policy_rules_settings(struct policy_conf *c, const struct yaml *cfg)
{
	const struct policy_settings *s = c->settings;

	if (check_lengths(c, cfg) < 0 || check_next_hop(c, cfg) < 0)
		return -1;
	if (s->reject != POLICY_REJECT &&
	    !policy_has(c->p, POLICY_TAG_REJECT_CAUSE))
		return yaml_err(
		    c->doc,
		    policy_conf_at(cfg, "filtering.reject_policy.policy"), c->e,
		    "a policy that tags needs communities.reject_cause");
	if (s->gshut && !c->p->gshut)
		return yaml_err(
		    c->doc, policy_conf_at(cfg, "graceful_shutdown.enabled"),
		    c->e,
		    "graceful_shutdown is not enabled in the general file");
	return 0;
}

/* ---- general */

static int
check_blackhole(struct policy_conf *c, const struct yaml *cfg)
{
	static const char *const path[] = {"blackhole_filtering.policy_ipv4",
					   "blackhole_filtering.policy_ipv6"};

	for (int i = 0; i < 2; i++)
		if (c->p->blackhole[i] == POLICY_BH_REWRITE &&
		    c->p->blackhole_next_hop[i].family == IP_NONE)
			return yaml_err(
			    c->doc, policy_conf_at(cfg, path[i]), c->e,
			    "rewrite-next-hop needs rewrite_next_hop_ipv%d",
			    i ? 6 : 4);
	return 0;
}

bool
policy_action_is_by_rtt(enum policy_action a)
{
	return (a >= POLICY_DENY_RTT_LOWER && a <= POLICY_ALLOW_RTT_HIGHER) ||
	       (a >= POLICY_PREPEND_RTT_LOWER_1 &&
		a <= POLICY_PREPEND_RTT_HIGHER_3);
}

static int
check_rtt(struct policy_conf *c, const struct yaml *cfg)
{
	const struct yaml *in = policy_conf_at(cfg, "communities");

	for (int a = 0; a < POLICY_ACTIONS; a++)
		if (policy_action_is_by_rtt((enum policy_action)a) &&
		    policy_has(c->p, a) && c->p->n_rtt_thresholds == 0)
			return yaml_err(c->doc, in, c->e,
					"communities that go by round-trip "
					"time need rtt_thresholds");
	return 0;
}

/* A file that the key names must be one that can be read here. */
static int
check_path(struct policy_conf *c, const struct yaml *y, const char *text,
	   const char *what)
{
	if (strstr(text, "://") != NULL)
		return yaml_err(c->doc, y, c->e,
				"%s is a URL, and ixrs fetches nothing: write "
				"the absolute path of a file",
				what);
	if (text[0] != '/')
		return yaml_err(c->doc, y, c->e, "%s must be an absolute path",
				what);
	if (str_ends(text, ".bz2") || str_ends(text, ".gz"))
		return yaml_err(c->doc, y, c->e,
				"%s is compressed: unpack the file and name it",
				what);
	return 0;
}

static int
check_whois(struct policy_conf *c, const struct yaml *cfg, const char *section,
	    const char *text)
{
	_free_ char *path = xasprintf("filtering.irrdb.%s.source", section);
	const struct yaml *y = policy_conf_at(cfg, path);

	if (text == NULL)
		return yaml_err(c->doc, y, c->e,
				"%s needs source: the absolute path of a file",
				section);
	return check_path(c, y, text, "source");
}

/* URLs are passed over, for a path may come after them. */
static int
check_urls(struct policy_conf *c, const struct yaml *y,
	   struct policy_rpki_source *s)
{
	s->place = policy_conf_place(y);
	for (size_t i = 0; i < s->urls.n; i++) {
		const struct yaml *at = y->kind == YAML_LIST ? y->items[i] : y;
		if (strstr(s->urls.items[i], "://") == NULL &&
		    check_path(c, at, s->urls.items[i], "the file") < 0)
			return -1;
	}
	return 0;
}

int
policy_rules_general(struct policy_conf *c, const struct yaml *cfg)
{
	struct policy_files *f = c->p->files;

	if (check_blackhole(c, cfg) < 0 || check_rtt(c, cfg) < 0)
		return -1;
	if (f->use_arin &&
	    check_whois(c, cfg, "use_arin_bulk_whois_data", f->arin) < 0)
		return -1;
	if (f->use_registrobr &&
	    check_whois(c, cfg, "use_registrobr_bulk_whois_data",
			f->registrobr) < 0)
		return -1;
	if (check_urls(c,
		       policy_conf_at(cfg, "rpki_roas.ripe_rpki_validator_url"),
		       &f->roas) < 0)
		return -1;
	return check_urls(c, policy_conf_at(cfg, "rpki_aspas.json_url"),
			  &f->aspas);
}

/* ---- clients */

static void
as_sets_copy(struct policy_client *c, const struct policy_as *as)
{
	c->as_sets = xcalloc(as->n_as_sets, sizeof(*c->as_sets));
	for (; c->n_as_sets < as->n_as_sets; c->n_as_sets++)
		c->as_sets[c->n_as_sets] = xstrdup(as->as_sets[c->n_as_sets]);
}

static void
limits_default(const struct policy_files *f, struct policy_settings *s)
{
	if ((s->said & POLICY_SAID_LIMIT4) == 0)
		s->max_prefix[0] = f->general_limit[0];
	if ((s->said & POLICY_SAID_LIMIT6) == 0)
		s->max_prefix[1] = f->general_limit[1];
}

void
policy_rules_clients(struct policy *p)
{
	const struct policy_files *f = p->files;

	limits_default(f, &p->settings);
	for (size_t i = 0; i < p->n_clients; i++) {
		struct policy_client *c = &p->clients[i];
		for (size_t j = 0; j < f->n_asns && c->n_as_sets == 0; j++)
			if (f->asns[j].asn == c->asn)
				as_sets_copy(c, &f->asns[j]);
		limits_default(f, &c->settings);
	}
}
