/* Numbers of another person's copy in a work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "grader/desk/desk_foreign.h"

static const struct {
	const char *work, *given, *other;
	const char *found; /* NULL: nothing */
} table[] = {
    {"local as 65545;", "as 65543", "as 65545", "65545"},
    {"local as 65543;", "as 65543", "as 65545", NULL},
    /* everybody's are nobody's */
    {"as 65543, rs 64500", "as 65543 rs 64500", "as 65545 rs 64500", NULL},
    {"peer 64500", "as 65543 peer 64500", "as 65545 64500", NULL},
    {"203.0.113.38/24 {3fff:ac0::/32}", "203.0.113.46 3fff:a80::/32",
     "at 203.0.113.38. And 3fff:ac0::/32: both", "203.0.113.38, 3fff:ac0::"},
    /* a word is whole */
    {"655450", "1", "65545", NULL},
    {"65545", "1", "655450", NULL},
    {"mine", "a1", "mine", NULL},
    {"a5 a4 a3 a2 a1", "x1", "a1 a2 a3 a4 a5 a1", "a1, a2, a3, a4"},
    /* nothing is known of one's own */
    {"65545", "", "65545", NULL},
    {"", "1", "2", NULL},
    {"::", "1.", ": . ::1 :", NULL},
};

static struct foreign_words
words_of(const char *text)
{
	struct foreign_words w = {0};

	foreign_add(&w, text, strlen(text));
	foreign_finish(&w);
	return w;
}

static void
found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct foreign_words work = words_of(table[i].work),
				     given = words_of(table[i].given),
				     other = words_of(table[i].other);
		char *text = foreign_found(&work, &given, &other);

		if (table[i].found == NULL)
			assert_null(text);
		else
			assert_string_equal(text, table[i].found);
		free(text);
		foreign_clear(&work);
		foreign_clear(&given);
		foreign_clear(&other);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(found)};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
