#include "lab/super/super_place.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"

#define CAP_NET_ADMIN_BIT (1ull << 12)
#define CAP_SYS_ADMIN_BIT (1ull << 21)

/* ---- what texts say */

char *
super_place_release(const char *text, const char *key)
{
	size_t len = strlen(key), n;

	for (; text && *text; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if (strncmp(text, key, len) != 0 || text[len] != '=')
			continue;
		text += len + 1;
		text += *text == '"' || *text == '\'';
		return xstrndup(text, strcspn(text, "\"'\n"));
	}
	return NULL;
}

bool
super_place_tried(const char *os_release)
{
	static const char *const known[] = {"debian 12", "debian 13",
					    "ubuntu 24.04"};
	char *id = super_place_release(os_release, "ID");
	char *version = super_place_release(os_release, "VERSION_ID");
	char *both = xasprintf("%s %s", id ? id : "", version ? version : "");
	bool tried = false;
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		tried = tried || strcmp(known[i], both) == 0;
	free(id);
	free(version);
	free(both);
	return tried;
}

/* "4.4.0-19041-Microsoft" is version 1, which has no Linux kernel;
 * "5.15.153.1-microsoft-standard-WSL2" is one. */
int
super_place_windows(const char *kernel)
{
	if (strcasestr(kernel, "microsoft") == NULL)
		return 0;
	return strtol(kernel, NULL, 10) >= 5 || strstr(kernel, "WSL2") ||
		       strstr(kernel, "microsoft-standard")
		   ? 2
		   : 1;
}

