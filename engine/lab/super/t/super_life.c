/*
 * The lives and deaths of labs: up, down, killed at every moment; and that nothing
 * is left. As root these are run a second time as an ordinary user.
 */
#include "apart.h"

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
	    cmocka_unit_test(a_terminated_supervisor_says_goodbye),
	    cmocka_unit_test(all_the_same_as_an_ordinary_user),
	};

	if (lab_skip_all())
		return 0;
	return cmocka_run_group_tests_name(name, tests, NULL, lab_teardown);
}

int
main(void)
{
	return run_as_both(run, "super_life");
}
