/*
 * exercise_worth: what checks count for, and who may see them.
 *
 * A bonus is over and above the total; a group gives its points together or not
 * at all; a hidden check is none for the trainee. It is taken out of the
 * exercise when that is loaded, so no renderer has to remember to be silent:
 * report, interface and totals are made of what is left. The one condition is
 * that nothing visible leans on a hidden check.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "grader/exercise_priv.h"
#include "grader/grader_kind.h"

void
exercise_add_points(struct exercise *x, const struct exercise_check *c)
{
	if (c->bonus)
		x->bonus += c->points;
	else
		x->total += c->points;
}

/* Nobody may learn of a hidden check by one that leans on it. */
static int
check_hidden(struct exercise_reader *r, const struct exercise_check *c)
{
	size_t k, to;

	for (k = 0; c->visibility != EXERCISE_HIDDEN && k <= c->nneeds; k++) {
		to = k < c->nneeds ? c->needs[k] : c->witness;
		if (to != SIZE_MAX &&
		    r->x->checks[to].visibility == EXERCISE_HIDDEN)
			return yaml_err(r->doc, exercise_check_yaml(r->x, c),
					r->e,
					"check \"%s\" leans on \"%s\", which "
					"is hidden: hide it too",
					c->id, r->x->checks[to].id);
	}
	return 0;
}

/* A group is of several that count and show alike. */
static int
check_group(struct exercise_reader *r, const struct exercise_check *c)
{
	const struct yaml *y = yaml_get(exercise_check_yaml(r->x, c), "group");
	const struct exercise_check *o;
	size_t i, n = 0;

	for (i = 0; c->group && i < r->x->nchecks; i++) {
		o = &r->x->checks[i];
		if (o->group == NULL || strcmp(o->group, c->group) != 0)
			continue;
		n++;
		if (o->bonus != c->bonus ||
		    (o->visibility == EXERCISE_HIDDEN) !=
			(c->visibility == EXERCISE_HIDDEN))
			return yaml_err(r->doc, y, r->e,
					"\"%s\" and \"%s\" of group \"%s\" "
					"must be bonus, or hidden, together",
					c->id, o->id, c->group);
	}
	if (n == 1)
		return yaml_err(r->doc, y, r->e,
				"\"%s\" is alone in group \"%s\"", c->id,
				c->group);
	return 0;
}

int
exercise_check_worth(struct exercise_reader *r)
{
	const struct exercise *x = r->x;
	uint32_t seen = 0;
	size_t i;

	for (i = 0; i < x->nchecks; i++) {
		if (check_hidden(r, &x->checks[i]) < 0 ||
		    check_group(r, &x->checks[i]) < 0)
			return -1;
		if (x->checks[i].visibility != EXERCISE_HIDDEN &&
		    !x->checks[i].bonus)
			seen += x->checks[i].points;
	}
	if (seen == 0)
		return yaml_err(r->doc, yaml_get(x->doc.root, "steps"), r->e,
				"no check that the trainee sees gives a point");
	return 0;
}

/* ---- what the trainee has */

static size_t
hide_ref(const size_t *moved, size_t ref)
{
	return ref == SIZE_MAX ? SIZE_MAX : moved[ref];
}

static void
hide_fails(struct exercise_wrong *w, const size_t *moved)
{
	size_t i, n = 0;

	for (i = 0; i < w->nfails; i++) {
		w->fails[n] = w->fails[i];
		w->fails[n].check = moved[w->fails[i].check];
		n += w->fails[n].check != SIZE_MAX;
	}
	w->nfails = n;
}

/* Those that stay move up; moved says whereto, SIZE_MAX: they do not stay. */
static void
hide_checks(struct exercise *x, size_t *moved)
{
	struct exercise_step *s;
	size_t step, i, end, n = 0;

	x->total = x->bonus = 0;
	for (step = 0; step < x->nsteps; step++) {
		s = &x->steps[step];
		end = s->first + s->nchecks;
		i = s->first;
		s->first = n;
		for (; i < end; i++) {
			moved[i] = SIZE_MAX;
			if (x->checks[i].visibility == EXERCISE_HIDDEN)
				continue;
			moved[i] = n;
			x->checks[n] = x->checks[i];
			exercise_add_points(x, &x->checks[n++]);
		}
		s->nchecks = n - s->first;
	}
	x->nchecks = n;
}

void
exercise_hide(struct exercise *x)
{
	_free_ size_t *moved = xcalloc(x->nchecks, sizeof(*moved));
	struct exercise_check *c;
	size_t i, k;

	hide_checks(x, moved);
	for (i = 0; i < x->nchecks; i++) {
		c = &x->checks[i];
		for (k = 0; k < c->nneeds; k++)
			c->needs[k] = moved[c->needs[k]];
		c->witness = hide_ref(moved, c->witness);
	}
	for (i = 0; i < x->nwrong; i++)
		hide_fails(&x->wrong[i], moved);
	x->whole = false;
}
