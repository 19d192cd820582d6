/* Names of sockets: taken, dead, listed; and whom both sides trust. */
#include "ctl/t/desk.h"

static void
refuses_to_listen_twice(void **state)
{
	struct err e;
	_free_ char *want =
	    xasprintf("%s: somebody answers there already", name);

	(void)state;
	assert_int_equal(ctl_listen(name, &e), -1);
	assert_int_equal(errno, EADDRINUSE);
	assert_int_equal(e.class, ERR_HERE);
	assert_string_equal(e.msg, want);
}

static void
says_when_nobody_answers(void **state)
{
	struct err e;

	(void)state;
	assert_null(ctl_open("@ixlab-test/nobody", &e));
	assert_int_equal(e.class, ERR_HERE);
	assert_string_equal(e.msg, "@ixlab-test/nobody: nobody answers there");
	assert_null(ctl_open("/nowhere/socket", &e));
	assert_string_equal(e.msg, "/nowhere/socket: nobody answers there");
	assert_null(ctl_open("", &e));
	assert_int_equal(e.class, ERR_USAGE);
}

static void
replaces_a_dead_path(void **state)
{
	char dir[] = "/tmp/ixlab-ctl.XXXXXX", path[64];
	struct stat st;
	struct err e;
	int fd;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/s", dir);
	fd = ctl_listen(path, &e);
	assert_true(fd >= 0);
	assert_int_equal(ctl_listen(path, &e), -1);
	assert_int_equal(errno, EADDRINUSE);
	close(fd); /* the file stays, as after kill -9 */
	server_start(path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	stop(state);
	assert_int_equal(stat(path, &st), -1);
	/* What is no socket is left alone. */
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	close(fd);
	assert_int_equal(ctl_listen(path, &e), -1);
	assert_int_equal(stat(path, &st), 0);
	unlink(path);
	rmdir(dir);
}

static void
lists_labs_that_answer(void **state)
{
	_free_ char *lab = xasprintf("t-%d", (int)getpid());
	_free_ char *first = ctl_lab_name(lab);
	json_t *list, *v;
	struct err e;
	size_t i, seen = 0;
	int fd = ctl_listen(first, &e);

	(void)state;
	assert_true(fd >= 0);
	list = ctl_lab_list();
	json_array_foreach(list, i, v)
	{
		seen += strcmp(json_string_value(v), lab) == 0;
		if (i > 0)
			assert_true(strcmp(json_string_value(
					       json_array_get(list, i - 1)),
					   json_string_value(v)) < 0);
	}
	assert_int_equal(seen, 1);
	json_decref(list);
	close(fd);
	list = ctl_lab_list();
	json_array_foreach(list, i, v)
	    assert_string_not_equal(json_string_value(v), lab);
	json_decref(list);
}

static void
trusts_no_stranger(void **state)
{
	struct ctl *c;
	struct err e;
	pid_t pid;
	int status;

	(void)state;
	fflush(NULL);
	if ((pid = fork()) == 0) {
		if (setgid(65534) < 0 || setuid(65534) < 0)
			_exit(1);
		/* Root's socket is trusted by everybody, but shut. */
		if ((c = ctl_open(name, &e)) == NULL)
			_exit(2);
		_exit(ctl_call(c, "echo", NULL, NULL, 0, WAIT, NULL, &e) < 0
			  ? 0
			  : 3);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
does_not_call_a_stranger(void **state)
{
	_free_ char *far = xasprintf("@ixlab-test/%d-stranger", (int)getpid());
	_free_ char *words = xasprintf("%s: belongs to another user", far);
	struct err e;
	pid_t pid;
	int ready[2];
	char c;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	fflush(NULL);
	if ((pid = fork()) == 0) {
		if (setgid(65534) < 0 || setuid(65534) < 0 ||
		    ctl_listen(far, &e) < 0)
			_exit(1);
		if (write(ready[1], "x", 1) != 1)
			_exit(2);
		pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_null(ctl_open(far, &e));
	assert_string_equal(e.msg, words);
	close(ready[0]);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static bool
write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) >= 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* The supervisor's case: root in a user namespace of the owner's. */
static void
serves_from_a_user_namespace(void **state)
{
	char map[32];
	struct err e;
	pid_t child;
	int ready[2], fd;
	char c = 0;

	(void)state;
	snprintf(map, sizeof(map), "0 %u 1\n", (unsigned int)geteuid());
	snprintf(name, sizeof(name), "@ixlab-test/%d-ns", (int)getpid());
	assert_int_equal(pipe(ready), 0);
	fflush(NULL);
	if ((child = fork()) == 0) {
		if (unshare(CLONE_NEWUSER) < 0 ||
		    !write_text("/proc/self/uid_map", map))
			_exit(2);
		fd = ctl_listen(name, &e);
		if (fd < 0 || write(ready[1], "x", 1) != 1)
			_exit(1);
		close(ready[1]);
		desk_run(fd);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	server_pid = child;
	stop(state);
}

static bool
has_namespaces(void)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(unshare(CLONE_NEWUSER) < 0);
	return waitpid(pid, &status, 0) == pid && status == 0;
}

/* Are we root, and is there another user here? */
static bool
can_be_a_stranger(void)
{
	int status;
	pid_t pid;

	fflush(NULL);
	if ((pid = fork()) == 0)
		_exit(setgid(65534) < 0 || setuid(65534) < 0);
	return waitpid(pid, &status, 0) == pid && status == 0;
}

/* cmocka prints a skipped test as one that failed, so choose beforehand. */
int
main(void)
{
	const struct CMUnitTest always[] = {
	    WITH_SERVER(refuses_to_listen_twice),
	    cmocka_unit_test(says_when_nobody_answers),
	    cmocka_unit_test(replaces_a_dead_path),
	    cmocka_unit_test(lists_labs_that_answer),
	};
	const struct CMUnitTest in_namespace =
	    cmocka_unit_test(serves_from_a_user_namespace);
	const struct CMUnitTest as_root[] = {
	    WITH_SERVER(trusts_no_stranger),
	    cmocka_unit_test(does_not_call_a_stranger),
	};
	struct CMUnitTest tests[N(always) + 1 + N(as_root)];
	size_t n = N(always);

	memcpy(tests, always, sizeof(always));
	if (has_namespaces())
		tests[n++] = in_namespace;
	else
		print_message("# no user namespaces: that test is left out\n");
	if (can_be_a_stranger()) {
		memcpy(tests + n, as_root, sizeof(as_root));
		n += N(as_root);
	} else {
		print_message("# nobody to become (not root, or alone in a "
			      "namespace): tests with strangers left out\n");
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests("ctl_listen", tests, n, NULL, NULL);
}
