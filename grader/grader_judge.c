#include "grader/grader_judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "grader/grader_evidence.h"
#include "grader/grader_symptom.h"

struct judge_check {
	struct grader_verdict verdict;
	enum grader_truth truth;
	uint64_t since; /* of the truth, by the evidence's time */
	uint64_t start; /* when the barrier opened */
	uint64_t at;	/* of the newest evidence */
	uint64_t still; /* since when nothing was to be judged; 0: it is */
	bool open, seen, decided;
};

struct grader_judge {
	const struct exercise *x;
	size_t n; /* of its checks: x is gone first, maybe */
	bool live;
	size_t *order; /* needs before those who need them */
	struct judge_check *checks;
	struct grader_verdict *verdicts; /* copies for the reader */
};

const char *
grader_result_name(enum grader_result r)
{
	static const char *const names[] = {
	    [GRADER_WAIT] = "wait", [GRADER_PASS] = "pass",
	    [GRADER_FAIL] = "fail", [GRADER_BLOCKED] = "blocked",
	    [GRADER_SKIP] = "skip", [GRADER_ERROR] = "error",
	};

	return names[r];
}

/* ---- evidence's time */

void
grader_find(const struct grader_view *v, const struct exercise_check *c,
	    struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *error = json_object_get(v->evidence, "error");
	const json_t *times = json_object_get(v->evidence, "at_ms");
	bool own = c->kind->experiment || c->kind->asks & GRADER_ASK_FILES;
	const char *source = own ? c->id : p->at;

	if (json_is_string(error)) {
		grader_finding_saw(f, GRADER_OURS, "%s",
				   json_string_value(error));
		return;
	}
	c->kind->judge(v, c, f);
	f->at_ms = (uint64_t)json_integer_value(json_object_get(times, source));
}

/* ---- hints */

static bool
hint_fits(const struct exercise_hint *h, const json_t *facts, const char *cause)
{
	size_t i;

	if (h->symptom)
		return cause && strcmp(h->symptom, cause) == 0;
	for (i = 0; i < h->nwhen; i++) {
		if (!grader_fact_fits(facts, h->when[i].fact,
				      h->when[i].contains))
			return false;
	}
	return true;
}

const struct exercise_hint *
grader_judge_hint(const struct exercise_check *c, const json_t *facts,
		  const char *cause)
{
	size_t i;

	for (i = 0; i + 1 < c->nhints; i++) {
		if (hint_fits(&c->hints[i], facts, cause))
			break;
	}
	return &c->hints[i];
}

/* ---- the judge */

/* Depth first along needs and witness; the loader refused circles. */
static void
judge_order(struct grader_judge *j, size_t i, size_t *n, bool *done)
{
	const struct exercise_check *c = &j->x->checks[i];
	size_t k;

	if (done[i])
		return;
	done[i] = true;
	for (k = 0; k < c->nneeds; k++)
		judge_order(j, c->needs[k], n, done);
	if (c->witness != SIZE_MAX)
		judge_order(j, c->witness, n, done);
	j->order[(*n)++] = i;
}

struct grader_judge *
grader_judge_new(const struct exercise *x, bool live)
{
	struct grader_judge *j = xcalloc(1, sizeof(*j));
	_free_ bool *done = xcalloc(x->nchecks, sizeof(*done));
	size_t i, n = 0;

	j->x = x;
	j->n = x->nchecks;
	j->live = live;
	j->order = xcalloc(x->nchecks, sizeof(*j->order));
	j->checks = xcalloc(x->nchecks, sizeof(*j->checks));
	j->verdicts = xcalloc(x->nchecks, sizeof(*j->verdicts));
	for (i = 0; i < x->nchecks; i++) {
		judge_order(j, i, &n, done);
		j->checks[i].verdict.blocked_by = SIZE_MAX;
		j->verdicts[i].blocked_by = SIZE_MAX;
	}
	return j;
}

static void
verdict_clear(struct grader_verdict *v)
{
	free(v->expected);
	free(v->saw);
	free(v->where);
	free(v->reason);
	free(v->cause);
	json_decref(v->facts);
	*v = (struct grader_verdict){.blocked_by = SIZE_MAX};
}

