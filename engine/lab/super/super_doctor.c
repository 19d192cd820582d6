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
#include "lab/model/model_kind.h"
#include "lab/super/super_doctor.h"
#include "lab/super/super_place.h"

#define DOCTOR_MS 3000
#define DOCTOR_MESH 100	  /* members that speak with each other */
#define DOCTOR_PORTS 2500 /* of the largest exchange there is */
#define DOCTOR_BACKLOG "/proc/sys/net/core/netdev_max_backlog"
#define DOCTOR_BACKLOG_USUAL 1000
#define DOCTOR_BACKLOG_FIX "sudo sysctl -w net.core.netdev_max_backlog=10000"

struct doctor_row {
	const char *feature;
	bool needed, sandbox;
	node_test test;
	const char *arg;
	const char *fix; /* NULL: super_place_namespaces */
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

/* For site links that say "over: tags". */
static int
doctor_vlan(void *arg, struct err *e)
{
	struct net *a = net_here(e), *b = net_new(NET_SWITCH, e);
	struct net_end x = {a, "x", NULL, NULL}, y = {b, "y", NULL, NULL};
	struct net_end tagged = {a, "z", NULL, NULL};
	int rc = a && b ? net_veth_add(&x, &y, 1500, e) : -1;

	(void)arg;
	if (rc == 0)
		rc = net_vlan_add(&tagged, "x", 101, 1500, e);
	net_free(a);
	net_free(b);
	return rc;
}

/* For exchanges that say "vlans: filtering". */
static int
doctor_filtering(void *arg, struct err *e)
{
	static const uint8_t mac[6] = {0x02};
	struct net *a = net_here(e), *b = net_new(NET_SWITCH, e);
	struct net_end x = {a, "x", NULL, NULL}, y = {b, "y", NULL, "br"};
	int rc = a && b
		     ? net_bridge_add(b, "br", mac, 1500, NET_BRIDGE_VLANS, e)
		     : -1;

	(void)arg;
	if (rc == 0)
		rc = net_veth_add(&x, &y, 1500, e);
	if (rc == 0)
		rc = net_port_vlan(b, "y", 101, NET_PORT_PLAIN, e);
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
	int rc = n ? net_bridge_add(n, "lan", mac, 1500, 0, e) : -1;

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

	if (access(arg, F_OK) < 0)
		return err_here(e,
				"the kernel's neighbour table is one for "
				"all labs, and how large it is can be seen "
				"and changed outside of this container only");
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

/* A broadcast goes to all ports of a LAN at once, and what the queue of a processor
 * does not take is lost: some would never hear who asks for them. */
int
super_backlog(size_t ports, struct err *e)
{
	char *text = NULL;
	long limit;

	if (ports <= DOCTOR_BACKLOG_USUAL)
		return 0;
	if (access(DOCTOR_BACKLOG, F_OK) < 0)
		return err_here(e,
				"how many frames the kernel takes at once can "
				"be seen outside of this container only; on a "
				"LAN of more ports, usually %d, a broadcast "
				"does not reach them all",
				DOCTOR_BACKLOG_USUAL);
	if (file_read(DOCTOR_BACKLOG, 64, &text, NULL, e) < 0)
		return -1;
	limit = strtol(text, NULL, 10);
	free(text);
	if (limit >= (long)ports)
		return 0;
	return err_here(e,
			"the kernel takes %ld frames at once: on a LAN of more "
			"ports a broadcast does not reach them all",
			limit);
}

char *
super_backlog_fix(void)
{
	struct super_place p;
	char *fix;

	super_place_look(&p);
	fix = super_place_command(&p, DOCTOR_BACKLOG_FIX);
	super_place_clear(&p);
	return fix;
}

static int
doctor_backlog(void *arg, struct err *e)
{
	(void)arg;
	return super_backlog(DOCTOR_PORTS, e);
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
     "in a container of Docker or Podman: --security-opt "
     "systempaths=unconfined"},
    {"sysctls", true, true, doctor_sysctl, NULL, NULL},
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
    {"large LAN", false, false, doctor_backlog, NULL, DOCTOR_BACKLOG_FIX},
    {"bird", true, true, doctor_run, "bird --version",
     "sudo apt-get install bird2"},
    {"ixrs", true, false, doctor_ixrs, NULL, "make"},
    {"limits by cgroup", false, false, doctor_cgroup, NULL,
     "systemd-run --user --scope -p Delegate=yes ixlab up LAB; without it "
     "programs get limits one by one"},
    {"tap interfaces", false, true, doctor_tun, NULL,
     "sudo modprobe tun && sudo chmod 666 /dev/net/tun; in a container: "
     "--device /dev/net/tun; labs need none"},
    {"iproute2", true, true, doctor_run, "ip -V",
     "sudo apt-get install iproute2"},
    {"nftables", false, true, doctor_run, "nft list ruleset",
     "sudo apt-get install nftables"},
    {"tcpdump", false, true, doctor_run, "tcpdump --version",
     "sudo apt-get install tcpdump"},
    {"802.1Q", false, true, doctor_vlan, NULL,
     "sudo modprobe 8021q; without it site links have a veth or a tunnel"},
    {"VLANs of a bridge", false, true, doctor_filtering, NULL,
     "a kernel with CONFIG_BRIDGE_VLAN_FILTERING, as Debian's are; labs with "
     "vlans: auto need none"},
    {"netem", false, true, doctor_netem, NULL,
     "sudo modprobe sch_netem; without it links have weather by ixwire"},
    {"delay and loss by ixwire", false, true, doctor_wire, NULL,
     "sudo modprobe -a sch_ingress cls_bpf act_mirred"},
};

/* ---- rows */

static json_t *
doctor_row(const char *feature, bool needed, bool ok, const char *note,
	   const char *why, const char *fix)
{
	return json_pack("{ss sb sb so so so}", "feature", feature, "ok", ok,
			 "needed", needed, "note",
			 note ? out_str(note) : json_null(), "why",
			 ok ? json_null() : out_str(why), "fix",
			 ok || fix == NULL ? json_null() : out_str(fix));
}

static json_t *
doctor_place_row(const struct super_place *p)
{
	_free_ char *words = super_place_words(p);
	_free_ char *fix = super_place_namespaces(p);
	_free_ char *note =
	    xasprintf("%s%s", words,
		      p->tried ? ""
			       : "; ixlab is made for Debian 12 and 13 and "
				 "Ubuntu 24.04, others may do");
	_free_ char *why = xasprintf("%s has no Linux kernel", words);

	return doctor_row("this machine", true, p->windows != 1, note, why,
			  fix);
}

static json_t *
doctor_files_row(const struct super_place *p)
{
	_free_ char *why = NULL;
	_free_ char *fix = NULL;
	struct err e = {0};

	if (super_place_sudo(p, &why, &fix))
		return doctor_row("own files", false, false, NULL, why, fix);
	if (doctor_files(NULL, &e) == 0)
		return doctor_row("own files", false, true, NULL, NULL, NULL);
	fix = doctor_files_fix();
	return doctor_row("own files", false, false, NULL, e.msg, fix);
}

/* Without namespaces what happens in one cannot be tried, and a program, which
 * runs in some here, is only looked for. */
static json_t *
doctor_untried(const struct doctor_row *d, const char *fix)
{
	_free_ char *word = NULL;
	_free_ char *path = NULL;
	_free_ char *why = NULL;

	if (d->test != doctor_run)
		return doctor_row(d->feature, d->needed, false, NULL,
				  "not tried: it needs namespaces", NULL);
	word = xstrndup(d->arg, strcspn(d->arg, " "));
	path = node_which(word);
	why = xasprintf("the program %s is not installed", word);
	return doctor_row(d->feature, d->needed, path != NULL,
			  "found, and not run: that needs namespaces", why,
			  fix);
}

/* A row, where a lab would meet it: with a /proc of its own, whose sysctls can be
 * written even where the container's cannot (super_world.c). */
static int
doctor_inside(void *arg, struct err *e)
{
	const struct doctor_row *d = arg;

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0)
		(void)mount("proc", "/proc", "proc", 0, NULL);
	return d->test((void *)(uintptr_t)d->arg, e);
}

