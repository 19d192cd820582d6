/*
 * ixlab events: what happens in a lab, a line for each.
 *
 *	supervisor ── link, address, route, process, lab ──┐
 *	daemons ── sessions, through the grader's eyes ────┼─> line ─> cmd_lines.c
 *
 * Each line has the time of day and the milliseconds since the lab began. The
 * supervisor stamps its own; sessions are stamped here, on the same clock.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd_lines.h"
#include "cmd_table.h"
#include "cmd_until.h"

struct events {
	struct cmd *c;
	uv_loop_t loop;
	struct ctl_async *super;
	struct grader_watch *watch;
	struct cmd_lines *lines;
	const char *node; /* --node, or NULL */
	bool all, known;  /* known: the first look is over */
	int64_t offset;	  /* the lab's clock less ours, ms */
	bool over;
};

/* ---- in words */

typedef void (*event_print)(struct str *s, const json_t *data);

static long long
event_number(const json_t *data, const char *key)
{
	return json_integer_value(json_object_get(data, key));
}

static void
print_lab(struct str *s, const json_t *d)
{
	str_addf(s, "the lab is %s", out_text(d, "state"));
}

static void
print_process(struct str *s, const json_t *d)
{
	static const char *const words[][2] = {
	    {"running", "its daemon runs"},
	    {"starting", "its daemon is starting"},
	    {"stopped", "its daemon is stopped"},
	    {"backoff", "its daemon died and will be started again"},
	};
	const char *state = out_text(d, "state");
	const char *reason = out_text(d, "reason");
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(state, words[i][0]) == 0)
			state = words[i][1];
	str_addf(s, "%s: %s%s%s", out_text(d, "node"), state,
		 *reason ? ": " : "", reason);
}

static void
print_link(struct str *s, const json_t *d)
{
	str_addf(s, "%s: %s is %s", out_text(d, "node"), out_text(d, "dev"),
		 json_is_true(json_object_get(d, "up")) ? "up" : "down");
	if (json_is_object(json_object_get(d, "weather")))
		str_add(s, ", and has weather");
}

static void
print_wire(struct str *s, const json_t *d)
{
	const char *reason = out_text(d, "reason");

	str_addf(s, "the links' weather: ixwire is %s%s%s",
		 out_text(d, "state"), *reason ? ": " : "", reason);
}

static void
print_address(struct str *s, const json_t *d)
{
	str_addf(s, "%s: %s %s %s", out_text(d, "node"), out_text(d, "dev"),
		 json_is_true(json_object_get(d, "added")) ? "has" : "lost",
		 out_text(d, "address"));
}

static void
print_route(struct str *s, const json_t *d)
{
	long long in = event_number(d, "added"),
		  out = event_number(d, "removed");

	str_addf(s, "%s: %lld %s added, %lld removed%s", out_text(d, "node"),
		 in, in == 1 ? "route" : "routes", out,
		 json_is_true(json_object_get(d, "lost"))
		     ? ", and more than the kernel could tell"
		     : "");
}

static void
print_session(struct str *s, const json_t *d)
{
	const char *error = out_text(d, "last_error");
	bool up = json_is_true(json_object_get(d, "established"));

	str_addf(s, "%s: session with %s (%s) is %s", out_text(d, "node"),
		 out_text(d, "with"),
		 strcmp(out_text(d, "family"), "ipv6") == 0 ? "IPv6" : "IPv4",
		 up ? "up" : out_text(d, "state"));
	if (!up && *error)
		str_addf(s, ", last error: %s", error);
}

static void
print_progress(struct str *s, const json_t *d)
{
	str_addf(s, "step %lld of %lld: %s", event_number(d, "done"),
		 event_number(d, "total"), out_text(d, "text"));
}

static void
print_lost(struct str *s, const json_t *d)
{
	str_addf(s, "lost %lld events: they came faster than they were read",
		 event_number(d, "count"));
}