void
grader_judge_free(struct grader_judge *j)
{
	size_t i;

	if (j == NULL)
		return;
	for (i = 0; i < j->n; i++)
		verdict_clear(&j->checks[i].verdict);
	free(j->order);
	free(j->checks);
	free(j->verdicts);
	free(j);
}

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Take next over; was it different? */
static bool
verdict_set(struct grader_verdict *v, struct grader_verdict *next)
{
	bool same = v->result == next->result && v->hint == next->hint &&
		    v->blocked_by == next->blocked_by &&
		    same_text(v->expected, next->expected) &&
		    same_text(v->saw, next->saw) &&
		    same_text(v->where, next->where) &&
		    same_text(v->reason, next->reason) &&
		    same_text(v->cause, next->cause);

	verdict_clear(v);
	*v = *next;
	return !same;
}

static bool
is_settled(const struct judge_check *c)
{
	return c->verdict.result != GRADER_WAIT;
}

/* How the checks that this one leans on stand: GRADER_PASS when the barrier is
 * open, else the verdict that follows. */
static struct grader_verdict
judge_barrier(const struct grader_judge *j, size_t i)
{
	const struct exercise_check *c = &j->x->checks[i];
	struct grader_verdict v = {.result = GRADER_PASS,
				   .blocked_by = SIZE_MAX};
	const struct grader_verdict *w;
	size_t k, on;

	for (k = 0; k <= c->nneeds; k++) {
		on = k < c->nneeds ? c->needs[k] : c->witness;
		if (on == SIZE_MAX)
			continue;
		w = &j->checks[on].verdict;
		if (w->result == GRADER_PASS || v.result == GRADER_ERROR)
			continue;
		if (w->result == GRADER_ERROR || w->result == GRADER_SKIP) {
			free(v.reason);
			v.result = w->result;
			v.reason = xstrdup(w->reason ? w->reason : "");
		} else if (w->result != GRADER_WAIT &&
			   v.result != GRADER_SKIP) {
			v.result = GRADER_BLOCKED;
			if (v.blocked_by == SIZE_MAX)
				v.blocked_by = w->result == GRADER_BLOCKED
						   ? w->blocked_by
						   : on;
		} else if (v.result == GRADER_PASS) {
			v.result = GRADER_WAIT;
		}
	}
	return v;
}

/* Since when the check has been as it must be; UINT64_MAX: it is not. */
static uint64_t
true_since(const struct grader_judge *j, size_t i)
{
	const struct exercise_check *c = &j->x->checks[i];
	const struct judge_check *jc = &j->checks[i], *w;
	uint64_t since = jc->since;

	if (jc->truth != GRADER_TRUE)
		return UINT64_MAX;
	if (c->witness == SIZE_MAX ||
	    grader_experiment_alone(c->kind->experiment))
		return since;
	w = &j->checks[c->witness];
	if (w->truth != GRADER_TRUE)
		return UINT64_MAX;
	if (w->since > since)
		since = w->since;
	return jc->start > since ? jc->start : since;
}

/* An experiment that is made alone is its own answer. */
static uint64_t
hold_of(const struct exercise_check *c)
{
	return grader_experiment_alone(c->kind->experiment) ||
		       c->kind->experiment == GRADER_WATCH
		   ? 0
		   : c->hold_ms;
}

static enum grader_result
judge_truth(struct grader_judge *j, size_t i)
{
	const struct exercise_check *c = &j->x->checks[i];
	struct judge_check *jc = &j->checks[i];
	uint64_t since = true_since(j, i);

	if (jc->truth == GRADER_OURS)
		return GRADER_ERROR;
	if (jc->truth == GRADER_NOT_HERE)
		return GRADER_SKIP;
	if (since != UINT64_MAX)
		return jc->at >= since + hold_of(c) ? GRADER_PASS : GRADER_WAIT;
	if (jc->truth == GRADER_FALSE &&
	    grader_experiment_alone(c->kind->experiment))
		return GRADER_FAIL;
	if (jc->decided || jc->at >= jc->start + c->within_ms)
		return GRADER_FAIL;
	return GRADER_WAIT;
}

