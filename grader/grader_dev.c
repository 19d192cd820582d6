/*
 * grader_dev: the author's proof of an exercise (design, section 6).
 *
 * Claims about the folder are looked at first. Then each variant - start,
 * solution, also/..., wrong/... - is graded in a fresh lab of its own, several
 * at once: nothing of one variant (a session's last error, a back-off) is seen
 * by the next, and it is exactly what regrading a submission does. A variant
 * that is not what it must be, or whose lab went away, gets a second lab, which
 * decides; a comment says so. The claims are printed in the order of the exercise,
 * whatever ends first.
 *
 * When asked for, each accepted solution is also spoilt by rule (grader_mutate),
 * in one place at a time: none of these may score full marks, but for mistakes
 * that the exercise says its task leaves open.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "base/file.h"
#include "base/str.h"
#include "base/tap.h"
#include "grader/exercise_priv.h"
#include "grader/grader.h"
#include "grader/grader_answer.h"
#include "grader/grader_dev_priv.h"
#include "grader/grader_mutate.h"

#define DEV_TEXT_MAX (1u << 18)
#define DEV_WORKERS 4
#define DEV_TRIES 2  /* one slow moment of a machine is not the exercise's */
#define DEV_CLAIMS 3 /* about the folder */

struct dev_worker {
	struct dev *dev;
	char *instance, *overlay, *state;
	struct grader *grader;
	struct dev_variant *variant; /* NULL: idle */
};

struct dev {
	const struct exercise *x;
	const struct grader_host *host;
	struct tap tap;
	uv_loop_t loop;
	unsigned int third; /* 0: all of also/ and wrong/ */
	struct dev_variant *variants;
	size_t n, next, printed;
	struct dev_spoilt { /* what the mutants of variants lie in */
		struct grader_mutant *list;
		size_t n;
	} * spoilt;
	size_t n_spoilt;
	struct dev_worker workers[DEV_WORKERS];
	char *overlays; /* the folder for them all, dev/PID */
	size_t bad;
};

static void
claim(struct dev *d, const char *what, char *trouble)
{
	d->bad += trouble != NULL;
	tap_point(&d->tap, trouble == NULL, what, NULL);
	if (trouble) {
		tap_yaml_begin(&d->tap);
		tap_yaml_str(&d->tap, "message", trouble);
		tap_yaml_end(&d->tap);
	}
	free(trouble);
	fflush(d->tap.out);
}

/* ---- claims about variants */

static void
print_variant(struct dev *d, const struct dev_variant *v)
{
	_free_ char *what = grader_dev_claim(v), *skip = NULL;
	_free_ char *trouble = v->open ? NULL : grader_dev_compare(v, d->x);

	d->bad += trouble != NULL;
	if (v->open)
		skip = xasprintf("SKIP open: %s", v->open);
	tap_point(&d->tap, trouble == NULL, what, skip);
	if (trouble)
		tap_comment(&d->tap, trouble);
	fflush(d->tap.out);
}

static void
print_done(struct dev *d)
{
	while (d->printed < d->n && d->variants[d->printed].done)
		print_variant(d, &d->variants[d->printed++]);
}

/* ---- labs */

static int
overlay_make(const struct dev_worker *w, const struct exercise *x,
	     const char *folder, struct err *e)
{
	_free_ char *start = xasprintf("%s/start", x->parts);
	_free_ char *own = xasprintf("%s/%s", x->parts, folder);
	_free_ char *over = NULL;

	/* of a mistake in answers alone the files are those of the solution */
	over = file_exists(own) ? xstrdup(own)
				: xasprintf("%s/solution", x->parts);
	if (file_remove(w->overlay, e) < 0 || file_mkdirs(w->overlay, e) < 0 ||
	    file_copy(start, w->overlay, e) < 0)
		return -1;
	return file_copy(over, w->overlay, e);
}

