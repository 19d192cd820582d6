/*
 * rsload_phase: what is measured, phase by phase, in one life of a server.
 *
 *	up	all members connect, nobody announces anything
 *	full	all announce at once, until all hold exactly their sets
 *	late	a member that announces nothing joins
 *	leave	every second member ends its session; until the others hold
 *		nothing of theirs
 *	return	they come back with what they had
 *	storm	all sessions end at once and come back
 *	reload	"cue reload" is printed, whoever runs us changes the policy;
 *		until all members hold what the new one says
 *	canary	see rsload_canary
 *	visitors, dumps, hostile
 *		that word is printed as a cue, and two seconds later it is
 *		canary again; "cue quiet" ends it
 *
 * Each prints one line "result phase=... state=..." with the wall time to the
 * recv that completed the last member, the server's CPU time until all had been
 * quiet for 0.2 s after that, and what was heard. State is ok, or late (not in
 * the limit), or partial (where all announce the same: silent for 10 s with
 * something missing, the wall time is that of the last UPDATE), or stuck (that
 * after a reload), or unstable (right at first, wrong when it was quiet), or skipped
 * (a phase before it failed).
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "bench/rsload.h"

static const double quiet = 0.2, silent = 10;

struct phase {
	const char *name;
	double began, cpu, self;
	uint64_t wanted;
};

static struct phase
begin(struct rsload_load *l, const char *name)
{
	struct phase p = {.name = name};

	l->nlri = l->withdrawn = l->updates = l->bytes = 0;
	l->denied = l->own = l->bad = l->drops = 0;
	for (unsigned int i = 0; i < l->n_members; i++)
		if (l->members[i].on)
			p.wanted += l->members[i].wrong;
	p.cpu = rsload_proc_cpu();
	p.self = rsload_proc_self();
	p.began = l->now = rsload_now();
	return p;
}

static bool
is_quiet(struct rsload_load *l)
{
	return l->now - l->last_rx >= quiet;
}

/* Some servers never complete it: FRR has one best path for all, OpenBGPD's
 * "rde evaluate all" serves all but the source of the best path, GoBGP withdraws
 * nothing when its policy changes. What they will ever do is done when they have
 * been silent for long. */
static bool
all_hold_or_silent(struct rsload_load *l)
{
	return rsload_all_hold(l) ||
	       ((l->work->same || l->reloaded) && l->updates > 0 &&
		l->n_up == l->n_on && l->now - l->last_rx >= silent);
}

static bool
never(struct rsload_load *l)
{
	(void)l;
	return false;
}

/* 0, or -1 when what comes next has no ground to stand on. */
static int
end(struct rsload_load *l, const struct phase *p, bool done)
{
	bool fell_silent = done && !rsload_all_hold(l) && !l->canary;
	double wall = (fell_silent ? l->last_rx : l->now) - p->began, self;
	uint64_t peak, settled, missing = 0;
	const char *state = done ? "ok" : "late";

	if (fell_silent)
		state = l->reloaded ? "stuck" : "partial";
	self = rsload_proc_self() - p->self;
	if (done && !l->canary && !fell_silent) {
		rsload_run(l, is_quiet, 5);
		if (!rsload_all_hold(l))
			state = "unstable";
	}
	for (unsigned int i = 0; i < l->n_members; i++)
		if (l->members[i].on)
			missing += l->members[i].wrong;
	rsload_proc_memory(&peak, &settled);
	printf("result phase=%s state=%s wall=%.6f cpu=%.6f load=%.6f "
	       "peak=%llu settled=%llu",
	       p->name, state, wall, rsload_proc_cpu() - p->cpu, self,
	       (unsigned long long)peak, (unsigned long long)settled);
	printf(" wanted=%llu nlri=%llu withdrawn=%llu updates=%llu bytes=%llu "
	       "denied=%llu own=%llu bad=%llu drops=%llu wrong=%u missing=%llu",
	       (unsigned long long)p->wanted, (unsigned long long)l->nlri,
	       (unsigned long long)l->withdrawn, (unsigned long long)l->updates,
	       (unsigned long long)l->bytes, (unsigned long long)l->denied,
	       (unsigned long long)l->own, (unsigned long long)l->bad,
	       (unsigned long long)l->drops, l->n_wrong,
	       (unsigned long long)missing);
	if (l->bad > 0)
		printf(" first=%s", l->bad_text);
	if (l->canary)
		rsload_canary_print(l->canary, l->now);
	printf("\n");
	fflush(stdout);
	return done ? 0 : -1;
}

static void
cue(const char *word)
{
	printf("cue %s\n", word);
	fflush(stdout);
}

/* ---- the phases */

