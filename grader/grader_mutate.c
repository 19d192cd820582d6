/*
 * grader_mutate: see grader_mutate.h.
 *
 * BIRD's language is read no deeper than needed: words, strings, brackets, and
 * which bracket closes which. An item is "protocol bgp NAME from T { ... }"; in it
 * are statements, each up to its semicolon, and channels ("ipv4 { ... }") with
 * statements of their own. A mistake looks at one statement, or one item, and
 * puts other text in its place; every byte outside stays.
 */
#include "grader/grader_mutate.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum { TOKENS_MAX = 20000 };

struct token {
	uint32_t at, len;
	uint32_t match; /* of a bracket that opens: the one that closes */
};

struct mutating {
	const char *text;
	size_t len;
	struct token *tokens;
	size_t n_tokens;
	struct grader_mutant *list;
	size_t n;
};

struct stretch { /* of tokens, the last one included */
	size_t first, last;
};

/* ---- words */

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '.' || c == ':' ||
	       c == '/';
}

/* White space and comments. */
static size_t
skip_blank(const char *s, size_t at, size_t len)
{
	for (;;) {
		size_t from = at;
		while (at < len && strchr(" \t\r\n", s[at]) != NULL &&
		       s[at] != '\0')
			at++;
		if (at < len && s[at] == '#')
			at += strcspn(s + at, "\n");
		if (at + 1 < len && s[at] == '/' && s[at + 1] == '*') {
			const char *end = strstr(s + at + 2, "*/");
			at = end != NULL ? (size_t)(end - s) + 2 : len;
		}
		if (at == from)
			return at;
	}
}

static size_t
token_length(const char *s)
{
	size_t n = 0;

	if (*s == '"') {
		n = 1 + strcspn(s + 1, "\"\n");
		return s[n] == '"' ? n + 1 : n;
	}
	while (is_word(s[n]) && !(s[n] == '/' && s[n + 1] == '*'))
		n++;
	return n > 0 ? n : 1;
}

static void
read_tokens(struct mutating *m)
{
	size_t at = 0;

	m->tokens = xcalloc(TOKENS_MAX, sizeof(*m->tokens));
	while ((at = skip_blank(m->text, at, m->len)) < m->len &&
	       m->n_tokens < TOKENS_MAX) {
		size_t n = token_length(m->text + at);
		m->tokens[m->n_tokens++] =
		    (struct token){.at = (uint32_t)at, .len = (uint32_t)n};
		at += n;
	}
}

static char
bracket(const struct mutating *m, size_t i)
{
	const struct token *t = &m->tokens[i];
	char c = m->text[t->at];

	return t->len == 1 && strchr("{}[]()", c) != NULL ? c : '\0';
}

/* A bracket that nothing closes goes to the end. */
static void
match_brackets(struct mutating *m)
{
	size_t *open = xcalloc(m->n_tokens + 1, sizeof(*open)), n = 0;

	for (size_t i = 0; i < m->n_tokens; i++) {
		char c = bracket(m, i);
		m->tokens[i].match = (uint32_t)(m->n_tokens - 1);
		if (c == '{' || c == '[' || c == '(')
			open[n++] = i;
		else if (c != '\0' && n > 0)
			m->tokens[open[--n]].match = (uint32_t)i;
	}
	free(open);
}

static bool
is(const struct mutating *m, size_t i, const char *word)
{
	const struct token *t = &m->tokens[i];

	return i < m->n_tokens && t->len == strlen(word) &&
	       memcmp(m->text + t->at, word, t->len) == 0;
}

static bool
opens(const struct mutating *m, size_t i)
{
	return bracket(m, i) != '\0' && strchr("{[(", bracket(m, i)) != NULL;
}

/* The first of the words in a stretch, or SIZE_MAX. */
static size_t
find(const struct mutating *m, struct stretch s, const char *word)
{
	for (size_t i = s.first; i <= s.last; i++)
		if (is(m, i, word))
			return i;
	return SIZE_MAX;
}

/* ---- statements */

/* The one that begins at i, inside of what ends before end. */
static struct stretch
statement(const struct mutating *m, size_t i, size_t end)
{
	struct stretch s = {i, i};

	for (; i < end; i++) {
		s.last = i;
		if (is(m, i, ";"))
			return s;
		if (!opens(m, i))
			continue;
		bool block = is(m, i, "{");
		i = m->tokens[i].match < end ? m->tokens[i].match : end - 1;
		s.last = i;
		if (block && !is(m, i + 1, ";") && !is(m, i + 1, "else"))
			return s;
	}
	return s;
}

/* The block that a statement ends with: what is in it. */
static bool
block_of(const struct mutating *m, struct stretch s, struct stretch *in)
{
	size_t open = find(m, s, "{");

	if (open == SIZE_MAX || m->tokens[open].match > s.last)
		return false;
	*in = (struct stretch){open + 1, m->tokens[open].match};
	return in->first <= in->last;
}

/* ---- mutants */

static int
line_of(const struct mutating *m, size_t token)
{
	int line = 1;

	for (size_t i = 0; i < m->tokens[token].at; i++)
		line += m->text[i] == '\n';
	return line;
}

static void
mutant(struct mutating *m, const char *mistake, struct stretch s,
       const char *instead)
{
	const struct token *from = &m->tokens[s.first],
			   *to = &m->tokens[s.last];
	size_t end = to->at + to->len;
	_free_ char *was =
	    xasprintf("%.*s", (int)(end - from->at), m->text + from->at);

	if (m->n == GRADER_MUTANTS || strcmp(was, instead) == 0)
		return;
	was[strcspn(was, "\n{")] = '\0';
	m->list = xreallocarray(m->list, m->n + 1, sizeof(*m->list));
	m->list[m->n++] = (struct grader_mutant){
	    .mistake = mistake,
	    .what = xasprintf("line %d: \"%s\" becomes \"%s\"",
			      line_of(m, s.first), was, instead),
	    .text = xasprintf("%.*s%s%s", (int)from->at, m->text, instead,
			      m->text + end),
	};
}

