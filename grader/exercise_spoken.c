/*
 * exercise_spoken: the words of exercise.yml in the reader's language.
 *
 * Titles, what checks say and hints stand in exercise.yml in English; a translation
 * of them is text/LANG/words.yml, a list of pairs:
 *
 *	- en: One session, one neighbour
 *	  fr: Une session, un voisin
 *
 * The English sentence is the key. So what has no translation, or is another
 * sentence by now, is read in English, one by one, and no translation is ever older
 * than what it stands for.
 */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/str.h"
#include "grader/exercise_priv.h"

#define SPOKEN_PAIRS 1000

struct spoken {
	struct yaml_doc doc;
	const char *lang;
	struct model_mem **mem;
};

static int
spoken_check(const struct spoken *s, struct err *e)
{
	const struct yaml *list = s->doc.root, *v;
	const char *const keys[] = {"en", s->lang};
	const char *text;
	size_t i, k;

	if (list == NULL)
		return 0;
	if (yaml_want(&s->doc, list, YAML_LIST, "a translation", e) < 0)
		return -1;
	if (list->n > SPOKEN_PAIRS)
		return yaml_err(&s->doc, list, e, "more than %d sentences",
				SPOKEN_PAIRS);
	for (i = 0; i < list->n; i++) {
		if (yaml_keys(&s->doc, list->items[i], "a sentence", keys, 2,
			      e) < 0)
			return -1;
		for (k = 0; k < 2; k++) {
			if (yaml_need(&s->doc, list->items[i], keys[k], &v, e) <
				0 ||
			    yaml_str(&s->doc, v, &text, e) < 0)
				return -1;
		}
	}
	return 0;
}

static void
spoken_put(const struct spoken *s, const char **text)
{
	const struct yaml *list = s->doc.root;
	size_t i;

	for (i = 0; list && *text && i < list->n; i++) {
		const struct yaml *pair = list->items[i];

		if (strcmp(yaml_get(pair, "en")->text, *text) == 0) {
			*text = model_mem_strdup(s->mem,
						 yaml_get(pair, s->lang)->text);
			return;
		}
	}
}

static void
spoken_put_all(const struct spoken *s, struct exercise *x)
{
	size_t i, k;

	spoken_put(s, &x->title);
	for (i = 0; i < x->nsteps; i++)
		spoken_put(s, &x->steps[i].title);
	for (i = 0; i < x->nchecks; i++) {
		spoken_put(s, &x->checks[i].say);
		for (k = 0; k < x->checks[i].nhints; k++)
			spoken_put(s, &x->checks[i].hints[k].text);
	}
}

/* The file in the first n bytes of lang, when it is there; *lang is cut off. */
static char *
spoken_in(const struct exercise *x, char *lang, size_t n)
{
	char *path;

	lang[n] = '\0';
	path = xasprintf("%s/text/%s/words.yml", x->dir, lang);
	if (n > 0 && strcmp(lang, "en") != 0 && file_exists(path))
		return path;
	free(path);
	return NULL;
}

int
exercise_speak(struct exercise *x, const char *lang, const char *file,
	       const void *text, size_t len, struct err *e)
{
	struct model_mem *mem = x->mem;
	struct spoken s = {.lang = lang, .mem = &mem};
	int rc;

	if (yaml_parse(&s.doc, file, text, len, e) < 0)
		return -1;
	rc = spoken_check(&s, e);
	if (rc == 0)
		spoken_put_all(&s, x);
	x->mem = mem;
	yaml_clear(&s.doc);
	return rc;
}

/* Of "ur_PK.UTF-8": ur_PK, then ur, then English. */
int
exercise_speak_own(struct exercise *x, struct err *e)
{
	_free_ char *lang = xstrdup(x->lang), *path = NULL, *text = NULL;
	size_t len;

	path = spoken_in(x, lang, strcspn(lang, ".@:"));
	if (path == NULL)
		path = spoken_in(x, lang, strcspn(lang, "_"));
	if (path == NULL)
		return 0;
	if (file_read(path, YAML_MAX_BYTES, &text, &len, e) < 0)
		return -1;
	return exercise_speak(x, lang, path, text, len, e);
}
