/*
 * The difference of two plans: what is in it for one small change after the
 * other, and, with labs thrown together at random, that carrying it out on the
 * one lab gives the other. The random labs live in a model of a kernel that is
 * as strict as a real one: nothing can be made twice or upon nothing, and what
 * goes takes along what stands on it. IXLAB_SEED and IXLAB_RUNS choose.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/str.h"
#include "lab/plan/plan_diff.h"
#include "lab/plan/plan_random.h"

#define HEAD                                \
	"lab: x\n"                          \
	"exchange:\n"                       \
	"  name: X\n"                       \
	"  asn: 64500\n"                    \
	"  switches: [sw1]\n"               \
	"  peering-lans:\n"                 \
	"    lan: {ipv4: 203.0.113.0/24}\n" \
	"  route-servers:\n"                \
	"    rs1: {ipv4: 203.0.113.1}\n"    \
	"members:\n"
#define M1 "  m1: {asn: 65001, ipv4: 203.0.113.11, prefixes: [100.64.0.0/22]}\n"
#define M2 "  m2: {asn: 65002, ipv4: 203.0.113.12, prefixes: [100.64.4.0/22]}\n"
#define R3                                                                \
	"  r3: {asn: 65003, kind: ixpeer, ipv4: 203.0.113.13, prefixes: " \
	"[100.64.8.0/22]}\n"
#define R4                                                                \
	"  r4: {asn: 65004, kind: ixpeer, ipv4: 203.0.113.14, prefixes: " \
	"[100.64.12.0/22]}\n"

#define VLANS(word, number)                                                 \
	"lab: x\n"                                                          \
	"exchange:\n"                                                       \
	"  switches: [sw1]\n"                                               \
	"  vlans: " word "\n"                                               \
	"  peering-lans: {lan: {ipv4: 203.0.113.0/24, vlan: " number "}}\n" \
	"members:\n"
#define P1                                                              \
	"  m1: {asn: 65001, ipv4: 203.0.113.11, kind: plain, command: " \
	"[sleep, infinity]}\n"

static struct plan *
plan_of(const char *text)
{
	struct err e = {0};
	struct lab *lab = model_parse("x.yml", text, strlen(text), NULL, &e);

	if (lab == NULL)
		fail_msg("%s\n%s", e.msg, text);
	return plan_new(lab);
}

static void
plan_gone(struct plan *p)
{
	struct lab *lab = (struct lab *)(uintptr_t)p->lab;

	plan_free(p);
	model_free(lab);
}

/* ---- small changes */

/* "-daemon m2" and so on: what a change does, without what it says. */
static char *
words(const struct plan_diff *d)
{
	static const char *const ops[] = {
	    "netns", "bridge", "veth",	"tunnel", "weather", "fabric",
	    "addr",  "route",  "neigh", "file",	  "crowd",   "daemon"};
	struct str s = {0};
	size_t i;

	for (i = 0; i < d->n; i++) {
		const struct plan *p = d->changes[i].add ? d->to : d->from;
		const struct plan_step *st = &p->steps[d->changes[i].step];

		str_addf(&s, "%s%c%s %s", i ? ", " : "",
			 d->changes[i].add ? '+' : '-', ops[st->op],
			 p->lab->nodes[st->node].name);
	}
	for (i = 0; i < d->to->lab->nnodes; i++)
		if (d->reload[i])
			str_addf(&s, "%s~%s", s.len ? ", " : "",
				 d->to->lab->nodes[i].name);
	for (i = 0; i < d->to->lab->nnodes; i++)
		if (d->limits[i])
			str_addf(&s, "%s=%s", s.len ? ", " : "",
				 d->to->lab->nodes[i].name);
	return str_steal(&s);
}

