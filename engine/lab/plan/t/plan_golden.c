/*
 * The plan of each lab we ship, as text (NAME.golden; GENERATE=1 rewrites), and
 * what must hold of any plan: nothing is used before it is made.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/str.h"
#include "lab/plan/plan.h"

#define HERE IXLAB_TREE "/engine/lab/plan/t/"
#define VLANS IXLAB_TREE "/engine/lab/plan/t/vlans.yml"
#define HUB IXLAB_TREE "/engine/lab/model/t/hub.yml"

static struct plan *
plan_of(const char *name, uint32_t members, struct lab **lab)
{
	struct model_params p = {.members = members};
	struct err e;

	*lab = model_load(name, &p, &e);
	if (*lab == NULL)
		print_error("%s\n", e.msg);
	assert_non_null(*lab);
	return plan_new(*lab);
}

static void
compare_file(const char *file, const char *name, uint32_t members)
{
	struct lab *lab;
	struct plan *p = plan_of(file, members, &lab);
	char *path = xasprintf(HERE "%s.golden", name), *want = NULL, *line;
	struct str got = {0};
	struct err e;
	size_t i;

	for (i = 0; i < p->n; i++) {
		line = plan_step_print(p, &p->steps[i]);
		str_addf(&got, "%d: %s\n", p->steps[i].line, line);
		free(line);
	}
	if (getenv("GENERATE"))
		assert_int_equal(file_write(path, str_text(&got), got.len, &e),
				 0);
	assert_int_equal(file_read(path, 1 << 20, &want, NULL, &e), 0);
	assert_string_equal(str_text(&got), want);
	free(want);
	free(path);
	str_clear(&got);
	plan_free(p);
	model_free(lab);
}

static void
compare(const char *name, uint32_t members)
{
	compare_file(name, name, members);
}

static void
bilateral(void **state)
{
	(void)state;
	compare("bilateral", 0);
}

static void
first_ix(void **state)
{
	(void)state;
	compare("first-ix", 0);
}

static void
big_ix(void **state)
{
	(void)state;
	compare("big-ix", 0);
}

static void
multi_site(void **state)
{
	(void)state;
	compare("multi-site", 0);
}

static void
border_core(void **state)
{
	(void)state;
	compare("border-core", 0);
}

static void
operator_view(void **state)
{
	(void)state;
	compare("operator-view", 0);
}

static void
one_switch(void **state)
{
	(void)state;
	compare("one-switch", 0);
}

static void
routing_security(void **state)
{
	(void)state;
	compare("routing-security", 0);
}

static void
class_lab(void **state)
{
	(void)state;
	compare("class", 4);
}

static void
two_exchanges(void **state)
{
	(void)state;
	compare("two-exchanges", 0);
}

static void
remote_peering(void **state)
{
	(void)state;
	compare("remote-peering", 0);
}

static void
hub_lab(void **state)
{
	(void)state;
	compare("hub", 0);
}

static void
workshop(void **state)
{
	(void)state;
	compare("workshop", 0);
}

static void
vlans(void **state)
{
	(void)state;
	compare_file(VLANS, "vlans", 0);
}

static bool
made(const struct plan *p, size_t before, size_t node, const char *ifname)
{
	const struct plan_step *s;

	for (s = p->steps; s < p->steps + before; s++) {
		if (ifname == NULL && s->op == PLAN_NETNS && s->node == node)
			return true;
		if (ifname == NULL)
			continue;
		if (s->op == PLAN_NETNS && s->node == node &&
		    strcmp(ifname, "lo") == 0)
			return true;
		if (s->op == PLAN_BRIDGE && s->node == node &&
		    strcmp(s->ifname, ifname) == 0)
			return true;
		if ((s->op == PLAN_VETH || s->op == PLAN_TUNNEL) &&
		    ((s->a.node == node && strcmp(s->a.ifname, ifname) == 0) ||
		     (s->b.node == node && strcmp(s->b.ifname, ifname) == 0)))
			return true;
	}
	return false;
}

static void
check_step(const struct plan *p, size_t i)
{
	const struct plan_step *s = &p->steps[i];

	if (s->op != PLAN_NETNS)
		assert_true(made(p, i, s->node, NULL));
	if (s->op == PLAN_VETH || s->op == PLAN_TUNNEL) {
		assert_true(made(p, i, s->a.node, NULL));
		assert_true(made(p, i, s->b.node, NULL));
		assert_true(made(p, i, s->a.node, s->a.ifname) == s->a.tagged);
		assert_false(made(p, i, s->b.node, s->b.ifname));
		assert_true(strlen(s->a.ifname) < 16);
		assert_true(strlen(s->b.ifname) < 16);
	}
	if (s->op == PLAN_TUNNEL) {
		assert_true(s->a.tagged ||
			    made(p, i, s->a.node, s->over_a->name));
		assert_true(made(p, i, s->b.node, s->over_b->name));
	}
	if (s->a.bridge)
		assert_true(made(p, i, s->a.node, s->a.bridge));
	if (s->b.bridge)
		assert_true(made(p, i, s->b.node, s->b.bridge));
	if (s->op == PLAN_ADDR || s->op == PLAN_NEIGH)
		assert_true(made(p, i, s->node, s->ifname));
	if (s->op == PLAN_FILE) {
		assert_non_null(s->text);
		assert_true(str_starts(s->path, "nodes/"));
	}
	assert_true(s->line > 0);
}

static void
order(void **state)
{
	static const char *const labs[] = {"bilateral",
					   "first-ix",
					   "big-ix",
					   "two-exchanges",
					   "remote-peering",
					   "hub",
					   "workshop",
					   "multi-site",
					   HUB,
					   VLANS};
	struct lab *lab;
	struct plan *p;
	size_t i, k;

	(void)state;
	for (k = 0; k < sizeof(labs) / sizeof(labs[0]); k++) {
		p = plan_of(labs[k], 0, &lab);
		for (i = 0; i < p->n; i++)
			check_step(p, i);
		plan_free(p);
		model_free(lab);
	}
}

/* Above thirty members every pair of member and route server is pinned, both
 * ways and in both families, with the far end's own hardware address. */
