/*
 * desk_grade: one submission graded again, from the declared files alone.
 *
 * The lab is made of the desk's exercise (whole, with what the trainee did not
 * see), the start's files, and over them those of the submission. A lab in which
 * not all checks pass is made and graded once more, and the better of both
 * counts: a moment in which this machine was too slow is not the learner's. What
 * could not be told at all is no mark: "not graded".
 *
 * The bytes are read and the class secret is known before the bench's seal; all
 * parsing comes after it, and the secret is forgotten before there is a lab.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "grader/desk/desk_priv.h"
#include "grader/desk/submission.h"
#include "grader/exercise_deal.h"
#include "grader/grader_answer.h"

#define GRADE_TRIES 2

struct grade {
	const struct desk_bench *bench;
	struct exercise *x;
	const struct submission *s;
	char digest[DESK_HEX]; /* of a template */
	json_t *result;	       /* what is made */
	json_t *notes;	       /* in it, borrowed */
	uint64_t seed;	       /* of what probes announce */
	unsigned char *secret; /* the class's, borrowed */
};

/* ---- results */

static json_t *
result_new(const char *path, const char *digest, const char *status,
	   const char *reason)
{
	const char *base = strrchr(path, '/');
	json_t *r = json_object();

	json_object_set_new(r, "ixlab_result", json_integer(1));
	json_object_set_new(r, "file", out_str(base ? base + 1 : path));
	json_object_set_new(r, "submission_digest",
			    digest ? json_string(digest) : json_null());
	json_object_set_new(r, "status", json_string(status));
	json_object_set_new(r, "reason",
			    reason ? out_str(reason) : json_null());
	return r;
}

json_t *
desk_result_none(const char *path, const char *digest, const char *reason)
{
	return result_new(path, digest, "not graded", reason);
}

static void
result_status(json_t *r, const char *status, const char *reason)
{
	_free_ char *clean = xstrdup(reason ? reason : "");

	str_clean(clean);
	json_object_set_new(r, "status", json_string(status));
	json_object_set_new(r, "reason",
			    reason ? json_string(clean) : json_null());
}

enum err_class
desk_result_class(const json_t *result)
{
	const char *status =
	    json_string_value(json_object_get(result, "status"));
	const char *word = json_string_value(json_object_get(result, "result"));

	if (status && strcmp(status, "refused") == 0)
		return ERR_REFUSED;
	if (status == NULL || strcmp(status, "graded") != 0 || word == NULL)
		return ERR_HERE;
	return strcmp(word, "pass") == 0 ? ERR_NONE : ERR_FAILED;
}

/* ---- the lab */

static int
lay_files(const struct grade *g, struct err *e)
{
	_free_ char *start = xasprintf("%s/start", g->x->parts);
	size_t i;

	if (file_remove(g->bench->overlay, e) < 0 ||
	    file_mkdirs(g->bench->overlay, e) < 0 ||
	    file_copy(start, g->bench->overlay, e) < 0)
		return -1;
	for (i = 0; i < g->s->nparts; i++) {
		const struct submission_part *p = &g->s->parts[i];
		_free_ char *path = NULL, *dir = NULL;

		if (p->kind != SUBMISSION_FILE)
			continue;
		path = xasprintf("%s/%s", g->bench->overlay, p->name);
		dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));
		if (file_mkdirs(dir, e) < 0 ||
		    file_write(path, p->data, p->len, e) < 0)
			return -1;
	}
	return 0;
}

/* An answer that can be none counts as not given, and is noted. */
static void
lay_answers(const struct grade *g)
{
	struct err e;
	size_t i;

	json_array_clear(g->notes);
	for (i = 0; i < g->s->nparts; i++) {
		const struct submission_part *p = &g->s->parts[i];
		_free_ char *text = NULL;

		if (p->kind != SUBMISSION_ANSWER)
			continue;
		text = xstrndup(p->data, strcspn(p->data, "\n"));
		if (grader_answer(g->x, g->bench->instance, p->name, text,
				  &e) == 0)
			continue;
		str_clean(e.msg);
		json_array_append_new(g->notes, out_str(e.msg));
	}
}

static void
lab_down(const struct grade *g)
{
	const struct desk_bench *b = g->bench;
	struct err e;
	_free_ char *state = file_state_dir(&e), *dir = NULL;

	(void)b->host->down(b->host->arg, b->instance, &e);
	if (state == NULL)
		return;
	dir = xasprintf("%s/labs/%s", state, b->instance);
	(void)file_remove(dir, &e);
	(void)file_remove(b->overlay, &e);
}

/* One lab, graded: its report, owned; NULL with e set. */
static json_t *
lab_grade(const struct grade *g, struct err *e)
{
	const struct desk_bench *b = g->bench;
	json_t *report = NULL;

	if (lay_files(g, e) < 0)
		return NULL;
	if (b->host->up(b->host->arg, g->x, b->instance, b->overlay, e) == 0) {
		lay_answers(g);
		report = grader_check_seed(g->x, b->instance, g->seed, e);
	}
	lab_down(g);
	return report;
}

