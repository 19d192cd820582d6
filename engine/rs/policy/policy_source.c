/*
 * policy_source: data from outside find their place in the policy.
 *
 * general.yml asks for registries, RPKI data and PeeringDB, which arouteserver
 * fetches. We read files. The caller learns from policy_wanted what the
 * configuration names, reads it, and gives it to policy_complete together with
 * the files of its options.
 *
 * What when data are not given? A key that stands in the file is an order: the
 * policy is refused, with the option that brings the data or the value that does
 * without. A default that nobody wrote down holds when the data are there; else
 * the filter is off, and a note says so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/policy/policy_conf.h"
#include "rs/policy/policy_priv.h"

static int
place_err(const struct policy *p, const struct policy_place *at, struct err *e,
	  const char *sentence)
{
	return err_at(e, p->files->general, at->line, at->col, "%s", sentence);
}

/* ---- what is wanted */

static bool
rpki_is_wanted(const struct policy *p)
{
	return p->rov || p->roas_as_routes || p->aspa;
}

static char **
texts_copy(const char *const *list, size_t n, size_t *out)
{
	char **copy = xcalloc(n, sizeof(*copy));

	for (size_t i = 0; i < n; i++)
		copy[i] = xstrdup(list[i]);
	*out = n;
	return copy;
}

static void
wanted_json(const struct policy_rpki_source *s, struct policy_wanted_json *w)
{
	static const char *const anchors[] = {"APNIC RPKI Root",
					      "AfriNIC RPKI Root",
					      "LACNIC RPKI Root",
					      "RIPE NCC RPKI Root",
					      "apnic",
					      "afrinic",
					      "lacnic",
					      "ripe"};
	const char *const *names = (const char *const *)s->anchors.items;

	for (size_t i = 0; i < s->urls.n; i++)
		if (s->urls.items[i][0] == '/') {
			w->files = xreallocarray(w->files, w->n + 1,
						 sizeof(*w->files));
			w->files[w->n++] = xstrdup(s->urls.items[i]);
		}
	w->said_anchors = names != NULL;
	w->anchors =
	    names != NULL
		? texts_copy(names, s->anchors.n, &w->n_anchors)
		: texts_copy(anchors, sizeof(anchors) / sizeof(*anchors),
			     &w->n_anchors);
	w->max_age = s->max_age;
}

void
policy_wanted(const struct policy *p, struct policy_wanted *w)
{
	const struct policy_files *f = p->files;

	*w = (struct policy_wanted){.rpki = rpki_is_wanted(p),
				    .irr = policy_source_wants_tags(p)};
	for (size_t i = 0; i < p->n_clients; i++)
		w->irr |= policy_source_wants_registry(&p->clients[i].settings);
	if ((p->rov || p->roas_as_routes) && f->roas.source == POLICY_RPKI_JSON)
		wanted_json(&f->roas, &w->vrps);
	if (p->aspa && f->aspas.source == POLICY_RPKI_JSON)
		wanted_json(&f->aspas, &w->aspas);
	if (f->use_arin)
		w->arin = xstrdup(f->arin);
	if (f->use_registrobr)
		w->registrobr = xstrdup(f->registrobr);
}

static void
wanted_json_clear(struct policy_wanted_json *w)
{
	policy_texts_free(w->files, w->n);
	policy_texts_free(w->anchors, w->n_anchors);
}

void
policy_wanted_clear(struct policy_wanted *w)
{
	wanted_json_clear(&w->vrps);
	wanted_json_clear(&w->aspas);
	free(w->arin);
	free(w->registrobr);
	*w = (struct policy_wanted){0};
}

/* ---- RPKI */

static int
complete_rpki(struct policy *p, const struct policy_sources *s, struct err *e)
{
	const struct policy_files *f = p->files;
	bool roas = p->rov || p->roas_as_routes;

	p->rpki = s->rpki;
	if (roas && !s->vrps && f->roas.source == POLICY_RPKI_RTR)
		return place_err(p, &f->roas.place, e,
				 "rpki_roas.source is rtr: give --rtr "
				 "HOST:PORT, or --vrps FILE");
	if (roas && !s->vrps)
		return place_err(
		    p, &f->roas.place, e,
		    "ROAs are wanted and ixrs fetches no URL: give "
		    "--vrps FILE or --rtr HOST:PORT, or name a "
		    "file by absolute path in "
		    "rpki_roas.ripe_rpki_validator_url");
	if (p->aspa && !s->aspas)
		return place_err(
		    p, &f->aspas.place, e,
		    "ASPAs are wanted and ixrs fetches no URL: give "
		    "--vrps FILE, or name a file by absolute path "
		    "in rpki_aspas.json_url");
	if (s->vrps && !rpki_is_wanted(p))
		policy_note(p, "there are VRPs and nothing asks for them: see "
			       "rpki_bgp_origin_validation.enabled");
	return 0;
}