/* How much newer the evidence must be for a decision. */
static uint64_t
judge_left(const struct grader_judge *j, size_t i)
{
	const struct exercise_check *c = &j->x->checks[i];
	const struct judge_check *jc = &j->checks[i];
	uint64_t since = true_since(j, i);
	uint64_t end =
	    since != UINT64_MAX ? since + hold_of(c) : jc->start + c->within_ms;

	return end > jc->at ? end - jc->at : 0;
}

/* Of packets that do not flow nobody can say which way they go: the check waits
 * for those that ask whether they flow at all, and is blocked when one failed. */
static enum grader_result
judge_flow(const struct grader_judge *j, size_t i, size_t *blocked_by)
{
	const struct exercise_check *c = &j->x->checks[i], *o;
	const struct grader_verdict *v;
	enum grader_result r = GRADER_FAIL;
	size_t k;

	if (c->kind->experiment != GRADER_BYPASS ||
	    j->checks[i].truth != GRADER_UNKNOWN)
		return r;
	for (k = 0; k < j->x->nchecks && r != GRADER_WAIT; k++) {
		o = &j->x->checks[k];
		v = &j->checks[k].verdict;
		if (o->kind->experiment != GRADER_PING ||
		    grader_params(o)->family != grader_params(c)->family)
			continue;
		if (v->result == GRADER_WAIT) {
			r = GRADER_WAIT;
		} else if (v->result == GRADER_FAIL ||
			   v->result == GRADER_BLOCKED) {
			r = GRADER_BLOCKED;
			*blocked_by =
			    v->result == GRADER_FAIL ? k : v->blocked_by;
		}
	}
	return r;
}

/* What the check comes to now, and whom it is blocked by. */
static enum grader_result
judge_result(struct grader_judge *j, size_t i, size_t *blocked_by)
{
	struct judge_check *jc = &j->checks[i];
	enum grader_result r = judge_truth(j, i);

	if (r == GRADER_FAIL && jc->truth == GRADER_TRUE) {
		/* it is as it must be, but its witness is gone */
		r = GRADER_BLOCKED;
		*blocked_by = j->x->checks[i].witness;
	} else if (r == GRADER_FAIL) {
		r = judge_flow(j, i, blocked_by);
	}
	jc->decided = jc->decided || r == GRADER_PASS || r == GRADER_FAIL;
	return r;
}

static bool
is_mute(const struct grader_judge *j, const struct exercise_check *c)
{
	return c->visibility == EXERCISE_NAME_ONLY && !j->x->whole;
}

static bool
judge_decide(struct grader_judge *j, size_t i, const struct grader_finding *f,
	     uint64_t now_ms)
{
	const struct exercise_check *c = &j->x->checks[i];
	struct judge_check *jc = &j->checks[i];
	struct grader_verdict v = {.blocked_by = SIZE_MAX};
	bool mute = is_mute(j, c);
	const struct exercise_hint *h;

	v.result = judge_result(j, i, &v.blocked_by);
	if (!mute && (v.result == GRADER_FAIL || v.result == GRADER_WAIT)) {
		v.expected = f->expected ? xstrdup(f->expected) : NULL;
		v.saw = f->saw ? xstrdup(f->saw) : NULL;
		v.where = f->where ? xstrdup(f->where) : NULL;
	}
	if (v.result == GRADER_WAIT)
		v.left_ms = judge_left(j, i);
	if (!mute && v.result == GRADER_FAIL) {
		v.cause_id = grader_symptom(j->x->symptoms, f->facts);
		if (v.cause_id)
			v.cause = grader_symptom_words(
			    j->x->symptoms, v.cause_id, j->x->lang, f->facts);
		if (v.cause)
			str_clean(v.cause);
		h = grader_judge_hint(c, f->facts, v.cause_id);
		v.hint_id = h->id;
		v.hint = h->text;
		if (j->x->facts)
			v.facts = json_incref(f->facts);
	}
	if (v.result == GRADER_SKIP || v.result == GRADER_ERROR)
		v.reason = xstrdup(f->reason ? f->reason : "");
	v.since_ms = now_ms > jc->since ? now_ms - jc->since : 0;
	return verdict_set(&jc->verdict, &v);
}

