/* grader_dev_folder: what an exercise's folder says of itself, without a lab. */
#include <stdint.h>
#include <string.h>

#include "base/str.h"
#include "grader/grader_dev_priv.h"
#include "grader/grader_kind.h"
#include "grader/lint.h"

char *
grader_dev_linted(const struct exercise *x)
{
	struct lint_finds f = {0};
	struct err e = {0};

	if (lint_exercise(x, &f, &e) < 0) {
		str_clear(&f.text);
		return xstrdup(e.msg);
	}
	_free_ char *all = str_steal(&f.text);
	size_t first = strcspn(all, "\n");
	if (f.n == 0)
		return NULL;
	return xasprintf("%.*s%s", (int)first, all,
			 f.n == 1 ? "" : " (and more: ixlab dev lint)");
}

char *
grader_dev_unfailed(const struct exercise *x)
{
	struct str s = {0};
	size_t i, w, k;
	bool failed;

	for (i = 0; i < x->nchecks; i++) {
		failed = false;
		for (w = 0; w < x->nwrong; w++) {
			for (k = 0; k < x->wrong[w].nfails; k++)
				failed |= x->wrong[w].fails[k].check == i;
		}
		if (!failed)
			str_addf(&s, "%s%s", s.len ? " " : "never failed: ",
				 x->checks[i].id);
	}
	return s.len ? str_steal(&s) : NULL;
}

char *
grader_dev_unwitnessed(const struct exercise *x)
{
	size_t i;

	for (i = 0; i < x->nchecks; i++) {
		if (grader_check_negative(&x->checks[i]) &&
		    (x->checks[i].witness == SIZE_MAX ||
		     x->checks[i].hold_ms == 0))
			return xasprintf("%s", x->checks[i].id);
	}
	return NULL;
}