/* ---- PeeringDB */

static int
complete_never_via(struct policy *p, const struct policy_networks *l,
		   struct err *e)
{
	const struct policy_files *f = p->files;

	if (!f->never_pdb)
		return 0;
	if (l == NULL && p->settings.said & POLICY_SAID_NEVER_PDB)
		return place_err(p, &f->never_place, e,
				 "never_via_route_servers.peering_db is yes: "
				 "give --peering-db FILE, or write no");
	if (l == NULL)
		policy_note(p, "networks that avoid route servers are not "
			       "looked for: there is no --peering-db");
	for (size_t i = 0; l != NULL && i < l->n; i++)
		if (l->items[i].never_via) {
			p->never_via =
			    xreallocarray(p->never_via, p->n_never_via + 1,
					  sizeof(*p->never_via));
			p->never_via[p->n_never_via++] = l->items[i].asn;
		}
	policy_asns_sort(p->never_via, &p->n_never_via);
	return 0;
}

static void
limit_raise(struct policy_settings *s, int family, uint32_t n)
{
	static const uint32_t said[] = {POLICY_SAID_LIMIT4, POLICY_SAID_LIMIT6};
	uint64_t limit =
	    ((uint64_t)n + s->max_absolute) * (100 + s->max_relative) / 100;

	if (n != 0 && (s->said & said[family]) == 0)
		s->max_prefix[family] =
		    limit < UINT32_MAX ? (uint32_t)limit : UINT32_MAX;
}

static bool
limits_are_open(const struct policy_settings *s)
{
	const uint32_t both = POLICY_SAID_LIMIT4 | POLICY_SAID_LIMIT6;

	return s->max_action != POLICY_MAX_NONE && s->max_peering_db &&
	       (s->said & both) != both;
}

static int
complete_limits(struct policy *p, const struct policy_networks *l,
		struct err *e)
{
	bool missed = false;

	for (size_t i = 0; i < p->n_clients; i++) {
		struct policy_client *c = &p->clients[i];
		struct policy_settings *s = &c->settings;
		if (!limits_are_open(s))
			continue;
		if (l == NULL && s->said & POLICY_SAID_MAX_PDB)
			return err_at(e, p->files->general, 0, 0,
				      "max_prefix.peering_db is yes for client "
				      "%s: give --peering-db FILE, or write "
				      "enabled: no, or limit_ipv4 and "
				      "limit_ipv6 for it",
				      c->id);
		const struct policy_network *n =
		    l != NULL ? policy_networks_find(l, c->asn) : NULL;
		missed |= l == NULL;
		for (int f = 0; n != NULL && f < 2; f++)
			limit_raise(s, f, n->prefixes[f]);
	}
	if (missed)
		policy_note(p, "the general limits of max_prefix hold for "
			       "clients without their own: there is no "
			       "--peering-db");
	return 0;
}

/* ---- all of it */

static int
complete_peering_db(struct policy *p, const struct policy_sources *s,
		    struct err *e)
{
	struct policy_networks l = {0}, *given = NULL;
	int r = 0;

	if (s->peering_db.text != NULL) {
		r = policy_source_peering_db(&l, &s->peering_db, e);
		given = &l;
	}
	if (r == 0)
		r = complete_never_via(p, given, e);
	if (r == 0)
		r = complete_limits(p, given, e);
	if (r == 0)
		r = policy_source_as_sets(p, given, e);
	policy_networks_clear(&l);
	return r;
}

static void
note_rtt(struct policy *p, const struct policy_sources *s)
{
	bool any = false;

	for (int a = 0; a < POLICY_ACTIONS; a++)
		if (policy_action_is_by_rtt((enum policy_action)a))
			any |= policy_has(p, (enum policy_action)a);
	if (any && s->rtt.text == NULL)
		policy_note(p, "communities that go by round-trip time do "
			       "nothing: there is no --rtt");
}

int
policy_complete(struct policy *p, const struct policy_sources *s, struct err *e)
{
	note_rtt(p, s);
	if (s->rtt.text != NULL && policy_source_rtt(p, &s->rtt, e) < 0)
		return -1;
	if (complete_rpki(p, s, e) < 0 || complete_peering_db(p, s, e) < 0 ||
	    policy_source_registry(p, s, e) < 0 ||
	    policy_source_whois(p, s, e) < 0)
		return -1;
	policy_index_build(p);
	return 0;
}
