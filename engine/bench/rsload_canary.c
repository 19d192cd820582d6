/*
 * rsload_canary: how long a change takes through the server under load.
 *
 * Member 0 announces one prefix and changes its attributes every 100 ms; the
 * version is a community that travels. Meanwhile the others withdraw sets of
 * theirs and announce them again half a second later, at a steady rate of route
 * changes a second. Each member's delay for each version counts, from the send
 * to the recv; a server that merges versions is not forgiven: the version left
 * out counts until a newer one arrives.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"
#include "bench/rsload.h"

static const double every = 0.1, churn_every = 0.01, away = 0.5;

struct flap {
	unsigned int from;
	const struct rsload_set *set;
	double back;
};

struct rsload_canary {
	double began, until, next, next_churn;
	double per_tick, quota; /* route changes */
	uint16_t version;	/* sent last; the first is 1 */
	double *sent;		/* of each version */
	uint16_t *seen;		/* by each member */
	unsigned int members;
	double *delays;
	size_t n_delays, size;
	struct flap *flaps; /* those away, oldest first: a ring */
	size_t flaps_head, n_flaps, flaps_size;
	unsigned int member;
	size_t set; /* where the churn is */
};

struct rsload_canary *
rsload_canary_new(struct rsload_load *l, double seconds, unsigned int rate)
{
	struct rsload_canary *c = xcalloc(1, sizeof *c);

	c->began = rsload_now();
	c->until = c->began + seconds;
	c->next = c->began;
	c->next_churn = c->began;
	c->per_tick = rate / 2.0 * churn_every;
	c->sent = xcalloc((size_t)(seconds / every) + 16, sizeof *c->sent);
	c->members = l->work->members;
	c->seen = xcalloc(c->members, sizeof *c->seen);
	c->flaps_size = (size_t)(rate * (away + 1)) + 16;
	c->flaps = xcalloc(c->flaps_size, sizeof *c->flaps);
	c->member = 1;
	return c;
}

void
rsload_canary_free(struct rsload_canary *c)
{
	free(c->sent);
	free(c->seen);
	free(c->delays);
	free(c->flaps);
	free(c);
}

static void
delay_add(struct rsload_canary *c, double seconds)
{
	if (c->n_delays == c->size) {
		c->size = c->size ? 2 * c->size : 1024;
		c->delays = xreallocarray(c->delays, c->size, sizeof(double));
	}
	c->delays[c->n_delays++] = seconds;
}

void
rsload_canary_heard(struct rsload_load *l, struct rsload_member *m,
		    uint16_t version)
{
	struct rsload_canary *c = l->canary;

	if (m->index >= c->members || version > c->version)
		return;
	while (c->seen[m->index] < version)
		delay_add(c, l->now - c->sent[++c->seen[m->index]]);
}

static void
send_copy(struct rsload_load *l, unsigned int from, uint8_t *room, size_t len)
{
	struct rsload_member *m = &l->members[from];

	if (m->state == RSLOAD_UP)
		rsload_member_send(l, m, room, room, len);
	else
		free(room);
}

static void
canary_send(struct rsload_load *l, struct rsload_canary *c)
{
	uint8_t *room = xmalloc(256);
	struct wbuf b = wbuf_of(room, 256);

	rsload_encode_canary(&b, 0, l->work->prefixes, ++c->version);
	c->sent[c->version] = rsload_now();
	send_copy(l, 0, room, b.len);
}

static void
come_back(struct rsload_load *l, const struct flap *f)
{
	uint8_t *room = xmalloc(512);
	struct wbuf b = wbuf_of(room, 512);

	rsload_encode_set(&b, f->set, f->from, RSLOAD_AS_SENT, false);
	send_copy(l, f->from, room, b.len);
}

/* The next set without control communities, member by member. */
static const struct rsload_set *
churn_next(struct rsload_load *l, struct rsload_canary *c, unsigned int *from)
{
	for (;;) {
		const struct rsload_source *s = &l->work->sources[c->member];
		const struct rsload_set *set = NULL;

		*from = c->member;
		if (c->set < s->n_sets)
			set = &s->sets[c->set];
		if (++c->member >= l->work->members) {
			c->member = 1;
			if (++c->set >= s->n_sets)
				c->set = 0;
		}
		if (set && set->kind == RSLOAD_PLAIN)
			return set;
	}
}

static void
go_away(struct rsload_load *l, struct rsload_canary *c)
{
	struct flap f = {.back = l->now + away};
	uint8_t *room = xmalloc(256);
	struct wbuf b = wbuf_of(room, 256);

	f.set = churn_next(l, c, &f.from);
	rsload_encode_withdraw(&b, f.set->first, f.set->n);
	send_copy(l, f.from, room, b.len);
	c->flaps[(c->flaps_head + c->n_flaps++) % c->flaps_size] = f;
	c->quota -= f.set->n;
}

static void
churn(struct rsload_load *l, struct rsload_canary *c)
{
	bool ending = l->now >= c->until;

	while (c->n_flaps > 0 &&
	       (ending || c->flaps[c->flaps_head].back <= l->now)) {
		come_back(l, &c->flaps[c->flaps_head]);
		c->flaps_head = (c->flaps_head + 1) % c->flaps_size;
		c->n_flaps--;
	}
	for (c->quota += c->per_tick;
	     c->quota > 0 && !ending && c->n_flaps < c->flaps_size;)
		go_away(l, c);
}

double
rsload_canary_tick(struct rsload_load *l)
{
	struct rsload_canary *c = l->canary;

	if (l->now >= c->next_churn) {
		churn(l, c);
		c->next_churn += churn_every;
		if (c->next_churn < l->now) /* we were late: no bursts */
			c->next_churn = l->now + churn_every;
	}
	if (l->now >= c->next && l->now < c->until) {
		canary_send(l, c);
		c->next += every;
		if (c->next < l->now)
			c->next = l->now + every;
	}
	if (l->now >= c->until)
		return c->n_flaps ? c->next_churn : INFINITY;
	return c->next < c->next_churn ? c->next : c->next_churn;
}

bool
rsload_canary_over(struct rsload_load *l)
{
	struct rsload_canary *c = l->canary;

	if (l->now < c->until || c->n_flaps > 0 || !rsload_all_hold(l))
		return false;
	for (unsigned int i = 1; i < c->members; i++)
		if (c->seen[i] < c->version)
			return false;
	return true;
}

static int
ascending(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void
rsload_canary_print(struct rsload_canary *c, double now)
{
	size_t lost = 0, n;

	for (unsigned int i = 1; i < c->members; i++)
		for (; c->seen[i] < c->version; lost++)
			delay_add(c, now - c->sent[++c->seen[i]]);
	n = c->n_delays;
	if (n == 0)
		return;
	qsort(c->delays, n, sizeof *c->delays, ascending);
	printf(" p50=%.6f p99=%.6f max=%.6f samples=%zu lost=%zu",
	       c->delays[n / 2], c->delays[n * 99 / 100], c->delays[n - 1], n,
	       lost);
}