/* ---- verdicts */

static json_int_t
number(const json_t *report, const char *key)
{
	return json_integer_value(json_object_get(report, key));
}

static bool
is_better(const json_t *report, const json_t *than)
{
	if (than == NULL || grader_status(than) == ERR_HERE)
		return true;
	if (grader_status(report) == ERR_HERE)
		return false;
	return number(report, "points") + number(report, "bonus") >
	       number(than, "points") + number(than, "bonus");
}

/* The same work gives the same result: times are left out. */
static void
strip_times(json_t *report)
{
	json_t *step, *check;
	size_t i, k;

	json_array_foreach(json_object_get(report, "steps"), i, step)
	{
		json_array_foreach(json_object_get(step, "checks"), k, check)
		{
			json_object_set_new(check, "since_ms", json_integer(0));
			json_object_set_new(check, "left_ms", json_integer(0));
		}
	}
}

static void
put_report(struct grade *g, json_t *report)
{
	static const char *const keys[] = {"result", "points", "total", "bonus",
					   "bonus_max"};
	size_t i;

	strip_times(report);
	json_object_set_new(report, "who",
			    out_str(g->s->head[SUBMISSION_PERSON]));
	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		json_object_set(g->result, keys[i],
				json_object_get(report, keys[i]));
	json_object_set_new(g->result, "report", report);
}

/* What probes announce cannot be known before, but is the same each time: it is
 * drawn from the class secret and the submission. */
static void
draw_seed(struct grade *g)
{
	_free_ char *id = xasprintf("seed %s", g->s->digest);
	unsigned char hash[32];

	desk_keyed(g->secret, id, hash);
	memcpy(&g->seed, hash, sizeof(g->seed));
	explicit_bzero(g->secret, 32);
}

static void
grade_labs(struct grade *g)
{
	json_t *best = NULL, *report;
	struct err e = {0};
	int i;

	draw_seed(g);
	for (i = 0; i < GRADE_TRIES; i++) {
		if (best != NULL && grader_status(best) == ERR_NONE)
			break;
		report = lab_grade(g, &e);
		if (report != NULL && is_better(report, best)) {
			json_decref(best);
			best = json_incref(report);
		}
		json_decref(report);
	}
	if (best == NULL) {
		result_status(g->result, "not graded", e.msg);
		return;
	}
	if (grader_status(best) == ERR_HERE)
		result_status(g->result, "not graded",
			      "a check could not be made here");
	put_report(g, best);
}

/* ---- what is sent in */

const char *
desk_exercise_name(const char *name)
{
	return strchr(name, '/') || name[0] == '.' ? NULL : name;
}

char *
desk_exercise_dir(const char *own, const char *name, struct err *e)
{
	_free_ char *data = NULL, *base = NULL;
	const struct lab_kind *daemon;
	char *dir;
	size_t n;

	if (own && strchr(own, '/')) {
		n = strlen(own);
		while (n > 1 && own[n - 1] == '/')
			n--;
		return xstrndup(own, n);
	}
	data = file_data_dir();
	dir = xasprintf("%s/exercises/%s", data, own ? own : name);
	base = exercise_split(dir, &daemon);
	if (file_exists(base))
		return dir;
	free(dir);
	err_usage(e, "there is no exercise \"%s\", look: ixlab exercises",
		  own ? own : name);
	return NULL;
}

static void
note(struct grade *g, const char *text)
{
	json_array_append_new(g->notes, out_str(text));
}

/* Whose numbers they are is for desk similar to find out. */
static void
put_parameters(struct grade *g)
{
	const char *theirs = g->s->head[SUBMISSION_PARAMETERS];
	_free_ char *own = desk_parameters(g->x), *text = NULL;

	json_object_set_new(g->result, "parameters", out_str(own));
	if (strcmp(*own ? own : "-", theirs) == 0)
		return;
	text = xasprintf("made with parameters that are not this person's: %s",
			 theirs);
	note(g, text);
}

/* What the desk should know, and what no mark depends on. */
static int
put_notes(struct grade *g, struct err *e)
{
	const struct submission_part *j;
	char digest[DESK_HEX];
	size_t line;

	if (desk_digest_exercise(g->x, digest, e) < 0)
		return -1;
	json_object_set_new(g->result, "exercise_digest",
			    json_string(*g->digest ? g->digest : digest));
	if (strcmp(digest, g->s->head[SUBMISSION_DIGEST]) != 0)
		note(g,
		     "made with other files of the exercise than the desk's");
	put_parameters(g);
	j = submission_find(g->s, SUBMISSION_JOURNAL, g->x->name);
	if (j == NULL || j->len == 0) {
		note(g, "there is no journal");
		return 0;
	}
	json_object_set_new(g->result, "journal", desk_journal_sum(j->data));
	if ((line = desk_journal_broken(g->x->name, j->data)) > 0) {
		_free_ char *text = xasprintf(
		    "line %zu of the journal does not follow from the one "
		    "before",
		    line);

		note(g, text);
	}
	return 0;
}

