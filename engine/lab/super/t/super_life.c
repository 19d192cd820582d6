/*
 * The lives and deaths of labs: up, down, killed at every moment, refused, on a
 * full disk, without rights; and that nothing is left. As root these are run a
 * second time as an ordinary user.
 */
#include "lab.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* ---- ordinary lives */

static void
up_and_down(void **state)
{
	struct lab_before b = lab_look();
	const char *name = lab_name("life");
	struct lab_ns ns;
	struct err e = {0};
	char *text;

	(void)state;
	lab_up(name);
	ns = lab_ns_of(lab_pid(name));
	lab_ns_until(&ns, 3); /* and two birds */
	lab_down(name);
	lab_gone(name, &ns, &b);
	text = lab_read(name, "lab.yml");
	assert_string_equal(text, lab_text);
	free(text);
	assert_int_equal(super_down(name, 1000, &e), -1);
	assert_int_equal(e.class, ERR_HERE);
	assert_non_null(strstr(e.msg, "does not run"));
}

static void
two_at_once_but_not_twice(void **state)
{
	struct lab_before b = lab_look();
	const char *one = lab_name("one"), *two = lab_name("two");
	struct err e = {0};

	(void)state;
	lab_up(one);
	lab_up(two);
	assert_int_equal(lab_start(one, &e), -1);
	assert_int_equal(e.class, ERR_HERE);
	assert_non_null(strstr(e.msg, "runs already; look: ixlab ps"));
	lab_down(two);
	assert_true(lab_pid(one) > 1); /* untouched by all that */
	lab_down(one);
	lab_gone(one, NULL, &b);
	lab_gone(two, NULL, &b);
}

static void
what_was_typed_survives(void **state)
{
	static const char typed[] = "router id 192.0.2.1;\n"
				    "protocol device {}\n# mine\n";
	const char *name = lab_name("typed");
	struct lab_before b = lab_look();
	struct lab_ns ns;
	char *text, *ours;
	int pid;

	(void)state;
	lab_up(name);
	ours = lab_read(name, "nodes/m2/bird.conf");
	lab_write(name, "nodes/m1/bird.conf", typed);
	lab_write(name, "nodes/m2/bird.conf", "rubbish\n");
	pid = lab_pid(name);
	ns = lab_ns_of(pid);
	kill(pid, SIGKILL);
	lab_gone(name, &ns, &b);
	lab_up(name);
	text = lab_read(name, "nodes/m1/bird.conf");
	assert_string_equal(text, typed);
	free(text);
	text = lab_read(name, "nodes/m2/bird.conf");
	assert_string_equal(text, ours);
	free(text);
	free(ours);
	lab_down(name);
}

static void
overlay_is_laid_over(void **state)
{
	static const char start[] = "protocol device {}\n# the exercise's\n";
	const char *name = lab_name("over");
	char *from = xasprintf("%s/overlay", lab_dir);
	char *file = xasprintf("%s/m1", from), *dir = lab_path(name, "");
	struct model_params params = {.name = name};
	struct err e = {0};
	struct lab *lab =
	    model_parse("pair.yml", lab_text, strlen(lab_text), &params, &e);
	struct super_opts o = {.lab = lab,
			       .state_dir = dir,
			       .overlay = from,
			       .timeout_ms = LAB_PATIENCE};
	char *text;

	(void)state;
	assert_int_equal(file_mkdirs(file, &e), 0);
	free(file);
	file = xasprintf("%s/m1/bird.conf", from);
	assert_int_equal(file_write(file, start, strlen(start), &e), 0);
	if (super_start(&o, &e) < 0)
		fail_msg("%s", e.msg);
	text = lab_read(name, "nodes/m1/bird.conf");
	assert_string_equal(text, start);
	free(text);
	lab_down(name);
	model_free(lab);
	free(file);
	free(from);
	free(dir);
}

/* Rules that are there at the start hold before the daemon says a word. */
static void
a_firewall_is_there_first(void **state)
{
	static const char rules[] = "table inet mine {}\n";
	const char *name = lab_name("fw");
	struct err e = {0};
	char *nft = node_which("nft");

	(void)state;
	if (nft == NULL) {
		print_message("# not tried: nft is not installed\n");
		return;
	}
	free(nft);
	lab_up(name);
	lab_down(name);
	lab_write(name, "nodes/m1/nftables.conf", rules);
	lab_up(name);
	lab_down(name);
	lab_write(name, "nodes/m1/nftables.conf", "rubbish\n");
	if (lab_start(name, &e) < 0) /* a trainee's mistake is told, no more */
		fail_msg("%s", e.msg);
	/* its daemon speaks after that, and not before somebody reads it */
	lab_until_said(name, "log", "nftables.conf:1:", "m1: ");
	lab_down(name);
}

