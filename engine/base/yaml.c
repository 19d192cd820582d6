/*
 * From libyaml's events to the tree. One recursive descent (bounded by
 * YAML_MAX_DEPTH) takes an event at a time; children wait on a stack until
 * their list or map ends and are then moved into the arena in one piece.
 * Everything lives in the arena, so an error anywhere is undone by dropping it.
 * The typed accessors are in yaml_get.c.
 */
#include "base/yaml.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/file.h"
#include "base/str.h"
#include "base/yaml_place.h"

#define YAML_CHUNK 16384

struct yaml_chunk {
	struct yaml_chunk *next;
	size_t size, used;
	max_align_t data[];
};

struct yaml_reader {
	yaml_parser_t parser;
	yaml_event_t event; /* the current one, valid when have is set */
	bool have;
	struct yaml_doc *doc;
	const unsigned char *data;
	size_t len;
	struct yaml **stack; /* finished children of unfinished parents */
	size_t top, size, nodes;
	int depth;
	struct err *e;
};

static struct yaml *yaml_read_node(struct yaml_reader *r);

static void *
yaml_alloc(struct yaml_doc *doc, size_t n)
{
	struct yaml_chunk *c = doc->mem;
	size_t unit = sizeof(max_align_t), size;
	void *p;

	n = (n + unit - 1) / unit * unit;
	if (c == NULL || n > c->size - c->used) {
		size = n > YAML_CHUNK ? n : YAML_CHUNK;
		c = xcalloc(1, sizeof(*c) + size);
		c->size = size;
		c->next = doc->mem;
		doc->mem = c;
	}
	p = (char *)c->data + c->used;
	c->used += n;
	return p;
}

static char *
yaml_copy(struct yaml_doc *doc, const void *text, size_t n)
{
	char *p = yaml_alloc(doc, n + 1);

	memcpy(p, text, n);
	p[n] = '\0';
	return p;
}

void
yaml_clear(struct yaml_doc *doc)
{
	struct yaml_chunk *c = doc->mem, *next;

	for (; c; c = next) {
		next = c->next;
		free(c);
	}
	*doc = (struct yaml_doc){0};
}

/* ---- errors while reading */

static void *__attribute__((format(printf, 3, 4)))
yaml_bad(struct yaml_reader *r, const yaml_mark_t *at, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	str_clean(text);
	err_at(r->e, r->doc->file, (int)at->line + 1, (int)at->column + 1, "%s",
	       text);
	return NULL;
}

/* libyaml gives a byte offset, not a mark, for bytes that are no text. */
static void
yaml_bad_byte(struct yaml_reader *r)
{
	struct yaml_place p =
	    yaml_place_of(r->data, r->len, r->parser.problem_offset);
	yaml_mark_t at = {.line = p.line, .column = p.column};

	yaml_bad(r, &at, "this is not plain UTF-8 text (%s)",
		 r->parser.problem);
}

static size_t
yaml_offset(const struct yaml_reader *r, const yaml_mark_t *at)
{
	return yaml_place_offset(r->data, r->len,
				 (struct yaml_place){at->line, at->column});
}

/* The mistake that beginners make is worth a sentence of its own. */
static bool
yaml_bad_start(struct yaml_reader *r)
{
	const yaml_mark_t *at = &r->parser.problem_mark;
	size_t i = yaml_offset(r, at);
	unsigned char c = i < r->len ? r->data[i] : 0;

	if (r->parser.problem == NULL ||
	    strcmp(r->parser.problem,
		   "found character that cannot start any token") != 0)
		return false;
	if (c == '\t')
		yaml_bad(r, at, "a tab cannot indent, use spaces");
	else
		yaml_bad(r, at, "'%c' cannot start a word, use quotes", c);
	return true;
}

static int
yaml_bad_syntax(struct yaml_reader *r)
{
	const yaml_parser_t *p = &r->parser;

	switch (p->error) {
	case YAML_MEMORY_ERROR: xmalloc((size_t)-1); break;
	case YAML_READER_ERROR: yaml_bad_byte(r); break;
	default:
		if (yaml_bad_start(r))
			break;
		yaml_bad(r, &p->problem_mark, "%s%s%s",
			 p->context ? p->context : "", p->context ? ", " : "",
			 p->problem ? p->problem : "this is not YAML");
	}
	return -1;
}

/* ---- the descent */

static void
yaml_drop_event(struct yaml_reader *r)
{
	if (r->have)
		yaml_event_delete(&r->event);
	r->have = false;
}

static int
yaml_next(struct yaml_reader *r)
{
	yaml_drop_event(r);
	if (!yaml_parser_parse(&r->parser, &r->event))
		return yaml_bad_syntax(r);
	r->have = true;
	return 0;
}

static void
yaml_push(struct yaml_reader *r, struct yaml *y)
{
	if (r->top == r->size) {
		r->size = r->size ? r->size * 2 : 64;
		r->stack = xreallocarray(r->stack, r->size, sizeof(y));
	}
	r->stack[r->top++] = y;
}

