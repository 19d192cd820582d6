/*
 * What must be true of a lab after a fault, and that all goes on as if there had
 * been none: it is up or gone, old or new, and whoever asks next gets it.
 */
#ifndef LAB_SUPER_T_FAULT_JUDGE_H
#define LAB_SUPER_T_FAULT_JUDGE_H

#include "fault_lab.h"

/* ---- what must be true then */

/* Half-written files below a folder. */
static size_t
litter(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *de;
	size_t n = 0;

	while (d && (de = readdir(d)) != NULL) {
		_free_ char *path = xasprintf("%s/%s", dir, de->d_name);

		if (de->d_name[0] == '.')
			continue;
		if (str_ends(de->d_name, ".tmp")) {
			print_message("#   left: %s\n", path);
			n++;
		}
		if (de->d_type == DT_DIR)
			n += litter(path);
	}
	if (d)
		closedir(d);
	return n;
}

static char *
lab_state(const char *name)
{
	_free_ char *sock = ctl_lab_name(name);
	struct err e = {0};
	struct ctl *c = ctl_open(sock, &e);
	json_t *r = NULL;
	char *state = NULL;

	if (c == NULL)
		return NULL;
	if (ctl_call(c, "inspect", NULL, NULL, 0, LAB_PATIENCE, &r, &e) == 0)
		state = xstrdup(json_string_value(json_object_get(r, "state")));
	json_decref(r);
	ctl_close(c);
	return state;
}

/* It has made up its mind: up (true) or gone. */
static bool
settled(const struct trial *t, const char *name)
{
	int i;

	for (i = 0; i < LAB_PATIENCE / 5; i++) {
		_free_ char *state = NULL;

		if (lab_ns_processes(&t->ns) == 0)
			return false;
		state = lab_state(name);
		if (state && strcmp(state, "up") == 0)
			return true;
		usleep(5000);
	}
	fail_msg("%s is neither up nor gone", name);
	return false;
}

static void
all_run(const char *name)
{
	struct ctl *c = lab_open(name);
	json_t *all = lab_call(c, "inspect", NULL), *row;
	size_t i;

	json_array_foreach(json_object_get(all, "nodes"), i, row)
	{
		const char *d =
		    json_string_value(json_object_get(row, "daemon"));

		if (strcmp(d, "-") != 0)
			lab_until(
			    c, json_string_value(json_object_get(row, "name")),
			    "state", "running");
	}
	json_decref(all);
	ctl_close(c);
}

static void
good_up(struct faults_lab *l)
{
	struct err e = {0};

	lab_now = l;
	if (verb_up(l->name, &e) < 0)
		fail_msg("the next up: %s", e.msg);
	all_run(l->name);
	l->whole = true;
}

/* asked: somebody who is gone may have wanted it already. */
static void
good_down(struct faults_lab *l, const struct lab_before *b, bool asked)
{
	_free_ char *dir = lab_path(l->name, "");
	struct err e = {0};

	if (super_down(l->name, LAB_PATIENCE, &e) < 0 && !asked)
		fail_msg("down: %s", e.msg);
	lab_gone(l->name, NULL, b);
	assert_int_equal(litter(dir), 0);
}

static void
good_reset(const struct faults_lab *l)
{
	struct err e = {0};

	if (verb_reset(l->name, &e) < 0)
		fail_msg("the next reset of %s: %s", lab_node_now, e.msg);
}

/* A change that could not even be taken back says which node to reset. */
static json_t *
good_apply(const struct faults_lab *l, const char *text, bool dry)
{
	static const char remedy[] = "first: ixlab reset ";
	struct err e = {0};
	json_t *r = NULL;
	const char *at;
	int left;

	for (left = 8;
	     ask(l->name, "apply",
		 json_pack("{ss sb}", "text", text, "dry", dry), &r, &e) < 0;
	     left--) {
		if (left == 0 || (at = strstr(e.msg, remedy)) == NULL)
			fail_msg("the next apply: %s", e.msg);
		lab_node_now = at + strlen(remedy);
		good_reset(l);
	}
	return r;
}

/* The running lab is that of a text, says the supervisor. */
static void
is_that_of(const struct faults_lab *l, const char *text)
{
	json_t *r = good_apply(l, text, true);

	if (!json_is_true(json_object_get(r, "same")))
		fail_msg("it is neither old nor new: %s",
			 json_dumps(r, JSON_COMPACT));
	json_decref(r);
}

/* All or nothing; and nothing is in the way of all. */
static void
judge_apply(const struct faults_lab *l, int status)
{
	if (status != 0) {
		is_that_of(l, l->text);
		json_decref(good_apply(l, l->other, false));
	}
	is_that_of(l, l->other);
}

#endif
