#include "grader/grader_symptom.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "base/yaml.h"
#include "lab/model/model_mem.h"

#define SYMPTOM_FACTS 6
#define SYMPTOM_ROWS 500

struct symptom {
	const char *id;
	struct {
		const char *fact, *pattern;
	} when[SYMPTOM_FACTS];
	size_t nwhen;
	const struct yaml *row; /* its other keys are languages */
};

struct grader_symptoms {
	struct yaml_doc doc;
	struct model_mem *mem;
	struct symptom *list;
	size_t n;
	struct grader_symptoms *next; /* a table behind this one */
};

bool
grader_fact_fits(const json_t *facts, const char *fact, const char *pattern)
{
	const char *value = json_string_value(json_object_get(facts, fact));

	if (value == NULL)
		return false;
	if (strcmp(pattern, "*") == 0)
		return *value != '\0';
	if (*pattern == '=')
		return strcmp(value, pattern + 1) == 0;
	return strcasestr(value, pattern) != NULL;
}

/* ---- reading */

static int
read_when(const struct yaml_doc *doc, const struct yaml *y, struct symptom *s,
	  struct err *e)
{
	size_t i;

	if (yaml_want(doc, y, YAML_MAP, "when", e) < 0)
		return -1;
	if (y->n == 0 || y->n > SYMPTOM_FACTS)
		return yaml_err(doc, y, e,
				"when names 1 to %d facts, found %zu",
				SYMPTOM_FACTS, y->n);
	for (i = 0; i < y->n; i++) {
		s->when[i].fact = y->items[i]->key;
		if (yaml_str(doc, y->items[i], &s->when[i].pattern, e) < 0)
			return -1;
	}
	s->nwhen = y->n;
	return 0;
}

static bool
is_language(const char *key)
{
	size_t n = strspn(key, "abcdefghijklmnopqrstuvwxyz");

	return n >= 2 && n <= 3 && (key[n] == '\0' || key[n] == '_');
}

static int
read_symptom(const struct yaml_doc *doc, const struct yaml *y,
	     struct symptom *s, struct err *e)
{
	const struct yaml *v;
	const char *text;
	size_t i;

	if (yaml_want(doc, y, YAML_MAP, "a symptom", e) < 0 ||
	    yaml_need(doc, y, "symptom", &v, e) < 0 ||
	    yaml_str(doc, v, &s->id, e) < 0 ||
	    yaml_need(doc, y, "when", &v, e) < 0 ||
	    read_when(doc, v, s, e) < 0 || yaml_need(doc, y, "en", &v, e) < 0)
		return -1;
	if (*s->id == '\0' ||
	    s->id[strspn(s->id, "abcdefghijklmnopqrstuvwxyz0123456789-")])
		return yaml_err(doc, yaml_get(y, "symptom"), e,
				"a name is of a-z, 0-9 and -, found \"%s\"",
				s->id);
	for (i = 0; i < y->n; i++) {
		const char *key = y->items[i]->key;

		if (strcmp(key, "symptom") == 0 || strcmp(key, "when") == 0)
			continue;
		if (!is_language(key))
			return yaml_err(doc, y->items[i], e,
					"\"%s\" is no language, such as en, fr "
					"or pt_BR",
					key);
		if (yaml_str(doc, y->items[i], &text, e) < 0)
			return -1;
	}
	s->row = y;
	return 0;
}

static int
read_all(struct grader_symptoms *s, struct err *e)
{
	const struct yaml *y = s->doc.root;
	size_t i, k;

	if (y == NULL)
		return 0;
	if (yaml_want(&s->doc, y, YAML_LIST, "a table of symptoms", e) < 0)
		return -1;
	if (y->n > SYMPTOM_ROWS)
		return yaml_err(&s->doc, y, e, "more than %d symptoms",
				SYMPTOM_ROWS);
	s->list = model_mem_alloc(&s->mem, y->n, sizeof(*s->list));
	for (i = 0; i < y->n; i++) {
		if (read_symptom(&s->doc, y->items[i], &s->list[i], e) < 0)
			return -1;
		for (k = 0; k < i; k++) {
			if (strcmp(s->list[k].id, s->list[i].id) == 0)
				return yaml_err(&s->doc, y->items[i], e,
						"symptom \"%s\" is there twice",
						s->list[i].id);
		}
		s->n++;
	}
	return 0;
}

