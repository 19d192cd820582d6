/*
 * A node's packet filter, and reading configuration anew.
 *
 * nodes/NODE/nftables.conf is to a node what /etc/nftables.conf is to a Debian
 * machine: loaded before its daemon first runs, and again by the verb reload.
 * nft replaces the whole rule set in one transaction, so a file with a mistake
 * leaves the old rules; a file that is gone leaves none. What nft says about a
 * mistake is the answer to the request, or a line in the log.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "lab/super/super_priv.h"

#define FIREWALL_FILE "nftables.conf"

struct super_firewall { /* one nft that runs */
	struct super_node *node;
	struct ctl_request *q; /* NULL: nobody waits, but the daemon if first */
	bool first;
	struct node_child child;
	int said; /* read end of its standard error */
	struct super_firewall *next;
};

static void
firewall_answer(struct super_node *n, struct ctl_request *q,
		const struct err *e)
{
	if (e != NULL)
		super_log_line(n->def->name, e->msg);
	if (q == NULL)
		return;
	if (e != NULL) {
		ctl_refuse(q, e);
		return;
	}
	super_daemon_reload(n);
	ctl_reply(q, NULL);
}

static int
firewall_spawn(struct super_firewall *f, bool there, struct err *e)
{
	_free_ char *path = xasprintf("PATH=%s", node_path());
	_free_ char *file = xasprintf("%s/" FIREWALL_FILE, f->node->home);
	const char *etc = f->node->place.etc;
	_free_ char *load =
	    file_exists(etc)
		? xasprintf("flush ruleset; include \"%s/" FIREWALL_FILE "\"",
			    etc)
		: xasprintf("flush ruleset; include \"%s\"", file);
	const char *argv[] = {"nft", there ? load : "flush ruleset", NULL};
	const char *const env[] = {path, "LANG=C.UTF-8", NULL};
	struct node_spec spec = {.place = &f->node->place,
				 .argv = argv,
				 .env = env,
				 .fds = {-1, -1, -1}};
	int fds[2], rc;

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_sys(e, "cannot make a pipe");
	spec.fds[2] = fds[1];
	rc = node_spawn(&spec, &f->child, e);
	close(fds[1]);
	if (rc < 0)
		close(fds[0]);
	f->said = fds[0];
	return rc;
}

void
super_firewall_load(struct super_node *n, struct ctl_request *q)
{
	_free_ char *file = xasprintf("%s/" FIREWALL_FILE, n->home);
	struct super_firewall *f;
	struct err e = {0};
	bool there = file_exists(file);

	if (!there && !n->firewall) {
		firewall_answer(n, q, NULL);
		return;
	}
	f = xcalloc(1, sizeof(*f));
	f->node = n;
	f->q = q;
	if (firewall_spawn(f, there, &e) < 0) {
		free(f);
		firewall_answer(n, q, &e);
		return;
	}
	n->firewall = there;
	f->next = n->super->firewalls;
	n->super->firewalls = f;
}

bool
super_firewall_first(struct super_node *n)
{
	struct super_firewall *before = n->super->firewalls;

	super_firewall_load(n, NULL);
	if (n->super->firewalls == before)
		return false;
	n->super->firewalls->first = true;
	super_daemon_waits(n);
	return true;
}

/* Of what nft says, the line with the place and the reason, and of that what
 * follows the folder. */
static const char *
firewall_line(char *text)
{
	char *line, *rest = NULL, *at;

	for (line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (strstr(line, "Error: ") == NULL)
			continue;
		str_clean(line);
		at = strstr(line, FIREWALL_FILE);
		return at ? at : line;
	}
	return FIREWALL_FILE ": nft refuses it";
}

static void
firewall_words(struct super_firewall *f, struct err *e)
{
	char text[2048];
	ssize_t len = read(f->said, text, sizeof(text) - 1);

	if (f->child.report >= 0 && node_report(&f->child, e) < 0)
		return;
	text[len > 0 ? len : 0] = '\0';
	err_usage(e, "%s: %s", f->node->def->name, firewall_line(text));
}

bool
super_firewall_exited(struct super *s, pid_t pid, int status)
{
	struct super_firewall **at, *f;
	struct err e = {0};

	for (at = &s->firewalls; (f = *at) != NULL; at = &f->next)
		if (f->child.pid == pid)
			break;
	if (f == NULL)
		return false;
	*at = f->next;
	if (status != 0)
		firewall_words(f, &e);
	else if (f->child.report >= 0)
		(void)node_report(&f->child, &e);
	firewall_answer(f->node, f->q, status != 0 ? &e : NULL);
	if (f->first)
		super_daemon_reload(f->node);
	if (f->child.report >= 0)
		close(f->child.report);
	close(f->said);
	free(f);
	return true;
}

bool
super_firewall_busy(const struct super_node *n)
{
	const struct super_firewall *f;

	for (f = n->super->firewalls; f != NULL; f = f->next)
		if (f->node == n)
			return true;
	return false;
}
