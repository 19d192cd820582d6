/*
 * Faults at every step of "up", "reset", "apply" and "down": the supervisor is killed, or
 * stopped and then killed; a daemon is killed; whoever asked is killed; the disk
 * is full; there are no more processes, no more descriptors. Whatever happens,
 * nothing is left in the host, what was asked says one sentence or succeeds (of
 * an "apply" all or nothing holds), and the next "up" works.
 *
 * First the supervisor is killed before each of its steps (trace.h says what a
 * step is), then come random sequences of faults, verbs, steps and labs.
 * IXLAB_SEED repeats a run, IXLAB_RUNS says how many sequences (50), IXLAB_STEPS
 * how many of the steps (0: all). As root half of it is done as an ordinary user.
 *
 * Each user's labs live in a world of their own: mounts, links and abstract
 * sockets that nobody else has, and a state folder on a disk of eight megabytes.
 */
#include "fault.h"

#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#define FAULTS_RUNS 50
#define FAULTS_STEPS 6 /* of each lab, where not all are asked for */
#define FAULTS_LAST_MS 500
#define FAULTS_MS 60000 /* of a start; only a hang comes near */
#define FAULTS_DISK "size=8m,nr_inodes=300"
#define ORDINARY 31416

static bool half; /* of it is done as root, half as an ordinary user */

/* ---- labs: two members; ours, a route server; rules and weather on a fabric */

static const char rs_text[] =
    "lab: rs\n"
    "exchange:\n"
    "  name: IX Test\n"
    "  asn: 64500\n"
    "  switches: [sw1]\n"
    "  peering-lans:\n"
    "    lan: {ipv4: 203.0.113.0/24}\n"
    "  route-servers:\n"
    "    rs1: {ipv4: 203.0.113.1}\n"
    "members:\n"
    "  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n";

static const char fabric_text[] =
    "lab: fabric\n"
    "exchange:\n"
    "  name: IX Test\n"
    "  asn: 64500\n"
    "  switches: [sw1, sw2]\n"
    "  site-links:\n"
    "    - {between: [sw1, sw2], delay: 5ms}\n"
    "  peering-lans:\n"
    "    lan:\n"
    "      switches: [sw1, sw2]\n"
    "      ipv4: 203.0.113.0/24\n"
    "      guard: {pin: yes}\n"
    "members:\n"
    "  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n"
    "  m2:\n"
    "    asn: 65537\n"
    "    switch: sw2\n"
    "    ipv4: 203.0.113.11\n"
    "    trainee: yes\n"
    "    host: yes\n"
    "    prefixes: [100.64.4.0/22]\n";

/* What they become: somebody goes, somebody comes, the rest stays. */
static const char pair_other[] = "lab: pair\n"
				 "exchange:\n"
				 "  name: IX Test\n"
				 "  asn: 64500\n"
				 "  switches: [sw1]\n"
				 "  peering-lans:\n"
				 "    lan:\n"
				 "      ipv4: 203.0.113.0/24\n"
				 "      ipv6: 2001:db8:ffff:1::/64\n"
				 "members:\n"
				 "  m1:\n"
				 "    asn: 65536\n"
				 "    trainee: yes\n"
				 "    ipv4: 203.0.113.10\n"
				 "    ipv6: 2001:db8:ffff:1::10\n"
				 "    prefixes: [100.64.0.0/22]\n"
				 "  m3:\n"
				 "    asn: 65538\n"
				 "    ipv4: 203.0.113.12\n"
				 "    host: yes\n"
				 "    prefixes: [100.64.8.0/22]\n"
				 "    peers: [m1]\n";

static const char rs_other[] =
    "lab: rs\n"
    "exchange:\n"
    "  name: IX Test\n"
    "  asn: 64500\n"
    "  switches: [sw1]\n"
    "  peering-lans:\n"
    "    lan: {ipv4: 203.0.113.0/24}\n"
    "  route-servers:\n"
    "    rs1: {ipv4: 203.0.113.1}\n"
    "members:\n"
    "  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n"
    "  m2: {asn: 65537, ipv4: 203.0.113.11, prefixes: [100.64.4.0/22]}\n";

static const char fabric_other[] =
    "lab: fabric\n"
    "exchange:\n"
    "  name: IX Test\n"
    "  asn: 64500\n"
    "  switches: [sw1, sw2]\n"
    "  site-links:\n"
    "    - {between: [sw1, sw2], delay: 9ms}\n"
    "  peering-lans:\n"
    "    lan:\n"
    "      switches: [sw1, sw2]\n"
    "      ipv4: 203.0.113.0/24\n"
    "      guard: {pin: yes, broadcast: 100}\n"
    "members:\n"
    "  m2:\n"
    "    asn: 65537\n"
    "    switch: sw2\n"
    "    ipv4: 203.0.113.11\n"
    "    trainee: yes\n"
    "    host: yes\n"
    "    prefixes: [100.64.4.0/22]\n"
    "  m3: {asn: 65538, ipv4: 203.0.113.12, prefixes: [100.64.8.0/22]}\n";

