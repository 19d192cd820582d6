/*
 * ixlab submit: what a person wrote for an exercise, as one text to send in.
 *
 * Who it is from is asked once and kept in the state folder's person.json.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/out.h"
#include "base/str.h"
#include "cmd_table.h"
#include "grader/desk/submission.h"
#include "grader/grader_answer.h"
#include "lab/node/node.h"

#define SUBMIT_BIRD_MS 5000
#define SUBMIT_PERSON_MAX 4096

/* ---- who */

static char *
person_path(struct err *e)
{
	_free_ char *state = file_state_dir(e);

	return state ? xasprintf("%s/person.json", state) : NULL;
}

static json_t *
person_read(const char *path)
{
	_free_ char *text = NULL;
	struct err e;
	json_t *all = NULL;
	size_t len;

	if (file_read(path, SUBMIT_PERSON_MAX, &text, &len, &e) == 0)
		all = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(all)) {
		json_decref(all);
		all = json_object();
	}
	return all;
}

static int
person_write(const char *path, const json_t *all, struct err *e)
{
	_free_ char *text = json_dumps(all, JSON_INDENT(2));
	_free_ char *dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));

	if (file_mkdirs(dir, e) < 0)
		return -1;
	return file_write(path, text, strlen(text), e);
}

static int
submit_person(const struct cmd *c, struct submission *s, struct err *e)
{
	const char *id = cmd_option(c, "--id"), *name = cmd_option(c, "--name");
	_free_ char *path = person_path(e);
	json_t *all;
	int rc = 0;

	if (path == NULL)
		return -1;
	if (id && !submission_person_good(id))
		return err_usage(e, "an id is at most 64 letters, digits, and "
				    "@ . _ + -, such as an address of mail");
	all = person_read(path);
	if (id)
		json_object_set_new(all, "id", out_str(id));
	if (name)
		json_object_set_new(all, "name", out_str(name));
	if (id || name)
		rc = person_write(path, all, e);
	id = json_string_value(json_object_get(all, "id"));
	name = json_string_value(json_object_get(all, "name"));
	if (rc == 0 && (id == NULL || !submission_person_good(id)))
		rc = err_usage(e, "who are you? say it once: ixlab submit "
				  "EXERCISE --id ID --name \"NAME\"");
	if (rc == 0) {
		submission_set(s, SUBMISSION_PERSON, id);
		submission_set(s, SUBMISSION_NAME, name ? name : "");
	}
	json_decref(all);
	return rc;
}

/* ---- with what */

/* "BIRD version 2.0.12" of this machine; "" when it is not told. */
static void
submit_bird(char *out, size_t size)
{
	const char *const argv[] = {"bird", "--version", NULL};
	int fd = memfd_create("version", MFD_CLOEXEC);
	int fds[3] = {-1, fd, fd};
	struct err e;
	ssize_t n = 0;

	if (fd >= 0 && node_run(argv, fds, SUBMIT_BIRD_MS, &e) == 0)
		n = pread(fd, out, size - 1, 0);
	if (fd >= 0)
		close(fd);
	out[n > 0 ? n : 0] = '\0';
	out[strcspn(out, "\r\n")] = '\0';
}

void
cmd_submit_versions(char bird[64], char kernel[64])
{
	struct utsname u;

	submit_bird(bird, 64);
	if (str_starts(bird, "BIRD version "))
		memmove(bird, bird + 13, strlen(bird + 13) + 1);
	snprintf(kernel, 64, "%.63s", uname(&u) == 0 ? u.release : "");
}

static int
submit_head(const struct cmd *c, const struct exercise *x, struct submission *s,
	    struct err *e)
{
	char digest[DESK_HEX], made[32], bird[64], kernel[64];
	_free_ char *version = xasprintf("%u", x->version);
	_free_ char *parameters = desk_parameters(x);
	time_t now = time(NULL);
	struct tm tm;

	if (submit_person(c, s, e) < 0 ||
	    desk_digest_exercise(x, digest, e) < 0)
		return -1;
	gmtime_r(&now, &tm);
	strftime(made, sizeof(made), "%Y-%m-%dT%H:%M:%SZ", &tm);
	cmd_submit_versions(bird, kernel);
	submission_set(s, SUBMISSION_EXERCISE, x->name);
	submission_set(s, SUBMISSION_VERSION, version);
	submission_set(s, SUBMISSION_DIGEST, digest);
	submission_set(s, SUBMISSION_PARAMETERS, parameters);
	submission_set(s, SUBMISSION_MADE, made);
	submission_set(s, SUBMISSION_IXLAB, IXLAB_VERSION);
	submission_set(s, SUBMISSION_BIRD, bird);
	submission_set(s, SUBMISSION_KERNEL, kernel);
	return 0;
}

