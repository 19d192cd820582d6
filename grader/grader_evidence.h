/*
 * grader_evidence: what was seen, as one JSON value.
 *
 * The collector writes it, the judges read it, the tests spell it out. Nothing
 * in it is a verdict. A part that is absent was not asked yet; one that is null
 * was asked in vain, and "silent" of the same node says why.
 *
 *	nodes: {NAME: {
 *	  daemon: "running"|"starting"|"backoff"|"stopped"|"-",
 *	  reason: the daemon's last words when it is not running,
 *	  silent: why it did not answer,
 *	  config: {ok: bool, error: text, unread: bool (the file on disk is newer
 *	           than what the daemon runs)},
 *	  cannot: why a part cannot be told, which is nobody's fault,
 *	  sessions: [{with: NODE or "", address, asn, local_asn, family, name,
 *	              state, established, last_error, limit_hit, filtered, invalid,
 *	              capabilities: [what both ends agreed on], peer_role (RFC
 *	              9234), multihop, ttl_security, hold_time, up_ms, flaps, stale (kept for an end that restarts),
 *	              limits: [{counts: "receive"|"import", routes, channel: a
 *	              family, action}]}],
 *	  routes: [{prefix, family, from: NODE or "", address, next_hop,
 *	            as_path: [.., [a set]], origin, local_pref, med, otc,
 *	            communities: [..], large_communities: [..],
 *	            ext_communities: [..], marks: [..], best, since (as BIRD says it),
 *	            state: "accepted"|"rejected", reason, reason_code,
 *	            reason_text}],
 *	  sent: [the same, to: NODE instead of from; no best, state, reason],
 *	  explained: [{prefix, to: NODE, why: a sentence}], of what was not sent,
 *	  kernel: [{to, via, dev, type, protocol, family}],
 *	  other_kernel: [the same, table], of tables but main and local,
 *	  links, addresses, neighbours: [..], as the verb kernel tells, and, of a
 *	  node that is asked for sessions, tcp, while one is down (always, where a
 *	  password is asked for), or why its kernel does not tell; ports: as the
 *	  verb ports (super.h),
 *	  vain: {ADDRESS: {at_ms, call: a row of tcp}}, called lately and in vain,
 *	  log: [{wall_ms, text}]}}
 *	wall_ms: the time of day when the log was read
 *	answers: {CHECK: text}
 *	experiments: {CHECK: {
 *	  sent, received, rtt_us, why (the last could not leave): ping, bypass
 *	  moved: {NODE: bytes}, else: {the same, while nobody asked; where
 *	  much had moved}, refused: nobody can tell,   bypass
 *	  kept: bool, lost_ms,                 stays
 *	  first: NODE, then, back: {node, ms}, moves
 *	  answers: [of the supervisor, or {waited_ms}], refused: why,   calls
 *	  announced, robot, nodes, ours,       probe (grader_probe.h)
 *	  failed: why it could not be made}}
 *	at_ms: {NODE: the time of its oldest part, CHECK: of its experiment}
 *	error: our own tools failed: nothing can be judged
 */
#ifndef GRADER_GRADER_EVIDENCE_H
#define GRADER_GRADER_EVIDENCE_H

#include <jansson.h>

#include "grader/grader_kind.h"

/* Borrowed looks; NULL when it is not there. */
const json_t *evidence_node(const struct grader_view *v, const char *node);
const json_t *evidence_experiment(const struct grader_view *v,
				  const struct exercise_check *c);
/* The answers to the questions of a check (CALLS, WATCH). NULL when it was not
 * tried yet or was refused: then what was seen and the truth are set. */
const json_t *evidence_calls(const struct grader_view *v,
			     const struct exercise_check *c,
			     struct grader_finding *f);
/* The session at node `at` with node `with` in that family (or any family). */
const json_t *evidence_session(const struct grader_view *v, const char *at,
			       const char *with, enum ip_family family);
/* The route to prefix that `at` holds from `from`, accepted before rejected. */
const json_t *evidence_route(const struct grader_view *v, const char *at,
			     const char *from, const char *prefix);

/* Why `at` has not sent the prefix to `to`, in its own words; "" when it does
 * not say. Borrowed. */
const char *evidence_why(const struct grader_view *v, const char *at,
			 const char *to, const struct ip_prefix *prefix);

/* "65536 {65537 65538}" as a list, a set as a list within; what is no number
 * stays a word. Owned. */
json_t *evidence_path(const char *text);

/* A list of words as one text: "65536 65537"; "none" when empty. Owned. */
char *evidence_words(const json_t *list);

/* The limits on what a session takes in: "receive 30 disable", several with
 * commas between, or "none". Owned. */
char *evidence_limits(const json_t *session, enum ip_family family);
/* Facts about a session, from both ends and the trainee's daemon: far-state
 * ("absent" when there is none), far-error, far-role, far-limit-hit, far-flaps,
 * far-stale, same-lan,
 * near-multihop, near-state, near-error, near-name,
 * near-asn, near-local-asn (without such a session: of the first there is, but
 * near-state "absent"), near-limit-hit, near-limits
 * ("receive 30 disable, ..", none), near-filtered, near-invalid (yes|no),
 * daemon, config-error, config-unread, near-neighbours. */
void evidence_session_facts(const struct grader_view *v, const char *at,
			    const char *with, enum ip_family family,
			    struct grader_finding *f);
/* And of two ends that are not up, from their kernels: unanswered (who calls in
 * vain: near, far, both, or ""), there (yes, no, "": the LAN knows who is called),
 * password (TCP-MD5: fits, near, far (that end alone wants one), differs, "": not
 * known). */
/* Keep in next, the sessions of a node now, whose limit was hit lately. */
void evidence_sessions_keep(const json_t *old, json_t *next, uint64_t now_ms);
/* Keep in node which calls of its were in vain lately, of its newest sockets. */
void evidence_tcp_keep(json_t *node, const json_t *rows, uint64_t now_ms);
void evidence_tcp_facts(const struct grader_view *v, const char *at,
			const char *with, enum ip_family family,
			struct grader_finding *f);
/* Does a password guard that session of node, as its kernel knows? Where it does
 * not say: sets saw and UNKNOWN or OURS, returns false. */
bool evidence_tcp_guarded(const struct grader_view *v, const char *node,
			  const json_t *session, bool *guarded,
			  struct grader_finding *f);
/* As evidence_session_facts, of the trainee's daemon alone: a session in that family that shows
 * a fact is enough. For checks that are not about one session. */
void evidence_own_facts(const struct grader_view *v, enum ip_family family,
			struct grader_finding *f);
/* The last four of them alone. */
void evidence_daemon_facts(const struct grader_view *v, const char *node,
			   struct grader_finding *f);
/* When node cannot be read: sets saw and UNKNOWN or FALSE, returns false. part
 * is "sessions", "routes", "sent", or one that the supervisor tells: "kernel",
 * "other_kernel", "links", "addresses", "neighbours", "ports". */
bool evidence_ready(const struct grader_view *v, const char *node,
		    const char *part, struct grader_finding *f);
/* "Active, last error: Bad Peer AS", for sentences. Owned. */
char *evidence_session_words(const json_t *session);

#endif
