/*
 * ixlab up: a lab's birth, or with --dry-run the list of what it would take. Of
 * one that runs: the difference to its file (cmd_apply.c).
 */
#include <stdlib.h>

#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "lab/model/model_kind.h"
#include "lab/plan/plan.h"
#include "lab/super/super.h"

static int
up_members(const struct cmd *c, uint32_t *members, struct err *e)
{
	const char *text = cmd_option(c, "--members");
	unsigned int n;

	*members = 0;
	if (text == NULL)
		return 0;
	if (!str_to_u32(text, 1, MODEL_MAX_NODES, &n))
		return err_usage(e,
				 "--members wants a number from 1 to %d, not "
				 "\"%s\"",
				 MODEL_MAX_NODES, text);
	*members = n;
	return 0;
}

static void
up_print_plan(const struct cmd *c, const struct plan *p)
{
	size_t i;

	if (c->json) {
		json_t *all =
		    json_pack("{s:o, s:o}", "lab", out_str(p->lab->name),
			      "steps", plan_json(p));

		out_json(stdout, all);
		json_decref(all);
		return;
	}
	for (i = 0; i < p->n; i++) {
		_free_ char *line = plan_step_print(p, &p->steps[i]);

		str_clean(line);
		puts(line);
	}
}

static int
up_dry(const struct cmd *c, const struct lab *lab)
{
	struct plan *p = plan_new(lab);

	up_print_plan(c, p);
	plan_free(p);
	return 0;
}

static int
up_print(const struct cmd *c, const struct cmd_start *s, struct err *e)
{
	_free_ char *dir = cmd_lab_state_dir(s->ran, e);
	json_t *all;

	if (dir == NULL)
		return -1;
	if (!c->json) {
		printf("%s is up: %zu nodes in %.2f s\n", s->ran, s->nodes,
		       (double)s->ms / 1000);
		return 0;
	}
	all = json_pack("{s:o, s:I, s:I, s:o, s:n}", "lab", out_str(s->ran),
			"nodes", (json_int_t)s->nodes, "ms", (json_int_t)s->ms,
			"state_dir", out_str(dir), "difference");
	out_json(stdout, all);
	json_decref(all);
	return 0;
}

/* What the lab file wants and this machine does not do. */
static void
up_limits(const char *lab)
{
	struct err e;
	json_t *state = cmd_lab_inspect(lab, &e), *node, *limit;
	size_t i, k;

	json_array_foreach(json_object_get(state, "nodes"), i, node)
	{
		const json_t *all = json_object_get(node, "limits");

		json_array_foreach(all, k, limit)
		{
			_free_ char *name =
			    out_word(json_object_get(node, "name"));
			_free_ char *what =
			    out_word(json_object_get(limit, "what"));
			_free_ char *why =
			    out_word(json_object_get(limit, "why"));

			if (json_is_null(json_object_get(limit, "by")))
				fprintf(stderr,
					"%s: its limit of %s is not enforced: "
					"%s\n",
					name, what, why);
		}
	}
	json_decref(state);
}

/* A LAN on which some would never hear who asks for them. */
static void
up_large(const struct lab *lab)
{
	size_t *ports = xcalloc(lab->nlans + 1, sizeof(*ports)), i;
	const struct lab_link *l;
	struct err e;

	for (l = lab->links; l < lab->links + lab->nlinks; l++)
		if (model_on_lan(l))
			ports[l->lan]++;
	for (i = 0; i < lab->nlans; i++) {
		_free_ char *fix = NULL;

		if (super_backlog(ports[i], &e) == 0)
			continue;
		fix = super_backlog_fix();
		fprintf(stderr, "%s: peering LAN %s has %zu ports: %s (%s)\n",
			lab->name, lab->lans[i].name, ports[i], e.msg, fix);
	}
	free(ports);
}

static bool
up_has_limits(const struct lab *lab)
{
	size_t i;

	for (i = 0; i < lab->nnodes; i++)
		if (lab->nodes[i].limits.processes || lab->nodes[i].limits.cpu)
			return true;
	return false;
}

/* Of kinds whose routes never reach the kernel: the network looks well from
 * outside, and what is sent there ends there. */
static void
up_forwards(const struct lab *lab)
{
	const struct lab_node *n;

	for (n = lab->nodes; n < lab->nodes + lab->nnodes; n++)
		if (n->kind->no_kernel && n->role != LAB_ROUTE_SERVER &&
		    n->role != LAB_COLLECTOR)
			fprintf(stderr,
				"%s announces routes and forwards nothing: %s "
				"leaves the kernel's routes alone\n",
				n->name, n->kind->title);
}

/* "vlans: auto", and they could not be had. */
static void
up_vlans(const struct lab *lab)
{
	if (lab->vlans == LAB_VLANS_BRIDGES)
		fprintf(stderr,
			"%s: this kernel's bridges filter no VLANs, so each "
			"peering LAN has a bridge of its own\n",
			lab->name);
}

int
cmd_up(struct cmd *c, struct err *e)
{
	const char *name = cmd_option(c, "--name");
	struct cmd_start s = {.lab = c->args[0],
			      .name = name ? name : c->lab,
			      .progress = stderr};
	struct model_params params = {
	    .name = s.name, .tags = super_tags, .filtering = super_filtering};
	struct lab *lab;
	int rc;

	if (up_members(c, &s.members, e) < 0)
		return -1;
	params.members = s.members;
	lab = model_load(s.lab, &params, e);
	if (lab == NULL)
		return -1;
	if (cmd_lab_runs(lab->name))
		rc = cmd_up_apply(c, lab, s.members, e);
	else if (cmd_option(c, "--dry-run"))
		rc = up_dry(c, lab);
	else if ((rc = cmd_start_lab(&s, e)) == 0)
		rc = up_print(c, &s, e);
	if (rc == 0 && !cmd_option(c, "--dry-run")) {
		if (up_has_limits(lab))
			up_limits(lab->name);
		up_forwards(lab);
		up_vlans(lab);
		up_large(lab);
	}
	model_free(lab);
	return rc;
}
