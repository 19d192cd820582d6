/*
 * Submissions: what is written is read again, and what is not quite that is
 * refused with a sentence; words that may not be sent in; the journal's chain.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"
#include "grader/desk/submission.h"

#define CONF "router id 10.0.0.1;\n\n|protocol\tx\nend"

static void
make(struct submission *s)
{
	struct err e;
	int k;

	memset(s, 0, sizeof(*s));
	for (k = 0; k < SUBMISSION_KEYS; k++)
		submission_set(s, (enum submission_key)k, "x");
	submission_set(s, SUBMISSION_NAME, "Ayesha \x1b[31m Khan");
	submission_set(s, SUBMISSION_PARAMETERS, "");
	submission_set(s, SUBMISSION_EXERCISE, "demo");
	submission_set(s, SUBMISSION_VERSION, "3");
	assert_int_equal(submission_add(s, SUBMISSION_FILE, "m1/bird.conf",
					CONF, strlen(CONF), &e),
			 0);
	assert_int_equal(
	    submission_add(s, SUBMISSION_ANSWER, "q1", "65536\n", 6, &e), 0);
	assert_int_equal(
	    submission_add(s, SUBMISSION_JOURNAL, "demo", "", 0, &e), 0);
}

static char *
written(void)
{
	struct submission s;
	char *text;

	make(&s);
	text = submission_print(&s);
	submission_clear(&s);
	return text;
}

static void
reads_what_it_writes(void **state)
{
	_free_ char *text = written(), *again = NULL;
	struct submission s;
	struct err e;

	(void)state;
	if (submission_parse(&s, "f", text, strlen(text), &e) < 0)
		fail_msg("%s", e.msg);
	assert_int_equal(s.nparts, 3);
	assert_string_equal(s.parts[0].data, CONF);
	assert_string_equal(s.parts[1].data, "65536\n");
	assert_int_equal(s.parts[2].len, 0);
	assert_string_equal(s.head[SUBMISSION_NAME], "Ayesha ?[31m Khan");
	assert_string_equal(s.head[SUBMISSION_PARAMETERS], "-");
	again = submission_print(&s);
	assert_string_equal(text, again);
	submission_clear(&s);
}

/* A mail program's ends of lines are undone; one line's are a change. */
static void
mail_may_carry_it(void **state)
{
	_free_ char *text = written();
	struct str mailed = {0};
	struct submission s;
	struct err e;
	const char *p;

	(void)state;
	for (p = text; *p; p++)
		str_addn(&mailed, *p == '\n' ? "\r\n" : p, *p == '\n' ? 2 : 1);
	str_add(&mailed, "\r\n  \r\n");
	if (submission_parse(&s, "f", mailed.text, mailed.len, &e) < 0)
		fail_msg("%s", e.msg);
	assert_string_equal(s.parts[0].data, CONF);
	submission_clear(&s);
	str_clear(&mailed);
}

/* ---- what is refused: the text with one thing replaced, its end made to fit
 * when so wanted */

static void
replace(struct str *out, const char *text, const char *from, const char *to,
	size_t n)
{
	const char *at = strstr(text, from);

	assert_non_null(at);
	str_addn(out, text, (size_t)(at - text));
	str_addn(out, to, n);
	str_add(out, at + strlen(from));
}

static void
end_again(struct str *s)
{
	char digest[DESK_HEX];
	size_t n = s->len;

	while (n > 5 && memcmp(s->text + n - 5, "\nend ", 5) != 0)
		n--;
	s->len = n - 4;
	desk_digest(s->text, s->len, digest);
	str_addf(s, "end %s\n", digest);
}

