/*
 * session: a BGP session is Established, as its far end sees it, on the terms
 * that are asked for.
 *
 * What both ends agreed on is known to either. Whether TCP-MD5 guards a session is
 * known to the kernels of both, whatever the daemon. TTL security is known to the
 * daemon that demands it alone, and a session that is up then shows that the other
 * end does its part: of a BIRD, which does not tell, look from the other end. That
 * a session went and came back between two looks shows in how long it has been up.
 */
#include <stddef.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"
#include "lab/model/model_kind.h"

static const char *const states[] = {"Established", "OpenConfirm", "OpenSent",
				     "Active",	    "Connect",	   "Idle",
				     NULL};
static const char *const roles[] = {"provider", "rs",	"rs-client",
				    "customer", "peer", NULL};
static const char *const capabilities[] = {"ipv4",
					   "ipv6",
					   "as4",
					   "refresh",
					   "enhanced-refresh",
					   "extended-message",
					   "long-lived-restart",
					   "add-path-rx-ipv4",
					   "add-path-rx-ipv6",
					   "add-path-tx-ipv4",
					   "add-path-tx-ipv6",
					   "extended-next-hop-ipv4",
					   NULL};

static const struct grader_key keys[] = {
    {.name = "at",
     .type = GRADER_KEY_OBSERVER,
     .need = true,
     .offset = offsetof(struct grader_params, at),
     .help = "who looks: a node with a daemon, not the trainee's"},
    {.name = "with",
     .type = GRADER_KEY_ROUTER,
     .need = true,
     .offset = offsetof(struct grader_params, with),
     .help = "the other end"},
    {.name = "family",
     .type = GRADER_KEY_FAMILY,
     .need = true,
     .offset = offsetof(struct grader_params, family),
     .help = "of the addresses that the session runs between"},
    {.name = "state",
     .type = GRADER_KEY_WORD,
     .words = states,
     .offset = offsetof(struct grader_params, state),
     .help = "another state than Established; the names are RFC 4271's"},
    {.name = "both-ends",
     .type = GRADER_KEY_WISH,
     .offset = offsetof(struct grader_params, both_ends),
     .help = "yes: the other end says so too (one end may be up while the "
	     "other waits)"},
    {.name = "capabilities",
     .type = GRADER_KEY_WORDS,
     .words = capabilities,
     .offset = offsetof(struct grader_params, capabilities),
     .help = "both ends agreed on each of these: ipv4, ipv6, as4, refresh, "
	     "enhanced-refresh, extended-message, long-lived-restart, "
	     "add-path-rx-ipv4 (at receives), add-path-tx-ipv4 (at sends), the "
	     "same of ipv6, extended-next-hop-ipv4"},
    {.name = "role",
     .type = GRADER_KEY_WORD,
     .words = roles,
     .offset = offsetof(struct grader_params, role),
     .help = "what the other end says that it is (RFC 9234): provider, rs, "
	     "rs-client, customer, peer"},
    {.name = "hold-time",
     .type = GRADER_KEY_RANGE,
     .offset = offsetof(struct grader_params, hold_time),
     .help = "seconds that were agreed on"},
    {.name = "multihop",
     .type = GRADER_KEY_WISH,
     .offset = offsetof(struct grader_params, multihop),
     .help = "as a BIRD has it"},
    {.name = "md5",
     .type = GRADER_KEY_WISH,
     .offset = offsetof(struct grader_params, md5),
     .help = "a password guards it (RFC 2385), as the kernel of at knows"},
    {.name = "ttl-security",
     .type = GRADER_KEY_WISH,
     .offset = offsetof(struct grader_params, ttl_security),
     .help =
	 "packets from far away are not taken (RFC 5082), as an ixrs, GoBGP "
	 "or OpenBGPD has it"},
    {.name = "up-for",
     .type = GRADER_KEY_TIME,
     .min = 1000,
     .max = 20 * 3600 * 1000,
     .offset = offsetof(struct grader_params, up_ms),
     .help = "it came up that long ago and has not gone since, not even "
	     "between two looks"},
};

/* ---- what cannot be asked */

static char *
does_not_tell(const struct lab_node *n, const char *daemon, const char *what)
{
	return xasprintf("%s runs %s, which does not tell of %s", n->name,
			 daemon, what);
}

enum { TELLS_AGREED = 1, TELLS_HOLD = 2, TELLS_UP = 4, TELLS_TTL = 8 };

