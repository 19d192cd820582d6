/*
 * Faults at every step of "restore", "up", "reset", "apply" and "down": the
 * supervisor is killed, or stopped and then killed; a daemon is killed; whoever
 * asked is killed; the disk is full; there are no more processes, no more
 * descriptors. Whatever happens, nothing is left in the host, what was asked says
 * one sentence or succeeds (of an "apply" all or nothing holds), and the next
 * "up" works.
 *
 * First come the steps of each verb (trace.h says what a step is) with the first
 * four faults, then random sequences of faults, verbs, steps and labs. Which
 * steps and which sequences is another choice in each run: IXLAB_SEED repeats
 * one. IXLAB_RUNS says how many sequences (50), IXLAB_STEPS how many steps of each
 * lab and verb (0: all of them, each with each of the four: "make check-faults"),
 * IXLAB_VERBS and IXLAB_LABS of which of them. As root half of it is done as an
 * ordinary user, but with IXLAB_ROOT=1.
 *
 * Each user's labs live in a world of their own: mounts, links and abstract
 * sockets that nobody else has, and a state folder on a disk of eight megabytes.
 */
#include "fault_judge.h"

#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#define FAULTS_RUNS 50
#define FAULTS_STEPS 6 /* of each lab and verb, where not all are asked for */
#define FAULTS_EVERYWHERE 4 /* the first of them, which every step sees */
#define FAULTS_MISSED 8	    /* in a row: the verb has no more steps */
#define FAULTS_LAST_MS 500
#define FAULTS_DISK "size=8m,nr_inodes=300"
#define ORDINARY 31416

static bool half; /* of it is done as root, half as an ordinary user */

/* ---- a trial: one verb, one fault at one step */

/* False: there is no such step, the verb is over. */
static bool
trial_begin(struct trial *t, struct faults_lab *l, enum verb v, size_t k)
{
	bool there;

	memset(t, 0, sizeof(*t));
	lab_now = l;
	if (verb_bears(v)) {
		if (!trace_birth(&t->t, verb_bodies[v], l->name))
			fail_msg("%s was not even born", l->what);
	} else {
		trace_hold(&t->t, lab_pid(l->name));
		t->t.caller = trace_caller(verb_bodies[v], l->name, false);
	}
	t->pid = t->t.pid;
	t->ns = lab_ns_of(t->pid);
	there = trace_to(&t->t, k);
	if (!there)
		trace_release(&t->t, false, 0);
	return there;
}

/* A start in vain leaves the disk as it was. */
static void
disk_is_as_before(const struct faults_lab *l)
{
	_free_ char *dir = lab_path(l->name, "");

	if (!l->whole)
		assert_false(file_exists(dir));
}

/* The last words of a supervisor that should live. */
static void
print_log(const struct faults_lab *l)
{
	_free_ char *text = lab_read(l->name, "log");
	size_t len = strlen(text);

	print_message("# the end of its log:\n%s\n",
		      text + (len > 900 ? len - 900 : 0));
}

static void
judge(const struct trial *t, enum verb v, const struct fault *f, bool lives)
{
	int status = t->t.status;

	if (f == NULL || f->outcome == NOTHING ||
	    (v == VERB_DOWN && f->outcome != DEADLY && f->outcome != UNHEARD))
		assert_int_equal(status, 0);
	if (f != NULL && f->outcome == UNHEARD)
		return;
	assert_true(status == 0 || status == ERR_HERE);
	if (f == NULL || f->outcome != DEADLY)
		assert_true(lives == (v == VERB_RESET || v == VERB_APPLY ||
				      (verb_bears(v) && status == 0)));
}

/* Judge a verb that was hit (f NULL: it was not), and say whether the lab lives
 * on. */
static bool
trial_end(struct trial *t, struct faults_lab *l, enum verb v,
	  const struct fault *f, const struct lab_before *b)
{
	bool dead = f != NULL && f->outcome == DEADLY, lives;

	/* no fault lasts for ever: what cannot go on may wait for its end */
	if (!trace_wait_caller(&t->t, FAULTS_LAST_MS)) {
		relieve(t);
		assert_true(trace_wait_caller(&t->t, LAB_PATIENCE));
	}
	lives = !dead && settled(t, l->name);
	relieve(t);
	if (!dead && !lives && (v == VERB_RESET || v == VERB_APPLY))
		print_log(l);
	judge(t, v, f, lives);
	if (!lives)
		lab_gone(l->name, &t->ns, b);
	else if (t->ns.fd >= 0)
		close(t->ns.fd);
	ungroup(t);
	if (verb_bears(v) && !lives && !dead)
		disk_is_as_before(l);
	if (lives && verb_bears(v))
		l->whole = true;
	if (lives && v == VERB_RESET && t->t.status != 0)
		good_reset(l);
	if (lives && v == VERB_APPLY && !(f && f->outcome == UNHEARD))
		judge_apply(l, t->t.status);
	if (lives && v != VERB_DOWN)
		all_run(l->name);
	return lives;
}