const char *
super_place_container(const char *env, bool dockerenv, bool containerenv,
		      const char *cgroup)
{
	static const struct {
		const char *word, *name;
	} known[] = {
	    {"docker", "Docker"},
	    {"podman", "Podman"},
	    {"libpod", "Podman"},
	    {"kubepods", "Kubernetes"},
	    {"systemd-nspawn", "systemd-nspawn"},
	    {"lxc", "LXC"},
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if ((env && strstr(env, known[i].word)) ||
		    (cgroup && strstr(cgroup, known[i].word)))
			return known[i].name;
	return dockerenv      ? "Docker"
	       : containerenv ? "Podman"
	       : env && *env  ? ""
			      : NULL;
}

bool
super_place_status(const char *status, const char *key, unsigned long long mask)
{
	size_t len = strlen(key), n;

	for (; status && *status; status += n + (status[n] == '\n')) {
		n = strcspn(status, "\n");
		if (strncmp(status, key, len) == 0 && status[len] == ':')
			return strtoull(status + len + 1, NULL, 16) & mask;
	}
	return false;
}

/* ---- words */

/* The rights that root has everywhere but in a container. */
static char *
place_lacks(const struct super_place *p, const char *between)
{
	return xasprintf("%s%s%s", p->admin ? "" : "CAP_SYS_ADMIN",
			 p->admin || p->net ? "" : between,
			 p->net ? "" : "CAP_NET_ADMIN");
}

char *
super_place_words(const struct super_place *p)
{
	_free_ char *lacks = place_lacks(p, " and ");
	struct str s = {0};

	str_addf(&s, "%s, Linux %s", p->os, p->kernel);
	if (p->windows)
		str_addf(&s, ", WSL%d", p->windows);
	if (p->container)
		str_addf(&s, ", in a %s%scontainer", p->container,
			 *p->container ? " " : "");
	if (p->root && *lacks)
		str_addf(&s, ", without %s", lacks);
	if (p->sudo_user)
		str_addf(&s, ", %s by sudo", p->sudo_user);
	else if (p->root)
		str_add(&s, ", root");
	return str_steal(&s);
}

/* Ubuntu lets a program have user namespaces when a profile of AppArmor says so. */
static char *
place_apparmor(const struct super_place *p)
{
	if (p->profile && p->profile_names_us)
		return xasprintf("sudo install -m 644 %s /etc/apparmor.d/ixlab "
				 "&& sudo apparmor_parser -r "
				 "/etc/apparmor.d/ixlab",
				 p->profile);
	return xasprintf(
	    "printf 'abi <abi/4.0>,\\nprofile ixlab-here \"%s\" "
	    "flags=(unconfined) {\\n  userns,\\n}\\n' | sudo tee "
	    "/etc/apparmor.d/ixlab-here >/dev/null && sudo apparmor_parser -r "
	    "/etc/apparmor.d/ixlab-here",
	    p->program);
}

static char *
place_in_nspawn(const struct super_place *p)
{
	_free_ char *lacks = place_lacks(p, ",");

	if (p->root && p->admin && !p->net)
		return xstrdup("start the container with systemd-nspawn "
			       "--private-network or "
			       "--capability=CAP_NET_ADMIN, which it lacks");
	if (p->root && *lacks)
		return xasprintf("start the container with systemd-nspawn "
				 "--capability=%s, which it lacks",
				 lacks);
	return xstrdup("start the container with systemd-nspawn "
		       "--private-network");
}

/* Docker's and Podman's words. */
static char *
place_in_docker(const struct super_place *p)
{
	static const char options[] =
	    "--security-opt seccomp=unconfined --security-opt "
	    "apparmor=unconfined --security-opt systempaths=unconfined";

	if (p->root && p->admin && !p->net)
		return xstrdup("start the container with --privileged, or with "
			       "--cap-add NET_ADMIN, which it lacks");
	if (p->root && !p->admin)
		return xasprintf(
		    "start the container with --privileged, or with %s",
		    options);
	if (p->seccomp)
		return xasprintf("start the container with %s", options);
	return xstrdup("start the container with --privileged");
}

static char *
place_in_container(const struct super_place *p)
{
	_free_ char *lacks = place_lacks(p, " and ");

	if (strcmp(p->container, "systemd-nspawn") == 0)
		return place_in_nspawn(p);
	if (strcmp(p->container, "Docker") == 0 ||
	    strcmp(p->container, "Podman") == 0)
		return place_in_docker(p);
	if (strcmp(p->container, "LXC") == 0)
		return xstrdup("on the host: lxc config set NAME "
			       "security.nesting true, and start it again");
	if (strcmp(p->container, "Kubernetes") == 0)
		return xstrdup("give the pod securityContext: {privileged: "
			       "true}");
	if (p->root && *lacks)
		return xasprintf("start the container with %s, which it lacks",
				 lacks);
	return xstrdup("start the container with more rights: it forbids "
		       "namespaces");
}

static char *
place_root(const struct super_place *p)
{
	_free_ char *lacks = place_lacks(p, " and ");

	return xasprintf("this root has not the right (%s): start ixlab as "
			 "root of the machine",
			 lacks);
}

char *
super_place_namespaces(const struct super_place *p)
{
	char *s, *t;

	if (p->windows == 1)
		return xstrdup("in Windows: wsl --set-version NAME 2, NAME as "
			       "in wsl --list");
	if (p->none)
		s = xstrdup("sudo sysctl -w user.max_user_namespaces=10000");
	else if (p->off)
		s = xstrdup(
		    "sudo sysctl -w kernel.unprivileged_userns_clone=1");
	else if (p->container)
		return place_in_container(p);
	else if (p->confined)
		s = place_apparmor(p);
	else if (p->seccomp)
		return xstrdup("something filters system calls here: start "
			       "ixlab outside of it");
	else if (p->root && (!p->admin || !p->net))
		return place_root(p);
	else
		return xstrdup("run ixlab with sudo; in a container, start it "
			       "with --privileged");
	t = super_place_command(p, s);
	free(s);
	return t;
}

/* Is it about the kernel, which a container has not for itself? */
static bool
place_of_kernel(const char *command)
{
	return strstr(command, "modprobe") || strstr(command, "sysctl -w");
}

char *
super_place_command(const struct super_place *p, const char *command)
{
	struct str s = {0};
	const char *at = command, *hit;
	bool host = p->container && place_of_kernel(command);

	if (host)
		str_add(&s, "on the host, outside of this container: ");
	while (p->root && !host && (hit = strstr(at, "sudo ")) != NULL) {
		str_addn(&s, at, (size_t)(hit - at));
		at = hit + strlen("sudo ");
	}
	str_add(&s, at);
	if (p->windows == 2 && strstr(command, "modprobe"))
		str_add(&s, "; where that finds nothing, in Windows: "
			    "wsl --update");
	return str_steal(&s);
}

bool
super_place_sudo(const struct super_place *p, char **why, char **fix)
{
	if (p->sudo_user == NULL || p->home_ours)
		return false;
	*why = xasprintf("under sudo HOME is %s, of %s: what labs keep there "
			 "would be root's, and later out of reach without sudo",
			 p->home, p->home_owner);
	*fix = xstrdup("run ixlab without sudo; it needs none where namespaces "
		       "are there; or sudo -H ixlab");
	return true;
}

/* ---- looking */

static char *
place_file(const char *path)
{
	char *text = NULL;
	struct err e;

	return file_read(path, 1 << 16, &text, NULL, &e) == 0 ? text : NULL;
}

static bool
place_is(const char *path, const char *value)
{
	char *text = place_file(path);
	bool is;

	if (text == NULL)
		return false;
	text[strcspn(text, "\n")] = '\0';
	is = strcmp(text, value) == 0;
	free(text);
	return is;
}

/* Machines are made of images of containers, too, and keep their marks: a
 * container has process ids of its own. */
static bool
place_is_within(void)
{
	char ns[64];
	ssize_t n = readlink("/proc/self/ns/pid", ns, sizeof(ns) - 1);

	ns[n > 0 ? n : 0] = '\0';
	return strcmp(ns, "pid:[4026531836]") != 0; /* PROC_PID_INIT_INO */
}

static void
place_home(struct super_place *p)
{
	const char *home = getenv("HOME");
	const struct passwd *pw;
	struct stat st;

	p->home = xstrdup(home ? home : "");
	if (stat(p->home, &st) < 0)
		return;
	p->home_ours = st.st_uid == geteuid();
	pw = getpwuid(st.st_uid);
	p->home_owner = pw ? xstrdup(pw->pw_name)
			   : xasprintf("user %u", (unsigned int)st.st_uid);
}

static void
place_profile(struct super_place *p)
{
	char *dir = file_data_dir(), *text;
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	p->program = xstrndup(n > 0 ? path : "ixlab", n > 0 ? (size_t)n : 5);
	p->profile = xasprintf("%s/apparmor/ixlab", dir ? dir : ".");
	free(dir);
	if ((text = place_file(p->profile)) == NULL) {
		free(p->profile);
		p->profile = NULL;
		return;
	}
	p->profile_names_us = strstr(text, p->program) != NULL;
	free(text);
}

void
super_place_look(struct super_place *p)
{
	char *os = place_file("/etc/os-release");
	char *cgroup = place_file("/proc/1/cgroup");
	char *status = place_file("/proc/self/status");
	const char *user = getenv("SUDO_USER");
	struct utsname u;
	bool within = place_is_within();

	*p = (struct super_place){0};
	p->os = super_place_release(os, "PRETTY_NAME");
	if (p->os == NULL)
		p->os = xstrdup("an unknown system");
	p->tried = super_place_tried(os);
	p->kernel = xstrdup(uname(&u) == 0 ? u.release : "?");
	p->windows = super_place_windows(p->kernel);
	p->container = super_place_container(
	    getenv("container"), within && file_exists("/.dockerenv"),
	    within && file_exists("/run/.containerenv"), cgroup);
	p->root = geteuid() == 0;
	p->admin = super_place_status(status, "CapEff", CAP_SYS_ADMIN_BIT);
	p->net = super_place_status(status, "CapEff", CAP_NET_ADMIN_BIT);
	p->seccomp = super_place_status(status, "Seccomp", 2);
	p->none = place_is("/proc/sys/user/max_user_namespaces", "0");
	p->off = place_is("/proc/sys/kernel/unprivileged_userns_clone", "0");
	p->confined = place_is(
	    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1");
	p->sudo_user = p->root && user ? xstrdup(user) : NULL;
	place_home(p);
	place_profile(p);
	free(os);
	free(cgroup);
	free(status);
}

void
super_place_clear(struct super_place *p)
{
	free(p->os);
	free(p->kernel);
	free(p->program);
	free(p->profile);
	free(p->sudo_user);
	free(p->home);
	free(p->home_owner);
	*p = (struct super_place){0};
}
