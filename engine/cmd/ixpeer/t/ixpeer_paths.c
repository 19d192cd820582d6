/* Paths of a session with ADD-PATH, against an array that is obviously right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "cmd/ixpeer/ixpeer_paths.c"

enum { PREFIXES = 40, IDS = 30, STEPS = 200000 };

static bool there[PREFIXES][IDS];

static uint32_t
count_there(uint32_t prefix)
{
	uint32_t n = 0;

	for (int i = 0; i < IDS; i++)
		n += there[prefix][i];
	return n;
}

/* Identifiers far apart and close together. */
static uint32_t
id_of(int i)
{
	return i < IDS / 2 ? (uint32_t)i : UINT32_MAX - (uint32_t)i * 4096;
}

static void
same(const struct ixpeer_paths *p)
{
	size_t total = 0, n;
	const struct ixpeer_path **list;

	for (uint32_t k = 0; k < PREFIXES; k++) {
		uint32_t want = count_there(k);

		assert_int_equal(ixpeer_paths_of(p, k), want);
		list = ixpeer_paths_list(p, k, &n);
		assert_int_equal(n, want);
		for (size_t i = 1; i < n; i++)
			assert_true(list[i - 1]->id < list[i]->id);
		free(list);
		total += want;
	}
	assert_int_equal(p->n, total);
	list = ixpeer_paths_list(p, UINT32_MAX, &n);
	assert_int_equal(n, total);
	free(list);
}

static void
comes_and_goes(void **state)
{
	struct ixpeer_paths p = {0};

	(void)state;
	srand(11);
	assert_false(ixpeer_paths_del(&p, 3, 1));
	assert_int_equal(ixpeer_paths_of(&p, 3), 0);
	for (int step = 0; step < STEPS; step++) {
		uint32_t k = (uint32_t)rand() % PREFIXES;
		int i = rand() % IDS;
		uint32_t before = count_there(k);
		/* fuller and emptier in turn */
		bool add = rand() % 10 < (step / 1000 % 2 ? 8 : 2);

		if (add)
			assert_int_equal(
			    ixpeer_paths_add(&p, k, id_of(i), NULL),
			    before == 0);
		else
			assert_int_equal(ixpeer_paths_del(&p, k, id_of(i)),
					 before == 1 && there[k][i]);
		there[k][i] = add;
		if (step % 997 == 0)
			same(&p);
	}
	same(&p);
	ixpeer_paths_clear(&p);
	assert_int_equal(p.n, 0);
}

static void
attributes_are_kept_and_let_go(void **state)
{
	struct bgp_attrs *a = bgp_attrs_new(), *b = bgp_attrs_new();
	struct ixpeer_paths p = {0};
	const struct ixpeer_path **list;
	size_t n;

	(void)state;
	assert_true(ixpeer_paths_add(&p, 7, 1, a));
	assert_false(ixpeer_paths_add(&p, 7, 2, a));
	assert_false(ixpeer_paths_add(&p, 7, 1, b)); /* told anew */
	list = ixpeer_paths_list(&p, 7, &n);
	assert_int_equal(n, 2);
	assert_ptr_equal(list[0]->attrs, b);
	assert_ptr_equal(list[1]->attrs, a);
	free(list);
	assert_false(ixpeer_paths_del(&p, 7, 3));
	assert_false(ixpeer_paths_del(&p, 7, 2));
	assert_true(ixpeer_paths_del(&p, 7, 1));
	ixpeer_paths_add(&p, 8, 1, a);
	ixpeer_paths_clear(&p);
	bgp_attrs_unref(a);
	bgp_attrs_unref(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(comes_and_goes),
	    cmocka_unit_test(attributes_are_kept_and_let_go),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
