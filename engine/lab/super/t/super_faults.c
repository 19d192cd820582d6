/*
 * Faults at every step of "up", "reset" and "down": the supervisor is killed, or
 * stopped and then killed; a daemon is killed; whoever asked is killed; the disk
 * is full; there are no more processes, no more descriptors. Whatever happens,
 * nothing is left in the host, what was asked says one sentence or succeeds, and
 * the next "up" works.
 *
 * First the supervisor is killed before each of its steps (trace.h says what a
 * step is), then come random sequences of faults, verbs, steps and labs.
 * IXLAB_SEED repeats a run, IXLAB_RUNS says how many sequences (50), IXLAB_STEPS
 * how many of the steps (0: all). As root half of it is done as an ordinary user.
 *
 * Each user's labs live in a world of their own: mounts, links and abstract
 * sockets that nobody else has, and a state folder on a disk of eight megabytes.
 */
#include "trace.h"

#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define FAULTS_RUNS 50
#define FAULTS_STEPS 6 /* of each lab, where not all are asked for */
#define FAULTS_LAST_MS 500
#define FAULTS_MS 60000 /* of a start; only a hang comes near */
#define FAULTS_DISK "size=8m,nr_inodes=300"
#define ORDINARY 31416

/* ---- chance */

static uint64_t faults_seed;
static bool half; /* of it is done as root, half as an ordinary user */

static uint32_t
chance(uint32_t below)
{
	faults_seed = faults_seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(faults_seed >> 33) % below;
}

static uint32_t
number_of(const char *variable, uint32_t otherwise)
{
	const char *text = getenv(variable);
	uint32_t n;

	return text && str_to_u32(text, 0, UINT32_MAX, &n) ? n : otherwise;
}

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

static struct faults_lab {
	const char *what, *text;
	const char *const *nodes; /* to be reset; NULL at the end */
	char name[32];
	bool whole;	 /* it was up once, so its folder may stay */
	size_t steps[3]; /* of each verb, as counted when nothing happens */
} faults_labs[] = {
    {.what = "pair",
     .text = lab_text,
     .nodes = (const char *const[]){"m1", "m2", "sw1", NULL}},
    {.what = "rs",
     .text = rs_text,
     .nodes = (const char *const[]){"rs1", "m1", "sw1", NULL}},
    {.what = "fabric",
     .text = fabric_text,
     .nodes = (const char *const[]){"m1", "m2", "sw1", "sw2", NULL}},
};
#define NLABS (sizeof(faults_labs) / sizeof(faults_labs[0]))

static const struct faults_lab *lab_now;
static const char *lab_node_now;

/* ---- verbs, each in a process of its own */

enum verb { VERB_UP, VERB_RESET, VERB_DOWN };
static const char *const verb_names[] = {"up", "reset", "down"};

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

static int
verb_reset(const char *name, struct err *e)
{
	_free_ char *sock = ctl_lab_name(name);
	struct ctl *c = ctl_open(sock, e);
	int rc;

	if (c == NULL)
		return -1;
	rc = ctl_call(c, "reset", json_pack("{ss}", "node", lab_node_now), NULL,
		      0, FAULTS_MS, NULL, e);
	ctl_close(c);
	return rc;
}

static const trace_body verb_bodies[] = {verb_up, verb_reset, verb_down};

/* ---- the disk and the folder */

static char *
faults_path(const char *file)
{
	return xasprintf("%s/%s", lab_dir, file);
}

static void
disk_fill(bool inodes)
{
	static const char page[4096];
	_free_ char *dir = faults_path("fill");
	char path[128];
	int fd = -1, i;

	assert_int_equal(mkdir(dir, 0700), 0);
	for (i = 0; i < 10000; i++) {
		if (fd < 0 || inodes) {
			if (fd >= 0)
				close(fd);
			snprintf(path, sizeof(path), "%s/%d", dir, i);
			fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		}
		if (fd < 0 || (!inodes && write(fd, page, 4096) != 4096))
			break;
	}
	assert_int_equal(errno, ENOSPC);
	if (fd >= 0)
		close(fd);
}

