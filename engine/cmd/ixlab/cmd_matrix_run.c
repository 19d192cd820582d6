/*
 * The pairs of a matrix, asked in batches (see cmd_matrix.h).
 *
 * Batches follow the order of the pairs, so one has few hosts on the one side: a
 * pair costs at most two entries at each router (IPv6 also learns link-local
 * addresses) and as many between a host and its router. A batch takes half of
 * what is free, and what stands in a node's table before the first batch is not
 * forgotten after it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_matrix.h"

#define RUN_AT_ONCE 64	/* probes under way; the supervisor takes 256 */
#define RUN_PAIR_COST 8 /* entries in a family's table */
#define RUN_LIMIT 1024	/* of the kernel, where it cannot be asked */
#define RUN_UNSEEN 400	/* entries that may be others', likewise */
#define RUN_PAIRS_MIN 4
#define RUN_TRIES 3 /* of a pair, while the table is full */

struct matrix_job {
	size_t i, j;
	int f, tries;
};

struct matrix_run {
	struct matrix *m;
	uv_loop_t loop;
	struct ctl_async *ctl;
	struct matrix_job *jobs; /* all, in order; those again at the end */
	size_t n, next, end;	 /* end: of the batch */
	size_t flying;
	bool pace;    /* does a batch have to end before the next? */
	json_t *keep; /* {NODE: [address, ..]}: known before */
	struct matrix_table before;
	bool sees;   /* the kernel tells */
	bool unsent; /* an echo of this batch found the table full */
	size_t pairs;
	struct err e; /* the lab is gone */
	bool gone;
};

struct matrix_ask { /* one probe */
	struct matrix_run *r;
	size_t job;
};

/* ---- what the kernel says */

static long
table_column(const char *path, const char *want, bool sum)
{
	_free_ char *text = NULL;
	char *line, *rest, *words, *word, *at;
	size_t column = 0, k;
	long total = 0;
	struct err e;
	bool found = false;

	if (file_read(path, 1 << 20, &text, NULL, &e) < 0)
		return -1;
	rest = text;
	words = strsep(&rest, "\n");
	while ((word = strsep(&words, " ")) != NULL && !found)
		if (*word) {
			found = strcmp(word, want) == 0;
			column += !found;
		}
	while (found && (line = strsep(&rest, "\n")) != NULL && *line) {
		at = line;
		for (k = 0; k < column && at; k++)
			if ((at = strchr(at, ' ')) != NULL)
				at += strspn(at, " ");
		if (at)
			total = (sum ? total : 0) + strtol(at, NULL, 16);
	}
	return found ? total : -1;
}

static long
table_number(const char *path)
{
	_free_ char *text = NULL;
	struct err e;

	return file_read(path, 64, &text, NULL, &e) < 0
		   ? -1
		   : strtol(text, NULL, 10);
}

bool
matrix_table(struct matrix_table *t)
{
	static const char v4[] = "/proc/net/stat/arp_cache",
			  v6[] = "/proc/net/stat/ndisc_cache";
	long four = table_number("/proc/sys/net/ipv4/neigh/default/gc_thresh3");
	long six = table_number("/proc/sys/net/ipv6/neigh/default/gc_thresh3");
	long full4 = table_column(v4, "table_fulls", true);
	long full6 = table_column(v6, "table_fulls", true);

	t->limit = four < 0 || (six >= 0 && six < four) ? six : four;
	t->entries[MATRIX_V4] = table_column(v4, "entries", false);
	t->entries[MATRIX_V6] = table_column(v6, "entries", false);
	t->fulls = (full4 > 0 ? full4 : 0) + (full6 > 0 ? full6 : 0);
	if (t->limit > 0 && full4 >= 0)
		return true;
	*t = (struct matrix_table){RUN_LIMIT, {RUN_UNSEEN, RUN_UNSEEN}, 0};
	return false;
}

/* How many pairs fit into half of what is free. The kernel counts permanent
 * entries among its entries, and not against its limit: when that tells nothing,
 * half is taken to be free. */
static size_t
run_room(const struct matrix_table *t)
{
	long used = t->entries[MATRIX_V4] > t->entries[MATRIX_V6]
			? t->entries[MATRIX_V4]
			: t->entries[MATRIX_V6];
	long room = used < t->limit / 2 ? t->limit - used : t->limit / 2;
	long pairs = room / 2 / RUN_PAIR_COST;

	return pairs < RUN_PAIRS_MIN ? RUN_PAIRS_MIN : (size_t)pairs;
}

/* ---- probes */

