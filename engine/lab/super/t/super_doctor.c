/*
 * What doctor says of machines that are not this one: pure functions on recorded
 * texts. Then conditions made for real, in a child: filtered system calls,
 * files of others; here.sh
 * has more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"
#include "lab/super/super.h"
#include "lab/super/super_doctor.h"
#include "lab/super/super_place.h"
#include "lab/super/t/leave_out.h"

/* ---- recorded */

static void
releases(void **state)
{
	static const struct {
		const char *text;
		bool tried;
		const char *name;
	} rows[] = {
	    {"PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"
	     "VERSION_ID=\"12\"\nID=debian\n",
	     true, "Debian GNU/Linux 12 (bookworm)"},
	    {"PRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\n"
	     "NAME=\"Debian GNU/Linux\"\nVERSION_ID=\"13\"\nID=debian\n",
	     true, "Debian GNU/Linux 13 (trixie)"},
	    {"PRETTY_NAME=\"Ubuntu 24.04.1 LTS\"\nVERSION_ID=\"24.04\"\n"
	     "ID=ubuntu\nID_LIKE=debian\n",
	     true, "Ubuntu 24.04.1 LTS"},
	    {"ID=ubuntu\nVERSION_ID=\"22.04\"\nPRETTY_NAME=\"Ubuntu 22.04\"\n",
	     false, "Ubuntu 22.04"},
	    {"ID=fedora\nVERSION_ID=41\nPRETTY_NAME='Fedora Linux 41'", false,
	     "Fedora Linux 41"},
	    {"", false, NULL},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *name = super_place_release(rows[i].text, "PRETTY_NAME");

		assert_int_equal(super_place_tried(rows[i].text),
				 rows[i].tried);
		if (rows[i].name)
			assert_string_equal(name, rows[i].name);
		else
			assert_null(name);
		free(name);
	}
	assert_false(super_place_tried(NULL));
}

static void
windows(void **state)
{
	(void)state;
	assert_int_equal(super_place_windows("6.1.0-18-amd64"), 0);
	assert_int_equal(super_place_windows("4.4.0-19041-Microsoft"), 1);
	assert_int_equal(
	    super_place_windows("5.15.153.1-microsoft-standard-WSL2"), 2);
	assert_int_equal(super_place_windows("4.19.84-microsoft-standard"), 2);
}

static void
containers(void **state)
{
	static const struct {
		const char *env;
		bool docker, podman;
		const char *cgroup, *name;
	} rows[] = {
	    {NULL, false, false, "0::/init.scope\n", NULL},
	    {NULL, true, false, "0::/\n", "Docker"},
	    {NULL, false, true, NULL, "Podman"},
	    {"podman", false, true, NULL, "Podman"},
	    {"lxc", false, false, "0::/\n", "LXC"},
	    {"systemd-nspawn", false, false, NULL, "systemd-nspawn"},
	    {"oci", false, false, NULL, ""},
	    {NULL, false, false, "12:pids:/docker/0123abcd\n", "Docker"},
	    {NULL, false, false, "0::/kubepods.slice/x\n", "Kubernetes"},
	};
	const char *name;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		name = super_place_container(rows[i].env, rows[i].docker,
					     rows[i].podman, rows[i].cgroup);
		if (rows[i].name == NULL)
			assert_null(name);
		else
			assert_string_equal(name, rows[i].name);
	}
}

static void
status_lines(void **state)
{
	static const char text[] = "Name:\tx\nCapEff:\t00000000a80425fb\n"
				   "Seccomp:\t2\nSeccomp_filters:\t1\n";

	(void)state;
	assert_false(super_place_status(text, "CapEff", 1ull << 21));
	assert_true(super_place_status("CapEff:\t000001ffffffffff\n", "CapEff",
				       1ull << 21));
	assert_true(super_place_status(text, "Seccomp", 2));
	assert_false(super_place_status("Seccomp:\t0\n", "Seccomp", 2));
	assert_false(super_place_status(NULL, "Seccomp", 2));
}

