/*
 * Labs that do not come up: no rights, a full disk, a program that is missing, a
 * daemon that dies or never answers. What was begun is undone, and said in one
 * sentence. As root these are run a second time as an ordinary user.
 */
#include "apart.h"

#include <linux/capability.h>
#include <sys/syscall.h>

/* ---- what the machine refuses; each in a process of its own, which may spoil
 * its own world */

static int
become_root(void)
{
	unsigned int uid = geteuid(), gid = getegid();
	char map[64];
	struct err e;
	int i;
	static const char *const files[] = {
	    "/proc/self/setgroups", "/proc/self/gid_map", "/proc/self/uid_map"};

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return -1;
	for (i = 0; i < 3; i++) {
		if (i == 0)
			snprintf(map, sizeof(map), "deny");
		else
			snprintf(map, sizeof(map), "0 %u 1",
				 i == 1 ? gid : uid);
		if (lab_put(files[i], map, &e) < 0)
			return -1;
	}
	return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

static int
no_namespaces(void *arg, struct err *e)
{
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct none[2] = {{0}};

	if (become_root() < 0)
		return err_sys(e, "setup");
	if (lab_put("/proc/sys/user/max_user_namespaces", "0", e) < 0)
		return -1;
	if (syscall(SYS_capset, &head, none) < 0)
		return err_sys(e, "setup: capset");
	return lab_start(arg, e);
}

static int
few_namespaces(void *arg, struct err *e)
{
	if (become_root() < 0)
		return err_sys(e, "setup");
	if (lab_put("/proc/sys/user/max_net_namespaces", "3", e) < 0)
		return -1;
	return lab_start(arg, e);
}

static int
full_disk(void *arg, struct err *e)
{
	static const char *const sizes[] = {
	    "nr_inodes=4", "nr_inodes=7", "nr_inodes=8", "nr_inodes=9",
	    "size=4k",	   "size=8k",	  "size=12k"};
	char first[1024] = "";
	size_t i;
	DIR *d;
	int n;

	if (become_root() < 0)
		return err_sys(e, "setup");
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (mount("tmpfs", lab_dir, "tmpfs", 0, sizes[i]) < 0)
			return err_sys(e, "setup: tmpfs");
		if (lab_start(arg, e) == 0)
			return err_here(e, "%s was enough", sizes[i]);
		if (strstr(e->msg, "No space left on device") == NULL)
			return err_in(e, "%s", sizes[i]);
		snprintf(first, sizeof(first), "%s", e->msg);
		if ((d = opendir(lab_dir)) == NULL)
			return err_sys(e, "setup");
		for (n = 0; readdir(d) != NULL; n++)
			;
		closedir(d);
		if (n != 2)
			return err_here(e, "%s: something is left", sizes[i]);
		umount2(lab_dir, MNT_DETACH);
	}
	return err_here(e, "%s", first);
}

static int
no_bird(void *arg, struct err *e)
{
	static const char *const dirs[] = {"/usr/sbin", "/usr/local/sbin",
					   "/usr/local/bin"};
	size_t i;

	if (become_root() < 0)
		return err_sys(e, "setup");
	for (i = 0; i < 3; i++) {
		if (access(dirs[i], F_OK) == 0 &&
		    mount("tmpfs", dirs[i], "tmpfs", 0, NULL) < 0)
			return err_sys(e, "setup: %s", dirs[i]);
	}
	return lab_start(arg, e);
}

static void
check_refused(node_test test, const char *what, const char *const *words)
{
	const char *name = lab_name(what);
	struct lab_before b = lab_look();
	char *dir = lab_path(name, "");
	struct err e = {0};

	assert_int_equal(node_try(false, test, (void *)(uintptr_t)name, &e),
			 -1);
	print_message("# %s\n", e.msg);
	for (; *words; words++) {
		if (strstr(e.msg, *words) == NULL)
			fail_msg("no \"%s\" in: %s", *words, e.msg);
	}
	assert_int_equal(e.class, ERR_HERE);
	assert_null(strchr(e.msg, '\n'));
	assert_false(file_exists(dir));
	lab_gone(name, NULL, &b);
	free(dir);
}

static void
without_namespaces(void **state)
{
	static const char *const words[] = {"namespaces", "ixlab doctor", NULL};

	(void)state;
	check_refused(no_namespaces, "nons", words);
}

static void
a_failed_step_is_undone(void **state)
{
	/* the line of the lab file that asked for the node */
	static const char *const words[] = {
	    "pair.yml:", ": m2: ", "max_net_namespaces", NULL};

	(void)state;
	check_refused(few_namespaces, "few", words);
}

static void
on_a_full_disk(void **state)
{
	static const char *const words[] = {"No space left on device", NULL};

	(void)state;
	check_refused(full_disk, "full", words);
}

static void
without_bird(void **state)
{
	static const char *const words[] = {"m1", "apt-get install bird2",
					    NULL};

	(void)state;
	check_refused(no_bird, "nobird", words);
}

/* ---- worlds that are a little different */

/* The state folder below /run, which the lab covers; no /etc/bird. */
static int
elsewhere(void *arg, struct err *e)
{
	struct ctl *c;
	json_t *n;

	if (become_root() < 0 || mount("tmpfs", "/run", "tmpfs", 0, NULL) < 0 ||
	    mount("tmpfs", "/etc", "tmpfs", 0, NULL) < 0)
		return err_sys(e, "setup");
	snprintf(lab_dir, sizeof(lab_dir), "/run/user/state");
	if (lab_start(arg, e) < 0)
		return -1;
	c = lab_open(arg);
	n = lab_node(c, "m1");
	if (strcmp(json_string_value(json_object_get(n, "state")), "running") !=
	    0)
		err_here(e, "m1 does not run");
	json_decref(n);
	ctl_close(c);
	if (super_down(arg, LAB_PATIENCE, e) < 0 || e->class != ERR_NONE)
		return -1;
	return file_exists("/run/user/state/labs") ? 0 : err_here(e, "state?");
}