static void
neighbours(void **state)
{
	struct lab *lab;
	struct plan *p = plan_of("big-ix", 31, &lab);
	const struct lab_node *far;
	const struct plan_step *s;
	size_t n = 0;

	(void)state;
	for (s = p->steps; s < p->steps + p->n; s++) {
		if (s->op != PLAN_NEIGH)
			continue;
		n++;
		far = model_holder(lab, &s->addr.addr);
		assert_non_null(far);
		assert_memory_equal(s->mac, far->ifs[0].mac, 6);
		assert_true((far->role == LAB_ROUTE_SERVER) !=
			    (lab->nodes[s->node].role == LAB_ROUTE_SERVER));
	}
	assert_int_equal(n, 31 * 2 * 2 * 2);
	plan_free(p);
	model_free(lab);
}

static void
as_json(void **state)
{
	struct lab *lab;
	struct plan *p = plan_of("first-ix", 0, &lab);
	json_t *a = plan_json(p), *o;
	size_t i;

	(void)state;
	assert_int_equal(json_array_size(a), p->n);
	json_array_foreach(a, i, o)
	{
		assert_non_null(json_string_value(json_object_get(o, "op")));
		assert_non_null(json_string_value(json_object_get(o, "node")));
		assert_non_null(json_string_value(json_object_get(o, "text")));
		assert_int_equal(json_integer_value(json_object_get(o, "line")),
				 p->steps[i].line);
	}
	json_decref(a);
	plan_free(p);
	model_free(lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bilateral),     cmocka_unit_test(first_ix),
	    cmocka_unit_test(multi_site),    cmocka_unit_test(operator_view),
	    cmocka_unit_test(two_exchanges), cmocka_unit_test(remote_peering),
	    cmocka_unit_test(hub_lab),	     cmocka_unit_test(workshop),
	    cmocka_unit_test(one_switch),    cmocka_unit_test(routing_security),
	    cmocka_unit_test(class_lab),

	    cmocka_unit_test(border_core),   cmocka_unit_test(big_ix),
	    cmocka_unit_test(order),	     cmocka_unit_test(neighbours),
	    cmocka_unit_test(as_json),	     cmocka_unit_test(vlans),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
