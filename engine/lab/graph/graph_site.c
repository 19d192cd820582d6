/*
 * How the switches of a LAN are joined, in words: two of them, what carries the
 * LAN when that is a tunnel, and the weather that the lab file gives it.
 */
#include <stdlib.h>

#include "base/str.h"
#include "lab/graph/graph.h"

static void
site_words(struct str *s, const struct lab *lab, const struct lab_link *l)
{
	const struct lab_link *c =
	    l->carrier == SIZE_MAX ? l : &lab->links[l->carrier];
	char *weather = model_weather_print(&c->weather);
	bool tunnel = c != l, fair = weather[0] == '\0';

	str_addf(s, "%s%s - %s", s->len ? ", " : "", lab->nodes[l->a.node].name,
		 lab->nodes[l->b.node].name);
	if (tunnel || !fair)
		str_addf(s, " (%s%s%s)", tunnel ? "vxlan" : "",
			 tunnel && !fair ? " " : "", weather);
	free(weather);
}

char *
graph_sites(const struct lab *lab, size_t lan)
{
	struct str s = {0};
	size_t i;

	for (i = 0; i < lab->nlinks; i++)
		if (lab->links[i].kind == LAB_LINK_SITE &&
		    lab->links[i].lan == lan)
			site_words(&s, lab, &lab->links[i]);
	return str_steal(&s);
}
