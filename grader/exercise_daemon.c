/*
 * exercise_daemon: an exercise with another daemon in the trainee's hand.
 *
 *	exercises/NAME/exercise.yml	daemons: {frr: {files, checks, wrong}}
 *	exercises/NAME/frr/start/...	also solution, also, wrong, text
 *
 * It is an exercise of its own and its name is NAME-frr, wherever a name is asked
 * for: labs, submissions, results and journals know it by that. The checks, their
 * points and the rest of the lab are those of NAME. What the file says under
 * "daemons" takes the place of what it says elsewhere, before anything is read;
 * a check's sentence and hints may be others there, all of them or the words of
 * some, and must be where they speak of BIRD. So must texts.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/str.h"
#include "grader/exercise_priv.h"
#include "lab/model/model_kind.h"

/* ---- names */

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

char *
exercise_split(const char *path, const struct lab_kind **daemon)
{
	size_t n = strlen(path), i;

	*daemon = NULL;
	for (i = 0; i < model_nkinds && !is_folder(path); i++) {
		_free_ char *end = xasprintf("-%s", model_kinds[i]->name);
		_free_ char *base = NULL;

		if (!str_ends(path, end))
			continue;
		base = xstrndup(path, n - strlen(end));
		if (!is_folder(base))
			continue;
		*daemon = model_kinds[i];
		return xstrdup(base);
	}
	return xstrdup(path);
}

char *
exercise_join(const char *dir, const struct lab_kind *daemon)
{
	return daemon ? xasprintf("%s-%s", dir, daemon->name) : xstrdup(dir);
}

char *
exercise_parts(const char *path)
{
	const struct lab_kind *daemon;
	char *dir = exercise_split(path, &daemon);
	char *parts = daemon ? xasprintf("%s/%s", dir, daemon->name) : dir;

	if (daemon)
		free(dir);
	return parts;
}

/* ---- what the file says under "daemons" */

/* Put a value, or NULL for none, into a map in place of what is there. */
static void
lay_key(struct exercise_reader *r, struct yaml *map, const char *key,
	struct yaml *value)
{
	struct yaml **items =
	    exercise_alloc(r, map->n + 1, sizeof(struct yaml *));
	size_t i, n = 0;

	for (i = 0; i < map->n; i++)
		if (strcmp(map->items[i]->key, key) != 0)
			items[n++] = map->items[i];
	if (value)
		items[n++] = value;
	map->items = items;
	map->n = n;
}

static struct yaml *
get(const struct yaml *map, const char *key)
{
	return (struct yaml *)(uintptr_t)yaml_get(map, key);
}

static struct yaml *
find_check(const struct yaml *root, const char *id)
{
	const struct yaml *steps = yaml_get(root, "steps");
	struct yaml *check = NULL;
	size_t i;

	for (i = 0; steps && check == NULL && i < steps->n; i++)
		check = get(yaml_get(steps->items[i], "checks"), id);
	return check;
}

/* {HINT: its other words} */
static int
lay_words(struct exercise_reader *r, struct yaml *hints,
	  const struct yaml *words)
{
	struct yaml *text, *hint;
	const struct yaml *id;
	size_t i, k;

	for (i = 0; i < words->n; i++) {
		hint = NULL;
		for (k = 0; hints && k < hints->n; k++) {
			id = yaml_get(hints->items[k], "hint");
			if (id && id->kind == YAML_SCALAR &&
			    strcmp(id->text, words->items[i]->key) == 0)
				hint = hints->items[k];
		}
		if (hint == NULL)
			return err_at(
			    r->e, r->doc->file, words->items[i]->key_line,
			    words->items[i]->key_col, "there is no hint \"%s\"",
			    words->items[i]->key);
		text = exercise_alloc(r, 1, sizeof(*text));
		*text = *words->items[i];
		text->key = "text";
		lay_key(r, hint, "text", text);
	}
	return 0;
}

static int
lay_check(struct exercise_reader *r, const struct yaml *root,
	  const struct yaml *over)
{
	static const char *const keys[] = {"say", "hints"};
	struct yaml *check = find_check(root, over->key);
	const struct yaml *hints = yaml_get(over, "hints");

	if (check == NULL || check->kind != YAML_MAP)
		return err_at(r->e, r->doc->file, over->key_line, over->key_col,
			      "there is no check \"%s\"", over->key);
	if (yaml_want(r->doc, over, YAML_MAP, "a check", r->e) < 0 ||
	    yaml_keys(r->doc, over, "a check of a daemon", keys, 2, r->e) < 0)
		return -1;
	if (yaml_get(over, "say"))
		lay_key(r, check, "say", get(over, "say"));
	if (hints && hints->kind == YAML_MAP)
		return lay_words(r, get(check, "hints"), hints);
	if (hints)
		lay_key(r, check, "hints", get(over, "hints"));
	return 0;
}

