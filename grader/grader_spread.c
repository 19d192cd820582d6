/*
 * grader_spread: from evidence to rows; see grader_spread.h. What asks is
 * grader_spread_ask.c.
 */
#include "grader/grader_spread.h"

#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "base/str.h"
#include "grader/grader_bird_parse.h"

#define SPREAD_DEEP 12	 /* from one to the next, at most */
#define SPREAD_ROWS 1000 /* a lab of robots that all tell each other */

struct spread {
	const json_t *nodes, *lab; /* of the evidence; as inspect says */
	const char *prefix;
	double now;
	json_t *rows;
	const char *path[SPREAD_DEEP]; /* whom it came through, to here */
	int deep;
};

/* ---- looking things up */

static const json_t *
spread_seen(const struct spread *s, const char *node, const char *part)
{
	return json_object_get(json_object_get(s->nodes, node), part);
}

static const json_t *
spread_model(const struct spread *s)
{
	return json_object_get(json_object_get(s->lab, "model"), "nodes");
}

static const json_t *
spread_node(const struct spread *s, const char *name)
{
	const json_t *n;
	size_t i;

	json_array_foreach(spread_model(s), i, n)
	{
		if (strcmp(out_text(n, "name"), name) == 0)
			return n;
	}
	return NULL;
}

static bool
spread_is_server(const struct spread *s, const char *name)
{
	return strcmp(out_text(spread_node(s, name), "role"), "route-server") ==
	       0;
}

static bool
spread_accepted(const json_t *row)
{
	return strcmp(out_text(row, "state"), "rejected") != 0;
}

/* The route that node has of the prefix from that neighbour, one that it accepted
 * before others; NULL when there is none. */
static const json_t *
spread_route(const struct spread *s, const char *node, const char *from)
{
	const json_t *r, *found = NULL;
	size_t i;

	json_array_foreach(spread_seen(s, node, "routes"), i, r)
	{
		if (strcmp(out_text(r, "prefix"), s->prefix) != 0 ||
		    strcmp(out_text(r, "from"), from) != 0)
			continue;
		if (found == NULL || !spread_accepted(found))
			found = r;
	}
	return found;
}

/* In part "sent" or "explained" of node, the row about the prefix to that one. */
static const json_t *
spread_to(const struct spread *s, const char *node, const char *part,
	  const char *to)
{
	const json_t *r;
	size_t i;

	json_array_foreach(spread_seen(s, node, part), i, r)
	{
		if (strcmp(out_text(r, "prefix"), s->prefix) == 0 &&
		    strcmp(out_text(r, "to"), to) == 0)
			return r;
	}
	return NULL;
}

/* A session of node with that one, in the prefix' family; NULL: there is none. */
static const json_t *
spread_session(const struct spread *s, const char *node, const char *with)
{
	const char *family = strchr(s->prefix, ':') ? "ipv6" : "ipv4";
	const json_t *r, *found = NULL;
	size_t i;

	json_array_foreach(spread_seen(s, node, "sessions"), i, r)
	{
		if (strcmp(out_text(r, "with"), with) == 0 &&
		    strcmp(out_text(r, "family"), family) == 0 &&
		    (found == NULL ||
		     json_is_true(json_object_get(r, "established"))))
			found = r;
	}
	return found;
}

static bool
spread_is_up(const json_t *session)
{
	return json_is_true(json_object_get(session, "established"));
}

/* ---- a row */

static json_t *
spread_age(const struct spread *s, const json_t *route)
{
	const char *since = out_text(route, "since");

	return *since ? json_integer(bird_age_ms(since, s->now)) : json_null();
}

/* why is consumed, NULL: there is no more to say. */
static void
spread_add(struct spread *s, const char *at, const char *from, const char *what,
	   const json_t *route, char *why)
{
	_free_ char *path = out_word(json_object_get(route, "as_path"));

	json_array_append_new(
	    s->rows,
	    json_pack("{ss so si ss so ss so so}", "at", at, "from",
		      from ? json_string(from) : json_null(), "depth", s->deep,
		      "what", what, "why", why ? out_str(why) : json_null(),
		      "as_path", route ? path : "", "age_ms",
		      spread_age(s, route), "seen_ms", json_null()));
	free(why);
}