static struct faults_lab {
	const char *what, *text, *other;
	const char *const *nodes; /* to be reset; NULL at the end */
	char name[32];
	bool whole;	 /* it was up once, so its folder may stay */
	size_t steps[4]; /* of each verb, as counted when nothing happens */
} faults_labs[] = {
    {.what = "pair",
     .text = lab_text,
     .other = pair_other,
     .nodes = (const char *const[]){"m1", "m2", "sw1", NULL}},
    {.what = "rs",
     .text = rs_text,
     .other = rs_other,
     .nodes = (const char *const[]){"rs1", "m1", "sw1", NULL}},
    {.what = "fabric",
     .text = fabric_text,
     .other = fabric_other,
     .nodes = (const char *const[]){"m1", "m2", "sw1", "sw2", NULL}},
};
#define NLABS (sizeof(faults_labs) / sizeof(faults_labs[0]))

static const struct faults_lab *lab_now;
static const char *lab_node_now;

/* ---- verbs, each in a process of its own */

enum verb { VERB_UP, VERB_RESET, VERB_APPLY, VERB_DOWN };
static const char *const verb_names[] = {"up", "reset", "apply", "down"};

static int
verb_up(const char *name, struct err *e)
{
	const char *bin = getenv("IXLAB_BIN");

	return lab_start_text(name, "faults.yml", lab_now->text,
			      bin ? bin : IXLAB_TREE "/build", e);
}

static int
verb_down(const char *name, struct err *e)
{
	return super_down(name, FAULTS_MS, e);
}

/* *result may be NULL. */
static int
ask(const char *name, const char *verb, json_t *args, json_t **result,
    struct err *e)
{
	_free_ char *sock = ctl_lab_name(name);
	struct ctl *c = ctl_open(sock, e);
	int rc;

	if (c == NULL) {
		json_decref(args);
		return -1;
	}
	rc = ctl_call(c, verb, args, NULL, 0, FAULTS_MS, result, e);
	ctl_close(c);
	return rc;
}

static int
verb_reset(const char *name, struct err *e)
{
	return ask(name, "reset", json_pack("{ss}", "node", lab_node_now), NULL,
		   e);
}

static int
verb_apply(const char *name, struct err *e)
{
	return ask(
	    name, "apply",
	    json_pack("{ss ss}", "text", lab_now->other, "file", "other.yml"),
	    NULL, e);
}

static const trace_body verb_bodies[] = {verb_up, verb_reset, verb_apply,
					 verb_down};

/* ---- what must be true then */

/* Half-written files below a folder. */
static size_t
litter(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *de;
	size_t n = 0;

	while (d && (de = readdir(d)) != NULL) {
		_free_ char *path = xasprintf("%s/%s", dir, de->d_name);

		if (de->d_name[0] == '.')
			continue;
		if (str_ends(de->d_name, ".tmp")) {
			print_message("#   left: %s\n", path);
			n++;
		}
		if (de->d_type == DT_DIR)
			n += litter(path);
	}
	if (d)
		closedir(d);
	return n;
}

static char *
lab_state(const char *name)
{
	_free_ char *sock = ctl_lab_name(name);
	struct err e = {0};
	struct ctl *c = ctl_open(sock, &e);
	json_t *r = NULL;
	char *state = NULL;

	if (c == NULL)
		return NULL;
	if (ctl_call(c, "inspect", NULL, NULL, 0, LAB_PATIENCE, &r, &e) == 0)
		state = xstrdup(json_string_value(json_object_get(r, "state")));
	json_decref(r);
	ctl_close(c);
	return state;
}

/* It has made up its mind: up (true) or gone. */
static bool
settled(const struct trial *t, const char *name)
{
	int i;

	for (i = 0; i < LAB_PATIENCE / 5; i++) {
		_free_ char *state = NULL;

		if (lab_ns_processes(&t->ns) == 0)
			return false;
		state = lab_state(name);
		if (state && strcmp(state, "up") == 0)
			return true;
		usleep(5000);
	}
	fail_msg("%s is neither up nor gone", name);
	return false;
}

static void
all_run(const char *name)
{
	struct ctl *c = lab_open(name);
	json_t *all = lab_call(c, "inspect", NULL), *row;
	size_t i;

	json_array_foreach(json_object_get(all, "nodes"), i, row)
	{
		const char *d =
		    json_string_value(json_object_get(row, "daemon"));

		if (strcmp(d, "-") != 0)
			lab_until(
			    c, json_string_value(json_object_get(row, "name")),
			    "state", "running");
	}
	json_decref(all);
	ctl_close(c);
}

static void
good_up(struct faults_lab *l)
{
	struct err e = {0};

	lab_now = l;
	if (verb_up(l->name, &e) < 0)
		fail_msg("the next up: %s", e.msg);
	all_run(l->name);
	l->whole = true;
}