/* And capabilities that are never among those that it says were agreed on. */
static const struct {
	const char *daemon;
	unsigned int tells;
	const char *never[4];
} tells[] = {
    {"bird", TELLS_AGREED | TELLS_HOLD | TELLS_UP, {NULL}},
    {"ixrs", TELLS_AGREED | TELLS_HOLD | TELLS_UP | TELLS_TTL, {NULL}},
    {"ixpeer", TELLS_UP, {NULL}},
    {"frr", TELLS_AGREED | TELLS_HOLD | TELLS_UP, {NULL}},
    {"gobgp",
     TELLS_AGREED | TELLS_HOLD | TELLS_UP | TELLS_TTL,
     {"enhanced-refresh", "extended-message", NULL}},
    {"openbgpd",
     TELLS_AGREED | TELLS_HOLD | TELLS_UP | TELLS_TTL,
     {"extended-message", "long-lived-restart", "extended-next-hop-ipv4",
      NULL}},
};

static const char *
capability_never(const struct grader_list *asked, const char *const *never)
{
	size_t i;

	for (; *never; never++) {
		for (i = 0; i < asked->n; i++) {
			if (strcmp(asked->items[i], *never) == 0)
				return *never;
		}
	}
	return NULL;
}

static char *
kind_session_cannot(const struct grader_params *p, const struct lab *lab)
{
	const struct lab_node *n = model_find(lab, p->at);
	const char *daemon = model_daemon_name(n), *never = NULL;
	unsigned int told = 0;
	size_t i;

	for (i = 0; i < sizeof(tells) / sizeof(tells[0]); i++) {
		if (strcmp(tells[i].daemon, daemon) != 0)
			continue;
		told = tells[i].tells;
		never = capability_never(&p->capabilities, tells[i].never);
	}
	if (p->multihop && strcmp(daemon, "bird") != 0)
		return does_not_tell(n, daemon, "multihop");
	if (p->ttl_security && !(told & TELLS_TTL))
		return does_not_tell(n, daemon, "ttl-security");
	if ((p->capabilities.n || p->role) && !(told & TELLS_AGREED))
		return does_not_tell(n, daemon, "what was agreed on");
	if (never)
		return does_not_tell(n, daemon, never);
	if (p->hold_time.set && !(told & TELLS_HOLD))
		return does_not_tell(n, daemon, "the hold time");
	if (p->up_ms && !(told & TELLS_UP))
		return does_not_tell(n, daemon,
				     "how long a session has been up");
	return NULL;
}

/* ---- terms: the first that differs is the sentence */

static bool
has_word(const json_t *list, const char *word)
{
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
	{
		if (json_is_string(v) &&
		    strcmp(json_string_value(v), word) == 0)
			return true;
	}
	return false;
}

static bool
capability_missing(const struct grader_params *p, const json_t *s,
		   struct grader_finding *f)
{
	const json_t *agreed = json_object_get(s, "capabilities");
	_free_ char *saw = evidence_words(agreed);
	size_t i;

	for (i = 0; i < p->capabilities.n; i++) {
		if (has_word(agreed, p->capabilities.items[i]))
			continue;
		grader_finding_expected(f, "Established, %s agreed on",
					p->capabilities.items[i]);
		grader_finding_saw(f, GRADER_FALSE, "Established, agreed on %s",
				   saw);
		return true;
	}
	return false;
}

static bool
role_differs(const struct grader_params *p, const json_t *s,
	     struct grader_finding *f)
{
	const char *saw = out_text(s, "peer_role");

	if (p->role == NULL || strcmp(saw, p->role) == 0)
		return false;
	grader_finding_expected(f, "Established, %s in the role %s", p->with,
				p->role);
	if (*saw)
		grader_finding_saw(f, GRADER_FALSE,
				   "Established, %s in the role %s", p->with,
				   saw);
	else
		grader_finding_saw(f, GRADER_FALSE,
				   "Established, %s said no role", p->with);
	return true;
}

static bool
hold_time_differs(const struct grader_params *p, const json_t *s,
		  struct grader_finding *f)
{
	const struct grader_range *r = &p->hold_time;
	json_int_t saw = json_integer_value(json_object_get(s, "hold_time"));

	if (!r->set || (saw >= r->min && saw <= r->max))
		return false;
	if (r->min == r->max)
		grader_finding_expected(f, "a hold time of %u s", r->min);
	else
		grader_finding_expected(f, "a hold time of %u s to %u s",
					r->min, r->max);
	grader_finding_saw(f, GRADER_FALSE, "a hold time of %lld s",
			   (long long)saw);
	return true;
}

static bool
is_other(bool is, uint32_t wish, const char *with, const char *without,
	 struct grader_finding *f)
{
	if (is == (wish == GRADER_WISH_YES))
		return false;
	grader_finding_expected(f, "Established %s", is ? without : with);
	grader_finding_saw(f, GRADER_FALSE, "Established %s",
			   is ? with : without);
	return true;
}

