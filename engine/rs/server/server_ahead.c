/*
 * server_ahead: a second thread reads the UPDATEs of members that send much.
 *
 * What a member announces goes through four hands. Two look at the message and
 * at the policy only: the decoder, and the judge of each prefix. Two change
 * the tables: the rib that takes the route in, and the decision. The first two
 * take a third of the time, and they need nothing that the others change; nor does
 * what policy says of a route's way out (export_draft), a tenth more. So when
 * much comes from a member at once its bytes become a job:
 *
 *	read_some --> todo --> ahead_main: decode, pack, judge, --> done --> turn
 *	                                   draft
 *
 * Jobs are read in order and heard in order, a connection has one at a time and is
 * not read meanwhile, so for the member nothing changes. A job is the messages as
 * they came: what is not an UPDATE without any mistake is left as it is, and is
 * decoded when its turn comes. There are few jobs; when all are in use, the loop
 * reads for itself, as it does with all that is small, for that is faster.
 *
 * The judge reads the policy and what it is lent (RPKI). Who changes these holds
 * the thread off for that while, and counts the version on; what was judged
 * by an older one is decoded and judged when its turn comes.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/server/server_state.h"

#define AHEAD_JOBS 12
#define AHEAD_LEAST 4096 /* bytes; less is read at once */
#define AHEAD_FAR 8	 /* messages to the first look at the tables */
#define AHEAD_NEAR 4	 /* ... to the second */

struct ahead_item {			/* a message */
	uint32_t at, len;		/* in the job's bytes */
	bool clean;			/* update and judged are there */
	struct bgp_update update;	/* its arrays are the job's */
	struct server_judged judged[2]; /* by update.reach */
};

struct server_job {
	struct server_job *next;
	struct server_conn *c; /* the loop's; NULL: it went */
	bool done;
	struct bgp_session terms;
	struct policy_session from;
	uint32_t version; /* of what is judged by; 0: nothing was */
	uint8_t *in;	  /* whole messages */
	size_t in_len;
	struct ahead_item *items;
	size_t n;
	/* The prefixes of all messages, what they came with, and what was found out
	 * about those that are announced: room for all that fits into in. */
	struct ip_prefix *prefixes;
	uint32_t *ids, *hashes;
	struct policy_verdict *verdicts;
	size_t n_prefixes;
};

struct ahead_queue {
	struct server_job *first, **end;
};

struct server_ahead {
	struct server *s;
	uv_thread_t thread;
	uv_async_t wake; /* the loop: something is done */
	uv_mutex_t lock; /* of the queues, stop, and done of each job */
	uv_cond_t work, finished;
	struct ahead_queue todo, done;
	bool stop;
	uv_mutex_t judging; /* held while reading policy and version */
	uint32_t version;
	struct server_job jobs[AHEAD_JOBS];
	struct server_job *idle; /* the loop's */
};

static void
queue_put(struct ahead_queue *q, struct server_job *j)
{
	j->next = NULL;
	*q->end = j;
	q->end = &j->next;
}

static struct server_job *
queue_take(struct ahead_queue *q)
{
	struct server_job *j = q->first;

	if (j != NULL && (q->first = j->next) == NULL)
		q->end = &q->first;
	return j;
}

/* ---- the thread */

/* Prefixes and their path identifiers come to lie in the job. */
static void
job_keep(struct server_job *j, struct ip_prefix **prefixes, uint32_t **ids,
	 size_t n)
{
	struct ip_prefix *to = j->prefixes + j->n_prefixes;
	uint32_t *to_ids = j->ids + j->n_prefixes;

	if (n == 0)
		return;
	memcpy(to, *prefixes, n * sizeof(*to));
	if (*ids != NULL)
		memcpy(to_ids, *ids, n * sizeof(*to_ids));
	*prefixes = to;
	*ids = *ids != NULL ? to_ids : NULL;
	j->n_prefixes += n;
}