struct grader_symptoms *
grader_symptoms_parse(const char *file, const void *text, size_t len,
		      struct err *e)
{
	struct grader_symptoms *s = xcalloc(1, sizeof(*s));

	if (yaml_parse(&s->doc, file, text, len, e) < 0 || read_all(s, e) < 0) {
		grader_symptoms_free(s);
		return NULL;
	}
	return s;
}

/* A table that is not there is one without rows. */
static struct grader_symptoms *
load_from(const char *dir, struct err *e)
{
	_free_ char *path = xasprintf("%s/symptoms.yml", dir), *text = NULL;
	size_t len = 0;

	if (file_exists(path) &&
	    file_read(path, YAML_MAX_BYTES, &text, &len, e) < 0)
		return NULL;
	return grader_symptoms_parse(path, text ? text : "", len, e);
}

struct grader_symptoms *
grader_symptoms_load(const char *dir, struct err *e)
{
	_free_ char *data = file_data_dir(), *own = NULL;
	struct grader_symptoms *first = load_from(dir, e);

	if (first == NULL)
		return NULL;
	own = xasprintf("%s/grader", data);
	first->next = load_from(own, e);
	if (first->next)
		return first;
	grader_symptoms_free(first);
	return NULL;
}

void
grader_symptoms_free(struct grader_symptoms *s)
{
	if (s == NULL)
		return;
	grader_symptoms_free(s->next);
	yaml_clear(&s->doc);
	model_mem_free(s->mem);
	free(s);
}

/* ---- asking */

static bool
symptom_fits(const struct symptom *s, const json_t *facts)
{
	size_t i;

	for (i = 0; i < s->nwhen; i++) {
		if (!grader_fact_fits(facts, s->when[i].fact,
				      s->when[i].pattern))
			return false;
	}
	return true;
}

const char *
grader_symptom(const struct grader_symptoms *s, const json_t *facts)
{
	size_t i;

	for (; s; s = s->next) {
		for (i = 0; i < s->n; i++) {
			if (symptom_fits(&s->list[i], facts))
				return s->list[i].id;
		}
	}
	return NULL;
}

static const struct symptom *
find(const struct grader_symptoms *s, const char *id)
{
	size_t i;

	for (; s; s = s->next) {
		for (i = 0; i < s->n; i++) {
			if (strcmp(s->list[i].id, id) == 0)
				return &s->list[i];
		}
	}
	return NULL;
}

bool
grader_symptom_exists(const struct grader_symptoms *s, const char *id)
{
	return find(s, id) != NULL;
}

const char *
grader_symptom_at(const struct grader_symptoms *s, size_t i)
{
	for (; s && i >= s->n; s = s->next)
		i -= s->n;
	return s ? s->list[i].id : NULL;
}

/* Of "ur_PK.UTF-8": ur_PK, then ur, then en. */
static const char *
sentence(const struct symptom *s, const char *lang)
{
	_free_ char *whole = xstrndup(lang, strcspn(lang, ".@"));
	_free_ char *part = xstrndup(lang, strcspn(lang, "_.@"));
	const struct yaml *y = yaml_get(s->row, whole);

	if (y == NULL || !is_language(whole))
		y = is_language(part) ? yaml_get(s->row, part) : NULL;
	if (y == NULL)
		y = yaml_get(s->row, "en");
	return y->text;
}

char *
grader_symptom_words(const struct grader_symptoms *s, const char *id,
		     const char *lang, const json_t *facts)
{
	const struct symptom *it = find(s, id);
	struct str out = {0};
	const char *p, *end, *value;

	if (it == NULL)
		return NULL;
	for (p = sentence(it, lang); *p; p++) {
		_free_ char *fact = NULL;

		end = *p == '{' ? strchr(p, '}') : NULL;
		if (end == NULL) {
			str_addn(&out, p, 1);
			continue;
		}
		fact = xstrndup(p + 1, (size_t)(end - p - 1));
		value = json_string_value(json_object_get(facts, fact));
		str_add(&out, value ? value : "?");
		p = end;
	}
	str_add(&out, "");
	return str_steal(&out);
}
