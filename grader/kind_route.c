/*
 * route: a prefix was received from a neighbour, or sent to it, and looks as
 * asked (kind_route_looks.c).
 *
 * Several paths may have come from the same neighbour, over two sessions or one
 * with ADD-PATH: one that fits is enough.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/kind_route_priv.h"

static const char *const states[] = {"accepted", "best", "rejected", "received",
				     NULL};
static const char *const marks[] = {"rpki-valid",	 "rpki-unknown",
				    "rpki-invalid",	 "blackhole",
				    "graceful-shutdown", NULL};

static const struct grader_key keys[] = {
    KIND_ROUTE_AT,
    KIND_ROUTE_KEY("from", GRADER_KEY_ROUTER, from,
		   "the neighbour that announced it"),
    KIND_ROUTE_KEY("to", GRADER_KEY_ROUTER, to,
		   "or the neighbour that it was sent to"),
    KIND_ROUTE_PREFIX,
    {.name = "state",
     .type = GRADER_KEY_WORD,
     .words = states,
     .offset = offsetof(struct grader_params, state),
     .help = "of a received one: accepted (when not said), best (and selected "
	     "before all others), rejected, received (either)"},
    KIND_ROUTE_KEY(
	"reason", GRADER_KEY_TEXT, reason,
	"why it was rejected: the word or the number of ixrs.conf(5); at any "
	"other daemon it is always filtered"),
    KIND_ROUTE_KEY(
	"as-path", GRADER_KEY_AS_PATH, as_path,
	"these AS numbers, nearest first; \"65536+\" is once or more, \"?\" "
	"any one, \"*\" any number of any"),
    KIND_ROUTE_KEY("path-length", GRADER_KEY_RANGE, path_length,
		   "how many AS numbers the path has; a set is one"),
    KIND_ROUTE_KEY(
	"prepended", GRADER_KEY_RANGE, prepended,
	"how often the first AS of the path is repeated; 0: it stands there "
	"once"),
    KIND_ROUTE_KEY("next-hop", GRADER_KEY_HOP, next_hop,
		   "the address of this node on the exchange, or this address"),
    {.name = "origin",
     .type = GRADER_KEY_WORD,
     .words = kind_route_origins,
     .offset = offsetof(struct grader_params, origin),
     .help = "igp, egp or incomplete"},
    KIND_ROUTE_KEY(
	"local-pref", GRADER_KEY_RANGE, local_pref,
	"of an accepted one, as a BIRD, FRR, GoBGP or OpenBGPD holds it"),
    KIND_ROUTE_KEY("med", GRADER_KEY_RANGE, med,
		   "a route without one does not fit"),
    KIND_ROUTE_KEY("otc", GRADER_KEY_RANGE, otc,
		   "the AS number of ONLY_TO_CUSTOMER (RFC 9234)"),
    KIND_ROUTE_KEY("communities", GRADER_KEY_STANDARD, communities,
		   "each of these is there"),
    KIND_ROUTE_KEY("large-communities", GRADER_KEY_LARGE, large,
		   "each of these is there"),
    KIND_ROUTE_KEY("extended-communities", GRADER_KEY_EXTENDED, extended,
		   "each of these is there"),
    KIND_ROUTE_KEY(
	"without", GRADER_KEY_COMMUNITY, without,
	"none of these communities is there; \"64500:*\" is all that begin so, "
	"large ones, too"),
    KIND_ROUTE_KEY("no-others", GRADER_KEY_WISH, no_others,
		   "yes: no communities but those that the three keys name"),
    {.name = "marks",
     .type = GRADER_KEY_WORDS,
     .words = marks,
     .offset = offsetof(struct grader_params, marks),
     .help = "each of these the observer found: rpki-valid, rpki-unknown, "
	     "rpki-invalid, blackhole, graceful-shutdown; another daemon than "
	     "our route server by what it shows: RS:1000:1, :2, :4 of a route "
	     "server, 65535:666, 65535:0 "
	     "with a local preference of 0"},
};

static int
kind_route_reason_sane(const struct grader_params *p,
		       const struct yaml_doc *doc, const struct yaml *check,
		       struct err *e)
{
	if (kind_route_sane(p, doc, check, e) < 0)
		return -1;
	if (p->reason && (!p->state || strcmp(p->state, "rejected") != 0))
		return yaml_err(doc, check, e,
				"a reason needs state: rejected");
	return 0;
}

/* What else came from there: "3fff::/32 100.64.1.0/24". Owned. */
static char *
others_words(const struct grader_view *v, const struct grader_params *p)
{
	struct str s = {0};
	const json_t *r;
	size_t i;

	json_array_foreach(kind_route_rows(v, p), i, r)
	{
		if (kind_route_is_of(p, r, grader_params_family(p)))
			str_addf(&s, "%s%s", s.len ? " " : "",
				 out_text(r, "prefix"));
		if (s.len > 160) {
			str_add(&s, " ...");
			break;
		}
	}
	return str_steal(&s);
}

/* ---- one path */

static bool
reason_is(const json_t *r, const char *reason)
{
	const json_t *code = json_object_get(r, "reason_code");
	_free_ char *number = xasprintf(
	    "%lld",
	    (long long)(json_is_integer(code) ? json_integer_value(code) : -1));

	return strcmp(out_text(r, "reason"), reason) == 0 ||
	       strcmp(number, reason) == 0;
}

