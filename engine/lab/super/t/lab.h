/*
 * What the supervisor's tests share: a small lab, a state folder, a client, and
 * eyes for what a lab might leave behind.
 */
#ifndef LAB_SUPER_T_LAB_H
#define LAB_SUPER_T_LAB_H

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
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
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"
#include "ctl/ctl.h"
#include "lab/node/node.h"
#include "lab/super/super.h"

static char lab_dir[64] = "/tmp/ixlab-super-XXXXXX";
static const char *lab_skip;
#define LAB_PATIENCE 300000 /* ms: limits that only a busy machine comes near */

static int lab_timeout = LAB_PATIENCE; /* of a start */

#define LAB_EXCHANGE          \
	"exchange:\n"         \
	"  name: IX Test\n"   \
	"  asn: 64500\n"      \
	"  switches: [sw1]\n" \
	"  peering-lans:\n"
/* The trainee on a switch, and a member at a route server; others may follow. */
#define LAB_PAIR                                         \
	"lab: pair\n"                                    \
	"title: Two members\n" LAB_EXCHANGE "    lan:\n" \
	"      ipv4: 203.0.113.0/24\n"                   \
	"      ipv6: 2001:db8:ffff:1::/64\n"             \
	"members:\n"                                     \
	"  m1:\n"                                        \
	"    asn: 65536\n"                               \
	"    trainee: yes\n"                             \
	"    ipv4: 203.0.113.10\n"                       \
	"    ipv6: 2001:db8:ffff:1::10\n"                \
	"    prefixes: [100.64.0.0/22]\n"
#define LAB_RS                                 \
	"lab: rs\n"                            \
	"title: A route server\n" LAB_EXCHANGE \
	"    lan: {ipv4: 203.0.113.0/24}\n"    \
	"  route-servers:\n"                   \
	"    rs1: {ipv4: 203.0.113.1}\n"       \
	"members:\n"                           \
	"  m1: {asn: 65536, ipv4: 203.0.113.10, prefixes: [100.64.0.0/22]}\n"
static const char lab_text[] = LAB_PAIR "  m2:\n"
					"    asn: 65537\n"
					"    ipv4: 203.0.113.11\n"
					"    ipv6: 2001:db8:ffff:1::11\n"
					"    prefixes: [100.64.4.0/22]\n"
					"    peers: [m1]\n";

/* As root, for what is counted: mounts and links of our own, where nobody else's
 * come and go, and names of labs that no other run takes. Others cannot have
 * that, nor can their labs leave a mount or a link here. */
static bool lab_alone;

/* Into a file of the kernel's, at once. */
static inline int
lab_put(const char *path, const char *text, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return err_sys(e, "setup: %s", path);
	close(fd);
	return 0;
}

