/*
 * grader_lease: one grader of a lab at a time tries what disturbs the others.
 *
 * Before an experiment that is made alone (grader_experiment.c) the supervisor is
 * asked for its lease, and it tells all other graders of the lab. While another
 * has it nothing is judged here and nothing begun; after that only what was seen
 * since then counts. What is not known yet is taken for another's. A grader that
 * is killed keeps the lease for as long as what it did may stand.
 *
 * Whose it is, is asked anew at each event: only the answer says whether it is
 * ours.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/out.h"
#include "base/str.h"
#include "grader/grader_look_priv.h"

static void
lease_told(struct grader_look *l, const json_t *result)
{
	struct grader_lease *t = &l->lease;
	bool other = t->who != NULL;

	free(t->who);
	t->who = NULL;
	t->mine = json_is_true(json_object_get(result, "mine"));
	if (!t->mine && json_is_string(json_object_get(result, "who"))) {
		t->who = xstrdup(out_text(result, "who"));
		str_clean(t->who);
	} else if (other) {
		t->free_at = uv_now(l->loop);
		grader_look_again(l);
	}
}

static void
lease_answered(void *arg, const json_t *result, const struct err *error)
{
	struct grader_look *l = arg;

	l->lease.pending--;
	if (error)
		l->lease.none = true; /* a lab of an older ixlab */
	else
		lease_told(l, result);
	grader_look_done(l);
}

/* ms negative: only ask. */
static void
lease_call(struct grader_look *l, int64_t ms)
{
	json_t *args = json_object();

	if (l->super == NULL || l->lease.none) {
		json_decref(args);
		return;
	}
	if (ms >= 0) {
		_free_ char *who = xasprintf("process %d", (int)getpid());

		json_object_set_new(args, "ms", json_integer(ms));
		json_object_set_new(args, "who", json_string(who));
	}
	l->lease.pending++;
	ctl_async_call(l->super, "lease", args, NULL, 0, lease_answered, l);
}

void
grader_lease_ask(struct grader_look *l)
{
	lease_call(l, -1);
}

bool
grader_lease_take(struct grader_look *l, uint64_t ms)
{
	struct grader_lease *t = &l->lease;

	if (t->mine || t->none)
		return true;
	if (t->pending == 0 && t->who == NULL)
		lease_call(l, (int64_t)ms);
	return false;
}

void
grader_lease_give(struct grader_look *l, uint64_t ms)
{
	if (!l->lease.mine)
		return;
	lease_call(l, (int64_t)ms);
	l->lease.mine = false;
}

bool
grader_lease_rests(const struct grader_look *l)
{
	const struct grader_lease *t = &l->lease;

	return !t->mine && !t->none && (t->pending > 0 || t->who != NULL);
}

const char *
grader_lease_who(const struct grader_look *l)
{
	return l->lease.who;
}

bool
grader_lease_is_old(const struct grader_look *l, uint64_t at_ms)
{
	return at_ms != 0 && at_ms <= l->lease.free_at;
}
