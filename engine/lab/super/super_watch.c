/*
 * One inotify descriptor for all the nodes' folders: when a file in the folder
 * of a daemon that waits in back-off is written, the waiting ends. Without
 * inotify (its instances are few a user) a correction only takes effect later.
 */
#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "lab/super/super_priv.h"

#define WATCH_FOR (IN_CLOSE_WRITE | IN_MOVED_TO)

static void
watch_event(struct super *s, const struct inotify_event *ev)
{
	size_t i;

	/* swap files and backups of editors */
	if (ev->len > 0 && (ev->name[0] == '.' || str_ends(ev->name, "~")))
		return;
	for (i = 0; i < s->lab->nnodes; i++) {
		if (s->nodes[i]->watch == ev->wd)
			super_daemon_kick(s->nodes[i]);
	}
}

static void
watch_ready(uv_poll_t *p, int status, int events)
{
	_Alignas(struct inotify_event) char buf[4096];
	struct super *s = p->data;
	const struct inotify_event *ev;
	ssize_t n, at;

	(void)status;
	(void)events;
	while ((n = read(s->inotify, buf, sizeof(buf))) > 0) {
		for (at = 0; at < n; at += (ssize_t)(sizeof(*ev) + ev->len)) {
			ev = (const struct inotify_event *)(buf + at);
			watch_event(s, ev);
		}
	}
}

void
super_watch_init(struct super *s)
{
	s->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (s->inotify < 0) {
		log_warn("super", "corrected files are noticed late");
		return;
	}
	uv_poll_init(&s->loop, &s->inotify_poll, s->inotify);
	s->inotify_poll.data = s;
	uv_poll_start(&s->inotify_poll, UV_READABLE, watch_ready);
}

void
super_watch_forget(struct super_node *n)
{
	if (n->watch >= 0)
		(void)inotify_rm_watch(n->super->inotify, n->watch);
	n->watch = -1;
}

void
super_watch_node(struct super_node *n)
{
	if (n->super->inotify >= 0)
		n->watch =
		    inotify_add_watch(n->super->inotify, n->home, WATCH_FOR);
}
