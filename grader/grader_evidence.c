#include "grader/grader_evidence.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/out.h"
#include "base/str.h"

const json_t *
evidence_node(const struct grader_view *v, const char *node)
{
	return json_object_get(json_object_get(v->evidence, "nodes"), node);
}

const json_t *
evidence_experiment(const struct grader_view *v, const struct exercise_check *c)
{
	return json_object_get(json_object_get(v->evidence, "experiments"),
			       c->id);
}

const json_t *
evidence_calls(const struct grader_view *v, const struct exercise_check *c,
	       struct grader_finding *f)
{
	const json_t *run = evidence_experiment(v, c);

	if (run == NULL)
		grader_finding_saw(f, GRADER_UNKNOWN, "not tried yet");
	else if (*out_text(run, "refused"))
		grader_finding_saw(f, GRADER_OURS, "%s",
				   out_text(run, "refused"));
	else
		return json_object_get(run, "answers");
	return NULL;
}

const json_t *
evidence_session(const struct grader_view *v, const char *at, const char *with,
		 enum ip_family family)
{
	const json_t *sessions =
	    json_object_get(evidence_node(v, at), "sessions");
	const json_t *s, *found = NULL;
	size_t i;

	json_array_foreach(sessions, i, s)
	{
		if (strcmp(out_text(s, "with"), with) != 0)
			continue;
		if (family != IP_NONE &&
		    strcmp(out_text(s, "family"), ip_family_name(family)) != 0)
			continue;
		if (found == NULL ||
		    json_is_true(json_object_get(s, "established")))
			found = s;
	}
	return found;
}

const json_t *
evidence_route(const struct grader_view *v, const char *at, const char *from,
	       const char *prefix)
{
	const json_t *routes = json_object_get(evidence_node(v, at), "routes");
	const json_t *r, *found = NULL;
	size_t i;

	json_array_foreach(routes, i, r)
	{
		if (strcmp(out_text(r, "from"), from) != 0 ||
		    strcmp(out_text(r, "prefix"), prefix) != 0)
			continue;
		if (found == NULL ||
		    strcmp(out_text(r, "state"), "accepted") == 0)
			found = r;
	}
	return found;
}

const char *
evidence_why(const struct grader_view *v, const char *at, const char *to,
	     const struct ip_prefix *prefix)
{
	const json_t *rows = json_object_get(evidence_node(v, at), "explained");
	char text[IP_PREFIXSTRLEN];
	const json_t *r;
	size_t i;

	ip_prefix_print(prefix, text);
	json_array_foreach(rows, i, r)
	{
		if (to && strcmp(out_text(r, "to"), to) == 0 &&
		    strcmp(out_text(r, "prefix"), text) == 0)
			return out_text(r, "why");
	}
	return "";
}

json_t *
evidence_path(const char *text)
{
	json_t *path = json_array(), *set = NULL;
	unsigned int n;

	while (*text != '\0') {
		size_t len = strcspn(text, " ,{}");
		_free_ char *word = xstrndup(text, len);

		str_clean(word);
		if (len > 0)
			json_array_append_new(
			    set ? set : path,
			    str_to_u32(word, 0, UINT32_MAX, &n)
				? json_integer(n)
				: json_string(word));
		text += len;
		if (*text == '{') {
			set = json_array();
			json_array_append_new(path, set);
		} else if (*text == '}') {
			set = NULL;
		}
		text += *text != '\0';
	}
	return path;
}

static void
words_add(struct str *s, const json_t *v)
{
	const json_t *member;
	size_t i;

	if (json_is_integer(v))
		str_addf(s, "%lld", (long long)json_integer_value(v));
	else if (json_is_string(v))
		str_add(s, json_string_value(v));
	if (!json_is_array(v))
		return;
	str_add(s, "{"); /* an AS_SET */
	json_array_foreach(v, i, member)
	{
		if (json_is_integer(member))
			str_addf(s, "%s%lld", i ? " " : "",
				 (long long)json_integer_value(member));
	}
	str_add(s, "}");
}

char *
evidence_words(const json_t *list)
{
	struct str s = {0};
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
	{
		if (i > 0)
			str_add(&s, " ");
		words_add(&s, v);
	}
	if (s.len == 0)
		str_add(&s, "none");
	return str_steal(&s);
}

char *
evidence_session_words(const json_t *session)
{
	const char *error = out_text(session, "last_error");

	if (session == NULL)
		return xstrdup("no such session");
	if (*error && !json_is_true(json_object_get(session, "established")))
		return xasprintf("%s, last error: %s",
				 out_text(session, "state"), error);
	return xstrdup(out_text(session, "state"));
}

/* ---- facts */

/* Addresses that the node's sessions speak to. */
static char *
near_neighbours(const struct grader_view *v, const char *node)
{
	const json_t *sessions =
	    json_object_get(evidence_node(v, node), "sessions");
	struct str s = {0};
	const json_t *p;
	size_t i;

	json_array_foreach(sessions, i, p)
	{
		str_addf(&s, "%s%s", i ? " " : "", out_text(p, "address"));
	}
	return str_steal(&s);
}