static void
namespaces_are_mended(void **state)
{
	static const struct {
		struct super_place p;
		const char *fix;
	} rows[] = {
	    {{.none = true}, "sudo sysctl -w user.max_user_namespaces=10000"},
	    {{.none = true, .root = true},
	     "sysctl -w user.max_user_namespaces=10000"},
	    {{.off = true},
	     "sudo sysctl -w kernel.unprivileged_userns_clone=1"},
	    {{.off = true, .container = "Docker"},
	     "on the host, outside of this container: sudo sysctl -w "
	     "kernel.unprivileged_userns_clone=1"},
	    {{.confined = true,
	      .profile = "/usr/share/ixlab/apparmor/ixlab",
	      .profile_names_us = true,
	      .program = "/usr/bin/ixlab"},
	     "sudo install -m 644 /usr/share/ixlab/apparmor/ixlab "
	     "/etc/apparmor.d/ixlab && sudo apparmor_parser -r "
	     "/etc/apparmor.d/ixlab"},
	    {{.confined = true, .program = "/home/u/ixlab/build/ixlab"},
	     "printf 'abi <abi/4.0>,\\nprofile ixlab-here "
	     "\"/home/u/ixlab/build/ixlab\" flags=(unconfined) {\\n  "
	     "userns,\\n}\\n' | sudo tee /etc/apparmor.d/ixlab-here "
	     ">/dev/null && sudo apparmor_parser -r "
	     "/etc/apparmor.d/ixlab-here"},
	    {{.container = "Docker", .seccomp = true, .root = true},
	     "start the container with --privileged, or with --security-opt "
	     "seccomp=unconfined --security-opt apparmor=unconfined "
	     "--security-opt systempaths=unconfined"},
	    {{.container = "Docker", .seccomp = true},
	     "start the container with --security-opt seccomp=unconfined "
	     "--security-opt apparmor=unconfined --security-opt "
	     "systempaths=unconfined"},
	    {{.container = "Podman", .root = true, .admin = true},
	     "start the container with --privileged, or with --cap-add "
	     "NET_ADMIN, which it lacks"},
	    {{.container = "systemd-nspawn", .seccomp = true, .root = true},
	     "start the container with systemd-nspawn "
	     "--capability=CAP_SYS_ADMIN,CAP_NET_ADMIN, which it lacks"},
	    {{.container = "systemd-nspawn",
	      .seccomp = true,
	      .root = true,
	      .admin = true},
	     "start the container with systemd-nspawn --private-network or "
	     "--capability=CAP_NET_ADMIN, which it lacks"},
	    {{.container = "systemd-nspawn",
	      .root = true,
	      .admin = true,
	      .net = true},
	     "start the container with systemd-nspawn --private-network"},
	    {{.container = "systemd-nspawn", .seccomp = true},
	     "start the container with systemd-nspawn --private-network"},
	    {{.container = "LXC"},
	     "on the host: lxc config set NAME security.nesting true, and "
	     "start it again"},
	    {{.container = "Kubernetes", .root = true},
	     "give the pod securityContext: {privileged: true}"},
	    {{.container = "", .root = true, .net = true},
	     "start the container with CAP_SYS_ADMIN, which it lacks"},
	    {{.container = ""},
	     "start the container with more rights: it forbids namespaces"},
	    {{.root = true, .admin = true},
	     "this root has not the right (CAP_NET_ADMIN): start ixlab as "
	     "root of the machine"},
	    {{.seccomp = true},
	     "something filters system calls here: start "
	     "ixlab outside of it"},
	    {{.windows = 1},
	     "in Windows: wsl --set-version NAME 2, NAME as in "
	     "wsl --list"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *fix = super_place_namespaces(&rows[i].p);

		assert_string_equal(fix, rows[i].fix);
		free(fix);
	}
}

static void
commands_fit_the_place(void **state)
{
	static const struct super_place user = {0}, root = {.root = true},
					within = {.root = true,
						  .container = "Docker"},
					wsl = {.windows = 2};
	static const struct {
		const struct super_place *p;
		const char *said, *got;
	} rows[] = {
	    {&user, "sudo apt-get install x", "sudo apt-get install x"},
	    {&root, "sudo apt-get install x", "apt-get install x"},
	    {&root, "sudo a && sudo b", "a && b"},
	    {&within, "sudo apt-get install x", "apt-get install x"},
	    {&within, "sudo modprobe veth",
	     "on the host, outside of this container: sudo modprobe veth"},
	    {&wsl, "sudo modprobe veth",
	     "sudo modprobe veth; where that finds nothing, in Windows: wsl "
	     "--update"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *got = super_place_command(rows[i].p, rows[i].said);

		assert_string_equal(got, rows[i].got);
		free(got);
	}
}

static void
sudo_and_home(void **state)
{
	struct super_place p = {.root = true,
				.sudo_user = "u",
				.home = "/home/u",
				.home_owner = "u"};
	char *why, *fix, *words;

	(void)state;
	assert_true(super_place_sudo(&p, &why, &fix));
	assert_non_null(strstr(why, "HOME is /home/u, of u"));
	assert_non_null(strstr(fix, "sudo -H ixlab"));
	free(why);
	free(fix);
	p.home_ours = true;
	assert_false(super_place_sudo(&p, &why, &fix));
	p.sudo_user = NULL;
	p.home_ours = false;
	assert_false(super_place_sudo(&p, &why, &fix));
	p = (struct super_place){.os = "Ubuntu 24.04.1 LTS",
				 .kernel = "5.15-microsoft-standard-WSL2",
				 .windows = 2,
				 .container = "Docker",
				 .root = true};
	words = super_place_words(&p);
	assert_string_equal(
	    words, "Ubuntu 24.04.1 LTS, Linux "
		   "5.15-microsoft-standard-WSL2, WSL2, in a Docker "
		   "container, without CAP_SYS_ADMIN and CAP_NET_ADMIN, root");
	free(words);
}

/* ---- made for real */

/* Runs doctor after prepare, in a child; its rows. */
static json_t *
doctor_after(int (*prepare)(void))
{
	char path[] = "/tmp/ixlab-doctor.XXXXXX";
	int fd = mkstemp(path), status = -1;
	json_t *rows;
	pid_t pid;

	assert_true(fd >= 0);
	if ((pid = fork()) == 0) {
		if (prepare() < 0)
			_exit(77);
		rows = super_doctor();
		_exit(json_dump_file(rows, path, 0) < 0 ? 1 : 0);
	}
	close(fd);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	rows = json_load_file(path, 0, NULL);
	unlink(path);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
		json_decref(rows);
		return NULL;
	}
	assert_int_equal(status, 0);
	assert_non_null(rows);
	return rows;
}

static const json_t *
row_of(const json_t *rows, const char *feature)
{
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (strcmp(json_string_value(json_object_get(row, "feature")),
			   feature) == 0)
			return row;
	}
	fail_msg("no row %s", feature);
	return NULL;
}