static const struct {
	const char *from, *to, *renew, *want;
} changes[] = {
    {HEAD M1 M2, HEAD M1 M2, NULL, ""},
    {HEAD M1 M2, "# again\n" HEAD M1 M2, NULL, ""},
    /* another order: of the route server's clients, too */
    {HEAD M1 M2, HEAD M2 M1, NULL, "+file rs1, ~rs1"},
    {HEAD M1, HEAD M1 M2, NULL,
     "+netns m2, +veth m2, +addr m2, +file rs1, +file m2, +daemon m2, ~rs1"},
    {HEAD M1 M2, HEAD M1, NULL,
     "-daemon m2, -veth m2, -netns m2, +file rs1, ~rs1"},
    /* another number: the port is another; a bridge for each LAN: all are */
    {VLANS("filtering", "10") P1, VLANS("filtering", "20") P1, NULL,
     "-veth m1, +veth m1, +addr m1"},
    {VLANS("filtering", "10") P1, VLANS("auto", "10") P1, NULL,
     "-veth m1, -bridge sw1, +bridge sw1, +veth m1, +addr m1"},
    {HEAD M1, HEAD M1, "m1",
     "-daemon m1, -veth m1, -netns m1, +netns m1, +veth m1, +addr m1, "
     "+file m1, +daemon m1"},
    {HEAD M1 M2, HEAD M1 M2, "sw1",
     "-veth m2, -veth m1, -veth rs1, -netns sw1, +netns sw1, +bridge sw1, "
     "+veth rs1, +veth m1, +veth m2, +addr rs1, +addr m1, +addr m2"},
    /* robots are told all together, and each of its own start */
    {HEAD M1 R3, HEAD M1 R3 R4, NULL,
     "+netns r4, +veth r4, +addr r4, +file rs1, +crowd r3, +daemon r4, ~rs1"},
    {HEAD M1 R3 R4, HEAD M1 R4, NULL,
     "-daemon r3, -veth r3, -netns r3, +file rs1, +crowd r4, ~rs1"},
    {HEAD M1 R3, HEAD M1, NULL,
     "-daemon r3, -crowd r3, -veth r3, -netns r3, +file rs1, ~rs1"},
    {HEAD M1 R3 R4, HEAD M1 R3 R4, "r3",
     "-daemon r3, -veth r3, -netns r3, +netns r3, +veth r3, +addr r3, "
     "+daemon r3"},
    {HEAD M1,
     HEAD "  m1: {asn: 65001, ipv4: 203.0.113.11, prefixes: "
	  "[100.64.0.0/22], delay: 5ms}\n",
     NULL, "+weather m1"},
    {HEAD M1,
     HEAD "  m1: {asn: 65001, ipv4: 203.0.113.11, prefixes: "
	  "[100.64.0.0/22], limits: {memory: 64M}}\n",
     NULL, "=m1"},
    /* of one that moves in the list, and of one that comes */
    {HEAD "  m1: {asn: 65001, ipv4: 203.0.113.11, prefixes: "
	  "[100.64.0.0/22], limits: {cpu: 50}}\n" M2,
     HEAD M2 "  m1: {asn: 65001, ipv4: 203.0.113.11, prefixes: "
	     "[100.64.0.0/22], limits: {cpu: 60}}\n",
     NULL, "+file rs1, ~rs1, =m1"},
    {HEAD M2,
     HEAD M2 "  m1: {asn: 65001, ipv4: 203.0.113.11, prefixes: "
	     "[100.64.0.0/22], limits: {processes: 60}}\n",
     NULL,
     "+netns m1, +veth m1, +addr m1, +file rs1, +file m1, +daemon m1, ~rs1"},
    /* other weather takes the place of what there was */
    {HEAD "  m1: {asn: 65001, ipv4: 203.0.113.11, prefixes: "
	  "[100.64.0.0/22], delay: 5ms}\n",
     HEAD "  m1: {asn: 65001, ipv4: 203.0.113.11, prefixes: "
	  "[100.64.0.0/22], delay: 7ms}\n",
     NULL, "+weather m1"},
    {HEAD "  m1: {asn: 65001, ipv4: 203.0.113.11, prefixes: "
	  "[100.64.0.0/22], delay: 5ms}\n",
     HEAD M1, NULL, "-weather m1"},
    /* another address: what lies on it is made again */
    {HEAD M1,
     HEAD "  m1: {asn: 65001, ipv4: 203.0.113.21, prefixes: "
	  "[100.64.0.0/22]}\n",
     NULL, "-addr m1, +addr m1, +file rs1, +file m1, ~rs1, ~m1"},
    /* another program is another machine */
    {HEAD M1,
     HEAD "  m1: {asn: 65001, ipv4: 203.0.113.11, prefixes: "
	  "[100.64.0.0/22], kind: frr}\n",
     NULL,
     "-daemon m1, -veth m1, -netns m1, +netns m1, +veth m1, +addr m1, "
     "+file m1, +file m1, +file m1, +daemon m1"},
};