static void
refuses(void **state)
{
	static const struct {
		const char *from, *to;
		size_t n; /* of to; 0: its length */
		bool mend;
		const char *says;
	} rows[] = {
	    {"ixlab submission 1", "ixlab submission 2", 0, true,
	     "f:1:1: this is no submission"},
	    {"person: x", "person: ../x", 0, true, "f:2:1: a person is"},
	    {"person: x", "persona: x", 0, true,
	     "f:2:1: here must stand \"person: \""},
	    {"person: x", "person: ", 0, true, "f:2:1: \"person\" has"},
	    {"name: A", "name: \x1b", 0, true, "f:3:1: \"name\" has"},
	    {"name: A", "name: a\0b", 9, true, "f:3:1: \"name\" has"},
	    {"exercise: demo", "exercise: demo x", 0, true, "f:4:1: that is"},
	    {"version: 3", "version: 4", 0, false,
	     "the submission was changed after it was made"},
	    {"\n\nfile", "\nfile", 0, true, "f:12:1: here must stand an empty"},
	    {"file m1", "virus m1", 0, true, "f:13:1: there is no part"},
	    {"file m1", "file  m1", 0, true, "f:13:1: here must stand a part"},
	    {"file m1", "file m1;", 0, true, "f:13:1: there is no part"},
	    {"bird.conf 36 ", "bird.conf 9999999 ", 0, true,
	     "f:13:1: file m1/bird.conf is larger than 65536"},
	    {"bird.conf 36 ", "bird.conf 35 ", 0, true, "longer than it says"},
	    {"bird.conf 36 ", "bird.conf 37 ", 0, true, "changed on the way"},
	    {"bird.conf 36 ", "bird.conf 38 ", 0, true,
	     "must begin with \"|\""},
	    {"10.0.0.1", "10.0.0.2", 0, true, "changed on the way"},
	    {"10.0.0.1", "10.\n0.1", 0, true, "must begin with \"|\""},
	    {"answer q1", "file m1/bird.conf", 0, true,
	     "file m1/bird.conf is there twice"},
	    {"||protocol", "|\x1b|protocol", 0, true, "longer than it says"},
	    {"\nend ", "\nend of ", 0, false, "the submission was changed"},
	    {"end ", "", 0, false, "here must stand a part"},
	};
	_free_ char *text = written();
	struct submission s;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str bad = {0};

		replace(&bad, text, rows[i].from, rows[i].to,
			rows[i].n ? rows[i].n : strlen(rows[i].to));
		if (rows[i].mend)
			end_again(&bad);
		memset(&e, 0, sizeof(e));
		if (submission_parse(&s, "f", bad.text, bad.len, &e) == 0)
			fail_msg("row %zu is read", i);
		assert_int_equal(e.class, ERR_REFUSED);
		if (strstr(e.msg, rows[i].says) == NULL)
			fail_msg("row %zu: %s", i, e.msg);
		str_clear(&bad);
	}
}

/* Cut anywhere it is refused, and with anything after it. */
static void
refuses_pieces(void **state)
{
	_free_ char *text = written(), *more = xasprintf("%sx\n", text);
	size_t n = strlen(text), i;
	struct submission s;
	struct err e;

	(void)state;
	for (i = 0; i < n; i++)
		assert_int_equal(submission_parse(&s, "f", text, i, &e), -1);
	assert_int_equal(submission_parse(&s, "f", more, n + 2, &e), -1);
	assert_non_null(strstr(e.msg, "something follows the end"));
}

static void
refuses_too_much(void **state)
{
	_free_ char *big = xcalloc(1, SUBMISSION_MAX + 1);
	struct submission s;
	struct err e;
	int i;

	(void)state;
	memset(big, 'x', SUBMISSION_MAX);
	assert_int_equal(submission_parse(&s, "f", big, SUBMISSION_MAX + 1, &e),
			 -1);
	assert_non_null(strstr(e.msg, "at most 1048576 bytes"));
	make(&s);
	assert_int_equal(submission_add(&s, SUBMISSION_FILE, "m1/x", big,
					SUBMISSION_LINE_MAX, &e),
			 -1);
	assert_non_null(strstr(e.msg, "line 1 is too long"));
	assert_int_equal(submission_add(&s, SUBMISSION_FILE, "m1/x", big,
					SUBMISSION_FILE_MAX + 1, &e),
			 -1);
	assert_int_equal(
	    submission_add(&s, SUBMISSION_FILE, "m1/x", "a\0b", 3, &e), -1);
	for (i = 0; i < SUBMISSION_PARTS_MAX - 3; i++) {
		_free_ char *name = xasprintf("a%d", i);

		assert_int_equal(
		    submission_add(&s, SUBMISSION_ANSWER, name, "", 0, &e), 0);
	}
	assert_int_equal(submission_add(&s, SUBMISSION_ANSWER, "b", "", 0, &e),
			 -1);
	submission_clear(&s);
}

