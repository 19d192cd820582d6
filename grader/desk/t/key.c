/* The desk's key: made once, kept to itself; what is signed, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"
#include "grader/desk/desk.h"

static char home[] = "/tmp/ixlab-key.XXXXXX";

static int
set_up(void **state)
{
	(void)state;
	if (mkdtemp(home) == NULL)
		return -1;
	return setenv("XDG_STATE_HOME", home, 1);
}

static int
tear_down(void **state)
{
	struct err e;

	(void)state;
	return file_remove(home, &e);
}

static json_t *
sample(void)
{
	return json_pack("{s:i, s:s, s:i, s:[i, b], s:{s:n}}", "ixlab_result",
			 1, "z", "\xd8\xa7 \n", "points", 3, "a", 1, 0, "deep",
			 "x");
}

static void
a_key_is_made_once(void **state)
{
	_free_ char *path = xasprintf("%s/ixlab/desk/key", home);
	char hex[DESK_HEX];
	struct desk_key k, again;
	struct stat st;
	struct err e;
	bool made;

	(void)state;
	assert_int_equal(desk_key_load(&k, false, NULL, &e), -1);
	assert_int_equal(e.class, ERR_HERE);
	assert_int_equal(desk_key_public(NULL, hex, &e), -1);
	assert_int_equal(e.class, ERR_HERE);
	assert_int_equal(desk_key_load(&k, true, &made, &e), 0);
	assert_true(made);
	assert_int_equal(desk_key_load(&again, true, &made, &e), 0);
	assert_false(made);
	assert_memory_equal(&k, &again, sizeof(k));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(desk_key_public(NULL, hex, &e), 0);
	assert_string_equal(hex, k.hex);
	assert_int_equal(desk_key_public(k.hex, hex, &e), 0);
	assert_string_equal(hex, k.hex);
	assert_int_equal(file_write(path, "x\n", 2, &e), 0);
	assert_int_equal(desk_key_load(&again, true, NULL, &e), -1);
	assert_non_null(strstr(e.msg, "this is no key"));
	assert_int_equal(file_remove(path, &e), 0);
}

static void
a_signature_holds_for_the_same_words(void **state)
{
	static const char *const keys[] = {"z",	   "points",	   "a",
					   "deep", "ixlab_result", "key"};
	json_t *r = sample(), *copy;
	_free_ char *text = NULL;
	struct desk_key k, other;
	struct err e;
	size_t i;

	(void)state;
	assert_int_equal(desk_key_load(&k, true, NULL, &e), 0);
	assert_int_equal(desk_verify(r, k.hex, &e), -1);
	desk_sign(r, &k);
	assert_int_equal(desk_verify(r, k.hex, &e), 0);
	/* printed and read again, whatever the order and the spaces */
	text = json_dumps(r, JSON_INDENT(3) | JSON_ENSURE_ASCII);
	copy = desk_result_parse("f", text, strlen(text), &e);
	assert_non_null(copy);
	assert_int_equal(desk_verify(copy, k.hex, &e), 0);
	json_decref(copy);
	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		copy = json_copy(r);
		json_object_set_new(copy, keys[i], json_string("other"));
		assert_int_equal(desk_verify(copy, k.hex, &e), -1);
		assert_int_equal(e.class, ERR_FAILED);
		json_object_del(copy, keys[i]);
		assert_int_equal(desk_verify(copy, k.hex, &e), -1);
		json_decref(copy);
	}
	json_object_set_new(r, "more", json_true());
	assert_int_equal(desk_verify(r, k.hex, &e), -1);
	json_object_del(r, "more");
	/* somebody else's key in the same words */
	memset(&other, 0, sizeof(other));
	assert_int_equal(desk_verify(r, other.hex, &e), -1);
	json_object_set_new(r, "signature", json_string("00"));
	assert_int_equal(desk_verify(r, k.hex, &e), -1);
	json_decref(r);
}

static void
what_is_no_result(void **state)
{
	static const char *const texts[] = {"",
					    "[]",
					    "{}",
					    "{\"ixlab_result\": 2}",
					    "{\"ixlab_result\": 1",
					    "{\"ixlab_result\": 1, \"a\": 1, "
					    "\"a\": 2}"};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		assert_null(
		    desk_result_parse("f", texts[i], strlen(texts[i]), &e));
		assert_int_equal(e.class, ERR_USAGE);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_key_is_made_once),
	    cmocka_unit_test(a_signature_holds_for_the_same_words),
	    cmocka_unit_test(what_is_no_result),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