static char *
spread_down_words(const json_t *session)
{
	const char *error = out_text(session, "last_error");

	return xasprintf("%s%s%s", out_text(session, "state"),
			 *error ? ", last error: " : "", error);
}

static char *
spread_refusal(const json_t *route)
{
	const char *text = out_text(route, "reason_text");

	if (*text == '\0')
		text = out_text(route, "reason");
	return *text ? xstrdup(text) : NULL;
}

/* ---- from one to the next */

static void spread_from(struct spread *s, const char *at);

static bool
spread_passed(const struct spread *s, const char *node)
{
	int i;

	for (i = 0; i < s->deep; i++)
		if (strcmp(s->path[i], node) == 0)
			return true;
	return false;
}

/* What node made of what `from` told it. */
static void
spread_took(struct spread *s, const char *node, const char *from,
	    const json_t *route)
{
	if (!spread_accepted(route)) {
		spread_add(s, node, from, "refused", route,
			   spread_refusal(route));
		return;
	}
	spread_add(s, node, from, "has", route, NULL);
	spread_from(s, node);
}

/* A neighbour of a node that tells what it sends, and why not. */
static void
spread_was_told(struct spread *s, const char *node, const char *to,
		const json_t *session)
{
	const json_t *sent = spread_to(s, node, "sent", to);
	const json_t *why = spread_to(s, node, "explained", to);
	const json_t *there = spread_seen(s, to, "routes");

	if (!spread_is_up(session))
		spread_add(s, to, node, "down", NULL,
			   spread_down_words(session));
	else if (sent && json_is_array(there))
		spread_add(s, to, node, "lacks", sent, NULL);
	else if (sent)
		spread_add(s, to, node, "told", sent, NULL);
	else
		spread_add(s, to, node, "not-told", NULL,
			   why ? xstrdup(out_text(why, "why")) : NULL);
}

/* Once for each neighbour: a session in each family may carry the prefix. */
static void
spread_from(struct spread *s, const char *at)
{
	bool server = spread_is_server(s, at);
	const json_t *n, *route, *session;
	size_t i;

	if (s->deep + 1 >= SPREAD_DEEP)
		return;
	s->path[s->deep++] = at;
	json_array_foreach(spread_model(s), i, n)
	{
		const char *to = out_text(n, "name");

		if (spread_passed(s, to) ||
		    json_array_size(s->rows) > SPREAD_ROWS)
			continue;
		route = spread_route(s, to, at);
		session = server ? spread_session(s, at, to) : NULL;
		if (route)
			spread_took(s, to, at, route);
		else if (session)
			spread_was_told(s, at, to, session);
	}
	s->deep--;
}

/* ---- where it begins */

static bool
spread_holds(const struct spread *s, const json_t *node)
{
	const json_t *p;
	size_t i;

	json_array_foreach(json_object_get(node, "prefixes"), i, p)
	{
		if (json_is_string(p) &&
		    strcmp(json_string_value(p), s->prefix) == 0)
			return true;
	}
	return false;
}

static bool
spread_has_asn(const struct spread *s, json_int_t asn)
{
	const json_t *n;
	size_t i;

	json_array_foreach(spread_model(s), i, n)
	{
		if (json_integer_value(json_object_get(n, "asn")) == asn)
			return true;
	}
	return false;
}

/* Did anybody hear it from this node, as one that begins with it or brings it in
 * from outside the lab? */
static bool
spread_begins(const struct spread *s, const char *node, json_int_t asn)
{
	const json_t *n, *r, *path, *last;
	size_t i;

	json_array_foreach(spread_model(s), i, n)
	{
		r = spread_route(s, out_text(n, "name"), node);
		path = json_object_get(r, "as_path");
		if (r == NULL)
			continue;
		last = json_array_get(path, json_array_size(path) - 1);
		if (json_array_size(path) == 0 ||
		    json_integer_value(last) == asn ||
		    !spread_has_asn(s, json_integer_value(last)))
			return true;
	}
	return false;
}

