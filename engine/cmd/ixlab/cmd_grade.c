/*
 * ixlab grade: a batch of submissions, so many at a time.
 *
 *	ixlab grade ──┬─> ixlab grade --one: parser, lab, grader of one ──> memory
 *	 (key, files) ├─> ...
 *
 * A stranger's text is parsed and graded by a process of its own (cmd_grade_one.c),
 * which makes the lab and prints an unsigned result into memory of ours. So
 * whatever one
 * does, hang, crash or eat all it may, ends with its process and its lab, and the
 * others go on. Results are signed and written here, one after another; those
 * that are there are kept, so an interrupted batch goes on where it was.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <uv.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "grader/desk/submission.h"
#include "grader/exercise_deal.h"
#include "lab/node/node.h"
#include "lab/node/node_seal.h"

#define GRADE_JOBS_MAX 64
#define GRADE_JOBS_EACH 8 /* a processor: most of a lab's time is waiting */
#define GRADE_JOB_MEMORY (256u << 20) /* a lab takes less, unless it is large */
#define GRADE_RESULT_MAX (4u << 20)
#define GRADE_DEADLINE_MS 300000
#define GRADE_GRACE_MS 10000 /* from SIGTERM to SIGKILL */

struct grade_item {
	char *path, *result; /* of the result's file */
	json_t *row;	     /* what is told of it; NULL: not done */
};

struct grade_job {
	struct node_child child;
	struct grade_item *item; /* NULL: idle */
	int memory, pidfd;
	int64_t end; /* the deadline */
	bool asked;  /* SIGTERM was sent */
};

struct grade {
	struct cmd *c;
	struct desk_key key;
	struct grade_item *items;
	size_t n, next, done, kept;
	struct grade_job *jobs;
	size_t njobs;
	int64_t deadline_ms;
	json_t *digests; /* of exercises: {name: digest} */
	char *self;	 /* our program */
	bool tty;
};

static volatile sig_atomic_t grade_signal;

/* ---- which */

static void
grade_add(struct grade *g, const char *path)
{
	const char *to = cmd_option(g->c, "-o"), *base = strrchr(path, '/');
	struct grade_item *item;

	g->items = xreallocarray(g->items, g->n + 1, sizeof(*g->items));
	item = &g->items[g->n++];
	base = base ? base + 1 : path;
	*item = (struct grade_item){.path = xstrdup(path)};
	item->result = to ? xasprintf("%s/%s" CMD_RESULT_SUFFIX, to, base)
			  : xasprintf("%s" CMD_RESULT_SUFFIX, path);
}

static int
grade_collect(struct grade *g, struct err *e)
{
	json_t *files = cmd_sent_files(g->c, 0, e), *path;
	size_t i, k;

	if (files == NULL)
		return -1;
	json_array_foreach(files, i, path)
	    grade_add(g, json_string_value(path));
	json_decref(files);
	for (i = 0; i < g->n; i++)
		for (k = 0; k < i; k++)
			if (strcmp(g->items[i].result, g->items[k].result) == 0)
				return err_usage(
				    e, "%s and %s would have one result: %s",
				    g->items[k].path, g->items[i].path,
				    g->items[i].result);
	return 0;
}

/* ---- what is told */

static void
grade_say(const struct grade *g, const char *text)
{
	static const char bar[] = "####################--------------------";
	size_t busy = 0, i;

	for (i = 0; i < g->njobs; i++)
		busy += g->jobs[i].item != NULL;
	if (g->tty)
		fputs("\r\033[K", stderr);
	if (text != NULL && !g->c->json)
		puts(text);
	fflush(stdout);
	if (g->tty && busy > 0)
		fprintf(stderr, "[%.20s] %zu of %zu graded, %zu at work",
			bar + 20 - g->done * 20 / g->n, g->done, g->n, busy);
}

/* The row of a result, and its line. */
static void
grade_tell(struct grade *g, struct grade_item *item, const json_t *result,
	   bool kept)
{
	static const char *const keys[] = {"person", "exercise", "status",
					   "result", "points",	 "total",
					   "reason"};
	_free_ char *name = xstrdup(item->path), *line = NULL;
	json_t *v;
	size_t i;

	str_clean(name);
	item->row = json_object();
	json_object_set_new(item->row, "file", out_str(item->path));
	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		v = json_object_get(result, keys[i]);
		json_object_set_new(item->row, keys[i],
				    v ? json_incref(v) : json_null());
	}
	json_object_set_new(item->row, "kept", json_boolean(kept));
	g->done++;
	g->kept += kept;
	if (desk_result_class(result) <= ERR_FAILED) {
		line = xasprintf(
		    "%s: %lld of %lld points%s", name,
		    json_integer_value(json_object_get(result, "points")),
		    json_integer_value(json_object_get(result, "total")),
		    kept ? " (kept)" : "");
	} else {
		_free_ char *status =
		    out_word(json_object_get(result, "status"));
		_free_ char *why = out_word(json_object_get(result, "reason"));

		line = xasprintf("%s: %s: %s%s", name, status, why,
				 kept ? " (kept)" : "");
	}
	grade_say(g, line);
}