/* The mistake, in the files that are there now. */
static int
overlay_spoil(const struct dev_worker *w, struct err *e)
{
	const struct dev_variant *v = w->variant;

	if (v->mutant == NULL)
		return 0;
	_free_ char *path = xasprintf("%s/%s", w->overlay, v->file);
	return file_write(path, v->mutant->text, strlen(v->mutant->text), e);
}

static void
worker_down(struct dev_worker *w)
{
	struct err e;

	grader_close(w->grader);
	w->grader = NULL;
	(void)w->dev->host->down(w->dev->host->arg, w->instance, &e);
	(void)file_remove(w->state, &e);
	(void)file_remove(w->overlay, &e);
}

static void worker_changed(void *arg, struct grader *g);

static int
worker_up(struct dev_worker *w, struct err *e)
{
	struct dev *d = w->dev;

	if (overlay_make(w, d->x, w->variant->folder, e) < 0 ||
	    overlay_spoil(w, e) < 0)
		return -1;
	if (d->host->up(d->host->arg, d->x, w->instance, w->overlay, e) < 0) {
		(void)file_remove(w->overlay, &(struct err){0});
		return -1;
	}
	if (grader_answers_lay(d->x, w->variant->folder, w->instance, false,
			       e) < 0) {
		worker_down(w);
		return -1;
	}
	w->grader = grader_open(&d->loop, d->x, w->instance, false,
				worker_changed, w, e);
	if (w->grader == NULL)
		worker_down(w);
	return w->grader ? 0 : -1;
}

static void
worker_changed(void *arg, struct grader *g)
{
	(void)arg;
	(void)g;
}

/* Grade the variant in a fresh lab; false when that cannot be. */
static bool
worker_try(struct dev_worker *w)
{
	struct err e;

	w->variant->tries++;
	if (worker_up(w, &e) == 0)
		return true;
	w->variant->trouble = xstrdup(e.msg);
	w->variant->done = true;
	w->variant = NULL;
	return false;
}

static void
worker_next(struct dev_worker *w)
{
	struct dev *d = w->dev;

	w->variant = NULL;
	while (w->variant == NULL && d->next < d->n) {
		w->variant = &d->variants[d->next++];
		if (w->variant->open != NULL) {
			w->variant->done = true;
			w->variant = NULL;
			continue;
		}
		(void)worker_try(w);
	}
}

/* It is graded, or its lab is gone. Is that the last word? */
static bool
worker_is_sure(struct dev_worker *w)
{
	struct dev_variant *v = w->variant;
	_free_ char *trouble = NULL, *text = NULL;

	v->report = grader_report(w->grader);
	if (grader_gone(w->grader) != NULL)
		trouble = xstrdup(grader_gone(w->grader));
	else
		trouble = grader_dev_compare(v, w->dev->x);
	if (trouble == NULL || v->tries == DEV_TRIES)
		return true;
	text = xasprintf("%s, once more: %s", v->folder, trouble);
	tap_comment(&w->dev->tap, text);
	json_decref(v->report);
	v->report = NULL;
	return false;
}

static bool
worker_step(struct dev_worker *w)
{
	bool again;

	if (w->variant == NULL)
		return false;
	if (!grader_settled(w->grader) && grader_gone(w->grader) == NULL)
		return true;
	again = !worker_is_sure(w);
	worker_down(w);
	if (again && worker_try(w))
		return true;
	if (!again)
		w->variant->done = true;
	worker_next(w);
	return true;
}

static void
dev_run(struct dev *d)
{
	bool busy = true;
	size_t i;

	for (i = 0; i < DEV_WORKERS; i++)
		worker_next(&d->workers[i]);
	while (busy) {
		busy = false;
		for (i = 0; i < DEV_WORKERS; i++)
			busy |= worker_step(&d->workers[i]);
		print_done(d);
		if (busy)
			uv_run(&d->loop, UV_RUN_ONCE);
	}
}

/* ---- all of it */

static bool
dev_wants(const struct dev *d, size_t i)
{
	return d->third == 0 || i % 3 == d->third - 1;
}

