/*
 * Every configuration that a plan writes is put before the daemon that will
 * read it: BIRD parses the members', ixrs checks the route servers'. Each is
 * skipped where its program is missing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"
#include "lab/plan/plan.h"

#define HUB IXLAB_TREE "/engine/lab/model/t/hub.yml"

static const char *const shipped[] = {"bilateral", "first-ix", "big-ix", HUB};

static const char *
ixrs(void)
{
	static char path[4096];
	const char *bin = getenv("IXLAB_BIN");

	snprintf(path, sizeof(path), "%s/ixrs",
		 bin ? bin : IXLAB_TREE "/build");
	return path;
}

static char *
write_file(const char *dir, const struct plan_step *s)
{
	char *path = xasprintf("%s/%s", dir, s->path), *slash;
	struct err e;

	slash = strrchr(path, '/');
	*slash = '\0';
	assert_int_equal(file_mkdirs(path, &e), 0);
	*slash = '/';
	assert_int_equal(file_write(path, s->text, strlen(s->text), &e), 0);
	return path;
}

static void
run(char *command)
{
	int r = system(command);

	if (r != 0)
		print_error("%s\n", command);
	assert_int_equal(r, 0);
	free(command);
}

/* Call check for the path of each written file. */
static void
each_file(const char *name, void (*check)(const char *path))
{
	char dir[] = "/tmp/plan_files.XXXXXX", *path;
	struct err e;
	struct lab *lab = model_load(name, NULL, &e);
	struct plan *p;
	size_t i;

	assert_non_null(lab);
	assert_non_null(mkdtemp(dir));
	p = plan_new(lab);
	for (i = 0; i < p->n; i++) {
		if (p->steps[i].op != PLAN_FILE)
			continue;
		path = write_file(dir, &p->steps[i]);
		check(path);
		free(path);
	}
	assert_int_equal(file_remove(dir, &e), 0);
	plan_free(p);
	model_free(lab);
}

static void
check_bird(const char *path)
{
	if (str_ends(path, "/bird.conf"))
		run(xasprintf("PATH=$PATH:/usr/sbin bird -p -c %s", path));
}

static void
check_ixrs(const char *path)
{
	if (str_ends(path, "/clients.yml"))
		run(xasprintf("cd %.*s && rtr= && "
			      "! grep -q 'source: rtr' general.yml || "
			      "rtr='--rtr 127.0.0.1:323'; "
			      "%s --check --general general.yml $rtr --clients "
			      "clients.yml --control ctl >/dev/null",
			      (int)(strlen(path) - strlen("/clients.yml")),
			      path, ixrs()));
}

static void
bird_reads_them(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++)
		each_file(shipped[i], check_bird);
}

static void
ixrs_reads_them(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++)
		each_file(shipped[i], check_ixrs);
}

static void
nothing(void **state)
{
	(void)state;
}

int
main(void)
{
	struct CMUnitTest tests[] = {
	    cmocka_unit_test(bird_reads_them),
	    cmocka_unit_test(ixrs_reads_them),
	};

	/* cmocka's skip() prints "not ok", which prove takes for a failure */
	if (system("PATH=$PATH:/usr/sbin command -v bird >/dev/null") != 0)
		tests[0] = (struct CMUnitTest){
		    .name = "bird_reads_them # SKIP no bird: package bird2",
		    .test_func = nothing};
	if (access(ixrs(), X_OK) != 0)
		tests[1] = (struct CMUnitTest){
		    .name = "ixrs_reads_them # SKIP ixrs is not built",
		    .test_func = nothing};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
