/*
 * Judges before evidence: each row is a check of an exercise, what is known, and
 * what comes of it. And in time: with a row that is true a check passes, with one
 * that is false it fails when its time is over, with neither it does not pass, and
 * it is blocked when what it needs is not so.
 */
#ifndef GRADER_T_KINDS_JUDGE_H
#define GRADER_T_KINDS_JUDGE_H

#include "base/str.h"
#include "grader/grader_judge.h"

struct kinds_row {
	const char *check, *evidence;
	enum grader_truth truth;
	const char *saw, *fact, *value; /* a fact contains the value */
};

static struct kinds_demo {
	const char *lab_text, *head, *const *checks;
	size_t nchecks;
	const struct kinds_row *rows;
	size_t nrows;
	struct lab *lab;
	struct exercise *x;
} demo; /* the test's, which says what is in it; cmocka's state */

static int
kinds_setup(void **state)
{
	struct kinds_demo *d = &demo;
	struct str text = {0};
	struct err e = {0};
	size_t i;

	*state = d;
	str_add(&text, d->head);
	for (i = 0; i < d->nchecks; i++)
		str_add(&text, d->checks[i]);
	d->lab =
	    model_parse("lab.yml", d->lab_text, strlen(d->lab_text), NULL, &e);
	if (d->lab)
		d->x = exercise_parse("x.yml", str_text(&text), text.len, &e);
	str_clear(&text);
	if (d->x == NULL)
		print_message("# %s\n", e.msg);
	return d->x ? 0 : -1;
}

static int
kinds_teardown(void **state)
{
	struct kinds_demo *d = *state;

	exercise_free(d->x);
	model_free(d->lab);
	return 0;
}

static size_t
kinds_check(const struct kinds_demo *d, const char *id)
{
	size_t i = 0;

	while (i < d->x->nchecks && strcmp(d->x->checks[i].id, id) != 0)
		i++;
	if (i == d->x->nchecks)
		fail_msg("no check %s", id);
	return i;
}

static void
kinds_judge(const struct kinds_demo *d, size_t row, struct grader_finding *f)
{
	const struct kinds_row *r = &d->rows[row];
	json_t *evidence = json_loads(r->evidence, 0, NULL);
	struct grader_view v = {d->lab, d->x, evidence};
	const struct exercise_check *c =
	    &d->x->checks[kinds_check(d, r->check)];

	if (evidence == NULL)
		fail_msg("row %zu is no JSON: %s", row, r->evidence);
	c->kind->judge(&v, c, f);
	json_decref(evidence);
}

static void
evidence_is_judged(void **state)
{
	const struct kinds_demo *d = *state;
	const char *value, *saw;
	size_t i;

	for (i = 0; i < d->nrows; i++) {
		const struct kinds_row *r = &d->rows[i];
		struct grader_finding f = {0};

		kinds_judge(d, i, &f);
		assert_non_null(f.expected);
		assert_non_null(f.where);
		saw = f.saw ? f.saw : f.reason ? f.reason : "nothing";
		if (f.truth != r->truth || (r->saw && strcmp(saw, r->saw) != 0))
			fail_msg("row %zu, %s: truth %d, saw \"%s\"", i,
				 r->check, f.truth, saw);
		value = json_string_value(json_object_get(f.facts, r->fact));
		if (value == NULL || !strstr(value, r->value))
			fail_msg("row %zu, %s: fact %s is \"%s\"", i, r->check,
				 r->fact, value ? value : "absent");
		grader_finding_clear(&f);
	}
}

/* The verdict on a check whose finding is that row's (UNKNOWN when there is none),
 * while what it needs is so; half a minute later. */
static enum grader_result
kinds_verdict(const struct kinds_demo *d, size_t check, size_t row,
	      enum grader_truth base)
{
	const struct exercise *x = d->x;
	struct grader_judge *j = grader_judge_new(x, false);
	struct grader_finding *all = xcalloc(x->nchecks, sizeof(*all));
	enum grader_result result;
	uint64_t at;
	size_t i;

	if (row < d->nrows)
		kinds_judge(d, row, &all[check]);
	if (base == GRADER_FALSE)
		grader_finding_saw(&all[0], base, "down");
	all[0].truth = base;
	for (at = 1000; at <= 31000; at += 500) {
		for (i = 0; i < x->nchecks; i++)
			all[i].at_ms = at;
		grader_judge_step(j, all, at);
	}
	result = grader_judge_verdicts(j)[check].result;
	for (i = 0; i < x->nchecks; i++)
		grader_finding_clear(&all[i]);
	free(all);
	grader_judge_free(j);
	return result;
}

static size_t
kinds_row_of(const struct kinds_demo *d, size_t check, enum grader_truth truth)
{
	size_t i = 0;

	while (i < d->nrows && (kinds_check(d, d->rows[i].check) != check ||
				d->rows[i].truth != truth))
		i++;
	if (i == d->nrows)
		fail_msg("no row of %s has truth %d", d->x->checks[check].id,
			 truth);
	return i;
}

static void
each_passes_fails_and_is_blocked(void **state)
{
	const struct kinds_demo *d = *state;
	size_t c, good, bad;

	for (c = 1; c < d->x->nchecks; c++) {
		const char *id = d->x->checks[c].id;

		good = kinds_row_of(d, c, GRADER_TRUE);
		bad = kinds_row_of(d, c, GRADER_FALSE);
		if (kinds_verdict(d, c, good, GRADER_TRUE) != GRADER_PASS)
			fail_msg("%s does not pass", id);
		if (kinds_verdict(d, c, bad, GRADER_TRUE) != GRADER_FAIL)
			fail_msg("%s does not fail", id);
		if (kinds_verdict(d, c, good, GRADER_FALSE) != GRADER_BLOCKED)
			fail_msg("%s is not blocked", id);
		if (kinds_verdict(d, c, d->nrows, GRADER_TRUE) == GRADER_PASS)
			fail_msg("%s passes, never seen", id);
	}
}

#endif
