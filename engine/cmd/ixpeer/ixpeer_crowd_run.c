/*
 * ixpeer_crowd_run: the loop, and who may come in when.
 *
 * Ten thousand connections begun at once would fill every queue on the way, so
 * only some of them are under way (--at-once); the next one begins when one is up or
 * has failed. Robots take turns: first each one's first session, then the second
 * ones, so that an exchange's route servers fill alike.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/str.h"
#include "cmd/ixpeer/ixpeer_robot.h"

enum { AT_ONCE = 1000, SPARE_FILES = 64 };

/* ---- events */

void
ixpeer_event(struct ixpeer_players *all, const char *event,
	     const struct ixpeer_robot *r, const struct ixpeer_session *s,
	     json_t *more)
{
	char peer[IP_ADDRSTRLEN];
	json_t *o;

	if (!all->events && all->desk == NULL) {
		json_decref(more);
		return;
	}
	o = json_pack("{ss,sI,ss}", "event", event, "ms",
		      (json_int_t)(ixpeer_clock() - all->started), "robot",
		      r->conf->name);
	if (s)
		json_object_set_new(
		    o, "peer", json_string(ip_addr_print(&s->to->addr, peer)));
	if (more)
		json_object_update(o, more);
	json_decref(more);
	if (all->events) {
		json_dumpf(o, stdout, JSON_COMPACT);
		putchar('\n');
	}
	if (all->desk)
		ctl_publish(all->desk, event, json_incref(o));
	json_decref(o);
}

/* ---- who is next */

static void
start_some(struct ixpeer_players *all)
{
	while (!all->ending && all->starting < all->at_once &&
	       all->next < all->n_sessions) {
		struct ixpeer_session *s = all->order[all->next++];

		s->starting = true;
		all->starting++;
		ixpeer_session_step(s, BGP_EV_START, BGP_OUT, NULL);
	}
}

void
ixpeer_players_next(struct ixpeer_session *s)
{
	if (!s->starting)
		return;
	s->starting = false;
	s->robot->all->starting--;
}

/* ---- time */

void
ixpeer_robot_alarm(struct ixpeer_robot *r)
{
	uint64_t at = ixpeer_behave_next(r), script = ixpeer_puppet_next(r);

	ixpeer_alarm_set(&r->all->wheel, &r->alarm, at < script ? at : script);
}

static void
robot_rings(struct ixpeer_alarm *a, uint64_t now)
{
	struct ixpeer_robot *r =
	    (void *)((char *)a - offsetof(struct ixpeer_robot, alarm));

	ixpeer_behave_clock(r, now);
	ixpeer_puppet_go_on(r);
	ixpeer_robot_alarm(r);
}

static void
on_clock(uv_timer_t *t)
{
	struct ixpeer_players *all = t->data;

	ixpeer_wheel_turn(&all->wheel, ixpeer_clock());
}

/* Before the loop sleeps. */
static void
on_prepare(uv_prepare_t *p)
{
	struct ixpeer_players *all = p->data;
	uint64_t wait;

	start_some(all);
	wait = ixpeer_wheel_wait(&all->wheel, ixpeer_clock());
	if (wait != UINT64_MAX)
		uv_timer_start(&all->clock, on_clock, wait, 0);
	if (all->events)
		fflush(stdout);
	if (all->over)
		uv_stop(&all->loop);
}

static void
on_signal(uv_signal_t *s, int number)
{
	(void)number;
	ixpeer_players_stop(s->data);
}

static void
on_end(uv_timer_t *t)
{
	ixpeer_players_stop(t->data);
}

void
ixpeer_players_stop(struct ixpeer_players *all)
{
	if (all->ending)
		return;
	all->ending = true;
	for (size_t i = 0; i < all->n; i++)
		for (size_t j = 0; j < all->robots[i].n; j++)
			ixpeer_session_stop(&all->robots[i].sessions[j], NULL);
	all->over = true;
}

/* ---- robots */

static int
listeners_open(struct ixpeer_robot *r, struct err *e)
{
	if (!r->conf->listen)
		return 0;
	r->listeners = xcalloc(r->conf->n_addresses, sizeof *r->listeners);
	for (size_t i = 0; i < r->conf->n_addresses; i++) {
		if (ixpeer_listener_open(&r->listeners[i], r,
					 &r->conf->addresses[i], e) < 0)
			return -1;
		r->n_listeners++;
	}
	return 0;
}