static void
dev_variants(struct dev *d)
{
	const struct exercise *x = d->x;
	size_t i;

	d->variants = xcalloc(2 + x->nalso + x->nwrong, sizeof(*d->variants));
	d->variants[d->n].start = true;
	d->variants[d->n++].folder = xstrdup("start");
	d->variants[d->n++].folder = xstrdup("solution");
	for (i = 0; i < x->nalso; i++)
		if (dev_wants(d, i))
			d->variants[d->n++].folder =
			    xasprintf("also/%s", x->also[i]);
	for (i = 0; i < x->nwrong; i++) {
		if (!dev_wants(d, i))
			continue;
		d->variants[d->n].wrong = &x->wrong[i];
		d->variants[d->n++].folder =
		    xasprintf("wrong/%s", x->wrong[i].name);
	}
}

static const char *
open_why(const struct exercise *x, const char *mistake)
{
	for (size_t i = 0; i < x->nopen; i++)
		if (strcmp(x->open[i].mistake, mistake) == 0)
			return x->open[i].why;
	return NULL;
}

/* One file of one accepted solution. */
static void
dev_spoil(struct dev *d, const char *folder, const char *file)
{
	_free_ char *path = xasprintf("%s/%s/%s", d->x->parts, folder, file);
	_free_ char *text = NULL;
	struct dev_spoilt s;
	struct err e;

	if (!file_exists(path) ||
	    file_read(path, DEV_TEXT_MAX, &text, NULL, &e) < 0)
		return;
	s.list = grader_mutate(text, &s.n);
	d->spoilt = xreallocarray(d->spoilt, d->n_spoilt + 1, sizeof(s));
	d->spoilt[d->n_spoilt++] = s;
	d->variants =
	    xreallocarray(d->variants, d->n + s.n, sizeof(*d->variants));
	for (size_t i = 0; i < s.n; i++)
		d->variants[d->n++] = (struct dev_variant){
		    .folder = xstrdup(folder),
		    .file = file,
		    .mutant = &s.list[i],
		    .open = open_why(d->x, s.list[i].mistake)};
}

static bool
is_bird_file(const char *file)
{
	const char *name = strrchr(file, '/');

	return name != NULL && strcmp(name, "/bird.conf") == 0;
}

static void
dev_mutants(struct dev *d)
{
	size_t n = d->n;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < d->x->nfiles; k++)
			if (!d->variants[i].start && !d->variants[i].wrong &&
			    is_bird_file(d->x->files[k]))
				dev_spoil(d, d->variants[i].folder,
					  d->x->files[k]);
}

static int
dev_workers(struct dev *d, struct err *e)
{
	_free_ char *state = file_state_dir(e);
	struct dev_worker *w;
	size_t i;

	if (state == NULL)
		return -1;
	d->overlays = xasprintf("%s/dev/%d", state, (int)getpid());
	for (i = 0; i < DEV_WORKERS; i++) {
		w = &d->workers[i];
		w->dev = d;
		w->instance =
		    xasprintf("%.16s-%d-%zu", d->x->name, (int)getpid(), i + 1);
		w->overlay = xasprintf("%s/%s", d->overlays, w->instance);
		w->state = xasprintf("%s/labs/%s", state, w->instance);
	}
	return 0;
}

static void
dev_clear(struct dev *d)
{
	size_t i;

	for (i = 0; i < d->n; i++) {
		free(d->variants[i].folder);
		free(d->variants[i].trouble);
		json_decref(d->variants[i].report);
	}
	free(d->variants);
	for (i = 0; i < d->n_spoilt; i++)
		grader_mutants_free(d->spoilt[i].list, d->spoilt[i].n);
	free(d->spoilt);
	if (d->overlays != NULL)
		(void)file_remove(d->overlays, &(struct err){0});
	free(d->overlays);
	for (i = 0; i < DEV_WORKERS; i++) {
		free(d->workers[i].instance);
		free(d->workers[i].overlay);
		free(d->workers[i].state);
	}
}

