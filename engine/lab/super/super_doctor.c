/*
 * What this machine can do, found out by doing it, each feature in a throw-away
 * process (mostly in a sandbox such as a lab lives in). A row that a lab cannot
 * do without is needed; of the others one exercise or another makes use.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/out.h"
#include "base/str.h"
#include "lab/super/super_priv.h"

#define DOCTOR_MS 3000
#define DOCTOR_MESH 100 /* members that speak with each other */

struct doctor_row {
	const char *feature;
	bool needed, sandbox;
	node_test test;
	const char *arg;
	const char *fix; /* NULL: doctor_namespace_fix */
};

/* ---- the kernel */

static int
doctor_world(void *arg, struct err *e)
{
	struct net *n = net_here(e); /* rights, not only a namespace */
	int rc = n ? net_link_set(n, "lo", true, e) : -1;

	(void)arg;
	net_free(n);
	return rc;
}

static int
doctor_mounts(void *arg, struct err *e)
{
	(void)arg;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", "/run", "tmpfs", 0, NULL) < 0)
		return err_sys(e, "cannot mount a tmpfs on /run");
	return 0;
}

static int
doctor_proc(void *arg, struct err *e)
{
	(void)arg;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("proc", "/proc", "proc", 0, NULL) < 0)
		return err_sys(e, "cannot mount a new /proc");
	return 0;
}

static int
doctor_sysctl(void *arg, struct err *e)
{
	struct net *n = net_new(NET_ROUTER, e);

	(void)arg;
	net_free(n);
	return n ? 0 : -1;
}

static int
doctor_veth(void *arg, struct err *e)
{
	struct net *a = net_here(e), *b = net_new(NET_SWITCH, e);
	struct net_end x = {a, "x", NULL, NULL}, y = {b, "y", NULL, NULL};
	int rc = a && b ? net_veth_add(&x, &y, 1500, e) : -1;

	(void)arg;
	net_free(a);
	net_free(b);
	return rc;
}

static int
doctor_netem(void *arg, struct err *e)
{
	const struct net_netem w = {.delay_us = 1000};
	struct net *n = net_here(e);
	int rc = n ? net_netem_set(n, "lo", &w, e) : -1;

	(void)arg;
	net_free(n);
	return rc;
}

/* All that stands on one end of a link in user space. */
static int
doctor_wire(void *arg, struct err *e)
{
	struct net *n = net_here(e), *far = net_new(NET_SWITCH, e);
	struct net_ring ring;
	int in, out, rc = -1;

	(void)arg;
	if (n && far && net_wire_add(n, "x", "x", far, "y", 1500, e) == 0 &&
	    (in = net_wire_in(far, "y", 1500, 65536, &ring, e)) >= 0) {
		out = net_wire_out(n, "lo", e);
		rc = out < 0 ? -1 : net_hook_add(n, "lo", "x", e);
		if (out >= 0)
			close(out);
		close(in);
	}
	net_free(n);
	net_free(far);
	return rc;
}

static int
doctor_bridge(void *arg, struct err *e)
{
	static const uint8_t mac[6] = {2, 0, 0, 0, 0, 1};
	struct net *n = net_here(e);
	int rc = n ? net_bridge_add(n, "lan", mac, 1500, false, e) : -1;

	(void)arg;
	net_free(n);
	return rc;
}

static int
doctor_echo(void *arg, struct err *e)
{
	struct net *n = net_new(NET_HOST, e);
	struct net_ping *p = NULL;
	struct ip_addr to;
	struct pollfd pfd = {.events = POLLIN};
	uint32_t rtt;
	int rc = -1;

	if (n != NULL && ip_addr_parse(arg, &to) &&
	    (p = net_ping_new(n, &to, NULL, 56, e)) != NULL &&
	    net_ping_send(p, e) == 0) {
		pfd.fd = net_ping_fd(p);
		if (poll(&pfd, 1, DOCTOR_MS) > 0 && net_ping_read(p, &rtt))
			rc = 0;
		else
			err_here(e, "no answer from %s", (const char *)arg);
	}
	net_ping_free(p);
	net_free(n);
	return rc;
}

static int
doctor_pty(void *arg, struct err *e)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	int rc = fd < 0 || grantpt(fd) < 0 || unlockpt(fd) < 0
		     ? err_sys(e, "cannot make a terminal")
		     : 0;

	(void)arg;
	if (fd >= 0)
		close(fd);
	return rc;
}

static int
doctor_inotify(void *arg, struct err *e)
{
	int fd = inotify_init1(IN_CLOEXEC);

	(void)arg;
	if (fd < 0)
		return err_sys(e, "cannot watch files");
	close(fd);
	return 0;
}

/* The neighbour tables are one for all namespaces, and who speaks with whom on a
 * LAN stands in them twice. */
static int
doctor_neighbours(void *arg, struct err *e)
{
	char *text = NULL;
	long limit, members;

	if (file_read(arg, 64, &text, NULL, e) < 0)
		return -1;
	limit = strtol(text, NULL, 10);
	free(text);
	if (limit >= DOCTOR_MESH * (DOCTOR_MESH - 1))
		return 0;
	for (members = 1; (members + 1) * members <= limit; members++)
		;
	return err_here(e,
			"the kernel's neighbour table holds %ld entries for "
			"all labs together, so at most %ld members can all "
			"speak with each other at once",
			limit, members);
}

/* ---- programs: found, and run once */

static int
doctor_wait(pid_t pid, struct err *e, const char *what)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_here(e, "\"%s\" failed", what);
	return 0;
}