static void
first_ix_with_route_servers(void **state)
{
	const char *name = lab_name("ix"), *bin;
	char *text = NULL, ixrs[PATH_MAX];
	struct err e = {0};
	struct ctl *c;

	(void)state;
	bin = getenv("IXLAB_BIN");
	bin = bin != NULL ? bin : IXLAB_TREE "/build";
	snprintf(ixrs, sizeof(ixrs), "%s/ixrs", bin);
	if (access(ixrs, X_OK) < 0) {
		print_message("# not tried: ixrs is not built\n");
		return;
	}
	assert_int_equal(file_read(IXLAB_TREE "/labs/first-ix.yml", 1 << 20,
				   &text, NULL, &e),
			 0);
	if (lab_start_text(name, "first-ix.yml", text, bin, &e) < 0)
		fail_msg("%s", e.msg);
	free(text);
	c = lab_open(name);
	lab_until(c, "rs1", "state", "running");
	lab_until(c, "m4", "state", "running");
	ctl_close(c);
	lab_down(name);
}

/* ---- sudden deaths */

/* A start in a process of its own; its exit status is the error's class. */
static pid_t
start_apart(const char *name)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct err e = {0};

		_exit(lab_start(name, &e) < 0 ? (int)e.class : 0);
	}
	return pid;
}

