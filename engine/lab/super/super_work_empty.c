/*
 * Nobody is at home in what goes: daemons are asked, everything else that runs
 * in those namespaces is killed, and found by the namespace it is in, so that no
 * process escapes by making a group of its own.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "lab/super/super_links_priv.h"
#include "lab/super/super_work.h"

struct empty_ns {
	struct super_node *node;
	struct stat st;
	bool full;
};

struct empty {
	struct empty_ns *all;
	size_t n;
};

static void
empty_stop(struct super_node *n)
{
	if (n->daemon.state != DAEMON_NONE &&
	    n->daemon.state != DAEMON_STOPPED) {
		if (n->going)
			super_daemon_leave(n);
		else
			super_daemon_stop(n, false);
	}
	n->daemon.again = false;
}

static void
empty_going(const struct super_work *w)
{
	const struct plan_diff *d = w->diff;
	size_t i;

	for (i = 0; i < d->n && !d->changes[i].add; i++) {
		const struct plan_step *st =
		    &d->from->steps[d->changes[i].step];

		if (st->op == PLAN_NETNS)
			w->super->nodes[st->node]->going = true;
	}
}

/* Those whose namespace goes; and ask all daemons that go. */
static void
empty_init(struct empty *m, const struct super_work *w)
{
	const struct plan_diff *d = w->diff;
	struct super *s = w->super;
	size_t i;

	m->all = xcalloc(d->n + 1, sizeof(*m->all));
	empty_going(w);
	for (i = 0; i < d->n && !d->changes[i].add; i++) {
		const struct plan_step *st =
		    &d->from->steps[d->changes[i].step];
		struct super_node *n = s->nodes[st->node];

		if (st->op != PLAN_DAEMON && st->op != PLAN_NETNS)
			continue;
		empty_stop(n);
		if (st->op == PLAN_NETNS && n->net != NULL &&
		    fstat(net_fd(n->net), &m->all[m->n].st) == 0)
			m->all[m->n++].node = n;
	}
}

/* Kill what is in one of them, but for the daemon, which was asked. */
static void
empty_look(struct empty *m, const char *name)
{
	pid_t pid = (pid_t)atoi(name);
	char path[64];
	struct stat st;
	size_t i;

	snprintf(path, sizeof(path), "/proc/%.20s/ns/net", name);
	if (pid <= 1 || stat(path, &st) < 0)
		return;
	for (i = 0; i < m->n; i++) {
		struct empty_ns *x = &m->all[i];

		if (x->st.st_dev != st.st_dev || x->st.st_ino != st.st_ino ||
		    pid == x->node->super->crowd.pid) /* it looks in only */
			continue;
		x->full = true;
		if (x->node->daemon.pid == 0 ||
		    getpgid(pid) != x->node->daemon.pid)
			(void)kill(pid, SIGKILL);
	}
}

static void
empty_kill(struct empty *m)
{
	DIR *d = m->n > 0 ? opendir("/proc") : NULL;
	struct dirent *de;

	while (d != NULL && (de = readdir(d)) != NULL)
		empty_look(m, de->d_name);
	if (d != NULL)
		closedir(d);
}

static bool
empty_busy(const struct super_node *n)
{
	return n->daemon.pid != 0 || super_firewall_busy(n) ||
	       super_nft_busy(n);
}

const struct super_node *
super_work_empty(struct super_work *w)
{
	const struct super_node *left = NULL;
	struct super *s = w->super;
	struct empty m = {0};
	size_t i;

	empty_init(&m, w);
	empty_kill(&m);
	for (i = 0; i < m.n; i++)
		if (m.all[i].full || empty_busy(m.all[i].node))
			left = m.all[i].node;
	for (i = 0; left == NULL && i < w->diff->n; i++) {
		const struct plan_change *c = &w->diff->changes[i];
		const struct plan_step *st = &w->diff->from->steps[c->step];

		if (!c->add && st->op == PLAN_DAEMON &&
		    s->nodes[st->node]->daemon.pid != 0)
			left = s->nodes[st->node];
	}
	free(m.all);
	return left;
}