static void
put_head(struct grade *g)
{
	const struct desk_bench *b = g->bench;

	json_object_set_new(g->result, "person",
			    out_str(g->s->head[SUBMISSION_PERSON]));
	json_object_set_new(g->result, "exercise", out_str(g->x->name));
	json_object_set_new(g->result, "version", json_integer(g->x->version));
	json_object_set_new(
	    g->result, "engine",
	    json_pack("{s:o, s:o, s:o}", "ixlab", out_str(b->ixlab), "bird",
		      out_str(b->bird), "kernel", out_str(b->kernel)));
}

static void
grade_known(struct grade *g, const char *path)
{
	json_t *notes = json_array(), *v;
	struct err e = {0};
	size_t i;

	json_object_set_new(g->result, "notes", notes);
	put_head(g);
	g->notes = notes;
	if (submission_fits(g->s, path, g->x, &e) < 0) {
		result_status(g->result, "refused", e.msg);
		return;
	}
	if (put_notes(g, &e) < 0) {
		result_status(g->result, "not graded", e.msg);
		return;
	}
	g->notes = json_array();
	grade_labs(g);
	json_array_foreach(g->notes, i, v) json_array_append(notes, v);
	json_decref(g->notes);
}

/* A template is dealt once more, for whoever says that it is their work. */
static char *
grade_dealt(struct grade *g, const char *dir, struct err *e)
{
	_free_ char *line = NULL;
	_free_ char *to = xasprintf("%s-dealt", g->bench->overlay);
	unsigned char ticket[32];
	const char *base = strrchr(dir, '/');

	desk_keyed(g->secret, g->s->head[SUBMISSION_PERSON], ticket);
	if (file_remove(to, e) < 0 || file_mkdirs(to, e) < 0 ||
	    (line = desk_deal(dir, ticket, to, e)) == NULL)
		return NULL;
	return xasprintf("%s/%s", to, base ? base + 1 : dir);
}

/* The desk's exercise: as it is, or dealt. NULL: not graded. */
static struct exercise *
grade_exercise(struct grade *g, const char *name, struct err *e)
{
	_free_ char *dir = desk_exercise_dir(g->bench->exercise, name, e);
	_free_ char *dealt = NULL, *base = NULL, *path = NULL;
	const struct lab_kind *daemon;

	if (dir == NULL)
		return NULL;
	base = exercise_split(dir, &daemon);
	if (!exercise_is_template(base))
		return exercise_load_whole(dir, e);
	if (desk_digest_folder(base, g->digest, e) < 0 ||
	    (dealt = grade_dealt(g, base, e)) == NULL)
		return NULL;
	path = exercise_join(dealt, daemon);
	return exercise_load_whole(path, e);
}

static void
grade_parsed(json_t *result, const struct desk_bench *b,
	     const struct submission *s, unsigned char *secret,
	     const char *path)
{
	const char *name = desk_exercise_name(s->head[SUBMISSION_EXERCISE]);
	_free_ char *dealt = xasprintf("%s-dealt", b->overlay);
	struct grade g = {
	    .bench = b, .s = s, .result = result, .secret = secret};
	struct err e = {0};

	if (name == NULL) {
		result_status(result, "refused",
			      "the name of its exercise is a path");
		return;
	}
	g.x = grade_exercise(&g, name, &e);
	if (g.x == NULL) /* ours, or one that the desk has not */
		result_status(result, "not graded", e.msg);
	else
		grade_known(&g, path);
	exercise_free(g.x);
	(void)file_remove(dealt, &e);
}

/* Not through a link: it could lead to whatever the desk may read. */
static int
read_plain(const char *path, char **text, size_t *len, struct err *e)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return err_sys(e, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_REFUSED, "it is not a plain file");
	if (st.st_size > (off_t)SUBMISSION_MAX)
		return err_set(e, ERR_REFUSED,
			       "a submission is at most %u bytes",
			       SUBMISSION_MAX);
	return file_read(path, SUBMISSION_MAX, text, len, e);
}

json_t *
desk_grade(const struct desk_bench *b, const char *path)
{
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	_free_ char *text = NULL;
	unsigned char secret[32];
	struct submission s;
	struct err e = {0};
	json_t *result;
	size_t len;

	if (read_plain(path, &text, &len, &e) < 0)
		return result_new(
		    path, NULL,
		    e.class == ERR_REFUSED ? "refused" : "not graded", e.msg);
	if (desk_class(secret, &e) < 0 ||
	    (b->seal && b->seal(b->seal_arg, &e) < 0)) {
		explicit_bzero(secret, sizeof(secret));
		return desk_result_none(path, NULL, e.msg);
	}
	if (submission_parse(&s, base, text, len, &e) < 0) {
		result = result_new(path, s.digest, "refused", e.msg);
	} else {
		result = result_new(path, s.digest, "graded", NULL);
		grade_parsed(result, b, &s, secret, base);
	}
	explicit_bzero(secret, sizeof(secret));
	if (e.class == ERR_NONE)
		submission_clear(&s);
	return result;
}
