/*
 * server_page: the first rows of many, in order, in little memory.
 *
 * A table of a million routes is shown a page at a time: whoever asks says after
 * which row to go on. Each page looks at all rows again, keeps the smallest ones
 * beyond that row, and forgets nothing in between because nothing is kept: the
 * asker may take its time, or vanish.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "rs/server/server_state.h"

int
server_row_cmp(const struct server_row *a, const struct server_row *b)
{
	int r = (a->section > b->section) - (a->section < b->section);

	if (r == 0)
		r = ip_prefix_cmp(&a->prefix, &b->prefix);
	return r ? r : (a->id > b->id) - (a->id < b->id);
}

static int
row_cmp(const void *a, const void *b)
{
	return server_row_cmp(a, b);
}

/* Sort, and keep max. */
static void
page_cut(struct server_page *g)
{
	if (g->n > 1)
		qsort(g->rows, g->n, sizeof(*g->rows), row_cmp);
	if (g->n <= g->max)
		return;
	g->n = g->max;
	g->more = true;
}

/* Rows are collected up to twice the page; then the greater half goes, and what
 * is beyond the greatest one that is left need not come in at all. */
void
server_page_add(struct server_page *g, const struct server_row *r)
{
	if (g->has_after && server_row_cmp(r, &g->after) <= 0)
		return;
	if (g->more && server_row_cmp(r, &g->rows[g->max - 1]) > 0)
		return;
	if (g->rows == NULL)
		g->rows = xcalloc(2 * g->max, sizeof(*g->rows));
	g->rows[g->n++] = *r;
	if (g->n == 2 * g->max)
		page_cut(g);
}

void
server_page_end(struct server_page *g)
{
	page_cut(g);
}

void
server_page_clear(struct server_page *g)
{
	free(g->rows);
	g->rows = NULL;
	g->n = 0;
}

char *
server_page_print(const struct server_row *r, char buf[80])
{
	char p[IP_PREFIXSTRLEN];

	snprintf(buf, 80, "%u %s %u", r->section,
		 ip_prefix_print(&r->prefix, p), r->id);
	return buf;
}

bool
server_page_parse(const char *word, struct server_row *r)
{
	char copy[80], *save = NULL;

	*r = (struct server_row){0};
	if (strlen(word) >= sizeof(copy))
		return false;
	strcpy(copy, word);
	const char *section = strtok_r(copy, " ", &save);
	const char *prefix = strtok_r(NULL, " ", &save);
	const char *id = strtok_r(NULL, " ", &save);
	return section != NULL && prefix != NULL && id != NULL &&
	       str_to_u32(section, 0, UINT32_MAX, &r->section) &&
	       ip_prefix_parse(prefix, &r->prefix) &&
	       str_to_u32(id, 0, UINT32_MAX, &r->id);
}