/* asked: somebody who is gone may have wanted it already. */
static void
good_down(struct faults_lab *l, const struct lab_before *b, bool asked)
{
	_free_ char *dir = lab_path(l->name, "");
	struct err e = {0};

	if (super_down(l->name, LAB_PATIENCE, &e) < 0 && !asked)
		fail_msg("down: %s", e.msg);
	lab_gone(l->name, NULL, b);
	assert_int_equal(litter(dir), 0);
}

static void
good_reset(const struct faults_lab *l)
{
	struct err e = {0};

	if (verb_reset(l->name, &e) < 0)
		fail_msg("the next reset of %s: %s", lab_node_now, e.msg);
}

/* A change that could not even be taken back says which node to reset. */
static json_t *
good_apply(const struct faults_lab *l, const char *text, bool dry)
{
	static const char remedy[] = "first: ixlab reset ";
	struct err e = {0};
	json_t *r = NULL;
	const char *at;
	int left;

	for (left = 8;
	     ask(l->name, "apply",
		 json_pack("{ss sb}", "text", text, "dry", dry), &r, &e) < 0;
	     left--) {
		if (left == 0 || (at = strstr(e.msg, remedy)) == NULL)
			fail_msg("the next apply: %s", e.msg);
		lab_node_now = at + strlen(remedy);
		good_reset(l);
	}
	return r;
}

/* The running lab is that of a text, says the supervisor. */
static void
is_that_of(const struct faults_lab *l, const char *text)
{
	json_t *r = good_apply(l, text, true);

	if (!json_is_true(json_object_get(r, "same")))
		fail_msg("it is neither old nor new: %s",
			 json_dumps(r, JSON_COMPACT));
	json_decref(r);
}

/* All or nothing; and nothing is in the way of all. */
static void
judge_apply(const struct faults_lab *l, int status)
{
	if (status != 0) {
		is_that_of(l, l->text);
		json_decref(good_apply(l, l->other, false));
	}
	is_that_of(l, l->other);
}

/* ---- a trial: one verb, one fault at one step */

/* False: there is no such step, the verb is over. */
static bool
trial_begin(struct trial *t, struct faults_lab *l, enum verb v, size_t k)
{
	bool there;

	memset(t, 0, sizeof(*t));
	lab_now = l;
	if (v == VERB_UP) {
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
				      (v == VERB_UP && status == 0)));
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
	if (v == VERB_UP && !lives && !dead)
		disk_is_as_before(l);
	if (lives && v == VERB_UP)
		l->whole = true;
	if (lives && v == VERB_RESET && t->t.status != 0)
		good_reset(l);
	if (lives && v == VERB_APPLY && !(f && f->outcome == UNHEARD))
		judge_apply(l, t->t.status);
	if (lives && v != VERB_DOWN)
		all_run(l->name);
	return lives;
}

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
	for (v = VERB_UP; v <= VERB_DOWN; v++) {
		struct trial t;

		(void)trial_begin(&t, l, v, SIZE_MAX);
		(void)trial_end(&t, l, v, NULL, &b);
		l->steps[v] = t.t.steps;
	}
	print_message("# %s: up has %zu steps, reset of %s %zu, apply %zu, "
		      "down %zu\n",
		      l->what, l->steps[VERB_UP], lab_node_now,
		      l->steps[VERB_RESET], l->steps[VERB_APPLY],
		      l->steps[VERB_DOWN]);
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

/* The supervisor dies before a step; of all that many, evenly spread. */
static void
killed_along(struct faults_lab *l, enum verb v, size_t many)
{
	struct lab_before b = lab_look();
	size_t n = l->steps[v], i, k;

	if (many == 0 || many > n)
		many = n;
	for (i = 0; i < many; i++) {
		k = i * n / many + 1 + chance((uint32_t)(n / many));
		if (v == VERB_UP)
			forget(l);
		else
			good_up(l);
		aftermath(l, trial(l, v, &faults[0], k, &b), false, &b);
	}
}

static void
killed_at_every_step(void **state)
{
	size_t many = number_of("IXLAB_STEPS", FAULTS_STEPS), i;
	enum verb v;

	(void)state;
	for (i = 0; i < NLABS; i++)
		for (v = VERB_UP; v <= VERB_DOWN; v++) {
			lab_node_now = faults_labs[i].nodes[0];
			killed_along(&faults_labs[i], v, many);
		}
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
	for (v = VERB_UP; v <= VERB_DOWN; v++) {
		lab_node_now = l->nodes[chance((uint32_t)n)];
		f = &faults[chance(NFAULTS)];
		if ((v == VERB_RESET || v == VERB_APPLY) && chance(2))
			continue;
		if (v > VERB_UP && !lives)
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
	    cmocka_unit_test(killed_at_every_step),
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
	half = geteuid() == 0;
	ordinary_status = half ? run_ordinary() : 0;
	return run_apart("super_faults", false, -1);
}