/* Who should have heard it from this node, and did not. */
static void
spread_unheard(struct spread *s, const char *node)
{
	const json_t *n, *session;
	size_t i;

	json_array_foreach(spread_model(s), i, n)
	{
		const char *at = out_text(n, "name");

		session = spread_session(s, at, node);
		if (session == NULL || spread_route(s, at, node))
			continue;
		s->deep++;
		if (spread_is_up(session))
			spread_add(s, at, node, "not-told", NULL, NULL);
		else
			spread_add(s, at, node, "down", NULL,
				   spread_down_words(session));
		s->deep--;
	}
}

static void
spread_origins(struct spread *s)
{
	const json_t *n;
	bool heard;
	size_t i;

	json_array_foreach(spread_model(s), i, n)
	{
		const char *name = out_text(n, "name");

		if (spread_is_server(s, name))
			continue;
		heard = spread_begins(
		    s, name, json_integer_value(json_object_get(n, "asn")));
		if (!heard && !spread_holds(s, n))
			continue;
		spread_add(s, name, NULL, heard ? "announces" : "silent", NULL,
			   NULL);
		spread_from(s, name);
		spread_unheard(s, name);
	}
}

/* ---- which prefixes there are */

static int
spread_order(const void *a, const void *b)
{
	struct ip_prefix x, y;

	if (!ip_prefix_parse(*(const char *const *)a, &x) ||
	    !ip_prefix_parse(*(const char *const *)b, &y))
		return 0;
	return ip_prefix_cmp(&x, &y);
}

static void
spread_collect(json_t *set, const json_t *words, bool rows)
{
	const json_t *w;
	struct ip_prefix p;
	const char *text;
	size_t i;

	json_array_foreach(words, i, w)
	{
		text = rows ? out_text(w, "prefix") : json_string_value(w);
		if (text && ip_prefix_parse(text, &p))
			json_object_set_new(set, text, json_true());
	}
}

static json_t *
spread_prefixes(const struct spread *s)
{
	json_t *set = json_object(), *all = json_array(), *n;
	const char **sorted, *key;
	size_t i, k = 0;

	json_array_foreach(spread_model(s), i, n)
	{
		spread_collect(set, json_object_get(n, "prefixes"), false);
		spread_collect(
		    set, spread_seen(s, out_text(n, "name"), "routes"), true);
	}
	sorted = xcalloc(json_object_size(set) + 1, sizeof(*sorted));
	json_object_foreach(set, key, n) sorted[k++] = key;
	qsort(sorted, k, sizeof(*sorted), spread_order);
	for (i = 0; i < k; i++)
		json_array_append_new(all, json_string(sorted[i]));
	free(sorted);
	json_decref(set);
	return all;
}

/* ---- all of it */

/* Nodes, not rows: who has it from two neighbours has it once. */
static void
spread_count(const struct spread *s, long *have, long *miss)
{
	static const char *const good[] = {"has", "told", "announces"};
	json_t *seen = json_object(), *r;
	const char *key;
	size_t i, k;
	bool is;

	json_array_foreach(s->rows, i, r)
	{
		const char *at = out_text(r, "at");

		is = json_is_true(json_object_get(seen, at));
		for (k = 0; k < 3; k++)
			is |= strcmp(out_text(r, "what"), good[k]) == 0;
		json_object_set_new(seen, at, json_boolean(is));
	}
	*have = *miss = 0;
	json_object_foreach(seen, key, r)
	{
		*have += json_is_true(r);
		*miss += !json_is_true(r);
	}
	json_decref(seen);
}

json_t *
grader_spread_of(const json_t *evidence, const json_t *lab, const char *prefix,
		 double now)
{
	struct spread s = {.nodes = json_object_get(evidence, "nodes"),
			   .lab = lab,
			   .now = now,
			   .rows = json_array()};
	json_t *prefixes = spread_prefixes(&s);
	long have, miss;

	s.prefix =
	    prefix ? prefix : json_string_value(json_array_get(prefixes, 0));
	if (s.prefix)
		spread_origins(&s);
	spread_count(&s, &have, &miss);
	return json_pack("{ss ss? so sI sI so}", "lab",
			 out_text(json_object_get(lab, "model"), "name"),
			 "prefix", s.prefix, "prefixes", prefixes, "have",
			 (json_int_t)have, "miss", (json_int_t)miss, "rows",
			 s.rows);
}