/* False: the attributes cannot be kept. */
static bool
reach_judge(const struct server *s, struct server_job *j,
	    const struct bgp_reach *r, struct server_judged *g)
{
	int f = server_family_index((enum ip_family)r->prefixes[0].addr.family);
	const struct rib *rib = s->table[f].rib;
	struct bgp_attrs *a = server_import_attrs(s, r->attrs);
	struct policy_case about =
	    policy_case(s->policy, &j->from, server_family(f), a);
	uint32_t *hashes = j->hashes + j->n_prefixes;
	struct policy_verdict *verdicts = j->verdicts + j->n_prefixes;

	for (size_t i = 0; i < r->n; i++) {
		hashes[i] = rib_hash(rib, &r->prefixes[i]);
		verdicts[i] = policy_judge(&about, &r->prefixes[i]);
	}
	*g = (struct server_judged){
	    .table = f,
	    .plain = policy_is_plain(s->policy, &j->from, a),
	    .made = rib_attrs_make(rib, a),
	    .hashes = hashes,
	    .verdicts = verdicts,
	};
	if (!g->plain && verdicts[0].reason == POLICY_ACCEPTED)
		g->draft = export_draft_make(s->policy, rib, &j->from, a,
					     verdicts[0].marks);
	bgp_attrs_unref(a);
	g->hash = g->made != NULL ? g->made->hash : 0;
	return g->made != NULL;
}

/* What the decoder allocates is freed at once, so that it gets the same few blocks
 * again for the next message, and nothing of it travels to the other processor. */
static void
item_read(const struct server *s, struct server_job *j, struct ahead_item *t)
{
	struct bgp_update u;

	t->clean = j->version != 0 &&
		   bgp_update_clean(&j->terms, j->in + t->at, t->len, &u);
	if (!t->clean)
		return;
	t->update = u;
	job_keep(j, &t->update.withdrawn, &t->update.withdrawn_ids,
		 u.n_withdrawn);
	for (size_t i = 0; i < u.n_reach; i++) {
		struct bgp_reach *r = &t->update.reach[i];
		if (r->n > 0)
			t->clean &= reach_judge(s, j, r, &t->judged[i]);
		job_keep(j, &r->prefixes, &r->ids, r->n);
		r->attrs = NULL;
	}
	bgp_update_clear(&u);
}

static void
job_clear(struct server_job *j)
{
	for (size_t i = 0; i < j->n; i++)
		for (size_t k = 0; k < 2; k++) {
			rib_attrs_drop(j->items[i].judged[k].made);
			export_draft_free(j->items[i].judged[k].draft);
		}
	j->n = j->n_prefixes = 0;
}

static void
job_read(struct server_ahead *a, struct server_job *j)
{
	job_clear(j);
	uv_mutex_lock(&a->judging);
	if (j->version != a->version)
		j->version = 0;
	for (uint32_t at = 0; at < j->in_len;) {
		struct ahead_item *t = &j->items[j->n++];
		*t = (struct ahead_item){
		    .at = at,
		    .len = (uint32_t)(j->in[at + 16] << 8 | j->in[at + 17])};
		at += t->len;
		item_read(a->s, j, t);
	}
	uv_mutex_unlock(&a->judging);
}

static void
ahead_main(void *arg)
{
	struct server_ahead *a = arg;

	uv_mutex_lock(&a->lock);
	while (!a->stop) {
		struct server_job *j = queue_take(&a->todo);
		if (j == NULL) {
			uv_cond_wait(&a->work, &a->lock);
			continue;
		}
		uv_mutex_unlock(&a->lock);
		job_read(a, j);
		uv_mutex_lock(&a->lock);
		j->done = true;
		queue_put(&a->done, j);
		uv_cond_signal(&a->finished);
		uv_async_send(&a->wake);
	}
	uv_mutex_unlock(&a->lock);
}

/* ---- the loop: giving */

static void
ahead_woken(uv_async_t *async)
{
	struct server_ahead *a = async->data;

	server_turn_soon(a->s);
}

/* When it is needed first. Where there is one processor, or no thread to be had, there
 * are no jobs. */