enum doctor_has { NOT_TRIED, HAS, HAS_NOT };

static bool
doctor_has(enum doctor_has *has, int (*test)(void *arg, struct err *e))
{
	struct doctor_row d = {.test = test};
	struct err e;

	if (*has == NOT_TRIED)
		*has =
		    node_try(true, doctor_inside, &d, &e) == 0 ? HAS : HAS_NOT;
	return *has == HAS;
}

bool
super_tags(void)
{
	static enum doctor_has has;

	return doctor_has(&has, doctor_vlan);
}

bool
super_filtering(void)
{
	static enum doctor_has has;

	return doctor_has(&has, doctor_filtering);
}

static json_t *
doctor_try(const struct super_place *p, const struct doctor_row *d, bool spaces)
{
	_free_ char *fix =
	    d->fix ? super_place_command(p, d->fix) : super_place_namespaces(p);
	struct err e = {0};
	bool ok;

	if (d->sandbox && !spaces && d->test != doctor_world)
		return doctor_untried(d, fix);
	ok = (d->sandbox
		  ? node_try(true, doctor_inside, (void *)(uintptr_t)d, &e)
		  : node_try(false, d->test, (void *)(uintptr_t)d->arg, &e)) ==
	     0;
	return doctor_row(d->feature, d->needed, ok, NULL, e.msg, fix);
}

/* What kinds of nodes need that is a package; BIRD has a row of its own. */
static void
doctor_kinds(const struct super_place *p, json_t *rows)
{
	const struct lab_kind *k;
	struct err e;
	size_t i;

	for (i = 0; i < model_nkinds; i++) {
		k = model_kinds[i];
		if (k->package == NULL || k->program == NULL ||
		    strcmp(k->name, "bird") == 0)
			continue;
		_free_ char *feature = xasprintf("kind %s", k->name);
		_free_ char *install =
		    xasprintf("sudo apt-get install %s", k->package);
		_free_ char *fix = super_place_command(p, install);
		void *arg = (void *)(uintptr_t)k;
		bool ok = doctor_kind(arg, &e) == 0;

		json_array_append_new(
		    rows, doctor_row(feature, false, ok, NULL, e.msg, fix));
	}
}

json_t *
super_doctor(void)
{
	json_t *rows = json_array(), *row;
	const struct doctor_row *d, *end;
	struct super_place p;
	bool spaces = true;

	super_place_look(&p);
	json_array_append_new(rows, doctor_place_row(&p));
	end = doctor_rows + sizeof(doctor_rows) / sizeof(doctor_rows[0]);
	for (d = doctor_rows; d < end; d++) {
		row = doctor_try(&p, d, spaces);
		if (d->test == doctor_world)
			spaces = json_is_true(json_object_get(row, "ok"));
		json_array_append_new(rows, row);
	}
	doctor_kinds(&p, rows);
	json_array_append_new(rows, doctor_files_row(&p));
	super_place_clear(&p);
	return rows;
}
