/*
 * A difference as a person wants to hear it: node by node, what happens to it
 * and why, and how many feel nothing. Steps are counted to the node they are
 * about; a switch that gets another port goes on, so it is not one of them.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "lab/model/model_kind.h"
#include "lab/plan/plan_diff.h"

/* What happens to one node. */
struct fate {
	const struct lab_node *from, *to; /* NULL: it is not there */
	bool remade, stops, starts, reloads, limits;
	json_t *what; /* sentences; owned */
};

struct fates {
	const struct plan_diff *d;
	struct fate *all; /* to's nodes, then those of from that go */
	size_t n;
};

static void
fates_init(struct fates *f, const struct plan_diff *d)
{
	const struct lab *from = d->from->lab, *to = d->to->lab;
	size_t i;

	f->d = d;
	f->all = xcalloc(from->nnodes + to->nnodes + 1, sizeof(*f->all));
	for (i = 0; i < to->nnodes; i++)
		f->all[f->n++] =
		    (struct fate){plan_diff_node(from, to->nodes[i].name, i),
				  &to->nodes[i], .reloads = d->reload[i],
				  .limits = d->limits[i], .what = json_array()};
	for (i = 0; i < from->nnodes; i++)
		if (plan_diff_node(to, from->nodes[i].name, i) == NULL)
			f->all[f->n++] = (struct fate){&from->nodes[i], NULL,
						       .what = json_array()};
}

static struct fate *
fates_find(struct fates *f, const struct plan_change *c)
{
	const struct plan *p = c->add ? f->d->to : f->d->from;
	const char *name = p->lab->nodes[p->steps[c->step].node].name;
	size_t at = p->steps[c->step].node, i, k;

	for (i = 0; i < f->n; i++) {
		const struct fate *x;

		k = (at + i) % f->n;
		x = &f->all[k];
		if (strcmp((x->to ? x->to : x->from)->name, name) == 0)
			return &f->all[k];
	}
	abort();
}

static void
fate_take(struct fate *x, const struct plan *p, const struct plan_change *c)
{
	const struct plan_step *st = &p->steps[c->step];
	_free_ char *text = plan_step_print(p, st);
	_free_ char *line = xasprintf("%c %s", c->add ? '+' : '-', text);

	if (st->op == PLAN_NETNS && x->from && x->to)
		x->remade = true;
	if (st->op == PLAN_DAEMON && c->add)
		x->starts = true;
	if (st->op == PLAN_DAEMON && !c->add)
		x->stops = true;
	json_array_append_new(x->what, out_str(line));
}

/* A step like the others to whom it is told. */
static void
fate_limits(struct fate *x)
{
	const struct lab_limits *l = &x->to->limits;
	struct str s = {0};

	str_addf(&s, "~ %s: limits:", x->to->name);
	if (l->memory)
		str_addf(&s, " memory %" PRIu64 " KiB", l->memory / 1024);
	if (l->processes)
		str_addf(&s, " processes %u", l->processes);
	if (l->cpu)
		str_addf(&s, " cpu %u", l->cpu);
	if (!l->memory && !l->processes && !l->cpu)
		str_add(&s, " none");
	json_array_append_new(x->what, out_str(s.text));
	str_clear(&s);
}

static const char *
fate_change(const struct fate *x)
{
	if (x->from == NULL)
		return "added";
	if (x->to == NULL)
		return "removed";
	if (x->remade)
		return "remade";
	return json_array_size(x->what) || x->reloads ? "changed" : NULL;
}

static const char *
fate_daemon(const struct fate *x)
{
	return x->starts && x->stops ? "restarted"
	       : x->starts	     ? "started"
	       : x->stops	     ? "stopped"
	       : x->reloads	     ? "reloaded"
				     : NULL;
}

/* Why its sessions do not survive; NULL: they do, or they were to go. */
static const char *
fate_why(const struct fate *x)
{
	const struct lab_node *a = x->from, *b = x->to;

	if (a == NULL || b == NULL || !(x->remade || (x->starts && x->stops)))
		return NULL;
	if (a->role != b->role)
		return "it has another role";
	if (a->kind != b->kind)
		return "it runs another program";
	if (x->remade)
		return "it is made anew";
	return "it runs another command";
}

static json_t *
word(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *
fate_json(const struct fate *x, const char *change)
{
	return json_pack("{so ss so so sO}", "name",
			 out_str((x->to ? x->to : x->from)->name), "change",
			 change, "daemon", word(fate_daemon(x)), "why",
			 word(fate_why(x)), "what", x->what);
}

/* A trainee's file that would begin otherwise now. */
static bool
file_is_left(const struct plan_step *st, const struct plan *from)
{
	const struct plan_step *x;

	if (st->op != PLAN_FILE || !st->keep)
		return false;
	for (x = from->steps; x < from->steps + from->n; x++)
		if (x->op == PLAN_FILE && strcmp(x->path, st->path) == 0)
			return strcmp(x->text, st->text) != 0;
	return false;
}

static json_t *
files_left(const struct plan_diff *d)
{
	const struct plan_step *st;
	json_t *all = json_array();

	for (st = d->to->steps; st < d->to->steps + d->to->n; st++)
		if (file_is_left(st, d->from))
			json_array_append_new(all, out_str(st->path));
	return all;
}

json_t *
plan_diff_json(const struct plan_diff *d)
{
	static const char *const names[] = {"added", "removed", "remade",
					    "changed"};
	json_t *all = json_object(), *nodes = json_array();
	json_int_t counts[4] = {0}, untouched = 0;
	struct fates f = {0};
	size_t i, k;

	fates_init(&f, d);
	for (i = 0; i < d->n; i++)
		fate_take(fates_find(&f, &d->changes[i]),
			  d->changes[i].add ? d->to : d->from, &d->changes[i]);
	for (i = 0; i < f.n; i++)
		if (f.all[i].limits)
			fate_limits(&f.all[i]);
	for (i = 0; i < f.n; i++) {
		const char *change = fate_change(&f.all[i]);

		for (k = 0; change && k < 4; k++)
			counts[k] += strcmp(change, names[k]) == 0;
		if (change != NULL)
			json_array_append_new(nodes,
					      fate_json(&f.all[i], change));
		else
			untouched++;
		json_decref(f.all[i].what);
	}
	free(f.all);
	for (k = 0; k < 4; k++)
		json_object_set_new(all, names[k], json_integer(counts[k]));
	json_object_set_new(all, "untouched", json_integer(untouched));
	json_object_set_new(all, "nodes", nodes);
	json_object_set_new(all, "left", files_left(d));
	return all;
}
