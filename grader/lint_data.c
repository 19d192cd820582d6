/* lint_data: lint.yml and glossary.yml. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "grader/lint.h"

/* ---- lint.yml */

static int
read_prefixes(const struct yaml_doc *doc, const char *key,
	      struct ip_prefix **out, size_t *n, struct err *e)
{
	const struct yaml *y = yaml_get(doc->root, key);
	size_t i;

	if (y == NULL)
		return 0;
	if (yaml_want(doc, y, YAML_LIST, key, e) < 0)
		return -1;
	*out = xcalloc(y->n, sizeof(**out));
	for (i = 0; i < y->n; i++)
		if (yaml_prefix(doc, y->items[i], IP_NONE, &(*out)[i], e) < 0)
			return -1;
	*n = y->n;
	return 0;
}

/* "64496-64511", or one number. */
static int
read_range(const struct yaml_doc *doc, const struct yaml *y,
	   struct lint_range *r, struct err *e)
{
	_free_ char *first = NULL;
	const char *text, *dash;

	if (yaml_str(doc, y, &text, e) < 0)
		return -1;
	dash = strchr(text, '-');
	first = dash ? xstrndup(text, (size_t)(dash - text)) : xstrdup(text);
	if (str_to_u32(first, 0, UINT32_MAX, &r->first) &&
	    str_to_u32(dash ? dash + 1 : first, r->first, UINT32_MAX, &r->last))
		return 0;
	return yaml_err(doc, y, e,
			"expected an AS number or a range such as "
			"64496-64511, found \"%s\"",
			text);
}

static int
read_asns(struct lint *l, struct err *e)
{
	const struct yaml *y = yaml_get(l->rules.root, "as-numbers");
	size_t i;

	if (y == NULL)
		return 0;
	if (yaml_want(&l->rules, y, YAML_LIST, "as-numbers", e) < 0)
		return -1;
	l->asns = xcalloc(y->n, sizeof(*l->asns));
	for (i = 0; i < y->n; i++)
		if (read_range(&l->rules, y->items[i], &l->asns[i], e) < 0)
			return -1;
	l->nasns = y->n;
	return 0;
}

static int
read_names(const struct yaml_doc *doc, const struct yaml *y, const char *what,
	   struct err *e)
{
	const char *text;
	size_t i;

	if (y == NULL)
		return 0;
	if (yaml_want(doc, y, YAML_LIST, what, e) < 0)
		return -1;
	for (i = 0; i < y->n; i++) {
		if (yaml_str(doc, y->items[i], &text, e) < 0)
			return -1;
		if (*text == '\0')
			return yaml_err(doc, y->items[i], e,
					"a name has a letter at least");
	}
	return 0;
}

static int
read_rules(struct lint *l, struct err *e)
{
	static const char *const keys[] = {"addresses", "exactly", "as-numbers",
					   "networks"};
	const struct yaml *names;

	if (yaml_want(&l->rules, l->rules.root, YAML_MAP, "lint.yml", e) < 0 ||
	    yaml_keys(&l->rules, l->rules.root, "lint.yml", keys, 4, e) < 0 ||
	    read_prefixes(&l->rules, "addresses", &l->within, &l->nwithin, e) <
		0 ||
	    read_prefixes(&l->rules, "exactly", &l->exactly, &l->nexactly, e) <
		0 ||
	    read_asns(l, e) < 0)
		return -1;
	names = yaml_get(l->rules.root, "networks");
	if (read_names(&l->rules, names, "networks", e) < 0)
		return -1;
	l->networks = names;
	return 0;
}

int
lint_read_rules(struct lint *l, const char *name, const char *text, size_t len,
		struct err *e)
{
	if (yaml_parse(&l->rules, name, text, len, e) < 0)
		return -1;
	if (l->rules.root != NULL && read_rules(l, e) == 0)
		return 0;
	if (l->rules.root == NULL)
		err_at(e, name, 1, 1, "the file is empty");
	free(l->within);
	free(l->exactly);
	free(l->asns);
	yaml_clear(&l->rules);
	l->within = l->exactly = NULL;
	l->asns = NULL;
	l->nwithin = l->nexactly = l->nasns = 0;
	return -1;
}

/* ---- glossary.yml */

static int
read_term(const struct yaml_doc *doc, const struct yaml *y, struct err *e)
{
	static const char *const keys[] = {"term", "also", "means"};
	const struct yaml *term, *means;
	const char *text;

	if (yaml_want(doc, y, YAML_MAP, "a term", e) < 0 ||
	    yaml_keys(doc, y, "a term", keys, 3, e) < 0 ||
	    yaml_need(doc, y, "term", &term, e) < 0 ||
	    yaml_str(doc, term, &text, e) < 0)
		return -1;
	if (!lint_is_word(*text))
		return yaml_err(doc, term, e, "a term begins with a letter");
	if (yaml_need(doc, y, "means", &means, e) < 0 ||
	    yaml_str(doc, means, &text, e) < 0)
		return -1;
	return read_names(doc, yaml_get(y, "also"), "also", e);
}

int
lint_read_glossary(struct lint *l, const char *name, const char *text,
		   size_t len, struct err *e)
{
	const struct yaml *root;
	size_t i;
	int rc;

	if (yaml_parse(&l->glossary, name, text, len, e) < 0)
		return -1;
	if ((root = l->glossary.root) == NULL)
		rc = err_at(e, name, 1, 1, "the file is empty");
	else
		rc = yaml_want(&l->glossary, root, YAML_LIST, "a glossary", e);
	for (i = 0; rc == 0 && i < root->n; i++)
		rc = read_term(&l->glossary, root->items[i], e);
	if (rc == 0)
		l->nterms = root->n;
	else
		yaml_clear(&l->glossary);
	return rc;
}

void
lint_clear(struct lint *l)
{
	free(l->within);
	free(l->exactly);
	free(l->asns);
	yaml_clear(&l->rules);
	yaml_clear(&l->glossary);
	*l = (struct lint){0};
}

/* ---- findings */

void
lint_find(struct lint_finds *f, const char *file, int line, const char *fmt,
	  ...)
{
	va_list ap;

	str_addf(&f->text, "%s:%d: ", file, line);
	va_start(ap, fmt);
	str_vaddf(&f->text, fmt, ap);
	va_end(ap);
	str_add(&f->text, "\n");
	f->n++;
}

int
lint_line(const char *text, const char *at)
{
	int line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

bool
lint_is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}