static bool
ok_of(const json_t *rows, const char *feature)
{
	return json_is_true(json_object_get(row_of(rows, feature), "ok"));
}

static void
says(const json_t *rows, const char *feature, const char *key, const char *text)
{
	const char *have =
	    json_string_value(json_object_get(row_of(rows, feature), key));

	if (have == NULL || strstr(have, text) == NULL)
		fail_msg("%s, %s: \"%s\", and not \"%s\"", feature, key,
			 have ? have : "null", text);
}

/* As a container's runtime does: whoever asks for a namespace gets EPERM. */
static int
filter_unshare(void)
{
	struct sock_filter f[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		     offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = {sizeof(f) / sizeof(f[0]), f};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0
		   ? -1
		   : 0;
}

static int
filter_in_container(void)
{
	setenv("container", "docker", 1);
	return filter_unshare();
}

static struct leave_out filtered = {"filtered_system_calls"},
			others = {"files_of_others"};

static void
filtered_system_calls(void **state)
{
	json_t *rows = doctor_after(filter_unshare);

	(void)state;
	if (rows == NULL) {
		leave_out(&filtered, "system calls cannot be filtered here");
		return;
	}
	assert_false(ok_of(rows, "namespaces"));
	says(rows, "namespaces", "fix", "filters system calls");
	assert_false(ok_of(rows, "veth"));
	says(rows, "veth", "why", "needs namespaces");
	assert_true(json_is_null(json_object_get(row_of(rows, "veth"), "fix")));
	says(rows, "iproute2", "note", "found, and not run");
	json_decref(rows);
	rows = doctor_after(filter_in_container);
	says(rows, "namespaces", "fix", "--security-opt seccomp=unconfined");
	says(rows, "this machine", "note", "in a Docker container");
	json_decref(rows);
}

static int
strange_home(void)
{
	return geteuid() != 0 ||
		       chown("/tmp/ixlab-doctor-home", 12345, 12345) ||
		       setenv("HOME", "/tmp/ixlab-doctor-home", 1) ||
		       setenv("SUDO_USER", "somebody", 1)
		   ? -1
		   : unsetenv("XDG_STATE_HOME");
}

static int
strange_files(void)
{
	return geteuid() != 0 ||
		       setenv("XDG_STATE_HOME", "/tmp/ixlab-doctor-home", 1) ||
		       mkdir("/tmp/ixlab-doctor-home/ixlab", 0755) ||
		       mkdir("/tmp/ixlab-doctor-home/ixlab/labs", 0755) ||
		       mkdir("/tmp/ixlab-doctor-home/ixlab/labs/x", 0755) ||
		       chown("/tmp/ixlab-doctor-home/ixlab/labs/x", 12345, 0)
		   ? -1
		   : unsetenv("SUDO_USER");
}

static void
files_of_others(void **state)
{
	json_t *rows;
	struct err e;

	(void)state;
	if (geteuid() != 0) {
		leave_out(&others, "only root gives files to others");
		return;
	}
	(void)file_remove("/tmp/ixlab-doctor-home", &e);
	assert_int_equal(mkdir("/tmp/ixlab-doctor-home", 0755), 0);
	rows = doctor_after(strange_home);
	assert_false(ok_of(rows, "own files"));
	says(rows, "own files", "why", "of user 12345");
	says(rows, "this machine", "note", "somebody by sudo");
	json_decref(rows);
	rows = doctor_after(strange_files);
	assert_false(ok_of(rows, "own files"));
	says(rows, "own files", "why", "labs/x belongs to user 12345");
	says(rows, "own files", "fix", "chown -R 0:0 /tmp/ixlab-doctor-home");
	json_decref(rows);
	(void)file_remove("/tmp/ixlab-doctor-home", &e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(releases),
	    cmocka_unit_test(windows),
	    cmocka_unit_test(containers),
	    cmocka_unit_test(status_lines),
	    cmocka_unit_test(namespaces_are_mended),
	    cmocka_unit_test(commands_fit_the_place),
	    cmocka_unit_test(sudo_and_home),
	    {.name = filtered.name, .test_func = filtered_system_calls},
	    {.name = others.name, .test_func = files_of_others},
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("super_doctor", tests, NULL, NULL);
}
