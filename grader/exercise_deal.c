/*
 * exercise_deal: see exercise_deal.h. A parameter is drawn among numbers or choices,
 * or follows from one that stands before it, so that what belongs together (an AS
 * number and its address, who misbehaves and who does not) is drawn together.
 */
#include "grader/exercise_deal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "base/yaml.h"

#define DEAL_PARAMS_MAX 32
#define DEAL_VALUE_MAX 64
#define DEAL_CHOICES_MAX 4096

struct deal {
	char *names[DEAL_PARAMS_MAX], *values[DEAL_PARAMS_MAX];
	bool follows[DEAL_PARAMS_MAX]; /* from another: not drawn */
	size_t n;
	const char *to; /* a folder */
	const char *exercise;
	const struct exercise_draw *draw; /* NULL: the first of each */
};

static void
deal_clear(struct deal *d)
{
	size_t i;

	for (i = 0; i < d->n; i++) {
		free(d->names[i]);
		free(d->values[i]);
	}
}

/* ---- params.yml */

static uint64_t
deal_draw(const struct deal *d, const char *name, uint64_t among)
{
	return d->draw ? d->draw->draw(d->draw->arg, d->exercise, name, among)
		       : 0;
}

static bool
deal_is_name(const char *s)
{
	return *s && strlen(s) <= 32 &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(s);
}

/* It is put into YAML and into configurations as it is. */
static bool
deal_is_value(const char *s)
{
	return *s && strlen(s) <= DEAL_VALUE_MAX &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			 "0123456789.:/_-") == strlen(s);
}

static int
deal_value(const struct yaml_doc *doc, const struct yaml *y, const char *text,
	   struct err *e)
{
	if (deal_is_value(text))
		return 0;
	return yaml_err(doc, y, e,
			"a choice is at most %d letters, digits, and . : / _ -",
			DEAL_VALUE_MAX);
}

static char *
deal_choice(const struct deal *d, const struct yaml_doc *doc,
	    const struct yaml *y, const char *name, struct err *e)
{
	const char *text;
	size_t i;

	if (yaml_want(doc, y, YAML_LIST, "choices", e) < 0)
		return NULL;
	if (y->n == 0 || y->n > DEAL_CHOICES_MAX) {
		yaml_err(doc, y, e, "choices are 1 to %d", DEAL_CHOICES_MAX);
		return NULL;
	}
	for (i = 0; i < y->n; i++) {
		if (yaml_str(doc, y->items[i], &text, e) < 0)
			return NULL;
		if (deal_value(doc, y->items[i], text, e) < 0)
			return NULL;
	}
	return xstrdup(y->items[deal_draw(d, name, y->n)]->text);
}

static char *
deal_number(const struct deal *d, const struct yaml_doc *doc,
	    const struct yaml *y, const char *name, struct err *e)
{
	const struct yaml *from, *to;
	uint32_t a, b;

	if (yaml_need(doc, y, "from", &from, e) < 0 ||
	    yaml_u32(doc, from, 0, UINT32_MAX, &a, e) < 0 ||
	    yaml_need(doc, y, "to", &to, e) < 0 ||
	    yaml_u32(doc, to, a, UINT32_MAX, &b, e) < 0)
		return NULL;
	return xasprintf("%llu", a + (unsigned long long)deal_draw(
					 d, name, (uint64_t)b - a + 1));
}

/* What it is when another one, which stands before it, is what it is. */
static char *
deal_follows(const struct deal *d, const struct yaml_doc *doc,
	     const struct yaml *y, struct err *e)
{
	const struct yaml *of, *is, *v = NULL;
	const char *name, *text;
	size_t i;

	if (yaml_need(doc, y, "of", &of, e) < 0 ||
	    yaml_str(doc, of, &name, e) < 0 ||
	    yaml_need(doc, y, "is", &is, e) < 0 ||
	    yaml_want(doc, is, YAML_MAP, "is", e) < 0)
		return NULL;
	for (i = 0; i < d->n && strcmp(d->names[i], name) != 0; i++)
		continue;
	if (i == d->n) {
		yaml_err(doc, of, e, "no parameter \"%.32s\" before this one",
			 name);
		return NULL;
	}
	if ((v = yaml_get(is, d->values[i])) == NULL) {
		yaml_err(doc, is, e, "%s may be %s: say what this one is then",
			 name, d->values[i]);
		return NULL;
	}
	if (yaml_str(doc, v, &text, e) < 0 || deal_value(doc, v, text, e) < 0)
		return NULL;
	return xstrdup(text);
}