static int
up(struct rsload_load *l, const struct rsload_plan *plan, const char *name)
{
	struct phase p = begin(l, name);

	for (unsigned int i = 0; i < l->work->members; i++)
		rsload_member_on(l, &l->members[i]);
	return end(l, &p, rsload_run(l, rsload_all_up, plan->limit));
}

static int
full(struct rsload_load *l, const struct rsload_plan *plan, const char *name)
{
	struct phase p;

	for (unsigned int i = 0; i < l->work->members; i++)
		l->active[i] = true;
	rsload_want(l);
	p = begin(l, name);
	for (unsigned int i = 0; i < l->work->members; i++) {
		l->members[i].announce = true;
		rsload_member_announce(l, &l->members[i]);
	}
	return end(l, &p, rsload_run(l, all_hold_or_silent, plan->limit));
}

static int
late(struct rsload_load *l, const struct rsload_plan *plan, const char *name)
{
	struct rsload_member *m = &l->members[l->work->members];
	struct phase p = begin(l, name);

	p.wanted = m->wrong;
	m->announce = true;
	rsload_member_on(l, m);
	return end(l, &p, rsload_run(l, rsload_all_hold, plan->limit));
}

static int
leave(struct rsload_load *l, const struct rsload_plan *plan, const char *name)
{
	struct phase p;

	for (unsigned int i = 1; i < l->work->members; i += 2)
		l->active[i] = false;
	rsload_want(l);
	p = begin(l, name);
	for (unsigned int i = 1; i < l->work->members; i += 2)
		rsload_member_off(l, &l->members[i]);
	return end(l, &p, rsload_run(l, rsload_all_hold, plan->limit));
}

static int
come_back(struct rsload_load *l, const struct rsload_plan *plan,
	  const char *name)
{
	struct phase p;

	for (unsigned int i = 1; i < l->work->members; i += 2)
		l->active[i] = true;
	rsload_want(l);
	p = begin(l, name);
	for (unsigned int i = 1; i < l->work->members; i += 2) {
		p.wanted += l->members[i].wrong;
		rsload_member_on(l, &l->members[i]);
	}
	return end(l, &p, rsload_run(l, rsload_all_hold, plan->limit));
}

static int
storm(struct rsload_load *l, const struct rsload_plan *plan, const char *name)
{
	struct phase p = begin(l, name);

	for (unsigned int i = 0; i < l->n_members; i++)
		if (l->members[i].on)
			rsload_member_off(l, &l->members[i]);
	for (unsigned int i = 0; i < l->work->members; i++) {
		p.wanted += l->members[i].wrong;
		rsload_member_on(l, &l->members[i]);
	}
	return end(l, &p, rsload_run(l, rsload_all_hold, plan->limit));
}

static int
reload(struct rsload_load *l, const struct rsload_plan *plan, const char *name)
{
	struct phase p;

	l->reloaded = true;
	rsload_want(l);
	p = begin(l, name);
	cue("reload");
	return end(l, &p, rsload_run(l, all_hold_or_silent, plan->limit));
}

static int
canary(struct rsload_load *l, const struct rsload_plan *plan, const char *name)
{
	struct phase p;
	int rc;

	l->canary = rsload_canary_new(l, plan->seconds, plan->rate);
	rsload_want(l);
	p = begin(l, name);
	rc =
	    end(l, &p,
		rsload_run(l, rsload_canary_over, plan->seconds + plan->limit));
	rsload_canary_free(l->canary);
	l->canary = NULL;
	return rc;
}

static int
disturbed(struct rsload_load *l, const struct rsload_plan *plan,
	  const char *name)
{
	cue(name);
	rsload_run(l, never, 2);
	int rc = canary(l, plan, name);
	cue("quiet");
	return rc;
}

static const struct {
	const char *name;
	int (*play)(struct rsload_load *, const struct rsload_plan *,
		    const char *);
} phases[] = {
    {"up", up},		  {"full", full},	  {"late", late},
    {"leave", leave},	  {"return", come_back},  {"storm", storm},
    {"reload", reload},	  {"canary", canary},	  {"visitors", disturbed},
    {"dumps", disturbed}, {"hostile", disturbed},
};

int
rsload_phases(struct rsload_load *l, const struct rsload_plan *plan,
	      struct err *e)
{
	const size_t n = sizeof phases / sizeof *phases;
	char *_free_ list = xstrdup(plan->phases), *rest = list, *word;
	bool lost = false;

	while ((word = strsep(&rest, ","))) {
		size_t i = 0;

		while (i < n && strcmp(phases[i].name, word))
			i++;
		if (i == n)
			return err_usage(e, "no phase is called '%s'", word);
		if (lost)
			printf("result phase=%s state=skipped\n", word);
		else
			lost = phases[i].play(l, plan, word) < 0;
	}
	return 0;
}
