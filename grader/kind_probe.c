/*
 * probe, no-probe: a robot announces something, and it is seen, or is not.
 *
 * The judges of route and kernel-route do the looking (grader_probe.h); here is
 * what is drawn, and what of several nodes is told: the first that is not as it
 * must be.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"
#include "grader/grader_probe.h"

static const struct grader_key keys[] = {
    {.name = "robot",
     .type = GRADER_KEY_ROUTER,
     .need = true,
     .offset = offsetof(struct grader_params, robot),
     .help = "who announces: a member of kind ixpeer"},
    {.name = "prefix",
     .type = GRADER_KEY_PREFIX,
     .need = true,
     .offset = offsetof(struct grader_params, prefix),
     .help = "what; with length: in what"},
    {.name = "length",
     .type = GRADER_KEY_COUNT,
     .offset = offsetof(struct grader_params, length),
     .min = 1,
     .max = 128,
     .help = "a fresh one of this length is drawn each time"},
    {.name = "announce",
     .type = GRADER_KEY_TEXT,
     .offset = offsetof(struct grader_params, words),
     .help = "attributes, in the words of ixpeer(1): as-path 65007 64496"},
    {.name = "behave",
     .type = GRADER_KEY_TEXT,
     .offset = offsetof(struct grader_params, behave),
     .help = "misbehave so instead, see ixpeer --behaviours"},
    {.name = "at",
     .type = GRADER_KEY_OBSERVERS,
     .offset = offsetof(struct grader_params, observers),
     .help = "who looks: nodes that run bird or ixrs, not the trainee's"},
    {.name = "from",
     .type = GRADER_KEY_ROUTER,
     .offset = offsetof(struct grader_params, from),
     .help = "the neighbour that they have it from, or must not"},
    {.name = "kernels",
     .type = GRADER_KEY_NODES,
     .offset = offsetof(struct grader_params, kernels),
     .help =
	 "whose kernels look, too; the trainee's, for a kernel is evidence"},
    {.name = "via",
     .type = GRADER_KEY_NODE,
     .offset = offsetof(struct grader_params, via),
     .help = "in the kernels, the next hop is an address of this node"},
    {.name = "as-path",
     .type = GRADER_KEY_AS_PATH,
     .offset = offsetof(struct grader_params, as_path),
     .help = "seen with exactly these AS numbers, nearest first"},
    {.name = "next-hop",
     .type = GRADER_KEY_HOP,
     .offset = offsetof(struct grader_params, next_hop),
     .help = "seen with the address of this node on the exchange"},
    {.name = "communities",
     .type = GRADER_KEY_STANDARD,
     .offset = offsetof(struct grader_params, communities),
     .help = "seen with each of these"},
    {.name = "large-communities",
     .type = GRADER_KEY_LARGE,
     .offset = offsetof(struct grader_params, large),
     .help = "seen with each of these"},
};

/* ---- drawing */

/* splitmix64: each seed gives a sequence of its own. */
static uint64_t
mix(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static struct ip_prefix
draw(const struct ip_prefix *in, uint8_t len, uint64_t *state)
{
	struct ip_addr a = in->addr;
	uint64_t bits = 0;
	unsigned int i;

	for (i = in->len; i < len; i++) {
		if ((i - in->len) % 64 == 0)
			bits = mix(state);
		if (bits & 1)
			a.bytes[i / 8] |= (uint8_t)(0x80 >> i % 8);
		bits >>= 1;
	}
	return ip_prefix_of(&a, len);
}

/* Has an earlier probe one that covers it, or is covered? A said one that covers all
 * there is to draw from cannot be avoided. */
static bool
clashes(const struct ip_prefix *drawn, const struct ip_prefix *in,
	const struct ip_prefix *earlier, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct ip_prefix *e = &earlier[i];
		bool is_probe = e->addr.family != IP_NONE;
		if (!is_probe || ip_prefix_covers(e, in))
			continue;
		if (ip_prefix_covers(e, drawn) || ip_prefix_covers(drawn, e))
			return true;
	}
	return false;
}

static struct ip_prefix
draw_apart(const struct exercise_check *c, uint64_t seed,
	   const struct ip_prefix *earlier, size_t n)
{
	enum { TRIES = 1000 };
	const struct grader_params *p = grader_params(c);
	struct ip_prefix drawn;
	uint64_t state = seed;

	if (p->length == 0)
		return p->prefix;
	for (const char *id = c->id; *id; id++) {
		state ^= (unsigned char)*id;
		state = mix(&state);
	}
	for (int i = 0; i < TRIES; i++) {
		drawn = draw(&p->prefix, (uint8_t)p->length, &state);
		if (!clashes(&drawn, &p->prefix, earlier, n))
			break;
	}
	return drawn;
}

