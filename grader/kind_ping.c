/* ping: echo requests from one node reach another and are answered; no-ping: not one
 * of them is. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/out.h"
#include "grader/grader_evidence.h"
#include "grader/kind_ping_priv.h"

#define PING_KEY_COUNT                                                     \
	{                                                                  \
		.name = "count", .type = GRADER_KEY_COUNT,                 \
		.offset = offsetof(struct grader_params, count), .min = 1, \
		.max = 100, .absent = 5,                                   \
		.help = "how many requests, 5 when not said"               \
	}
#define PING_KEY_ADDRESS                                                       \
	{                                                                      \
		.name = "to-address", .type = GRADER_KEY_ADDRESS,              \
		.offset = offsetof(struct grader_params, address),             \
		.help = "instead of its address of the lab file: one that it " \
			"has got since, for example"                           \
	}

static const struct grader_key keys[] = {
    KIND_PING_KEYS,
    PING_KEY_COUNT,
    {.name = "loss",
     .type = GRADER_KEY_COUNT,
     .offset = offsetof(struct grader_params, loss),
     .max = 99,
     .help = "how many of them may be lost, 0 when not said"},
    {.name = "size",
     .type = GRADER_KEY_COUNT,
     .offset = offsetof(struct grader_params, size),
     .max = 8192,
     .absent = GRADER_UNSAID,
     .help = "bytes of data in each, which is never sent in pieces: 1472 "
	     "(IPv4) or 1452 (IPv6) fill a packet of 1500"},
    PING_KEY_ADDRESS,
    {.name = "rtt-least",
     .type = GRADER_KEY_TIME,
     .offset = offsetof(struct grader_params, rtt_least),
     .max = 10000,
     .help = "the quickest answer took at least so long: it came from afar"},
    {.name = "rtt-most",
     .type = GRADER_KEY_TIME,
     .offset = offsetof(struct grader_params, rtt_most),
     .min = 1,
     .max = 10000,
     .absent = GRADER_UNSAID,
     .help = "the quickest answer took at most so long"},
};

static long long
ping_rtt_us(const json_t *run)
{
	return (long long)json_integer_value(
	    json_object_get(json_object_get(run, "rtt_us"), "min"));
}

static void
ping_rtt_fact(const json_t *run, struct grader_finding *f)
{
	char text[24] = "";

	if (json_is_object(json_object_get(run, "rtt_us")))
		snprintf(text, sizeof(text), "%lld", ping_rtt_us(run) / 1000);
	grader_finding_fact(f, "rtt-ms", text);
}

/* Of the quickest answer: a busy machine delays the others. */
static void
ping_judge_rtt(const struct grader_params *p, const json_t *run,
	       struct grader_finding *f)
{
	long long us = ping_rtt_us(run);

	if (us < (long long)p->rtt_least * 1000 ||
	    (p->rtt_most != GRADER_UNSAID &&
	     us > (long long)p->rtt_most * 1000))
		grader_finding_saw(f, GRADER_FALSE,
				   "the quickest answer took %lld.%03lld ms",
				   us / 1000, us % 1000);
}

static void
ping_expected(const struct grader_params *p, struct grader_finding *f)
{
	char least[32] = "", most[32] = "", size[32] = "";

	if (p->rtt_least)
		snprintf(least, sizeof(least), ", in %u ms or more",
			 p->rtt_least);
	if (p->rtt_most != GRADER_UNSAID)
		snprintf(most, sizeof(most), ", in %u ms or less", p->rtt_most);
	if (p->size != GRADER_UNSAID)
		snprintf(size, sizeof(size), " to %u bytes each", p->size);
	grader_finding_expected(f, "%u of %u answers%s%s%s", p->count - p->loss,
				p->count, size, least, most);
}

static int
ping_address_sane(const struct grader_params *p, const struct yaml_doc *doc,
		  const struct yaml *check, struct err *e)
{
	if (p->address.family != IP_NONE && yaml_get(check, "family") != NULL &&
	    p->family != p->address.family)
		return yaml_err(doc, yaml_get(check, "to-address"), e,
				"it is no address of %s",
				ip_family_name((enum ip_family)p->family));
	return 0;
}

static int
kind_ping_sane(const struct grader_params *p, const struct yaml_doc *doc,
	       const struct yaml *check, struct err *e)
{
	if (p->loss >= p->count)
		return yaml_err(doc, yaml_get(check, "loss"), e,
				"all %u may be lost: nobody can fail it",
				p->count);
	if (p->rtt_most < p->rtt_least)
		return yaml_err(doc, yaml_get(check, "rtt-most"), e,
				"\"rtt-most\" is less than \"rtt-least\"");
	return ping_address_sane(p, doc, check, e);
}

struct ip_addr
kind_ping_to(const struct lab *lab, const struct grader_params *p)
{
	if (p->address.family != IP_NONE)
		return p->address;
	return model_address(lab, model_find(lab, p->to), p->family);
}