static long long
run_number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static void
run_fill(struct matrix_cell *cell, const json_t *result)
{
	const json_t *rtt = json_object_get(result, "rtt_us");
	const char *why = json_string_value(json_object_get(result, "error"));

	free(cell->why);
	cell->sent = (long)run_number(result, "sent");
	cell->received = (long)run_number(result, "received");
	cell->min = run_number(rtt, "min");
	cell->avg = run_number(rtt, "avg");
	cell->max = run_number(rtt, "max");
	cell->why = why ? xstrdup(why) : NULL;
}

static void
run_answered(void *arg, const json_t *result, const struct err *error)
{
	struct matrix_ask *a = arg;
	struct matrix_run *r = a->r;
	const struct matrix_job *job = &r->jobs[a->job];
	struct matrix_cell *cell = matrix_cell(r->m, job->f, job->i, job->j);

	free(a);
	r->flying--;
	if (result) {
		run_fill(cell, result);
		/* In a network namespace of its own, such as a container's,
		 * this is all that one sees of it. */
		r->unsent |= cell->why && strstr(cell->why, strerror(ENOBUFS));
	} else {
		free(cell->why);
		cell->why = xstrdup(error->msg);
	}
}

static void
run_ask(struct matrix_run *r, size_t job)
{
	const struct matrix *m = r->m;
	const struct matrix_job *j = &r->jobs[job];
	struct matrix_ask *a = xmalloc(sizeof(*a));

	a->r = r;
	a->job = job;
	r->flying++;
	ctl_async_call(r->ctl, "probe",
		       json_pack("{ss ss sI sI sI sI sb}", "node",
				 m->hosts[j->i].name, "to",
				 m->hosts[j->j].address[j->f], "count",
				 (json_int_t)m->count, "interval_ms",
				 (json_int_t)m->interval, "timeout_ms",
				 (json_int_t)m->timeout, "size",
				 (json_int_t)m->size, "whole", m->whole),
		       NULL, 0, run_answered, a);
}

/* ---- what the nodes forget */

static void
run_forgot(void *arg, const json_t *result, const struct err *error)
{
	struct matrix_run *r = arg;

	(void)result;
	(void)error; /* then the next batch is as full, and that is told */
	r->flying--;
}

static void
run_forget_node(struct matrix_run *r, json_t *done, const char *node)
{
	json_t *keep = json_object_get(r->keep, node);

	keep = keep ? json_incref(keep) : json_array();
	if (json_object_get(done, node)) {
		json_decref(keep);
		return;
	}
	json_object_set_new(done, node, json_true());
	r->flying++;
	ctl_async_call(r->ctl, "forget",
		       json_pack("{ss so}", "node", node, "keep", keep), NULL,
		       0, run_forgot, r);
}

static void
run_forget(struct matrix_run *r, size_t from, size_t to)
{
	json_t *done = json_object();
	size_t k;

	for (; from < to; from++)
		for (k = 0; k < 2; k++) {
			const struct matrix_job *j = &r->jobs[from];
			const struct matrix_host *h =
			    &r->m->hosts[k ? j->j : j->i];

			run_forget_node(r, done, h->name);
			run_forget_node(r, done, h->router);
		}
	json_decref(done);
}

/* ---- batches */

/* The table was full: the pairs that lost echoes are asked again, in smaller
 * batches; after some tries the cell says why. */
static void
run_again(struct matrix_run *r, size_t from, size_t to)
{
	for (; from < to; from++) {
		struct matrix_job j = r->jobs[from];
		struct matrix_cell *cell = matrix_cell(r->m, j.f, j.i, j.j);

		if (cell->sent > 0 && cell->received == cell->sent)
			continue;
		if (++j.tries < RUN_TRIES) {
			r->jobs =
			    xreallocarray(r->jobs, r->n + 1, sizeof(*r->jobs));
			r->jobs[r->n++] = j;
			continue;
		}
		cell->full = true;
		free(cell->why);
		cell->why = xstrdup("the kernel's neighbour table is full");
	}
	r->pace = true;
	r->pairs = r->pairs / 2 < RUN_PAIRS_MIN ? RUN_PAIRS_MIN : r->pairs / 2;
}

static void
run_batch_end(struct matrix_run *r, size_t from)
{
	struct matrix_table now;

	if (r->m->progress)
		fprintf(stderr, "\r%zu of %zu", r->end, r->n);
	if (r->unsent ||
	    (r->sees && matrix_table(&now) && now.fulls > r->before.fulls))
		run_again(r, from, r->end);
	r->unsent = false;
	if (r->pace)
		run_forget(r, from, r->end);
}

