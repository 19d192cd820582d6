/*
 * A running lab becomes another one. Labs thrown together at random become each
 * other, and each time what stands in the kernel, on disk and in the answers is
 * what the same lab has that was started from nothing. IXLAB_SEED and IXLAB_RUNS
 * choose. And what may not be: two changes at once, rubbish, half a change.
 */
#include "lab.h"

#include "lab/plan/plan_random.h"

#define RUNS 2
#define KILLS 6
#define KILL_US 40000 /* within so long; it takes about that */
#define CHANGES 3     /* of a run */

static char programs[PATH_MAX];

static json_t *
apply(struct ctl *c, const char *text)
{
	return lab_call(c, "apply", json_pack("{ss}", "text", text));
}

/* ---- what a lab is, in words that stay the same */

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct lines {
	char **all;
	size_t n;
};

static void
line(struct lines *l, char *text)
{
	l->all = xreallocarray(l->all, l->n + 1, sizeof(*l->all));
	l->all[l->n++] = text;
}

/* Sorted: the order of the kernel's tables tells of their history. */
static char *
lines_join(struct lines *l)
{
	struct str s = {0};
	size_t i;

	qsort(l->all, l->n, sizeof(*l->all), by_text);
	for (i = 0; i < l->n; i++) {
		str_addf(&s, "%s\n", l->all[i]);
		free(l->all[i]);
	}
	free(l->all);
	return str_steal(&s);
}

static void
line_of(struct lines *l, const char *what, const json_t *row,
	const char *const *keys)
{
	struct str s = {0};
	size_t i;

	str_addf(&s, "%s", what);
	for (i = 0; keys[i] != NULL; i++) {
		char *v = json_dumps(json_object_get(row, keys[i]),
				     JSON_ENCODE_ANY | JSON_SORT_KEYS);

		str_addf(&s, " %s=%s", keys[i], v ? v : "-");
		free(v);
	}
	line(l, str_steal(&s));
}

/* What daemons learn comes and goes, wires are named as they come. */
static bool
passes(const json_t *row)
{
	const char *dev = json_string_value(json_object_get(row, "dev"));
	const char *by = json_string_value(json_object_get(row, "protocol"));

	return (dev == NULL || !str_starts(dev, "wire")) &&
	       (by == NULL || strcmp(by, "bird") != 0);
}

static void
node_lines(struct lines *l, struct ctl *c, const char *node)
{
	static const char *const what[] = {"addresses", "routes", "links"};
	static const char *const keys[] = {"dev",  "address", "len", "mac",
					   "mtu",  "to",      "via", "up",
					   "type", "master",  NULL};
	json_t *r, *row;
	size_t w, i;

	for (w = 0; w < 3; w++) {
		r = lab_call(
		    c, "kernel",
		    json_pack("{ss ss}", "node", node, "what", what[w]));
		json_array_foreach(json_object_get(r, "rows"), i, row)
		{
			char *name = xasprintf("%s %s", node, what[w]);

			if (passes(row))
				line_of(l, name, row, keys);
			free(name);
		}
		json_decref(r);
	}
}

static void
port_line(struct lines *l, const json_t *row)
{
	static const char *const keys[] = {"switch", "port",   "node", "lan",
					   "home",   "state",  "shut", "pins",
					   "culled", "tunnel", NULL};
	const char *name;
	json_t *counter;

	line_of(l, "port", row, keys);
	json_object_foreach(json_object_get(row, "counters"), name, counter)
	    line(l, xasprintf("%s counts %s",
			      json_string_value(json_object_get(row, "port")),
			      name));
}

static void
file_line(struct lines *l, const char *name, const char *node)
{
	char *path = xasprintf("nodes/%s/bird.conf", node);
	char *full = lab_path(name, path);

	if (file_exists(full)) {
		char *text = lab_read(name, path);

		line(l, xasprintf("%s: %s", path, text));
		free(text);
	}
	free(path);
	free(full);
}

static char *
words(struct ctl *c, const char *name)
{
	static const char *const node[] = {"name",  "role",   "kind", "daemon",
					   "state", "reason", NULL};
	static const char *const link[] = {"a", "b", "weather", NULL};
	json_t *all = lab_call(c, "inspect", json_pack("{sb}", "ports", 1));
	struct lines l = {0};
	json_t *row;
	size_t i;

	line(&l, json_dumps(json_object_get(all, "model"), JSON_SORT_KEYS));
	json_array_foreach(json_object_get(all, "nodes"), i, row)
	{
		const char *n = json_string_value(json_object_get(row, "name"));

		line_of(&l, "node", row, node);
		node_lines(&l, c, n);
		if (!json_is_true(json_object_get(row, "trainee")))
			file_line(&l, name, n);
	}
	json_array_foreach(json_object_get(all, "links"), i, row)
	    line_of(&l, "link", row, link);
	json_array_foreach(json_object_get(all, "ports"), i, row)
	    port_line(&l, row);
	json_decref(all);
	return lines_join(&l);
}

/* ---- at random */

static void
start(const char *name, const char *text)
{
	struct err e = {0};

	if (lab_start_text(name, "x.yml", text, programs, &e) < 0)
		fail_msg("up: %s\n%s", e.msg, text);
}

static void
same_words(const char *got, const char *want)
{
	size_t i = 0, begin = 0;

	for (; got[i] && got[i] == want[i]; i++)
		if (got[i] == '\n')
			begin = i + 1;
	if (got[i] != want[i])
		fail_msg("after the change: %.600s\nfrom nothing:     %.600s",
			 got + begin, want + begin);
}

