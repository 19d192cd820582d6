/* The proof that rsload gives is one: what the ceiling's buffers hold satisfies
 * every member, and each way to be wrong is noticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/rsload_ceiling.h"

enum { MEMBERS = 20, ROUTES = 300, ROOM = 400 };

static struct rsload_work work;
static struct rsload_load load;
static struct rsload_block blocks[MEMBERS], changes[MEMBERS];

static void
begin(bool same)
{
	work = (struct rsload_work){.members = MEMBERS,
				    .routes = ROUTES,
				    .same = same,
				    .prepends = true,
				    .seed = 7};
	rsload_work_init(&work);
	rsload_load_init(&load, &work);
	for (unsigned int i = 0; i < MEMBERS; i++) {
		rsload_block_init(&blocks[i], &work, i, false);
		rsload_block_init(&changes[i], &work, i, true);
		load.active[i] = true;
	}
	rsload_want(&load);
}

static void
end(void)
{
	for (unsigned int i = 0; i < MEMBERS; i++) {
		rsload_block_clear(&blocks[i]);
		rsload_block_clear(&changes[i]);
	}
	rsload_load_clear(&load);
	rsload_work_clear(&work);
}

static void
hear(struct rsload_member *m, const void *data, size_t len)
{
	uint8_t in[8192];

	while (len > 0) { /* in pieces that do not end where messages do */
		size_t n = len < 4001 ? len : 4001;

		memcpy(in, m->part, m->part_len);
		memcpy(in + m->part_len, data, n);
		assert_true(rsload_receive(&load, m, in, n));
		data = (const uint8_t *)data + n;
		len -= n;
	}
}

static void
hear_block(struct rsload_member *m, const struct rsload_block *b)
{
	struct iovec iov[ROOM];
	size_t set = 0, n;
	bool done;

	do {
		n = 0;
		done = rsload_block_runs(b, m->index, &set, iov, &n, ROOM);
		for (size_t i = 0; i < n; i++)
			hear(m, iov[i].iov_base, iov[i].iov_len);
	} while (!done);
}

static void
assert_nothing_wrong(void)
{
	assert_int_equal(load.denied, 0);
	assert_int_equal(load.own, 0);
	assert_string_equal(load.bad_text, "");
	for (unsigned int j = 0; j < MEMBERS; j++)
		assert_int_equal(load.members[j].wrong, 0);
}

static void
test_ceiling_satisfies_all(void **state)
{
	(void)state;
	begin(false);
	for (unsigned int j = 0; j < MEMBERS; j++)
		assert_true(load.members[j].wrong > ROUTES * (MEMBERS - 2));
	for (unsigned int j = 0; j < MEMBERS; j++)
		for (unsigned int i = 0; i < MEMBERS; i++)
			hear_block(&load.members[j], &blocks[i]);
	assert_nothing_wrong();
	end();
}

static void
test_reload(void **state)
{
	size_t wrong = 0;

	(void)state;
	begin(false);
	for (unsigned int j = 0; j < MEMBERS; j++)
		for (unsigned int i = 0; i < MEMBERS; i++)
			hear_block(&load.members[j], &blocks[i]);
	load.reloaded = true;
	rsload_want(&load);
	for (unsigned int j = 0; j < MEMBERS; j++)
		wrong += load.members[j].wrong;
	assert_true(wrong > 0);
	for (unsigned int j = 0; j < MEMBERS; j++)
		for (unsigned int i = 0; i < MEMBERS; i++)
			hear_block(&load.members[j], &changes[i]);
	assert_nothing_wrong();
	end();
}

static void
test_same_prefixes(void **state)
{
	struct iovec iov[ROOM];

	(void)state;
	begin(true);
	for (unsigned int j = 0; j < MEMBERS; j++) {
		size_t set = 0, n = 0;

		assert_true(rsload_block_runs_same(blocks, MEMBERS, j, &set,
						   iov, &n, ROOM));
		for (size_t i = 0; i < n; i++)
			hear(&load.members[j], iov[i].iov_base, iov[i].iov_len);
	}
	assert_nothing_wrong();
	end();
}