static const struct event_kind {
	const char *name, *theirs; /* theirs: as the supervisor calls it */
	event_print print;
} event_kinds[] = {
    {"lab", "lab", print_lab},
    {"process", "node", print_process},
    {"link", "link", print_link},
    {"wire", "wire", print_wire},
    {"address", "address", print_address},
    {"route", "route", print_route},
    {"session", NULL, print_session},
    {"progress", "progress", print_progress},
    {"lost", NULL, print_lost},
};

static const struct event_kind *
event_kind(const char *name, bool theirs)
{
	size_t i;

	for (i = 0; i < sizeof(event_kinds) / sizeof(event_kinds[0]); i++) {
		const char *s =
		    theirs ? event_kinds[i].theirs : event_kinds[i].name;

		if (s && strcmp(s, name) == 0)
			return &event_kinds[i];
	}
	return NULL;
}

/* ---- a line */

static int64_t
events_wall(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
events_time(char *buf, size_t size, int64_t wall, bool whole)
{
	time_t s = (time_t)(wall / 1000);
	char head[32];
	struct tm tm;

	if (whole)
		gmtime_r(&s, &tm);
	else
		localtime_r(&s, &tm);
	strftime(head, sizeof(head), whole ? "%Y-%m-%dT%H:%M:%S" : "%H:%M:%S",
		 &tm);
	snprintf(buf, size, "%s.%03d%s", head, (int)(wall % 1000),
		 whole ? "Z" : "");
}

/* The line for an event, owned. data is borrowed. */
static char *
events_line(const struct events *v, const struct event_kind *kind,
	    const json_t *data, int64_t wall, int64_t ms)
{
	char when[64], *line, *whole;
	struct str s = {0};
	json_t *o;

	events_time(when, sizeof(when), wall, v->c->json);
	if (v->c->json) {
		o = json_pack("{ss sI ss}", "time", when, "ms", (json_int_t)ms,
			      "event", kind->name);
		json_object_update_missing(o, (json_t *)(uintptr_t)data);
		line = json_dumps(o, JSON_COMPACT | JSON_ENSURE_ASCII);
		whole = xasprintf("%s\n", line ? line : "{}");
		free(line);
		json_decref(o);
		return whole;
	}
	kind->print(&s, data);
	line = str_steal(&s);
	str_clean(line);
	whole = xasprintf("%s  %s\n", when, line);
	free(line);
	return whole;
}

static bool
events_wanted(const struct events *v, const json_t *data)
{
	if (v->node == NULL)
		return true;
	return strcmp(out_text(data, "node"), v->node) == 0 ||
	       strcmp(out_text(data, "with"), v->node) == 0;
}

static void
events_put(struct events *v, const struct event_kind *kind, const json_t *data,
	   int64_t wall, int64_t ms)
{
	cmd_lines_put(v->lines, events_line(v, kind, data, wall, ms));
}

static char *
events_lost(void *arg, size_t count)
{
	struct events *v = arg;
	json_t *d = json_pack("{sI}", "count", (json_int_t)count);
	char *line = events_line(v, event_kind("lost", false), d, events_wall(),
				 cmd_now_ms() + v->offset);

	json_decref(d);
	return line;
}

/* ---- where they come from */

static void
events_super(void *arg, const char *event, const json_t *data)
{
	struct events *v = arg;
	const struct event_kind *kind = event_kind(event, true);
	json_t *own;

	if (kind == NULL)
		return;
	own = json_deep_copy(data);
	if (json_object_get(own, "name")) {
		json_object_set(own, "node", json_object_get(own, "name"));
		json_object_del(own, "name");
	}
	json_object_del(own, "ms");
	json_object_del(own, "time_ms");
	if (strcmp(kind->name, "lab") == 0 || events_wanted(v, own))
		events_put(v, kind, own, event_number(data, "time_ms"),
			   event_number(data, "ms"));
	json_decref(own);
}

static void
events_gone(void *arg, const char *why)
{
	struct events *v = arg;
	json_t *d = json_pack("{ss}", "state", "gone");

	(void)why;
	if (!v->over)
		events_put(v, event_kind("lab", false), d, events_wall(),
			   cmd_now_ms() + v->offset);
	json_decref(d);
	v->over = true;
}

/* Only what goes up or down is news, but for who wants all. */
static void
events_session(void *arg, const json_t *row, const json_t *was)
{
	struct events *v = arg;
	bool up = json_is_true(json_object_get(row, "established"));
	bool before = json_is_true(json_object_get(was, "established"));
	json_t *d;

	if (up == before &&
	    (!v->all || json_equal(json_object_get(row, "state"),
				   json_object_get(was, "state"))))
		return;
	if (!v->known && !v->all)
		return; /* it was so before we came */
	d = json_pack("{sO}", "node", json_object_get(row, "at"));
	json_object_update(d, (json_t *)(uintptr_t)row);
	json_object_del(d, "at");
	json_object_set_new(d, "was",
			    was ? json_incref(json_object_get(was, "state"))
				: json_null());
	if (events_wanted(v, d))
		events_put(v, event_kind("session", false), d, events_wall(),
			   cmd_now_ms() + v->offset);
	json_decref(d);
}

/* ---- the loop */

static void
events_close(uv_handle_t *h, void *arg)
{
	(void)arg;
	if (!uv_is_closing(h))
		uv_close(h, NULL);
}

static void
events_run(struct events *v, long for_ms)
{
	struct cmd_until until;

	cmd_until_begin(&until, &v->loop, (uint64_t)for_ms, &v->over);
	while (!v->over && !cmd_lines_over(v->lines)) {
		uv_run(&v->loop, UV_RUN_ONCE);
		v->known = v->known || grader_watch_ready(v->watch);
	}
	cmd_until_end(&until);
}

/* The first line: so a reader knows that it hears. */
static void
events_begin(struct events *v, const json_t *state)
{
	json_t *d = json_pack("{sO}", "state", json_object_get(state, "state"));

	events_put(v, event_kind("lab", false), d, events_wall(),
		   cmd_now_ms() + v->offset);
	json_decref(d);
}

static int
events_open(struct events *v, const char *lab, const json_t *state,
	    struct err *e)
{
	_free_ char *socket = ctl_lab_name(lab);

	v->lines = cmd_lines_new(&v->loop, STDOUT_FILENO, events_lost, v);
	v->super =
	    ctl_async_open(&v->loop, socket, events_super, events_gone, v, e);
	if (v->super == NULL)
		return -1;
	ctl_async_call(v->super, "subscribe", NULL, NULL, 0, NULL, NULL);
	v->watch = grader_watch_open(&v->loop, lab, events_session, v, e);
	if (v->watch == NULL)
		return -1;
	events_begin(v, state);
	return 0;
}

static int
events_options(struct cmd *c, struct events *v, const json_t *state,
	       long *for_ms, struct err *e)
{
	const char *span = cmd_option(c, "--for");
	uint32_t ms = 0;

	v->node = cmd_option(c, "--node");
	v->all = cmd_option(c, "--all") != NULL;
	if (span && model_weather_parse_span(span, &ms, e) < 0)
		return err_in(e, "--for");
	*for_ms = span ? (long)ms : 0;
	if (v->node && cmd_lab_node(state, v->node, e) == NULL)
		return -1;
	return 0;
}

int
cmd_events(struct cmd *c, struct err *e)
{
	_free_ char *lab = cmd_lab_pick(c, c->nargs ? c->args[0] : NULL, e);
	json_t *state = lab ? cmd_lab_inspect(lab, e) : NULL;
	struct events v = {
	    .c = c, .offset = event_number(state, "age_ms") - cmd_now_ms()};
	long for_ms = 0;
	int rc;

	if (state == NULL)
		return -1;
	if (events_options(c, &v, state, &for_ms, e) < 0) {
		json_decref(state);
		return -1;
	}
	uv_loop_init(&v.loop);
	if ((rc = events_open(&v, lab, state, e)) == 0)
		events_run(&v, for_ms);
	grader_watch_close(v.watch);
	ctl_async_close(v.super);
	if (rc == 0)
		rc = cmd_lines_end(v.lines, e);
	cmd_lines_free(v.lines);
	uv_walk(&v.loop, events_close, NULL);
	uv_run(&v.loop, UV_RUN_DEFAULT);
	uv_loop_close(&v.loop);
	json_decref(state);
	return rc;
}
