/*
 * Who is meant: every name of a lab in one sorted table, names given twice, and
 * the references of one network to another.
 *
 * Switches, networks, hosts and peering LANs share one space of names, since
 * each ends up as a namespace, an interface or both.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "lab/model/model_word.h"

static int
cmp_name(const void *a, const void *b)
{
	const struct word_name *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int
cmp_key(const void *key, const void *b)
{
	return strcmp(key, ((const struct word_name *)b)->name);
}

static const struct word_name *
find_name(const struct word_lab *w, const char *name)
{
	return bsearch(name, w->names, w->nnames, sizeof(*w->names), cmp_key);
}

static int
add_name(struct word_lab *w, const char *name, const char *what,
	 const struct yaml *y, size_t node, struct err *e)
{
	if (word_is_reserved(name))
		return word_err(
		    w, y, e,
		    "\"%s\" means something to BIRD or the kernel: choose "
		    "another name for this %s",
		    name, what);
	if (word_is_wan(name))
		return word_err(w, y, e,
				"\"%s\" is what a switch calls its way to "
				"another site: choose another name for this %s",
				name, what);
	w->names[w->nnames++] = (struct word_name){name, what, y, node};
	return 0;
}

/* A host is called after its network: m1's is m1-h. */
static int
add_host(struct word_lab *w, const struct word_node *n, size_t node,
	 struct err *e)
{
	char *name;

	if (strlen(n->name) + strlen("-h") > MODEL_NODE_MAX)
		return word_err(
		    w, n->host_y, e,
		    "the host behind %s would be called %s-h, which is too "
		    "long: give %s a name of at most %d characters",
		    n->name, n->name, n->name, MODEL_NODE_MAX - 2);
	name = model_mem_alloc(&w->mem, MODEL_NODE_MAX + 1, 1);
	snprintf(name, MODEL_NODE_MAX + 1, "%.10s-h", n->name);
	return add_name(w, name, "host", n->host_y, node, e);
}

static const char *const role_what[] = {
    [LAB_ROUTE_SERVER] = "route server",
    [LAB_COLLECTOR] = "collector",
    [LAB_MONITOR] = "monitor",
    [LAB_MACHINE] = "node",
    [LAB_HOST] = "host",
    [LAB_MEMBER] = "member",
    [LAB_CONTENT] = "content network",
    [LAB_TRANSIT] = "transit network",
};

static int
add_all(struct word_lab *w, struct err *e)
{
	const struct word_node *n;
	size_t i;

	for (i = 0; i < w->nswitches; i++)
		if (add_name(w, w->switches[i].name, "switch", w->switches[i].y,
			     WORD_NONE, e) < 0)
			return -1;
	for (i = 0; i < w->nlans; i++)
		if (add_name(w, w->lans[i].name, "peering LAN", w->lans[i].y,
			     WORD_NONE, e) < 0)
			return -1;
	for (i = 0; i < w->nnodes; i++) {
		n = &w->nodes[i];
		if (add_name(w, n->name,
			     w->nodes[n->lead].nrouters > 1
				 ? "router"
				 : role_what[n->role],
			     n->y, i, e) < 0)
			return -1;
		if (n->nrouters > 1 &&
		    add_name(w, n->network, role_what[n->role], n->y, i, e) < 0)
			return -1;
		if (n->host && add_host(w, n, WORD_NONE, e) < 0)
			return -1;
	}
	return 0;
}

static int
check_twice(const struct word_lab *w, struct err *e)
{
	const struct word_name *a, *b;
	size_t i;

	for (i = 1; i < w->nnames; i++) {
		a = &w->names[i - 1];
		b = &w->names[i];
		if (strcmp(a->name, b->name) != 0)
			continue;
		if (a->y->line > b->y->line) {
			a = b;
			b = &w->names[i - 1];
		}
		return word_err(
		    w, b->y, e,
		    "the name %s of this %s is taken by the %s of line %d: "
		    "choose another",
		    b->name, b->what, a->what, a->y->line);
	}
	return 0;
}

static int
unknown(const struct word_lab *w, const struct yaml *y, const char *what,
	struct err *e)
{
	const char **words = xreallocarray(NULL, w->nnames + 1, sizeof(*words));
	const char *near;
	size_t i, n = 0;

	for (i = 0; i < w->nnames; i++)
		if (w->names[i].node != WORD_NONE)
			words[n++] = w->names[i].name;
	near = str_nearest(y->text, words, n);
	word_err(w, y, e, "there is no %s \"%.40s\" in this lab%s%s%s", what,
		 y->text, near ? " (did you mean \"" : ": declare it first",
		 near ? near : "", near ? "\"?)" : "");
	free(words);
	return -1;
}

int
word_ref_find(const struct word_lab *w, struct word_ref *r, const char *what,
	      struct err *e)
{
	const struct word_name *n = find_name(w, r->y->text);

	if (n == NULL)
		return unknown(w, r->y, what, e);
	if (n->node == WORD_NONE)
		return word_err(w, r->y, e, "%s is a %s, expected a %s",
				n->name, n->what, what);
	r->node = n->node;
	return 0;
}

static int
find_route_servers(const struct word_lab *w, const struct word_node *n,
		   struct err *e)
{
	size_t i, k;

