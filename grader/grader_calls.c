/*
 * grader_calls: experiments that are questions to the supervisor, one by one.
 *
 * The kind says what is asked next (grader_kind.call), given what was answered so
 * far, and judges the answers: {answers: [..]}, a pause being {waited_ms}. The
 * supervisor refuses for reasons of ours alone (what a network does is in its
 * answer), so a refusal is tried again, and then it is an error: it costs no
 * point.
 */
#include "base/out.h"
#include "grader/grader_evidence.h"
#include "grader/grader_priv.h"

#define CALLS_REFUSED 3 /* times, until it is told */

static void calls_next(struct grader_run *r);

static void
calls_refused(struct grader_run *r, const char *why)
{
	if (++r->refused < CALLS_REFUSED) {
		grader_run_drop(r);
		return;
	}
	r->refused = 0;
	json_object_set_new(r->result, "refused", out_str(why));
	grader_run_end(r);
}

static void
calls_answered(void *arg, const json_t *result, const struct err *error)
{
	struct grader_run *r = arg;
	json_t *answers = json_object_get(r->result, "answers");

	if (error) {
		calls_refused(r, error->msg);
		return;
	}
	json_array_append_new(answers, json_deep_copy(result));
	calls_next(r);
}

static void
calls_next(struct grader_run *r)
{
	const struct exercise_check *c = &r->g->x->checks[r->check];
	struct ctl_async *super = grader_look_super(r->g->look);
	struct grader_view v = {r->g->lab, r->g->x,
				grader_look_evidence(r->g->look)};
	const json_t *answers = json_object_get(r->result, "answers");
	struct grader_call call = {0};

	if (!c->kind->call(&v, c, json_array_size(answers), answers, &call)) {
		r->refused = 0;
		grader_run_end(r);
	} else if (call.verb == NULL) {
		r->waited = uv_now(r->g->loop);
		r->waits = r->waited + call.wait_ms;
	} else if (super) {
		ctl_async_call(super, call.verb, call.args, NULL, 0,
			       calls_answered, r);
	} else {
		json_decref(call.args);
	}
}

void
grader_calls_begin(struct grader_run *r)
{
	json_object_set_new(r->result, "answers", json_array());
	calls_next(r);
}

void
grader_calls_step(struct grader_run *r)
{
	uint64_t now = uv_now(r->g->loop);

	if (r->waits == 0 || now < r->waits)
		return;
	r->waits = 0;
	json_array_append_new(
	    json_object_get(r->result, "answers"),
	    json_pack("{sI}", "waited_ms", (json_int_t)(now - r->waited)));
	calls_next(r);
}
