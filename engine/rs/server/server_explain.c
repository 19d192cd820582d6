/*
 * server_explain: why a member has a route or has it not.
 *
 * For each path to a prefix one row says what became of it on the way to one
 * member: it was rejected on the way in; it is the member's own; somebody's wish
 * keeps it away (the community, mark or AS that decided is named by policy, from
 * the code that decides); another path is better; or it was sent, and how. The
 * words are the keys of the rows below.
 */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "rs/server/server_state.h"

struct explain { /* a prefix, and one session of the member */
	struct server *s;
	const struct server_member *to;
	int f;
	uint32_t net;
	json_t *rows;
	json_t *sent; /* what it was told, by export */
};

static void
explain_told(void *arg, const struct rib_attrs *ra, uint32_t id)
{
	struct explain *x = arg;
	struct bgp_attrs *a = bgp_unpack(ra->packed, ra->len);

	json_array_append_new(
	    x->sent,
	    server_json_sent(
		x->to, &rib_net(x->s->table[x->f].rib, x->net)->prefix, a, id));
	bgp_attrs_unref(a);
}

/* ---- one path */

static void
verdict(json_t *row, const char *word, const char *text)
{
	json_object_set_new(row, "verdict", json_string(word));
	json_object_set_new(row, "why", out_str(text));
}

static bool
explain_foreign(const struct explain *x, const struct rib_path *p)
{
	const struct bgp_session *session = bgp_fsm_session(&x->to->fsm);

	return p->attrs->foreign_next_hop && session != NULL &&
	       !(session->ext_nexthop & bgp_family_bit(server_family(x->f)));
}

static bool
explain_lived(const struct explain *x, const struct rib_path *p)
{
	const struct bgp_session *session = bgp_fsm_session(&x->to->fsm);

	return p->marks & POLICY_MARK_LLGR && session != NULL &&
	       !session->long_lived;
}

/* Why a candidate is not for the member, whatever else there is: the verdict, and
 * the sentence in text. NULL when it is. */
static const char *
explain_kept(const struct explain *x, const struct rib_path *p,
	     const struct bgp_attrs *a, char text[512])
{
	const struct server_member *from = server_from(x->s, x->f, p);

	if (from == x->to) {
		strcpy(text, "the member's own route, accepted");
		return "own";
	}
	if (policy_why_not(x->s->policy, &from->policy, a, p->marks,
			   &x->to->policy, text, 512))
		return "withheld";
	if (explain_foreign(x, p))
		strcpy(text, "its next hop is IPv6, and the member's session "
			     "did not agree on RFC 8950");
	else if (explain_lived(x, p))
		strcpy(text, "it is stale for long, and the member's session "
			     "did not agree on RFC 9494");
	else
		return NULL;
	return "withheld";
}

/* Path hiding is not mitigated for it. */
static bool
explain_hides(const struct explain *x)
{
	const struct bgp_session *session = bgp_fsm_session(&x->to->fsm);

	return !x->s->policy->path_hiding && session != NULL &&
	       !(session->add_path_tx & bgp_family_bit(server_family(x->f)));
}

/* The best path hides another one from the member. */
static void
explain_hidden(const struct explain *x, uint32_t best, json_t *row)
{
	const struct rib_path *b = rib_path(x->s->table[x->f].rib, best);
	struct bgp_attrs *a = bgp_unpack(b->attrs->packed, b->attrs->len);
	char kept[512];
	const char *word = explain_kept(x, b, a, kept);

	if (word == NULL)
		strcpy(kept, "it cannot be told to it");
	else if (strcmp(word, "own") == 0)
		strcpy(kept, "it is its own");
	_free_ char *text = xasprintf(
	    "path_hiding is no, so only the best path is considered for all "
	    "members, and that one, from %s, is not for this member: %s",
	    server_member_name(server_from(x->s, x->f, b)), kept);
	verdict(row, "withheld", text);
	bgp_attrs_unref(a);
}

/* Was it told to the member? One that is told many paths (RFC 7911) has their
 * numbers as identifiers, others have the best one. */
static bool
explain_is_told(const struct explain *x, uint32_t n, uint32_t best)
{
	size_t i;
	json_t *row;

	json_array_foreach(x->sent, i, row)
	{
		json_t *id = json_object_get(row, "path_id");
		if (json_is_integer(id) ? json_integer_value(id) == n
					: n == best)
			return true;
	}
	return false;
}

