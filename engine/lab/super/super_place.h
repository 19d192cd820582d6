/*
 * super_place: on what kind of machine we are, for doctor: which Linux, in what
 * kind of container, under sudo, under Windows; what forbids namespaces, and the
 * command that mends it.
 *
 *	files, environment ──super_place_look──> struct super_place
 *	struct super_place ──super_place_...──> words        (pure)
 *
 * Nothing here decides whether something works: that is tried (super_doctor.c).
 */
#ifndef LAB_SUPER_SUPER_PLACE_H
#define LAB_SUPER_SUPER_PLACE_H

#include <stdbool.h>

struct super_place {
	char *os;	       /* "Ubuntu 24.04.1 LTS" */
	bool tried;	       /* a release that ixlab is made for */
	char *kernel;	       /* its release */
	const char *container; /* "Docker", ..., "": some; NULL: none */
	int windows;	       /* 0; 1, 2: the Subsystem for Linux, WSL */
	bool root;
	bool admin;    /* has CAP_SYS_ADMIN */
	bool net;      /* has CAP_NET_ADMIN */
	bool seccomp;  /* system calls are filtered */
	bool none;     /* user.max_user_namespaces is 0 */
	bool off;      /* kernel.unprivileged_userns_clone is 0 */
	bool confined; /* kernel.apparmor_restrict_unprivileged_userns is 1 */
	char *program; /* this one's path */
	char *profile; /* AppArmor's file that we ship, when it is there */
	bool profile_names_us; /* it is for a program of that path */
	char *sudo_user;       /* who called sudo, or NULL */
	char *home;
	char *home_owner; /* a name, or a number */
	bool home_ours;
};

void super_place_look(struct super_place *p);
void super_place_clear(struct super_place *p);

/* ---- pure */

/* A value of os-release(5), without quotes; owned; NULL when not there. */
char *super_place_release(const char *text, const char *key);
/* Is this a release that ixlab is made for: Debian 12 and 13, Ubuntu 24.04? */
bool super_place_tried(const char *os_release);
/* From the kernel's release: 0, 1 or 2. */
int super_place_windows(const char *kernel);
/* From $container, from which marks are there, and from the text of
 * /proc/1/cgroup; NULL: no container. */
const char *super_place_container(const char *env, bool dockerenv,
				  bool containerenv, const char *cgroup);
/* Does such a line of /proc/self/status say so? */
bool super_place_status(const char *status, const char *key,
			unsigned long long mask);

/* "Debian GNU/Linux 12 (bookworm), Linux 6.1.0, in a Docker container"; owned. */
char *super_place_words(const struct super_place *p);
/* What lets namespaces be made; owned. */
char *super_place_namespaces(const struct super_place *p);
/* A command in the words of this place: who is root needs no sudo; in a container
 * the kernel is the host's; owned. */
char *super_place_command(const struct super_place *p, const char *command);
/* Why files would get a wrong owner, and what to do; both owned; false: all is
 * well. */
bool super_place_sudo(const struct super_place *p, char **why, char **fix);

#endif