struct ip_prefix
grader_probe_prefix(const struct exercise *x, size_t check, uint64_t seed)
{
	struct ip_prefix *all = xcalloc(check + 1, sizeof(*all)), drawn;

	for (size_t i = 0; i <= check; i++)
		if (x->checks[i].kind->experiment == GRADER_PROBE)
			all[i] = draw_apart(&x->checks[i], seed, all, i);
	drawn = all[check];
	free(all);
	return drawn;
}

/* ---- looking */

static bool
asks_looks(const struct grader_params *p)
{
	return p->has_as_path || p->next_hop || p->communities.n > 0 ||
	       p->large.n > 0;
}

/* What f tells of the route that was looked for is turned round: is_so, then it
 * is one that may not be there. On a dead session nothing would be. */
static void
find_absent(const struct grader_view *v, const struct grader_params *p,
	    bool is_so, struct grader_finding *f)
{
	_free_ char *differs = f->saw;
	char prefix[IP_PREFIXSTRLEN];
	const json_t *r, *s;

	f->saw = NULL;
	f->truth = GRADER_UNKNOWN;
	ip_prefix_print(&p->prefix, prefix);
	grader_finding_expected(f, "no %s from %s%s", prefix, p->from,
				asks_looks(p) ? " that looks so" : "");
	if (!evidence_ready(v, p->at, "routes", f))
		return;
	r = evidence_route(v, p->at, p->from, prefix);
	s = evidence_session(v, p->at, p->from, grader_params_family(p));
	s = s ? s : evidence_session(v, p->at, p->from, IP_NONE);
	if (is_so)
		grader_finding_saw(f, GRADER_FALSE, "it came, and was %s",
				   out_text(r, "state"));
	else if (r)
		grader_finding_saw(f, GRADER_TRUE, "it came, but with %s",
				   differs);
	else if (!json_is_true(json_object_get(s, "established")))
		grader_finding_saw(f, GRADER_UNKNOWN, "no session with %s",
				   p->from);
	else
		grader_finding_saw(f, GRADER_TRUE, "it did not come");
}

/* The same of a kernel; with via it may have a route elsewhere. */
static void
find_absent_kernel(const struct grader_view *v, const struct grader_params *p,
		   bool is_so, struct grader_finding *f)
{
	char prefix[IP_PREFIXSTRLEN];

	free(f->saw);
	f->saw = NULL;
	f->truth = GRADER_UNKNOWN;
	grader_finding_expected(f, "no route to %s%s%s",
				ip_prefix_print(&p->prefix, prefix),
				p->via ? " via " : "", p->via ? p->via : "");
	if (!evidence_ready(v, p->at, "kernel", f))
		return;
	if (is_so)
		grader_finding_saw(f, GRADER_FALSE, "a route to it");
	else
		grader_finding_saw(f, GRADER_TRUE, "no such route");
}

static void
find_at(const struct grader_view *v, const struct exercise_check *c,
	const struct ip_prefix *announced, const char *at, bool kernel,
	struct grader_finding *f)
{
	struct grader_params p = *grader_params(c);
	struct exercise_check inner = *c;
	bool is_so;

	p.at = at;
	p.prefix = *announced;
	p.type = NULL;
	if (c->kind->negative) /* a refused one came, too */
		p.state = "received";
	inner.kind = kernel ? &grader_kind_kernel_route : &grader_kind_route;
	inner.params = &p;
	inner.kind->judge(v, &inner, f);
	if (!c->kind->negative)
		return;
	is_so = f->truth == GRADER_TRUE;
	if (kernel)
		find_absent_kernel(v, &p, is_so, f);
	else
		find_absent(v, &p, is_so, f);
}

void
grader_probe_find(const struct grader_view *v, const struct exercise_check *c,
		  const struct ip_prefix *announced, struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	size_t n = p->observers.n + p->kernels.n, i;
	bool kernel;

	for (i = 0; i < n; i++) {
		kernel = i >= p->observers.n;
		grader_finding_clear(f);
		find_at(v, c, announced,
			kernel ? p->kernels.items[i - p->observers.n]
			       : p->observers.items[i],
			kernel, f);
		if (f->truth != GRADER_TRUE)
			break;
	}
}

/* ---- judging */

static void
probe_where(const struct grader_params *p, struct grader_finding *f)
{
	_free_ char *where = xstrdup(f->where ? f->where : "");

	grader_finding_where(f, "%s%swhile %s %s", where, *where ? ", " : "",
			     p->robot,
			     p->behave ? "misbehaves" : "announces it");
}