static inline void
lab_be_alone(void)
{
	lab_alone = geteuid() == 0 &&
		    unshare(CLONE_NEWNS | CLONE_NEWNET) == 0 &&
		    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static inline int
lab_nothing(void *arg, struct err *e)
{
	(void)arg;
	(void)e;
	return 0;
}

static inline int
lab_setup(void **state)
{
	static char why[1100];
	struct err e = {0};
	char *bird;

	(void)state;
	if (mkdtemp(lab_dir) == NULL)
		return -1;
	if ((bird = node_which("bird")) == NULL)
		lab_skip = "BIRD is not installed";
	else if (node_try(true, lab_nothing, NULL, &e) < 0) {
		snprintf(why, sizeof(why), "%s", e.msg);
		lab_skip = why;
	}
	free(bird);
	return 0;
}

static inline int
lab_teardown(void **state)
{
	struct err e = {0};

	(void)state;
	return file_remove(lab_dir, &e);
}

/* For main: where there can be no labs, the whole file is skipped. */
static inline bool
lab_skip_all(void)
{
	if (lab_setup(NULL) < 0)
		lab_skip = "no folder for temporary files";
	if (lab_skip == NULL)
		return false;
	printf("1..0 # SKIP %s\n", lab_skip);
	(void)lab_teardown(NULL);
	return true;
}

/* A name of this test process's own: others may run at the same time. */
static inline const char *
lab_name(const char *what)
{
	static char name[2][32];
	static int turn;

	turn = !turn;
	snprintf(name[turn], sizeof(name[turn]), "t%d-%s", (int)getpid(), what);
	return name[turn];
}

static inline char *
lab_path(const char *name, const char *file)
{
	return xasprintf("%s/labs/%s%s%s", lab_dir, name, *file ? "/" : "",
			 file);
}

/* saved, what was set by hand as JSON, may be NULL. */
static inline int
lab_start_saved(const char *name, const char *file, const char *text,
		const char *saved, const char *programs, struct err *e)
{
	struct model_params params = {.name = name};
	struct lab *lab = model_parse(file, text, strlen(text), &params, e);
	char *dir = lab_path(name, "");
	struct save_state state = {0};
	struct super_opts o = {.lab = lab,
			       .lab_text = text,
			       .state_dir = dir,
			       .program_dir = programs,
			       .saved = saved ? &state : NULL,
			       .timeout_ms = lab_timeout};
	json_t *json = saved ? json_loads(saved, 0, NULL) : NULL;
	int rc = -1;

	if (lab != NULL && (saved == NULL ||
			    save_state_parse(&state, file, json, lab, e) == 0))
		rc = super_start(&o, e);
	save_state_clear(&state);
	json_decref(json);
	model_free(lab);
	free(dir);
	return rc;
}

static inline int
lab_start_text(const char *name, const char *file, const char *text,
	       const char *programs, struct err *e)
{
	return lab_start_saved(name, file, text, NULL, programs, e);
}

static inline int
lab_start(const char *name, struct err *e)
{
	return lab_start_text(name, "pair.yml", lab_text, NULL, e);
}

static inline void
lab_up(const char *name)
{
	struct err e = {0};

	if (lab_start(name, &e) < 0)
		fail_msg("up %s: %s", name, e.msg);
}

static inline void
lab_down(const char *name)
{
	struct err e = {0};

	if (super_down(name, LAB_PATIENCE, &e) < 0)
		fail_msg("down %s: %s", name, e.msg);
}

/* ---- a client */

static inline struct ctl *
lab_open(const char *name)
{
	char *sock = ctl_lab_name(name);
	struct err e = {0};
	struct ctl *c = ctl_open(sock, &e);

	free(sock);
	if (c == NULL)
		fail_msg("%s: %s", name, e.msg);
	return c;
}

static inline json_t *
lab_call(struct ctl *c, const char *verb, json_t *args)
{
	struct err e = {0};
	json_t *r = NULL;

	if (ctl_call(c, verb, args, NULL, 0, LAB_PATIENCE, &r, &e) < 0)
		fail_msg("%s: %s", verb, e.msg);
	return r;
}

/* The sentence of a refusal. */
static inline struct err
lab_refused(struct ctl *c, const char *verb, json_t *args)
{
	struct err e = {0};
	json_t *r = NULL;

	if (ctl_call(c, verb, args, NULL, 0, LAB_PATIENCE, &r, &e) == 0)
		fail_msg("%s was not refused", verb);
	return e;
}

static inline int
lab_pid(const char *name)
{
	struct ctl *c = lab_open(name);
	json_t *r = lab_call(c, "inspect", NULL);
	int pid = (int)json_integer_value(json_object_get(r, "pid"));

	json_decref(r);
	ctl_close(c);
	return pid;
}

/* A node's row of inspect; owned by the caller. */
static inline json_t *
lab_node(struct ctl *c, const char *name)
{
	json_t *all = lab_call(c, "inspect", NULL), *row, *found = NULL;
	size_t i;

	json_array_foreach(json_object_get(all, "nodes"), i, row)
	{
		const char *n = json_string_value(json_object_get(row, "name"));

		if (strcmp(n, name) == 0)
			found = json_incref(row);
	}
	json_decref(all);
	assert_non_null(found);
	return found;
}

/* Wait until a node's key has that text. */
static inline void
lab_until(struct ctl *c, const char *node, const char *key, const char *want)
{
	char got[256] = "";
	json_t *row;
	int i;

	for (i = 0; i < LAB_PATIENCE / 10; i++) {
		row = lab_node(c, node);
		snprintf(got, sizeof(got), "%s",
			 json_string_value(json_object_get(row, key)));
		json_decref(row);
		if (strcmp(got, want) == 0)
			return;
		usleep(10000);
	}
	fail_msg("%s of %s is \"%s\", not \"%s\"", key, node, got, want);
}

static inline void
lab_write(const char *name, const char *file, const char *text)
{
	char *path = lab_path(name, file);
	struct err e = {0};

	if (file_write(path, text, strlen(text), &e) < 0)
		fail_msg("%s", e.msg);
	free(path);
}

/* Not inline: gcc 12 then takes the text for the pointer to it. */
__attribute__((noinline, unused)) static char *
lab_read(const char *name, const char *file)
{
	char *path = lab_path(name, file), *text = NULL;
	struct err e = {0};

	if (file_read(path, 1 << 20, &text, NULL, &e) < 0)
		fail_msg("%s", e.msg);
	free(path);
	return text;
}

/* Wait until the text stands in a lab's file, after that other text. */
static inline void
lab_until_said(const char *name, const char *file, const char *first,
	       const char *then)
{
	int i;

	for (i = 0; i < LAB_PATIENCE / 10; i++) {
		char *text = lab_read(name, file);
		const char *at = strstr(text, first);
		bool there = at != NULL && strstr(at, then) != NULL;

		free(text);
		if (there)
			return;
		usleep(10000);
	}
	fail_msg("%s: no \"%s\" and then \"%s\"", file, first, then);
}

/* ---- what is left */

static inline bool
lab_is_number(const char *s)
{
	return isdigit((unsigned char)s[0]);
}

/* A lab's process namespace, which none of its processes can leave. Held open,
 * because the number of one that is gone is soon another's. */
struct lab_ns {
	int fd; /* -1: it was gone already */
	char name[64];
};

static inline void
lab_ns_name(const char *pid, char name[64])
{
	char path[PATH_MAX];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%s/ns/pid", pid);
	n = readlink(path, name, 63);
	name[n > 0 ? n : 0] = '\0';
}

static inline struct lab_ns
lab_ns_of(int pid)
{
	struct lab_ns ns;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/pid", pid);
	ns.fd = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "%d", pid);
	lab_ns_name(path, ns.name);
	return ns;
}