int
exercise_daemon_lay(struct exercise_reader *r, struct yaml *root)
{
	static const char *const keys[] = {"files", "checks", "wrong"};
	const char *name = r->x->daemon->name;
	const struct yaml *over = yaml_get(yaml_get(root, "daemons"), name);
	const struct yaml *checks = yaml_get(over, "checks"), *y;
	size_t i;

	if (over == NULL)
		return err_usage(r->e, "%s: it cannot be done with %s",
				 r->doc->file, r->x->daemon->title);
	if (yaml_want(r->doc, over, YAML_MAP, "a daemon", r->e) < 0 ||
	    yaml_keys(r->doc, over, "a daemon", keys, 3, r->e) < 0 ||
	    yaml_need(r->doc, over, "files", &y, r->e) < 0 ||
	    yaml_need(r->doc, over, "wrong", &y, r->e) < 0 ||
	    (checks && yaml_want(r->doc, checks, YAML_MAP, "checks", r->e) < 0))
		return -1;
	lay_key(r, root, "files", get(over, "files"));
	lay_key(r, root, "wrong", get(over, "wrong"));
	lay_key(r, root, "open", NULL); /* mistakes in BIRD's language */
	for (i = 0; checks && i < checks->n; i++)
		if (lay_check(r, root, checks->items[i]) < 0)
			return -1;
	return 0;
}

int
exercise_read_daemons(struct exercise_reader *r, const struct yaml *root)
{
	const struct yaml *y = yaml_get(root, "daemons");
	const struct lab_kind *k;
	size_t i;

	if (y == NULL)
		return 0;
	if (yaml_want(r->doc, y, YAML_MAP, "daemons", r->e) < 0)
		return -1;
	r->x->daemons = exercise_alloc(r, y->n, sizeof(*r->x->daemons));
	for (i = 0; i < y->n; i++) {
		k = model_kind_find(y->items[i]->key);
		if (k == NULL || k->sessions == NULL)
			return err_at(r->e, r->doc->file, y->items[i]->key_line,
				      y->items[i]->key_col,
				      "\"%.32s\" is no daemon that a trainee "
				      "could have instead of BIRD: frr",
				      y->items[i]->key);
		r->x->daemons[r->x->ndaemons++] = k;
	}
	return 0;
}

/* ---- BIRD's words */

/* "ixlab birdc rs1" is another node's business. */
static bool
speaks_of_bird(const char *text)
{
	static const char other[] = "ixlab birdc";
	const char *at = text, *word;

	while ((word = strcasestr(at, "bird")) != NULL) {
		at = strstr(at, other);
		if (at == NULL || at + strlen("ixlab ") != word)
			return true;
		at += strlen(other);
	}
	return false;
}

int
exercise_daemon_words(struct exercise_reader *r)
{
	const struct exercise_check *c;
	size_t i, k;

	for (i = 0; i < r->x->nchecks; i++) {
		c = &r->x->checks[i];
		if (speaks_of_bird(c->say))
			return yaml_err(r->doc, exercise_check_yaml(r->x, c),
					r->e,
					"\"say\" speaks of BIRD: with %s give "
					"check \"%s\" another",
					r->x->daemon->title, c->id);
		for (k = 0; k < c->nhints; k++)
			if (speaks_of_bird(c->hints[k].text))
				return yaml_err(
				    r->doc, exercise_check_yaml(r->x, c), r->e,
				    "hint \"%s\" speaks of BIRD: with %s give "
				    "check \"%s\" hints of its own",
				    c->hints[k].id, r->x->daemon->title, c->id);
	}
	return 0;
}

int
exercise_daemon_text(const struct exercise *x, const char *path, struct err *e)
{
	_free_ char *text = NULL;

	if (file_read(path, 1 << 18, &text, NULL, e) < 0)
		return -1;
	if (!speaks_of_bird(text))
		return 0;
	return err_usage(e,
			 "%s speaks of BIRD: with %s the step needs a text of "
			 "its own in %s/text/en",
			 path, x->daemon->title, x->parts);
}