static void
judge_note(struct judge_check *jc, const struct grader_finding *f,
	   uint64_t now_ms)
{
	if (!jc->seen || jc->truth != f->truth)
		jc->since = f->at_ms ? f->at_ms : now_ms;
	jc->seen = true;
	jc->truth = f->truth;
	jc->at = f->at_ms;
}

/* What is seen says nothing now; who waits is told why. */
static bool
judge_rest(struct grader_judge *j, size_t i, const struct grader_finding *f,
	   uint64_t now_ms)
{
	struct judge_check *jc = &j->checks[i];
	struct grader_verdict v = {.blocked_by = SIZE_MAX,
				   .left_ms = jc->verdict.left_ms};

	if (jc->still == 0)
		jc->still = now_ms;
	if (is_settled(jc) || is_mute(j, &j->x->checks[i]))
		return false;
	v.result = GRADER_WAIT;
	v.expected = f->expected ? xstrdup(f->expected) : NULL;
	v.saw = f->saw ? xstrdup(f->saw) : NULL;
	v.where = f->where ? xstrdup(f->where) : NULL;
	return verdict_set(&jc->verdict, &v);
}

/* The time of rest is nobody's: who waits has as much left as before, and a hold
 * begins again, for nobody looked. */
static void
judge_resume(struct judge_check *jc, uint64_t now_ms)
{
	if (jc->still != 0 && !is_settled(jc)) {
		jc->start += now_ms - jc->still;
		jc->seen = false;
	}
	jc->still = 0;
}

void
grader_judge_lost(struct grader_judge *j, uint64_t ms)
{
	struct judge_check *jc;
	size_t i;

	for (i = 0; i < j->x->nchecks; i++) {
		jc = &j->checks[i];
		if (jc->still == 0 && !is_settled(jc)) {
			jc->start += ms;
			jc->seen = false;
		}
	}
}

static bool
judge_check_step(struct grader_judge *j, size_t i,
		 const struct grader_finding *f, uint64_t now_ms)
{
	struct judge_check *jc = &j->checks[i];
	struct grader_verdict v;

	if (f->still)
		return judge_rest(j, i, f, now_ms);
	judge_resume(jc, now_ms);
	judge_note(jc, f, now_ms);
	if (!j->live && is_settled(jc))
		return false;
	v = judge_barrier(j, i);
	if (f->truth == GRADER_OURS) {
		free(v.reason);
		v = (struct grader_verdict){.result = GRADER_PASS};
	}
	if (v.result != GRADER_PASS) {
		jc->open = jc->decided = false;
		return verdict_set(&jc->verdict, &v);
	}
	if (!jc->open) {
		jc->open = true;
		jc->start = now_ms;
	}
	return judge_decide(j, i, f, now_ms);
}

bool
grader_judge_step(struct grader_judge *j, const struct grader_finding *findings,
		  uint64_t now_ms)
{
	bool changed = false;
	size_t i, n;

	for (n = 0; n < j->x->nchecks; n++) {
		i = j->order[n];
		changed |= judge_check_step(j, i, &findings[i], now_ms);
	}
	for (i = 0; i < j->x->nchecks; i++)
		j->verdicts[i] = j->checks[i].verdict;
	return changed;
}

const struct grader_verdict *
grader_judge_verdicts(const struct grader_judge *j)
{
	return j->verdicts;
}

bool
grader_judge_settled(const struct grader_judge *j)
{
	size_t i;

	for (i = 0; i < j->x->nchecks; i++) {
		if (!is_settled(&j->checks[i]))
			return false;
	}
	return true;
}

bool
grader_judge_open(const struct grader_judge *j, size_t check)
{
	const struct judge_check *jc = &j->checks[check];

	return jc->open && (j->live || !is_settled(jc));
}

uint64_t
grader_judge_next(const struct grader_judge *j)
{
	uint64_t next = UINT64_MAX, at, since;
	const struct exercise_check *c;
	size_t i;

	for (i = 0; i < j->x->nchecks; i++) {
		c = &j->x->checks[i];
		if (!j->checks[i].open || is_settled(&j->checks[i]))
			continue;
		since = true_since(j, i);
		at = since != UINT64_MAX ? since + hold_of(c)
					 : j->checks[i].start + c->within_ms;
		if (at < next)
			next = at;
	}
	return next;
}