static int
robot_init(struct ixpeer_players *all, struct ixpeer_robot *r,
	   const struct ixpeer_robot_conf *conf, struct err *e)
{
	struct ip_addr local;

	*r =
	    (struct ixpeer_robot){.all = all, .conf = conf, .keep = conf->keep};
	r->alarm.ring = robot_rings;
	if (ixpeer_routes_make(&r->routes, conf, &all->dumps, e) < 0 ||
	    ixpeer_puppet_init(r, e) < 0)
		return -1;
	r->sessions = xcalloc(conf->n_to + 1, sizeof *r->sessions);
	for (size_t i = 0; i < conf->n_to; i++)
		if (ixpeer_robot_local(
			conf, (enum ip_family)conf->to[i].addr.family, &local))
			ixpeer_session_init(&r->sessions[r->n++], r,
					    &conf->to[i]);
	all->n_sessions += r->n;
	ixpeer_behave_init(r);
	return 0;
}

static void
robot_clear(struct ixpeer_robot *r)
{
	for (size_t i = 0; i < r->n; i++)
		ixpeer_session_clear(&r->sessions[i]);
	for (size_t i = 0; i < r->n_listeners; i++)
		ixpeer_listener_close(&r->listeners[i]);
	ixpeer_alarm_stop(&r->all->wheel, &r->alarm);
	ixpeer_routes_clear(&r->routes);
	ixpeer_puppet_free(r->puppet);
	free(r->listeners);
	free(r->sessions);
	free(r->conduct);
}

static void
take_turns(struct ixpeer_players *all)
{
	size_t k = 0;

	all->order = xreallocarray(NULL, all->n_sessions + 1, sizeof(void *));
	for (size_t j = 0; k < all->n_sessions; j++)
		for (size_t i = 0; i < all->n; i++)
			if (j < all->robots[i].n)
				all->order[k++] = &all->robots[i].sessions[j];
}

/* Sockets for all, if the limit can be raised that far. */
static int
files(size_t n, struct err *e)
{
	struct rlimit l;

	n += SPARE_FILES;
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

static int
players_init(struct ixpeer_players *all, const struct ixpeer_crowd *c,
	     const struct ixpeer_crowd_options *o, struct err *e)
{
	all->crowd = c;
	all->events = o->events;
	all->at_once = o->at_once ? o->at_once : AT_ONCE;
	all->started = all->changed = ixpeer_clock();
	ixpeer_wheel_init(&all->wheel, all->started);
	all->memo = ixpeer_memo_new();
	all->home = ixpeer_socket_home();
	if (all->home < 0)
		return err_sys(e, "open our own namespace");
	all->robots = xcalloc(c->n + 1, sizeof *all->robots);
	for (size_t i = 0; i < c->n; i++) {
		all->n++;
		if (robot_init(all, &all->robots[i], &c->robots[i], e) < 0)
			return -1;
	}
	take_turns(all);
	if (files(all->n_sessions + 2 * c->n, e) < 0)
		return -1;
	for (size_t i = 0; i < all->n; i++)
		if (listeners_open(&all->robots[i], e) < 0)
			return -1;
	return o->control ? ixpeer_desk_open(all, o->control, e) : 0;
}

static void
on_walk(uv_handle_t *h, void *arg)
{
	(void)arg;
	if (!uv_is_closing(h))
		uv_close(h, NULL);
}

static void
players_clear(struct ixpeer_players *all)
{
	if (all->desk)
		ctl_server_close(all->desk);
	all->desk = NULL;
	for (size_t i = 0; i < all->n; i++)
		robot_clear(&all->robots[i]);
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

static void
loop(struct ixpeer_players *all, uint32_t seconds)
{
	static const int numbers[] = {SIGINT, SIGTERM};
	uv_prepare_t prepare;
	uv_timer_t end;

	uv_timer_init(&all->loop, &all->clock);
	all->clock.data = all;
	uv_prepare_init(&all->loop, &prepare);
	prepare.data = all;
	uv_prepare_start(&prepare, on_prepare);
	uv_timer_init(&all->loop, &end);
	end.data = all;
	if (seconds)
		uv_timer_start(&end, on_end, seconds * UINT64_C(1000), 0);
	for (int i = 0; i < 2; i++) {
		uv_signal_init(&all->loop, &all->signals[i]);
		all->signals[i].data = all;
		uv_signal_start(&all->signals[i], on_signal, numbers[i]);
	}
	for (size_t i = 0; i < all->n; i++)
		ixpeer_puppet_go_on(&all->robots[i]);
	uv_run(&all->loop, UV_RUN_DEFAULT);
	/* these live here, so they are closed here */
	uv_close((uv_handle_t *)&prepare, NULL);
	uv_close((uv_handle_t *)&end, NULL);
	uv_run(&all->loop, UV_RUN_NOWAIT);
}

int
ixpeer_crowd_run(const struct ixpeer_crowd *c,
		 const struct ixpeer_crowd_options *o, struct err *e)
{
	struct ixpeer_players *all = xcalloc(1, sizeof *all);
	int rc;

	uv_loop_init(&all->loop);
	all->home = -1;
	rc = players_init(all, c, o, e);
	if (rc == 0)
		loop(all, o->seconds);
	players_clear(all);
	free(all);
	return rc;
}