static void
random_labs_become_each_other(void **state)
{
	uint32_t runs = number_of("IXLAB_RUNS", RUNS), i, k;
	const char *name = lab_name("random");
	char *from = random_lab(), *to, *changed, *fresh;
	struct ctl *c;
	json_t *r;

	(void)state;
	for (i = 0; i < runs; i++) {
		start(name, from);
		c = lab_open(name);
		for (k = 0, to = from; k < CHANGES; k++) {
			free(to);
			to = random_lab();
			json_decref(apply(c, to));
		}
		changed = words(c, name);
		r = apply(c, to);
		assert_true(json_is_true(json_object_get(r, "same")));
		json_decref(r);
		ctl_close(c);
		lab_down(name);
		start(name, to);
		c = lab_open(name);
		fresh = words(c, name);
		same_words(changed, fresh);
		ctl_close(c);
		lab_down(name);
		free(changed);
		free(fresh);
		from = to;
	}
	free(from);
}

/* ---- what may not be */

/* Asked, and not waited for. */
static void
ask(struct ctl *c, const char *text)
{
	json_t *q = json_pack("{si ss s{ss}}", "id", 1, "verb", "apply", "args",
			      "text", text);
	size_t len;
	uint8_t *bytes = ctl_frame_encode(q, &len);

	assert_int_equal(write(ctl_fd(c), bytes, len), len);
	free(bytes);
	json_decref(q);
}

static char *
with_another(void)
{
	return xasprintf("%s  m3: {asn: 65538, ipv4: 203.0.113.12, "
			 "prefixes: [100.64.8.0/22]}\n",
			 lab_text);
}

static void
one_at_a_time(void **state)
{
	const char *name = lab_name("twice");
	char *two = xasprintf("%s# two\n", lab_text), *text = NULL;
	char *many = with_another();
	struct err e = {0};
	struct ctl *c, *d;
	json_t *r;

	(void)state;
	lab_up(name);
	c = lab_open(name);
	d = lab_open(name);
	ask(c, many);
	e = lab_refused(d, "apply", json_pack("{ss}", "text", two));
	assert_non_null(strstr(e.msg, "is being changed already; try again"));
	/* a node is reset after that, in its new lab */
	r = lab_call(d, "reset", json_pack("{ss}", "node", "m3"));
	assert_string_equal(json_string_value(json_object_get(r, "state")),
			    "running");
	json_decref(r);
	text = lab_read(name, "lab.yml");
	assert_string_equal(text, many);
	ctl_close(c);
	ctl_close(d);
	lab_down(name);
	free(text);
	free(many);
	free(two);
}

static void
bad_requests(void **state)
{
	static const struct {
		const char *args, *want;
	} all[] = {
	    {"{}", "text must be a lab file, and file its name"},
	    {"{\"text\": 1}", "text must be a lab file, and file its name"},
	    {"{\"text\": \"\", \"file\": []}",
	     "text must be a lab file, and file its name"},
	    {"{\"text\": \"lab: [\", \"file\": \"y.yml\"}", "y.yml:"},
	    {"{\"text\": \"lab: x\", \"dry\": 1}", "dry is true or false"},
	    {"{\"text\": \"lab: x\", \"members\": 0}", "members must be"},
	};
	const char *name = lab_name("bad");
	struct ctl *c;
	size_t i;

	(void)state;
	lab_up(name);
	c = lab_open(name);
	for (i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct err e =
		    lab_refused(c, "apply", json_loads(all[i].args, 0, NULL));

		if (strstr(e.msg, all[i].want) == NULL)
			fail_msg("%s: %s", all[i].args, e.msg);
	}
	ctl_close(c);
	lab_down(name);
}

/* The supervisor dies in the middle: nothing is left, and the next one finds
 * nothing in its way. */
static void
killed_in_the_middle(void **state)
{
	struct lab_before b = lab_look();
	const char *name = lab_name("killed");
	char *many = with_another();
	struct lab_ns ns;
	struct ctl *c;
	uint32_t i;
	int pid;

	(void)state;
	for (i = 0; i < KILLS; i++) {
		lab_up(name);
		pid = lab_pid(name);
		ns = lab_ns_of(pid);
		c = lab_open(name);
		ask(c, many);
		usleep(dice(KILL_US));
		kill(pid, SIGKILL);
		ctl_close(c);
		lab_gone(name, &ns, &b);
	}
	lab_up(name);
	c = lab_open(name);
	json_decref(apply(c, many));
	lab_until(c, "m3", "state", "running");
	ctl_close(c);
	lab_down(name);
	free(many);
}

/* Whoever asked goes away: the change goes on to its end. */
static void
nobody_waits(void **state)
{
	const char *name = lab_name("gone");
	char *many = with_another();
	struct ctl *c;

	(void)state;
	lab_up(name);
	c = lab_open(name);
	ask(c, many);
	ctl_close(c);
	lab_until_said(name, "lab.yml", "m3", "65538");
	c = lab_open(name);
	lab_until(c, "m3", "state", "running");
	ctl_close(c);
	lab_down(name);
	free(many);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(random_labs_become_each_other),
	    cmocka_unit_test(one_at_a_time),
	    cmocka_unit_test(bad_requests),
	    cmocka_unit_test(nobody_waits),
	    cmocka_unit_test(killed_in_the_middle),
	};
	const char *bin = getenv("IXLAB_BIN");

	snprintf(programs, sizeof(programs), "%s",
		 bin ? bin : IXLAB_TREE "/build");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	lab_be_alone();
	if (lab_skip_all())
		return 0;
	seed = number_of("IXLAB_SEED", (uint32_t)time(NULL));
	printf("# IXLAB_SEED=%u\n", seed);
	return cmocka_run_group_tests_name("super_apply", tests, NULL,
					   lab_teardown);
}