/* A candidate that nothing keeps away from the member. */
static void
explain_candidate(const struct explain *x, uint32_t n, uint32_t best,
		  json_t *row)
{
	const struct rib_path *b = rib_path(x->s->table[x->f].rib, best);
	const struct rib_peer *peer = server_peer(x->to, x->f);
	char text[256];

	if (!peer->up) {
		verdict(row, "down", "the member's session is not up");
	} else if (json_array_size(x->sent) == 0 && explain_hides(x) &&
		   best != 0 && n != best) {
		explain_hidden(x, best, row);
	} else if (json_array_size(x->sent) == 0) {
		verdict(row, "withheld", "it cannot be told to this member");
	} else if (explain_is_told(x, n, best)) {
		verdict(row, "sent", "sent to the member");
		json_object_set(row, "as_sent", x->sent);
	} else if (b == NULL) {
		verdict(row, "withheld", "nothing may be sent to this member");
	} else if (json_array_size(x->sent) > 1) {
		snprintf(text, sizeof(text), "%zu better paths were sent",
			 json_array_size(x->sent));
		verdict(row, "not-best", text);
	} else {
		snprintf(text, sizeof(text),
			 "a better path from %.150s was sent",
			 server_member_name(server_from(x->s, x->f, b)));
		verdict(row, "not-best", text);
	}
}

/* It was taken, and a warning goes with the verdict. */
static void
explain_warn(const struct explain *x, const struct rib_path *p,
	     const struct bgp_attrs *a, json_t *row)
{
	const struct server_member *from = server_from(x->s, x->f, p);

	if (!(p->marks & POLICY_MARK_TRANSIT_FREE))
		return;
	_free_ char *text = xasprintf(
	    "%s; a warning: AS%u, a transit-free network, is behind the first "
	    "AS of its path",
	    json_string_value(json_object_get(row, "why")),
	    policy_transit_free(x->s->policy, &from->policy, a));
	json_object_set_new(row, "why", out_str(text));
}

static json_t *
explain_path(const struct explain *x, uint32_t n, uint32_t best)
{
	const struct rib_path *p = rib_path(x->s->table[x->f].rib, n);
	struct bgp_attrs *a = bgp_unpack(p->attrs->packed, p->attrs->len);
	json_t *row = server_json_path(x->s, x->f, n, a);
	const char *rejected =
	    json_string_value(json_object_get(row, "reason_text"));
	const char *kept;
	char text[512];

	if (p->reason != POLICY_ACCEPTED)
		verdict(row, "rejected", rejected != NULL ? rejected : "");
	else if ((kept = explain_kept(x, p, a, text)) != NULL)
		verdict(row, kept, text);
	else
		explain_candidate(x, n, best, row);
	explain_warn(x, p, a, row);
	json_object_set_new(row, "to", out_str(server_member_name(x->to)));
	bgp_attrs_unref(a);
	return row;
}

/* ---- all of them */

static void
explain_net(struct explain *x)
{
	struct rib *r = x->s->table[x->f].rib;
	uint32_t best =
	    explain_hides(x)
		? rib_best(r, x->net)
		: rib_best_for(r, x->net, server_peer(x->to, x->f)->index);

	x->sent = json_array();
	if (server_peer(x->to, x->f)->up)
		export_told(x->to->out[x->f], x->net, explain_told, x);
	const struct rib_net *net = rib_net(r, x->net);
	for (uint32_t i = 0; i < net->n; i++)
		json_array_append_new(
		    x->rows, explain_path(x, rib_net_path(r, x->net, i), best));
	json_decref(x->sent);
}

static void
explain_member(struct explain *x, const struct server_wanted *w)
{
	for (x->f = 0; x->f < SERVER_FAMILIES; x->f++) {
		struct rib *r = x->s->table[x->f].rib;
		if (x->to->out[x->f] == NULL)
			continue;
		if (!w->is_addr) {
			x->net = rib_find(r, &w->prefix);
			if (x->net != 0)
				explain_net(x);
			continue;
		}
		for (x->net = 1; x->net < rib_nets_end(r); x->net++)
			if (rib_net(r, x->net)->n != 0 &&
			    server_is_wanted(w, &rib_net(r, x->net)->prefix))
				explain_net(x);
	}
}

int
server_explain(struct server *s, const json_t *args, json_t **result,
	       struct err *e)
{
	const char *prefix = server_arg(args, "prefix");
	struct explain x = {.s = s, .rows = json_array()};
	struct server_wanted w;
	struct server_who who = {0};
	int r = 0;

	if (prefix == NULL)
		r = err_usage(e, "which prefix?");
	else if (server_wanted(prefix, &w, e) < 0 ||
		 server_who(s, args, &who, e) < 0)
		r = -1;
	for (size_t i = 0; i < who.n; i++) {
		x.to = who.m[i];
		explain_member(&x, &w);
	}
	free(who.m);
	*result = x.rows;
	return r;
}