static void
disk_free(void)
{
	_free_ char *dir = faults_path("fill");
	struct err e = {0};

	if (file_exists(dir) && file_remove(dir, &e) < 0)
		fail_msg("%s", e.msg);
}

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

/* ---- processes of a lab */

/* Any of them but the first; 0: there is none. */
static pid_t
lab_any_process(const struct lab_ns *ns, pid_t first)
{
	DIR *d = opendir("/proc");
	struct dirent *de;
	uint32_t seen = 0;
	pid_t pid = 0;

	assert_non_null(d);
	while ((de = readdir(d)) != NULL) {
		char line[256], name[64];

		if (!lab_is_number(de->d_name) || atoi(de->d_name) == first ||
		    !*lab_stat(de->d_name, line))
			continue;
		lab_ns_name(de->d_name, name);
		if (strcmp(name, ns->name) == 0 && chance(++seen) == 0)
			pid = atoi(de->d_name);
	}
	closedir(d);
	return pid;
}

static size_t
count_fds(pid_t pid)
{
	char path[64];
	size_t n = 0;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	if ((d = opendir(path)) == NULL)
		return 0;
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2;
}

/* ---- what happens */

struct trial {
	struct trace t;
	struct lab_ns ns;
	pid_t pid; /* the supervisor's, while it is not known to be dead */
	bool limited;
	enum __rlimit_resource limit;
	struct rlimit before;
	char group[128]; /* of processes that may not become more; or empty */
};

static void
hit_kill(struct trial *t)
{
	trace_kill(&t->t);
}

static void
hit_stop_kill(struct trial *t)
{
	assert_int_equal(kill(t->pid, SIGSTOP), 0);
	trace_release(&t->t, true, 0);
	usleep(2000);
	assert_int_equal(kill(t->pid, SIGKILL), 0);
}

static void
hit_stop(struct trial *t)
{
	assert_int_equal(kill(t->pid, SIGSTOP), 0);
	trace_release(&t->t, true, 0);
	usleep(20000);
	assert_int_equal(kill(t->pid, SIGCONT), 0);
}

/* At the first step from here on at which there is one. */
static void
hit_daemon(struct trial *t)
{
	bool held = true;
	pid_t pid = 0;

	while (held && (pid = lab_any_process(&t->ns, t->pid)) == 0)
		held = trace_to(&t->t, t->t.steps + 1);
	if (pid != 0)
		(void)kill(pid, SIGKILL);
	trace_release(&t->t, held, 0);
}

static void
hit_caller(struct trial *t)
{
	if (t->t.caller != 0)
		(void)kill(t->t.caller, SIGKILL);
	trace_release(&t->t, true, 0);
}

static void
hit_caller_of_stopped(struct trial *t)
{
	if (t->t.caller != 0)
		(void)kill(t->t.caller, SIGKILL);
	hit_stop(t);
}

static void
hit_disk(struct trial *t)
{
	disk_fill(false);
	trace_release(&t->t, true, 0);
}

static void
hit_inodes(struct trial *t)
{
	disk_fill(true);
	trace_release(&t->t, true, 0);
}

static void
limit(struct trial *t, enum __rlimit_resource what, rlim_t value)
{
	struct rlimit r;

	assert_int_equal(prlimit(t->pid, what, NULL, &t->before), 0);
	r = t->before;
	if (value < r.rlim_cur)
		r.rlim_cur = value;
	assert_int_equal(prlimit(t->pid, what, &r, NULL), 0);
	t->limited = true;
	t->limit = what;
}

static void
hit_descriptors(struct trial *t)
{
	limit(t, RLIMIT_NOFILE, count_fds(t->pid) + chance(4));
	trace_release(&t->t, true, 0);
}

