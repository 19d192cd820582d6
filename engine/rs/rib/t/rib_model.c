/*
 * Random members, announcements, withdrawals, resets, refreshes and slow readers
 * against a reference that is obviously right: what a member holds after it has
 * read everything is, for each prefix, the best of the candidates that may go to
 * it, found by comparing each with each. IXLAB_SEED repeats a run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "rs/rib/rib.h"

enum { PEERS = 5, PREFIXES = 6, SETS = 8, ROUNDS = 400, STEPS = 60 };

static uint64_t seed;

static uint32_t
rnd(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

struct member {
	int n; /* must be first: user of the rib's peer */
	struct rib_peer *peer;
	const struct bgp_attrs *held[PREFIXES]; /* by its own reading */
	bool fresh[PREFIXES];			/* told again in this refresh */
	bool refreshing, ended, expects_end;
	int said[PREFIXES]; /* which attribute set it announces, -1 none */
	uint16_t verdict[PREFIXES];
};

static struct {
	struct rib *rib;
	struct member m[PEERS];
	struct ip_prefix prefix[PREFIXES];
	struct rib_attrs *set[SETS], *plain[SETS];
	bool deny[SETS][PEERS]; /* this set may not go to that member */
} w;

static int
set_of(const struct rib_attrs *a)
{
	for (int i = 0; i < SETS; i++)
		if (w.set[i] == a)
			return i;
	fail();
	return -1;
}

static bool
allow(void *arg, const struct rib_peer *to, const struct rib_path *path)
{
	const struct member *m = to->user;

	(void)arg;
	return !w.deny[set_of(path->attrs)][m->n];
}

/* Odd members are told another set, as if communities were scrubbed. */
static struct rib_attrs *
out(void *arg, const struct rib_peer *to, const struct rib_path *path)
{
	const struct member *m = to->user;

	(void)arg;
	return m->n % 2 ? w.plain[set_of(path->attrs)] : NULL;
}

static void
wake(void *arg, struct rib_peer *to)
{
	(void)arg;
	assert_true(rib_peer_waiting(to));
}

static const struct rib_hooks hooks = {
    .allow = allow, .out = out, .wake = wake};

/* ---- the reference */

static uint32_t
med(const struct bgp_attrs *a)
{
	return a->has_med ? a->med : 0;
}

/* Is a out of the race because of b? RFC 4271 9.1.2.2, a) to c). */
static bool
loses(const struct bgp_attrs *a, const struct bgp_attrs *b)
{
	unsigned int la = bgp_path_length(a), lb = bgp_path_length(b);

	if (la != lb)
		return la > lb;
	if (a->origin != b->origin)
		return a->origin > b->origin;
	return bgp_path_first(a) == bgp_path_first(b) && med(a) > med(b);
}

static bool
is_candidate(const struct member *from, int prefix, const struct member *to)
{
	return from != to && from->said[prefix] >= 0 &&
	       from->verdict[prefix] == 0 && !w.deny[from->said[prefix]][to->n];
}

static const struct bgp_attrs *
expected(const struct member *to, int prefix)
{
	for (int i = 0; i < PEERS; i++) { /* in order of identifier */
		if (!is_candidate(&w.m[i], prefix, to))
			continue;
		const struct bgp_attrs *a = w.set[w.m[i].said[prefix]]->attrs;
		bool lost = false;
		for (int j = 0; j < PEERS; j++)
			if (is_candidate(&w.m[j], prefix, to) &&
			    loses(a, w.set[w.m[j].said[prefix]]->attrs))
				lost = true;
		if (!lost)
			return to->n % 2 ? w.plain[w.m[i].said[prefix]]->attrs
					 : a;
	}
	return NULL;
}

/* ---- the members */

static int
prefix_of(const struct ip_prefix *p)
{
	for (int i = 0; i < PREFIXES; i++)
		if (ip_prefix_eq(&w.prefix[i], p))
			return i;
	fail();
	return -1;
}

static void
end_refresh(struct member *m)
{
	assert_true(m->refreshing);
	m->refreshing = false;
	for (int i = 0; i < PREFIXES; i++)
		if (!m->fresh[i])
			assert_null(m->held[i]); /* RFC 7313 would remove it */
}

static bool
read_one(struct member *m)
{
	struct ip_prefix p;
	struct rib_attrs *a;

	switch (rib_next(m->peer, &p, &a)) {
	case RIB_NOTHING: return false;
	case RIB_ANNOUNCE:
		if (!m->refreshing)
			assert_ptr_not_equal(m->held[prefix_of(&p)], a->attrs);
		m->held[prefix_of(&p)] = a->attrs;
		m->fresh[prefix_of(&p)] = true;
		break;
	case RIB_WITHDRAW:
		assert_non_null(m->held[prefix_of(&p)]);
		m->held[prefix_of(&p)] = NULL;
		break;
	case RIB_END_OF_TABLE:
		assert_false(m->ended);
		m->ended = true;
		break;
	case RIB_BEGIN_REFRESH:
		assert_true(m->ended && !m->refreshing);
		m->refreshing = true;
		memset(m->fresh, 0, sizeof(m->fresh));
		break;
	case RIB_END_REFRESH: end_refresh(m); break;
	}
	return true;
}

