/*
 * The verb "link" by the two it joins: what is refused, what subscribers hear,
 * what stays when it is over.
 */
#include "lab.h"
#include "leave_out.h"

static const char *name;

static int
up(void **state)
{
	const char *bin = getenv("IXLAB_BIN");
	struct err e = {0};

	name = lab_name("weather");
	if (lab_start_text(name, "pair.yml", lab_text,
			   bin ? bin : IXLAB_TREE "/build", &e) < 0)
		fail_msg("%s", e.msg);
	*state = lab_open(name);
	return 0;
}

static int
down(void **state)
{
	ctl_close(*state);
	lab_down(name);
	return lab_teardown(state);
}

static json_t *
link_args(const char *more)
{
	json_t *o = json_loads(more, 0, NULL);

	assert_non_null(o);
	if (json_object_get(o, "a") == NULL) {
		json_object_set_new(o, "a", json_string("m1"));
		json_object_set_new(o, "b", json_string("sw1"));
	}
	return o;
}

static json_t *
set(struct ctl *c, const char *more)
{
	return lab_call(c, "link", link_args(more));
}

static json_int_t
delay(const json_t *row)
{
	return json_integer_value(
	    json_object_get(json_object_get(row, "weather"), "delay_us"));
}

static const struct {
	const char *args, *sentence;
} refused[] = {
    {"{\"a\": \"m1\"}", "which two nodes"},
    {"{\"a\": 3, \"b\": \"sw1\"}", "which two nodes"},
    {"{\"a\": \"m1\", \"b\": \"m2\"}", "no link between m1 and m2"},
    {"{\"a\": \"m1:ix1\", \"b\": \"sw1\"}", "no link between m1:ix1"},
    {"{\"delay_us\": -1}", "delay_us must be a number from 0 to"},
    {"{\"delay_us\": 60000001}", "delay_us must be"},
    {"{\"delay_us\": \"90ms\"}", "delay_us must be"},
    {"{\"loss_ppm\": 1000001}", "loss_ppm must be"},
    {"{\"rate_bps\": 1.5}", "rate_bps must be"},
    {"{\"rate_bps\": 7999}", "rate goes from 8kbit"},
    {"{\"delay_us\": 5, \"jitter_us\": 6}", "jitter is more than delay"},
    {"{\"silent\": 1}", "silent is true or false"},
    {"{\"clear\": false}", "clear is true"},
    {"{\"up\": 1}", "up is true or false"},
    {"{\"up\": true, \"for_ms\": 1000}", "only a link that goes down"},
    {"{\"for_ms\": 1000}", "what for a while"},
    {"{\"for_ms\": 600001, \"silent\": true}", "for_ms must be"},
    {"{\"clear\": true, \"for_ms\": 1000}", "fair weather needs no end"},
    {"{\"up\": false, \"silent\": true, \"for_ms\": 5}", "one at a time"},
};

static void
what_cannot_be_is_refused(void **state)
{
	json_t *row;
	size_t i;

	for (i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		struct err e =
		    lab_refused(*state, "link", link_args(refused[i].args));

		if (strstr(e.msg, refused[i].sentence) == NULL)
			fail_msg("%s: %s", refused[i].args, e.msg);
		assert_int_equal(e.class, ERR_USAGE);
	}
	row = set(*state, "{}");
	assert_true(json_is_null(json_object_get(row, "weather")));
	assert_true(json_is_true(json_object_get(row, "up")));
	json_decref(row);
}

/* The next event of that name; its data, owned. */
static json_t *
hear(struct ctl *c, const char *event)
{
	struct err e = {0};
	json_t *ev = NULL, *data;
	int i;

	for (i = 0; i < 200; i++) {
		assert_int_equal(ctl_event(c, LAB_PATIENCE, &ev, &e), 1);
		data = json_incref(json_object_get(ev, "data"));
		if (strcmp(json_string_value(json_object_get(ev, "event")),
			   event) == 0) {
			json_decref(ev);
			return data;
		}
		json_decref(data);
		json_decref(ev);
	}
	fail_msg("no event %s", event);
	return NULL;
}

/* The next one that tells of weather: the kernel's own links come up and go
 * meanwhile. */
static json_t *
hear_weather(struct ctl *c)
{
	json_t *data = hear(c, "link");

	while (json_object_get(data, "weather") == NULL) {
		json_decref(data);
		data = hear(c, "link");
	}
	return data;
}

static void
subscribers_hear_of_weather(void **state)
{
	struct ctl *c = lab_open(name);
	json_t *row, *ev;

	json_decref(lab_call(c, "subscribe", NULL));
	json_decref(set(*state, "{\"delay_us\": 20000}"));
	row = set(*state, "{\"loss_ppm\": 5}");
	assert_int_equal(delay(row), 20000); /* what is not named stays */
	json_decref(row);
	ev = hear_weather(c);
	assert_string_equal(json_string_value(json_object_get(ev, "node")),
			    "sw1");
	assert_int_equal(delay(ev), 20000);
	json_decref(ev);
	ev = hear_weather(c);
	assert_string_equal(json_string_value(json_object_get(ev, "dev")),
			    "ix0");
	json_decref(ev);
	json_decref(set(*state, "{\"clear\": true}"));
	json_decref(hear_weather(c));
	json_decref(hear_weather(c));
	ev = hear_weather(c);
	assert_true(json_is_null(json_object_get(ev, "weather")));
	json_decref(ev);
	ctl_close(c);
}