static struct server_ahead *
ahead_start(struct server *s)
{
	struct server_ahead *a = xcalloc(1, sizeof(*a));

	a->s = s;
	a->version = 1;
	a->todo.end = &a->todo.first;
	a->done.end = &a->done.first;
	for (size_t i = 0; i < AHEAD_JOBS; i++) {
		a->jobs[i].next = a->idle;
		a->idle = &a->jobs[i];
	}
	uv_mutex_init(&a->lock);
	uv_mutex_init(&a->judging);
	uv_cond_init(&a->work);
	uv_cond_init(&a->finished);
	uv_async_init(s->loop, &a->wake, ahead_woken);
	a->wake.data = a;
	if (uv_available_parallelism() < 2 ||
	    uv_thread_create(&a->thread, ahead_main, a) < 0) {
		a->idle = NULL;
		a->stop = true;
	}
	return a;
}

/* The whole messages at the beginning; 0: there is something odd. */
static size_t
ahead_cut(const struct bgp_session *terms, const uint8_t *data, size_t n)
{
	struct bgp_problem problem = {0};
	size_t at = 0, len = 1;

	while (len > 0) {
		if (bgp_frame(terms, data + at, n - at, &len, &problem) !=
		    BGP_OK)
			return 0;
		at += len;
	}
	return at;
}

static void
job_free(struct server_job *j)
{
	free(j->in);
	free(j->items);
	free(j->prefixes);
	free(j->ids);
	free(j->hashes);
	free(j->verdicts);
}

/* For as much as is read at once: a message is no shorter than its header, and no
 * prefix than a byte. What is not used is never touched, so it is no memory. */
static void
job_room(struct server_job *j)
{
	enum { MESSAGES = SERVER_IN / BGP_HEADER };

	j->in = xmalloc(SERVER_IN);
	j->items = xreallocarray(NULL, MESSAGES, sizeof(*j->items));
	j->prefixes = xreallocarray(NULL, SERVER_IN, sizeof(*j->prefixes));
	j->ids = xreallocarray(NULL, SERVER_IN, sizeof(*j->ids));
	j->hashes = xreallocarray(NULL, SERVER_IN, sizeof(*j->hashes));
	j->verdicts = xreallocarray(NULL, SERVER_IN, sizeof(*j->verdicts));
}

static void
job_fill(struct server_job *j, const uint8_t *data, size_t len)
{
	assert(len <= SERVER_IN);
	if (j->in == NULL)
		job_room(j);
	memcpy(j->in, data, len);
	j->in_len = len;
}

size_t
server_ahead_take(struct server_conn *c, const uint8_t *data, size_t n)
{
	struct server *s = c->s;
	const struct bgp_session *terms = bgp_fsm_session(&c->m->fsm);
	enum bgp_side side;

	if (n < AHEAD_LEAST || terms == NULL ||
	    !bgp_fsm_side(&c->m->fsm, &side) || side != c->side)
		return 0;
	if (s->ahead == NULL)
		s->ahead = ahead_start(s);
	struct server_ahead *a = s->ahead;
	struct server_job *j = a->idle;
	size_t len = j != NULL ? ahead_cut(terms, data, n) : 0;
	if (len == 0)
		return 0;
	a->idle = j->next;
	j->c = c;
	c->job = j;
	j->done = false;
	j->terms = *terms;
	j->from = c->m->policy;
	j->version = a->version;
	job_fill(j, data, len);
	uv_mutex_lock(&a->lock);
	queue_put(&a->todo, j);
	uv_cond_signal(&a->work);
	uv_mutex_unlock(&a->lock);
	return len;
}

/* ---- the loop: hearing */