/* ---- against an exercise */

static void
fits(void **state)
{
	const char *files[] = {"m1/bird.conf"};
	struct exercise x = {
	    .name = "demo", .version = 3, .files = files, .nfiles = 1};
	struct submission s;
	struct err e;

	(void)state;
	make(&s);
	assert_int_equal(submission_fits(&s, "f", &x, &e), 0);
	x.version = 4;
	assert_int_equal(submission_fits(&s, "f", &x, &e), -1);
	assert_non_null(strstr(e.msg, "made with version 3"));
	x.version = 3;
	x.name = "other";
	assert_int_equal(submission_fits(&s, "f", &x, &e), -1);
	assert_non_null(strstr(e.msg, "it is work on exercise demo"));
	x.name = "demo";
	assert_int_equal(submission_add(&s, SUBMISSION_FILE,
					"m1/../m2/bird.conf", "", 0, &e),
			 0);
	assert_int_equal(submission_fits(&s, "f", &x, &e), -1);
	assert_int_equal(e.class, ERR_REFUSED);
	assert_non_null(strstr(e.msg, "does not ask for a file m1/../m2"));
	submission_clear(&s);
}

static void
words(void **state)
{
	static const struct {
		const char *file, *text, *bad;
		int line;
	} rows[] = {
	    {"m1/bird.conf", "log stderr all;\nlog syslog all;", NULL, 0},
	    {"m1/bird.conf", "# include \"x\"\n/* log \"x\" */", NULL, 0},
	    {"m1/bird.conf", "x \"include\"; y 'ssh'; # \"", NULL, 0},
	    {"m1/bird.conf", "excluded includes logs", NULL, 0},
	    {"m1/bird.conf", "a;\n\ninclude \"/etc/passwd\";", "include", 3},
	    {"m1/bird.conf", "/* \n */ include \"x\";", "include", 2},
	    {"m1/bird.conf", "# '\ninclude \"x\";", "include", 2},
	    {"m1/bird.conf", "x \"/*\";\ninclude \"x\"; \"*/\"", "include", 2},
	    {"m1/bird.conf", "x \"\ninclude\"x\"", "include", 2},
	    {"m1/bird.conf", "log/**/\n# a\n\"/tmp/x\" all;", "a log file", 3},
	    {"m1/bird.conf", "log\"/tmp/x\"", "a log file", 1},
	    {"m1/bird.conf", "mrtdump protocols all;", "mrtdump", 1},
	    {"m1/bird.conf", "protocol mrt {}", "mrt", 1},
	    {"m1/bird.conf", "cli \"/tmp/s\" {};", "cli", 1},
	    {"m1/bird.conf", "transport ssh {", "ssh", 1},
	    {"m1/nftables.conf", "table inet x {}\n", NULL, 0},
	    {"m1/nftables.conf", "\"\n#\" include \"x\"", "include", 2},
	    {"m1/nftables.conf", "' include \"x\"", "include", 1},
	    {"m1/frr.conf", "log syslog\nlog file /x", "a log file", 2},
	    {"m1/frr.conf", "log facility x\nlog stdout\n! output file x", NULL,
	     0},
	    {"m1/frr.conf", "router bgp 1\n neighbor A description log file",
	     NULL, 0},
	    {"m1/frr.conf", "lo\tfi /x", "a log file", 1},
	    {"m1/frr.conf", "\n\n no log fil /x", "a log file", 3},
	    {"m1/frr.conf", "log filtered-f /x", "a log file", 1},
	    {"m1/frr.conf", "  outp   f /x", "output file", 1},
	    {"m1/frr.conf", "copy /etc/passwd running-config", "copy", 1},
	    {"m1/frr.conf", "dum bgp all /x", "dump", 1},
	    {"m1/frr.conf", "banner motd fil /etc/passwd", "banner file", 1},
	    {"m1/frr.conf", "rpki\n rpki cache a 323 preference 1", NULL, 0},
	    {"m1/frr.conf", "rpki\n rp ca a 22 me /k /k.pub", "ssh", 2},
	    {"m1/frr.conf", "rpki\n rp ca a 22 me /k /k.pub preference 1",
	     "ssh", 2},
	    {"m1/bgpd.conf", "include \"x\"", "include", 1},
	    {"m1/notes", "include log file", NULL, 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int line = 0;
		const char *bad = exercise_words_bad(
		    rows[i].file, rows[i].text, strlen(rows[i].text), &line);

		if ((bad == NULL) != (rows[i].bad == NULL) ||
		    (bad && strcmp(bad, rows[i].bad) != 0) ||
		    line != rows[i].line)
			fail_msg("row %zu: %s, line %d", i, bad ? bad : "-",
				 line);
	}
}

/* ---- the journal */

static void
journal(void **state)
{
	char home[] = "/tmp/ixlab-desk.XXXXXX";
	struct err e;
	_free_ char *text = NULL, *less = NULL, *path = NULL, *torn = NULL;
	json_t *sum;
	char *at;
	size_t n;

	(void)state;
	assert_non_null(mkdtemp(home));
	setenv("XDG_STATE_HOME", home, 1);
	assert_int_equal(desk_journal_note("demo", "check", "1/6", &e), 0);
	assert_int_equal(desk_journal_note("demo", "hint", NULL, &e), 0);
	assert_int_equal(desk_journal_note("demo", "solve", "a \n b", &e), 0);
	text = desk_journal_read("demo", 4096, &e);
	assert_non_null(text);
	assert_int_equal(desk_journal_broken("demo", text), 0);
	assert_int_equal(desk_journal_broken("other", text), 1);
	sum = desk_journal_sum(text);
	assert_int_equal(json_integer_value(json_object_get(sum, "entries")),
			 3);
	assert_int_equal(json_integer_value(json_object_get(sum, "hints")), 1);
	json_decref(sum);
	less = desk_journal_read("demo", strlen(text) - 1, &e);
	assert_true(str_starts(less, "2 "));
	assert_int_equal(desk_journal_broken("demo", less), 0);

	/* a line that a crash cut short is not built upon */
	path = xasprintf("%s/ixlab/journal/demo", home);
	torn = xasprintf("%s4 2026-", text);
	assert_int_equal(file_write(path, torn, strlen(torn), &e), 0);
	assert_int_equal(desk_journal_note("demo", "check", "6/6", &e), 0);
	free(less);
	less = desk_journal_read("demo", 4096, &e);
	assert_int_equal(desk_journal_broken("demo", less), 0);
	assert_non_null(strstr(less, "\n4 "));

	/* changed, taken out */
	at = strstr(text, "1/6");
	*at = '6';
	assert_int_equal(desk_journal_broken("demo", text), 1);
	*at = '1';
	at = strchr(text, '\n') + 1;
	n = strcspn(at, "\n") + 1;
	memmove(at, at + n, strlen(at + n) + 1);
	assert_int_equal(desk_journal_broken("demo", text), 2);
	assert_int_equal(file_remove(home, &e), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_it_writes),
	    cmocka_unit_test(mail_may_carry_it),
	    cmocka_unit_test(refuses),
	    cmocka_unit_test(refuses_pieces),
	    cmocka_unit_test(refuses_too_much),
	    cmocka_unit_test(fits),
	    cmocka_unit_test(words),
	    cmocka_unit_test(journal),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