void
kind_ping_facts(const struct grader_view *v, enum ip_family family,
		const json_t *run, struct grader_finding *f)
{
	char sent[24], received[24];

	snprintf(sent, sizeof(sent), "%lld",
		 (long long)json_integer_value(json_object_get(run, "sent")));
	snprintf(
	    received, sizeof(received), "%lld",
	    (long long)json_integer_value(json_object_get(run, "received")));
	grader_finding_fact(f, "sent", sent);
	grader_finding_fact(f, "received", received);
	ping_rtt_fact(run, f);
	evidence_own_facts(v, family, f);
}

/* Why the last echo could not leave is the machine's matter. */
static const char *
ping_full(const char *why)
{
	return strstr(why, strerror(ENOBUFS))
		   ? " (the kernel's neighbour table, one for all labs, is "
		     "full: see ixlab doctor)"
		   : "";
}

bool
kind_ping_judge_run(const struct grader_params *p, const json_t *run,
		    struct grader_finding *f)
{
	json_int_t sent = json_integer_value(json_object_get(run, "sent"));
	json_int_t got = json_integer_value(json_object_get(run, "received"));
	const char *why = out_text(run, "why");
	const char *failed = out_text(run, "failed");

	if (run == NULL)
		grader_finding_saw(f, GRADER_UNKNOWN, "not tried yet");
	else if (*failed)
		grader_finding_saw(f, GRADER_FALSE, "%s", failed);
	else if (sent - got > (json_int_t)p->loss || sent == 0)
		grader_finding_saw(f, GRADER_FALSE,
				   "%lld of %lld answers%s%s%s", (long long)got,
				   (long long)sent, *why ? ": " : "", why,
				   ping_full(why));
	else
		grader_finding_saw(f, GRADER_TRUE, "%lld of %lld answers",
				   (long long)got, (long long)sent);
	return f->truth == GRADER_TRUE;
}

/* Says whom; the run, NULL when there was none yet. */
static const json_t *
ping_begin(const struct grader_view *v, const struct exercise_check *c,
	   struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *run = evidence_experiment(v, c);
	struct ip_addr a = kind_ping_to(v->lab, p);
	char text[IP_ADDRSTRLEN];

	grader_finding_where(f, "ping from %s to %s (%s)", p->from, p->to,
			     ip_addr_print(&a, text));
	kind_ping_facts(v, a.family == IP_NONE ? p->family : a.family, run, f);
	return run;
}

static void
kind_ping_judge(const struct grader_view *v, const struct exercise_check *c,
		struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *run = ping_begin(v, c, f);

	ping_expected(p, f);
	if (kind_ping_judge_run(p, run, f))
		ping_judge_rtt(p, run, f);
}

const struct grader_kind grader_kind_ping = {
    .name = "ping",
    .help = "Echo requests from one node are answered by another.",
    .example = "    kind: ping\n"
	       "    from: m2-h\n"
	       "    to: m1-h\n"
	       "    family: ipv6\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .experiment = GRADER_PING,
    .facts = "sent received rtt-ms, and those of session (near and daemon)",
    .sane = kind_ping_sane,
    .judge = kind_ping_judge,
};

/* ---- no-ping */

static const struct grader_key no_keys[] = {
    KIND_PING_KEYS,
    PING_KEY_COUNT,
    PING_KEY_ADDRESS,
};

static void
kind_no_ping_judge(const struct grader_view *v, const struct exercise_check *c,
		   struct grader_finding *f)
{
	const json_t *run = ping_begin(v, c, f);
	json_int_t got = json_integer_value(json_object_get(run, "received"));
	const char *why = out_text(run, "why");

	grader_finding_expected(f, "no answer");
	if (run == NULL)
		grader_finding_saw(f, GRADER_UNKNOWN, "not tried yet");
	else if (*out_text(run, "failed"))
		grader_finding_saw(f, GRADER_FALSE, "%s",
				   out_text(run, "failed"));
	else if (got > 0)
		grader_finding_saw(f, GRADER_FALSE, "%lld of %lld answers",
				   (long long)got,
				   (long long)json_integer_value(
				       json_object_get(run, "sent")));
	else if (*ping_full(why))
		grader_finding_saw(f, GRADER_OURS, "%s%s", why, ping_full(why));
	else
		grader_finding_saw(f, GRADER_TRUE, "no answer%s%s",
				   *why ? ": " : "", why);
}

const struct grader_kind grader_kind_no_ping = {
    .name = "no-ping",
    .help = "No echo request from one node is answered by another: a ping from "
	    "the same node that is answered is a good witness.",
    .example = "    kind: no-ping\n"
	       "    from: m2-h\n"
	       "    to: m3-h\n"
	       "    witness: m2-reaches-m1\n",
    .negative = true,
    .keys = no_keys,
    .nkeys = sizeof(no_keys) / sizeof(no_keys[0]),
    .experiment = GRADER_PING,
    .facts = "those of ping",
    .sane = ping_address_sane,
    .judge = kind_no_ping_judge,
};