static int
deal_param(struct deal *d, const struct yaml_doc *doc, const struct yaml *y,
	   struct err *e)
{
	static const char *const keys[] = {"from", "to", "choices", "of", "is"};
	const struct yaml *choices;
	char *value;
	bool of;

	if (!deal_is_name(y->key))
		return yaml_err(doc, y, e,
				"the name of a parameter is a-z, 0-9 and -, "
				"found \"%s\"",
				y->key);
	if (d->n == DEAL_PARAMS_MAX)
		return yaml_err(doc, y, e, "more than %d parameters",
				DEAL_PARAMS_MAX);
	if (yaml_want(doc, y, YAML_MAP, "a parameter", e) < 0 ||
	    yaml_keys(doc, y, "a parameter", keys, 5, e) < 0)
		return -1;
	choices = yaml_get(y, "choices");
	of = yaml_get(y, "of") || yaml_get(y, "is");
	if ((choices && y->n > 1) || (of && y->n > 2))
		return yaml_err(doc, y, e,
				"a parameter has from and to, or choices, or "
				"of and is");
	if (of)
		value = deal_follows(d, doc, y, e);
	else
		value = choices ? deal_choice(d, doc, choices, y->key, e)
				: deal_number(d, doc, y, y->key, e);
	if (value == NULL)
		return -1;
	d->follows[d->n] = of;
	d->names[d->n] = xstrdup(y->key);
	d->values[d->n++] = value;
	return 0;
}

static int
deal_params(struct deal *d, const char *dir, struct err *e)
{
	static const char *const keys[] = {"params"};
	_free_ char *path = xasprintf("%s/params.yml", dir);
	const struct yaml *params = NULL;
	struct yaml_doc doc;
	size_t i;
	int rc;

	if (yaml_load(&doc, path, e) < 0)
		return -1;
	if (doc.root == NULL)
		rc = err_at(e, path, 1, 1, "the file is empty");
	else if ((rc = yaml_want(&doc, doc.root, YAML_MAP, "params.yml", e)) ==
		     0 &&
		 (rc = yaml_keys(&doc, doc.root, "params.yml", keys, 1, e)) ==
		     0 &&
		 (rc = yaml_need(&doc, doc.root, "params", &params, e)) == 0)
		rc = yaml_want(&doc, params, YAML_MAP, "params", e);
	for (i = 0; rc == 0 && i < params->n; i++)
		rc = deal_param(d, &doc, params->items[i], e);
	yaml_clear(&doc);
	return rc;
}

/* ---- files */

/* Which parameter stands at "@NAME@"; d->n: none. */
static size_t
deal_which(const struct deal *d, const char *at, size_t len)
{
	const char *end = memchr(at + 1, '@', len - 1);
	size_t i, n = end ? (size_t)(end - at - 1) : 0;

	for (i = 0; i < d->n; i++)
		if (n > 0 && strlen(d->names[i]) == n &&
		    memcmp(d->names[i], at + 1, n) == 0)
			break;
	return i;
}

static void
deal_text(const struct deal *d, const char *text, size_t len, struct str *out)
{
	size_t i = 0, from = 0, p;

	while (i < len) {
		if (text[i] != '@' ||
		    (p = deal_which(d, text + i, len - i)) == d->n) {
			i++;
			continue;
		}
		str_addn(out, text + from, i - from);
		str_add(out, d->values[p]);
		i += strlen(d->names[p]) + 2;
		from = i;
	}
	str_addn(out, text + from, len - from);
}

static int
deal_file(void *arg, const char *path, const char *name, struct err *e)
{
	const struct deal *d = arg;
	_free_ char *to = xasprintf("%s/%s", d->to, name), *text = NULL;
	_free_ char *dir = xstrndup(to, (size_t)(strrchr(to, '/') - to));
	struct str out = {0};
	size_t len;
	int rc;

	if (strcmp(name, "params.yml") == 0)
		return 0;
	if (file_mkdirs(dir, e) < 0 ||
	    file_read(path, EXERCISE_FILE_MAX, &text, &len, e) < 0)
		return -1;
	deal_text(d, text, len, &out);
	rc = file_write(to, str_text(&out), out.len, e);
	str_clear(&out);
	return rc;
}