/* ---- mistakes */

/* In a channel: import filter x; where ...; all; none. Not import limit and the
 * like. */
static void
policy_becomes(struct mutating *m, struct stretch s, const char *way,
	       const char *policy, const char *mistake)
{
	static const char *const policies[] = {"filter", "where", "all",
					       "none"};
	_free_ char *instead = xasprintf("%s %s;", way, policy);

	for (size_t i = 0; i < sizeof(policies) / sizeof(*policies); i++)
		if (is(m, s.first, way) && is(m, s.first + 1, policies[i]))
			mutant(m, mistake, s, instead);
}

/* neighbor ADDRESS as N; local [ADDRESS] as N; */
static void
other_asn(struct mutating *m, struct stretch s)
{
	size_t as = find(m, s, "as");

	if (!is(m, s.first, "neighbor") && !is(m, s.first, "local"))
		return;
	if (as == SIZE_MAX || as + 1 > s.last)
		return;
	const struct token *t = &m->tokens[as + 1];
	char *end;
	unsigned long asn = strtoul(m->text + t->at, &end, 10);
	if (end != m->text + t->at + t->len || asn == 0 || asn >= UINT32_MAX)
		return;
	_free_ char *other = xasprintf("%lu", asn + 1);
	mutant(m, "other-asn", (struct stretch){as + 1, as + 1}, other);
}

static void
channel_statement(struct mutating *m, struct stretch s)
{
	policy_becomes(m, s, "import", "all", "import-all");
	policy_becomes(m, s, "export", "all", "export-all");
	policy_becomes(m, s, "import", "none", "import-none");
	policy_becomes(m, s, "export", "none", "export-none");
	if (is(m, s.first, "next") && is(m, s.first + 1, "hop"))
		mutant(m, "next-hop", s, "");
	if ((is(m, s.first, "import") || is(m, s.first, "receive")) &&
	    is(m, s.first + 1, "limit"))
		mutant(m, "no-limit", s, "");
}

static void
each_statement(struct mutating *m, struct stretch in,
	       void (*look)(struct mutating *m, struct stretch s))
{
	for (size_t i = in.first; i < in.last;) {
		struct stretch s = statement(m, i, in.last);
		look(m, s);
		i = s.last + 1;
	}
}

static void
bgp_statement(struct mutating *m, struct stretch s)
{
	struct stretch in;

	other_asn(m, s);
	if ((is(m, s.first, "ipv4") || is(m, s.first, "ipv6")) &&
	    block_of(m, s, &in))
		each_statement(m, in, channel_statement);
}

static void
static_statement(struct mutating *m, struct stretch s)
{
	if (is(m, s.first, "route"))
		mutant(m, "no-route", s, "");
}

/* bgp_path.prepend(N); and COMMUNITIES.add(C); wherever they stand. */
static void
attribute_statement(struct mutating *m, size_t i)
{
	static const char *const adds[] = {"bgp_community.add",
					   "bgp_large_community.add",
					   "bgp_ext_community.add"};
	size_t close = m->tokens[i + 1].match;
	struct stretch s = {i, close + 1};

	if (!is(m, i + 1, "(") || !is(m, close + 1, ";"))
		return;
	for (size_t k = 0; k < sizeof(adds) / sizeof(*adds); k++)
		if (is(m, i, adds[k]))
			mutant(m, "no-community", s, "");
	if (is(m, i, "bgp_path.prepend"))
		mutant(m, "prepend-less", s, "");
}

/* protocol or template ... { } */
static void
item(struct mutating *m, struct stretch s)
{
	bool protocol = is(m, s.first, "protocol");
	struct stretch in;

	if ((!protocol && !is(m, s.first, "template")) || !block_of(m, s, &in))
		return;
	if (is(m, s.first + 1, "bgp")) {
		if (protocol)
			mutant(m, "no-session", s, "");
		each_statement(m, in, bgp_statement);
	} else if (is(m, s.first + 1, "static")) {
		each_statement(m, in, static_statement);
	}
}

const struct grader_mistake grader_mistakes[] = {
    {"import-all", "a session takes in all that it is told"},
    {"import-none", "a session takes in nothing"},
    {"export-all", "a session tells all that is known"},
    {"export-none", "a session tells nothing"},
    {"other-asn", "an AS number is one more than it should be"},
    {"no-session", "a session is missing"},
    {"next-hop", "what is said of the next hop is missing"},
    {"no-limit", "a limit on what is taken in is missing"},
    {"no-route", "a static route is missing"},
    {"no-community", "a community is not added"},
    {"prepend-less", "the path is prepended once less"},
    {NULL, NULL},
};

struct grader_mutant *
grader_mutate(const char *text, size_t *n)
{
	struct mutating m = {.text = text, .len = strlen(text)};

	read_tokens(&m);
	match_brackets(&m);
	each_statement(&m, (struct stretch){0, m.n_tokens}, item);
	for (size_t i = 0; i + 1 < m.n_tokens; i++)
		attribute_statement(&m, i);
	free(m.tokens);
	*n = m.n;
	return m.list;
}

void
grader_mutants_free(struct grader_mutant *m, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(m[i].what);
		free(m[i].text);
	}
	free(m);
}
