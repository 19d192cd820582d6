/*
 * exercise_read: the words, hints and checks of an exercise.yml, one by one.
 */
#include <string.h>

#include "base/str.h"
#include "grader/exercise_priv.h"
#include "grader/grader_kind.h"

#define EXERCISE_WITHIN 10000
#define EXERCISE_HOLD_NEGATIVE 3000
#define EXERCISE_HOLD_WATCH 2000
#define EXERCISE_TIME_MAX 600000
#define EXERCISE_ID_MAX 40

void *
exercise_alloc(struct exercise_reader *r, size_t n, size_t size)
{
	return model_mem_alloc(r->mem, n, size);
}

/* [a-z0-9-], so that it can be a file name, a JSON key and a word of TAP. */
static bool
exercise_is_id(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n > 0 && n <= EXERCISE_ID_MAX && s[n] == '\0' && s[0] != '-';
}

int
exercise_read_id(struct exercise_reader *r, const struct yaml *y,
		 const char *text)
{
	if (exercise_is_id(text))
		return 0;
	return yaml_err(r->doc, y, r->e,
			"a name is 1 to %d of a-z, 0-9 and -, found \"%s\"",
			EXERCISE_ID_MAX, text);
}

int
exercise_read_str(struct exercise_reader *r, const struct yaml *map,
		  const char *key, bool need, const char **out)
{
	const struct yaml *y = yaml_get(map, key);

	if (y == NULL && !need)
		return 0;
	if (yaml_need(r->doc, map, key, &y, r->e) < 0 ||
	    yaml_str(r->doc, y, out, r->e) < 0)
		return -1;
	if (**out == '\0')
		return yaml_err(r->doc, y, r->e, "\"%s\" is empty", key);
	return 0;
}

int
exercise_read_u32(struct exercise_reader *r, const struct yaml *map,
		  const char *key, uint32_t min, uint32_t max, uint32_t *out)
{
	const struct yaml *y;

	if (yaml_need(r->doc, map, key, &y, r->e) < 0)
		return -1;
	return yaml_u32(r->doc, y, min, max, out, r->e);
}

static int
exercise_read_ms(struct exercise_reader *r, const struct yaml *map,
		 const char *key, uint32_t absent, uint32_t *out)
{
	const struct yaml *y = yaml_get(map, key);

	*out = absent;
	if (y == NULL)
		return 0;
	if (yaml_ms(r->doc, y, out, r->e) < 0)
		return -1;
	if (*out > EXERCISE_TIME_MAX)
		return yaml_err(r->doc, y, r->e, "\"%s\" is longer than 10m",
				key);
	return 0;
}

/* An optional list of words. */
int
exercise_read_words(struct exercise_reader *r, const struct yaml *map,
		    const char *key, const char ***out, size_t *n)
{
	const struct yaml *y = yaml_get(map, key);
	size_t i;

	if (y == NULL)
		return 0;
	if (yaml_want(r->doc, y, YAML_LIST, key, r->e) < 0)
		return -1;
	*out = exercise_alloc(r, y->n, sizeof(**out));
	for (i = 0; i < y->n; i++) {
		if (yaml_str(r->doc, y->items[i], &(*out)[i], r->e) < 0)
			return -1;
	}
	*n = y->n;
	return 0;
}

/* ---- hints */

static int
read_when(struct exercise_reader *r, const struct yaml *y,
	  struct exercise_hint *h)
{
	size_t max = sizeof(h->when) / sizeof(h->when[0]), i;

	if (yaml_want(r->doc, y, YAML_MAP, "when", r->e) < 0)
		return -1;
	if (y->n == 0 || y->n > max)
		return yaml_err(r->doc, y, r->e,
				"when names 1 to %zu facts, found %zu", max,
				y->n);
	for (i = 0; i < y->n; i++) {
		h->when[i].fact = y->items[i]->key;
		if (yaml_str(r->doc, y->items[i], &h->when[i].contains, r->e) <
		    0)
			return -1;
	}
	h->nwhen = y->n;
	return 0;
}

static int
read_hint(struct exercise_reader *r, const struct yaml *y, bool last,
	  struct exercise_hint *h)
{
	static const char *const keys[] = {"hint", "when", "symptom", "text"};
	const struct yaml *when = yaml_get(y, "when");
	bool told = when || yaml_get(y, "symptom");

	if (yaml_want(r->doc, y, YAML_MAP, "a hint", r->e) < 0 ||
	    yaml_keys(r->doc, y, "a hint", keys, 4, r->e) < 0 ||
	    exercise_read_str(r, y, "hint", true, &h->id) < 0 ||
	    exercise_read_id(r, yaml_get(y, "hint"), h->id) < 0 ||
	    exercise_read_str(r, y, "symptom", false, &h->symptom) < 0 ||
	    exercise_read_str(r, y, "text", true, &h->text) < 0)
		return -1;
	if (when && h->symptom)
		return yaml_err(r->doc, when, r->e,
				"hint \"%s\" has \"when\" or \"symptom\", not "
				"both",
				h->id);
	if (!told && !last)
		return yaml_err(r->doc, y, r->e,
				"hint \"%s\" has no \"when\", so the ones "
				"below it are never given: make it the last",
				h->id);
	if (told && last)
		return yaml_err(r->doc, y, r->e,
				"the last hint must fit every failure: add "
				"one without \"when\" below \"%s\"",
				h->id);
	return when ? read_when(r, when, h) : 0;
}

