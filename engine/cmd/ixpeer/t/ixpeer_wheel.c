/* The clock: nothing rings early, nothing late, nothing that was stopped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "cmd/ixpeer/ixpeer_wheel.c"

enum { N = 500, BEGIN = 1000003 };

static struct ixpeer_wheel wheel;
static struct one {
	struct ixpeer_alarm alarm; /* first */
	uint64_t want, rang;
} all[N];

static void
ring(struct ixpeer_alarm *a, uint64_t now)
{
	struct one *o = (void *)a;

	if (now < o->want) /* looked at early: put in again */
		ixpeer_alarm_set(&wheel, a, o->want);
	else
		o->rang = now;
}

static void
each_in_its_time(void **state)
{
	uint64_t now = BEGIN, wait;

	(void)state;
	srand(7);
	ixpeer_wheel_init(&wheel, now);
	assert_int_equal(ixpeer_wheel_wait(&wheel, now), UINT64_MAX);
	for (int i = 0; i < N; i++) {
		all[i] =
		    (struct one){.want = BEGIN + (uint64_t)rand() % 200000};
		all[i].alarm.ring = ring;
		ixpeer_alarm_set(&wheel, &all[i].alarm, all[i].want);
	}
	for (int i = 0; i < N; i += 10)
		ixpeer_alarm_stop(&wheel, &all[i].alarm);
	while ((wait = ixpeer_wheel_wait(&wheel, now)) != UINT64_MAX) {
		now += wait;
		ixpeer_wheel_turn(&wheel, now);
	}
	for (int i = 0; i < N; i++) {
		if (i % 10 == 0) {
			assert_int_equal(all[i].rang, 0);
			continue;
		}
		assert_true(all[i].rang >= all[i].want);
		assert_true(all[i].rang <= all[i].want + 2 * IXPEER_SLOT_MS);
	}
	assert_int_equal(wheel.n, 0);
}

/* The earlier time counts; a later one is for ring() to find out. */
static void
earlier_wins(void **state)
{
	uint64_t now = BEGIN;

	(void)state;
	ixpeer_wheel_init(&wheel, now);
	all[0] = (struct one){.want = now + 50};
	all[0].alarm.ring = ring;
	ixpeer_alarm_set(&wheel, &all[0].alarm, now + 5000);
	ixpeer_alarm_set(&wheel, &all[0].alarm, now + 50);
	ixpeer_alarm_set(&wheel, &all[0].alarm, now + 9000);
	ixpeer_alarm_set(&wheel, &all[0].alarm, UINT64_MAX);
	assert_int_equal(wheel.n, 1);
	ixpeer_wheel_turn(&wheel, now + 49);
	assert_int_equal(all[0].rang, 0);
	ixpeer_wheel_turn(&wheel, now + 100);
	assert_int_equal(all[0].rang, now + 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_in_its_time),
	    cmocka_unit_test(earlier_wins),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