static bool
group_put(const char *group, const char *file, long value)
{
	_free_ char *path = xasprintf("%s/%s", group, file);
	char text[24];
	int fd = open(path, O_WRONLY | O_CLOEXEC), n;

	n = snprintf(text, sizeof(text), "%ld", value);
	if (fd < 0)
		return false;
	n = write(fd, text, (size_t)n) == n;
	close(fd);
	return n;
}

/* The kernel does not count root's processes; a control group does, where we may
 * make one. */
static void
group_limit(struct trial *t)
{
	static const char *const roots[] = {"/sys/fs/cgroup/pids",
					    "/sys/fs/cgroup"};
	size_t i;

	for (i = 0; i < 2; i++) {
		snprintf(t->group, sizeof(t->group), "%s/ixlab-faults-%d",
			 roots[i], (int)getpid());
		if (mkdir(t->group, 0700) == 0 &&
		    group_put(t->group, "pids.max", 1) &&
		    group_put(t->group, "cgroup.procs", t->pid))
			return;
		(void)rmdir(t->group);
	}
	t->group[0] = '\0';
}

static void
hit_processes(struct trial *t)
{
	if (geteuid() == 0)
		group_limit(t);
	else
		limit(t, RLIMIT_NPROC, 1);
	trace_release(&t->t, true, 0);
}

/* What becomes of it: the supervisor dies, nothing, nobody hears the answer. */
enum outcome { ANY, DEADLY, NOTHING, UNHEARD };

static const struct fault {
	const char *name;
	void (*hit)(struct trial *t);
	enum outcome outcome;
} faults[] = {
    {"the supervisor is killed", hit_kill, DEADLY},
    {"the supervisor is stopped, then killed", hit_stop_kill, DEADLY},
    {"the supervisor is stopped for a while", hit_stop, NOTHING},
    {"a daemon is killed", hit_daemon, ANY},
    {"who asked is killed", hit_caller, UNHEARD},
    {"who asked is killed while it is stopped", hit_caller_of_stopped, UNHEARD},
    {"the disk is full", hit_disk, ANY},
    {"no more files", hit_inodes, ANY},
    {"no more processes", hit_processes, ANY},
    {"no more descriptors", hit_descriptors, ANY},
};
#define NFAULTS (sizeof(faults) / sizeof(faults[0]))

/* All is as it was on the machine; the lab may live on. */
static void
relieve(struct trial *t)
{
	disk_free();
	if (t->limited && t->pid != 0)
		(void)prlimit(t->pid, t->limit, &t->before, NULL);
	t->limited = false;
	if (t->group[0]) {
		(void)group_put(t->group, "pids.max", 100000);
	}
}

static void
ungroup(struct trial *t)
{
	int i;

	for (i = 0; t->group[0] && rmdir(t->group) < 0 && i < 1000; i++)
		usleep(1000);
	t->group[0] = '\0';
}

/* ---- what must be true then */

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
		assert_true(lives ==
			    (v == VERB_RESET || (v == VERB_UP && status == 0)));
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
	print_message("# %s: up has %zu steps, reset of %s %zu, down %zu\n",
		      l->what, l->steps[VERB_UP], lab_node_now,
		      l->steps[VERB_RESET], l->steps[VERB_DOWN]);
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
		if (v == VERB_RESET && chance(2))
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

static int
put(const char *path, const char *text, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return err_sys(e, "%s", path);
	close(fd);
	return 0;
}

/* An ordinary user's: who we are stays the same, and rights end with this. */
static int
world_of_user(struct err *e)
{
	unsigned int uid = geteuid(), gid = getegid();
	char map[64];

	if (unshare(CLONE_NEWUSER) < 0 ||
	    put("/proc/self/setgroups", "deny", e) < 0)
		return err_sys(e, "no user namespace");
	snprintf(map, sizeof(map), "%u %u 1", uid, uid);
	if (put("/proc/self/uid_map", map, e) < 0)
		return -1;
	snprintf(map, sizeof(map), "%u %u 1", gid, gid);
	return put("/proc/self/gid_map", map, e);
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
