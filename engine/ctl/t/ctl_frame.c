/* Frames from bytes that come in any pieces, and rubbish. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "ctl/ctl.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static void
goes_there_and_back(void **state)
{
	json_t *value = json_pack("{s:i, s:s, s:{}}", "id", 7, "verb",
				  "z\xc3\xbcrich", "args");
	struct ctl_frames f = {0};
	struct err e;
	json_t *out;
	size_t len;
	uint8_t *data = ctl_frame_encode(value, &len);

	(void)state;
	assert_non_null(data);
	assert_int_equal(len - 4, (size_t)data[0] << 24 | data[1] << 16 |
				      data[2] << 8 | data[3]);
	ctl_frames_add(&f, data, len);
	assert_int_equal(ctl_frames_next(&f, &out, &e), 1);
	assert_true(json_equal(value, out));
	assert_int_equal(ctl_frames_next(&f, &out, &e), 0);
	json_decref(out);
	json_decref(value);
	free(data);
	ctl_frames_clear(&f);
}

/* Three frames, in pieces of every size. */
static void
takes_any_pieces(void **state)
{
	static const char bytes[] = "\0\0\0\2{}\0\0\0\7{\"a\":1}\0\0\0\2{}";
	size_t piece, at, n, got;
	struct err e;
	json_t *out;

	(void)state;
	for (piece = 1; piece < sizeof(bytes); piece++) {
		struct ctl_frames f = {0};

		got = 0;
		for (at = 0; at < sizeof(bytes) - 1; at += n) {
			n = sizeof(bytes) - 1 - at;
			if (n > piece)
				n = piece;
			ctl_frames_add(&f, bytes + at, n);
			while (ctl_frames_next(&f, &out, &e) == 1) {
				assert_int_equal(json_object_size(out),
						 got == 1);
				got++;
				json_decref(out);
			}
		}
		assert_int_equal(got, 3);
		assert_int_equal(f.pos, f.len);
		ctl_frames_clear(&f);
	}
}

static void
refuses_rubbish(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		int rc;
		const char *msg;
	} cases[] = {
	    {"", 0, 0, NULL},
	    {"\0\0\0", 3, 0, NULL},
	    {"\0\0\0\2{", 5, 0, NULL},
	    {"\2\0\0\0", 4, 0, NULL}, /* CTL_MAX itself */
	    {"\2\0\0\1", 4, -1,
	     "a frame announces 33554433 bytes, at most 33554432 are "
	     "allowed"},
	    {"GET / HTTP/1.1\r\n", 16, -1,
	     "a frame announces 1195725856 bytes, at most 33554432 are "
	     "allowed"},
	    {"\0\0\0\0", 4, -1,
	     "a frame is not JSON: '[' or '{' expected near end of file"},
	    {"\0\0\0\2[]", 6, -1, "a frame is not a JSON object"},
	    {"\0\0\0\1{", 5, -1,
	     "a frame is not JSON: string or '}' expected near end of "
	     "file"},
	    {"\0\0\0\4{}{}", 8, -1,
	     "a frame is not JSON: end of file expected near '{'"},
	    {"\0\0\0\15{\"a\":1,\"a\":2}", 17, -1,
	     "a frame is not JSON: duplicate object key near '\"a\"'"},
	};
	struct ctl_frames f = {0};
	struct err e;
	json_t *out;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		ctl_frames_add(&f, cases[i].bytes, cases[i].len);
		assert_int_equal(ctl_frames_next(&f, &out, &e), cases[i].rc);
		if (cases[i].msg)
			assert_string_equal(e.msg, cases[i].msg);
		ctl_frames_clear(&f);
	}
}

static void
does_not_encode_too_much(void **state)
{
	char *big = xmalloc(CTL_MAX + 1);
	json_t *value = json_object();
	uint8_t *data;
	size_t len;

	(void)state;
	memset(big, 'x', CTL_MAX);
	/* {"a":"..."} has eight bytes around the text */
	json_object_set_new(value, "a", json_stringn(big, CTL_MAX - 8));
	data = ctl_frame_encode(value, &len);
	assert_non_null(data);
	assert_int_equal(len, CTL_MAX + 4);
	free(data);
	json_object_set_new(value, "a", json_stringn(big, CTL_MAX - 7));
	assert_null(ctl_frame_encode(value, &len));
	json_decref(value);
	free(big);
}

static void
names_labs(void **state)
{
	static const struct {
		const char *lab;
		bool ok;
	} cases[] = {
	    {"first-light", true},
	    {"a", true},
	    {"0", true},
	    {"abcdefghijklmnopqrstuvwxyz012345", true},
	    {"abcdefghijklmnopqrstuvwxyz0123456", false},
	    {"", false},
	    {"A", false},
	    {"a/b", false},
	    {"a b", false},
	    {"..", false},
	    {"a\n", false},
	};
	struct err e;
	char *name;
	size_t i;

	(void)state;
	for (i = 0; i < N(cases); i++) {
		name = ctl_lab_name(cases[i].lab);
		assert_int_equal(name != NULL, cases[i].ok);
		if (name) {
			assert_true(str_starts(name, "@ixlab/"));
			assert_true(str_ends(name, cases[i].lab));
		}
		free(name);
	}
	assert_null(ctl_open(NULL, &e));
	assert_int_equal(e.class, ERR_USAGE);
	assert_string_equal(e.msg, "a lab's name has 1 to 32 characters from "
				   "a-z, 0-9 and -");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(goes_there_and_back),
	    cmocka_unit_test(takes_any_pieces),
	    cmocka_unit_test(refuses_rubbish),
	    cmocka_unit_test(does_not_encode_too_much),
	    cmocka_unit_test(names_labs),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