static void
small_changes(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		struct plan *a = plan_of(changes[i].from);
		struct plan *b = plan_of(changes[i].to);
		struct plan_diff *d = plan_diff_new(a, b, changes[i].renew);
		char *got = words(d);

		if (strcmp(got, changes[i].want) != 0)
			fail_msg("%zu: got  %s\nwant %s", i, got,
				 changes[i].want);
		free(got);
		plan_diff_free(d);
		plan_gone(a);
		plan_gone(b);
	}
}

/* ---- a strict model of a kernel: keys of steps, and what they stand on */

struct thing {
	char *key;
	enum plan_op op;
	char on[6][64]; /* "NODE", "NODE IF": it goes when one of these goes */
	char is[2][64]; /* what others stand on */
};

struct world {
	struct thing *things;
	size_t n;
};

static void
name_if(char to[64], const struct plan *p, size_t node, const char *dev)
{
	snprintf(to, 64, "%s%s%s", p->lab->nodes[node].name, dev ? " " : "",
		 dev ? dev : "");
}

static void
end_on(struct thing *t, int at, const struct plan *p, const struct plan_end *e)
{
	name_if(t->on[at], p, e->node, NULL);
	if (e->bridge)
		name_if(t->on[at + 1], p, e->node, e->bridge);
}

static struct thing
thing_of(const struct plan *p, const struct plan_step *s)
{
	struct thing t = {.key = plan_diff_key(p, s), .op = s->op};
	const struct lab_node *n = &p->lab->nodes[s->node];
	size_t i, k;

	if (s->op != PLAN_NETNS && s->op != PLAN_CROWD)
		name_if(t.on[0], p, s->node, NULL);
	switch (s->op) {
	case PLAN_NETNS: name_if(t.is[0], p, s->node, NULL); break;
	case PLAN_BRIDGE: name_if(t.is[0], p, s->node, s->ifname); break;
	case PLAN_VETH:
		end_on(&t, 0, p, &s->a);
		end_on(&t, 2, p, &s->b);
		name_if(t.is[0], p, s->a.node, s->a.ifname);
		name_if(t.is[1], p, s->b.node, s->b.ifname);
		break;
	case PLAN_TUNNEL:
		end_on(&t, 0, p, &s->a);
		end_on(&t, 2, p, &s->b);
		name_if(t.on[4], p, s->a.node, s->over_a->name);
		name_if(t.on[5], p, s->b.node, s->over_b->name);
		name_if(t.is[0], p, s->a.node, s->a.ifname);
		name_if(t.is[1], p, s->b.node, s->b.ifname);
		break;
	case PLAN_WEATHER:
		name_if(t.on[0], p, s->a.node, s->a.ifname);
		name_if(t.on[1], p, s->b.node, s->b.ifname);
		break;
	case PLAN_ADDR:
	case PLAN_NEIGH:
		if (strcmp(s->ifname, "lo") != 0)
			name_if(t.on[1], p, s->node, s->ifname);
		break;
	case PLAN_ROUTE:
		for (i = 0; i < n->nifs; i++)
			for (k = 0; k < n->ifs[i].naddrs; k++) {
				struct ip_prefix net =
				    ip_prefix_of(&n->ifs[i].addrs[k].addr,
						 n->ifs[i].addrs[k].len);

				if (ip_prefix_has_addr(&net, &s->via))
					name_if(t.on[1], p, s->node,
						n->ifs[i].name);
			}
		break;
	case PLAN_FABRIC:
	case PLAN_CROWD:
	case PLAN_FILE:
	case PLAN_DAEMON: break;
	}
	return t;
}

static bool
world_is(const struct world *w, const char *what)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (strcmp(w->things[i].is[0], what) == 0 ||
		    strcmp(w->things[i].is[1], what) == 0)
			return true;
	return false;
}

static size_t
world_find(const struct world *w, const char *key)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (strcmp(w->things[i].key, key) == 0)
			return i;
	return SIZE_MAX;
}

/* A link has one weather. */
static void
world_clear_weather(struct world *w, const struct thing *t)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (w->things[i].op == PLAN_WEATHER &&
		    strcmp(w->things[i].on[0], t->on[0]) == 0 &&
		    strcmp(w->things[i].on[1], t->on[1]) == 0) {
			free(w->things[i].key);
			w->things[i] = w->things[--w->n];
			return;
		}
}

/* One that takes the old one's place. */
static bool
is_text(enum plan_op op)
{
	return op == PLAN_FILE || op == PLAN_FABRIC || op == PLAN_CROWD;
}