static int
wait_for(pid_t pid)
{
	int status = 0;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The supervisor, as soon as there is one. */
static int catch (const char *name)
{
	int i, pid;

	for (i = 0; i < LAB_PATIENCE * 5; i++) {
		if ((pid = lab_find_process(name)) != 0)
			return pid;
		usleep(200);
	}
	fail_msg("no supervisor of %s", name);
	return 0;
}

static void
killed_at_many_moments(void **state)
{
	const char *name = lab_name("k");
	struct lab_before b = lab_look();
	int i, pid, rc;
	struct lab_ns ns;
	pid_t caller;

	(void)state;
	for (i = 0; i < 30; i++) {
		caller = start_apart(name);
		pid = catch (name);
		ns = lab_ns_of(pid);
		usleep((useconds_t)i * 1000);
		assert_int_equal(kill(pid, SIGKILL), 0);
		rc = wait_for(caller);
		assert_true(rc == 0 || rc == ERR_HERE);
		lab_gone(name, &ns, &b);
	}
	lab_up(name);
	lab_down(name);
}

/* A supervisor whose caller is gone decides itself: true when it is up. */
static bool
up_or_gone(const char *name)
{
	char *sock = ctl_lab_name(name);
	struct ctl *c = NULL;
	struct err e = {0};
	bool up = false;
	int i;

	for (i = 0; i < LAB_PATIENCE / 10; i++) {
		json_t *r = NULL;

		if (lab_find_process(name) == 0)
			break;
		c = ctl_open(sock, &e);
		if (c != NULL && ctl_call(c, "inspect", NULL, NULL, 0,
					  LAB_PATIENCE, &r, &e) == 0)
			up = strcmp(
				 json_string_value(json_object_get(r, "state")),
				 "up") == 0;
		json_decref(r);
		if (c != NULL)
			ctl_close(c);
		if (up)
			break;
		usleep(10000);
	}
	free(sock);
	return up;
}

static void
caller_killed_while_building(void **state)
{
	const char *name = lab_name("c");
	struct lab_before b = lab_look();
	int i, pid;
	struct lab_ns ns;
	pid_t caller;
	char *dir;

	(void)state;
	for (i = 0; i < 10; i++) {
		caller = start_apart(name);
		pid = catch (name);
		ns = lab_ns_of(pid);
		usleep((useconds_t)i * 500);
		kill(caller, SIGKILL);
		wait_for(caller);
		/* Either it was up in time, or nothing of it stays. */
		if (up_or_gone(name)) {
			lab_down(name);
			dir = lab_path(name, "");
			file_remove(dir, &(struct err){0});
			free(dir);
		} else {
			dir = lab_path(name, "");
			assert_false(file_exists(dir));
			free(dir);
		}
		lab_gone(name, &ns, &b);
	}
}

/* A caller with a libuv loop and signal handlers, as the interface is one: none
 * of that may reach the supervisor. */
static void
caught(uv_signal_t *handle, int signum)
{
	(void)handle;
	(void)signum;
}

static void
a_caller_with_a_loop(void **state)
{
	struct lab_before b = lab_look();
	const char *name = lab_name("loop");
	uv_signal_t chld, term;
	uv_loop_t loop;
	struct ctl *c;
	json_t *n;
	int pid;

	(void)state;
	assert_int_equal(uv_loop_init(&loop), 0);
	uv_signal_init(&loop, &chld);
	uv_signal_init(&loop, &term);
	uv_signal_start(&chld, caught, SIGCHLD);
	uv_signal_start(&term, caught, SIGTERM);
	lab_up(name);
	c = lab_open(name);
	json_decref(lab_call(c, "restart", json_pack("{ss}", "node", "m1")));
	lab_until(c, "m1", "state", "running");
	n = lab_node(c, "m2");
	json_decref(n);
	ctl_close(c);
	pid = lab_pid(name);
	assert_int_equal(kill(pid, SIGTERM), 0);
	lab_gone(name, NULL, &b);
	uv_close((uv_handle_t *)&chld, NULL);
	uv_close((uv_handle_t *)&term, NULL);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
}

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

static const char rs_text[] = "lab: rs\n"
			      "title: A route server\n"
			      "exchange:\n"
			      "  name: IX Test\n"
			      "  asn: 64500\n"
			      "  switches: [sw1]\n"
			      "  peering-lans:\n"
			      "    lan: {ipv4: 203.0.113.0/24}\n"
			      "  route-servers:\n"
			      "    rs1: {ipv4: 203.0.113.1}\n"
			      "members:\n"
			      "  m1:\n"
			      "    asn: 65536\n"
			      "    ipv4: 203.0.113.10\n"
			      "    prefixes: [100.64.0.0/22]\n";

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

	assert_int_equal(lab_start_text(name, "rs.yml", rs_text, lab_dir, e),
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

		_exit(lab_start_text(name, "rs.yml", rs_text, lab_dir, &e) < 0
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
a_terminated_supervisor_says_goodbye(void **state)
{
	struct lab_before b = lab_look();
	const char *name = lab_name("term");
	struct lab_ns ns;
	int pid;

	(void)state;
	lab_up(name);
	pid = lab_pid(name);
	ns = lab_ns_of(pid);
	assert_int_equal(kill(pid, SIGTERM), 0);
	lab_gone(name, &ns, &b);
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

/* ---- once as we are, and, when that is root, once as nobody in particular */

#define ORDINARY 31415

static struct str ordinary_said;
static int ordinary_status;

static void
all_the_same_as_an_ordinary_user(void **state)
{
	char *line, *rest = NULL;

	(void)state;
	if (geteuid() != 0)
		return;
	for (line = strtok_r(ordinary_said.text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		print_message("%s\n", line);
	assert_int_equal(ordinary_status, 0);
}

static int
run(const char *name)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(up_and_down),
	    cmocka_unit_test(two_at_once_but_not_twice),
	    cmocka_unit_test(what_was_typed_survives),
	    cmocka_unit_test(overlay_is_laid_over),
	    cmocka_unit_test(a_firewall_is_there_first),
	    cmocka_unit_test(first_ix_with_route_servers),
	    cmocka_unit_test(killed_at_many_moments),
	    cmocka_unit_test(caller_killed_while_building),
	    cmocka_unit_test(a_caller_with_a_loop),
	    cmocka_unit_test(without_namespaces),
	    cmocka_unit_test(a_failed_step_is_undone),
	    cmocka_unit_test(on_a_full_disk),
	    cmocka_unit_test(without_bird),
	    cmocka_unit_test(state_below_run_and_no_etc_bird),
	    cmocka_unit_test(a_daemon_of_ours_that_dies),
	    cmocka_unit_test(a_daemon_that_never_answers),
	    cmocka_unit_test(killed_while_building_for_sure),
	    cmocka_unit_test(caller_killed_while_building_for_sure),
	    cmocka_unit_test(a_terminated_supervisor_says_goodbye),
	    cmocka_unit_test(doctor_finds_this_machine_fit),
	    cmocka_unit_test(all_the_same_as_an_ordinary_user),
	};

	if (lab_skip_all())
		return 0;
	return cmocka_run_group_tests_name(name, tests, NULL, lab_teardown);
}

static void
become_ordinary(void)
{
	if (setgroups(0, NULL) < 0 || setgid(ORDINARY) < 0 ||
	    setuid(ORDINARY) < 0 || prctl(PR_SET_DUMPABLE, 1) < 0)
		_exit(99);
}

static void
run_as_ordinary(void)
{
	char line[1200];
	pid_t pid;
	int p[2];
	FILE *f;

	if (pipe2(p, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		abort();
	if (pid == 0) {
		dup2(p[1], 1);
		dup2(p[1], 2);
		become_ordinary();
		ordinary_status = run("ordinary");
		fflush(stdout);
		_exit(ordinary_status);
	}
	close(p[1]);
	if ((f = fdopen(p[0], "r")) == NULL)
		abort();
	while (fgets(line, sizeof(line), f))
		str_addf(&ordinary_said, "#   %s", line);
	fclose(f);
	ordinary_status = wait_for(pid);
}

int
main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	lab_be_alone();
	if (geteuid() == 0)
		run_as_ordinary();
	return run("super_life");
}
