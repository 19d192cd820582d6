/*
 * Files that a route server is given beside what ixlab writes for it, as an
 * exchange gets them from registries: route objects and AS-SETs, VRPs, bogons.
 * They are named here and read by ixrs, so what stands in them is its to judge.
 */
#include <string.h>

#include "base/str.h"
#include "lab/model/model_kind.h"
#include "lab/model/model_word.h"

#define FILES_IRR 8

static int
files_one(struct word_lab *w, const struct yaml *y, const char **out,
	  struct err *e)
{
	if (y->kind == YAML_SCALAR && y->text[0] == '\0')
		return yaml_err(&w->doc, y, e,
				"no file has an empty name: name one, relative "
				"to the lab file");
	return word_file(w, y, out, e);
}

/* A file or a list of them. */
static int
files_irr(struct word_lab *w, const struct yaml *y, struct lab_files *f,
	  struct err *e)
{
	size_t i, n = y->kind == YAML_LIST ? y->n : 1;

	if (n == 0 || n > FILES_IRR)
		return word_err(w, y, e,
				"%zu files: a route server reads from 1 to %d",
				n, FILES_IRR);
	f->irr = model_mem_alloc(&w->kept, n, sizeof(*f->irr));
	for (i = 0; i < n; i++)
		if (files_one(w, y->kind == YAML_LIST ? y->items[i] : y,
			      &f->irr[f->nirr++], e) < 0)
			return -1;
	return 0;
}

int
word_files(struct word_lab *w, const struct yaml *map, struct word_files *f,
	   struct err *e)
{
	f->irr = yaml_get(map, "irr");
	f->vrps = yaml_get(map, "vrps");
	f->bogons = yaml_get(map, "bogons");
	if ((f->irr && files_irr(w, f->irr, &f->files, e) < 0) ||
	    (f->vrps && files_one(w, f->vrps, &f->files.vrps, e) < 0) ||
	    (f->bogons && files_one(w, f->bogons, &f->files.bogons, e) < 0))
		return -1;
	return 0;
}

/* Its own word, or else the exchange's. */
static void
files_inherit(struct word_files *f, const struct word_files *all)
{
	if (f->irr == NULL) {
		f->files.irr = all->files.irr;
		f->files.nirr = all->files.nirr;
	}
	if (f->vrps == NULL) {
		f->vrps = all->vrps;
		f->files.vrps = all->files.vrps;
	}
	if (f->bogons == NULL)
		f->files.bogons = all->files.bogons;
}

int
model_files(struct word_lab *w, struct err *e)
{
	const struct yaml *y;
	struct word_node *n;

	for (n = w->nodes; n < w->nodes + w->nnodes; n++) {
		if (n->role != LAB_ROUTE_SERVER)
			continue;
		y = n->files.irr    ? n->files.irr
		    : n->files.vrps ? n->files.vrps
				    : n->files.bogons;
		if (y && n->kind != &model_kind_ixrs)
			return word_err(
			    w, y, e,
			    "%s is of kind %s, which ixlab gives no "
			    "such file: \"%s\" is for kind ixrs",
			    n->name, n->kind->name, y->key);
		if (n->kind != &model_kind_ixrs)
			continue;
		files_inherit(&n->files, &w->rs_files);
		if (n->files.vrps && n->rpki.y)
			return word_err(w, n->files.vrps, e,
					"%s has VRPs from this file and from a "
					"cache (rpki): leave one of them out",
					n->name);
	}
	return 0;
}