static void
dev_prove(struct dev *d)
{
	_free_ char *missing = exercise_missing(d->x), *skip = NULL;
	size_t i;

	claim(d, "the lint finds nothing", grader_dev_linted(d->x));
	claim(d, "every check is failed by a wrong solution",
	      grader_dev_unfailed(d->x));
	claim(d, "every absence has a witness and a hold",
	      grader_dev_unwitnessed(d->x));
	if (missing == NULL) {
		dev_run(d);
		return;
	}
	skip = xasprintf("SKIP %s", missing);
	for (i = 0; i < d->n; i++) {
		_free_ char *what = grader_dev_claim(&d->variants[i]);

		tap_point(&d->tap, true, what, skip);
	}
}

static int
dev_whole(struct dev *d, FILE *tap, struct err *e)
{
	d->tap = tap_begin(tap, 13, (int)(DEV_CLAIMS + d->n));
	dev_prove(d);
	if (d->bad == 0)
		return 0;
	return err_set(e, ERR_FAILED,
		       "exercise %s: %zu of %zu claims do not hold", d->x->name,
		       d->bad, DEV_CLAIMS + d->n);
}

int
grader_dev_check(const struct exercise *x, const struct grader_host *host,
		 bool mutants, unsigned int third, FILE *tap, struct err *e)
{
	struct dev d = {.x = x, .host = host, .third = third};
	int rc;

	dev_variants(&d);
	if (mutants)
		dev_mutants(&d);
	rc = dev_workers(&d, e);
	if (rc == 0) {
		uv_loop_init(&d.loop);
		rc = dev_whole(&d, tap, e);
		uv_run(&d.loop, UV_RUN_DEFAULT);
		uv_loop_close(&d.loop);
	}
	dev_clear(&d);
	return rc;
}

/* ---- one variant, to look at */

/* "wrong/x" by its folder or its last name. */
static bool
variant_is(const struct dev_variant *v, const char *name)
{
	const char *last = strrchr(v->folder, '/');

	return strcmp(v->folder, name) == 0 ||
	       (last != NULL && strcmp(last + 1, name) == 0);
}

/* That one alone is left. */
static int
dev_choose(struct dev *d, const char *name, struct err *e)
{
	struct str all = {0};
	size_t i = 0;

	while (i < d->n && !variant_is(&d->variants[i], name))
		str_addf(&all, " %s", d->variants[i++].folder);
	if (i == d->n) {
		_free_ char *known = str_steal(&all);
		return err_usage(e, "%s has no \"%s\"; it has%s", d->x->name,
				 name, known);
	}
	free(str_steal(&all));
	d->next = i;
	return 0;
}

static int
dev_one(struct dev *d, FILE *out, bool color, struct err *e)
{
	const struct dev_variant *v = &d->variants[d->next];
	size_t n = d->n;

	d->n = d->printed = d->next + 1; /* there is nothing behind it */
	d->tap.out = out;
	dev_run(d);
	d->n = n;
	if (v->report != NULL)
		grader_print_text(out, v->report, color);
	_free_ char *what = grader_dev_claim(v);
	_free_ char *trouble = grader_dev_compare(v, d->x);
	if (trouble != NULL)
		return err_set(e, ERR_FAILED, "it does not hold that %s: %s",
			       what, trouble);
	fprintf(out, "%s\n", what);
	return 0;
}

int
grader_dev_run(const struct exercise *x, const struct grader_host *host,
	       const char *variant, FILE *out, bool color, struct err *e)
{
	struct dev d = {.x = x, .host = host};
	_free_ char *missing = exercise_missing(x);
	int rc;

	if (missing != NULL)
		return err_here(e, "%s", missing);
	dev_variants(&d);
	rc = dev_choose(&d, variant, e);
	if (rc == 0)
		rc = dev_workers(&d, e);
	if (rc == 0) {
		uv_loop_init(&d.loop);
		rc = dev_one(&d, out, color, e);
		uv_run(&d.loop, UV_RUN_DEFAULT);
		uv_loop_close(&d.loop);
	}
	dev_clear(&d);
	return rc;
}
