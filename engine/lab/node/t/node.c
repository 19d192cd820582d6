/*
 * node: real programs in places of the test's own, and sandboxes made, refused
 * and killed.
 */
#include "lab/node/node.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"

static const char *skip_reason;
static char dir[64] = "/tmp/ixlab-node-XXXXXX";
static char run_dir[128], home_dir[128];

static int
put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));

	if (fd >= 0)
		close(fd);
	return n < 0 ? -1 : 0;
}

static int
become_root(void)
{
	unsigned int uid = geteuid(), gid = getegid();
	char map[64];

	if (unshare(CLONE_NEWUSER) < 0)
		return -1;
	put("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1", gid);
	put("/proc/self/gid_map", map);
	snprintf(map, sizeof(map), "0 %u 1", uid);
	return put("/proc/self/uid_map", map);
}

static int
world(void **state)
{
	struct err e;
	char *path;

	(void)state;
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(run_dir, sizeof(run_dir), "%s/run", dir);
	snprintf(home_dir, sizeof(home_dir), "%s/home", dir);
	if (file_mkdirs(run_dir, &e) < 0 || file_mkdirs(home_dir, &e) < 0)
		return -1;
	path = xasprintf("%s/mark", run_dir);
	put(path, "its own run\n");
	free(path);
	path = xasprintf("%s/bird.conf", home_dir);
	put(path, "# a configuration\n");
	free(path);
	if ((geteuid() && become_root() < 0) || unshare(CLONE_NEWNS) < 0)
		skip_reason = "no namespaces here";
	return 0;
}

static int
world_end(void **state)
{
	struct err e;

	(void)state;
	return file_remove(dir, &e);
}

static const char *const env[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin",
				  "IX=yes", NULL};

static struct node_place
place(void)
{
	struct node_place p = {.name = "m1",
			       .net = -1,
			       .mnt = -1,
			       .run = run_dir,
			       .home = home_dir,
			       .etc = "/etc/bird"};

	return p;
}

static int
report(struct node_child *c, struct err *e)
{
	struct pollfd p = {.fd = c->report, .events = POLLIN};
	int rc;

	while ((rc = node_report(c, e)) == 0)
		assert_int_equal(poll(&p, 1, 60000), 1);
	return rc;
}

/* What a shell command in the place says; owned by the caller. */
static char *
says(const char *command, bool pty, int in)
{
	const char *const argv[] = {"sh", "-c", command, NULL};
	struct node_place p = place();
	struct node_child c;
	struct err e = {0};
	struct str out = {0};
	char buf[512];
	ssize_t n;
	int fds[2];
	struct node_spec s = {.place = &p,
			      .argv = argv,
			      .env = env,
			      .fds = {in, -1, -1},
			      .pty = pty};

	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	s.fds[1] = s.fds[2] = fds[1];
	if (node_spawn(&s, &c, &e) < 0 || report(&c, &e) < 0)
		fail_msg("%s", e.msg);
	close(fds[1]);
	while ((n = read(fds[0], buf, sizeof(buf))) > 0)
		str_addn(&out, buf, (size_t)n);
	close(fds[0]);
	assert_int_equal(waitpid(c.pid, NULL, 0), c.pid);
	return str_steal(&out);
}

static void
check_says(const char *command, const char *want)
{
	char *got = says(command, false, -1);

	assert_string_equal(got, want);
	free(got);
}

static void
a_program_sees_its_place(void **state)
{
	(void)state;
	check_says("hostname", "m1\n");
	check_says("echo $IX", "yes\n");
	check_says("cat /run/mark", "its own run\n");
	check_says("cat bird.conf", "# a configuration\n");
	check_says("ulimit -c", "0\n");
	check_says("cat", "");
	check_says("ls /proc/self/fd | wc -l", "4\n"); /* 0 to 2, and ls's */
	if (access("/etc/bird", F_OK) == 0)
		check_says("cat /etc/bird/bird.conf", "# a configuration\n");
	assert_int_not_equal(access("/run/mark", F_OK), 0);
}

static void
a_program_cannot_reach_our_mounts(void **state)
{
	(void)state;
	check_says("mount -t tmpfs none /mnt && touch /mnt/x && echo done",
		   "done\n");
	assert_int_not_equal(access("/mnt/x", F_OK), 0);
}

static void
a_terminal_is_taken(void **state)
{
	int master, slave;
	char name[64], *got;

	(void)state;
	master = posix_openpt(O_RDWR | O_NOCTTY);
	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 ||
	    ptsname_r(master, name, sizeof(name)) != 0)
		return;
	slave = open(name, O_RDWR | O_NOCTTY);
	assert_true(slave >= 0);
	got = says("test -t 0 && : </dev/tty && echo terminal", true, slave);
	assert_string_equal(got, "terminal\n");
	free(got);
	close(slave);
	close(master);
}

static void
failures_come_back_as_sentences(void **state)
{
	const char *const argv[] = {"no-such-program", NULL};
	struct node_place p = place();
	struct node_spec s = {
	    .place = &p, .argv = argv, .env = env, .fds = {-1, -1, -1}};
	struct node_child c;
	struct err e = {0};

	(void)state;
	assert_int_equal(node_spawn(&s, &c, &e), 0);
	assert_int_equal(report(&c, &e), -1);
	assert_string_equal(e.msg,
			    "cannot run no-such-program: No such file or "
			    "directory");
	assert_int_equal(c.report, -1);
	waitpid(c.pid, NULL, 0);
	p.run = "/nonexistent/run";
	assert_int_equal(node_spawn(&s, &c, &e), 0);
	assert_int_equal(report(&c, &e), -1);
	assert_non_null(strstr(e.msg, "/nonexistent/run"));
	waitpid(c.pid, NULL, 0);
}