	for (i = 0; i < n->nrss; i++) {
		if (word_ref_find(w, &n->rss[i], "route server", e) < 0)
			return -1;
		for (k = 0; k < i; k++)
			if (n->rss[k].node == n->rss[i].node)
				return word_err(w, n->rss[i].y, e,
						"%s is named twice",
						n->rss[i].y->text);
		if (w->nodes[n->rss[i].node].role != LAB_ROUTE_SERVER)
			return word_err(
			    w, n->rss[i].y, e,
			    "%s is no route server: sessions between members "
			    "belong under peers",
			    n->rss[i].y->text);
	}
	return 0;
}

static int
find_peers(const struct word_lab *w, size_t node, struct err *e)
{
	const struct word_node *n = &w->nodes[node];
	struct word_ref *r;

	for (r = n->peers; r < n->peers + n->npeers; r++) {
		if (word_ref_find(w, r, "member", e) < 0)
			return -1;
		if (r->node == node)
			return word_err(w, r->y, e,
					"%s cannot peer with itself", n->name);
		if (w->nodes[r->node].role != LAB_MEMBER &&
		    w->nodes[r->node].role != LAB_CONTENT)
			return word_err(
			    w, r->y, e,
			    "%s is no member: sessions with route servers "
			    "belong under route-servers, with transit under "
			    "links",
			    r->y->text);
	}
	return 0;
}

static int
find_relation(const struct word_lab *w, const struct word_link *l,
	      struct err *e)
{
	const struct word_node *a = &w->nodes[l->end[0].node];
	const struct word_node *b = &w->nodes[l->end[1].node];

	if (l->silent)
		return 0;
	if (l->transit && a->role == LAB_TRANSIT && b->role != LAB_TRANSIT)
		return word_err(
		    w, l->y, e,
		    "the second end of a transit link is the provider: write "
		    "between: [%s, %s]",
		    b->name, a->name);
	if (!l->transit && (a->role == LAB_TRANSIT) != (b->role == LAB_TRANSIT))
		return word_err(w, l->y, e,
				"%s sells transit: say relation: transit",
				a->role == LAB_TRANSIT ? a->name : b->name);
	return 0;
}

static int
find_ends(struct word_lab *w, struct word_link *l, struct err *e)
{
	struct word_node *n;
	int i;

	for (i = 0; i < 2; i++) {
		if (word_ref_find(w, &l->end[i], "member or transit network",
				  e) < 0)
			return -1;
		n = &w->nodes[l->end[i].node];
		if (n->role == LAB_MACHINE && n->asn == 0 && !l->silent)
			return word_err(
			    w, l->end[i].y, e,
			    "%s is a machine, with which ixlab sets up no BGP: "
			    "say relation: none",
			    n->name);
		if (n->role == LAB_ROUTE_SERVER || n->role == LAB_COLLECTOR ||
		    n->role == LAB_MONITOR || n->role == LAB_HOST)
			return word_err(
			    w, l->end[i].y, e,
			    "%s is a %s, which has no links of its own",
			    n->name, role_what[n->role]);
		if (n->nrouters > 1 &&
		    strcmp(l->end[i].y->text, n->network) == 0)
			return word_err(w, l->end[i].y, e,
					"%s has several routers: say which, "
					"such as %s",
					n->network, n->name);
		n->nlinks++;
	}
	if (l->end[0].node == l->end[1].node)
		return word_err(
		    w, l->end[1].y, e,
		    "both ends of this link are %s: name two networks",
		    l->end[1].y->text);
	return find_relation(w, l, e);
}

/* The network that a machine is behind, and how many are behind each. */
static int
find_behind(struct word_lab *w, struct word_node *n, struct err *e)
{
	struct word_ref *r = &n->behind.who;
	struct word_node *owner;

	if (r->y == NULL)
		return 0;
	if (n->role == LAB_MACHINE &&
	    word_ref_find(w, r, "member or transit network", e) < 0)
		return -1;
	owner = &w->nodes[r->node];
	if (owner->role != LAB_MEMBER && owner->role != LAB_CONTENT &&
	    owner->role != LAB_TRANSIT)
		return word_err(w, r->y, e,
				"%s is a %s: machines are behind a network",
				owner->name, role_what[owner->role]);
	if (n->role == LAB_MACHINE && owner->nrouters > 1 &&
	    strcmp(r->y->text, owner->network) == 0)
		return word_err(w, r->y, e,
				"%s has several routers: say which, such as "
				"%s",
				owner->network, owner->name);
	owner->nhosts++;
	return 0;
}

int
model_names(struct word_lab *w, struct err *e)
{
	size_t i;

	w->names =
	    model_mem_alloc(&w->mem, w->nswitches + w->nlans + 3 * w->nnodes,
			    sizeof(*w->names));
	if (add_all(w, e) < 0)
		return -1;
	qsort(w->names, w->nnames, sizeof(*w->names), cmp_name);
	if (check_twice(w, e) < 0)
		return -1;
	for (i = 0; i < w->nnodes; i++)
		if (find_route_servers(w, &w->nodes[i], e) < 0 ||
		    find_peers(w, i, e) < 0 ||
		    find_behind(w, &w->nodes[i], e) < 0)
			return -1;
	for (i = 0; i < w->nlinks; i++)
		if (find_ends(w, &w->links[i], e) < 0)
			return -1;
	return model_rpki(w, e) < 0 ? -1 : model_files(w, e);
}
