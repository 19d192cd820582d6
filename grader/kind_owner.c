/*
 * owner: who answers when a node asks its LAN for an address (ARP, neighbour
 * discovery). All answers within a moment are taken: a second one is a thief, or
 * somebody's proxy ARP, and the kernel's own table would show one of them only.
 */
#include <stddef.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_evidence.h"

static const char *const nobody[] = {"yes", NULL};

static const struct grader_key keys[] = {
    {.name = "at",
     .type = GRADER_KEY_NODE,
     .need = true,
     .offset = offsetof(struct grader_params, at),
     .help = "who asks; it has an address on the LAN"},
    {.name = "lan",
     .type = GRADER_KEY_TEXT,
     .offset = offsetof(struct grader_params, lan),
     .help = "of several LANs that it is on, this one (of the lab file)"},
    {.name = "address",
     .type = GRADER_KEY_ADDRESS,
     .need = true,
     .offset = offsetof(struct grader_params, address),
     .help = "for which address; it need not be of the LAN"},
    {.name = "is",
     .type = GRADER_KEY_NODE,
     .offset = offsetof(struct grader_params, is),
     .help = "this node answers, with the address of an interface of its own, "
	     "and nobody else"},
    {.name = "nobody",
     .type = GRADER_KEY_WORD,
     .words = nobody,
     .offset = offsetof(struct grader_params, only),
     .help = "nobody answers (an absence: needs a witness)"},
};

/* Whose interface has that MAC address, by the lab's plan; "" when nobody's. */
static const char *
mac_node(const struct lab *lab, const char *mac)
{
	char text[MODEL_MACSTRLEN];
	size_t i, k;

	for (i = 0; i < lab->nnodes; i++) {
		for (k = 0; k < lab->nodes[i].nifs; k++) {
			if (strcmp(
				model_mac_print(lab->nodes[i].ifs[k].mac, text),
				mac) == 0)
				return lab->nodes[i].name;
		}
	}
	return "";
}

struct owners {
	struct str nodes, macs;
	size_t n, right;
};

static void
owners_read(const struct grader_view *v, const struct grader_params *p,
	    const json_t *answer, struct owners *o)
{
	const char *mac, *node;
	const json_t *claim;
	size_t i;

	json_array_foreach(json_object_get(answer, "claims"), i, claim)
	{
		mac = out_text(claim, "mac");
		node = mac_node(v->lab, mac);
		o->n++;
		o->right += p->is != NULL && strcmp(node, p->is) == 0;
		str_addf(&o->nodes, "%s%s", i ? " " : "",
			 *node ? node : "stranger");
		str_addf(&o->macs, "%s%s", i ? " " : "", mac);
	}
}

static void
owners_judge(const struct grader_params *p, const json_t *answer,
	     const struct owners *o, struct grader_finding *f)
{
	bool good = p->is ? o->right == o->n && o->n > 0 : o->n == 0;

	if (*out_text(answer, "error"))
		grader_finding_saw(f, GRADER_UNKNOWN, "%s",
				   out_text(answer, "error"));
	else if (o->n == 0)
		grader_finding_saw(f, good ? GRADER_TRUE : GRADER_FALSE,
				   "nobody answers");
	else
		grader_finding_saw(f, good ? GRADER_TRUE : GRADER_FALSE,
				   "%s (%s)", str_text(&o->nodes),
				   str_text(&o->macs));
}

static void
kind_owner_judge(const struct grader_view *v, const struct exercise_check *c,
		 struct grader_finding *f)
{
	const struct grader_params *p = grader_params(c);
	const json_t *answers = evidence_calls(v, c, f);
	const json_t *answer = json_array_get(answers, 0);
	struct owners o = {0};
	char text[IP_ADDRSTRLEN];

	owners_read(v, p, answer, &o);
	grader_finding_expected(f, "%s answers%s", p->is ? p->is : "nobody",
				p->is ? ", and nobody else" : "");
	grader_finding_where(f, "%s asks its LAN who has %s", p->at,
			     ip_addr_print(&p->address, text));
	grader_finding_fact(f, "owners", str_text(&o.nodes));
	grader_finding_fact(f, "macs", str_text(&o.macs));
	if (answers)
		owners_judge(p, answer, &o, f);
	str_clear(&o.nodes);
	str_clear(&o.macs);
}

static bool
kind_owner_call(const struct grader_view *v, const struct exercise_check *c,
		size_t i, const json_t *answers, struct grader_call *out)
{
	const struct grader_params *p = grader_params(c);
	char text[IP_ADDRSTRLEN];

	(void)v;
	(void)answers;
	if (i > 0)
		return false;
	*out = (struct grader_call){
	    "whohas",
	    json_pack("{ss ss ss*}", "node", p->at, "address",
		      ip_addr_print(&p->address, text), "lan", p->lan),
	    0};
	return true;
}

static bool
kind_owner_absence(const struct grader_params *p)
{
	return p->is == NULL;
}

static int
kind_owner_sane(const struct grader_params *p, const struct yaml_doc *doc,
		const struct yaml *check, struct err *e)
{
	if ((p->is != NULL) == (p->only != NULL))
		return yaml_err(doc, check, e,
				"an owner check has one of \"is\" and "
				"\"nobody\"");
	return 0;
}

const struct grader_kind grader_kind_owner = {
    .name = "owner",
    .help = "This node, or nobody, answers for an address on a LAN.",
    .example = "    kind: owner\n"
	       "    at: m2\n"
	       "    address: 203.0.113.10\n"
	       "    is: m1\n",
    .keys = keys,
    .nkeys = sizeof(keys) / sizeof(keys[0]),
    .experiment = GRADER_CALLS,
    .facts = "owners macs",
    .absence = kind_owner_absence,
    .sane = kind_owner_sane,
    .call = kind_owner_call,
    .judge = kind_owner_judge,
};
