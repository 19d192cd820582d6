/*
 * ixpeer_players: robots that come and go. The crowd's files are read at the
 * beginning, and again when somebody asks for it; then a robot of which the same
 * is said as before keeps its sessions, and only what is said where has changed.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/str.h"
#include "cmd/ixpeer/ixpeer_robot.h"

enum { SPARE_FILES = 64 };

/* ---- one */

static int
robot_init(struct ixpeer_players *all, struct ixpeer_robot *r,
	   const struct ixpeer_robot_conf *conf, struct err *e)
{
	struct ip_addr local;

	*r =
	    (struct ixpeer_robot){.all = all, .conf = conf, .keep = conf->keep};
	r->alarm.ring = ixpeer_robot_rings;
	if (ixpeer_routes_make(&r->routes, conf, &all->dumps, e) < 0 ||
	    ixpeer_puppet_init(r, e) < 0)
		return -1;
	r->sessions = xcalloc(conf->n_to + 1, sizeof *r->sessions);
	for (size_t i = 0; i < conf->n_to; i++)
		if (ixpeer_robot_from(conf, &conf->to[i], &local))
			ixpeer_session_init(&r->sessions[r->n++], r,
					    &conf->to[i]);
	ixpeer_behave_init(r);
	return 0;
}

static void
robot_free(struct ixpeer_robot *r)
{
	for (size_t i = 0; i < r->n; i++)
		ixpeer_session_clear(&r->sessions[i]);
	ixpeer_listeners_close(r);
	ixpeer_alarm_stop(&r->all->wheel, &r->alarm);
	ixpeer_routes_clear(&r->routes);
	ixpeer_puppet_free(r->puppet);
	free(r->sessions);
	free(r->conduct);
	free(r);
}

/* Say goodbye first. */
static void
robot_leave(struct ixpeer_robot *r)
{
	struct bgp_notify n = bgp_notify_cease(BGP_CEASE_UNCONFIGURED, NULL);

	for (size_t i = 0; i < r->n; i++)
		ixpeer_session_stop(&r->sessions[i], &n);
	robot_free(r);
}

/* The same is said of it elsewhere now. */
static void
robot_moves(struct ixpeer_robot *r, const struct ixpeer_robot_conf *conf)
{
	for (size_t i = 0; i < r->n; i++)
		r->sessions[i].to =
		    conf->to + (r->sessions[i].to - r->conf->to);
	r->conf = conf;
}

/* ---- all */

/* First each one's first session, then the second ones; but those that have had
 * their turn stay in front. */
static void
take_turns(struct ixpeer_players *all, struct ixpeer_session **done, size_t n)
{
	size_t k = n;

	free(all->order);
	all->n_sessions = 0;
	for (size_t i = 0; i < all->n; i++)
		all->n_sessions += all->robots[i]->n;
	all->order = xreallocarray(NULL, all->n_sessions + 1, sizeof(void *));
	if (n > 0)
		memcpy(all->order, done, n * sizeof(void *));
	for (size_t j = 0; k < all->n_sessions; j++)
		for (size_t i = 0; i < all->n; i++)
			if (j < all->robots[i]->n &&
			    !all->robots[i]->sessions[j].had_turn)
				all->order[k++] = &all->robots[i]->sessions[j];
	all->next = n;
}

/* Sockets for all, if the limit can be raised that far. */
static int
files(const struct ixpeer_players *all, struct err *e)
{
	size_t n = all->n_sessions + SPARE_FILES;
	struct rlimit l;

	for (size_t i = 0; i < all->n; i++)
		if (all->robots[i]->conf->listen)
			n += all->robots[i]->conf->n_addresses +
			     all->robots[i]->n;
	if (getrlimit(RLIMIT_NOFILE, &l) < 0)
		return err_sys(e, "ask for the limit of open files");
	if (l.rlim_cur >= n)
		return 0;
	if (l.rlim_max < n)
		l.rlim_max = n; /* for root */
	l.rlim_cur = n;
	if (setrlimit(RLIMIT_NOFILE, &l) == 0)
		return 0;
	getrlimit(RLIMIT_NOFILE, &l);
	return err_here(e,
			"%zu open files are needed, and only %llu allowed; "
			"raise the limit with ulimit -n",
			n, (unsigned long long)l.rlim_max);
}

int
ixpeer_players_init(struct ixpeer_players *all, struct ixpeer_crowd *c,
		    struct err *e)
{
	all->crowd = c;
	all->started = all->changed = ixpeer_clock();
	ixpeer_wheel_init(&all->wheel, all->started);
	all->memo = ixpeer_memo_new();
	all->home = ixpeer_socket_home();
	if (all->home < 0)
		return err_sys(e, "open our own namespace");
	all->robots = xcalloc(c->n + 1, sizeof(void *));
	for (size_t i = 0; i < c->n; i++) {
		all->robots[all->n++] = xcalloc(1, sizeof **all->robots);
		if (robot_init(all, all->robots[i], &c->robots[i], e) < 0)
			return -1;
	}
	take_turns(all, NULL, 0);
	if (files(all, e) < 0)
		return -1;
	for (size_t i = 0; i < all->n; i++)
		if (ixpeer_listeners_open(all->robots[i], e) < 0)
			return -1;
	return 0;
}

