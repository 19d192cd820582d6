/*
 * ixpeer_crowd_run: the loop, and who may come in when.
 *
 * Ten thousand connections begun at once would fill every queue on the way, so
 * only some of them are under way (--at-once); the next one begins when one is up or
 * has failed. Robots take turns: first each one's first session, then the second
 * ones, so that an exchange's route servers fill alike.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"
#include "cmd/ixpeer/ixpeer_robot.h"

enum { AT_ONCE = 1000 };

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

		s->starting = s->had_turn = true;
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
	uint64_t lease = ixpeer_lease_next(r);

	if (lease < at)
		at = lease;
	ixpeer_alarm_set(&r->all->wheel, &r->alarm, at < script ? at : script);
}

void
ixpeer_robot_rings(struct ixpeer_alarm *a, uint64_t now)
{
	struct ixpeer_robot *r =
	    (void *)((char *)a - offsetof(struct ixpeer_robot, alarm));

	ixpeer_behave_clock(r, now);
	ixpeer_lease_clock(r, now);
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
		for (size_t j = 0; j < all->robots[i]->n; j++)
			ixpeer_session_stop(&all->robots[i]->sessions[j], NULL);
	all->over = true;
}

/* ---- life */

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
		ixpeer_puppet_go_on(all->robots[i]);
	uv_run(&all->loop, UV_RUN_DEFAULT);
	/* these live here, so they are closed here */
	uv_close((uv_handle_t *)&prepare, NULL);
	uv_close((uv_handle_t *)&end, NULL);
	uv_run(&all->loop, UV_RUN_NOWAIT);
}

int
ixpeer_crowd_run(struct ixpeer_crowd *c, const struct ixpeer_crowd_options *o,
		 struct err *e)
{
	struct ixpeer_players *all = xcalloc(1, sizeof *all);
	int rc;

	uv_loop_init(&all->loop);
	all->home = -1;
	all->events = o->events;
	all->at_once = o->at_once ? o->at_once : AT_ONCE;
	rc = ixpeer_players_init(all, c, e);
	if (rc == 0 && o->control)
		rc = ixpeer_desk_open(all, o->control, e);
	if (rc == 0)
		loop(all, o->seconds);
	ixpeer_players_clear(all);
	free(all);
	return rc;
}
