/*
 * mac: whose address a switch has seen at a node's port, and how many.
 *
 * A switch learns a source address with each frame and forgets it minutes later,
 * so one that was there a moment ago counts still. The node's own must be among
 * them: of a port where nothing was seen nothing is known.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"
#include "grader/kind_port_priv.h"

static const struct grader_key keys[] = {
    KIND_PORT_KEYS,
    {.name = "of",
     .type = GRADER_KEY_NODE,
     .offset = offsetof(struct grader_params, is),
     .help = "whose address must be seen; the node's own when not said"},
    {.name = "most",
     .type = GRADER_KEY_COUNT,
     .offset = offsetof(struct grader_params, most),
     .min = 1,
     .max = 1000,
     .absent = 1,
     .help = "how many addresses there may be, 1 when not said"},
};

/* Has the node an interface of that address, by the lab's plan? */
static bool
is_own(const struct lab_node *n, const char *mac)
{
	char text[MODEL_MACSTRLEN];
	size_t i;

	for (i = 0; n && i < n->nifs; i++) {
		if (strcmp(model_mac_print(n->ifs[i].mac, text), mac) == 0)
			return true;
	}
	return false;
}

struct seen {
	struct str all, strangers;
	size_t n;
	bool own, port;
	const char *state;
};

static void
seen_port(const struct lab_node *n, const json_t *row, struct seen *s)
{
	const char *mac;
	const json_t *m;
	size_t i;

	s->port = true;
	s->state = out_text(row, "state");
	json_array_foreach(json_object_get(row, "macs"), i, m)
	{
		mac = json_string_value(m) ? json_string_value(m) : "";
		str_addf(&s->all, "%s%s", s->n++ ? " " : "", mac);
		if (is_own(n, mac))
			s->own = true;
		else
			str_addf(&s->strangers, "%s%s",
				 s->strangers.len ? " " : "", mac);
	}
}

static void
judge_seen(const struct grader_params *p, const struct seen *s,
	   struct grader_finding *f)
{
	if (!s->port)
		grader_finding_saw(f, GRADER_OURS, "%s has no port on %s",
				   p->at, p->lan ? p->lan : "a switch");
	else if (strcmp(s->state, "up") != 0)
		grader_finding_saw(f, GRADER_FALSE, "the port is %s", s->state);
	else if (s->n == 0)
		grader_finding_saw(f, GRADER_FALSE, "no frame came from there");
	else if (!s->own)
		grader_finding_saw(f, GRADER_FALSE, "only %s",
				   str_text(&s->all));
	else
		grader_finding_saw(f,
				   s->n > p->most ? GRADER_FALSE : GRADER_TRUE,
				   "%zu: %s", s->n, str_text(&s->all));
}

static void
kind_mac_judge(const struct grader_view *v, const struct exercise_check *c,
	       struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *rows = json_object_get(evidence_node(v, p->at), "ports");
	const struct lab_node *n = model_find(v->lab, p->is ? p->is : p->at);
	struct seen s = {.state = ""};
	const json_t *row;
	char count[24];
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (kind_port_is(p, row))
			seen_port(n, row, &s);
	}
	grader_finding_expected(f, "the address of %s, %u at most",
				p->is ? p->is : p->at, p->most);
	kind_port_where(p, rows, f);
	snprintf(count, sizeof(count), "%zu", s.n);
	grader_finding_fact(f, "count", count);
	grader_finding_fact(f, "macs", str_text(&s.all));
	grader_finding_fact(f, "strangers", str_text(&s.strangers));
	grader_finding_fact(f, "port-state", s.state);
	if (evidence_ready(v, p->at, "ports", f))
		judge_seen(p, &s, f);
	str_clear(&s.all);
	str_clear(&s.strangers);
}

const struct grader_kind grader_kind_mac = {
    .name = "mac",
    .help = "The switch sees a node's own MAC address at its port, and not "
	    "more than so many.",
    .example = "    kind: mac\n"
	       "    at: m1\n"
	       "    most: 1\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .asks = GRADER_ASK_PORTS,
    .facts = "count macs strangers port-state (up, down, shut)",
    .judge = kind_mac_judge,
};
