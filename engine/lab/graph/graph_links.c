/*
 * What is to be said of the links themselves: weather, and what an operator did
 * to them. Of a lab that does not run its file says what it will be.
 */
#include <string.h>

#include "base/str.h"
#include "lab/graph/graph.h"

static void
link_weather(struct lab_weather *w, const json_t *o)
{
	*w = (struct lab_weather){
	    .delay_us =
		(uint32_t)json_integer_value(json_object_get(o, "delay_us")),
	    .jitter_us =
		(uint32_t)json_integer_value(json_object_get(o, "jitter_us")),
	    .loss_ppm =
		(uint32_t)json_integer_value(json_object_get(o, "loss_ppm")),
	    .rate_bps =
		(uint64_t)json_integer_value(json_object_get(o, "rate_bps")),
	    .silent = json_is_true(json_object_get(o, "silent")),
	};
}

/* Rows of inspect's links are those of the model, in its order. */
static void
links_from_state(const struct lab *lab, const json_t *rows,
		 struct graph_link *links)
{
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row)
	{
		if (i == lab->nlinks)
			return;
		link_weather(&links[i].weather,
			     json_object_get(row, "weather"));
		links[i].up = !json_is_false(json_object_get(row, "up"));
	}
}

static bool
link_is_port(const struct lab *lab, const struct lab_link *l, const json_t *row)
{
	const char *sw = json_string_value(json_object_get(row, "switch"));
	const char *port = json_string_value(json_object_get(row, "port"));
	const char *home = json_string_value(json_object_get(row, "home"));

	return sw && port && home &&
	       (model_on_lan(l) || l->kind == LAB_LINK_SITE) &&
	       strcmp(l->a.port, port) == 0 &&
	       strcmp(lab->lans[l->lan].name, home) == 0 &&
	       strcmp(lab->nodes[l->a.node].name, sw) == 0;
}

static void
link_from_port(const struct lab *lab, const json_t *row, struct graph_link *x)
{
	const char *state = json_string_value(json_object_get(row, "state"));
	const char *lan = json_string_value(json_object_get(row, "lan"));
	size_t i;

	x->shut = state && strcmp(state, "shut") == 0;
	x->culled = json_is_true(json_object_get(row, "culled"));
	for (i = 0; lan && i < lab->nlans; i++)
		if (strcmp(lab->lans[i].name, lan) == 0)
			x->lan = i;
}

/* Both lists go switch by switch, so the search begins where it ended. */
static void
links_from_ports(const struct lab *lab, const json_t *rows,
		 struct graph_link *links)
{
	const json_t *row;
	size_t i, k, at = 0;

	json_array_foreach(rows, i, row)
	{
		for (k = 0; k < lab->nlinks; k++, at = (at + 1) % lab->nlinks)
			if (link_is_port(lab, &lab->links[at], row)) {
				link_from_port(lab, row, &links[at]);
				break;
			}
	}
}

struct graph_link *
graph_links_make(const struct lab *lab, const json_t *state)
{
	struct graph_link *links = xcalloc(lab->nlinks + 1, sizeof(*links));
	size_t i;

	for (i = 0; i < lab->nlinks; i++)
		links[i] = (struct graph_link){
		    .weather = lab->links[i].weather,
		    .up = true,
		    .lan = lab->links[i].lan,
		};
	if (state == NULL)
		return links;
	links_from_state(lab, json_object_get(state, "links"), links);
	links_from_ports(lab, json_object_get(state, "ports"), links);
	return links;
}

bool
graph_link_quarantined(const struct lab *lab, const struct graph_link *x)
{
	return x->lan < lab->nlans &&
	       lab->lans[x->lan].quarantine_of != SIZE_MAX;
}

/* "x", with ", " before it when something stands there. */
static void
words_add(struct str *s, const char *word)
{
	str_addf(s, "%s%s", s->len ? ", " : "", word);
}

char *
graph_link_words(const struct lab *lab, const struct graph_link *x)
{
	struct lab_weather w = x->weather;
	struct str s = {0};
	char *text;

	if (x->shut)
		words_add(&s, "shut by a wrong address");
	else if (!x->up)
		words_add(&s, "link down");
	if (w.silent)
		words_add(&s, "silent");
	if (graph_link_quarantined(lab, x))
		words_add(&s, "in quarantine");
	if (x->culled)
		words_add(&s, "BGP culled");
	w.silent = false;
	text = model_weather_print(&w);
	if (*text)
		words_add(&s, text);
	str_autofree(&text);
	return str_steal(&s);
}

bool
graph_link_passes(const struct graph_link *x)
{
	return x->up && !x->shut && !x->weather.silent;
}

/* "sw1:m1 - m1:ix0" */
static void
print_link(struct str *s, const struct lab *lab, const struct lab_link *l)
{
	const struct lab_end *ends[] = {&l->a, &l->b};
	const struct lab_node *n;
	int i;

	for (i = 0; i < 2; i++) {
		n = &lab->nodes[ends[i]->node];
		str_addf(s, "%s%s:%s", i ? " - " : "", n->name,
			 ends[i]->ifi == SIZE_MAX ? ends[i]->port
						  : n->ifs[ends[i]->ifi].name);
	}
}

char *
graph_links_print(const struct lab *lab, const struct graph_link *links)
{
	struct str s = {0}, line = {0};
	size_t i;

	for (i = 0; i < lab->nlinks; i++) {
		char *words = graph_link_words(lab, &links[i]);

		if (*words) {
			print_link(&line, lab, &lab->links[i]);
			if (s.len == 0)
				str_add(&s, "Links\n");
			str_addf(&s, "  %-34s %s\n", str_text(&line), words);
			str_clear(&line);
		}
		str_autofree(&words);
	}
	return str_steal(&s);
}