static void
down(struct member *m)
{
	rib_peer_down(m->peer);
	for (int i = 0; i < PREFIXES; i++) {
		m->held[i] = NULL;
		m->said[i] = -1;
	}
	m->refreshing = m->ended = false;
}

static void
announce(struct member *m)
{
	uint32_t p = rnd(PREFIXES), s = rnd(SETS);

	m->said[p] = (int)s;
	m->verdict[p] = rnd(4) == 0 ? 7 : 0;
	rib_announce(m->peer, &w.prefix[p], w.set[s], m->verdict[p]);
}

static void
step(void)
{
	struct member *m = &w.m[rnd(PEERS)];
	uint32_t p = rnd(PREFIXES), what = rnd(20);
	struct ip_addr a =
	    ip_addr_from(IP_V4, (uint8_t[]){192, 0, 2, (uint8_t)m->n});

	if (!m->peer->up) {
		rib_peer_up(m->peer, 1 + (uint32_t)m->n, &a);
	} else if (what < 9) {
		announce(m);
	} else if (what < 12) {
		assert_int_equal(rib_withdraw(m->peer, &w.prefix[p]),
				 m->said[p] >= 0);
		m->said[p] = -1;
	} else if (what < 17) {
		for (uint32_t n = rnd(4); n > 0 && read_one(m);)
			n--;
	} else if (what < 18) {
		rib_peer_refresh(m->peer);
	} else if (what < 19) {
		w.deny[rnd(SETS)][rnd(PEERS)] ^= 1;
		rib_touch_all(w.rib);
	} else if (rnd(3) == 0) {
		down(m);
	}
}

static void
compare(void)
{
	for (int i = 0; i < PEERS; i++) {
		struct member *m = &w.m[i];
		size_t sent = 0;
		while (read_one(m))
			continue;
		assert_false(rib_peer_waiting(m->peer));
		assert_false(m->refreshing);
		assert_int_equal(m->ended, m->peer->up);
		for (int p = 0; p < PREFIXES; p++) {
			const struct bgp_attrs *want =
			    m->peer->up ? expected(m, p) : NULL;
			assert_ptr_equal(m->held[p], want);
			sent += want != NULL;
		}
		assert_int_equal(m->peer->sent, sent);
	}
}

/* ---- the world */

static struct rib_attrs *
make_set(int i, bool plain)
{
	struct bgp_attrs *a = bgp_attrs_new();
	uint32_t path[3] = {1 + rnd(2), 5, 6};

	bgp_path_set(a, path, 1 + rnd(2));
	a->origin = (uint8_t)rnd(2);
	a->has_med = rnd(3) != 0;
	a->med = a->has_med ? rnd(3) : 0;
	a->next_hop = ip_addr_from(
	    IP_V4, (uint8_t[]){192, 0, (uint8_t)plain, (uint8_t)i});
	return rib_attrs_intern(w.rib, a);
}

static void
begin(void)
{
	memset(&w, 0, sizeof(w));
	w.rib = rib_new(&hooks, seed);
	for (int i = 0; i < SETS; i++) {
		w.set[i] = make_set(i, false);
		w.plain[i] = make_set(i, true);
		for (int j = 0; j < PEERS; j++)
			w.deny[i][j] = rnd(4) == 0;
	}
	for (int i = 0; i < PREFIXES; i++) {
		struct ip_addr a =
		    ip_addr_from(IP_V4, (uint8_t[]){100, 64, (uint8_t)i, 0});
		w.prefix[i] = ip_prefix_of(&a, 24);
	}
	for (int i = 0; i < PEERS; i++) {
		w.m[i].n = i;
		w.m[i].peer = rib_peer_add(w.rib, IP_V4, &w.m[i]);
		down(&w.m[i]);
	}
}

static void
end(void)
{
	for (int i = 0; i < PEERS; i++)
		rib_peer_del(w.m[i].peer);
	assert_int_equal(rib_nets(w.rib, IP_V4), 0);
	assert_int_equal(rib_attrs_count(w.rib), 2 * SETS);
	for (int i = 0; i < SETS; i++) {
		rib_attrs_unref(w.rib, w.set[i]);
		rib_attrs_unref(w.rib, w.plain[i]);
	}
	rib_free(w.rib);
}

static void
model(void **state)
{
	const char *given = getenv("IXLAB_SEED");

	(void)state;
	seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
	printf("# IXLAB_SEED=%llu\n", (unsigned long long)seed);
	for (int i = 0; i < ROUNDS; i++) {
		begin();
		for (int j = 0; j < STEPS; j++) {
			step();
			if (rnd(20) == 0)
				compare();
		}
		compare();
		end();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(model)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
