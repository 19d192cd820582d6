/*
 * markdown: an exercise's text as wrapped lines.
 *
 * libcmark parses; we walk its tree once. Inline nodes gather into a flow of
 * styled glyphs; each block, when it ends, wraps its flow behind the indent of
 * the lists and quotes it stands in. Code keeps its lines: a line that is too
 * wide is cut and goes on behind a mark, so that nothing is hidden. A fence's
 * info word may say where to type it: run@NODE, or file=NAME, or output.
 */
#include <cmark.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tui/tui_text.h"
#include "tui/tui_words.h"

#define TAB 4
#define DEPTH 6 /* deeper lists and quotes are drawn at this depth */

struct indent {
	struct flow first, rest;
	bool used; /* first was drawn */
};

struct writer {
	struct text *out;
	struct flow flow;
	struct indent in[DEPTH];
	int depth, width, emph, strong, heading;
	bool plain;
	bool gap; /* a blank line is due before the next block */
};

static enum grid_style
style_now(const struct writer *w)
{
	if (w->heading)
		return ST_HEAD;
	if (w->strong)
		return ST_BOLD;
	return w->emph ? ST_EMPH : ST_NORMAL;
}

static void
lead(struct writer *w, struct flow *first, struct flow *rest)
{
	int i;

	for (i = 0; i < w->depth && i < DEPTH; i++) {
		flow_cat(first,
			 w->in[i].used ? &w->in[i].rest : &w->in[i].first);
		flow_cat(rest, &w->in[i].rest);
		w->in[i].used = true;
	}
}

static void
gap(struct writer *w)
{
	struct flow line = {0}, first = {0};
	int i;

	if (w->gap && w->out->n > 0) {
		for (i = 0; i < w->depth && i < DEPTH && w->in[i].used; i++)
			flow_cat(&line, &w->in[i].rest);
		while (line.n > 0 && line.g[line.n - 1].ch == ' ')
			line.n--;
		text_line(w->out, &line);
	}
	flow_clear(&first);
	w->gap = false;
}

static void
block_end(struct writer *w)
{
	struct flow first = {0}, rest = {0};

	gap(w);
	lead(w, &first, &rest);
	text_wrap(w->out, &w->flow, w->width, &first, &rest);
	flow_clear(&w->flow);
	flow_clear(&first);
	flow_clear(&rest);
}

static void
push(struct writer *w, const char *first, const char *rest,
     enum grid_style style)
{
	struct indent *in = &w->in[w->depth < DEPTH ? w->depth : DEPTH - 1];

	if (w->depth++ >= DEPTH)
		return;
	*in = (struct indent){0};
	flow_add(&in->first, first, style);
	flow_add(&in->rest, rest, style);
}

static void
pop(struct writer *w)
{
	struct indent *in = &w->in[w->depth - 1];

	if (w->depth-- > DEPTH)
		return;
	flow_clear(&in->first);
	flow_clear(&in->rest);
}

static void
item_enter(struct writer *w, cmark_node *node)
{
	cmark_node *list = cmark_node_parent(node), *n;
	char first[32], rest[32];
	int number;

	if (cmark_node_get_list_type(list) != CMARK_ORDERED_LIST) {
		push(w, "\u2022 ", "  ", ST_NORMAL);
		return;
	}
	number = cmark_node_get_list_start(list);
	for (n = cmark_node_previous(node); n != NULL;
	     n = cmark_node_previous(n))
		number++;
	snprintf(first, sizeof(first), "%d. ", number);
	snprintf(rest, sizeof(rest), "%*s", (int)strlen(first), "");
	push(w, first, rest, ST_NORMAL);
}

/* How much of f from i on goes into room columns, ending behind a blank when
 * there is one in the second half. */
static size_t
code_fit(const struct flow *f, size_t i, int room)
{
	size_t end = i, blank = 0;
	int used = 0;

	while (end < f->n) {
		used += grid_width(grid_safe(f->g[end].ch, false));
		if (used > room && end > i)
			break;
		end++;
		if (f->g[end - 1].ch == ' ' && used > room / 2)
			blank = end;
	}
	return end < f->n && blank > i ? blank - i : end - i;
}

static void
code_line(struct writer *w, const char *line, size_t n)
{
	struct flow f = {0}, first = {0}, rest = {0}, part;
	_free_ char *text = xstrndup(line, n);
	const char *s = text;
	size_t i = 0, fits;
	uint32_t ch;

	while ((ch = grid_utf8(&s)) != 0)
		do
			flow_addc(&f, ch == '\t' ? ' ' : ch, ST_CODE);
		while (ch == '\t' && f.n % TAB != 0);
	lead(w, &first, &rest);
	do {
		part = (struct flow){0};
		flow_cat(&part, i == 0 ? &first : &rest);
		flow_add(&part, i == 0 ? "  " : "\u2026 ", ST_DIM);
		fits = code_fit(&f, i, w->width - flow_width(&part));
		for (; fits > 0; fits--, i++)
			flow_addc(&part, f.g[i].ch, ST_CODE);
		text_line(w->out, &part);
	} while (i < f.n);
	flow_clear(&f);
	flow_clear(&first);
	flow_clear(&rest);
}