static int
read_hints(struct exercise_reader *r, const struct yaml *map,
	   struct exercise_check *c)
{
	const struct yaml *y;
	size_t i, j;

	if (yaml_need(r->doc, map, "hints", &y, r->e) < 0 ||
	    yaml_want(r->doc, y, YAML_LIST, "hints", r->e) < 0)
		return -1;
	if (y->n == 0)
		return yaml_err(r->doc, y, r->e,
				"check \"%s\" has no hint: give it one "
				"without \"when\"",
				c->id);
	c->hints = exercise_alloc(r, y->n, sizeof(*c->hints));
	c->nhints = y->n;
	for (i = 0; i < y->n; i++) {
		if (read_hint(r, y->items[i], i + 1 == y->n, &c->hints[i]) < 0)
			return -1;
		for (j = 0; j < i; j++) {
			if (strcmp(c->hints[i].id, c->hints[j].id) == 0)
				return yaml_err(r->doc, y->items[i], r->e,
						"hint \"%s\" is there twice",
						c->hints[i].id);
		}
	}
	return 0;
}

/* ---- checks and steps */

static const char *const visibilities[] = {
    [EXERCISE_SHOWN] = "shown",
    [EXERCISE_NAME_ONLY] = "name-only",
    [EXERCISE_HIDDEN] = "hidden",
};

const char *
exercise_visibility_name(enum exercise_visibility v)
{
	return visibilities[v];
}

/* An optional yes or no. */
static int
exercise_read_bool(struct exercise_reader *r, const struct yaml *map,
		   const char *key, bool *out)
{
	const struct yaml *y = yaml_get(map, key);

	return y ? yaml_bool(r->doc, y, out, r->e) : 0;
}

/* What it counts for, and who may see it. */
static int
read_worth(struct exercise_reader *r, const struct yaml *y,
	   struct exercise_check *c)
{
	const struct yaml *seen = yaml_get(y, "visibility");
	size_t word = EXERCISE_SHOWN;
	bool required = true;

	if ((yaml_get(y, "points") != NULL &&
	     exercise_read_u32(r, y, "points", 0, 1000, &c->points) < 0) ||
	    exercise_read_bool(r, y, "bonus", &c->bonus) < 0 ||
	    exercise_read_bool(r, y, "required", &required) < 0 ||
	    exercise_read_str(r, y, "group", false, &c->group) < 0 ||
	    (c->group &&
	     exercise_read_id(r, yaml_get(y, "group"), c->group) < 0) ||
	    (seen && yaml_word(r->doc, seen, visibilities, 3, &word, r->e) < 0))
		return -1;
	if (c->bonus && required && yaml_get(y, "required"))
		return yaml_err(r->doc, yaml_get(y, "required"), r->e,
				"check \"%s\" is a bonus, so it cannot be "
				"required",
				c->id);
	c->optional = c->bonus || !required;
	c->visibility = (enum exercise_visibility)word;
	return 0;
}

int
exercise_read_check(struct exercise_reader *r, const struct yaml *y,
		    size_t step, struct exercise_check *c)
{
	const struct yaml *kind;
	struct grader_params *p;
	uint32_t hold;

	c->id = y->key;
	c->step = step;
	c->line = y->key_line;
	c->points = 1;
	c->witness = SIZE_MAX;
	if (exercise_read_id(r, y, c->id) < 0 ||
	    yaml_want(r->doc, y, YAML_MAP, "a check", r->e) < 0 ||
	    yaml_need(r->doc, y, "kind", &kind, r->e) < 0 ||
	    grader_kind_find(r->doc, kind, &c->kind, r->e) < 0 ||
	    grader_kind_params(c->kind, r->doc, y, r->mem, &p, r->e) < 0)
		return -1;
	c->params = p;
	hold = grader_check_negative(c)		     ? EXERCISE_HOLD_NEGATIVE
	       : c->kind->experiment == GRADER_WATCH ? EXERCISE_HOLD_WATCH
						     : 0;
	if (exercise_read_str(r, y, "say", true, &c->say) < 0 ||
	    exercise_read_ms(r, y, "within",
			     c->kind->at_once ? 0 : EXERCISE_WITHIN,
			     &c->within_ms) < 0 ||
	    exercise_read_ms(r, y, "hold", hold, &c->hold_ms) < 0 ||
	    read_worth(r, y, c) < 0)
		return -1;
	if (c->kind->experiment == GRADER_WATCH && c->hold_ms < 100)
		return yaml_err(r->doc, yaml_get(y, "hold"), r->e,
				"check \"%s\" looks for as long as it must "
				"hold: at least 100ms, such as 2s",
				c->id);
	if (grader_check_negative(c) && c->hold_ms == 0)
		return yaml_err(r->doc, yaml_get(y, "hold"), r->e,
				"check \"%s\" looks for an absence: it must "
				"hold for a while, such as 3s",
				c->id);
	return read_hints(r, y, c);
}