static void
saw_rejected(const json_t *r, struct grader_finding *f)
{
	grader_finding_saw(f, GRADER_FALSE, "received, but rejected: %s",
			   *out_text(r, "reason_text")
			       ? out_text(r, "reason_text")
			       : out_text(r, "reason"));
}

static bool
is_rejected_so(const struct grader_params *p, const json_t *r,
	       struct grader_finding *f)
{
	if (!kind_route_rejected(r)) {
		grader_finding_expected(f, "rejected");
		grader_finding_saw(f, GRADER_FALSE, "received and accepted");
		return false;
	}
	if (p->reason == NULL || reason_is(r, p->reason))
		return true;
	grader_finding_expected(f, "rejected: %s", p->reason);
	grader_finding_saw(f, GRADER_FALSE, "rejected: %s (%s)",
			   out_text(r, "reason"), out_text(r, "reason_text"));
	return false;
}

/* Is it in the state that was asked for? */
static bool
is_state(const struct grader_params *p, const json_t *r,
	 struct grader_finding *f)
{
	const char *state = p->state ? p->state : "accepted";

	if (p->to || strcmp(state, "received") == 0)
		return true;
	if (strcmp(state, "rejected") == 0)
		return is_rejected_so(p, r, f);
	if (kind_route_rejected(r)) {
		saw_rejected(r, f);
		return false;
	}
	if (strcmp(state, "best") == 0 &&
	    !json_is_true(json_object_get(r, "best"))) {
		grader_finding_expected(f, "selected as the best");
		grader_finding_saw(f, GRADER_FALSE,
				   "accepted, but another path is better");
		return false;
	}
	return true;
}

static void
judge_path(const struct grader_view *v, const struct grader_params *p,
	   const json_t *r, struct grader_finding *f)
{
	if (!is_state(p, r, f) || !kind_route_looks(v, p, r, f))
		return;
	grader_finding_saw(f, GRADER_TRUE, "%s",
			   p->to		    ? "sent"
			   : kind_route_rejected(r) ? "received and rejected"
						    : "received and accepted");
}

/* ---- all of them */

static void
judge_absent(const struct grader_view *v, const struct grader_params *p,
	     const char *others, struct grader_finding *f)
{
	enum ip_family family = grader_params_family(p);
	const char *with = p->to ? p->to : p->from;
	const char *ip = family == IP_V4 ? "IPv4" : "IPv6";
	_free_ char *down = kind_route_no_session(v, p->at, with, family);
	const char *why = evidence_why(v, p->at, p->to, &p->prefix);
	char way[160];

	kind_route_way(p, way);
	if (down)
		grader_finding_saw(f, GRADER_FALSE, "%s", down);
	else if (*why)
		grader_finding_saw(f, GRADER_FALSE, "not sent: %s", why);
	else if (*others)
		grader_finding_saw(f, GRADER_FALSE, "%s only %s", way, others);
	else
		grader_finding_saw(f, GRADER_FALSE,
				   "no %s route %s over the session", ip, way);
	grader_finding_fact(f, "why", why);
}

/* A path that fits; else the first accepted one, else the first. */
static const json_t *
best_try(const struct grader_view *v, const struct grader_params *p)
{
	const json_t *r, *found = NULL;
	size_t i;

	json_array_foreach(kind_route_rows(v, p), i, r)
	{
		struct grader_finding try = {0};
		bool fits;

		if (!kind_route_is_of(p, r, IP_NONE) ||
		    !kind_route_is_to(r, &p->prefix))
			continue;
		judge_path(v, p, r, &try);
		fits = try.truth == GRADER_TRUE;
		grader_finding_clear(&try);
		if (fits)
			return r;
		if (found == NULL ||
		    (kind_route_rejected(found) && !kind_route_rejected(r)))
			found = r;
	}
	return found;
}

static void
kind_route_judge(const struct grader_view *v, const struct exercise_check *c,
		 struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *r = best_try(v, p);
	_free_ char *others = others_words(v, p);
	char prefix[IP_PREFIXSTRLEN], way[160];
	bool ready;

	grader_finding_expected(f, "%s %s", ip_prefix_print(&p->prefix, prefix),
				kind_route_way(p, way));
	ready = kind_route_begin(v, p, grader_params_family(p), f);
	grader_finding_fact(f, "others", others);
	grader_finding_fact(f, "received",
			    r && p->from ? out_text(r, "state") : "no");
	grader_finding_fact(f, "sent", r && p->to ? "yes" : "no");
	kind_route_facts(r, f);
	if (ready && r)
		judge_path(v, p, r, f);
	else if (ready)
		judge_absent(v, p, others, f);
}

const struct grader_kind grader_kind_route = {
    .name = "route",
    .help = "Node at received the prefix from its neighbour from and accepted "
	    "it, or sent it to its neighbour to, and it looks so.",
    .example = "    kind: route\n"
	       "    at: rs1\n"
	       "    from: m1\n"
	       "    prefix: 100.64.0.0/22\n"
	       "    as-path: [65536]\n"
	       "    next-hop: m1\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_SESSIONS | GRADER_ASK_ROUTES | GRADER_ASK_SENT,
    .facts = "received (accepted, rejected, no) sent (yes, no) others why "
	     "saw-as-path saw-next-hop saw-origin saw-local-pref saw-med "
	     "saw-otc saw-communities saw-large-communities "
	     "saw-extended-communities saw-marks saw-best reject-code "
	     "reject-reason, and those of session",
    .sane = kind_route_reason_sane,
    .cannot = kind_route_cannot,
    .judge = kind_route_judge,
};