/* A command line of words; its output is nobody's business. */
static int
doctor_run(void *arg, struct err *e)
{
	const struct node_place place = {.net = -1, .mnt = -1};
	const char *const env[] = {"LANG=C.UTF-8", NULL};
	const char *argv[16] = {NULL};
	char *text = xstrdup(arg), *rest = NULL, *word, *path;
	struct node_spec spec = {
	    .place = &place, .argv = argv, .env = env, .fds = {-1, -1, -1}};
	struct node_child c;
	struct pollfd p = {.events = POLLIN};
	size_t n = 0;
	int rc;

	for (word = strtok_r(text, " ", &rest); word && n < 15;
	     word = strtok_r(NULL, " ", &rest))
		argv[n++] = word;
	if ((path = node_which(argv[0])) == NULL)
		return err_here(e, "the program %s is not installed", argv[0]);
	argv[0] = path;
	if (node_spawn(&spec, &c, e) < 0)
		return -1;
	p.fd = c.report;
	(void)poll(&p, 1, DOCTOR_MS);
	rc = node_report(&c, e);
	return rc < 0 ? -1 : doctor_wait(c.pid, e, arg);
}

static int
doctor_ixrs(void *arg, struct err *e)
{
	char *path = super_find_ours(NULL, "ixrs");

	(void)arg;
	if (path == NULL)
		return err_here(e, "ixrs is not beside this program");
	free(path);
	return 0;
}

/* ---- the table */

static const struct doctor_row doctor_rows[] = {
    {"namespaces", true, true, doctor_world, NULL, NULL},
    {"mounts", true, true, doctor_mounts, NULL, NULL},
    {"own /proc", false, true, doctor_proc, NULL,
     "in a container: --security-opt systempaths=unconfined"},
    {"sysctls", true, true, doctor_sysctl, NULL,
     "in a container: mount /proc/sys writable (--privileged)"},
    {"veth", true, true, doctor_veth, NULL, "sudo modprobe veth"},
    {"bridge", true, true, doctor_bridge, NULL, "sudo modprobe bridge"},
    {"ICMP echo", true, true, doctor_echo, "127.0.0.1", NULL},
    {"ICMPv6 echo", true, true, doctor_echo, "::1",
     "sudo sysctl -w net.ipv6.conf.all.disable_ipv6=0"},
    {"terminals", true, false, doctor_pty, NULL,
     "sudo mount -t devpts devpts /dev/pts"},
    {"file events", false, false, doctor_inotify, NULL,
     "sudo sysctl -w fs.inotify.max_user_instances=512"},
    {"large mesh, IPv4", false, false, doctor_neighbours,
     "/proc/sys/net/ipv4/neigh/default/gc_thresh3",
     "sudo sysctl -w net.ipv4.neigh.default.gc_thresh3=16384"},
    {"large mesh, IPv6", false, false, doctor_neighbours,
     "/proc/sys/net/ipv6/neigh/default/gc_thresh3",
     "sudo sysctl -w net.ipv6.neigh.default.gc_thresh3=16384"},
    {"bird", true, true, doctor_run, "bird --version",
     "sudo apt-get install bird2"},
    {"ixrs", true, false, doctor_ixrs, NULL, "make"},
    {"iproute2", true, true, doctor_run, "ip -V",
     "sudo apt-get install iproute2"},
    {"nftables", false, true, doctor_run, "nft list ruleset",
     "sudo apt-get install nftables"},
    {"tcpdump", false, true, doctor_run, "tcpdump --version",
     "sudo apt-get install tcpdump"},
    {"netem", false, true, doctor_netem, NULL,
     "sudo modprobe sch_netem; without it links have weather by ixwire"},
    {"delay and loss by ixwire", false, true, doctor_wire, NULL,
     "sudo modprobe -a sch_ingress cls_bpf act_mirred"},
};

static bool
doctor_is(const char *path, const char *value)
{
	char *text = NULL;
	struct err e;
	bool is;

	if (file_read(path, 64, &text, NULL, &e) < 0)
		return false;
	text[strcspn(text, "\n")] = '\0';
	is = strcmp(text, value) == 0;
	free(text);
	return is;
}

static const char *
doctor_namespace_fix(void)
{
	if (doctor_is("/proc/sys/user/max_user_namespaces", "0"))
		return "sudo sysctl -w user.max_user_namespaces=10000";
	if (doctor_is("/proc/sys/kernel/unprivileged_userns_clone", "0"))
		return "sudo sysctl -w kernel.unprivileged_userns_clone=1";
	if (doctor_is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
		      "1"))
		return "sudo sysctl -w "
		       "kernel.apparmor_restrict_unprivileged_userns=0";
	return "run ixlab with sudo; in a container, start it with "
	       "--privileged";
}

json_t *
super_doctor(void)
{
	json_t *rows = json_array();
	const struct doctor_row *d, *end;

	end = doctor_rows + sizeof(doctor_rows) / sizeof(doctor_rows[0]);
	for (d = doctor_rows; d < end; d++) {
		void *arg = (void *)(uintptr_t)d->arg;
		struct err e = {0};
		bool ok = node_try(d->sandbox, d->test, arg, &e) == 0;
		const char *fix = d->fix ? d->fix : doctor_namespace_fix();

		json_array_append_new(
		    rows, json_pack("{ss sb sb so so}", "feature", d->feature,
				    "ok", ok, "needed", d->needed, "why",
				    ok ? json_null() : out_str(e.msg), "fix",
				    ok ? json_null() : json_string(fix)));
	}
	return rows;
}