static void
yaml_pop_items(struct yaml_reader *r, struct yaml *y, size_t base)
{
	y->n = r->top - base;
	y->items = yaml_alloc(r->doc, y->n * sizeof(y->items[0]));
	if (y->n > 0)
		memcpy(y->items, r->stack + base, y->n * sizeof(y->items[0]));
	r->top = base;
}

static struct yaml *
yaml_node(struct yaml_reader *r, enum yaml_kind kind)
{
	const yaml_mark_t *at = &r->event.start_mark;
	struct yaml *y;

	if (++r->nodes > YAML_MAX_NODES)
		return yaml_bad(r, at, "the file has more than %d values",
				YAML_MAX_NODES);
	y = yaml_alloc(r->doc, sizeof(*y));
	*y = (struct yaml){.kind = kind,
			   .line = (int)at->line + 1,
			   .col = (int)at->column + 1};
	return y;
}

/* What our files may not use, although YAML has it. */
static bool
yaml_plain(struct yaml_reader *r, const yaml_char_t *anchor,
	   const yaml_char_t *tag)
{
	const yaml_mark_t *at = &r->event.start_mark;

	if (anchor)
		yaml_bad(r, at,
			 "anchors (&%.40s) are not used here, "
			 "write the value out",
			 (const char *)anchor);
	else if (tag)
		yaml_bad(r, at, "tags (%.40s) are not used here, leave it out",
			 (const char *)tag);
	return !anchor && !tag;
}

/* The scalar in the current event as text of the arena. */
static const char *
yaml_read_text(struct yaml_reader *r)
{
	const yaml_char_t *text = r->event.data.scalar.value;
	size_t n = r->event.data.scalar.length;

	if (!yaml_plain(r, r->event.data.scalar.anchor,
			r->event.data.scalar.tag))
		return NULL;
	if (memchr(text, '\0', n))
		return yaml_bad(
		    r, &r->event.start_mark,
		    "this text contains a NUL character, leave it out");
	return yaml_copy(r->doc, text, n);
}

static struct yaml *
yaml_read_scalar(struct yaml_reader *r)
{
	struct yaml *y = yaml_node(r, YAML_SCALAR);

	if (y == NULL || (y->text = yaml_read_text(r)) == NULL)
		return NULL;
	y->quoted = r->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	return y;
}

static struct yaml *
yaml_read_list(struct yaml_reader *r)
{
	struct yaml *y = yaml_node(r, YAML_LIST), *item;
	size_t base = r->top;

	if (y == NULL || !yaml_plain(r, r->event.data.sequence_start.anchor,
				     r->event.data.sequence_start.tag))
		return NULL;
	for (;;) {
		if (yaml_next(r) < 0)
			return NULL;
		if (r->event.type == YAML_SEQUENCE_END_EVENT)
			break;
		if ((item = yaml_read_node(r)) == NULL)
			return NULL;
		yaml_push(r, item);
	}
	yaml_pop_items(r, y, base);
	return y;
}

static int
yaml_place_cmp(const struct yaml *a, const struct yaml *b)
{
	if (a->key_line != b->key_line)
		return a->key_line - b->key_line;
	return a->key_col - b->key_col;
}

static int
yaml_key_cmp(const void *a, const void *b)
{
	const struct yaml *const *x = a, *const *y = b;
	int c = strcmp((*x)->key, (*y)->key);

	return c ? c : yaml_place_cmp(*x, *y);
}

/* Sorting finds a double key among many without comparing all with all. */
static bool
yaml_keys_differ(struct yaml_reader *r, const struct yaml *map)
{
	struct yaml **v = xreallocarray(NULL, map->n, sizeof(struct yaml *));
	const struct yaml *first = NULL, *again = NULL;
	size_t i;

	if (map->n > 0) {
		memcpy(v, map->items, map->n * sizeof(v[0]));
		qsort(v, map->n, sizeof(v[0]), yaml_key_cmp);
	}
	for (i = 1; i < map->n; i++) {
		if (strcmp(v[i - 1]->key, v[i]->key) != 0)
			continue;
		if (again == NULL || yaml_place_cmp(v[i], again) < 0) {
			first = v[i - 1];
			again = v[i];
		}
	}
	free(v);
	if (again) {
		yaml_mark_t at = {.line = (size_t)again->key_line - 1,
				  .column = (size_t)again->key_col - 1};

		yaml_bad(r, &at, "key \"%.60s\" was given before, on line %d",
			 again->key, first->key_line);
	}
	return again == NULL;
}

static struct yaml *
yaml_read_member(struct yaml_reader *r)
{
	yaml_mark_t at = r->event.start_mark;
	const char *key;
	struct yaml *y;

	if (r->event.type == YAML_ALIAS_EVENT)
		return yaml_read_node(r);
	if (r->event.type != YAML_SCALAR_EVENT)
		return yaml_bad(r, &at, "a key must be a word");
	if ((key = yaml_read_text(r)) == NULL || yaml_next(r) < 0 ||
	    (y = yaml_read_node(r)) == NULL)
		return NULL;
	y->key = key;
	y->key_line = (int)at.line + 1;
	y->key_col = (int)at.column + 1;
	return y;
}