/* ---- results that are there */

static int
grade_digest_of(const struct grade *g, const char *name, char digest[DESK_HEX])
{
	struct err e;
	_free_ char *dir = NULL, *base = NULL;
	const struct lab_kind *daemon;
	struct exercise *x;
	int rc;

	if ((name = desk_exercise_name(name)) == NULL ||
	    (dir = desk_exercise_dir(cmd_option(g->c, "--exercise"), name,
				     &e)) == NULL)
		return -1;
	base = exercise_split(dir, &daemon);
	if (exercise_is_template(base))
		return desk_digest_folder(base, digest, &e);
	if ((x = exercise_load_whole(dir, &e)) == NULL)
		return -1;
	rc = desk_digest_exercise(x, digest, &e);
	exercise_free(x);
	return rc;
}

static const char *
grade_digest(struct grade *g, const char *name)
{
	char digest[DESK_HEX] = "";

	if (json_object_get(g->digests, name) == NULL) {
		if (grade_digest_of(g, name, digest) < 0)
			digest[0] = '\0';
		json_object_set_new(g->digests, name, json_string(digest));
	}
	return json_string_value(json_object_get(g->digests, name));
}

static bool
grade_says(const json_t *result, const char *key, const char *want)
{
	const char *is = json_string_value(json_object_get(result, key));

	return is && want && strcmp(is, want) == 0;
}

/* By us, for these bytes, this exercise and this release, and final. */
static bool
grade_holds(struct grade *g, const struct grade_item *item,
	    const json_t *result)
{
	const char *name =
	    json_string_value(json_object_get(result, "exercise"));
	const json_t *engine = json_object_get(result, "engine");
	_free_ char *text = NULL;
	char digest[DESK_HEX];
	struct err e;
	size_t len;

	if (desk_verify(result, g->key.hex, &e) < 0 ||
	    desk_result_class(result) == ERR_HERE || name == NULL ||
	    !grade_says(engine, "ixlab", IXLAB_VERSION) ||
	    !grade_says(result, "exercise_digest", grade_digest(g, name)))
		return false;
	if (file_read(item->path, SUBMISSION_MAX, &text, &len, &e) < 0)
		return false;
	desk_digest(text, len, digest);
	return grade_says(result, "submission_digest", digest);
}

static void
grade_keep(struct grade *g, struct grade_item *item)
{
	_free_ char *text = NULL;
	json_t *result;
	struct err e;
	size_t len;

	if (cmd_option(g->c, "--again") || !file_exists(item->result) ||
	    file_read(item->result, GRADE_RESULT_MAX, &text, &len, &e) < 0)
		return;
	if ((result = desk_result_parse(item->result, text, len, &e)) == NULL)
		return;
	if (grade_holds(g, item, result))
		grade_tell(g, item, result, true);
	json_decref(result);
}

/* ---- a process for each */

static int
grade_begin(struct grade *g, struct grade_job *job, struct grade_item *item,
	    struct err *e)
{
	const char *own = cmd_option(g->c, "--exercise");
	_free_ char *path = file_absolute(item->path), *instance = NULL;
	const char *argv[10] = {g->self, "grade", "--one"};
	struct node_spec spec = {.argv = argv,
				 .env = (const char *const *)environ,
				 .cwd = NULL,
				 .fds = {-1, -1, -1}};
	size_t n = 3;

	instance = xasprintf("grade-%d-%zu", (int)getpid(),
			     (size_t)(item - g->items) + 1);
	argv[n++] = instance;
	if (own) {
		argv[n++] = "--exercise";
		argv[n++] = own;
	}
	if (cmd_option(g->c, "--unsealed"))
		argv[n++] = "--unsealed";
	argv[n++] = "--";
	argv[n++] = path;
	argv[n] = NULL;
	job->memory = memfd_create("result", MFD_CLOEXEC);
	if (job->memory < 0)
		return err_sys(e, "cannot make room for a result");
	spec.fds[1] = job->memory;
	if (node_spawn(&spec, &job->child, e) < 0) {
		close(job->memory);
		return -1;
	}
	job->item = item;
	job->asked = false;
	job->pidfd = node_pidfd(job->child.pid);
	job->end = cmd_now_ms() + g->deadline_ms;
	return 0;
}

