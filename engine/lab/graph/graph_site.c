/*
 * How the switches of a LAN are joined, in words: two of them, what carries the
 * LAN when that is a tunnel, and how that link is.
 */
#include <stdlib.h>

#include "base/str.h"
#include "lab/graph/graph.h"

static void
site_words(struct str *s, const struct lab *lab, const struct graph_link *links,
	   size_t link)
{
	const struct lab_link *l = &lab->links[link];
	bool tunnel = l->carrier != SIZE_MAX;
	char *own = graph_link_words(lab, &links[link]);
	char *under =
	    tunnel ? graph_link_words(lab, &links[l->carrier]) : xstrdup("");
	const char *words[] = {tunnel ? model_over_name(l->over) : "", own,
			       under};
	const char *sep = " (";
	int i;

	str_addf(s, "%s%s - %s", s->len ? ", " : "", lab->nodes[l->a.node].name,
		 lab->nodes[l->b.node].name);
	for (i = 0; i < 3; i++)
		if (words[i][0] != '\0') {
			str_addf(s, "%s%s", sep, words[i]);
			sep = ", ";
		}
	if (sep[0] == ',')
		str_add(s, ")");
	free(own);
	free(under);
}

char *
graph_sites(const struct lab *lab, const struct graph_link *links, size_t lan)
{
	struct str s = {0};
	size_t i;

	for (i = 0; i < lab->nlinks; i++)
		if (lab->links[i].kind == LAB_LINK_SITE &&
		    lab->links[i].lan == lan)
			site_words(&s, lab, links, i);
	return str_steal(&s);
}