/* ---- what */

static int
submit_file(struct submission *s, const char *nodes, const char *name,
	    struct err *e)
{
	_free_ char *path = xasprintf("%s/%s", nodes, name), *text = NULL;
	const char *word;
	size_t len;
	int line;

	if (!file_exists(path))
		return 0;
	if (file_read(path, SUBMISSION_FILE_MAX, &text, &len, e) < 0)
		return -1;
	word = exercise_words_bad(name, text, len, &line);
	if (word != NULL)
		return err_at(e, path, line, 1,
			      "%s may not stand in work that is sent in", word);
	return submission_add(s, SUBMISSION_FILE, name, text, len, e);
}

static int
submit_answers(struct submission *s, const char *instance, struct err *e)
{
	json_t *all = grader_answers(instance, e), *v;
	const char *key;
	int rc = 0;

	if (all == NULL)
		return -1;
	json_object_foreach(all, key, v)
	{
		_free_ char *text = xasprintf("%s\n", json_string_value(v));

		if (rc == 0)
			rc = submission_add(s, SUBMISSION_ANSWER, key, text,
					    strlen(text), e);
	}
	json_decref(all);
	return rc;
}

static int
submit_parts(const struct exercise *x, const char *instance,
	     struct submission *s, struct err *e)
{
	_free_ char *dir = cmd_lab_state_dir(instance, e), *nodes = NULL;
	_free_ char *journal = NULL;
	size_t i;

	if (dir == NULL)
		return -1;
	nodes = xasprintf("%s/nodes", dir);
	for (i = 0; i < x->nfiles; i++)
		if (submit_file(s, nodes, x->files[i], e) < 0)
			return -1;
	if (submit_answers(s, instance, e) < 0)
		return -1;
	if (s->nparts == 0)
		return err_usage(e,
				 "there is nothing to send in for %s yet; "
				 "begin with: ixlab start %s",
				 x->name, x->name);
	journal = desk_journal_read(x->name, SUBMISSION_JOURNAL_MAX, e);
	if (journal == NULL)
		return -1;
	return submission_add(s, SUBMISSION_JOURNAL, x->name, journal,
			      strlen(journal), e);
}

/* Each node once; its files stand together. */
static void
submit_unsaved(const struct exercise *x, const char *instance)
{
	_free_ char *last = xstrdup("");
	size_t i;

	for (i = 0; i < x->nfiles; i++) {
		char *node = xstrndup(x->files[i], strcspn(x->files[i], "/"));

		if (strcmp(node, last) != 0 && cmd_unsaved(x, instance, node))
			log_warnx("ixlab",
				  "%s runs with lines that are in no file of "
				  "it: if you typed them, say \"write\" in "
				  "vtysh, and submit again",
				  node);
		free(last);
		last = node;
	}
}

/* ---- out */

static int
submit_write(const struct cmd *c, const struct exercise *x,
	     const struct submission *s, struct err *e)
{
	_free_ char *text = submission_print(s), *own = NULL;
	const char *path = cmd_option(c, "-o");
	json_t *row;

	if (path && strcmp(path, "-") == 0) {
		fputs(text, stdout);
		return 0;
	}
	if (path == NULL)
		path = own =
		    xasprintf("%s-%s.ixs", s->head[SUBMISSION_PERSON], x->name);
	if (file_write(path, text, strlen(text), e) < 0)
		return -1;
	if (c->json) {
		row = json_pack("{s:o, s:o, s:o, s:I}", "file", out_str(path),
				"exercise", out_str(x->name), "person",
				out_str(s->head[SUBMISSION_PERSON]), "bytes",
				(json_int_t)strlen(text));
		out_json(stdout, row);
		json_decref(row);
		return 0;
	}
	printf("%s: your work on %s, as %s; read it, it is plain text, then "
	       "send it in\n",
	       path, x->name, s->head[SUBMISSION_PERSON]);
	return 0;
}

int
cmd_submit(struct cmd *c, struct err *e)
{
	_free_ char *instance = NULL;
	struct exercise *x = cmd_exercise_pick(c, &instance, false, e);
	struct submission s = {0};
	int rc;

	if (x == NULL)
		return -1;
	rc = submit_head(c, x, &s, e);
	if (rc == 0)
		rc = submit_parts(x, instance, &s, e);
	if (rc == 0)
		rc = submit_write(c, x, &s, e);
	if (rc == 0)
		submit_unsaved(x, instance);
	submission_clear(&s);
	exercise_free(x);
	return rc;
}