static json_t *
grade_read(const struct grade_job *job, struct err *e)
{
	struct stat st;
	json_t *result;
	char *text;
	ssize_t n;

	if (fstat(job->memory, &st) < 0 || st.st_size == 0 ||
	    st.st_size > (off_t)GRADE_RESULT_MAX) {
		err_here(e, "its grader ended without a result");
		return NULL;
	}
	text = xmalloc((size_t)st.st_size);
	n = pread(job->memory, text, (size_t)st.st_size, 0);
	result =
	    desk_result_parse("its grader", text, n > 0 ? (size_t)n : 0, e);
	free(text);
	return result;
}

/* Its process is gone: its lab, too, and what it wrote is signed. */
static int
grade_end(struct grade *g, struct grade_job *job, struct err *e)
{
	struct grade_item *item = job->item;
	_free_ char *instance = xasprintf("grade-%d-%zu", (int)getpid(),
					  (size_t)(item - g->items) + 1);
	_free_ char *dir = cmd_lab_state_dir(instance, e), *text = NULL;
	_free_ char *state = file_state_dir(e), *work = NULL;
	json_t *result = NULL;
	struct err why = {0};
	int status = 0, rc;

	while (waitpid(job->child.pid, &status, 0) < 0 && errno == EINTR)
		;
	if (job->asked)
		err_here(&why, "it was not graded in %lld s",
			 (long long)(g->deadline_ms / 1000));
	else if (WIFEXITED(status) &&
		 (WEXITSTATUS(status) == NODE_SEAL_GREEDY ||
		  WEXITSTATUS(status) == NODE_SEAL_STARVED))
		err_here(&why, "it took more than %u MiB of memory",
			 NODE_SEAL_MEMORY >> 20);
	else if (WIFSIGNALED(status))
		err_here(&why, "its grader died of signal %d",
			 WTERMSIG(status));
	else
		result = grade_read(job, &why);
	if (cmd_lab_runs(instance))
		(void)cmd_stop_lab(instance, &(struct err){0});
	if (dir != NULL)
		(void)file_remove(dir, &(struct err){0});
	if (state != NULL) {
		work = xasprintf("%s/dev/%d", state, (int)job->child.pid);
		(void)file_remove(work, &(struct err){0});
	}
	close(job->memory);
	if (job->pidfd >= 0)
		close(job->pidfd);
	if (job->child.report >= 0)
		close(job->child.report);
	job->item = NULL;
	if (result == NULL)
		result = desk_result_none(item->path, NULL, why.msg);
	if (job->asked && grade_signal != 0) { /* it will be its turn again */
		json_decref(result);
		return 0;
	}
	desk_sign(result, &g->key);
	text = json_dumps(result, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	rc = file_write(item->result, text, strlen(text), e);
	grade_tell(g, item, result, false);
	json_decref(result);
	return rc;
}

/* ---- all */

static void
grade_next(struct grade *g, struct grade_job *job)
{
	struct err e = {0};

	while (job->item == NULL && g->next < g->n && grade_signal == 0) {
		struct grade_item *item = &g->items[g->next++];

		if (item->row != NULL)
			continue;
		if (grade_begin(g, job, item, &e) < 0) {
			json_t *none =
			    desk_result_none(item->path, NULL, e.msg);

			grade_tell(g, item, none, false);
			json_decref(none);
		}
	}
}

/* Over its time: asked to end, which takes its lab with it, then made to. */
static void
grade_watch(struct grade_job *job, int64_t now)
{
	if (now < job->end && (grade_signal == 0 || job->asked))
		return;
	(void)kill(job->child.pid, job->asked ? SIGKILL : SIGTERM);
	job->asked = true;
	job->end = now + GRADE_GRACE_MS;
}

static int
grade_turn(struct grade *g, struct err *e)
{
	struct pollfd p[GRADE_JOBS_MAX];
	int64_t now;
	size_t i;
	int rc = 0;

	for (i = 0; i < g->njobs; i++)
		p[i] = (struct pollfd){.fd = g->jobs[i].item ? g->jobs[i].pidfd
							     : -1,
				       .events = POLLIN};
	(void)poll(p, g->njobs, 200);
	now = cmd_now_ms();
	for (i = 0; rc == 0 && i < g->njobs; i++) {
		if (g->jobs[i].item == NULL)
			continue;
		if (p[i].fd >= 0 && (p[i].revents & POLLIN))
			rc = grade_end(g, &g->jobs[i], e);
		else
			grade_watch(&g->jobs[i], now);
	}
	return rc;
}

static bool
grade_busy(const struct grade *g)
{
	size_t i;

	for (i = 0; i < g->njobs; i++)
		if (g->jobs[i].item != NULL)
			return true;
	return false;
}

static void
grade_caught(int sig)
{
	grade_signal = sig;
}

/* Those at work are ended whatever happens to the batch. */
static int
grade_run(struct grade *g, struct err *e)
{
	struct sigaction act = {.sa_handler = grade_caught};
	struct err later;
	size_t i;
	int rc = 0;

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGHUP, &act, NULL);
	for (i = 0; i < g->n; i++)
		grade_keep(g, &g->items[i]);
	do {
		for (i = 0; rc == 0 && i < g->njobs; i++)
			grade_next(g, &g->jobs[i]);
		grade_say(g, NULL);
		if (grade_busy(g) && grade_turn(g, rc ? &later : e) < 0)
			rc = -1;
		if (rc < 0 && grade_signal == 0)
			grade_signal = SIGTERM; /* no room for results */
	} while (grade_busy(g) ||
		 (rc == 0 && grade_signal == 0 && g->next < g->n));
	grade_say(g, NULL);
	if (rc == 0 && grade_signal != 0)
		return err_here(e, "interrupted; the same call goes on from "
				   "here");
	return rc;
}