static char *
deal_line(const struct deal *d)
{
	struct str s = {0};
	size_t i;

	for (i = 0; i < d->n; i++) {
		if (!d->follows[i])
			str_addf(&s, "%s%s=%s", s.len ? " " : "", d->names[i],
				 d->values[i]);
	}
	return str_steal(&s);
}

static char *
deal_name(const char *dir, struct err *e)
{
	_free_ char *real = realpath(dir, NULL);
	const char *base = real ? strrchr(real, '/') : NULL;

	if (base == NULL)
		err_sys(e, "%s", dir);
	return base ? xstrdup(base + 1) : NULL;
}

bool
exercise_is_template(const char *dir)
{
	_free_ char *path = xasprintf("%s/params.yml", dir);

	return file_exists(path);
}

char *
exercise_deal(const char *dir, const struct exercise_draw *draw, const char *to,
	      struct err *e)
{
	_free_ char *name = deal_name(dir, e), *folder = NULL, *note = NULL;
	struct deal d = {.exercise = name, .draw = draw};
	char *line = NULL;
	int rc;

	if (name == NULL)
		return NULL;
	folder = xasprintf("%s/%s", to, name);
	note = xasprintf("%s/" EXERCISE_PARAMETERS, folder);
	d.to = folder;
	rc = deal_params(&d, dir, e);
	if (rc == 0 && file_exists(folder))
		rc = err_usage(e, "%s is there already", folder);
	if (rc == 0)
		rc = exercise_walk(dir, deal_file, &d, e);
	if (rc == 0) {
		line = deal_line(&d);
		rc = file_write(note, line, strlen(line), e);
	}
	deal_clear(&d);
	if (rc == 0)
		return line;
	free(line);
	return NULL;
}

/* ---- the copy for practice */

/* It says which files the template has, and when each was written. */
static int
stamp_file(void *arg, const char *path, const char *name, struct err *e)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err_sys(e, "%s", path);
	str_addf(arg, "%s %lld %lld.%09ld\n", name, (long long)st.st_size,
		 (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	return 0;
}

static bool
stamp_is(const char *folder, const struct str *stamp)
{
	_free_ char *path = xasprintf("%s/stamp", folder), *text = NULL;
	struct err e;

	return file_read(path, EXERCISE_FILE_MAX, &text, NULL, &e) == 0 &&
	       strcmp(text, str_text(stamp)) == 0;
}

/* FNV-1a: templates of one name in several places have copies of their own. */
static uint64_t
place(const char *path)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *path; path++)
		h = (h ^ (unsigned char)*path) * 0x100000001b3u;
	return h;
}

/* Made aside and renamed, so that who reads meanwhile has all of it or none. */
static int
practice_make(const char *dir, const char *folder, const struct str *stamp,
	      struct err *e)
{
	_free_ char *aside = xasprintf("%s.%d", folder, (int)getpid());
	_free_ char *note = xasprintf("%s/stamp", aside), *line = NULL;
	struct err dummy;
	int rc = 0;

	if (file_remove(aside, e) < 0 || file_mkdirs(aside, e) < 0)
		return -1;
	line = exercise_deal(dir, NULL, aside, e);
	if (line == NULL ||
	    file_write(note, str_text(stamp), stamp->len, e) < 0 ||
	    file_remove(folder, e) < 0)
		rc = -1;
	else if (rename(aside, folder) < 0 && !stamp_is(folder, stamp))
		rc = err_sys(e, "%s", folder);
	(void)file_remove(aside, &dummy);
	return rc;
}

char *
exercise_practice(const char *dir, struct err *e)
{
	_free_ char *state = file_state_dir(e), *real = NULL, *folder = NULL;
	_free_ char *name = state ? deal_name(dir, e) : NULL;
	struct str stamp = {0};
	int rc;

	if (name == NULL || (real = realpath(dir, NULL)) == NULL)
		return NULL;
	folder = xasprintf("%s/practice/%016llx", state,
			   (unsigned long long)place(real));
	rc = exercise_walk(dir, stamp_file, &stamp, e);
	if (rc == 0 && !stamp_is(folder, &stamp))
		rc = practice_make(dir, folder, &stamp, e);
	str_clear(&stamp);
	return rc == 0 ? xasprintf("%s/%s", folder, name) : NULL;
}
