/*
 * exercise_nodes: which nodes of its lab an exercise opens to the person.
 */
#include <string.h>

#include "grader/exercise_priv.h"
#include "lab/model/model.h"

int
exercise_check_nodes(const struct exercise *x, const struct lab *lab,
		     struct err *e)
{
	const struct yaml *y = yaml_get(x->doc.root, "nodes");
	size_t i;

	for (i = 0; i < x->nnodes; i++)
		if (model_find(lab, x->nodes[i].node) == NULL)
			return yaml_err(&x->doc, y->items[i], e,
					"lab %s has no node \"%s\"", lab->name,
					x->nodes[i].node);
	return 0;
}

enum exercise_access
exercise_access(const struct exercise *x, const struct lab *lab,
		const struct lab_node *n)
{
	size_t i;

	for (i = 0; i < x->nnodes; i++)
		if (strcmp(x->nodes[i].node, n->name) == 0)
			return x->nodes[i].access;
	if (n->trainee || strcmp(n->name, x->trainee) == 0 ||
	    (n->owner < lab->nnodes && lab->nodes[n->owner].trainee))
		return EXERCISE_OPEN;
	return EXERCISE_LOOK;
}
