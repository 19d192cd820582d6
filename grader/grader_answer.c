#include "grader/grader_answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "grader/grader_kind.h"

#define ANSWERS_BYTES (1u << 18)

static char *
answers_path(const char *instance, struct err *e)
{
	_free_ char *state = file_state_dir(e);

	return state ? xasprintf("%s/labs/%s/answers.json", state, instance)
		     : NULL;
}

/* Only texts that could have come from us; a file that is none counts as empty,
 * and is written anew with the next answer. */
static json_t *
answers_parse(const char *path, const char *text, size_t len)
{
	json_t *all = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	json_t *out = json_object(), *v;
	const char *key;

	if (!json_is_object(all))
		log_warnx("grader", "%s holds no answers", path);
	json_object_foreach(all, key, v)
	{
		if (json_is_string(v) &&
		    json_string_length(v) <= GRADER_ANSWER_MAX)
			json_object_set(out, key, v);
	}
	json_decref(all);
	return out;
}

json_t *
grader_answers(const char *instance, struct err *e)
{
	_free_ char *path = answers_path(instance, e), *text = NULL;
	size_t len;

	if (path == NULL)
		return NULL;
	if (!file_exists(path))
		return json_object();
	if (file_read(path, ANSWERS_BYTES, &text, &len, e) < 0)
		return NULL;
	return answers_parse(path, text, len);
}

static int
answers_write(const char *instance, const json_t *all, struct err *e)
{
	_free_ char *path = answers_path(instance, e), *dir = NULL,
		    *text = NULL;

	if (path == NULL)
		return -1;
	if (json_object_size(all) == 0)
		return file_remove(path, e);
	dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	text = json_dumps(all, JSON_INDENT(2) | JSON_SORT_KEYS);
	if (file_mkdirs(dir, e) < 0)
		return -1;
	return file_write(path, text, strlen(text), e);
}

/* ---- one answer */

static bool
is_question(const struct exercise_check *c)
{
	return c->kind == &grader_kind_answer;
}

const struct exercise_check *
grader_question(const struct exercise *x, const char *id, struct err *e)
{
	struct str s = {0};
	size_t i;

	for (i = 0; i < x->nchecks; i++) {
		if (!is_question(&x->checks[i]))
			continue;
		if (strcmp(x->checks[i].id, id) == 0) {
			str_clear(&s);
			return &x->checks[i];
		}
		str_addf(&s, "%s%s", s.len ? ", " : "", x->checks[i].id);
	}
	if (s.len == 0)
		err_usage(e, "exercise %s asks no question", x->name);
	else
		err_usage(e,
			  "exercise %s has no question \"%.40s\"; it asks: %s",
			  x->name, id, str_text(&s));
	str_clear(&s);
	return NULL;
}

int
grader_answer(const struct exercise *x, const char *instance,
	      const char *question, const char *text, struct err *e)
{
	const struct exercise_check *c = grader_question(x, question, e);
	_free_ char *trouble = NULL;
	json_t *all;
	int rc;

	if (c == NULL)
		return -1;
	if (text && strlen(text) > GRADER_ANSWER_MAX)
		return err_usage(e, "an answer is at most %d bytes",
				 GRADER_ANSWER_MAX);
	if (text && (trouble = grader_answer_trouble(c, text)) != NULL)
		return err_usage(e, "%s", trouble);
	if ((all = grader_answers(instance, e)) == NULL)
		return -1;
	if (text == NULL)
		json_object_del(all, c->id);
	if (text && json_object_set_new(all, c->id, json_string(text)) < 0)
		rc = err_usage(e, "an answer is text in UTF-8");
	else
		rc = answers_write(instance, all, e);
	json_decref(all);
	return rc;
}

/* ---- those of a folder */

static const struct exercise_wrong *
wrong_of(const struct exercise *x, const char *folder)
{
	size_t i;

	for (i = 0; str_starts(folder, "wrong/") && i < x->nwrong; i++) {
		if (strcmp(x->wrong[i].name, folder + strlen("wrong/")) == 0)
			return &x->wrong[i];
	}
	return NULL;
}

/* Owned; NULL with e set. */
static char *
laid_answer(const struct exercise *x, size_t check,
	    const struct exercise_wrong *w, struct err *e)
{
	size_t i;

	for (i = 0; w && i < w->nanswers; i++) {
		if (w->answers[i].check == check)
			return xstrdup(w->answers[i].text);
	}
	return grader_answer_reference(x, &x->checks[check], e);
}

static int
answers_keep(const char *instance, const json_t *next, struct err *e)
{
	_free_ char *path = answers_path(instance, e), *mine = NULL;
	json_t *now = path ? grader_answers(instance, e) : NULL;
	int rc = now ? 0 : -1;

	mine = xasprintf("%s.mine", path ? path : "");
	if (now && json_object_size(now) > 0 && !json_equal(now, next))
		rc = file_copy(path, mine, e);
	json_decref(now);
	return rc;
}

int
grader_answers_lay(const struct exercise *x, const char *folder,
		   const char *instance, bool keep, struct err *e)
{
	const struct exercise_wrong *w = wrong_of(x, folder);
	json_t *all;
	size_t i;
	int rc = 0;

	for (i = 0; i < x->nchecks && !is_question(&x->checks[i]); i++)
		continue;
	if (i == x->nchecks)
		return 0;
	all = json_object();
	for (i = 0; i < x->nchecks && strcmp(folder, "start") != 0; i++) {
		_free_ char *text = NULL;

		if (!is_question(&x->checks[i]))
			continue;
		if ((text = laid_answer(x, i, w, e)) == NULL)
			rc = -1;
		else
			json_object_set_new(all, x->checks[i].id,
					    json_string(text));
	}
	if (rc == 0 && keep)
		rc = answers_keep(instance, all, e);
	if (rc == 0)
		rc = answers_write(instance, all, e);
	json_decref(all);
	return rc;
}