static void
grade_summary(struct grade *g)
{
	enum err_class worst = ERR_NONE, class;
	static const int rank[] = {0, 1, 0, 3, 2}; /* by enum err_class */
	json_t *rows = json_array();
	size_t i, count[5] = {0};

	for (i = 0; i < g->n; i++) {
		class = desk_result_class(g->items[i].row);
		count[class]++;
		if (rank[class] > rank[worst])
			worst = class;
		json_array_append(rows, g->items[i].row);
	}
	if (g->c->json)
		out_json(stdout, rows);
	else
		printf("%zu submission%s: %zu pass, %zu fail, %zu refused, %zu "
		       "not graded%s\n",
		       g->n, g->n == 1 ? "" : "s", count[ERR_NONE],
		       count[ERR_FAILED], count[ERR_REFUSED], count[ERR_HERE],
		       g->kept ? "; some results were kept" : "");
	g->c->status = (int)worst;
	json_decref(rows);
}

static void
grade_clear(struct grade *g)
{
	size_t i;

	for (i = 0; i < g->n; i++) {
		free(g->items[i].path);
		free(g->items[i].result);
		json_decref(g->items[i].row);
	}
	free(g->items);
	free(g->jobs);
	free(g->self);
	json_decref(g->digests);
}

/* How many at a time, where nobody says. */
static uint32_t
grade_jobs(void)
{
	uint64_t room = uv_get_total_memory(),
		 most = uv_get_constrained_memory();
	uint64_t n = (uint64_t)uv_available_parallelism() * GRADE_JOBS_EACH;

	if (most > 0 && most < room) /* of our control group; 0: not known */
		room = most;
	if (n > room / GRADE_JOB_MEMORY)
		n = room / GRADE_JOB_MEMORY;
	return n < 1 ? 1 : n > GRADE_JOBS_MAX ? GRADE_JOBS_MAX : (uint32_t)n;
}

/* Its own group of version 2 is emptied once, and not by each at the same time. */
static void
grade_make_room(const struct grade *g)
{
	struct node_cells cells;

	if (cmd_option(g->c, "--unsealed"))
		return;
	node_cells_open(&cells, "grade");
	node_cells_remove(&cells);
}

static int
grade_options(struct grade *g, struct err *e)
{
	const char *jobs = cmd_option(g->c, "-j");
	const char *deadline = cmd_option(g->c, "--deadline");
	const char *to = cmd_option(g->c, "-o");
	uint32_t n = grade_jobs(), ms = GRADE_DEADLINE_MS;

	if (jobs && !str_to_u32(jobs, 1, GRADE_JOBS_MAX, &n))
		return err_usage(e,
				 "-j wants a number from 1 to %d, not "
				 "\"%s\"",
				 GRADE_JOBS_MAX, jobs);
	if (deadline && model_weather_parse_span(deadline, &ms, e) < 0)
		return err_in(e, "--deadline");
	if (to && file_mkdirs(to, e) < 0)
		return -1;
	g->njobs = n;
	g->jobs = xcalloc(n, sizeof(*g->jobs));
	g->deadline_ms = ms;
	return 0;
}

int
cmd_grade(struct cmd *c, struct err *e)
{
	struct grade g = {.c = c, .tty = isatty(STDERR_FILENO)};
	const char *one = cmd_option(c, "--one");
	int rc;

	if (one != NULL)
		return cmd_grade_one(c, one, e);
	g.digests = json_object();
	g.self = realpath("/proc/self/exe", NULL);
	rc = g.self ? 0 : err_sys(e, "cannot find my own program");
	if (rc == 0)
		rc = grade_options(&g, e);
	if (rc == 0)
		rc = grade_collect(&g, e);
	if (rc == 0)
		rc = desk_key_load(&g.key, true, NULL, e);
	if (rc == 0) {
		grade_make_room(&g);
		rc = grade_run(&g, e);
	}
	if (rc == 0)
		grade_summary(&g);
	grade_clear(&g);
	return rc;
}
