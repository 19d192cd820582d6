/*
 * grader_evidence_tcp: what the kernels know of sessions. Of one that is up,
 * whether a password (TCP-MD5, RFC 2385) guards it. Of two ends that do not hear
 * each other, why: who calls in vain, and which passwords stand at the sockets.
 * The daemons say of all this that they are in Connect.
 *
 * Who calls in vain hangs up after a while and calls again, and between two calls
 * there is nothing to be seen. So of each address the last call in vain is kept
 * for some seconds: what is told must not depend on the moment.
 */
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"

#define BGP_PORT 179
#define VAIN_MS 10000 /* longer than daemons wait between two calls */

static bool
is_port(const json_t *row, const char *key)
{
	return json_integer_value(json_object_get(row, key)) == BGP_PORT;
}

/* Does that row wait for BGP with this address? One that listens is, with all. */
static bool
is_about(const json_t *row, const char *peer)
{
	const char *state = out_text(row, "state");

	if (strcmp(state, "listens") == 0)
		return is_port(row, "local_port");
	return strcmp(state, "calls") == 0 && is_port(row, "remote_port") &&
	       strcmp(out_text(row, "remote"), peer) == 0;
}

/* Is it the socket of a session with this address? */
static bool
is_up(const json_t *row, const char *peer)
{
	return strcmp(out_text(row, "state"), "established") == 0 &&
	       strcmp(out_text(row, "remote"), peer) == 0 &&
	       (is_port(row, "local_port") || is_port(row, "remote_port"));
}

static const char *
password_of(const json_t *row, const struct ip_addr *peer)
{
	const json_t *p;
	size_t i;

	json_array_foreach(json_object_get(row, "passwords"), i, p)
	{
		json_int_t len = json_integer_value(json_object_get(p, "len"));
		struct ip_prefix around;
		struct ip_addr a;

		if (!ip_addr_parse(out_text(p, "address"), &a) || len < 0 ||
		    len > (json_int_t)ip_bits(a.family))
			continue;
		around = ip_prefix_of(&a, (uint8_t)len);
		if (ip_prefix_has_addr(&around, peer))
			return out_text(p, "word");
	}
	return "";
}

/* The word for the password that node wants of peer, at sockets of that sort, ""
 * for none; NULL when its kernel tells nothing of BGP with it. */
static const char *
password(const struct grader_view *v, const char *node, const char *peer,
	 bool (*is)(const json_t *row, const char *peer))
{
	const json_t *rows = json_object_get(evidence_node(v, node), "tcp");
	const json_t *row;
	const char *found = NULL;
	struct ip_addr addr;
	size_t i;

	if (!ip_addr_parse(peer, &addr))
		return NULL;
	json_array_foreach(rows, i, row)
	{
		if (is(row, peer) && (found == NULL || *found == '\0'))
			found = password_of(row, &addr);
	}
	return found;
}

/* A call for BGP that nobody has answered for a second and more. */
static bool
is_vain(const json_t *row)
{
	return strcmp(out_text(row, "state"), "calls") == 0 &&
	       is_port(row, "remote_port") &&
	       json_integer_value(json_object_get(row, "repeated")) > 0;
}

void
evidence_tcp_keep(json_t *node, const json_t *rows, uint64_t now_ms)
{
	json_t *old = json_object_get(node, "vain"), *next = json_object();
	const char *peer;
	json_t *kept, *row;
	size_t i;

	json_object_foreach(old, peer, kept)
	{
		if ((uint64_t)json_integer_value(
			json_object_get(kept, "at_ms")) +
			VAIN_MS >
		    now_ms)
			json_object_set(next, peer, kept);
	}
	json_array_foreach(rows, i, row)
	{
		if (is_vain(row))
			json_object_set_new(next, out_text(row, "remote"),
					    json_pack("{sI sO}", "at_ms",
						      (json_int_t)now_ms,
						      "call", row));
	}
	json_object_set_new(node, "vain", next);
}

static const json_t *
vain_call(const struct grader_view *v, const char *node, const char *peer)
{
	const json_t *vain = json_object_get(evidence_node(v, node), "vain");

	return json_object_get(json_object_get(vain, peer), "call");
}

static const char *
compare(const char *far, const char *near)
{
	if (far == NULL || near == NULL)
		return "";
	if (strcmp(far, near) == 0)
		return "fits";
	return *near == '\0' ? "far" : *far == '\0' ? "near" : "differs";
}

void
evidence_tcp_facts(const struct grader_view *v, const char *at,
		   const char *with, enum ip_family family,
		   struct grader_finding *f)
{
	const json_t *far = evidence_session(v, at, with, family);
	const json_t *near = evidence_session(v, with, at, family);
	bool down = far && near &&
		    !(json_is_true(json_object_get(far, "established")) &&
		      json_is_true(json_object_get(near, "established")));
	const char *far_peer = out_text(far, "address");
	const char *near_peer = out_text(near, "address");
	const json_t *far_call = down ? vain_call(v, at, far_peer) : NULL;
	const json_t *near_call = down ? vain_call(v, with, near_peer) : NULL;
	const json_t *call = near_call ? near_call : far_call;

	grader_finding_fact(f, "unanswered",
			    near_call && far_call ? "both"
			    : near_call		  ? "near"
			    : far_call		  ? "far"
						  : "");
	grader_finding_fact(f, "there",
			    call == NULL ? ""
			    : json_is_true(json_object_get(call, "there"))
				? "yes"
				: "no");
	grader_finding_fact(
	    f, "password",
	    down ? compare(password(v, at, far_peer, is_about),
			   password(v, with, near_peer, is_about))
		 : "");
}

bool
evidence_tcp_guarded(const struct grader_view *v, const char *node,
		     const json_t *session, bool *guarded,
		     struct grader_finding *f)
{
	const char *why = out_text(evidence_node(v, node), "tcp");
	bool up = json_is_true(json_object_get(session, "established"));
	const char *word = password(v, node, out_text(session, "address"),
				    up ? is_up : is_about);

	*guarded = word && *word;
	if (*why)
		grader_finding_saw(f, GRADER_OURS, "%s", why);
	else if (word == NULL)
		grader_finding_saw(f, GRADER_UNKNOWN,
				   "%s, its socket was not seen yet",
				   out_text(session, "state"));
	return word != NULL;
}
