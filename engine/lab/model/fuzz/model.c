/*
 * Any text at all as a lab file: refused with a sentence, or resolved into a lab
 * whose every index, name and address holds, and whose configurations, JSON and
 * interfaces can be written.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lab/model/model_kind.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_end(const struct lab *lab, const struct lab_end *e)
{
	assert(e->node < lab->nnodes);
	assert(e->ifi == SIZE_MAX || e->ifi < lab->nodes[e->node].nifs);
	assert((e->ifi == SIZE_MAX) == (e->port[0] != '\0'));
}

/* At an interface, or within a network on the loopback. */
static bool
holds(const struct lab *lab, const struct lab_node *n, bool inside,
      const struct ip_addr *a)
{
	size_t i;

	for (i = 0; inside && i < n->nloopbacks; i++)
		if (ip_addr_eq(&n->loopbacks[i].addr, a))
			return true;
	return !inside && model_holder(lab, a) == n;
}

static void
check_session(const struct lab *lab, const struct lab_node *n,
	      const struct lab_session *s)
{
	assert(s->peer < lab->nnodes);
	assert(holds(lab, n, s->internal, &s->local));
	assert(holds(lab, &lab->nodes[s->peer], s->internal, &s->remote));
}

static void
check_node(const struct lab *lab, const struct lab_node *n)
{
	size_t i;

	assert(model_find(lab, n->name) == n);
	assert(n->title != NULL);
	assert(n->owner == SIZE_MAX || n->owner < lab->nnodes);
	for (i = 0; i < n->nifs; i++)
		assert(n->ifs[i].link < lab->nlinks);
	for (i = 0; i < n->nsessions; i++)
		check_session(lab, n, &n->sessions[i]);
}

static void
check_texts(const struct lab *lab, const struct lab_node *n)
{
	const struct lab_kind_file *f;

	for (f = n->kind->files; f != NULL && f->name != NULL; f++) {
		free(f->write(lab, n));
		if (f->begin != NULL)
			free(f->begin(lab, n));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = {ERR_NONE, ""};
	struct lab *lab = model_parse("lab.yml", data, size, NULL, &e);
	size_t i;

	if (lab == NULL) {
		assert(e.class == ERR_USAGE && e.msg[0] != '\0');
		return 0;
	}
	for (i = 0; i < lab->nlinks; i++) {
		check_end(lab, &lab->links[i].a);
		check_end(lab, &lab->links[i].b);
	}
	if (lab->nnodes < 100) { /* the checks are quadratic */
		for (i = 0; i < lab->nnodes; i++) {
			check_node(lab, &lab->nodes[i]);
			check_texts(lab, &lab->nodes[i]);
		}
		json_decref(model_json(lab));
	}
	model_free(lab);
	return 0;
}