static struct yaml *
yaml_read_map(struct yaml_reader *r)
{
	struct yaml *y = yaml_node(r, YAML_MAP), *item;
	size_t base = r->top;

	if (y == NULL || !yaml_plain(r, r->event.data.mapping_start.anchor,
				     r->event.data.mapping_start.tag))
		return NULL;
	for (;;) {
		if (yaml_next(r) < 0)
			return NULL;
		if (r->event.type == YAML_MAPPING_END_EVENT)
			break;
		if ((item = yaml_read_member(r)) == NULL)
			return NULL;
		yaml_push(r, item);
	}
	yaml_pop_items(r, y, base);
	return yaml_keys_differ(r, y) ? y : NULL;
}

/* The node that starts with the current event; ends on its last event. */
static struct yaml *
yaml_read_node(struct yaml_reader *r)
{
	const yaml_mark_t *at = &r->event.start_mark;
	struct yaml *y;

	switch (r->event.type) {
	case YAML_SCALAR_EVENT: return yaml_read_scalar(r);
	case YAML_ALIAS_EVENT:
		return yaml_bad(
		    r, at,
		    "aliases (*%.40s) are not used here, write the value out",
		    (const char *)r->event.data.alias.anchor);
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT: break;
	default: assert(!"libyaml promises a node here"); abort();
	}
	if (r->depth == YAML_MAX_DEPTH)
		return yaml_bad(r, at, "more than %d levels deep",
				YAML_MAX_DEPTH);
	r->depth++;
	y = r->event.type == YAML_SEQUENCE_START_EVENT ? yaml_read_list(r)
						       : yaml_read_map(r);
	r->depth--;
	return y;
}

/* Directives are refused before libyaml sees them, which compares each with all
 * before it. They can only stand ahead of a document. */
static bool
yaml_no_directive(struct yaml_reader *r, const yaml_mark_t *from)
{
	size_t i = yaml_offset(r, from), n;
	bool comment = false;
	struct yaml_place p;
	yaml_mark_t at = {0};

	for (; i < r->len; i += n) {
		n = yaml_break(r->data + i, r->len - i);
		if (n > 0) {
			comment = false;
			continue;
		}
		n = 1;
		comment = comment || r->data[i] == '#';
		if (!comment && !strchr(" \t", r->data[i]))
			break;
	}
	if (i == r->len || r->data[i] != '%')
		return true;
	p = yaml_place_of(r->data, r->len, i);
	at.line = p.line;
	at.column = p.column;
	yaml_bad(r, &at,
		 "directives (%%) are not used here, leave this line out");
	return false;
}

static int
yaml_read_stream(struct yaml_reader *r)
{
	if (!yaml_no_directive(r, &(yaml_mark_t){0}))
		return -1;
	if (yaml_next(r) < 0 || yaml_next(r) < 0)
		return -1;
	if (r->event.type == YAML_STREAM_END_EVENT)
		return 0;
	if (yaml_next(r) < 0 || (r->doc->root = yaml_read_node(r)) == NULL)
		return -1;
	if (yaml_next(r) < 0 || !yaml_no_directive(r, &r->event.end_mark) ||
	    yaml_next(r) < 0)
		return -1;
	if (r->event.type == YAML_STREAM_END_EVENT)
		return 0;
	yaml_bad(r, &r->event.start_mark,
		 "a second document starts here, one file holds one");
	return -1;
}

int
yaml_parse(struct yaml_doc *doc, const char *name, const void *data, size_t len,
	   struct err *e)
{
	struct yaml_reader r = {
	    .doc = doc, .data = len ? data : "", .len = len, .e = e};
	int rc;

	*doc = (struct yaml_doc){0};
	if (len > YAML_MAX_BYTES)
		return err_at(e, name, 0, 0, "the file is larger than %u bytes",
			      YAML_MAX_BYTES);
	doc->file = yaml_copy(doc, name, strlen(name));
	/* libyaml would count an editor's byte order mark as a column. */
	if (len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
		r.data += 3;
		r.len -= 3;
	}
	if (!yaml_parser_initialize(&r.parser))
		xmalloc((size_t)-1);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, r.data, r.len);
	rc = yaml_read_stream(&r);
	yaml_drop_event(&r);
	yaml_parser_delete(&r.parser);
	free(r.stack);
	if (rc < 0)
		yaml_clear(doc);
	return rc;
}

int
yaml_load(struct yaml_doc *doc, const char *path, struct err *e)
{
	char *text;
	size_t len;
	int rc;

	*doc = (struct yaml_doc){0};
	if (file_read(path, YAML_MAX_BYTES, &text, &len, e) < 0) {
		e->class = ERR_USAGE;
		return -1;
	}
	rc = yaml_parse(doc, path, text, len, e);
	free(text);
	return rc;
}