static void
number_fact(struct grader_finding *f, const char *name, const json_t *v)
{
	char text[24] = "";

	if (json_is_integer(v))
		snprintf(text, sizeof(text), "%lld",
			 (long long)json_integer_value(v));
	grader_finding_fact(f, name, text);
}

static const char *
yes_no(const json_t *v)
{
	return json_is_true(v) ? "yes" : "no";
}

void
evidence_daemon_facts(const struct grader_view *v, const char *node,
		      struct grader_finding *f)
{
	const json_t *n = evidence_node(v, node);
	const json_t *config = json_object_get(n, "config");
	_free_ char *neighbours = near_neighbours(v, node);

	grader_finding_fact(f, "daemon", out_text(n, "daemon"));
	grader_finding_fact(f, "config-error",
			    *out_text(config, "error")
				? out_text(config, "error")
				: out_text(n, "reason"));
	grader_finding_fact(f, "config-unread",
			    yes_no(json_object_get(config, "unread")));
	grader_finding_fact(f, "near-neighbours", neighbours);
}

/* Is key true (or a number above zero) of the session, or, when there is none
 * between the two nodes, of any session of the node in that family? */
static const char *
near_any(const struct grader_view *v, const char *node, const json_t *near,
	 enum ip_family family, const char *key)
{
	const json_t *all = json_object_get(evidence_node(v, node), "sessions");
	const json_t *s;
	size_t i;

	if (near)
		return yes_no(json_object_get(near, key));
	json_array_foreach(all, i, s)
	{
		if ((family == IP_NONE ||
		     strcmp(out_text(s, "family"), ip_family_name(family)) ==
			 0) &&
		    json_is_true(json_object_get(s, key)))
			return "yes";
	}
	return "no";
}

char *
evidence_limits(const json_t *session, enum ip_family family)
{
	struct str s = {0};
	const json_t *l;
	size_t i;

	json_array_foreach(json_object_get(session, "limits"), i, l)
	{
		if (family != IP_NONE &&
		    strcmp(out_text(l, "channel"), ip_family_name(family)) != 0)
			continue;
		str_addf(
		    &s, "%s%s %lld %s", s.len ? ", " : "",
		    out_text(l, "counts"),
		    (long long)json_integer_value(json_object_get(l, "routes")),
		    out_text(l, "action"));
	}
	return s.len ? str_steal(&s) : xstrdup("none");
}

/* The one session of the node in that family with nobody of this lab: perhaps it
 * is what should be with the other end. Of several nobody can say. */
static const json_t *
near_stray(const struct grader_view *v, const char *node, enum ip_family family)
{
	const json_t *all = json_object_get(evidence_node(v, node), "sessions");
	const json_t *s, *found = NULL;
	size_t i, n = 0;

	json_array_foreach(all, i, s)
	{
		if (*out_text(s, "with") == '\0' &&
		    (family == IP_NONE ||
		     strcmp(out_text(s, "family"), ip_family_name(family)) ==
			 0)) {
			found = s;
			n++;
		}
	}
	return n == 1 ? found : NULL;
}

/* That a call failed was before the session came up: it explains nothing now. */
static const char *
past_error(const json_t *session)
{
	static const char *const calls[] = {
	    "Connection refused", "No route to host", "Connection timed out",
	    "Network is unreachable"};
	const char *error = out_text(session, "last_error");
	size_t i;

	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (json_is_true(json_object_get(session, "established")) &&
		    strstr(error, calls[i]))
			return "";
	}
	return error;
}

/* Of a session that closes and opens again the limit is hit at some moments: that
 * it was lately is kept, so that what is told does not depend on the moment. */
#define HIT_MS 10000

static const json_t *
same_session(const json_t *sessions, const json_t *of)
{
	static const char *const keys[] = {"with", "family", "address"};
	const json_t *s;
	size_t i, k;

	json_array_foreach(sessions, i, s)
	{
		for (k = 0; k < 3; k++) {
			if (strcmp(out_text(s, keys[k]),
				   out_text(of, keys[k])) != 0)
				break;
		}
		if (k == 3)
			return s;
	}
	return NULL;
}

void
evidence_sessions_keep(const json_t *old, json_t *next, uint64_t now_ms)
{
	json_t *s, *at;
	size_t i;

	json_array_foreach(next, i, s)
	{
		at = json_object_get(same_session(old, s), "hit_at");
		if (json_is_true(json_object_get(s, "limit_hit")))
			at = json_integer((json_int_t)now_ms);
		else
			json_incref(at);
		if (at && (uint64_t)json_integer_value(at) + HIT_MS > now_ms)
			json_object_set(s, "hit_at", at);
		json_object_set_new(
		    s, "hit_lately",
		    json_boolean(json_object_get(s, "hit_at") != NULL));
		json_decref(at);
	}
}

