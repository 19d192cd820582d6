/* Whole files in and out, trees, and the well-known places. */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"

static char dir[64];

static int
enter(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/ixlab-file.XXXXXX");
	return mkdtemp(dir) && chdir(dir) == 0 ? 0 : -1;
}

static int
leave(void **state)
{
	struct err e;

	(void)state;
	return chdir("/") == 0 ? file_remove(dir, &e) : -1;
}

static void
put(const char *path, const char *text)
{
	struct err e;

	if (file_write(path, text, strlen(text), &e) < 0)
		fail_msg("%s", e.msg);
}

static void
must_hold(const char *path, const char *text)
{
	_free_ char *got = NULL;
	struct err e;
	size_t len;

	if (file_read(path, 1000, &got, &len, &e) < 0)
		fail_msg("%s", e.msg);
	assert_int_equal(len, strlen(text));
	assert_string_equal(got, text);
}

static int
entries(const char *path)
{
	DIR *d = opendir(path);
	int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

static void
reads_at_most_what_is_allowed(void **state)
{
	struct err e;
	char *text = NULL;
	size_t len;

	(void)state;
	assert_int_equal(file_write("f", "ab\0cd", 5, &e), 0);
	assert_int_equal(file_read("f", 5, &text, &len, &e), 0);
	assert_int_equal(len, 5);
	assert_memory_equal(text, "ab\0cd", 6);
	free(text);
	assert_int_equal(file_read("f", 5, &text, NULL, &e), 0);
	free(text);
	assert_int_equal(file_read("f", 4, &text, &len, &e), -1);
	assert_int_equal(e.class, ERR_USAGE);
	assert_string_equal(e.msg, "f: the file is larger than 4 bytes");
	put("empty", "");
	must_hold("empty", "");
	/* A size of nought on the label, and text inside all the same. */
	assert_int_equal(
	    file_read("/proc/self/status", 100000, &text, &len, &e), 0);
	assert_true(len > 100);
	free(text);
	assert_int_equal(file_read("nothing", 5, &text, &len, &e), -1);
	assert_string_equal(e.msg, "nothing: No such file or directory");
	assert_int_equal(file_read(".", 5, &text, &len, &e), -1);
	assert_string_equal(e.msg, ".: is not a regular file");
	assert_int_equal(mkfifo("pipe", 0600), 0); /* must not wait */
	assert_int_equal(file_read("pipe", 5, &text, &len, &e), -1);
	assert_string_equal(e.msg, "pipe: is not a regular file");
}

static void
replaces_in_one_step(void **state)
{
	struct stat st;
	struct err e;
	char *text;
	int old;

	(void)state;
	put("f", "old");
	assert_int_equal(chmod("f", 0640), 0);
	old = open("f", O_RDONLY);
	put("f", "new and longer");
	must_hold("f", "new and longer");
	text = xcalloc(1, 16);
	assert_int_equal(read(old, text, 15), 3); /* whom it had, it keeps */
	assert_string_equal(text, "old");
	free(text);
	close(old);
	assert_int_equal(stat("f", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(entries("."), 1);
	assert_int_equal(file_write("no/f", "x", 1, &e), -1);
	assert_string_equal(e.msg,
			    "cannot write no/f: No such file or directory");
	assert_int_equal(file_mkdirs("d", &e), 0);
	assert_int_equal(file_write("d", "x", 1, &e), -1);
	assert_string_equal(e.msg, "cannot write d: Is a directory");
	assert_int_equal(entries("."), 2);
}

/* A limit on file size stands for the full disk: same path, same error shape. */
static void
keeps_the_old_file_when_there_is_no_room(void **state)
{
	struct rlimit had, small;
	struct err e;
	char big[8192];
	int rc;

	(void)state;
	put("f", "old");
	memset(big, 'x', sizeof(big));
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &had);
	small = had;
	small.rlim_cur = 4096;
	setrlimit(RLIMIT_FSIZE, &small);
	rc = file_write("f", big, sizeof(big), &e);
	setrlimit(RLIMIT_FSIZE, &had);
	assert_int_equal(rc, -1);
	assert_string_equal(e.msg, "cannot write f: File too large");
	must_hold("f", "old");
	assert_int_equal(entries("."), 1);
}

static void
makes_folders(void **state)
{
	static const char *const paths[] = {"a/b/c", "a/b/c", "a//b/d/", "./e",
					    "/tmp"};
	struct stat st;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_int_equal(file_mkdirs(paths[i], &e), 0);
	assert_int_equal(stat("a/b", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_true(file_exists("a/b/d"));
	assert_false(file_exists("a/b/x"));
	put("f", "x");
	assert_int_equal(file_mkdirs("f/g", &e), -1);
	assert_string_equal(e.msg, "cannot make the folder f: Not a directory");
	assert_int_equal(file_mkdirs("", &e), -1);
}

static void
removes_without_following(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(file_mkdirs("keep", &e), 0);
	put("keep/f", "x");
	assert_int_equal(file_mkdirs("t/a/b", &e), 0);
	put("t/a/f", "x");
	put("t/a/b/.hidden", "x");
	assert_int_equal(symlink("../keep", "t/link"), 0);
	assert_int_equal(symlink("nowhere", "t/dangling"), 0);
	assert_int_equal(mkfifo("t/pipe", 0600), 0);
	assert_int_equal(file_remove("t", &e), 0);
	assert_false(file_exists("t"));
	must_hold("keep/f", "x");
	assert_int_equal(file_remove("t", &e), 0);
	assert_int_equal(symlink("keep", "link"), 0);
	assert_int_equal(file_remove("link", &e), 0);
	must_hold("keep/f", "x");
	assert_int_equal(file_remove("keep/f", &e), 0);
	assert_int_equal(entries("keep"), 0);
	assert_int_equal(file_remove("keep/f/x", &e), 0);
}

static void
copies_over_what_is_there(void **state)
{
	struct stat st;
	struct err e;
	int i;

	(void)state;
	assert_int_equal(file_mkdirs("from/sub", &e), 0);
	put("from/a", "new a");
	put("from/sub/b", "new b");
	assert_int_equal(chmod("from/a", 0755), 0);
	assert_int_equal(file_mkdirs("to/sub", &e), 0);
	put("to/a", "old a");
	put("to/sub/other", "other");
	assert_int_equal(file_copy("from", "to", &e), 0);
	must_hold("to/a", "new a");
	must_hold("to/sub/b", "new b");
	must_hold("to/sub/other", "other");
	assert_int_equal(stat("to/a", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0755);
	assert_int_equal(file_copy("from/a", "c", &e), 0);
	must_hold("c", "new a");
	assert_int_equal(file_copy("nothing", "d", &e), -1);
	assert_string_equal(e.msg, "nothing: No such file or directory");
	assert_int_equal(symlink("/etc/passwd", "from/link"), 0);
	assert_int_equal(file_copy("from", "to", &e), -1);
	assert_string_equal(e.msg,
			    "from/link: is not a regular file or a folder");
	/* A folder into itself ends, with an error or without. */
	assert_int_equal(file_mkdirs("s", &e), 0);
	put("s/f", "x");
	file_copy("s", "s/s", &e);
	must_hold("s/s/f", "x");
	for (i = 0; i < 300; i++) {
		assert_int_equal(mkdir("deep", 0700), 0);
		assert_int_equal(chdir("deep"), 0);
	}
	assert_int_equal(chdir(dir), 0);
	assert_int_equal(file_copy("deep", "copy", &e), -1);
	assert_non_null(strstr(e.msg, "more than 32 folders deep"));
	assert_int_equal(file_remove("deep", &e), -1);
	assert_string_equal(e.msg, "cannot remove deep: File name too long");
	assert_int_equal(system("rm -rf deep"), 0);
}

static void
knows_its_places(void **state)
{
	struct err e;
	char *path;

	(void)state;
	setenv("XDG_STATE_HOME", "/x/state", 1);
	path = file_state_dir(&e);
	assert_string_equal(path, "/x/state/ixlab");
	free(path);
	setenv("XDG_STATE_HOME", "relative", 1);
	setenv("HOME", "/x/home", 1);
	path = file_state_dir(&e);
	assert_string_equal(path, "/x/home/.local/state/ixlab");
	free(path);
	unsetenv("XDG_STATE_HOME");
	unsetenv("HOME");
	path = file_state_dir(&e);
	assert_true(path == NULL || str_ends(path, "/.local/state/ixlab"));
	free(path);
	setenv("IXLAB_DATA", "/x/data", 1);
	path = file_data_dir();
	assert_string_equal(path, "/x/data");
	free(path);
	unsetenv("IXLAB_DATA");
	path = file_data_dir();
	assert_string_equal(path, file_exists(IXLAB_TREE "/labs")
				      ? IXLAB_TREE
				      : "/usr/share/ixlab");
	free(path);
}

#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_DIR(reads_at_most_what_is_allowed),
	    IN_DIR(replaces_in_one_step),
	    IN_DIR(keeps_the_old_file_when_there_is_no_room),
	    IN_DIR(makes_folders),
	    IN_DIR(removes_without_following),
	    IN_DIR(copies_over_what_is_there),
	    IN_DIR(knows_its_places),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