static void
probe_judge(const struct grader_view *v, const struct exercise_check *c,
	    struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *run = evidence_experiment(v, c);
	struct grader_view then = {v->lab, v->x, run};
	const char *failed = out_text(run, "failed");
	struct ip_prefix announced = p->prefix;

	(void)ip_prefix_parse(out_text(run, "announced"), &announced);
	if (run && *failed == '\0') {
		grader_probe_find(&then, c, &announced, f);
		if (f->truth == GRADER_UNKNOWN)
			f->truth = GRADER_FALSE; /* it had its time */
		grader_finding_fact(f, "announced", out_text(run, "announced"));
		probe_where(p, f);
		return;
	}
	grader_finding_expected(f, c->kind->negative
				       ? "it does not pass what you built"
				       : "it passes what you built");
	probe_where(p, f);
	grader_finding_fact(f, "announced", "no");
	if (run == NULL)
		grader_finding_saw(f, GRADER_UNKNOWN, "not tried yet");
	else
		grader_finding_saw(f,
				   json_is_true(json_object_get(run, "ours"))
				       ? GRADER_OURS
				       : GRADER_FALSE,
				   "%s", failed);
}

/* ---- slips that only the lab shows */

static char *
probe_cannot(const struct grader_params *p, const struct lab *lab)
{
	const char *daemon = model_daemon_name(model_find(lab, p->robot));
	size_t i;

	if (strcmp(daemon, "ixpeer") != 0)
		return xasprintf("%s is no robot: a probe needs a member of "
				 "\"kind: ixpeer\"",
				 p->robot);
	for (i = 0; i < p->observers.n; i++) {
		daemon =
		    model_daemon_name(model_find(lab, p->observers.items[i]));
		if (strcmp(daemon, "bird") != 0 && strcmp(daemon, "ixrs") != 0)
			return xasprintf("%s runs %s: a probe is seen at nodes "
					 "that run bird or ixrs",
					 p->observers.items[i], daemon);
	}
	return NULL;
}

static int
probe_sane(const struct grader_params *p, const struct yaml_doc *doc,
	   const struct yaml *check, struct err *e)
{
	const struct yaml *y = yaml_get(check, "robot");

	if (p->observers.n + p->kernels.n == 0)
		return yaml_err(doc, y, e,
				"nobody looks: name nodes in \"at\" or "
				"\"kernels\"");
	if ((p->observers.n > 0) != (p->from != NULL))
		return yaml_err(doc, y, e, "\"at\" and \"from\" go together");
	if (p->behave && p->words)
		return yaml_err(doc, yaml_get(check, "behave"), e,
				"\"announce\" or \"behave\", not both");
	if (p->length > 0 && (p->length > ip_bits(p->prefix.addr.family) ||
			      p->length < p->prefix.len + GRADER_PROBE_BITS))
		return yaml_err(doc, yaml_get(check, "length"), e,
				"length is %u to %u, so that there are 16 to "
				"draw from",
				p->prefix.len + GRADER_PROBE_BITS,
				ip_bits(p->prefix.addr.family));
	return 0;
}

#define PROBE_FACTS \
	"announced (the prefix, or no), those of route, and of kernel-route"

const struct grader_kind grader_kind_probe = {
    .name = "probe",
    .help =
	"What a robot announces is seen at some nodes, and looks so; then it "
	"is withdrawn.",
    .example = "    kind: probe\n"
	       "    robot: m7\n"
	       "    prefix: 192.88.0.0/16\n"
	       "    length: 24\n"
	       "    announce: as-path 65542 65550\n"
	       "    at: [rs1]\n"
	       "    from: m1\n"
	       "    as-path: [65536, 65542, 65550]\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_SESSIONS | GRADER_ASK_ROUTES,
    .experiment = GRADER_PROBE,
    .facts = PROBE_FACTS,
    .judge = probe_judge,
    .sane = probe_sane,
    .cannot = probe_cannot,
};

const struct grader_kind grader_kind_no_probe = {
    .name = "no-probe",
    .help = "What a robot announces, or does wrong, is not seen at any of some "
	    "nodes for hold; then it is withdrawn.",
    .example = "    kind: no-probe\n"
	       "    robot: m7\n"
	       "    prefix: 10.0.0.0/8\n"
	       "    length: 24\n"
	       "    at: [rs1]\n"
	       "    from: m1\n"
	       "    kernels: [m1]\n"
	       "    witness: good-probe\n",
    .negative = true,
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_SESSIONS | GRADER_ASK_ROUTES,
    .experiment = GRADER_PROBE,
    .facts = PROBE_FACTS,
    .judge = probe_judge,
    .sane = probe_sane,
    .cannot = probe_cannot,
};