static void
hear_prefetch(const struct server *s, const struct server_job *j, size_t i,
	      bool begin)
{
	const struct ahead_item *t = &j->items[i];

	if (begin)
		__builtin_prefetch(t + AHEAD_FAR);
	for (size_t k = 0; i < j->n && t->clean && k < t->update.n_reach; k++) {
		const struct server_judged *g = &t->judged[k];
		const struct rib *rib = s->table[g->table].rib;
		__builtin_prefetch(g->made, 1);
		(begin ? rib_prefetch_begin : rib_prefetch)(
		    rib, g->hashes, t->update.reach[k].n, g->hash);
	}
}

/* The member may go with any of its messages. */
static void
job_hear(struct server_job *j)
{
	struct server_conn *c = j->c;
	struct server *s = c->s;
	bool judged = j->version == s->ahead->version;

	for (size_t i = 0; i < AHEAD_FAR; i++)
		hear_prefetch(s, j, i, true);
	for (size_t i = 0; i < j->n && c->m != NULL; i++) {
		struct ahead_item *t = &j->items[i];
		hear_prefetch(s, j, i + AHEAD_FAR, true);
		hear_prefetch(s, j, i + AHEAD_NEAR, false);
		if (t->clean && judged)
			server_member_hear(c->m, c->side, &t->update,
					   t->judged);
		else
			server_member_receive(c->m, c->side, j->in + t->at,
					      t->len);
	}
}

static void
job_end(struct server_ahead *a, struct server_job *j)
{
	struct server_conn *c = j->c;

	if (c != NULL) {
		job_hear(j);
		c->job = NULL;
	}
	j->c = NULL;
	j->next = a->idle;
	a->idle = j;
	if (c != NULL && !c->closing)
		server_read_on(c);
}

bool
server_ahead_hear(struct server *s, uint64_t until)
{
	struct server_ahead *a = s->ahead;
	struct server_job *j;

	if (a == NULL)
		return false;
	do {
		uv_mutex_lock(&a->lock);
		j = queue_take(&a->done);
		uv_mutex_unlock(&a->lock);
		if (j != NULL)
			job_end(a, j);
	} while (j != NULL && uv_hrtime() < until);
	return j != NULL;
}

void
server_ahead_finish(struct server_conn *c)
{
	struct server_ahead *a = c->s->ahead;
	struct server_job *j = c->job;

	if (j == NULL)
		return;
	uv_mutex_lock(&a->lock);
	while (!j->done)
		uv_cond_wait(&a->finished, &a->lock);
	struct server_job **at = &a->done.first;
	while (*at != j)
		at = &(*at)->next;
	*at = j->next;
	if (*at == NULL)
		a->done.end = at;
	uv_mutex_unlock(&a->lock);
	job_end(a, j);
}

void
server_ahead_forget(struct server_conn *c)
{
	if (c->job != NULL)
		c->job->c = NULL;
	c->job = NULL;
}

/* ---- the loop: holding off, and the end */

void
server_ahead_hold(struct server *s)
{
	if (s->ahead == NULL)
		return;
	uv_mutex_lock(&s->ahead->judging);
	if (++s->ahead->version == 0)
		s->ahead->version = 1;
}

void
server_ahead_release(struct server *s)
{
	if (s->ahead != NULL)
		uv_mutex_unlock(&s->ahead->judging);
}

void
server_ahead_stop(struct server *s)
{
	struct server_ahead *a = s->ahead;

	if (a == NULL)
		return;
	if (!a->stop) {
		uv_mutex_lock(&a->lock);
		a->stop = true;
		uv_cond_signal(&a->work);
		uv_mutex_unlock(&a->lock);
		uv_thread_join(&a->thread);
	}
	uv_close((uv_handle_t *)&a->wake, NULL);
}

void
server_ahead_free(struct server *s)
{
	struct server_ahead *a = s->ahead;

	if (a == NULL)
		return;
	for (size_t i = 0; i < AHEAD_JOBS; i++) {
		struct server_job *j = &a->jobs[i];
		job_clear(j);
		job_free(j);
	}
	uv_mutex_destroy(&a->lock);
	uv_mutex_destroy(&a->judging);
	uv_cond_destroy(&a->work);
	uv_cond_destroy(&a->finished);
	free(a);
	s->ahead = NULL;
}
