/* kind_route_rows: which routes of the evidence a check about routes is about. */
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_daemon.h"
#include "grader/kind_route_priv.h"

static const char *
neighbour(const struct grader_params *p)
{
	return p->to ? p->to : p->from;
}

const json_t *
kind_route_rows(const struct grader_view *v, const struct grader_params *p)
{
	return json_object_get(evidence_node(v, p->at),
			       p->to ? "sent" : "routes");
}

bool
kind_route_is_of(const struct grader_params *p, const json_t *row,
		 enum ip_family family)
{
	return strcmp(out_text(row, p->to ? "to" : "from"), neighbour(p)) ==
		   0 &&
	       (family == IP_NONE ||
		strcmp(out_text(row, "family"), ip_family_name(family)) == 0);
}

bool
kind_route_is_to(const json_t *row, const struct ip_prefix *prefix)
{
	char text[IP_PREFIXSTRLEN];

	return strcmp(out_text(row, "prefix"), ip_prefix_print(prefix, text)) ==
	       0;
}

bool
kind_route_rejected(const json_t *row)
{
	return strcmp(out_text(row, "state"), "rejected") == 0;
}

const char *
kind_route_way(const struct grader_params *p, char text[160])
{
	snprintf(text, 160, "%s %s", p->to ? "to" : "from", neighbour(p));
	return text;
}

bool
kind_route_begin(const struct grader_view *v, const struct grader_params *p,
		 enum ip_family family, struct grader_finding *f)
{
	if (p->to)
		grader_finding_where(f, "%s, routes sent to %s", p->at, p->to);
	else
		grader_finding_where(f, "%s, routes received from %s", p->at,
				     p->from);
	evidence_session_facts(v, p->at, neighbour(p), family, f);
	return evidence_ready(v, p->at, p->to ? "sent" : "routes", f);
}

char *
kind_route_no_session(const struct grader_view *v, const char *at,
		      const char *with, enum ip_family family)
{
	const json_t *s = evidence_session(v, at, with, family);
	_free_ char *words = evidence_session_words(s);

	if (s == NULL)
		s = evidence_session(v, at, with, IP_NONE);
	if (json_is_true(json_object_get(s, "established")))
		return NULL;
	return xasprintf("no session with %s: %s", with, words);
}

/* ---- what cannot be asked */

static bool
asks_looks(const struct grader_params *p)
{
	return p->has_as_path || p->path_length.set || p->prepended.set ||
	       p->next_hop || p->origin || p->med.set || p->communities.n ||
	       p->large.n || p->without.n || p->no_others;
}

static char *
robot_cannot(const struct grader_params *p, const struct lab_node *n)
{
	if (p->to || p->longer || p->prefix.addr.family == IP_NONE ||
	    p->extended.n || p->otc.set || p->marks.n || p->state)
		return xasprintf("%s is a robot of kind ixpeer, which tells "
				 "only how it holds one prefix",
				 n->name);
	if (asks_looks(p) && (n->robot == NULL || !n->robot->keep))
		return xasprintf("%s is a robot that keeps no attributes: say "
				 "keep: yes in the lab",
				 n->name);
	return NULL;
}

static bool
asks_communities(const struct grader_params *p)
{
	return p->communities.n || p->large.n || p->extended.n ||
	       p->without.n || p->no_others || p->marks.n;
}

static char *
lacks(const struct grader_params *p, const struct lab_node *n,
      enum daemon_part part)
{
	static const char *const of[] = {
	    [DAEMON_RECEIVED] = "what it received before its filters",
	    [DAEMON_ACCEPTED] = "what it accepted",
	    [DAEMON_SENT] = "what it sends",
	};
	unsigned int bits = grader_daemon_lacks(n, part);
	const char *daemon = model_daemon_name(n);

	if (part == DAEMON_ACCEPTED && bits & DAEMON_LACKS_ACCEPTED)
		return xasprintf("%s is a route server that runs %s, which "
				 "does not tell which routes it accepted",
				 n->name, daemon);
	if (bits & DAEMON_LACKS_COMMUNITIES && asks_communities(p))
		return xasprintf("%s runs %s, which tells no communities of %s",
				 n->name, daemon, of[part]);
	if ((bits & DAEMON_LACKS_OTC && p->otc.set) ||
	    (bits & DAEMON_LACKS_PREF && p->local_pref.set))
		return xasprintf(
		    "%s runs %s, which tells no %s of %s", n->name, daemon,
		    p->local_pref.set ? "local preference" : "ONLY_TO_CUSTOMER",
		    of[part]);
	return NULL;
}

/* part: of received ones, which are meant. */
static char *
cannot_of(const struct grader_params *p, const struct lab *lab,
	  enum daemon_part part)
{
	const struct lab_node *n = model_find(lab, p->at);
	const char *daemon = model_daemon_name(n);
	char *why;

	if (strcmp(daemon, "bird") == 0)
		return NULL;
	if (grader_daemon_find(daemon)) {
		why = lacks(p, n, p->to ? DAEMON_SENT : part);
		/* a refused one is one that came and was not accepted */
		if (why == NULL && !p->to && p->state &&
		    strcmp(p->state, "rejected") == 0)
			why = lacks(p, n, DAEMON_ACCEPTED);
		return why;
	}
	if (p->local_pref.set)
		return xasprintf("%s runs %s, which tells of no local "
				 "preference",
				 n->name, daemon);
	if (strcmp(daemon, "ixrs") == 0)
		return NULL;
	if (strcmp(daemon, "ixpeer") == 0)
		return robot_cannot(p, n);
	return xasprintf("%s runs %s, which is not asked for routes", n->name,
			 daemon);
}

char *
kind_route_cannot(const struct grader_params *p, const struct lab *lab)
{
	bool before = p->state && (strcmp(p->state, "received") == 0 ||
				   strcmp(p->state, "rejected") == 0);

	return cannot_of(p, lab, before ? DAEMON_RECEIVED : DAEMON_ACCEPTED);
}

char *
kind_route_cannot_receive(const struct grader_params *p, const struct lab *lab)
{
	bool after = p->state && strcmp(p->state, "accepted") == 0;

	return cannot_of(p, lab, after ? DAEMON_ACCEPTED : DAEMON_RECEIVED);
}

int
kind_route_sane(const struct grader_params *p, const struct yaml_doc *doc,
		const struct yaml *check, struct err *e)
{
	if ((p->from == NULL) == (p->to == NULL))
		return yaml_err(doc, check, e,
				"say from (received from that node) or to "
				"(sent to it), one of them");
	if (p->to && p->state)
		return yaml_err(doc, check, e,
				"state is of received routes: with to, leave "
				"it out");
	return 0;
}

char *
kind_route_cannot_send(const struct grader_params *p, const struct lab *lab)
{
	const struct lab_node *n = model_find(lab, p->at);
	const char *daemon = model_daemon_name(n);
	char *why;

	if (grader_daemon_find(daemon)) {
		why = lacks(p, n, DAEMON_ACCEPTED);
		return why ? why : lacks(p, n, DAEMON_SENT);
	}
	if (strcmp(daemon, "bird") == 0 || strcmp(daemon, "ixrs") == 0)
		return NULL;
	return xasprintf("%s runs %s, which does not tell what it sends",
			 n->name, daemon);
}