static void
near_facts(const struct grader_view *v, const char *node, const json_t *near,
	   enum ip_family family, struct grader_finding *f)
{
	const json_t *first = near ? near : near_stray(v, node, family);
	const char *hit = near_any(v, node, near, family, "limit_hit");
	_free_ char *limits = evidence_limits(near, family);

	grader_finding_fact(f, "near-state",
			    near ? out_text(near, "state") : "absent");
	grader_finding_fact(f, "near-error", past_error(first));
	grader_finding_fact(f, "near-name", out_text(first, "name"));
	number_fact(f, "near-asn", json_object_get(first, "asn"));
	number_fact(f, "near-local-asn", json_object_get(first, "local_asn"));
	grader_finding_fact(f, "near-multihop",
			    near_any(v, node, near, family, "multihop"));
	if (strcmp(hit, "yes") != 0)
		hit = near_any(v, node, near, family, "hit_lately");
	grader_finding_fact(f, "near-limit-hit", hit);
	grader_finding_fact(f, "near-limits", limits);
	grader_finding_fact(f, "near-filtered",
			    near_any(v, node, near, family, "filtered"));
	grader_finding_fact(f, "near-invalid",
			    near_any(v, node, near, family, "invalid"));
}

/* Is the address that `with` speaks to one of a network that it has, as the lab
 * stands in its file? */
static const char *
same_lan(const struct grader_view *v, const char *at, const char *with,
	 enum ip_family family)
{
	const json_t *near = evidence_session(v, with, at, family);
	const struct lab_node *n = model_find(v->lab, with);
	struct ip_addr peer;
	size_t i, k;

	if (n == NULL || !ip_addr_parse(out_text(near, "address"), &peer))
		return "";
	for (i = 0; i < n->nifs; i++) {
		for (k = 0; k < n->ifs[i].naddrs; k++) {
			const struct lab_addr *a = &n->ifs[i].addrs[k];
			struct ip_prefix lan = ip_prefix_of(&a->addr, a->len);

			if (ip_prefix_has_addr(&lan, &peer))
				return "yes";
		}
	}
	return "no";
}

void
evidence_session_facts(const struct grader_view *v, const char *at,
		       const char *with, enum ip_family family,
		       struct grader_finding *f)
{
	const json_t *far = evidence_session(v, at, with, family);

	grader_finding_fact(f, "far-state",
			    far ? out_text(far, "state") : "absent");
	grader_finding_fact(f, "far-error", past_error(far));
	grader_finding_fact(f, "far-role", out_text(far, "peer_role"));
	grader_finding_fact(f, "far-limit-hit",
			    json_is_true(json_object_get(far, "limit_hit"))
				? "yes"
				: yes_no(json_object_get(far, "hit_lately")));
	grader_finding_fact(f, "far-stale",
			    yes_no(json_object_get(far, "stale")));
	number_fact(f, "far-flaps", json_object_get(far, "flaps"));
	near_facts(v, with, evidence_session(v, with, at, family), family, f);
	grader_finding_fact(f, "same-lan", same_lan(v, at, with, family));
	evidence_tcp_facts(v, at, with, family, f);
	evidence_daemon_facts(v, with, f);
}

void
evidence_own_facts(const struct grader_view *v, enum ip_family family,
		   struct grader_finding *f)
{
	near_facts(v, v->x->trainee, NULL, family, f);
	evidence_daemon_facts(v, v->x->trainee, f);
}

/* ---- can a node be read? */

/* The supervisor tells of it, whatever becomes of the daemon. */
static bool
is_table(const char *part)
{
	static const char *const parts[] = {"kernel",	  "other_kernel",
					    "links",	  "addresses",
					    "neighbours", "ports"};
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strcmp(part, parts[i]) == 0)
			return true;
	}
	return false;
}

bool
evidence_ready(const struct grader_view *v, const char *node, const char *part,
	       struct grader_finding *f)
{
	const json_t *n = evidence_node(v, node);
	const json_t *value = json_object_get(n, part);
	const char *daemon = out_text(n, "daemon");

	if (json_is_array(value))
		return true;
	if (!is_table(part) && *daemon && strcmp(daemon, "running") != 0 &&
	    strcmp(daemon, "starting") != 0) {
		grader_finding_saw(
		    f, GRADER_FALSE, "the daemon of %s is %s%s%s", node,
		    strcmp(daemon, "backoff") == 0 ? "failing" : daemon,
		    *out_text(n, "reason") ? ": " : "", out_text(n, "reason"));
		return false;
	}
	if (*out_text(n, "cannot"))
		grader_finding_saw(f, GRADER_OURS, "%s", out_text(n, "cannot"));
	else if (*out_text(n, "silent"))
		grader_finding_saw(f, GRADER_FALSE, "%s",
				   out_text(n, "silent"));
	else
		grader_finding_saw(f, GRADER_UNKNOWN, "%s was not heard yet",
				   node);
	return false;
}