/* The first set of a kind and form that member from announces. */
static const struct rsload_set *
find(unsigned int from, enum rsload_kind kind, enum rsload_form form)
{
	for (size_t i = 0; i < work.sources[from].n_sets; i++) {
		const struct rsload_set *s = &work.sources[from].sets[i];

		if (s->kind == kind &&
		    (kind == RSLOAD_PLAIN || s->form == form))
			return s;
	}
	fail_msg("the exchange has no such set");
	return NULL;
}

static void
hear_set(struct rsload_member *m, const struct rsload_set *s, unsigned int from,
	 enum rsload_as how, bool prepend)
{
	uint8_t room[512];
	struct wbuf b = wbuf_of(room, sizeof room);

	rsload_encode_set(&b, s, from, how, prepend);
	load.checked = 15; /* look at this one closely */
	hear(m, room, b.len);
}

static void
test_what_is_wrong_is_noticed(void **state)
{
	const struct rsload_set *plain, *denied, *prepended;
	struct rsload_member *m;
	size_t wrong;

	(void)state;
	begin(false);
	plain = find(0, RSLOAD_PLAIN, RSLOAD_STD);
	denied = find(0, RSLOAD_DENY, RSLOAD_LARGE);
	prepended = find(0, RSLOAD_PREPEND, RSLOAD_STD);

	hear_set(&load.members[0], plain, 0, RSLOAD_AS_HEARD, false);
	assert_int_equal(load.own, plain->n);
	m = &load.members[denied->who[0]];
	wrong = m->wrong;
	hear_set(m, denied, 0, RSLOAD_AS_HEARD, false);
	assert_int_equal(load.denied, denied->n);
	assert_int_equal(m->wrong, wrong + denied->n);

	assert_int_equal(load.bad, 0);
	hear_set(&load.members[1], find(0, RSLOAD_DENY, RSLOAD_STD), 0,
		 RSLOAD_AS_SENT, false);
	assert_true(load.bad > 0); /* a control community travelled */
	load.bad = 0;
	m = &load.members[prepended->who[0]];
	hear_set(m, prepended, 0, RSLOAD_AS_HEARD, false);
	assert_int_equal(load.bad, 1); /* not prepended */
	hear_set(m, prepended, 0, RSLOAD_AS_HEARD, true);
	assert_int_equal(load.bad, 1);
	hear_set(m, plain, 5, RSLOAD_AS_HEARD, false);
	assert_int_equal(load.bad, 2); /* next hop of another member */
	end();
}

static void
test_withdrawn(void **state)
{
	const struct rsload_set *s;
	struct rsload_member *m;
	uint8_t room[512];
	struct wbuf b = wbuf_of(room, sizeof room);
	size_t wrong;

	(void)state;
	begin(false);
	m = &load.members[3];
	wrong = m->wrong;
	s = find(0, RSLOAD_PLAIN, RSLOAD_STD);
	hear_set(m, s, 0, RSLOAD_AS_HEARD, false);
	assert_int_equal(m->wrong, wrong - s->n);
	rsload_encode_withdraw(&b, s->first, s->n);
	hear(m, room, b.len);
	hear(m, room, b.len);
	assert_int_equal(m->wrong, wrong);
	end();
}

/* Rubbish is counted or ends the session, and never read past its end. */
static void
test_rubbish(void **state)
{
	uint8_t room[64];
	struct wbuf b;

	(void)state;
	begin(false);
	for (unsigned int at = 16; at < 23; at++)
		for (unsigned int v = 0; v < 256; v++) {
			struct rsload_member *m = &load.members[1];

			b = wbuf_of(room, sizeof room);
			rsload_encode_withdraw(&b, 5, 3);
			room[at] = (uint8_t)v;
			m->part_len = 0;
			(void)rsload_receive(&load, m, room, b.len);
		}
	assert_true(load.bad > 0);
	end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ceiling_satisfies_all),
	    cmocka_unit_test(test_reload),
	    cmocka_unit_test(test_same_prefixes),
	    cmocka_unit_test(test_what_is_wrong_is_noticed),
	    cmocka_unit_test(test_withdrawn),
	    cmocka_unit_test(test_rubbish),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