static void
on_walk(uv_handle_t *h, void *arg)
{
	(void)arg;
	if (!uv_is_closing(h))
		uv_close(h, NULL);
}

void
ixpeer_players_clear(struct ixpeer_players *all)
{
	if (all->desk)
		ctl_server_close(all->desk);
	all->desk = NULL;
	for (size_t i = 0; i < all->n; i++)
		robot_free(all->robots[i]);
	uv_run(&all->loop, UV_RUN_NOWAIT);
	uv_walk(&all->loop, on_walk, NULL);
	uv_run(&all->loop, UV_RUN_DEFAULT);
	uv_loop_close(&all->loop);
	free(all->robots);
	free(all->order);
	ixpeer_dumps_clear(&all->dumps);
	ixpeer_memo_free(all->memo);
	ipmap_clear(&all->prefixes[0]);
	ipmap_clear(&all->prefixes[1]);
	if (all->home >= 0)
		close(all->home);
}

/* ---- again */

static int
by_name(const void *a, const void *b)
{
	const struct ixpeer_robot *x = *(struct ixpeer_robot *const *)a;
	const struct ixpeer_robot *y = *(struct ixpeer_robot *const *)b;

	return strcmp(x->conf->name, y->conf->name);
}

/* The robots of the new crowd, those that stay in their old bodies. */
static int
again_make(struct ixpeer_players *all, const struct ixpeer_crowd *c,
	   struct ixpeer_robot **now, struct err *e)
{
	struct ixpeer_robot **old = xcalloc(all->n + 1, sizeof(void *));
	int rc = 0;

	memcpy(old, all->robots, all->n * sizeof(void *));
	qsort(old, all->n, sizeof(void *), by_name);
	for (size_t i = 0; rc == 0 && i < c->n; i++) {
		struct ixpeer_robot key = {.conf = &c->robots[i]}, *k = &key;
		struct ixpeer_robot **was =
		    bsearch(&k, old, all->n, sizeof(void *), by_name);

		if (was && (*was)->conf->digest == c->robots[i].digest) {
			now[i] = *was;
			continue;
		}
		now[i] = xcalloc(1, sizeof **now);
		rc = robot_init(all, now[i], &c->robots[i], e);
	}
	free(old);
	return rc;
}

static bool
again_new(const struct ixpeer_robot *r, const struct ixpeer_crowd *c)
{
	return r->conf >= c->robots && r->conf < c->robots + c->n;
}

/* Those that go; then all speak of the new crowd. */
static void
again_change(struct ixpeer_players *all, const struct ixpeer_crowd *c,
	     struct ixpeer_robot **now)
{
	struct ixpeer_session **done;
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		if (!again_new(now[i], c))
			robot_moves(now[i], &c->robots[i]);
	for (size_t i = 0; i < all->n; i++)
		if (!again_new(all->robots[i], c))
			robot_leave(all->robots[i]);
	free(all->robots);
	all->robots = now;
	all->n = c->n;
	done = xcalloc(all->n_sessions + 1, sizeof(void *));
	for (size_t i = 0; i < all->n; i++)
		for (size_t j = 0; j < now[i]->n; j++)
			if (now[i]->sessions[j].had_turn)
				done[n++] = &now[i]->sessions[j];
	take_turns(all, done, n);
	free(done);
}

static int
again_read(const struct ixpeer_players *all, struct ixpeer_crowd *c,
	   struct err *e)
{
	for (size_t i = 0; i < all->crowd->n_files; i++)
		if (ixpeer_crowd_load(c, all->crowd->files[i], e) < 0)
			return -1;
	return 0;
}

int
ixpeer_players_reload(struct ixpeer_players *all, struct err *e)
{
	struct ixpeer_crowd c = {0};
	struct ixpeer_robot **now;
	int rc;

	if (again_read(all, &c, e) < 0) {
		ixpeer_crowd_clear(&c);
		return -1;
	}
	ixpeer_dumps_clear(&all->dumps);
	now = xcalloc(c.n + 1, sizeof(void *));
	if (again_make(all, &c, now, e) < 0) {
		for (size_t i = 0; i < c.n; i++)
			if (now[i] && again_new(now[i], &c))
				robot_free(now[i]);
		free(now);
		ixpeer_crowd_clear(&c);
		return -1;
	}
	again_change(all, &c, now);
	ixpeer_crowd_clear(all->crowd);
	*all->crowd = c;
	rc = files(all, e);
	for (size_t i = 0; rc == 0 && i < all->n; i++)
		rc = ixpeer_listeners_open(all->robots[i], e);
	return rc;
}