/* A batch is so many pairs: their jobs stand together. */
static void
run_batch(struct matrix_run *r)
{
	struct matrix_table t;
	size_t pairs = 0, k;

	(void)matrix_table(&t);
	if (r->sees)
		r->before = t;
	for (k = r->next; k < r->n; k++) {
		const struct matrix_job *a = &r->jobs[k], *b = a - 1;
		bool same = k > r->next && ((a->i == b->i && a->j == b->j) ||
					    (a->i == b->j && a->j == b->i));

		if (!same && r->pace && ++pairs > r->pairs)
			break;
	}
	r->end = k;
	r->m->batches++;
}

/* Callbacks only count; new calls are made here, on a connection that lives. */
static void
run_wait(struct matrix_run *r)
{
	while (!r->gone && (r->flying > 0 || r->next < r->end)) {
		while (r->next < r->end && r->flying < RUN_AT_ONCE)
			run_ask(r, r->next++);
		uv_run(&r->loop, UV_RUN_ONCE);
	}
}

static void
run_all(struct matrix_run *r)
{
	size_t from;

	while (r->next < r->n && !r->gone) {
		from = r->next;
		run_batch(r);
		run_wait(r);
		if (!r->gone)
			run_batch_end(r, from);
		run_wait(r);
	}
	if (r->m->progress)
		fputs("\r\033[K", stderr);
}

/* ---- before */

static void
run_jobs(struct matrix_run *r)
{
	const struct matrix *m = r->m;
	size_t i, j, k;
	int f;

	r->jobs = xcalloc(m->n * m->n * MATRIX_FAMILIES + 1, sizeof(*r->jobs));
	for (i = 0; i < m->n; i++)
		for (j = i + 1; j < m->n; j++)
			for (k = 0; k < 4; k++) {
				f = (int)(k / 2);
				if (matrix_asked(m, f, i, j))
					r->jobs[r->n++] = (struct matrix_job){
					    k % 2 ? j : i, k % 2 ? i : j, f, 0};
			}
}

static void
run_known(void *arg, const json_t *result, const struct err *error)
{
	struct matrix_ask *a = arg;
	const json_t *rows = json_object_get(result, "rows"), *row;
	const struct matrix_host *h = &a->r->m->hosts[a->job / 2];
	json_t *list = json_array();
	size_t i;

	(void)error;
	json_array_foreach(rows, i, row)
	    json_array_append(list, json_object_get(row, "address"));
	json_object_set_new(a->r->keep, a->job % 2 ? h->router : h->name, list);
	a->r->flying--;
	free(a);
}

/* What each node knows already, so that it is not taken away. */
static void
run_look(struct matrix_run *r)
{
	struct matrix_ask *a;
	size_t i;

	for (i = 0; i < 2 * r->m->n; i++) {
		const struct matrix_host *h = &r->m->hosts[i / 2];

		if (i % 2 && h->router == h->name)
			continue;
		a = xmalloc(sizeof(*a));
		a->r = r;
		a->job = i;
		r->flying++;
		ctl_async_call(r->ctl, "kernel",
			       json_pack("{ss ss}", "node",
					 i % 2 ? h->router : h->name, "what",
					 "neighbours"),
			       NULL, 0, run_known, a);
		if (r->flying == RUN_AT_ONCE)
			run_wait(r);
	}
	run_wait(r);
}

static void
run_event(void *arg, const char *event, const json_t *data)
{
	(void)arg;
	(void)event;
	(void)data;
}

static void
run_gone(void *arg, const char *why)
{
	struct matrix_run *r = arg;

	err_here(&r->e, "lab %s is gone: %s", r->m->lab, why);
	r->gone = true;
}

static int
run_open(struct matrix_run *r, struct err *e)
{
	_free_ char *socket = ctl_lab_name(r->m->lab);

	r->ctl = ctl_async_open(&r->loop, socket, run_event, run_gone, r, e);
	return r->ctl ? 0 : -1;
}

int
matrix_run(struct matrix *m, struct err *e)
{
	struct matrix_run r = {.m = m, .keep = json_object()};
	int64_t begin = cmd_now_ms();
	int rc;

	uv_loop_init(&r.loop);
	run_jobs(&r);
	r.sees = matrix_table(&r.before);
	r.pairs = run_room(&r.before);
	r.pace = m->n * (m->n - 1) / 2 > r.pairs;
	if ((rc = run_open(&r, e)) == 0) {
		if (r.pace)
			run_look(&r);
		run_all(&r);
	}
	ctl_async_close(r.ctl);
	uv_run(&r.loop, UV_RUN_DEFAULT);
	uv_loop_close(&r.loop);
	if (rc == 0 && r.gone) {
		*e = r.e;
		rc = -1;
	}
	m->ms = cmd_now_ms() - begin;
	free(r.jobs);
	json_decref(r.keep);
	return rc;
}