static size_t trials, trials_hit;

static bool
trial(struct faults_lab *l, enum verb v, const struct fault *f, size_t k,
      const struct lab_before *b)
{
	struct trial t;
	bool hit = trial_begin(&t, l, v, k);

	print_message("#   %s %s%s%s: %s at step %zu of %zu (%s)\n",
		      verb_names[v], l->what, v == VERB_RESET ? " " : "",
		      v == VERB_RESET ? lab_node_now : "", f->name, k,
		      l->steps[v], hit ? t.t.what : "over by then");
	fflush(NULL);
	trials++;
	trials_hit += hit;
	if (hit)
		f->hit(&t);
	return trial_end(&t, l, v, hit ? f : NULL, b);
}

/* ---- the tests */

static void
forget(struct faults_lab *l)
{
	_free_ char *dir = lab_path(l->name, "");
	struct err e = {0};

	if (file_exists(dir) && file_remove(dir, &e) < 0)
		fail_msg("%s", e.msg);
	l->whole = false;
}

static void
count(struct faults_lab *l)
{
	struct lab_before b = lab_look();
	enum verb v;

	lab_node_now = l->nodes[0];
	print_message("# %s:", l->what);
	for (v = 0; v < VERBS; v++) {
		struct trial t;

		(void)trial_begin(&t, l, v, SIZE_MAX);
		if (trial_end(&t, l, v, NULL, &b) && v == VERB_RESTORE)
			good_down(l, &b, false);
		l->steps[v] = t.t.steps;
		print_message("%s %s %zu", v ? "," : "", verb_names[v],
			      l->steps[v]);
	}
	print_message(" steps\n");
}

/* How many steps each verb has when nothing happens. */
static void
steps_are_counted(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < NLABS; i++) {
		snprintf(faults_labs[i].name, sizeof(faults_labs[i].name), "%s",
			 lab_name(faults_labs[i].what));
		count(&faults_labs[i]);
		forget(&faults_labs[i]);
	}
}

/* What follows a trial: it goes, if it lives, and all is well. */
static void
aftermath(struct faults_lab *l, bool lives, bool asked,
	  const struct lab_before *b)
{
	if (lives)
		good_down(l, b, asked);
	good_up(l);
	good_down(l, b, false);
}

/* Faults at so many of a verb's steps, evenly spread, each somewhere in its
 * stretch; the next "up" is that of the next trial. It may have become shorter:
 * who waits for a slow machine says so, and takes more steps. */
static void
hit_along(struct faults_lab *l, enum verb v, size_t many, size_t first,
	  size_t faults_here)
{
	struct lab_before b = lab_look();
	size_t n = l->steps[v], i, k, hits = trials_hit, missed = 0;
	const struct fault *f;

	for (i = 0; i < many && missed < FAULTS_MISSED; i++) {
		k = i * n / many + 1 + chance((uint32_t)(n / many));
		f = &faults[first + i % faults_here];
		if (verb_bears(v))
			forget(l);
		else
			good_up(l);
		if (trial(l, v, f, k, &b))
			good_down(l, &b, false);
		if (verb_bears(v))
			aftermath(l, false, false, &b);
		missed = trials_hit > hits ? 0 : missed + 1;
		hits = trials_hit;
	}
	aftermath(l, false, false, &b);
}

/* All steps with each of the faults, or some of both. */
static void
hit_verb(struct faults_lab *l, enum verb v)
{
	size_t many = number_of("IXLAB_STEPS", FAULTS_STEPS), i;

	lab_node_now = l->nodes[0];
	if (many != 0 && many < l->steps[v])
		hit_along(l, v, many, 0, FAULTS_EVERYWHERE);
	for (i = 0; i < FAULTS_EVERYWHERE && many == 0; i++)
		hit_along(l, v, l->steps[v], i, 1);
}

/* A variable names those that are wanted; unset: all. */
static bool
wanted(const char *variable, const char *name)
{
	const char *list = getenv(variable);

	return list == NULL || strstr(list, name) != NULL;
}

static void
faults_at_every_step(void **state)
{
	size_t i;
	enum verb v;

	(void)state;
	for (i = 0; i < NLABS; i++)
		for (v = 0; v < VERBS; v++)
			if (wanted("IXLAB_LABS", faults_labs[i].what) &&
			    wanted("IXLAB_VERBS", verb_names[v]))
				hit_verb(&faults_labs[i], v);
	print_message("# %zu trials, %zu of them hit\n", trials, trials_hit);
}

/* Each fault in each verb once, at least. */
static void
sequence(struct faults_lab *l)
{
	struct lab_before b = lab_look();
	const struct fault *f = NULL;
	bool lives = false;
	enum verb v;
	size_t n = 0;

	if (chance(2))
		forget(l);
	while (l->nodes[n])
		n++;
	for (v = chance(3) ? VERB_UP : VERB_RESTORE; v < VERBS;
	     v = v == VERB_RESTORE ? VERB_RESET : v + 1) {
		lab_node_now = l->nodes[chance((uint32_t)n)];
		f = &faults[chance(NFAULTS)];
		if ((v == VERB_RESET || v == VERB_APPLY) && chance(2))
			continue;
		if (!verb_bears(v) && !lives)
			good_up(l);
		lives = trial(l, v, f, 1 + chance((uint32_t)l->steps[v]), &b);
	}
	aftermath(l, lives, f->outcome == UNHEARD, &b);
}

