/* The reader stops at the end and remembers; the writer likewise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

static void
reads_in_network_order(void **state)
{
	static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 0xff, 8, 9};
	struct rbuf r = rbuf_of(bytes, sizeof(bytes)), sub;

	(void)state;
	assert_int_equal(rbuf_u8(&r), 1);
	assert_int_equal(rbuf_u16(&r), 0x0203);
	assert_int_equal(rbuf_left(&r), 6);
	sub = rbuf_sub(&r, 2);
	assert_int_equal(rbuf_u16(&sub), 0x0405);
	assert_int_equal(rbuf_left(&sub), 0);
	assert_int_equal(rbuf_u32(&r), 0x06ff0809);
	assert_false(r.failed);
	assert_non_null(rbuf_bytes(&r, 0));
	assert_false(r.failed);
}

static void
fails_once_and_for_all(void **state)
{
	static const uint8_t bytes[] = {1, 2, 3};
	struct rbuf r = rbuf_of(bytes, sizeof(bytes)), sub;

	(void)state;
	assert_int_equal(rbuf_u32(&r), 0);
	assert_true(r.failed);
	assert_int_equal(r.pos, 0);
	assert_int_equal(rbuf_u8(&r), 0); /* it is there, but too late */
	assert_null(rbuf_bytes(&r, 1));
	r = rbuf_of(bytes, sizeof(bytes));
	sub = rbuf_sub(&r, 4);
	assert_true(sub.failed);
	assert_true(r.failed);
	assert_int_equal(rbuf_left(&sub), 0);
	assert_int_equal(rbuf_u16(&sub), 0);
	r = rbuf_of(bytes, sizeof(bytes));
	rbuf_u8(&r);
	assert_null(rbuf_bytes(&r, (size_t)-1)); /* no overflow */
	assert_true(r.failed);
	r = rbuf_of(NULL, 0);
	assert_int_equal(rbuf_u8(&r), 0);
	assert_true(r.failed);
}

static void
writes_what_fits(void **state)
{
	static const uint8_t want[] = {1, 2, 3, 4, 5, 6, 7, 'x'};
	uint8_t bytes[9];
	struct wbuf w = wbuf_of(bytes, 8);

	(void)state;
	bytes[8] = 0xaa;
	wbuf_u8(&w, 1);
	wbuf_u16(&w, 0xffff);
	wbuf_u32(&w, 0x04050607);
	wbuf_bytes(&w, "x", 1);
	wbuf_bytes(&w, NULL, 0);
	wbuf_u16_at(&w, 1, 0x0203);
	assert_false(w.failed);
	assert_int_equal(w.len, 8);
	assert_memory_equal(bytes, want, 8);
	wbuf_u8(&w, 9);
	assert_true(w.failed);
	assert_int_equal(w.len, 8);
	assert_int_equal(bytes[8], 0xaa);
}

static void
does_not_write_half_a_number(void **state)
{
	uint8_t bytes[4] = {0};
	struct wbuf w = wbuf_of(bytes, 3);

	(void)state;
	wbuf_u32(&w, 0x01020304);
	assert_true(w.failed);
	assert_int_equal(w.len, 0);
	wbuf_u8(&w, 1); /* it would fit, but too late */
	assert_int_equal(w.len, 0);
	w = wbuf_of(bytes, 3);
	wbuf_u16(&w, 7);
	wbuf_u16_at(&w, 1, 7); /* not all written before */
	assert_true(w.failed);
	w = wbuf_of(bytes, 3);
	wbuf_bytes(&w, bytes, (size_t)-1);
	assert_true(w.failed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_in_network_order),
	    cmocka_unit_test(fails_once_and_for_all),
	    cmocka_unit_test(writes_what_fits),
	    cmocka_unit_test(does_not_write_half_a_number),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