static void
code_label(struct writer *w, const char *info)
{
	const char *at = strchr(info, '@'), *is = strchr(info, '=');

	if (at == NULL && is == NULL && strcmp(info, "output") != 0)
		return;
	if (at != NULL)
		flow_add(&w->flow, _("on "), ST_DIM);
	flow_add(&w->flow, at ? at + 1 : is ? is + 1 : info, ST_DIM);
	flow_add(&w->flow, ":", ST_DIM);
	block_end(w);
}

static void
code_block(struct writer *w, cmark_node *node)
{
	const char *s = cmark_node_get_literal(node), *end;
	const char *info = cmark_node_get_fence_info(node);

	gap(w);
	if (info != NULL)
		code_label(w, info);
	while (s != NULL && *s != '\0') {
		end = strchrnul(s, '\n');
		code_line(w, s, (size_t)(end - s));
		s = *end ? end + 1 : end;
	}
	w->gap = true;
}

static void
rule(struct writer *w)
{
	struct flow first = {0}, rest = {0};

	gap(w);
	lead(w, &first, &rest);
	while (flow_width(&first) < w->width)
		flow_addc(&first, 0x2500, ST_DIM);
	text_line(w->out, &first);
	flow_clear(&rest);
	w->gap = true;
}

static void
link_exit(struct writer *w, cmark_node *node)
{
	const char *url = cmark_node_get_url(node);
	cmark_node *child = cmark_node_first_child(node);
	const char *words = child ? cmark_node_get_literal(child) : NULL;

	if (url == NULL || *url == '\0' ||
	    (words != NULL && strcmp(words, url) == 0))
		return;
	flow_add(&w->flow, " <", ST_DIM);
	flow_add(&w->flow, url, ST_DIM);
	flow_add(&w->flow, ">", ST_DIM);
}

static void
block(struct writer *w, cmark_node *node, bool enter)
{
	cmark_node *up = cmark_node_parent(node);

	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_BLOCK_QUOTE:
		enter ? push(w, "\u2502 ", "\u2502 ", ST_DIM) : pop(w);
		break;
	case CMARK_NODE_ITEM:
		if (enter) {
			item_enter(w, node);
			break;
		}
		pop(w);
		w->gap = !cmark_node_get_list_tight(up);
		break;
	case CMARK_NODE_LIST: w->gap = w->gap || !enter; break;
	case CMARK_NODE_HEADING:
		w->heading = enter;
		/* fall through */
	case CMARK_NODE_PARAGRAPH:
		if (enter)
			break;
		block_end(w);
		w->gap = true;
		if (cmark_node_get_type(up) == CMARK_NODE_ITEM)
			w->gap =
			    !cmark_node_get_list_tight(cmark_node_parent(up));
		break;
	case CMARK_NODE_CODE_BLOCK: code_block(w, node); break;
	case CMARK_NODE_THEMATIC_BREAK: rule(w); break;
	case CMARK_NODE_HTML_BLOCK:
		flow_add(&w->flow, cmark_node_get_literal(node), ST_DIM);
		block_end(w);
		w->gap = true;
		break;
	default: break;
	}
}

static void
inlined(struct writer *w, cmark_node *node, bool enter)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
		flow_add(&w->flow, cmark_node_get_literal(node), style_now(w));
		break;
	case CMARK_NODE_CODE:
		flow_add(&w->flow, w->plain ? "`" : "", ST_CODE);
		flow_add(&w->flow, cmark_node_get_literal(node), ST_CODE);
		flow_add(&w->flow, w->plain ? "`" : "", ST_CODE);
		break;
	case CMARK_NODE_HTML_INLINE:
		flow_add(&w->flow, cmark_node_get_literal(node), ST_DIM);
		break;
	case CMARK_NODE_SOFTBREAK: flow_addc(&w->flow, ' ', ST_NORMAL); break;
	case CMARK_NODE_LINEBREAK: flow_addc(&w->flow, '\n', ST_NORMAL); break;
	case CMARK_NODE_EMPH: w->emph += enter ? 1 : -1; break;
	case CMARK_NODE_STRONG: w->strong += enter ? 1 : -1; break;
	case CMARK_NODE_LINK:
		if (!enter)
			link_exit(w, node);
		break;
	default: break;
	}
}

void
text_markdown(struct text *t, const char *markdown, int width, bool plain)
{
	struct writer w = {
	    .out = t, .width = width < 20 ? 20 : width, .plain = plain};
	cmark_node *root, *node;
	cmark_iter *iter;
	cmark_event_type ev;

	root =
	    cmark_parse_document(markdown, strlen(markdown),
				 CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8);
	iter = cmark_iter_new(root);
	while ((ev = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
		node = cmark_iter_get_node(iter);
		if (cmark_node_get_type(node) <= CMARK_NODE_LAST_BLOCK)
			block(&w, node, ev == CMARK_EVENT_ENTER);
		else
			inlined(&w, node, ev == CMARK_EVENT_ENTER);
	}
	flow_clear(&w.flow);
	cmark_iter_free(iter);
	cmark_node_free(root);
}
