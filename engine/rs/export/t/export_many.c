/*
 * The model (export_model.h) with thousands of prefixes: messages that fill up,
 * walks of many slices, batches that do not fit into one, withdrawals enough for
 * the list of them to be made shorter. Two sequences, of few kinds of steps.
 */
#define MODEL_PREFIXES 5000

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "rs/export/t/export_model_run.h"

#include <cmocka.h>

enum { ROUNDS = 14 };

struct bytes {
	uint8_t data[HEAD + 400 * STEP];
	size_t len;
};

static void
add_step(struct bytes *b, const char *name, int slot, uint32_t x)
{
	uint8_t *p = b->data + b->len;
	uint8_t op = 0;

	while (strcmp(ops[op].name, name) != 0)
		op++;
	assert_true(b->len + STEP <= sizeof(b->data));
	memset(p, 0, STEP);
	p[0] = op;
	p[1] = (uint8_t)slot;
	p[3] = 0xfc; /* the verdict is policy's */
	for (int i = 0; i < 4; i++)
		p[4 + i] = (uint8_t)(x >> 8 * i);
	b->len += STEP;
}

static void
run(struct bytes *b)
{
	struct result r;

	model_run(b->data, b->len, 1, 0, &r);
	if (!r.ok)
		fail_msg("step %zu: %s", r.step, r.why);
	print_message("# %zu routes, %zu withdrawals, %zu resynchronised\n",
		      r.stats.announced, r.stats.withdrawn, r.stats.resyncs);
	assert_true(r.stats.announced > MODEL_PREFIXES);
}

/* A member comes and goes with its table. One never reads, one reads a little,
 * and all of it once in the middle: both are told from the table in the end, which
 * has to withdraw what went before. */
static void
slow(void **state)
{
	struct bytes b = {.data = {0, 3 /* behind: 5000 */, 1}, .len = HEAD};

	(void)state;
	b.data[3] = 0x25; /* members 0, 2 and 5 */
	for (uint32_t i = 0; i < ROUNDS; i++) {
		add_step(&b, "up", 2, 1);
		add_step(&b, "burst", 2, i % 3 << 12);
		add_step(&b, "decide-all", 0, 0);
		add_step(&b, i == ROUNDS / 2 ? "read-all" : "read-some", 0, 8);
		add_step(&b, "down", 2, 0);
		add_step(&b, "decide-all", 0, 0);
	}
	run(&b);
}

/* Storms and policies, and tables read in slices. */
static void
busy(void **state)
{
	struct bytes b = {.data = {1, 3, 2 + 4}, .len = HEAD};
	uint32_t seed = 5;

	(void)state;
	b.data[3] = 0xff;
	for (uint32_t i = 0; i < ROUNDS / 2; i++) {
		int slot = (int)draw(&seed, SLOTS);
		add_step(&b, "burst", slot, draw(&seed, 1 << 22) & ~0x1c000u);
		add_step(&b, "decide-some", 0, draw(&seed, 1 << 24));
		add_step(&b, "read-some", slot ^ 1, draw(&seed, 1 << 24));
		add_step(&b, "read-all", slot ^ 2, 0);
		add_step(&b, i % 3 == 0 ? "policy" : "storm", slot,
			 draw(&seed, 1 << 24) << 4);
		add_step(&b, "read-some", slot ^ 4, draw(&seed, 1 << 24));
	}
	run(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(slow),
	    cmocka_unit_test(busy),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
