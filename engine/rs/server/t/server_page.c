/* Pages: together they are all rows, each once, in order, whatever their size
 * and the order in which the rows come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rs/server/server_state.h"

enum { ROWS = 300 };

static struct server_row rows[ROWS];

/* Sections, prefixes and ids that all decide somewhere; shuffled, repeatably. */
static void
make_rows(void)
{
	uint32_t seed = 12345;

	for (uint32_t i = 0; i < ROWS; i++) {
		struct ip_addr a = {.family = i % 5 == 0 ? IP_V6 : IP_V4,
				    .bytes = {10, (uint8_t)(i / 4)}};
		rows[i] =
		    (struct server_row){i % 3, ip_prefix_of(&a, 16), i % 2, i};
	}
	for (uint32_t i = ROWS - 1; i > 0; i--) {
		seed = seed * 1664525 + 1013904223;
		uint32_t k = (seed >> 8) % (i + 1);
		struct server_row t = rows[i];
		rows[i] = rows[k];
		rows[k] = t;
	}
}

static int
cmp(const void *a, const void *b)
{
	return server_row_cmp(a, b);
}

/* All pages of that size, through the words that a client would send. */
static size_t
read_pages(size_t max, struct server_row *out)
{
	char word[80] = "";
	size_t n = 0;
	bool more = true;

	while (more) {
		struct server_page g = {.max = max, .has_after = word[0]};
		if (g.has_after)
			assert_true(server_page_parse(word, &g.after));
		for (size_t i = 0; i < ROWS; i++)
			server_page_add(&g, &rows[i]);
		server_page_end(&g);
		assert_true(g.n <= max);
		memcpy(out + n, g.rows, g.n * sizeof(*out));
		n += g.n;
		more = g.more;
		if (more)
			server_page_print(&g.rows[g.n - 1], word);
		server_page_clear(&g);
		assert_true(n <= ROWS);
	}
	return n;
}

static void
test_pages(void **state)
{
	static const size_t sizes[] = {1, 2, 7, 100, 149, 150, 299, 300, 1000};
	static struct server_row got[ROWS], want[ROWS];

	(void)state;
	make_rows();
	memcpy(want, rows, sizeof(want));
	qsort(want, ROWS, sizeof(*want), cmp);
	size_t distinct = 0; /* equal rows are one to a client */
	for (size_t i = 0; i < ROWS; i++)
		if (i == 0 || cmp(&want[i - 1], &want[i]) != 0)
			want[distinct++] = want[i];
	assert_int_equal(distinct, ROWS);
	for (size_t k = 0; k < sizeof(sizes) / sizeof(*sizes); k++) {
		assert_int_equal(read_pages(sizes[k], got), ROWS);
		for (size_t i = 0; i < ROWS; i++)
			assert_int_equal(got[i].number, want[i].number);
	}
}

static void
test_empty(void **state)
{
	struct server_page g = {.max = 5};

	(void)state;
	server_page_end(&g);
	assert_int_equal(g.n, 0);
	assert_false(g.more);
	server_page_clear(&g);
}

static void
test_words(void **state)
{
	static const char *const bad[] = {"",
					  "1",
					  "1 10.0.0.0/8",
					  "1 x 2",
					  "-1 10.0.0.0/8 0",
					  "1 10.0.0.1/8 0",
					  "1 10.0.0.0/8 4294967296"};
	struct server_row r;
	char long_word[200];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(server_page_parse(bad[i], &r));
	memset(long_word, '1', sizeof(long_word));
	long_word[199] = '\0';
	assert_false(server_page_parse(long_word, &r));
	assert_true(server_page_parse("2 2001:db8::/32 7", &r));
	assert_int_equal(r.section, 2);
	assert_int_equal(r.id, 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pages),
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_words),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