static bool
has_wires(struct ctl *c, const char *node)
{
	json_t *r = lab_call(
		   c, "kernel",
		   json_pack("{ss ss}", "node", node, "what", "links")),
	       *row;
	bool found = false;
	size_t i;

	json_array_foreach(
	    json_object_get(r, "rows"), i,
	    row) if (str_starts(json_string_value(json_object_get(row, "dev")),
				"wire")) found = true;
	json_decref(r);
	return found;
}

static void
a_hundred_changes_leave_nothing(void **state)
{
	char text[128];
	int i;

	for (i = 0; i < 100; i++) {
		snprintf(text, sizeof(text),
			 "{\"a\": \"%s\", \"b\": \"sw1\", \"clear\": true, "
			 "\"delay_us\": %d}",
			 i % 2 ? "m1" : "m2", i % 7 * 1000);
		json_decref(set(*state, text));
	}
	json_decref(set(*state, "{\"clear\": true}"));
	json_decref(
	    set(*state, "{\"a\": \"m2\", \"b\": \"sw1\", \"clear\": true}"));
	assert_false(has_wires(*state, "m1"));
	assert_false(has_wires(*state, "m2"));
	assert_false(has_wires(*state, "sw1"));
}

static void
for_a_while_then_as_before(void **state)
{
	json_t *row;
	int i;

	json_decref(set(*state, "{\"delay_us\": 1000}"));
	row = set(*state, "{\"delay_us\": 2000, \"for_ms\": 50}");
	assert_int_equal(delay(row), 2000);
	json_decref(row);
	for (i = 0; i < 6000; i++) {
		row = set(*state, "{}");
		if (delay(row) == 1000)
			break;
		json_decref(row);
		usleep(10000);
	}
	assert_int_equal(delay(row), 1000);
	assert_true(json_is_null(json_object_get(row, "for_ms")));
	json_decref(row);
	/* another word in between counts */
	json_decref(set(*state, "{\"silent\": true, \"for_ms\": 60000}"));
	row = set(*state, "{\"clear\": true, \"delay_us\": 3000}");
	assert_int_equal(delay(row), 3000);
	assert_true(json_is_null(json_object_get(row, "for_ms")));
	json_decref(row);
	json_decref(set(*state, "{\"clear\": true}"));
}

/* A child of process 1, seen from here; 0 when there is none. */
static pid_t
child_called(pid_t parent, const char *comm)
{
	char path[64], line[64];
	int pid = 0, found = 0;
	FILE *f, *g;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", parent,
		 parent);
	if ((f = fopen(path, "r")) == NULL)
		return 0;
	while (!found && fscanf(f, "%d", &pid) == 1) {
		snprintf(path, sizeof(path), "/proc/%d/comm", pid);
		if ((g = fopen(path, "r")) == NULL)
			continue;
		if (fgets(line, sizeof(line), g) && str_starts(line, comm))
			found = pid;
		fclose(g);
	}
	fclose(f);
	return found;
}

static struct leave_out dies = {"ixwire_dies_and_comes_back"};

static void
ixwire_dies_and_comes_back(void **state)
{
	struct ctl *c = lab_open(name);
	json_t *r = set(*state, "{\"delay_us\": 1000}"), *ev;
	bool wire =
	    strcmp(json_string_value(json_object_get(r, "by")), "wire") == 0;
	pid_t pid;

	json_decref(r);
	if (!wire) {
		ctl_close(c);
		leave_out(&dies, "this kernel has netem");
		return;
	}
	r = lab_call(c, "inspect", NULL);
	pid = child_called((pid_t)json_integer_value(json_object_get(r, "pid")),
			   "ixwire");
	json_decref(r);
	json_decref(lab_call(c, "subscribe", NULL));
	assert_true(pid > 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
	ev = hear(c, "wire");
	assert_string_equal(json_string_value(json_object_get(ev, "state")),
			    "backoff");
	assert_non_null(strstr(json_string_value(json_object_get(ev, "reason")),
			       "signal 9"));
	json_decref(ev);
	ev = hear(c, "wire");
	assert_string_equal(json_string_value(json_object_get(ev, "state")),
			    "running");
	json_decref(ev);
	json_decref(set(*state, "{\"clear\": true}"));
	ctl_close(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_cannot_be_is_refused),
	    cmocka_unit_test(subscribers_hear_of_weather),
	    cmocka_unit_test(a_hundred_changes_leave_nothing),
	    cmocka_unit_test(for_a_while_then_as_before),
	    {.name = dies.name, .test_func = ixwire_dies_and_comes_back},
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (lab_skip_all())
		return 0;
	return cmocka_run_group_tests_name("super_weather", tests, up, down);
}