static bool
wish_differs(const json_t *s, uint32_t wish, const char *key, const char *with,
	     const char *without, struct grader_finding *f)
{
	return wish != GRADER_WISH_NONE &&
	       is_other(json_is_true(json_object_get(s, key)), wish, with,
			without, f);
}

static bool
md5_differs(const struct grader_view *v, const struct grader_params *p,
	    const json_t *s, struct grader_finding *f)
{
	bool guarded;

	return p->md5 != GRADER_WISH_NONE &&
	       (!evidence_tcp_guarded(v, p->at, s, &guarded, f) ||
		is_other(guarded, p->md5, "with TCP-MD5", "without TCP-MD5",
			 f));
}

static bool
too_young(const struct grader_params *p, const json_t *s,
	  struct grader_finding *f)
{
	json_int_t up = json_integer_value(json_object_get(s, "up_ms"));

	if (up >= p->up_ms)
		return false;
	grader_finding_expected(f, "Established for %u s", p->up_ms / 1000);
	grader_finding_saw(f, GRADER_FALSE, "Established for %lld s",
			   (long long)up / 1000);
	return true;
}

static bool
terms_differ(const struct grader_view *v, const struct grader_params *p,
	     const json_t *s, struct grader_finding *f)
{
	return capability_missing(p, s, f) || role_differs(p, s, f) ||
	       hold_time_differs(p, s, f) ||
	       wish_differs(s, p->multihop, "multihop", "with multihop",
			    "without multihop", f) ||
	       md5_differs(v, p, s, f) ||
	       wish_differs(s, p->ttl_security, "ttl_security",
			    "with TTL security", "without TTL security", f) ||
	       too_young(p, s, f);
}

/* ---- the state */

/* The end of `with`; false when it does not say the same, or nothing. */
static bool
other_end_is(const struct grader_view *v, const struct grader_params *p,
	     const char *state, struct grader_finding *f)
{
	const json_t *s = evidence_session(v, p->with, p->at, p->family);
	const char *saw = model_session_state(out_text(s, "state"));
	_free_ char *words = evidence_session_words(s);

	if (p->both_ends != GRADER_WISH_YES || (saw && strcmp(saw, state) == 0))
		return true;
	grader_finding_expected(f, "%s at both ends", state);
	if (evidence_ready(v, p->with, "sessions", f))
		grader_finding_saw(f, GRADER_FALSE, "%s here, at %s %s", state,
				   p->with, words);
	return false;
}

static void
judge_state(const struct grader_view *v, const struct grader_params *p,
	    const char *state, struct grader_finding *f)
{
	const json_t *s = evidence_session(v, p->at, p->with, p->family);
	const char *saw = model_session_state(out_text(s, "state"));
	_free_ char *words = evidence_session_words(s);

	if (saw == NULL || strcmp(saw, state) != 0)
		grader_finding_saw(f, GRADER_FALSE, "%s", words);
	else if (other_end_is(v, p, state, f) && !terms_differ(v, p, s, f))
		grader_finding_saw(f, GRADER_TRUE, "%s", words);
}

static unsigned int
kind_session_also(const struct grader_params *p)
{
	return p->md5 ? GRADER_ASK_SOCKETS : 0;
}

static void
kind_session_judge(const struct grader_view *v, const struct exercise_check *c,
		   struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const char *state = p->state ? p->state : "Established";

	grader_finding_expected(f, "%s", state);
	grader_finding_where(f, "%s, %s session with %s", p->at,
			     p->family == IP_V4 ? "IPv4" : "IPv6", p->with);
	evidence_session_facts(v, p->at, p->with, p->family, f);
	if (evidence_ready(v, p->at, "sessions", f))
		judge_state(v, p, state, f);
}

const struct grader_kind grader_kind_session = {
    .name = "session",
    .help = "A BGP session is Established, as node at sees it.",
    .example = "    kind: session\n"
	       "    at: rs1\n"
	       "    with: m1\n"
	       "    family: ipv4\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_SESSIONS,
    .also = kind_session_also,
    .facts = "far-state far-error far-role far-limit-hit far-flaps "
	     "far-stale (yes, no) near-state "
	     "near-error near-name near-asn near-local-asn near-multihop "
	     "same-lan (yes, "
	     "no) unanswered (near, far, both) there (yes, no) password (fits, "
	     "near, far, differs) "
	     "near-limit-hit near-limits near-filtered near-invalid "
	     "near-neighbours daemon "
	     "config-error config-unread",
    .cannot = kind_session_cannot,
    .judge = kind_session_judge,
};