static void
random_sequences(void **state)
{
	uint32_t runs = number_of("IXLAB_RUNS", FAULTS_RUNS), i;

	(void)state;
	if (half)
		runs = (runs + 1) / 2;
	for (i = 0; i < runs; i++) {
		print_message("# sequence %u\n", i + 1);
		sequence(&faults_labs[chance(NLABS)]);
	}
}
/* ---- a world for each user */

/* An ordinary user's: who we are stays the same, and rights end with this. */
static int
world_of_user(struct err *e)
{
	unsigned int uid = geteuid(), gid = getegid();
	char map[64];

	if (unshare(CLONE_NEWUSER) < 0 ||
	    lab_put("/proc/self/setgroups", "deny", e) < 0)
		return err_sys(e, "no user namespace");
	snprintf(map, sizeof(map), "%u %u 1", uid, uid);
	if (lab_put("/proc/self/uid_map", map, e) < 0)
		return -1;
	snprintf(map, sizeof(map), "%u %u 1", gid, gid);
	return lab_put("/proc/self/gid_map", map, e);
}

static int
world_enter(struct err *e)
{
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct none[2] = {{0}};
	bool root = geteuid() == 0;

	if (!root && world_of_user(e) < 0)
		return -1;
	if (unshare(CLONE_NEWNS | CLONE_NEWNET) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", lab_dir, "tmpfs", 0, FAULTS_DISK) < 0)
		return err_sys(e, "no world of its own");
	if (!root && syscall(SYS_capset, &head, none) < 0)
		return err_sys(e, "capset");
	lab_alone = true;
	return node_try(true, lab_nothing, NULL, e);
}
/* The ordinary user's half comes first; its lines are remarks of ours. */
static struct str ordinary_said;
static int ordinary_status;

static void
the_same_as_an_ordinary_user(void **state)
{
	char *line, *rest = NULL;

	(void)state;
	if (ordinary_said.len == 0)
		return;
	for (line = strtok_r(ordinary_said.text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		print_message("#   %s\n", line);
	assert_int_equal(ordinary_status, 0);
}

static int
run(const char *who)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(steps_are_counted),
	    cmocka_unit_test(faults_at_every_step),
	    cmocka_unit_test(random_sequences),
	    cmocka_unit_test(the_same_as_an_ordinary_user),
	};
	_free_ char *bird = node_which("bird");
	struct err e = {0};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	lab_timeout = FAULTS_MS;
	if (bird == NULL || world_enter(&e) < 0) {
		printf("1..0 # SKIP %s\n",
		       bird ? e.msg : "BIRD is not installed");
		return 0;
	}
	return cmocka_run_group_tests_name(who, tests, NULL, NULL);
}

/* In a process of its own, so that what is left of it goes with it. */
static int
run_apart(const char *who, bool ordinary, int out)
{
	int status = -1;
	pid_t pid;

	snprintf(lab_dir, sizeof(lab_dir), "/tmp/ixlab-super-XXXXXX");
	if (mkdtemp(lab_dir) == NULL ||
	    (ordinary && chown(lab_dir, ORDINARY, ORDINARY) < 0))
		return 1;
	fflush(NULL);
	if ((pid = fork()) == 0) {
		if (out >= 0 && (dup2(out, 1) < 0 || dup2(out, 2) < 0))
			_exit(99);
		if (ordinary &&
		    (setgroups(0, NULL) < 0 || setgid(ORDINARY) < 0 ||
		     setuid(ORDINARY) < 0 || prctl(PR_SET_DUMPABLE, 1) < 0))
			_exit(99);
		status = run(who);
		fflush(NULL);
		_exit(status);
	}
	if (pid > 0)
		(void)waitpid(pid, &status, 0);
	(void)rmdir(lab_dir);
	return status != 0;
}

/* Into memory: a pipe would be full. */
static int
run_ordinary(void)
{
	int fd = memfd_create("ordinary", MFD_CLOEXEC), rc;
	char buf[4096];
	ssize_t n;

	if (fd < 0)
		return 1;
	rc = run_apart("ordinary", true, fd);
	(void)lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		str_addn(&ordinary_said, buf, (size_t)n);
	close(fd);
	return rc;
}

int
main(void)
{
	faults_seed = number_of("IXLAB_SEED", (uint32_t)time(NULL));
	printf("# IXLAB_SEED=%u\n", (uint32_t)faults_seed);
	half = geteuid() == 0 && getenv("IXLAB_ROOT") == NULL;
	ordinary_status = half ? run_ordinary() : 0;
	return run_apart("super_faults", false, -1);
}