static void
state_below_run_and_no_etc_bird(void **state)
{
	struct lab_before b = lab_look();
	const char *name = lab_name("run");
	struct err e = {0};

	(void)state;
	if (node_try(false, elsewhere, (void *)(uintptr_t)name, &e) < 0)
		fail_msg("%s", e.msg);
	lab_gone(name, NULL, &b);
}

/* ---- daemons of ours that do not come up: a route server made of shell */

static const char hangs[] = "#!/bin/sh\nexec sleep 100\n";

static void
put_ixrs(const char *script)
{
	char *file = xasprintf("%s/ixrs", lab_dir);
	struct err e = {0};

	assert_int_equal(file_write(file, script, strlen(script), &e), 0);
	assert_int_equal(chmod(file, 0755), 0);
	free(file);
}

static void
start_in_vain(const char *name, struct err *e)
{
	struct lab_before b = lab_look();
	char *dir = lab_path(name, "");

	assert_int_equal(lab_start_text(name, "rs.yml", LAB_RS, lab_dir, e),
			 -1);
	print_message("# %s\n", e->msg);
	assert_int_equal(e->class, ERR_HERE);
	assert_false(file_exists(dir));
	lab_gone(name, NULL, &b);
	free(dir);
}

static void
a_daemon_of_ours_that_dies(void **state)
{
	struct err e = {0};

	(void)state;
	put_ixrs("#!/bin/sh\necho no such luck >&2\nexit 1\n");
	start_in_vain(lab_name("dies"), &e);
	assert_non_null(
	    strstr(e.msg, "rs.yml:10: the daemon of rs1 ended: no such luck"));
}

static void
a_daemon_that_never_answers(void **state)
{
	static const char words[] =
	    "not up in time: the daemon of rs1 does not answer";
	struct err e = {0};

	(void)state;
	put_ixrs(hangs);
	/* a slow machine needs some time until nothing but rs1 is missing */
	for (lab_timeout = 2000; lab_timeout < 100000; lab_timeout *= 3) {
		start_in_vain(lab_name("hangs"), &e);
		if (strstr(e.msg, words) != NULL)
			break;
	}
	assert_true(lab_timeout < 100000);
	lab_timeout = LAB_PATIENCE;
}

/* A start that cannot come to its end, in a process of its own. */
static pid_t
start_forever(const char *name, struct lab_ns *ns, int *supervisor)
{
	pid_t caller;

	put_ixrs(hangs);
	fflush(NULL);
	if ((caller = fork()) == 0) {
		struct err e = {0};

		_exit(lab_start_text(name, "rs.yml", LAB_RS, lab_dir, &e) < 0
			  ? (int)e.class
			  : 0);
	}
	*supervisor = catch (name);
	*ns = lab_ns_of(*supervisor);
	return caller;
}

static void
killed_while_building_for_sure(void **state)
{
	const char *name = lab_name("s");
	struct lab_before b = lab_look();
	struct lab_ns ns;
	pid_t caller;
	int pid;

	(void)state;
	caller = start_forever(name, &ns, &pid);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(wait_for(caller), ERR_HERE);
	lab_gone(name, &ns, &b);
}

static void
caller_killed_while_building_for_sure(void **state)
{
	const char *name = lab_name("a");
	struct lab_before b = lab_look();
	char *dir = lab_path(name, "");
	struct lab_ns ns;
	pid_t caller;
	int pid;

	(void)state;
	caller = start_forever(name, &ns, &pid);
	kill(caller, SIGKILL);
	wait_for(caller);
	assert_false(up_or_gone(name));
	assert_false(file_exists(dir));
	lab_gone(name, &ns, &b);
	free(dir);
}

static void
doctor_finds_this_machine_fit(void **state)
{
	json_t *rows, *r;
	size_t i;

	(void)state;
	rows = super_doctor();
	assert_true(json_array_size(rows) > 10);
	json_array_foreach(rows, i, r)
	{
		const char *f =
		    json_string_value(json_object_get(r, "feature"));
		bool ok = json_is_true(json_object_get(r, "ok"));

		assert_non_null(f);
		assert_true(ok == json_is_null(json_object_get(r, "fix")));
		if (strcmp(f, "veth") == 0 || strcmp(f, "bird") == 0)
			assert_true(ok);
	}
	json_decref(rows);
}

static int
run(const char *name)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(without_namespaces),
	    cmocka_unit_test(a_failed_step_is_undone),
	    cmocka_unit_test(on_a_full_disk),
	    cmocka_unit_test(without_bird),
	    cmocka_unit_test(state_below_run_and_no_etc_bird),
	    cmocka_unit_test(a_daemon_of_ours_that_dies),
	    cmocka_unit_test(a_daemon_that_never_answers),
	    cmocka_unit_test(killed_while_building_for_sure),
	    cmocka_unit_test(caller_killed_while_building_for_sure),
	    cmocka_unit_test(doctor_finds_this_machine_fit),
	    cmocka_unit_test(all_the_same_as_an_ordinary_user),
	};

	if (lab_skip_all())
		return 0;
	return cmocka_run_group_tests_name(name, tests, NULL, lab_teardown);
}

int
main(void)
{
	return run_as_both(run, "super_refused");
}