static void
world_add(struct world *w, struct thing t)
{
	int i;

	if (t.op == PLAN_WEATHER)
		world_clear_weather(w, &t);
	if (is_text(t.op)) { /* replaced */
		size_t at = world_find(w, t.key);

		if (at != SIZE_MAX) {
			free(t.key);
			return;
		}
	} else if (world_find(w, t.key) != SIZE_MAX)
		fail_msg("made twice: %s", t.key);
	for (i = 0; i < 6; i++)
		if (t.on[i][0] && !world_is(w, t.on[i]))
			fail_msg("%s: there is no %s", t.key, t.on[i]);
	for (i = 0; i < 2; i++)
		if (t.is[i][0] && world_is(w, t.is[i]))
			fail_msg("%s: %s is taken", t.key, t.is[i]);
	w->things = xreallocarray(w->things, w->n + 1, sizeof(*w->things));
	w->things[w->n++] = t;
}

static bool
is_link(const struct thing *t)
{
	return t->op == PLAN_VETH || t->op == PLAN_TUNNEL;
}

static void
world_take(struct world *w, size_t at)
{
	struct thing t = w->things[at];
	size_t i;
	int k, m;

	w->things[at] = w->things[--w->n];
	for (i = 0; i < w->n; i++)
		for (k = 0; k < 6; k++)
			for (m = 0; m < 2; m++)
				if (w->things[i].on[k][0] &&
				    strcmp(w->things[i].on[k], t.is[m]) == 0) {
					/* a port outlives its bridge */
					if (is_link(&w->things[i]) &&
					    t.op == PLAN_BRIDGE)
						fail_msg("%s loses its port",
							 t.key);
					if (is_link(&w->things[i]))
						fail_msg("%s goes late",
							 w->things[i].key);
					world_take(w, i);
					i = SIZE_MAX;
					k = 6;
					break;
				}
	free(t.key);
}

static void
world_apply(struct world *w, const struct plan_diff *d)
{
	size_t i, at;

	for (i = 0; i < d->n; i++) {
		const struct plan *p = d->changes[i].add ? d->to : d->from;
		struct thing t = thing_of(p, &p->steps[d->changes[i].step]);

		if (d->changes[i].add) {
			world_add(w, t);
			continue;
		}
		at = world_find(w, t.key);
		if (at == SIZE_MAX)
			fail_msg("nothing to remove: %s", t.key);
		free(t.key);
		world_take(w, at);
	}
}

/* Files and filters have only their last text, and are not compared. */
static void
world_equals(const struct world *w, const struct plan *p)
{
	size_t i, want = 0, got = 0;

	for (i = 0; i < p->n; i++) {
		char *key = plan_diff_key(p, &p->steps[i]);

		want += !is_text(p->steps[i].op);
		if (world_find(w, key) == SIZE_MAX)
			fail_msg("missing: %s", key);
		free(key);
	}
	for (i = 0; i < w->n; i++)
		got += !is_text(w->things[i].op);
	assert_int_equal(got, want);
}

static void
world_clear(struct world *w)
{
	while (w->n > 0)
		free(w->things[--w->n].key);
	free(w->things);
	*w = (struct world){0};
}

/* ---- labs at random (plan_random.h) */

static void
random_labs_become_each_other(void **state)
{
	uint32_t runs = number_of("IXLAB_RUNS", 300), i;
	struct plan *now, *next;
	struct world w = {0};
	struct plan_diff *d;
	char *text = random_lab();

	(void)state;
	now = plan_of(HEAD M1);
	for (i = 0; i < now->n; i++)
		world_add(&w, thing_of(now, &now->steps[i]));
	for (i = 0; i < runs; i++) {
		next = plan_of(text);
		d = plan_diff_new(now, next, NULL);
		world_apply(&w, d);
		world_equals(&w, next);
		plan_diff_free(d);
		d = plan_diff_new(next, next, NULL);
		assert_int_equal(d->n, 0);
		plan_diff_free(d);
		d = plan_diff_new(
		    next, next,
		    next->lab->nodes[dice((uint32_t)next->lab->nnodes)].name);
		world_apply(&w, d);
		world_equals(&w, next);
		plan_diff_free(d);
		plan_gone(now);
		now = next;
		free(text);
		text = random_lab();
	}
	free(text);
	plan_gone(now);
	world_clear(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(small_changes),
	    cmocka_unit_test(random_labs_become_each_other),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	seed = number_of("IXLAB_SEED", (uint32_t)time(NULL));
	printf("# IXLAB_SEED=%u\n", seed);
	return cmocka_run_group_tests_name("plan_diff", tests, NULL, NULL);
}