static void
five_hundred_programs(void **state)
{
	const char *const argv[] = {"true", NULL};
	struct node_place p = place();
	struct node_spec s = {
	    .place = &p, .argv = argv, .env = env, .fds = {-1, -1, -1}};
	struct node_child c[500];
	struct timespec a, b;
	struct err e = {0};
	int i;

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (i = 0; i < 500; i++)
		assert_int_equal(node_spawn(&s, &c[i], &e), 0);
	for (i = 0; i < 500; i++) {
		if (report(&c[i], &e) < 0)
			fail_msg("%s", e.msg);
	}
	clock_gettime(CLOCK_MONOTONIC, &b);
	print_message("# 500 programs: %.0f ms\n",
		      (double)(b.tv_sec - a.tv_sec) * 1e3 +
			  (double)(b.tv_nsec - a.tv_nsec) / 1e6);
	for (i = 0; i < 500; i++)
		assert_int_equal(waitpid(c[i].pid, NULL, 0), c[i].pid);
}

static void
programs_are_found(void **state)
{
	char *sh = node_which("sh");

	(void)state;
	assert_non_null(sh);
	free(sh);
	assert_null(node_which("no-such-program"));
}

/* ---- sandboxes */

static int
is_process_1(void *arg, struct err *e)
{
	const int *secret = arg;

	if (getpid() != 1)
		return err_here(e, "process %d", (int)getpid());
	if (geteuid() != 0)
		return err_here(e, "user %u", geteuid());
	if (fcntl(*secret, F_GETFD) >= 0)
		return err_here(e, "descriptor %d is open", *secret);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return err_sys(e, "mount");
	return 0;
}

static void
sandbox_is_a_world(void **state)
{
	struct err e = {0};
	int secret;

	(void)state;
	secret = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (node_try(true, is_process_1, &secret, &e) < 0)
		fail_msg("%s", e.msg);
	assert_int_equal(node_try(false, is_process_1, &secret, &e), -1);
	close(secret);
}

static int
body_forever(void *arg)
{
	int i, *fd = arg;

	for (i = 0; i < 5; i++) {
		if (fork() == 0)
			for (;;)
				pause();
	}
	if (write(*fd, "x", 1) != 1)
		return 1;
	for (;;)
		pause();
}

/* A pipe that all of them hold ends when the last of them is dead. */
static void
killing_process_1_kills_all(void **state)
{
	struct err e = {0};
	int p[2], pidfd;
	pid_t pid;
	char c;

	(void)state;
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	if (node_sandbox(body_forever, &p[1], &p[1], 1, &pid, &pidfd, &e) < 0)
		fail_msg("%s", e.msg);
	close(p[1]);
	assert_int_equal(read(p[0], &c, 1), 1);
	assert_int_equal(node_wait(pidfd, 0), -1);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(node_wait(pidfd, 60000), 0);
	assert_int_equal(read(p[0], &c, 1), 0);
	close(p[0]);
	close(pidfd);
}

static int
nothing(void *arg, struct err *e)
{
	(void)arg;
	(void)e;
	return 0;
}

/* A user without rights on a machine with max_user_namespaces = 0. */
static int
in_a_strict_machine(void *arg, struct err *e)
{
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct none[2] = {{0}};

	(void)arg;
	if (become_root() < 0)
		return err_sys(e, "setup: user namespace");
	if (put("/proc/sys/user/max_user_namespaces", "0") < 0)
		return err_sys(e, "setup: limit");
	if (syscall(SYS_capset, &head, none) < 0)
		return err_sys(e, "setup: capset");
	return node_try(true, nothing, NULL, e);
}

static void
refusal_is_one_sentence(void **state)
{
	struct err e = {0};

	(void)state;
	assert_int_equal(node_try(false, in_a_strict_machine, NULL, &e), -1);
	assert_int_equal(e.class, ERR_HERE);
	assert_non_null(strstr(e.msg, "make namespaces"));
	assert_non_null(strstr(e.msg, "ixlab doctor"));
}

static void
sweeps_folders(void **state)
{
	char one[] = "/tmp/ixlab-sweep-XXXXXX",
	     two[] = "/tmp/ixlab-sweep-XXXXXX";
	char *const dirs[] = {one, two, NULL};
	char *const none[] = {NULL};
	char path[64];

	(void)state;
	assert_non_null(mkdtemp(one));
	assert_non_null(mkdtemp(two));
	snprintf(path, sizeof(path), "%s/deep", one);
	assert_int_equal(mkdir(path, 0700), 0);
	node_sweep(none);
	assert_int_equal(access(path, F_OK), 0);
	node_sweep(dirs);
	assert_int_equal(access(one, F_OK), -1);
	assert_int_equal(access(two, F_OK), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_program_sees_its_place),
	    cmocka_unit_test(a_program_cannot_reach_our_mounts),
	    cmocka_unit_test(a_terminal_is_taken),
	    cmocka_unit_test(failures_come_back_as_sentences),
	    cmocka_unit_test(five_hundred_programs),
	    cmocka_unit_test(programs_are_found),
	    cmocka_unit_test(sandbox_is_a_world),
	    cmocka_unit_test(killing_process_1_kills_all),
	    cmocka_unit_test(refusal_is_one_sentence),
	    cmocka_unit_test(sweeps_folders),
	};

	if (world(NULL) < 0)
		return 1;
	if (skip_reason) {
		printf("1..0 # SKIP %s\n", skip_reason);
		return world_end(NULL);
	}
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("node", tests, NULL, world_end);
}
