/*
 * grader_look_ask: whom a look asks, and for what.
 *
 * Before the first round each check says what it wants to know (its kind's asks);
 * what several want of a node is one source's work, and asked once a round. What
 * a node's daemon cannot tell is not asked of it: that is refused when the
 * exercise is read.
 */
#include <string.h>

#include "base/str.h"
#include "grader/grader_kind.h"
#include "grader/grader_look_priv.h"

static const json_t *
look_model_node(const struct grader_look *l, const char *node)
{
	const json_t *nodes =
	    json_object_get(json_object_get(l->lab, "model"), "nodes");
	const json_t *n;
	const char *name;
	size_t i;

	json_array_foreach(nodes, i, n)
	{
		name = json_string_value(json_object_get(n, "name"));
		if (name && strcmp(name, node) == 0)
			return n;
	}
	return NULL;
}

static struct grader_source *
look_source(struct grader_look *l, const char *node)
{
	struct grader_source *s = grader_look_find(l, node);
	const json_t *n = look_model_node(l, node);
	const char *daemon = json_string_value(json_object_get(n, "daemon"));
	const struct lab_kind *kind = daemon ? model_kind_find(daemon) : NULL;

	if (s || n == NULL)
		return s;
	s = xcalloc(1, sizeof(*s));
	s->look = l;
	s->node = xstrdup(node);
	s->bird = daemon && strcmp(daemon, "bird") == 0;
	s->ixrs = daemon && strcmp(daemon, "ixrs") == 0;
	s->ixpeer = daemon && strcmp(daemon, "ixpeer") == 0;
	s->asked = kind && kind->sessions ? kind : NULL;
	s->daemon = daemon ? grader_daemon_find(daemon) : NULL;
	s->trainee = json_is_true(json_object_get(n, "trainee"));
	s->asn = (unsigned int)json_integer_value(json_object_get(n, "asn"));
	s->next = l->sources;
	l->sources = s;
	return s;
}

/* One entry for each address of the neighbour. */
static void
look_from(struct grader_source *s, const char *from)
{
	const char *address;
	struct source_from *f;
	const json_t *node;

	for (f = s->froms; f; f = f->next) {
		if (strcmp(f->node, from) == 0)
			return;
	}
	json_object_foreach(s->look->holders, address, node)
	{
		if (!json_is_string(node) ||
		    strcmp(json_string_value(node), from) != 0)
			continue;
		f = xcalloc(1, sizeof(*f));
		f->source = s;
		f->node = xstrdup(from);
		f->address = xstrdup(address);
		f->next = s->froms;
		s->froms = f;
	}
}

int
grader_look_ask(struct grader_look *l, const char *node, unsigned int asks,
		const char *from)
{
	struct grader_source *s = look_source(l, node);

	if (s == NULL)
		return -1;
	if (s->asked)
		asks &= GRADER_ASK_TABLES | GRADER_ASK_SESSIONS |
			(s->asked->sessions->tries ? GRADER_ASK_CONFIG : 0u) |
			(s->daemon ? GRADER_ASK_ROUTES : 0u);
	else if (!s->bird && !s->ixrs && !s->ixpeer)
		asks &= GRADER_ASK_TABLES;
	s->asks |= asks;
	if (asks & GRADER_ASK_ROUTES && from)
		look_from(s, from);
	grader_look_dirty(l, s);
	return 0;
}

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

int
grader_look_ask_sent(struct grader_look *l, const char *node, const char *to,
		     const char *prefix)
{
	struct grader_source *s = look_source(l, node);
	struct source_sent *w;

	if (s == NULL)
		return -1;
	if (!s->bird && !s->ixrs && !s->daemon)
		return 0;
	for (w = s->sents; w; w = w->next) {
		if (same_text(w->to, to) && same_text(w->prefix, prefix))
			return 0;
	}
	w = xcalloc(1, sizeof(*w));
	w->to = to ? xstrdup(to) : NULL;
	w->prefix = prefix ? xstrdup(prefix) : NULL;
	w->next = s->sents;
	s->sents = w;
	s->asks |= GRADER_ASK_SENT;
	grader_look_dirty(l, s);
	return 0;
}

int
grader_look_ask_prefix(struct grader_look *l, const char *node,
		       const char *prefix)
{
	struct grader_source *s = look_source(l, node);
	struct source_word *w;

	if (s == NULL || !s->ixpeer)
		return s ? 0 : -1;
	for (w = s->prefixes; w; w = w->next) {
		if (strcmp(w->text, prefix) == 0)
			return 0;
	}
	w = xcalloc(1, sizeof(*w));
	w->source = s;
	w->text = xstrdup(prefix);
	w->next = s->prefixes;
	s->prefixes = w;
	return 0;
}