/* "name) S ..." from a process's stat, "" when it is dead: a zombie holds
 * nothing any more, but may wait for its parent for a while. */
static inline char *
lab_stat(const char *pid, char line[256])
{
	char path[PATH_MAX], *name, *end;
	FILE *f;

	line[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	if ((f = fopen(path, "re")) == NULL)
		return line;
	if (fgets(line, 256, f) == NULL)
		line[0] = '\0';
	fclose(f);
	name = strchr(line, '(');
	end = strrchr(line, ')');
	if (name == NULL || end == NULL || strchr("ZX", end[2]) != NULL)
		line[0] = '\0';
	return line[0] ? name + 1 : line;
}

/* How many processes live in it. */
static inline int
lab_ns_processes(const struct lab_ns *ns)
{
	DIR *d = opendir("/proc");
	struct dirent *de;
	int count = 0;

	assert_non_null(d);
	while (ns->fd >= 0 && (de = readdir(d)) != NULL) {
		char line[256], name[64];

		if (!lab_is_number(de->d_name) || !*lab_stat(de->d_name, line))
			continue;
		lab_ns_name(de->d_name, name);
		count += strcmp(name, ns->name) == 0;
	}
	closedir(d);
	return count;
}

/* Wait until there are that many: a program that was just started may have
 * helpers that are about to end. */
static inline void
lab_ns_until(const struct lab_ns *ns, int want)
{
	int i;

	for (i = 0; i < LAB_PATIENCE / 10; i++) {
		if (lab_ns_processes(ns) == want)
			return;
		usleep(10000);
	}
	assert_int_equal(lab_ns_processes(ns), want);
}

/* Lines of a file of /proc in which the word stands (NULL: all). */
static inline int
lab_lines(const char *path, const char *word)
{
	FILE *f = fopen(path, "re");
	char line[4096];
	int n = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		n += word == NULL || strstr(line, word) != NULL;
	fclose(f);
	return n;
}

/* Process 1 of a namespace below ours? */
static inline bool
lab_is_first(const char *pid)
{
	char path[PATH_MAX], line[256];
	bool first = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/status", pid);
	if ((f = fopen(path, "re")) == NULL)
		return false;
	while (fgets(line, sizeof(line), f))
		if (str_starts(line, "NSpid:"))
			first = str_ends(line, "\t1\n");
	fclose(f);
	return first;
}

/* A supervisor's name is "ixlab:NAME" (cut as the kernel cuts it); what it forks
 * is called the same until it is another program. */
static inline bool
lab_is_process(const char *pid, const char *name)
{
	char line[256], want[16];
	const char *stat = lab_stat(pid, line);

	snprintf(want, sizeof(want), "ixlab:%s", name);
	return str_starts(stat, want) && stat[strlen(want)] == ')' &&
	       lab_is_first(pid);
}

static inline int
lab_find_process(const char *name)
{
	DIR *d = opendir("/proc");
	struct dirent *de;
	int pid = 0;

	assert_non_null(d);
	while (pid == 0 && (de = readdir(d)) != NULL) {
		if (lab_is_number(de->d_name) &&
		    lab_is_process(de->d_name, name))
			pid = atoi(de->d_name);
	}
	closedir(d);
	return pid;
}

struct lab_before {
	int mounts, links;
};

static inline struct lab_before
lab_look(void)
{
	struct lab_before b = {lab_lines("/proc/self/mountinfo", NULL),
			       lab_lines("/proc/self/net/dev", NULL)};

	return b;
}

/* Nothing of lab name is left: wait, the kernel takes a moment. */
static inline void
lab_gone(const char *name, struct lab_ns *ns, const struct lab_before *b)
{
	char sock[64];
	int i, left = 1, sockets = 1;

	snprintf(sock, sizeof(sock), "@ixlab/%u/%s", geteuid(), name);
	for (i = 0; i < LAB_PATIENCE / 10 && (left || sockets); i++) {
		left = (ns ? lab_ns_processes(ns) : 0) +
		       (lab_find_process(name) != 0);
		sockets = lab_lines("/proc/net/unix", sock);
		if (left || sockets)
			usleep(10000);
	}
	if (ns && ns->fd >= 0)
		close(ns->fd);
	assert_int_equal(left, 0);
	assert_int_equal(sockets, 0);
	if (!lab_alone)
		return;
	assert_int_equal(lab_lines("/proc/self/mountinfo", NULL), b->mounts);
	assert_int_equal(lab_lines("/proc/self/net/dev", NULL), b->links);
}

#endif
